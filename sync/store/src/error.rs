//! What can go wrong with the database, and how it is said to people.

use hearthcast_model::error::Retry;
use hearthcast_model::{Code, Error};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database was written by a newer Hearthcast.
    #[error("the database {path} was written by a newer hearthcast-server (it has migration {found}, this program knows {known})", path = path.display())]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its newest migration.
        found: i64,
        /// The newest one of this program.
        known: i64,
    },
    /// Another server process owns the data folder.
    #[error("another hearthcast-server is already using the data folder {}", path.display())]
    InUse {
        /// The data folder.
        path: PathBuf,
    },
    /// The write door stayed closed too long.
    #[error("another program kept the server's database busy")]
    Busy,
    /// A file or folder could not be used.
    #[error("{} could not be used", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A statement failed.
    #[error("the server's database refused a statement")]
    Database(#[source] sqlx::Error),
    /// A migration failed.
    #[error("the server's database could not be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A row holds something this program cannot read.
    #[error("a row of table {table} cannot be read")]
    Row {
        /// Which table.
        table: &'static str,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

/// Statements that failed since this program began.
static FAILED: AtomicU64 = AtomicU64::new(0);

impl StoreError {
    /// How many statements failed since this program began: a number for its operator.
    pub fn count() -> u64 {
        FAILED.load(Ordering::Relaxed)
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        FAILED.fetch_add(1, Ordering::Relaxed);
        Self::Database(error)
    }
}

/// SQLite's result codes that tell a person something (sqlite.org/rescode.html).
const BUSY: &str = "5";
const FULL: &str = "13";
const CORRUPT: &str = "11";
const NOT_A_DATABASE: &str = "26";

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let sentence = capital(&error.to_string());
        match &error {
            StoreError::Newer { .. } => Error::new(Code::VersionRefused, sentence)
                .hint("Start the newer hearthcast-server. Nothing was changed."),
            StoreError::InUse { path } => Error::new(Code::Busy, sentence)
                .hint("Stop the other one first, or give this one a folder of its own with --data.")
                .about("file", path.display().to_string()),
            StoreError::Busy => Error::new(Code::Busy, sentence).hint("Try again in a moment."),
            StoreError::Io { path, source } => io(path, source),
            StoreError::Database(source) | StoreError::Migration(sqlx::migrate::MigrateError::Execute(source)) => {
                database(sentence, source)
            }
            StoreError::Migration(source) => Error::new(Code::Internal, format!("{sentence}: {source}.")),
            StoreError::Row { source, .. } => Error::new(Code::Internal, format!("{sentence}: {source}.")),
        }
    }
}

fn io(path: &std::path::Path, source: &std::io::Error) -> Error {
    let code = match source.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Code::TargetFull,
        _ => Code::TargetRefused,
    };
    Error::new(code, format!("{} could not be used: {source}.", path.display()))
        .hint("See that the folder exists, has room, and belongs to the user the server runs as.")
        .about("file", path.display().to_string())
}

fn database(sentence: String, source: &sqlx::Error) -> Error {
    let primary = source.as_database_error().and_then(|e| e.code()).and_then(|c| c.parse::<i32>().ok());
    match primary.map(|c| (c & 0xff).to_string()).as_deref() {
        Some(BUSY) => Error::new(Code::Busy, "The server's database is busy.").hint("Try again in a moment."),
        Some(FULL) => Error::new(Code::TargetFull, "The server's disk is full.")
            .hint("Make room on the server, then try again. Nothing was lost."),
        Some(CORRUPT | NOT_A_DATABASE) => Error::new(Code::LibraryDamaged, "The server's database is damaged.")
            .hint("Stop the server and restore the newest backup; keep the damaged file."),
        _ => Error::new(Code::Internal, format!("{sentence}: {source}.")).retry(Retry::Later),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect::<String>() + ".").unwrap_or_default()
}
