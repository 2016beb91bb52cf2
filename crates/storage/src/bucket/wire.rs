//! The way of object_store's requests through the one guarded client. It counts, tries again what may be sent twice, and
//! tells answers of a storage from everything else. What it is not: it signs nothing and knows no key of a file.

use crate::refusal::{Bottom, Cause, Meaning, is_web_page, meaning, said};
use crate::tally::Tally;
use bytes::Bytes;
use hearthcast_fetch::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use hearthcast_fetch::{FetchError, HttpMethod, HttpStatus, Incoming, Net, Owned, Patience, retry_after};
use http_body_util::{BodyExt as _, Limited};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
};
use std::sync::Arc;

/// Most bytes read of a refusal.
const REFUSAL: usize = 64 * 1024;

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
    net: Net,
    tally: Tally,
}

impl Wire {
    pub(crate) fn new(fetch: Owned, net: &Net) -> Self {
        Self(Arc::new(Inner { fetch, net: net.clone(), tally: Tally::new(Arc::clone(net.clock())) }))
    }

    /// How long is waited between tries.
    pub(crate) fn patience(&self) -> &Patience {
        self.0.net.patience()
    }

    /// What passed here.
    pub(crate) fn tally(&self) -> &Tally {
        &self.0.tally
    }

    async fn try_it(&self, request: &HttpRequest) -> Result<HttpResponse, Cause> {
        self.tally().count(!matches!(*request.method(), HttpMethod::GET | HttpMethod::HEAD));
        let answer = self.0.fetch.exchange(request.clone()).await.map_err(|error| {
            self.tally().note_failure(&error);
            Cause::Fetch(error)
        })?;
        self.tally().note_clock(answer.headers());
        self.understand(request.method(), request.uri().path(), answer).await
    }

    /// Good answers and those that `object_store` has words for pass; everything else gets its meaning.
    async fn understand(
        &self,
        method: &HttpMethod,
        path: &str,
        answer: http::Response<Incoming>,
    ) -> Result<HttpResponse, Cause> {
        let status = answer.status();
        // An answer that can have no body is no page, whatever type it names.
        if is_web_page(method.as_str(), path, answer.headers())
            && !status.is_server_error()
            && status != HttpStatus::NO_CONTENT
        {
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
        if status == HttpStatus::NOT_FOUND
            && !matches!(code.as_str(), "NoSuchBucket" | "NoSuchUpload" | "ContainerNotFound")
        {
            return Ok(http::Response::from_parts(parts, body.into()));
        }
        let (minutes, asked) = (self.tally().minutes_ahead(), retry_after(&parts.headers, &**self.0.net.clock()));
        Err(Cause::Meaning(meaning(status.as_u16(), &code, &message, minutes).asking(asked)))
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
            let asked = cause.may_pass().filter(|_| may_be_sent_twice(&request));
            let again = match asked {
                Some(asked) => self.patience().again(tried, asked).await,
                None => false,
            };
            if !again {
                return Err(HttpError::new(HttpErrorKind::Unknown, Bottom::new(cause)));
            }
            tried += 1;
        }
    }
}

impl HttpConnector for Wire {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

/// A write with a condition is looked at again rather than repeated: the first one may have been done. An upload that is
/// begun twice holds nothing the first time; one that is finished twice is looked for when the storage has forgotten it.
fn may_be_sent_twice(request: &HttpRequest) -> bool {
    let condition = |name: &HeaderName| *name == IF_MATCH || *name == IF_NONE_MATCH || name == GENERATION;
    matches!(*request.method(), HttpMethod::GET | HttpMethod::HEAD) || !request.headers().keys().any(condition)
}

/// The condition of Google's storage.
const GENERATION: &str = "x-goog-if-generation-match";

/// An answer that breaks off is not read to its end elsewhere; the caller asks again.
fn broken_off(error: FetchError) -> HttpError {
    HttpError::new(HttpErrorKind::Unknown, Bottom::new(Cause::Fetch(error)))
}
