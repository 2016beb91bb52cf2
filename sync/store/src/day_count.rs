//! Table `day_count`: downloads by episode and UTC day, with a cursor over their changes.

use crate::{Connection, Result, StoreError};
use hearthcast_model::stats::DayCount;
use sqlx::Row as _;

/// Writes a count if it differs from the one that is there, with the next version and sequence number.
/// `count.version` is not read. Tells whether it was written.
pub async fn put(connection: &mut Connection, count: &DayCount) -> Result<bool> {
    let before = get(connection, count).await?;
    let version = before.as_ref().map_or(0, |b| b.version) + 1;
    let after = DayCount { version, ..count.clone() };
    if before.is_some_and(|before| DayCount { version, ..before } == after) {
        return Ok(false);
    }
    let seq = head_seq(connection).await? + 1;
    let body = serde_json::to_string(&after).map_err(|source| StoreError::Row { table: "day_count", source })?;
    sqlx::query(
        "INSERT INTO day_count (show_id, episode, day, version, provisional, seq, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (show_id, episode, day) DO UPDATE SET version = excluded.version,
             provisional = excluded.provisional, seq = excluded.seq, body = excluded.body",
    )
    .bind(after.show.as_str())
    .bind(after.episode.as_str())
    .bind(&after.day)
    .bind(i64::try_from(version).unwrap_or(i64::MAX))
    .bind(i64::from(after.provisional))
    .bind(seq)
    .bind(body)
    .execute(connection)
    .await?;
    Ok(true)
}

/// Reads counts changed after a cursor, at most `limit`, in order of change, each with its place in that order.
pub async fn after(connection: &mut Connection, cursor: i64, limit: usize) -> Result<Vec<(i64, DayCount)>> {
    let rows = sqlx::query("SELECT seq, body FROM day_count WHERE seq > $1 ORDER BY seq LIMIT $2")
        .bind(cursor)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, parse(row.try_get(1)?)?))).collect()
}

/// Days before `today` that still have provisional counts.
pub async fn open_days(connection: &mut Connection, today: &str) -> Result<Vec<String>> {
    let rows = sqlx::query("SELECT DISTINCT day FROM day_count WHERE provisional = 1 AND day < $1 ORDER BY day")
        .bind(today)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Reads all counts of a day.
pub async fn of_day(connection: &mut Connection, day: &str) -> Result<Vec<DayCount>> {
    let rows =
        sqlx::query("SELECT body FROM day_count WHERE day = $1 ORDER BY seq").bind(day).fetch_all(connection).await?;
    rows.iter().map(|row| parse(row.try_get(0)?)).collect()
}

async fn get(connection: &mut Connection, like: &DayCount) -> Result<Option<DayCount>> {
    let row = sqlx::query("SELECT body FROM day_count WHERE show_id = $1 AND episode = $2 AND day = $3")
        .bind(like.show.as_str())
        .bind(like.episode.as_str())
        .bind(&like.day)
        .fetch_optional(connection)
        .await?;
    row.map(|row| parse(row.try_get(0)?)).transpose()
}

async fn head_seq(connection: &mut Connection) -> Result<i64> {
    let row = sqlx::query("SELECT COALESCE(MAX(seq), 0) FROM day_count").fetch_one(connection).await?;
    Ok(row.try_get(0)?)
}

fn parse(body: String) -> Result<DayCount> {
    serde_json::from_str(&body).map_err(|source| StoreError::Row { table: "day_count", source })
}
