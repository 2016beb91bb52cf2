//! One file in place of another, wherever that one is used: what would change where, said before anything does.

use crate::Sha256;
use crate::guard::ReplaceOffer;
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
    /// Its words, or its chapters, are read out of it; what is written from those follows.
    Rewritten,
    /// It is heard in sounds that are made from now on; those that were made stay.
    FromNow,
    /// It stays as it is; [`StaysWhy`] says why.
    Stays,
}

/// Why a use of a file stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum StaysWhy {
    /// Something else has its place already, and listeners get that with the next publication.
    Superseded,
    /// It is a smaller copy of a picture.
    Copy,
    /// It was made of a recording.
    Made,
    /// It is a recording of before.
    EarlierRecording,
    /// It is a still of a video.
    Still,
    /// It is written from captions.
    FromCaptions,
    /// The episode was removed here.
    Removed,
}

impl StaysWhy {
    /// The reason, and what can be done instead, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Superseded => {
                "something else has its place already; listeners get that with the next publication, and a public file \
                 never gets other content"
            }
            Self::Copy => "it is a smaller copy, which is drawn anew with its picture; replace the picture",
            Self::Made => "it was made of a recording; replace the recording",
            Self::EarlierRecording => "it is an earlier recording; the sound is made of another one now",
            Self::Still => "it is a still of a video; take another one of the video, or replace the video",
            Self::FromCaptions => "it is written from the captions of its language; replace those",
            Self::Removed => "the episode was removed here; listeners lose it with the next publication",
        }
    }
}

/// One use of the file that is to be replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ReplaceStep {
    /// Where.
    pub used: MediaUse,
    /// What becomes of it.
    pub effect: ReplaceEffect,
    /// Why it stays, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub why: Option<StaysWhy>,
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
    /// Listeners hear a sound that is replaced: the ways to do it, one of which has to be chosen. None where nobody hears one.
    pub offers: Vec<ReplaceOffer>,
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
