//! `GET /sync/v1/metrics`: counts changed after a cursor. What the log holds is rolled up first.

use super::Parts;
use super::refusal::Answer;
use crate::jobs::rollup;
use axum::Json;
use axum::extract::{Query, State};
use hearthcast_protocol::pull::{MAX_ROWS, MetricsAnswer};
use hearthcast_store::day_count;
use serde::Deserialize;

/// The question.
#[derive(Debug, Deserialize)]
pub struct Asked {
    after: Option<i64>,
    limit: Option<usize>,
}

/// Tells changed counts.
pub async fn metrics(State(app): Parts, Query(asked): Query<Asked>) -> Answer<Json<MetricsAnswer>> {
    rollup::run(&app).await?;
    let after = asked.after.unwrap_or(0).max(0);
    let limit = asked.limit.unwrap_or(MAX_ROWS).clamp(1, MAX_ROWS);
    let mut rows = day_count::after(&mut *app.store.read().await?, after, limit + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().map_or(after, |(seq, _)| *seq);
    let rows = rows.into_iter().map(|(_, row)| row).collect();
    Ok(Json(MetricsAnswer { epoch: app.identity.epoch.clone(), rows, next, more }))
}
