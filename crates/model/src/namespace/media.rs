//! Tags about files: passages, announcements, pictures, and the same content in other files.

use crate::Sha256;
use crate::picture::Picture;
use crate::show::Attachment;
use serde::{Deserialize, Serialize};

/// `podcast:soundbite`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Soundbite {
    /// Where it begins in the sound.
    pub start_ms: i64,
    /// How long it is; 15 to 120 seconds are advised.
    pub duration_ms: i64,
    /// What it is called, at most 128 characters; the episode's title when empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
}

/// `podcast:trailer`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Trailer {
    /// What it is called, at most 128 characters, not blank.
    pub title: String,
    /// Address of the file.
    pub url: String,
    /// When it came out, Unix milliseconds.
    pub published_ms: i64,
    /// Bytes of the file, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length_bytes: Option<u64>,
    /// Media type (`audio/mpeg`); may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mime: String,
    /// The season it announces, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season: Option<u32>,
}

/// `podcast:image` (phase 8).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Image {
    /// Address of the picture.
    pub href: String,
    /// What is to be seen.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub alt: String,
    /// Width to height (`16/9`); may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub aspect_ratio: String,
    /// Pixels across, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width_px: Option<u32>,
    /// Pixels down, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height_px: Option<u32>,
    /// Media type (`image/jpeg`); may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mime: String,
    /// What it is for: `artwork`, `social`, `canvas`, `banner`, `publisher`, `circular`, `poster`, several with spaces; at most
    /// 128 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub purpose: String,
}

/// `podcast:alternateEnclosure`: another file with the same content.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AlternateEnclosure {
    /// Media type (`audio/opus`).
    pub mime: String,
    /// Bytes of the file, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length_bytes: Option<u64>,
    /// Bits per second, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bitrate_bps: Option<f64>,
    /// Lines of a video, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height_px: Option<u32>,
    /// Language tag; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lang: String,
    /// What it is called, at most 32 characters; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Groups files that belong together, at most 32 characters; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rel: String,
    /// Codecs (RFC 6381); may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub codecs: String,
    /// Whether it is the very file of the enclosure.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub default: bool,
    /// Our own file, if it is one: its address, length and hash are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Attachment>,
    /// A still of our own video, shown before it plays (`podcast:image` with the purpose `poster`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poster: Option<Picture>,
    /// Further addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// How to know that the file is whole; our own file's hash when it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integrity: Option<Integrity>,
}

impl AlternateEnclosure {
    /// Whether it is this file of our own.
    pub fn is_file(&self, hash: &Sha256) -> bool {
        self.file.as_ref().is_some_and(|file| file.hash == *hash)
    }
}

/// `podcast:source`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(rename = "AlternateSource"))]
pub struct Source {
    /// Address, of any scheme.
    pub uri: String,
    /// Media type of what is found there, if it is another one; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mime: String,
}

impl Source {
    /// Media type of what is found there.
    pub fn mime_in<'a>(&'a self, other: &'a AlternateEnclosure) -> &'a str {
        if self.mime.is_empty() { &other.mime } else { &self.mime }
    }
}

/// How integrity is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum IntegrityKind {
    /// Subresource Integrity (`sha256-…`).
    #[default]
    Sri,
    /// A signature by PGP, in base64.
    PgpSignature,
}

/// `podcast:integrity`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Integrity {
    /// How it is told.
    pub kind: IntegrityKind,
    /// The hash or signature.
    pub value: String,
}
