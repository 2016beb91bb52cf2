//! What every kind of place promises, whatever speaks to it: one trait, and the nouns it speaks of. What it is not: a
//! promise about conditions. A place says what it was asked for; `probe` finds out what it really does.

use crate::{Listener, StorageError, StorageKey};
use hearthcast_fetch::Patience;
use hearthcast_model::rule::{CACHE_FOR_EVER, CACHE_OF_DRAFT, CACHE_OF_FEED};
use hearthcast_model::{Cancel, Error, Sha256};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

/// A place for files. Every write is whole or not at all, and durable before it returns.
#[async_trait::async_trait]
pub trait Place: Send + Sync + std::fmt::Debug {
    /// Asks about a file; `None` when there is none.
    async fn head(&self, key: &StorageKey) -> Result<Option<Head>, StorageError>;

    /// Reads a small file of at most `limit` bytes; `None` when there is none.
    async fn read(&self, key: &StorageKey, limit: u64) -> Result<Option<(Vec<u8>, Seen)>, StorageError>;

    /// Reads a part of a file, through the owner's door.
    async fn read_range(&self, key: &StorageKey, range: Range<u64>) -> Result<Vec<u8>, StorageError>;

    /// Writes a small file, whatever was there.
    async fn put_bytes(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError>;

    /// Writes a small file that must not exist yet; whoever comes second gets [`StorageError::Exists`], where the place
    /// keeps to conditions.
    async fn create(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError>;

    /// Writes a small file while it is still the one that was seen; [`StorageError::Changed`] when it is not, where the
    /// place keeps to conditions.
    async fn replace(&self, key: &StorageKey, bytes: &[u8], seen: &Seen) -> Result<(), StorageError>;

    /// Stores a file. What an earlier run sent (`begun`) is not sent again, where the place can go on. It never shows a
    /// part of it.
    async fn put_file(
        &self,
        key: &StorageKey,
        source: &Source,
        begun: Option<Sending>,
        notebook: &dyn Notebook,
        cancel: &Cancel,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), StorageError>;

    /// Gives an upload up, so that it costs nothing any more. One that is gone already is no failure.
    async fn abort(&self, key: &StorageKey, sending: &Sending) -> Result<(), StorageError>;

    /// Removes a file. One that is gone already is no failure. Nothing but keys can be named, so nothing else is removed.
    async fn delete(&self, key: &StorageKey) -> Result<(), StorageError>;

    /// The files whose keys begin with `prefix` (`media/`, `feeds/show/v/`), in order of their keys. What has no key's
    /// name is not Hearthcast's and is left out.
    async fn list(&self, prefix: &str) -> Result<Vec<Listed>, StorageError>;

    /// The side that listeners see.
    fn listener(&self) -> &Listener;

    /// Whether a condition and its write are one step at the place. Where they are two (look, then write), the guard is
    /// only advisory, however well the probe goes.
    fn conditions_are_one_step(&self) -> bool;

    /// Sends a few bytes the way large files go; says whether they are there afterwards. `None` where large files go no
    /// other way than small ones.
    async fn try_parts(&self, _key: &StorageKey) -> Result<Option<bool>, StorageError> {
        Ok(None)
    }

    /// An address that opens a file to whoever has it, for so long; `None` where the place gives no such addresses. It is
    /// for the author's browser and never stands in a feed.
    async fn signed_link(&self, _key: &StorageKey, _lasting: Duration) -> Result<Option<String>, StorageError> {
        Ok(None)
    }

    /// Requests that change something, so far.
    fn writes(&self) -> u64;

    /// All requests so far, those of the listener's side included.
    fn requests(&self) -> u64;

    /// How far the place's clock was ahead of ours at its last answer, where it tells the time.
    fn clock_ahead_ms(&self) -> Option<i64> {
        None
    }

    /// How long is waited before something is asked again here.
    fn patience(&self) -> Patience {
        Patience::default()
    }

    /// The public address of a key.
    fn public_url(&self, key: &StorageKey) -> String {
        self.listener().url(key)
    }
}

/// What a place says about a file without giving it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// Length.
    pub bytes: u64,
    /// Its type, where the place keeps one.
    pub mime: Option<String>,
    /// Its cache rule, where the place keeps one.
    pub cache: Option<String>,
    /// The hash that was stored with it, where the place keeps one.
    pub sha256: Option<Sha256>,
}

/// A file as it was seen at one moment; only that very file is replaced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// The place's mark of this content; a place without one cannot guard anything.
    pub(crate) etag: Option<String>,
    /// The place's number of this writing, where it counts them.
    pub(crate) version: Option<String>,
}

/// One file of a listing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// Its key.
    pub key: StorageKey,
    /// Its length.
    pub bytes: u64,
    /// Its entity tag, or the time of its last change, where the place tells them with a listing: other bytes have another one.
    pub tag: Option<String>,
}

