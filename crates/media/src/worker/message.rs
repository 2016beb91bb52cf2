//! The lines both ends speak: one JSON request in, JSON lines of progress and exactly one last result or error out.

use super::course_line::CourseLine;
use super::limits;
use super::path_text;
use crate::MediaError;
use crate::audio::MOST_SLICES;
use crate::image::{Copies, MOST_DRAWN_BYTES, MadePicture, PictureMade, PictureOrder};
use crate::libheif::Libheif;
use crate::probe::{Cover, Known, MOST_COVER_BYTES, Probed};
use crate::process::{
    AuditionRequest, Auditioned, FoundSilences, MOST_AUDITION_MS, MadeFurther, ProcessRequest, Processed,
    SilencesRequest, SpokenWav,
};
use crate::video::{MOST_TABLE, Poster, Video, VideoFacts};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hearthcast_model::facts::{MediaFacts, Peaks, Tags};
use hearthcast_model::timeline::{Heard, Timeline};
use hearthcast_model::{Preset, ProcessReport, Progress};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Longest line either end reads: a cover and pictures of chapters, of 16 MiB each, in Base64, and room.
pub const MOST_LINE_BYTES: u64 = 56 << 20;
/// More pieces than this are in no sound: one for every pause of a very long recording.
pub const MOST_PIECES: usize = 200_000;
/// A ThumbHash has no more bytes.
const MOST_THUMBHASH_BYTES: usize = 25;
/// Version of these lines.
const VERSION: u32 = 1;

/// What the caller asks.
#[derive(Debug, Serialize, Deserialize)]
pub struct Request {
    /// Version of the line.
    v: u32,
    /// What is to be done.
    #[serde(flatten)]
    task: Task,
    /// The ffmpeg that may be used.
    #[serde(default, with = "path_text::optional", skip_serializing_if = "Option::is_none")]
    ffmpeg: Option<PathBuf>,
    /// Seconds of processor time at most, where that is less than such a file may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cpu_seconds: Option<u64>,
}

/// What is to be done with a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Task {
    /// Look at a file.
    Probe {
        /// The file.
        #[serde(with = "path_text")]
        path: PathBuf,
        /// What is known about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        known: Option<Box<Known>>,
    },
    /// Read what its tags say; nobody listens.
    Tags {
        /// The file.
        #[serde(with = "path_text")]
        path: PathBuf,
    },
    /// Make the file listeners get.
    Process(Box<ProcessRequest>),
    /// Write other tags around the same sound.
    Retag(Box<ProcessRequest>),
    /// Make a few seconds to be heard.
    Audition(Box<AuditionRequest>),
    /// Listen to a recording for its silences.
    Silences(Box<SilencesRequest>),
    /// Make a WAV of a sound for a program that writes down speech.
    Spoken {
        /// The file.
        #[serde(with = "path_text")]
        path: PathBuf,
        /// The WAV.
        #[serde(with = "path_text")]
        output: PathBuf,
    },
    /// Make a cover or an episode's picture.
    Picture {
        /// The file.
        #[serde(with = "path_text")]
        path: PathBuf,
        /// What it is to become.
        order: PictureOrder,
        /// What makes a PNG of an AVIF or HEIC picture, where ffmpeg does not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        libheif: Option<Libheif>,
    },
    /// Look at a video file.
    Video {
        /// The file.
        #[serde(with = "path_text")]
        path: PathBuf,
        /// Which still of it.
        poster: Poster,
    },
    /// Copy a video with its table of contents in front.
    Faststart {
        /// The file.
        #[serde(with = "path_text")]
        path: PathBuf,
        /// The copy.
        #[serde(with = "path_text")]
        output: PathBuf,
    },
}

