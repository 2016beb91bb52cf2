//! A bucket of an S3-compatible storage. Small things are written whole, large files in equal parts that survive a kill; the
//! feed is replaced only while it is the one that was seen.
//!
//! Storages accept conditions and ignore them: that a conditional write was accepted proves nothing here. `probe` finds out
//! which storages do, and the engine acts on it. Requests go through `fetch`, and nowhere but to the storage's own address
//! and its public one.

mod access;
mod azure;
#[cfg(test)]
mod azure_trials;
mod google;
#[cfg(test)]
mod google_trials;
mod memory;
mod send;
#[cfg(test)]
mod trials;
mod wire;

pub use access::AccessKey;

use crate::place::{Head, Listed, Notebook, Place, Seen, Sending, Source, cache_of, mime_of};
use crate::refusal::{AccessTo, Meaning};
use crate::{Listener, StorageError, StorageKey};
use futures_util::TryStreamExt as _;
use hearthcast_fetch::{HttpMethod, Net, Owned, Patience};
use hearthcast_model::place::{Location, Remote};
use hearthcast_model::rule::CACHE_OF_FEED;
use hearthcast_model::{Cancel, Sha256};
use object_store::aws::{AmazonS3Builder, S3ConditionalPut};
use object_store::multipart::MultipartStore;
use object_store::path::Path;
use object_store::signer::Signer;
use object_store::{
    Attribute, Attributes, ClientOptions, Error as StoreError, GetOptions, ObjectStore, ObjectStoreExt, PutMode,
    PutOptions, PutPayload, RetryConfig, UpdateVersion,
};
use std::sync::Arc;
use std::time::Duration;
use url::Url;
use wire::Wire;

/// Name under which a file's hash is stored beside it.
const HASH: &str = "sha256";

/// Most files of one listing.
const MOST_LISTED: usize = 1_000_000;

/// A storage that takes files whole and in parts.
trait Store: ObjectStore + MultipartStore + Signer {}
impl<T: ObjectStore + MultipartStore + Signer> Store for T {}

/// A bucket, or a part of one under a prefix.
#[derive(Clone)]
pub struct Bucket {
    store: Arc<dyn Store>,
    wire: Wire,
    prefix: String,
    listener: Listener,
    about: AccessTo,
    finish: Finish,
    /// `Cache-Control` of the feed, where a rule says another one than is usual.
    feed_cache: Option<String>,
}

/// How the parts of a file are put together.
#[derive(Clone)]
enum Finish {
    /// What belongs to the file was said at the beginning; the storage may forget the upload, and is asked about it where
    /// that is known to help.
    Plain(Option<memory::Memory>),
    /// It is said at the end.
    Blocks(azure::Blocks),
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bucket").field("bucket", &self.about.name).field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl Bucket {
    /// A bucket with the key to it. Sends nothing yet.
    pub fn open(
        location: &Location,
        access: &AccessKey,
        allow_insecure: bool,
        net: impl Into<Net>,
    ) -> Result<Self, StorageError> {
        let net = net.into();
        let Location::Bucket { bucket, prefix, endpoint, region, path_style, ca, public_url } = location else {
            return Err(StorageError::OtherKind);
        };
        let (path_style, address) = address(bucket, endpoint, region, *path_style);
        let about = AccessTo { name: bucket.clone(), origin: address.clone() };
        let read = |text: &str| Url::parse(text).map_err(|_| about.error(Meaning::BadAddress(text.into())));
        let wire = Wire::new(Owned::over(&net, &[read(&address)?], allow_insecure, ca.as_deref())?, &net);
        let listener = Listener::over(&net, public_url, allow_insecure)?;
        let store = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(region)
            .with_endpoint(&address)
            .with_virtual_hosted_style_request(!path_style)
            .with_access_key_id(access.id())
            .with_secret_access_key(access.secret())
            .with_disable_bulk_delete(true)
            .with_conditional_put(S3ConditionalPut::ETagMatch)
            .with_client_options(ClientOptions::new().with_allow_http(true))
            .with_retry(no_retry())
            .with_http_connector(wire.clone())
            .build()
            .map_err(|error| about.read(error))?;
        let bucket_address = if path_style { format!("{address}/{bucket}") } else { address };
        let finish = Finish::Plain(Some(memory::Memory::new(bucket_address, region, access, wire.clone())));
        Ok(Self { store: Arc::new(store), wire, prefix: prefix.clone(), listener, about, finish, feed_cache: None })
    }

    /// A container of Azure Blob Storage: the key's id is the account. Sends nothing yet.
    pub fn open_azure(
        remote: &Remote,
        access: &AccessKey,
        allow_insecure: bool,
        net: impl Into<Net>,
    ) -> Result<Self, StorageError> {
        azure::open(remote, access, allow_insecure, &net.into())
    }

