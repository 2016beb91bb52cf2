//! A folder on this machine. Every file appears whole: temporary name in the same folder, fsync, rename, fsync of the folder.
//!
//! Own code rather than object_store's local store, which neither flushes to the disk nor knows conditional updates (ADR 0001).
//! Nothing is read or written through a symbolic link inside the folder: others may write to a web server's folder, too.

mod place;

use crate::{Listed, Listener, StorageError, StorageKey};
use hearthcast_model::hash::Hasher;
use hearthcast_model::rule::is_safe_name;
use hearthcast_model::{Cancel, Sha256};
use std::fs::{File, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Folders of the usual names.
const OWN: [&str; 4] = ["feeds", "images", "media", "text"];

/// Bytes copied at a time.
const CHUNK: usize = 256 * 1024;

/// What belongs to Hearthcast alone (DESIGN §6.3), and marks a folder as one that was published to.
const PRIVATE: &str = ".hearthcast";

/// In [`PRIVATE`]: the key of the file being written.
const NOTE: &str = "writing";

/// Names in the longest key.
const DEPTH: usize = 4;

/// More bytes than any key has.
const KEY_LIMIT: u64 = 1024;

/// What lies under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stat {
    /// Length.
    pub bytes: u64,
    /// Hash of the bytes read back.
    pub sha256: Sha256,
}

