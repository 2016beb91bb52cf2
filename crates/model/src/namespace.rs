//! Tags of the podcast namespace (<https://podcastindex.org/namespace/1.0>, FEED.md §1) beyond people, ways to give, chapters and
//! transcripts, which have modules of their own. A field per attribute, in the namespace's words; what is empty is not written.
//!
//! What a tag may hold is asked where it is written (`hearthcast_feed::podcast`) and where it is entered; here are only shapes.

mod live;
mod media;
mod place;
mod social;
mod value;
pub mod words;

pub use live::{LiveItem, LiveStatus, RemoteTranscript};
pub use media::{AlternateEnclosure, Image, Integrity, IntegrityKind, Soundbite, Source, Trailer};
pub use place::{Location, LocationRel};
pub use social::{Block, Chat, ChatProtocol, ContentLink, License, SocialInteract, Txt, UpdateFrequency};
pub use value::{RemoteItem, TimeSplitTo, Value, ValueRecipient, ValueTimeSplit};

use crate::person::Funding;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Tags of a show or of an episode.
pub trait Tags: Serialize + serde::de::DeserializeOwned {
    /// Those that this version does not know.
    fn unknown(&self) -> &BTreeMap<String, serde_json::Value>;
}

impl Tags for ShowTags {
    fn unknown(&self) -> &BTreeMap<String, serde_json::Value> {
        &self.extra
    }
}

impl Tags for EpisodeTags {
    fn unknown(&self) -> &BTreeMap<String, serde_json::Value> {
        &self.extra
    }
}

/// What a show says in the namespace.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ShowTags {
    /// Where it is made, and what places it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<Location>,
    /// How it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<License>,
    /// Announcements, for apps that show them before anybody subscribes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trailers: Vec<Trailer>,
    /// Pictures for several purposes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Image>,
    /// Payments while listening.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
    /// Where it is talked about; one with the protocol `disabled` says: nowhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub social: Vec<SocialInteract>,
    /// Which platforms may not take it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Block>,
    /// Words for programs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub txts: Vec<Txt>,
    /// Feeds and items of others that belong to this feed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remote_items: Vec<RemoteItem>,
    /// Shows that its makers recommend.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub podroll: Vec<RemoteItem>,
    /// How often it comes out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update_frequency: Option<UpdateFrequency>,
    /// Whether changes are told by Podping; `None` says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses_podping: Option<bool>,
    /// The feed of its publisher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<RemoteItem>,
    /// Where its listeners talk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<Chat>,
    /// Broadcasts, coming, running and over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub live_items: Vec<LiveItem>,
    /// Tags a newer Hearthcast wrote; kept untouched.
    #[serde(flatten)]
    #[cfg_attr(feature = "bindings", ts(skip))]
    pub extra: BTreeMap<String, serde_json::Value>,
}

impl ShowTags {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What an episode says in the namespace.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct EpisodeTags {
    /// Ways to give for this episode.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub funding: Vec<Funding>,
    /// What apps show in place of the number, at most 32 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub number_display: String,
    /// Passages worth hearing alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub soundbites: Vec<Soundbite>,
    /// Where it was made, and what places it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<Location>,
    /// How it may be used, if not like the show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<License>,
    /// Pictures for several purposes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Image>,
    /// The same content in other files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternate_enclosures: Vec<AlternateEnclosure>,
    /// Payments while listening, in place of the show's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
    /// Pages where it can be heard or seen, too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub content_links: Vec<ContentLink>,
    /// Where it is talked about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub social: Vec<SocialInteract>,
    /// Words for programs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub txts: Vec<Txt>,
    /// Where its listeners talk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<Chat>,
    /// Tags a newer Hearthcast wrote; kept untouched.
    #[serde(flatten)]
    #[cfg_attr(feature = "bindings", ts(skip))]
    pub extra: BTreeMap<String, serde_json::Value>,
}

impl EpisodeTags {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
