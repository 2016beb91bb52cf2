//! Seasons of a show: what is said about each besides its number, which the episodes name.

use crate::picture::Picture;
use serde::{Deserialize, Serialize};

/// A season of a show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Season {
    /// Number, from 1; no other season of the show has it.
    pub number: u32,
    /// Name; may be empty. Where it is, the newest episode that names its season names it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Picture>,
}
