//! Tables `target` and `target_state`: places to publish to, and what was last seen there.

use crate::{Library, LibraryError, Result, WriteTx};
use hearthcast_model::manifest::Manifest;
use hearthcast_model::place::Target;
use hearthcast_model::plan::Scheduled;
use hearthcast_model::stats::LostRows;
use hearthcast_model::{ShowId, TargetId};
use sqlx::SqliteExecutor;

/// What this laptop last saw at a target.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TargetState {
    /// Manifest of the version public there.
    pub manifest: Option<Manifest>,
    /// When this laptop last published, Unix milliseconds.
    pub published_ms: Option<i64>,
    /// Highest outbox number the server acknowledged.
    pub pushed_n: i64,
    /// Epoch of the server's counts.
    pub counts_epoch: Option<String>,
    /// Cursor of the server's counts.
    pub counts_next: i64,
    /// When counts were last pulled, Unix milliseconds.
    pub pulled_ms: Option<i64>,
    /// Episodes that the place was given before their time, with the version that is public there.
    pub handed: Vec<Scheduled>,
    /// Answers that the server could not log, when counts were last pulled.
    pub lost: Vec<LostRows>,
}

/// Targets of a show, in the order they were made.
pub async fn of_show(library: &Library, show: &ShowId) -> Result<Vec<Target>> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT body FROM target WHERE show_id = $1 ORDER BY id")
        .bind(show.as_str())
        .fetch_all(library.readers())
        .await?;
    rows.into_iter().map(|(body,)| read(&body)).collect()
}

/// One by name or id.
pub async fn find(library: &Library, name_or_id: &str) -> Result<Option<Target>> {
    let row: Option<(String,)> = sqlx::query_as("SELECT body FROM target WHERE name = $1 OR id = $1")
        .bind(name_or_id)
        .fetch_optional(library.readers())
        .await?;
    row.map(|(body,)| read(&body)).transpose()
}

fn read(body: &str) -> Result<Target> {
    serde_json::from_str(body).map_err(|source| LibraryError::Unreadable { what: "target".into(), source })
}

type StateRow = (Option<String>, Option<i64>, i64, Option<String>, i64, Option<i64>, String, String);

const STATE: &str =
    "SELECT manifest, published_ms, pushed_n, counts_epoch, counts_next, pulled_ms, handed, lost FROM target_state
    WHERE target = $1";

/// What was last seen at a target.
pub async fn state(executor: impl SqliteExecutor<'_>, target: &TargetId) -> Result<TargetState> {
    read_state(sqlx::query_as(STATE).bind(target.as_str()).fetch_optional(executor).await?)
}

/// The version this laptop last published at a target, 0 for none; the manifest itself may be long.
pub async fn version(library: &Library, target: &TargetId) -> Result<u64> {
    let sql = "SELECT json_extract(manifest, '$.version') FROM target_state WHERE target = $1";
    let version: Option<Option<i64>> =
        sqlx::query_scalar(sql).bind(target.as_str()).fetch_optional(library.readers()).await?;
    Ok(version.flatten().and_then(|version| u64::try_from(version).ok()).unwrap_or(0))
}

/// The episodes that a target was given before their time; the manifest itself may be long.
pub async fn handed(library: &Library, target: &TargetId) -> Result<Vec<Scheduled>> {
    let handed: Option<String> = sqlx::query_scalar("SELECT handed FROM target_state WHERE target = $1")
        .bind(target.as_str())
        .fetch_optional(library.readers())
        .await?;
    let unreadable = |source| LibraryError::Unreadable { what: "target_state".into(), source };
    handed.map_or(Ok(vec![]), |handed| serde_json::from_str(&handed).map_err(unreadable))
}

