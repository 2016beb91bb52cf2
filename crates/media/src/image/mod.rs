//! Pictures for covers: header read within limits, size and orientation known. Pixels are never decoded here, so a
//! picture that would unpack to gigabytes costs nothing.

use crate::probe::{HashingReader, Probed, Source};
use crate::{ANALYZER_VERSION, MediaError};
use hearthcast_model::Cancel;
use hearthcast_model::facts::{Finding, MediaFacts, MediaKind, Tags};
use image::{ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::{self, Cursor, Read};

/// No picture has more pixels.
pub const MOST_PIXELS: u64 = 100_000_000;
/// No picture file is larger.
const MOST_PICTURE_BYTES: u64 = 64 << 20;
/// Memory the header may take (profiles, EXIF).
const MOST_HEADER_BYTES: u64 = 64 << 20;

/// Formats a cover may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureFormat {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
}

impl PictureFormat {
    /// The format by its magic bytes.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            _ if bytes.starts_with(b"\x89PNG\r\n\x1a\n") => Some(Self::Png),
            _ => None,
        }
    }
    /// `jpeg`, `png`.
    pub fn name(self) -> &'static str {
        if self == Self::Jpeg { "jpeg" } else { "png" }
    }
    /// `image/jpeg`, `image/png`.
    pub fn mime(self) -> &'static str {
        if self == Self::Jpeg { "image/jpeg" } else { "image/png" }
    }
    /// "a PNG picture".
    pub fn words(self) -> &'static str {
        if self == Self::Jpeg { "a JPEG picture" } else { "a PNG picture" }
    }
}

/// What a picture's header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureShape {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// EXIF orientation, 1..=8.
    pub orientation: u8,
}

/// Endings that promise a sound.
const SOUND_ENDINGS: &[&str] = &["mp3", "m4a", "aac", "wav", "ogg", "opus", "flac"];

/// Looks at a picture file.
pub fn probe(mut source: Source, format: PictureFormat, cancel: &Cancel) -> Result<Probed, MediaError> {
    let path = source.path.clone();
    if SOUND_ENDINGS.contains(&path.ending().as_str()) {
        return Err(MediaError::Misnamed { path: path.shown(), what: format.words().into() });
    }
    if source.size > MOST_PICTURE_BYTES {
        let what = format!("{} MB, and pictures of more than 64 MiB are not taken", source.size / 1_000_000);
        return Err(MediaError::TooLarge { path: path.shown(), what });
    }
    source.rewind()?;
    let mut reader = HashingReader::new(&mut source.file);
    let mut bytes = Vec::new();
    path.io(reader.by_ref().take(MOST_PICTURE_BYTES).read_to_end(&mut bytes))?;
    path.io(io::copy(&mut reader, &mut io::sink()))?;
    let (sha256, read) = reader.finish();
    if read != source.size {
        return Err(MediaError::Changed { path: path.shown() });
    }
    if cancel.is_cancelled() {
        return Err(MediaError::Cancelled);
    }
    let shape = shape(&bytes, format).map_err(|why| match why {
        Unusable::TooManyPixels(what) => MediaError::TooLarge { path: path.shown(), what },
        Unusable::Unreadable(why) => MediaError::BadPicture { path: path.shown(), what: format.words().into(), why },
    })?;
    let facts = MediaFacts {
        kind: MediaKind::Image,
        container: format.name().into(),
        codec: format.name().into(),
        mime: format.mime().into(),
        size_bytes: source.size,
        sha256,
        header_bytes: 0,
        trailer_bytes: 0,
        duration_ms: None,
        sample_rate_hz: None,
        channels: None,
        bit_rate: None,
        loudness: None,
        width_px: Some(shape.width),
        height_px: Some(shape.height),
        orientation: Some(shape.orientation),
        chapters: vec![],
        tags: Tags::new(),
        findings: findings(&bytes, format),
        analyzer_version: ANALYZER_VERSION,
    };
    Ok(Probed { facts, peaks: None, cover: None })
}

/// Why a picture cannot be used.
#[derive(Debug)]
pub enum Unusable {
    /// More pixels than allowed.
    TooManyPixels(String),
    /// The decoder's words.
    Unreadable(String),
}

/// Reads the header of a picture.
pub fn shape(bytes: &[u8], format: PictureFormat) -> Result<PictureShape, Unusable> {
    let unreadable = |error: image::ImageError| Unusable::Unreadable(plain(&error.to_string()));
    // Before the decoder, which reserves a row.
    if let Some((width, height)) = png_size(bytes).filter(|_| format == PictureFormat::Png) {
        few_enough(width, height)?;
    }
    let kind = if format == PictureFormat::Jpeg { ImageFormat::Jpeg } else { ImageFormat::Png };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_HEADER_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(Unusable::Unreadable("it has no pixels".into()));
    }
    few_enough(width, height)?;
    let orientation = decoder.orientation().map_or(1, |orientation| orientation.to_exif());
    Ok(PictureShape { width, height, orientation })
}

fn few_enough(width: u32, height: u32) -> Result<(), Unusable> {
    if u64::from(width) * u64::from(height) <= MOST_PIXELS {
        return Ok(());
    }
    Err(Unusable::TooManyPixels(format!("{width} x {height} pixels, and at most 100 million are taken")))
}

/// IHDR is the first chunk of every PNG: width and height stand at a fixed place.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| bytes.get(at..at + 4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]));
    Some((number(16)?, number(20)?))
}

fn findings(bytes: &[u8], format: PictureFormat) -> Vec<Finding> {
    let mut findings = vec![];
    let mut add = |code: &str, message: &str| {
        findings.push(Finding { code: code.into(), message: message.into(), at_ms: None });
    };
    // Decoders fill up a picture that ends early without a word.
    let tail = &bytes[bytes.len().saturating_sub(64 * 1024)..];
    let end: &[u8] = if format == PictureFormat::Jpeg { b"\xff\xd9" } else { b"IEND\xae\x42\x60\x82" };
    if !tail.windows(end.len()).any(|window| window == end) {
        add("media.truncated", "The picture is cut off: its lower part is missing.");
    }
    if format == PictureFormat::Jpeg && jpeg_components(bytes) == Some(4) {
        add("media.cmyk", "The picture has print colours (CMYK): directories want RGB, and many apps show it wrongly.");
    }
    findings
}

/// Number of colour components, from the frame header (ITU-T T.81 §B.2.2).
fn jpeg_components(bytes: &[u8]) -> Option<u8> {
    let mut at = 2;
    loop {
        let marker = *bytes.get(at..at + 2)?.last()?;
        if bytes[at] != 0xff || marker == 0xda {
            return None;
        }
        if marker == 0xff {
            at += 1;
            continue;
        }
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            return bytes.get(at + 9).copied();
        }
        let length = bytes.get(at + 2..at + 4)?;
        at += 2 + usize::from(u16::from_be_bytes([length[0], length[1]])).max(2);
    }
}

/// A foreign sentence made fit for ours: one line, bounded, no full stop.
fn plain(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    line.trim_end_matches('.').to_owned()
}
