//! `podcast:liveItem`: a broadcast. Its status alone says whether it is running; the times are plans.

use super::EpisodeTags;
use crate::foreign::ForeignElement;
use crate::person::Person;
use serde::{Deserialize, Serialize};

/// Whether a broadcast is running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LiveStatus {
    /// It is to come.
    #[default]
    Pending,
    /// It is running.
    Live,
    /// It is over.
    Ended,
}

impl LiveStatus {
    /// The word of the namespace.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Live => "live",
            Self::Ended => "ended",
        }
    }
}

/// `podcast:liveItem`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct LiveItem {
    /// Guid; another one is another broadcast.
    pub guid: String,
    /// Whether the guid is also the address of its page (`isPermaLink`), as an imported feed said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guid_is_permalink: bool,
    /// Title.
    pub title: String,
    /// Whether it is running.
    pub status: LiveStatus,
    /// When it begins, Unix milliseconds.
    pub start_ms: i64,
    /// When it ends, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_ms: Option<i64>,
    /// What it is about; plain text, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Its page; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub link: String,
    /// Address of the stream; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stream_url: String,
    /// Media type of the stream (`audio/mpeg`).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mime: String,
    /// Who is heard.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<Person>,
    /// What is said, written along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transcripts: Vec<RemoteTranscript>,
    /// Address of its chapters (`application/json+chapters`); may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub chapters_url: String,
    /// What an imported feed said besides, in namespaces of others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<ForeignElement>,
    /// All that an episode says, too; of [`EpisodeTags::content_links`] at least one: apps that cannot play the stream lead there.
    #[serde(flatten)]
    pub tags: EpisodeTags,
}

/// `podcast:transcript` of a file that is not ours.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct RemoteTranscript {
    /// Address of the file.
    pub url: String,
    /// Media type (`text/vtt`).
    pub mime: String,
    /// Language tag; the feed's when empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// Whether it is timed for showing along with the sound (`rel="captions"`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub captions: bool,
}
