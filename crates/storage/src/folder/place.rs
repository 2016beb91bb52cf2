//! A folder as a [`Place`]: its work on the disk is done where waiting harms nobody.

use super::Folder;
use crate::place::{Head, Listed, Notebook, Place, Seen, Sending, Source};
use crate::{Listener, StorageError, StorageKey};
use hearthcast_model::{Cancel, Sha256};
use std::io::{self, Read as _, Seek as _};
use std::ops::Range;
use std::path::PathBuf;

#[async_trait::async_trait]
impl Place for Folder {
    async fn head(&self, key: &StorageKey) -> Result<Option<Head>, StorageError> {
        let key = key.clone();
        self.aside(move |folder| folder.length(&key)).await.map(|length| length.map(of_length))
    }

    async fn read(&self, key: &StorageKey, limit: u64) -> Result<Option<(Vec<u8>, Seen)>, StorageError> {
        let key = key.clone();
        let found = self.aside(move |folder| folder.read(&key, limit)).await?;
        Ok(found.map(|bytes| {
            let etag = Some(Sha256::of(&bytes).to_string());
            (bytes, Seen { etag, version: None })
        }))
    }

    async fn read_range(&self, key: &StorageKey, range: Range<u64>) -> Result<Vec<u8>, StorageError> {
        let key = key.clone();
        self.aside(move |folder| folder.piece(&key, range)).await
    }

    async fn put_bytes(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError> {
        let (key, bytes) = (key.clone(), bytes.to_vec());
        self.aside(move |folder| Folder::put_bytes(folder, &key, &bytes)).await
    }

    async fn create(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError> {
        let (key, bytes) = (key.clone(), bytes.to_vec());
        self.aside(move |folder| Folder::create(folder, &key, &bytes)).await
    }

    async fn replace(&self, key: &StorageKey, bytes: &[u8], seen: &Seen) -> Result<(), StorageError> {
        let (key, bytes, seen) = (key.clone(), bytes.to_vec(), seen.etag.clone());
        self.aside(move |folder| {
            let now = folder.stat(&key)?.map(|stat| stat.sha256.to_string());
            match now == seen {
                true => Folder::put_bytes(folder, &key, &bytes),
                false => Err(StorageError::Changed { key: key.to_string() }),
            }
        })
        .await
    }

    async fn put_file(
        &self,
        key: &StorageKey,
        source: &Source,
        _begun: Option<Sending>,
        _notebook: &dyn Notebook,
        cancel: &Cancel,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), StorageError> {
        let (folder, key, source, cancel) = (self.clone(), key.clone(), source.clone(), cancel.clone());
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        let work = tokio::task::spawn_blocking(move || {
            // Nobody listens any more when the caller was dropped.
            let mut tell = |bytes| tell.send(bytes).unwrap_or_default();
            Folder::put_file(&folder, &key, &source.path, &source.sha256, &cancel, &mut tell)
        });
        while let Some(bytes) = told.recv().await {
            progress(bytes);
        }
        work.await.map_err(|error| self.broken(error))?
    }

    async fn abort(&self, _key: &StorageKey, _sending: &Sending) -> Result<(), StorageError> {
        // What was half written is removed by the lock's next holder.
        Ok(())
    }

    async fn delete(&self, key: &StorageKey) -> Result<(), StorageError> {
        let key = key.clone();
        self.aside(move |folder| Folder::delete(folder, &key)).await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Listed>, StorageError> {
        let prefix = prefix.to_string();
        self.aside(move |folder| Folder::list(folder, &prefix)).await
    }

    fn listener(&self) -> &Listener {
        &self.listener
    }

    /// Whoever publishes holds the folder's lock.
    fn conditions_are_one_step(&self) -> bool {
        true
    }

    fn writes(&self) -> u64 {
        Folder::writes(self)
    }

    fn requests(&self) -> u64 {
        self.listener.requests()
    }
}

impl Folder {
    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let folder = self.clone();
        tokio::task::spawn_blocking(move || work(&folder)).await.map_err(|error| self.broken(error))?
    }

    fn broken(&self, error: tokio::task::JoinError) -> StorageError {
        StorageError::Unusable { path: PathBuf::from(&self.root), source: io::Error::other(error) }
    }

    /// Reads a part of a file; less where the file ends.
    fn piece(&self, key: &StorageKey, range: Range<u64>) -> Result<Vec<u8>, StorageError> {
        let unusable = |source| self.unusable(key, source);
        let Some(mut file) = self.open_plain(key)? else { return Err(unusable(io::ErrorKind::NotFound.into())) };
        file.seek(io::SeekFrom::Start(range.start)).map_err(unusable)?;
        let mut bytes = vec![];
        file.take(range.end.saturating_sub(range.start)).read_to_end(&mut bytes).map_err(unusable)?;
        Ok(bytes)
    }
}

fn of_length(bytes: u64) -> Head {
    Head { bytes, ..Head::default() }
}
