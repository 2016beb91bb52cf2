//! Table `view_row`: requests for feeds and pages, one row for every listener, day and kind of page.

use crate::log_row::LogMark;
use crate::{Connection, Result};
use sqlx::Row as _;

/// What one listener asked for on one UTC day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewRow {
    /// UTC day.
    pub day: String,
    /// The show.
    pub show: String,
    /// The kind of page, as the logbook writes it.
    pub page: String,
    /// Pseudonym of the listener, of this day.
    pub listener: String,
    /// How often.
    pub requests: u64,
    /// The rest; what it means is the logbook's.
    pub content: String,
}

/// Takes a request in that stands at `at` in a node's log: adds it to the listener's row, unless that row knows it.
/// Requests of a node must come in the order of its log. Tells whether it was new.
pub async fn add(connection: &mut Connection, row: &ViewRow, node: &str, at: LogMark) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO view_row (day, show_id, page, listener, node, requests, last_n, last_offset, content)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (day, show_id, page, listener, node) DO UPDATE SET
             requests = view_row.requests + excluded.requests,
             last_n = excluded.last_n, last_offset = excluded.last_offset
         WHERE view_row.last_n < excluded.last_n
             OR (view_row.last_n = excluded.last_n AND view_row.last_offset < excluded.last_offset)",
    )
    .bind(&row.day)
    .bind(&row.show)
    .bind(&row.page)
    .bind(&row.listener)
    .bind(node)
    .bind(i64::try_from(row.requests).unwrap_or(i64::MAX))
    .bind(i64::try_from(at.segment_n).unwrap_or(i64::MAX))
    .bind(i64::try_from(at.read_to).unwrap_or(i64::MAX))
    .bind(&row.content)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Reads rows of a day, those of several nodes for one listener as one, in the order of show, page and listener: those behind
/// `after`, at most `most`.
pub async fn of_day_after(
    connection: &mut Connection,
    day: &str,
    after: Option<&ViewRow>,
    most: i64,
) -> Result<Vec<ViewRow>> {
    let (show, page, listener) =
        after.map_or(("", "", ""), |row| (row.show.as_str(), row.page.as_str(), row.listener.as_str()));
    let rows = sqlx::query(
        "SELECT day, show_id, page, listener, SUM(requests), MIN(content) FROM view_row
         WHERE day = $1 AND (show_id, page, listener) > ($2, $3, $4)
         GROUP BY day, show_id, page, listener ORDER BY show_id, page, listener LIMIT $5",
    )
    .bind(day)
    .bind(show)
    .bind(page)
    .bind(listener)
    .bind(most)
    .fetch_all(connection)
    .await?;
    let read = |row: &sqlx::sqlite::SqliteRow| {
        let requests: i64 = row.try_get(4)?;
        Ok(ViewRow {
            day: row.try_get(0)?,
            show: row.try_get(1)?,
            page: row.try_get(2)?,
            listener: row.try_get(3)?,
            requests: u64::try_from(requests).unwrap_or(0),
            content: row.try_get(5)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Days from one to another, both included, that have rows; oldest first.
pub async fn days(connection: &mut Connection, from: &str, to: &str) -> Result<Vec<String>> {
    let rows = sqlx::query("SELECT DISTINCT day FROM view_row WHERE day >= $1 AND day <= $2 ORDER BY day")
        .bind(from)
        .bind(to)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Forgets the rows of all days before `day`.
pub async fn delete_before(connection: &mut Connection, day: &str) -> Result<u64> {
    Ok(sqlx::query("DELETE FROM view_row WHERE day < $1").bind(day).execute(connection).await?.rows_affected())
}
