//! What can be wrong with a text that somebody wants to keep.

use hearthcast_model::{Code, Error};

/// A text that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// The notes are longer than Hearthcast keeps.
    #[error("The text is {bytes} bytes long; at most {limit} bytes can be kept.")]
    TooLong {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        limit: usize,
    },
}

impl From<TextError> for Error {
    fn from(error: TextError) -> Self {
        Error::new(Code::FieldInvalid, error.to_string())
            .hint("Shorten the text, or put the long part on a web page and link to it.")
            .about("field", "notes")
    }
}
