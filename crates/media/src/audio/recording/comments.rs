//! Titles, covers and chapters that symphonia's demuxers find: Vorbis comments and pictures, Matroska's tags.

use crate::probe::Source;
use crate::tags::{FoundTags, clean, web_address};
use hearthcast_model::facts::ChapterMark;
use std::io;
use symphonia::core::formats::FormatReader;
use symphonia::core::meta::{ChapterGroup, ChapterGroupItem, RawValue, StandardTag, StandardVisualKey, Visual};

/// Chapters that symphonia found itself (in Vorbis comments, too); one level of groups.
pub fn read_chapters(group: &ChapterGroup, found: &mut FoundTags) {
    for item in group.items.iter().take(super::MOST_CHAPTERS) {
        if let ChapterGroupItem::Chapter(chapter) = item {
            let title = chapter.tags.iter().find_map(|tag| match &tag.std {
                Some(StandardTag::ChapterTitle(title) | StandardTag::TrackTitle(title)) => Some(title.as_str()),
                _ => None,
            });
            let url = chapter.tags.iter().find_map(|tag| match &tag.std {
                Some(StandardTag::Url(url)) => web_address(url),
                _ => None,
            });
            let start_ms = i64::try_from(chapter.start_time.as_millis()).unwrap_or(0);
            let mark = ChapterMark::new(start_ms, clean(title.unwrap_or_default(), 500));
            found.chapters.push(ChapterMark { url: url.unwrap_or_default(), ..mark });
        }
    }
}

/// Vorbis comments and pictures, as FLAC and Ogg carry them. (MP4's are read by `mp4`.)
/// `texts`: whether the comments are not known yet.
pub fn read_tags(reader: &mut dyn FormatReader, found: &mut FoundTags, texts: bool) {
    let mut metadata = reader.metadata();
    let Some(revision) = metadata.skip_to_latest() else { return };
    let tracks = revision.per_track.iter().map(|track| &track.metadata);
    for container in std::iter::once(&revision.media).chain(tracks) {
        for tag in container.tags.iter().filter(|_| texts) {
            if let RawValue::String(value) = &tag.raw.value {
                found.add_comment(&tag.raw.key, value);
            }
        }
        let is_front = |visual: &&Visual| visual.usage == Some(StandardVisualKey::FrontCover);
        let covers = container.visuals.iter().filter(|visual| chapter_number(visual).is_none());
        if let Some(visual) = covers.clone().find(is_front).or(covers.clone().next()) {
            found.take_cover(visual.data.to_vec());
        }
        for visual in &container.visuals {
            if let Some(number) = chapter_number(visual) {
                found.add_chapter_picture(number, visual.data.to_vec());
            }
        }
    }
    found.finish_comments();
}

/// Blocks looked at before the sound of a FLAC file, and the longest comment block that is read.
const MOST_BLOCKS: usize = 128;
const MOST_COMMENTS: u64 = 16 << 20;
const VORBIS_COMMENT: u8 = 4;

/// The comments of a FLAC file (RFC 9639, 8.6) by own eyes: symphonia passes on neither its chapters nor what it took for
/// them. The file begins at byte `front`.
pub fn read_flac(source: &mut Source, front: u64, found: &mut FoundTags) -> io::Result<()> {
    let mut at = front.saturating_add(4);
    for _ in 0..MOST_BLOCKS {
        // The first bit: the last one; the kind; three bytes of length.
        let head = source.range(at, 4)?;
        let [kind, a, b, c] = head[..] else { break };
        let length = u64::from(u32::from_be_bytes([0, a, b, c]));
        if kind & 0x7f == VORBIS_COMMENT && length <= MOST_COMMENTS {
            read_block(&source.range(at + 4, length)?, found);
        }
        at += 4 + length;
        if kind & 0x80 != 0 || at >= source.size {
            break;
        }
    }
    found.finish_comments();
    Ok(())
}

/// The vendor, a count, then fields; each text with its length in four bytes, little end first.
pub fn read_block(block: &[u8], found: &mut FoundTags) {
    let Some((_, rest)) = next_text(block) else { return };
    let Some((_, mut rest)) = rest.split_first_chunk::<4>() else { return };
    while let Some((field, after)) = next_text(rest) {
        rest = after;
        if let Some((name, value)) = String::from_utf8_lossy(field).split_once('=') {
            found.add_comment(name, value);
        }
    }
}

/// A text with its length, and what follows.
fn next_text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, after) = bytes.split_first_chunk::<4>()?;
    after.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)
}

/// The chapter that a picture belongs to, counted from one: its description is `CHAPTER001`.
fn chapter_number(visual: &Visual) -> Option<usize> {
    let description = visual.tags.iter().find_map(|tag| match &tag.std {
        Some(StandardTag::Description(text)) => text.strip_prefix("CHAPTER"),
        _ => None,
    })?;
    description.parse().ok().filter(|_| description.bytes().all(|byte| byte.is_ascii_digit()))
}
