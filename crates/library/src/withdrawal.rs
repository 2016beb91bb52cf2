//! Table `withdrawal`: episodes that were called back from listeners. They are never published again. And how the caches
//! before a target are told, kept in `meta`.

use crate::{Library, LibraryError, Result, WriteTx, meta};
use hearthcast_model::history::Removal;
use hearthcast_model::purge::Purge;
use hearthcast_model::{EpisodeId, ShowId, TargetId};

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

/// How the cache before a target is told to forget an address.
pub async fn purge(library: &Library, target: &TargetId) -> Result<Option<Purge>> {
    let kept = meta::get(library.readers(), &purge_key(target)).await?;
    // A purge of a newer program is none here: it is better not run than run wrongly.
    Ok(kept.and_then(|text| serde_json::from_str(&text).ok()))
}

/// The removal of a whole show from listeners, if there is one.
pub async fn removal(library: &Library, show: &ShowId) -> Result<Option<Removal>> {
    let kept = meta::get(library.readers(), &removal_key(show)).await?.filter(|text| !text.is_empty());
    let unreadable = |source| LibraryError::Unreadable { what: "removal".into(), source };
    kept.map(|text| serde_json::from_str(&text).map_err(unreadable)).transpose()
}

fn removal_key(show: &ShowId) -> String {
    format!("removal {show}")
}

fn purge_key(target: &TargetId) -> String {
    format!("purge {target}")
}

impl WriteTx {
    /// Notes that a whole show is removed from listeners, or that it is not.
    pub async fn put_removal(&mut self, show: &ShowId, removal: Option<&Removal>) -> Result<()> {
        let text = removal.map_or(Ok(String::new()), serde_json::to_string);
        let text = text.map_err(|source| LibraryError::Unreadable { what: "removal".into(), source })?;
        meta::set(self.connection(), &removal_key(show), &text).await?;
        self.touch("show", show.as_str());
        Ok(())
    }

    /// Sets how the cache before a target is told, or that it is not.
    pub async fn put_purge(&mut self, target: &TargetId, purge: Option<&Purge>) -> Result<()> {
        let text = purge.map_or(Ok(String::new()), serde_json::to_string);
        let text = text.map_err(|source| LibraryError::Unreadable { what: "purge".into(), source })?;
        meta::set(self.connection(), &purge_key(target), &text).await?;
        self.touch("target", target.as_str());
        Ok(())
    }

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
