//! What is wrong with a transcript, where, and what helps: found in cues as they stand in their file.

use super::{Cue, Note, one_line};
use std::collections::HashSet;

/// Most findings that are told; nobody reads more.
pub const MAX_FINDINGS: usize = 1000;
/// Characters a second that nobody can read or say: television asks for 17 to 20; the fastest speech is near 25.
const UNREADABLE: i64 = 40;
/// A cue shorter than this is read at a glance, whatever its speed.
const GLANCE: usize = 12;
/// So many equal cues in a row are a machine that got stuck.
const STUCK: usize = 4;

/// Where in a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    File,
    /// A line of the file (a segment of JSON), counted from 1.
    Line(usize),
    /// A cue, counted from 1 in the order of the file, and when it begins, in milliseconds.
    Cue(usize, i64),
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// Two cues of one speaker at the same time.
    Overlap,
    /// A cue begins before the one above it.
    OutOfOrder,
    /// A cue ends before it begins.
    Backwards,
    /// A cue is later than the sound.
    PastEnd,
    /// A cue has no words.
    Empty,
    /// More letters a second than anybody reads.
    TooFast,
    /// A speaker who is not among the people of the episode.
    UnknownSpeaker,
    /// The same words again and again.
    Repeated,
    /// Times passed midnight.
    Midnight,
    /// Times are guessed.
    Guessed,
    /// The file was not UTF-8.
    Encoding,
    /// Letters were lost before the file came here.
    Garbled,
}

/// A thing to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub fault: Fault,
    /// Where.
    pub place: Place,
    /// About what: a name, a number, words.
    pub about: String,
}

impl Fault {
    /// A name for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Overlap => "overlap",
            Self::OutOfOrder => "out_of_order",
            Self::Backwards => "backwards",
            Self::PastEnd => "past_end",
            Self::Empty => "empty",
            Self::TooFast => "too_fast",
            Self::UnknownSpeaker => "unknown_speaker",
            Self::Repeated => "repeated",
            Self::Midnight => "midnight",
            Self::Guessed => "guessed_times",
            Self::Encoding => "encoding",
            Self::Garbled => "garbled",
        }
    }

    /// What it is, in a sentence.
    pub fn message(self, about: &str) -> String {
        match self {
            Self::Overlap => "The words begin before those of the same speaker end.".into(),
            Self::OutOfOrder => "The words begin before those that stand above them.".into(),
            Self::Backwards => "The words end before they begin.".into(),
            Self::PastEnd => "The words are later than the end of the sound.".into(),
            Self::Empty => "There are times without words.".into(),
            Self::TooFast => format!("{about} letters a second are more than anybody reads."),
            Self::UnknownSpeaker => format!("{about} is not among the people of the episode."),
            Self::Repeated => format!("The same words stand {about} times in a row."),
            Self::Midnight => "The clock began anew at midnight; a day was added.".into(),
            Self::Guessed => "The file says nothing or too little about times; they are guessed.".into(),
            Self::Encoding => "The file is not UTF-8; it was read as Windows-1252.".into(),
            Self::Garbled => "Some letters of the file are no letters.".into(),
        }
    }

    /// What helps.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Overlap => "End the first earlier, or say who speaks.",
            Self::OutOfOrder => "Nothing needs to be done: they are sorted when the file is taken.",
            Self::Backwards => "Correct its end in the program that wrote the file.",
            Self::PastEnd => "The transcript may belong to another cut: shift or stretch it.",
            Self::Empty => "Nothing needs to be done: apps show nothing there.",
            Self::TooFast => "Let it stand longer, or divide it.",
            Self::UnknownSpeaker => "Give the speaker the name of a person of the episode, or add the person.",
            Self::Repeated => "Listen there: programs that write down speech get stuck in music and silence.",
            Self::Midnight => "Shift the transcript so that it begins with the sound.",
            Self::Guessed => "Compare a few places with the sound; shift or stretch where they differ.",
            Self::Encoding => "Look whether letters such as ä and é are right.",
            Self::Garbled => "Look for the sign � and correct it.",
        }
    }
}