    /// A bucket of Google Cloud Storage: the key's secret is that of a service account, as JSON. Sends nothing yet.
    pub fn open_google(
        remote: &Remote,
        access: &AccessKey,
        allow_insecure: bool,
        net: impl Into<Net>,
    ) -> Result<Self, StorageError> {
        google::open(remote, access, allow_insecure, &net.into())
    }

    /// The same bucket, whose feeds caches may keep as a rule says (`Cache-Control`).
    pub fn with_feed_cache(self, cache: Option<&str>) -> Self {
        Self { feed_cache: cache.map(str::to_string), ..self }
    }

    async fn put(&self, key: &StorageKey, bytes: &[u8], mode: PutMode) -> Result<(), StoreError> {
        let cache = match key {
            // Of what a rule named, only the feed is a small file.
            StorageKey::Feed(_) | StorageKey::FeedVariant(..) | StorageKey::Ruled(_) => {
                Some(self.feed_cache.as_deref().unwrap_or(CACHE_OF_FEED))
            }
            _ => None,
        };
        let attributes = attributes(key, mime_of(key), &Sha256::of(bytes), cache);
        let options = PutOptions { mode, attributes, ..PutOptions::default() };
        let payload = PutPayload::from(bytes.to_vec());
        self.store.put_opts(&self.path(key), payload, options).await.map(|_| ())
    }

    fn path(&self, key: &StorageKey) -> Path {
        Path::from(format!("{}{key}", self.before()))
    }

    /// What stands before every key.
    fn before(&self) -> String {
        match self.prefix.as_str() {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        }
    }
}

