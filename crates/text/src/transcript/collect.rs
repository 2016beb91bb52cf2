//! Cues in the making: what every reader hands its lines to. Bounds, times that cannot be, and what was noticed on the way.

use super::words::{Word, fitted};
use super::{Cue, MAX_CUES, MAX_NAME_BYTES, MAX_WORDS, TranscriptError, full_lines, shown};
use crate::clock::{self, MAX_MS};

/// Most notes that are kept of one file.
const MAX_NOTES: usize = 1000;
/// A day: where clocks of recorders begin anew.
const DAY_MS: i64 = 24 * 3_600_000;
/// A time that falls by more than this has passed midnight.
const WRAP_MS: i64 = 23 * 3_600_000;

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// As players read it: captions alone, and nothing is mended.
    Served,
    /// As somebody hands it over: what can be mended without a guess is; the rest is an error.
    Taken,
    /// To find all that is wrong with it: cues that end before they begin are kept with no length.
    Looked,
}

/// What was noticed while a file was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// Words that end before they begin, at this line or segment.
    Backwards(usize),
    /// Times without words, at this line or segment.
    Empty(usize),
    /// Times that pass midnight, at this line; a day was added to them and to all that follow.
    Midnight(usize),
    /// The file has no times, or too few; they are guessed from the length of the words.
    Guessed,
    /// The file was not UTF-8; it was read as Windows-1252.
    Windows1252,
    /// Bytes of the file are no text; they stand as U+FFFD.
    Garbled,
    /// The file has comments, styles or positions, which other forms do not have.
    Extras,
}

/// Cues in the making.
pub(super) struct Collector {
    care: Care,
    pub(super) cues: Vec<Cue>,
    pub(super) notes: Vec<Note>,
    /// Those of the notes that are about the file.
    told: Vec<Note>,
    /// How many words with times came so far.
    words: usize,
    /// Added to every time: whole days.
    day_ms: i64,
    last_start_ms: i64,
}

impl Collector {
    pub(super) fn new(care: Care) -> Self {
        Self { care, cues: vec![], notes: vec![], told: vec![], words: 0, day_ms: 0, last_start_ms: 0 }
    }

    /// Keeps a note. What is said of the file as a whole is said once, however much is said of its lines.
    pub(super) fn note(&mut self, note: Note) {
        let of_a_line = matches!(note, Note::Backwards(_) | Note::Empty(_) | Note::Midnight(_));
        let kept = if of_a_line { self.notes.len() < MAX_NOTES } else { !self.told.contains(&note) };
        if kept {
            self.notes.push(note);
        }
        if kept && !of_a_line {
            self.told.push(note);
        }
    }

    /// A line of times: beginning, `-->`, end, and settings that say where words stand on a screen.
    pub(super) fn times(&mut self, line: usize, text: &str) -> Result<(i64, i64), TranscriptError> {
        let wrong = || TranscriptError::Time { line, text: shown(text) };
        let (start, rest) = text.split_once("-->").ok_or_else(wrong)?;
        let mut parts = rest.split_whitespace();
        let end = parts.next().unwrap_or_default();
        if parts.next().is_some() {
            self.note(Note::Extras);
        }
        let start_ms = clock::parse(start.trim()).ok_or_else(wrong)?;
        let end_ms = clock::parse(end).ok_or_else(wrong)?;
        let (start_ms, end_ms) = self.unwrapped(line, start_ms, end_ms);
        if end_ms > MAX_MS {
            return Err(wrong());
        }
        self.span(line, start_ms, end_ms).ok_or(TranscriptError::Backwards { line })
    }

    /// Beginning and end as a cue has them; `None` when the end comes first and that is not to be borne.
    pub(super) fn span(&mut self, at: usize, start_ms: i64, end_ms: i64) -> Option<(i64, i64)> {
        if end_ms < start_ms {
            if self.care != Care::Looked {
                return None;
            }
            self.note(Note::Backwards(at));
        }
        // Programs write cues of no length; WebVTT wants an end after the beginning.
        Some((start_ms, end_ms.max(start_ms + 1)))
    }

