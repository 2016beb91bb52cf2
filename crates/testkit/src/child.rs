//! A foreign server as a child of the test: on a free port, answering before the test goes on, killed with the value.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest wait for it to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server.
pub(crate) struct Running {
    port: u16,
    child: Child,
}

impl Running {
    /// Starts `make(port)` and waits until it answers there.
    pub(crate) fn start(make: impl FnOnce(u16) -> Command) -> Self {
        let port = free_port();
        let mut command = make(port);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let mut running = Self { port, child };
        let end = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = running.child.try_wait().expect("a child can be asked");
            assert!(ended.is_none(), "{command:?} ended: {ended:?}");
            assert!(Instant::now() < end, "{command:?} does not answer");
            std::thread::park_timeout(Duration::from_millis(20));
        }
        running
    }

    /// Its port on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may be gone already; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody listens on right now.
pub(crate) fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    free.expect("loopback has free ports").port()
}

/// A program that `cargo xtask setup` put among the tools.
pub(crate) fn tool(path: &str) -> PathBuf {
    let tools = std::env::var_os("HEARTHCAST_TOOLS");
    let tools = tools.expect("HEARTHCAST_TOOLS names the folder of test tools; `cargo xtask test` makes and sets it");
    let program = PathBuf::from(tools).join(path);
    assert!(program.exists(), "{} is not there: `cargo xtask setup` installs it", program.display());
    program
}
