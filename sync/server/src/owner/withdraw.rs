//! `POST /sync/v1/withdraw`: an episode's files are deleted now, kept feeds that name it with them, and its addresses answer
//! 410. Every step may be repeated; killed anywhere, the same request finishes it.

use super::refusal::{Answer, Refusal};
use super::{Parts, leaving};
use crate::app::App;
use crate::shown::CalledBack;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use hearthcast_model::slug::is_slug;
use hearthcast_model::{Code, Error, Sha256, Table};
use hearthcast_protocol::standing::Standing;
use hearthcast_protocol::versions::{WithdrawAnswer, WithdrawRequest, WithdrawnFile};
use hearthcast_store::withdrawn::{self, Gone};
use hearthcast_store::{Connection, draft, record, released, search, version};
use http::StatusCode;
use std::collections::BTreeSet;

/// Longest request: a few thousand files.
const MAX_BYTES: usize = 1024 * 1024;

/// Withdraws.
pub async fn withdraw(State(app): Parts, body: Body) -> Answer<Json<WithdrawAnswer>> {
    let bytes = super::body::read(body, MAX_BYTES.min(app.max_body_bytes)).await?;
    let request: WithdrawRequest = super::body::parse(&bytes)?;
    request.files.iter().try_for_each(good_name)?;
    let turn = app.publishing.clone().lock_owned().await;
    // A task of its own: a laptop that goes away in between leaves database, disk and public side in step.
    let task = tokio::spawn(async move {
        let answer = apply(&app, request).await;
        drop(turn);
        answer
    });
    let answer = task.await.map_err(|_| Error::new(Code::Internal, "The server stopped in the middle of it."))?;
    answer.map(Json)
}

async fn apply(app: &App, request: WithdrawRequest) -> Answer<WithdrawAnswer> {
    let mut reader = app.store.read().await?;
    let public = released::all(&mut reader).await?;
    if public.iter().any(|show| show.episodes.iter().any(|episode| episode.id == request.episode)) {
        return Err(still_public(&request));
    }
    let heard = draft::of_episode(&mut reader, &request.episode).await?;
    super::drafts::end(app, &heard).await?;
    let needed = leaving::needed(&mut reader, &request.show).await?;
    let own = version::files_of(&mut reader, &request.show, &request.episode).await?;
    drop(reader);
    let all: BTreeSet<WithdrawnFile> = request.files.iter().cloned().chain(own).collect();
    let versions = note(app, &request, &all).await?;
    let hashes: BTreeSet<Sha256> = all.into_iter().map(|file| file.sha256).collect();
    let (kept, deleted): (Vec<Sha256>, Vec<Sha256>) = hashes.into_iter().partition(|hash| needed.contains(hash));
    for sha256 in &deleted {
        leaving::delete(app, sha256).await?;
    }
    if let Err(error) = app.store.compact().await {
        tracing::warn!(%error, "the database could not be written anew after a withdrawal");
    }
    app.shown.call_back(CalledBack::read(&mut *app.store.read().await?).await?)?;
    tracing::info!(files = deleted.len(), versions = versions.len(), "an episode was withdrawn");
    Ok(WithdrawAnswer { deleted, kept, versions })
}

/// What the addresses are to answer, and versions without the episode, in one transaction.
async fn note(app: &App, request: &WithdrawRequest, files: &BTreeSet<WithdrawnFile>) -> Answer<Vec<u64>> {
    let mut writer = app.store.write().await?;
    withdrawn::put_episode(&mut writer, &request.show, &request.episode, app.now_ms()).await?;
    for file in files {
        let gone = Gone { sha256: file.sha256.clone(), name: file.name.clone() };
        withdrawn::put(&mut writer, &request.show, &request.episode, &gone, app.now_ms()).await?;
    }
    let since = request.elsewhere_since_ms;
    let versions = version::strike(&mut writer, &request.show, &request.episode, since).await?;
    nowhere_else(&mut writer, request, files).await?;
    search::forget(&mut writer, request.episode.as_str()).await?;
    record::forget_earlier(&mut writer, Table::Episode, request.episode.as_str()).await?;
    writer.commit().await?;
    Ok(versions)
}

/// A show that moved does not send askers of these files to its new place.
async fn nowhere_else(
    writer: &mut Connection,
    request: &WithdrawRequest,
    files: &BTreeSet<WithdrawnFile>,
) -> Answer<()> {
    let Some(mut public) = released::get(writer, &request.show).await? else { return Ok(()) };
    if let Some(moved) = public.standing.as_mut().and_then(Standing::files) {
        moved.retain(|file| !files.iter().any(|gone| gone.sha256 == file.sha256 && gone.name == file.name));
        released::put(writer, &public).await?;
    }
    Ok(())
}

fn good_name(file: &WithdrawnFile) -> Answer<()> {
    let good = file.name.split_once('.').is_some_and(|(name, ext)| is_slug(name) && is_slug(ext));
    if good { Ok(()) } else { Err(Refusal::field("name", "A file's name is not made of a-z, 0-9 and -.")) }
}

fn still_public(request: &WithdrawRequest) -> Refusal {
    let error = Error::new(Code::TargetConflict, "The episode is still in the feed.")
        .hint("Publish the show without it first.")
        .about("episode", request.episode.as_str());
    Refusal::new(StatusCode::CONFLICT, error)
}
