//! `GET /sync/v1/comments/<show>`: what visitors wrote, and how it stands; `POST` there: what the author decided.

use super::refusal::{Answer, Refusal};
use super::{Owner, Parts};
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use hearthcast_model::{Code, Error, ShowId};
use hearthcast_protocol::comments::{CommentsAnswer, DecideAnswer, DecideRequest, MAX_DECISIONS, MAX_ROWS};
use hearthcast_store::comment;
use serde::Deserialize;

/// Most bytes of a request: each decision has fewer than 200.
const MAX_BYTES: usize = 256 * 1024;

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

fn show_id(text: &str) -> Answer<ShowId> {
    ShowId::parse(text).ok_or_else(|| Refusal::field("show", "The show's id is not a UUID."))
}
