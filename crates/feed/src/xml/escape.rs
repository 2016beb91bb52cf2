//! Texts with references in place of what XML reserves, put straight into the document: nothing is kept for them in between. Most
//! texts of a feed have nothing of the kind, and a long feed has half a million of them, so whole blocks are passed over at once.

use hearthcast_text::chars::xml_only;
use std::borrow::Cow;

/// What a byte asks for, by its value.
pub(super) type Kinds = [Kind; 256];

/// What a byte asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It stands as it is.
    Plain,
    /// A reference stands for it.
    Reserved,
    /// It may belong to a character that XML forbids: a control, or the first byte of U+FFFE and U+FFFF.
    Doubtful,
}

/// Between tags: what a reader would take for something else (XML 1.0 §2.4), and the carriage return, which it would turn into a
/// line break (§2.11).
pub(super) static IN_TEXT: Kinds = kinds(b"<>&\r");

/// Between quotes, where tabs and line breaks would become spaces as well (§3.3.3).
pub(super) static IN_VALUE: Kinds = kinds(b"<>&\r\n\t\"'");

/// Bytes that are looked at together.
const BLOCK: usize = 16;

/// Puts a text with references for what is reserved; characters that XML forbids are left out.
pub(super) fn put(to: &mut String, text: &str, kinds: &Kinds) {
    let (bytes, from) = (text.as_bytes(), to.len());
    let (mut at, mut written, mut is_sure) = (0, 0, false);
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.first_chunk().is_some_and(is_plain_block) {
            at += BLOCK;
            continue;
        }
        for byte in rest.iter().take(BLOCK) {
            match kinds[usize::from(*byte)] {
                Kind::Reserved => {
                    to.push_str(&text[written..at]);
                    to.push_str(reference(*byte));
                    written = at + 1;
                }
                Kind::Doubtful if !is_sure => match xml_only(text) {
                    Cow::Borrowed(_) => is_sure = true,
                    Cow::Owned(allowed) => {
                        to.truncate(from);
                        return put(to, &allowed, kinds);
                    }
                },
                Kind::Plain | Kind::Doubtful => (),
            }
            at += 1;
        }
    }
    to.push_str(&text[written..]);
}

/// Whether a text stands as it is, wherever that is.
pub(super) fn is_plain(text: &str) -> bool {
    let (blocks, rest) = text.as_bytes().as_chunks();
    blocks.iter().all(is_plain_block) && rest.iter().all(|byte| IN_VALUE[usize::from(*byte)] == Kind::Plain)
}

/// The same of a block, without a branch.
fn is_plain_block(block: &[u8; BLOCK]) -> bool {
    let is_special =
        |b: u8| (b < 0x20) | (b == 0xEF) | (b == b'<') | (b == b'>') | (b == b'&') | (b == b'"') | (b == b'\'');
    !block.iter().fold(false, |any, b| any | is_special(*b))
}

const fn kinds(reserved: &[u8]) -> Kinds {
    let mut kinds = [Kind::Plain; 256];
    let mut byte = 0;
    while byte < 0x20 {
        kinds[byte] = Kind::Doubtful;
        byte += 1;
    }
    (kinds[0x09], kinds[0x0A], kinds[0x0D], kinds[0xEF]) = (Kind::Plain, Kind::Plain, Kind::Plain, Kind::Doubtful);
    let mut n = 0;
    while n < reserved.len() {
        kinds[reserved[n] as usize] = Kind::Reserved;
        n += 1;
    }
    kinds
}

fn reference(reserved: u8) -> &'static str {
    match reserved {
        b'<' => "&lt;",
        b'>' => "&gt;",
        b'"' => "&quot;",
        b'\'' => "&apos;",
        b'\t' => "&#9;",
        b'\n' => "&#10;",
        b'\r' => "&#13;",
        _ => "&amp;",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wherever in its blocks it stands, each character becomes what the XML recommendation says.
    #[test]
    fn every_character_is_written_as_xml_wants_it_wherever_it_stands() {
        let rows = [
            ("<", "&lt;", "&lt;"),
            (">", "&gt;", "&gt;"),
            ("&", "&amp;", "&amp;"),
            ("\r", "&#13;", "&#13;"),
            ("\n", "\n", "&#10;"),
            ("\t", "\t", "&#9;"),
            ("\"", "\"", "&quot;"),
            ("'", "'", "&apos;"),
            ("\u{0}", "", ""),
            ("\u{1f}", "", ""),
            ("\u{fffe}", "", ""),
            ("\u{ffff}", "", ""),
            ("\u{feff}", "\u{feff}", "\u{feff}"),
            ("\u{7f}ä本🙂", "\u{7f}ä本🙂", "\u{7f}ä本🙂"),
        ];
        for (character, in_text, in_value) in rows {
            for before in 0..40 {
                for after in [0, 1, 15, 16, 33] {
                    let around = |middle: &str| format!("{}&{middle}{}", "a".repeat(before), "b".repeat(after));
                    for (kinds, wanted) in [(&IN_TEXT, in_text), (&IN_VALUE, in_value)] {
                        let mut to = "x".to_string();
                        put(&mut to, &around(character), kinds);
                        let expected = format!("x{}", around(wanted).replacen('&', "&amp;", 1));
                        assert_eq!(to, expected, "{character:?} behind {before}");
                    }
                    let text = around(character).replacen('&', "", 1);
                    let stands = in_text == character && in_value == character && character != "\u{feff}";
                    assert_eq!(is_plain(&text), stands, "{text:?}");
                }
            }
        }
    }
}
