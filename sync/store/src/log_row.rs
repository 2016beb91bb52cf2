//! Tables `log_row` and `log_mark`: the delivery log as far as it was read, and how far that is.

use crate::{Connection, Result};
use sqlx::Row as _;
use std::collections::BTreeMap;

/// Days that rows are kept.
pub const DAYS_KEPT: i64 = 90;

/// A row of the delivery log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// `<node>/<segment>/<offset>`: the same row is never kept twice.
    pub id: String,
    /// UTC day of the request's start.
    pub day: String,
    /// The row itself; what it means is the logbook's.
    pub content: String,
}

/// Keeps rows; those that are there stay as they are.
pub async fn add(connection: &mut Connection, rows: &[LogRow]) -> Result<()> {
    for row in rows {
        sqlx::query("INSERT INTO log_row (id, day, content) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING")
            .bind(&row.id)
            .bind(&row.day)
            .bind(&row.content)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Reads all rows of a day in the order of their ids.
pub async fn of_day(connection: &mut Connection, day: &str) -> Result<Vec<LogRow>> {
    let rows = sqlx::query("SELECT id, day, content FROM log_row WHERE day = $1 ORDER BY id")
        .bind(day)
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| Ok(LogRow { id: row.try_get(0)?, day: row.try_get(1)?, content: row.try_get(2)? }))
        .collect()
}

/// Replaces the content of a row (a later row of the log corrected it). Tells whether it was there.
pub async fn amend(connection: &mut Connection, id: &str, content: &str) -> Result<bool> {
    let done = sqlx::query("UPDATE log_row SET content = $2 WHERE id = $1")
        .bind(id)
        .bind(content)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Reads one row.
pub async fn get(connection: &mut Connection, id: &str) -> Result<Option<LogRow>> {
    let row =
        sqlx::query("SELECT id, day, content FROM log_row WHERE id = $1").bind(id).fetch_optional(connection).await?;
    row.map(|row| Ok(LogRow { id: row.try_get(0)?, day: row.try_get(1)?, content: row.try_get(2)? })).transpose()
}

/// Forgets the rows of all days before `day`.
pub async fn delete_before(connection: &mut Connection, day: &str) -> Result<u64> {
    Ok(sqlx::query("DELETE FROM log_row WHERE day < $1").bind(day).execute(connection).await?.rows_affected())
}

/// How far each segment was read, by `<node>/<segment>`.
pub async fn marks(connection: &mut Connection) -> Result<BTreeMap<String, u64>> {
    let rows = sqlx::query("SELECT segment, read_to FROM log_mark").fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            let to: i64 = row.try_get(1)?;
            Ok((row.try_get(0)?, u64::try_from(to).unwrap_or(0)))
        })
        .collect()
}

/// Remembers how far a segment was read.
pub async fn mark(connection: &mut Connection, segment: &str, read_to: u64) -> Result<()> {
    sqlx::query(
        "INSERT INTO log_mark (segment, read_to) VALUES ($1, $2)
         ON CONFLICT (segment) DO UPDATE SET read_to = excluded.read_to",
    )
    .bind(segment)
    .bind(i64::try_from(read_to).unwrap_or(i64::MAX))
    .execute(connection)
    .await?;
    Ok(())
}
