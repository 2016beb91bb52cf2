//! The house rules that neither compiler nor linter knows. Every rule is a function from plain data to faults, with a
//! test that plants one.

mod decoding;
mod layers;
mod server;
mod source;
mod window;

use crate::shell::{cargo, root, text};
use anyhow::{Context, Result, bail};
use std::path::Path;

/// One broken rule: where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// File (and line) or package.
    pub place: String,
    /// The rule, and what to do instead.
    pub rule: String,
}

impl Fault {
    fn new(place: impl Into<String>, rule: impl Into<String>) -> Self {
        Self { place: place.into(), rule: rule.into() }
    }
}

/// One file of the project as the rules see it.
pub struct Source {
    /// Path from the workspace folder, with `/`.
    pub path: String,
    /// Content.
    pub text: String,
}

/// Checks every rule; prints all faults, then fails if there was one.
pub fn run() -> Result<()> {
    let metadata = metadata()?;
    let sources = sources(&root())?;
    let mut faults = layers::faults(&layers::packages(&metadata)?);
    faults.extend(server::faults(&server_tree()?));
    for source in &sources {
        faults.extend(source::faults(source));
        faults.extend(window::faults(source));
        faults.extend(decoding::faults(source));
    }
    for fault in &faults {
        println!("   {}: {}", fault.place, fault.rule);
    }
    if !faults.is_empty() {
        bail!("{} broken house rules", faults.len());
    }
    println!("   {} files follow the house rules", sources.len());
    Ok(())
}

fn metadata() -> Result<serde_json::Value> {
    let json = text(&mut cargo(["metadata", "--format-version", "1", "--no-deps", "--locked"]))?;
    serde_json::from_str(&json).context("cargo metadata did not print JSON")
}

fn server_tree() -> Result<String> {
    text(&mut cargo([
        "tree",
        "--locked",
        "--package",
        "hearthcast-server",
        "--edges",
        "normal,build",
        "--target",
        "all",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]))
}

/// All files of the project that people write: what git knows or would take, without generated ones.
fn sources(root: &Path) -> Result<Vec<Source>> {
    let mut git = crate::shell::program("git");
    let listed = text(git.args(["ls-files", "--cached", "--others", "--exclude-standard"]))?;
    let wanted = |path: &&str| {
        [".rs", ".ts", ".svelte", ".css", ".html", ".sql"].iter().any(|end| path.ends_with(end))
            && !path.starts_with("ui/src/bindings/")
    };
    let mut sources = Vec::new();
    for path in listed.lines().filter(wanted) {
        // A file may be listed and gone: removed, but not yet committed.
        if let Ok(text) = std::fs::read_to_string(root.join(path)) {
            sources.push(Source { path: path.to_string(), text });
        }
    }
    Ok(sources)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_see_the_projects_files() {
        let sources = sources(&root()).unwrap();
        assert!(sources.iter().any(|s| s.path == "xtask/src/tidy.rs"), "this very file is under the rules");
        assert!(sources.iter().any(|s| s.path == "crates/model/src/visible.rs"));
    }
}
