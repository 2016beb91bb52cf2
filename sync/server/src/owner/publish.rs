//! `POST /sync/v1/publish`: a new version of a show's feed, checked, claimed and switched in one transaction.
//!
//! Order: everything is checked and rendered first; then version, released records and current version are written in
//! one transaction; then the public side is switched in memory. Killed anywhere, the old version or the new one is public,
//! whole. The same publication again (same fence) gets the same answer.

mod check;
mod clean;
mod restored;
mod texts;
mod website;

use super::refusal::{Answer, Refusal};
use super::version::current;
use super::{Owner, Parts};
use crate::app::App;
use crate::shown::{Edition, Facts};
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use hearthcast_feed::RENDERER;
use hearthcast_model::hash::body_hash;
use hearthcast_model::manifest::{FeedObject, Manifest};
use hearthcast_model::rule::FileKind;
use hearthcast_model::{Code, Error, Sha256};
use hearthcast_protocol::publish::{PublishAnswer, PublishConflict, PublishRequest, ReleasedEpisode};
use hearthcast_storage::StorageKey;
use hearthcast_store::released::{EpisodeMedia, Released};
use hearthcast_store::version::Version;
use hearthcast_store::{media, released, version};
use http::StatusCode;
use std::collections::BTreeSet;

/// Longest publication: about ten thousand episodes with long notes.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Publishes.
pub async fn publish(State(app): Parts, Extension(caller): Owner, body: Body) -> Answer<Response> {
    let bytes = super::body::read(body, MAX_BYTES.min(app.max_body_bytes)).await?;
    let request: PublishRequest = super::body::parse(&bytes)?;
    drop(bytes);
    if request.manifest.device != caller.device {
        let error = Error::new(Code::AuthRefused, "The publication was made by another computer than its key.");
        return Err(Refusal::new(StatusCode::FORBIDDEN, error));
    }
    let turn = app.publishing.clone().lock_owned().await;
    // A task of its own: a laptop that goes away in between leaves database and public side in step.
    let task = tokio::spawn(async move {
        let answer = settle(&app, request).await;
        drop(turn);
        answer
    });
    task.await.map_err(|_| Error::new(Code::Internal, "The server stopped in the middle of a publication."))?
}

async fn settle(app: &App, request: PublishRequest) -> Answer<Response> {
    if let Some(answer) = made_before(app, &request.manifest).await? {
        return Ok(Json(answer).into_response());
    }
    if let Some(conflict) = conflict(app, &request.manifest).await? {
        return Ok((StatusCode::CONFLICT, Json(conflict)).into_response());
    }
    let answer = apply(app, request).await?;
    Ok(Json(answer).into_response())
}

/// The answer to the same publication, if it happened already.
async fn made_before(app: &App, manifest: &Manifest) -> Answer<Option<PublishAnswer>> {
    let before = version::by_fence(&mut *app.store.read().await?, &manifest.fence).await?;
    let Some(before) = before else { return Ok(None) };
    if before.request != manifest_hash(manifest)?.as_str() {
        return Err(Refusal::field("fence", "Another publication was made under the same id before."));
    }
    let answer = serde_json::from_str(&before.answer);
    answer.map(Some).map_err(|e| Error::new(Code::Internal, format!("A kept answer cannot be read: {e}.")).into())
}

/// What is public instead of the version that the publication follows.
async fn conflict(app: &App, manifest: &Manifest) -> Answer<Option<PublishConflict>> {
    let current = current(app, &manifest.show).await?;
    let follows = current.version == manifest.parent && current.epoch == manifest.epoch;
    Ok((!follows).then_some(PublishConflict { current }))
}

