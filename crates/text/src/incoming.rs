//! Bytes of somebody's text file, as text: bounded, without byte order mark, with one kind of line end, and with no
//! character that XML 1.0 forbids.

use crate::chars::xml_only;

/// Why bytes are no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoText {
    /// More bytes than are taken.
    TooLarge,
    /// This line, counted from 1, is not UTF-8.
    Garbled(usize),
}

/// Reads UTF-8, or UTF-16 that says so with a byte order mark, as some programs of Windows write it.
pub(crate) fn text_of(bytes: &[u8], limit: usize) -> Result<String, NoText> {
    if bytes.len() > limit {
        return Err(NoText::TooLarge);
    }
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest)?,
        rest => utf8(rest)?,
    };
    Ok(xml_only(&text.replace("\r\n", "\n").replace('\r', "\n")).into_owned())
}

fn utf8(bytes: &[u8]) -> Result<String, NoText> {
    let text = std::str::from_utf8(bytes);
    text.map(str::to_owned).map_err(|error| NoText::Garbled(lines(&bytes[..error.valid_up_to()])))
}

fn lines(before: &[u8]) -> usize {
    1 + before.iter().filter(|b| **b == b'\n').count()
}

fn utf16(bytes: &[u8], pair: fn([u8; 2]) -> u16) -> Result<String, NoText> {
    let units = bytes.chunks_exact(2).map(|two| pair([two[0], two[1]]));
    let mut text = String::with_capacity(bytes.len());
    for c in char::decode_utf16(units) {
        text.push(c.map_err(|_| NoText::Garbled(lines(text.as_bytes())))?);
    }
    if bytes.len() % 2 == 1 { Err(NoText::Garbled(lines(text.as_bytes()))) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_line_ends_go() {
        assert_eq!(text_of(b"\xEF\xBB\xBFa\r\nb\rc\n", 99).unwrap(), "a\nb\nc\n");
        assert_eq!(text_of(b"\xFF\xFEa\0\xE4\0\n\0", 99).unwrap(), "aä\n");
        assert_eq!(text_of(b"\xFE\xFF\xD8\x3C\xDF\x0A", 99).unwrap(), "🌊");
        assert_eq!(text_of(b"a\0b\x01", 99).unwrap(), "ab");
    }

    #[test]
    fn the_garbled_line_is_named() {
        assert_eq!(text_of(b"a\nb\n\xE4", 99), Err(NoText::Garbled(3)), "Latin-1");
        assert_eq!(text_of(b"\xFF\xFEa\0\n\0\x00\xD8", 99), Err(NoText::Garbled(2)), "half a pair");
        assert_eq!(text_of(b"\xFF\xFEa", 99), Err(NoText::Garbled(1)), "half a character");
        assert_eq!(text_of(b"abc", 2), Err(NoText::TooLarge));
    }
}
