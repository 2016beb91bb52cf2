//! What a publication sends beside files, kept with its plan so that a resumed publication sends the same bytes.

use crate::documents::Document;
use crate::feed_tree::{FeedItem, FeedTree};
use hearthcast_model::legacy::LegacyPath;
use hearthcast_model::rule::AudioMode;
use hearthcast_model::{MediaFacts, Sha256, Show};
use hearthcast_protocol::publish::ReleasedEpisode;
use serde::{Deserialize, Serialize};

/// The feed and the records it was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// The feed, UTF-8.
    pub feed: String,
    /// The show as the public shall see it.
    pub show: Show,
    /// All episodes as the public shall see them.
    pub episodes: Vec<ReleasedEpisode>,
    /// Facts of every file the feed names.
    pub facts: Vec<MediaFacts>,
    /// How listeners of a server get the sound.
    #[serde(default, skip_serializing_if = "AudioMode::is_usual")]
    pub audio: AudioMode,
    /// Older paths, for a server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<LegacyPath>,
    /// Chapters files written for the place, pages of the feed, oldest first, and further feeds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Document>,
}

impl Payload {
    /// Addresses and lengths of the feed's sounds, newest first.
    pub fn sounds(&self) -> Vec<(String, u64)> {
        let items = FeedTree::read(self.feed.as_bytes()).map(|feed| feed.items).unwrap_or_default();
        let sound = |item: &FeedItem| {
            let tag = item.tags.get("enclosure")?.first()?;
            Some((tag.attribute("url")?.to_string(), tag.attribute("length")?.parse().ok()?))
        };
        items.iter().filter_map(sound).collect()
    }
    /// Hash of the feed.
    pub fn feed_sha256(&self) -> Sha256 {
        Sha256::of(self.feed.as_bytes())
    }
}