/// A file to be sent.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where it lies.
    pub path: PathBuf,
    /// What it must hold.
    pub sha256: Sha256,
    /// Its length.
    pub bytes: u64,
    /// Its type.
    pub mime: String,
    /// `Cache-Control`, where a rule says another one than is usual. Places that keep no headers leave it to their web
    /// server.
    pub cache: Option<String>,
}

/// An upload that was begun, as it is noted between two runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// The place's name for it.
    pub upload_id: String,
    /// What is being sent.
    pub sha256: Sha256,
    /// Its length.
    pub bytes: u64,
    /// Length of every part but the last.
    pub part_bytes: u64,
    /// The parts that have arrived, in order.
    pub parts: Vec<Option<Part>>,
}

/// A part that has arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The place's mark of it.
    pub id: String,
    /// Checksum of its bytes, so that a part of an older file is found out.
    pub crc32c: u32,
}

/// Keeps the notes about one upload, durable before it returns.
#[async_trait::async_trait]
pub trait Notebook: Send + Sync {
    /// Notes how far an upload is; `None` when it has ended.
    async fn note(&self, sending: Option<&Sending>) -> Result<(), Error>;
}

/// The name a file has until it is whole: in the same folder, and one for each content, so that two writers never share
/// one that they do not agree on.
pub(crate) fn part_name(key: &StorageKey, sha256: &Sha256) -> String {
    let (text, mark) = (key.to_string(), &sha256.short()[..12]);
    match text.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/.{name}.{mark}.part"),
        None => format!(".{text}.{mark}.part"),
    }
}

/// What is noted of an upload that goes as one.
pub(crate) fn as_one(source: &Source) -> Sending {
    Sending {
        upload_id: "part".into(),
        sha256: source.sha256.clone(),
        bytes: source.bytes,
        part_bytes: source.bytes,
        parts: vec![],
    }
}

/// The type of a feed (RFC 3023, and what apps look for).
const FEED_TYPE: &str = "application/rss+xml; charset=utf-8";

/// The type of JSON chapters (the podcast namespace's).
const CHAPTERS_TYPE: &str = "application/json+chapters";

/// The type a small file has.
pub(crate) fn mime_of(key: &StorageKey) -> &'static str {
    match key {
        StorageKey::Feed(_) | StorageKey::FeedVersion(..) => FEED_TYPE,
        StorageKey::FeedVariant(..) | StorageKey::FeedPage(..) => FEED_TYPE,
        StorageKey::Manifest(..) | StorageKey::Lease(_) => "application/json",
        StorageKey::Draft(_, name) => draft_type(name),
        // Of texts, only chapters files are written as small files: those that name where pictures lie at the place.
        StorageKey::Text(_) => CHAPTERS_TYPE,
        // Of what a rule named, only the feed is written as a small file.
        StorageKey::Ruled(name) if is_name_of_feed(name) => FEED_TYPE,
        _ => "application/octet-stream",
    }
}

/// As rules name feeds: with their ending, or, where one was taken over, with none.
fn is_name_of_feed(name: &str) -> bool {
    name.ends_with(".xml") || name.ends_with(".rss") || !name.rsplit('/').next().unwrap_or_default().contains('.')
}

/// The types of what is written beside a draft's page. Its sound and picture come with their own.
fn draft_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ext)| ext) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "vtt" => "text/vtt; charset=utf-8",
        "json" => CHAPTERS_TYPE,
        "xml" => FEED_TYPE,
        _ => "application/octet-stream",
    }
}

/// How long everybody on the way may keep a file.
pub(crate) fn cache_of(key: &StorageKey) -> &'static str {
    match key {
        // An older feed may be shown for a minute.
        StorageKey::Feed(_) | StorageKey::FeedVariant(..) => CACHE_OF_FEED,
        StorageKey::Manifest(..) | StorageKey::Lease(_) => CACHE_OF_FEED,
        StorageKey::Draft(..) => CACHE_OF_DRAFT,
        // No other content ever gets that name.
        _ => CACHE_FOR_EVER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_file_has_the_type_that_apps_look_for() {
        let hash = "00112233445566778899aabbccddeeff";
        for (key, mime, for_ever) in [
            // The podcast namespace's `chapters`.
            (format!("text/{hash}/one.json"), "application/json+chapters", true),
            (format!("feeds/one/p/{hash}.xml"), "application/rss+xml; charset=utf-8", true),
            ("feeds/one/feed.xml".into(), "application/rss+xml; charset=utf-8", false),
            ("feeds/one/v/00000001.json".into(), "application/json", false),
        ] {
            let parsed = StorageKey::parse(&key).expect("a key");
            assert_eq!((mime_of(&parsed), cache_of(&parsed).contains("immutable")), (mime, for_ever), "{key}");
        }
    }
}
