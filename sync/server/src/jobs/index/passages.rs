//! Cues of a transcript as passages: long enough that the words of a question stand together, short enough that a place is
//! found.

use hearthcast_store::search::{CueMark, MAX_PASSAGES, Passage};
use hearthcast_text::transcript;

/// A passage ends with the cue that makes it this long, in bytes: about half a minute of speech.
const LONG: usize = 500;

/// Longest silence or music within a passage: words before and after it do not stand together.
const LONGEST_PAUSE_MS: i64 = 30_000;

/// The passages of a transcript; none of a file that is no transcript.
pub fn of(file: &[u8], language: &str) -> Vec<Passage> {
    let cues = transcript::read(file).map(|read| read.cues).unwrap_or_default();
    let mut passages: Vec<Passage> = vec![];
    let mut silent_since = 0;
    for cue in cues {
        let paused = cue.start_ms.saturating_sub(silent_since) > LONGEST_PAUSE_MS;
        let full = passages.last().is_none_or(|last| paused || last.text.len() >= LONG);
        silent_since = cue.end_ms;
        if full && passages.len() == MAX_PASSAGES {
            break;
        }
        if full {
            passages.push(Passage { language: language.into(), text: String::new(), cues: vec![] });
        }
        let last = passages.last_mut().expect("one was just made where there was none");
        if !last.text.is_empty() {
            last.text.push(' ');
        }
        last.cues.push(CueMark { at: last.text.len(), start_ms: cue.start_ms, speaker: cue.speaker });
        last.text.extend(cue.text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }));
    }
    passages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_end_with_a_cue() {
        let long = "word ".repeat(60);
        let file = format!(
            "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>Hello\nyou\n\n00:02.500 --> 00:03.000\n<v Bo>{long}\n\n\
             00:04.000 --> 00:05.000\n{long}\n\n00:06.000 --> 00:07.000\nend\n"
        );
        let passages = of(file.as_bytes(), "en");
        assert_eq!(passages.len(), 2);
        assert!(passages[0].text.starts_with("Hello you word"));
        let told: Vec<_> = passages[0].cues.iter().map(|cue| (cue.at, cue.start_ms, cue.speaker.as_str())).collect();
        assert_eq!(told, [(0, 1_000, "Ada"), (10, 2_500, "Bo"), (310, 4_000, "")]);
        assert_eq!((passages[1].text.as_str(), passages[1].cues[0].start_ms), ("end", 6_000));
        assert!(of(b"no transcript", "en").is_empty());

        // A song of three minutes lies between "light" and "house".
        let apart = "WEBVTT\n\n00:01.000 --> 00:02.000\nlight\n\n03:02.000 --> 03:03.000\nhouse\n";
        let apart: Vec<_> = of(apart.as_bytes(), "en").into_iter().map(|passage| passage.text).collect();
        assert_eq!(apart, ["light", "house"]);
    }
}
