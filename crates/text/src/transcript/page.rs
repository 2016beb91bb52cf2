//! Transcripts in HTML, as the podcast namespace describes them (transcripts.md, "HTML"): `cite`, `time`, `p`; and of any other
//! page its paragraphs. A page says when words begin, never when they end.

use super::TranscriptError;
use super::collect::Collector;
use super::html_names::HtmlNames;
use super::prose::{Paragraph, spread};
use super::speakers::split_speaker;
use super::{MAX_CUES, MAX_NAME_BYTES, one_line};
use crate::clock::{self, MAX_MS};

/// Elements whose words nobody says.
const SILENT: [&str; 5] = ["head", "script", "style", "title", "template"];
/// Elements that begin and end a paragraph.
const BLOCKS: [&str; 15] =
    ["p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "section", "article", "blockquote", "tr", "dd", "dt"];

/// Longest tag, in bytes.
const MOST_TAG: usize = 1000;

/// Whether a text is a page.
pub(super) fn is_page(text: &str) -> bool {
    let start = crate::chars::cut(text.trim_start(), 200).to_ascii_lowercase();
    ["<!doctype html", "<html", "<cite", "<p>", "<p ", "<time", "<body"].iter().any(|tag| start.starts_with(tag))
}

pub(super) fn read(text: &str, length_ms: Option<i64>, into: &mut Collector) -> Result<(), TranscriptError> {
    let mut page = Page::default();
    let mut rest = text;
    while let Some((words, more)) = rest.split_once('<') {
        page.words(words);
        rest = page.tag(more)?;
    }
    page.words(rest);
    page.end_of_place();
    page.close()?;
    spread(page.paragraphs, length_ms, into)
}

/// Where the words go that come next.
#[derive(Default, PartialEq)]
enum Place {
    #[default]
    Paragraph,
    Cite,
    Time,
}

#[derive(Default)]
struct Page {
    paragraphs: Vec<Paragraph>,
    place: Place,
    /// Who speaks, as `cite` says.
    speaker: String,
    start_ms: Option<i64>,
    words: String,
    /// What `cite` or `time` holds so far.
    aside: String,
    names: HtmlNames,
}

impl Page {
    fn words(&mut self, words: &str) {
        match self.place {
            Place::Paragraph => self.words.push_str(words),
            Place::Cite | Place::Time => self.aside.push_str(words),
        }
    }

    /// Takes one tag; what follows it comes back.
    fn tag<'a>(&mut self, text: &'a str) -> Result<&'a str, TranscriptError> {
        if let Some(comment) = text.strip_prefix("!--") {
            return Ok(comment.split_once("-->").map_or("", |(_, after)| after));
        }
        let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        // No tag is longer; so a page of beginnings costs no more than its length.
        let end = crate::chars::cut(text, MOST_TAG).find('>').filter(|_| begins);
        let Some((tag, after)) = end.map(|end| (&text[..end], &text[end + 1..])) else {
            self.words("<");
            return Ok(text);
        };
        let name = tag.split(|c: char| c.is_whitespace() || c == '/').find(|part| !part.is_empty()).unwrap_or_default();
        let (name, opens) = (name.to_ascii_lowercase(), !tag.starts_with('/'));
        if opens && SILENT.contains(&name.as_str()) && !tag.ends_with('/') {
            return Ok(after_end_of(after, &name));
        }
        match (name.as_str(), opens) {
            ("cite", true) => {
                self.end_of_place();
                self.close()?;
                (self.place, self.speaker) = (Place::Cite, String::new());
            }
            ("time", true) => {
                self.end_of_place();
                self.close()?;
                (self.place, self.start_ms) = (Place::Time, attribute(tag));
            }
            ("cite" | "time", false) => self.end_of_place(),
            ("br", _) => self.words("\n"),
            (block, _) if BLOCKS.contains(&block) => {
                // Neither a name nor a time has paragraphs: its end is missing.
                if !self.aside.trim().is_empty() {
                    self.end_of_place();
                }
                self.close()?;
            }
            _ => {}
        }
        Ok(after)
    }

    /// Ends a name or a time. What is none of them is words.
    fn end_of_place(&mut self) {
        let aside = std::mem::take(&mut self.aside);
        match std::mem::take(&mut self.place) {
            Place::Paragraph => {}
            Place::Cite if aside.len() > MAX_NAME_BYTES => self.words(&aside),
            Place::Cite => {
                let cited = one_line(&self.names.decoded(&aside));
                self.speaker = cited.trim_end_matches(':').trim_end().to_owned();
            }
            Place::Time if self.start_ms.is_some() => {}
            Place::Time => match clock::parse(aside.trim()) {
                Some(ms) => self.start_ms = Some(ms),
                None => self.words(&aside),
            },
        }
    }

    /// Ends a paragraph, if it has words.
    fn close(&mut self) -> Result<(), TranscriptError> {
        let raw = std::mem::take(&mut self.words);
        if raw.trim().is_empty() {
            return Ok(());
        }
        if self.paragraphs.len() == MAX_CUES {
            return Err(TranscriptError::TooMany { limit: MAX_CUES });
        }
        let text = self.names.decoded(&raw);
        // Pages without `cite` say "Ada: Hello".
        let (speaker, text) = if self.speaker.is_empty() { split_speaker(&text) } else { (&*self.speaker, &*text) };
        let (speaker, text) = (speaker.to_owned(), text.to_owned());
        self.paragraphs.push(Paragraph { start_ms: self.start_ms.take(), speaker, text });
        Ok(())
    }
}

