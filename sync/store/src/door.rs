//! The one write door: a single write connection, one writer at a time in this process and across processes.
//!
//! SQLite before 3.51.3 can lose a WAL when two connections write or checkpoint at the same instant, so every write takes
//! the file lock `write.lock` (the `pair` command is another process) before its transaction begins.

use crate::{Connection, Result, StoreError};
use sqlx::{Sqlite, SqlitePool, Transaction};
use std::fs::{File, TryLockError};
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// How often and how long a writer asks for the door held by another process.
const PATIENCE: (u32, Duration) = (2_000, Duration::from_millis(5));

/// The door itself.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pool: SqlitePool,
    lock: Arc<Mutex<File>>,
}

impl Door {
    pub(crate) fn new(pool: SqlitePool, folder: &Path) -> Result<Self> {
        Ok(Self { pool, lock: Arc::new(Mutex::new(lock_file(folder)?)) })
    }

    /// Begins a transaction. A full disk may make SQLite end one by itself (sqlite.org/lang_transaction.html, 3.1), which
    /// sqlx does not notice and would refuse every later one for: the pool replaces such a connection.
    pub(crate) async fn enter(&self) -> Result<Writer> {
        let held = Held::take(self.lock.clone()).await?;
        let transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        Ok(Writer { transaction, _held: held })
    }

    /// Writes the file anew; nobody else writes meanwhile.
    pub(crate) async fn compact(&self) -> Result<()> {
        let _held = Held::take(self.lock.clone()).await?;
        for sql in ["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"] {
            sqlx::query(sql).execute(&self.pool).await?;
        }
        Ok(())
    }

    /// Closes the write connection while nobody else can write (the last one to close checkpoints).
    pub(crate) async fn close(&self) -> Result<()> {
        let _held = Held::take(self.lock.clone()).await?;
        self.pool.close().await;
        Ok(())
    }
}

pub(crate) fn lock_file(folder: &Path) -> Result<File> {
    let path = folder.join("write.lock");
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|source| StoreError::Io { path, source })
}

/// The file lock, held until dropped.
pub(crate) struct Held(OwnedMutexGuard<File>);

impl Held {
    pub(crate) async fn take(lock: Arc<Mutex<File>>) -> Result<Self> {
        let guard = lock.lock_owned().await;
        for _ in 0..PATIENCE.0 {
            match guard.try_lock() {
                Ok(()) => return Ok(Self(guard)),
                Err(TryLockError::WouldBlock) => tokio::time::sleep(PATIENCE.1).await,
                Err(TryLockError::Error(source)) => {
                    return Err(StoreError::Io { path: "write.lock".into(), source });
                }
            }
        }
        Err(StoreError::Busy)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// A write transaction. Without [`Writer::commit`] nothing happened.
pub struct Writer {
    // Order matters: the transaction is rolled back before the lock is given up.
    transaction: Transaction<'static, Sqlite>,
    _held: Held,
}

impl Writer {
    /// Makes everything written so far durable, all or nothing.
    pub async fn commit(self) -> Result<()> {
        let Self { transaction, _held } = self;
        Ok(transaction.commit().await?)
    }
}

impl Deref for Writer {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        &self.transaction
    }
}

impl DerefMut for Writer {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.transaction
    }
}
