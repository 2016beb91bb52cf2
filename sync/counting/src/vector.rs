//! Conformance vectors: a case as one JSON object in, the counts as one JSON object out (COUNTING.md, last section).
//!
//! The door for anybody who wants to check the rule with requests of their own. No file is opened here.

mod case;
mod outcome;

use crate::agents::Classifier;
use crate::logs::{self, Format, Paths, Reader};
use crate::rule;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Why a case cannot be counted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CountError {
    /// The JSON does not have the shape of a case.
    #[error("This is not a counting case: {0}.")]
    Shape(#[from] serde_json::Error),
    /// A field of the settings or of a media version holds something else than it should.
    #[error("{place} has \"{value}\", which is not {expected}.")]
    Field {
        /// Which part of the case.
        place: String,
        /// What stands there.
        value: String,
        /// What should.
        expected: &'static str,
    },
    /// A request names a file that is not under `media`.
    #[error("Request {number} asks for the media \"{media}\", which the case does not describe.")]
    UnknownMedia {
        /// The request, counted from 1.
        number: usize,
        /// The name.
        media: String,
    },
    /// The case wants opawg files; a caller that can read files loads them.
    #[error("The case wants user agents from the folder \"{0}\", but none were loaded.")]
    AgentsNotLoaded(String),
}

impl From<CountError> for hearthcast_model::Error {
    fn from(error: CountError) -> Self {
        let hint = "docs/COUNTING.md describes the file: settings, media and requests.";
        Self::new(hearthcast_model::Code::UsageInvalid, error.to_string()).hint(hint)
    }
}

/// Counts a case with Hearthcast's own table of agents.
///
/// A case whose `settings.user_agents` names a folder needs [`count_file_with`].
pub fn count_file(json: Value) -> Result<Value, CountError> {
    match user_agents_folder(&json) {
        Some(folder) => Err(CountError::AgentsNotLoaded(folder.to_owned())),
        None => count_file_with(json, &Classifier::default()),
    }
}

/// Counts a case with a classifier the caller has prepared.
pub fn count_file_with(json: Value, classifier: &Classifier) -> Result<Value, CountError> {
    let case = case::read(json)?;
    let days = rule::count(case.deliveries, &case.media, &case.settings, classifier);
    Ok(outcome::write(&days))
}

/// Counts the lines of a log with the settings and media of a case; its `requests` are left alone. A media's name is the
/// path it has in the log. Lines that are no request for one of them are counted under `skipped`, by reason.
pub fn count_log<'a>(
    json: Value,
    format: Format,
    lines: impl IntoIterator<Item = &'a str>,
    classifier: &Classifier,
) -> Result<Value, CountError> {
    let (settings, lists, media) = case::read_frame(json)?;
    let mut paths = Paths::default();
    media.keys().for_each(|name| paths.add(name, name));
    let (mut reader, mut skipped, mut deliveries) = (Reader::new(format), BTreeMap::<&str, u64>::new(), vec![]);
    for line in lines {
        let hit = reader.line(line).and_then(|hit| match paths.find(&hit.path) {
            Some(name) => Ok(hit.delivery(name, media[name].size, &case::SALT, &lists)),
            None => Err(logs::Skip::OtherFile),
        });
        match hit {
            Ok(delivery) => deliveries.push(delivery),
            Err(skip) => *skipped.entry(skip.as_str()).or_default() += 1,
        }
    }
    let mut counted = outcome::write(&rule::count(deliveries, &media, &settings, classifier));
    counted["skipped"] = json!(skipped);
    Ok(counted)
}

/// Returns the folder of opawg files that a case wants (`settings.user_agents`), if any: its files named in
/// [`crate::agents::Pack::FILES`] are for the caller to read.
pub fn user_agents_folder(json: &Value) -> Option<&str> {
    json.get("settings")?.get("user_agents")?.as_str()
}
