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
pub(super) fn fitted(text: &str, span: (i64, i64), words: Vec<Word>) -> Vec<Word> {
    let mut fit = Fit::default();
    fit.add(text, 0, span, words);
    fit.words(text, span)
}

/// Words that are fitted to a text, which may go on.
#[derive(Default)]
pub(super) struct Fit {
    /// Where each stands, when it begins and ends.
    words: Vec<(Range<usize>, i64, i64)>,
    /// Words without a length wait here for the next one that has some.
    waiting: Option<usize>,
    /// Whether some words were not the text.
    other: bool,
}

impl Fit {
    /// Adds the words of a text from a place on; they lie within `span`, behind those that are there.
    pub(super) fn add(&mut self, text: &str, from: usize, (start_ms, end_ms): (i64, i64), mut words: Vec<Word>) {
        words.retain(|word| !word.text.trim().is_empty());
        let Some(places) = places(&text[from..], &words) else {
            self.other = true;
            return;
        };
        for (place, word) in places.into_iter().zip(&words) {
            let place = from + place.start..from + place.end;
            let free = self.words.last().map_or(start_ms, |(_, _, end)| *end);
            let start = word.start_ms.clamp(free, end_ms);
            let end = word.end_ms.clamp(start, end_ms);
            let begins = self.waiting.take().unwrap_or(place.start);
            match self.words.last_mut() {
                _ if end > start => self.words.push((begins..place.end, start, end)),
                Some((last, _, _)) => last.end = place.end,
                None => self.waiting = Some(begins),
            }
        }
    }

    /// Takes the text as one word where its words cannot be told apart.
    pub(super) fn settle(&mut self, text: &str, (start_ms, end_ms): (i64, i64)) {
        if self.other || self.waiting.is_some() {
            *self = Self { words: vec![(0..text.len(), start_ms, end_ms)], ..Self::default() };
        }
    }

    /// The words of the text, none where they say no more than it.
    pub(super) fn words(self, text: &str, span: (i64, i64)) -> Vec<Word> {
        let whole = matches!(self.words[..], [(_, start_ms, end_ms)] if (start_ms, end_ms) == span);
        if self.other || self.waiting.is_some() || whole {
            return vec![];
        }
        let word = |(place, start_ms, end_ms): (Range<usize>, i64, i64)| Word {
            start_ms,
            end_ms,
            text: one_line(&text[place]),
        };
        self.words.into_iter().map(word).collect()
    }
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
