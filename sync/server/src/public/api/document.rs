//! One answer of the API, ready to be sent: plain and packed, each with a strong tag. No date decides: two
//! publications in one second are told apart.

use crate::public::coding::Coding;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hearthcast_model::Sha256;
use hearthcast_serve::{Representation, RequestFacts, ServeError, answer as decide};
use http::header::{ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_ENCODING, LAST_MODIFIED, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use std::sync::OnceLock;

/// The media type of JSON:API documents.
pub const JSON_API: &str = "application/vnd.api+json";
/// May be kept, but asked about each time: asking costs a 304.
const ASK_FIRST: &str = "public, no-cache";

/// One answer.
#[derive(Debug)]
pub struct Document {
    plain: Form,
    /// Made when somebody asks for it first.
    gzip: OnceLock<Option<Form>>,
    brotli: OnceLock<Option<Form>>,
    /// `Content-Disposition`: a name offered for saving.
    disposition: Option<HeaderValue>,
    /// `Last-Modified`, where one is told.
    last_modified: Option<HeaderValue>,
}

/// The bytes in one coding.
#[derive(Debug)]
struct Form {
    bytes: Bytes,
    described: Representation,
}

impl Form {
    fn new(bytes: Bytes, tag: &str, mime: &str) -> Result<Self, ServeError> {
        let described = Representation::new(bytes.len() as u64, tag, 0, mime, ASK_FIRST)?;
        Ok(Self { bytes, described })
    }
}

impl Document {
    /// Describes an answer.
    pub fn new(bytes: Vec<u8>, mime: &str) -> Result<Self, ServeError> {
        let tag = Sha256::of(&bytes);
        let plain = Form::new(bytes.into(), tag.as_str(), mime)?;
        Ok(Self { plain, gzip: OnceLock::new(), brotli: OnceLock::new(), disposition: None, last_modified: None })
    }

    /// Is saved, under this name.
    pub fn saved_as(self, name: &str) -> Self {
        Self { disposition: HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).ok(), ..self }
    }

    /// Is shown; has this name if somebody saves it.
    pub fn shown_as(self, name: &str) -> Self {
        Self { disposition: HeaderValue::from_str(&format!("inline; filename=\"{name}\"")).ok(), ..self }
    }

    /// Tells when it last changed. Told only: a tag alone decides whether a client's copy is still good.
    pub fn changed(self, at_ms: i64) -> Result<Self, ServeError> {
        let described = Representation::new(0, "", at_ms, "text/plain", ASK_FIRST)?;
        Ok(Self { last_modified: Some(described.last_modified), ..self })
    }

    /// About how much memory it takes when somebody asked for all forms.
    pub fn weight(&self) -> usize {
        self.plain.bytes.len() + self.plain.bytes.len() / 2
    }

    /// Packs it, if nobody did yet. Takes a while for long answers: not on a thread that serves others.
    pub fn pack(&self, coding: Coding) {
        self.packed(coding);
    }

    /// Whether [`Self::pack`] has nothing to do.
    pub fn is_packed(&self, coding: Coding) -> bool {
        self.place(coding).is_none_or(|place| place.get().is_some())
    }

    /// Where the form is kept; `None` for bytes as they are.
    fn place(&self, coding: Coding) -> Option<&OnceLock<Option<Form>>> {
        match coding {
            Coding::Plain => None,
            Coding::Gzip => Some(&self.gzip),
            Coding::Brotli => Some(&self.brotli),
        }
    }

    fn packed(&self, coding: Coding) -> Option<&Form> {
        let form = || {
            let tag = coding.tag(self.plain.described.etag.to_str().ok()?.trim_matches('"'));
            let mime = self.plain.described.mime.to_str().ok()?;
            Form::new(coding.pack(&self.plain.bytes), &tag, mime).ok()
        };
        self.place(coding)?.get_or_init(form).as_ref()
    }

    /// Answers a GET or HEAD.
    pub fn send(&self, method: &Method, headers: &HeaderMap, coding: Coding) -> Response {
        let packed = self.packed(coding);
        let form = packed.unwrap_or(&self.plain);
        // Answers change as wholes: no ranges, and tags only.
        let facts = RequestFacts {
            range: None,
            if_modified_since: None,
            if_unmodified_since: None,
            ..RequestFacts::of(method, headers)
        };
        let mut decided = decide(&facts, &form.described);
        decided.headers.remove(ACCEPT_RANGES);
        decided.headers.remove(LAST_MODIFIED);
        self.last_modified.clone().map(|at| decided.headers.insert(LAST_MODIFIED, at));
        decided.headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if decided.status == StatusCode::OK {
            packed.and(coding.name()).map(|name| decided.headers.insert(CONTENT_ENCODING, name));
            self.disposition.clone().map(|name| decided.headers.insert(CONTENT_DISPOSITION, name));
        }
        let body = if decided.body.is_some() { Body::from(form.bytes.clone()) } else { Body::empty() };
        (decided.status, decided.headers, body).into_response()
    }
}
