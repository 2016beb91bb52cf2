//! What an author cuts out of a recording, and what followed it: kept on the laptop, never published.

use crate::recipe::Passage;
use crate::timeline::{OnBoth, Timeline};
use crate::{Chapter, Sha256, Song, namespace::Soundbite, namespace::ValueTimeSplit};
use serde::{Deserialize, Serialize};

/// The edit of one episode's recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// The recording that the passages belong to.
    pub recording: Sha256,
    /// What is cut out or bleeped, on the recording's clock, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passages: Vec<Passage>,
    /// The timeline of the sound that the lists below stand on.
    #[serde(default, skip_serializing_if = "Timeline::moves_nothing")]
    pub timeline: Timeline,
    /// Chapters on both clocks, as they were when that sound was made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chapters: Vec<OnBoth<Chapter>>,
    /// Songs likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub songs: Vec<OnBoth<Song>>,
    /// Soundbites likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub soundbites: Vec<OnBoth<Soundbite>>,
    /// Passages that others share in, for each `podcast:value` in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub time_splits: Vec<Vec<OnBoth<ValueTimeSplit>>>,
    /// Transcripts likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transcripts: Vec<TranscriptOnBoth>,
}

/// A transcript on both clocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranscriptOnBoth {
    /// Its language, as the episode names it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// Its form (`vtt`, `srt`).
    pub ext: String,
    /// All words on the recording's clock: a file of that form in the media folder.
    pub master: Sha256,
    /// The file that was made of it.
    pub output: Sha256,
}

impl Edit {
    /// Nothing is cut out of this recording.
    pub fn of(recording: Sha256) -> Self {
        Self {
            recording,
            passages: vec![],
            timeline: Timeline::default(),
            chapters: vec![],
            songs: vec![],
            soundbites: vec![],
            time_splits: vec![],
            transcripts: vec![],
        }
    }

    /// The same as it is known of a sound with this timeline; of another one only the passages are.
    pub fn standing_on(self, timeline: &Timeline) -> Self {
        match self.timeline == *timeline {
            true => self,
            false => Self { passages: self.passages, ..Self::of(self.recording) },
        }
    }

    /// Titles of what was laid aside: it stands in a passage that is cut out.
    pub fn aside(&self) -> Vec<String> {
        let chapters = self.chapters.iter().filter(|one| one.output.is_none()).map(|one| one.master.title.clone());
        let songs = self.songs.iter().filter(|one| one.output.is_none()).map(|one| one.master.title.clone());
        let bites = self.soundbites.iter().filter(|one| one.output.is_none()).map(|one| one.master.title.clone());
        chapters.chain(songs).chain(bites).collect()
    }
}

/// The edit of an episode's recording, for people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct EditView {
    /// How long the recording is, milliseconds.
    pub length_ms: i64,
    /// What is cut out or bleeped, on the recording's clock, in order.
    pub passages: Vec<Passage>,
    /// Where the recording's instants are heard in the present sound; nothing where they are where they were.
    pub timeline: Timeline,
    /// Whether the present sound was made with other passages or another recipe: it waits to be made again.
    pub waits: bool,
    /// What was laid aside with the passages, by title: chapters, songs and soundbites.
    pub aside: Vec<String>,
}
