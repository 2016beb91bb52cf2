//! Character and entity references. Nothing that a document declares itself is ever expanded: the names of XML and of HTML are
//! known, every other one stays as it was written.

use crate::repairs::Repairs;
use hearthcast_text::chars::is_xml;
use quick_xml::escape::{resolve_html5_entity, resolve_xml_entity};
use std::borrow::Cow;

/// Longest name that is looked up, in bytes; the longest of HTML has 31.
const LONGEST: usize = 32;

/// A raw text with its references resolved.
pub(crate) fn resolved<'t>(raw: &'t str, repairs: &mut Repairs) -> Cow<'t, str> {
    if !raw.contains('&') {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, from)) = rest.split_once('&') {
        out.push_str(before);
        rest = from;
        match reference(from) {
            Some(name) if put(name, &mut out, repairs) => rest = &from[name.len() + 1..],
            Some(_) => out.push('&'),
            None => {
                out.push('&');
                repairs.once("ampersand", "A bare & was read as the character; feeds write &amp;.");
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The name of a reference, between `&` and `;`.
fn reference(from: &str) -> Option<&str> {
    let bytes = &from.as_bytes()[..from.len().min(LONGEST + 1)];
    let end = bytes.iter().position(|b| *b == b';').filter(|end| *end > 0)?;
    let named = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'#' | b'_' | b'-' | b'.' | b':');
    bytes[..end].iter().all(named).then(|| &from[..end])
}

/// Appends what a reference stands for; false when nobody knows.
fn put(name: &str, out: &mut String, repairs: &mut Repairs) -> bool {
    if let Some(number) = name.strip_prefix('#') {
        return put_number(number, out, repairs);
    }
    if let Some(text) = resolve_xml_entity(name) {
        out.push_str(text);
        return true;
    }
    if let Some(text) = resolve_html5_entity(name) {
        repairs.once_for(
            "entity",
            name,
            format!("&{name}; is a name of HTML that XML does not know; its character was taken."),
        );
        out.push_str(text);
        return true;
    }
    repairs.once_for("entity_unknown", name, format!("&{name}; means nothing; it was kept as it stands."));
    false
}

fn put_number(number: &str, out: &mut String, repairs: &mut Repairs) -> bool {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    match code.ok().and_then(char::from_u32) {
        // A carriage return that was written so is meant; the reader of the text decides.
        Some(c) if is_xml(c) => out.push(c),
        _ => repairs.once("control_characters", "Characters that no XML may hold were taken out."),
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_once() {
        for (raw, text, codes) in [
            ("a &amp;amp; b &lt;&gt;&quot;&apos;", "a &amp; b <>\"'", &[][..]),
            ("&#228;&#xE4;&#X1F30A;", "ää🌊", &[]),
            ("&nbsp;&eacute;&hellip;", "\u{A0}é…", &["entity", "entity", "entity"]),
            ("R & D; a&b &; & ", "R & D; a&b &; & ", &["ampersand"]),
            ("&lol9; &lol9;", "&lol9; &lol9;", &["entity_unknown"]),
            ("a&#1;b&#xFFFFFFFF;c&#x110000;", "abc", &["control_characters"]),
            ("?a=1&copy=2", "?a=1&copy=2", &["ampersand"]),
        ] {
            let mut repairs = Repairs::default();
            assert_eq!(resolved(raw, &mut repairs), text);
            let told: Vec<_> = repairs.done().iter().map(|repair| repair.code).collect();
            assert_eq!(told, codes, "{raw}");
        }
    }
}
