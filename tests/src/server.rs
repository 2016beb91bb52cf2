//! The public server: the program, on a folder and a port of its own. It can be killed and started again.

use crate::{built, until};
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running `hearthcast-server`; killed with the value.
pub struct Server {
    data: PathBuf,
    port: u16,
    words: Vec<String>,
    under: Vec<String>,
    child: Child,
}

impl Server {
    /// Starts a server that keeps its data in `data`.
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// The same with further words on its command line.
    pub fn start_with(data: &Path, words: &[&str]) -> Self {
        Self::start_under(vec![], data, words)
    }

    /// The same, started by another program (`nsenter`): these words stand before it.
    pub fn start_under(under: Vec<String>, data: &Path, words: &[&str]) -> Self {
        let (port, words) = (free_port(), words.iter().map(ToString::to_string).collect::<Vec<_>>());
        let child = child(&under, data, port, &words);
        let server = Self { data: data.into(), port, words, under, child };
        server.wait_until_it_answers();
        server
    }

    /// Address without a slash at the end.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A fresh one-time code.
    pub fn pairing_code(&self) -> String {
        crate::output(program(&self.under).arg("pair").arg("--data").arg(&self.data)).trim().to_string()
    }

    /// Process id, for tools that look from outside.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`, then the same server again.
    pub fn kill_and_start_again(&mut self) {
        self.kill();
        self.child = child(&self.under, &self.data, self.port, &self.words);
        self.wait_until_it_answers();
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        // It may be gone already; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn wait_until_it_answers(&self) {
        until("the server answers", || self.answers().ok());
    }

    /// A whole answer's first byte. A socket that takes connections is there before the server's data is.
    fn answers(&self) -> std::io::Result<()> {
        let mut socket = TcpStream::connect(("127.0.0.1", self.port))?;
        socket.set_read_timeout(Some(Duration::from_secs(10)))?;
        socket.write_all(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        socket.read_exact(&mut [0])
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn program(under: &[String]) -> Command {
    let server = built("hearthcast-server");
    let mut words = under.iter().map(OsStr::new).chain([server.as_os_str()]);
    let mut command = Command::new(words.next().expect("the program itself is there"));
    command.args(words);
    command
}

fn child(under: &[String], data: &Path, port: u16, words: &[String]) -> Child {
    let mut command = program(under);
    command.arg("serve").arg("--data").arg(data).arg("--bind").arg(format!("127.0.0.1:{port}"));
    command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("hearthcast-server starts")
}

/// A port nobody listens on right now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    listener.local_addr().expect("a bound socket has an address").port()
}
