//! Texts with references in place of what XML reserves, put straight into the document: nothing is kept for them in between, and
//! runs without such characters are found in whole blocks.

use hearthcast_text::chars::xml_only;

/// What a reader would take for something else between tags (XML 1.0 §2.4), and the carriage return, which it would turn into a
/// line break (§2.11).
pub(super) const IN_TEXT: [u8; 4] = *b"<>&\r";

/// The same between quotes, where tabs and line breaks would become spaces as well (§3.3.3).
pub(super) const IN_VALUE: [u8; 8] = *b"<>&\r\n\t\"'";

/// Puts a text with references for these characters; those that XML forbids are left out.
pub(super) fn put<const N: usize>(to: &mut String, text: &str, reserved: [u8; N]) {
    let text = xml_only(text);
    let mut rest = text.as_ref();
    while let Some(at) = next(rest.as_bytes(), reserved) {
        to.push_str(&rest[..at]);
        to.push_str(reference(rest.as_bytes()[at]));
        rest = &rest[at + 1..];
    }
    to.push_str(rest);
}

/// Where the next of these stands: a block is looked at without a branch.
fn next<const N: usize>(bytes: &[u8], reserved: [u8; N]) -> Option<usize> {
    let is_one = |b: &u8| reserved.iter().fold(false, |any, one| any | (b == one));
    let block = bytes.chunks(32).position(|block| block.iter().fold(false, |any, b| any | is_one(b)))?;
    bytes[block * 32..].iter().position(is_one).map(|index| block * 32 + index)
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
