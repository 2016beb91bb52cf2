//! Tags about words: licence, talk, chat, links, words for programs, who may not take the feed, how often it comes out.

use serde::{Deserialize, Serialize};

/// `podcast:license`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct License {
    /// Identifier of SPDX in lower case (`cc-by-4.0`), or words of one's own with an address; at most 128 characters.
    pub id: String,
    /// Where it stands; needed for an own one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
}

/// `podcast:socialInteract`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SocialInteract {
    /// `activitypub`, `twitter`, `lightning`, `atproto`, `nostr`, `disabled`, …
    pub protocol: String,
    /// The post that talk hangs on; none with `disabled`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub uri: String,
    /// Who posted it (`@ada@example.social`); may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub account_id: String,
    /// Page of who posted it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub account_url: String,
    /// The lowest is shown first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<u32>,
}

/// `podcast:block`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Block {
    /// The platform (`google`, `amazon`, …); all of them when empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// Whether it must not take the feed; false lets one platform in where all are kept out.
    pub blocked: bool,
}

/// `podcast:txt`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Txt {
    /// The words, at most 4,000 characters.
    pub text: String,
    /// What they are for (`verify`, `applepodcastsverify`, `ai-content`, `release`), at most 128 characters; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub purpose: String,
}

/// `podcast:contentLink`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ContentLink {
    /// Where it leads.
    pub href: String,
    /// What it says; not blank.
    pub text: String,
}

/// What listeners talk over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ChatProtocol {
    /// IRC.
    #[default]
    Irc,
    /// XMPP.
    Xmpp,
    /// Nostr.
    Nostr,
    /// Matrix.
    Matrix,
}

impl ChatProtocol {
    /// The word of the namespace.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Irc => "irc",
            Self::Xmpp => "xmpp",
            Self::Nostr => "nostr",
            Self::Matrix => "matrix",
        }
    }
}

/// `podcast:chat`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Chat {
    /// Name of the server (`irc.example.org`).
    pub server: String,
    /// What is spoken there.
    pub protocol: ChatProtocol,
    /// Account of the host; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub account_id: String,
    /// The room; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub space: String,
}

/// `podcast:updateFrequency`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct UpdateFrequency {
    /// In words, at most 128 characters, not blank (`Every second Friday`).
    pub text: String,
    /// As a rule (RFC 5545, `FREQ=WEEKLY;INTERVAL=2`); may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rrule: String,
    /// When the rule begins, Unix milliseconds; needed with a `COUNT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dtstart_ms: Option<i64>,
    /// Nothing more will come.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub complete: bool,
}
