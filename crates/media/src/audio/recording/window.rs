//! The part of a file that is a recording, as a demuxer sees it: from behind the tags in front up to where its container
//! says that it ends. A cut file has less, and reading beyond gives nothing.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use symphonia::core::io::MediaSource;

/// Counts from the first byte of the recording.
pub struct Window {
    file: File,
    front: u64,
    size: u64,
    stated: u64,
    at: u64,
    seekable: bool,
    position: Arc<AtomicU64>,
}

impl Window {
    /// Bytes `front` to `stated` of a file of `size` bytes, and the number of bytes of the file passed.
    pub fn new(file: File, front: u64, stated: u64, size: u64) -> (Self, Arc<AtomicU64>) {
        let position = Arc::new(AtomicU64::new(0));
        (Self { file, front, size, stated, at: 0, seekable: true, position: Arc::clone(&position) }, position)
    }

    /// To be read from front to back only.
    pub fn straight(mut self) -> Self {
        self.seekable = false;
        self
    }
}

impl Read for Window {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.seek(SeekFrom::Start(self.front + self.at))?;
        let room = self.stated.saturating_sub(self.front + self.at);
        let most = buffer.len().min(usize::try_from(room).unwrap_or(usize::MAX));
        let read = self.file.read(&mut buffer[..most])?;
        self.at += read as u64;
        self.position.store((self.front + self.at).min(self.size), Ordering::Relaxed);
        Ok(read)
    }
}

impl Seek for Window {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.stated.saturating_sub(self.front).checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

impl MediaSource for Window {
    fn is_seekable(&self) -> bool {
        self.seekable
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.stated.saturating_sub(self.front))
    }
}
