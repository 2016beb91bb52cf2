//! A transcript against another clock: moved as a whole, or stretched between two places that somebody knows.

use super::{Cue, Word};
use crate::clock::MAX_MS;
use hearthcast_model::{Code, Error};

/// Why a transcript cannot be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Moved {
    /// Words would begin before the sound does.
    #[error("The first words would begin {by_ms} milliseconds before the sound does.")]
    BeforeBeginning {
        /// How much too early.
        by_ms: i64,
    },
    /// Words would be later than any sound is long.
    #[error("The last words would be later than any sound is long.")]
    TooLate,
    /// The two places are one, or their order is turned round.
    #[error("Two places that follow each other are needed, before and after alike.")]
    Anchors,
}

impl From<Moved> for Error {
    fn from(moved: Moved) -> Self {
        let hint = match moved {
            Moved::BeforeBeginning { .. } => "Shift it less, or take out the words that are not heard any more.",
            Moved::TooLate => "Shift it less.",
            Moved::Anchors => "Name two times as they are and as they should be, such as 0:10=0:12,50:00=50:30.",
        };
        Error::new(Code::FieldInvalid, moved.to_string()).hint(hint).about("field", "transcript")
    }
}

/// All times later by so much, or earlier. Nothing is moved when a part of it cannot be.
pub fn shifted(cues: &[Cue], by_ms: i64) -> Result<Vec<Cue>, Moved> {
    at_other_times(cues, |ms| i128::from(ms) + i128::from(by_ms))
}

/// Times stretched or shrunk so that two places fall where they should; each anchor is a time as it is and as it should be.
pub fn stretched(cues: &[Cue], (a, a_to): (i64, i64), (b, b_to): (i64, i64)) -> Result<Vec<Cue>, Moved> {
    let ((a, a_to), (b, b_to)) = if a <= b { ((a, a_to), (b, b_to)) } else { ((b, b_to), (a, a_to)) };
    let times = [a, a_to, b, b_to];
    if times.iter().any(|ms| !(0..=MAX_MS).contains(ms)) || b <= a || b_to <= a_to {
        return Err(Moved::Anchors);
    }
    let (long, wide) = (i128::from(b - a), i128::from(b_to - a_to));
    // To the nearest millisecond, also before the first place.
    at_other_times(cues, |ms| i128::from(a_to) + (2 * i128::from(ms - a) * wide + long).div_euclid(2 * long))
}

fn at_other_times(cues: &[Cue], to: impl Fn(i64) -> i128) -> Result<Vec<Cue>, Moved> {
    let at = |ms: i64| match to(ms) {
        early if early < 0 => Err(Moved::BeforeBeginning { by_ms: i64::try_from(-early).unwrap_or(i64::MAX) }),
        late => i64::try_from(late).ok().filter(|ms| *ms <= MAX_MS).ok_or(Moved::TooLate),
    };
    // The error names the first words, wherever they stand.
    if let Some(first_ms) = cues.iter().map(|cue| cue.start_ms).min() {
        at(first_ms)?;
    }
    let moved = |cue: &Cue| {
        let (start_ms, end_ms) = (at(cue.start_ms)?, at(cue.end_ms)?);
        let span = (start_ms, end_ms.max(start_ms + 1));
        let word =
            |word: &Word| Ok(Word { start_ms: at(word.start_ms)?, end_ms: at(word.end_ms)?, text: word.text.clone() });
        let words = cue.words.iter().map(word).collect::<Result<_, Moved>>()?;
        Ok(Cue { start_ms, end_ms: span.1, words: super::words::fitted(&cue.text, span, words), ..cue.clone() })
    };
    cues.iter().map(moved).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cue(start_ms: i64, end_ms: i64) -> Cue {
        let word = |start_ms, end_ms, text: &str| Word { start_ms, end_ms, text: text.into() };
        let middle = (start_ms + end_ms) / 2;
        let words = vec![word(start_ms, middle, "a"), word(middle, end_ms, "b")];
        Cue { start_ms, end_ms, speaker: "Ada".into(), text: "a\nb".into(), words }
    }

    #[test]
    fn words_move_with_their_cue() {
        let cues = [cue(1_000, 2_000), cue(5_000, 6_000)];
        assert_eq!(shifted(&cues, -1_000).unwrap(), [cue(0, 1_000), cue(4_000, 5_000)]);
        assert_eq!(shifted(&shifted(&cues, 250).unwrap(), -250).unwrap(), cues);
    }

    #[test]
    fn nothing_is_moved_out_of_the_sound() {
        assert_eq!(shifted(&[cue(1_000, 2_000)], -1_001), Err(Moved::BeforeBeginning { by_ms: 1 }));
        let unordered = [cue(1_000, 2_000), cue(200, 900)];
        let early = Err(Moved::BeforeBeginning { by_ms: 800 });
        assert_eq!(shifted(&unordered, -1_000), early, "of the first words, not of the first line");
        assert_eq!(shifted(&[cue(1_000, 2_000)], MAX_MS), Err(Moved::TooLate));
        assert_eq!(shifted(&[cue(1_000, 2_000)], i64::MIN), Err(Moved::BeforeBeginning { by_ms: i64::MAX - 999 }));
        assert_eq!(shifted(&[cue(0, 2)], i64::MAX), Err(Moved::TooLate));
    }

    #[test]
    fn two_places_fall_where_they_should() {
        // 25 frames a second shown at 24: 1.0416 times as long.
        let moved = stretched(&[cue(0, 1_000), cue(24_000, 48_000)], (0, 0), (24_000, 25_000)).unwrap();
        let times: Vec<(i64, i64)> = moved.iter().map(|cue| (cue.start_ms, cue.end_ms)).collect();
        assert_eq!(times, [(0, 1_042), (25_000, 50_000)]);
        // Places after the beginning: 10 s are at 12 s, 20 s at 32 s; what was at 5 s is at 2 s.
        let moved = stretched(&[cue(5_000, 15_000)], (20_000, 32_000), (10_000, 12_000)).unwrap();
        assert_eq!((moved[0].start_ms, moved[0].end_ms), (2_000, 22_000));
        for anchors in [((5, 5), (5, 9)), ((1, 9), (9, 1)), ((-1, 0), (5, 6)), ((0, 0), (MAX_MS + 1, 6))] {
            assert_eq!(stretched(&[cue(0, 2)], anchors.0, anchors.1), Err(Moved::Anchors), "{anchors:?}");
        }
    }
}
