//! WebVTT, as the W3C describes it. Comments, styles and regions are passed over; a wrong time is an error here, because the
//! author can mend it, where a player would only leave the words out.

use super::references::resolved;
use super::{Cue, TranscriptError, add, full_lines, one_line, times};
use crate::clock;

/// Whether a text begins as WebVTT must.
pub(super) fn has_signature(text: &str) -> bool {
    text.strip_prefix("WEBVTT").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n']))
}

pub(super) fn read(text: &str) -> Result<Vec<Cue>, TranscriptError> {
    let mut cues = vec![];
    let mut lines = text.lines().enumerate().map(|(n, line)| (n + 1, line)).peekable();
    while let Some((line, words)) = lines.next() {
        if !words.contains("-->") {
            continue;
        }
        let span = times(line, words)?;
        let mut payload = String::new();
        // An empty line ends a cue; so does the next line of times (W3C, "collect a WebVTT block").
        while let Some((_, words)) = lines.next_if(|(_, words)| !words.is_empty() && !words.contains("-->")) {
            payload.push_str(words);
            payload.push('\n');
        }
        for (speaker, words) in turns(&payload) {
            add(&mut cues, span, &speaker, &words)?;
        }
    }
    Ok(cues)
}

/// The words of a cue without markup, one part for every voice (`<v Name>`).
fn turns(payload: &str) -> Vec<(String, String)> {
    let mut turns = vec![(String::new(), String::new())];
    let mut rest = payload;
    while let Some((words, more)) = rest.split_once('<') {
        push(&mut turns, words);
        let Some((tag, after)) = more.split_once('>') else {
            return turns;
        };
        match voice(tag) {
            Some(name) => turns.push((name, String::new())),
            None if tag == "/v" => turns.push((String::new(), String::new())),
            None => {}
        }
        rest = after;
    }
    push(&mut turns, rest);
    turns
}

fn push(turns: &mut [(String, String)], words: &str) {
    if let Some((_, text)) = turns.last_mut() {
        resolved(words, text);
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
        for line in full_lines(&cue.text) {
            out.push_str(&escaped(line));
            out.push('\n');
        }
    }
    out
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
