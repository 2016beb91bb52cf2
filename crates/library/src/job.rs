//! Table `job`: every long thing, with what another process needs to take it up again.
//!
//! A row says what is to be done and how far it is. Who may do it is decided by a file lock, which a kill gives back;
//! that is the runner's (crate `hearthcast-studio`).

use crate::{Library, LibraryError, Result, WriteTx};
use hearthcast_model::JobId;
use hearthcast_model::job::{Job, JobState};
use serde::{Deserialize, Serialize};
use serde_json::Value;

const COLUMNS: &str =
    "json_object('id', id, 'kind', kind, 'subject', json(subject), 'priority', priority, 'state', state,
    'progress', json(progress), 'lease_pid', lease_pid, 'heartbeat_ms', heartbeat_ms, 'attempts', attempts,
    'not_before_ms', not_before_ms, 'error', json(error), 'created_ms', created_ms,
    'does', coalesce(json_extract(params, '$.do'), ''), 'show', coalesce(json_extract(params, '$.show'), ''),
    'outcome', json(outcome))";

/// What somebody wants of a job that another process may be working on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// Hold it.
    Pause,
    /// Stop it.
    Cancel,
}

/// A job that has not ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// The job.
    pub job: Job,
    /// What is needed to begin it; `None` for a job that only its own process can do.
    pub params: Option<Value>,
    /// What somebody wants of it.
    pub wanted: Option<Wanted>,
}

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

type OpenRow = (String, Option<String>, Option<String>);

/// Jobs that have not ended, in the order they are to be begun.
pub async fn open(library: &Library) -> Result<Vec<Open>> {
    let rows: Vec<OpenRow> = sqlx::query_as(&select_open()).fetch_all(library.readers()).await?;
    rows.into_iter().map(read_open).collect()
}

fn select_open() -> String {
    format!(
        "SELECT {COLUMNS}, params, wanted FROM job WHERE state IN ('waiting', 'running', 'paused')
         ORDER BY priority DESC, created_ms, id"
    )
}

fn read_open((job, params, wanted): OpenRow) -> Result<Open> {
    let params = params.as_deref().map(serde_json::from_str).transpose();
    let wanted = wanted.as_deref().and_then(|word| match word {
        "pause" => Some(Wanted::Pause),
        "cancel" => Some(Wanted::Cancel),
        _ => None,
    });
    let unreadable = |source| LibraryError::Unreadable { what: "job".into(), source };
    Ok(Open { job: read(&job)?, params: params.map_err(unreadable)?, wanted })
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
    /// Adds or updates a job. What is needed to begin it, and what is wanted of it, stays as it is.
    pub async fn put_job(&mut self, job: &Job) -> Result<()> {
        let progress = job.progress.as_ref().map(text).transpose()?;
        let error = job.error.as_ref().map(text).transpose()?;
        let outcome = job.outcome.as_ref().map(text).transpose()?;
        sqlx::query(
            "INSERT INTO job (id, kind, subject, priority, state, progress, lease_pid, heartbeat_ms, attempts, not_before_ms, error, created_ms, outcome)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
             ON CONFLICT (id) DO UPDATE SET priority = excluded.priority, state = excluded.state,
                 progress = excluded.progress, lease_pid = excluded.lease_pid, heartbeat_ms = excluded.heartbeat_ms,
                 attempts = excluded.attempts, not_before_ms = excluded.not_before_ms, error = excluded.error, outcome = excluded.outcome",
        )
        .bind(job.id.as_str()).bind(word(&job.kind)?).bind(text(&job.subject)?).bind(job.priority).bind(word(&job.state)?)
        .bind(progress).bind(job.lease_pid).bind(job.heartbeat_ms).bind(job.attempts).bind(job.not_before_ms).bind(error)
        .bind(job.created_ms).bind(outcome)
        .execute(self.connection()).await?;
        self.touch("job", job.id.as_str());
        Ok(())
    }

    /// Notes what any process needs to begin a job.
    pub async fn put_job_params(&mut self, id: &JobId, params: &Value) -> Result<()> {
        let params = text(params)?;
        sqlx::query("UPDATE job SET params = $2 WHERE id = $1")
            .bind(id.as_str())
            .bind(params)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// A job with what is wanted of it, inside this transaction: nobody changes it before the commit.
    pub async fn open_job(&mut self, id: &JobId) -> Result<Option<Open>> {
        let sql = format!("SELECT {COLUMNS}, params, wanted FROM job WHERE id = $1");
        let row: Option<OpenRow> = sqlx::query_as(&sql).bind(id.as_str()).fetch_optional(self.connection()).await?;
        row.map(read_open).transpose()
    }

    /// [`open`], as this transaction sees them.
    pub async fn open_jobs(&mut self) -> Result<Vec<Open>> {
        let rows: Vec<OpenRow> = sqlx::query_as(&select_open()).fetch_all(self.connection()).await?;
        rows.into_iter().map(read_open).collect()
    }

    /// Says what is wanted of a job; whoever works on it sees it soon.
    pub async fn want(&mut self, id: &JobId, wanted: Option<Wanted>) -> Result<()> {
        let wanted = wanted.as_ref().map(word).transpose()?;
        sqlx::query("UPDATE job SET wanted = $2 WHERE id = $1")
            .bind(id.as_str())
            .bind(wanted)
            .execute(self.connection())
            .await?;
        self.touch("job", id.as_str());
        Ok(())
    }

    /// A sign of life of a running job, with how far it is.
    pub async fn beat(&mut self, job: &Job) -> Result<()> {
        let progress = job.progress.as_ref().map(text).transpose()?;
        let now_ms = self.now_ms;
        let running = word(&JobState::Running)?;
        sqlx::query("UPDATE job SET progress = $2, heartbeat_ms = $3 WHERE id = $1 AND state = $4")
            .bind(job.id.as_str())
            .bind(progress)
            .bind(now_ms)
            .bind(running)
            .execute(self.connection())
            .await?;
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
