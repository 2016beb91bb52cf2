//! WebVTT, as the W3C describes it. Comments, styles and regions are passed over; a wrong time is an error here, because the
//! author can mend it, where a player would only leave the words out.

use super::collect::{Collector, Note};
use super::references::resolved;
use super::words::{Word, places};
use super::{Cue, TranscriptError, full_lines, one_line};
use crate::clock;

/// Whether a text begins as WebVTT must.
pub(super) fn has_signature(text: &str) -> bool {
    text.strip_prefix("WEBVTT").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n']))
}

pub(super) fn read(text: &str, into: &mut Collector) -> Result<(), TranscriptError> {
    let mut lines = text.lines().enumerate().map(|(n, line)| (n + 1, line)).peekable();
    while let Some((line, words)) = lines.next() {
        if !words.contains("-->") {
            if ["NOTE", "STYLE", "REGION"].iter().any(|block| words.starts_with(block)) {
                into.note(Note::Extras);
            }
            continue;
        }
        let span = into.times(line, words)?;
        let mut payload = String::new();
        // An empty line ends a cue; so does the next line of times (W3C, "collect a WebVTT block").
        while let Some((_, words)) = lines.next_if(|(_, words)| !words.is_empty() && !words.contains("-->")) {
            payload.push_str(words);
            payload.push('\n');
        }
        let turns = turns(&payload, span);
        // A cue that opens with a voice has an empty part before it.
        let spoken = turns.iter().any(|turn| !turn.text.trim().is_empty());
        for turn in turns.into_iter().filter(|turn| !spoken || !turn.text.trim().is_empty()) {
            into.add(line, span, &turn.speaker, &turn.text, turn.words(span.1))?;
        }
    }
    Ok(())
}

/// A part of a cue that one voice says.
#[derive(Default)]
struct Turn {
    speaker: String,
    text: String,
    /// When pieces of the text begin; each ends where the next begins.
    pieces: Vec<(i64, String)>,
    /// When what follows the last piece begins, where that is known before the cue ends.
    ends_ms: Option<i64>,
}

impl Turn {
    fn of(speaker: String, from_ms: i64) -> Self {
        Self { speaker, pieces: vec![(from_ms, String::new())], ..Self::default() }
    }

    fn words(&self, cue_end_ms: i64) -> Vec<Word> {
        let ends = self.pieces.iter().skip(1).map(|piece| piece.0).chain([self.ends_ms.unwrap_or(cue_end_ms)]);
        let ends: Vec<i64> = ends.collect();
        let pieces = self.pieces.iter().zip(ends).filter(|((_, text), _)| !text.trim().is_empty());
        pieces.map(|((start_ms, text), end_ms)| Word { start_ms: *start_ms, end_ms, text: one_line(text) }).collect()
    }
}

/// The words of a cue without markup, one part for every voice (`<v Name>`), with the times inside it (`<00:00:14.000>`).
fn turns(payload: &str, (start_ms, end_ms): (i64, i64)) -> Vec<Turn> {
    let mut now_ms = start_ms;
    let mut turns = vec![Turn::of(String::new(), now_ms)];
    let mut rest = payload;
    while let Some((words, more)) = rest.split_once('<') {
        push(&mut turns, words);
        let Some((tag, after)) = more.split_once('>') else {
            return turns;
        };
        if let Some(name) = voice(tag) {
            turns.push(Turn::of(name, now_ms));
        } else if tag == "/v" {
            turns.push(Turn::of(String::new(), now_ms));
        } else if let Some(ms) = clock::parse(tag).filter(|ms| (now_ms + 1..end_ms).contains(ms)) {
            now_ms = ms;
            mark(&mut turns, ms);
        }
        rest = after;
    }
    push(&mut turns, rest);
    turns
}

/// A time inside a cue ends what stands before it and begins what follows.
fn mark(turns: &mut [Turn], ms: i64) {
    if let [.., before, last] = turns
        && last.text.is_empty()
        && before.ends_ms.is_none()
    {
        before.ends_ms = Some(ms);
    }
    if let Some(last) = turns.last_mut() {
        last.pieces.push((ms, String::new()));
    }
}

fn push(turns: &mut [Turn], words: &str) {
    if let Some(Turn { text, pieces, .. }) = turns.last_mut() {
        let from = text.len();
        resolved(words, text);
        if let Some((_, piece)) = pieces.last_mut() {
            piece.push_str(&text[from..]);
        }
    }
}

/// The name in `v Name` or `v.class Name`.
fn voice(tag: &str) -> Option<String> {
    let (name, annotation) = tag.split_once([' ', '\t', '\n'])?;
    (name == "v" || name.starts_with("v.")).then(|| {
        let mut name = String::new();
        resolved(annotation, &mut name);
        one_line(&name)
    })
}

