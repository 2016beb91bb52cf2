//! What a publication sends beside files, kept with its plan so that a resumed publication sends the same bytes.

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
}

impl Payload {
    /// Hash of the feed.
    pub fn feed_sha256(&self) -> Sha256 {
        Sha256::of(self.feed.as_bytes())
    }
}
