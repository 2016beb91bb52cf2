//! What a picture's header says, read within limits: size, orientation, and the memory its pixels would take.
//! No pixel is decoded here, so a picture that would unpack to gigabytes costs nothing.

use super::PictureFormat;
use super::jpeg::{self, Markers};
use image::{ColorType, ExtendedColorType, ImageDecoder, ImageReader, Limits};
use std::io::Cursor;

/// No picture has more pixels.
pub const MOST_PIXELS: u64 = 100_000_000;
/// Memory the pixels of a picture may take while they are decoded.
pub const MOST_DECODED_BYTES: u64 = 320 << 20;
/// Memory the header may take (profiles, EXIF).
const MOST_HEADER_BYTES: u64 = 64 << 20;

/// What a picture's header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureShape {
    /// Pixels across, as stored.
    pub width: u32,
    /// Pixels down, as stored.
    pub height: u32,
    /// EXIF orientation, 1..=8.
    pub orientation: u8,
}

/// The header, as far as decoding needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Size and orientation.
    pub shape: PictureShape,
    /// Markers of a JPEG.
    pub jpeg: Option<Markers>,
    /// Bytes the decoder hands over, and what it needs beside them.
    decoded_bytes: u64,
}

/// Why a picture cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    /// More pixels, or more memory, than allowed.
    TooManyPixels(String),
    /// The decoder's words.
    Unreadable(String),
}

impl From<image::ImageError> for Unusable {
    fn from(error: image::ImageError) -> Self {
        Self::Unreadable(plain(&error.to_string()))
    }
}

impl Unusable {
    /// The reason in our own words.
    pub fn because(why: &str) -> Self {
        Self::Unreadable(why.into())
    }
}

/// Size and orientation of a picture.
pub fn shape(bytes: &[u8], format: PictureFormat) -> Result<PictureShape, Unusable> {
    Ok(read(bytes, format)?.shape)
}

/// Reads the header of a picture.
pub fn read(bytes: &[u8], format: PictureFormat) -> Result<Header, Unusable> {
    // Before the decoder, which reserves a row.
    if let Some((width, height)) = png_size(bytes).filter(|_| format == PictureFormat::Png) {
        few_enough(width, height)?;
    }
    let mut decoder = decoder(bytes, format, MOST_HEADER_BYTES)?;
    let (width, height) = decoder.dimensions();
    few_enough(width, height)?;
    if matches!(decoder.original_color_type(), ExtendedColorType::Cmyk8 | ExtendedColorType::Cmyk16) {
        return Err(Unusable::because("it has print colours (CMYK); save it with RGB colours"));
    }
    let orientation = decoder.orientation().map_or(1, |orientation| orientation.to_exif());
    let jpeg = if format == PictureFormat::Jpeg { jpeg::walk(bytes) } else { None };
    let pixels = u64::from(width) * u64::from(height);
    let decoded_bytes = pixels * bytes_per_pixel(decoder.color_type(), jpeg.as_ref());
    Ok(Header { shape: PictureShape { width, height, orientation }, jpeg, decoded_bytes })
}

/// The decoder of a picture, limited.
pub fn decoder(bytes: &[u8], format: PictureFormat, most: u64) -> Result<impl ImageDecoder + '_, Unusable> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.decoder());
    let mut limits = Limits::default();
    limits.max_alloc = Some(most);
    reader.limits(limits);
    Ok(reader.into_decoder()?)
}

impl Header {
    /// Refuses a picture whose pixels would take too much memory. Decoders are told as well, but not all of them listen.
    pub fn fits(&self) -> Result<(), Unusable> {
        if self.decoded_bytes <= MOST_DECODED_BYTES {
            return Ok(());
        }
        let PictureShape { width, height, .. } = self.shape;
        let need = self.decoded_bytes >> 20;
        Err(Unusable::TooManyPixels(format!("{width} x {height} pixels of this kind need {need} MiB of memory")))
    }
}

/// What the decoder hands over, what turning it into eight bits of colour takes, and what a progressive JPEG keeps.
fn bytes_per_pixel(colour: ColorType, jpeg: Option<&Markers>) -> u64 {
    let converted = if matches!(colour, ColorType::L8 | ColorType::Rgb8 | ColorType::Rgba8) { 0 } else { 3 };
    let components = jpeg.map_or(0, |markers| u64::from(markers.components));
    let passes = if jpeg.is_some_and(|markers| markers.progressive) { components * 2 } else { 0 };
    u64::from(colour.bytes_per_pixel()).max(components) + converted + passes
}

/// Refuses a picture of more pixels than are taken.
pub fn few_enough(width: u32, height: u32) -> Result<(), Unusable> {
    if width == 0 || height == 0 {
        return Err(Unusable::because("it has no pixels"));
    }
    if u64::from(width) * u64::from(height) <= MOST_PIXELS {
        return Ok(());
    }
    Err(Unusable::TooManyPixels(format!("{width} x {height} pixels, and at most 100 million are taken")))
}

/// IHDR is the first chunk of every PNG: width and height stand at a fixed place.
pub fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| bytes.get(at..at + 4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]));
    Some((number(16)?, number(20)?))
}

/// A foreign sentence made fit for ours: one line, bounded, no full stop.
fn plain(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    line.trim_end_matches('.').to_owned()
}
