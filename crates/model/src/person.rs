//! People, ways to give, and other small things a show and its episodes have (FEED.md §1).

use serde::{Deserialize, Serialize};

/// `podcast:person`. An episode's list replaces the show's whole list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Person {
    /// Name, at most 128 characters, not blank.
    pub name: String,
    /// Role of the podcast taxonomy (`host`, `guest`, …), lower case; empty means host.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub role: String,
    /// Group of the podcast taxonomy (`cast`, `writing`, …), lower case; empty means cast.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// Address of a picture; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub img: String,
    /// Address of a page about the person; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub href: String,
}

/// `podcast:funding`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Funding {
    /// Where to give.
    pub url: String,
    /// What the link says, at most 128 characters.
    pub text: String,
}