#[async_trait::async_trait]
impl Place for Bucket {
    async fn head(&self, key: &StorageKey) -> Result<Option<Head>, StorageError> {
        let options = GetOptions { head: true, ..GetOptions::default() };
        let found = match self.store.get_opts(&self.path(key), options).await {
            Ok(found) => found,
            Err(StoreError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(self.about.read(error)),
        };
        let text = |name: &Attribute| found.attributes.get(name).map(|value| value.to_string());
        Ok(Some(Head {
            bytes: found.meta.size,
            mime: text(&Attribute::ContentType),
            cache: text(&Attribute::CacheControl),
            sha256: text(&Attribute::Metadata(HASH.into())).and_then(|hash| Sha256::parse(&hash)),
        }))
    }

    async fn read(&self, key: &StorageKey, limit: u64) -> Result<Option<(Vec<u8>, Seen)>, StorageError> {
        let found = match self.store.get(&self.path(key)).await {
            Ok(found) => found,
            Err(StoreError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(self.about.read(error)),
        };
        if found.meta.size > limit {
            return Err(self.about.error(Meaning::TooLong { key: key.to_string(), limit }));
        }
        let seen = Seen { etag: found.meta.e_tag.clone(), version: found.meta.version.clone() };
        let bytes = found.bytes().await.map_err(|error| self.about.read(error))?;
        Ok(Some((bytes.into(), seen)))
    }

    async fn read_range(&self, key: &StorageKey, range: std::ops::Range<u64>) -> Result<Vec<u8>, StorageError> {
        let bytes = self.store.get_range(&self.path(key), range).await.map_err(|error| self.about.read(error))?;
        Ok(bytes.into())
    }

    async fn put_bytes(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError> {
        self.put(key, bytes, PutMode::Overwrite).await.map_err(|error| self.about.read(error))
    }

    async fn create(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError> {
        match self.put(key, bytes, PutMode::Create).await {
            Err(error) if is_conflict(&error) => Err(StorageError::Exists { key: key.to_string() }),
            other => other.map_err(|error| self.about.read(error)),
        }
    }

    async fn replace(&self, key: &StorageKey, bytes: &[u8], seen: &Seen) -> Result<(), StorageError> {
        let mode = match seen {
            Seen { etag: None, version: None } => PutMode::Overwrite,
            Seen { etag, version } => PutMode::Update(UpdateVersion { e_tag: etag.clone(), version: version.clone() }),
        };
        match self.put(key, bytes, mode).await {
            Err(error) if is_conflict(&error) => Err(StorageError::Changed { key: key.to_string() }),
            other => other.map_err(|error| self.about.read(error)),
        }
    }

    async fn put_file(
        &self,
        key: &StorageKey,
        source: &Source,
        begun: Option<Sending>,
        notebook: &dyn Notebook,
        cancel: &Cancel,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), StorageError> {
        self.send_file(key, source, begun, notebook, cancel, progress).await
    }

    async fn abort(&self, key: &StorageKey, sending: &Sending) -> Result<(), StorageError> {
        self.give_up(key, &sending.upload_id).await
    }

    async fn delete(&self, key: &StorageKey) -> Result<(), StorageError> {
        match self.store.delete(&self.path(key)).await {
            Err(StoreError::NotFound { .. }) => Ok(()),
            other => other.map_err(|error| self.about.read(error)),
        }
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Listed>, StorageError> {
        let before = self.before();
        let wanted = format!("{before}{prefix}");
        let folder = wanted.rsplit_once('/').map(|(folder, _)| Path::from(folder));
        let (mut files, mut found) = (self.store.list(folder.as_ref()), vec![]);
        while let Some(file) = files.try_next().await.map_err(|error| self.about.read(error))? {
            if found.len() == MOST_LISTED {
                return Err(self.about.error(Meaning::Unreadable(format!("it lists more than {MOST_LISTED} files"))));
            }
            let key = file
                .location
                .as_ref()
                .strip_prefix(&wanted)
                .and_then(|rest| StorageKey::parse(&format!("{prefix}{rest}")));
            // Some storages tell no tags in listings; then the time of the last change stands for one.
            let tag = file.e_tag.or_else(|| Some(file.last_modified.to_rfc3339()));
            found.extend(key.map(|key| Listed { key, bytes: file.size, tag }));
        }
        found.sort();
        Ok(found)
    }

    async fn signed_link(&self, key: &StorageKey, lasting: Duration) -> Result<Option<String>, StorageError> {
        let link = self.store.signed_url(HttpMethod::GET, &self.path(key), lasting).await;
        link.map(|link| Some(link.into())).map_err(|error| self.about.read(error))
    }

    fn listener(&self) -> &Listener {
        &self.listener
    }

    fn conditions_are_one_step(&self) -> bool {
        true
    }

    async fn try_parts(&self, key: &StorageKey) -> Result<Option<bool>, StorageError> {
        self.send_one_part(key).await.map(Some)
    }

    fn writes(&self) -> u64 {
        self.wire.tally().writes()
    }

    fn requests(&self) -> u64 {
        self.wire.tally().requests() + self.listener.requests()
    }

    fn clock_ahead_ms(&self) -> Option<i64> {
        self.wire.tally().clock_ahead_ms()
    }

    fn patience(&self) -> Patience {
        self.wire.patience().clone()
    }
}

/// `wire` tries again by itself: it knows what may be sent twice.
fn no_retry() -> RetryConfig {
    RetryConfig { max_retries: 0, retry_timeout: Duration::ZERO, ..RetryConfig::default() }
}

/// Another write came first, in the words of one storage (412) or another (409).
fn is_conflict(error: &StoreError) -> bool {
    matches!(error, StoreError::AlreadyExists { .. } | StoreError::Precondition { .. } | StoreError::NotModified { .. })
}

/// Where requests go, and whether the bucket stands in the path. A name with dots has no certificate of its own.
fn address(bucket: &str, endpoint: &str, region: &str, path_style: bool) -> (bool, String) {
    let path_style = path_style || bucket.contains('.');
    let endpoint = match endpoint {
        "" => format!("https://s3.{region}.amazonaws.com"),
        given => given.trim_end_matches('/').to_string(),
    };
    match (path_style, endpoint.split_once("://")) {
        (false, Some((scheme, host))) => (false, format!("{scheme}://{bucket}.{host}")),
        _ => (true, endpoint),
    }
}

/// What goes with a file so that every web server in front of the storage says the right thing.
fn attributes(key: &StorageKey, mime: &str, sha256: &Sha256, cache: Option<&str>) -> Attributes {
    Attributes::from_iter([
        (Attribute::ContentType, mime.to_string()),
        (Attribute::CacheControl, cache.unwrap_or(cache_of(key)).to_string()),
        (Attribute::Metadata(HASH.into()), sha256.to_string()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_go_where_the_provider_expects_them() {
        for (bucket, endpoint, path_style, expected) in [
            ("pods", "", false, (false, "https://pods.s3.eu-west-1.amazonaws.com")),
            ("pods", "", true, (true, "https://s3.eu-west-1.amazonaws.com")),
            ("pods.example.org", "", false, (true, "https://s3.eu-west-1.amazonaws.com")),
            ("pods", "https://minio.example.org:9000", false, (false, "https://pods.minio.example.org:9000")),
            ("pods", "http://127.0.0.1:9000", true, (true, "http://127.0.0.1:9000")),
        ] {
            let (style, url) = address(bucket, endpoint, "eu-west-1", path_style);
            assert_eq!((style, url.as_str()), expected, "{bucket} at {endpoint}");
        }
    }
}
