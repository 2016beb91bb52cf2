//! `HEAD` and `GET /sync/v1/media/<sha256>`: whether a finished file is there, and the file itself for its owner.

use super::Parts;
use super::refusal::Answer;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use hearthcast_model::{Error, Sha256};
use hearthcast_store::media;
use http::Method;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use tokio_util::io::ReaderStream;

/// Answers for a finished file. One that the disk lost is not there, whatever the database says.
pub async fn media(State(app): Parts, method: Method, Path(text): Path<String>) -> Answer<Response> {
    let missing = || Error::not_found("media", &text);
    let sha256 = Sha256::parse(&text).ok_or_else(missing)?;
    let known = media::get(&mut *app.store.read().await?, &sha256).await?.ok_or_else(missing)?;
    let Ok(file) = tokio::fs::File::open(app.folders.media(&sha256)).await else { return Err(missing().into()) };
    if file.metadata().await?.len() != known.bytes {
        return Err(missing().into());
    }
    let headers = [(CONTENT_LENGTH, known.bytes.to_string()), (CONTENT_TYPE, known.mime)];
    let body = if method == Method::HEAD { Body::empty() } else { Body::from_stream(ReaderStream::new(file)) };
    Ok((headers, body).into_response())
}
