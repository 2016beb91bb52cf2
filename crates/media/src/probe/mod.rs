//! A path in, everything known about the file out, in this process.
//!
//! Used inside the worker; programs call [`crate::worker::Worker::probe`], which runs this in a process of its own.

mod kind;
mod known;
mod source;
mod tags_only;

pub use kind::{picture_endings, sound_endings};
pub use known::Known;
pub use source::{HashingReader, Pace, ShownPath, Source};
pub use tags_only::only_tags;

use crate::audio::recording::{self, Recording, RecordingKind};
use crate::audio::{self, Heard, layout, layout::Layout};
use crate::tags::{self, FoundTags};
use crate::{ANALYZER_VERSION, MediaError, image};
use hearthcast_model::course::SoundCourse;
use hearthcast_model::facts::{Finding, MediaFacts, MediaKind, Peaks};
use hearthcast_model::{Cancel, Progress};
pub(crate) use kind::{Kind, by_magic as kind_of};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Everything known about one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Probed {
    /// What is stored with the media file.
    pub facts: MediaFacts,
    /// Waveform; `None` for pictures.
    pub peaks: Option<Peaks>,
    /// How a sound goes over time; `None` where nobody listened now.
    pub course: Option<SoundCourse>,
    /// Picture in the tags, verified by content.
    pub cover: Option<Cover>,
    /// Pictures of chapters, verified by content, each once; together at most [`MOST_COVER_BYTES`].
    pub chapter_pictures: Vec<Cover>,
}

/// A picture found in the tags of a sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// `image/jpeg` or `image/png`, by content.
    pub mime: String,
    /// The picture, at most [`MOST_COVER_BYTES`].
    pub bytes: Vec<u8>,
}

/// No cover in a sound's tags is larger.
pub const MOST_COVER_BYTES: usize = 16 << 20;
/// No sound is larger: players and servers count in 32 bits.
pub const MOST_AUDIO_BYTES: u64 = 4 << 30;

/// Looks at a file: recognises it by content, and measures it or refuses it by name. Reads only.
pub fn probe(path: &Path, cancel: &Cancel, progress: &mut dyn FnMut(Progress)) -> Result<Probed, MediaError> {
    look(path, None, cancel, progress).map(|looked| looked.probed)
}

/// The same of a file that was listened to before: nobody listens again, when it is still that file.
pub fn probe_again(
    path: &Path,
    known: Option<&Known>,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Probed, MediaError> {
    look(path, known, cancel, progress).map(|looked| looked.probed)
}

/// What a file is, with its article, by its first bytes; `None` when nothing is known.
pub fn name_of(front: &[u8]) -> Option<&'static str> {
    match kind::by_magic(front) {
        Some(Kind::Picture(format)) => Some(format.words()),
        Some(Kind::Recording(kind)) => Some(kind.words()),
        Some(Kind::Other(what)) => Some(what),
        None => kind::by_guess(front),
    }
}

/// A file that was looked at; of a recording also what is needed to make another file of it.
pub struct Looked {
    /// Everything known about it.
    pub probed: Probed,
    /// The recording, and what was heard in it; `None` for MP3 and pictures.
    pub recording: Option<(Recording, Listened)>,
}

/// What was heard and is no fact about the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listened {
    /// Samples per channel.
    pub frames: u64,
    /// Two channels that hold the same sound.
    pub dual_mono: bool,
}

