//! What the API refuses, in the shapes that front ends of spodcat know: `errors[{detail, status, source, code}]`.

use super::document::JSON_API;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Method, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

/// Longest foreign word repeated in an answer.
const MAX_WORD_BYTES: usize = 100;

/// Why a request is refused. Each is the asker's doing; the server's own failures are none of these.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// The address is right, but there is no such thing, or nobody may see it.
    #[error("No {0} matches the given query.")]
    NoMatch(&'static str),
    /// It was here, and its author called it back.
    #[error("{0} was removed by its author.")]
    Gone(&'static str),
    /// It was here, and is at another place now.
    #[error("{0} moved. Its feed is {1}")]
    Moved(&'static str, String),
    /// There is no such address.
    #[error("Not found.")]
    NotFound,
    /// No address is asked about: the host, the length or the place of the request is wrong.
    #[error("{}", .0.canonical_reason().unwrap_or("Refused"))]
    Turned(StatusCode),
    /// A page beyond the last one.
    #[error("Invalid page.")]
    Page,
    /// A parameter that means nothing here.
    #[error("invalid query parameter: {0}")]
    Parameter(String),
    /// A filter that means nothing here.
    #[error("invalid filter[{0}]")]
    Filter(String),
    /// The value of a parameter cannot be used.
    #[error("invalid value of {0}")]
    Value(String),
    /// A field that nothing can be sorted by.
    #[error("invalid sort parameter: {0}")]
    Sort(String),
    /// Something that cannot be included.
    #[error("This endpoint does not support the include parameter for path {0}")]
    Include(String),
    /// More parameters than any front end sends.
    #[error("too many query parameters")]
    TooMany,
    /// Not a method of this address.
    #[error("Method \"{0}\" not allowed.")]
    Method(Method),
    /// A body that is not of a kind this address takes.
    #[error("Unsupported media type \"{0}\" in request.")]
    MediaType(String),
    /// A body that cannot be read.
    #[error("{0}")]
    Parse(&'static str),
    /// A body about something else than this address is for.
    #[error("The resource object's type is not the one that this address takes ({0}).")]
    Kind(&'static str),
    /// Parts of a body that cannot be used.
    #[error("{0:?}")]
    Fields(Vec<Wrong>),
    /// A body larger than any front end sends.
    #[error("The request is too large.")]
    TooLarge,
    /// Too many of these from one place; the seconds after which another one may be tried.
    #[error("Request was throttled. Expected available in {0} seconds.")]
    Throttled(u64),
    /// The server cannot do it at the moment.
    #[error("This is not possible at the moment. Please try again later.")]
    Unable,
}

/// A part of a body that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// A JSON pointer to it.
    pub pointer: &'static str,
    /// What is wrong, for programs.
    pub code: &'static str,
    /// What is wrong, for people.
    pub detail: String,
}

impl Wrong {
    /// Describes what is wrong.
    pub fn new(pointer: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        Self { pointer, code, detail: detail.into() }
    }

    fn object(&self) -> ErrorObject {
        let source = Some(ErrorSource { pointer: self.pointer });
        ErrorObject { detail: self.detail.clone(), status: "400".into(), source, code: self.code }
    }
}

/// The answer to a request that is refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorDocument {
    /// What was wrong.
    pub errors: Vec<ErrorObject>,
}

/// One thing that was wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorObject {
    /// A sentence.
    pub detail: String,
    /// The HTTP status, as text.
    #[schema(example = "404")]
    pub status: String,
    /// What of the request is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<ErrorSource>,
    /// One of `not_found`, `gone`, `invalid`, `parse_error`, `method_not_allowed`; about what was sent, also
    /// `unsupported_media_type`, `conflict`, `too_large`, `throttled`, `unavailable`, `required`, `blank`, `max_length`,
    /// `does_not_exist`, `incorrect_type`.
    pub code: &'static str,
}

/// A place in the request.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorSource {
    /// A JSON pointer; `/data` means the request as a whole.
    pub pointer: &'static str,
}

impl ApiError {
    /// A refusal that repeats a foreign word, cut to a bearable length.
    pub fn about(kind: fn(String) -> Self, word: &str) -> Self {
        kind(word[..word.floor_char_boundary(MAX_WORD_BYTES)].to_string())
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NoMatch(_) | Self::NotFound | Self::Page => StatusCode::NOT_FOUND,
            Self::Gone(_) | Self::Moved(..) => StatusCode::GONE,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::MediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Kind(_) => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Throttled(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Turned(status) => *status,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoMatch(_) | Self::NotFound | Self::Page => "not_found",
            Self::Gone(_) | Self::Moved(..) => "gone",
            Self::Method(_) => "method_not_allowed",
            Self::Include(_) | Self::Parse(_) => "parse_error",
            Self::MediaType(_) => "unsupported_media_type",
            Self::Kind(_) => "conflict",
            Self::TooLarge => "too_large",
            Self::Throttled(_) => "throttled",
            Self::Unable => "unavailable",
            _ => "invalid",
        }
    }

    fn document(&self) -> ErrorDocument {
        if let Self::Fields(wrong) = self {
            return ErrorDocument { errors: wrong.iter().map(Wrong::object).collect() };
        }
        let whole = !matches!(self, Self::NoMatch(_) | Self::NotFound | Self::Gone(_) | Self::Moved(..));
        let object = ErrorObject {
            detail: self.to_string(),
            status: self.status().as_str().into(),
            source: whole.then_some(ErrorSource { pointer: "/data" }),
            code: self.code(),
        };
        ErrorDocument { errors: vec![object] }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.document()).expect("text and numbers can be written as JSON");
        let mut response = (self.status(), Body::from(body)).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON_API));
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let seconds = match self {
            Self::Throttled(seconds) => Some(seconds),
            Self::Unable => Some(5),
            _ => None,
        };
        seconds.map(|seconds| response.headers_mut().insert(RETRY_AFTER, seconds.into()));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_words_are_cut_between_characters() {
        let ApiError::Sort(word) = ApiError::about(ApiError::Sort, &"ä".repeat(200)) else { panic!() };
        assert_eq!(word, "ä".repeat(50));
    }
}
