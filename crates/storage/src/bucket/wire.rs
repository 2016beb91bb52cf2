//! The way of object_store's requests through the one guarded client. It counts, tries again what may be sent twice, and
//! tells answers of a storage from everything else. What it is not: it signs nothing and knows no key of a file.

use super::refusal::{Bottom, Cause, Meaning, meaning, said};
use bytes::Bytes;
use hearthcast_fetch::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderMap, IF_MATCH, IF_NONE_MATCH};
use hearthcast_fetch::{FetchError, HttpMethod, HttpStatus, Incoming, Owned};
use hearthcast_model::Clock;
use http_body_util::{BodyExt as _, Limited};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// Most bytes read of a refusal.
const REFUSAL: usize = 64 * 1024;

/// How often one request is tried in all.
const TRIES: u32 = 4;

/// Pause before the second try; doubled each time.
const PAUSE: Duration = Duration::from_millis(250);

/// A connection to one storage, shared by all that send to it.
#[derive(Clone)]
pub(crate) struct Wire(Arc<Inner>);

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wire")
    }
}

struct Inner {
    fetch: Owned,
    clock: Arc<dyn Clock>,
    requests: AtomicU64,
    writes: AtomicU64,
    shaky: AtomicBool,
    /// [`i64::MIN`] until the first answer with a date.
    ahead_ms: AtomicI64,
}

impl Wire {
    pub(crate) fn new(fetch: Owned, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            fetch,
            clock,
            requests: AtomicU64::new(0),
            writes: AtomicU64::new(0),
            shaky: AtomicBool::new(false),
            ahead_ms: AtomicI64::new(i64::MIN),
        }))
    }

    pub(crate) fn writes(&self) -> u64 {
        self.0.writes.load(Ordering::Relaxed)
    }

    pub(crate) fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// Whether the line was cut since this value was made.
    pub(crate) fn shaky(&self) -> bool {
        self.0.shaky.load(Ordering::Relaxed)
    }

    pub(crate) fn clock_ahead_ms(&self) -> Option<i64> {
        Some(self.0.ahead_ms.load(Ordering::Relaxed)).filter(|ahead| *ahead != i64::MIN)
    }

    async fn try_it(&self, request: &HttpRequest) -> Result<HttpResponse, Cause> {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        if !matches!(*request.method(), HttpMethod::GET | HttpMethod::HEAD) {
            self.0.writes.fetch_add(1, Ordering::Relaxed);
        }
        let answer = self.0.fetch.exchange(request.clone()).await.map_err(|error| {
            self.0.shaky.fetch_or(matches!(error, FetchError::Offline { .. }), Ordering::Relaxed);
            Cause::Fetch(error)
        })?;
        self.note_clock(answer.headers());
        self.understand(request.method(), answer).await
    }

    /// Good answers and those that `object_store` has words for pass; everything else gets its meaning.
    async fn understand(&self, method: &HttpMethod, answer: http::Response<Incoming>) -> Result<HttpResponse, Cause> {
        let status = answer.status();
        if is_web_page(answer.headers()) && !status.is_server_error() {
            return Err(Cause::Meaning(Meaning::WebPage));
        }
        let known = [HttpStatus::NOT_MODIFIED, HttpStatus::PRECONDITION_FAILED, HttpStatus::CONFLICT];
        if status.is_success()
            || known.contains(&status)
            || (status == HttpStatus::NOT_FOUND && *method == HttpMethod::HEAD)
        {
            return Ok(answer.map(|body| HttpResponseBody::new(body.map_err(broken_off))));
        }
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, REFUSAL).collect().await.map(http_body_util::Collected::to_bytes);
        let body: Bytes = body.unwrap_or_default();
        let (code, message) = said(&body);
        if status == HttpStatus::NOT_FOUND && !matches!(code.as_str(), "NoSuchBucket" | "NoSuchUpload") {
            return Ok(http::Response::from_parts(parts, body.into()));
        }
        let minutes = self.clock_ahead_ms().map(|ms| ms / 60_000);
        Err(Cause::Meaning(meaning(status.as_u16(), &code, &message, minutes)))
    }

    fn note_clock(&self, headers: &HeaderMap) {
        let text = headers.get(DATE).and_then(|value| value.to_str().ok());
        let Some(theirs) = text.and_then(|text| httpdate::parse_http_date(text).ok()) else { return };
        let Ok(theirs) = theirs.duration_since(std::time::UNIX_EPOCH) else { return };
        let theirs_ms = i64::try_from(theirs.as_millis()).unwrap_or(i64::MAX);
        self.0.ahead_ms.store(theirs_ms.saturating_sub(self.0.clock.now_ms()), Ordering::Relaxed);
    }
}

#[async_trait::async_trait]
impl HttpService for Wire {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let mut tried = 1;
        loop {
            let cause = match self.try_it(&request).await {
                Ok(answer) => return Ok(answer),
                Err(cause) => cause,
            };
            if tried == TRIES || !may_be_sent_twice(&request) || !may_pass(&cause) {
                return Err(HttpError::new(HttpErrorKind::Unknown, Bottom::new(cause)));
            }
            tokio::time::sleep(PAUSE * 2u32.pow(tried - 1)).await;
            tried += 1;
        }
    }
}

impl HttpConnector for Wire {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

/// A web page with something in it. Some storages give their empty answers the type of one.
fn is_web_page(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text(CONTENT_TYPE).to_ascii_lowercase().starts_with("text/html") && text(CONTENT_LENGTH) != "0"
}

/// A write with a condition is looked at again rather than repeated: the first one may have been done.
fn may_be_sent_twice(request: &HttpRequest) -> bool {
    !request.headers().contains_key(IF_MATCH) && !request.headers().contains_key(IF_NONE_MATCH)
}

/// Whether waiting a moment may help.
fn may_pass(cause: &Cause) -> bool {
    matches!(cause, Cause::Fetch(FetchError::Offline { .. }) | Cause::Meaning(Meaning::Troubled(_)))
}

/// An answer that breaks off is not read to its end elsewhere; the caller asks again.
fn broken_off(error: FetchError) -> HttpError {
    HttpError::new(HttpErrorKind::Unknown, Bottom::new(Cause::Fetch(error)))
}
