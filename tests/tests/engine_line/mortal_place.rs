//! A place whose every read and write is a point at which the program may be killed, before and after it.

use super::Fate;
use hearthcast_model::Cancel;
use hearthcast_storage::place::{Head, Seen};
use hearthcast_storage::{Listed, Listener, Notebook, Place, Sending, Source, StorageError, StorageKey};
use std::ops::Range;
use std::sync::Arc;

/// A place that somebody may be killed at.
pub struct MortalPlace {
    pub inner: Arc<dyn Place>,
    pub fate: Fate,
}

impl std::fmt::Debug for MortalPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.inner.fmt(f)
    }
}

macro_rules! between {
    ($self:ident, $call:expr) => {{
        $self.fate.point().await;
        let came = $call.await;
        $self.fate.point().await;
        came
    }};
}

#[async_trait::async_trait]
impl Place for MortalPlace {
    async fn head(&self, key: &StorageKey) -> Result<Option<Head>, StorageError> {
        between!(self, self.inner.head(key))
    }
    async fn read(&self, key: &StorageKey, limit: u64) -> Result<Option<(Vec<u8>, Seen)>, StorageError> {
        between!(self, self.inner.read(key, limit))
    }
    async fn read_range(&self, key: &StorageKey, range: Range<u64>) -> Result<Vec<u8>, StorageError> {
        between!(self, self.inner.read_range(key, range))
    }
    async fn put_bytes(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError> {
        between!(self, self.inner.put_bytes(key, bytes))
    }
    async fn create(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError> {
        between!(self, self.inner.create(key, bytes))
    }
    async fn replace(&self, key: &StorageKey, bytes: &[u8], seen: &Seen) -> Result<(), StorageError> {
        between!(self, self.inner.replace(key, bytes, seen))
    }
    async fn put_file(
        &self,
        key: &StorageKey,
        source: &Source,
        begun: Option<Sending>,
        notebook: &dyn Notebook,
        cancel: &Cancel,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), StorageError> {
        between!(self, self.inner.put_file(key, source, begun, notebook, cancel, progress))
    }
    async fn abort(&self, key: &StorageKey, sending: &Sending) -> Result<(), StorageError> {
        between!(self, self.inner.abort(key, sending))
    }
    async fn delete(&self, key: &StorageKey) -> Result<(), StorageError> {
        between!(self, self.inner.delete(key))
    }
    async fn list(&self, prefix: &str) -> Result<Vec<Listed>, StorageError> {
        between!(self, self.inner.list(prefix))
    }
    fn listener(&self) -> &Listener {
        self.inner.listener()
    }
    fn conditions_are_one_step(&self) -> bool {
        self.inner.conditions_are_one_step()
    }
    fn writes(&self) -> u64 {
        self.inner.writes()
    }
    fn requests(&self) -> u64 {
        self.inner.requests()
    }
}
