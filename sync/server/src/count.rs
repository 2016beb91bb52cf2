//! `hearthcast-server count FILE`: a counting case read, counted and written.

use anyhow::Context;
use hearthcast_counting::agents::{Classifier, Pack};
use hearthcast_counting::vector::user_agents_folder;
use hearthcast_counting::{count_file, count_file_with};
use hearthcast_model::{Code, Error};
use serde_json::Value;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Largest file read: half a million requests or so.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// Counts a case; a folder of user agents is looked for beside the case unless its path is absolute.
pub fn count(path: &Path) -> anyhow::Result<String> {
    let case = read(path)?;
    let counted = match user_agents_folder(&case) {
        None => count_file(case),
        Some(folder) => {
            let folder = path.parent().unwrap_or(Path::new("")).join(folder);
            let classifier = Classifier::with_pack(pack(&folder)?);
            count_file_with(case, &classifier)
        }
    };
    Ok(counted.map_err(Error::from)?.to_string())
}

fn pack(folder: &Path) -> anyhow::Result<Pack> {
    let mut files = vec![];
    for name in Pack::FILES {
        let path = folder.join(name);
        if path.exists() {
            files.push((name, read(&path)?));
        }
    }
    Pack::from_files(files.iter().map(|(name, value)| (*name, value))).context("reading the user agents")
}

fn read(path: &Path) -> anyhow::Result<Value> {
    let wrong = |why: String| Error::new(Code::UsageInvalid, format!("{} cannot be read: {why}.", path.display()));
    let mut text = String::new();
    let file = File::open(path).map_err(|e| wrong(e.to_string()))?;
    file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(|e| wrong(e.to_string()))?;
    if text.len() as u64 > MAX_BYTES {
        return Err(wrong(format!("it is larger than {MAX_BYTES} bytes")).into());
    }
    Ok(serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?)
}
