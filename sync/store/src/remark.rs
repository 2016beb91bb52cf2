//! Table `remark`: what those who heard a draft remarked, with a cursor in the order it arrived.

use crate::{Connection, Result};
use hearthcast_model::{EpisodeId, Remark, RemarkId, ShareId, ShowId};
use sqlx::Row as _;

/// Keeps one.
pub async fn add(connection: &mut Connection, remark: &Remark) -> Result<()> {
    sqlx::query(
        "INSERT INTO remark (id, seq, draft_id, show_id, episode_id, at_ms, name, text, created_ms)
         VALUES ($1, (SELECT COALESCE(MAX(seq), 0) + 1 FROM remark), $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(remark.id.as_str())
    .bind(remark.share.as_str())
    .bind(remark.show.as_str())
    .bind(remark.episode.as_str())
    .bind(remark.at_ms)
    .bind(&remark.name)
    .bind(&remark.text)
    .bind(remark.created_ms)
    .execute(connection)
    .await?;
    Ok(())
}

/// How many came by a sharing.
pub async fn count(connection: &mut Connection, share: &ShareId) -> Result<i64> {
    let row = sqlx::query("SELECT COUNT(*) FROM remark WHERE draft_id = $1").bind(share.as_str());
    Ok(row.fetch_one(connection).await?.try_get(0)?)
}

/// Remarks about a show's drafts that came after a cursor, at most `limit`, each with its place in the order.
pub async fn after(
    connection: &mut Connection,
    show: &ShowId,
    cursor: i64,
    limit: usize,
) -> Result<Vec<(i64, Remark)>> {
    let rows = sqlx::query(
        "SELECT id, draft_id, show_id, episode_id, at_ms, name, text, created_ms, seq FROM remark
         WHERE show_id = $1 AND seq > $2 AND text <> '' ORDER BY seq LIMIT $3",
    )
    .bind(show.as_str())
    .bind(cursor)
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(connection)
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let seq = row.try_get(8)?;
        found.extend(read(row)?.map(|remark| (seq, remark)));
    }
    Ok(found)
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<Option<Remark>> {
    let text = |n: usize| row.try_get::<String, _>(n);
    let ids =
        (RemarkId::parse(&text(0)?), ShareId::parse(&text(1)?), ShowId::parse(&text(2)?), EpisodeId::parse(&text(3)?));
    let (Some(id), Some(share), Some(show), Some(episode)) = ids else { return Ok(None) };
    let (at_ms, name, text, created_ms) = (row.try_get(4)?, row.try_get(5)?, row.try_get(6)?, row.try_get(7)?);
    Ok(Some(Remark { id, share, show, episode, at_ms, name, text, created_ms }))
}
