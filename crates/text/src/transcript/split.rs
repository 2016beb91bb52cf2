//! Long cues divided where people pause: after a sentence, else between two words. The parts begin when their words do, where
//! the words have times; else the time is shared by the length of the text.

use super::letters::Letters;
use super::words::{fitted, places};
use super::{Cue, Word, full_lines, one_line};
use std::ops::Range;

/// What is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// Most characters of a cue.
    pub max_chars: usize,
    /// Longest cue, in milliseconds.
    pub max_ms: i64,
}

impl Default for Split {
    /// Two lines of a screen, and as long as subtitles stand.
    fn default() -> Self {
        Self { max_chars: 84, max_ms: 7_000 }
    }
}

/// Divides what is too long. Every word stays, in its order.
pub fn split(cues: &[Cue], how: &Split) -> Vec<Cue> {
    cues.iter().flat_map(|cue| parts(cue, how)).collect()
}

fn parts(cue: &Cue, how: &Split) -> Vec<Cue> {
    let long_ms = cue.end_ms - cue.start_ms;
    let chars = cue.text.chars().count();
    let pieces = (long_ms.max(1) as usize).div_ceil(how.max_ms.max(1) as usize);
    let most = how.max_chars.max(1).min(chars.div_ceil(pieces.max(1)).max(1));
    if chars <= most {
        return vec![cue.clone()];
    }
    let ranges = pieces_of(&cue.text, most);
    // A part takes a millisecond at least.
    if ranges.len() < 2 || (ranges.len() as i64) > long_ms {
        return vec![cue.clone()];
    }
    timed(cue, &ranges)
}

/// Gives the parts their times.
fn timed(cue: &Cue, ranges: &[Range<usize>]) -> Vec<Cue> {
    let clock = Clock::of(cue);
    let count = ranges.len() as i64;
    let mut parts: Vec<Cue> = vec![];
    let mut from_ms = cue.start_ms;
    for (n, range) in ranges.iter().enumerate() {
        let left = count - n as i64 - 1;
        let (ends_ms, next_ms) = match ranges.get(n + 1) {
            Some(next) => clock.between(range.end, next.start),
            None => (cue.end_ms, cue.end_ms),
        };
        let end_ms = ends_ms.clamp(from_ms + 1, cue.end_ms - left);
        let text = full_lines(&cue.text[range.clone()]).collect::<Vec<_>>().join("\n");
        let words = fitted(&text, (from_ms, end_ms), clock.words(range));
        parts.push(Cue { start_ms: from_ms, end_ms, speaker: cue.speaker.clone(), text, words });
        if left > 0 {
            from_ms = next_ms.clamp(end_ms, cue.end_ms - left);
        }
    }
    parts
}

/// A piece of a text, and when it begins and ends.
type Timed = (Range<usize>, i64, i64);

/// When each letter of a cue is said.
struct Clock<'a> {
    cue: &'a Cue,
    /// One after the other, so that a place is found by halving.
    timed: Vec<Timed>,
    has_words: bool,
    letters: Letters<'a>,
}

impl<'a> Clock<'a> {
    fn of(cue: &'a Cue) -> Self {
        let places = places(&cue.text, &cue.words).filter(|places| !places.is_empty());
        let has_words = places.is_some();
        let whole = vec![(0..cue.text.len(), cue.start_ms, cue.end_ms)];
        let timed =
            places.map(|places| places.into_iter().zip(&cue.words).map(|(at, word)| (at, word.start_ms, word.end_ms)));
        Self { cue, timed: timed.map_or(whole, Iterator::collect), has_words, letters: Letters::of(&cue.text) }
    }

    /// When a part ends whose text ends at one place, and when the next begins.
    fn between(&self, end: usize, next: usize) -> (i64, i64) {
        let before = self.timed[..self.first_from(end)].last();
        let after = self.timed.get(self.first_past(next));
        match (before, after) {
            (Some(before), Some(after)) if before.0 == after.0 => {
                let ms = self.within(before, next);
                (ms, ms)
            }
            (Some(before), Some(after)) => (before.2, after.1),
            _ => (self.cue.end_ms, self.cue.end_ms),
        }
    }

