//! Table `job`: every long thing, with a lease so that a killed process's work is taken up again.

use crate::{Library, LibraryError, Result, WriteTx};
use hearthcast_model::JobId;
use hearthcast_model::job::Job;

const COLUMNS: &str =
    "json_object('id', id, 'kind', kind, 'subject', json(subject), 'priority', priority, 'state', state,
    'progress', json(progress), 'lease_pid', lease_pid, 'heartbeat_ms', heartbeat_ms, 'attempts', attempts,
    'not_before_ms', not_before_ms, 'error', json(error), 'created_ms', created_ms)";

/// The newest jobs, newest first, at most `limit`.
pub async fn newest(library: &Library, limit: u32) -> Result<Vec<Job>> {
    let sql = format!("SELECT {COLUMNS} FROM job ORDER BY created_ms DESC, id DESC LIMIT $1");
    let rows: Vec<(String,)> = sqlx::query_as(&sql).bind(limit).fetch_all(library.readers()).await?;
    rows.into_iter().map(|(text,)| read(&text)).collect()
}

/// One job.
pub async fn get(library: &Library, id: &JobId) -> Result<Option<Job>> {
    let sql = format!("SELECT {COLUMNS} FROM job WHERE id = $1");
    let row: Option<(String,)> = sqlx::query_as(&sql).bind(id.as_str()).fetch_optional(library.readers()).await?;
    row.map(|(text,)| read(&text)).transpose()
}

fn read(text: &str) -> Result<Job> {
    serde_json::from_str(text).map_err(|source| LibraryError::Unreadable { what: "job".into(), source })
}

fn text(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|source| LibraryError::Unreadable { what: "job".into(), source })
}

fn word(value: &impl serde::Serialize) -> Result<String> {
    Ok(text(value)?.trim_matches('"').to_string())
}

impl WriteTx {
    /// Adds or updates a job.
    pub async fn put_job(&mut self, job: &Job) -> Result<()> {
        let progress = job.progress.as_ref().map(text).transpose()?;
        let error = job.error.as_ref().map(text).transpose()?;
        sqlx::query(
            "INSERT OR REPLACE INTO job (id, kind, subject, priority, state, progress, lease_pid, heartbeat_ms, attempts, not_before_ms, error, created_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(job.id.as_str()).bind(word(&job.kind)?).bind(text(&job.subject)?).bind(job.priority).bind(word(&job.state)?)
        .bind(progress).bind(job.lease_pid).bind(job.heartbeat_ms).bind(job.attempts).bind(job.not_before_ms).bind(error)
        .bind(job.created_ms)
        .execute(self.connection()).await?;
        self.touch("job", job.id.as_str());
        Ok(())
    }

    /// Forgets ended jobs beyond the newest `keep`.
    pub async fn forget_jobs(&mut self, keep: u32) -> Result<()> {
        sqlx::query(
            "DELETE FROM job WHERE state IN ('done', 'failed', 'cancelled') AND id NOT IN
             (SELECT id FROM job ORDER BY created_ms DESC, id DESC LIMIT $1)",
        )
        .bind(keep)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
