//! What is known about a media file, found once on the laptop (DESIGN §6.6 and the `media probe` shape of §6.8).

use crate::Sha256;
use serde::{Deserialize, Serialize};

/// Kind of a media file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// Sound.
    Audio,
    /// A still picture.
    Image,
    /// Chapters or a transcript.
    Text,
}

/// Loudness by EBU R 128 / ITU-R BS.1770.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Loudness {
    /// Integrated loudness in LUFS; `None` for silence (minus infinity).
    pub integrated_lufs: Option<f64>,
    /// Loudness range in LU.
    pub range_lu: Option<f64>,
    /// True peak in dBTP; `None` for silence.
    pub true_peak_dbtp: Option<f64>,
}

/// A chapter mark read from a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ChapterMark {
    /// Start in milliseconds.
    pub start_ms: i64,
    /// Title.
    pub title: String,
}

/// Something a person should know about a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Finding {
    /// `area.reason`, e.g. `media.truncated`, `media.no_audio`.
    pub code: String,
    /// One sentence.
    pub message: String,
    /// Where in the file, if anywhere.
    pub at_ms: Option<i64>,
}

/// Tags read from a file, by plain names: `title`, `artist`, `album`, `date`, `track`, `comment`.
pub type Tags = std::collections::BTreeMap<String, String>;

/// What is known about one file. Immutable: other bytes are another file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct MediaFacts {
    /// Sound or picture.
    pub kind: MediaKind,
    /// `mp3`, `jpeg`, `png`.
    pub container: String,
    /// `mp3`; for pictures the same as the container.
    pub codec: String,
    /// MIME type (`audio/mpeg`).
    #[serde(rename = "type")]
    pub mime: String,
    /// Whole file in bytes.
    pub size_bytes: u64,
    /// Hash of the whole file.
    pub sha256: Sha256,
    /// Bytes before the first audio byte (COUNTING.md).
    pub header_bytes: u64,
    /// Bytes after the last audio byte (COUNTING.md).
    pub trailer_bytes: u64,
    /// Playable length found by decoding, milliseconds; `None` when unknown.
    pub duration_ms: Option<i64>,
    /// Samples per second.
    pub sample_rate_hz: Option<u32>,
    /// Number of channels.
    pub channels: Option<u32>,
    /// Mean bits per second of the audio bytes.
    pub bit_rate: Option<u32>,
    /// Loudness; `None` for pictures.
    pub loudness: Option<Loudness>,
    /// Pixels across.
    pub width_px: Option<u32>,
    /// Pixels down.
    pub height_px: Option<u32>,
    /// EXIF orientation, 1..=8.
    pub orientation: Option<u8>,
    /// Chapter marks in the file.
    pub chapters: Vec<ChapterMark>,
    /// Tags in the file.
    pub tags: Tags,
    /// What a person should know.
    pub findings: Vec<Finding>,
    /// Version of the analysis that found this.
    pub analyzer_version: u32,
}

impl MediaFacts {
    /// Facts of a file before it is measured: what every file has, nothing around its content, nothing found. `format` names
    /// container and codec; `analyzer_version` is 1.
    pub fn unmeasured(kind: MediaKind, format: &str, mime: &str, size_bytes: u64, sha256: Sha256) -> Self {
        Self {
            kind,
            container: format.into(),
            codec: format.into(),
            mime: mime.into(),
            size_bytes,
            sha256,
            header_bytes: 0,
            trailer_bytes: 0,
            duration_ms: None,
            sample_rate_hz: None,
            channels: None,
            bit_rate: None,
            loudness: None,
            width_px: None,
            height_px: None,
            orientation: None,
            chapters: vec![],
            tags: Tags::new(),
            findings: vec![],
            analyzer_version: 1,
        }
    }

    /// Content bytes that one minute of this file needs; see [`minute_bytes`].
    pub fn minute_bytes(&self) -> Option<u64> {
        minute_bytes(self.size_bytes, self.header_bytes, self.trailer_bytes, self.duration_ms)
    }
    /// The file name ending published with this type (`mp3`).
    pub fn extension(&self) -> &'static str {
        match self.mime.as_str() {
            "audio/mpeg" => "mp3",
            "audio/mp4" | "audio/x-m4a" | "audio/m4a" => "m4a",
            "audio/wav" => "wav",
            "audio/flac" => "flac",
            "audio/aiff" => "aiff",
            "audio/ogg" => "ogg",
            "audio/opus" => "opus",
            "application/json+chapters" => "json",
            "text/vtt" => "vtt",
            "application/x-subrip" => "srt",
            "image/png" => "png",
            _ => "jpg",
        }
    }
}

/// Content bytes that one minute needs: `ceil((size − header − trailer) · 60 / duration)`; `None` means the whole file
/// is needed (duration unknown or at most 60 s, or no content between header and trailer). COUNTING.md, "The rule".
pub fn minute_bytes(size: u64, header: u64, trailer: u64, duration_ms: Option<i64>) -> Option<u64> {
    let duration_ms = u128::try_from(duration_ms?).ok().filter(|d| *d > 60_000)?;
    let content = u128::from(size.saturating_sub(header).saturating_sub(trailer));
    u64::try_from((content * 60_000).div_ceil(duration_ms)).ok().filter(|bytes| *bytes > 0)
}

/// Loudness peaks for the waveform: for every slice of time the lowest and the highest sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Peaks {
    /// Length of one slice in milliseconds.
    pub slice_ms: u32,
    /// Lowest sample of each slice, −127..=0.
    pub low: Vec<i8>,
    /// Highest sample of each slice, 0..=127.
    pub high: Vec<i8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(size: u64, header: u64, duration_ms: Option<i64>) -> MediaFacts {
        let plain = MediaFacts::unmeasured(MediaKind::Audio, "mp3", "audio/mpeg", size, Sha256::of(b""));
        MediaFacts { header_bytes: header, trailer_bytes: 128, duration_ms, ..plain }
    }

    #[test]
    fn minute_of_cbr_128_is_960_000_bytes() {
        // COUNTING.md: CBR 128 kbit/s → 960,000; 10 minutes are 9,600,000 content bytes.
        assert_eq!(facts(9_600_000 + 4_000 + 128, 4_000, Some(600_000)).minute_bytes(), Some(960_000));
    }

    #[test]
    fn short_or_unknown_needs_the_whole_file() {
        assert_eq!(facts(1_000, 0, Some(60_000)).minute_bytes(), None);
        assert_eq!(facts(1_000, 0, None).minute_bytes(), None);
        assert_eq!(facts(60_001 + 128, 0, Some(60_001)).minute_bytes(), Some(60_000));
        assert_eq!(facts(1_128, 1_000, Some(600_000)).minute_bytes(), None, "nothing between header and trailer");
    }
}
