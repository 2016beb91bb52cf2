//! The opawg data pack (github.com/opawg/user-agents-v2): loaded from JSON values, for those who want its names.
//! Not shipped with Hearthcast, and no files are opened here.

use super::AgentKind;
use regex::{RegexSet, RegexSetBuilder};
use serde_json::Value;

/// Most entries of one file; opawg's largest has 559.
const MAX_ENTRIES: usize = 20_000;
/// Bytes of compiled patterns of one file.
const MAX_COMPILED_BYTES: usize = 128 << 20;

/// Why a data pack cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// The file has no list of entries with name and pattern.
    #[error(
        "The user agent file \"{0}\" is not an opawg file: it needs a list \"entries\" with a name and a pattern each."
    )]
    Shape(String),
    /// Far more entries than opawg has.
    #[error("The user agent file \"{0}\" has more than {MAX_ENTRIES} entries.")]
    TooMany(String),
    /// A pattern is not a regular expression, or too big.
    #[error("The user agent file \"{file}\" has a pattern that cannot be used: {source}")]
    Pattern {
        /// The file.
        file: String,
        /// What is wrong.
        source: Box<regex::Error>,
    },
}

impl From<PackError> for hearthcast_model::Error {
    fn from(error: PackError) -> Self {
        let hint = "Take bots.json, apps.json, libraries.json, browsers.json and devices.json of opawg/user-agents-v2.";
        Self::new(hearthcast_model::Code::UsageInvalid, error.to_string()).hint(hint)
    }
}

/// The files of opawg that the rule uses, in the order they are asked: bots, apps, libraries, browsers; then devices.
#[derive(Debug, Default)]
pub struct Pack {
    bots: List,
    apps: List,
    libraries: List,
    browsers: List,
    devices: List,
}

impl Pack {
    /// The names of the files a folder of opawg data holds.
    pub const FILES: [&str; 5] = ["bots.json", "apps.json", "libraries.json", "browsers.json", "devices.json"];

    /// Builds a pack from (file name, content). Files of other names are left out, missing ones are empty.
    pub fn from_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Result<Self, PackError> {
        let mut pack = Self::default();
        for (name, content) in files {
            let list = match name {
                "bots.json" => &mut pack.bots,
                "apps.json" => &mut pack.apps,
                "libraries.json" => &mut pack.libraries,
                "browsers.json" => &mut pack.browsers,
                "devices.json" => &mut pack.devices,
                _ => continue,
            };
            *list = List::parse(name, content)?;
        }
        Ok(pack)
    }

    /// Returns name and kind of the client, by the first entry that matches.
    pub(super) fn client(&self, agent: &str) -> Option<(String, AgentKind)> {
        let kinds = [AgentKind::Bot, AgentKind::App, AgentKind::Library, AgentKind::Browser];
        let lists = [&self.bots, &self.apps, &self.libraries, &self.browsers];
        lists.into_iter().zip(kinds).find_map(|(list, kind)| {
            let entry = list.first(agent)?;
            Some((entry.name.clone(), if entry.robot { AgentKind::Bot } else { kind }))
        })
    }

    /// Returns the name of the device.
    pub(super) fn device(&self, agent: &str) -> Option<String> {
        self.devices.first(agent).map(|entry| entry.name.clone())
    }
}

/// One file: its patterns as one set, its entries in the same order.
#[derive(Debug, Default)]
struct List {
    patterns: RegexSet,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    /// Category "bot": libraries that people do not listen with.
    robot: bool,
}

impl List {
    fn parse(file: &str, content: &Value) -> Result<Self, PackError> {
        // The full files hold {"entries": [...]}, the reduced ones of `runtime/` the list itself.
        let list = content.get("entries").unwrap_or(content).as_array();
        let list = list.ok_or_else(|| PackError::Shape(file.into()))?;
        if list.len() > MAX_ENTRIES {
            return Err(PackError::TooMany(file.into()));
        }
        let text = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
        let (mut patterns, mut entries) = (vec![], vec![]);
        for entry in list {
            let (name, pattern) =
                text(entry, "name").zip(text(entry, "pattern")).ok_or_else(|| PackError::Shape(file.into()))?;
            entries.push(Entry { name, robot: text(entry, "category").as_deref() == Some("bot") });
            patterns.push(pattern);
        }
        let built = RegexSetBuilder::new(patterns).size_limit(MAX_COMPILED_BYTES).build();
        let patterns = built.map_err(|source| PackError::Pattern { file: file.into(), source: Box::new(source) })?;
        Ok(Self { patterns, entries })
    }

    fn first(&self, agent: &str) -> Option<&Entry> {
        self.entries.get(self.patterns.matches(agent).iter().next()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agents::Classifier;
    use serde_json::json;

    #[test]
    fn the_pack_is_asked_first_and_the_own_table_after_it() {
        let apps = json!({"entries": [{"name": "Mine", "pattern": "^Mine/"}, {"name": "Later", "pattern": "Mine"}]});
        let libraries =
            json!([{"name": "tool", "pattern": "^tool/", "category": "bot"}, {"name": "lib", "pattern": "^lib/"}]);
        let files = [("apps.json", &apps), ("libraries.json", &libraries), ("README.md", &json!(1))];
        let classifier = Classifier::with_pack(Pack::from_files(files).unwrap());
        let kind = |agent: &str| classifier.classify(agent).kind;
        assert_eq!(classifier.classify("Mine/1").app, "Mine", "the first entry wins");
        assert_eq!(kind("tool/1"), AgentKind::Bot);
        assert_eq!(kind("lib/1"), AgentKind::Library);
        assert_eq!(kind("curl/8"), AgentKind::Bot, "from the own table");
    }

    #[test]
    fn a_wrong_pack_is_refused_with_its_name() {
        for wrong in [json!({"entries": 1}), json!([{"name": "x"}]), json!([{"name": "x", "pattern": "("}])] {
            let error = Pack::from_files([("bots.json", &wrong)]).unwrap_err().to_string();
            assert!(error.contains("bots.json"), "{error}");
        }
    }
}
