//! Tables `share`, `remark` and `remark_mark`: drafts that somebody may hear, and what they remarked.

use crate::{Library, LibraryError, Result, WriteTx};
use hearthcast_model::share::Share;
use hearthcast_model::{EpisodeId, Remark, ShareId, ShowId, TargetId};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How far a server was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mark {
    /// The server's history.
    pub epoch: String,
    /// Cursor for the next question.
    pub next: i64,
}

/// The sharings of a show, newest first, each with how many remarks came by it.
pub async fn of_show(library: &Library, show: &ShowId) -> Result<Vec<(Share, u32)>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT s.body, (SELECT count(*) FROM remark r WHERE r.share_id = s.id) FROM share s
         WHERE s.show_id = $1 ORDER BY s.made_ms DESC, s.id DESC",
    )
    .bind(show.as_str())
    .fetch_all(library.readers())
    .await?;
    let row = |(body, count): (String, i64)| Ok((read(&body, "share")?, u32::try_from(count).unwrap_or(u32::MAX)));
    rows.into_iter().map(row).collect()
}

/// Sharings at a target of which something may be left there.
pub async fn open_at(library: &Library, target: &TargetId) -> Result<Vec<Share>> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT body FROM share WHERE target = $1 AND open = 1 ORDER BY id")
        .bind(target.as_str())
        .fetch_all(library.readers())
        .await?;
    rows.into_iter().map(|(body,)| read(&body, "share")).collect()
}

/// The remarks about an episode: in the order of their moments, those about all of it first.
pub async fn remarks(library: &Library, episode: &EpisodeId) -> Result<Vec<Remark>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT body FROM remark WHERE episode_id = $1 ORDER BY json_extract(body, '$.at_ms'), created_ms, id",
    )
    .bind(episode.as_str())
    .fetch_all(library.readers())
    .await?;
    rows.into_iter().map(|(body,)| read(&body, "remark")).collect()
}

/// How far a server was read; `None` when it never was.
pub async fn mark(library: &Library, target: &TargetId) -> Result<Option<Mark>> {
    let row: Option<(String, i64)> = sqlx::query_as("SELECT epoch, next FROM remark_mark WHERE target = $1")
        .bind(target.as_str())
        .fetch_optional(library.readers())
        .await?;
    Ok(row.map(|(epoch, next)| Mark { epoch, next }))
}

fn read<T: DeserializeOwned>(body: &str, what: &str) -> Result<T> {
    serde_json::from_str(body).map_err(|source| LibraryError::Unreadable { what: what.into(), source })
}

fn written<T: Serialize>(value: &T, what: &str) -> Result<String> {
    serde_json::to_string(value).map_err(|source| LibraryError::Unreadable { what: what.into(), source })
}

impl WriteTx {
    /// Keeps a sharing as it stands.
    pub async fn put_share(&mut self, share: &Share) -> Result<()> {
        sqlx::query(
            "INSERT INTO share (id, show_id, episode_id, target, made_ms, open, body) VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (id) DO UPDATE SET open = excluded.open, body = excluded.body",
        )
        .bind(share.id.as_str())
        .bind(share.show.as_str())
        .bind(share.episode.as_str())
        .bind(share.target.as_ref().map(TargetId::as_str))
        .bind(share.made_ms)
        .bind(i64::from(!share.gone))
        .bind(written(share, "share")?)
        .execute(self.connection())
        .await?;
        self.touch("shares", share.episode.as_str());
        Ok(())
    }

    /// Forgets a sharing that is over; its remarks stay.
    pub async fn forget_share(&mut self, id: &ShareId, episode: &EpisodeId) -> Result<()> {
        sqlx::query("DELETE FROM share WHERE id = $1").bind(id.as_str()).execute(self.connection()).await?;
        self.touch("shares", episode.as_str());
        Ok(())
    }

    /// Takes remarks in; one that is here already stays as it came.
    pub async fn put_remarks(&mut self, remarks: &[Remark]) -> Result<()> {
        for remark in remarks.iter().filter(|remark| !remark.text.is_empty()) {
            let sql = "INSERT INTO remark (id, share_id, show_id, episode_id, created_ms, body)
                       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING";
            sqlx::query(sql)
                .bind(remark.id.as_str())
                .bind(remark.share.as_str())
                .bind(remark.show.as_str())
                .bind(remark.episode.as_str())
                .bind(remark.created_ms)
                .bind(written(remark, "remark")?)
                .execute(self.connection())
                .await?;
            self.touch("shares", remark.episode.as_str());
        }
        Ok(())
    }

    /// Notes how far a server was read.
    pub async fn put_remark_mark(&mut self, target: &TargetId, mark: &Mark) -> Result<()> {
        sqlx::query(
            "INSERT INTO remark_mark (target, epoch, next) VALUES ($1, $2, $3)
             ON CONFLICT (target) DO UPDATE SET epoch = excluded.epoch, next = excluded.next",
        )
        .bind(target.as_str())
        .bind(&mark.epoch)
        .bind(mark.next)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
