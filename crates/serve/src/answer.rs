//! The decision: what was asked and what there is, to status, header fields and the bytes to send. Pure.

use crate::precondition::{Verdict, evaluate, range_holds};
use crate::range::{Asked, asked};
use crate::{FileBody, Representation};
use http::header::{
    ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_MATCH,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, LAST_MODIFIED, RANGE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use std::fs::File;
use std::ops::Range;
use std::sync::Arc;

/// What of a request decides the answer.
#[derive(Debug, Clone, Copy)]
pub struct RequestFacts<'a> {
    /// GET or HEAD; anything else is answered 405.
    pub method: &'a Method,
    /// `Range`.
    pub range: Option<&'a str>,
    /// `If-Range`.
    pub if_range: Option<&'a str>,
    /// `If-Match`.
    pub if_match: Option<&'a str>,
    /// `If-None-Match`.
    pub if_none_match: Option<&'a str>,
    /// `If-Modified-Since`.
    pub if_modified_since: Option<&'a str>,
    /// `If-Unmodified-Since`.
    pub if_unmodified_since: Option<&'a str>,
}

impl<'a> RequestFacts<'a> {
    /// Takes the facts from a request's header fields. A field that is not text is treated as absent.
    pub fn of(method: &'a Method, headers: &'a HeaderMap) -> Self {
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            method,
            range: text(RANGE),
            if_range: text(IF_RANGE),
            if_match: text(IF_MATCH),
            if_none_match: text(IF_NONE_MATCH),
            if_modified_since: text(IF_MODIFIED_SINCE),
            if_unmodified_since: text(IF_UNMODIFIED_SINCE),
        }
    }
}

/// What to send.
#[derive(Debug, Clone)]
pub struct Answer {
    /// 200, 206, 304, 405, 412 or 416.
    pub status: StatusCode,
    /// All header fields but `Date`.
    pub headers: HeaderMap,
    /// The bytes of the file to send; `None` for no body. A HEAD is answered like its GET, without the body.
    pub body: Option<Range<u64>>,
}

impl Answer {
    /// Makes a response of it that reads the bytes from `file`.
    pub fn into_response(self, file: Arc<File>) -> Response<FileBody> {
        let body = self.body.unwrap_or(0..0);
        let mut response = Response::new(FileBody::new(file, body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// Decides the answer to a request for a file. Range is honoured for GET only (RFC 9110 §14.2).
pub fn answer(request: &RequestFacts<'_>, file: &Representation) -> Answer {
    if request.method != Method::GET && request.method != Method::HEAD {
        return refused();
    }
    match evaluate(request, file) {
        Verdict::Failed => bodyless(StatusCode::PRECONDITION_FAILED, validators(file)),
        Verdict::NotModified => Answer { status: StatusCode::NOT_MODIFIED, headers: validators(file), body: None },
        Verdict::Proceed if request.method == Method::HEAD => Answer { body: None, ..whole(file) },
        Verdict::Proceed => match request.range.filter(|_| range_holds(request, file)) {
            None => whole(file),
            Some(field) => match asked(field, file.len) {
                Asked::Whole => whole(file),
                Asked::Part(part) => partial(file, part),
                Asked::Unsatisfiable => unsatisfiable(file),
            },
        },
    }
}

/// The fields a 304 carries (RFC 9110 §15.4.5), which every other answer carries as well.
fn validators(file: &Representation) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(12);
    headers.insert(ETAG, file.etag.clone());
    headers.insert(LAST_MODIFIED, file.last_modified.clone());
    headers.insert(CACHE_CONTROL, file.cache_control.clone());
    headers
}

fn content(file: &Representation, bytes: u64) -> HeaderMap {
    let mut headers = validators(file);
    headers.insert(CONTENT_TYPE, file.mime.clone());
    headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers
}

fn whole(file: &Representation) -> Answer {
    Answer { status: StatusCode::OK, headers: content(file, file.len), body: Some(0..file.len) }
}

fn partial(file: &Representation, part: Range<u64>) -> Answer {
    let mut headers = content(file, part.end - part.start);
    headers.insert(CONTENT_RANGE, field(format!("bytes {}-{}/{}", part.start, part.end - 1, file.len)));
    Answer { status: StatusCode::PARTIAL_CONTENT, headers, body: Some(part) }
}

fn unsatisfiable(file: &Representation) -> Answer {
    // No Cache-Control here: the refusal is not the file, and must not be kept for a year in its place.
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(CONTENT_RANGE, field(format!("bytes */{}", file.len)));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(ETAG, file.etag.clone());
    bodyless(StatusCode::RANGE_NOT_SATISFIABLE, headers)
}

fn refused() -> Answer {
    let mut headers = HeaderMap::with_capacity(2);
    headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    bodyless(StatusCode::METHOD_NOT_ALLOWED, headers)
}

fn bodyless(status: StatusCode, mut headers: HeaderMap) -> Answer {
    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    if status == StatusCode::PRECONDITION_FAILED {
        headers.remove(CACHE_CONTROL);
    }
    Answer { status, headers, body: None }
}

fn field(text: String) -> HeaderValue {
    HeaderValue::try_from(text).expect("digits and ASCII words stand in every header field")
}
