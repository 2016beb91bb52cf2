//! The listener's side of a bucket: no key, the public address, the same requests that podcast apps make.

use super::Bucket;
use super::refusal::Meaning;
use crate::{StorageError, StorageKey};
use hearthcast_fetch::header::{ACCEPT_ENCODING, CACHE_CONTROL, HeaderMap, HeaderValue, ORIGIN, RANGE};
use hearthcast_fetch::{Answer, HttpMethod, Request};
use url::Url;

/// Most bytes read of an answer to a question about something else.
const SMALL: usize = 64 * 1024;

impl Bucket {
    /// The public address of a key.
    pub fn public_url(&self, key: &StorageKey) -> String {
        format!("{}{key}", self.public_url)
    }

    /// Asks about a file as a listener does.
    pub async fn public_head(&self, key: &StorageKey) -> Result<Answer, StorageError> {
        // A player on somebody's web page says where it stands; the answer tells whether it may read.
        let headers = HeaderMap::from_iter([(ORIGIN, HeaderValue::from_static("https://player.example.org"))]);
        self.ask(HttpMethod::HEAD, key, headers, SMALL).await
    }

    /// Asks for the bytes from `from` to `to`, both included.
    pub async fn public_range(&self, key: &StorageKey, from: u64, to: u64) -> Result<Answer, StorageError> {
        let wanted = usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX).saturating_add(1);
        let value = HeaderValue::try_from(format!("bytes={from}-{to}"))
            .map_err(|_| self.about.error(Meaning::BadAddress(key.to_string())))?;
        self.ask(HttpMethod::GET, key, HeaderMap::from_iter([(RANGE, value)]), wanted.max(SMALL)).await
    }

    /// Reads a file as a listener does, at most `limit` bytes; asks caches on the way to look again.
    pub async fn public_get(&self, key: &StorageKey, limit: usize) -> Result<Answer, StorageError> {
        let headers = HeaderMap::from_iter([(CACHE_CONTROL, HeaderValue::from_static("no-cache"))]);
        self.ask(HttpMethod::GET, key, headers, limit).await
    }

    async fn ask(
        &self,
        method: HttpMethod,
        key: &StorageKey,
        mut headers: HeaderMap,
        limit: usize,
    ) -> Result<Answer, StorageError> {
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let text = self.public_url(key);
        let url = Url::parse(&text).map_err(|_| self.about.error(Meaning::BadAddress(text)))?;
        self.wire.count_request();
        Ok(self.fetch.send(Request { method, url, headers, body: None }, limit).await?)
    }
}
