//! Pictures: looked at without decoding ([`probe`]), and covers and episode pictures made right from any master
//! ([`make()`]).
//!
//! `head` reads how large a picture says it is, for whoever asks no more. The way of a master through the files: `format` (recognised; `heif`, `foreign`: decoded by another program) → `header` (limits) → `jpeg`, `png` (whole? what does it
//! tell?) → `decode` (pixels) → `raster` (cut, scaled, upright) → `colour` (sRGB) → `encode`, `copies`. `make` decides. Small pictures on any ground go through `icon`.

mod avif;
mod colour;
mod copies;
mod decode;
mod encode;
mod foreign;
mod format;
mod head;
mod header;
pub mod heif;
mod icon;
mod jpeg;
mod make;
mod order;
mod place;
mod placeholder;
mod png;
mod raster;

pub use copies::MOST_COPIES;
pub use foreign::MOST_DRAWN_BYTES;
pub use format::PictureFormat;
pub use head::said_pixels;
pub use header::{PictureShape, Unusable, shape};
pub use make::{LEAST_COVER_SIDE, LIGHT_BYTES, MOST_SIDE, make};
pub use order::{Copies, Crop, MadePicture, PictureMade, PictureOrder, Purpose};
pub use placeholder::placeholder_png;

use crate::libheif::Libheif;
use crate::probe::{HashingReader, Probed, ShownPath, Source, name_of, sound_endings};
use crate::{ANALYZER_VERSION, MediaError};
use foreign::Foreign;
use hearthcast_model::facts::{Finding, MediaFacts, MediaKind};
use hearthcast_model::{Cancel, Progress, Sha256};
use std::io::{self, Read};
use std::path::Path;

/// No picture file is larger.
const MOST_PICTURE_BYTES: u64 = 64 << 20;
/// No picture that was made is larger: 3000 x 3000 pixels of noise take less.
const MOST_MADE_BYTES: usize = 16 << 20;

/// Looks at a picture file.
pub fn probe(source: Source, format: PictureFormat, cancel: &Cancel) -> Result<Probed, MediaError> {
    if sound_endings().any(|ending| ending == source.path.ending()) {
        return Err(MediaError::Misnamed { path: source.path.shown(), what: format.words().into() });
    }
    let loaded = Loaded::read(source, cancel)?;
    let header = header::read(&loaded.bytes, format).map_err(|why| loaded.unusable(format, why))?;
    let mut facts = loaded.facts(format, &header.shape);
    facts.findings = findings(&loaded.bytes, format, header.jpeg.as_ref());
    Ok(Probed { facts, peaks: None, course: None, cover: None, chapter_pictures: vec![] })
}

/// Walks through a picture's parts as the makers of copies without metadata do; for fuzzing.
pub(crate) fn walk(bytes: &[u8], format: PictureFormat) {
    match format {
        PictureFormat::Jpeg => {
            if let Some(markers) = jpeg::walk(bytes) {
                let _ = (markers.profile(bytes), place::in_jpeg(bytes, &markers));
                let _ = jpeg::without_metadata(bytes, &markers);
            }
        }
        PictureFormat::Png => {
            if let Some(chunks) = png::walk(bytes) {
                let _ = (place::in_png(bytes, &chunks), png::without_metadata(bytes, &chunks));
            }
        }
        _ => (),
    }
}

/// A picture file in memory.
struct Loaded {
    path: ShownPath,
    bytes: Vec<u8>,
    sha256: Sha256,
    /// Where another program decoded it: the bytes are its PNG, the hash is the file's.
    foreign: Option<Foreign>,
}

impl Loaded {
    /// Reads a file that must be a picture.
    fn picture(
        path: &Path,
        libheif: Option<&Libheif>,
        cancel: &Cancel,
        report: &mut dyn FnMut(Progress),
    ) -> Result<(Self, PictureFormat), MediaError> {
        let mut source = Source::open(path)?;
        let front = source.front(0)?;
        if let Some(format) = PictureFormat::of(&front) {
            return Ok((Self::read(source, cancel)?, format));
        }
        let Some(kind) = heif::kind(&front) else {
            let what = name_of(&front).unwrap_or("a file of a kind that is not known");
            return Err(MediaError::NoPicture { path: source.path.shown(), what: what.into() });
        };
        let loaded = Self::read(source, cancel)?;
        let told = heif::read(&loaded.bytes).ok_or_else(|| {
            Self::refusal(&loaded.path, kind.words(), Unusable::because("what it says of its picture is damaged"))
        })?;
        let size_bytes = loaded.bytes.len() as u64;
        let (bytes, told) = foreign::decoded(&loaded.path, told, libheif, cancel, report)?;
        Ok((Self { bytes, foreign: Some(Foreign { told, size_bytes }), ..loaded }, PictureFormat::Png))
    }

