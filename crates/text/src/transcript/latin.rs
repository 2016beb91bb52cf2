//! Windows-1252, which captions without any sign of their encoding are in when they are not UTF-8.

/// What 0x80 to 0x9F stand for (Unicode, Mappings/VENDORS/MICSFT/WINDOWS/CP1252.TXT); five are nothing.
const UPPER: [Option<char>; 32] = [
    Some('€'),
    None,
    Some('‚'),
    Some('ƒ'),
    Some('„'),
    Some('…'),
    Some('†'),
    Some('‡'),
    Some('ˆ'),
    Some('‰'),
    Some('Š'),
    Some('‹'),
    Some('Œ'),
    None,
    Some('Ž'),
    None,
    None,
    Some('‘'),
    Some('’'),
    Some('“'),
    Some('”'),
    Some('•'),
    Some('–'),
    Some('—'),
    Some('˜'),
    Some('™'),
    Some('š'),
    Some('›'),
    Some('œ'),
    None,
    Some('ž'),
    Some('Ÿ'),
];

/// Reads Windows-1252. `None` for bytes that it does not have, and for control characters that no text has.
pub(super) fn decoded(bytes: &[u8]) -> Option<String> {
    let letter = |b: &u8| match b {
        0x80..=0x9F => UPPER[usize::from(b - 0x80)],
        0x09 | 0x0A | 0x0D | 0x20..=0x7E | 0xA0..=0xFF => Some(char::from(*b)),
        _ => None,
    };
    bytes.iter().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn letters_are_those_of_the_table() {
        assert_eq!(decoded(b"Gr\xFC\xDFe \x96 \x84ja\x93 5 \x80").as_deref(), Some("Grüße – „ja“ 5 €"));
        for nothing in [&b"\x81"[..], b"\x8D", b"\x8F", b"\x90", b"\x9D", b"a\0b", b"\x7F", b"\x1B"] {
            assert_eq!(decoded(nothing), None);
        }
    }
}
