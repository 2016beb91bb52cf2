//! Requests to a WebDAV server through the one guarded client: logged in, tried again where that is safe, and counted.

use super::SMALL;
use super::login::{Login, challenges};
use crate::StorageError;
use crate::reading::Reading;
use crate::refusal::{AccessTo, Meaning, is_web_page, meaning};
use crate::tally::Tally;
use bytes::Bytes;
use hearthcast_fetch::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use hearthcast_fetch::{Answer, FetchError, HttpMethod, HttpStatus, Net, Owned, Patience, Request, retry_after};
use hearthcast_model::place::is_loopback;
use http_body_util::{BodyExt as _, Limited};
use std::sync::Arc;
use url::Url;

/// The way to one folder.
pub(super) struct Line {
    fetch: Owned,
    net: Net,
    /// Address of the folder, without a slash at its end.
    base: String,
    login: Login,
    tally: Tally,
    about: AccessTo,
}

/// A request: the path is relative to the folder.
#[derive(Debug, Clone)]
pub(super) struct Ask<'a> {
    pub(super) method: &'static str,
    pub(super) path: &'a str,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Statuses that whoever asks has words for of its own.
    pub(super) awaited: &'static [HttpStatus],
}

impl<'a> Ask<'a> {
    pub(super) fn plain(method: &'static str, path: &'a str) -> Self {
        Self { method, path, headers: HeaderMap::new(), body: Bytes::new(), awaited: &[] }
    }

    /// Whether it is done under a condition only.
    fn is_guarded(&self) -> bool {
        let is = |name: &str, value: &str| self.headers.get(name).is_some_and(|found| found == value);
        self.method == "MOVE" && (is("overwrite", "F") || self.headers.contains_key("if"))
    }
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Line {
    pub(super) fn to(
        address: &str,
        (user, password): (&str, &str),
        ca: Option<&str>,
        allow_insecure: bool,
        net: Net,
    ) -> Result<Self, StorageError> {
        let about = AccessTo { name: address.into(), origin: address.into() };
        let url = Url::parse(address).map_err(|_| about.error(Meaning::BadAddress(address.into())))?;
        let private = url.scheme() == "https" || is_loopback(&url);
        let fetch = Owned::over(&net, &[url], allow_insecure, ca)?;
        let login = Login::new(user, password, private);
        let tally = Tally::new(Arc::clone(net.clock()));
        Ok(Self { fetch, net, base: address.into(), login, tally, about })
    }

    pub(super) fn tally(&self) -> &Tally {
        &self.tally
    }

    pub(super) fn patience(&self) -> &Patience {
        self.net.patience()
    }

    pub(super) fn error(&self, meaning: Meaning) -> StorageError {
        self.about.error(meaning)
    }

    /// The address of a path.
    pub(super) fn address(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    pub(super) fn value(&self, text: &str) -> Result<HeaderValue, StorageError> {
        HeaderValue::try_from(text).map_err(|_| self.error(Meaning::BadAddress(text.into())))
    }

    /// Asks, and asks again where that changes nothing and may help.
    pub(super) async fn ask(&self, ask: Ask<'_>, limit: usize) -> Result<Answer, StorageError> {
        let mut tried = 1;
        loop {
            let error = match self.ask_once(&ask, limit).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            // A move with a condition is looked at again rather than repeated: the first one may have been done.
            let asked = error.may_pass().filter(|_| !ask.is_guarded());
            let again = match asked {
                Some(asked) => self.patience().again(tried, asked).await,
                None => false,
            };
            if !again {
                return Err(error);
            }
            tried += 1;
        }
    }

    /// Sends a file's pieces. The caller has asked something before, so the server's way of logging in is known.
    pub(super) async fn put(&self, path: &str, mime: &str, bytes: u64, body: Reading) -> Result<Answer, StorageError> {
        if self.login.unknown() {
            self.ask(Ask::plain("OPTIONS", ""), SMALL).await?;
        }
        let url = self.url(path)?;
        let mut request = http::Request::put(url.as_str())
            .header(CONTENT_TYPE, self.value(mime)?)
            .header(CONTENT_LENGTH, bytes)
            .body(body)
            .map_err(|_| self.error(Meaning::BadAddress(path.into())))?;
        if let Some(proof) = self.login.proof("PUT", &url) {
            request.headers_mut().insert(AUTHORIZATION, self.secret(&proof)?);
        }
        self.tally.count(true);
        let answer = self.fetch.exchange(request).await.inspect_err(|error| self.tally.note_failure(error))?;
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, SMALL).collect().await.map(http_body_util::Collected::to_bytes);
        let answer = Answer { status: parts.status, headers: parts.headers, body: body.unwrap_or_default() };
        if answer.status == HttpStatus::UNAUTHORIZED {
            // The next try knows the new challenge.
            self.login.learn(challenges(&answer.headers));
        }
        self.understood(("PUT", path), &[], answer)
    }

    /// Asks once.
    pub(super) async fn ask_once(&self, ask: &Ask<'_>, limit: usize) -> Result<Answer, StorageError> {
        let first = self.send(ask, limit).await?;
        if first.status != HttpStatus::UNAUTHORIZED || !self.login.learn(challenges(&first.headers)) {
            return self.understood((ask.method, ask.path), ask.awaited, first);
        }
        let second = self.send(ask, limit).await?;
        self.understood((ask.method, ask.path), ask.awaited, second)
    }

    async fn send(&self, ask: &Ask<'_>, limit: usize) -> Result<Answer, StorageError> {
        let url = self.url(ask.path)?;
        let mut headers = ask.headers.clone();
        if let Some(proof) = self.login.proof(ask.method, &url) {
            headers.insert(AUTHORIZATION, self.secret(&proof)?);
        }
        let method = HttpMethod::from_bytes(ask.method.as_bytes())
            .map_err(|_| self.error(Meaning::BadAddress(ask.method.into())))?;
        // An answer without a body has to say so; one with a body has to say how long it is.
        if matches!(ask.method, "PUT" | "PROPFIND") {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(ask.body.len()));
        }
        self.tally.count(!matches!(ask.method, "GET" | "HEAD" | "PROPFIND" | "OPTIONS"));
        let body = Some(ask.body.clone());
        let sent = self.fetch.send(Request { method, url, headers, body }, limit).await;
        match sent {
            Err(FetchError::TooLong { .. }) => {
                let (key, limit) = (ask.path.to_string(), u64::try_from(limit).unwrap_or(u64::MAX));
                Err(self.error(Meaning::TooLong { key, limit }))
            }
            other => Ok(other.inspect_err(|error| self.tally.note_failure(error))?),
        }
    }

