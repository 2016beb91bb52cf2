//! Tables `feed_day` and `feed_mark`: who asked for the feed, as servers count it, replaced by version.

use crate::{Library, LibraryError, Result, WriteTx};
use hearthcast_model::stats::FeedDay;
use hearthcast_model::{ShowId, TargetId};

/// All days of a show's feed, oldest first; of several servers each has its own.
pub async fn of_show(library: &Library, show: &ShowId) -> Result<Vec<FeedDay>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT d.body FROM feed_day d JOIN target t ON t.id = d.target WHERE t.show_id = $1 ORDER BY d.day, d.target",
    )
    .bind(show.as_str())
    .fetch_all(library.readers())
    .await?;
    let unreadable = |source| LibraryError::Unreadable { what: "feed_day".into(), source };
    rows.into_iter().map(|(body,)| serde_json::from_str(&body).map_err(unreadable)).collect()
}

/// The days of the feed at one server, oldest first.
pub async fn of_target(library: &Library, target: &TargetId) -> Result<Vec<FeedDay>> {
    let sql = "SELECT body FROM feed_day WHERE target = $1 ORDER BY day";
    let rows: Vec<(String,)> = sqlx::query_as(sql).bind(target.as_str()).fetch_all(library.readers()).await?;
    let unreadable = |source| LibraryError::Unreadable { what: "feed_day".into(), source };
    rows.into_iter().map(|(body,)| serde_json::from_str(&body).map_err(unreadable)).collect()
}

/// Cursor of a server's days of the feed.
pub async fn next(library: &Library, target: &TargetId) -> Result<i64> {
    let sql = "SELECT next FROM feed_mark WHERE target = $1";
    let next = sqlx::query_scalar(sql).bind(target.as_str()).fetch_optional(library.readers()).await?;
    Ok(next.unwrap_or(0))
}

impl WriteTx {
    /// Takes days from a server in, with the cursor behind them; an older version never replaces a newer one.
    pub async fn put_feed_days(&mut self, target: &TargetId, days: &[FeedDay], next: Option<i64>) -> Result<()> {
        for day in days {
            let unreadable = |source| LibraryError::Unreadable { what: "feed_day".into(), source };
            let body = serde_json::to_string(day).map_err(unreadable)?;
            sqlx::query(
                "INSERT INTO feed_day (target, day, version, body) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (target, day) DO UPDATE SET version = excluded.version, body = excluded.body
                 WHERE excluded.version >= feed_day.version",
            )
            .bind(target.as_str())
            .bind(&day.day)
            .bind(i64::try_from(day.version).unwrap_or(i64::MAX))
            .bind(body)
            .execute(self.connection())
            .await?;
            self.touch("stats", day.show.as_str());
        }
        let Some(next) = next else { return Ok(()) };
        sqlx::query(
            "INSERT INTO feed_mark (target, next) VALUES ($1, $2)
             ON CONFLICT (target) DO UPDATE SET next = MAX(next, excluded.next)",
        )
        .bind(target.as_str())
        .bind(next)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Forgets the days of a server whose history is another one now, or that is gone.
    pub(crate) async fn forget_feed_days(&mut self, target: &TargetId) -> Result<()> {
        for sql in ["DELETE FROM feed_day WHERE target = $1", "DELETE FROM feed_mark WHERE target = $1"] {
            sqlx::query(sql).bind(target.as_str()).execute(self.connection()).await?;
        }
        Ok(())
    }
}
