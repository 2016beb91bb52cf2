//! Chapters of an episode: JSON chapters 1.2 (what players load), and the lists of times and titles that people and programs write.
//!
//! Everything read here is somebody else's: bounded, put in order, and without characters that a feed cannot hold. What
//! it is not: chapters inside sound files; `hearthcast-media` reads and writes those.

mod audacity;
mod cue;
mod error;
mod json;
mod left_out;
mod list;
mod location;
mod reaper;

pub use error::{ChaptersError, Place};
pub use json::MIME;
pub use left_out::LeftOut;

use crate::chars::xml_only;
use crate::clock::MAX_MS;
use crate::incoming::{NoText, text_of};
use hearthcast_model::Chapter;
use hearthcast_model::picture::Picture;

/// Longest file that is read, in bytes.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Most chapters of an episode.
pub const MAX_CHAPTERS: usize = 2_000;
/// Longest title, in characters.
pub const MAX_TITLE: usize = 500;
/// Longest address, in bytes.
pub const MAX_URL: usize = 2_000;

/// Reads a chapters file: JSON chapters, labels of Audacity, a cue sheet, markers of Reaper, or a list with one time and title in
/// every line, as mp4chaps and people write it.
pub fn read(bytes: &[u8]) -> Result<Vec<Chapter>, ChaptersError> {
    let text = text_of(bytes, MAX_BYTES).map_err(|no| match no {
        NoText::TooLarge => ChaptersError::TooLarge { bytes: bytes.len(), limit: MAX_BYTES },
        NoText::Garbled(line) => ChaptersError::NotText { line },
    })?;
    if text.trim_start().starts_with('{') {
        return in_order(json::read(&text)?, Place::Chapter);
    }
    let read = if reaper::is_table(&text) {
        reaper::read
    } else if cue::is_sheet(&text) {
        cue::read
    } else if audacity::is_labels(&text) {
        audacity::read
    } else {
        list::read
    };
    let (lines, chapters): (Vec<usize>, Vec<Chapter>) = read(&text)?.into_iter().unzip();
    in_order(chapters, |n| Place::Line(lines[n - 1]))
}

/// Where the pictures of the chapters of a JSON file lie, as it says, by when the chapters begin. Other files name none.
pub fn pictures(bytes: &[u8]) -> Vec<(i64, String)> {
    match text_of(bytes, MAX_BYTES) {
        Ok(text) if text.trim_start().starts_with('{') => json::pictures(&text),
        _ => vec![],
    }
}

/// What a JSON file says that is not kept. Other files say nothing more than their chapters.
pub fn left_out(bytes: &[u8]) -> LeftOut {
    match text_of(bytes, MAX_BYTES) {
        Ok(text) if text.trim_start().starts_with('{') => left_out::of(&text),
        _ => LeftOut::default(),
    }
}

/// What an editor hands over, made fit to be kept: ascending, titles on one line, addresses that open.
pub fn checked(chapters: Vec<Chapter>) -> Result<Vec<Chapter>, ChaptersError> {
    in_order(chapters, Place::Chapter)
}

/// The JSON chapters 1.2 file that players load, without pictures: where they lie is another address at every place. Equal
/// chapters give equal bytes.
pub fn write_json(chapters: &[Chapter]) -> String {
    write_json_with(chapters, |_| None)
}

/// The same with the pictures that `address` knows where apps find (`img`): in full, as the format wants a URL.
pub fn write_json_with(chapters: &[Chapter], address: impl Fn(&Picture) -> Option<String>) -> String {
    json::write(chapters, address)
}

/// A list that people read, and that [`read`] takes back without ends and hidden marks: `00:01:02.500 Title <address>`.
pub fn write_list(chapters: &[Chapter]) -> String {
    list::write(chapters)
}

fn in_order(chapters: Vec<Chapter>, place: impl Fn(usize) -> Place) -> Result<Vec<Chapter>, ChaptersError> {
    if chapters.len() > MAX_CHAPTERS {
        return Err(ChaptersError::TooMany { limit: MAX_CHAPTERS });
    }
    let mut kept = Vec::with_capacity(chapters.len());
    for (n, chapter) in chapters.into_iter().enumerate() {
        kept.push(fit(chapter, place(n + 1))?);
    }
    // Stable: of two marks at one time the first stays the first.
    kept.sort_by_key(|chapter| chapter.start_ms);
    Ok(kept)
}

