//! Data left by the programs of an earlier issue: fixtures that are copied, and get the paths and ports of the test.

use crate::{Laptop, output};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the fixtures' folders and servers were when they were made.
const FOLDER: &str = "/srv/hearthcast-fixture/www";
const SERVER: &str = "http://127.0.0.1:47123";
const BUCKET: &str = "http://127.0.0.1:47124";

/// A copy of a fixture, as it lies on the disk of somebody who kept it.
pub struct Left {
    root: PathBuf,
}

impl Left {
    /// A copy of `fixtures/<name>` inside `place`.
    pub fn copy(name: &str, place: &Path) -> Self {
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
        let root = place.join(name);
        output(Command::new("cp").arg("-r").arg(fixture).arg(&root));
        let left = Self { root };
        // The mark of a folder that was published to is a folder with nothing in it, and those are not kept by git.
        if left.at("www").is_dir() {
            std::fs::create_dir_all(left.at("www/.hearthcast")).expect("the place of the test takes folders");
        }
        left
    }

    /// A file or folder of the copy.
    pub fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The laptop of the copy; its targets are where the copy and these servers are.
    pub fn laptop(&self, server: Option<&str>, bucket: Option<&str>) -> Laptop {
        let mut body = format!("replace(body, '{FOLDER}', '{}')", self.at("www").display());
        for (old, new) in [(SERVER, server), (BUCKET, bucket)] {
            if let Some(new) = new {
                body = format!("replace({body}, '{old}', '{new}')");
            }
        }
        let moved = format!("UPDATE target SET body = {body}");
        output(Command::new("sqlite3").arg(self.at("library/library.sqlite")).arg(moved));
        Laptop::on(&self.at("library"), &self.root)
    }
}

/// What of `then` is not in `now`: fields may come, none may go or change. Rules go by their kinds of files, of which there
/// may be new ones.
pub fn lost(then: &Value, now: &Value, at: &str, found: &mut Vec<String>) {
    match (then, now) {
        (Value::Object(then), Value::Object(now)) => {
            for (name, value) in then {
                lost(value, now.get(name).unwrap_or(&Value::Null), &format!("{at}.{name}"), found);
            }
        }
        (Value::Array(then), Value::Array(now)) if at.ends_with("rules.json.rules") => {
            for rule in then {
                let same = now.iter().find(|now| now["kind"] == rule["kind"]).unwrap_or(&Value::Null);
                lost(rule, same, &format!("{at}[{}]", rule["kind"]), found);
            }
        }
        (Value::Array(then), Value::Array(now)) if then.len() == now.len() => {
            for (n, (then, now)) in then.iter().zip(now).enumerate() {
                lost(then, now, &format!("{at}[{n}]"), found);
            }
        }
        _ if then == now => {}
        _ => found.push(format!("{at}: {then} became {now}")),
    }
}
