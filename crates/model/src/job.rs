//! Long things in one table (DESIGN §6.9): table in `library`, runner in `studio`.

use crate::export::ExportReport;
use crate::import::ImportReport;
use crate::plan::Published;
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
    /// A word for what it does, closer than its kind (`publish`, `rollback`, `move`, `withdraw`); the window has its
    /// sentence. Empty for one of an older program.
    #[serde(default)]
    pub does: String,
    /// The show it is about, by id or slug; empty for all.
    #[serde(default)]
    pub show: String,
    /// What came of it, once it is done.
    #[serde(default)]
    pub outcome: Option<JobOutcome>,
}

/// What came of a job.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default)]
pub struct JobOutcome {
    /// The version that is public now.
    pub version: Option<u64>,
    /// Publications that were made; none means that nothing was new.
    pub publications: u64,
    /// Files that were read back under their public address.
    pub verified: u64,
    /// Bytes sent, or taken in.
    pub bytes: u64,
    /// Rows of numbers that came.
    pub rows: u64,
    /// What an export did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub exported: Option<Box<ExportReport>>,
    /// What the import of a folder did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub imported: Option<Box<ImportReport>>,
}

impl From<&Published> for JobOutcome {
    fn from(published: &Published) -> Self {
        Self {
            version: Some(published.version),
            publications: u64::from(published.writes > 0),
            verified: published.verified.len() as u64,
            bytes: if published.writes > 0 { published.bytes_sent } else { 0 },
            ..Self::default()
        }
    }
}
