//! What can go wrong while a file is served.

use hearthcast_model::{Code, Error};

/// Why a file could not be served, or not to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The file is shorter than it was when the answer began: somebody changed it under us.
    #[error("The file ended at byte {at}, {missing} bytes before the end that was promised.")]
    Truncated {
        /// Where it ended.
        at: u64,
        /// What is missing of the answer.
        missing: u64,
    },
    /// The file could not be read.
    #[error("The file could not be read at byte {at}: {source}.")]
    Read {
        /// Where.
        at: u64,
        /// What the system said.
        source: std::io::Error,
    },
    /// A text cannot stand in a header field.
    #[error("\"{0}\" cannot be sent as a header field.")]
    Header(String),
}

impl From<ServeError> for Error {
    fn from(error: ServeError) -> Self {
        let (code, hint) = match error {
            ServeError::Truncated { .. } => {
                (Code::MediaTruncated, "Put the file back from a copy, or publish it again.")
            }
            ServeError::Read { .. } => {
                (Code::MediaUnreadable, "Look whether the disk with the media is there and sound.")
            }
            ServeError::Header(_) => (Code::FieldInvalid, "Use plain letters in media types and names."),
        };
        Error::new(code, error.to_string()).hint(hint)
    }
}
