//! A refused request: the status, and the error as JSON that the laptop shows to its person.

use axum::Json;
use axum::response::{IntoResponse, Response};
use hearthcast_model::{Code, Error};
use hearthcast_store::StoreError;
use http::StatusCode;
use http::header::RETRY_AFTER;

/// A refused request.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    error: Error,
}

/// Result of a handler.
pub type Answer<T> = std::result::Result<T, Refusal>;

impl Refusal {
    /// A refusal with a status of its own.
    pub fn new(status: StatusCode, error: Error) -> Self {
        Self { status, error }
    }
    /// A field that cannot be kept: 422.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Error::new(Code::FieldInvalid, message).about("field", field).into()
    }
    /// A request that makes no sense: 400.
    pub fn usage(message: impl Into<String>) -> Self {
        Error::new(Code::UsageInvalid, message).into()
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self { status: status(error.code), error }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Error::from(error).into()
    }
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        match error.kind() {
            StorageFull | QuotaExceeded => full().into(),
            _ => Error::new(Code::Internal, format!("The server could not use its disk: {error}."))
                .hint("Look at the server's log and its disk, then try again.")
                .retry(hearthcast_model::error::Retry::Later)
                .into(),
        }
    }
}

/// "The server's disk is full."
pub fn full() -> Error {
    Error::new(Code::TargetFull, "The server's disk is full.")
        .hint("Make room on the server, then publish again: what was sent so far is kept.")
}

fn status(code: Code) -> StatusCode {
    match code {
        Code::UsageInvalid => StatusCode::BAD_REQUEST,
        Code::AuthRefused => StatusCode::UNAUTHORIZED,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::Taken | Code::TargetConflict | Code::RenderMismatch => StatusCode::CONFLICT,
        Code::MediaTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::VersionRefused => StatusCode::UPGRADE_REQUIRED,
        Code::TargetFull => StatusCode::INSUFFICIENT_STORAGE,
        Code::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Code::FieldInvalid | Code::TargetMismatch | Code::PublishIncomplete => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        if self.status.is_server_error() {
            tracing::error!(code = self.error.code.as_str(), "{}", self.error.message);
        }
        let mut response = (self.status, Json(&self.error)).into_response();
        if matches!(self.status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::LOCKED) {
            response.headers_mut().insert(RETRY_AFTER, http::HeaderValue::from_static("2"));
        }
        response
    }
}
