//! Character references as captions hold them: `&amp;`, `&nbsp;`, `&#233;`. What is not known stays as it is.

/// The names WebVTT lists, and the two quotation marks that programs add.
const NAMED: [(&str, char); 8] = [
    ("amp;", '&'),
    ("lt;", '<'),
    ("gt;", '>'),
    ("nbsp;", '\u{A0}'),
    ("lrm;", '\u{200E}'),
    ("rlm;", '\u{200F}'),
    ("quot;", '"'),
    ("apos;", '\''),
];

/// Appends a text with its references resolved.
pub(super) fn resolved(text: &str, out: &mut String) {
    resolved_with(text, out, |_| None);
}

/// The same with further names: `other` says what stands for one that a text begins with, and how many bytes it takes.
pub(super) fn resolved_with(text: &str, out: &mut String, mut other: impl FnMut(&str) -> Option<(String, usize)>) {
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('&') {
        out.push_str(before);
        let length = match named(from).or_else(|| numbered(from)) {
            Some((c, length)) => {
                out.push(c);
                length
            }
            None => {
                let (text, length) = other(from).unwrap_or_else(|| ("&".into(), 0));
                out.push_str(&text);
                length
            }
        };
        rest = &from[length..];
    }
    out.push_str(rest);
}

fn named(text: &str) -> Option<(char, usize)> {
    let known = NAMED.iter().find(|(name, _)| text.starts_with(name));
    known.map(|(name, c)| (*c, name.len()))
}

fn numbered(text: &str) -> Option<(char, usize)> {
    let digits = text.strip_prefix('#')?;
    // Looked for in a short piece only, so that no text costs more than its length.
    let number = &digits[..crate::chars::cut(digits, 9).find(';')?];
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    let c = char::from_u32(code.ok()?).filter(|c| crate::chars::is_xml(*c))?;
    Some((c, number.len() + 2))
}

#[cfg(test)]
mod tests {
    use super::resolved;

    #[test]
    fn known_ones_are_resolved_once() {
        for (text, expected) in [
            ("&amp;lt; &lt;&gt;&quot;&apos;", "&lt; <>\"'"),
            ("&#233;&#xE9;&#X1F30A;", "éé🌊"),
            (
                "a & b &; &# &#; &#x; &#0; &#1; &#xD800; &#99999999999; &eacute; &amp",
                "a & b &; &# &#; &#x; &#0; &#1; &#xD800; &#99999999999; &eacute; &amp",
            ),
            ("&ä&#ä;", "&ä&#ä;"),
        ] {
            let mut out = String::new();
            resolved(text, &mut out);
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn beginnings_without_an_end_take_linear_time() {
        let mut out = String::new();
        resolved(&"&#".repeat(1_000_000), &mut out);
        assert_eq!(out.len(), 2_000_000, "they are words");
    }
}
