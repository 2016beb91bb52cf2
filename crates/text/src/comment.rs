//! Comments that visitors leave: what looks like a tag goes, Markdown stays, and becomes HTML that may stand in anybody's
//! page.

use crate::chars::xml_only;
use crate::sanitize::{SANITIZER_VERSION, as_text, stable};
use hearthcast_model::SafeHtml;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// How often tags are taken out of what is left: `<<b>script>` is one after the first time.
const MAX_PASSES: usize = 8;

/// One line of a visitor, such as a name: without tags, breaks and doubled spaces.
pub fn comment_line(typed: &str) -> String {
    untagged(typed).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The Markdown of a comment: without tags, with `\n` for every break, without empty ends.
pub fn comment_text(typed: &str) -> String {
    untagged(&typed.replace("\r\n", "\n").replace('\r', "\n")).trim().to_string()
}

/// The HTML of a comment. A line break is one, as visitors expect; pictures are their descriptions, headings are
/// paragraphs, and links tell search engines that nobody vouches for them.
pub fn comment_html(markdown: &str) -> SafeHtml {
    let events = Parser::new_ext(markdown, Options::empty()).filter_map(|event| match event {
        Event::SoftBreak => Some(Event::HardBreak),
        Event::Start(Tag::Heading { .. }) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::Heading(_)) => Some(Event::End(TagEnd::Paragraph)),
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        other => Some(other),
    });
    let mut made = String::with_capacity(markdown.len() + markdown.len() / 4);
    html::push_html(&mut made, events);
    let clean = stable(&made, &[]).unwrap_or_else(|| as_text(markdown));
    // A clean text has `<` only where a tag begins, and `"` only around the value of `href`.
    let html = clean.trim_end().replace("<a href=\"", "<a rel=\"nofollow ugc\" href=\"");
    SafeHtml { html, sanitizer_version: SANITIZER_VERSION }
}

/// Without everything that a browser would read as a tag, a comment or a declaration, and without characters that XML 1.0
/// forbids. What stands between tags stays.
fn untagged(typed: &str) -> String {
    let mut text = xml_only(typed).into_owned();
    for _ in 0..MAX_PASSES {
        let next = without_tags(&text);
        if next == text {
            return text;
        }
        text = next;
    }
    text.replace('<', "")
}

fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Nobody looks twice for an end that is not there: a text of nothing but beginnings is read once, too.
    let last = text.rfind('>');
    while let Some(start) = rest.find('<') {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let begins = |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?');
        let is_tag = from[1..].chars().next().is_some_and(begins);
        let ends = is_tag && last.is_some_and(|last| last > text.len() - from.len());
        rest = match (is_tag, if ends { from.find('>') } else { None }) {
            (true, Some(end)) => &from[end + 1..],
            // A tag that never ends would begin one with whatever follows in a page.
            (true, None) => &from[1..],
            (false, _) => {
                out.push('<');
                &from[1..]
            }
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_recorded_comment_of_spodcat_comes_out_the_same() {
        // comment-create.json: `Hello <script>x</script> **you**`; comment-detail.json.
        let text = comment_text("Hello <script>x</script> **you**");
        assert_eq!(text, "Hello x **you**");
        assert_eq!(comment_html(&text).html, "<p>Hello x <strong>you</strong></p>");
        assert_eq!(
            comment_html("Nice **episode**!\nThanks").html.replace("<br>", "<br />"),
            "<p>Nice <strong>episode</strong>!<br />\nThanks</p>"
        );
    }

    #[test]
    fn tags_go_and_sums_stay() {
        for (typed, text) in [
            ("a < b and c > d", "a < b and c > d"),
            ("1 <2", "1 <2"),
            ("<b>bold</b>", "bold"),
            ("<<b>script>alert(1)<</b>/script>", "alert(1)"),
            ("<!-- x --><?php y ?><!DOCTYPE z>left", "left"),
            ("<img src=x onerror=alert(1)", "img src=x onerror=alert(1)"),
            ("a\u{0}b\u{1b}c", "abc"),
            ("one\r\ntwo\rthree\n\n", "one\ntwo\nthree"),
        ] {
            assert_eq!(comment_text(typed), text, "{typed:?}");
        }
        assert_eq!(comment_line("  <i>Ada</i>\n\t Love\u{7}lace "), "Ada Lovelace");
    }

    #[test]
    fn megabytes_of_beginnings_are_read_in_no_time() {
        assert_eq!(comment_text(&"<a".repeat(2_000_000)).len(), 2_000_000);
        assert_eq!(comment_line(&format!("{}>", "< ".repeat(1_000_000))).len(), 2_000_001);
    }

    #[test]
    fn links_are_not_vouched_for() {
        let html =
            comment_html("[a](https://a.example/?x=1&y=<a%20href=\"z) [b](javascript:alert(1)) <https://c.example>");
        assert!(html.html.starts_with("<p><a rel=\"nofollow ugc\" href=\"https://a.example/"), "{}", html.html);
        assert!(!html.html.contains("javascript"), "{}", html.html);
        assert_eq!(html.html.matches("<a ").count(), html.html.matches("<a rel=\"nofollow ugc\" href=").count());
    }

    #[test]
    fn a_heading_is_a_paragraph_and_a_picture_its_description() {
        assert_eq!(comment_html("# Loud\n![me](https://a.example/t.png)").html, "<p>Loud</p>\n<p>me</p>");
    }

    proptest! {
        #[test]
        fn nothing_that_a_browser_reads_as_a_tag_is_left(typed in "[<>a-c/!?b script=\"'&;#\\n`*\\[\\]()]{0,80}") {
            let text = comment_text(&typed);
            for (at, _) in text.match_indices('<') {
                let next = text[at + 1..].chars().next();
                prop_assert!(!next.is_some_and(|c| c.is_ascii_alphabetic() || "/!?".contains(c)), "{text:?}");
            }
            prop_assert_eq!(comment_text(&text), text.clone(), "cleaning twice is cleaning once");
            let html = comment_html(&typed).html;
            prop_assert!(!html.contains("<script") && !html.contains("<img"), "{html:?}");
        }
    }
}