pub(super) fn write(cues: &[Cue]) -> String {
    let mut out = String::from("WEBVTT\n");
    for cue in cues.iter().filter(|cue| cue.has_words()) {
        out.push_str(&format!("\n{} --> {}\n", clock::written(cue.start_ms, '.'), clock::written(cue.end_ms, '.')));
        if !cue.speaker.is_empty() {
            out.push_str(&format!("<v {}>", escaped(&one_line(&cue.speaker))));
        }
        let marked = marked(cue);
        for line in full_lines(marked.as_deref().unwrap_or(&escaped(&cue.text))) {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// The text of a cue with the times of its words: before a word that begins later than what stands before it ends, and after
/// one that ends earlier than what follows begins. W3C: each later than the one before, and within the cue.
fn marked(cue: &Cue) -> Option<String> {
    let places = places(&cue.text, &cue.words).filter(|places| !places.is_empty())?;
    let (mut out, mut at, mut now_ms) = (String::new(), 0, cue.start_ms);
    let mark = |out: &mut String, now_ms: &mut i64, ms: i64| {
        if (*now_ms + 1..cue.end_ms).contains(&ms) {
            out.push_str(&format!("<{}>", clock::written(ms, '.')));
            *now_ms = ms;
        }
    };
    for (n, (place, word)) in places.iter().zip(&cue.words).enumerate() {
        out.push_str(&escaped(&cue.text[at..place.start]));
        mark(&mut out, &mut now_ms, word.start_ms);
        out.push_str(&escaped(&cue.text[place.clone()]));
        if cue.words.get(n + 1).is_none_or(|next| next.start_ms > word.end_ms) {
            mark(&mut out, &mut now_ms, word.end_ms);
        }
        at = place.end;
    }
    Some(out)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::{Format, TranscriptError, read, write};

    fn said(vtt: &str) -> Vec<(String, String)> {
        read(vtt.as_bytes()).unwrap().cues.into_iter().map(|cue| (cue.speaker, cue.text)).collect()
    }

    #[test]
    fn examples_of_the_standard_are_read() {
        // W3C WebVTT §1.1 to §1.4, shortened.
        let text = "WEBVTT - Title\nX-TIMESTAMP-MAP=LOCAL:0\n\nSTYLE\n::cue(b) { color: peachpuff; }\n\nREGION\nid:fred\n\n\
            NOTE This text is\nnot shown.\n\n1\n00:11.000 --> 00:13.000 align:start position:0%\n<v Roger Bingham>We are in New York City\n\n\
            crédit de transcription\n00:13.000 --> 00:16.000\n<v.loud Neil deGrasse Tyson><i>Laughs</i></v> and <00:14.000>more\n<v Ada>\
            two\nlines</v>\n\n100:00:00.000 --> 100:00:01.000\nend";
        let cues = read(text.as_bytes()).unwrap().cues;
        let found: Vec<(i64, i64, &str, &str)> =
            cues.iter().map(|c| (c.start_ms, c.end_ms, c.speaker.as_str(), c.text.as_str())).collect();
        assert_eq!(
            found,
            [
                (11_000, 13_000, "Roger Bingham", "We are in New York City"),
                (13_000, 16_000, "Neil deGrasse Tyson", "Laughs"),
                (13_000, 16_000, "", "and more"),
                (13_000, 16_000, "Ada", "two\nlines"),
                (360_000_000, 360_001_000, "", "end"),
            ]
        );
    }

    #[test]
    fn references_are_resolved_and_written() {
        let text = "WEBVTT\n\n00:00.000 --> 00:01.000\n<v A &amp; B>1 &lt; 2 &amp;&amp; 3 &gt; 2&nbsp;&rlm;x &amp;lt; & y &#233;\n";
        assert_eq!(said(text), [("A & B".into(), "1 < 2 && 3 > 2\u{A0}\u{200F}x &lt; & y é".to_string())]);
        let cues = read(text.as_bytes()).unwrap().cues;
        assert_eq!(read(write(Format::Vtt, &cues).as_bytes()).unwrap().cues, cues);
    }

    #[test]
    fn broken_markup_costs_no_words_of_others() {
        assert_eq!(
            said("WEBVTT\n\n0:00 --> 0:01\na <b\n\n0:01 --> 0:02\nb"),
            [("".into(), "a".to_string()), ("".into(), "b".into())]
        );
        assert_eq!(said("WEBVTT\n\n0:00 --> 0:01\n0:01 --> 0:01\nb"), [("".into(), "b".to_string())]);
    }

    #[test]
    fn wrong_times_are_named_by_line() {
        for (text, line) in [
            ("WEBVTT\n\n00:00.000 --> soon\na", 3),
            ("WEBVTT\n\n1\n00:61:00.000 --> 01:00:00.000\na", 4),
            ("WEBVTT\n\n--> 00:01.000\na", 3),
        ] {
            match read(text.as_bytes()) {
                Err(TranscriptError::Time { line: found, .. }) => assert_eq!(found, line, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
        let back = read(b"WEBVTT\n\n00:02.000 --> 00:01.000\na");
        assert_eq!(back, Err(TranscriptError::Backwards { line: 3 }));
    }

    #[test]
    fn signature_is_exact() {
        for text in ["WEBVTTX\n\n0:00 --> 0:01\na", "webvtt\n\n0:00 --> 0:01\na", " WEBVTT\n"] {
            assert!(matches!(read(text.as_bytes()), Err(TranscriptError::Unknown { line: 1, .. })), "{text}");
        }
    }
}
