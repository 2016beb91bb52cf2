//! What is done to a transcript as a whole, and what is found when it is looked over.

use serde::{Deserialize, Serialize};

/// A change of a transcript. None of them loses a word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub enum TranscriptChange {
    /// All times later, or earlier.
    Shift {
        /// By how much, milliseconds.
        by_ms: i64,
    },
    /// Times stretched so that two places fall where they should.
    Stretch {
        /// A time as it is, milliseconds.
        first_ms: i64,
        /// As it should be.
        first_to_ms: i64,
        /// A second time as it is.
        second_ms: i64,
        /// As it should be.
        second_to_ms: i64,
    },
    /// Cues of one speaker that follow each other joined.
    Merge {
        /// Most characters of a joined cue; the usual where nobody says.
        #[serde(default)]
        max_chars: Option<u32>,
    },
    /// Long cues divided after sentences and between words.
    Split {
        /// Most characters of a cue; the usual where nobody says.
        #[serde(default)]
        max_chars: Option<u32>,
    },
    /// A speaker gets another name.
    Rename {
        /// The name now; empty means those without one.
        from: String,
        /// The name from now on; empty takes it away.
        to: String,
    },
}

/// Something to look at in a transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TranscriptFinding {
    /// What it is (`overlap`, `past_end`, …).
    pub code: String,
    /// In a sentence.
    pub message: String,
    /// What helps.
    pub hint: String,
    /// Line of the file, from 1, where the words themselves are not known.
    pub line: Option<u32>,
    /// Which cue of the file, from 1.
    pub cue: Option<u32>,
    /// When that cue begins, milliseconds.
    pub at_ms: Option<i64>,
    /// What it is about: a name, a number.
    pub about: String,
}

/// A transcript that was looked over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TranscriptLook {
    /// Which form the file has (`vtt`, `srt`, `json`, `podlove.json`, `dote.json`, `html`, `txt`).
    pub form: String,
    /// How many cues it has.
    pub cues: u32,
    /// Who speaks, in the order they are first heard.
    pub speakers: Vec<String>,
    /// Whether single words have times.
    pub word_times: bool,
    /// What is to be looked at, at most 1,000.
    pub findings: Vec<TranscriptFinding>,
}

/// A transcript that was written as a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TranscriptWritten {
    /// Where it stands.
    pub file: String,
    /// Which form it has.
    pub form: String,
    /// How many cues it has.
    pub cues: u32,
    /// What that form cannot say: `times`, `ends`, `word_times`, `speakers`, `cues`, `lines`, `words`; `extras` are comments, styles
    /// and positions of the file it was made from.
    pub losses: Vec<String>,
    /// What to look at in the file it was made from.
    pub findings: Vec<TranscriptFinding>,
}
