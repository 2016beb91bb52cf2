//! Every check and test in one command, cheap failures first, each stage with its seconds.

use crate::shell::{cargo, program, root, run as start, stage};
use anyhow::Result;
use std::process::Command;
use std::time::Instant;

/// One set of features for linting, building and testing, so that no crate is built twice.
pub const FEATURES: &str = "hearthcast-commands/bindings";

/// Sets the machine up (unless told not to) and runs all stages; stops at the first that fails.
pub fn run(with_setup: bool) -> Result<()> {
    let begin = Instant::now();
    if with_setup {
        crate::setup::all()?;
    }
    let outcome = stages();
    println!("== all stages … {:.1} s{}", begin.elapsed().as_secs_f64(), if outcome.is_ok() { "" } else { " FAILED" });
    outcome
}

fn stages() -> Result<()> {
    stage("fetch crates", || start(&mut cargo(["fetch", "--locked"])))?;
    stage("format", || start(&mut cargo(["fmt", "--all", "--check"])))?;
    stage("house rules (tidy)", crate::tidy::run)?;
    // The list of known faults in crates lies on a host CI does not reach: licences, bans and sources only (docs/guide).
    stage("licences, bans, sources (deny)", || {
        start(program("cargo-deny").args(["--offline", "--locked", "check", "bans", "licenses", "sources"]))
    })?;
    stage("window: types", || start(&mut npm("check")))?;
    stage("window: tests", || start(&mut npm("test")))?;
    stage("window: build", || start(&mut npm("build")))?;
    stage("lint (clippy)", || start(workspace("clippy").args(["--all-targets", "--", "-D", "warnings"])))?;
    stage("build", || start(workspace("build").arg("--all-targets")))?;
    stage("bindings", crate::bindings::check)?;
    stage("headless journey (run)", crate::run::rehearse)?;
    stage("tests (nextest)", tests)
}

fn npm(script: &str) -> Command {
    let mut command = program("npm");
    command.args(["run", "--silent", script]).current_dir(root().join("ui"));
    command
}

fn workspace(verb: &str) -> Command {
    cargo([verb, "--locked", "--workspace", "--features", FEATURES])
}

/// The whole workspace, inside a message bus and a virtual screen of its own: one test opens the real window.
fn tests() -> Result<()> {
    let mut command = program("dbus-run-session");
    command.args(["--", "xvfb-run", "-a", "-s", "-screen 0 1280x900x24"]);
    command.args(["cargo", "nextest", "run", "--locked", "--workspace", "--features", FEATURES, "--no-fail-fast"]);
    start(&mut command)
}
