//! Plain words: paragraphs, with a name before them where somebody wrote one, and perhaps with the time they begin at. Times that
//! are not there are guessed from the length of the words.

use super::collect::{Collector, Note};
use super::speakers::split_speaker;
use super::stamp_lines::{Stamp, lines};
use super::stamps::Habits;
use super::{MAX_CUES, TranscriptError};
use crate::clock::MAX_MS;

/// How long a letter takes: 15 in a second, as people talk.
const LETTER_MS: i64 = 67;

/// A paragraph that is to become a cue.
pub(super) struct Paragraph {
    pub(super) start_ms: Option<i64>,
    pub(super) speaker: String,
    pub(super) text: String,
}

pub(super) fn read(text: &str, length_ms: Option<i64>, into: &mut Collector) -> Result<(), TranscriptError> {
    let mut paragraphs = paragraphs(text)?;
    for paragraph in paragraphs.iter_mut().filter(|paragraph| paragraph.speaker.is_empty()) {
        let (name, words) = split_speaker(&paragraph.text);
        (paragraph.speaker, paragraph.text) = (name.into(), words.into());
    }
    spread(paragraphs, length_ms, into)
}

/// The paragraphs of a text: each begins after an empty line or with a stamp.
fn paragraphs(text: &str) -> Result<Vec<Paragraph>, TranscriptError> {
    let habits = Habits::of(text);
    let mut paragraphs: Vec<Paragraph> = vec![];
    // The line of a stamp whose words did not come yet; they may come after an empty line as well.
    let mut waits: Option<&str> = None;
    for line in lines(text) {
        let stamp = habits.stamp(&line);
        if stamp.is_some() {
            say(paragraphs.last_mut(), waits.take());
        }
        if stamp.is_some() || paragraphs.is_empty() || line.begins && waits.is_none() {
            if paragraphs.len() == MAX_CUES {
                return Err(TranscriptError::TooMany { limit: MAX_CUES });
            }
            let (start_ms, speaker) = stamp.map_or((None, ""), |stamp| (Some(stamp.start_ms), stamp.speaker));
            paragraphs.push(Paragraph { start_ms, speaker: speaker.into(), text: String::new() });
        }
        let Some(last) = paragraphs.last_mut() else { continue };
        let words = stamp.map_or(line.text, |Stamp { words, .. }| words);
        waits = words.is_empty().then_some(line.text);
        last.text.push_str(words);
        last.text.push('\n');
    }
    say(paragraphs.last_mut(), waits);
    Ok(paragraphs)
}

/// A stamp or a name that nothing follows is what was said: no word is lost.
fn say(last: Option<&mut Paragraph>, line: Option<&str>) {
    if let (Some(last), Some(line)) = (last, line) {
        (last.speaker, last.text) = (String::new(), line.into());
    }
}

/// Gives paragraphs their times: those that have one keep it, the others share what lies between by the length of their words.
pub(super) fn spread(
    paragraphs: Vec<Paragraph>,
    length_ms: Option<i64>,
    into: &mut Collector,
) -> Result<(), TranscriptError> {
    let mut paragraphs: Vec<Paragraph> =
        paragraphs.into_iter().filter(|paragraph| !paragraph.text.trim().is_empty()).collect();
    let needs: Vec<i64> =
        paragraphs.iter().map(|p| (p.text.trim().chars().count() as i64).max(1) * LETTER_MS).collect();
    keep_ascending(&mut paragraphs);
    if paragraphs.iter().any(|paragraph| paragraph.start_ms.is_none()) {
        into.note(Note::Guessed);
    }
    let mut from = 0;
    while from < paragraphs.len() {
        let to = (from + 1..paragraphs.len()).find(|n| paragraphs[*n].start_ms.is_some()).unwrap_or(paragraphs.len());
        let start_ms = paragraphs[from].start_ms.unwrap_or_default();
        let need_ms: i64 = needs[from..to].iter().sum();
        let end_ms = match paragraphs.get(to) {
            Some(next) => next.start_ms.unwrap_or(start_ms),
            None => length_ms.filter(|ms| *ms > start_ms).unwrap_or((start_ms + need_ms).min(MAX_MS)),
        };
        let at = |done_ms: i64| {
            start_ms + (i128::from(end_ms - start_ms) * i128::from(done_ms) / i128::from(need_ms.max(1))) as i64
        };
        let mut done_ms = 0;
        for n in from..to {
            let begins = at(done_ms);
            done_ms += needs[n];
            let span = (begins, at(done_ms).max(begins + 1));
            into.add(n + 1, span, &paragraphs[n].speaker, &paragraphs[n].text, vec![])?;
        }
        from = to;
    }
    Ok(())
}

