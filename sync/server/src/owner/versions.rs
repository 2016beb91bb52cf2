//! `GET /sync/v1/shows/<show>/versions`, `…/<n>` and `…/<n>/feed`: what was published, number by number.

use super::Parts;
use super::refusal::{Answer, Refusal};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use hearthcast_model::{Code, Error, ShowId};
use hearthcast_protocol::versions::{ServerVersion, ServerVersions};
use hearthcast_store::version;
use http::StatusCode;
use http::header::CONTENT_TYPE;

/// Lists the versions of a show, newest first.
pub async fn list(State(app): Parts, Path(show): Path<String>) -> Answer<Json<ServerVersions>> {
    let show = show_id(&show)?;
    let versions = version::list(&mut *app.store.read().await?, &show).await?;
    Ok(Json(ServerVersions { versions }))
}

/// One version.
pub async fn one(State(app): Parts, Path((show, n)): Path<(String, u64)>) -> Answer<Json<ServerVersion>> {
    let show = show_id(&show)?;
    let found = version::get(&mut *app.store.read().await?, &show, n).await?;
    let version = found.ok_or_else(|| nothing(n))?;
    Ok(Json(ServerVersion { manifest: version.manifest, at_ms: version.created_ms }))
}

/// The feed of a version, byte for byte.
pub async fn feed(State(app): Parts, Path((show, n)): Path<(String, u64)>) -> Answer<Response> {
    let show = show_id(&show)?;
    let feed = version::feed(&mut *app.store.read().await?, &show, n).await?.ok_or_else(|| nothing(n))?;
    Ok(([(CONTENT_TYPE, "application/rss+xml; charset=utf-8")], feed).into_response())
}

fn show_id(text: &str) -> Answer<ShowId> {
    ShowId::parse(text).ok_or_else(|| Refusal::field("show", "The show's id is not a UUID."))
}

fn nothing(n: u64) -> Refusal {
    let error = Error::new(Code::NotFound, format!("This server does not have version {n} of the show."));
    Refusal::new(StatusCode::NOT_FOUND, error.about("version", n.to_string()))
}
