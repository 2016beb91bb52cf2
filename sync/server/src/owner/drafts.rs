//! `/sync/v1/drafts`: a draft is shared with those who get its secret address, listed, and ended. The secret itself never comes
//! here: only its hash does.

use super::Parts;
use super::refusal::{Answer, Refusal};
use crate::app::App;
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use hearthcast_model::share::{DAY_MS, MAX_DAYS, MAX_PAGE_BYTES, MOST_LIVE, SharedFile};
use hearthcast_model::{Code, Error, Sha256, ShareId, SharedDraft, ShowId};
use hearthcast_protocol::drafts::{DraftLine, DraftsAnswer, EndRequest, ShareAnswer, ShareRequest};
use hearthcast_store::draft::{self, Line};
use hearthcast_store::media;
use hearthcast_text::{chapters, clean_html};
use http::StatusCode;
use http::header::CONTENT_LENGTH;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

/// Longest request to end one.
const MAX_END_BYTES: usize = 4 * 1024;
/// How long a file may wait for the draft it was sent for.
const WAITS: Duration = Duration::from_hours(24);

/// `POST /sync/v1/drafts`: from now on whoever has the secret hears the draft.
pub async fn share(State(app): Parts, body: Body) -> Answer<Json<ShareAnswer>> {
    let bytes = super::body::read(body, MAX_PAGE_BYTES.min(app.max_body_bytes)).await?;
    let request: ShareRequest = super::body::parse(&bytes)?;
    let draft = checked(request.draft, app.now_ms())?;
    let _turn = app.drafts.turn.lock().await;
    if let Some(known) = draft::get(&mut *app.store.read().await?, &draft.id).await? {
        return match known.token == request.token_sha256 && known.ended_ms.is_none() {
            true => Ok(answer(&app, known.expires_ms)),
            false => Err(Error::new(Code::Taken, "Another draft was shared under this id.").into()),
        };
    }
    let live = draft::of_show(&mut *app.store.read().await?, &draft.show).await?;
    if live.iter().filter(|line| line.ended_ms.is_none()).count() >= MOST_LIVE {
        let error = Error::new(Code::UsageInvalid, format!("{MOST_LIVE} drafts of this show can be heard already."))
            .hint("End one that nobody needs any more, then share this one again.");
        return Err(error.into());
    }
    take_files(&app, &draft).await?;
    let mut writer = app.store.write().await?;
    draft::put(&mut writer, &request.token_sha256, &draft).await?;
    writer.commit().await?;
    app.drafts.show(request.token_sha256, &draft);
    tracing::info!("a draft was shared");
    Ok(answer(&app, draft.expires_ms))
}

/// `GET /sync/v1/drafts/<show>`: all of a show.
pub async fn list(State(app): Parts, Path(show): Path<String>) -> Answer<Json<DraftsAnswer>> {
    let show = show_id(&show)?;
    let lines = draft::of_show(&mut *app.store.read().await?, &show).await?;
    Ok(Json(DraftsAnswer { drafts: lines.into_iter().map(told).collect() }))
}

/// `POST /sync/v1/drafts/end`: its address is over, and its files are deleted. Said again, it stays so.
pub async fn revoke(State(app): Parts, body: Body) -> Answer<Json<DraftLine>> {
    let request: EndRequest = super::body::parse(&super::body::read(body, MAX_END_BYTES).await?)?;
    let missing = || Error::not_found("draft", request.id.as_str());
    let known = draft::get(&mut *app.store.read().await?, &request.id).await?;
    let known = known.filter(|line| line.show == request.show).ok_or_else(missing)?;
    end(&app, &[known.id]).await?;
    let line = draft::get(&mut *app.store.read().await?, &request.id).await?.ok_or_else(missing)?;
    tracing::info!("a draft was revoked");
    Ok(Json(told(line)))
}

/// `HEAD /sync/v1/draft-files/<sha256>`: whether the content is here already.
pub async fn file(State(app): Parts, Path(text): Path<String>) -> Answer<Response> {
    let missing = || Error::not_found("file", &text);
    let sha256 = Sha256::parse(&text).ok_or_else(missing)?;
    let path = source(&app, &sha256).await?.ok_or_else(missing)?;
    let bytes = tokio::fs::metadata(&path).await?.len();
    Ok(([(CONTENT_LENGTH, bytes.to_string())], ()).into_response())
}

/// Ends sharings: nobody hears them from now on, then their words and files go.
pub async fn end(app: &App, ids: &[ShareId]) -> Answer<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let _turn = app.drafts.turn.lock().await;
    let mut writer = app.store.write().await?;
    let mut tokens = vec![];
    for id in ids {
        draft::end(&mut writer, id, app.now_ms()).await?;
        tokens.extend(draft::get(&mut writer, id).await?.map(|line| line.token));
    }
    writer.commit().await?;
    tokens.into_iter().for_each(|token| app.drafts.hide(token));
    for id in ids {
        remove(&app.folders.draft(id)).await?;
    }
    if let Err(error) = app.store.compact().await {
        tracing::warn!(%error, "the database could not be written anew after a draft ended");
    }
    Ok(())
}

