//! Tables `log_row` and `log_mark`: the delivery log as far as it was read, and how far that is.

use crate::{Connection, Result};
use sqlx::Row as _;

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

/// Reads rows of a day in the order of their ids, from the one after `after` on, at most `most`.
pub async fn of_day_after(connection: &mut Connection, day: &str, after: &str, most: i64) -> Result<Vec<LogRow>> {
    let rows = sqlx::query("SELECT id, day, content FROM log_row WHERE day = $1 AND id > $2 ORDER BY id LIMIT $3")
        .bind(day)
        .bind(after)
        .bind(most)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok(LogRow { id: row.try_get(0)?, day: row.try_get(1)?, content: row.try_get(2)? })).collect()
}

/// Notes that a day got rows and is to be counted again.
pub async fn set_due(connection: &mut Connection, day: &str) -> Result<()> {
    sqlx::query("INSERT INTO day_due (day) VALUES ($1) ON CONFLICT (day) DO NOTHING")
        .bind(day)
        .execute(connection)
        .await?;
    Ok(())
}

/// Days that are to be counted again, oldest first.
pub async fn due(connection: &mut Connection) -> Result<Vec<String>> {
    let rows = sqlx::query("SELECT day FROM day_due ORDER BY day").fetch_all(connection).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// A day was counted.
pub async fn counted(connection: &mut Connection, day: &str) -> Result<()> {
    sqlx::query("DELETE FROM day_due WHERE day = $1").bind(day).execute(connection).await?;
    Ok(())
}

/// Reads all rows of a day in the order of their ids.
pub async fn of_day(connection: &mut Connection, day: &str) -> Result<Vec<LogRow>> {
    let rows = sqlx::query("SELECT id, day, content FROM log_row WHERE day = $1 ORDER BY id")
        .bind(day)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok(LogRow { id: row.try_get(0)?, day: row.try_get(1)?, content: row.try_get(2)? })).collect()
}

/// Days from one to another, both included, that have rows; oldest first.
pub async fn days(connection: &mut Connection, from: &str, to: &str) -> Result<Vec<String>> {
    let rows = sqlx::query("SELECT DISTINCT day FROM log_row WHERE day >= $1 AND day <= $2 ORDER BY day")
        .bind(from)
        .bind(to)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Replaces the content of a row (a later row of the log corrected it). Tells whether it was there.
pub async fn amend(connection: &mut Connection, id: &str, content: &str) -> Result<bool> {
    let done =
        sqlx::query("UPDATE log_row SET content = $2 WHERE id = $1").bind(id).bind(content).execute(connection).await?;
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

/// How far the log of a node was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LogMark {
    /// Number of the segment.
    pub segment_n: u64,
    /// When the segment was begun, Unix milliseconds.
    pub segment_start_ms: i64,
    /// Offset of the first byte not yet read.
    pub read_to: u64,
}

/// How far the log of a node was read; the beginning if it never was.
pub async fn mark(connection: &mut Connection, node: &str) -> Result<LogMark> {
    let row = sqlx::query("SELECT segment_n, segment_start_ms, read_to FROM log_mark WHERE node = $1")
        .bind(node)
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(LogMark::default()) };
    let (n, read_to): (i64, i64) = (row.try_get(0)?, row.try_get(2)?);
    Ok(LogMark {
        segment_n: u64::try_from(n).unwrap_or(0),
        segment_start_ms: row.try_get(1)?,
        read_to: u64::try_from(read_to).unwrap_or(0),
    })
}

/// Remembers how far the log of a node was read.
pub async fn set_mark(connection: &mut Connection, node: &str, mark: LogMark) -> Result<()> {
    sqlx::query(
        "INSERT INTO log_mark (node, segment_n, segment_start_ms, read_to) VALUES ($1, $2, $3, $4)
         ON CONFLICT (node) DO UPDATE SET segment_n = excluded.segment_n,
             segment_start_ms = excluded.segment_start_ms, read_to = excluded.read_to",
    )
    .bind(node)
    .bind(i64::try_from(mark.segment_n).unwrap_or(i64::MAX))
    .bind(mark.segment_start_ms)
    .bind(i64::try_from(mark.read_to).unwrap_or(i64::MAX))
    .execute(connection)
    .await?;
    Ok(())
}
