//! The laptop's end of the wire: typed requests to one server, each signed by the device key. What it is not: it knows no
//! step of the conversation; `push`, `pull`, `pair` and `server` do.

use crate::device::DeviceKey;
use bytes::Bytes;
use hearthcast_fetch::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hearthcast_fetch::{Answer, HttpMethod, HttpStatus, Owned, Request};
use hearthcast_model::error::Subject;
use hearthcast_model::place::{Location, Target};
use hearthcast_model::{Clock, Code, Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
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
    clock: Arc<dyn Clock>,
    name: String,
}

impl Line {
    /// A line to a target that is the bundled server.
    pub fn to(target: &Target, key: Arc<DeviceKey>, clock: Arc<dyn Clock>) -> Result<Self> {
        let Location::Server { origin } = &target.location else {
            return Err(Error::new(Code::TargetInvalid, format!("\"{}\" is not a Hearthcast server.", target.name)));
        };
        let origin = address(origin)?;
        let mut origins = vec![origin.clone()];
        if let Some(base) = &target.base_url {
            origins.push(address(base)?);
        }
        let fetch = Owned::new(&origins, target.insecure)?;
        Ok(Self { fetch, origin, server_id: target.server_id.clone(), key, clock, name: target.name.clone() })
    }

    /// The server's address, with a trailing slash.
    pub fn origin(&self) -> &str {
        self.origin.as_str()
    }

    /// The device key that signs.
    pub fn key(&self) -> &DeviceKey {
        &self.key
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
        let bytes = serde_json::to_vec(body)
            .map_err(|e| Error::new(Code::Internal, format!("A message could not be written: {e}.")))?;
        let mut all = vec![("content-type", "application/json".to_string())];
        all.extend(headers.iter().cloned());
        self.send(HttpMethod::POST, path, &all, Some(bytes.into())).await
    }

    /// Reads JSON.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let answer = self.send(HttpMethod::GET, path, &[], None).await?;
        self.read(answer)
    }

    /// Sends anything to the server's owner side.
    pub async fn send(
        &self,
        method: HttpMethod,
        path: &str,
        headers: &[(&'static str, String)],
        body: Option<Bytes>,
    ) -> Result<Answer> {
        let url = self
            .origin
            .join(path)
            .map_err(|e| Error::new(Code::Internal, format!("\"{path}\" is no address: {e}.")))?;
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let value = HeaderValue::from_str(value)
                .map_err(|_| Error::new(Code::Internal, format!("The header {name} is not sendable.")))?;
            map.insert(HeaderName::from_static(name), value);
        }
        if let Some(server_id) = &self.server_id {
            let token = format!("Bearer {}", self.key.token(server_id, self.clock.now_ms())?);
            let mut value =
                HeaderValue::from_str(&token).map_err(|_| Error::new(Code::Internal, "A token is not sendable."))?;
            value.set_sensitive(true);
            map.insert(AUTHORIZATION, value);
        }
        Ok(self.fetch.send(Request { method, url, headers: map, body }, ANSWER_LIMIT).await?)
    }

    /// Reads a public address as a listener would; hands the bytes over as they come.
    pub async fn public(&self, method: HttpMethod, url: &str, take: impl FnMut(&[u8])) -> Result<Answer> {
        // Bytes are compared with what was published, so nothing on the way may compress them.
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("identity"))]);
        let request = Request { method, url: address(url)?, headers, body: None };
        Ok(self.fetch.stream(request, ANSWER_LIMIT, take).await?)
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
