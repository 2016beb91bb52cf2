//! What an author cuts out of a recording, and what followed it: kept on the laptop, never published.

use crate::recipe::Passage;
use crate::timeline::{InstantOnBoth, OnBoth, Timeline, recalled, recalled_instants};
use crate::{Chapter, Episode, Sha256, Song, Transcript, namespace::Soundbite, namespace::ValueTimeSplit};
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
    /// Transcripts whose every word was cut out at some time, with what was written from them: also those that are back, as a step may
    /// be taken back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wordless: Vec<Transcript>,
    /// Times in the show notes likewise, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<InstantOnBoth>,
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

impl TranscriptOnBoth {
    /// Whether it is the one of this language and form.
    pub fn is_of(&self, language: &str, ext: &str) -> bool {
        self.language == language && self.ext == ext
    }
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
            wordless: vec![],
            notes: vec![],
        }
    }

    /// The same on the timeline of the sound that an episode has now, which is an earlier one where a step was taken back.
    pub fn standing_on(self, timeline: &Timeline, episode: &Episode) -> Self {
        if self.timeline == *timeline {
            return self;
        }
        let values = &episode.tags.values;
        let splits = |(at, known): (usize, &Vec<OnBoth<ValueTimeSplit>>)| {
            recalled(known, values.get(at).map_or(&[][..], |value| &value.time_splits), timeline)
        };
        Self {
            chapters: recalled(&self.chapters, &episode.chapters, timeline),
            songs: recalled(&self.songs, &episode.songs, timeline),
            soundbites: recalled(&self.soundbites, &episode.tags.soundbites, timeline),
            time_splits: self.time_splits.iter().enumerate().map(splits).collect(),
            notes: recalled_instants(&self.notes, &self.timeline, timeline),
            timeline: timeline.clone(),
            ..self
        }
    }

    /// Titles of what is laid aside: it stands in a passage that is cut out. Transcripts have names of files.
    pub fn aside(&self, episode: &Episode) -> Vec<String> {
        let chapters = self.chapters.iter().filter(|one| one.output.is_none()).map(|one| one.master.title.clone());
        let songs = self.songs.iter().filter(|one| one.output.is_none()).map(|one| one.master.title.clone());
        let bites = self.soundbites.iter().filter(|one| one.output.is_none()).map(|one| one.master.title.clone());
        let wordless = self.wordless.iter().filter(|one| !episode.transcripts.iter().any(|here| one.stands_for(here)));
        let words = wordless.map(|one| format!("{}.{}", one.file.name, one.file.ext));
        chapters.chain(songs).chain(bites).chain(words).collect()
    }
}

impl Transcript {
    /// Whether an app would take the one for the other: the same form and language.
    pub fn stands_for(&self, other: &Self) -> bool {
        self.language == other.language && self.file.ext == other.file.ext
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
    /// What was laid aside with the passages: chapters, songs and soundbites by title, transcripts without words by file.
    pub aside: Vec<String>,
}
