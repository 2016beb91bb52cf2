//! `pyftpdlib` (PyPI): a real FTP server that speaks to nobody without TLS, with a certificate of an authority that the test
//! makes known.

use crate::child::{Running, tool};
use crate::tls::authority;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Who may write.
pub const FTP_USER: &str = "caster";

/// The password.
pub const FTP_PASSWORD: &str = "hearthcast-ftp-0123456789";

/// The server: explicit TLS for commands and files, as most hosts want it.
const PROGRAM: &str = r"
import sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import TLS_FTPHandler
from pyftpdlib.servers import ThreadedFTPServer
port, folder, user, password, certificate = sys.argv[1:]
people = DummyAuthorizer()
people.add_user(user, password, folder, perm='elradfmwMT')
class Handler(TLS_FTPHandler):
    authorizer, certfile = people, certificate
    tls_control_required = tls_data_required = True
ThreadedFTPServer(('127.0.0.1', int(port)), Handler).serve_forever()
";

/// A running server; ends with the value. What it holds stays in its folder.
pub struct FtpsServer {
    running: Running,
    authority: PathBuf,
    data: PathBuf,
}

impl FtpsServer {
    /// Starts one that has its certificate in `folder` and its files in `data`.
    pub fn start(folder: &Path, data: &Path) -> Self {
        for made in [folder, data] {
            std::fs::create_dir_all(made).expect("the server's folders can be made");
        }
        let (known, own) = (folder.join("authority.pem"), folder.join("server.pem"));
        let issued = authority(&known).issue(None);
        std::fs::write(&own, format!("{}{}", issued.certificate, issued.key)).expect("a folder takes a file");
        let running = Running::start(|port| {
            let mut command = Command::new(tool("storages-python/bin/python"));
            command.args(["-c", PROGRAM, &port.to_string()]).arg(data).args([FTP_USER, FTP_PASSWORD]).arg(&own);
            command
        });
        Self { running, authority: known, data: data.into() }
    }

    /// The address of the folder as `hearthcast target add` takes it.
    pub fn url(&self) -> String {
        format!("ftps://{FTP_USER}@localhost:{}/?ca={}", self.running.port(), self.authority.display())
    }

    /// The file with the certificate of its authority.
    pub fn authority(&self) -> &Path {
        &self.authority
    }

    /// Its address as a socket.
    pub fn address(&self) -> std::net::SocketAddr {
        ([127, 0, 0, 1], self.running.port()).into()
    }

    /// Where its files lie.
    pub fn folder(&self) -> &Path {
        &self.data
    }
}
