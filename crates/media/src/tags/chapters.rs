//! Chapter frames (ID3v2 Chapter Frame Addendum): an id, four numbers, then frames of their own; and the tables of contents
//! that name them.
//!
//! Read by hand: frames can nest inside each other without end, and only one level means anything.

use super::frames::TagFrame;
use super::{clean, text};
use hearthcast_model::facts::ChapterMark;
use id3::Content;

/// More tables are an attack; each names at most 255 chapters.
const MOST_TABLES: usize = 100;

/// A chapter as it stands in its frame.
pub struct ChapterFrame {
    /// What tables of contents call it.
    id: Vec<u8>,
    end_ms: i64,
    mark: ChapterMark,
    picture: Option<Vec<u8>>,
}

/// Reads one chapter; `None` when it is damaged. A chapter without a title keeps an empty one.
pub fn read(frame: &TagFrame) -> Option<ChapterFrame> {
    let id_end = frame.body.iter().position(|byte| *byte == 0)?;
    let time = |at: usize| {
        let bytes = frame.body.get(id_end + at..id_end + at + 4)?;
        Some(bytes.iter().fold(0i64, |sum, byte| sum << 8 | i64::from(*byte)))
    };
    let (start_ms, end_ms) = (time(1)?, time(5)?);
    let inner = frame.inner(id_end + 17).frames;
    let of = |id: &'static str| inner.iter().filter(move |inner| inner.id == id);
    let title = of("TIT2").find_map(text::read).map(|(_, title)| title).unwrap_or_default();
    let url = of("WXXX").find_map(|link| address(&link.content()?)).unwrap_or_default();
    let picture = of("APIC").find_map(|picture| match picture.content()? {
        Content::Picture(picture) => Some(picture.data),
        _ => None,
    });
    let mark = ChapterMark { url, ..ChapterMark::new(start_ms, title) };
    Some(ChapterFrame { id: frame.body[..id_end].to_vec(), end_ms, mark, picture })
}

fn address(content: &Content) -> Option<String> {
    match content {
        Content::ExtendedLink(link) => web_address(&link.link),
        _ => None,
    }
}

/// An address of the web, or nothing: no other is ever opened.
pub fn web_address(text: &str) -> Option<String> {
    let text = clean(text, 2000);
    let is_web = ["https://", "http://"].iter().any(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)) && text.len() > scheme.len()
    });
    is_web.then_some(text)
}

/// The ids that a table of contents names, in its order: of chapters, or of further tables. `None` when it is damaged.
pub fn contents(frame: &TagFrame) -> Option<Vec<Vec<u8>>> {
    let id_end = frame.body.iter().position(|byte| *byte == 0)?;
    // Flags, then how many.
    let count = *frame.body.get(id_end + 2)?;
    let ids = frame.body.get(id_end + 3..)?.split(|byte| *byte == 0);
    Some(ids.take(usize::from(count)).map(<[u8]>::to_vec).collect())
}

/// Chapters with their pictures by time; those of one moment as the tables of contents order them. What no table names
/// is hidden, where there is one.
pub fn in_order(mut found: Vec<ChapterFrame>, tables: &[Vec<Vec<u8>>]) -> Vec<(ChapterMark, Option<Vec<u8>>)> {
    let named: Vec<&Vec<u8>> = tables.iter().take(MOST_TABLES).flatten().collect();
    let places: std::collections::HashMap<_, _> = named.into_iter().zip(0usize..).collect();
    found.sort_by_key(|chapter| (chapter.mark.start_ms, places.get(&chapter.id).copied().unwrap_or(usize::MAX)));
    // A table that names none of them is about something else.
    let has_table = found.iter().any(|chapter| places.contains_key(&chapter.id));
    let starts: Vec<i64> = found.iter().skip(1).map(|chapter| chapter.mark.start_ms).collect();
    let chapters = found.into_iter().enumerate().map(|(at, chapter)| {
        let ChapterFrame { id, end_ms, mut mark, picture } = chapter;
        mark.hidden = has_table && !places.contains_key(&id);
        // The last one's end is the end of the sound, mostly: it says nothing.
        mark.end_ms = starts.get(at).filter(|next| end_ms > mark.start_ms && end_ms < **next).map(|_| end_ms);
        (mark, picture)
    });
    chapters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_are_taken() {
        assert_eq!(web_address(" HTTPS://example.org/a\n"), Some("HTTPS://example.org/a".into()));
        for text in ["javascript:alert(1)", "file:///etc/passwd", "https://", "", "ä"] {
            assert_eq!(web_address(text), None, "{text}");
        }
    }
}
