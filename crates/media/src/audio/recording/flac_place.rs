//! A place in FLAC, found by halving the file: each frame says which sample it begins with, and needs no other to be decoded.
//!
//! Symphonia's own search is not asked: it believes a table of places, and one that lies keeps it busy for ever. Its demuxer
//! is given the description of the sound and then the bytes from some place on; it finds the next frame there, and checks it.
//! Nothing is believed of a file in which samples do not follow each other, such as two that were joined.

use super::packed::{Demuxer, Packed};
use super::window::Window;
use crate::probe::Source;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use symphonia::core::formats::FormatOptions;
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::packet::Packet;
use symphonia::default::formats::FlacReader;

/// Four letters, and the block that describes the sound.
const HEAD: usize = 42;
/// No nearer place is searched for: one or two seconds of sound.
const NEAR: u64 = 256 << 10;
/// Places that are to stand in order before one is searched for.
const PARTS: u64 = 8;

/// A demuxer that stands at a place.
pub struct Place {
    /// What follows the first packet.
    pub reader: Demuxer,
    /// The first packet.
    pub packet: Packet,
    /// Its first sample.
    pub at: u64,
    /// Bytes passed of what comes after that.
    pub position: Arc<AtomicU64>,
}

/// A place at most a little before a sample. `None` where the file is short, or does not say its length, or does not begin and
/// end with the samples that it says, or where samples do not follow each other: what is heard of it depends on all of it.
pub fn find(source: &mut Source, packed: &Packed, sample: u64) -> Option<Place> {
    let search = Search::new(source, packed)?;
    let (begin, end) = (packed.front + HEAD as u64, packed.stated.min(search.source.size));
    let whole = packed.declared.filter(|whole| sample < *whole && end.saturating_sub(begin) > 2 * NEAR)?;
    let between = (1..PARTS).map(|part| Some(search.open(begin + (end - begin) / PARTS * part)?.at));
    let between = between.collect::<Option<Vec<u64>>>()?;
    if search.open(begin)?.at != 0 || !between.is_sorted() || search.last(end.saturating_sub(NEAR))? != whole {
        return None;
    }
    let (mut low, mut high, mut found) = (begin, end, None::<Place>);
    while high - low > NEAR {
        let middle = low + (high - low) / 2;
        match search.open(middle).filter(|place| place.at <= sample) {
            Some(place) if found.as_ref().is_some_and(|before| before.at > place.at) => return None,
            Some(place) => (low, found) = (middle, Some(place)),
            None => high = middle,
        }
    }
    found
}

struct Search<'a> {
    source: &'a Source,
    packed: &'a Packed,
    head: Vec<u8>,
}

impl<'a> Search<'a> {
    fn new(source: &'a mut Source, packed: &'a Packed) -> Option<Self> {
        let mut head = source.range(packed.front, HEAD as u64).ok()?;
        // A block of kind 0 with 34 bytes; no other is to follow.
        if head.len() != HEAD || !head.starts_with(b"fLaC") || head[4] & 0x7f != 0 || head[5..8] != [0, 0, 34] {
            return None;
        }
        head[4] = 0x80;
        Some(Self { source, packed, head })
    }

    /// The first frame behind a byte.
    fn open(&self, byte: u64) -> Option<Place> {
        let file = self.source.file.try_clone().ok()?;
        let (rest, position) = Window::new(file, byte, self.packed.stated, self.source.size);
        let behind = Behind { head: Cursor::new(self.head.clone()), rest };
        let stream = MediaSourceStream::new(Box::new(behind), MediaSourceStreamOptions::default());
        let mut reader: Demuxer = Box::new(FlacReader::try_new(stream, FormatOptions::default()).ok()?);
        let packet = reader.next_packet().ok()??;
        let at = begin(&packet)?;
        Some(Place { reader, packet, at, position })
    }

    /// Where the last frame ends that is found from a byte on.
    fn last(&self, byte: u64) -> Option<u64> {
        let Place { mut reader, mut packet, .. } = self.open(byte)?;
        while let Ok(Some(next)) = reader.next_packet() {
            packet = next;
        }
        begin(&packet)?.checked_add(packet.dur.get())
    }
}

fn begin(packet: &Packet) -> Option<u64> {
    u64::try_from(packet.pts.get()).ok()
}

/// The description, and then what stands from some byte on.
struct Behind {
    head: Cursor<Vec<u8>>,
    rest: Window,
}

impl Read for Behind {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.head.read(buffer)? {
            0 => self.rest.read(buffer),
            read => Ok(read),
        }
    }
}

impl Seek for Behind {
    fn seek(&mut self, _to: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl MediaSource for Behind {
    fn is_seekable(&self) -> bool {
        false
    }

    fn byte_len(&self) -> Option<u64> {
        None
    }
}