impl Task {
    /// The file that is read.
    pub fn source(&self) -> &Path {
        match self {
            Self::Probe { path, .. }
            | Self::Spoken { path, .. }
            | Self::Tags { path }
            | Self::Picture { path, .. }
            | Self::Video { path, .. }
            | Self::Faststart { path, .. } => path,
            Self::Process(request) | Self::Retag(request) => &request.source,
            Self::Audition(request) => &request.source,
            Self::Silences(request) => &request.source,
        }
    }

    /// Bytes of all recordings that are read.
    pub fn size(&self) -> u64 {
        let tracks = match self {
            Self::Process(request) => &request.tracks[..],
            _ => &[],
        };
        let all = tracks.iter().map(std::path::PathBuf::as_path).chain([self.source()]);
        all.filter_map(|path| std::fs::metadata(path).ok()).map(|about| about.len()).sum()
    }

    /// Whether it is AVIF that is made: one copy may take a minute on a busy machine.
    pub fn is_slow(&self) -> bool {
        matches!(self, Self::Picture { order, .. } if order.copies == Copies::Avif)
    }

    /// How many files it takes as long to make.
    pub fn effort(&self) -> u32 {
        self.outputs().max(self.is_slow().into())
    }

    /// How long a file may get that is written for a source of so many bytes. A copy is as long as what it is of.
    pub fn most_written(&self, source_bytes: u64) -> u64 {
        match self {
            Self::Faststart { .. } => source_bytes.saturating_add(2 * MOST_TABLE),
            Self::Picture { libheif: Some(_), .. } => MOST_DRAWN_BYTES as u64,
            task if task.outputs() > 0 => limits::MADE_FILE_BYTES,
            _ => limits::FILE_SIZE_BYTES,
        }
    }

    /// How many files are made.
    pub fn outputs(&self) -> u32 {
        match self {
            Self::Probe { .. } | Self::Tags { .. } | Self::Picture { .. } | Self::Video { .. } | Self::Silences(_) => 0,
            Self::Process(request) => 1 + u32::try_from(request.further.len()).unwrap_or(u32::MAX).min(8),
            Self::Retag(_) | Self::Audition(_) | Self::Spoken { .. } | Self::Faststart { .. } => 1,
        }
    }
}

/// What the worker answers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Answer {
    /// A sign of life.
    Progress {
        /// How far it is.
        progress: Progress,
    },
    /// The last line, when the file is known.
    Result {
        /// Facts about the file.
        facts: Box<MediaFacts>,
        /// Its waveform.
        peaks: Option<Peaks>,
        /// How it goes over time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        course: Option<Box<CourseLine>>,
        /// Its cover.
        cover: Option<CoverLine>,
        /// Pictures of its chapters.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        chapter_pictures: Vec<CoverLine>,
    },
    /// The last line, when the tags were read.
    Tags {
        /// What they say.
        tags: Tags,
    },
    /// The last line, when a file was made.
    Processed {
        /// Facts about the result.
        facts: Box<MediaFacts>,
        /// Its waveform.
        peaks: Option<Peaks>,
        /// How it goes over time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        course: Option<Box<CourseLine>>,
        /// Its cover.
        cover: Option<CoverLine>,
        /// What was done.
        report: Box<ProcessReport>,
        /// Facts about the recording.
        source: Box<MediaFacts>,
        /// Where the recording's instants are heard.
        timeline: Timeline,
        /// Further formats of it.
        #[serde(default)]
        further: Vec<FurtherLine>,
    },
    /// The last line, when a few seconds were made to be heard.
    Auditioned {
        /// What was made.
        made: Auditioned,
    },
    /// The last line, when a recording was listened to for its silences.
    Silences {
        /// What was found.
        found: FoundSilences,
    },
    /// The last line, when a WAV was made for a program that writes down speech.
    Spoken {
        /// What was made.
        made: SpokenWav,
    },
    /// The last line, when a picture was made.
    Picture {
        /// Facts about the file given.
        master: Box<MediaFacts>,
        /// What is published, in Base64, where that is another file.
        picture: Option<String>,
        /// Smaller copies, in Base64.
        sizes: Vec<String>,
        /// What it looks like while it is on its way.
        #[serde(default)]
        thumbhash: String,
    },
    /// The last line, when a video was looked at or copied.
    Video {
        /// Facts about it.
        facts: Box<VideoFacts>,
        /// A still of it.
        poster: Option<CoverLine>,
    },
    /// The last line, when the file cannot be used.
    Error {
        /// Why.
        error: MediaError,
    },
}

