//! SubRip: numbered cues, a comma before the thousandths, no escapes. Who speaks stands before the words, as the podcast
//! namespace asks: `Ada: Hello`.

use super::collect::Collector;
use super::speakers::split_speaker;
use super::{Cue, TranscriptError, full_lines, one_line, shown};
use crate::clock;

/// Tags that SubRip files carry; anything else in angle brackets is words.
const TAGS: [&str; 8] = ["b", "/b", "i", "/i", "u", "/u", "/font", "br"];

/// A cue begins where times stand; the number before them is not needed. Empty lines inside a cue end nothing.
pub(super) fn read(text: &str, into: &mut Collector) -> Result<(), TranscriptError> {
    let mut open: Option<Open> = None;
    let mut lines = text.lines().enumerate().map(|(n, line)| (n + 1, line.trim())).peekable();
    while let Some((line, words)) = lines.next() {
        if words.contains("-->") {
            close(into, open.take())?;
            open = Some(Open { line, span: into.times(line, words)?, text: String::new() });
        } else if is_number(words) && lines.peek().is_some_and(|(_, next)| next.contains("-->")) {
            // The number of the next cue.
        } else if let Some(Open { text, .. }) = &mut open {
            text.push_str(words);
            text.push('\n');
        } else if !words.is_empty() {
            return Err(TranscriptError::Unknown { line, text: shown(words) });
        }
    }
    close(into, open)
}

/// A cue whose end was not seen yet.
struct Open {
    line: usize,
    span: (i64, i64),
    text: String,
}

fn close(into: &mut Collector, cue: Option<Open>) -> Result<(), TranscriptError> {
    let Some(Open { line, span, text }) = cue else {
        return Ok(());
    };
    let text = without_tags(&text);
    let text = full_lines(&text).collect::<Vec<_>>().join("\n");
    let (speaker, words) = split_speaker(&text);
    into.add(line, span, speaker, words, vec![])
}

fn is_number(line: &str) -> bool {
    !line.is_empty() && line.len() <= 9 && line.bytes().all(|b| b.is_ascii_digit())
}

/// `<i>`, `<font color=…>` and `{\an8}` go.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '{']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let length = tag_length(from).unwrap_or(0);
        out.push_str(if length == 0 { &from[..1] } else { "" });
        rest = &from[length.max(1)..];
    }
    out.push_str(rest);
    out
}

/// How long the tag is that a text begins with. Looked for in a short piece only, so that no text costs more than its length.
fn tag_length(text: &str) -> Option<usize> {
    let piece = crate::chars::cut(text, 120);
    if piece.starts_with("{\\") {
        return piece.find('}').map(|end| end + 1);
    }
    let end = piece.find('>')?;
    let name = piece[1..end].trim_end_matches('/').trim().to_ascii_lowercase();
    (TAGS.contains(&name.as_str()) || name.starts_with("font ")).then_some(end + 1)
}

pub(super) fn write(cues: &[Cue]) -> String {
    let mut out = String::new();
    for (n, cue) in cues.iter().filter(|cue| cue.has_words()).enumerate() {
        let (start, end) = (clock::written(cue.start_ms, ','), clock::written(cue.end_ms, ','));
        out.push_str(&format!("{}\n{start} --> {end}\n", n + 1));
        if !cue.speaker.is_empty() {
            out.push_str(&format!("{}: ", one_line(&cue.speaker)));
        }
        for line in full_lines(&cue.text) {
            // There is no way to write this arrow in SubRip; readers would take the line for times.
            out.push_str(&line.replace("-->", "→"));
            out.push('\n');
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{Cue, Format, TranscriptError, read, write};

    fn said(srt: &str) -> Vec<(i64, String, String)> {
        read(srt.as_bytes()).unwrap().cues.into_iter().map(|cue| (cue.start_ms, cue.speaker, cue.text)).collect()
    }

    #[test]
    fn files_of_several_habits_are_read() {
        let text = "\u{FEFF}1\r\n00:00:01,000 --> 00:00:02,000 X1:1 X2:2 Y1:1 Y2:2\r\n<i>Hello</i> {\\an8}<font color=\"#fff\">you</font>\r\n\r\n\
            3\n00:00:02.5 --> 00:00:03.75\nfirst\n\n2\nsecond <3\n\n\n0:01:00,000 --> 0:01:01,000\n12\n\n4\n99:59:59,999 --> 100:00:00,000\nAda: late\n";
        assert_eq!(
            said(text),
            [
                (1_000, "".into(), "Hello you".to_string()),
                (2_500, "".into(), "first\n2\nsecond <3".into()),
                (60_000, "".into(), "12".into()),
                (359_999_999, "Ada".into(), "late".into()),
            ]
        );
    }

    #[test]
    fn speakers_are_names_and_nothing_else() {
        for (words, speaker) in [
            ("Ada: Hi", "Ada"),
            ("Ada Lund-Berg Jr. 2: Hi", "Ada Lund-Berg Jr. 2"),
            ("SPEAKER 1: Hi", "SPEAKER 1"),
            ("田中: はい", "田中"),
            ("Ada:\nHi", "Ada"),
            ("One thing: hi", ""),
            ("at 10: hi", ""),
            ("https://a.example/", ""),
            ("Ada: ", ""),
            ("A Very Long Name Of: five", ""),
            ("Wait… What: hi", ""),
        ] {
            let found = said(&format!("1\n0:00:00,0 --> 0:00:01,0\n{words}\n"));
            assert_eq!(found[0].1, speaker, "{words}");
        }
    }

    #[test]
    fn overlapping_and_unordered_cues_are_kept() {
        let text = "1\n0:00:05,0 --> 0:00:09,0\nb\n\n2\n0:00:01,0 --> 0:00:06,0\na\n\n3\n0:00:05,0 --> 0:00:05,0\nc\n";
        let cues = read(text.as_bytes()).unwrap().cues;
        let found: Vec<(i64, i64, &str)> = cues.iter().map(|c| (c.start_ms, c.end_ms, c.text.as_str())).collect();
        assert_eq!(found, [(1_000, 6_000, "a"), (5_000, 9_000, "b"), (5_000, 5_001, "c")]);
    }

    #[test]
    fn wrong_times_are_named_by_line() {
        let error = read(b"1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n00:00:0x,000 --> 1\nb\n").unwrap_err();
        assert_eq!(error, TranscriptError::Time { line: 6, text: "00:00:0x,000 --> 1".into() });
        let error: hearthcast_model::Error = error.into();
        assert_eq!(error.message, "Line 6 of the transcript has no usable times: \"00:00:0x,000 --> 1\".");
        assert_eq!(read(b"1\n0:02 --> 0:01\n"), Err(TranscriptError::Backwards { line: 2 }));
    }

    #[test]
    fn what_would_break_a_file_is_written_otherwise() {
        let text = "a --> b\n\n\n c ".to_string();
        let cues = [Cue { start_ms: 0, end_ms: 360_000_000, speaker: "Ada".into(), text, words: vec![] }];
        assert_eq!(write(Format::Srt, &cues), "1\n00:00:00,000 --> 100:00:00,000\nAda: a → b\nc\n\n");
    }

    #[test]
    fn brackets_without_end_take_linear_time() {
        let text = format!("1\n0:00:00,0 --> 0:00:01,0\n{}\n", "<{".repeat(1_000_000));
        assert_eq!(said(&text)[0].2.len(), 2_000_000);
    }
}
