//! The chunks of RIFF and AIFF files: a name of four letters, a size, content, a byte of padding after an odd size.

use crate::probe::Source;
use std::io;

/// A file with more is an attack.
const MOST_CHUNKS: usize = 10_000;

/// One chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Four letters.
    pub id: [u8; 4],
    /// First byte of the content.
    pub start: u64,
    /// Its size as it is stated, true or not.
    pub stated: u64,
}

impl Chunk {
    /// Up to `most` bytes of the content.
    pub fn bytes(&self, source: &mut Source, most: u64) -> io::Result<Vec<u8>> {
        source.range(self.start, self.stated.min(most))
    }
}

/// Goes from chunk to chunk.
pub struct Walk {
    next: u64,
    /// The padding of the chunk before may be missing.
    padded: bool,
    size: u64,
    number: fn(&[u8]) -> u64,
    passed: usize,
}

impl Walk {
    /// From byte `start` on; `number` reads a size in the file's byte order.
    pub fn new(start: u64, size: u64, number: fn(&[u8]) -> u64) -> Self {
        Self { next: start, padded: false, size, number, passed: 0 }
    }

    /// The next chunk; `None` at the end or where no chunk stands.
    pub fn next(&mut self, source: &mut Source) -> io::Result<Option<Chunk>> {
        self.passed += 1;
        if self.next + 8 > self.size || self.passed > MOST_CHUNKS {
            return Ok(None);
        }
        let mut start = self.next;
        let mut head = source.range(start, 8)?;
        // Some programs forget the padding.
        if self.padded && !is_name(&head) {
            start -= 1;
            head = source.range(start, 8)?;
        }
        if !is_name(&head) {
            return Ok(None);
        }
        let stated = (self.number)(&head[4..]);
        let mut id = [0; 4];
        id.copy_from_slice(&head[..4]);
        self.go_to(start + 8 + stated, stated % 2 == 1);
        Ok(Some(Chunk { id, start: start + 8, stated }))
    }

    /// Where the next chunk would stand.
    pub fn at(&self) -> u64 {
        self.next
    }

    /// Goes on after a chunk that ends at `end`; `padded` adds the byte after an odd size.
    pub fn go_to(&mut self, end: u64, padded: bool) {
        (self.next, self.padded) = (end + u64::from(padded), padded);
    }
}

fn is_name(head: &[u8]) -> bool {
    head.len() == 8 && head[..4].iter().all(|byte| (0x20..0x7f).contains(byte))
}

/// Least significant byte first.
pub fn le(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// Most significant byte first.
pub fn be(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}
