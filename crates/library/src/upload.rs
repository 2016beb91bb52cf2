//! Tables `upload` and `probe`: large files on their way to a bucket, and what a target can do. What an upload's note says is
//! the engine's business.

use crate::{Library, LibraryError, Result, WriteTx};
use hearthcast_model::TargetId;
use hearthcast_model::probe::ProbeReport;

/// The note about one upload, as the engine wrote it.
pub async fn get(library: &Library, target: &TargetId, key: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = sqlx::query_as("SELECT body FROM upload WHERE target = $1 AND key = $2")
        .bind(target.as_str())
        .bind(key)
        .fetch_optional(library.readers())
        .await?;
    Ok(row.map(|(body,)| body))
}

/// All uploads that were begun at a target and have not ended: key and note.
pub async fn open(library: &Library, target: &TargetId) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query_as("SELECT key, body FROM upload WHERE target = $1 ORDER BY key");
    Ok(rows.bind(target.as_str()).fetch_all(library.readers()).await?)
}

/// What a target can do, as it was last tried.
pub async fn probe(library: &Library, target: &TargetId) -> Result<Option<ProbeReport>> {
    let row: Option<(String,)> = sqlx::query_as("SELECT body FROM probe WHERE target = $1")
        .bind(target.as_str())
        .fetch_optional(library.readers())
        .await?;
    row.map(|(body,)| serde_json::from_str(&body).map_err(|source| unreadable("probe", source))).transpose()
}

/// The highest version number that publications given up by this library may have claimed at a target; 0 for none. A
/// number is never used twice.
pub async fn highest_given_up(library: &Library, target: &TargetId) -> Result<u64> {
    let row: Option<(Option<i64>,)> = sqlx::query_as(
        "SELECT max(json_extract(plan, '$.manifest.version')) FROM publication WHERE target = $1 AND state = 'abandoned'",
    )
    .bind(target.as_str())
    .fetch_optional(library.readers())
    .await?;
    Ok(row.and_then(|(highest,)| highest).and_then(|n| u64::try_from(n).ok()).unwrap_or(0))
}

fn unreadable(what: &str, source: serde_json::Error) -> LibraryError {
    LibraryError::Unreadable { what: what.into(), source }
}

impl WriteTx {
    /// Notes how far an upload is; `None` when it has ended.
    pub async fn put_upload(&mut self, target: &TargetId, key: &str, body: Option<&str>) -> Result<()> {
        let now_ms = self.now_ms();
        let query = match body {
            Some(body) => {
                sqlx::query("INSERT OR REPLACE INTO upload (target, key, body, changed_ms) VALUES ($1, $2, $3, $4)")
                    .bind(target.as_str())
                    .bind(key)
                    .bind(body)
                    .bind(now_ms)
            }
            None => sqlx::query("DELETE FROM upload WHERE target = $1 AND key = $2").bind(target.as_str()).bind(key),
        };
        query.execute(self.connection()).await?;
        Ok(())
    }

    /// Keeps what a probe found; an older report is replaced.
    pub async fn put_probe(&mut self, report: &ProbeReport) -> Result<()> {
        let body = serde_json::to_string(report).map_err(|source| unreadable("probe", source))?;
        sqlx::query("INSERT OR REPLACE INTO probe (target, at_ms, body) VALUES ($1, $2, $3)")
            .bind(report.target.as_str())
            .bind(report.at_ms)
            .bind(body)
            .execute(self.connection())
            .await?;
        self.touch("target", report.target.as_str());
        Ok(())
    }

    /// Forgets what was noted about a target's uploads and abilities.
    pub(crate) async fn forget_target(&mut self, target: &TargetId) -> Result<()> {
        for sql in ["DELETE FROM upload WHERE target = $1", "DELETE FROM probe WHERE target = $1"] {
            sqlx::query(sql).bind(target.as_str()).execute(self.connection()).await?;
        }
        Ok(())
    }
}
