//! How much work HTML makes for a parser that follows the standard. Some short texts make very much of it: an open
//! formatting tag is copied into every later paragraph, every tag walks up all open ones, and every attribute of a tag
//! is compared with all others of it.

/// Most tags in one text.
const MAX_TAGS: usize = 20_000;
/// Most formatting tags with attributes, the kind that is copied without bound.
const MAX_COPIED: usize = 200;
/// Most bytes of one tag.
const MAX_TAG_BYTES: usize = 16 * 1024;

/// The standard's formatting elements (HTML, 13.2.4.2), except `a`, of which only one can be open.
const COPIED: [&str; 13] = ["b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// Whether parsing the text could take time or memory out of proportion.
pub fn is_heavy(html: &str) -> bool {
    let mut rest = html.as_bytes();
    let (mut tags, mut copied) = (0, 0);
    while let Some(start) = rest.iter().position(|b| *b == b'<') {
        rest = &rest[start + 1..];
        if !rest.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'/') {
            continue;
        }
        let length = tag_length(rest);
        tags += 1;
        copied += usize::from(is_copied(&rest[..length]));
        if tags > MAX_TAGS || copied > MAX_COPIED || length > MAX_TAG_BYTES {
            return true;
        }
    }
    false
}

/// Bytes up to the `>` that ends the tag; one inside a quoted value does not.
fn tag_length(tag: &[u8]) -> usize {
    let mut quote = None;
    let mut before = 0;
    for (index, byte) in tag.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return index,
            (None, b'"' | b'\'') if before == b'=' => quote = Some(*byte),
            (Some(open), _) if open == *byte => quote = None,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = *byte;
        }
        if index > MAX_TAG_BYTES {
            return index;
        }
    }
    tag.len()
}

fn is_copied(tag: &[u8]) -> bool {
    let end = tag.iter().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(tag.len());
    let (name, rest) = tag.split_at(end);
    !rest.is_empty() && COPIED.iter().any(|c| c.as_bytes().eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_notes_are_light() {
        assert!(!is_heavy("<p>a <b>b</b> <a href=\"https://x/?a>b\">c</a></p>\n".repeat(2_000).as_str()));
        assert!(!is_heavy(&"1 < 2 and no tag at all. ".repeat(20_000)));
        assert!(!is_heavy(&format!("<p>{}", "long words ".repeat(20_000))));
    }

    #[test]
    fn multiplying_html_is_heavy() {
        for heavy in [
            "<i>".repeat(20_001),
            (0..201).map(|n| format!("<font a={n}>")).collect::<String>(),
            format!("<p {}>", "a ".repeat(20_000)),
            format!("<p x=\">\" {}>", "a ".repeat(20_000)),
            format!("<p x=\"{}", "a ".repeat(20_000)),
        ] {
            assert!(is_heavy(&heavy), "{}", &heavy[..40]);
        }
    }
}
