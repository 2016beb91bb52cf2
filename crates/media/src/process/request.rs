//! What is asked of the workshop: a recording, the preset, the tags. Plain data that travels to the worker process.

use crate::probe::Known;
use crate::worker::path_text;
use crate::{Cover, Probed};
use hearthcast_model::recipe::{Loud, Passage, Recipe};
use hearthcast_model::timeline::Timeline;
use hearthcast_model::{AudioFormat, Chapter, Id3Version, MediaFacts, Preset, ProcessReport};
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
    /// Its format.
    #[serde(default)]
    pub format: AudioFormat,
    /// What to do.
    pub preset: Preset,
    /// What to write into the tags.
    pub tags: TagsToWrite,
    /// The same sound in further formats, made in the same run.
    #[serde(default)]
    pub further: Vec<Further>,
    /// What is done besides the preset. Its intro and outro are named by the two fields below.
    #[serde(default)]
    pub recipe: Recipe,
    /// Passages that are cut out or bleeped, on the recording's clock.
    #[serde(default)]
    pub passages: Vec<Passage>,
    /// What is heard before the recording.
    #[serde(default, with = "path_text::optional")]
    pub intro: Option<PathBuf>,
    /// What is heard after it.
    #[serde(default, with = "path_text::optional")]
    pub outro: Option<PathBuf>,
    /// Recordings of the same talk by other microphones, one for each speaker, that are mixed with it.
    #[serde(default, with = "path_text::list", skip_serializing_if = "Vec::is_empty")]
    pub tracks: Vec<PathBuf>,
    /// What is known about the recording: then nobody listens to it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Box<Known>>,
}

/// A further format of the same sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Further {
    /// The format.
    pub format: AudioFormat,
    /// The file to be made, as `output`.
    #[serde(with = "path_text")]
    pub output: PathBuf,
}

impl ProcessRequest {
    /// One MP3, with empty tags.
    pub fn mp3(source: impl Into<PathBuf>, output: impl Into<PathBuf>, preset: Preset) -> Self {
        let (source, output) = (source.into(), output.into());
        Self {
            source,
            output,
            format: AudioFormat::Mp3,
            preset,
            tags: TagsToWrite::default(),
            further: vec![],
            recipe: Recipe::default(),
            passages: vec![],
            intro: None,
            outro: None,
            tracks: vec![],
            known: None,
        }
    }

    /// Of a recording that was listened to before.
    pub fn of_known(self, known: Option<Known>) -> Self {
        Self { known: known.map(Box::new), ..self }
    }

    /// With these tags.
    pub fn tagged(self, tags: TagsToWrite) -> Self {
        Self { tags, ..self }
    }

    /// Whether anything besides the preset changes the sound of this recording. Such a recording is always decoded and
    /// encoded, also an MP3 or M4A that would be passed on bit by bit otherwise.
    pub fn changes_sound(&self, facts: &MediaFacts) -> bool {
        let Recipe { loudness, high_pass_hz, noise, leveller, ends_ms, pauses, mono, sample_rate_hz, .. } =
            &self.recipe;
        !self.passages.is_empty()
            || !self.tracks.is_empty()
            || self.intro.is_some()
            || self.outro.is_some()
            || loudness.is_some_and(|loud| loud != Loud::Keep)
            || high_pass_hz.is_some()
            || noise.is_some()
            || leveller.is_some()
            || ends_ms.is_some()
            || pauses.is_some()
            || (*mono && facts.channels != Some(1))
            || sample_rate_hz.is_some_and(|hz| facts.sample_rate_hz != Some(hz))
    }
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
    /// Chapters on the recording's clock (`CHAP`; `CTOC` names those that are not hidden); in the file they stand where
    /// they are heard.
    pub chapters: Vec<Chapter>,
    /// Pictures of chapters (`APIC` inside `CHAP`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub chapter_pictures: Vec<ChapterPicture>,
    /// Chapters whose picture was left out before, because all of them would be too heavy; told with those left out here.
    #[serde(skip_serializing_if = "is_zero")]
    pub pictures_left_out: u32,
    /// Which ID3 an MP3 gets.
    #[serde(skip_serializing_if = "Id3Version::is_usual")]
    pub id3: Id3Version,
}

/// A picture of a chapter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChapterPicture {
    /// Start of the chapter, milliseconds.
    pub start_ms: i64,
    /// A JPEG or PNG file.
    #[serde(with = "path_text")]
    pub path: PathBuf,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// What of the recording's own tags goes into the file beside the texts.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct TakenOver<'a> {
    /// Its cover.
    pub cover: Option<&'a Cover>,
    /// Pictures of chapters, where the chapters are the recording's.
    pub known: Option<&'a Probed>,
}

/// A file made by the workshop.
#[derive(Debug, Clone, PartialEq)]
pub struct Processed {
    /// What is known about the result, found by decoding it.
    pub probed: Probed,
    /// What was done.
    pub report: ProcessReport,
    /// What is known about the recording; of several that were mixed, what was found in each, with its name.
    pub source: MediaFacts,
    /// Where the recording's instants are heard in the result and in the further formats.
    pub timeline: Timeline,
    /// The further formats, in the order they were asked for.
    pub further: Vec<MadeFurther>,
}

/// A further format that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct MadeFurther {
    /// Which of [`ProcessRequest::further`]; those that are missing were left out, and a remark in the report of the first file says why.
    pub which: usize,
    /// What is known about the file, found by decoding it.
    pub probed: Probed,
    /// What was done.
    pub report: ProcessReport,
}

impl TagsToWrite {
    /// These tags, and what they leave empty taken over from the recording where that is wanted; with its pictures.
    pub(super) fn filled<'a>(&self, source: &'a Probed) -> (Self, TakenOver<'a>) {
        let mut tags = self.clone();
        if !self.fill_from_source {
            return (tags, TakenOver::default());
        }
        for (text, name) in [(&mut tags.title, "title"), (&mut tags.show, "album"), (&mut tags.author, "artist")] {
            if text.is_empty() {
                *text = source.facts.tags.get(name).cloned().unwrap_or_default();
            }
        }
        let known = tags.chapters.is_empty().then_some(source);
        if tags.chapters.is_empty() {
            tags.chapters = source.facts.chapters.iter().cloned().map(Chapter::from).collect();
        }
        let cover = source.cover.as_ref().filter(|_| tags.cover.is_none());
        (tags, TakenOver { cover, known })
    }
}

/// Whether a recording becomes an MP3 before listeners get it. MP3 and M4A (AAC) are published bit by bit as they are
/// under every preset; everything else is encoded, because not every podcast app plays it. MP3 and AAC inside a film, in
/// Matroska, in CAF or without a container are encoded, too.
pub fn needs_encoding(facts: &MediaFacts, _preset: Preset) -> bool {
    let is_played = match facts.codec.as_str() {
        "mp3" => facts.container == "mp3",
        "aac" => facts.mime == "audio/mp4",
        _ => false,
    };
    facts.kind == hearthcast_model::facts::MediaKind::Audio && !is_played
}
