//! One file in place of another, wherever that one is used: what would change where, said before anything does.

use crate::Sha256;
use crate::media_library::{MediaUse, UseState};
use serde::{Deserialize, Serialize};

/// What becomes of one use of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ReplaceEffect {
    /// The sound is made anew from it, in all formats.
    Remade,
    /// It takes the place as it is.
    TakesPlace,
    /// The picture is made anew from it, with its copies.
    Redrawn,
    /// It is heard in sounds that are made from now on; those that were made stay.
    FromNow,
    /// It stays as it is: a copy that follows by itself, a file that is made of another, or a place where only the author can say.
    Stays,
}

/// One use of the file that is to be replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ReplaceStep {
    /// Where.
    pub used: MediaUse,
    /// What becomes of it.
    pub effect: ReplaceEffect,
    /// Listeners have it: what is published is not touched, and they get the new one with the next publication.
    pub published: bool,
}

/// What replacing a file means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Replacement {
    /// The file that is used now.
    pub old: Sha256,
    /// The file that takes its place.
    pub new: Sha256,
    /// Its name.
    pub new_name: String,
    /// Its length, of a sound.
    pub new_duration_ms: Option<i64>,
    /// Its size in bytes.
    pub new_size_bytes: u64,
    /// Use by use.
    pub steps: Vec<ReplaceStep>,
}

impl Replacement {
    /// How many places get the new file.
    pub fn changes(&self) -> usize {
        self.steps.iter().filter(|step| step.effect != ReplaceEffect::Stays).count()
    }
}

/// Whether listeners have what stands there.
pub fn is_published(state: UseState) -> bool {
    matches!(state, UseState::Published | UseState::UntilPublished)
}
