//! What an episode or a show says about itself, as it was found, with the safe HTML beside it.
//!
//! Text without any tag is no HTML: its paragraphs and lines are marked up, so that they stay what they were.

use crate::node::escaped;
use crate::tag::Reading;
use hearthcast_model::{Notes, NotesForm};
use hearthcast_text::clean_html;
use quick_xml::escape::resolve_html5_entity;

/// Longest notes that are taken, in bytes: as long as they may be when they are edited.
const MAX_BYTES: usize = hearthcast_text::MAX_HTML_BYTES;

/// Notes of what a feed has, which is HTML or text.
pub(crate) fn notes(found: &str, reading: &mut Reading) -> Notes {
    let mut found = found.trim();
    if found.len() > MAX_BYTES {
        reading.repairs.tell("text_cut", "The notes are longer than 4 MiB; they were cut.");
        found = hearthcast_text::chars::cut(found, MAX_BYTES);
    }
    if found.is_empty() {
        return Notes::default();
    }
    let source = if has_tags(found) { found.to_string() } else { marked_up(found) };
    let safe = clean_html(&source);
    Notes { source, form: NotesForm::Html, safe, pictures: vec![] }
}

/// The words alone.
pub(crate) fn plain(found: &str) -> String {
    let found = found.trim();
    if has_tags(found) { hearthcast_text::plain(found) } else { found.to_string() }
}

/// Whether a text is HTML: something in it is a tag.
fn has_tags(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let rest = text[at + 1..].trim_start_matches('/');
        rest.starts_with("!--") || is_tag(rest)
    })
}

/// A name, and what may follow it.
fn is_tag(rest: &str) -> bool {
    let name = rest.bytes().take(12).take_while(u8::is_ascii_alphanumeric).count();
    let begins = rest.starts_with(|c: char| c.is_ascii_alphabetic());
    begins && rest[name..].starts_with(['>', ' ', '/', '\n', '\t'])
}

/// Paragraphs and lines as HTML.
fn marked_up(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    let written = paragraphs.map(|paragraph| {
        let lines: Vec<_> = paragraph.lines().map(|line| as_html(line.trim())).collect();
        format!("<p>{}</p>", lines.join("<br>\n"))
    });
    written.collect::<Vec<_>>().join("\n")
}

/// A line as HTML. References in it are meant as their characters: descriptions are HTML, with or without tags.
fn as_html(line: &str) -> String {
    let escaped = escaped(line);
    let mut parts = escaped.split("&amp;");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        out.push_str(if is_reference(part) { "&" } else { "&amp;" });
        out.push_str(part);
    }
    out
}

/// Whether what follows an ampersand makes it a reference.
fn is_reference(after: &str) -> bool {
    let name = after.bytes().take(32).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
    let known = after.starts_with('#') || resolve_html5_entity(&after[..name]).is_some();
    known && after[name..].starts_with(';')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(found: &str) -> Notes {
        super::notes(found, &mut Reading::default())
    }

    #[test]
    fn html_stays_as_it_was_found() {
        let found = "<p>Fog &amp; <b>ships</b><script>x</script></p>";
        let made = notes(found);
        assert_eq!((made.source.as_str(), made.form), (found, NotesForm::Html));
        assert_eq!(made.safe.html, "<p>Fog &amp; <b>ships</b></p>");
    }

    #[test]
    fn lines_of_plain_text_stay_lines() {
        let made = notes(" One\ntwo & 1 < 2\n\n\nthree ");
        assert_eq!(made.source, "<p>One<br>\ntwo &amp; 1 &lt; 2</p>\n<p>three</p>");
        assert_eq!(hearthcast_text::plain_of(&made.safe), "One\ntwo & 1 < 2\n\nthree");
        assert_eq!(notes(" \n "), Notes::default());
        assert_eq!(
            notes("Tom &amp; Jerry&#39;s &copy; R&D; &").source,
            "<p>Tom &amp; Jerry&#39;s &copy; R&amp;D; &amp;</p>"
        );
    }

    #[test]
    fn endless_notes_are_cut_and_told() {
        let mut reading = Reading::default();
        let made = super::notes(&"ä ".repeat(2 * 1024 * 1024), &mut reading);
        assert!(made.source.len() <= MAX_BYTES + "<p></p>".len(), "{}", made.source.len());
        assert_eq!(reading.repairs.done()[0].code, "text_cut");
    }

    #[test]
    fn tags_are_told_from_signs() {
        for text in ["a <b>x</b>", "x<br/>y", "<!-- c -->x", "</p>", "<a href='x'>"] {
            assert!(has_tags(text), "{text}");
        }
        for text in ["1 < 2", "I <3 it", "a <-> b", "<https://x.example>", "x <", "<i"] {
            assert!(!has_tags(text), "{text}");
        }
    }
}
