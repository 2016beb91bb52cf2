//! Video files: what is shown (its size on a screen, how long, which codecs), a still of it, and whether it can be played
//! while it is still being loaded. ffprobe and ffmpeg look and draw; where they are not installed, the headers of MP4,
//! QuickTime, Matroska and WebM say what they say, and a finding says what is missing.
//!
//! What it is not: the sound of films, which `audio/recording` decodes; and nothing is encoded here.

mod asked;
mod faststart;
mod headers;
mod moved_table;
mod poster;

pub use hearthcast_model::picture::Poster;

pub(crate) use faststart::laid_out_alone;
pub use faststart::{MOST_TABLE, make as make_faststart, order};

use crate::MediaError;
use crate::audio::recording::RecordingKind;
use crate::ffmpeg::Ffmpeg;
use crate::probe::{Cover, Kind, Source, kind_of};
use hearthcast_model::facts::Finding;
use hearthcast_model::{Cancel, Progress, Sha256};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Wider or higher pictures are a lie.
const MOST_SIDE: u64 = 32_768;

/// What is known about a video file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VideoFacts {
    /// `mp4`, `matroska`, and the others ffmpeg reads.
    pub container: String,
    /// MIME type.
    pub mime: String,
    /// Whole file in bytes.
    pub size_bytes: u64,
    /// Hash of the whole file.
    pub sha256: Sha256,
    /// Length in milliseconds, as the container states it.
    pub duration_ms: Option<i64>,
    /// Codec of the pictures: `h264`, `vp9`, `av1`.
    pub codec: String,
    /// Codec of the sound; empty where there is none.
    pub audio_codec: String,
    /// Samples of the sound per second.
    pub sample_rate_hz: Option<u32>,
    /// Channels of the sound.
    pub channels: Option<u32>,
    /// Mean bits per second of the whole file.
    pub bit_rate: Option<u32>,
    /// Pixels across as it is shown: pixels made square, turned as the file says.
    pub width_px: Option<u32>,
    /// Pixels down as it is shown.
    pub height_px: Option<u32>,
    /// Pixels across as they are coded.
    pub coded_width_px: Option<u32>,
    /// Pixels down as they are coded.
    pub coded_height_px: Option<u32>,
    /// Degrees clockwise by which players turn the picture: 0, 90, 180, 270.
    pub rotation: u32,
    /// Width of a pixel by its height.
    pub pixel_aspect: (u32, u32),
    /// Mean pictures per second.
    pub frame_rate: Option<f64>,
    /// Pictures do not follow each other at one pace.
    pub variable_frame_rate: bool,
    /// MP4 and QuickTime: the table of contents stands before the pictures, so that it plays while it loads.
    pub faststart: Option<bool>,
    /// Where the still was taken, in milliseconds.
    pub poster_at_ms: Option<i64>,
    /// What a person should know.
    pub findings: Vec<Finding>,
}

/// A video file that was looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Video {
    /// Everything known about it.
    pub facts: VideoFacts,
    /// The still: a JPEG with square pixels, turned right.
    pub poster: Option<Cover>,
}

impl VideoFacts {
    /// What every file has, and nothing else.
    fn unknown(container: &str, mime: &str, size_bytes: u64, sha256: Sha256) -> Self {
        Self {
            container: container.into(),
            mime: mime.into(),
            size_bytes,
            sha256,
            duration_ms: None,
            codec: String::new(),
            audio_codec: String::new(),
            sample_rate_hz: None,
            channels: None,
            bit_rate: None,
            width_px: None,
            height_px: None,
            coded_width_px: None,
            coded_height_px: None,
            rotation: 0,
            pixel_aspect: (1, 1),
            frame_rate: None,
            variable_frame_rate: false,
            faststart: None,
            poster_at_ms: None,
            findings: vec![],
        }
    }

    /// Sets both sizes from what is coded.
    fn shown_as(&mut self, coded: (u32, u32), aspect: (u32, u32), rotation: i64) {
        self.coded_width_px = Some(coded.0);
        self.coded_height_px = Some(coded.1);
        self.pixel_aspect = aspect;
        self.rotation = rotation.rem_euclid(360) as u32;
        let shown = shown(coded, aspect, rotation);
        self.width_px = Some(shown.0);
        self.height_px = Some(shown.1);
    }

    fn finding(&mut self, code: &str, message: impl Into<String>) {
        self.findings.push(Finding { code: code.into(), message: message.into(), at_ms: None });
    }
}

/// Pixels across and down on a screen: made square first, then turned. Half a turn swaps nothing.
pub fn shown((width, height): (u32, u32), (across, down): (u32, u32), rotation: i64) -> (u32, u32) {
    let wide = match down {
        0 => u64::from(width),
        down => (u64::from(width) * u64::from(across) + u64::from(down) / 2) / u64::from(down),
    };
    let wide = u32::try_from(wide.clamp(1, MOST_SIDE)).unwrap_or(width);
    if rotation.rem_euclid(180) == 90 { (height, wide) } else { (wide, height) }
}

