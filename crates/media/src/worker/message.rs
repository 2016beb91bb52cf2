//! The lines both ends speak: one JSON request in, JSON lines of progress and exactly one last result or error out.

use crate::MediaError;
use crate::audio::MOST_SLICES;
use crate::probe::{Cover, MOST_COVER_BYTES, Probed};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hearthcast_model::Progress;
use hearthcast_model::facts::{MediaFacts, Peaks};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Longest line either end reads: a cover of 16 MiB in Base64, and room.
pub const MOST_LINE_BYTES: u64 = 32 << 20;
/// Version of these lines.
const VERSION: u32 = 1;

/// What the caller asks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Request {
    /// Look at a file.
    Probe {
        /// Version of the line.
        v: u32,
        /// The path's bytes in Base64: not every path is Unicode.
        path: String,
    },
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
        /// Its cover.
        cover: Option<CoverLine>,
    },
    /// The last line, when the file cannot be used.
    Error {
        /// Why.
        error: MediaError,
    },
}

/// A cover on a line.
#[derive(Debug, Serialize, Deserialize)]
pub struct CoverLine {
    mime: String,
    base64: String,
}

impl Request {
    /// Asks for a file. `None`: this system's path cannot be written down.
    pub fn probe(path: &Path) -> Option<Self> {
        Some(Self::Probe { v: VERSION, path: STANDARD.encode(path_bytes(path)?) })
    }

    /// The file asked for; `None` when the request is not understood.
    pub fn path(&self) -> Option<PathBuf> {
        let Self::Probe { v, path } = self;
        (*v == VERSION).then(|| STANDARD.decode(path).ok()).flatten().and_then(bytes_path)
    }
}

impl From<Probed> for Answer {
    fn from(probed: Probed) -> Self {
        let cover = probed.cover.map(|cover| CoverLine { mime: cover.mime, base64: STANDARD.encode(cover.bytes) });
        Self::Result { facts: Box::new(probed.facts), peaks: probed.peaks, cover }
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
}

/// Checks a result before it is believed.
pub fn checked(facts: MediaFacts, peaks: Option<Peaks>, cover: Option<CoverLine>) -> Result<Probed, Unbelievable> {
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
    Ok(Probed { facts, peaks, cover })
}

fn checked_cover(line: CoverLine) -> Result<Cover, Unbelievable> {
    let bytes = STANDARD.decode(line.base64).map_err(|_| Unbelievable::CoverText)?;
    let format = crate::image::PictureFormat::of(&bytes).filter(|format| format.mime() == line.mime);
    if format.is_none() || bytes.len() > MOST_COVER_BYTES {
        return Err(Unbelievable::Cover);
    }
    Ok(Cover { mime: line.mime, bytes })
}

#[cfg(unix)]
fn path_bytes(path: &Path) -> Option<Vec<u8>> {
    use std::os::unix::ffi::OsStrExt;
    Some(path.as_os_str().as_bytes().to_vec())
}

#[cfg(unix)]
fn bytes_path(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Some(std::ffi::OsString::from_vec(bytes).into())
}

#[cfg(not(unix))]
fn path_bytes(path: &Path) -> Option<Vec<u8>> {
    path.to_str().map(|text| text.as_bytes().to_vec())
}

#[cfg(not(unix))]
fn bytes_path(bytes: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(bytes).ok().map(PathBuf::from)
}
