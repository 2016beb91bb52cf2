//! The public server: the program, on a folder and a port of its own. It can be killed and started again.

use crate::{built, until};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running `hearthcast-server`; killed with the value.
pub struct Server {
    data: PathBuf,
    port: u16,
    child: Child,
}

impl Server {
    /// Starts a server that keeps its data in `data`.
    pub fn start(data: &Path) -> Self {
        let port = free_port();
        let child = child(data, port);
        let server = Self { data: data.into(), port, child };
        server.wait_until_it_answers();
        server
    }

    /// Address without a slash at the end.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A fresh one-time code.
    pub fn pairing_code(&self) -> String {
        crate::output(Command::new(built("hearthcast-server")).arg("pair").arg("--data").arg(&self.data))
            .trim()
            .to_string()
    }

    /// Process id, for tools that look from outside.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`, then the same server again.
    pub fn kill_and_start_again(&mut self) {
        self.kill();
        self.child = child(&self.data, self.port);
        self.wait_until_it_answers();
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        // It may be gone already; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn wait_until_it_answers(&self) {
        until("the server answers", || TcpStream::connect(("127.0.0.1", self.port)).ok());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn child(data: &Path, port: u16) -> Child {
    let mut command = Command::new(built("hearthcast-server"));
    command.arg("serve").arg("--data").arg(data).arg("--bind").arg(format!("127.0.0.1:{port}"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("hearthcast-server starts")
}

/// A port nobody listens on right now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    listener.local_addr().expect("a bound socket has an address").port()
}
