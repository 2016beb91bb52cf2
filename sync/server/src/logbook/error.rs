//! What can go wrong with the logbook's files.

use hearthcast_model::{Code, Error, error::Retry};
use std::io;
use std::path::PathBuf;

/// Why the logbook could not be opened or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// The node's name cannot stand as a folder's name.
    #[error("\"{0}\" cannot be the name of a node: use up to 64 letters, digits and dashes.")]
    Node(String),
    /// A file or folder could not be read or made.
    #[error("The download log {path} could not be used: {source}.")]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The segment was written by a newer server.
    #[error("The download log {path} has format {found}; this server reads up to format {known}.")]
    Newer {
        /// Which one.
        path: PathBuf,
        /// Its format.
        found: u16,
        /// The newest format known here.
        known: u16,
    },
}

impl LogError {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}

impl From<LogError> for Error {
    fn from(error: LogError) -> Self {
        let message = error.to_string();
        match error {
            LogError::Node(_) => Error::new(Code::FieldInvalid, message).hint("Choose another node name."),
            LogError::Io { path, .. } => Error::new(Code::LibraryFailed, message)
                .hint("Look whether the disk is there, has room, and belongs to the server's user.")
                .about("file", path.display().to_string())
                .retry(Retry::AfterAction),
            LogError::Newer { path, .. } => Error::new(Code::VersionRefused, message)
                .hint("Update this server; the rows stay where they are.")
                .about("file", path.display().to_string()),
        }
    }
}
