//! Whether a picture tells where it was taken. When it cannot be told, it is taken to.

use super::jpeg::Markers;
use super::png::Chunks;

/// Names of places in XMP and in text chunks.
const WORDS: [&[u8]; 8] =
    [b"GPS", b"gps", b"Location", b"location", b"Sublocation", b"City", b"Country", b"photoshop:State"];
/// IPTC datasets (IIM 4.2 §2): city, sublocation, state, country code, country, location codes.
const DATASETS: [u8; 7] = [0x1a, 0x1b, 0x5a, 0x5c, 0x5f, 0x64, 0x65];
/// EXIF tag of the GPS directory.
const GPS: u16 = 0x8825;

/// Whether a JPEG tells a place, or carries something behind its end that may.
pub fn in_jpeg(bytes: &[u8], markers: &Markers) -> bool {
    let behind = markers.end.map_or(&[][..], |end| &bytes[end..]);
    behind.iter().any(|byte| *byte != 0)
        || markers.segments.iter().any(|(marker, place)| segment_tells(*marker, &bytes[place.clone()]))
}

/// Whether a PNG tells a place, or carries something behind its end that may.
pub fn in_png(bytes: &[u8], chunks: &Chunks) -> bool {
    let behind = chunks.end.map_or(&[][..], |end| &bytes[end..]);
    !behind.is_empty()
        || chunks.telling.iter().any(|(name, place)| chunk_tells(*name, &bytes[place.start + 8..place.end - 4]))
}

fn segment_tells(marker: u8, body: &[u8]) -> bool {
    match marker {
        0xe1 => body.strip_prefix(b"Exif\0\0").map_or_else(|| has_words(body), exif_tells),
        0xe0 | 0xee => false,
        0xe2 if body.starts_with(b"ICC_PROFILE\0") => false,
        0xed => DATASETS.iter().any(|set| body.windows(3).any(|w| w == [0x1c, 2, *set])) || has_words(body),
        _ => has_words(body),
    }
}

fn chunk_tells(name: [u8; 4], body: &[u8]) -> bool {
    match &name {
        b"eXIf" => exif_tells(body),
        b"tIME" => false,
        // Packed: not worth opening.
        b"zTXt" | b"caBX" => true,
        b"iTXt" => {
            let packed = body.iter().position(|byte| *byte == 0).and_then(|end| body.get(end + 1));
            packed != Some(&0) || has_words(body)
        }
        _ => body.starts_with(b"Raw profile type") || has_words(body),
    }
}

fn has_words(body: &[u8]) -> bool {
    WORDS.iter().any(|word| body.windows(word.len()).any(|window| window == *word))
}

/// Whether an EXIF block has a GPS directory, or cannot be read.
fn exif_tells(tiff: &[u8]) -> bool {
    !matches!(has_gps(tiff), Some(false))
}

fn has_gps(tiff: &[u8]) -> Option<bool> {
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| -> Option<u16> {
        let bytes = [*tiff.get(at)?, *tiff.get(at + 1)?];
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let (low, high) = if little { (short(4)?, short(6)?) } else { (short(6)?, short(4)?) };
    let directory = usize::from(high) << 16 | usize::from(low);
    let entries = usize::from(short(directory)?);
    for entry in 0..entries {
        if short(directory + 2 + entry * 12)? == GPS {
            return Some(true);
        }
    }
    Some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An EXIF block with one directory entry.
    fn exif(tag: u16) -> Vec<u8> {
        let mut tiff = b"MM\0*\0\0\0\x08\0\x01".to_vec();
        tiff.extend(tag.to_be_bytes());
        tiff.extend([0, 4, 0, 0, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0]);
        tiff
    }

    #[test]
    fn the_gps_directory_is_a_place() {
        assert!(exif_tells(&exif(0x8825)));
        assert!(!exif_tells(&exif(0x0112)));
        assert!(exif_tells(&exif(0x0112)[..9]), "what cannot be read is taken to tell");
        assert!(exif_tells(b"nonsense"));
    }

    #[test]
    fn other_tellers() {
        assert!(segment_tells(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x exif:GPSLatitude='1'/>"));
        assert!(!segment_tells(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x dc:creator='me'/>"));
        assert!(segment_tells(0xed, b"Photoshop 3.0\x008BIM\x1c\x02\x5a\0\x05Paris"));
        assert!(chunk_tells(*b"zTXt", b"Comment\0\0packed"));
        assert!(!chunk_tells(*b"tEXt", b"Software\0Gimp"));
        assert!(chunk_tells(*b"tEXt", b"exif:GPSInfo\x001"));
    }
}
