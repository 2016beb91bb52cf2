//! The characters that XML 1.0 allows. Everything public goes through feeds, so no text may hold any other.

use std::borrow::Cow;

/// Whether XML 1.0 (fifth edition, production 2 `Char`) allows a character.
pub fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Returns the text without the characters that XML 1.0 forbids; borrowed when there are none.
pub fn xml_only(text: &str) -> Cow<'_, str> {
    match surely_xml(text) || text.chars().all(is_xml) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.chars().filter(|c| is_xml(*c)).collect()),
    }
}

/// Whether the bytes alone tell that all is well: no control character, and no `EF`, with which U+FFFE and U+FFFF
/// begin. Whole blocks without a branch, because feeds of megabytes pass through here.
fn surely_xml(text: &str) -> bool {
    let fine = |b: &u8| (*b >= 0x20 || matches!(*b, b'\t' | b'\n' | b'\r')) & (*b != 0xEF);
    text.as_bytes().chunks(256).all(|block| block.iter().fold(true, |all, b| all & fine(b)))
}

/// Cuts a text to at most `limit` bytes, between two characters.
pub fn cut(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_characters_go_and_nothing_else() {
        // XML 1.0 §2.2: #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]
        assert_eq!(xml_only("a\u{0}\u{8}\u{B}\u{C}\u{1F}\u{FFFE}\u{FFFF}b"), "ab");
        // Each alone: one forbidden kind must not be found by way of another.
        for (text, kept) in [("a\u{1}", "a"), ("\u{7F}\u{FFFE}", "\u{7F}"), ("\u{FFFF}\u{FEFF}", "\u{FEFF}")] {
            assert_eq!(xml_only(text), kept);
        }
        let kept = "\t\n\r \u{7F}\u{85}\u{D7FF}\u{E000}\u{FFFD}\u{10000}\u{10FFFF}";
        assert_eq!(xml_only(kept), kept);
        assert!(matches!(xml_only("plain"), Cow::Borrowed(_)), "nothing is copied when nothing is forbidden");
    }

    #[test]
    fn a_cut_never_splits_a_character() {
        assert_eq!(cut("añb", 2), "a");
        assert_eq!(cut("añb", 3), "añ");
        assert_eq!(cut("añb", 99), "añb");
    }
}
