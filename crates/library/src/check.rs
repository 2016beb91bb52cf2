//! Looks at a library file without touching it: is it a whole library, and of which version?

use crate::error::{Trouble, trouble};
use crate::writer::BUSY_PATIENCE;
use crate::{LibraryError, Result};
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};
use std::path::{Path, PathBuf};

/// Longest text of SQLite that is passed on, characters.
const LONGEST_LOSS: usize = 400;

/// Why a file cannot be used as it is.
pub(crate) enum Fault {
    /// It is damaged; in SQLite's words, shortened.
    Damaged(String),
    /// It could not be looked at.
    Failed(sqlx::Error),
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        // What is asked here is always the same, so when SQLite does not understand it, it is the file's fault.
        let not_understood = error.as_database_error().and_then(|e| e.code()).is_some_and(|code| code == "1");
        if not_understood || trouble(&error) == Trouble::Damaged {
            Fault::Damaged(error.to_string())
        } else {
            Fault::Failed(error)
        }
    }
}

/// The newest migration in a file that is a sound library. Nothing beside the file is made when it has no WAL.
pub(crate) async fn examine(file: &Path, migrations: &Migrator) -> Result<i64, Fault> {
    let mut connection = open_read_only(file).await?;
    let examined = examine_open(&mut connection, migrations).await;
    let _ = connection.close().await;
    examined
}

async fn examine_open(connection: &mut SqliteConnection, migrations: &Migrator) -> Result<i64, Fault> {
    // quick_check would not compare indexes with their tables, and a row that an index misses is a lost row.
    let lines: Vec<(String,)> = sqlx::query_as("PRAGMA integrity_check(5)").fetch_all(&mut *connection).await?;
    if lines != [("ok".to_string(),)] {
        let lines: Vec<String> = lines.into_iter().map(|(line,)| line).collect();
        return Err(Fault::Damaged(lines.join("; ").chars().take(LONGEST_LOSS).collect()));
    }
    let found = newest_applied(connection).await.map_err(|_| Fault::Damaged("it holds no library".into()))?;
    if found <= newest_known(migrations) && schema(connection).await? != expected_schema(migrations, found).await? {
        return Err(Fault::Damaged("its description of the tables is not what Hearthcast wrote".into()));
    }
    Ok(found)
}

/// A read-only connection that leaves no trace: without a WAL nothing is pending, and SQLite need not make its files.
pub(crate) async fn open_read_only(file: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let settled =
        companion(file, "-wal").metadata().is_ok_and(|wal| wal.len() == 0) || !companion(file, "-wal").exists();
    let options = SqliteConnectOptions::new().filename(file).read_only(true).immutable(settled);
    SqliteConnection::connect_with(&options.busy_timeout(BUSY_PATIENCE)).await
}

/// The file SQLite keeps beside a database (`-wal`, `-shm`).
pub(crate) fn companion(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Fails when SQLite takes a file only for reading: its header says so (fileformat2.html, 1.3.3), or its rights.
///
/// The header is not read here without SQLite: closing a file gives up all locks this process has on it.
pub(crate) async fn refuse_unwritable(connection: &mut SqliteConnection, file: &Path) -> Result<()> {
    // Writes nothing. BEGIN IMMEDIATE would not do: on such a file it begins a read without a word.
    match sqlx::query("UPDATE meta SET value = value WHERE 0").execute(connection).await {
        Ok(_) => Ok(()),
        Err(error) if error.as_database_error().and_then(|e| e.code()).is_some_and(|code| code == "8") => {
            let by_rights = file.metadata().is_ok_and(|m| m.permissions().readonly());
            let source = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
            Err(match by_rights {
                true => LibraryError::Folder { path: file.into(), source },
                false => LibraryError::Damaged { path: file.into(), loss: error.to_string(), newest_copy: None },
            })
        }
        Err(error) => Err(error.into()),
    }
}

/// The newest migration in a database.
pub(crate) async fn newest_applied(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    let (newest,): (i64,) = sqlx::query_as("SELECT max(version) FROM _sqlx_migrations").fetch_one(connection).await?;
    Ok(newest)
}

/// The newest migration a program knows.
pub(crate) fn newest_known(migrations: &Migrator) -> i64 {
    migrations.iter().map(|m| m.version).max().unwrap_or(0)
}

/// Fails for a database of a newer program.
pub(crate) fn refuse_newer(found: i64, migrations: &Migrator, path: &Path) -> Result<()> {
    let known = newest_known(migrations);
    if found > known { Err(LibraryError::Newer { path: path.into(), found, known }) } else { Ok(()) }
}

type Schema = Vec<(String, Option<String>)>;

async fn schema(connection: &mut SqliteConnection) -> Result<Schema, sqlx::Error> {
    sqlx::query_as(
        "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND tbl_name <> '_sqlx_migrations'
         ORDER BY name",
    )
    .fetch_all(connection)
    .await
}

/// The schema that the migrations up to `newest` make, found by making it in memory.
async fn expected_schema(migrations: &Migrator, newest: i64) -> Result<Schema, Fault> {
    let mut memory = SqliteConnection::connect_with(&SqliteConnectOptions::new().in_memory(true)).await?;
    let applied = migrations.iter().filter(|m| m.version <= newest).cloned().collect();
    let up_to = Migrator { migrations: applied, ..Migrator::DEFAULT };
    up_to.run_direct(&mut memory).await.map_err(|error| Fault::Failed(sqlx::Error::Migrate(Box::new(error))))?;
    Ok(schema(&mut memory).await?)
}
