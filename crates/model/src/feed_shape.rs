//! How a show's feed is written: which HTML apps get, in pages or whole, and further feeds with a part of the episodes.

use serde::{Deserialize, Serialize};

/// Which HTML of the notes apps get in the feed. Websites get all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FeedHtml {
    /// Everything that Hearthcast keeps: headings, quotations, code as well.
    #[default]
    Full,
    /// What directories name: `p br ol ul li a b i strong em`; of all else the words.
    Directories,
    /// No HTML.
    Plain,
}

impl FeedHtml {
    /// Whether it is what a show has that says nothing.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// A further feed of a show, at an address of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct FeedVariant {
    /// Its name in addresses: `a-z 0-9 -`, unique in the show.
    pub name: String,
    /// What it is called in apps; the show's title when empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Which episodes, or which files, it has.
    pub part: FeedPart,
}

/// What a [`FeedVariant`] has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum FeedPart {
    /// The newest episodes.
    Last {
        /// How many.
        episodes: u32,
    },
    /// The episodes of one season.
    Season {
        /// Its number.
        season: u32,
    },
    /// Episodes with a file of this type, which is their enclosure.
    Format {
        /// Media type (`audio/mpeg`, `audio/opus`, `audio/mp4`).
        mime: String,
    },
}