    fn read(mut source: Source, cancel: &Cancel) -> Result<Self, MediaError> {
        let path = source.path.clone();
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
        Ok(Self { path, bytes, sha256, foreign: None })
    }

    fn unusable(&self, format: PictureFormat, why: Unusable) -> MediaError {
        let what = self.foreign.as_ref().map_or(format.words(), |foreign| foreign.told.kind.words());
        Self::refusal(&self.path, what, why)
    }

    fn refusal(path: &ShownPath, what: &str, why: Unusable) -> MediaError {
        let path = path.shown();
        match why {
            Unusable::TooManyPixels(what) => MediaError::TooLarge { path, what },
            Unusable::Unreadable(why) => MediaError::BadPicture { path, what: what.into(), why },
        }
    }

    fn facts(&self, format: PictureFormat, shape: &PictureShape) -> MediaFacts {
        if let Some(foreign) = &self.foreign {
            let facts = facts(&[], self.sha256.clone(), foreign.told.kind.names(), shape);
            return MediaFacts { size_bytes: foreign.size_bytes, ..facts };
        }
        facts(&self.bytes, self.sha256.clone(), (format.name(), format.mime()), shape)
    }
}

fn facts(bytes: &[u8], sha256: Sha256, (format, mime): (&str, &str), shape: &PictureShape) -> MediaFacts {
    let size = bytes.len() as u64;
    MediaFacts {
        width_px: Some(shape.width),
        height_px: Some(shape.height),
        orientation: Some(shape.orientation),
        analyzer_version: ANALYZER_VERSION,
        ..MediaFacts::unmeasured(MediaKind::Image, format, mime, size, sha256)
    }
}

impl MadePicture {
    /// Facts of bytes that were made here or came from a worker; `None` when they are no JPEG, PNG or AVIF of a sensible size.
    /// Reads markers only, with nothing but this crate's own code.
    pub fn of(bytes: Vec<u8>) -> Option<Self> {
        if bytes.len() > MOST_MADE_BYTES {
            return None;
        }
        let format = PictureFormat::of(&bytes);
        let (width, height) = match format {
            None => avif::size(&bytes)?,
            Some(PictureFormat::Jpeg) => jpeg::walk(&bytes).filter(|m| m.end.is_some()).map(|m| (m.width, m.height))?,
            Some(PictureFormat::Png) => header::png_size(&bytes)?,
            Some(_) => return None,
        };
        let sensible = 1..=MOST_SIDE;
        if !sensible.contains(&width) || !sensible.contains(&height) {
            return None;
        }
        let shape = PictureShape { width, height, orientation: 1 };
        let (name, mime) = format.map_or(("avif", "image/avif"), |format| (format.name(), format.mime()));
        Some(Self { facts: facts(&bytes, Sha256::of(&bytes), (name, mime), &shape), bytes })
    }
}

fn findings(bytes: &[u8], format: PictureFormat, markers: Option<&jpeg::Markers>) -> Vec<Finding> {
    let mut findings = vec![];
    let mut add = |code: &str, message: &str| {
        findings.push(Finding { code: code.into(), message: message.into(), at_ms: None });
    };
    // Decoders fill up a picture that ends early without a word.
    let whole = match format {
        PictureFormat::Jpeg => markers.is_some_and(|markers| markers.end.is_some()),
        PictureFormat::Png => png::walk(bytes).is_some_and(|chunks| chunks.end.is_some()),
        _ => true,
    };
    if !whole {
        add("media.truncated", "The picture is cut off: its lower part is missing.");
    }
    if markers.is_some_and(|markers| markers.components == 4) {
        add("media.cmyk", "The picture has print colours (CMYK): directories want RGB, and many apps show it wrongly.");
    }
    findings
}
