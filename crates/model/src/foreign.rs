//! What an imported feed said that Hearthcast has no field for: elements of other namespaces, kept as they were and written again;
//! and sound that stays where somebody else keeps it.

use serde::{Deserialize, Serialize};

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
