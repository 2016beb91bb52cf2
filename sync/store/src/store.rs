//! Opening and closing the database of a data folder.

use crate::door::{Door, Held, lock_file};
use crate::{Connection, Result, StoreError, Writer, meta};
use hearthcast_model::id::Ids;
use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, Row as _, Sqlite, SqlitePool};
use std::fs::{File, TryLockError};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// Name of the database in the data folder.
pub const FILE: &str = "server.sqlite";

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/server-sqlite");

/// The server's database. Clones share the same connections.
#[derive(Debug, Clone)]
pub struct Store {
    door: Door,
    readers: SqlitePool,
}

impl Store {
    /// Opens the database in a data folder, making or upgrading it as needed. A newer one is refused, untouched.
    pub async fn open(folder: &Path, ids: &dyn Ids) -> Result<Self> {
        make_folder(folder)?;
        let path = folder.join(FILE);
        migrate(folder, &path).await?;
        let writing = SqlitePoolOptions::new()
            .max_connections(1)
            .before_acquire(|connection, _| Box::pin(async { Ok(!connection.is_in_transaction()) }))
            .connect_with(options(&path))
            .await?;
        let readers = SqlitePoolOptions::new().max_connections(4).connect_lazy_with(options(&path).read_only(true));
        let store = Self { door: Door::new(writing, folder)?, readers };
        let mut writer = store.write().await?;
        meta::found(&mut writer, ids).await?;
        writer.commit().await?;
        Ok(store)
    }

    /// Hands out a connection that only reads.
    pub async fn read(&self) -> Result<Reader> {
        Ok(Reader(self.readers.acquire().await?))
    }

    /// Waits for the write door and begins a transaction.
    pub async fn write(&self) -> Result<Writer> {
        self.door.enter().await
    }

    /// Writes the database anew, so that nothing that was deleted is left in its file or beside it.
    pub async fn compact(&self) -> Result<()> {
        self.door.compact().await
    }

    /// Closes all connections, letting running ones finish.
    pub async fn close(&self) -> Result<()> {
        self.readers.close().await;
        self.door.close().await
    }
}

/// A connection that only reads.
pub struct Reader(PoolConnection<Sqlite>);

impl Deref for Reader {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}

/// Claims a data folder for one server process, as long as the returned file stays open.
pub fn claim_folder(folder: &Path) -> Result<File> {
    let io = |path: PathBuf| move |source| StoreError::Io { path, source };
    make_folder(folder)?;
    let path = folder.join("server.lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(io(path.clone()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: folder.into() }),
        Err(TryLockError::Error(source)) => Err(StoreError::Io { path, source }),
    }
}

/// A new data folder is the server's alone: it holds salts and what is not public yet.
fn make_folder(folder: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| StoreError::Io { path: folder.into(), source })
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
        .foreign_keys(true)
}

async fn migrate(folder: &Path, path: &Path) -> Result<()> {
    let _held = Held::take(Arc::new(Mutex::new(lock_file(folder)?))).await?;
    let mut connection = sqlx::SqliteConnection::connect_with(&options(path).create_if_missing(true)).await?;
    let found = newest_migration(&mut connection).await?;
    let known = MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0);
    if found > known {
        return Err(StoreError::Newer { path: path.into(), found, known });
    }
    if found < known {
        MIGRATIONS.run(&mut connection).await?;
    }
    connection.close().await?;
    Ok(())
}

async fn newest_migration(connection: &mut Connection) -> Result<i64> {
    let table = sqlx::query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'")
        .fetch_optional(&mut *connection)
        .await?;
    if table.is_none() {
        return Ok(0);
    }
    let row = sqlx::query("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations").fetch_one(connection).await?;
    Ok(row.try_get(0)?)
}
