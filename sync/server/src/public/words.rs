//! Refusals in plain words.

use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CACHE_CONTROL, RETRY_AFTER};
use http::{HeaderValue, StatusCode};

/// There is nothing here. Not to be kept: it may be published the next minute.
pub(super) async fn not_found() -> Response {
    refusal(StatusCode::NOT_FOUND, "There is nothing at this address.\n")
}

/// What was here was called back by its author.
pub(super) fn gone() -> Response {
    refusal(StatusCode::GONE, "What was at this address was withdrawn by its author.\n")
}

/// Only reading is possible here.
pub(super) async fn not_allowed() -> Response {
    let mut response = refusal(StatusCode::METHOD_NOT_ALLOWED, "This address can only be read (GET and HEAD).\n");
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

/// The file is published, but the disk does not give it out.
pub(super) fn out_of_order() -> Response {
    refusal(StatusCode::SERVICE_UNAVAILABLE, "This file cannot be read at the moment. Please try again later.\n")
}

/// The storage that keeps the file does not answer, or asks for a pause.
pub(super) fn storage_away() -> Response {
    let words = "This file lies in a storage that does not answer at the moment. Please try again later.\n";
    let mut response = refusal(StatusCode::SERVICE_UNAVAILABLE, words);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("30"));
    response
}

/// The storage answers, but not with the file that was published.
pub(super) fn storage_wrong() -> Response {
    let words = "This file lies in a storage that does not give it out. Please try again later.\n";
    let mut response = refusal(StatusCode::BAD_GATEWAY, words);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("300"));
    response
}

fn refusal(status: StatusCode, words: &'static str) -> Response {
    let mut response = (status, words).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
