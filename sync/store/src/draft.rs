//! Table `draft`: drafts that somebody may hear by a secret address, of which only the hash is known here.

use crate::{Connection, Result, StoreError};
use hearthcast_model::{EpisodeId, Sha256, ShareId, SharedDraft, ShowId};
use sqlx::Row as _;

/// A sharing without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which.
    pub id: ShareId,
    /// Hash of its secret.
    pub token: Sha256,
    /// The show.
    pub show: ShowId,
    /// The episode.
    pub episode: EpisodeId,
    /// When it was shared, Unix milliseconds.
    pub made_ms: i64,
    /// Until when it answers.
    pub expires_ms: i64,
    /// When it ended.
    pub ended_ms: Option<i64>,
}

const LINE: &str = "id, show_id, episode_id, made_ms, expires_ms, ended_ms, token_sha256";

/// Keeps a new one.
pub async fn put(connection: &mut Connection, token: &Sha256, draft: &SharedDraft) -> Result<()> {
    let body = serde_json::to_string(draft).map_err(|source| StoreError::Row { table: "draft", source })?;
    sqlx::query(
        "INSERT INTO draft (id, token_sha256, show_id, episode_id, body, made_ms, expires_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(draft.id.as_str())
    .bind(token.as_str())
    .bind(draft.show.as_str())
    .bind(draft.episode.as_str())
    .bind(body)
    .bind(draft.made_ms)
    .bind(draft.expires_ms)
    .execute(connection)
    .await?;
    Ok(())
}

/// One by its id.
pub async fn get(connection: &mut Connection, id: &ShareId) -> Result<Option<Line>> {
    let sql = format!("SELECT {LINE} FROM draft WHERE id = $1");
    let row = sqlx::query(&sql).bind(id.as_str()).fetch_optional(connection).await?;
    Ok(row.as_ref().map(line).transpose()?.flatten())
}

/// What one says, by its id; `None` once it ended.
pub async fn body(connection: &mut Connection, id: &ShareId) -> Result<Option<SharedDraft>> {
    let row = sqlx::query("SELECT body FROM draft WHERE id = $1").bind(id.as_str()).fetch_optional(connection).await?;
    let body: Option<String> = row.map(|row| row.try_get(0)).transpose()?;
    let read = |body: String| serde_json::from_str(&body).map_err(|source| StoreError::Row { table: "draft", source });
    body.filter(|body| !body.is_empty()).map(read).transpose()
}

/// All sharings of a show, newest first.
pub async fn of_show(connection: &mut Connection, show: &ShowId) -> Result<Vec<Line>> {
    let sql = format!("SELECT {LINE} FROM draft WHERE show_id = $1 ORDER BY made_ms DESC, id DESC");
    let rows = sqlx::query(&sql).bind(show.as_str()).fetch_all(connection).await?;
    Ok(rows.iter().map(line).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// Every sharing that did not end, with what it says; the hash of its secret first.
pub async fn live(connection: &mut Connection) -> Result<Vec<(Sha256, SharedDraft)>> {
    let rows = sqlx::query("SELECT token_sha256, body FROM draft WHERE ended_ms IS NULL").fetch_all(connection).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        let (token, body): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let body = serde_json::from_str(&body).map_err(|source| StoreError::Row { table: "draft", source })?;
        all.extend(Sha256::parse(&token).map(|token| (token, body)));
    }
    Ok(all)
}

/// The hashes of secrets that are over.
pub async fn over(connection: &mut Connection) -> Result<Vec<Sha256>> {
    let rows = sqlx::query("SELECT token_sha256 FROM draft WHERE ended_ms IS NOT NULL").fetch_all(connection).await?;
    let tokens = rows.iter().map(|row| row.try_get(0)).collect::<sqlx::Result<Vec<String>>>()?;
    Ok(tokens.iter().filter_map(|token| Sha256::parse(token)).collect())
}

/// Sharings whose time is over and that did not end yet.
pub async fn due(connection: &mut Connection, now_ms: i64) -> Result<Vec<ShareId>> {
    let rows = sqlx::query("SELECT id FROM draft WHERE ended_ms IS NULL AND expires_ms <= $1")
        .bind(now_ms)
        .fetch_all(connection)
        .await?;
    ids(&rows)
}

/// Sharings of an episode that did not end yet.
pub async fn of_episode(connection: &mut Connection, episode: &EpisodeId) -> Result<Vec<ShareId>> {
    let rows = sqlx::query("SELECT id FROM draft WHERE ended_ms IS NULL AND episode_id = $1")
        .bind(episode.as_str())
        .fetch_all(connection)
        .await?;
    ids(&rows)
}

/// Ends one: what it said is gone. One that ended stays as it is.
pub async fn end(connection: &mut Connection, id: &ShareId, now_ms: i64) -> Result<()> {
    sqlx::query("UPDATE draft SET ended_ms = $2, body = '' WHERE id = $1 AND ended_ms IS NULL")
        .bind(id.as_str())
        .bind(now_ms)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets those that ended before a moment, and the remarks that came by them. The row of the newest remark stays without its
/// words, so that its place in the order is never another's.
pub async fn forget(connection: &mut Connection, before_ms: i64) -> Result<()> {
    for sql in [
        "UPDATE remark SET name = '', text = '' WHERE draft_id IN (SELECT id FROM draft WHERE ended_ms < $1)",
        "DELETE FROM remark WHERE text = '' AND seq < (SELECT MAX(seq) FROM remark)
         AND draft_id IN (SELECT id FROM draft WHERE ended_ms < $1)",
        "DELETE FROM draft WHERE ended_ms < $1",
    ] {
        sqlx::query(sql).bind(before_ms).execute(&mut *connection).await?;
    }
    Ok(())
}

fn ids(rows: &[sqlx::sqlite::SqliteRow]) -> Result<Vec<ShareId>> {
    let ids = rows.iter().map(|row| row.try_get(0)).collect::<sqlx::Result<Vec<String>>>()?;
    Ok(ids.iter().filter_map(|id| ShareId::parse(id)).collect())
}

fn line(row: &sqlx::sqlite::SqliteRow) -> Result<Option<Line>> {
    let (id, show, episode): (String, String, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    let token: String = row.try_get(6)?;
    let ids = (ShareId::parse(&id), ShowId::parse(&show), EpisodeId::parse(&episode), Sha256::parse(&token));
    let (Some(id), Some(show), Some(episode), Some(token)) = ids else { return Ok(None) };
    let (made_ms, expires_ms, ended_ms) = (row.try_get(3)?, row.try_get(4)?, row.try_get(5)?);
    Ok(Some(Line { id, token, show, episode, made_ms, expires_ms, ended_ms }))
}
