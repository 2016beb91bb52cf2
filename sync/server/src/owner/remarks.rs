//! `GET /sync/v1/drafts/<show>/remarks`: what those who heard a show's drafts remarked.

use super::Parts;
use super::drafts::show_id;
use super::refusal::Answer;
use axum::Json;
use axum::extract::{Path, Query, State};
use hearthcast_protocol::drafts::{MAX_ROWS, RemarksAnswer};
use hearthcast_store::remark;
use serde::Deserialize;

/// The question.
#[derive(Debug, Deserialize)]
pub struct Asked {
    after: Option<i64>,
    limit: Option<usize>,
}

/// Tells what came.
pub async fn list(
    State(app): Parts,
    Path(show): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer<Json<RemarksAnswer>> {
    let (show, after) = (show_id(&show)?, asked.after.unwrap_or(0).max(0));
    let limit = asked.limit.unwrap_or(MAX_ROWS).clamp(1, MAX_ROWS);
    let mut rows = remark::after(&mut *app.store.read().await?, &show, after, limit + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().map_or(after, |(seq, _)| *seq);
    let remarks = rows.into_iter().map(|(_, remark)| remark).collect();
    Ok(Json(RemarksAnswer { epoch: app.identity.epoch.clone(), remarks, next, more }))
}
