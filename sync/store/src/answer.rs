//! Table `answer`: what was answered to an idempotency key, kept for a week.

use crate::{Connection, Result};
use hearthcast_model::Sha256;
use sqlx::Row as _;

/// How long an answer is kept, milliseconds.
pub const LIFE_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// An answer given before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Hash of the request it was given to.
    pub request: String,
    /// The body.
    pub body: String,
}

/// Looks up what was answered.
pub async fn get(connection: &mut Connection, device: &str, key: &str) -> Result<Option<Answer>> {
    let row = sqlx::query("SELECT request, body FROM answer WHERE device = $1 AND idem_key = $2")
        .bind(device)
        .bind(key)
        .fetch_optional(connection)
        .await?;
    row.map(|row| Ok(Answer { request: row.try_get(0)?, body: row.try_get(1)? })).transpose()
}

/// Keeps an answer.
pub async fn put(
    connection: &mut Connection,
    device: &str,
    key: &str,
    request: &Sha256,
    body: &str,
    now_ms: i64,
) -> Result<()> {
    sqlx::query("INSERT INTO answer (device, idem_key, request, body, created_ms) VALUES ($1, $2, $3, $4, $5)")
        .bind(device)
        .bind(key)
        .bind(request.as_str())
        .bind(body)
        .bind(now_ms)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets answers older than a week.
pub async fn forget(connection: &mut Connection, now_ms: i64) -> Result<u64> {
    let done =
        sqlx::query("DELETE FROM answer WHERE created_ms < $1").bind(now_ms - LIFE_MS).execute(connection).await?;
    Ok(done.rows_affected())
}