/// Looks cues over, as they stand in their file. `length_ms`: of the sound; `people`: names of those who take part, none where nobody
/// said.
pub fn findings(cues: &[Cue], notes: &[Note], length_ms: Option<i64>, people: &[&str]) -> Vec<Finding> {
    let mut found: Vec<Finding> = notes.iter().filter_map(noted).collect();
    let mut strangers = HashSet::new();
    let mut run = 1;
    for (n, cue) in cues.iter().enumerate() {
        if found.len() >= MAX_FINDINGS {
            break;
        }
        let mut say =
            |fault, about: String| found.push(Finding { fault, place: Place::Cue(n + 1, cue.start_ms), about });
        if let Some(before) = n.checked_sub(1).and_then(|n| cues.get(n)) {
            if cue.start_ms < before.start_ms {
                say(Fault::OutOfOrder, String::new());
            } else if cue.start_ms < before.end_ms && cue.speaker == before.speaker {
                say(Fault::Overlap, String::new());
            }
            run = if before.text == cue.text { run + 1 } else { 1 };
        }
        if run >= STUCK && cues.get(n + 1).is_none_or(|next| next.text != cue.text) {
            say(Fault::Repeated, run.to_string());
        }
        if length_ms.is_some_and(|ms| cue.end_ms > ms + 500) {
            say(Fault::PastEnd, String::new());
        }
        if let Some(speed) = too_fast(cue) {
            say(Fault::TooFast, speed.to_string());
        }
        let known = |name: &&str| name.trim().eq_ignore_ascii_case(&cue.speaker);
        let named = !cue.speaker.is_empty() && !people.is_empty();
        if named && !people.iter().any(known) && strangers.insert(cue.speaker.as_str()) {
            say(Fault::UnknownSpeaker, cue.speaker.clone());
        }
    }
    found.truncate(MAX_FINDINGS);
    found
}

/// Letters a second, where nobody could follow. A cue that stands longer than it is said is as fast as its words until the next one.
fn too_fast(cue: &Cue) -> Option<i64> {
    let letters = one_line(&cue.text).chars().count();
    let long_ms = (cue.end_ms - cue.start_ms).max(1);
    let speed = letters as i64 * 1000 / long_ms;
    (letters > GLANCE && speed > UNREADABLE).then_some(speed)
}

fn noted(note: &Note) -> Option<Finding> {
    let (fault, place) = match note {
        Note::Backwards(line) => (Fault::Backwards, Place::Line(*line)),
        Note::Empty(line) => (Fault::Empty, Place::Line(*line)),
        Note::Midnight(line) => (Fault::Midnight, Place::Line(*line)),
        Note::Guessed => (Fault::Guessed, Place::File),
        Note::Windows1252 => (Fault::Encoding, Place::File),
        Note::Garbled => (Fault::Garbled, Place::File),
        Note::Extras => return None,
    };
    Some(Finding { fault, place, about: String::new() })
}

#[cfg(test)]
mod tests {
    use super::super::{Care, handed};
    use super::*;

    fn found(vtt: &str, length_ms: Option<i64>, people: &[&str]) -> Vec<(Fault, Place)> {
        let read = handed(vtt.as_bytes(), None, None, Care::Looked).unwrap();
        findings(&read.cues, &read.notes, length_ms, people).into_iter().map(|one| (one.fault, one.place)).collect()
    }

    #[test]
    fn every_fault_has_its_place() {
        let text = "WEBVTT\n\n00:01.000 --> 00:03.000\n<v Ada>one\n\n00:02.000 --> 00:04.000\n<v Ada>overlap\n\n00:03.000 --> 00:05.000\n<v Bo>talks at once\n\n\
            00:01.500 --> 00:02.000\n<v Bo>earlier\n\n00:09.000 --> 00:08.000\n<v Bo>back\n\n00:10.000 --> 00:11.000\n\n00:10.000 --> 00:10.100\n<v Bo>twenty letters of it\n\n\
            00:58.000 --> 01:00.501\n<v Cy>late\n";
        let expected = [
            (Fault::Backwards, Place::Line(15)),
            (Fault::Empty, Place::Line(18)),
            (Fault::Overlap, Place::Cue(2, 2_000)),
            (Fault::OutOfOrder, Place::Cue(4, 1_500)),
            (Fault::TooFast, Place::Cue(6, 10_000)),
            (Fault::PastEnd, Place::Cue(7, 58_000)),
            (Fault::UnknownSpeaker, Place::Cue(7, 58_000)),
        ];
        assert_eq!(found(text, Some(60_000), &["ada", "Bo"]), expected);
        assert_eq!(found(text, None, &[]).len(), 5, "nothing is said about what nobody knows");
    }

    #[test]
    fn a_machine_that_got_stuck_is_found_once() {
        let cue = |n: i64| Cue {
            start_ms: n * 1000,
            end_ms: n * 1000 + 900,
            speaker: String::new(),
            text: "Thanks.".into(),
            words: vec![],
        };
        let cues: Vec<Cue> = (0..5).map(cue).collect();
        let stuck = findings(&cues, &[], None, &[]);
        assert_eq!(stuck, [Finding { fault: Fault::Repeated, place: Place::Cue(5, 4_000), about: "5".into() }]);
        assert_eq!(findings(&cues[..3], &[], None, &[]), []);
    }

    #[test]
    fn no_file_has_more_findings_than_anybody_reads() {
        let cue = |n: i64| Cue {
            start_ms: 100_000 - n,
            end_ms: 200_000,
            speaker: String::new(),
            text: "x".into(),
            words: vec![],
        };
        let cues: Vec<Cue> = (0..50_000).map(cue).collect();
        assert_eq!(findings(&cues, &[], Some(1), &[]).len(), MAX_FINDINGS);
    }
}
