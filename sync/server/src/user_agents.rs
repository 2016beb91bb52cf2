//! The opawg data pack of the operator, read from a folder: its lists of agents before Hearthcast's own table.

use hearthcast_counting::agents::{Classifier, Pack};
use hearthcast_model::{Code, Error, Result};
use serde_json::Value;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// Largest list read; opawg's largest has under a megabyte.
const MOST_BYTES: u64 = 64 << 20;

/// Reads the lists that a folder holds. One without any is refused: somebody meant another folder.
pub fn classifier(folder: &Path) -> Result<Classifier> {
    let mut files = vec![];
    for name in Pack::FILES {
        let path = folder.join(name);
        if path.exists() {
            files.push((name, read(&path)?));
        }
    }
    if files.is_empty() {
        return Err(wrong(folder, &"none of opawg's lists is in it").hint(
            "It should hold bots.json, apps.json, libraries.json, browsers.json and devices.json of opawg/user-agents-v2.",
        ));
    }
    let pack = Pack::from_files(files.iter().map(|(name, value)| (*name, value)))?;
    Ok(Classifier::with_pack(pack))
}

fn read(path: &Path) -> Result<Value> {
    let mut text = String::new();
    let file = File::open(path).map_err(|error| wrong(path, &error))?;
    file.take(MOST_BYTES).read_to_string(&mut text).map_err(|error| wrong(path, &error))?;
    serde_json::from_str(&text).map_err(|error| wrong(path, &error))
}

fn wrong(path: &Path, why: &dyn std::fmt::Display) -> Error {
    Error::new(Code::UsageInvalid, format!("The user agents in {} cannot be used: {why}.", path.display()))
        .about("field", "user_agents")
}
