//! Tables `withdrawn_episode` and `withdrawn`: episodes and posts that were called back, and their files under every name they
//! were published by.

use crate::{Connection, Result};
use hearthcast_model::{EpisodeId, Sha256, ShowId};
use sqlx::Row as _;

/// A file that was called back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// Content.
    pub sha256: Sha256,
    /// `<name>.<ext>`.
    pub name: String,
}

/// Notes an episode or a post; one that is noted stays as it is.
pub async fn put_episode(connection: &mut Connection, show: &ShowId, episode: &EpisodeId, now_ms: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO withdrawn_episode (episode, show_id, at_ms) VALUES ($1, $2, $3) ON CONFLICT (episode) DO NOTHING",
    )
    .bind(episode.as_str())
    .bind(show.as_str())
    .bind(now_ms)
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes a file; one that is noted stays as it is.
pub async fn put(
    connection: &mut Connection,
    show: &ShowId,
    episode: &EpisodeId,
    gone: &Gone,
    now_ms: i64,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO withdrawn (show_id, episode, sha256, name, at_ms) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (episode, sha256, name) DO NOTHING",
    )
    .bind(show.as_str())
    .bind(episode.as_str())
    .bind(gone.sha256.as_str())
    .bind(&gone.name)
    .bind(now_ms)
    .execute(connection)
    .await?;
    Ok(())
}

/// Every file that was called back.
pub async fn all(connection: &mut Connection) -> Result<Vec<Gone>> {
    let rows = sqlx::query("SELECT sha256, name FROM withdrawn ORDER BY sha256, name").fetch_all(connection).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        let (sha256, name): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        all.extend(Sha256::parse(&sha256).map(|sha256| Gone { sha256, name }));
    }
    Ok(all)
}

/// Every episode and post that was called back.
pub async fn all_episodes(connection: &mut Connection) -> Result<Vec<EpisodeId>> {
    let rows = sqlx::query("SELECT episode FROM withdrawn_episode").fetch_all(connection).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        all.extend(EpisodeId::parse(&row.try_get::<String, _>(0)?));
    }
    Ok(all)
}

/// Episodes and posts of a show that were withdrawn.
pub async fn episodes(connection: &mut Connection, show: &ShowId) -> Result<Vec<EpisodeId>> {
    let rows = sqlx::query("SELECT episode FROM withdrawn_episode WHERE show_id = $1")
        .bind(show.as_str())
        .fetch_all(connection)
        .await?;
    let mut episodes = vec![];
    for row in &rows {
        episodes.extend(EpisodeId::parse(&row.try_get::<String, _>(0)?));
    }
    Ok(episodes)
}
