//! `cargo xtask fuzz`: libFuzzer on every own reader, one after the other, with what it reached. Builds `fuzz/`, which is a
//! workspace of its own, with coverage and the address sanitizer; the compiler is the pinned one, told to allow both.
//!
//! A finding is written beside the seeds in `tests/fixtures/fuzz/<reader>/`, where the ordinary test `fuzz_findings` reads it
//! from then on.

use crate::shell::{cargo, program, root, run};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

const TARGET: &str = "x86_64-unknown-linux-gnu";
/// Coverage as libFuzzer reads it, and the address sanitizer.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
                     -Cllvm-args=-sanitizer-coverage-trace-compares -Zsanitizer=address";
/// Every reader: `fuzz/src/entry.rs`.
const READERS: [&str; 23] = [
    "adts",
    "aiff",
    "caf",
    "chapters",
    "feed",
    "headers",
    "html",
    "id3",
    "kind",
    "logs",
    "matroska",
    "mp3",
    "mp4",
    "ogg",
    "opml",
    "picture",
    "said",
    "spodcat",
    "transcript",
    "vorbis",
    "wav",
    "wordpress",
    "worker",
];

/// `--seconds N` for each reader (30), and which.
pub fn fuzz(words: &[&str]) -> Result<()> {
    let (seconds, wanted) = match words {
        ["--seconds", seconds, rest @ ..] => (seconds.parse().context("--seconds N")?, rest),
        rest => (30u32, rest),
    };
    if let Some(unknown) = wanted.iter().find(|name| !READERS.contains(name) && **name != "--planted") {
        bail!("there is no reader \"{unknown}\"; there are {}", READERS.join(", "));
    }
    let planted = wanted.contains(&"--planted");
    let wanted: Vec<&str> = wanted.iter().copied().filter(|name| READERS.contains(name)).collect();
    let fuzzer = build(planted)?;
    println!("reader        executions  edges  features  seconds");
    for reader in READERS.iter().filter(|name| wanted.is_empty() || wanted.contains(name)) {
        one(&fuzzer, reader, seconds)?;
    }
    Ok(())
}

fn build(planted: bool) -> Result<PathBuf> {
    let folder = root().join("fuzz");
    let built = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| folder.join("target"), PathBuf::from).join("fuzz");
    let features: &[&str] = if planted { &["--features", "planted"] } else { &[] };
    let mut command = cargo(["build", "--quiet", "--locked", "--release", "--target", TARGET]);
    command.args(features).current_dir(&folder).env("CARGO_TARGET_DIR", &built);
    // The pinned compiler refuses unstable flags otherwise; nothing that is shipped is built like this.
    command.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", FLAGS);
    for unstable in ["CARGO_UNSTABLE_FEATURE_UNIFICATION", "CARGO_RESOLVER_FEATURE_UNIFICATION"] {
        command.env_remove(unstable);
    }
    run(&mut command)?;
    Ok(built.join(TARGET).join("release/fuzz"))
}

/// Runs one; its corpus grows in the build folder, its seeds and findings stay with the tests.
fn one(fuzzer: &Path, reader: &str, seconds: u32) -> Result<()> {
    let seeds = root().join("tests/fixtures/fuzz").join(reader);
    let corpus = fuzzer.with_file_name("corpus").join(reader);
    fs::create_dir_all(&seeds)?;
    fs::create_dir_all(&corpus)?;
    let memory = Path::new("/dev/shm");
    let mut command = program(&fuzzer.to_string_lossy());
    command.arg(&corpus).arg(&seeds).arg(format!("-max_total_time={seconds}"));
    command.args(["-max_len=16384", "-timeout=10", "-rss_limit_mb=1024", "-print_final_stats=1"]);
    command.arg(format!("-artifact_prefix={}/", seeds.display()));
    command.env("HEARTHCAST_FUZZ_TARGET", reader);
    if memory.is_dir() {
        command.env("TMPDIR", memory);
    }
    let out = command.output().context("the fuzzing program did not start")?;
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    let number = |name: &str| {
        let line = said.lines().rev().find(|line| line.contains(name));
        let after = line.and_then(|line| line.split(name).nth(1)).unwrap_or_default();
        after.split_whitespace().next().unwrap_or("-").to_owned()
    };
    let runs = number("stat::number_of_executed_units:");
    println!("{reader:<12} {runs:>11}  {:>5}  {:>8}  {seconds:>7}", number("cov:"), number("ft:"));
    if !out.status.success() {
        let tail: Vec<&str> = said.lines().filter(|l| !l.trim_start().starts_with('#')).rev().take(40).collect();
        bail!("{reader}: a finding\n{}", tail.into_iter().rev().collect::<Vec<_>>().join("\n"));
    }
    Ok(())
}
