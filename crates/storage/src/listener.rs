//! The listener's side of a place: no key, the public address, the same requests that podcast apps make.

use crate::{StorageError, StorageKey};
use hearthcast_fetch::header::{ACCEPT_ENCODING, CACHE_CONTROL, HeaderMap, HeaderValue, ORIGIN, RANGE};
use hearthcast_fetch::{Answer, FetchError, HttpMethod, HttpStatus, Net, Owned, Request, retry_after};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use url::Url;

/// Most bytes read of an answer to a question about something else.
const SMALL: usize = 64 * 1024;

/// A public address, and the way to it.
#[derive(Debug, Clone, Default)]
pub struct Listener {
    /// None where the place has no address.
    fetch: Option<Owned>,
    net: Net,
    public_url: String,
    /// The same for other addresses that some of the files have.
    others: BTreeMap<String, Owned>,
    requests: Arc<AtomicU64>,
}

impl Listener {
    /// The address of a place on the web, ending in `/`. [`Default`] is the side of a place that nobody sees.
    pub fn at(public_url: &str, allow_insecure: bool) -> Result<Self, StorageError> {
        Self::over(&Net::default(), public_url, allow_insecure)
    }

    /// The same, as `net` goes about. Listeners know no authority of the owner's own, so none is trusted here.
    pub(crate) fn over(net: &Net, public_url: &str, allow_insecure: bool) -> Result<Self, StorageError> {
        let fetch = Owned::over(net, &[read(public_url)?], allow_insecure, None)?;
        Ok(Self { fetch: Some(fetch), net: net.clone(), public_url: public_url.into(), ..Self::default() })
    }

    /// The same listener, who also gets files under another address.
    pub(crate) fn and_at(mut self, base: &str, allow_insecure: bool) -> Result<Self, StorageError> {
        let fetch = Owned::over(&self.net, &[read(base)?], allow_insecure, None)?;
        self.others.insert(base.into(), fetch);
        Ok(self)
    }

    /// The public address of a key.
    pub fn url(&self, key: &StorageKey) -> String {
        let (base, key) = key.split();
        format!("{}{key}", base.unwrap_or(&self.public_url))
    }

    /// Asks about a file as a listener does.
    pub async fn head(&self, key: &StorageKey) -> Result<Answer, StorageError> {
        // A player on somebody's web page says where it stands; the answer tells whether it may read.
        let headers = HeaderMap::from_iter([(ORIGIN, HeaderValue::from_static("https://player.example.org"))]);
        self.ask(HttpMethod::HEAD, key, headers, SMALL).await
    }

    /// Asks for the bytes from `from` to `to`, both included.
    pub async fn range(&self, key: &StorageKey, from: u64, to: u64) -> Result<Answer, StorageError> {
        let wanted = usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX).saturating_add(1);
        let value = HeaderValue::try_from(format!("bytes={from}-{to}")).map_err(|_| unreadable(&key.to_string()))?;
        self.ask(HttpMethod::GET, key, HeaderMap::from_iter([(RANGE, value)]), wanted.max(SMALL)).await
    }

    /// Reads a file as a listener does, at most `limit` bytes; asks caches on the way to look again.
    pub async fn get(&self, key: &StorageKey, limit: usize) -> Result<Answer, StorageError> {
        let headers = HeaderMap::from_iter([(CACHE_CONTROL, HeaderValue::from_static("no-cache"))]);
        self.ask(HttpMethod::GET, key, headers, limit).await
    }

    /// Requests so far.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    async fn ask(
        &self,
        method: HttpMethod,
        key: &StorageKey,
        mut headers: HeaderMap,
        limit: usize,
    ) -> Result<Answer, StorageError> {
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let url = read(&self.url(key))?;
        let fetch = match key.split().0 {
            Some(base) => self.others.get(base),
            None => self.fetch.as_ref(),
        };
        let Some(fetch) = fetch else { return Err(unreadable(&key.to_string())) };
        let request = Request { method, url, headers, body: None };
        let mut tried = 1;
        loop {
            self.requests.fetch_add(1, Ordering::Relaxed);
            let answer = fetch.send(request.clone(), limit).await;
            // Nothing is changed by asking, so asking again is safe.
            let asked = match &answer {
                Err(FetchError::Offline { .. }) => None,
                Ok(answer) if is_busy(answer.status) => retry_after(&answer.headers, &**self.net.clock()),
                _ => return Ok(answer?),
            };
            if !self.net.patience().again(tried, asked).await {
                return Ok(answer?);
            }
            tried += 1;
        }
    }
}

/// Whether an answer says that it may be another one soon.
fn is_busy(status: HttpStatus) -> bool {
    [
        HttpStatus::TOO_MANY_REQUESTS,
        HttpStatus::INTERNAL_SERVER_ERROR,
        HttpStatus::BAD_GATEWAY,
        HttpStatus::SERVICE_UNAVAILABLE,
        HttpStatus::GATEWAY_TIMEOUT,
    ]
    .contains(&status)
}

fn read(text: &str) -> Result<Url, StorageError> {
    Url::parse(text).map_err(|_| unreadable(text))
}

fn unreadable(text: &str) -> StorageError {
    StorageError::Fetch(FetchError::ForeignOrigin(text.into()))
}