/// A folder as a place for files. Counts its writes, so that "nothing to do" can be shown to write nothing.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
    writes: Arc<AtomicU64>,
    listener: Listener,
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
        Ok(Self::at(root))
    }

    /// A place that was published to before: it must be there, with the mark that [`lock`](Self::lock) left. A disk that
    /// is not connected often leaves an empty folder where it belongs.
    pub fn known(root: &Path) -> Result<Self, StorageError> {
        if !is_known(root) {
            return Err(StorageError::Gone { path: root.into() });
        }
        Ok(Self::at(root))
    }

    /// A folder that nobody looks at yet: it need not be there.
    pub fn reached_at(root: &Path, public_url: &str) -> Result<Self, StorageError> {
        Self::at(root).shown_at(public_url)
    }

    fn at(root: &Path) -> Self {
        Self { root: root.into(), writes: Arc::default(), listener: Listener::default() }
    }

    /// The same folder with the address under which a web server shows it. What listeners get is not secret, so plain
    /// http will do.
    pub fn shown_at(self, public_url: &str) -> Result<Self, StorageError> {
        Ok(Self { listener: Listener::at(public_url, true)?, ..self })
    }

    /// Marks the folder as one that files are put into, as [`lock`](Self::lock) does.
    pub fn mark(&self) -> Result<(), StorageError> {
        let private = self.root.join(PRIVATE);
        std::fs::create_dir_all(&private).map_err(|source| StorageError::Unusable { path: private.clone(), source })?;
        if is_known(&self.root) { Ok(()) } else { Err(StorageError::Linked { path: private }) }
    }

    /// How many files were written through this value.
    pub fn writes(&self) -> u64 {
        self.writes.load(Ordering::Relaxed)
    }

    /// Takes the right to publish, or says at once that somebody else has it. Removes what a killed holder left half written.
    pub fn lock(&self) -> Result<FolderLock, StorageError> {
        let private = self.root.join(PRIVATE);
        let unusable = |source| StorageError::Unusable { path: private.clone(), source };
        self.mark()?;
        let file =
            File::options().create(true).truncate(false).write(true).open(private.join("lock")).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {
                self.remove_leftover();
                Ok(FolderLock(file))
            }
            Err(std::fs::TryLockError::WouldBlock) => Err(StorageError::Locked { path: self.root.clone() }),
            Err(std::fs::TryLockError::Error(source)) => Err(unusable(source)),
        }
    }

    /// The length of what lies under a key, without reading it; `None` when nothing does.
    pub fn length(&self, key: &StorageKey) -> Result<Option<u64>, StorageError> {
        Ok(self.lookup(key)?.map(|found| found.len()))
    }

    /// Reads length and hash of what lies under a key; `None` when nothing does.
    pub fn stat(&self, key: &StorageKey) -> Result<Option<Stat>, StorageError> {
        let Some(mut file) = self.open_plain(key)? else { return Ok(None) };
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
        let Some(file) = self.open_plain(key)? else { return Ok(None) };
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
        let unreadable = |e| StorageError::Source { path: source.into(), source: e };
        let mut reader = File::open(source).map_err(unreadable)?;
        let mut hasher = Hasher::new();
        let mut copy = |file: &mut File| -> Result<(), StorageError> {
            let mut buffer = vec![0u8; CHUNK];
            loop {
                cancel.check().map_err(StorageError::Cancelled)?;
                match reader.read(&mut buffer).map_err(unreadable)? {
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
        let placed = std::fs::hard_link(&part, self.path(key));
        let _ = std::fs::remove_file(&part);
        let placed = match placed {
            // exFAT and some network disks have no hard links.
            Err(e) if matches!(e.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied) => {
                write_new(&self.path(key), bytes)
            }
            other => other,
        };
        match placed {
            Ok(()) => self.flush_folder(key),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(StorageError::Exists { key: key.to_string() })
            }
            Err(source) => Err(self.unusable(key, source)),
        }
    }

    /// Removes a file, and its folder when that is empty then. One that is gone already is no failure.
    pub fn delete(&self, key: &StorageKey) -> Result<(), StorageError> {
        if self.lookup(key)?.is_none() {
            return Ok(());
        }
        let path = self.path(key);
        std::fs::remove_file(&path).map_err(|source| self.unusable(key, source))?;
        self.writes.fetch_add(1, Ordering::Relaxed);
        match path.parent().map(std::fs::remove_dir) {
            Some(Ok(())) => self.flush_above(key),
            _ => self.flush_folder(key),
        }
    }

    /// The files whose keys begin with `prefix`, in order of their keys. Links are not followed.
    pub fn list(&self, prefix: &str) -> Result<Vec<Listed>, StorageError> {
        let mut found = vec![];
        // A folder that shows other things, too, is not walked for nothing: only what the prefix names.
        let named = prefix.split_once('/').map(|(top, _)| top).filter(|top| is_safe_name(top));
        for top in OWN.into_iter().chain(named.filter(|top| !OWN.contains(top))) {
            if prefix.starts_with(top) || top.starts_with(prefix) {
                self.list_below(top.into(), prefix, &mut found)?;
            }
        }
        found.sort();
        Ok(found)
    }

    fn list_below(&self, at: String, prefix: &str, found: &mut Vec<Listed>) -> Result<(), StorageError> {
        let folder = self.root.join(&at);
        let unusable = |source| StorageError::Unusable { path: folder.clone(), source };
        match std::fs::symlink_metadata(&folder) {
            Ok(found) if found.is_dir() => {}
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unusable(error)),
            _ => return Ok(()),
        }
        for entry in std::fs::read_dir(&folder).map_err(unusable)? {
            let entry = entry.map_err(unusable)?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let (below, kind) = (format!("{at}/{name}"), entry.file_type().map_err(unusable)?);
            if kind.is_dir() && below.split('/').count() < DEPTH {
                self.list_below(below, prefix, found)?;
            } else if kind.is_file()
                && below.starts_with(prefix)
                && let Some(key) = StorageKey::parse(&below)
            {
                found.push(Listed { key, bytes: entry.metadata().map_err(unusable)?.len(), tag: None });
            }
        }
        Ok(())
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
        self.lookup(key)?;
        self.make_folders(key).map_err(|source| self.unusable(key, source))?;
        let part = self.part(key);
        self.note_part(key).map_err(|source| self.unusable(key, source))?;
        self.writes.fetch_add(1, Ordering::Relaxed);
        let mut file = new_file(&part).map_err(|source| self.unusable(key, source))?;
        let written = write(&mut file).and_then(|()| file.sync_all().map_err(|source| self.unusable(key, source)));
        if written.is_err() {
            let _ = std::fs::remove_file(&part);
        }
        written.map(|()| part)
    }

    /// The name a file has until it is whole.
    fn part(&self, key: &StorageKey) -> PathBuf {
        let path = self.path(key);
        path.with_file_name(format!(".{}.part", path.file_name().and_then(|n| n.to_str()).unwrap_or("file")))
    }

    /// Notes which file is being written, so that a kill leaves nothing half written for ever.
    fn note_part(&self, key: &StorageKey) -> io::Result<()> {
        let private = self.root.join(PRIVATE);
        std::fs::create_dir_all(&private)?;
        new_file(&private.join(NOTE))?.write_all(key.to_string().as_bytes())
    }

    fn remove_leftover(&self) {
        let note = self.root.join(PRIVATE).join(NOTE);
        let mut text = String::new();
        let read = File::open(&note).and_then(|file| file.take(KEY_LIMIT).read_to_string(&mut text));
        if let (Ok(_), Some(key)) = (read, StorageKey::parse(&text)) {
            let _ = std::fs::remove_file(self.part(&key));
        }
        let _ = std::fs::remove_file(note);
    }

    /// Makes the folders above a key, durable up to the root.
    fn make_folders(&self, key: &StorageKey) -> io::Result<()> {
        let text = key.to_string();
        let mut at = self.root.clone();
        for name in text.split('/').rev().skip(1).collect::<Vec<_>>().into_iter().rev() {
            let above = at.clone();
            at.push(name);
            match std::fs::create_dir(&at) {
                Ok(()) => File::open(above)?.sync_all()?,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// What lies under a key, looked up without following a link; `None` when nothing does.
    fn lookup(&self, key: &StorageKey) -> Result<Option<Metadata>, StorageError> {
        let (text, mut at, mut last) = (key.to_string(), self.root.clone(), None);
        let names: Vec<&str> = text.split('/').collect();
        for (n, name) in names.iter().enumerate() {
            at.push(name);
            let found = match std::fs::symlink_metadata(&at) {
                Ok(found) => found,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(source) => return Err(self.unusable(key, source)),
            };
            let plain = if n + 1 == names.len() { found.is_file() } else { found.is_dir() };
            if !plain {
                return Err(StorageError::Linked { path: at });
            }
            last = Some(found);
        }
        Ok(last)
    }

    fn open_plain(&self, key: &StorageKey) -> Result<Option<File>, StorageError> {
        match self.lookup(key)? {
            Some(_) => File::open(self.path(key)).map(Some).map_err(|source| self.unusable(key, source)),
            None => Ok(None),
        }
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

    /// Makes the removal of a key's folder durable.
    fn flush_above(&self, key: &StorageKey) -> Result<(), StorageError> {
        let path = self.path(key);
        let above = path.parent().and_then(Path::parent).unwrap_or(&self.root);
        File::open(above).and_then(|f| f.sync_all()).map_err(|source| self.unusable(key, source))
    }

    fn unusable(&self, key: &StorageKey, source: io::Error) -> StorageError {
        StorageError::Unusable { path: self.path(key), source }
    }
}

/// Whether a folder has been published to before. Changes nothing.
pub fn is_known(root: &Path) -> bool {
    std::fs::symlink_metadata(root.join(PRIVATE)).is_ok_and(|found| found.is_dir())
}

/// A file nobody else has open; a leftover or a link of that name is removed, never followed.
fn new_file(path: &Path) -> io::Result<File> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    File::create_new(path)
}

/// Writes a file that must not exist, on disks without hard links. A kill in between leaves a torn one, which counts as
/// somebody else's: its number is never used.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::{Code, Error};

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
    fn what_a_kill_left_half_written_is_removed_by_the_next_publisher() {
        let (_dir, folder) = place();
        folder.put_bytes(&feed(), b"feed").unwrap();
        // As a kill between the note and the renaming leaves it.
        folder.note_part(&feed()).unwrap();
        std::fs::write(folder.part(&feed()), b"half").unwrap();
        let _held = folder.lock().unwrap();
        let left: Vec<_> = std::fs::read_dir(folder.root.join("feeds/show")).unwrap().flatten().collect();
        assert_eq!(left.iter().map(std::fs::DirEntry::file_name).collect::<Vec<_>>(), ["feed.xml"]);
    }

    #[test]
    fn a_note_that_names_no_key_removes_nothing() {
        let (dir, folder) = place();
        let victim = dir.path().join("victim");
        std::fs::write(&victim, b"mine").unwrap();
        drop(folder.lock().unwrap());
        for note in ["../victim", "/etc/passwd", "media/../../victim", ""] {
            std::fs::write(folder.root.join(".hearthcast/writing"), note).unwrap();
            drop(folder.lock().unwrap());
        }
        assert_eq!(std::fs::read(victim).unwrap(), b"mine");
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        use std::os::unix::fs::symlink;
        let (dir, folder) = place();
        let outside = dir.path().join("outside");
        std::fs::create_dir(&outside).unwrap();
        std::fs::write(outside.join("bashrc"), b"mine").unwrap();
        std::fs::create_dir(folder.root.join("feeds")).unwrap();
        symlink(&outside, folder.root.join("feeds/show")).unwrap();
        assert!(matches!(folder.put_bytes(&feed(), b"x"), Err(StorageError::Linked { .. })));
        assert!(matches!(
            folder.create(&StorageKey::Manifest("show".into(), 1), b"x"),
            Err(StorageError::Linked { .. })
        ));
        // The name of the part is known in advance: a link of that name must be replaced, not followed.
        std::fs::create_dir(folder.root.join("feeds/other")).unwrap();
        symlink(outside.join("bashrc"), folder.root.join("feeds/other/.feed.xml.part")).unwrap();
        std::fs::create_dir(folder.root.join(".hearthcast")).unwrap();
        symlink(outside.join("bashrc"), folder.root.join(".hearthcast/writing")).unwrap();
        folder.put_bytes(&StorageKey::Feed("other".into()), b"feed").unwrap();
        symlink(outside.join("bashrc"), folder.root.join("feeds/other/v")).unwrap();
        assert!(matches!(folder.stat(&StorageKey::FeedVersion("other".into(), 1)), Err(StorageError::Linked { .. })));
        assert_eq!(std::fs::read(outside.join("bashrc")).unwrap(), b"mine");
        assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_web_server_may_read_what_was_written() {
        use std::os::unix::fs::PermissionsExt as _;
        let (dir, folder) = place();
        // What the machine's umask gives to files and folders made the plain way.
        std::fs::write(dir.path().join("plain"), b"").unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode();
        folder.put_bytes(&feed(), b"feed").unwrap();
        folder.create(&StorageKey::Manifest("show".into(), 1), b"{}").unwrap();
        for key in [feed(), StorageKey::Manifest("show".into(), 1)] {
            assert_eq!(mode(&folder.path(&key)), mode(&dir.path().join("plain")), "{key}");
        }
        assert_eq!(mode(&folder.root.join("feeds")), mode(&folder.root));
    }

    #[test]
    fn a_folder_that_went_away_is_offline_and_not_made_anew() {
        let (dir, folder) = place();
        drop(folder.lock().unwrap());
        assert!(Folder::known(&folder.root).is_ok());
        std::fs::remove_dir_all(&folder.root).unwrap();
        let error = Error::from(Folder::known(&folder.root).unwrap_err());
        assert_eq!((error.code, error.retry), (Code::TargetOffline, hearthcast_model::error::Retry::Later));
        // An empty mount point, as a disk that is not connected leaves it.
        std::fs::create_dir(&folder.root).unwrap();
        assert!(matches!(Folder::known(&folder.root), Err(StorageError::Gone { .. })));
        assert_eq!(std::fs::read_dir(dir.path().join("www")).unwrap().count(), 0, "looking made nothing");
    }

    #[test]
    fn a_missing_source_is_a_matter_of_the_media_not_of_the_target() {
        let (dir, folder) = place();
        let source = dir.path().join("gone.mp3");
        let result = folder.put_file(&feed(), &source, &Sha256::of(b""), &Cancel::default(), &mut |_| ());
        assert_eq!(Error::from(result.unwrap_err()).code, Code::MediaAbsent);
    }

    #[test]
    fn without_hard_links_a_name_is_still_taken_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("00000001.json");
        write_new(&path, b"first").unwrap();
        assert_eq!(write_new(&path, b"second").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(path).unwrap(), b"first");
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
