//! The open file: checked before it is opened, read in order while it is hashed, its path ready for sentences.

use crate::MediaError;
use hearthcast_model::{Cancel, Progress, Sha256};
use sha2::Digest;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How much of the front is looked at to recognise a file.
const FRONT: u64 = 4096;
/// Bytes between two signs of life.
const INTERVAL: u64 = 256 * 1024;
/// How long nothing is said at most.
const SIGN_OF_LIFE: Duration = Duration::from_secs(1);

/// A regular file with at least one byte.
#[derive(Debug)]
pub struct Source {
    /// Where it stands.
    pub path: ShownPath,
    /// The open file.
    pub file: File,
    /// Its length when it was opened.
    pub size: u64,
}

impl Source {
    /// Opens a file. A folder, a pipe or a device is refused before it is opened: opening a pipe would wait for ever.
    pub fn open(path: &Path) -> Result<Self, MediaError> {
        let path = ShownPath(path.to_owned());
        let about = match fs::metadata(&path.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(MediaError::Missing { path: path.shown() });
            }
            other => path.io(other)?,
        };
        if !about.is_file() {
            let what = if about.is_dir() { "a folder" } else { "a device or a pipe" };
            return Err(MediaError::NotAFile { path: path.shown(), what: what.into() });
        }
        if about.len() == 0 {
            return Err(MediaError::Empty { path: path.shown() });
        }
        let file = path.io(File::open(&path.0))?;
        Ok(Self { path, file, size: about.len() })
    }

    /// A file without a name that holds these bytes.
    pub fn of(bytes: &[u8]) -> io::Result<Self> {
        use std::io::Write;
        use std::sync::atomic::{AtomicU64, Ordering};
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("hearthcast-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        let mut file = fs::OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
        fs::remove_file(&path)?;
        file.write_all(bytes)?;
        Ok(Self { path: ShownPath(path), file, size: bytes.len() as u64 })
    }

    /// Up to 4 KiB from `start` on.
    pub fn front(&mut self, start: u64) -> Result<Vec<u8>, MediaError> {
        self.bytes(start, FRONT)
    }

    /// Up to `length` bytes from `start` on.
    pub fn bytes(&mut self, start: u64, length: u64) -> Result<Vec<u8>, MediaError> {
        self.path.io(self.file.seek(SeekFrom::Start(start)))?;
        let mut bytes = Vec::new();
        self.path.io(self.file.by_ref().take(length).read_to_end(&mut bytes))?;
        Ok(bytes)
    }

    /// The bytes of a range, fewer where the file ends.
    pub fn range(&mut self, start: u64, length: u64) -> io::Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        self.file.by_ref().take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Back to the first byte.
    pub fn rewind(&mut self) -> Result<(), MediaError> {
        self.path.io(self.file.rewind())
    }
}

/// A path that knows how to stand in an error.
#[derive(Debug, Clone)]
pub struct ShownPath(PathBuf);

impl ShownPath {
    /// The path itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The path as text; bytes that are no Unicode are replaced.
    pub fn shown(&self) -> String {
        self.0.to_string_lossy().into_owned()
    }

    /// The ending of the name in lower case, or nothing.
    pub fn ending(&self) -> String {
        self.0.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
    }

    /// Turns a failure of the system into one about this file.
    pub fn io<T>(&self, result: io::Result<T>) -> Result<T, MediaError> {
        result.map_err(|error| match error.kind() {
            // Fewer bytes than the file had when it was opened.
            io::ErrorKind::UnexpectedEof => MediaError::Changed { path: self.shown() },
            _ => MediaError::Unreadable { path: self.shown(), why: error.to_string() },
        })
    }
}

/// Hashes and counts everything that is read through it.
pub struct HashingReader<R> {
    inner: R,
    hash: sha2::Sha256,
    read: u64,
}

impl<R: Read> HashingReader<R> {
    /// Starts at the reader's present position.
    pub fn new(inner: R) -> Self {
        Self { inner, hash: sha2::Sha256::new(), read: 0 }
    }

    /// The hash of, and the number of, all bytes read.
    pub fn finish(self) -> (Sha256, u64) {
        (Sha256::from_digest(self.hash.finalize().into()), self.read)
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hash.update(&buffer[..read]);
        self.read += read as u64;
        Ok(read)
    }
}

/// Reports progress every quarter of a megabyte, and every second, and stops when asked to.
pub struct Pace<'a> {
    phase: &'static str,
    total: u64,
    next: u64,
    told: Instant,
    cancel: &'a Cancel,
    progress: &'a mut dyn FnMut(Progress),
}

impl<'a> Pace<'a> {
    /// Work over `total` bytes.
    pub fn new(phase: &'static str, total: u64, cancel: &'a Cancel, progress: &'a mut dyn FnMut(Progress)) -> Self {
        Self { phase, total, next: 0, told: Instant::now(), cancel, progress }
    }

    /// The work is at byte `done`.
    pub fn at(&mut self, done: u64) -> Result<(), MediaError> {
        if self.cancel.is_cancelled() {
            return Err(MediaError::Cancelled);
        }
        // Also where nobody knows how far it is: who waits wants a sign of life.
        if done >= self.next || self.told.elapsed() >= SIGN_OF_LIFE {
            self.next = done + INTERVAL;
            self.told = Instant::now();
            (self.progress)(Progress::new(self.phase, done, self.total));
        }
        Ok(())
    }

    /// All of it is done.
    pub fn at_end(&mut self) {
        (self.progress)(Progress::new(self.phase, self.total, self.total));
    }
}
