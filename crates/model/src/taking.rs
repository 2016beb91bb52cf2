//! What came of taking a show over where it is served already.

use crate::plan::Plan;
use serde::{Deserialize, Serialize};

/// A show that was taken over where it is, or what doing so would mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TakenInPlace {
    /// Name of the target.
    pub target: String,
    /// The address of the feed: what it was.
    pub feed_url: String,
    /// The version that holds the feed as it was found; `rollback` goes back to it. 0 when nothing was done yet.
    pub version: u64,
    /// In one sentence.
    pub sentence: String,
    /// Files that keep name and address.
    pub kept: u64,
    /// Their bytes, none of which is sent.
    pub kept_bytes: u64,
    /// Bytes that were read there to compare files that the place keeps no hash of.
    pub read_bytes: u64,
    /// Sounds that stay at other addresses, as the feed names them.
    pub elsewhere: u64,
    /// Files that the first publication brings under a name of its own, and why; at most 500 of them.
    pub again: Vec<BroughtAgain>,
    /// What keeps it from being done.
    pub blockers: Vec<crate::Error>,
    /// What the first publication changes for listeners, compared with the feed that is there.
    pub next: Plan,
}

/// A file that lies at the place and cannot keep its name, or does not lie there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct BroughtAgain {
    /// Its episode; the show for the show's own.
    pub title: String,
    /// The address the feed found there names.
    pub url: String,
    /// Why, in a sentence.
    pub why: String,
}
