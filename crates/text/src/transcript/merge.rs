//! Short cues joined: the paragraphs of one speaker, as people read them.

use super::words::Fit;
use super::{Cue, Word, one_line};

/// What belongs together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    /// Most characters of a joined cue.
    pub max_chars: usize,
    /// Longest silence within a cue, in milliseconds.
    pub max_gap_ms: i64,
}

impl Default for Merge {
    /// A paragraph of a page, and the silence after which people begin anew.
    fn default() -> Self {
        Self { max_chars: 600, max_gap_ms: 3_000 }
    }
}

/// Joins cues that follow each other and are of one speaker. Every word stays; the times of the joined cues stay as word times.
pub fn merged(cues: &[Cue], how: &Merge) -> Vec<Cue> {
    let mut joined: Vec<Cue> = vec![];
    let mut rest = cues;
    while let Some(first) = rest.first() {
        let (mut open, mut taken) = (Open::of(first), 1);
        while let Some(next) = rest.get(taken).filter(|next| open.takes(next, how)) {
            open.join(next);
            taken += 1;
        }
        joined.push(open.close());
        rest = &rest[taken..];
    }
    joined
}

/// A cue that others may be joined to. Its words are fitted as they come, never all of them again.
struct Open<'a> {
    first: &'a Cue,
    text: String,
    end_ms: i64,
    /// The words; none yet while it is the first cue alone, which stays as it is.
    fit: Option<Fit>,
    /// Characters of the cues, a space between two.
    chars: usize,
}

impl<'a> Open<'a> {
    fn of(first: &'a Cue) -> Self {
        let chars = first.text.chars().count();
        Self { first, text: String::new(), end_ms: first.end_ms, fit: None, chars }
    }

    fn takes(&self, cue: &Cue, how: &Merge) -> bool {
        let start_ms = self.first.start_ms;
        let follows = cue.start_ms >= start_ms && cue.start_ms - self.end_ms <= how.max_gap_ms;
        follows && self.first.speaker == cue.speaker && self.chars + 1 + cue.text.chars().count() <= how.max_chars
    }

    fn join(&mut self, cue: &Cue) {
        self.end_ms = self.end_ms.max(cue.end_ms);
        let mut fit = self.fit.take().unwrap_or_else(|| self.begun());
        self.text.push(' ');
        self.add(&mut fit, cue);
        fit.settle(&self.text, (self.first.start_ms, self.end_ms));
        self.fit = Some(fit);
        self.chars += 1 + cue.text.chars().count();
    }

    /// The words of the first cue.
    fn begun(&mut self) -> Fit {
        let mut fit = Fit::default();
        self.add(&mut fit, self.first);
        fit
    }

    fn add(&mut self, fit: &mut Fit, cue: &Cue) {
        let from = self.text.len();
        super::push_words(&mut self.text, &cue.text);
        fit.add(&self.text, from, (self.first.start_ms, self.end_ms), timed(cue));
    }

    fn close(self) -> Cue {
        let Some(fit) = self.fit else { return self.first.clone() };
        let (start_ms, end_ms) = (self.first.start_ms, self.end_ms);
        let words = fit.words(&self.text, (start_ms, end_ms));
        Cue { start_ms, end_ms, speaker: self.first.speaker.clone(), text: self.text, words }
    }
}

/// The words of a cue, or all of it as one.
fn timed(cue: &Cue) -> Vec<Word> {
    if cue.words.is_empty() {
        vec![Word { start_ms: cue.start_ms, end_ms: cue.end_ms, text: one_line(&cue.text) }]
    } else {
        cue.words.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cue(start_ms: i64, end_ms: i64, speaker: &str, text: &str) -> Cue {
        Cue { start_ms, end_ms, speaker: speaker.into(), text: text.into(), words: vec![] }
    }

    #[test]
    fn one_speaker_has_one_paragraph() {
        let cues = [
            cue(0, 1_000, "Ada", "Good\nmorning."),
            cue(1_000, 2_000, "Ada", "How are you?"),
            cue(2_000, 3_000, "Bo", "Well."),
            cue(3_000, 4_000, "Ada", "Good."),
            cue(7_001, 8_000, "Ada", "After a silence."),
        ];
        let joined = merged(&cues, &Merge::default());
        let said: Vec<(i64, i64, &str)> = joined.iter().map(|c| (c.start_ms, c.end_ms, c.text.as_str())).collect();
        assert_eq!(
            said,
            [
                (0, 2_000, "Good morning. How are you?"),
                (2_000, 3_000, "Well."),
                (3_000, 4_000, "Good."),
                (7_001, 8_000, "After a silence.")
            ]
        );
        let words: Vec<(i64, i64, &str)> =
            joined[0].words.iter().map(|w| (w.start_ms, w.end_ms, w.text.as_str())).collect();
        assert_eq!(words, [(0, 1_000, "Good morning."), (1_000, 2_000, "How are you?")], "when each was said is kept");
    }

    #[test]
    fn a_paragraph_is_no_longer_than_asked() {
        let cues: Vec<Cue> = (0..10).map(|n| cue(n * 10, n * 10 + 10, "", "four")).collect();
        let joined = merged(&cues, &Merge { max_chars: 14, max_gap_ms: 0 });
        let long: Vec<usize> = joined.iter().map(|cue| cue.text.len()).collect();
        assert_eq!(long, [14, 14, 14, 4]);
    }

    #[test]
    fn a_hundred_thousand_cues_become_one() {
        let cues: Vec<Cue> = (0..100_000).map(|n| cue(n * 10, n * 10 + 10, "Ada", "four")).collect();
        let joined = merged(&cues, &Merge { max_chars: usize::MAX, max_gap_ms: 0 });
        assert_eq!((joined.len(), joined[0].end_ms, joined[0].text.len()), (1, 1_000_000, 499_999));
        let words = joined[0].words.iter().map(|word| (word.start_ms, word.end_ms, word.text.as_str()));
        assert!(words.eq((0..100_000).map(|n| (n * 10, n * 10 + 10, "four"))), "each cue is a word with its time");
    }
}
