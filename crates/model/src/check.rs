//! What directories and apps would refuse: findings about a show, found by `hearthcast-checks`, shown as traffic lights.

use crate::error::Subject;
use crate::{ShowId, TargetId};
use serde::{Deserialize, Serialize};

/// How much a finding matters. Ordered: the worst comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CheckLevel {
    /// A directory or app refuses the show or the episode.
    Error,
    /// Something listeners will notice, or that some places refuse.
    Warning,
    /// Could be better.
    Advice,
}

/// Who asks for it, and where that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct CheckSource {
    /// Directory or standard (`Apple Podcasts`, `PSP-1`, `RSS 2.0`).
    pub name: String,
    /// Where it stands.
    pub url: String,
}

/// Something a directory or an app would not like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct CheckFinding {
    /// How much it matters.
    pub level: CheckLevel,
    /// `check.…`: stable, for scripts and translations.
    pub code: String,
    /// One sentence.
    pub message: String,
    /// What to do; may be empty.
    pub hint: String,
    /// The show, the episode or the target, with its id.
    pub subject: Subject,
    /// The field of the show or episode, as in `ShowEdit` and `EpisodeEdit`; empty when it is none.
    pub field: String,
    /// Who asks for it.
    pub source: CheckSource,
    /// What Hearthcast can do about it by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub fix: Option<CheckFix>,
}

/// What Hearthcast can do about a finding when asked to (`check SHOW --fix CODE`). One step for undo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct CheckFix {
    /// What it does, in a sentence.
    pub says: String,
    /// Whether nobody has to think about it: `--fix all-safe` does it.
    pub safe: bool,
}

/// A rule of the checks, for lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct CheckRule {
    /// The code of its findings.
    pub code: String,
    /// What it looks at.
    pub group: String,
    /// How much a finding matters.
    pub level: CheckLevel,
    /// What it asks, in a sentence.
    pub title: String,
    /// What to do when it is not so.
    pub hint: String,
    /// Who asks for it.
    pub source: CheckSource,
    /// What Hearthcast can do about it by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub fix: Option<CheckFix>,
}

/// What was put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct CheckFixed {
    /// Codes of findings that are gone, each once.
    pub fixed: Vec<String>,
    /// Codes of findings that stay although they were asked for, each once.
    pub left: Vec<String>,
    /// Episodes that changed.
    pub episodes: u64,
    /// Whether the show changed.
    pub show: bool,
}

/// A finding that the author takes as it is. It is the very sentence that is taken: another value is told again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Id of the show or the episode.
    pub subject: String,
    /// The code of the rule.
    pub code: String,
    /// What it said.
    pub message: String,
}

impl Accepted {
    /// Whether this finding is meant.
    pub fn is(&self, finding: &CheckFinding) -> bool {
        (&self.subject, &self.code, &self.message) == (&finding.subject.id, &finding.code, &finding.message)
    }
}

impl CheckFinding {
    /// Whether an author may take it as it is: what a directory would refuse is no matter of taste, and what a place answers can be
    /// another answer tomorrow.
    pub fn may_be_accepted(&self) -> bool {
        self.level != CheckLevel::Error && self.subject.kind != "target"
    }
}

/// Everything found about a show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct CheckReport {
    /// Version of this shape: 1.
    pub v: u32,
    /// The show.
    pub show: ShowId,
    /// The place that was asked, if one was.
    pub target: Option<TargetId>,
    /// Addresses that were asked there.
    pub asked: Vec<String>,
    /// The worst first; the show before its episodes.
    pub findings: Vec<CheckFinding>,
    /// Those that the author takes as they are; in none of the numbers below.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<Vec<CheckFinding>>"))]
    pub accepted: Vec<CheckFinding>,
    /// Findings of level error.
    pub errors: u64,
    /// Findings of level warning.
    pub warnings: u64,
    /// Findings of level advice.
    pub advice: u64,
    /// When it was looked at, Unix milliseconds.
    pub checked_ms: i64,
}
