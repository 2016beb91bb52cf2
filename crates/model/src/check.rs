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
    /// Where it stands; empty when it is common practice.
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
    /// Findings of level error.
    pub errors: u64,
    /// Findings of level warning.
    pub warnings: u64,
    /// Findings of level advice.
    pub advice: u64,
    /// When it was looked at, Unix milliseconds.
    pub checked_ms: i64,
}
