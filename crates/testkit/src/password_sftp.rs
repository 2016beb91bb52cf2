//! `asyncssh` (PyPI): another SSH server than OpenSSH, for files only, where whoever knows the password logs in.

use crate::child::{Running, tool};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Who logs in.
pub const SSH_USER: &str = "caster";

/// The password.
pub const SSH_PASSWORD: &str = "hearthcast-ssh-0123456789";

/// The server: a host key of its own, files below one folder.
const PROGRAM: &str = r"
import asyncio, asyncssh, sys
port, folder, user, password = sys.argv[1:]
class Door(asyncssh.SSHServer):
    def begin_auth(self, name): return True
    def password_auth_supported(self): return True
    def validate_password(self, name, given): return (name, given) == (user, password)
async def serve():
    key = asyncssh.generate_private_key('ssh-ed25519')
    files = lambda channel: asyncssh.SFTPServer(channel, chroot=folder)
    await asyncssh.listen('127.0.0.1', int(port), server_factory=Door, server_host_keys=[key], sftp_factory=files)
    await asyncio.Event().wait()
asyncio.run(serve())
";

/// A running server; ends with the value. What it holds stays in its folder.
pub struct PasswordSftp {
    running: Running,
    data: PathBuf,
}

impl PasswordSftp {
    /// Starts one that has its files in `data`.
    pub fn start(data: &Path) -> Self {
        std::fs::create_dir_all(data).expect("the server's folder can be made");
        let running = Running::start(|port| {
            let mut command = Command::new(tool("storages-python/bin/python"));
            command.args(["-c", PROGRAM, &port.to_string()]).arg(data).args([SSH_USER, SSH_PASSWORD]);
            command
        });
        Self { running, data: data.into() }
    }

    /// The address of the folder as `hearthcast target add` takes it.
    pub fn url(&self) -> String {
        format!("sftp://{SSH_USER}@127.0.0.1:{}/", self.running.port())
    }

    /// Where its files lie.
    pub fn folder(&self) -> &Path {
        &self.data
    }
}
