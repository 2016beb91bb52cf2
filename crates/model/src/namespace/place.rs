//! `podcast:location`, in its form of 2025: several, each for the makers or for the subject.

use serde::{Deserialize, Serialize};

/// Whose place it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LocationRel {
    /// What it is about.
    #[default]
    Subject,
    /// Where it is made.
    Creator,
}

/// `podcast:location`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Location {
    /// Name, at most 128 characters, not blank.
    pub name: String,
    /// Whose place it is.
    #[serde(default)]
    pub rel: LocationRel,
    /// `geo:` address (RFC 5870); may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub geo: String,
    /// OpenStreetMap: N, W or R, an id, and `#` with a revision if wanted; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub osm: String,
    /// Country (ISO 3166-1 alpha-2); may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub country: String,
}
