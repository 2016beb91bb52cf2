//! Pictures for covers: header read, nothing decoded.

use super::fixtures::{Bench, codes, known, look, run};
use hearthcast_media::{MediaError, Probed};
use hearthcast_model::facts::MediaKind;
use std::fs;

fn shape(probed: &Probed) -> (Option<u32>, Option<u32>, Option<u8>) {
    (probed.facts.width_px, probed.facts.height_px, probed.facts.orientation)
}

#[test]
fn jpeg_and_png_are_known_by_content() {
    let bench = Bench::new();
    for (name, mime, container) in [("a.jpg", "image/jpeg", "jpeg"), ("a.png", "image/png", "png")] {
        let file = bench.ffmpeg(name, &["-f", "lavfi", "-i", "testsrc=s=320x200", "-frames:v", "1"]);
        let probed = known(&file);
        assert_eq!((probed.facts.kind, shape(&probed)), (MediaKind::Image, (Some(320), Some(200), Some(1))));
        assert_eq!((probed.facts.mime.as_str(), probed.facts.container.as_str()), (mime, container));
        assert_eq!((codes(&probed), &probed.peaks), (vec![], &None));
        assert!(run("sha256sum", &[&file]).starts_with(probed.facts.sha256.as_str().as_bytes()));
    }
}

#[test]
fn exif_orientation_is_reported() {
    let bench = Bench::new();
    let plain = fs::read(bench.ffmpeg("a.jpg", &["-f", "lavfi", "-i", "testsrc=s=320x200", "-frames:v", "1"])).unwrap();
    // EXIF in an APP1 segment: little-endian TIFF, one entry, 0x0112 Orientation (SHORT) = 6.
    let tiff = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let exif = [b"Exif\0\0", &tiff[..]].concat();
    let segment = [&[0xff, 0xe1][..], &(exif.len() as u16 + 2).to_be_bytes(), &exif].concat();
    let turned = [&plain[..2], &segment, &plain[2..]].concat();
    assert_eq!(shape(&known(&bench.write("turned.jpg", turned))), (Some(320), Some(200), Some(6)));
}

#[test]
fn a_picture_cut_off_is_named() {
    let bench = Bench::new();
    for name in ["a.jpg", "a.png"] {
        let whole =
            fs::read(bench.ffmpeg(name, &["-f", "lavfi", "-i", "testsrc=s=320x200", "-frames:v", "1"])).unwrap();
        let probed = known(&bench.write(name, &whole[..whole.len() * 2 / 3]));
        assert_eq!(codes(&probed), ["media.truncated"], "{name}");
    }
}

/// The sum of a PNG chunk's name and content (PNG specification, annex D).
pub fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

/// A PNG that claims a size and holds next to nothing.
pub fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 6, 0, 0, 0]);
    let sum = crc32(&header);
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    png.extend(header);
    png.extend(sum.to_be_bytes());
    png.extend(b"\0\0\0\x01IDAT\0\0\0\0\0");
    png
}

#[test]
fn a_picture_of_too_many_pixels_is_refused_by_its_header() {
    let bench = Bench::new();
    for (width, height) in [(60_000, 60_000), (100_000_001, 1)] {
        let outcome = look(&bench.write("bomb.png", bomb(width, height)));
        assert!(matches!(outcome, Err(MediaError::TooLarge { .. })), "{outcome:?}");
    }
    let allowed = look(&bench.write("wide.png", bomb(10_000, 10_000))).unwrap();
    assert_eq!(allowed.facts.width_px, Some(10_000));
}

#[test]
fn a_broken_header_is_a_clear_refusal() {
    let bench = Bench::new();
    for (name, bytes) in [("a.png", &b"\x89PNG\r\n\x1a\n\0\0\0"[..]), ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF")] {
        let outcome = look(&bench.write(name, bytes));
        assert!(matches!(outcome, Err(MediaError::BadPicture { .. })), "{outcome:?}");
    }
}
