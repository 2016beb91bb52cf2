//! The right to write, and the one read-write connection that goes with it.
//!
//! SQLite 3.46 (the one sqlx brings) can lose a write when two connections write or checkpoint a WAL at the same instant.
//! So a read-write connection exists only while its process holds the file lock, in every program (ADR 0003). What it
//! is not: it knows no transaction and no table.

use crate::error::{Trouble, trouble};
use crate::{LibraryError, Result};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Longest wait for another process's write.
const LOCK_PATIENCE: Duration = Duration::from_secs(30);

/// Longest wait of SQLite for a foreign program that holds the file.
pub(crate) const BUSY_PATIENCE: Duration = Duration::from_secs(10);

/// Holds the right to write; given back when dropped, also by a kill.
pub(crate) struct WriteLock(#[expect(dead_code, reason = "the lock lives as long as the open file")] File);

impl WriteLock {
    /// Waits for the right to write.
    pub(crate) async fn take(root: &Path) -> Result<Self> {
        let path = root.join("write.lock");
        tokio::task::spawn_blocking(move || Self::wait_for(&path)).await.map_err(|_| LibraryError::Stopped)?
    }

    fn wait_for(path: &Path) -> Result<Self> {
        let unusable = |source| LibraryError::Folder { path: path.into(), source };
        let file = File::options().create(true).truncate(false).write(true).open(path).map_err(unusable)?;
        let began = Instant::now();
        while began.elapsed() < LOCK_PATIENCE {
            match file.try_lock() {
                Ok(()) => return Ok(Self(file)),
                Err(std::fs::TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(2)),
                Err(std::fs::TryLockError::Error(source)) => return Err(unusable(source)),
            }
        }
        Err(LibraryError::Busy)
    }
}

/// A read-write connection with the lock that allows it. However it ends, the connection is closed before the lock is
/// given back.
pub(crate) struct Writer(Option<(SqliteConnection, WriteLock)>);

impl Writer {
    /// Opens a database that exists.
    pub(crate) async fn open(lock: WriteLock, file: &Path) -> Result<Self> {
        Self::connect(lock, file, false).await
    }

    /// Makes a database, or opens it.
    pub(crate) async fn create(lock: WriteLock, file: &Path) -> Result<Self> {
        Self::connect(lock, file, true).await
    }

    async fn connect(lock: WriteLock, file: &Path, create: bool) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(PathBuf::from(file))
            .create_if_missing(create)
            .busy_timeout(BUSY_PATIENCE);
        // In a task of its own: a caller that is cancelled meanwhile must not give the lock back before SQLite is done.
        let connected = tokio::spawn(async move {
            let connection = SqliteConnection::connect_with(&options).await?;
            Ok::<_, sqlx::Error>(Self(Some((connection, lock))))
        });
        let mut writer = connected.await.map_err(|_| LibraryError::Stopped)??;
        use_wal(writer.connection()).await?;
        sqlx::query("PRAGMA synchronous = FULL").execute(writer.connection()).await?;
        Ok(writer)
    }

    /// The connection.
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.0.as_mut().expect("the connection is there until close takes the writer by value").0
    }

    /// Closes the connection; returns the lock for what follows.
    pub(crate) async fn close(mut self) -> Result<WriteLock> {
        let open = self.0.take().ok_or(LibraryError::Stopped)?;
        tokio::spawn(close(open)).await.map_err(|_| LibraryError::Stopped)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let Some(open) = self.0.take() else { return };
        // SQLite closes in a thread of sqlx, and the lock must outlive it, also when no runtime runs any more.
        let closing = move || {
            if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() {
                drop(runtime.block_on(close(open)));
            }
        };
        if let Err(error) = std::thread::Builder::new().name("library-close".into()).spawn(closing) {
            tracing::warn!(%error, "no thread to close the library in");
        }
    }
}

/// A copy put back by hand is no WAL file yet. SQLite does not wait for readers when it makes it one; so we do.
async fn use_wal(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let began = Instant::now();
    loop {
        match sqlx::query("PRAGMA journal_mode = WAL").execute(&mut *connection).await {
            Err(error) if trouble(&error) == Trouble::Busy && began.elapsed() < BUSY_PATIENCE => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            other => return other.map(drop),
        }
    }
}

async fn close((connection, lock): (SqliteConnection, WriteLock)) -> WriteLock {
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "the library's connection did not close cleanly");
    }
    lock
}
