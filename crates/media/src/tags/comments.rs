//! Vorbis comments (FLAC, Ogg): fields with plain names, and chapters as `CHAPTER001=00:00:00.000`, `CHAPTER001NAME=`,
//! `CHAPTER001URL=`; hidden ones with `HIDDEN` in front.

use super::chapters::web_address;
use super::{FoundTags, clean};
use hearthcast_model::facts::ChapterMark;
use std::collections::BTreeMap;

/// Chapters by number: start; title and link.
pub type Marks = BTreeMap<u32, (Option<i64>, ChapterMark)>;

/// Fields that are kept, and their plain names.
const FIELDS: &[(&str, &str)] = &[
    ("TITLE", "title"),
    ("ARTIST", "artist"),
    ("ALBUM", "album"),
    ("DATE", "date"),
    ("TRACKNUMBER", "track"),
    ("COMMENT", "comment"),
    ("DESCRIPTION", "comment"),
];

impl FoundTags {
    /// Adds one field; the first of a name wins.
    pub fn add_comment(&mut self, name: &str, value: &str) {
        let name = name.to_ascii_uppercase();
        if let Some(chapter) = name.strip_prefix("CHAPTER") {
            return add_mark(&mut self.marks, chapter, value);
        }
        if let Some(chapter) = name.strip_prefix("HIDDENCHAPTER") {
            return add_mark(&mut self.hidden_marks, chapter, value);
        }
        let Some((_, plain)) = FIELDS.iter().find(|(field, _)| *field == name) else { return };
        let most = if *plain == "comment" { 4000 } else { 500 };
        let text = clean(value, most);
        if !text.is_empty() {
            self.tags.entry((*plain).into()).or_insert(text);
        }
    }

    /// A picture of a chapter, counted from one among those that are shown.
    pub fn add_chapter_picture(&mut self, number: usize, bytes: Vec<u8>) {
        let mut shown = self.chapters.iter().enumerate().filter(|(_, mark)| !mark.hidden).map(|(at, _)| at);
        let Some(at) = number.checked_sub(1).and_then(|number| shown.nth(number)) else { return };
        let hash = self.take_chapter_picture(bytes);
        if let Some(mark) = self.chapters.get_mut(at) {
            mark.picture = hash;
        }
    }

    /// Turns collected chapters into marks, by time. What symphonia found of them itself has no links.
    pub fn finish_comments(&mut self) {
        let (shown, hidden) = (std::mem::take(&mut self.marks), std::mem::take(&mut self.hidden_marks));
        let marks = |marks: Marks, hidden: bool| {
            marks.into_values().filter_map(move |(start, mark)| Some(ChapterMark { start_ms: start?, hidden, ..mark }))
        };
        self.chapters.extend(marks(shown, false).chain(marks(hidden, true)));
        self.chapters.sort_by_key(|chapter| chapter.start_ms);
    }
}

fn add_mark(marks: &mut Marks, rest: &str, value: &str) {
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, field) = rest.split_at(digits);
    let (Ok(number), true) = (number.parse(), marks.len() < 10_000) else { return };
    let (at, mark) = marks.entry(number).or_default();
    match field {
        "" => *at = start(value),
        "NAME" => mark.title = clean(value, 500),
        "URL" => mark.url = web_address(value).unwrap_or_default(),
        _ => (),
    }
}

/// `hh:mm:ss.mmm` in milliseconds.
fn start(text: &str) -> Option<i64> {
    let mut parts = text.trim().splitn(3, ':');
    let (hours, minutes) = (parts.next()?.parse::<u32>().ok()?, parts.next()?.parse::<u32>().ok()?);
    let seconds: f64 = parts.next()?.parse().ok().filter(|seconds| (0.0..60.0).contains(seconds))?;
    (minutes < 60)
        .then(|| i64::from(hours) * 3_600_000 + i64::from(minutes) * 60_000 + (seconds * 1000.0).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_read_and_nonsense_is_not() {
        assert_eq!(start("01:02:03.500"), Some(3_723_500));
        assert_eq!(start("00:00:00"), Some(0));
        for text in ["", "1:2", "00:99:00", "00:00:61", "-1:00:00", "00:00:NaN"] {
            assert_eq!(start(text), None, "{text}");
        }
    }
}
