//! What is known about a media file, found once on the laptop (DESIGN §6.6 and the `media probe` shape of §6.8).

use crate::{Chapter, Sha256};
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
    /// A font.
    Font,
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

/// What is odd about a sound itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SoundCondition {
    /// How its channels stand to each other.
    pub channels: Channels,
    /// Places where at least three samples in a row stand at full scale.
    pub clipped: u64,
    /// The first of them.
    pub clipped_at_ms: Option<i64>,
    /// Stretches of at least two seconds below −50 dBFS, the first 500.
    pub quiet: Vec<Quiet>,
}

/// How the channels of a sound stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Channels {
    /// One channel.
    Mono,
    /// Two that differ, or hold nothing.
    Stereo,
    /// Two that hold the same.
    DualMono,
    /// The right one is silent.
    LeftOnly,
    /// The left one is silent.
    RightOnly,
    /// One is the other's mirror image: played as one they cancel each other.
    OutOfPhase,
}

/// A stretch of silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Quiet {
    /// Its beginning.
    pub from_ms: i64,
    /// Its end.
    pub to_ms: i64,
}

/// A chapter mark read from a file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ChapterMark {
    /// Start in milliseconds.
    pub start_ms: i64,
    /// End in milliseconds, where the file says one that is not the next chapter's start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub end_ms: Option<i64>,
    /// Title.
    pub title: String,
    /// Web address; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "bindings", ts(as = "Option<String>", optional))]
    pub url: String,
    /// The file's table of contents leaves it out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "bindings", ts(as = "Option<bool>", optional))]
    pub hidden: bool,
    /// Hash of the picture that stands with it in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub picture: Option<Sha256>,
}

impl ChapterMark {
    /// A start and a title, as most formats have them.
    pub fn new(start_ms: i64, title: impl Into<String>) -> Self {
        Self { start_ms, title: title.into(), ..Self::default() }
    }
}

/// Without its picture, which is another file.
impl From<ChapterMark> for Chapter {
    fn from(mark: ChapterMark) -> Self {
        let ChapterMark { start_ms, end_ms, title, url, hidden, picture: _ } = mark;
        Self { start_ms, end_ms, title, url, hidden, picture: None, location: None }
    }
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

impl Finding {
    /// The same of a file that another one is made of or heard with, named.
    pub fn of_file(self, name: &str) -> Self {
        Self { message: format!("In the file \"{name}\": {}", self.message), ..self }
    }

    /// Whether it was found in another file than the one it stands with.
    pub fn is_of_file(&self) -> bool {
        self.message.starts_with("In the file \"")
    }

    /// What is said of a recording and not of the sound that was made of it.
    pub fn of_recording_only<'a>(recording: &'a [Self], sound: &'a [Self]) -> impl Iterator<Item = &'a Self> {
        recording.iter().filter(move |said| !sound.iter().any(|also| also.code == said.code))
    }
}

/// Tags read from a file, by plain names: `title`, `artist`, `album`, `date`, `track`, `comment`, `guid`.
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
    /// How loud a sound is over time, for players: see [`levels_of`]. Empty for everything else.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub levels: String,
    /// Clipping, long silences, how the channels stand to each other; `None` for everything but sounds, and for sounds
    /// measured by an older version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Box<SoundCondition>>,
    /// What a picture looks like while it is on its way: a ThumbHash of at most 25 bytes in Base64 (evanw.github.io/thumbhash).
    /// Empty for everything else, and for pictures of an older version.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub thumbhash: String,
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
            levels: String::new(),
            condition: None,
            thumbhash: String::new(),
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
            "audio/aac" => "aac",
            "audio/x-caf" => "caf",
            "audio/webm" | "video/webm" => "webm",
            "audio/x-matroska" => "mka",
            "video/x-matroska" => "mkv",
            "video/mp4" => "mp4",
            "video/quicktime" => "mov",
            "audio/x-ms-wma" => "wma",
            mime if mime.starts_with("audio/") || mime.starts_with("video/") => "bin",
            "application/json+chapters" | "application/json" => "json",
            "text/html" => "html",
            "text/vtt" => "vtt",
            "application/x-subrip" => "srt",
            "font/ttf" => "ttf",
            "font/otf" => "otf",
            "font/woff" => "woff",
            "font/woff2" => "woff2",
            "image/png" => "png",
            "image/gif" => "gif",
            "image/webp" => "webp",
            "image/avif" => "avif",
            "image/heic" => "heic",
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

/// Parts of equal length that [`levels_of`] tells about.
pub const LEVELS: usize = 200;
/// Decibels below the loudest part that are silence there.
const LEVEL_RANGE_DB: f64 = 60.0;

impl Peaks {
    /// The levels of a sound of which nothing but its waveform is known: what is 40 dB below full scale has two steps there.
    pub fn levels(&self) -> String {
        let height = |(low, high): (&i8, &i8)| f32::from(low.unsigned_abs().max(high.unsigned_abs()));
        levels_of(&self.low.iter().zip(&self.high).map(height).collect::<Vec<_>>())
    }
}

/// The level of each of 200 equal parts of a sound whose slices are so high: two hexadecimal digits each, 0 for silence, 100 for
/// the loudest part, evenly in decibels over the 60 below it. Empty for a sound without samples.
pub fn levels_of(heights: &[f32]) -> String {
    let loudest = heights.iter().copied().fold(0.0, f32::max);
    let part = |n: usize| {
        let (from, to) = (n * heights.len() / LEVELS, (n + 1) * heights.len() / LEVELS);
        heights[from..to.max(from + 1)].iter().copied().fold(0.0, f32::max)
    };
    let level = |height: f32| match height {
        0.0 => 0.0,
        _ => 100.0 * (1.0 + 20.0 * (f64::from(height) / f64::from(loudest)).log10() / LEVEL_RANGE_DB),
    };
    if heights.is_empty() {
        return String::new();
    }
    (0..LEVELS).map(|n| format!("{:02x}", level(part(n)).round().clamp(0.0, 100.0) as u8)).collect()
}

/// Reads levels as [`levels_of`] writes them, of any number of parts up to a thousand; what is none has no levels.
pub fn read_levels(text: &str) -> Vec<u8> {
    let digits = |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok().filter(|level| *level <= 100);
    let fits =
        text.len().is_multiple_of(2) && text.len() <= 2 * 1000 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let levels: Option<Vec<u8>> = text.as_bytes().chunks(2).map(digits).collect();
    levels.filter(|_| fits).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_even_in_decibels_and_silence_is_nothing() {
        // A quarter each: full, a tenth of it (20 dB less: two thirds of 60 are left), silence, half (6.02 dB less).
        let quarter = |height: i8| vec![height; 100];
        let high = [quarter(100), quarter(10), quarter(0), quarter(50)].concat();
        let peaks = Peaks { slice_ms: 100, low: high.iter().map(|height| -height / 2).collect(), high };
        let levels = read_levels(&peaks.levels());
        assert_eq!((levels.len(), levels[0], levels[60], levels[120], levels[199]), (200, 100, 67, 0, 90));
        // One slice is all parts; none is no sound.
        let one = Peaks { slice_ms: 100, low: vec![-127], high: vec![3] };
        assert_eq!(read_levels(&one.levels()), vec![100; 200]);
        assert_eq!(Peaks { slice_ms: 100, low: vec![], high: vec![] }.levels(), "");
        for bad in ["", "6", "646", "65", "zz", "+1", "ä", &"64".repeat(1001)] {
            assert!(read_levels(bad).is_empty());
        }
    }

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
