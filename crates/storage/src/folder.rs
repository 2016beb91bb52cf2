//! A folder on this machine. Every file appears whole: temporary name in the same folder, fsync, rename, fsync of the folder.
//!
//! Own code rather than object_store's local store, which neither flushes to the disk nor knows conditional updates (ADR 0001).

use crate::StorageKey;
use hearthcast_model::hash::Hasher;
use hearthcast_model::{Cancel, Code, Error, Sha256};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes copied at a time.
const CHUNK: usize = 256 * 1024;

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

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        let message = format!("Publishing to the folder did not work: {error}.");
        match error {
            StorageError::Unusable { path, source } => {
                let code = match source.kind() {
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Code::TargetFull,
                    io::ErrorKind::NotFound => Code::TargetOffline,
                    _ => Code::TargetRefused,
                };
                Error::new(code, message)
                    .hint("Check that the disk is there, has room and may be written to; then publish again.")
                    .about("target", path.display().to_string())
            }
            StorageError::SourceChanged { key } => Error::new(Code::MediaUnreadable, message)
                .hint("Add the audio to the episode again.")
                .about("media", key),
            StorageError::Exists { key } => Error::new(Code::TargetConflict, message).about("target", key),
            StorageError::Locked { path } => {
                Error::new(Code::Busy, message).about("target", path.display().to_string())
            }
            StorageError::Cancelled(error) => error,
        }
    }
}

/// What lies under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stat {
    /// Length.
    pub bytes: u64,
    /// Hash of the bytes read back.
    pub sha256: Sha256,
}

/// A folder as a place for files. Counts its writes, so that "nothing to do" can be shown to write nothing.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    writes: AtomicU64,
}

