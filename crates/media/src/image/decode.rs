//! Pixels out of a picture: eight bits a sample, transparency laid on white, still in its own colours and its own turn.

use super::PictureFormat;
use super::header::{self, Header, MOST_DECODED_BYTES, Unusable};
use super::jpeg::Markers;
use super::raster::{Raster, Samples};
use image::{DynamicImage, ImageDecoder};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

/// A decoded picture.
#[derive(Debug)]
pub struct Decoded {
    /// Its pixels.
    pub raster: Raster,
    /// Its colour profile.
    pub profile: Option<Vec<u8>>,
}

/// Decodes a picture whose header was found to fit.
pub fn decode(bytes: &[u8], format: PictureFormat, header: &Header) -> Result<Decoded, Unusable> {
    header.fits()?;
    if let Some(markers) = header.jpeg.as_ref().filter(|markers| markers.components == 4) {
        return Ok(Decoded { raster: print_colours(bytes, markers)?, profile: markers.profile(bytes) });
    }
    let mut decoder = header::decoder(bytes, format, MOST_DECODED_BYTES)?;
    let profile = decoder.icc_profile().unwrap_or_default();
    let (width, height) = decoder.dimensions();
    let (samples, data) = samples(DynamicImage::from_decoder(decoder)?);
    Ok(Decoded { raster: Raster { width, height, samples, data }, profile })
}

/// Eight bits a sample; transparency laid on white.
fn samples(picture: DynamicImage) -> (Samples, Vec<u8>) {
    match picture {
        DynamicImage::ImageLuma8(pixels) => (Samples::Grey, pixels.into_raw()),
        DynamicImage::ImageLuma16(pixels) => (Samples::Grey, pixels.into_raw().into_iter().map(eight_bits).collect()),
        DynamicImage::ImageRgb8(pixels) => (Samples::Rgb, pixels.into_raw()),
        DynamicImage::ImageRgb16(pixels) => (Samples::Rgb, pixels.into_raw().into_iter().map(eight_bits).collect()),
        DynamicImage::ImageLumaA8(pixels) => (Samples::Grey, on_white::<2>(pixels.into_raw())),
        DynamicImage::ImageRgba8(pixels) => (Samples::Rgb, on_white::<4>(pixels.into_raw())),
        DynamicImage::ImageLumaA16(pixels) => (Samples::Grey, on_white_16::<2>(&pixels)),
        DynamicImage::ImageRgba16(pixels) => (Samples::Rgb, on_white_16::<4>(&pixels)),
        other => (Samples::Rgb, other.into_rgb8().into_raw()),
    }
}

/// 65535 is 255.
fn eight_bits(sample: u16) -> u8 {
    ((u32::from(sample) * 255 + 32_767) / 65_535) as u8
}

/// Lays pixels of `N` samples, the last of which is opacity, on white, in their own place.
fn on_white<const N: usize>(mut data: Vec<u8>) -> Vec<u8> {
    let pixels = data.len() / N;
    for pixel in 0..pixels {
        let alpha = u32::from(data[pixel * N + N - 1]);
        for sample in 0..N - 1 {
            let colour = u32::from(data[pixel * N + sample]);
            data[pixel * (N - 1) + sample] = ((colour * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        }
    }
    data.truncate(pixels * (N - 1));
    data.shrink_to_fit();
    data
}

/// The same from sixteen bits.
fn on_white_16<const N: usize>(data: &[u16]) -> Vec<u8> {
    let full = u64::from(u16::MAX);
    let blend =
        |colour: u16, alpha: u64| eight_bits(((u64::from(colour) * alpha + full * (full - alpha)) / full) as u16);
    data.chunks_exact(N)
        .flat_map(|pixel| pixel[..N - 1].iter().map(move |colour| blend(*colour, u64::from(pixel[N - 1]))))
        .collect()
}

/// The inks of a CMYK JPEG. Adobe's programs store them the other way round, and say so by their marker. Without it nobody knows
/// (libjpeg.txt, "special color spaces"), and programs show such a file in opposite colours.
fn print_colours(bytes: &[u8], markers: &Markers) -> Result<Raster, Unusable> {
    let stored = match markers.adobe {
        Some(0) => ColorSpace::CMYK,
        Some(2) => ColorSpace::YCCK,
        _ => {
            let why = "nothing in it says how its print colours (CMYK) are stored; save it with RGB colours";
            return Err(Unusable::because(why));
        }
    };
    let options = DecoderOptions::default()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_out_colorspace(stored);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let mut data = decoder.decode().map_err(|_| Unusable::because("its print colours (CMYK) cannot be decoded"))?;
    if decoder.output_colorspace() != Some(stored)
        || data.len() as u64 != u64::from(markers.width) * u64::from(markers.height) * 4
    {
        return Err(Unusable::because("its print colours (CMYK) are stored in an unusual way"));
    }
    for pixel in data.chunks_exact_mut(4) {
        let [a, b, c, k] = [pixel[0], pixel[1], pixel[2], pixel[3]];
        let [cyan, magenta, yellow] = match stored {
            ColorSpace::YCCK => from_ycc(a, b, c),
            _ => [255 - a, 255 - b, 255 - c],
        };
        pixel.copy_from_slice(&[cyan, magenta, yellow, 255 - k]);
    }
    Ok(Raster { width: markers.width, height: markers.height, samples: Samples::Ink, data })
}

/// The three values behind luminance and chrominance (JFIF 1.02).
fn from_ycc(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (y, cb, cr) = (f32::from(y), f32::from(cb) - 128.0, f32::from(cr) - 128.0);
    // A cast from float stops at 0 and 255.
    let whole = |value: f32| (value + 0.5) as u8;
    [whole(y + 1.402 * cr), whole(y - 0.344_136 * cb - 0.714_136 * cr), whole(y + 1.772 * cb)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_transparent_is_white() {
        assert_eq!(
            on_white::<4>(vec![10, 20, 30, 255, 10, 20, 30, 0, 0, 0, 0, 128]),
            [10, 20, 30, 255, 255, 255, 127, 127, 127]
        );
        assert_eq!(on_white_16::<2>(&[0, 0, 257, 65_535]), [255, 1]);
        assert_eq!([0, 128, 65_535].map(eight_bits), [0, 0, 255]);
    }
}
