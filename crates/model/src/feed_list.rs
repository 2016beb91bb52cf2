//! Lists of subscriptions (OPML), as the window tells them: which feeds are in one, and what was written into one.

use serde::{Deserialize, Serialize};

/// A feed of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ListedFeed {
    /// What it is called; its address when the list does not say.
    pub title: String,
    /// Address of the feed.
    pub feed_url: String,
    /// Its web page; may be empty.
    pub page_url: String,
}

/// A list of all public feeds that was written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct FeedListWritten {
    /// Where it stands.
    pub file: String,
    /// The feeds in it, in its order.
    pub feeds: Vec<ListedFeed>,
    /// Titles of shows that are public nowhere, and are not in it.
    pub unpublished: Vec<String>,
}