fn read_state(row: Option<StateRow>) -> Result<TargetState> {
    let Some((manifest, published_ms, pushed_n, counts_epoch, counts_next, pulled_ms, handed, lost)) = row else {
        return Ok(TargetState::default());
    };
    let unreadable = |source| LibraryError::Unreadable { what: "target_state".into(), source };
    let manifest = manifest.as_deref().map(serde_json::from_str).transpose().map_err(unreadable)?;
    let handed = serde_json::from_str(&handed).map_err(unreadable)?;
    let lost = serde_json::from_str(&lost).map_err(unreadable)?;
    Ok(TargetState { manifest, published_ms, pushed_n, counts_epoch, counts_next, pulled_ms, handed, lost })
}

impl WriteTx {
    /// What was last seen at a target, inside this transaction: nobody changes it before the commit.
    pub async fn target_state(&mut self, target: &TargetId) -> Result<TargetState> {
        let row: Option<StateRow> =
            sqlx::query_as(STATE).bind(target.as_str()).fetch_optional(self.connection()).await?;
        read_state(row)
    }

    /// Targets of a show, inside this transaction.
    pub async fn targets_of_show(&mut self, show: &ShowId) -> Result<Vec<Target>> {
        let rows: Vec<(String,)> = sqlx::query_as("SELECT body FROM target WHERE show_id = $1 ORDER BY id")
            .bind(show.as_str())
            .fetch_all(self.connection())
            .await?;
        rows.into_iter().map(|(body,)| read(&body)).collect()
    }

    /// Adds or changes a target.
    pub async fn put_target(&mut self, target: &Target) -> Result<()> {
        let body = serde_json::to_string(target)
            .map_err(|source| LibraryError::Unreadable { what: "target".into(), source })?;
        sqlx::query(
            "INSERT INTO target (id, body) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
        )
        .bind(target.id.as_str())
        .bind(body)
        .execute(self.connection())
        .await
        .map_err(|error| match &error {
            sqlx::Error::Database(e) if e.is_unique_violation() => {
                LibraryError::Taken { what: "A target called", name: target.name.clone() }
            }
            _ => LibraryError::Sql(error),
        })?;
        self.touch("target", target.id.as_str());
        Ok(())
    }

    /// Forgets a target. Nothing is deleted at the place itself.
    pub async fn remove_target(&mut self, target: &TargetId) -> Result<()> {
        for sql in [
            "DELETE FROM target WHERE id = $1",
            "DELETE FROM target_state WHERE target = $1",
            "DELETE FROM sync_base WHERE target = $1",
            "DELETE FROM comment WHERE target = $1",
            "DELETE FROM comment_mark WHERE target = $1",
            "DELETE FROM share WHERE target = $1",
            "DELETE FROM remark_mark WHERE target = $1",
            "UPDATE publication SET state = 'abandoned' WHERE target = $1 AND state = 'open'",
        ] {
            sqlx::query(sql).bind(target.as_str()).execute(self.connection()).await?;
        }
        self.forget_target(target).await?;
        self.forget_feed_days(target).await?;
        self.forget_history(target).await?;
        self.touch("target", target.as_str());
        Ok(())
    }

    /// Writes what was seen at a target.
    pub async fn put_target_state(&mut self, target: &TargetId, state: &TargetState) -> Result<()> {
        let unreadable = |source| LibraryError::Unreadable { what: "target_state".into(), source };
        let manifest = state.manifest.as_ref().map(serde_json::to_string).transpose().map_err(unreadable)?;
        let handed = serde_json::to_string(&state.handed).map_err(unreadable)?;
        let lost = serde_json::to_string(&state.lost).map_err(unreadable)?;
        sqlx::query("INSERT OR REPLACE INTO target_state (target, manifest, published_ms, pushed_n, counts_epoch, counts_next, pulled_ms, handed, lost) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
            .bind(target.as_str()).bind(manifest).bind(state.published_ms).bind(state.pushed_n)
            .bind(&state.counts_epoch).bind(state.counts_next).bind(state.pulled_ms).bind(handed).bind(lost)
            .execute(self.connection()).await?;
        self.touch("target", target.as_str());
        Ok(())
    }
}
