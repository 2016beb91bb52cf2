//! `GET /sync/v1/comments/<show>`: what visitors wrote, and how it stands; `POST` there: what the author decided; `POST …/brought`:
//! what visitors wrote where the show was before.

use super::refusal::{Answer, Refusal};
use super::{Owner, Parts};
use crate::app::App;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use hearthcast_model::comment::{MAX_NAME_CHARS, MAX_TEXT_CHARS};
use hearthcast_model::{Code, Comment, CommentId, CommentState, Error, ShowId, Table};
use hearthcast_protocol::comments::{
    BringRequest, CommentsAnswer, DecideAnswer, DecideRequest, MAX_BROUGHT, MAX_DECISIONS, MAX_ROWS,
};
use hearthcast_store::{Connection, comment, record};
use hearthcast_text::{comment_line, comment_text};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Most bytes of a request: each decision has fewer than 200.
const MAX_BYTES: usize = 256 * 1024;

/// Most bytes of comments that were brought: 50 texts of 10,000 characters, each of four bytes or one that is escaped.
const MAX_BROUGHT_BYTES: usize = 4 * 1024 * 1024;

/// The question.
#[derive(Debug, Deserialize)]
pub struct Asked {
    after: Option<i64>,
    limit: Option<usize>,
}

/// Tells what changed.
pub async fn list(
    State(app): Parts,
    Path(show): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer<Json<CommentsAnswer>> {
    let (show, after) = (show_id(&show)?, asked.after.unwrap_or(0).max(0));
    let limit = asked.limit.unwrap_or(MAX_ROWS).clamp(1, MAX_ROWS);
    let mut rows = comment::after(&mut *app.store.read().await?, &show, after, limit + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().map_or(after, |(seq, _)| *seq);
    let comments = rows.into_iter().map(|(_, comment)| comment).collect();
    Ok(Json(CommentsAnswer { epoch: app.identity.epoch.clone(), comments, next, more }))
}

/// Takes decisions, all or none, and shows their outcome to everybody at once.
pub async fn decide(
    State(app): Parts,
    Extension(caller): Owner,
    Path(show): Path<String>,
    body: Body,
) -> Answer<Json<DecideAnswer>> {
    let show = show_id(&show)?;
    let request: DecideRequest = super::body::parse(&super::body::read(body, MAX_BYTES).await?)?;
    if request.decisions.len() > MAX_DECISIONS {
        let message = format!("At most {MAX_DECISIONS} decisions can be sent at once.");
        return Err(Error::new(Code::UsageInvalid, message).into());
    }
    let now_ms = app.now_ms();
    // What is shown last is what was decided last.
    let _turn = app.publishing.lock().await;
    let mut comments = Vec::with_capacity(request.decisions.len());
    let mut writer = app.store.write().await?;
    for decision in &request.decisions {
        let (state, at_ms, device) = (decision.state, decision.at_ms.min(now_ms), caller.device.as_str());
        comments.extend(comment::decide(&mut writer, &show, &decision.id, state, at_ms, device).await?);
    }
    writer.commit().await?;
    app.shown.comments(&comments);
    Ok(Json(DecideAnswer { comments }))
}

/// Takes what visitors wrote where the show was before, each comment once, and shows what is approved at once. What was decided here
/// about one holds; what is about no episode or post of the show is left out.
pub async fn bring(
    State(app): Parts,
    Extension(caller): Owner,
    Path(show): Path<String>,
    body: Body,
) -> Answer<Json<DecideAnswer>> {
    let show = show_id(&show)?;
    let request: BringRequest =
        super::body::parse(&super::body::read(body, MAX_BROUGHT_BYTES.min(app.max_body_bytes)).await?)?;
    if request.comments.len() > MAX_BROUGHT {
        let message = format!("At most {MAX_BROUGHT} comments can be brought at once.");
        return Err(Error::new(Code::UsageInvalid, message).into());
    }
    let now_ms = app.now_ms();
    let _turn = app.publishing.lock().await;
    let (mut comments, mut known) = (vec![], BTreeMap::<String, bool>::new());
    let mut writer = app.store.write().await?;
    for brought in request.comments.into_iter().filter_map(|brought| cleaned(brought, &show, now_ms)) {
        let is_here = match known.get(&brought.about) {
            Some(is_here) => *is_here,
            None => is_shown(&app, &show, &brought.about) || is_pushed(&mut writer, &show, &brought.about).await?,
        };
        known.insert(brought.about.clone(), is_here);
        if is_here {
            comments.extend(comment::bring(&mut writer, brought, caller.device.as_str()).await?);
        }
    }
    writer.commit().await?;
    app.shown.comments(&comments);
    Ok(Json(DecideAnswer { comments }))
}

/// A brought comment as it will be read: bounded and clean; `None` when nothing of it is left, or it is deleted already.
fn cleaned(brought: Comment, show: &ShowId, now_ms: i64) -> Option<Comment> {
    let id = CommentId::parse(brought.id.as_str())?;
    let name: String = comment_line(&brought.name).chars().take(MAX_NAME_CHARS).collect();
    let text: String = comment_text(&brought.text).chars().take(MAX_TEXT_CHARS).collect();
    let nothing = name.is_empty() || text.is_empty() || brought.state == CommentState::Deleted;
    let decided_ms = brought.decided_ms.map(|at_ms| at_ms.min(now_ms));
    (!nothing).then(|| Comment { id, show: show.clone(), name, text, decided_ms, ..brought })
}

/// Whether something is an episode or post of a show that everybody sees.
fn is_shown(app: &App, show: &ShowId, about: &str) -> bool {
    about != show.as_str() && app.shown.show_of(about).as_ref() == Some(show)
}

/// Whether something is an episode or post of a show as a laptop pushed it.
async fn is_pushed(connection: &mut Connection, show: &ShowId, about: &str) -> Answer<bool> {
    let row = record::get(connection, Table::Episode, about).await?;
    Ok(row.is_some_and(|row| row.deleted_ms.is_none() && row.body["show"] == show.as_str()))
}

fn show_id(text: &str) -> Answer<ShowId> {
    ShowId::parse(text).ok_or_else(|| Refusal::field("show", "The show's id is not a UUID."))
}
