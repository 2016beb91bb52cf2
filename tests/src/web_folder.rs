//! A folder on the web by a foreign program: Python's own web server, which knows no byte ranges.

use crate::{free_port, until};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A folder that is served as long as the value lives.
pub struct WebFolder {
    child: Child,
    origin: String,
}

impl WebFolder {
    /// Serves a folder at a free port of this machine.
    pub fn start(folder: &Path) -> Self {
        Self::start_at(folder, free_port())
    }

    /// The same at a port that is known before.
    pub fn start_at(folder: &Path, port: u16) -> Self {
        let mut python = Command::new("python3");
        python.args(["-m", "http.server", "--bind", "127.0.0.1", &port.to_string(), "--directory"]).arg(folder);
        let child = python.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("python3 starts");
        let served = Self { child, origin: format!("http://127.0.0.1:{port}") };
        until("the folder is served", || TcpStream::connect(("127.0.0.1", port)).ok());
        served
    }

    /// `http://127.0.0.1:port`.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

impl Drop for WebFolder {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
