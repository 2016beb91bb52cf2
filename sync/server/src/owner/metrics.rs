//! `GET /sync/v1/metrics`: counts changed after a cursor. What the log holds is rolled up first.

use super::Parts;
use super::refusal::Answer;
use crate::jobs::{lost, rollup};
use axum::Json;
use axum::extract::{Query, State};
use hearthcast_model::Result;
use hearthcast_model::stats::FeedDay;
use hearthcast_protocol::pull::{MAX_ROWS, MetricsAnswer};
use hearthcast_store::{Connection, day_count, feed_day, log_lost};
use serde::Deserialize;

/// The question.
#[derive(Debug, Deserialize)]
pub struct Asked {
    after: Option<i64>,
    limit: Option<usize>,
    feeds_after: Option<i64>,
}

/// Tells changed counts.
pub async fn metrics(State(app): Parts, Query(asked): Query<Asked>) -> Answer<Json<MetricsAnswer>> {
    rollup::run(&app).await?;
    lost::keep(&app).await?;
    let after = asked.after.unwrap_or(0).max(0);
    let limit = asked.limit.unwrap_or(MAX_ROWS).clamp(1, MAX_ROWS);
    let mut reader = app.store.read().await?;
    let mut rows = day_count::after(&mut reader, after, limit + 1).await?;
    let lost = log_lost::all(&mut reader).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().map_or(after, |(seq, _)| *seq);
    let rows = rows.into_iter().map(|(_, row)| row).collect();
    let (feeds, feeds_next, more_feeds) = match asked.feeds_after {
        Some(after) => feeds(&mut reader, after.max(0), limit).await?,
        None => (vec![], None, false),
    };
    let (epoch, more) = (app.identity.epoch.clone(), more || more_feeds);
    Ok(Json(MetricsAnswer { epoch, rows, next, more, lost, feeds, feeds_next }))
}

/// Days of the feed after a cursor, the next cursor, and whether there is more.
async fn feeds(reader: &mut Connection, after: i64, limit: usize) -> Result<(Vec<FeedDay>, Option<i64>, bool)> {
    let mut rows = feed_day::after(reader, after, limit + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().map_or(after, |(seq, _)| *seq);
    Ok((rows.into_iter().map(|(_, row)| row).collect(), Some(next), more))
}
