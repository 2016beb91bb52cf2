//! The window's TypeScript types, written from the Rust types by a test of `hearthcast-commands`.

use crate::shell::{cargo, root, run};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::path::Path;

/// Where the generated files stand.
const FOLDER: &str = "ui/src/bindings";

/// Writes the files anew: builds the commands alone, without the window.
pub fn write() -> Result<()> {
    run(cargo([
        "test",
        "--quiet",
        "--locked",
        "-p",
        "hearthcast-commands",
        "--lib",
        "--features",
        "bindings,http-host",
        "export",
    ])
    .env("TS_RS_LARGE_INT", "number"))
}

/// The same within the whole workspace, with the features of `cargo xtask test`: nothing is built twice for this.
fn write_in_test() -> Result<()> {
    run(cargo(["nextest", "run", "--locked", "--workspace", "--features", crate::test::FEATURES])
        .args(["-E", "package(hearthcast-commands) & test(export)"])
        .env("TS_RS_LARGE_INT", "number"))
}

/// Fails when the files that stand there are not what the Rust types say; leaves the right ones.
pub fn check() -> Result<()> {
    let folder = root().join(FOLDER);
    let before = contents(&folder)?;
    write_in_test()?;
    let differing = differences(&before, &contents(&folder)?);
    if !differing.is_empty() {
        bail!("{FOLDER} was not up to date: {}. It is now: commit it.", differing.join(", "));
    }
    Ok(())
}

/// File names and contents of a flat or nested folder; empty when it does not exist.
fn contents(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    if !folder.exists() {
        return Ok(files);
    }
    for entry in std::fs::read_dir(folder).with_context(|| format!("could not list {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            files.extend(contents(&entry.path())?.into_iter().map(|(inner, text)| (format!("{name}/{inner}"), text)));
        } else {
            files.insert(name, std::fs::read(entry.path())?);
        }
    }
    Ok(files)
}

/// Names that are on one side only, or with other content.
fn differences(before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(pairs: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
        pairs.iter().map(|(name, text)| ((*name).to_string(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn drift_is_a_new_a_gone_or_another_file() {
        let before = files(&[("Show.ts", "a"), ("Gone.ts", "a"), ("Same.ts", "a")]);
        let after = files(&[("Show.ts", "b"), ("New.ts", "a"), ("Same.ts", "a")]);
        assert_eq!(differences(&before, &after), ["Gone.ts", "New.ts", "Show.ts"]);
        assert!(differences(&before, &before).is_empty());
    }
}