fn fit(mut chapter: Chapter, at: Place) -> Result<Chapter, ChaptersError> {
    let within = |ms: i64| (0..=MAX_MS).contains(&ms);
    if !within(chapter.start_ms) || chapter.end_ms.is_some_and(|end| !within(end)) {
        return Err(ChaptersError::Time { at });
    }
    if chapter.end_ms.is_some_and(|end| end < chapter.start_ms) {
        return Err(ChaptersError::Backwards { at });
    }
    chapter.title = one_line(&chapter.title);
    if chapter.title.chars().count() > MAX_TITLE {
        return Err(ChaptersError::LongTitle { at, limit: MAX_TITLE });
    }
    chapter.url = link(&chapter.url).ok_or(ChaptersError::Link { at, link: shown(&chapter.url) })?;
    if let Some(given) = &chapter.location {
        chapter.location = location::fit(given, at)?;
    }
    Ok(chapter)
}

fn one_line(text: &str) -> String {
    xml_only(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The address without outer spaces; `None` when a player could not open it.
fn link(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return Some(String::new());
    }
    let plain =
        text.len() <= MAX_URL && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"".contains(c));
    let opens = url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    (plain && opens).then(|| xml_only(text).into_owned())
}

/// The beginning of somebody's text, for a sentence.
fn shown(text: &str) -> String {
    one_line(crate::chars::cut(text, 120))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_are_put_in_order_and_on_one_line() {
        let kept = checked(vec![Chapter::new(5, " b\n\u{1} c "), Chapter::new(0, "a"), Chapter::new(5, "")]).unwrap();
        assert_eq!(kept, [Chapter::new(0, "a"), Chapter::new(5, "b c"), Chapter::new(5, "")]);
    }

    #[test]
    fn what_no_player_could_use_is_refused() {
        let with = |change: fn(&mut Chapter)| {
            let mut second = Chapter::new(10, "b");
            change(&mut second);
            checked(vec![Chapter::new(0, "a"), second])
        };
        let at = Place::Chapter(2);
        assert_eq!(with(|c| c.start_ms = -1), Err(ChaptersError::Time { at }));
        assert_eq!(with(|c| c.start_ms = i64::MAX), Err(ChaptersError::Time { at }));
        assert_eq!(with(|c| c.end_ms = Some(i64::MAX)), Err(ChaptersError::Time { at }));
        assert_eq!(with(|c| c.end_ms = Some(9)), Err(ChaptersError::Backwards { at }));
        assert_eq!(with(|c| c.title = "x".repeat(501)), Err(ChaptersError::LongTitle { at, limit: 500 }));
        for link in
            ["javascript:alert(1)", "example.com", "https://", "file:///etc/passwd", "https://a b", "http://x/\">"]
        {
            let mut second = Chapter::new(10, "b");
            second.url = link.into();
            assert_eq!(checked(vec![second]), Err(ChaptersError::Link { at: Place::Chapter(1), link: link.into() }));
        }
        assert!(checked(vec![Chapter::new(0, ""); MAX_CHAPTERS]).is_ok());
        assert_eq!(checked(vec![Chapter::new(0, ""); MAX_CHAPTERS + 1]), Err(ChaptersError::TooMany { limit: 2_000 }));
    }

    #[test]
    fn both_kinds_of_file_are_told_apart() {
        let json = b"\xEF\xBB\xBF \r\n{\"chapters\":[{\"startTime\":1.5,\"title\":\"a\"}]}";
        assert_eq!(read(json).unwrap(), [Chapter::new(1_500, "a")]);
        assert_eq!(read(b"00:00:01.500 a\r\n").unwrap(), [Chapter::new(1_500, "a")]);
        assert_eq!(read(b"a\n\xFF"), Err(ChaptersError::NotText { line: 2 }));
        let large = vec![b' '; MAX_BYTES + 1];
        assert_eq!(read(&large), Err(ChaptersError::TooLarge { bytes: MAX_BYTES + 1, limit: MAX_BYTES }));
    }
}
