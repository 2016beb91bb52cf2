//! Every check and test in one command, cheap failures first, each stage with its seconds.

use crate::shell::{cargo, program, root, run as start, stage};
use anyhow::{Result, bail};
use std::process::Command;
use std::time::Instant;

/// One set of features for linting, building and testing, so that no crate is built twice.
pub const FEATURES: &str = "hearthcast-commands/bindings,hearthcast-commands/http-host";

/// What one stage does.
type Work = fn() -> Result<()>;

/// All stages, cheap failures first.
const STAGES: &[(&str, Work)] = &[
    ("fetch crates", crate::setup::crates),
    ("format", || start(&mut cargo(["fmt", "--all", "--check"]))),
    ("house rules (tidy)", crate::tidy::run),
    ("licences, bans, sources (deny)", deny),
    ("window: types", types),
    ("window: tests", || start(&mut npm("test"))),
    ("window: build", || start(&mut npm("build"))),
    ("lint (clippy)", || start(workspace("clippy").args(["--all-targets", "--", "-D", "warnings"]))),
    ("build", || start(workspace("build").arg("--all-targets"))),
    ("bindings", crate::bindings::check),
    ("window: every route (axe)", || start(npm("a11y").env("CARGO_TARGET_DIR", crate::shell::target_dir()))),
    ("headless journey (run)", crate::run::rehearse),
    ("tests (nextest)", tests),
];

/// Sets the machine up (unless told not to) and runs all stages; stops at the first that fails, or goes on to the end.
pub fn run(with_setup: bool, keep_going: bool) -> Result<()> {
    let begin = Instant::now();
    if with_setup {
        crate::setup::all()?;
    }
    let mut failed = Vec::new();
    for (name, work) in STAGES {
        if let Err(error) = stage(name, work) {
            println!("   {error:#}");
            failed.push(*name);
            if !keep_going {
                break;
            }
        }
    }
    println!("== all stages … {:.1} s", begin.elapsed().as_secs_f64());
    if !failed.is_empty() {
        bail!("failed: {}", failed.join("; "));
    }
    Ok(())
}

/// Tests in targets of their own that `run` leaves out: each takes minutes, and gigabytes of disk. What they measured is
/// printed.
pub fn slow() -> Result<()> {
    stage("slow tests (nextest)", || {
        let args = ["nextest", "run", "--locked", "-p", "hearthcast-media", "--test", "slow", "--no-capture"];
        start(&mut cargo(args))
    })?;
    stage("setup: Garage", crate::setup::garage)?;
    stage("the promises of places on Garage (nextest)", || {
        let args = ["nextest", "run", "--locked", "-p", "hearthcast-storage", "--test", "slow", "--no-capture"];
        start(cargo(args).args(["-E", "not test(/^suite::/)"]))
    })?;
    stage("kill sweep at every point (nextest)", || {
        let args =
            ["nextest", "run", "--locked", "-p", "hearthcast-tests", "--test", "engine_line", "sweep", "--no-capture"];
        start(cargo(args).env("HEARTHCAST_SWEEP_ALL", "1"))
    })?;
    stage("killed at 1,000 system calls (nextest)", || {
        let args = ["nextest", "run", "--locked", "-p", "hearthcast-tests", "--test", "system_calls", "--no-capture"];
        start(cargo(args).env("HEARTHCAST_SWEEP_POINTS", "1000"))
    })
}

fn types() -> Result<()> {
    let outcome = start(&mut npm("check"));
    // svelte-check does not end its last line.
    println!();
    outcome
}

/// The list of known faults in crates lies on a host that CI does not reach (docs/guide/building.md).
fn deny() -> Result<()> {
    start(program("cargo-deny").args(["--offline", "--locked", "check", "bans", "licenses", "sources"]))
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
