//! Long things in one table (DESIGN §6.9): table in `library`, runner in `studio`.

use crate::{JobId, Progress, error::Subject};
use serde::{Deserialize, Serialize};

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// A media file is measured and taken in.
    Ingest,
    /// A publication is applied.
    Publish,
    /// Counts are pulled.
    Pull,
    /// A recording becomes the file listeners get.
    Process,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Not begun, or to be tried again.
    Waiting,
    /// Some process holds its lease.
    Running,
    /// Held by the author; goes on when the author says so.
    Paused,
    /// Finished.
    Done,
    /// Gave up; the error says why.
    Failed,
    /// Stopped by the author.
    Cancelled,
}

/// A long thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Job {
    /// Id.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// What it works on.
    pub subject: Subject,
    /// Higher goes first.
    pub priority: i64,
    /// Where it stands.
    pub state: JobState,
    /// How far it is.
    pub progress: Option<Progress>,
    /// Process that holds the lease.
    pub lease_pid: Option<u32>,
    /// Last sign of life of that process, Unix milliseconds.
    pub heartbeat_ms: Option<i64>,
    /// How often it was begun.
    pub attempts: u32,
    /// Not to be begun before, Unix milliseconds.
    pub not_before_ms: Option<i64>,
    /// Why it failed.
    pub error: Option<crate::Error>,
    /// When it was made, Unix milliseconds.
    pub created_ms: i64,
}
