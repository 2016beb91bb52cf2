//! `s3rver` (npm): a storage that accepts every condition and keeps to none. `cargo xtask test` installs it among the tools.

use crate::BUCKET;
use crate::child::{Running, tool};
use std::path::Path;
use std::process::Command;

/// The key that s3rver has.
const KEY: &str = "S3RVER";

/// A running s3rver; killed with the value.
pub struct Liar(Running);

impl Liar {
    /// Starts one that keeps its bucket in `folder`.
    pub fn start(folder: &Path) -> Self {
        std::fs::create_dir_all(folder).expect("the server's folder can be made");
        Self(Running::start(|port| {
            let mut command = Command::new(tool("storages/node_modules/.bin/s3rver"));
            command.args(["--address", "127.0.0.1", "--silent", "--port", &port.to_string()]);
            command.args(["--configure-bucket", BUCKET, "--directory"]).arg(folder);
            command
        }))
    }

    /// Its address without a slash at the end.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.0.port())
    }

    /// Name and secret of its key.
    pub fn key(&self) -> (&'static str, &'static str) {
        (KEY, KEY)
    }
}
