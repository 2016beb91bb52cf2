//! Table `challenge`: sums that visitors were asked. Each is good for one comment, for a while, and for a few wrong answers.

use crate::{Connection, Result};
use hearthcast_model::ShowId;
use sqlx::Row as _;

/// How long a sum may be solved, milliseconds.
pub const LIFE_MS: i64 = 2 * 60 * 60 * 1000;

/// Most sums kept; those asked longest ago make room.
pub const MOST: i64 = 20_000;

/// Wrong answers after which a sum is gone.
pub const MOST_WRONG: i64 = 5;

/// A sum that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Its id: a random UUID.
    pub id: String,
    /// The show whose visitor was asked.
    pub show: ShowId,
    /// From 1 to 9.
    pub terms: (u8, u8),
    /// Until when it may be solved, Unix milliseconds.
    pub expires_ms: i64,
}

impl Challenge {
    /// What it comes to.
    pub fn sum(&self) -> i64 {
        i64::from(self.terms.0) + i64::from(self.terms.1)
    }
}

/// Keeps a sum.
pub async fn open(connection: &mut Connection, challenge: &Challenge) -> Result<()> {
    let row = sqlx::query("SELECT COALESCE(MAX(n), 0) + 1 FROM challenge").fetch_one(&mut *connection).await?;
    let n: i64 = row.try_get(0)?;
    sqlx::query(
        "INSERT INTO challenge (id, n, show_id, term1, term2, wrong, expires_ms) VALUES ($1, $2, $3, $4, $5, 0, $6)",
    )
    .bind(&challenge.id)
    .bind(n)
    .bind(challenge.show.as_str())
    .bind(i64::from(challenge.terms.0))
    .bind(i64::from(challenge.terms.1))
    .bind(challenge.expires_ms)
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM challenge WHERE n <= $1").bind(n - MOST).execute(connection).await?;
    Ok(())
}

/// A sum that is still open.
pub async fn get(connection: &mut Connection, id: &str, now_ms: i64) -> Result<Option<Challenge>> {
    let row =
        sqlx::query("SELECT id, show_id, term1, term2, expires_ms FROM challenge WHERE id = $1 AND expires_ms > $2")
            .bind(id)
            .bind(now_ms)
            .fetch_optional(connection)
            .await?;
    let Some(row) = row else { return Ok(None) };
    let term = |n: i64| u8::try_from(n).unwrap_or_default();
    let show: String = row.try_get(1)?;
    let terms = (term(row.try_get(2)?), term(row.try_get(3)?));
    let (id, expires_ms) = (row.try_get(0)?, row.try_get(4)?);
    Ok(ShowId::parse(&show).map(|show| Challenge { id, show, terms, expires_ms }))
}

/// Notes a wrong answer; after a few the sum is gone.
pub async fn answered_wrongly(connection: &mut Connection, id: &str) -> Result<()> {
    sqlx::query("UPDATE challenge SET wrong = wrong + 1 WHERE id = $1").bind(id).execute(&mut *connection).await?;
    sqlx::query("DELETE FROM challenge WHERE id = $1 AND wrong >= $2")
        .bind(id)
        .bind(MOST_WRONG)
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends a sum; tells whether it was there.
pub async fn close(connection: &mut Connection, id: &str) -> Result<bool> {
    Ok(sqlx::query("DELETE FROM challenge WHERE id = $1").bind(id).execute(connection).await?.rows_affected() > 0)
}

/// Ends all sums whose time is over.
pub async fn forget(connection: &mut Connection, now_ms: i64) -> Result<u64> {
    let done = sqlx::query("DELETE FROM challenge WHERE expires_ms <= $1").bind(now_ms).execute(connection).await?;
    Ok(done.rows_affected())
}
