//! Opening a library: lock, look for damage, copy before a migration, migrate; then read-only connections for everybody.

use crate::check::{self, Fault};
use crate::door::WriteTx;
use crate::writer::{BUSY_PATIENCE, WriteLock, Writer};
use crate::{LibraryError, Result, copies, files, meta, replace, search};
use hearthcast_model::{Clock, DeviceId, id::Ids};
use sqlx::SqlitePool;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The changes of the database's shape, oldest first.
pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/library");

/// The author's library. Cheap to clone; safe to open in several processes at once.
#[derive(Clone)]
pub struct Library(Arc<Inner>);

struct Inner {
    root: PathBuf,
    readers: SqlitePool,
    device: DeviceId,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    migrations: &'static Migrator,
}

impl Library {
    /// Opens the library in folder `root`, making it when there is none.
    ///
    /// Fails with [`LibraryError::Newer`] for a file of a newer program and [`LibraryError::Damaged`] for a damaged one;
    /// in both cases nothing was changed.
    pub async fn open(root: &Path, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Result<Self> {
        Self::open_with(root, clock, ids, &MIGRATIONS).await
    }

    pub(crate) async fn open_with(
        root: &Path,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        migrations: &'static Migrator,
    ) -> Result<Self> {
        std::fs::create_dir_all(root).map_err(|source| LibraryError::Folder { path: root.into(), source })?;
        let mut lock = WriteLock::take(root).await?;
        let file = database_file(root);
        replace::finish(root)?;
        if !file.exists() {
            lock = make_new(lock, root, clock.as_ref(), migrations).await?;
        }
        let found = sound(&file, root, migrations).await?;
        check::refuse_newer(found, migrations, root)?;
        let mut writer = Writer::open(lock, &file).await?;
        check::refuse_unwritable(writer.connection(), &file).await?;
        if found < check::newest_known(migrations) {
            copies::before_migration(writer.connection(), root, found, migrations, clock.now_ms()).await?;
            migrations.run(writer.connection()).await?;
        }
        search::bring_up(writer.connection()).await?;
        let device = meta::device(writer.connection(), clock.as_ref(), ids.as_ref()).await?;
        drop(writer.close().await?);
        files::forget_abandoned(root, clock.now_ms());
        let readers = connect_readers(&file).await?;
        Ok(Self(Arc::new(Inner { root: root.into(), readers, device, clock, ids, migrations })))
    }

    /// The one door for writing: waits for the write lock of all processes, then begins a transaction.
    /// Dropping the result without [`WriteTx::commit`] changes nothing.
    ///
    /// Fails with [`LibraryError::Newer`] when a newer program has changed the library's shape since it was opened.
    pub async fn transact(&self) -> Result<WriteTx> {
        let lock = WriteLock::take(self.root()).await?;
        let writer = Writer::open(lock, &database_file(self.root())).await?;
        let mut tx = WriteTx::begin(writer, self.0.device.clone(), self.0.clock.now_ms()).await?;
        let found = check::newest_applied(tx.connection()).await?;
        check::refuse_newer(found, self.0.migrations, self.root())?;
        Ok(tx)
    }

    /// Makes a whole copy of the library's database in its `copies` folder; returns where.
    pub async fn copy_now(&self) -> Result<PathBuf> {
        let lock = WriteLock::take(self.root()).await?;
        let mut writer = Writer::open(lock, &database_file(self.root())).await?;
        let path = copies::make(writer.connection(), self.root(), "copy", self.0.clock.now_ms()).await?;
        drop(writer.close().await?);
        Ok(path)
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

/// A library file appears whole or not at all; so an empty or half one is always a damaged one.
async fn make_new(lock: WriteLock, root: &Path, clock: &dyn Clock, migrations: &Migrator) -> Result<WriteLock> {
    let part = replace::fresh_part(root)?;
    let mut writer = Writer::create(lock, &part).await?;
    migrations.run(writer.connection()).await?;
    search::bring_up(writer.connection()).await?;
    let lock = writer.close().await?;
    replace::with_part(root, clock.now_ms())?;
    Ok(lock)
}

/// The newest migration in the library's file, or why it cannot be opened.
async fn sound(file: &Path, root: &Path, migrations: &Migrator) -> Result<i64> {
    match check::examine(file, migrations).await {
        Ok(found) => Ok(found),
        Err(Fault::Failed(sqlx::Error::Io(source))) => Err(LibraryError::Folder { path: file.into(), source }),
        Err(Fault::Failed(error)) => Err(error.into()),
        Err(Fault::Damaged(loss)) => {
            let newest_copy = copies::newest_good(root, migrations).await;
            Err(LibraryError::Damaged { path: file.into(), loss, newest_copy })
        }
    }
}

async fn connect_readers(file: &Path) -> Result<SqlitePool> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        .pragma("query_only", "ON")
        .busy_timeout(BUSY_PATIENCE);
    Ok(SqlitePoolOptions::new().max_connections(4).min_connections(1).connect_with(options).await?)
}

#[cfg(test)]
mod tests;