    /// The number of the first piece that begins at a place or behind it.
    fn first_from(&self, place: usize) -> usize {
        self.timed.partition_point(|(at, ..)| at.start < place)
    }

    /// The number of the first piece that ends behind a place.
    fn first_past(&self, place: usize) -> usize {
        self.timed.partition_point(|(at, ..)| at.end <= place)
    }

    /// A time inside a piece, by its letters.
    fn within(&self, (at, start_ms, end_ms): &Timed, place: usize) -> i64 {
        let letters = |range: Range<usize>| (self.letters.before(range.end) - self.letters.before(range.start)) as i128;
        let (done, all) = (letters(at.start..place), letters(at.clone()).max(1));
        start_ms + (i128::from(end_ms - start_ms) * done / all) as i64
    }

    /// The words of a part; one that is divided is two.
    fn words(&self, range: &Range<usize>) -> Vec<Word> {
        if !self.has_words {
            return vec![];
        }
        let word = |piece: &Timed| {
            let (from, to) = (piece.0.start.max(range.start), piece.0.end.min(range.end));
            let start_ms = if from > piece.0.start { self.within(piece, from) } else { piece.1 };
            let end_ms = if to < piece.0.end { self.within(piece, to) } else { piece.2 };
            Word { start_ms, end_ms, text: one_line(&self.cue.text[from..to]) }
        };
        self.timed[self.first_past(range.start)..self.first_from(range.end)].iter().map(word).collect()
    }
}

/// Pieces of a text of at most so many characters, where it can be divided; a longer word stays whole.
fn pieces_of(text: &str, most: usize) -> Vec<Range<usize>> {
    let mut pieces = vec![];
    let mut from = 0;
    while from < text.len() {
        let rest = &text[from..];
        let end = if rest.chars().nth(most).is_none() { rest.len() } else { cut(rest, most) };
        let piece = rest[..end].trim_end().len();
        let skipped = rest[..end].len() - rest[..end].trim_start().len();
        if piece > skipped {
            pieces.push(from + skipped..from + piece);
        }
        from += end;
    }
    pieces
}

/// Where a text of more than `most` characters is divided: after the last sentence that fills a third of it, after a comma in its
/// second half, at the last space, between two letters of a script without spaces; else at the first space.
fn cut(text: &str, most: usize) -> usize {
    let (mut sentence, mut clause, mut space, mut letter) = (None, None, None, None);
    let mut before = ' ';
    for (n, (at, c)) in text.char_indices().enumerate() {
        let fits = n <= most;
        if !fits && (sentence.or(clause).or(space).or(letter)).is_some() {
            break;
        }
        if at > 0 && c.is_whitespace() && !before.is_whitespace() {
            space = Some(at);
            if fits && ends_sentence(before) && n * 3 >= most {
                sentence = Some(at);
            } else if fits && matches!(before, ',' | ';' | ':' | '–' | '—') && n * 2 >= most {
                clause = Some(at);
            }
        } else if fits && at > 0 && (wide(before) || wide(c)) && !closes(c) {
            letter = Some(at);
            if ends_sentence(before) && n * 3 >= most {
                sentence = Some(at);
            }
        }
        before = c;
    }
    sentence.or(clause).or(space).or(letter).unwrap_or(text.len())
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '"' | '”' | '“' | '»' | '」')
}

/// Signs that do not begin a line in scripts without spaces.
fn closes(c: char) -> bool {
    matches!(c, '。' | '、' | '！' | '？' | '」' | '』' | '）' | '，' | 'ー' | '\u{3041}' | '\u{3063}')
        || c.is_ascii_punctuation()
}

