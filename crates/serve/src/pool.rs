//! Buffers of 64 KiB that are used again and again, so that serving a file allocates next to nothing.

use std::sync::{Mutex, PoisonError};

/// Size of one buffer. 32 KiB cost 2.6 µs more per 64 KiB range, 128 KiB saved 1 µs (SERVE.md §2).
pub(crate) const BUFFER_BYTES: usize = 64 * 1024;

/// Most idle buffers kept, 16 MiB in all.
const MAX_IDLE: usize = 256;

static IDLE: Mutex<Vec<Box<[u8]>>> = Mutex::new(Vec::new());

/// A buffer on loan, of which the first `filled` bytes hold something. Dropping it gives it back.
#[derive(Debug)]
pub(crate) struct Buffer {
    bytes: Box<[u8]>,
    filled: usize,
}

impl Buffer {
    /// Takes an idle buffer, or makes one.
    pub(crate) fn take() -> Self {
        let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Self { bytes: idle.unwrap_or_else(|| vec![0; BUFFER_BYTES].into_boxed_slice()), filled: 0 }
    }
    /// The first `wanted` bytes, to be read into.
    pub(crate) fn space(&mut self, wanted: u64) -> &mut [u8] {
        let wanted = usize::try_from(wanted).unwrap_or(BUFFER_BYTES).min(BUFFER_BYTES);
        &mut self.bytes[..wanted]
    }
    /// Notes that the first `count` bytes hold something.
    pub(crate) fn fill(mut self, count: usize) -> Self {
        self.filled = count;
        self
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MAX_IDLE {
            idle.push(std::mem::take(&mut self.bytes));
        }
    }
}
