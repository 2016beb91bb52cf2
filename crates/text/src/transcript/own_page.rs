//! Whether a page is one that was written here ([`super::Form::Html`]): words between seven tags, no other markup. Pages are served
//! from an address of the show, where a foreign one could run programs in the name of its website.

/// Tags without a value.
const TAGS: [&str; 15] = [
    "!DOCTYPE html",
    "/html",
    "head",
    "/head",
    "meta charset=\"utf-8\"",
    "title",
    "/title",
    "body",
    "/body",
    "cite",
    "/cite",
    "/time",
    "p",
    "/p",
    "html",
];
/// Tags with one value.
const VALUED: [&str; 2] = ["html lang=\"", "time datetime=\""];

/// Whether a text is a page of ours, and nothing in it is more than words.
pub fn is_page(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("<!DOCTYPE html>") else { return false };
    rest.split('<').skip(1).all(|piece| piece.split_once('>').is_some_and(|(tag, _)| is_ours(tag)))
}

fn is_ours(tag: &str) -> bool {
    let value = |start: &str| tag.strip_prefix(start).and_then(|rest| rest.strip_suffix('"'));
    let harmless = |value: &str| value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'));
    TAGS.contains(&tag) || VALUED.iter().filter_map(|start| value(start)).any(harmless)
}

#[cfg(test)]
mod tests {
    use super::super::{About, Cue, Form};
    use super::is_page;

    #[test]
    fn what_is_written_here_is_one() {
        let cue = |speaker: &str, text: &str| Cue {
            start_ms: 500,
            end_ms: 900,
            speaker: speaker.into(),
            text: text.into(),
            words: vec![],
        };
        let cues = [cue("A <b> & \"C\"", "1 < 2 > 0 <script>alert(1)</script>"), cue("", "on\u{fc}load=x")];
        for about in [About::default(), About { title: "<i>\"&", language: "de-AT", people: &[] }] {
            let page = Form::Html.write(&cues, &about);
            assert!(is_page(&page), "{page}");
        }
    }

    #[test]
    fn what_could_be_a_program_is_none() {
        let page = Form::Html.write(&[], &About::default());
        for bad in [
            "<script>alert(1)</script>",
            "<p onclick=\"x\">a</p>",
            "<img src=x onerror=y>",
            "<p",
            "<!-- a -->",
            "<time datetime=\"a\" onclick=\"b\">",
            "<html lang=\"\" onload=\"x\">",
            "<P>",
            "< p>",
            "<meta http-equiv=\"refresh\">",
            "<svg/onload=a>",
            "<a href=\"javascript:x\">",
        ] {
            assert!(!is_page(&page.replace("</body>", &format!("{bad}</body>"))), "{bad}");
        }
        assert!(!is_page("<p>Words</p>") && !is_page("") && !is_page("WEBVTT"));
    }
}