/// Looks at a video file, and takes a still of it where one is wanted.
pub fn look(
    path: &Path,
    wanted: Poster,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Video, MediaError> {
    let mut source = Source::open(path)?;
    let kind = recognised(&mut source)?;
    let sha256 = hash(&mut source, cancel, progress)?;
    let mut facts = VideoFacts::unknown(kind.container(), mime(&mut source, kind)?, source.size, sha256);
    if kind == RecordingKind::Mp4 {
        facts.faststart = source.path.clone().io(order(&mut source))?;
    }
    let path = source.path.clone();
    let poster = match Ffmpeg::allowed() {
        Ok(ffmpeg) => {
            match asked::ask(&ffmpeg, &path, kind, &mut facts)? {
                true => (),
                // Beside that ffmpeg stands no ffprobe: the headers say most of it.
                false => headers::read(&mut source, kind, &mut facts)?,
            }
            cancel.check().map_err(|_| MediaError::Cancelled)?;
            poster::take(&ffmpeg, &path, kind, wanted, &mut facts, (cancel, progress))?
        }
        Err(why) => {
            headers::read(&mut source, kind, &mut facts)?;
            let message = format!(
                "Frame rate, codecs and a still of a video are found with the program ffmpeg, and {why}. What stands here is \
                 what the file says of itself."
            );
            facts.finding("media.needs_ffmpeg", message);
            None
        }
    };
    if facts.faststart == Some(false) {
        let message = "The table of contents stands behind the pictures: players must load the whole file before they begin. \
                       \"hearthcast media video FILE --faststart -o OUT\" puts it in front, without changing a picture.";
        facts.finding("media.no_faststart", message);
    }
    if facts.duration_ms.is_some_and(|length| length > 0) {
        let bits = u128::from(facts.size_bytes) * 8000 / facts.duration_ms.map_or(1, |ms| ms.max(1) as u128);
        facts.bit_rate = u32::try_from(bits).ok();
    }
    Ok(Video { facts, poster })
}

/// What the headers alone say; for fuzzing.
pub(crate) fn headers_alone(source: &mut Source) {
    let mut facts = VideoFacts::unknown("", "", source.size, Sha256::of(&[]));
    for kind in [RecordingKind::Mp4, RecordingKind::Matroska] {
        let _ = headers::read(source, kind, &mut facts);
    }
}

/// Only what is known by its first bytes is given to a program.
fn recognised(source: &mut Source) -> Result<RecordingKind, MediaError> {
    let front = source.front(0)?;
    let wrong = |what: &str| MediaError::NoVideo { path: source.path.shown(), what: what.into() };
    match kind_of(&front) {
        Some(Kind::Recording(kind @ (RecordingKind::Mp4 | RecordingKind::Matroska | RecordingKind::Foreign(_)))) => {
            Ok(kind)
        }
        Some(Kind::Recording(kind)) => Err(wrong(kind.words())),
        Some(Kind::Picture(format)) => Err(wrong(format.words())),
        Some(Kind::Other(what)) => Err(wrong(what)),
        None => Err(wrong(crate::probe::name_of(&front).unwrap_or("no file that is known"))),
    }
}

fn mime(source: &mut Source, kind: RecordingKind) -> Result<&'static str, MediaError> {
    Ok(match kind {
        RecordingKind::Mp4 if source.front(0)?.get(8..12) == Some(b"qt  ") => "video/quicktime",
        RecordingKind::Mp4 => "video/mp4",
        RecordingKind::Foreign(kind) => kind.mime,
        _ if source.front(0)?.windows(4).take(64).any(|four| four == b"webm") => "video/webm",
        _ => "video/x-matroska",
    })
}

fn hash(source: &mut Source, cancel: &Cancel, progress: &mut dyn FnMut(Progress)) -> Result<Sha256, MediaError> {
    use crate::probe::{HashingReader, Pace};
    use std::io::Read;
    source.rewind()?;
    let path = source.path.clone();
    let mut pace = Pace::new("read", source.size, cancel, progress);
    let mut reader = HashingReader::new(&mut source.file);
    let mut buffer = vec![0; 256 * 1024];
    let mut done = 0u64;
    loop {
        pace.at(done)?;
        let read = path.io(reader.read(&mut buffer))?;
        if read == 0 {
            break;
        }
        done += read as u64;
    }
    pace.at_end();
    Ok(reader.finish().0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_made_square_before_they_are_turned() {
        // DV PAL widescreen: 720 x 576, pixels 64 by 45 → 1024 x 576. A telephone held upright.
        for (coded, aspect, rotation, wanted) in [
            ((720, 576), (64, 45), 0, (1024, 576)),
            ((720, 576), (64, 45), 180, (1024, 576)),
            ((1920, 1080), (1, 1), 90, (1080, 1920)),
            ((1920, 1080), (1, 1), -90, (1080, 1920)),
            ((1920, 1080), (1, 1), 270, (1080, 1920)),
            ((1440, 1080), (4, 3), 90, (1080, 1920)),
            ((640, 480), (1, 0), 0, (640, 480)),
        ] {
            assert_eq!(shown(coded, aspect, rotation), wanted, "{coded:?} {aspect:?} {rotation}");
        }
    }
}