/// What follows the end of an element whose words nobody says.
fn after_end_of<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some((_, more)) = rest.split_once("</") {
        let end = crate::chars::cut(more, name.len() + 1).to_ascii_lowercase();
        if end.strip_prefix(name).is_some_and(|next| !next.starts_with(|c: char| c.is_ascii_alphanumeric())) {
            return more.split_once('>').map_or("", |(_, after)| after);
        }
        rest = more;
    }
    ""
}

/// The time in `datetime="PT1H2M3.5S"` (ISO 8601) or in `datetime="1:02:03"`.
fn attribute(tag: &str) -> Option<i64> {
    let (_, value) = tag.split_once("datetime=")?;
    let value = value.trim_start_matches(['"', '\'']);
    let value = &value[..value.find(['"', '\'', ' ']).unwrap_or(value.len())];
    let Some(mut rest) = value.strip_prefix("PT") else { return clock::parse(value) };
    let mut ms = 0.0;
    for (sign, each) in [('H', 3_600_000.0), ('M', 60_000.0), ('S', 1_000.0)] {
        if let Some((number, more)) = rest.split_once(sign) {
            ms += number.parse::<f64>().ok().filter(|n| (0.0..1e9).contains(n))? * each;
            rest = more;
        }
    }
    (rest.is_empty() && ms <= MAX_MS as f64).then_some(ms.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::super::{Care, Cue, Form, handed};

    fn read(page: &str) -> Vec<Cue> {
        handed(page.as_bytes(), Some(Form::Html), None, Care::Taken).unwrap().cues
    }

    #[test]
    fn the_example_of_the_namespace_is_read() {
        // transcripts.md, "HTML".
        let page = "<cite>Kevin:</cite>\n<time>0:00</time>\n<p>We have an update planned where we would like to give the ability to upload an artwork file.</p>\n\
            <cite>Alban:</cite>\n<time>0:09</time>\n<p>You&#39;re doing Tom &amp; Jerry.</p>";
        let cues = read(page);
        let found: Vec<(i64, i64, &str)> = cues.iter().map(|c| (c.start_ms, c.end_ms, c.speaker.as_str())).collect();
        assert_eq!(found[0], (0, 9_000, "Kevin"));
        assert_eq!((found[1].0, found[1].2), (9_000, "Alban"));
        assert_eq!(cues[1].text, "You're doing Tom & Jerry.");
    }

    #[test]
    fn any_page_gives_its_paragraphs_and_nothing_else() {
        let page = "<!DOCTYPE html><html><head><title>No</title><style>p{}</style></head><body><script>alert('<p>no</p>')</script>\
            <!-- <p>no</p> --><h1>Caf&eacute; 1 < 2</h1><p>Ada: a<br>b <b>c</b></p><time datetime=\"PT1H2M3.5S\">x</time><p>d</body>";
        let cues = read(page);
        let found: Vec<(&str, &str)> = cues.iter().map(|c| (c.speaker.as_str(), c.text.as_str())).collect();
        assert_eq!(found, [("", "Café 1 < 2"), ("Ada", "a\nb c"), ("", "d")]);
        assert_eq!(cues[2].start_ms, 3_723_500);
    }

    #[test]
    fn endless_beginnings_take_linear_time() {
        for piece in ["<", "<p", "</p>", "<!--", "<script>", "&", "<time datetime="] {
            let page = format!("<p>{}", piece.repeat(1_000_000 / piece.len()));
            let _ = handed(page.as_bytes(), Some(Form::Html), None, Care::Taken);
        }
    }

    #[test]
    fn references_are_those_of_html() {
        // HTML, 13.5: named ones, some of them without a semicolon; each is resolved once.
        let page = "<p>Caf&eacute; &amp; Bar &amp;eacute; &copy 2024 &hellip;&NoSuchName; a&ensp;b &lt;p&gt; &#x1F30A; AT&T</p>";
        assert_eq!(read(page)[0].text, "Café & Bar &eacute; © 2024 …&NoSuchName; a\u{2002}b <p> 🌊 AT&T");
    }

    #[test]
    fn pages_of_references_and_lines_take_linear_time() {
        let names: String = (0..50_000).map(|n| format!("&a{n};<br>")).collect();
        assert_eq!(read(&format!("<p>{names}"))[0].text.lines().count(), 50_000);
        let page = format!("<p>{}", "&eacute;<br>".repeat(50_000));
        assert_eq!(read(&page)[0].text.lines().filter(|line| *line == "é").count(), 50_000);
    }

    #[test]
    fn a_name_that_is_endless_is_not_copied() {
        let page = format!("<cite>{}</cite>{}", "Ada ".repeat(250_000), "<p>a".repeat(100_000));
        let cues = read(&page);
        assert_eq!((cues.len(), cues[0].text.len(), cues[1].text.as_str()), (100_001, 999_999, "a"), "it is words");
        assert!(cues.iter().all(|cue| cue.speaker.is_empty()));
    }

    #[test]
    fn elements_without_an_end_and_times_that_are_none_cost_no_words() {
        let cues = read("<cite>Ada<p>Hello</p><time>0:10<p>World</p><p>Seen <time>yesterday</time> there</p>");
        let found: Vec<(&str, &str)> = cues.iter().map(|cue| (cue.speaker.as_str(), cue.text.as_str())).collect();
        assert_eq!(found, [("Ada", "Hello"), ("Ada", "World"), ("Ada", "Seen"), ("Ada", "yesterday there")]);
        assert_eq!(cues[1].start_ms, 10_000);
    }
}
