//! What is left of a show at places it came from: old feeds, sounds, pictures and pages, who serves them, and where they lead.

use crate::hosts::Closing;
use crate::plan::{Plan, Published};
use serde::{Deserialize, Serialize};

/// What an old address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum OldKind {
    /// A feed.
    Feed,
    /// The sound of an episode, another file with the same content, or a trailer.
    Sound,
    /// A picture.
    Picture,
    /// Chapters or a transcript.
    Text,
    /// A page on the web.
    Page,
}

impl OldKind {
    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Sound => "sound",
            Self::Picture => "picture",
            Self::Text => "text",
            Self::Page => "page",
        }
    }
}

/// What an address answered, and where it led.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Answered {
    /// The last status; 0 when nobody answered.
    pub status: u16,
    /// Where it led in the end; empty where it answered by itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<String>"))]
    pub leads_to: String,
    /// Redirects on the way.
    pub hops: u32,
    /// In words, where nobody answered.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<String>"))]
    pub why: String,
}

impl Answered {
    /// Whether something lies there.
    pub fn is_there(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// An address that listeners, apps or pages know of a show, at a place it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct OldAddress {
    /// What it is.
    pub kind: OldKind,
    /// Title of its episode; of the show for the show's own.
    pub title: String,
    /// The address.
    pub url: String,
    /// Domain that serves it.
    pub domain: String,
    /// The feed of today still names it: it must go on answering.
    pub in_use: bool,
    /// What it answered, where it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub answered: Option<Answered>,
}

/// Somebody who serves old addresses of a show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct OldHost {
    /// Domain.
    pub domain: String,
    /// Name; empty where the host is not known.
    pub name: String,
    /// How a feed is led away from there.
    pub how: String,
    /// Where that is written; empty where the host is not known.
    pub source: String,
    /// How many addresses of each kind it serves.
    pub counts: Vec<(OldKind, u64)>,
    /// How many of them the feed of today still names.
    pub in_use: u64,
    /// What becomes of them when the account there is closed.
    pub closing: Closing,
    /// The same, in a sentence.
    pub dies: String,
}

/// An old feed that was followed as an app does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct OldFeed {
    /// Its address.
    pub url: String,
    /// What it answered.
    pub answered: Answered,
    /// It leads to the new feed within five hops, and every guid of it is there.
    pub arrives: bool,
    /// It still answers by itself, and says where the feed is now (`itunes:new-feed-url`).
    pub says_so: bool,
    /// Guids of the old feed that the new one does not have; at most 50 of them.
    pub missing: Vec<String>,
    /// In a sentence.
    pub sentence: String,
}

/// An old feed of our own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct OwnOldFeed {
    /// Name of the target.
    pub target: String,
    /// Its address.
    pub url: String,
    /// Subscribers that still read it, on the last whole day; `None` where nobody counted yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub readers: Option<u64>,
    /// That day (`2026-11-20`).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<String>"))]
    pub day: String,
    /// They are counted from access logs of the place, which are to be read first; its server does it otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<bool>"))]
    pub by_logs: bool,
    /// It is the feed of today under an older address: nothing of it can be ended, and logs mostly count its readers with the others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<bool>"))]
    pub same_place: bool,
    /// When its author ended it, Unix milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub ended_ms: Option<i64>,
    /// In a sentence.
    pub sentence: String,
}

/// Every old address of a show.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct OldAddresses {
    /// Where the feed is now; empty while it is public nowhere.
    pub feed_url: String,
    /// Who serves them.
    pub hosts: Vec<OldHost>,
    /// They, feeds first.
    pub addresses: Vec<OldAddress>,
    /// Old feeds that were followed.
    pub feeds: Vec<OldFeed>,
    /// Old feeds of our own.
    pub own: Vec<OwnOldFeed>,
    /// Addresses that were not asked, because there are so many.
    pub unasked: u64,
}

/// A show that moves in from elsewhere, or what doing so would mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct MovedIn {
    /// What listeners will see.
    pub plan: Plan,
    /// What was published; `None` for a plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub published: Option<Published>,
    /// Where the feed is from now on.
    pub feed_url: String,
    /// What is to be done at each old host: its domain, its name and how.
    pub hosts: Vec<OldHost>,
    /// Old feeds, as an app finds them now.
    pub feeds: Vec<OldFeed>,
}
