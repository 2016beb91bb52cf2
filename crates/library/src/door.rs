//! The one door for writing, and what goes through it: a change returns what it changed and its inverse.
//!
//! What it is not: the lock and the connection, which are the [`writer`](crate::writer)'s.

use crate::Result;
use crate::writer::Writer;
use hearthcast_model::error::Subject;
use hearthcast_model::record::Table;
use hearthcast_model::{DeviceId, Sha256};
use serde_json::Value;
use sqlx::SqliteConnection;

/// One record before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordChange {
    /// Table.
    pub table: Table,
    /// Record id.
    pub id: String,
    /// Working copy and deletion time before; `None` for a new record.
    pub before: Option<(Value, Option<i64>)>,
    /// Working copy and deletion time after: an undo checks that both still stand.
    pub after: (Value, Option<i64>),
    /// Hash of the working copy after.
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
    writer: Writer,
    /// What was changed so far.
    pub changes: ChangeSet,
    pub(crate) device: DeviceId,
    pub(crate) now_ms: i64,
}

impl WriteTx {
    pub(crate) async fn begin(mut writer: Writer, device: DeviceId, now_ms: i64) -> Result<Self> {
        sqlx::query("BEGIN IMMEDIATE").execute(writer.connection()).await?;
        Ok(Self { writer, changes: ChangeSet::default(), device, now_ms })
    }

    /// The connection, for reads and writes inside the transaction.
    pub fn connection(&mut self) -> &mut SqliteConnection {
        self.writer.connection()
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
        self.count_write().await?;
        sqlx::query("COMMIT").execute(self.connection()).await?;
        let changes = std::mem::take(&mut self.changes);
        // What is committed stays committed, however the connection ends.
        let _ = self.writer.close().await;
        Ok(changes)
    }
}