/// Takes away the fewest times that leave the others ascending: a time between those of others cannot be where its words are.
fn keep_ascending(paragraphs: &mut [Paragraph]) {
    let time = |paragraphs: &[Paragraph], n: usize| paragraphs[n].start_ms.unwrap_or_default();
    // From the end: where the runs found so far begin, by their length, each as late as can be; and what follows each time.
    let (mut runs, mut follows): (Vec<usize>, Vec<Option<usize>>) = (vec![], vec![None; paragraphs.len()]);
    for n in (0..paragraphs.len()).rev().filter(|n| paragraphs[*n].start_ms.is_some()) {
        let longer = runs.partition_point(|run| time(paragraphs, *run) >= time(paragraphs, n));
        follows[n] = longer.checked_sub(1).map(|run| runs[run]);
        match runs.get_mut(longer) {
            Some(run) => *run = n,
            None => runs.push(n),
        }
    }
    let mut kept = runs.last().copied();
    for (n, paragraph) in paragraphs.iter_mut().enumerate() {
        if kept == Some(n) {
            kept = follows[n];
        } else {
            paragraph.start_ms = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Care, Form, Note, handed};

    type Said = (i64, i64, String, String);

    fn said(text: &str, length_ms: Option<i64>) -> (Vec<Said>, Vec<Note>) {
        let found = handed(text.as_bytes(), Some(Form::Text), length_ms, Care::Taken).unwrap();
        let cue = |cue: super::super::Cue| (cue.start_ms, cue.end_ms, cue.speaker, cue.text);
        (found.cues.into_iter().map(cue).collect(), found.notes)
    }

    #[test]
    fn words_without_times_share_the_sound() {
        let text = "Ada: ten letter\n\nBo: ten letter\n\nten\nletter\n";
        let (cues, notes) = said(text, Some(30_000));
        let cue = |start, end, name: &str, text: &str| (start, end, name.to_string(), text.to_string());
        let expected = [
            cue(0, 10_000, "Ada", "ten letter"),
            cue(10_000, 20_000, "Bo", "ten letter"),
            cue(20_000, 30_000, "", "ten\nletter"),
        ];
        assert_eq!((cues, notes), (expected.to_vec(), vec![Note::Guessed]));
        assert_eq!(said("ten letter", None).0[0].1, 670, "15 letters a second");
    }

    #[test]
    fn times_that_are_there_are_kept() {
        let text = "[0:10] Ada: one\n(00:01:00) two\n\nten letter\n\nten letter\n\n[1:20] three\nAda Lund  1:30\nfour\n\nBo: 1:40\n\n1:50\n\nfive";
        let (cues, _) = said(text, Some(120_000));
        let starts: Vec<(i64, &str, &str)> = cues.iter().map(|c| (c.0, c.2.as_str(), c.3.as_str())).collect();
        assert_eq!(starts[0], (10_000, "Ada", "one"));
        assert_eq!(starts[1], (60_000, "", "two"));
        assert_eq!(starts[4], (80_000, "", "three"));
        assert_eq!(starts[5], (90_000, "Ada Lund", "four"));
        assert_eq!(starts.last(), Some(&(110_000, "", "five")));
        assert_eq!(cues.last().map(|cue| cue.1), Some(120_000));
        assert!(cues.windows(2).all(|two| two[0].1 <= two[1].0 + 1), "they follow each other: {cues:?}");
    }

    #[test]
    fn a_time_that_goes_back_is_not_believed() {
        let (cues, _) = said("[1:00] a\n\n[0:30] b\n\n[2:00] c", None);
        let starts: Vec<i64> = cues.iter().map(|cue| cue.0).collect();
        assert_eq!((starts[0], starts[2]), (60_000, 120_000));
        assert!((60_000..120_000).contains(&starts[1]), "{starts:?}");
    }

    #[test]
    fn one_wrong_time_costs_none_of_the_others() {
        let (cues, notes) = said("[0:10] a\n\n[59:00] b\n\n[0:20] c\n\n[0:30] d", None);
        let starts: Vec<i64> = cues.iter().map(|cue| cue.0).collect();
        assert_eq!((starts[0], starts[2], starts[3]), (10_000, 20_000, 30_000));
        assert!((10_000..20_000).contains(&starts[1]), "{starts:?}");
        assert_eq!(notes, [Note::Guessed]);
    }
}
