//! Words with times of their own. They are, in their order, the text of their cue but for the spaces between them; so a form
//! that has no word times can leave them out, and the text still says everything.

use super::one_line;
use std::ops::Range;

/// A word, or a few, and when they are spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Beginning, milliseconds.
    pub start_ms: i64,
    /// End, milliseconds; after the beginning.
    pub end_ms: i64,
    /// The word as it stands in the text of its cue.
    pub text: String,
}

/// Where each word stands in a text. `None` when the words are not that text.
pub(super) fn places(text: &str, words: &[Word]) -> Option<Vec<Range<usize>>> {
    let mut letters = text.char_indices().filter(|(_, c)| !c.is_whitespace());
    let mut places = Vec::with_capacity(words.len());
    for word in words {
        let mut place: Option<Range<usize>> = None;
        for wanted in word.text.chars().filter(|c| !c.is_whitespace()) {
            let (at, found) = letters.next()?;
            if found != wanted {
                return None;
            }
            let end = at + found.len_utf8();
            place = Some(place.map_or(at..end, |place| place.start..end));
        }
        places.push(place?);
    }
    letters.next().is_none().then_some(places)
}

/// Words as a cue keeps them: one after the other, within the cue, each with a length. Words that are not the text are left out, and
/// so is one that says no more than the cue.
pub(super) fn fitted(text: &str, (start_ms, end_ms): (i64, i64), mut words: Vec<Word>) -> Vec<Word> {
    words.retain(|word| !word.text.trim().is_empty());
    let Some(places) = places(text, &words) else { return vec![] };
    let mut fitted: Vec<(Range<usize>, i64, i64)> = vec![];
    // Words without a length wait for the next one that has some.
    let mut waiting: Option<usize> = None;
    for (place, word) in places.into_iter().zip(&words) {
        let free = fitted.last().map_or(start_ms, |(_, _, end)| *end);
        let start = word.start_ms.clamp(free, end_ms);
        let end = word.end_ms.clamp(start, end_ms);
        let from = waiting.take().unwrap_or(place.start);
        match fitted.last_mut() {
            _ if end > start => fitted.push((from..place.end, start, end)),
            Some((last, _, _)) => last.end = place.end,
            None => waiting = Some(from),
        }
    }
    if waiting.is_some() {
        return vec![];
    }
    let whole = fitted.len() == 1 && fitted[0].1 == start_ms && fitted[0].2 == end_ms;
    if whole {
        return vec![];
    }
    let word =
        |(place, start_ms, end_ms): (Range<usize>, i64, i64)| Word { start_ms, end_ms, text: one_line(&text[place]) };
    fitted.into_iter().map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(start_ms: i64, end_ms: i64, text: &str) -> Word {
        Word { start_ms, end_ms, text: text.into() }
    }

    #[test]
    fn words_are_found_whatever_stands_between_them() {
        let words = [word(0, 1, "Guten"), word(1, 2, "Mor gen"), word(2, 3, "港")];
        assert_eq!(places("Guten\n Mor gen港", &words), Some(vec![0..5, 7..14, 14..17]));
        assert_eq!(places("Guten Morgen", &words), None, "a word is missing");
        assert_eq!(places("Guten Morgen 港!", &words), None, "more than the words");
        assert_eq!(places("", &[]), Some(vec![]));
    }

    #[test]
    fn words_follow_each_other_within_their_cue() {
        let given = vec![word(-5, 40, "a"), word(30, 60, "b"), word(60, 60, "c"), word(90, 200, "d")];
        let expected = [word(0, 40, "a"), word(40, 60, "b c"), word(90, 100, "d")];
        assert_eq!(fitted("a b c d", (0, 100), given), expected);
        assert_eq!(fitted("a b", (0, 100), vec![word(0, 0, "a"), word(0, 50, "b")]), [word(0, 50, "a b")]);
        assert_eq!(fitted("a", (0, 100), vec![word(0, 100, "a")]), [], "it says what the cue says");
        assert_eq!(fitted("a", (0, 100), vec![word(0, 0, "a")]), [], "no length at all");
        assert_eq!(fitted("other", (0, 100), vec![word(0, 10, "a")]), []);
    }
}