/// A further format on a line.
#[derive(Debug, Serialize, Deserialize)]
pub struct FurtherLine {
    which: usize,
    facts: MediaFacts,
    report: ProcessReport,
}

impl FurtherLine {
    /// Checks it before it is believed.
    pub fn checked(self, asked: Preset) -> Result<MadeFurther, Unbelievable> {
        checked_report(&self.report, &self.facts, asked)?;
        Ok(MadeFurther { which: self.which, probed: checked(self.facts, None, None, None)?, report: self.report })
    }
}

/// A cover on a line.
#[derive(Debug, Serialize, Deserialize)]
pub struct CoverLine {
    mime: String,
    base64: String,
}

impl Request {
    /// Asks for something.
    pub fn new(task: Task, ffmpeg: Option<PathBuf>, cpu_seconds: Option<u64>) -> Self {
        Self { v: VERSION, task, ffmpeg, cpu_seconds }
    }

    /// What is to be done, the ffmpeg that may be used for it, and the seconds of processor time it may take at most; `None`
    /// when the request is of another version.
    pub fn task(self) -> Option<(Task, Option<PathBuf>, Option<u64>)> {
        (self.v == VERSION).then_some((self.task, self.ffmpeg, self.cpu_seconds))
    }
}

impl From<Tags> for Answer {
    fn from(tags: Tags) -> Self {
        Self::Tags { tags }
    }
}

impl From<PictureMade> for Answer {
    fn from(made: PictureMade) -> Self {
        let text = |picture: MadePicture| STANDARD.encode(picture.bytes);
        let thumbhash = made.published().thumbhash.clone();
        Self::Picture {
            thumbhash,
            master: Box::new(made.master),
            picture: made.picture.map(text),
            sizes: made.sizes.into_iter().map(text).collect(),
        }
    }
}

impl From<Auditioned> for Answer {
    fn from(made: Auditioned) -> Self {
        Self::Auditioned { made }
    }
}

impl From<FoundSilences> for Answer {
    fn from(found: FoundSilences) -> Self {
        Self::Silences { found }
    }
}

impl From<SpokenWav> for Answer {
    fn from(made: SpokenWav) -> Self {
        Self::Spoken { made }
    }
}

impl From<Video> for Answer {
    fn from(video: Video) -> Self {
        Self::Video { facts: Box::new(video.facts), poster: video.poster.map(CoverLine::from) }
    }
}

impl From<Probed> for Answer {
    fn from(probed: Probed) -> Self {
        let cover = probed.cover.map(CoverLine::from);
        let course = probed.course.map(|course| Box::new(CourseLine::from(course)));
        let chapter_pictures = probed.chapter_pictures.into_iter().map(CoverLine::from).collect();
        Self::Result { facts: Box::new(probed.facts), peaks: probed.peaks, course, cover, chapter_pictures }
    }
}

impl From<Processed> for Answer {
    fn from(Processed { probed, report, source, timeline, further }: Processed) -> Self {
        let cover = probed.cover.map(CoverLine::from);
        let course = probed.course.map(|course| Box::new(CourseLine::from(course)));
        let (report, source) = (Box::new(report), Box::new(source));
        let further = further
            .into_iter()
            .map(|made| FurtherLine { which: made.which, facts: made.probed.facts, report: made.report })
            .collect();
        let (facts, peaks) = (Box::new(probed.facts), probed.peaks);
        Self::Processed { facts, peaks, course, cover, report, source, timeline, further }
    }
}

