//! Table `salt`: one secret per UTC day, deleted when the day is closed.

use crate::{Connection, Result};
use hearthcast_model::Sha256;
use sqlx::Row as _;

/// Keeps a salt for a day unless there is one, and returns the one that holds. All nodes agree this way.
pub async fn agree(connection: &mut Connection, day: &str, proposal: [u8; 32]) -> Result<[u8; 32]> {
    // 32 bytes as 64 hex digits: the same writing that hashes have.
    sqlx::query("INSERT INTO salt (day, value) VALUES ($1, $2) ON CONFLICT (day) DO NOTHING")
        .bind(day)
        .bind(Sha256::from_digest(proposal).as_str())
        .execute(&mut *connection)
        .await?;
    let row = sqlx::query("SELECT value FROM salt WHERE day = $1").bind(day).fetch_one(connection).await?;
    let text: String = row.try_get(0)?;
    Ok(bytes(&text).unwrap_or(proposal))
}

/// Deletes the salts of all days before `day`.
pub async fn delete_before(connection: &mut Connection, day: &str) -> Result<u64> {
    Ok(sqlx::query("DELETE FROM salt WHERE day < $1").bind(day).execute(connection).await?.rows_affected())
}

/// Days that have a salt, oldest first.
pub async fn days(connection: &mut Connection) -> Result<Vec<String>> {
    let rows = sqlx::query("SELECT day FROM salt ORDER BY day").fetch_all(connection).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

fn bytes(text: &str) -> Option<[u8; 32]> {
    let text = Sha256::parse(text)?;
    let mut out = [0; 32];
    for (byte, at) in out.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&text.as_str()[at..at + 2], 16).ok()?;
    }
    Some(out)
}
