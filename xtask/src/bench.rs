//! `cargo xtask bench`: our programs beside named ones in one run, interleaved, and docs/BENCHMARKS.md written from it.
//!
//! Ratios of medians decide, because absolute figures belong to a machine. Not a test: nothing here can fail a build.

mod feed;
mod hour;
mod library;
mod load;
mod material;
mod measure;
mod media;
mod report;
mod serving;
mod storage;
mod transfer;
mod window;

use crate::shell::{cargo, program, run, stage};
use anyhow::{Result, bail};
use measure::Row;

/// Measures the rows of one group in so many rounds.
type Measure = fn(usize) -> Result<Vec<Row>>;

/// What can be measured, by the name it is asked for.
const GROUPS: &[(&str, Measure)] = &[
    ("analysis", media::analysis),
    ("recording", media::recording),
    ("formats", media::formats),
    ("three-hours", media::three_hours),
    ("cover", media::cover),
    ("serving", serving::rows),
    ("load", load::rows),
    ("feed", feed::rows),
    ("upload", transfer::upload),
    ("unchanged", transfer::unchanged),
    ("library", library::rows),
    ("window", window::rows),
    ("hour", hour::rows),
];

/// What cargo builds, and for which groups. The window's group builds its own host besides.
const PROGRAMS: &[(&[&str], &[&str])] = &[
    (
        &["-p", "hearthcast-cli"],
        &["analysis", "recording", "formats", "three-hours", "cover", "upload", "unchanged", "hour"],
    ),
    (&["-p", "hearthcast-server", "--bins"], &["hour"]),
    (&["-p", "hearthcast-server", "--example", "serving"], &["serving", "load"]),
    (&["-p", "hearthcast-feed", "--example", "ten_thousand"], &["feed"]),
    (&["-p", "hearthcast-studio", "--example", "big_library"], &["upload", "unchanged", "library", "window"]),
    (&["-p", "hearthcast-testkit", "--example", "s3_server"], &["upload", "unchanged"]),
];

/// Measured only when it is asked for by name.
const LONG: &str = "hour";

/// System packages only the bench needs: the peers.
const PEERS: &[&str] = &["nginx", "wrk", "libvips-tools", "lame", "opus-tools", "ffmpeg", "sox", "rclone"];

/// Interleaved rounds, unless told otherwise.
const ROUNDS: usize = 5;

/// Measures the groups named in `words` (`--rounds N` among them), or all, and writes the page.
pub fn run_with(words: &[&str]) -> Result<()> {
    let (rounds, names) = read(words)?;
    let unknown = names.iter().find(|name| !GROUPS.iter().any(|(known, _)| known == *name));
    if let Some(name) = unknown {
        bail!(
            "there is no \"{name}\" to measure; there are: {}",
            GROUPS.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", ")
        );
    }
    stage("bench: peers", || crate::setup::extra_packages(PEERS))?;
    stage("bench: peers (Python)", storage::python_peers)?;
    let is_wished = |name: &str| names.contains(&name) || names.is_empty() && name != LONG;
    let groups: Vec<_> = GROUPS.iter().filter(|(name, _)| is_wished(name)).collect();
    let names: Vec<&str> = groups.iter().map(|(name, _)| *name).collect();
    stage("bench: release build", || build(&names))?;
    for (name, rows) in groups {
        let mut measured = Vec::new();
        stage(&format!("bench: {name}"), || {
            measured = rows(rounds)?;
            Ok(())
        })?;
        report::keep(name, &measured)?;
    }
    report::write(&GROUPS.iter().map(|(name, _)| *name).collect::<Vec<_>>())
}

fn read<'a>(words: &[&'a str]) -> Result<(usize, Vec<&'a str>)> {
    match words {
        ["--rounds", number, rest @ ..] => match number.parse() {
            Ok(rounds @ 1..=99) => Ok((rounds, rest.to_vec())),
            _ => bail!("--rounds takes a number from 1 to 99, not \"{number}\""),
        },
        rest => Ok((ROUNDS, rest.to_vec())),
    }
}

/// Builds the programs that the groups measure, as people run them.
fn build(names: &[&str]) -> Result<()> {
    for (words, _) in PROGRAMS.iter().filter(|(_, of)| of.iter().any(|group| names.contains(group))) {
        run(cargo(["build", "--release", "--locked"]).args(*words))?;
    }
    Ok(())
}

/// A program of the release build.
fn ours(name: &str) -> std::process::Command {
    program(&crate::shell::target_dir().join("release").join(name).to_string_lossy())
}
