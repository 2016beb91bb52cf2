//! A file that is read while it is still being written: the reader waits for what is not there yet.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How far the file has come; shared by its writer and its readers.
#[derive(Debug, Default)]
pub struct Grown {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    bytes: u64,
    ended: bool,
}

impl Grown {
    /// So many bytes can be read.
    pub fn reaches(&self, bytes: u64) {
        self.state().bytes = bytes;
        self.changed.notify_all();
    }

    /// No more follow: the file is whole, or nobody goes on with it.
    pub fn ends(&self) {
        self.state().ended = true;
        self.changed.notify_all();
    }

    /// Waits until there are more than `at` bytes or the end; how many there are.
    fn beyond(&self, at: u64) -> u64 {
        let waiting = |state: &mut State| state.bytes <= at && !state.ended;
        let state = self.changed.wait_while(self.state(), waiting);
        state.unwrap_or_else(PoisonError::into_inner).bytes
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads such a file front to back.
pub struct Growing<'a> {
    file: File,
    at: u64,
    grown: &'a Grown,
}

impl<'a> Growing<'a> {
    /// From its first byte.
    pub fn open(path: &Path, grown: &'a Grown) -> io::Result<Self> {
        Ok(Self { file: File::open(path)?, at: 0, grown })
    }
}

impl Read for Growing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let there = self.grown.beyond(self.at).saturating_sub(self.at);
        let room = usize::try_from(there).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.file.read(&mut buffer[..room])?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_reader_gets_every_byte_and_none_too_early() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("growing");
        let mut file = File::create(&path).unwrap();
        let grown = Grown::default();
        let all: Vec<u8> = (0..100_000u32).map(|at| (at % 251) as u8).collect();
        let read = std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let mut read = vec![];
                Growing::open(&path, &grown).unwrap().read_to_end(&mut read).unwrap();
                read
            });
            for (number, piece) in all.chunks(777).enumerate() {
                file.write_all(piece).unwrap();
                // The file is longer than it says; what is beyond may still change.
                grown.reaches((number * 777) as u64);
            }
            grown.reaches(all.len() as u64);
            grown.ends();
            reader.join().unwrap()
        });
        assert!(read == all);
    }
}
