//! Table `pairing_code`: one-time codes, by hash only.

use crate::{Connection, Result};
use hearthcast_model::Sha256;

/// How long a code works, milliseconds.
pub const LIFE_MS: i64 = 15 * 60 * 1000;

/// Wrong guesses that end all open codes.
pub const MAX_WRONG: i64 = 5;

/// Keeps a new code, and forgets those that ended a day ago.
pub async fn open(connection: &mut Connection, hash: &Sha256, now_ms: i64) -> Result<()> {
    sqlx::query("DELETE FROM pairing_code WHERE expires_ms < $1")
        .bind(now_ms - 24 * 60 * 60 * 1000)
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO pairing_code (hash, created_ms, expires_ms) VALUES ($1, $2, $3)")
        .bind(hash.as_str())
        .bind(now_ms)
        .bind(now_ms + LIFE_MS)
        .execute(connection)
        .await?;
    Ok(())
}

/// Uses a code up. `false`: it is unknown, used, too old or was guessed at too often; the guess is counted.
pub async fn redeem(connection: &mut Connection, hash: &Sha256, now_ms: i64) -> Result<bool> {
    let used = sqlx::query(
        "UPDATE pairing_code SET used_ms = $2
         WHERE hash = $1 AND used_ms IS NULL AND expires_ms > $2 AND wrong < $3",
    )
    .bind(hash.as_str())
    .bind(now_ms)
    .bind(MAX_WRONG)
    .execute(&mut *connection)
    .await?
    .rows_affected();
    if used == 1 {
        return Ok(true);
    }
    sqlx::query("UPDATE pairing_code SET wrong = wrong + 1 WHERE used_ms IS NULL AND expires_ms > $1 AND wrong < $2")
        .bind(now_ms)
        .bind(MAX_WRONG)
        .execute(connection)
        .await?;
    Ok(false)
}
