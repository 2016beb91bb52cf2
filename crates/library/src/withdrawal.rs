//! Table `withdrawal`: episodes that were called back from listeners. They are never published again.

use crate::{Library, Result, WriteTx};
use hearthcast_model::{EpisodeId, ShowId};

/// A withdrawal: how far it has come is the caller's JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// The episode.
    pub episode: EpisodeId,
    /// When it was begun, Unix milliseconds.
    pub at_ms: i64,
    /// When nothing was left to do.
    pub finished_ms: Option<i64>,
    /// The caller's JSON.
    pub body: String,
}

/// Withdrawals of a show, oldest first.
pub async fn of_show(library: &Library, show: &ShowId) -> Result<Vec<Withdrawal>> {
    let rows: Vec<(String, i64, Option<i64>, String)> = sqlx::query_as(
        "SELECT episode, at_ms, finished_ms, body FROM withdrawal WHERE show_id = $1 ORDER BY at_ms, episode",
    )
    .bind(show.as_str())
    .fetch_all(library.readers())
    .await?;
    let read = |(episode, at_ms, finished_ms, body): (String, i64, Option<i64>, String)| {
        Some(Withdrawal { episode: EpisodeId::parse(&episode)?, at_ms, finished_ms, body })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

impl WriteTx {
    /// Writes down that an episode is being called back, or how far that is.
    pub async fn put_withdrawal(&mut self, show: &ShowId, episode: &EpisodeId, body: &str, done: bool) -> Result<()> {
        let now_ms = self.now_ms;
        sqlx::query(
            "INSERT INTO withdrawal (episode, show_id, at_ms, finished_ms, body) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (episode) DO UPDATE SET finished_ms = excluded.finished_ms, body = excluded.body",
        )
        .bind(episode.as_str())
        .bind(show.as_str())
        .bind(now_ms)
        .bind(done.then_some(now_ms))
        .bind(body)
        .execute(self.connection())
        .await?;
        self.touch("episode", episode.as_str());
        Ok(())
    }
}
