//! One answer of the API, ready to be sent: plain and compressed, each with a strong tag, and no date: two
//! publications in one second are told apart.

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
    /// Name offered for saving.
    saved_as: Option<HeaderValue>,
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
        Ok(Self { plain: Form::new(bytes.into(), tag.as_str(), mime)?, gzip: OnceLock::new(), saved_as: None })
    }

    /// Offers a file name for saving.
    pub fn saved_as(self, name: &str) -> Self {
        Self { saved_as: HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).ok(), ..self }
    }

    /// About how much memory it takes when somebody asked for both forms.
    pub fn weight(&self) -> usize {
        self.plain.bytes.len() + self.plain.bytes.len() / 4
    }

    /// Compresses it, if nobody did yet. Takes a while for long answers: not on a thread that serves others.
    pub fn compress(&self) {
        self.compressed();
    }

    /// Whether [`Self::compress`] has nothing to do.
    pub fn is_compressed(&self) -> bool {
        self.gzip.get().is_some()
    }

    fn compressed(&self) -> Option<&Form> {
        let form = || {
            // Other bytes need another strong tag (RFC 9110 §8.8.3.3).
            let tag = self.plain.described.etag.to_str().ok()?.trim_matches('"').to_string() + "-gz";
            let mime = self.plain.described.mime.to_str().ok()?;
            Form::new(crate::public::catalogue::compress(&self.plain.bytes), &tag, mime).ok()
        };
        self.gzip.get_or_init(form).as_ref()
    }

    /// Answers a GET or HEAD.
    pub fn send(&self, method: &Method, headers: &HeaderMap, gzip: bool) -> Response {
        let packed = if gzip { self.compressed() } else { None };
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
        decided.headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if decided.status == StatusCode::OK {
            packed.map(|_| decided.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip")));
            self.saved_as.clone().map(|name| decided.headers.insert(CONTENT_DISPOSITION, name));
        }
        let body = if decided.body.is_some() { Body::from(form.bytes.clone()) } else { Body::empty() };
        (decided.status, decided.headers, body).into_response()
    }
}
