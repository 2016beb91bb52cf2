//! What an imported feed said that Hearthcast has no field for: elements of other namespaces, kept as they were and written again;
//! and sound that stays where somebody else keeps it.

use serde::{Deserialize, Serialize};

/// Address of Atom's namespace (RFC 4287 §2).
pub const ATOM: &str = "http://www.w3.org/2005/Atom";
/// What begins the address of a registered relation, which says the same as its name (RFC 4287 §4.2.7.2).
const REGISTERED: &str = "http://www.iana.org/assignments/relation/";
/// Relations of documents of one feed to each other, to their pages and to the hub: feeds say these themselves.
const OWN_RELATIONS: [&str; 11] = [
    "self",
    "alternate",
    "hub",
    "next",
    "prev",
    "previous",
    "first",
    "last",
    "current",
    "prev-archive",
    "next-archive",
];

/// What a link of Atom is there for, in small letters; without a word it leads to the page (RFC 4287 §4.2.7.2).
pub fn relation(rel: Option<&str>) -> String {
    let rel = rel.unwrap_or_default().trim().to_ascii_lowercase();
    match rel.strip_prefix(REGISTERED).unwrap_or(&rel) {
        "" => "alternate".into(),
        name => name.into(),
    }
}

/// Whether an element of Atom inside RSS says what a feed says itself: name and dates of the document, whole feeds and
/// episodes, and links to documents of the feed and to its hub.
pub fn is_own_in_atom(name: &str, rel: Option<&str>) -> bool {
    match name.to_ascii_lowercase().as_str() {
        "id" | "updated" | "published" | "feed" | "entry" => true,
        "link" => OWN_RELATIONS.contains(&relation(rel).as_str()),
        _ => false,
    }
}

/// An element of a namespace that Hearthcast does not write itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ForeignElement {
    /// Address of its namespace; empty is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// Name without prefix.
    pub name: String,
    /// Attributes, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<ForeignAttribute>,
    /// Texts and elements inside, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inside: Vec<ForeignNode>,
}

/// An attribute of a [`ForeignElement`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ForeignAttribute {
    /// Address of its namespace; empty for those without a prefix.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// Name without prefix.
    pub name: String,
    /// Value.
    pub value: String,
}

/// What stands in a [`ForeignElement`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ForeignNode {
    /// A text; CDATA sections are text, too.
    Text(String),
    /// An element.
    Element(ForeignElement),
}

/// Sound of an episode that lies at somebody else's address (RSS 2.0 `enclosure`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct RemoteAudio {
    /// Where it lies, as the feed had it.
    pub url: String,
    /// Its bytes; 0 is unknown, which RSS allows.
    #[serde(default)]
    pub size_bytes: u64,
    /// Media type (`audio/mpeg`).
    pub mime: String,
    /// Length, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
}
