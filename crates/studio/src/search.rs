//! Finds shows and episodes by words in their titles and notes.

use crate::Studio;
use hearthcast_library::search;
use hearthcast_model::Result;
use hearthcast_model::view::SearchHit;
use unicode_normalization::UnicodeNormalization as _;

/// Most hits of one search.
const MOST: u32 = 50;
/// Letters around the word in an excerpt.
const AROUND: usize = 60;

impl Studio {
    /// Shows and episodes with all these words, the last one perhaps unfinished; those with the words in the title first,
    /// then new before old.
    pub async fn search(&self, text: &str) -> Result<Vec<SearchHit>> {
        let found = search::find(self.library(), text, MOST).await?;
        let words = words(text);
        let hit = |found: search::Found| SearchHit {
            kind: found.table.name().into(),
            id: found.id,
            show: found.show,
            title: found.title,
            excerpt: excerpt(&found.text, &words),
        };
        Ok(found.into_iter().map(hit).collect())
    }
}

/// Whether a text has all these words somewhere, whole or as parts of others.
pub(crate) fn all_words_in(wanted: &str, text: &str) -> bool {
    let text = words(text).join(" ");
    words(wanted).iter().all(|word| text.contains(word))
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(folded).filter(|word| !word.is_empty()).collect()
}

/// A word as it is compared: without case and accents.
fn folded(word: &str) -> String {
    // Taken apart, an accent is a sign of its own and no letter.
    search::fold(word).nfd().filter(|c| c.is_alphanumeric()).collect()
}

/// The neighbourhood of the first word that was looked for, or the beginning; on one line.
fn excerpt(text: &str, words: &[String]) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut place = 0;
    for spoken in line.split_inclusive(' ') {
        let word = folded(spoken);
        if words.iter().any(|wanted| word.starts_with(wanted.as_str())) {
            return cut_around(&line, place);
        }
        place += spoken.len();
    }
    cut_around(&line, 0)
}

fn cut_around(line: &str, place: usize) -> String {
    let from = match line[..place].char_indices().rev().nth(AROUND) {
        // Not within a word.
        Some((at, _)) => line[at..place].find(' ').map_or(at, |space| at + space + 1),
        None => 0,
    };
    let to = line[place..].char_indices().nth(2 * AROUND).map_or(line.len(), |(at, _)| {
        let at = place + at;
        line[place..at].rfind(' ').map_or(at, |space| place + space)
    });
    let (before, after) = (if from > 0 { "… " } else { "" }, if to < line.len() { " …" } else { "" });
    format!("{before}{}{after}", &line[from..to])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_shows_where_the_word_stands() {
        let text = format!("{}the *Café*, again. {}", "early words ".repeat(20), "late words ".repeat(20));
        let shown = excerpt(&text, &words("cafe"));
        assert!(shown.contains("the *Café*, again."), "{shown}");
        assert!(shown.starts_with("… early") || shown.starts_with("… words"), "{shown}");
        assert!(shown.ends_with(" …") && shown.chars().count() < 200, "{shown}");
    }

    #[test]
    fn a_short_text_is_shown_whole() {
        assert_eq!(excerpt("Two\nlines  here", &words("title only")), "Two lines here");
        assert_eq!(excerpt("", &words("x")), "");
        assert_eq!(excerpt(&"ä".repeat(500), &words("x")).chars().count(), 2 * AROUND + 2, "one long word is cut");
    }
}