/// Letters of scripts without spaces: Chinese and Japanese.
fn wide(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{FF00}'..='\u{FF60}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cue(end_ms: i64, text: &str) -> Cue {
        Cue { start_ms: 0, end_ms, speaker: "Ada".into(), text: text.into(), words: vec![] }
    }

    fn said(cues: &[Cue]) -> Vec<(i64, i64, &str)> {
        cues.iter().map(|cue| (cue.start_ms, cue.end_ms, cue.text.as_str())).collect()
    }

    #[test]
    fn sentences_come_apart_in_proportion() {
        // 40 letters in 4 seconds; the second sentence begins with the 20th.
        let long = cue(4_000, "This is a sentence. And here is another.");
        let parts = split(&[long], &Split { max_chars: 30, max_ms: 60_000 });
        assert_eq!(said(&parts), [(0, 2_000, "This is a sentence."), (2_000, 4_000, "And here is another.")]);
        assert!(parts.iter().all(|part| part.speaker == "Ada"));
    }

    #[test]
    fn words_know_when_their_part_begins() {
        let word = |start_ms, end_ms, text: &str| Word { start_ms, end_ms, text: text.into() };
        let words = vec![
            word(100, 300, "One"),
            word(300, 900, "two."),
            word(2_500, 2_900, "Three"),
            word(2_900, 3_000, "four."),
        ];
        let long = Cue { words: words.clone(), ..cue(4_000, "One two. Three four.") };
        let parts = split(&[long], &Split { max_chars: 12, max_ms: 60_000 });
        assert_eq!(
            said(&parts),
            [(0, 900, "One two."), (2_500, 4_000, "Three four.")],
            "the silence belongs to nobody"
        );
        assert_eq!((&parts[0].words[..], &parts[1].words[..]), (&words[..2], &words[2..]));
    }

    #[test]
    fn scripts_without_spaces_and_long_words_are_divided_where_they_can_be() {
        let parts = split(&[cue(1_000, "日本の港です。今日は晴れ。")], &Split { max_chars: 8, max_ms: 60_000 });
        assert_eq!(parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(), ["日本の港です。", "今日は晴れ。"]);
        let word = "Donaudampfschifffahrtsgesellschaft";
        let parts = split(&[cue(1_000, &format!("a {word} b"))], &Split { max_chars: 10, max_ms: 60_000 });
        assert_eq!(parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(), ["a", word, "b"]);
    }

    #[test]
    fn what_stands_too_long_is_divided_by_time() {
        let parts = split(&[cue(20_000, "a b c d e f")], &Split { max_chars: 80, max_ms: 7_000 });
        assert_eq!(parts.len(), 3);
        assert_eq!((parts[0].start_ms, parts[2].end_ms), (0, 20_000));
        let short = [cue(3, "a b c d e f g h")];
        assert_eq!(
            split(&short, &Split { max_chars: 1, max_ms: 60_000 }),
            short,
            "not eight parts of three milliseconds"
        );
    }

    #[test]
    fn a_cue_of_a_megabyte_takes_no_longer_than_its_letters() {
        // A million letters, each a millisecond; two bytes for every other one, so that places are not counts.
        let long = cue(1_000_000, &"ä ".repeat(500_000));
        let parts = split(&[long], &Split { max_chars: 10, max_ms: 60_000 });
        assert_eq!(parts.len(), 100_000, "five words of a letter and their spaces are ten");
        assert!(parts.iter().zip(0..).all(|(part, n)| part.start_ms == n * 10), "a letter is a millisecond");
    }

    #[test]
    fn a_hundred_thousand_words_go_to_their_parts() {
        let word = |n: i64| Word { start_ms: n * 10, end_ms: n * 10 + 10, text: "word".into() };
        let words: Vec<Word> = (0..100_000).map(word).collect();
        let long = Cue { words: words.clone(), ..cue(1_000_000, &vec!["word"; 100_000].join(" ")) };
        let parts = split(&[long], &Split { max_chars: 10, max_ms: 60_000 });
        assert_eq!(parts.len(), 50_000, "two words each");
        assert!(parts.into_iter().flat_map(|part| part.words).eq(words), "each with its own time");
    }
}
