//! Bounded JSON bodies.

use super::refusal::{Answer, Refusal};
use axum::body::{Body, Bytes};
use hearthcast_model::{Code, Error};
use http::StatusCode;
use http_body_util::{BodyExt, Limited};
use serde::de::DeserializeOwned;

/// Reads a body of at most `limit` bytes.
pub async fn read(body: Body, limit: usize) -> Answer<Bytes> {
    match Limited::new(body, limit).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            Error::new(Code::UsageInvalid, format!("The request is larger than {limit} bytes.")),
        )),
        Err(_) => Err(Refusal::usage("The request broke off before its end.")),
    }
}

/// Reads a message.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Answer<T> {
    serde_json::from_slice(bytes).map_err(|e| Refusal::usage(format!("The request cannot be understood: {e}.")))
}
