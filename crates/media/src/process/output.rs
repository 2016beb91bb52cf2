//! The file being made: created fresh, gone again unless it was kept. Also its place beside the final name.

use crate::MediaError;
use crate::probe::{Pace, Source};
use hearthcast_model::{Cancel, MediaFacts, Progress};
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// An open file that is removed when dropped before [`Output::keep`].
pub struct Output {
    path: PathBuf,
    file: Option<BufWriter<File>>,
}

impl Output {
    /// Creates the file; what stands there already is never written to.
    pub fn create(path: &Path) -> Result<Self, MediaError> {
        let file = OpenOptions::new().write(true).create_new(true).open(path);
        let file = file.map_err(|error| unwritable(path, &error))?;
        Ok(Self { path: path.to_owned(), file: Some(BufWriter::with_capacity(256 * 1024, file)) })
    }

    /// Appends bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), MediaError> {
        let Some(file) = self.file.as_mut() else { return Ok(()) };
        file.write_all(bytes).map_err(|error| unwritable(&self.path, &error))
    }

    /// The open file, for a writer of its own; nothing may be written here besides.
    pub fn handle(&self) -> Result<File, MediaError> {
        let file = self.file.as_ref().map(|file| file.get_ref().try_clone());
        file.unwrap_or_else(|| Err(io::ErrorKind::NotFound.into())).map_err(|error| unwritable(&self.path, &error))
    }

    /// Overwrites bytes written before, and goes back to the end.
    pub fn write_at(&mut self, start: u64, bytes: &[u8]) -> Result<(), MediaError> {
        let Some(file) = self.file.as_mut() else { return Ok(()) };
        let written = file.seek(SeekFrom::Start(start)).and_then(|_| file.write_all(bytes));
        written.and_then(|()| file.seek(SeekFrom::End(0))).map_err(|error| unwritable(&self.path, &error))?;
        Ok(())
    }

    /// Appends `length` bytes of another file from `start` on.
    pub fn copy_range(
        &mut self,
        source: &mut Source,
        start: u64,
        length: u64,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), MediaError> {
        let path = source.path.clone();
        path.io(source.file.seek(SeekFrom::Start(start)))?;
        let mut pace = Pace::new("copy", length, cancel, progress);
        let mut buffer = vec![0; 256 * 1024];
        let mut done = 0;
        while done < length {
            pace.at(done)?;
            let room = usize::try_from(length - done).unwrap_or(usize::MAX).min(buffer.len());
            path.io(source.file.read_exact(&mut buffer[..room]))?;
            self.write(&buffer[..room])?;
            done += room as u64;
        }
        pace.at_end();
        Ok(())
    }

    /// Appends a whole file.
    pub fn copy_whole(
        &mut self,
        source: &Path,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), MediaError> {
        let mut source = Source::open(source)?;
        let size = source.size;
        self.copy_range(&mut source, 0, size, cancel, progress)
    }

    /// Hands everything to the system, so that the file can be read.
    pub fn flush(&mut self) -> Result<(), MediaError> {
        let Some(file) = self.file.as_mut() else { return Ok(()) };
        file.flush().map_err(|error| unwritable(&self.path, &error))
    }

    /// Leaves the file where it is, on the disk for certain.
    pub fn keep(mut self) -> Result<(), MediaError> {
        self.flush()?;
        let synced = self.file.as_ref().map_or(Ok(()), |file| file.get_ref().sync_all());
        synced.map_err(|error| unwritable(&self.path, &error))?;
        self.file = None;
        Ok(())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// How the names of files that are being made begin; the number of the process that wants them follows.
const PARTIAL: &str = ".hearthcast-";

/// What may stand beside a file that is being made ([`Partial::part_of`]): the tags and the cover that ffmpeg reads.
pub const PARTS: [&str; 2] = ["words", "cover"];

/// A name beside the final one that nobody else uses; the file of that name goes away unless it takes the final name.
#[derive(Debug)]
pub struct Partial {
    path: PathBuf,
    last: PathBuf,
}

impl Partial {
    /// A place beside `last`, on the same disk.
    pub fn beside(last: &Path) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        sweep(last);
        let mut name = OsString::from(PARTIAL);
        name.push(format!("{}-{}.part", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        Self { path: last.with_file_name(name), last: last.to_owned() }
    }

    /// A place for something that helps to make a file; like that one's name, it says whose it is.
    pub fn part_of(made: &Path, what: &str) -> PathBuf {
        let mut name = made.file_stem().map(OsString::from).unwrap_or_default();
        name.push(format!(".{what}.part"));
        made.with_file_name(name)
    }

    /// Where the file is made.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the file its final name, in one step, when it is as long as the worker said.
    pub fn take_final_name(self, made: &MediaFacts) -> Result<(), MediaError> {
        self.take_name(made.size_bytes)
    }

    /// The same of a file of so many bytes.
    pub fn take_name(self, size_bytes: u64) -> Result<(), MediaError> {
        let size = fs::metadata(&self.path).map_err(|error| unwritable(&self.last, &error))?.len();
        if size != size_bytes {
            return Err(MediaError::Changed { path: self.last.to_string_lossy().into() });
        }
        fs::rename(&self.path, &self.last).map_err(|error| unwritable(&self.last, &error))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
        // Who was stopped in the middle has removed nothing.
        for what in PARTS {
            let _ = fs::remove_file(Self::part_of(&self.path, what));
        }
    }
}

/// Removes what programs that were killed left beside `last`: their names say whose they are.
fn sweep(last: &Path) {
    let folder = last.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix(PARTIAL)?.strip_suffix(".part")?.split_once('-'));
        if owner.is_some_and(|(pid, _)| has_ended(pid)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether there is no process of this number any more, as far as the system says.
fn has_ended(pid: &str) -> bool {
    let is_number = pid.parse::<u32>().is_ok();
    is_number && Path::new("/proc/self").exists() && !Path::new("/proc").join(pid).exists()
}

/// The system's refusal, about the file that was to be made.
pub fn unwritable(path: &Path, error: &io::Error) -> MediaError {
    let path = path.to_string_lossy().into_owned();
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => MediaError::DiskFull { path },
        _ => MediaError::Unwritable { path, why: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn point_4_what_stands_beside_a_half_file_goes_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let partial = Partial::beside(&folder.path().join("a.m4a"));
        fs::write(partial.path(), "half").unwrap();
        for what in ["words", "cover"] {
            fs::write(Partial::part_of(partial.path(), what), "tags").unwrap();
        }
        drop(partial);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