/// Looks at a file as [`probe_again`] does.
pub fn look(
    path: &Path,
    known: Option<&Known>,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Looked, MediaError> {
    let mut source = Source::open(path)?;
    let known = known.filter(|known| known.is_of_today());
    if let Some(known) = known {
        known.verify(&mut source, cancel, progress)?;
    }
    let front = source.front(0)?;
    let only = |probed| Looked { probed, recording: None };
    match kind::by_magic(&front) {
        Some(Kind::Picture(format)) => image::probe(source, format, cancel).map(only),
        Some(Kind::Recording(kind)) => look_at_recording(source, kind, (0, 0), known, cancel, progress),
        Some(Kind::Other(what)) => Err(MediaError::WrongKind { path: source.path.shown(), what: what.into() }),
        None => look_at_mp3(source, known, cancel, progress),
    }
}

/// Opens a sound without listening to it; what is found by listening alone is listened to.
pub fn open(path: &Path, cancel: &Cancel, progress: &mut dyn FnMut(Progress)) -> Result<Recording, MediaError> {
    let mut source = Source::open(path)?;
    let front = source.front(0)?;
    match kind::by_magic(&front) {
        Some(Kind::Recording(kind)) => return Recording::read(&mut source, kind, 0, 0),
        Some(_) => (),
        None => {
            let layout = source.path.io(layout::find(&mut source.file, source.size))?;
            let behind_tags = source.front(layout.header_bytes)?;
            // Some programs put ID3 tags before other formats too.
            if kind::by_magic(&behind_tags).is_none() {
                match Recording::mp3(path) {
                    Ok((recording, _)) => return Ok(recording),
                    Err(MediaError::Undecodable { .. }) => (),
                    Err(error) => return Err(error),
                }
            }
        }
    }
    let Looked { probed, recording } = look(path, None, cancel, progress)?;
    let what = format!("a picture ({})", probed.facts.container);
    let opened = recording.map(|(recording, _)| recording);
    opened.ok_or_else(|| MediaError::WrongKind { path: source.path.shown(), what })
}

fn look_at_recording(
    mut source: Source,
    kind: RecordingKind,
    (front, trailer): (u64, u64),
    known: Option<&Known>,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Looked, MediaError> {
    let mut recording = Recording::read(&mut source, kind, front, trailer)?;
    if recording.mime == "audio/mp4" && source.size > MOST_AUDIO_BYTES {
        return Err(too_large(&source));
    }
    let found = std::mem::take(&mut recording.found);
    if let Some(known) = known.filter(|known| known.is_about(&recording)) {
        return Ok(Looked {
            probed: known.probed((found.cover, found.chapter_pictures)),
            recording: Some((recording, known.listened)),
        });
    }
    let heard = recording::measure(&recording, &source, cancel, progress)?;
    let listened = Listened { frames: heard.course.samples, dual_mono: heard.course.dual_mono };
    let (mut findings, while_decoding) = (recording.findings.clone(), heard.findings.into_list());
    let is_cut = |finding: &Finding| finding.code == "media.truncated";
    // A cut found while decoding is the same cut; where the headers do not say where the sound ends, it does.
    if while_decoding.iter().any(is_cut) {
        findings.retain(|finding| !is_cut(finding) || finding.at_ms.is_some());
    }
    for finding in findings.iter_mut().filter(|finding| is_cut(finding)) {
        finding.at_ms.get_or_insert(heard.duration_ms);
    }
    let cut = findings.iter().any(is_cut);
    findings.extend(while_decoding.into_iter().filter(|more| !(cut && is_cut(more))));
    findings.extend(found.findings);
    findings.extend(audio::condition::findings(&heard.condition));
    if heard.loudness.integrated_lufs.is_none() {
        findings.push(silent());
    }
    let (header_bytes, trailer_bytes) = recording.around;
    let content = source.size - header_bytes - trailer_bytes;
    let facts = MediaFacts {
        kind: MediaKind::Audio,
        container: recording.container.into(),
        codec: recording.codec.clone(),
        mime: recording.mime.into(),
        size_bytes: source.size,
        sha256: heard.sha256,
        header_bytes,
        trailer_bytes,
        duration_ms: Some(heard.duration_ms).filter(|duration| *duration > 0),
        sample_rate_hz: Some(recording.shape.sample_rate),
        channels: u32::try_from(recording.shape.channels).ok(),
        bit_rate: mean_bit_rate(content, heard.duration_ms),
        loudness: Some(heard.loudness),
        width_px: None,
        height_px: None,
        orientation: None,
        chapters: found.chapters,
        tags: found.tags,
        findings,
        analyzer_version: ANALYZER_VERSION,
        levels: heard.levels,
        thumbhash: String::new(),
        condition: Some(Box::new(heard.condition)),
    };
    let (peaks, course) = (Some(heard.peaks), Some(heard.course));
    let FoundTags { cover, chapter_pictures, .. } = found;
    let probed = Probed { facts, peaks, course, cover, chapter_pictures };
    Ok(Looked { probed, recording: Some((recording, listened)) })
}

fn silent() -> Finding {
    let message = "There is only silence in this recording, or it is shorter than 0.4 seconds.";
    Finding { code: "media.silent".into(), message: message.into(), at_ms: None }
}

fn too_large(source: &Source) -> MediaError {
    let what = format!("{} GB, and sounds of more than 4 GiB are not taken", source.size / 1_000_000_000);
    MediaError::TooLarge { path: source.path.shown(), what }
}

fn look_at_mp3(
    mut source: Source,
    known: Option<&Known>,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Looked, MediaError> {
    if source.size > MOST_AUDIO_BYTES {
        return Err(too_large(&source));
    }
    let layout = source.path.io(layout::find(&mut source.file, source.size))?;
    // Some programs put ID3 tags before other formats too.
    let behind_tags = source.front(layout.header_bytes)?;
    let around = (layout.header_bytes, layout.trailer_bytes);
    match kind::by_magic(&behind_tags) {
        // Only these are read from any place in the file.
        Some(Kind::Recording(kind @ (RecordingKind::Flac | RecordingKind::Ogg))) => {
            return look_at_recording(source, kind, around, known, cancel, progress);
        }
        Some(Kind::Recording(kind)) => {
            return Err(MediaError::WrongKind { path: source.path.shown(), what: kind.words().into() });
        }
        Some(Kind::Other(what)) => {
            return Err(MediaError::WrongKind { path: source.path.shown(), what: what.into() });
        }
        _ => (),
    }
    let is_aac = |front: &[u8]| recording::bare_aac_at(front, source.size <= around.0 + front.len() as u64);
    if is_aac(&behind_tags) == Some(0) {
        return look_at_recording(source, RecordingKind::Adts, around, known, cancel, progress);
    }
    if let Some(known) = known.filter(|known| known.is_mp3()) {
        let found = tags::read(&mut source, &layout);
        return Ok(Looked { probed: known.probed((found.cover, found.chapter_pictures)), recording: None });
    }
    match audio::measure(&mut source, &layout, cancel, progress)? {
        Some(measured) => {
            let tags = tags::read(&mut source, &layout);
            Ok(Looked { probed: assemble(&source, &layout, measured, tags), recording: None })
        }
        None => look_further(source, &behind_tags, around, known, cancel, progress),
    }
}

/// There is no layer III: what has no magic bytes either, or a text.
fn look_further(
    mut source: Source,
    behind_tags: &[u8],
    around: (u64, u64),
    known: Option<&Known>,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Looked, MediaError> {
    let front = source.bytes(around.0, recording::MOST_JUNK)?;
    if recording::bare_aac_at(&front, source.size <= around.0 + recording::MOST_JUNK).is_some() {
        return look_at_recording(source, RecordingKind::Adts, around, known, cancel, progress);
    }
    let layer = audio::FrameHeader::parse(behind_tags).filter(|header| header.layer == 2);
    if let (Some(_), Some(kind)) = (layer, recording::ForeignKind::layer_two()) {
        return look_at_recording(source, RecordingKind::Foreign(kind), (0, 0), known, cancel, progress);
    }
    Err(match kind::by_guess(behind_tags) {
        Some(what) => MediaError::WrongKind { path: source.path.shown(), what: what.into() },
        None => MediaError::NoSound { path: source.path.shown() },
    })
}

/// An MP3 whose sound was heard while it was made, now that it is whole and has this hash.
pub fn just_made(
    path: &Path,
    heard: Heard,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Probed, MediaError> {
    let mut source = Source::open(path)?;
    let layout = source.path.io(layout::find(&mut source.file, source.size))?;
    let mut pace = Pace::new("verify", source.size, cancel, progress);
    let sha256 = recording::hash(&mut source, &mut pace)?;
    pace.at_end();
    let measured = heard.finish(sha256, &source.path)?;
    let tags = tags::read(&mut source, &layout);
    Ok(assemble(&source, &layout, measured, tags))
}

fn assemble(source: &Source, layout: &Layout, measured: audio::Measured, found: FoundTags) -> Probed {
    let content = source.size - layout.header_bytes - layout.trailer_bytes;
    let mut findings = layout.findings.clone();
    findings.extend(measured.findings.into_list());
    findings.extend(audio::condition::findings(&measured.condition));
    findings.extend(found.findings);
    let facts = MediaFacts {
        kind: MediaKind::Audio,
        container: "mp3".into(),
        codec: "mp3".into(),
        mime: "audio/mpeg".into(),
        size_bytes: source.size,
        sha256: measured.sha256,
        header_bytes: layout.header_bytes,
        trailer_bytes: layout.trailer_bytes,
        duration_ms: Some(measured.duration_ms).filter(|duration| *duration > 0),
        sample_rate_hz: Some(measured.sample_rate),
        channels: Some(u32::from(measured.channels)),
        bit_rate: mean_bit_rate(content, measured.duration_ms),
        loudness: Some(measured.loudness),
        width_px: None,
        height_px: None,
        orientation: None,
        chapters: found.chapters,
        tags: found.tags,
        findings,
        analyzer_version: ANALYZER_VERSION,
        levels: measured.levels,
        thumbhash: String::new(),
        condition: Some(Box::new(measured.condition)),
    };
    let (peaks, course) = (Some(measured.peaks), Some(measured.course));
    Probed { facts, peaks, course, cover: found.cover, chapter_pictures: found.chapter_pictures }
}

/// Mean bits per second of the content bytes over the playable time.
fn mean_bit_rate(content_bytes: u64, duration_ms: i64) -> Option<u32> {
    let duration = u64::try_from(duration_ms).ok().filter(|duration| *duration > 0)?;
    u32::try_from((content_bytes.checked_mul(8_000)? + duration / 2) / duration).ok()
}
