//! A path in, everything known about the file out, in this process.
//!
//! Used inside the worker; programs call [`crate::worker::Worker::probe`], which runs this in a process of its own.

mod kind;
mod source;

pub use source::{HashingReader, Pace, Source};

use crate::audio::{self, layout, layout::Layout};
use crate::tags::{self, FoundTags};
use crate::{ANALYZER_VERSION, MediaError, image};
use hearthcast_model::facts::{MediaFacts, MediaKind, Peaks};
use hearthcast_model::{Cancel, Progress};
use kind::Kind;
use std::path::Path;

/// Everything known about one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Probed {
    /// What is stored with the media file.
    pub facts: MediaFacts,
    /// Waveform; `None` for pictures.
    pub peaks: Option<Peaks>,
    /// Picture in the tags, verified by content.
    pub cover: Option<Cover>,
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
    let mut source = Source::open(path)?;
    let front = source.front(0)?;
    match kind::by_magic(&front) {
        Some(Kind::Picture(format)) => image::probe(source, format, cancel),
        Some(Kind::Other(what)) => Err(MediaError::WrongKind { path: source.path.shown(), what: what.into() }),
        None => probe_mp3(source, cancel, progress),
    }
}

fn probe_mp3(mut source: Source, cancel: &Cancel, progress: &mut dyn FnMut(Progress)) -> Result<Probed, MediaError> {
    if source.size > MOST_AUDIO_BYTES {
        let what = format!("{} GB, and sounds of more than 4 GiB are not taken", source.size / 1_000_000_000);
        return Err(MediaError::TooLarge { path: source.path.shown(), what });
    }
    let layout = source.path.io(layout::find(&mut source.file, source.size))?;
    // Some programs put ID3 tags before other formats too.
    let behind_tags = source.front(layout.header_bytes)?;
    if let Some(Kind::Other(what)) = kind::by_magic(&behind_tags) {
        return Err(MediaError::WrongKind { path: source.path.shown(), what: what.into() });
    }
    match audio::measure(&mut source, &layout, cancel, progress)? {
        Some(measured) => {
            let tags = tags::read(&mut source, &layout);
            Ok(assemble(&source, &layout, measured, tags))
        }
        None => Err(match kind::by_guess(&behind_tags) {
            Some(what) => MediaError::WrongKind { path: source.path.shown(), what: what.into() },
            None => MediaError::NoSound { path: source.path.shown() },
        }),
    }
}

fn assemble(source: &Source, layout: &Layout, measured: audio::Measured, found: FoundTags) -> Probed {
    let content = source.size - layout.header_bytes - layout.trailer_bytes;
    let mut findings = layout.findings.clone();
    findings.extend(measured.findings.into_list());
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
    };
    Probed { facts, peaks: Some(measured.peaks), cover: found.cover }
}

/// Mean bits per second of the content bytes over the playable time.
fn mean_bit_rate(content_bytes: u64, duration_ms: i64) -> Option<u32> {
    let duration = u64::try_from(duration_ms).ok().filter(|duration| *duration > 0)?;
    u32::try_from((content_bytes.checked_mul(8_000)? + duration / 2) / duration).ok()
}
