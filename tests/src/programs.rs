//! Programs that journeys start: ours, as cargo built them, and other people's.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// A program of this workspace, beside the test that runs.
pub fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a running test knows its own path");
    let folder = test.ancestors().nth(2).expect("tests stand in target/<profile>/deps");
    let program = folder.join(name);
    assert!(program.exists(), "{name} is not built: `cargo xtask test` builds it, or `cargo build --workspace`");
    program
}

/// A folder for one test, removed with the value.
pub fn scratch() -> tempfile::TempDir {
    tempfile::Builder::new().prefix("hearthcast-journey-").tempdir().expect("a temporary folder can be made")
}

/// Where `cargo xtask test` puts other people's programs.
pub fn tools() -> PathBuf {
    let set = std::env::var_os("HEARTHCAST_TOOLS");
    PathBuf::from(set.expect("HEARTHCAST_TOOLS names the folder of test tools; `cargo xtask test` makes and sets it"))
}

/// Runs a command to its good end and returns what it printed.
pub fn output(command: &mut Command) -> String {
    let out = command.output().unwrap_or_else(|error| panic!("{command:?} did not start: {error}"));
    let said = || format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success(), "{command:?} ended with {}: {}", out.status, said());
    String::from_utf8_lossy(&out.stdout).into_owned()
}

/// The hash of a file as Subresource Integrity writes it (W3C SRI §3.5), by openssl.
pub fn sri(file: &Path) -> String {
    let mut openssl = Command::new("sh");
    openssl.args(["-c", "openssl dgst -sha256 -binary \"$0\" | base64"]).arg(file);
    format!("sha256-{}", output(&mut openssl).trim())
}

/// Asks again and again until there is an answer; panics with `what` after 30 seconds.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "{what}: not within 30 seconds");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

/// `file:///…` of a folder.
pub fn file_url(folder: &Path) -> String {
    format!("file://{}", folder.display())
}