/// Removes files of no draft: what a kill left between two steps, and what was sent and never shared. The caller holds the turn.
pub async fn sweep(app: &App) -> Answer<()> {
    let mut entries = tokio::fs::read_dir(app.folders.drafts()).await?;
    while let Some(entry) = entries.next_entry().await? {
        let name = entry.file_name();
        let Some(id) = name.to_str().and_then(ShareId::parse) else { continue };
        let known = draft::get(&mut *app.store.read().await?, &id).await?;
        if known.is_none_or(|line| line.ended_ms.is_some()) {
            remove(&entry.path()).await?;
        }
    }
    let mut waiting = tokio::fs::read_dir(app.folders.drafts_arrived()).await?;
    while let Some(entry) = waiting.next_entry().await? {
        let age = entry.metadata().await?.modified()?.elapsed().unwrap_or_default();
        if age > WAITS {
            tokio::fs::remove_file(entry.path()).await?;
        }
    }
    Ok(())
}

/// The draft as it will be read: bounded, clean, and of this moment.
fn checked(mut draft: SharedDraft, now_ms: i64) -> Answer<SharedDraft> {
    draft.check()?;
    if draft.expires_ms <= now_ms || draft.expires_ms > now_ms + (i64::from(MAX_DAYS) + 1) * DAY_MS {
        let error = Error::new(Code::FieldInvalid, "By the server's clock this draft's time is over, or too far away.")
            .hint("Look whether both machines' clocks are right.")
            .about("field", "expires_ms");
        return Err(error.into());
    }
    draft.notes = clean_html(&draft.notes.html);
    let wrong = |_| Refusal::field("chapters", "The chapters of the draft are not in order.");
    draft.chapters = chapters::checked(draft.chapters).map_err(wrong)?;
    Ok(draft)
}

/// Puts the files of a draft into its folder: links to what is here already, so that nothing takes room twice.
async fn take_files(app: &App, draft: &SharedDraft) -> Answer<()> {
    let folder = app.folders.draft(&draft.id);
    tokio::fs::create_dir_all(&folder).await?;
    let mut taken = BTreeSet::new();
    // A picture may stand in the notes, too.
    for file in draft.files().filter(|file| taken.insert(file.sha256.clone())) {
        let source = source(app, &file.sha256).await?.ok_or_else(|| not_here(file))?;
        let place = folder.join(file.sha256.as_str());
        match tokio::fs::hard_link(&source, &place).await {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            // A folder that lies on another disk.
            Err(error) if error.kind() == std::io::ErrorKind::CrossesDevices => {
                tokio::fs::copy(&source, &place).await?;
            }
            linked => linked?,
        }
        if tokio::fs::metadata(&place).await?.len() != file.bytes {
            remove(&folder).await?;
            return Err(not_here(file));
        }
        let arrived = app.folders.drafts_arrived().join(file.sha256.as_str());
        if source == arrived {
            tokio::fs::remove_file(arrived).await?;
        }
    }
    Ok(())
}

/// Where the server has a content: sent for a draft, in another draft, or public.
async fn source(app: &App, sha256: &Sha256) -> Answer<Option<PathBuf>> {
    let arrived = app.folders.drafts_arrived().join(sha256.as_str());
    let drafts = std::iter::once(arrived).chain(app.drafts.with_content(sha256));
    for path in drafts {
        if tokio::fs::try_exists(&path).await? {
            return Ok(Some(path));
        }
    }
    let Some(known) = media::get(&mut *app.store.read().await?, sha256).await? else { return Ok(None) };
    let path = app.folders.media(sha256);
    Ok(super::files::size_of(&path).await?.filter(|bytes| *bytes == known.bytes).map(|_| path))
}

async fn remove(folder: &std::path::Path) -> Answer<()> {
    match tokio::fs::remove_dir_all(folder).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn answer(app: &App, expires_ms: i64) -> Json<ShareAnswer> {
    Json(ShareAnswer { begins: format!("{}/p/", app.base_url), expires_ms })
}

fn told(line: Line) -> DraftLine {
    let Line { id, episode, made_ms, expires_ms, ended_ms, .. } = line;
    DraftLine { id, episode, made_ms, expires_ms, ended_ms }
}

pub(super) fn show_id(text: &str) -> Answer<ShowId> {
    ShowId::parse(text).ok_or_else(|| Refusal::field("show", "The show's id is not a UUID."))
}

fn not_here(file: &SharedFile) -> Refusal {
    let error = Error::new(Code::PublishIncomplete, "A file of the draft is not at the server.")
        .hint("Share it again: what is missing is sent then.")
        .about("media", file.sha256.as_str());
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, error)
}
