//! Starts other programs and tells how long things took. Not a shell: every argument arrives as it was given.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let manifest = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&manifest).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// The folder for tools that the tests need and the system does not have; kept between runs.
pub fn tools() -> PathBuf {
    if let Some(set) = std::env::var_os("HEARTHCAST_TOOLS").filter(|v| !v.is_empty()) {
        return PathBuf::from(set);
    }
    cache().join("hearthcast-tools")
}

fn cache() -> PathBuf {
    let xdg = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_else(|| "/tmp".into())).join(".cache");
    xdg.unwrap_or_else(home)
}

/// Where cargo puts what it builds.
pub fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A program to start in the workspace folder, with the tools folder on its search path and no standard input.
pub fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).stdin(Stdio::null()).env("HEARTHCAST_TOOLS", tools()).env("PATH", search_path());
    // `cargo xtask` runs under cargo: what it says about the xtask package must not reach the cargo started here.
    for (key, _) in std::env::vars_os() {
        if key.to_str().is_some_and(|k| k.starts_with("CARGO_PKG_") || k.starts_with("CARGO_MANIFEST_")) {
            command.env_remove(key);
        }
    }
    command
}

/// `cargo` with these words.
pub fn cargo<const N: usize>(args: [&str; N]) -> Command {
    let mut command = program("cargo");
    command.args(args);
    command
}

fn search_path() -> std::ffi::OsString {
    let old = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(tools().join("bin")).chain(std::env::split_paths(&old));
    std::env::join_paths(paths).unwrap_or(old)
}

/// Runs a command to its end; an error when it does not start or does not end well.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("could not start {}", words(command)))?;
    if !status.success() {
        bail!("failed ({status}): {}", words(command));
    }
    Ok(())
}

/// What a command prints; an error when it does not end well.
pub fn text(command: &mut Command) -> Result<String> {
    let out =
        command.stderr(Stdio::inherit()).output().with_context(|| format!("could not start {}", words(command)))?;
    if !out.status.success() {
        bail!("failed ({}): {}", out.status, words(command));
    }
    String::from_utf8(out.stdout).with_context(|| format!("{} printed something that is not text", words(command)))
}

/// Whether a command starts and ends well; its output is thrown away.
pub fn answers(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}

/// A command as a person would type it.
fn words(command: &Command) -> String {
    let args = command.get_args().map(|a| a.to_string_lossy());
    std::iter::once(command.get_program().to_string_lossy()).chain(args).collect::<Vec<_>>().join(" ")
}

/// Runs one named stage and prints its seconds, whether it went well or not.
pub fn stage(name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let start = Instant::now();
    println!("== {name} …");
    let outcome = work();
    let verdict = if outcome.is_ok() { "" } else { " FAILED" };
    println!("== {name} … {:.1} s{verdict}", start.elapsed().as_secs_f64());
    outcome.with_context(|| format!("stage \"{name}\""))
}
