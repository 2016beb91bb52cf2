//! Uploads beside rclone, the AWS command line and s5cmd, and a publication with nothing to do.

use super::measure::{Of, Row, Run, timed};
use super::storage::{Storage, peer};
use super::{material, ours};
use crate::shell::{program, run};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Least rounds of the uploads (DESIGN §5).
const LEAST_ROUNDS: usize = 7;

/// A file of 500 MB to an empty bucket.
pub fn upload(rounds: usize) -> Result<Vec<Row>> {
    let (file, storage) = (material::noise_500()?, Storage::start()?);
    let library = library("upload", &storage, &["one", &file.to_string_lossy()])?;
    let kept = library.join("kept.sqlite");
    fs::copy(library.join("library.sqlite"), &kept)?;
    let how = "500,000,000 random bytes to `s3s-fs` in a process of its own on loopback, its folder empty. `hearthcast publish SHOW` (plan, SHA-256 of the file, upload in signed parts, read back in pieces as a listener, manifest, feed, feed read back; every step in a durable journal) beside `rclone copyto`, `aws s3 cp` and `s5cmd cp` with their own settings, which make no SHA-256 of the file and read nothing back.";
    let bars = [(Of::WallBest, 1.1), (Of::Cpu(3), 1.2), (Of::OwnPeak, 64.0)];
    let row = Row::new("Upload of 500 MB to S3", how, "s", &["Hearthcast", "rclone", "aws", "s5cmd"], &bars);
    Ok(vec![row.interleave(rounds.max(LEAST_ROUNDS), |at| {
        storage.empty()?;
        forget_publication(&library, &kept)?;
        // What the last run wrote is not to be written to the disk while this one is measured.
        run(&mut program("sync"))?;
        timed(&sender(at, &storage, &library, &file))
    })?])
}

fn sender(at: usize, storage: &Storage, library: &Path, file: &Path) -> Command {
    let (endpoint, place) = (storage.origin.as_str(), format!("s3://{}/peer/noise.mp3", storage.bucket));
    let mut command = match at {
        0 => publish(library),
        1 => {
            let mut rclone = program("rclone");
            rclone.args(["--config", "/dev/null", "copyto"]).arg(file);
            rclone.arg(format!(":s3:{}/peer/noise.mp3", storage.bucket));
            rclone.args(["--s3-provider", "Other", "--s3-env-auth", "--s3-force-path-style", "--s3-no-check-bucket"]);
            rclone.args(["--s3-region", "us-east-1", "--s3-endpoint", endpoint]);
            rclone
        }
        2 => {
            let mut aws = peer("aws");
            aws.args(["s3", "cp", "--quiet", "--endpoint-url", endpoint]).arg(file).arg(place);
            aws
        }
        _ => {
            let mut s5cmd = peer("s5cmd");
            s5cmd.args(["--endpoint-url", endpoint, "cp"]).arg(file).arg(place);
            s5cmd
        }
    };
    storage.with_key(&mut command);
    command
}

fn publish(library: &Path) -> Command {
    let mut command = ours("hearthcast");
    command.arg("--library").arg(library).args(["publish", "ports", "--json"]);
    command
}

/// Nothing to publish among 10,000 objects.
pub fn unchanged(rounds: usize) -> Result<Vec<Row>> {
    let mut storage = Storage::start()?;
    let library = library("unchanged", &storage, &["make"])?;
    let how = "A library with 10,000 published episodes, a file each, in a bucket; nothing has changed since. Requests are counted by the server.";
    let bars = [(Of::OwnRequests, 3.0), (Of::OwnWall, 0.3)];
    ["publish ports", "sync"]
        .into_iter()
        .map(|verb| {
            let title = format!("Nothing changed among 10,000 objects: `hearthcast {verb}`");
            Row::new(&title, how, "s", &["Hearthcast"], &bars).interleave(rounds, |_| {
                let mut command = ours("hearthcast");
                command.arg("--library").arg(&library).args(verb.split(' ')).arg("--json");
                storage.with_key(&mut command);
                storage.asked()?;
                let run = timed(&command)?;
                let (requests, listings) = storage.asked()?;
                ensure!(listings == 0.0, "{verb} listed the bucket");
                Ok(Run { requests: Some(requests), ..run })
            })
        })
        .collect()
}

/// A library made by `crates/studio/examples/big_library.rs`, with the server's bucket as its probed target.
fn library(name: &str, storage: &Storage, how: &[&str]) -> Result<PathBuf> {
    let folder = material::scratch(&format!("library-{name}"))?;
    let (verb, rest) = how.split_first().context("how to make the library")?;
    run(ours("examples/big_library").arg(verb).arg(&folder).arg(&storage.origin).args(rest))?;
    let mut probe = ours("hearthcast");
    probe.arg("--library").arg(&folder).args(["--quiet", "target", "probe", "pods"]);
    run(storage.with_key(&mut probe))?;
    Ok(folder)
}

/// The library as it was before its publication: only the database knows of it.
fn forget_publication(library: &Path, kept: &Path) -> Result<()> {
    for rest in ["library.sqlite-wal", "library.sqlite-shm"] {
        let _ = fs::remove_file(library.join(rest));
    }
    fs::copy(kept, library.join("library.sqlite")).context("the library's database")?;
    Ok(())
}
