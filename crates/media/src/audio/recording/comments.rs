//! Titles, covers and chapters that symphonia's demuxers find: Vorbis comments and pictures, Matroska's tags.

use crate::tags::{FoundTags, clean};
use hearthcast_model::facts::ChapterMark;
use symphonia::core::formats::FormatReader;
use symphonia::core::meta::{ChapterGroup, ChapterGroupItem, RawValue, StandardTag};

/// Chapters that symphonia found itself (in Vorbis comments, too); one level of groups.
pub fn read_chapters(group: &ChapterGroup, found: &mut FoundTags) {
    for item in group.items.iter().take(super::MOST_CHAPTERS) {
        if let ChapterGroupItem::Chapter(chapter) = item {
            let title = chapter.tags.iter().find_map(|tag| match &tag.std {
                Some(StandardTag::ChapterTitle(title) | StandardTag::TrackTitle(title)) => Some(title.as_str()),
                _ => None,
            });
            let start_ms = i64::try_from(chapter.start_time.as_millis()).unwrap_or(0);
            found.chapters.push(ChapterMark { start_ms, title: clean(title.unwrap_or_default(), 500) });
        }
    }
}

/// Vorbis comments and pictures, as FLAC and Ogg carry them. (MP4's are read by `mp4`.)
pub fn read_tags(reader: &mut dyn FormatReader, found: &mut FoundTags) {
    let mut metadata = reader.metadata();
    let Some(revision) = metadata.skip_to_latest() else { return };
    let tracks = revision.per_track.iter().map(|track| &track.metadata);
    for container in std::iter::once(&revision.media).chain(tracks) {
        for tag in &container.tags {
            if let RawValue::String(value) = &tag.raw.value {
                found.add_comment(&tag.raw.key, value);
            }
        }
        if let Some(visual) = container.visuals.first() {
            found.take_cover(visual.data.to_vec());
        }
    }
    found.finish_comments();
}
