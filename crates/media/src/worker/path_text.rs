//! Paths as text in JSON: their bytes in Base64, because not every path is Unicode.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serializer};
use std::path::{Path, PathBuf};

/// Writes a path.
pub fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    match encode(path) {
        Some(text) => serializer.serialize_str(&text),
        None => Err(S::Error::custom("a path that cannot be written down")),
    }
}

/// Reads a path.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    let text = String::deserialize(deserializer)?;
    decode(&text).ok_or_else(|| D::Error::custom("a path that is no path"))
}

/// The same for a path that may be missing.
pub mod optional {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};
    use std::path::PathBuf;

    /// Writes a path or nothing.
    pub fn serialize<S: Serializer>(path: &Option<PathBuf>, serializer: S) -> Result<S::Ok, S::Error> {
        match path {
            Some(path) => super::serialize(path, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads a path or nothing.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| super::decode(&text).ok_or_else(|| D::Error::custom("a path that is no path"))).transpose()
    }
}

/// The same for several paths.
pub mod list {
    use serde::de::Error as _;
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::path::PathBuf;

    /// Writes paths.
    pub fn serialize<S: Serializer>(paths: &[PathBuf], serializer: S) -> Result<S::Ok, S::Error> {
        let texts: Option<Vec<String>> = paths.iter().map(|path| super::encode(path)).collect();
        texts.ok_or_else(|| S::Error::custom("a path that cannot be written down"))?.serialize(serializer)
    }

    /// Reads paths.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PathBuf>, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        let paths: Option<Vec<PathBuf>> = texts.iter().map(|text| super::decode(text)).collect();
        paths.ok_or_else(|| D::Error::custom("a path that is no path"))
    }
}

#[cfg(unix)]
fn encode(path: &Path) -> Option<String> {
    use std::os::unix::ffi::OsStrExt;
    Some(STANDARD.encode(path.as_os_str().as_bytes()))
}

#[cfg(unix)]
fn decode(text: &str) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Some(std::ffi::OsString::from_vec(STANDARD.decode(text).ok()?).into())
}

#[cfg(not(unix))]
fn encode(path: &Path) -> Option<String> {
    path.to_str().map(|text| STANDARD.encode(text))
}

#[cfg(not(unix))]
fn decode(text: &str) -> Option<PathBuf> {
    String::from_utf8(STANDARD.decode(text).ok()?).ok().map(PathBuf::from)
}
