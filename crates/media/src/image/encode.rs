//! JPEG out: RGB, eight bits, 72 dpi, nothing but pixels.

use super::header::Unusable;
use super::raster::Raster;
use jpeg_encoder::{ColorType, Encoder, PixelDensity, SamplingFactor};

/// Quality of smaller copies.
const SMALL_QUALITY: u8 = 82;
/// From this quality on the colours keep their full resolution: red letters stay sharp.
const FINE: u8 = 90;

/// A JPEG of a raster in sRGB.
pub fn jpeg(raster: &Raster, quality: u8) -> Result<Vec<u8>, Unusable> {
    let failed = |_| Unusable::because("it could not be written as JPEG");
    let (width, height) = (u16::try_from(raster.width), u16::try_from(raster.height));
    let (Ok(width), Ok(height)) = (width, height) else { return Err(Unusable::because("it is too large for a JPEG")) };
    let mut bytes = Vec::with_capacity(raster.data.len() / 8);
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_density(PixelDensity::dpi(72));
    encoder.set_optimized_huffman_tables(true);
    encoder.set_sampling_factor(if quality >= FINE { SamplingFactor::F_1_1 } else { SamplingFactor::F_2_2 });
    encoder.encode(&raster.data, width, height, ColorType::Rgb).map_err(failed)?;
    Ok(bytes)
}

/// A smaller copy.
pub fn small(raster: &Raster) -> Result<Vec<u8>, Unusable> {
    jpeg(raster, SMALL_QUALITY)
}
