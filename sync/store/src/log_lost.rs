//! Table `log_lost`: how many answers of a day the download log could not take. Numbers only, so they stay.

use crate::{Connection, Result};
use hearthcast_model::stats::LostRows;
use sqlx::Row as _;

/// Adds to a day's number.
pub async fn add(connection: &mut Connection, day: &str, rows: u64) -> Result<()> {
    sqlx::query(
        "INSERT INTO log_lost (day, rows) VALUES ($1, $2) ON CONFLICT (day) DO UPDATE SET rows = log_lost.rows + excluded.rows",
    )
    .bind(day)
    .bind(i64::try_from(rows).unwrap_or(i64::MAX))
    .execute(connection)
    .await?;
    Ok(())
}

/// All days that lost any, oldest first.
pub async fn all(connection: &mut Connection) -> Result<Vec<LostRows>> {
    let rows = sqlx::query("SELECT day, rows FROM log_lost ORDER BY day").fetch_all(connection).await?;
    rows.iter()
        .map(|row| Ok(LostRows { day: row.try_get(0)?, rows: u64::try_from(row.try_get::<i64, _>(1)?).unwrap_or(0) }))
        .collect()
}
