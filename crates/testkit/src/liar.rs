//! `s3rver` (npm): a storage that accepts every condition and keeps to none. `cargo xtask test` installs it among the tools.

use crate::BUCKET;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The key that s3rver has.
const KEY: &str = "S3RVER";

/// Longest wait for it to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running s3rver; killed with the value.
pub struct Liar {
    port: u16,
    child: Child,
}

impl Liar {
    /// Starts one that keeps its bucket in `folder`.
    pub fn start(folder: &Path) -> Self {
        std::fs::create_dir_all(folder).expect("the server's folder can be made");
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.expect("loopback has free ports").port();
        let mut command = Command::new(program());
        command.args(["--address", "127.0.0.1", "--silent", "--port", &port.to_string()]);
        command.args(["--configure-bucket", BUCKET, "--directory"]).arg(folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("s3rver starts");
        let liar = Self { port, child };
        let end = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < end, "s3rver does not answer");
            std::thread::park_timeout(Duration::from_millis(20));
        }
        liar
    }

    /// Its address without a slash at the end.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Name and secret of its key.
    pub fn key(&self) -> (&'static str, &'static str) {
        (KEY, KEY)
    }
}

impl Drop for Liar {
    fn drop(&mut self) {
        // It may be gone already; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> PathBuf {
    let tools = std::env::var_os("HEARTHCAST_TOOLS");
    let tools = tools.expect("HEARTHCAST_TOOLS names the folder of test tools; `cargo xtask test` makes and sets it");
    let program = PathBuf::from(tools).join("storages/node_modules/.bin/s3rver");
    assert!(program.exists(), "{} is not there: `cargo xtask setup` installs it", program.display());
    program
}