impl From<Cover> for CoverLine {
    fn from(cover: Cover) -> Self {
        Self { mime: cover.mime, base64: STANDARD.encode(cover.bytes) }
    }
}

/// Why a worker's result is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unbelievable {
    /// Its two halves differ in length, or it is endless.
    #[error("an impossible waveform")]
    Waveform,
    /// More bytes around the sound than the file has.
    #[error("tags larger than the file")]
    Tags,
    /// The text is not Base64.
    #[error("a cover that is no Base64")]
    CoverText,
    /// The bytes are no picture of the named type, or too many.
    #[error("a cover that is no picture")]
    Cover,
    /// Not the file that was made, or not what was asked for.
    #[error("a report about another file")]
    Report,
    /// Pieces that are not those of the file that was made.
    #[error("an impossible timeline")]
    Timeline,
    /// They overlap, are endless, or lie behind the recording.
    #[error("impossible silences")]
    Silences,
}

/// Checks a result before it is believed.
pub fn checked(
    facts: MediaFacts,
    peaks: Option<Peaks>,
    course: Option<Box<CourseLine>>,
    cover: Option<CoverLine>,
) -> Result<Probed, Unbelievable> {
    if peaks.as_ref().is_some_and(|p| p.low.len() != p.high.len() || p.low.len() > MOST_SLICES || p.slice_ms == 0) {
        return Err(Unbelievable::Waveform);
    }
    if facts.header_bytes.saturating_add(facts.trailer_bytes) > facts.size_bytes {
        return Err(Unbelievable::Tags);
    }
    let cover = match cover {
        Some(line) => Some(checked_cover(line)?),
        None => None,
    };
    let course = course.map(|line| line.checked().ok_or(Unbelievable::Waveform)).transpose()?;
    Ok(Probed { facts, peaks, course, cover, chapter_pictures: vec![] })
}

/// Checks the pictures of chapters before they are believed.
pub fn checked_pictures(probed: Probed, lines: Vec<CoverLine>) -> Result<Probed, Unbelievable> {
    let chapter_pictures = lines.into_iter().map(checked_cover).collect::<Result<Vec<_>, _>>()?;
    let bytes: usize = chapter_pictures.iter().map(|picture| picture.bytes.len()).sum();
    if bytes > MOST_COVER_BYTES {
        return Err(Unbelievable::Cover);
    }
    Ok(Probed { chapter_pictures, ..probed })
}

/// Checks the report about a file that was made: it is about that file, and its numbers are numbers.
pub fn checked_report(report: &ProcessReport, made: &MediaFacts, asked: Preset) -> Result<(), Unbelievable> {
    let numbers = [report.gain_db, report.limited_db, report.limited_share];
    let sane = report.preset == asked
        && numbers.iter().all(|number| number.is_finite())
        && (0.0..=1.0).contains(&report.limited_share)
        && Some(report.channels) == made.channels
        && Some(report.sample_rate_hz) == made.sample_rate_hz;
    if sane { Ok(()) } else { Err(Unbelievable::Report) }
}

/// A timeline that is off by more than this is not that of the file, milliseconds.
const NEAR_MS: i64 = 100;

/// Checks where a recording's instants are heard: the pieces ascend, do not overlap, lie within the recording, and make up
/// the file.
pub fn checked_timeline(timeline: &Timeline, made: &MediaFacts, source: &MediaFacts) -> Result<(), Unbelievable> {
    let end = source.duration_ms.unwrap_or(0).saturating_add(NEAR_MS);
    let (mut at, mut length) = (0i64, 0i64);
    let sane = timeline.pieces.len() <= MOST_PIECES
        && timeline.pieces.iter().all(|piece| {
            length = length.saturating_add(piece.length_ms);
            let from = if let Heard::Master(from) = piece.heard { from } else { return piece.length_ms >= 0 };
            let after = at;
            at = from.saturating_add(piece.length_ms);
            piece.length_ms >= 0 && from >= after && at <= end
        });
    let whole = length.abs_diff(made.duration_ms.unwrap_or(0)) <= NEAR_MS.unsigned_abs();
    if sane && whole { Ok(()) } else { Err(Unbelievable::Timeline) }
}

