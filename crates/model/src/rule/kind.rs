//! Kinds of files that a rule can be made for.

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $text:literal),* $(,)?) => {
        /// What a published file is to its show or episode.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
        #[serde(rename_all = "snake_case")]
        pub enum FileKind { $($(#[$doc])* $variant),* }
        impl FileKind {
            /// All kinds, in the order people read them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// The kind as it is written (`episode_image`).
            pub fn as_str(self) -> &'static str { match self { $(Self::$variant => $text),* } }
        }
    };
}

kinds! {
    /// Sound of an episode.
    Audio = "audio",
    /// Video of an episode, and the pieces of a stream (HLS).
    Video = "video",
    /// Cover of a show.
    Cover = "cover",
    /// Wide picture of a show.
    Banner = "banner",
    /// Picture in a browser's tab.
    Favicon = "favicon",
    /// Smaller copies of covers and pictures.
    Thumbnail = "thumbnail",
    /// Picture beside a link.
    LinkIcon = "link_icon",
    /// Picture of an episode.
    EpisodeImage = "episode_image",
    /// Picture of a chapter.
    ChapterImage = "chapter_image",
    /// Picture in notes.
    NotesImage = "notes_image",
    /// Chapters of an episode.
    Chapters = "chapters",
    /// Transcript of an episode.
    Transcript = "transcript",
    /// A page of the show's site, and what belongs to it.
    SiteFile = "site_file",
    /// Font of the show's site.
    Font = "font",
    /// A file that notes link to.
    Attachment = "attachment",
    /// The feed.
    Feed = "feed",
}

impl FileKind {
    /// Reads a kind, with dashes as well (`episode-image`).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase().replace('-', "_");
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

    /// Whether such a file belongs to one episode.
    pub fn is_of_episode(self) -> bool {
        matches!(
            self,
            Self::Audio | Self::Video | Self::EpisodeImage | Self::ChapterImage | Self::Chapters | Self::Transcript
        )
    }

    /// The names that such files have without a rule (DESIGN §6.3).
    pub fn usual_path(self) -> &'static str {
        match self {
            Self::Cover
            | Self::Banner
            | Self::Favicon
            | Self::Thumbnail
            | Self::LinkIcon
            | Self::EpisodeImage
            | Self::ChapterImage
            | Self::NotesImage => "images/{hash}/{name}.{ext}",
            Self::Chapters | Self::Transcript => "text/{hash}/{name}.{ext}",
            Self::Feed => "feeds/{show}/feed.xml",
            Self::Audio | Self::Video | Self::SiteFile | Self::Font | Self::Attachment => "media/{hash}/{name}.{ext}",
        }
    }
}

impl std::fmt::Display for FileKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.as_str().replace('_', " "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_read_as_they_are_written() {
        for kind in FileKind::ALL {
            assert_eq!(FileKind::parse(kind.as_str()), Some(*kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!(FileKind::parse("Episode-Image"), Some(FileKind::EpisodeImage));
        assert_eq!(FileKind::parse("everything"), None);
    }
}