async fn apply(app: &App, request: PublishRequest) -> Answer<PublishAnswer> {
    let now_ms = app.now_ms();
    check::request(&request, now_ms)?;
    check::slug_is_free(app, &request).await?;
    check::none_withdrawn(app, &request).await?;
    let restored = restored::feed(app, &request).await?;
    let facts: Facts = request.facts.into_iter().map(|facts| (facts.sha256.clone(), facts)).collect();
    let sound = check::sound(&request.manifest.objects, request.audio, &app.storages)?;
    let paths = check::older_paths(request.paths)?;
    check::objects(app, &request.manifest.objects, &sound, &facts).await?;
    check::stored(app, &request.manifest.objects, &sound, &request.manifest.show).await?;
    let manifest = request.manifest;
    let released = Released {
        id: manifest.show.clone(),
        version: manifest.version,
        effective_at: manifest.effective_at,
        show: clean::show(request.show),
        episodes: request.episodes.into_iter().map(clean::episode).collect(),
        restores: manifest.restores.filter(|_| restored.is_some()),
        // Whatever its addresses answered: it is here again.
        standing: None,
        sound,
        paths,
        heard: None,
    };
    let as_of = |at_ms| Edition::of(&app.base_url, &released, &facts, at_ms, restored.clone());
    let promised = as_of(manifest.effective_at)?;
    if restored.is_none() {
        compare(&manifest, &promised)?;
    }
    let as_of_ms = now_ms.max(manifest.effective_at);
    let edition = as_of(as_of_ms)?.with_former(app, &released, as_of_ms).await?;
    let answer =
        PublishAnswer { version: manifest.version, etag: edition.feed.etag(), feed_url: edition.feed_url.clone() };
    write(app, &manifest, &released, &facts, &promised, &answer).await?;
    app.shown.switch(edition)?;
    tracing::info!(version = answer.version, objects = manifest.objects.len(), "published");
    Ok(answer)
}

/// Same renderer, same bytes: else nothing is published.
fn compare(manifest: &Manifest, edition: &Edition) -> Answer<()> {
    if manifest.feed.sha256 == edition.sha256 && manifest.documents.iter().all(|named| is_in(edition, named)) {
        return Ok(());
    }
    if manifest.renderer != RENDERER {
        tracing::warn!(laptop = manifest.renderer, server = RENDERER, "published with another renderer's feed hash");
        return Ok(());
    }
    Err(Error::new(Code::RenderMismatch, "The feed came out differently on the server than on the laptop.")
        .hint("Make the plan again. If it happens again, see that Hearthcast and hearthcast-server have the same version.")
        .about("show", manifest.show.as_str())
        .into())
}

/// Whether an edition has a further feed as the laptop wrote it. Pages are cut here: the same items by the same writer, whose
/// first document was compared.
fn is_in(edition: &Edition, named: &FeedObject) -> bool {
    match StorageKey::parse(&named.key) {
        Some(StorageKey::FeedVariant(_, name)) => {
            edition.documents.iter().any(|one| one.name == name && one.sha256 == named.sha256)
        }
        _ => true,
    }
}

async fn write(
    app: &App,
    manifest: &Manifest,
    public: &Released,
    facts: &Facts,
    promised: &Edition,
    answer: &PublishAnswer,
) -> Answer<()> {
    let row = Version {
        manifest: manifest.clone(),
        request: manifest_hash(manifest)?.to_string(),
        answer: serde_json::to_string(answer).map_err(|e| Refusal::usage(e.to_string()))?,
        sha256: promised.sha256.clone(),
        created_ms: app.now_ms(),
    };
    let mut writer = app.store.write().await?;
    version::claim(&mut writer, &row, &promised.bytes, app.now_ms()).await?;
    released::put(&mut writer, public).await?;
    for told in facts.values().filter(|told| public.sound.elsewhere.contains_key(&told.sha256)) {
        media::put(&mut writer, &told.sha256, told.size_bytes, &told.mime, app.now_ms()).await?;
    }
    media::tell(&mut writer, &facts.values().collect::<Vec<_>>()).await?;
    released::attach(&mut writer, episode_media(public).into_iter()).await?;
    Ok(writer.commit().await?)
}

/// The sound of every episode, in each of its formats.
fn episode_media(public: &Released) -> Vec<EpisodeMedia> {
    let mut media = vec![];
    for ReleasedEpisode { id, body } in &public.episodes {
        let Some(published_ms) = body.publish_at_ms else { continue };
        let sounds = body.kinds_of_files().filter(|(kind, _)| *kind == FileKind::Audio);
        let sounds: BTreeSet<&Sha256> = sounds.map(|(_, file)| &file.hash).collect();
        media.extend(sounds.into_iter().map(|sha256| EpisodeMedia {
            sha256: sha256.clone(),
            episode: id.clone(),
            show: public.id.clone(),
            published_ms,
        }));
    }
    media
}

fn manifest_hash(manifest: &Manifest) -> Answer<Sha256> {
    let value = serde_json::to_value(manifest).map_err(|e| Refusal::usage(e.to_string()))?;
    Ok(body_hash(&value))
}
