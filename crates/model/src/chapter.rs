//! Chapters and transcripts of an episode as the author keeps them.

use crate::facts::Finding;
use crate::picture::Picture;
use crate::show::Attachment;
use serde::{Deserialize, Serialize};

/// A chapter (JSON chapters 1.2, FEED.md §2). Times are on the clock of the published sound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Chapter {
    /// Start, milliseconds.
    pub start_ms: i64,
    /// End, milliseconds, where the author said one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_ms: Option<i64>,
    /// Title.
    pub title: String,
    /// Link; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// Not in the table of contents (`toc: false`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// Picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Picture>,
    /// The place it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<ChapterLocation>,
}

impl Chapter {
    /// A chapter of which no more is said.
    pub fn new(start_ms: i64, title: impl Into<String>) -> Self {
        Self {
            start_ms,
            end_ms: None,
            title: title.into(),
            url: String::new(),
            hidden: false,
            picture: None,
            location: None,
        }
    }
}

/// The place of a chapter (JSON chapters 1.2, `location`). It says something: not all of it is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ChapterLocation {
    /// Name; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// `geo:` address (RFC 5870); may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub geo: String,
    /// OpenStreetMap: N, W or R, an id, and `#` with a revision if wanted; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub osm: String,
}

/// Chapters that were read from a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ChaptersRead {
    /// In order of time.
    pub chapters: Vec<Chapter>,
    /// What of it was left out: pictures that cannot be used.
    pub findings: Vec<Finding>,
}

/// A transcript, as a file of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Transcript {
    /// The file; its extension (`vtt`, `srt`) says which format.
    pub file: Attachment,
    /// RFC 5646 language tag; empty means the show's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// Whether it is closed captions (`rel="captions"`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub captions: bool,
}

/// A smaller copy of a picture.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Rendition {
    /// Pixels across.
    pub width_px: u32,
    /// Pixels down.
    pub height_px: u32,
    /// The file.
    pub file: Attachment,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chapter_of_before_places_opens_and_is_written_as_it_was() {
        // As libraries, exports and publications held it until now.
        let before = r#"{"start_ms":62500,"end_ms":70001,"title":"The quay","url":"https://a.example/","hidden":true}"#;
        let read: Chapter = serde_json::from_str(before).unwrap();
        assert_eq!(read.location, None);
        assert_eq!(serde_json::to_string(&read).unwrap(), before);
        let placed = r#"{"start_ms":0,"title":"","location":{"name":"Pier 7","osm":"N5"}}"#;
        let read: Chapter = serde_json::from_str(placed).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), placed);
    }
}
