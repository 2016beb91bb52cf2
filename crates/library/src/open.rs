//! Opening a library: lock, look for damage, copy before a migration, migrate; then read-only connections for everybody.

use crate::door::{WriteLock, WriteTx};
use crate::{LibraryError, Result, damage, meta};
use hearthcast_model::{Clock, DeviceId, id::Ids};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, SqliteConnection, SqlitePool};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/library");

/// How many safe copies made before migrations are kept.
const KEPT_COPIES: usize = 5;

/// The author's library. Cheap to clone; safe to open in several processes at once.
#[derive(Clone)]
pub struct Library(Arc<Inner>);

struct Inner {
    root: PathBuf,
    readers: SqlitePool,
    device: DeviceId,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl Library {
    /// Opens the library in folder `root`, making it when there is none.
    ///
    /// Fails with [`LibraryError::Newer`] for a file of a newer program and [`LibraryError::Damaged`] for a damaged one;
    /// in both cases nothing was changed.
    pub async fn open(root: &Path, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Result<Self> {
        std::fs::create_dir_all(root).map_err(|source| LibraryError::Folder { path: root.into(), source })?;
        let lock = WriteLock::take(root).await?;
        let file = database_file(root);
        damage::refuse_damaged(&file, root).await?;
        let mut writer = connect_writer(&file).await.map_err(|error| folder_error(error, root))?;
        refuse_newer(&mut writer, root).await?;
        copy_before_migration(&mut writer, root, clock.as_ref()).await?;
        MIGRATIONS.run(&mut writer).await?;
        let device = meta::device(&mut writer, clock.as_ref(), ids.as_ref()).await?;
        writer.close().await?;
        drop(lock);
        let readers = connect_readers(&file).await?;
        Ok(Self(Arc::new(Inner { root: root.into(), readers, device, clock, ids })))
    }

    /// The one door for writing: waits for the write lock of all processes, then begins a transaction.
    /// Dropping the result without [`WriteTx::commit`] changes nothing.
    pub async fn transact(&self) -> Result<WriteTx> {
        let lock = WriteLock::take(&self.0.root).await?;
        let connection = connect_writer(&database_file(&self.0.root)).await?;
        WriteTx::begin(lock, connection, self.0.device.clone(), self.0.clock.now_ms()).await
    }

    /// Read-only connections.
    pub fn readers(&self) -> &SqlitePool {
        &self.0.readers
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.0.root
    }

    /// This laptop.
    pub fn device(&self) -> &DeviceId {
        &self.0.device
    }

    /// The clock the library was opened with.
    pub fn clock(&self) -> &dyn Clock {
        self.0.clock.as_ref()
    }

    /// The source of fresh ids the library was opened with.
    pub fn ids(&self) -> &dyn Ids {
        self.0.ids.as_ref()
    }
}

/// The database file of a library folder.
pub(crate) fn database_file(root: &Path) -> PathBuf {
    root.join("library.sqlite")
}

/// Where safe copies lie.
pub(crate) fn copies_folder(root: &Path) -> PathBuf {
    root.join("copies")
}

pub(crate) async fn connect_writer(file: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
        .foreign_keys(true);
    SqliteConnection::connect_with(&options).await
}

async fn connect_readers(file: &Path) -> Result<SqlitePool> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        .pragma("query_only", "ON")
        .busy_timeout(Duration::from_secs(10));
    Ok(SqlitePoolOptions::new().max_connections(4).min_connections(1).connect_with(options).await?)
}

fn folder_error(error: sqlx::Error, root: &Path) -> LibraryError {
    match error {
        sqlx::Error::Io(source) => LibraryError::Folder { path: root.into(), source },
        other => LibraryError::Sql(other),
    }
}

async fn applied(writer: &mut SqliteConnection) -> Result<Option<i64>> {
    let table: Option<(String,)> = sqlx::query_as("SELECT name FROM sqlite_master WHERE name = '_sqlx_migrations'")
        .fetch_optional(&mut *writer)
        .await?;
    if table.is_none() {
        return Ok(None);
    }
    let (newest,): (Option<i64>,) =
        sqlx::query_as("SELECT max(version) FROM _sqlx_migrations").fetch_one(writer).await?;
    Ok(newest)
}

fn newest_known() -> i64 {
    MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0)
}

async fn refuse_newer(writer: &mut SqliteConnection, root: &Path) -> Result<()> {
    match applied(writer).await? {
        Some(found) if found > newest_known() => {
            Err(LibraryError::Newer { path: root.into(), found, known: newest_known() })
        }
        _ => Ok(()),
    }
}

/// Makes a whole, compact copy of the database when a migration is about to run, and forgets the oldest copies.
async fn copy_before_migration(writer: &mut SqliteConnection, root: &Path, clock: &dyn Clock) -> Result<()> {
    let Some(found) = applied(writer).await?.filter(|found| *found < newest_known()) else {
        return Ok(());
    };
    copy_to_folder(writer, root, &format!("before-{}-from-{found}-{:013}", newest_known(), clock.now_ms())).await?;
    damage::forget_oldest(&copies_folder(root), KEPT_COPIES)
        .map_err(|source| LibraryError::Folder { path: copies_folder(root), source })
}

pub(crate) async fn copy_to_folder(writer: &mut SqliteConnection, root: &Path, name: &str) -> Result<PathBuf> {
    let folder = copies_folder(root);
    std::fs::create_dir_all(&folder).map_err(|source| LibraryError::Folder { path: folder.clone(), source })?;
    let (part, whole) = (folder.join(format!("{name}.part")), folder.join(format!("{name}.sqlite")));
    let _ = std::fs::remove_file(&part);
    sqlx::query("VACUUM INTO $1").bind(part.to_string_lossy().into_owned()).execute(writer).await?;
    let durable = std::fs::File::open(&part).and_then(|f| f.sync_all()).and_then(|()| std::fs::rename(&part, &whole));
    durable.map_err(|source| LibraryError::Folder { path: whole.clone(), source })?;
    Ok(whole)
}