    /// Times of a clock that began anew at midnight.
    fn unwrapped(&mut self, line: usize, start_ms: i64, end_ms: i64) -> (i64, i64) {
        if self.care == Care::Served {
            return (start_ms, end_ms);
        }
        // A clock that ever showed more than a day does not begin anew.
        if self.last_start_ms < DAY_MS && self.last_start_ms - start_ms > WRAP_MS {
            self.day_ms += DAY_MS;
            self.note(Note::Midnight(line));
        }
        self.last_start_ms = start_ms;
        let passes = start_ms < DAY_MS && start_ms - end_ms > WRAP_MS;
        (start_ms + self.day_ms, end_ms + self.day_ms + if passes { DAY_MS } else { 0 })
    }

    /// Adds a cue, unless it has no words. Lines of it that hold nothing go, and spaces around the others.
    pub(super) fn add(
        &mut self,
        at: usize,
        span: (i64, i64),
        speaker: &str,
        text: &str,
        words: Vec<Word>,
    ) -> Result<(), TranscriptError> {
        let text = full_lines(&text.replace('\r', "\n")).collect::<Vec<_>>().join("\n");
        if text.is_empty() {
            self.note(Note::Empty(at));
            return Ok(());
        }
        if self.cues.len() == MAX_CUES {
            return Err(TranscriptError::TooMany { limit: MAX_CUES });
        }
        self.words += words.len();
        if self.words > MAX_WORDS {
            return Err(TranscriptError::TooManyWords { limit: MAX_WORDS });
        }
        let speaker = super::one_line(speaker);
        if speaker.len() > MAX_NAME_BYTES {
            return Err(TranscriptError::LongName { at, limit: MAX_NAME_BYTES });
        }
        let words = if words.is_empty() { words } else { fitted(&text, span, words) };
        self.cues.push(Cue { start_ms: span.0, end_ms: span.1, speaker, text, words });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MAX_BYTES, handed, read, taken};
    use super::*;

    fn notes(text: &str) -> Vec<Note> {
        handed(text.as_bytes(), None, None, Care::Taken).unwrap().notes
    }

    #[test]
    fn what_is_noticed_of_a_file_is_told_once_and_always() {
        let line = r#"{"start":1,"end":2,"text":"�"}"#;
        assert_eq!(notes(&format!("[{line},{line}]")), [Note::Garbled]);
        let empty = "0:01 --> 0:02\n\n".repeat(MAX_NOTES + 1);
        let all = notes(&format!("WEBVTT\n\n{empty}0:03 --> 0:04 align:start\na\n"));
        assert_eq!(all.iter().filter(|note| **note == Note::Extras).count(), 1, "also after many others");
        assert_eq!(all.len(), MAX_NOTES + 1);
    }

    #[test]
    fn names_are_bounded_in_every_form() {
        let name = "n".repeat(MAX_NAME_BYTES);
        let vtt = |name: &str| format!("WEBVTT\n\n0:01 --> 0:02\n<v {name}>a\n");
        assert_eq!(read(vtt(&name).as_bytes()).unwrap().cues[0].speaker, name);
        let long = TranscriptError::LongName { at: 3, limit: MAX_NAME_BYTES };
        assert_eq!(read(vtt(&(name.clone() + "n")).as_bytes()), Err(long));
        let json = format!(r#"[{{"start":1,"end":2,"text":"a","speaker":"{name}n"}}]"#);
        let long = TranscriptError::LongName { at: 1, limit: MAX_NAME_BYTES };
        assert_eq!(taken(json.as_bytes(), "a.json", None), Err(long));
    }

    #[test]
    fn nothing_is_taken_that_cannot_be_read_again() {
        // Five bytes of WebVTT for every `&`.
        let json = format!(r#"[{{"start":1,"end":2,"text":"{}"}}]"#, "&".repeat(MAX_BYTES / 4));
        assert!(matches!(
            taken(json.as_bytes(), "a.json", None),
            Err(TranscriptError::TooLarge { limit: MAX_BYTES, .. })
        ));
    }
}
