//! The part of a file that is a recording, as a demuxer sees it: from behind the tags in front up to where its container
//! says that it ends. A cut file has less, and reading beyond gives nothing. Names that are to be hidden from it read as another.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use symphonia::core::io::MediaSource;

/// What hidden names read as: no codec is called so.
const NO_NAME: [u8; 4] = *b"none";

/// Counts from the first byte of the recording.
pub struct Window {
    file: File,
    front: u64,
    size: u64,
    stated: u64,
    at: u64,
    seekable: bool,
    position: Arc<AtomicU64>,
    hidden: Arc<[u64]>,
}

impl Window {
    /// Bytes `front` to `stated` of a file of `size` bytes, and the number of bytes of the file passed.
    pub fn new(file: File, front: u64, stated: u64, size: u64) -> (Self, Arc<AtomicU64>) {
        let position = Arc::new(AtomicU64::new(0));
        let window = Self {
            file,
            front,
            size,
            stated,
            at: 0,
            seekable: true,
            position: Arc::clone(&position),
            hidden: Arc::default(),
        };
        (window, position)
    }

    /// To be read from front to back only.
    pub fn straight(mut self) -> Self {
        self.seekable = false;
        self
    }

    /// Names of four letters that stand at these bytes of the file are not seen.
    pub fn hiding(mut self, names: &Arc<[u64]>) -> Self {
        self.hidden = Arc::clone(names);
        self
    }
}

/// Overwrites the names in what was read from a place of the file.
fn hide(names: &[u64], from: u64, read: &mut [u8]) {
    for name in names {
        for (place, letter) in (*name..).zip(NO_NAME) {
            let inside = place.checked_sub(from).and_then(|at| usize::try_from(at).ok());
            if let Some(byte) = inside.and_then(|at| read.get_mut(at)) {
                *byte = letter;
            }
        }
    }
}

impl Read for Window {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.seek(SeekFrom::Start(self.front + self.at))?;
        let room = self.stated.saturating_sub(self.front + self.at);
        let most = buffer.len().min(usize::try_from(room).unwrap_or(usize::MAX));
        let read = self.file.read(&mut buffer[..most])?;
        hide(&self.hidden, self.front + self.at, &mut buffer[..read]);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_hidden_whole_wherever_reading_begins_and_ends() {
        let file = b"....hvc1....".to_vec();
        for from in 0..file.len() {
            for to in from..=file.len() {
                let mut read = file[from..to].to_vec();
                hide(&[4], from as u64, &mut read);
                assert_eq!(read, b"....none...."[from..to], "{from} to {to}");
            }
        }
        let mut read = file.clone();
        hide(&[], 0, &mut read);
        assert_eq!(read, file);
    }
}