/// Checks what is said about a few seconds: its numbers are numbers of such seconds.
pub fn checked_audition(made: Auditioned) -> Result<Auditioned, Unbelievable> {
    let before = made.before.map(|before| before.0);
    let loudness = [Some(made.loudness), before].into_iter().flatten();
    let numbers = loudness.flat_map(|of| [of.integrated_lufs, of.range_lu, of.true_peak_dbtp]).flatten();
    let sane = numbers.chain([made.gain_db, made.lowered_db]).all(f64::is_finite)
        && (0..=i64::from(MOST_AUDITION_MS)).contains(&made.length_ms)
        && (1..=2).contains(&made.channels);
    if sane { Ok(made) } else { Err(Unbelievable::Report) }
}

/// Checks silences: they are in order, do not overlap, and lie within the recording.
pub fn checked_silences(found: FoundSilences) -> Result<FoundSilences, Unbelievable> {
    let rate = u128::from(found.sample_rate.max(1));
    let end = i64::try_from(u128::from(found.frames) * 1000 / rate).unwrap_or(i64::MAX).saturating_add(NEAR_MS);
    let mut at = 0;
    let sane = (4_000..=384_000).contains(&found.sample_rate)
        && found.quiet.len() <= MOST_PIECES
        && found.quiet.iter().all(|quiet| {
            let after = at;
            at = quiet.to_ms;
            quiet.from_ms >= after && quiet.to_ms >= quiet.from_ms && at <= end
        });
    if sane { Ok(found) } else { Err(Unbelievable::Silences) }
}

/// Checks what is said about a WAV for a program that writes down speech.
pub fn checked_spoken(made: SpokenWav) -> Result<SpokenWav, Unbelievable> {
    if SpokenWav::of(made.samples) == Some(made) { Ok(made) } else { Err(Unbelievable::Report) }
}

/// Checks a picture before it is believed: what was made is known by its own bytes.
pub fn checked_picture(
    master: MediaFacts,
    picture: Option<String>,
    sizes: Vec<String>,
    thumbhash: String,
) -> Result<PictureMade, Unbelievable> {
    let made = |text: String| {
        let bytes = STANDARD.decode(text).map_err(|_| Unbelievable::CoverText)?;
        MadePicture::of(bytes).ok_or(Unbelievable::Cover)
    };
    let picture = picture.map(made).transpose()?;
    let short = STANDARD.decode(&thumbhash).is_ok_and(|hash| hash.len() <= MOST_THUMBHASH_BYTES);
    if sizes.len() > crate::image::MOST_COPIES || !short {
        return Err(Unbelievable::Cover);
    }
    let sizes = sizes.into_iter().map(made).collect::<Result<_, _>>()?;
    let mut made = PictureMade { master, picture, sizes };
    made.looks_like(thumbhash);
    Ok(made)
}

/// Checks a video before it is believed.
pub fn checked_video(facts: VideoFacts, poster: Option<CoverLine>) -> Result<Video, Unbelievable> {
    Ok(Video { facts, poster: poster.map(checked_cover).transpose()? })
}

fn checked_cover(line: CoverLine) -> Result<Cover, Unbelievable> {
    let bytes = STANDARD.decode(line.base64).map_err(|_| Unbelievable::CoverText)?;
    let format = crate::image::PictureFormat::of(&bytes).filter(|format| format.mime() == line.mime);
    if format.is_none() || bytes.len() > MOST_COVER_BYTES {
        return Err(Unbelievable::Cover);
    }
    Ok(Cover { mime: line.mime, bytes })
}
