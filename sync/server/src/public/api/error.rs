//! What the API refuses, in the shapes that front ends of spodcat know: `errors[{detail, status, source, code}]`.

use super::document::JSON_API;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
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
}

/// The answer to a request that is refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorDocument {
    /// What was wrong; always one.
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
    /// One of `not_found`, `gone`, `invalid`, `parse_error`, `method_not_allowed`.
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
            _ => StatusCode::BAD_REQUEST,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoMatch(_) | Self::NotFound | Self::Page => "not_found",
            Self::Gone(_) | Self::Moved(..) => "gone",
            Self::Method(_) => "method_not_allowed",
            Self::Include(_) => "parse_error",
            _ => "invalid",
        }
    }

    fn document(&self) -> ErrorDocument {
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
