//! What can go wrong at a place, and what a person can do about it.

use crate::Refusal;
use crate::refusal::Meaning;
use hearthcast_fetch::FetchError;
use hearthcast_model::{Code, Error};
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// A failure of a place.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// The folder is not there or cannot be used.
    #[error("the folder {} cannot be used: {source}", path.display())]
    Unusable {
        /// Path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The folder that was published to before is not there.
    #[error("the folder {} is not there, or it is not the one that was published to", path.display())]
    Gone {
        /// Path.
        path: PathBuf,
    },
    /// Something on the way to a key is a link or no plain file.
    #[error("{} is a link or not a plain file", path.display())]
    Linked {
        /// Path.
        path: PathBuf,
    },
    /// The file to be stored cannot be read.
    #[error("the file {} cannot be read: {source}", path.display())]
    Source {
        /// Path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file to be stored is not what it was.
    #[error("the file for {key} has changed since the plan was made")]
    SourceChanged {
        /// Key.
        key: String,
    },
    /// Something exists already under a key that must be new.
    #[error("{key} exists already")]
    Exists {
        /// Key.
        key: String,
    },
    /// The file under a key is not the one that was seen.
    #[error("{key} was changed by somebody else")]
    Changed {
        /// Key.
        key: String,
    },
    /// The target is another kind of place.
    #[error("the target is another kind of place")]
    OtherKind,
    /// The storage said no, or something else answered in its place.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// The storage does not answer, or may not be asked.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// How far an upload is could not be noted.
    #[error("how far the upload is could not be noted: {0}")]
    Notes(Error),
    /// Another program is publishing to the folder.
    #[error("another program is publishing to {}", path.display())]
    Locked {
        /// Folder.
        path: PathBuf,
    },
    /// The work was stopped.
    #[error("the work was stopped")]
    Cancelled(Error),
}

impl StorageError {
    /// Whether waiting a moment may help; then how long the place asked for.
    pub fn may_pass(&self) -> Option<Option<Duration>> {
        match self {
            Self::Fetch(FetchError::Offline { .. } | FetchError::Proxy { .. }) => Some(None),
            Self::Refused(refusal) => match refusal.meaning {
                Meaning::Troubled(_, asked) => Some(asked),
                _ => None,
            },
            _ => None,
        }
    }
}

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        let message = format!("Publishing did not work: {error}.");
        match error {
            StorageError::Unusable { path, source } => {
                Error::new(code_of(&source), message)
                    .hint("Check that the disk is there, has room and may be written to; then publish again.")
                    .about("target", path.display().to_string())
            }
            StorageError::Gone { path } => Error::new(Code::TargetOffline, message)
                .hint("Connect its disk and publish again; nothing is lost. If the folder was emptied on purpose, remove the target and add it again.")
                .about("target", path.display().to_string()),
            StorageError::Linked { path } => Error::new(Code::TargetRefused, message)
                .hint("Put a real folder or file in its place; Hearthcast does not write through links there.")
                .about("target", path.display().to_string()),
            StorageError::Source { path, source } => {
                let absent = source.kind() == io::ErrorKind::NotFound;
                Error::new(if absent { Code::MediaAbsent } else { Code::MediaUnreadable }, message)
                    .hint("Connect the disk with the media, or add the file again.")
                    .about("media", path.display().to_string())
            }
            StorageError::SourceChanged { key } => Error::new(Code::MediaUnreadable, message)
                .hint("Add the audio to the episode again.")
                .about("media", key),
            StorageError::Exists { key } => Error::new(Code::TargetConflict, message).about("target", key),
            StorageError::Locked { path } => {
                Error::new(Code::Busy, message).about("target", path.display().to_string())
            }
            StorageError::Changed { key } => Error::new(
                Code::TargetConflict,
                format!("{key} at the target was changed by somebody else meanwhile; nothing was overwritten."),
            )
            .hint("Publish again: the plan is made anew.")
            .about("target", key),
            StorageError::OtherKind => Error::new(Code::Internal, message),
            StorageError::Refused(refusal) => Error::from(*refusal),
            StorageError::Fetch(error) => Error::from(error),
            StorageError::Notes(error) | StorageError::Cancelled(error) => error,
        }
    }
}

/// What a failure of a disk means: full, away for now, or refused.
fn code_of(error: &io::Error) -> Code {
    use io::ErrorKind as Kind;
    /// EIO and ENODEV of Linux and macOS: a disk that was pulled out. They have no [`io::ErrorKind`].
    const PULLED_OUT: [i32; 2] = [5, 19];
    match error.kind() {
        Kind::StorageFull | Kind::QuotaExceeded => Code::TargetFull,
        Kind::NotFound | Kind::NotADirectory | Kind::StaleNetworkFileHandle => Code::TargetOffline,
        Kind::NotConnected | Kind::TimedOut | Kind::HostUnreachable | Kind::NetworkUnreachable => Code::TargetOffline,
        _ if cfg!(unix) && error.raw_os_error().is_some_and(|code| PULLED_OUT.contains(&code)) => Code::TargetOffline,
        _ => Code::TargetRefused,
    }
}
