//! `azurite` (npm): Microsoft's own Azure Blob server for tests, with one container that everybody may read.

use crate::BUCKET;
use crate::child::{Running, tool};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::SystemTime;

/// The account; the id of its key.
pub const AZURE_ACCOUNT: &str = "hearthcast";

/// The key of the account, in base64.
pub const AZURE_KEY: &str = "aGVhcnRoY2FzdC1oZWFydGhjYXN0LWhlYXJ0aGNhc3QtMDEyMzQ1Njc4OQ==";

/// The key's bytes in hex, for the program that signs.
const KEY_HEX: &str = "686561727468636173742d686561727468636173742d686561727468636173742d30313233343536373839";

/// A version of the protocol that it knows.
const VERSION: &str = "2021-08-06";

/// A running server; ends with the value.
pub struct Azurite(Running);

impl Azurite {
    /// Starts one that keeps its container in `folder`; everybody may read it.
    pub fn start(folder: &Path) -> Self {
        Self::with(folder, true)
    }

    /// The same with a container that only the key opens.
    pub fn private(folder: &Path) -> Self {
        Self::with(folder, false)
    }

    fn with(folder: &Path, public: bool) -> Self {
        std::fs::create_dir_all(folder).expect("the server's folder can be made");
        let running = Running::start(|port| {
            let mut command = Command::new(tool("storages/node_modules/.bin/azurite-blob"));
            command.args(["--silent", "--skipApiVersionCheck", "--disableTelemetry", "--blobHost", "127.0.0.1"]);
            command.args(["--blobPort", &port.to_string(), "--location"]).arg(folder);
            command.env("AZURITE_ACCOUNTS", format!("{AZURE_ACCOUNT}:{AZURE_KEY}"));
            command
        });
        make_container(running.port(), public);
        Self(running)
    }

    /// The address of the container as `hearthcast target add` takes it.
    pub fn url(&self, prefix: &str) -> String {
        format!("az://{BUCKET}/{prefix}?endpoint=http://127.0.0.1:{}", self.0.port())
    }

    /// The address under which everybody may read it.
    pub fn public_url(&self, prefix: &str) -> String {
        format!("http://127.0.0.1:{}/{AZURE_ACCOUNT}/{BUCKET}/{prefix}/", self.0.port())
    }
}

/// Makes the container, with `curl`, signed as Microsoft says ("Authorize with Shared Key").
#[expect(clippy::disallowed_methods, reason = "the server compares the request's date with the real time")]
fn make_container(port: u16, public: bool) {
    let date = httpdate::fmt_http_date(SystemTime::now());
    let resource = format!("/{AZURE_ACCOUNT}/{AZURE_ACCOUNT}/{BUCKET}\nrestype:container");
    let access = if public { "x-ms-blob-public-access:blob\n" } else { "" };
    let headers = format!("{access}x-ms-date:{date}\nx-ms-version:{VERSION}");
    let signature = sign(&format!("PUT\n\n\n\n\n\n\n\n\n\n\n\n{headers}\n{resource}"));
    let mut curl = Command::new("curl");
    curl.args(["-sS", "--fail", "-X", "PUT", "-H", "Content-Length: 0"]);
    for header in headers.lines().chain([format!("Authorization:SharedKey {AZURE_ACCOUNT}:{signature}").as_str()]) {
        curl.args(["-H", header]);
    }
    curl.arg(format!("http://127.0.0.1:{port}/{AZURE_ACCOUNT}/{BUCKET}?restype=container"));
    let made = curl.output().expect("curl runs");
    assert!(made.status.success(), "the container is made: {}", String::from_utf8_lossy(&made.stderr));
}

fn sign(text: &str) -> String {
    let script = format!("openssl dgst -sha256 -mac HMAC -macopt hexkey:{KEY_HEX} -binary | base64 -w0");
    let mut command = Command::new("sh");
    let mut child = command
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("openssl is there, as curl's own");
    child.stdin.take().expect("it is piped").write_all(text.as_bytes()).expect("it reads");
    let out = child.wait_with_output().expect("it ends");
    String::from_utf8(out.stdout).expect("base64 is text").trim().to_string()
}