    /// Good answers and those that each request has its own words for pass; everything else gets its meaning.
    fn understood(
        &self,
        (method, path): (&str, &str),
        awaited: &[HttpStatus],
        answer: Answer,
    ) -> Result<Answer, StorageError> {
        self.tally.note_clock(&answer.headers);
        let status = answer.status;
        if status == HttpStatus::OK && is_web_page(method, path, &answer.headers) && method != "OPTIONS" {
            return Err(self.error(Meaning::WebPage));
        }
        let known = [
            HttpStatus::NOT_FOUND,
            HttpStatus::METHOD_NOT_ALLOWED,
            HttpStatus::CONFLICT,
            HttpStatus::PRECONDITION_FAILED,
            HttpStatus::RANGE_NOT_SATISFIABLE,
        ];
        match status.is_success() || known.contains(&status) || awaited.contains(&status) {
            true => Ok(answer),
            false => Err(self.refused(&answer)),
        }
    }

    /// What an answer means that nobody has words of its own for.
    pub(super) fn refused(&self, answer: &Answer) -> StorageError {
        let asked = retry_after(&answer.headers, &**self.net.clock());
        self.error(meaning(answer.status.as_u16(), "", "", self.tally.minutes_ahead()).asking(asked))
    }

    /// The path of an address.
    pub(super) fn path_of(&self, address: &str) -> Result<String, StorageError> {
        let url = Url::parse(address).map_err(|_| self.error(Meaning::BadAddress(address.into())))?;
        Ok(url.path().to_string())
    }

    fn url(&self, path: &str) -> Result<Url, StorageError> {
        let text = self.address(path);
        Url::parse(&text).map_err(|_| self.error(Meaning::BadAddress(text)))
    }

    /// What no log may show.
    fn secret(&self, text: &str) -> Result<HeaderValue, StorageError> {
        let mut value = HeaderValue::try_from(text)
            .map_err(|_| self.error(Meaning::Key("the password holds what cannot be sent".into())))?;
        value.set_sensitive(true);
        Ok(value)
    }
}
