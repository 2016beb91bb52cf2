//! What can go wrong with the library, and the sentences for it.

use hearthcast_model::{Code, Error, error::Retry};
use sqlx::migrate::MigrateError;
use std::io::ErrorKind;
use std::path::PathBuf;

/// A failure of the library.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LibraryError {
    /// The file was written by a newer program.
    #[error("The library in {} was written by a newer Hearthcast (its newest change is {found}, this one knows {known}).", path.display())]
    Newer {
        /// Folder.
        path: PathBuf,
        /// Newest migration in the file.
        found: i64,
        /// Newest migration this program knows.
        known: i64,
    },
    /// The file is damaged.
    #[error("The library file {} is damaged: {loss}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite says, shortened.
        loss: String,
        /// The newest safe copy that is in order.
        newest_copy: Option<PathBuf>,
    },
    /// The folder cannot be used.
    #[error("The library folder {} cannot be used: {source}", path.display())]
    Folder {
        /// Folder or file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another process holds the write lock for too long.
    #[error("Another Hearthcast is writing to the library and does not finish.")]
    Busy,
    /// A name is taken.
    #[error("{what} \"{name}\" exists already.")]
    Taken {
        /// `A show called`, …
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A row does not hold what it should.
    #[error("The library holds something unreadable in {what}: {source}")]
    Unreadable {
        /// Table and id.
        what: String,
        /// Why.
        source: serde_json::Error,
    },
    /// The program ends, or the task that used the library was stopped.
    #[error("The work on the library was stopped.")]
    Stopped,
    /// The change was made to something that has changed since.
    #[error("This was changed again meanwhile, so it cannot be undone.")]
    ChangedSince,
    /// The record is public since.
    #[error("This is public since, so it cannot be undone.")]
    ReleasedSince,
    /// SQLite failed.
    #[error("The library could not be read or written: {0}")]
    Sql(#[from] sqlx::Error),
    /// Migration failed.
    #[error("The library could not be brought to this version: {0}")]
    Migrate(#[from] MigrateError),
}

impl From<LibraryError> for Error {
    fn from(error: LibraryError) -> Self {
        let message = error.to_string();
        match error {
            LibraryError::Newer { path, .. } => Error::new(Code::LibraryNewer, message)
                .hint("Install the newer Hearthcast, or choose another library with --library. Nothing was changed.")
                .about("library", path.display().to_string()),
            LibraryError::Damaged { path, newest_copy, .. } => {
                let hint = match newest_copy {
                    Some(copy) => format!(
                        "Nothing was changed. \"hearthcast doctor --salvage\" saves what can be read; \"hearthcast doctor --use-copy {}\" goes back to the newest good copy.",
                        copy.display()
                    ),
                    None => "Nothing was changed. \"hearthcast doctor --salvage\" saves what can be read.".into(),
                };
                Error::new(Code::LibraryDamaged, message)
                    .hint(hint)
                    .about("library", path.display().to_string())
                    .retry(Retry::AfterAction)
            }
            LibraryError::Busy => Error::new(Code::Busy, message).hint("Try again when the other one has finished."),
            LibraryError::Taken { what: _, name } => {
                Error::new(Code::Taken, message).hint("Choose another name.").about("name", name)
            }
            LibraryError::ChangedSince | LibraryError::ReleasedSince => {
                Error::new(Code::FieldInvalid, message).hint("Change it by hand.")
            }
            LibraryError::Folder { ref source, .. } if is_full(source) => disk_full(),
            LibraryError::Folder { ref path, .. } => {
                let path = path.display().to_string();
                Error::new(Code::LibraryFailed, message)
                    .hint("Check the folder's rights and free space.")
                    .about("library", path)
            }
            LibraryError::Stopped => Error::new(Code::Cancelled, message),
            LibraryError::Sql(ref e)
            | LibraryError::Migrate(MigrateError::Execute(ref e) | MigrateError::ExecuteMigration(ref e, _)) => {
                said_by_sqlite(e, message)
            }
            _ => Error::new(Code::LibraryFailed, message).hint("\"hearthcast doctor\" examines the library."),
        }
    }
}

/// What an answer of SQLite means for the author. Numbers: sqlite.org/rescode.html. A value that is not what its
/// column holds was not written by this program either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// No room, or the disk does not take what is written.
    Full,
    /// The file is not what SQLite wrote, or the disk cannot read it.
    Damaged,
    /// A foreign program holds the file.
    Busy,
    /// Anything else.
    Other,
}

/// Sorts an error of SQLite.
pub(crate) fn trouble(error: &sqlx::Error) -> Trouble {
    if let sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) = error {
        return Trouble::Damaged;
    }
    let code = error.as_database_error().and_then(|e| e.code()).and_then(|code| code.parse::<i32>().ok());
    match code.map(|code| (code & 0xff, code)) {
        // FULL; IOERR_WRITE, _FSYNC, _DIR_FSYNC, _TRUNCATE, _SHMSIZE.
        Some((13, _) | (10, 778 | 1034 | 1290 | 1546 | 4874)) => Trouble::Full,
        // CORRUPT, NOTADB; IOERR_READ, _SHORT_READ, _CORRUPTFS.
        Some((11 | 26, _) | (10, 266 | 522 | 8458)) => Trouble::Damaged,
        Some((5 | 6, _)) => Trouble::Busy,
        _ => Trouble::Other,
    }
}

fn said_by_sqlite(error: &sqlx::Error, message: String) -> Error {
    match trouble(error) {
        Trouble::Full => disk_full(),
        Trouble::Damaged => Error::new(Code::LibraryDamaged, format!("The library file is damaged: {error}"))
            .hint("Close Hearthcast. \"hearthcast doctor\" examines the library and names the newest good copy.")
            .retry(Retry::AfterAction),
        Trouble::Busy => Error::new(Code::Busy, "Another program holds the library's file.")
            .hint("Close programs that look into the library, and try again."),
        Trouble::Other => Error::new(Code::LibraryFailed, message).hint("\"hearthcast doctor\" examines the library."),
    }
}

fn disk_full() -> Error {
    Error::new(Code::LibraryFailed, "The disk with the library is full or cannot be written; nothing was changed.")
        .hint("Free some space and try again.")
        .retry(Retry::AfterAction)
}

fn is_full(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
}
