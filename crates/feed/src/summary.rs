//! An episode's own summary, which is plain words, in a description, which apps read as HTML: what they would take for tags or
//! references, and lines, which they would run together, stand there as HTML says them.
//!
//! What HTML does not show does not come back: spaces at the ends of lines, and all but one of several in a row; a tab is a space,
//! and each kind of line break is `\n`.

use hearthcast_text::{MAX_HTML_BYTES, plain};
use std::borrow::Cow;

/// A summary as it stands in a description; borrowed where plain words say the same. An empty line parts paragraphs, every other line
/// break is one.
pub fn as_html(summary: &str) -> Cow<'_, str> {
    let summary = summary.trim();
    if !summary.contains(['<', '&', '\n', '\r']) {
        return Cow::Borrowed(summary);
    }
    let lines = summary.replace("\r\n", "\n").replace('\r', "\n");
    let escaped = lines.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let paragraph = |text: &str| match text {
        // More than one empty line.
        "" => "<br><br>".to_string(),
        text => format!("<p>{}</p>", text.replace('\n', "<br>")),
    };
    Cow::Owned(escaped.split("\n\n").map(paragraph).collect::<Vec<_>>().concat())
}

/// The summary that a description says: the words of what [`as_html`] writes, and everything else as it stands.
pub fn of_html(description: &str) -> Cow<'_, str> {
    let description = description.trim();
    let is_html = description.starts_with("<p>") && description.ends_with("</p>");
    match is_html && description.len() <= MAX_HTML_BYTES {
        true => Cow::Owned(plain(description)),
        false => Cow::Borrowed(description),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_that_html_would_read_otherwise_are_written_as_html() {
        for (summary, html) in [
            (" In short: 3 > 2. ", "In short: 3 > 2."),
            ("Use <main> first.\n\nThen <nav>.", "<p>Use &lt;main&gt; first.</p><p>Then &lt;nav&gt;.</p>"),
            ("Salt &amp; fog\r\nR & D\rend", "<p>Salt &amp;amp; fog<br>R &amp; D<br>end</p>"),
            ("one\n\n\ntwo", "<p>one</p><p><br>two</p>"),
            ("one\n\n\n\ntwo", "<p>one</p><br><br><p>two</p>"),
            ("", ""),
        ] {
            assert_eq!(as_html(summary), html, "{summary}");
        }
    }

    #[test]
    fn what_html_does_not_show_does_not_come_back() {
        for (summary, back) in [("one \n  two\t& \r\nthree", "one\ntwo &\nthree"), ("one\n \n\ntwo", "one\n\ntwo")] {
            assert_eq!(of_html(&as_html(summary)), back, "{summary}");
        }
        // Of another writer, or of one before.
        assert_eq!(of_html(" R &amp; D <b> "), "R &amp; D <b>");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn a_summary_comes_back_equal(pieces in prop::collection::vec((
            prop::sample::select(vec!["<main>", "</p>", "<br>", "<!--", "]]>", "&", "&amp;", "&nbsp;", "1 < 2", "sea", "a\u{A0}é", "<"]),
            prop::sample::select(vec![" ", "\n", "\n\n", "\n\n\n", "\n\n\n\n", "\n\n\n\n\n"]),
        ), 0..12)) {
            let summary: String = pieces.into_iter().flat_map(|(word, after)| [word, after]).collect();
            let summary = summary.trim();
            let html = as_html(summary);
            prop_assert_eq!(of_html(&html), summary);
        }
    }
}
