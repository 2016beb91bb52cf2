//! Small pictures that lie on any ground: favicons and pictures beside links. PNG, because what is transparent stays so.

use super::header::{self, Header, MOST_DECODED_BYTES, Unusable};
use super::raster::Raster;
use super::{MadePicture, PictureFormat, colour, decode};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder};

/// Longest side of what is published: three times the 60 pixels of a link, the largest favicon that browsers ask for.
const MOST_ICON_SIDE: u32 = 192;

/// An icon of the whole picture, upright, never blown up.
pub fn icon(bytes: &[u8], format: PictureFormat, header: &Header) -> Result<MadePicture, Unusable> {
    let (mut picture, turn) = decoded(bytes, format, header)?;
    let (width, height) = super::make::within(header.shape.width, header.shape.height, MOST_ICON_SIDE);
    let scaled = scaled(picture.to_rgba8(), width, height)?;
    picture = DynamicImage::ImageRgba8(scaled);
    picture.apply_orientation(turn);
    png(&picture).and_then(MadePicture::of).ok_or_else(not_written)
}

/// Its pixels, and how they are to be turned.
fn decoded(bytes: &[u8], format: PictureFormat, header: &Header) -> Result<(DynamicImage, Orientation), Unusable> {
    let mut decoder = header::decoder(bytes, format, MOST_DECODED_BYTES)?;
    let turn = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    if header.jpeg.as_ref().is_some_and(|markers| markers.components == 4) {
        // Print colours.
        let decoded = decode::decode(bytes, format, header)?;
        let (Raster { width, height, data, .. }, _) = colour::to_srgb(decoded.raster, decoded.profile.as_deref())?;
        let picture = image::RgbImage::from_raw(width, height, data).ok_or_else(not_scaled)?;
        return Ok((picture.into(), turn));
    }
    Ok((DynamicImage::from_decoder(decoder)?, turn))
}

fn not_scaled() -> Unusable {
    Unusable::because("it could not be scaled")
}

fn scaled(pixels: image::RgbaImage, width: u32, height: u32) -> Result<image::RgbaImage, Unusable> {
    if pixels.dimensions() == (width, height) {
        return Ok(pixels);
    }
    let source = ImageRef::new(pixels.width(), pixels.height(), pixels.as_raw(), PixelType::U8x4);
    let mut scaled = Image::new(width, height, PixelType::U8x4);
    // Colours count as much as they are seen: no dark rim where the picture becomes transparent.
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).use_alpha(true);
    Resizer::new().resize(&source.map_err(|_| not_scaled())?, &mut scaled, &options).map_err(|_| not_scaled())?;
    image::RgbaImage::from_raw(width, height, scaled.into_vec()).ok_or_else(not_scaled)
}

fn png(picture: &DynamicImage) -> Option<Vec<u8>> {
    use image::codecs::png::{CompressionType, FilterType, PngEncoder};
    let pixels = picture.as_rgba8()?;
    let mut bytes = vec![];
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, FilterType::Adaptive);
    encoder.write_image(pixels.as_raw(), pixels.width(), pixels.height(), ExtendedColorType::Rgba8).ok()?;
    Some(bytes)
}

fn not_written() -> Unusable {
    Unusable::because("it could not be written as PNG")
}
