//! What a protocol for files has to speak so that a folder at its other end is a place. What it is not: HTTP; places that
//! speak that are asked, not connected to.

use super::Shared;
use crate::reading::Reading;
use crate::{StorageError, StorageKey};
use async_trait::async_trait;
use std::ops::Range;
use std::time::Duration;

/// A way to connect to a folder.
#[async_trait]
pub(crate) trait Way: Send + Sync + 'static {
    /// What it makes.
    type Session: Session;

    /// Longest wait for a connection, until somebody is logged in.
    const CONNECT: Duration;

    /// How much of the end of half a file is compared before it is gone on with: more than is on the way at a time.
    const COMPARED: u64;

    /// Connects and logs in.
    async fn connect(&self, shared: &Shared) -> Result<Self::Session, StorageError>;
}

/// A connection somebody is logged in on, in the target's folder. Paths are relative to that.
#[async_trait]
pub(crate) trait Session: Send + Sized {
    /// Whether it is of no use any more.
    fn is_over(&self) -> bool;

    /// The same connection for somebody else, where several can use it at a time.
    fn among_others(&self) -> Option<Self> {
        None
    }

    /// The length of a file; `None` when there is none.
    async fn length(&mut self, path: &str) -> Result<Option<u64>, StorageError>;

    /// Reads a part of a file; less where the file ends.
    async fn read(&mut self, path: &str, range: Range<u64>) -> Result<Vec<u8>, StorageError>;

    /// Writes a small file anew, and does not return before all of it has arrived.
    async fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), StorageError>;

    /// Writes pieces from here on; what is there before stays. Does not return before all of them have arrived.
    async fn append(
        &mut self,
        path: &str,
        from: u64,
        pieces: Reading,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), StorageError>;

    /// Renames over what is there.
    async fn rename_over(&mut self, part: &str, path: &str) -> Result<(), StorageError>;

    /// Renames to a name that must be new; where it is not, the part is removed and the answer is
    /// [`StorageError::Exists`].
    async fn rename_new(&mut self, part: &str, path: &str) -> Result<(), StorageError>;

    /// Removes a file; one that is gone already is no failure.
    async fn remove(&mut self, path: &str) -> Result<(), StorageError>;

    /// Removes the folder of a key when nothing is in it.
    async fn remove_empty_folder(&mut self, key: &StorageKey) -> Result<(), StorageError>;

    /// Makes the folders above a key. The target's own folder must be there.
    async fn make_folders(&mut self, key: &StorageKey) -> Result<(), StorageError>;

    /// What lies in a folder, without what is hidden; nothing where there is none.
    async fn entries(&mut self, folder: &str) -> Result<Vec<Entry>, StorageError>;
}

/// Something in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Entry {
    /// Its name.
    pub(crate) name: String,
    pub(crate) is_folder: bool,
    pub(crate) bytes: u64,
}
