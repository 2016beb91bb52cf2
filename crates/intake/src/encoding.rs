//! Bytes of somebody's feed as text: the encoding that it says or shows, one kind of line end, and only characters that XML 1.0
//! allows.

use crate::repairs::Repairs;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use hearthcast_text::chars::xml_only;
use std::borrow::Cow;

/// The text of a document, from where its XML begins: the bytes themselves wherever nothing in them has to be another, because a
/// feed of many megabytes is read from it.
pub(crate) fn text_of<'b>(bytes: &'b [u8], repairs: &mut Repairs) -> Cow<'b, str> {
    match decoded(bytes, repairs) {
        Cow::Borrowed(text) => allowed(from_markup(text, repairs), repairs),
        Cow::Owned(text) => Cow::Owned(allowed(from_markup(&text, repairs), repairs).into_owned()),
    }
}

/// The characters that XML allows, with one kind of line end.
fn allowed<'t>(text: &'t str, repairs: &mut Repairs) -> Cow<'t, str> {
    let allowed = xml_only(text);
    if matches!(allowed, Cow::Owned(_)) {
        repairs.once("control_characters", "Characters that no XML may hold were taken out.");
    }
    match allowed.contains('\r') {
        true => Cow::Owned(allowed.replace("\r\n", "\n").replace('\r', "\n")),
        false => allowed,
    }
}

fn decoded<'b>(bytes: &'b [u8], repairs: &mut Repairs) -> Cow<'b, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return read_as(encoding, &bytes[mark..], repairs);
    }
    let encoding = match bytes {
        [b'<', 0, ..] => UTF_16LE,
        [0, b'<', ..] => UTF_16BE,
        _ => declared(bytes).unwrap_or(UTF_8),
    };
    read_as(encoding, bytes, repairs)
}

/// The encoding of the XML declaration, if it is one that bytes with such a declaration can have.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = bytes.windows(5).take(2_000).position(|five| five == b"<?xml")?;
    let rest = &bytes[start..bytes.len().min(start + 300)];
    let end = rest.windows(2).position(|two| two == b"?>")?;
    let words = std::str::from_utf8(&rest[..end]).ok()?;
    let value = words.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = value[1..].split(quote).next()?;
    Encoding::for_label(label.as_bytes()).filter(|encoding| encoding.is_ascii_compatible())
}

fn read_as<'b>(encoding: &'static Encoding, bytes: &'b [u8], repairs: &mut Repairs) -> Cow<'b, str> {
    if encoding == UTF_8 {
        return utf8(bytes, repairs);
    }
    let (text, wrong) = encoding.decode_without_bom_handling(bytes);
    if !wrong {
        return text;
    }
    match std::str::from_utf8(bytes) {
        Ok(utf8) => {
            repairs.once("encoding", format!("It says that it is {}, and is UTF-8.", encoding.name()));
            Cow::Borrowed(utf8)
        }
        Err(_) => {
            repairs.once("encoding", format!("Some characters were none of {}.", encoding.name()));
            text
        }
    }
}

/// UTF-8; what is none is read as Windows-1252, byte for byte, which such bytes mostly are.
fn utf8<'b>(bytes: &'b [u8], repairs: &mut Repairs) -> Cow<'b, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    repairs.once("encoding", "Characters that are no UTF-8 were read as Windows-1252.");
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    Cow::Owned(text)
}

/// The text from where its XML begins: some programs print blank lines or warnings before it.
fn from_markup<'t>(text: &'t str, repairs: &mut Repairs) -> &'t str {
    let roots = ["<?xml", "<rss", "<feed", "<rdf:RDF", "<opml", "<atom:feed", "<psc:chapters", "<!DOCTYPE rss"];
    let start = roots.iter().filter_map(|root| text.find(root)).min();
    let start = start.or_else(|| text.find('<')).unwrap_or(0);
    let before = &text[..start];
    // A comment may stand before the root, where nothing declares the document.
    if before.trim_start().starts_with("<!--") {
        return text.trim_start();
    }
    if !before.trim().is_empty() {
        repairs.once(
            "before_document",
            "What stood before the feed was passed over; it looks like a message of a program.",
        );
    } else if !before.is_empty() {
        repairs.once("before_document", "Blank lines before the feed were passed over.");
    }
    &text[start..]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text, and the codes of what was mended.
    fn read(bytes: &[u8]) -> (String, Vec<&'static str>) {
        let mut repairs = Repairs::default();
        let text = text_of(bytes, &mut repairs).into_owned();
        (text, repairs.done().iter().map(|repair| repair.code).collect())
    }

    #[test]
    fn encodings_are_seen() {
        let utf16: Vec<u8> = "<a>ä</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked: Vec<u8> = "\u{FEFF}<a>ä</a>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in ["<a>ä</a>".as_bytes(), "\u{FEFF}<a>ä</a>".as_bytes(), &utf16, &marked] {
            assert_eq!(read(bytes), ("<a>ä</a>".into(), vec![]));
        }
        let latin = b"<?xml version=\"1.0\" encoding='ISO-8859-1'?><a>\xE4</a>";
        assert!(read(latin).0.ends_with("<a>ä</a>") && read(latin).1.is_empty());
        let cyrillic = b"<?xml version=\"1.0\" encoding=\"windows-1251\"?><a>\xC4</a>";
        assert!(read(cyrillic).0.ends_with("<a>Д</a>"));
    }

    #[test]
    fn what_is_right_is_not_copied() {
        let mut repairs = Repairs::default();
        for text in ["<a>ä</a>", "\n<rss/>", "\u{FEFF}<a>b\nc</a>"] {
            assert!(matches!(text_of(text.as_bytes(), &mut repairs), Cow::Borrowed(_)), "{text:?} is in memory once");
        }
        assert!(matches!(text_of(b"<a>\r\n</a>", &mut repairs), Cow::Owned(_)), "other line ends make another text");
    }

    #[test]
    fn what_is_no_utf8_is_read_as_windows_1252() {
        assert_eq!(read(b"<a>\xE4\x93\xC3\xA4</a>"), ("<a>ä“ä</a>".into(), vec!["encoding"]));
        let lie = "<?xml version=\"1.0\" encoding=\"us-ascii\"?><a>ä</a>".as_bytes();
        assert!(read(lie).0.contains("<a>"));
    }

    #[test]
    fn what_stands_before_is_passed_over() {
        let php = b"<br />\n<b>Warning</b>: x in <b>/y.php</b><br />\n<?xml version=\"1.0\"?><rss/>";
        assert_eq!(read(php), ("<?xml version=\"1.0\"?><rss/>".into(), vec!["before_document"]));
        assert_eq!(read(b"\n \n<rss/>"), ("<rss/>".into(), vec!["before_document"]));
        assert_eq!(read(b"<!-- <rss> --><rss/>"), ("<!-- <rss> --><rss/>".into(), vec![]));
        assert_eq!(read(b"<a>\x01\r\nb\rc</a>"), ("<a>\nb\nc</a>".into(), vec!["control_characters"]));
    }
}
