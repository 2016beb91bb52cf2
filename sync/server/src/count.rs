//! `hearthcast-server count FILE`: a counting case read, counted and written.

use hearthcast_counting::agents::Classifier;
use hearthcast_counting::logs::{Format, Lines, Raw};
use hearthcast_counting::vector::user_agents_folder;
use hearthcast_counting::{count_file_with, count_log};
use hearthcast_model::{Code, Error};
use hearthcast_server::user_agents;
use serde_json::Value;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Largest file read: half a million requests or so.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// A log of another server, counted instead of the case's own requests.
pub struct Log<'a> {
    pub path: &'a Path,
    pub format: Format,
}

/// Counts a case; a folder of user agents is looked for beside the case unless its path is absolute.
pub fn count(path: &Path, log: Option<&Log<'_>>) -> anyhow::Result<String> {
    let case = read(path)?;
    let classifier = match user_agents_folder(&case) {
        None => Classifier::default(),
        Some(folder) => user_agents::classifier(&path.parent().unwrap_or(Path::new("")).join(folder))?,
    };
    let counted = match log {
        None => count_file_with(case, &classifier),
        Some(log) => {
            let lines = lines(log.path)?;
            count_log(case, log.format, lines.iter().map(String::as_str), &classifier)
        }
    };
    Ok(counted.map_err(Error::from)?.to_string())
}

fn lines(path: &Path) -> anyhow::Result<Vec<String>> {
    let lines = File::open(path).and_then(|file| Lines::open(file.take(MAX_BYTES))).map_err(|e| wrong(path, &e))?;
    let text = |line| match line {
        Raw::Line(line) => line,
        Raw::TooLong => "?".into(),
    };
    let lines: Result<Vec<String>, _> = lines.map(|line| line.map(text)).collect();
    Ok(lines.map_err(|e| wrong(path, &e))?)
}

fn wrong(path: &Path, why: &dyn std::fmt::Display) -> Error {
    Error::new(Code::UsageInvalid, format!("{} cannot be read: {why}.", path.display()))
}

fn read(path: &Path) -> anyhow::Result<Value> {
    let mut text = String::new();
    let file = File::open(path).map_err(|e| wrong(path, &e))?;
    file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(|e| wrong(path, &e))?;
    if text.len() as u64 > MAX_BYTES {
        return Err(wrong(path, &format!("it is larger than {MAX_BYTES} bytes")).into());
    }
    Ok(serde_json::from_str(&text).map_err(|e| wrong(path, &e))?)
}
