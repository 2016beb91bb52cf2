//! What is asked of the workshop: a recording, the preset, the tags. Plain data that travels to the worker process.

use crate::Probed;
use crate::worker::path_text;
use hearthcast_model::{Chapter, MediaFacts, Preset, ProcessReport};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Make the file listeners get out of a recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProcessRequest {
    /// The recording. It is only read.
    #[serde(with = "path_text")]
    pub source: PathBuf,
    /// The file to be made. It appears when it is whole and checked, and replaces what stands there.
    #[serde(with = "path_text")]
    pub output: PathBuf,
    /// What to do.
    pub preset: Preset,
    /// What to write into the tags.
    pub tags: TagsToWrite,
}

/// Tags of an episode. Empty texts and `None` write nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TagsToWrite {
    /// Title of the episode (`TIT2`).
    pub title: String,
    /// Title of the show (`TALB`).
    pub show: String,
    /// Who speaks or publishes (`TPE1`).
    pub author: String,
    /// RFC 5646 language tag of the sound (`TLAN`, where ISO 639-2 has a code for it).
    pub language: String,
    /// A few plain words about the episode (`COMM`).
    pub comment: String,
    /// Season (`TPOS`).
    pub season: Option<u32>,
    /// Number of the episode (`TRCK`).
    pub number: Option<u32>,
    /// Year of publication (`TYER`).
    pub year: Option<i32>,
    /// Cover, a JPEG or PNG file of at most 16 MiB (`APIC`).
    #[serde(with = "path_text::optional")]
    pub cover: Option<PathBuf>,
    /// Whether what is empty here is taken over from the recording's own tags (title, show, author, cover, chapters).
    pub fill_from_source: bool,
    /// Chapters (`CHAP`; `CTOC` names those that are not hidden).
    pub chapters: Vec<Chapter>,
}

/// A file made by the workshop.
#[derive(Debug, Clone, PartialEq)]
pub struct Processed {
    /// What is known about the result, found by decoding it.
    pub probed: Probed,
    /// What was done.
    pub report: ProcessReport,
}

/// Whether a recording becomes an MP3 before listeners get it. MP3 and M4A (AAC) are published bit by bit as they are
/// under every preset; WAV, FLAC, AIFF, ALAC, and also Ogg Vorbis and Opus are encoded, because not every podcast app
/// plays them.
pub fn needs_encoding(facts: &MediaFacts, _preset: Preset) -> bool {
    facts.kind == hearthcast_model::facts::MediaKind::Audio && !matches!(facts.codec.as_str(), "mp3" | "aac")
}
