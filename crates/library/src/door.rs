//! The one door for writing, and what goes through it: a change returns what it changed and its inverse.
//!
//! SQLite 3.46 (the one sqlx brings) can lose a write when two connections write or checkpoint a WAL at the same instant.
//! So a read-write connection exists only while its process holds the file lock, in every program (ADR 0003).

use crate::{LibraryError, Result};
use hearthcast_model::error::Subject;
use hearthcast_model::record::Table;
use hearthcast_model::{DeviceId, Sha256};
use serde_json::Value;
use sqlx::{Connection as _, SqliteConnection};
use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};

/// Longest wait for another process's write.
const LOCK_PATIENCE: Duration = Duration::from_secs(30);

/// Holds the right to write; given back when dropped, also by a kill.
pub(crate) struct WriteLock(#[expect(dead_code, reason = "the lock lives as long as the open file")] File);

impl WriteLock {
    /// Waits for the right to write.
    pub(crate) async fn take(root: &Path) -> Result<Self> {
        let path = root.join("write.lock");
        tokio::task::spawn_blocking(move || {
            let file = File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&path)
                .map_err(|source| LibraryError::Folder { path: path.clone(), source })?;
            let began = Instant::now();
            while began.elapsed() < LOCK_PATIENCE {
                match file.try_lock() {
                    Ok(()) => return Ok(Self(file)),
                    Err(std::fs::TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(2)),
                    Err(std::fs::TryLockError::Error(source)) => return Err(LibraryError::Folder { path, source }),
                }
            }
            Err(LibraryError::Busy)
        })
        .await
        .map_err(|_| LibraryError::Busy)?
    }
}

/// One record before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordChange {
    /// Table.
    pub table: Table,
    /// Record id.
    pub id: String,
    /// Working copy and deletion time before; `None` for a new record.
    pub before: Option<(Value, Option<i64>)>,
    /// Working copy and deletion time after.
    pub after: (Value, Option<i64>),
    /// Hash of the working copy after: an undo checks that it still stands.
    pub after_hash: Sha256,
}

/// What a transaction changed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChangeSet {
    /// Records, in order of change.
    pub records: Vec<RecordChange>,
    /// Other things to refresh (targets, numbers, jobs).
    pub others: Vec<Subject>,
}

impl ChangeSet {
    /// What a window has to refresh.
    pub fn subjects(&self) -> Vec<Subject> {
        let records = self.records.iter().map(|c| Subject { kind: c.table.name().into(), id: c.id.clone() });
        let mut subjects: Vec<Subject> = records.chain(self.others.iter().cloned()).collect();
        subjects.dedup();
        subjects
    }
}

/// A write transaction. Dropped without [`commit`](Self::commit), it changes nothing.
pub struct WriteTx {
    open: Option<(SqliteConnection, WriteLock)>,
    /// What was changed so far.
    pub changes: ChangeSet,
    pub(crate) device: DeviceId,
    pub(crate) now_ms: i64,
}

impl WriteTx {
    pub(crate) async fn begin(
        lock: WriteLock,
        mut connection: SqliteConnection,
        device: DeviceId,
        now_ms: i64,
    ) -> Result<Self> {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await?;
        Ok(Self { open: Some((connection, lock)), changes: ChangeSet::default(), device, now_ms })
    }

    /// The connection, for reads and writes inside the transaction.
    pub fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.open.as_mut().expect("the connection is there until commit takes the transaction by value").0
    }

    /// The laptop that writes.
    pub fn device(&self) -> &DeviceId {
        &self.device
    }

    /// Time of the transaction, Unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// Notes that something beside the records changed.
    pub fn touch(&mut self, kind: &str, id: &str) {
        self.changes.others.push(Subject { kind: kind.into(), id: id.into() });
    }

    /// Makes all changes durable and returns them. The lock is given back after the connection is closed.
    pub async fn commit(mut self) -> Result<ChangeSet> {
        sqlx::query("COMMIT").execute(self.connection()).await?;
        if let Some((connection, lock)) = self.open.take() {
            connection.close().await?;
            drop(lock);
        }
        Ok(std::mem::take(&mut self.changes))
    }
}

impl Drop for WriteTx {
    fn drop(&mut self) {
        // The connection closes in a thread of its own; the lock must outlive it.
        if let (Some((connection, lock)), Ok(runtime)) = (self.open.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move {
                let _ = connection.close().await;
                drop(lock);
            });
        }
    }
}
