//! What stands in a picture's place while it is on its way: its ThumbHash drawn as a tiny PNG that every window can show.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};

/// Bytes that a ThumbHash has (evanw.github.io/thumbhash).
const LENGTH: std::ops::RangeInclusive<usize> = 5..=25;

/// Draws a ThumbHash given in Base64, with a longer side of 32 pixels; `None` for text that is none.
pub fn placeholder_png(thumbhash: &str) -> Option<Vec<u8>> {
    let hash = STANDARD.decode(thumbhash).ok().filter(|hash| LENGTH.contains(&hash.len()))?;
    let (width, height, rgba) = thumbhash::thumb_hash_to_rgba(&hash).ok()?;
    let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    let mut png = vec![];
    PngEncoder::new(&mut png).write_image(&rgba, width, height, ExtendedColorType::Rgba8).ok()?;
    Some(png)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_is_drawn_and_other_text_is_not() {
        // The first example of evanw.github.io/thumbhash: a sunset, wider than high.
        let png = placeholder_png("1QcSHQRnh493V4dIh4eXh1h4kJUI").unwrap();
        let drawn = image::load_from_memory(&png).unwrap().into_rgba8();
        assert!(drawn.width().max(drawn.height()) == 32 && drawn.pixels().all(|pixel| pixel[3] == 255));
        for text in ["", "AAAA", "not base64 at all", "1QcSHQRnh493V4dIh4eXh1h4kJUI1QcSHQRnh493V4dIh4eXh1h4kJUI"] {
            assert_eq!(placeholder_png(text), None, "{text}");
        }
        // Nothing that fits the length ends the program.
        for byte in 0..=255u8 {
            for length in LENGTH {
                let _ = placeholder_png(&STANDARD.encode(vec![byte; length]));
            }
        }
    }
}
