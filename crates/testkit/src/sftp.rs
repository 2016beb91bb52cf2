//! Debian's `sshd`: a real SSH server with a host key of its own, for whoever has the test's key, and for files only.

use crate::child::Running;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian puts it.
const SSHD: &str = "/usr/sbin/sshd";

/// A running server; ends with the value. What it holds stays in its folder.
pub struct SftpServer {
    running: Running,
    keys: PathBuf,
    data: PathBuf,
}

impl SftpServer {
    /// Starts one that has its keys in `folder` and its files in `data`.
    pub fn start(folder: &Path, data: &Path) -> Self {
        for made in [folder, data] {
            std::fs::create_dir_all(made).expect("the server's folders can be made");
        }
        for name in ["host", "id"] {
            keygen(&folder.join(name));
        }
        let running = serve(folder);
        Self { running, keys: folder.into(), data: data.into() }
    }

    /// Gives the server another host key, as a new machine behind an old name has one; its port stays free for it.
    pub fn with_another_host_key(self) -> Self {
        let Self { running, keys, data } = self;
        drop(running);
        std::fs::remove_file(keys.join("host")).expect("the old key can be removed");
        keygen(&keys.join("host"));
        let running = serve(&keys);
        Self { running, keys, data }
    }

    /// The address of the folder as `hearthcast target add` takes it.
    pub fn url(&self) -> String {
        let data = self.data.to_str().expect("temporary folders have plain names");
        format!("sftp://{}@127.0.0.1:{}{data}?key_file={}", user(), self.running.port(), self.key_file().display())
    }

    /// The file with the key that is let in.
    pub fn key_file(&self) -> PathBuf {
        self.keys.join("id")
    }

    /// The fingerprint of the host key, as `ssh-keygen` tells it.
    pub fn host_key(&self) -> String {
        let out = Command::new("ssh-keygen").arg("-lf").arg(self.keys.join("host.pub")).output();
        let out = String::from_utf8(out.expect("ssh-keygen runs").stdout).expect("it writes text");
        out.split_whitespace().nth(1).expect("it tells a fingerprint").to_string()
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

fn user() -> String {
    let out = Command::new("id").arg("-un").output().expect("id runs");
    String::from_utf8(out.stdout).expect("names are text").trim().to_string()
}

fn keygen(path: &Path) {
    let _ = std::fs::remove_file(path);
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(path).status();
    assert!(made.expect("ssh-keygen runs").success(), "a key is made");
}

fn serve(folder: &Path) -> Running {
    if user() == "root" {
        // It insists on this folder where it could give rights away.
        let _ = std::fs::create_dir_all("/run/sshd");
    }
    Running::start(|port| {
        let at = |name: &str| folder.join(name).to_str().expect("temporary folders have plain names").to_string();
        let settings = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\nStrictModes no\n\
             UsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n\
             AllowTcpForwarding no\nX11Forwarding no\nSubsystem sftp internal-sftp\nForceCommand internal-sftp\n",
            at("host"),
            at("id.pub")
        );
        std::fs::write(folder.join("config"), settings).expect("the server's settings can be written");
        let mut command = Command::new(SSHD);
        command.args(["-D", "-e", "-f"]).arg(folder.join("config"));
        command
    })
}
