//! `GET /sync/v1/shows/<show>/version`: what is public now.

use super::Parts;
use super::refusal::{Answer, Refusal};
use crate::app::App;
use axum::Json;
use axum::extract::{Path, State};
use hearthcast_feed::urls::server_urls;
use hearthcast_model::ShowId;
use hearthcast_protocol::publish::CurrentVersion;
use hearthcast_store::{released, version};

/// Tells what is public of a show.
pub async fn version(State(app): Parts, Path(show): Path<String>) -> Answer<Json<CurrentVersion>> {
    let show = ShowId::parse(&show).ok_or_else(|| Refusal::field("show", "The show's id is not a UUID."))?;
    current(&app, &show).await.map(Json)
}

/// What is public of a show; version 0 when nothing ever was.
pub async fn current(app: &App, show: &ShowId) -> Answer<CurrentVersion> {
    let mut reader = app.store.read().await?;
    let public = released::get(&mut reader, show).await?;
    let number = public.as_ref().map_or(0, |public| public.version);
    let manifest = version::get(&mut reader, show, number).await?.map(|version| version.manifest);
    let edition = app.shown.edition(show);
    Ok(CurrentVersion {
        show: show.clone(),
        version: number,
        epoch: app.identity.epoch.clone(),
        manifest,
        feed_sha256: edition.as_ref().map(|edition| edition.sha256.clone()),
        feed_url: public.map(|public| server_urls(&app.base_url, &public.show).feed).unwrap_or_default(),
    })
}
