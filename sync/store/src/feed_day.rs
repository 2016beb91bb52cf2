//! Table `feed_day`: who asked for the feed, by show and UTC day, with a cursor over their changes.

use crate::{Connection, Result, StoreError};
use hearthcast_model::stats::FeedDay;
use sqlx::Row as _;

/// Writes a day if it differs from the one that is there, with the next version and sequence number.
/// `count.version` is not read. Tells whether it was written.
pub async fn put(connection: &mut Connection, count: &FeedDay) -> Result<bool> {
    let before = get(connection, count).await?;
    let version = before.as_ref().map_or(0, |b| b.version) + 1;
    let after = FeedDay { version, ..count.clone() };
    if before.is_some_and(|before| FeedDay { version, ..before } == after) {
        return Ok(false);
    }
    let seq: i64 =
        sqlx::query("SELECT COALESCE(MAX(seq), 0) FROM feed_day").fetch_one(&mut *connection).await?.try_get(0)?;
    let body = serde_json::to_string(&after).map_err(|source| StoreError::Row { table: "feed_day", source })?;
    sqlx::query(
        "INSERT INTO feed_day (show_id, day, version, provisional, seq, body) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (show_id, day) DO UPDATE SET version = excluded.version, provisional = excluded.provisional,
             seq = excluded.seq, body = excluded.body",
    )
    .bind(after.show.as_str())
    .bind(&after.day)
    .bind(i64::try_from(version).unwrap_or(i64::MAX))
    .bind(i64::from(after.provisional))
    .bind(seq + 1)
    .bind(body)
    .execute(connection)
    .await?;
    Ok(true)
}

/// Reads days changed after a cursor, at most `limit`, in order of change, each with its place in that order.
pub async fn after(connection: &mut Connection, cursor: i64, limit: usize) -> Result<Vec<(i64, FeedDay)>> {
    let rows = sqlx::query("SELECT seq, body FROM feed_day WHERE seq > $1 ORDER BY seq LIMIT $2")
        .bind(cursor)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, parse(row.try_get(1)?)?))).collect()
}

/// Days before `today` that are still provisional.
pub async fn open_days(connection: &mut Connection, today: &str) -> Result<Vec<String>> {
    let rows = sqlx::query("SELECT DISTINCT day FROM feed_day WHERE provisional = 1 AND day < $1 ORDER BY day")
        .bind(today)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

async fn get(connection: &mut Connection, like: &FeedDay) -> Result<Option<FeedDay>> {
    let row = sqlx::query("SELECT body FROM feed_day WHERE show_id = $1 AND day = $2")
        .bind(like.show.as_str())
        .bind(&like.day)
        .fetch_optional(connection)
        .await?;
    row.map(|row| parse(row.try_get(0)?)).transpose()
}

fn parse(body: String) -> Result<FeedDay> {
    serde_json::from_str(&body).map_err(|source| StoreError::Row { table: "feed_day", source })
}
