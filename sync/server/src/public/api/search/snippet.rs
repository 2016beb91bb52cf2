//! The words around a place: plain text, and where in it the words stand that were looked for. Never HTML.

use hearthcast_store::search::Marked;
use serde::Serialize;
use utoipa::ToSchema;

/// About how many bytes stand before the first word found, and how many at most in all.
const BEFORE: usize = 60;
const LONG: usize = 240;

/// The words around a place.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Snippet {
    /// Plain text, cut at spaces, with `…` where something was left out. It is text: `<` means nothing in it.
    text: String,
    /// Beginnings and ends of the found words in it, in UTF-16 code units, as JavaScript counts (`text.slice(start, end)`).
    marks: Vec<[usize; 2]>,
}

impl Snippet {
    /// Cuts a text around its first mark.
    pub(super) fn of(Marked { text, marks }: &Marked) -> Self {
        let first = marks.first().map_or(0, |(start, _)| *start);
        let start = beginning(text, first);
        let end = end(text, start, first);
        let head = if start > 0 { "…" } else { "" };
        let tail = if end < text.len() { "…" } else { "" };
        let cut: String = text[start..end].chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
        let units = |to: usize| head.encode_utf16().count() + text[start..to].encode_utf16().count();
        let within = marks.iter().filter(|(from, to)| *from >= start && *to <= end);
        let marks = within.map(|(from, to)| [units(*from), units(*to)]).collect();
        Self { text: format!("{head}{cut}{tail}"), marks }
    }
}

/// A word's beginning before the first mark.
fn beginning(text: &str, first: usize) -> usize {
    let earliest = text.floor_char_boundary(first.saturating_sub(BEFORE));
    if earliest == 0 {
        return 0;
    }
    let space = text[earliest..first].find(char::is_whitespace);
    space.map_or(earliest, |at| {
        let rest = &text[earliest + at..];
        first - rest[..first - earliest - at].trim_start().len()
    })
}

/// A word's end after the first mark.
fn end(text: &str, start: usize, first: usize) -> usize {
    let latest = text.floor_char_boundary(start + LONG).max(first);
    if latest >= text.len() {
        return text.len();
    }
    text[first..latest].rfind(char::is_whitespace).map_or(latest, |at| first + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snippet(text: &str, word: &str) -> Snippet {
        let marks = text.match_indices(word).map(|(at, found)| (at, at + found.len())).collect();
        Snippet::of(&Marked { text: text.into(), marks })
    }

    /// What JavaScript's `slice` takes.
    fn sliced(snippet: &Snippet) -> Vec<String> {
        let units: Vec<u16> = snippet.text.encode_utf16().collect();
        snippet.marks.iter().map(|[from, to]| String::from_utf16(&units[*from..*to]).unwrap()).collect()
    }

    #[test]
    fn short_texts_stay_whole() {
        let whole = snippet("𝄞 the stair\nto the river", "the");
        assert_eq!(whole.text, "𝄞 the stair to the river");
        assert_eq!(sliced(&whole), ["the", "the"]);
        assert_eq!(whole.marks[0], [3, 6], "a clef is two units");
    }

    #[test]
    fn long_texts_are_cut_at_spaces_around_the_word() {
        let text = format!("{}river {}", "über der Brücke ".repeat(20), "dann weiter ".repeat(40));
        let cut = snippet(&text, "river");
        assert!(cut.text.starts_with("…") && cut.text.ends_with("…"), "{}", cut.text);
        assert!(cut.text.len() < 300, "{}", cut.text);
        assert_eq!(sliced(&cut), ["river"]);
        assert!(cut.text.trim_matches('…').split(' ').all(|word| text.contains(word)), "{}", cut.text);
    }

    #[test]
    fn texts_without_spaces_are_cut_between_characters() {
        let text = format!("{}x{}", "語".repeat(500), "語".repeat(500));
        let cut = snippet(&text, "x");
        assert_eq!(sliced(&cut), ["x"]);
        assert!(cut.text.len() < 300);
        assert_eq!(snippet(&"語".repeat(500), "x").marks, Vec::<[usize; 2]>::new());
        assert_eq!(snippet("", "x"), Snippet { text: String::new(), marks: vec![] });
    }
}
