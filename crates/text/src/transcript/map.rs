//! A transcript on another clock, of a sound from which passages were taken out: their words leave with them.

use super::words::{fitted, places};
use super::{Cue, Word, full_lines};
use std::ops::Range;

/// A transcript of what is left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapped {
    /// The words that are still heard, on the new clock, by beginning.
    pub cues: Vec<Cue>,
    /// The words that went, on the old clock.
    pub removed: Vec<Cue>,
}

/// Maps every time; `to` says where a millisecond of the old sound is in the new one, `None` where it was taken out. A word goes
/// when its middle is gone; words without times are looked for in proportion.
pub fn mapped(cues: &[Cue], to: impl Fn(i64) -> Option<i64>) -> Mapped {
    let mut all = Mapped::default();
    for cue in cues {
        let pieces = pieces(cue);
        let stays =
            |(_, start_ms, end_ms): &&(Range<usize>, i64, i64)| to(start_ms + (end_ms - start_ms) / 2).is_some();
        let (kept, gone): (Vec<_>, Vec<_>) = pieces.iter().partition(stays);
        if let Some(left) = left(cue, &kept, &to) {
            all.cues.push(left);
        }
        if let (Some(first), Some(last)) = (gone.first(), gone.last()) {
            let text = joined(&cue.text, &gone);
            all.removed.push(Cue {
                start_ms: first.1,
                end_ms: last.2.max(first.1 + 1),
                speaker: cue.speaker.clone(),
                text,
                words: vec![],
            });
        }
    }
    all.cues.sort_by_key(|cue| cue.start_ms);
    all
}

/// The words of a cue, where they stand and when they are said.
fn pieces(cue: &Cue) -> Vec<(Range<usize>, i64, i64)> {
    if let Some(places) = places(&cue.text, &cue.words).filter(|places| !places.is_empty()) {
        return places.into_iter().zip(&cue.words).map(|(at, word)| (at, word.start_ms, word.end_ms)).collect();
    }
    let all = cue.text.chars().count().max(1) as i128;
    let at = |letters: i128| cue.start_ms + (i128::from(cue.end_ms - cue.start_ms) * letters / all) as i64;
    let (mut done, mut place, mut pieces) = (0, 0, vec![]);
    for word in cue.text.split_inclusive(char::is_whitespace) {
        let letters = word.chars().count() as i128;
        let end = place + word.trim_end().len();
        if end > place {
            pieces.push((place..end, at(done), at(done + letters)));
        }
        (done, place) = (done + letters, place + word.len());
    }
    pieces
}

/// What is left of a cue.
fn left(cue: &Cue, kept: &[&(Range<usize>, i64, i64)], to: &impl Fn(i64) -> Option<i64>) -> Option<Cue> {
    let (first, last) = (kept.first()?, kept.last()?);
    let middle = |piece: &(Range<usize>, i64, i64)| to(piece.1 + (piece.2 - piece.1) / 2);
    let start = |piece: &(Range<usize>, i64, i64)| to(piece.1).or_else(|| middle(piece));
    // A time is the first millisecond of something: an end is the one after the last that is heard.
    let end = |piece: &(Range<usize>, i64, i64)| to(piece.2 - 1).or_else(|| middle(piece)).map(|ms| ms + 1);
    let start_ms = to(cue.start_ms).or_else(|| start(first))?;
    let end_ms = to(cue.end_ms - 1).map(|ms| ms + 1).or_else(|| end(last))?.max(start_ms + 1);
    let text = joined(&cue.text, kept);
    let word = |piece: &&(Range<usize>, i64, i64)| {
        Some(Word { start_ms: start(piece)?, end_ms: end(piece)?, text: cue.text[piece.0.clone()].into() })
    };
    let words = if cue.words.is_empty() { vec![] } else { kept.iter().filter_map(word).collect() };
    let words = fitted(&text, (start_ms, end_ms), words);
    Some(Cue { start_ms, end_ms, speaker: cue.speaker.clone(), text, words })
}

/// The text of some of the words: those that stood side by side with what stood between them, a space between others.
fn joined(text: &str, pieces: &[&(Range<usize>, i64, i64)]) -> String {
    let mut out = String::new();
    let mut end = 0;
    for (n, (at, ..)) in pieces.iter().enumerate() {
        let between = &text[end..at.start];
        match n {
            0 => {}
            _ if between.trim().is_empty() => out.push_str(between),
            _ => out.push(' '),
        }
        out.push_str(&text[at.clone()]);
        end = at.end;
    }
    full_lines(&out).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cue(start_ms: i64, end_ms: i64, text: &str) -> Cue {
        Cue { start_ms, end_ms, speaker: "Ada".into(), text: text.into(), words: vec![] }
    }

    /// Two seconds from 3 s on are taken out.
    fn without_two_seconds(ms: i64) -> Option<i64> {
        match ms {
            ..3_000 => Some(ms),
            3_000..5_000 => None,
            _ => Some(ms - 2_000),
        }
    }

    #[test]
    fn words_of_a_passage_leave_with_it() {
        let word = |start_ms, end_ms, text: &str| Word { start_ms, end_ms, text: text.into() };
        let timed = Cue {
            words: vec![
                word(2_000, 2_800, "Well"),
                word(2_900, 3_900, "um"),
                word(4_000, 4_900, "er"),
                word(5_000, 6_000, "yes."),
            ],
            ..cue(2_000, 6_000, "Well\num er yes.")
        };
        let cues = [cue(0, 1_000, "Before."), timed, cue(3_500, 4_500, "Gone."), cue(7_000, 8_000, "After.")];
        let Mapped { cues, removed } = mapped(&cues, without_two_seconds);
        let said: Vec<(i64, i64, &str)> = cues.iter().map(|c| (c.start_ms, c.end_ms, c.text.as_str())).collect();
        assert_eq!(said, [(0, 1_000, "Before."), (2_000, 4_000, "Well yes."), (5_000, 6_000, "After.")]);
        assert_eq!(cues[1].words, [word(2_000, 2_800, "Well"), word(3_000, 4_000, "yes.")]);
        assert_eq!(removed.iter().map(|c| c.text.as_str()).collect::<Vec<_>>(), ["um er", "Gone."]);
    }

    #[test]
    fn words_without_times_are_looked_for_in_proportion() {
        // Ten words of ten letters, a second each.
        let text = ["aaaaaaaaa"; 10].join(" ");
        let Mapped { cues, removed } = mapped(&[cue(0, 10_000, &text)], without_two_seconds);
        assert_eq!((cues[0].start_ms, cues[0].end_ms, cues[0].text.split(' ').count()), (0, 8_000, 8));
        assert_eq!(removed[0].text.split(' ').count(), 2);
    }

    #[test]
    fn the_same_clock_changes_nothing() {
        let cues = [cue(0, 1_000, "a\nb"), cue(500, 501, "c")];
        assert_eq!(mapped(&cues, Some), Mapped { cues: cues.to_vec(), removed: vec![] });
    }
}