/// Holds the right to publish to a folder; given back when dropped, also by a kill.
#[derive(Debug)]
pub struct FolderLock(#[expect(dead_code, reason = "the lock lives as long as the open file")] File);

impl Folder {
    /// A place in an existing folder, or in one made now inside an existing parent.
    pub fn open(root: &Path) -> Result<Self, StorageError> {
        let made = match std::fs::create_dir(root) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            other => other,
        };
        made.map_err(|source| StorageError::Unusable { path: root.into(), source })?;
        Ok(Self { root: root.into(), writes: AtomicU64::new(0) })
    }

    /// How many files were written through this value.
    pub fn writes(&self) -> u64 {
        self.writes.load(Ordering::Relaxed)
    }

    /// Takes the right to publish, or says at once that somebody else has it.
    pub fn lock(&self) -> Result<FolderLock, StorageError> {
        let private = self.root.join(".hearthcast");
        let unusable = |source| StorageError::Unusable { path: private.clone(), source };
        std::fs::create_dir_all(&private).map_err(unusable)?;
        let file =
            File::options().create(true).truncate(false).write(true).open(private.join("lock")).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(FolderLock(file)),
            Err(std::fs::TryLockError::WouldBlock) => Err(StorageError::Locked { path: self.root.clone() }),
            Err(std::fs::TryLockError::Error(source)) => Err(unusable(source)),
        }
    }

    /// Reads length and hash of what lies under a key; `None` when nothing does.
    pub fn stat(&self, key: &StorageKey) -> Result<Option<Stat>, StorageError> {
        let mut file = match File::open(self.path(key)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(self.unusable(key, source)),
        };
        let mut hasher = Hasher::new();
        let mut buffer = vec![0u8; CHUNK];
        let mut bytes = 0;
        loop {
            match file.read(&mut buffer).map_err(|source| self.unusable(key, source))? {
                0 => return Ok(Some(Stat { bytes, sha256: hasher.finish() })),
                n => {
                    hasher.update(&buffer[..n]);
                    bytes += n as u64;
                }
            }
        }
    }

    /// Reads a small file, at most `limit` bytes; `None` when there is none.
    pub fn read(&self, key: &StorageKey, limit: u64) -> Result<Option<Vec<u8>>, StorageError> {
        let file = match File::open(self.path(key)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(self.unusable(key, source)),
        };
        let mut bytes = vec![];
        file.take(limit).read_to_end(&mut bytes).map_err(|source| self.unusable(key, source))?;
        Ok(Some(bytes))
    }

    /// Stores a file, comparing the hash of what was really read. The place never shows a part of it.
    pub fn put_file(
        &self,
        key: &StorageKey,
        source: &Path,
        wanted: &Sha256,
        cancel: &Cancel,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), StorageError> {
        let mut reader = File::open(source).map_err(|e| StorageError::Unusable { path: source.into(), source: e })?;
        let mut hasher = Hasher::new();
        let mut copy = |file: &mut File| -> Result<(), StorageError> {
            let mut buffer = vec![0u8; CHUNK];
            loop {
                cancel.check().map_err(StorageError::Cancelled)?;
                match reader.read(&mut buffer).map_err(|e| StorageError::Unusable { path: source.into(), source: e })? {
                    0 => return Ok(()),
                    n => {
                        hasher.update(&buffer[..n]);
                        file.write_all(&buffer[..n]).map_err(|e| self.unusable(key, e))?;
                        progress(n as u64);
                    }
                }
            }
        };
        let part = self.write_part(key, &mut copy)?;
        if hasher.finish() != *wanted {
            let _ = std::fs::remove_file(part);
            return Err(StorageError::SourceChanged { key: key.to_string() });
        }
        self.rename(key, &part)
    }

    /// Stores bytes under a key, replacing what was there in one step.
    pub fn put_bytes(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError> {
        let part = self.write_part(key, &mut |file| file.write_all(bytes).map_err(|e| self.unusable(key, e)))?;
        self.rename(key, &part)
    }

    /// Stores bytes under a key that must not exist yet; whoever comes second gets [`StorageError::Exists`].
    pub fn create(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError> {
        let part = self.write_part(key, &mut |file| file.write_all(bytes).map_err(|e| self.unusable(key, e)))?;
        let linked = std::fs::hard_link(&part, self.path(key));
        let _ = std::fs::remove_file(&part);
        match linked {
            Ok(()) => self.flush_folder(key),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(StorageError::Exists { key: key.to_string() })
            }
            Err(source) => Err(self.unusable(key, source)),
        }
    }

    /// The path of a key.
    pub fn path(&self, key: &StorageKey) -> PathBuf {
        self.root.join(key.to_string())
    }

    fn write_part(
        &self,
        key: &StorageKey,
        write: &mut dyn FnMut(&mut File) -> Result<(), StorageError>,
    ) -> Result<PathBuf, StorageError> {
        let target = self.path(key);
        let folder = target.parent().unwrap_or(&self.root);
        std::fs::create_dir_all(folder).map_err(|source| self.unusable(key, source))?;
        let part = folder.join(format!(".{}.part", target.file_name().and_then(|n| n.to_str()).unwrap_or("file")));
        self.writes.fetch_add(1, Ordering::Relaxed);
        let mut file = File::create(&part).map_err(|source| self.unusable(key, source))?;
        let written = write(&mut file).and_then(|()| file.sync_all().map_err(|source| self.unusable(key, source)));
        if written.is_err() {
            let _ = std::fs::remove_file(&part);
        }
        written.map(|()| part)
    }

    fn rename(&self, key: &StorageKey, part: &Path) -> Result<(), StorageError> {
        std::fs::rename(part, self.path(key)).map_err(|source| self.unusable(key, source))?;
        self.flush_folder(key)
    }

    fn flush_folder(&self, key: &StorageKey) -> Result<(), StorageError> {
        let path = self.path(key);
        let folder = path.parent().unwrap_or(&self.root);
        File::open(folder).and_then(|f| f.sync_all()).map_err(|source| self.unusable(key, source))
    }

    fn unusable(&self, key: &StorageKey, source: io::Error) -> StorageError {
        StorageError::Unusable { path: self.path(key), source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> (tempfile::TempDir, Folder) {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(&dir.path().join("www")).unwrap();
        (dir, folder)
    }

    fn feed() -> StorageKey {
        StorageKey::Feed("show".into())
    }

    #[test]
    fn whoever_claims_second_is_refused() {
        let (_dir, folder) = place();
        let key = StorageKey::Manifest("show".into(), 1);
        folder.create(&key, b"first").unwrap();
        assert!(matches!(folder.create(&key, b"second"), Err(StorageError::Exists { .. })));
        assert_eq!(folder.read(&key, 100).unwrap().unwrap(), b"first");
    }

    #[test]
    fn a_changed_source_leaves_the_place_as_it_was() {
        let (dir, folder) = place();
        let source = dir.path().join("a.mp3");
        std::fs::write(&source, b"other bytes").unwrap();
        let result = folder.put_file(&feed(), &source, &Sha256::of(b"planned bytes"), &Cancel::default(), &mut |_| ());
        assert!(matches!(result, Err(StorageError::SourceChanged { .. })));
        let left: Vec<_> = std::fs::read_dir(folder.path(&feed()).parent().unwrap()).unwrap().collect();
        assert!(left.is_empty(), "no file and no part may be left: {left:?}");
    }

    #[test]
    fn replacing_keeps_readers_of_the_old_file_whole() {
        let (_dir, folder) = place();
        folder.put_bytes(&feed(), b"old feed").unwrap();
        let mut reader = File::open(folder.path(&feed())).unwrap();
        folder.put_bytes(&feed(), b"new").unwrap();
        let mut seen = String::new();
        reader.read_to_string(&mut seen).unwrap();
        assert_eq!(seen, "old feed");
        assert_eq!(folder.stat(&feed()).unwrap().unwrap(), Stat { bytes: 3, sha256: Sha256::of(b"new") });
        assert_eq!(folder.writes(), 2);
    }

    #[test]
    fn one_publisher_at_a_time() {
        let (_dir, folder) = place();
        let held = folder.lock().unwrap();
        assert!(matches!(Folder::open(&folder.root).unwrap().lock(), Err(StorageError::Locked { .. })));
        drop(held);
        assert!(folder.lock().is_ok());
    }
}
