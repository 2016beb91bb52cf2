//! The media library: every file with what it is, where it is used, and why it stays. (What a record names: `media_uses`. What is
//! kept for undo, versions and other reasons is the library's to say.)

use crate::facts::MediaKind;
use crate::rule::FileKind;
use crate::{EpisodeId, Sha256, ShowId};
use serde::{Deserialize, Serialize};

/// What a file is to a person who looks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MediaShelf {
    /// Sound.
    Audio,
    /// Still pictures.
    Image,
    /// Moving pictures.
    Video,
    /// Transcripts and chapters.
    Text,
    /// Everything else: fonts, and what no record names.
    File,
}

impl MediaShelf {
    /// All, in the order they are offered.
    pub const ALL: [Self; 5] = [Self::Audio, Self::Image, Self::Video, Self::Text, Self::File];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Image => "image",
            Self::Video => "video",
            Self::Text => "text",
            Self::File => "file",
        }
    }

    /// Where a file of this kind and type stands. A video was taken in for its sound, and is a video all the same.
    pub fn of(kind: MediaKind, mime: &str) -> Self {
        match kind {
            _ if mime.starts_with("video/") => Self::Video,
            MediaKind::Audio => Self::Audio,
            MediaKind::Image => Self::Image,
            MediaKind::Text => Self::Text,
            MediaKind::Font => Self::File,
        }
    }
}

/// A file's part in the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MediaRole {
    /// The author's recording, which sounds are made from.
    Recording,
    /// The author's picture, which pictures are made from.
    Original,
    /// Made by the workshop from a recording.
    Made,
    /// A smaller copy of a picture.
    Copy,
    /// As it came.
    AsItCame,
}

/// Where in a show or an episode a file is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case", untagged)]
pub enum MediaPlace {
    /// A place whose file is published.
    Published(FileKind),
    /// A place that only the author sees.
    Private(PrivatePlace),
}

/// Places of files that are never published themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PrivatePlace {
    /// The recording of an episode.
    Recording,
    /// What a picture was made from.
    Original,
    /// Heard before every episode.
    Intro,
    /// Heard after every episode.
    Outro,
}

impl MediaPlace {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Published(kind) => kind.as_str(),
            Self::Private(PrivatePlace::Recording) => "recording",
            Self::Private(PrivatePlace::Original) => "original",
            Self::Private(PrivatePlace::Intro) => "intro",
            Self::Private(PrivatePlace::Outro) => "outro",
        }
    }
}

/// Who sees a use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum UseState {
    /// Listeners, also after the next publication.
    Published,
    /// Listeners, until the next publication.
    UntilPublished,
    /// Listeners, after the next publication.
    WithNext,
    /// Nobody but the author.
    Draft,
}

/// One use of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct MediaUse {
    /// The show.
    pub show: ShowId,
    /// Its title.
    pub show_title: String,
    /// The episode; none for the show itself.
    pub episode: Option<EpisodeId>,
    /// Its title; empty for the show itself.
    pub episode_title: String,
    /// Where in it.
    pub place: MediaPlace,
    /// Who sees it.
    pub state: UseState,
}

/// Why a file that no show and no episode uses stays all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum KeptFor {
    /// A show or an episode names it.
    Record,
    /// A step that can still be taken back, or again, names it.
    Undo,
    /// A published version names it: going back to that version needs it.
    Version,
    /// A publication, an upload or a withdrawal that is not done names it.
    Publication,
    /// A draft that somebody was invited to hear names it.
    Share,
    /// Work that is not done names it.
    Work,
    /// Something that stays was made of it.
    MadeOf,
    /// Other notes of the library name it (an import, a server's copy).
    Notes,
    /// It was put there, or used, less than an hour ago.
    Fresh,
}

/// A file of the library.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct MediaItem {
    /// Its content.
    pub hash: Sha256,
    /// Name of the file it came from; empty where nobody knows.
    pub name: String,
    /// What it is.
    pub shelf: MediaShelf,
    /// Its part in the work.
    pub role: MediaRole,
    /// MIME type; empty where nobody looked.
    pub mime: String,
    /// Bytes.
    pub size_bytes: u64,
    /// Length of a sound.
    pub duration_ms: Option<i64>,
    /// Pixels across.
    pub width_px: Option<u32>,
    /// Pixels down.
    pub height_px: Option<u32>,
    /// When it came, Unix milliseconds.
    pub added_ms: i64,
    /// Whether it lies on this disk.
    pub here: bool,
    /// Tags the author gave it.
    pub tags: Vec<String>,
    /// Where it is used.
    pub uses: Vec<MediaUse>,
    /// Why it stays; nothing when it is an orphan.
    pub kept: Vec<KeptFor>,
    /// The recording it was made of.
    pub source: Option<Sha256>,
}

impl MediaItem {
    /// Whether nothing needs it any more.
    pub fn is_orphan(&self) -> bool {
        self.kept.is_empty()
    }
}

/// How much lies on one shelf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ShelfSize {
    /// Which.
    pub shelf: MediaShelf,
    /// Files.
    pub files: u64,
    /// Bytes of those on this disk.
    pub size_bytes: u64,
    /// Files among them that nothing needs.
    pub orphans: u64,
    /// Bytes of these.
    pub orphan_bytes: u64,
}

/// What became of files that nothing needed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct OrphansGone {
    /// Files that were deleted.
    pub files: u64,
    /// Bytes that are free now.
    pub size_bytes: u64,
    /// Files that could not be deleted; the next time takes them.
    pub left: u64,
}

/// All shelves with something on them, in their order.
pub fn sizes(items: &[MediaItem]) -> Vec<ShelfSize> {
    let of = |shelf: MediaShelf| {
        let mut size = ShelfSize { shelf, files: 0, size_bytes: 0, orphans: 0, orphan_bytes: 0 };
        for item in items.iter().filter(|item| item.shelf == shelf) {
            let bytes = if item.here { item.size_bytes } else { 0 };
            size.files += 1;
            size.size_bytes += bytes;
            if item.is_orphan() {
                size.orphans += 1;
                size.orphan_bytes += bytes;
            }
        }
        size
    };
    MediaShelf::ALL.into_iter().map(of).filter(|size| size.files > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_video_is_a_video_although_it_was_taken_for_its_sound() {
        assert_eq!(MediaShelf::of(MediaKind::Audio, "video/mp4"), MediaShelf::Video);
        assert_eq!(MediaShelf::of(MediaKind::Audio, "audio/mpeg"), MediaShelf::Audio);
        assert_eq!(MediaShelf::of(MediaKind::Font, "font/woff2"), MediaShelf::File);
    }
}
