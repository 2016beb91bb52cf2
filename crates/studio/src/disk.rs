//! What to say when a file cannot be written into the media folder.

use hearthcast_model::error::Retry;
use hearthcast_model::{Code, Error};
use std::io::ErrorKind;

/// Whether there is no room, in any of the ways a system says so.
pub(crate) fn is_full(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
}

/// Always left free, bytes.
const LEFT_FREE: u64 = 1 << 20;

/// How many bytes are missing for so many more; `None` where there is room, or nobody knows.
pub(crate) fn missing_room(at: &std::path::Path, bytes: u64) -> Option<u64> {
    // Some systems of files do not say how large they are.
    let about = rustix::fs::statvfs(at).ok().filter(|about| about.f_blocks > 0)?;
    let (free, wanted) = (about.f_bavail.saturating_mul(about.f_frsize), bytes.saturating_add(LEFT_FREE));
    (bytes > 0 && free < wanted).then(|| wanted - free)
}

/// Refuses to begin what the library's disk has no room for.
pub(crate) fn has_room(library: &std::path::Path, bytes: u64) -> hearthcast_model::Result<()> {
    let Some(missing) = missing_room(library, bytes) else { return Ok(()) };
    let needed = bytes.saturating_add(LEFT_FREE);
    let (free, needed) = (needed.saturating_sub(missing) / 1_000_000, needed.div_ceil(1_000_000));
    let what = format!("The disk with the library has not enough room: {needed} MB are needed, {free} MB are free.");
    Err(Error::new(Code::LibraryFailed, what)
        .hint("Free some space on the library's disk, and try again. Nothing was changed.")
        .retry(Retry::AfterAction))
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
