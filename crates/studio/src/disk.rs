//! What to say when a file cannot be written into the media folder.

use hearthcast_model::error::Retry;
use hearthcast_model::{Code, Error};
use std::io::ErrorKind;

/// Whether there is no room, in any of the ways a system says so.
pub(crate) fn is_full(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
}

/// Something ("the sound", a file's name) could not be kept.
pub(crate) fn not_written(what: &str, error: &std::io::Error) -> Error {
    let message = match is_full(error) {
        true => format!("The disk with the library is full; {what} was not added."),
        false => format!("The library could not keep {what}: {error}."),
    };
    Error::new(Code::LibraryFailed, message)
        .hint("Free some space on the library's disk, and try again. Nothing else was changed.")
        .retry(Retry::AfterAction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_said_as_such() {
        for kind in [ErrorKind::StorageFull, ErrorKind::QuotaExceeded, ErrorKind::FileTooLarge] {
            let error = not_written("talk.wav", &kind.into());
            assert!(error.message.contains("is full; talk.wav"), "{}", error.message);
            assert_eq!((error.code, error.retry), (Code::LibraryFailed, Retry::AfterAction));
        }
        let other = not_written("talk.wav", &ErrorKind::PermissionDenied.into());
        assert!(!other.message.contains("full"), "{}", other.message);
    }
}
