//! `moto` (PyPI): Amazon's interface in memory, the widest there is: parts that are listed, rules for other origins, rules for
//! what is removed by itself. It checks no signature and no checksum, and forgets everything when it ends.

use crate::BUCKET;
use crate::child::{Running, tool};
use std::process::Command;

/// A running server with the bucket, which everybody may read; ends with the value.
pub struct Moto(Running);

impl Moto {
    /// Starts one.
    pub fn start() -> Self {
        let running = Running::start(|port| {
            let mut command = Command::new(tool("storages-python/bin/moto_server"));
            command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
            command
        });
        let moto = Self(running);
        moto.ask(&["-X", "PUT"], "");
        moto
    }

    /// Its address without a slash at the end.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.0.port())
    }

    /// Its address as a socket.
    pub fn address(&self) -> std::net::SocketAddr {
        ([127, 0, 0, 1], self.0.port()).into()
    }

    /// Asks about the bucket with `curl`, as its owner; `what` is the rest of the address. Returns the answer's body.
    pub fn ask(&self, words: &[&str], what: &str) -> String {
        let mut curl = Command::new("curl");
        curl.args([
            "-sS",
            "--fail",
            "-H",
            "content-type: application/xml",
            "--user",
            "testing:testing",
            "--aws-sigv4",
            "aws:amz:us-east-1:s3",
        ])
        .args(words);
        let out = curl.arg(format!("{}/{BUCKET}{what}", self.origin())).output().expect("curl runs");
        assert!(out.status.success(), "{words:?} {what}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).expect("it answers in text")
    }
}
