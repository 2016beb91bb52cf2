//! The laptop's end of the wire: typed requests to one server, each signed by the device key. What it is not: it knows no
//! step of the conversation; `push`, `pull`, `pair` and `server` do.

use crate::device::DeviceKey;
use bytes::Bytes;
use hearthcast_fetch::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RANGE,
};
use hearthcast_fetch::{Answer, FetchError, HttpMethod, HttpStatus, Net, Owned, Patience, Request, retry_after};
use hearthcast_model::error::Subject;
use hearthcast_model::place::{Location, Target};
use hearthcast_model::{Code, Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Most bytes read of an answer.
const ANSWER_LIMIT: usize = 64 * 1024 * 1024;

/// Longest sentence of a server that is shown, in characters.
const SENTENCE: usize = 500;

/// A connection to one server.
#[derive(Clone)]
pub struct Line {
    fetch: Owned,
    origin: Url,
    server_id: Option<String>,
    key: Arc<DeviceKey>,
    net: Net,
    name: String,
}

/// How one try went.
pub(crate) struct Tried {
    /// What came of it.
    pub(crate) outcome: Result<Answer>,
    /// Whether waiting a moment may help; then how long the server asked for.
    pub(crate) may_pass: Option<Option<Duration>>,
}

impl Line {
    /// A line to a target that is the bundled server.
    pub fn to(target: &Target, key: Arc<DeviceKey>, net: impl Into<Net>) -> Result<Self> {
        let net = net.into();
        let Location::Server { origin } = &target.location else {
            return Err(Error::new(Code::TargetInvalid, format!("\"{}\" is not a Hearthcast server.", target.name)));
        };
        let origin = address(origin)?;
        let mut origins = vec![origin.clone()];
        if let Some(base) = &target.base_url {
            origins.push(address(base)?);
        }
        let fetch = Owned::over(&net, &origins, target.insecure, None)?;
        Ok(Self { fetch, origin, server_id: target.server_id.clone(), key, net, name: target.name.clone() })
    }

    /// The server's address, with a trailing slash.
    pub fn origin(&self) -> &str {
        self.origin.as_str()
    }

    /// What the author calls the server.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The device key that signs.
    pub fn key(&self) -> &DeviceKey {
        &self.key
    }

    /// How long is waited before something is asked again.
    pub(crate) fn patience(&self) -> &Patience {
        self.net.patience()
    }

    /// Asks by JSON what changes nothing however often it is sent; reads JSON.
    pub async fn ask<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        let headers = [("content-type", "application/json".to_string())];
        let answer = self.send_again(HttpMethod::POST, path, &headers, Some(written(body)?)).await?;
        self.read(answer)
    }

    /// Sends JSON and reads JSON; any status but 2xx becomes the server's own error.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        let answer = self.post_raw(path, body, &[]).await?;
        self.read(answer)
    }

    /// Sends JSON with further headers and returns the answer as it is.
    pub async fn post_raw(
        &self,
        path: &str,
        body: &impl Serialize,
        headers: &[(&'static str, String)],
    ) -> Result<Answer> {
        let mut all = headers.to_vec();
        all.push(("content-type", "application/json".into()));
        let body = Some(written(body)?);
        match headers.iter().any(|(name, _)| *name == "idempotency-key") {
            true => self.send_again(HttpMethod::POST, path, &all, body).await,
            false => self.send(HttpMethod::POST, path, &all, body).await,
        }
    }

    /// Sends JSON once; whoever asked looks whether it was done, where that is not known.
    pub(crate) async fn post_once(&self, path: &str, body: &impl Serialize) -> Result<Tried> {
        let headers = [("content-type", "application/json".to_string())];
        Ok(self.once(HttpMethod::POST, path, &headers, Some(written(body)?)).await)
    }

    /// Reads JSON.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let answer = self.send_again(HttpMethod::GET, path, &[], None).await?;
        self.read(answer)
    }

    /// Sends what may be sent twice, and sends it again where that may help.
    pub async fn send_again(
        &self,
        method: HttpMethod,
        path: &str,
        headers: &[(&'static str, String)],
        body: Option<Bytes>,
    ) -> Result<Answer> {
        let mut times = 1;
        loop {
            let tried = self.once(method.clone(), path, headers, body.clone()).await;
            let again = match tried.may_pass {
                Some(asked) => self.patience().again(times, asked).await,
                None => false,
            };
            if !again {
                return tried.outcome;
            }
            times += 1;
        }
    }

    /// Sends anything to the server's owner side, once.
    pub async fn send(
        &self,
        method: HttpMethod,
        path: &str,
        headers: &[(&'static str, String)],
        body: Option<Bytes>,
    ) -> Result<Answer> {
        self.once(method, path, headers, body).await.outcome
    }

    /// Sends anything once, and tells whether waiting may help.
    pub(crate) async fn once(
        &self,
        method: HttpMethod,
        path: &str,
        headers: &[(&'static str, String)],
        body: Option<Bytes>,
    ) -> Tried {
        let request = match self.signed(method, path, headers, body) {
            Ok(request) => request,
            Err(error) => return Tried { outcome: Err(error), may_pass: None },
        };
        let answer = self.fetch.send(request, ANSWER_LIMIT).await;
        let may_pass = match &answer {
            Err(FetchError::Offline { .. } | FetchError::Proxy { .. }) => Some(None),
            Ok(answer) if is_busy(answer.status) => Some(retry_after(&answer.headers, &**self.net.clock())),
            _ => None,
        };
        Tried { outcome: answer.map_err(Error::from), may_pass }
    }

    fn signed(
        &self,
        method: HttpMethod,
        path: &str,
        headers: &[(&'static str, String)],
        body: Option<Bytes>,
    ) -> Result<Request> {
        let url = Url::parse(&format!("{}{path}", self.origin().trim_end_matches('/')))
            .map_err(|e| Error::new(Code::Internal, format!("\"{path}\" is no address: {e}.")))?;
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let value = HeaderValue::from_str(value)
                .map_err(|_| Error::new(Code::Internal, format!("The header {name} is not sendable.")))?;
            map.insert(HeaderName::from_static(name), value);
        }
        if let Some(server_id) = &self.server_id {
            let token = format!("Bearer {}", self.key.token(server_id, self.net.clock().now_ms())?);
            let mut value =
                HeaderValue::from_str(&token).map_err(|_| Error::new(Code::Internal, "A token is not sendable."))?;
            value.set_sensitive(true);
            map.insert(AUTHORIZATION, value);
        }
        Ok(Request { method, url, headers: map, body })
    }

    /// Reads a public address as a listener would; hands the bytes over as they come.
    pub async fn public(&self, method: HttpMethod, url: &str, take: impl FnMut(&[u8])) -> Result<Answer> {
        // Bytes are compared with what was published, so nothing on the way may compress them.
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("identity"))]);
        let request = Request { method, url: address(url)?, headers, body: None };
        Ok(self.fetch.stream(request, ANSWER_LIMIT, take).await?)
    }

    /// Reads the bytes from `from` to `to` of a public address, both included.
    pub async fn public_range(&self, url: &str, from: u64, to: u64) -> Result<Answer> {
        let range = HeaderValue::try_from(format!("bytes={from}-{to}"))
            .map_err(|_| Error::new(Code::Internal, "A range is not sendable."))?;
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("identity")), (RANGE, range)]);
        let request = Request { method: HttpMethod::GET, url: address(url)?, headers, body: None };
        Ok(self.fetch.send(request, ANSWER_LIMIT).await?)
    }

    /// The body of a good answer, or the server's error.
    pub fn read<T: DeserializeOwned>(&self, answer: Answer) -> Result<T> {
        if !answer.status.is_success() {
            return Err(self.refusal(&answer));
        }
        serde_json::from_slice(&answer.body).map_err(|e| {
            Error::new(
                Code::VersionRefused,
                format!("The server \"{}\" answered something this version cannot read ({e}).", self.name),
            )
            .hint("Bring laptop and server to the same version.")
        })
    }

    /// What a refusing answer says, as an error.
    pub fn refusal(&self, answer: &Answer) -> Error {
        let json = answer.headers.get(CONTENT_TYPE).is_some_and(|v| v.as_bytes().starts_with(b"application/json"));
        if json && let Ok(error) = serde_json::from_slice::<Error>(&answer.body) {
            return shortened(error);
        }
        let code = match answer.status {
            HttpStatus::UNAUTHORIZED | HttpStatus::FORBIDDEN => Code::AuthRefused,
            HttpStatus::INSUFFICIENT_STORAGE | HttpStatus::PAYLOAD_TOO_LARGE => Code::TargetFull,
            HttpStatus::CONFLICT | HttpStatus::PRECONDITION_FAILED => Code::TargetConflict,
            HttpStatus::LOCKED | HttpStatus::TOO_MANY_REQUESTS => Code::Busy,
            s if s.is_server_error() => Code::TargetOffline,
            _ => Code::TargetRefused,
        };
        let hint = match code {
            Code::TargetOffline | Code::Busy => "Try again later; what was sent is kept. Nothing is lost.",
            Code::TargetFull => "Make room on the server, then publish again: what was sent so far is kept.",
            _ => "Look at the server's log, and at what stands between it and this computer; then publish again.",
        };
        Error::new(code, format!("The server \"{}\" answered {}.", self.name, answer.status))
            .hint(hint)
            .about("target", self.name.clone())
    }
}

fn written(body: &impl Serialize) -> Result<Bytes> {
    let written = serde_json::to_vec(body);
    written.map(Bytes::from).map_err(|e| Error::new(Code::Internal, format!("A message could not be written: {e}.")))
}

/// Whether an answer may be another one soon.
fn is_busy(status: HttpStatus) -> bool {
    status == HttpStatus::TOO_MANY_REQUESTS
        || (status.is_server_error()
            && status != HttpStatus::INSUFFICIENT_STORAGE
            && status != HttpStatus::NOT_IMPLEMENTED)
}

/// What a server says goes to a terminal: no control characters, and not more than a person reads.
fn shortened(mut error: Error) -> Error {
    let plain = |text: &str| text.chars().filter(|c| !c.is_control()).take(SENTENCE).collect::<String>();
    error.message = plain(&error.message);
    error.hint = plain(&error.hint);
    error.subject = error.subject.map(|subject| Subject { kind: plain(&subject.kind), id: plain(&subject.id) });
    error
}

/// Reads an address.
pub(crate) fn address(text: &str) -> Result<Url> {
    Url::parse(text)
        .map_err(|e| Error::new(Code::TargetInvalid, format!("\"{text}\" is no address: {e}.")).about("target", text))
}
