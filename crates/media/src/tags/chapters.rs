//! Chapter frames (ID3v2 Chapter Frame Addendum): an id, four numbers, then frames of their own.
//!
//! Read by hand: frames can nest inside each other without end, and only one level means anything.

use super::frames::TagFrame;
use super::text;
use hearthcast_model::facts::ChapterMark;

/// Reads one chapter; `None` when it is damaged. A chapter without a title keeps an empty one.
pub fn read(frame: &TagFrame) -> Option<ChapterMark> {
    let id_end = frame.body.iter().position(|byte| *byte == 0)?;
    let start = frame.body.get(id_end + 1..id_end + 5)?;
    let start_ms = start.iter().fold(0i64, |sum, byte| sum << 8 | i64::from(*byte));
    let inner = frame.inner(id_end + 17);
    let title = inner.frames.iter().find(|inner| inner.id == "TIT2").and_then(text::read);
    Some(ChapterMark { start_ms, title: title.map(|(_, title)| title).unwrap_or_default() })
}
