//! How large a picture is, read from its head (JPEG: ITU-T T.81 B.2.2; PNG: ISO 15948 §11.2.2). Nothing is decoded: what a place
//! sends may be anybody's.

/// Pixels across and down; `None` for what is neither JPEG nor PNG.
pub fn said_pixels(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => {
            let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
            (bytes.get(12..16)? == b"IHDR").then(|| number(16).zip(number(20)))?
        }
        [0xff, 0xd8, rest @ ..] => jpeg(rest),
        _ => None,
    }
}

/// Walks over the segments to the one that begins a frame.
fn jpeg(mut rest: &[u8]) -> Option<(u32, u32)> {
    loop {
        let [0xff, marker, after @ ..] = rest else { return None };
        if *marker == 0xff {
            // A byte to fill.
            rest = &rest[1..];
            continue;
        }
        let length = usize::from(u16::from_be_bytes(after.get(..2)?.try_into().ok()?));
        let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            let number = |at: usize| Some(u32::from(u16::from_be_bytes(after.get(at..at + 2)?.try_into().ok()?)));
            return number(5).zip(number(3));
        }
        rest = after.get(length.max(2)..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_pictures_are_read_and_others_are_none() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x0b\xb8\0\0\x05\x78\x08\x02\0\0\0";
        assert_eq!(said_pixels(png), Some((3000, 1400)));
        // JFIF, a comment, a byte to fill, a table, then a progressive frame of 600 down and 800 across.
        let jpeg = b"\xff\xd8\xff\xe0\0\x04JF\xff\xfe\0\x03x\xff\xff\xc4\0\x02\xff\xc2\0\x11\x08\x02\x58\x03\x20\x03";
        assert_eq!(said_pixels(jpeg), Some((800, 600)));
        for length in 0..jpeg.len() - 1 {
            assert_eq!(said_pixels(&jpeg[..length]), None, "cut after {length}");
        }
        for bytes in [&b""[..], b"<html>", b"RIFF\0\0\0\0WEBP", b"\xff\xd8\xff\xd9", b"\xff\xd8\xff\xe0\0\0\0\0\0"] {
            assert_eq!(said_pixels(bytes), None);
        }
    }
}
