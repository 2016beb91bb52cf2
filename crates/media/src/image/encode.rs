//! JPEG out: RGB, eight bits, 72 dpi, nothing but pixels. AVIF out: the same picture in about half the bytes.

use super::header::Unusable;
use super::raster::Raster;
use jpeg_encoder::{ColorType, Encoder, PixelDensity, SamplingFactor};

/// Quality of smaller copies.
const SMALL_QUALITY: u8 = 82;
/// From this quality on the colours keep their full resolution: red letters stay sharp.
const FINE: u8 = 90;

/// Quality of AVIF, 1 to 100: it looks like a JPEG of 82.
const AVIF_QUALITY: f32 = 70.0;
/// 1 is slow, 10 is fast; slower than 8 saves no bytes worth having (MEDIA-MEASURED.md §3).
const AVIF_SPEED: u8 = 8;

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

/// An AVIF of a raster in sRGB.
pub fn avif(raster: &Raster) -> Result<Vec<u8>, Unusable> {
    let failed = || Unusable::because("it could not be written as AVIF");
    let pixels: Vec<ravif::RGB8> = raster.data.chunks_exact(3).map(|rgb| [rgb[0], rgb[1], rgb[2]].into()).collect();
    let (width, height) = (raster.width as usize, raster.height as usize);
    if pixels.len() != width * height {
        return Err(failed());
    }
    // One thread: it runs beside what the author does.
    let encoder = ravif::Encoder::new().with_quality(AVIF_QUALITY).with_speed(AVIF_SPEED).with_num_threads(Some(1));
    let image = encoder.encode_rgb(ravif::Img::new(&pixels, width, height)).map_err(|_| failed())?;
    Ok(image.avif_file)
}
