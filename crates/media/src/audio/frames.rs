//! Walks the frames of an MP3 and accounts for every byte: a frame, skipped damage, or a frame cut off by the end.
//!
//! Own framing instead of a demuxer, because a demuxer resynchronises without a word, estimates lengths, and cannot
//! say which bytes it left out. Memory: one buffer of fixed size.

use super::header::{FrameHeader, LONGEST_FRAME};
use std::io::{self, Read};

/// Bytes of junk allowed before the first frame, and again wherever the frames are lost.
pub const MOST_JUNK: u64 = 1 << 20;
/// How far the walker must see to confirm three frames in a row.
const SIGHT: usize = 3 * LONGEST_FRAME + 4;
const BUFFER: usize = 128 * 1024;

/// One step of the walk.
#[derive(Debug)]
pub enum Step<'a> {
    /// A whole frame.
    Frame(FrameHeader, &'a [u8]),
    /// Bytes that belong to no frame.
    Skipped(Skipped),
    /// The last frame lacks its end: so many bytes are there.
    Cut(u64),
    /// Every byte is accounted for.
    End,
}

/// Bytes that belong to no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skipped {
    /// How many.
    pub bytes: u64,
    /// Whether they begin like a tag: two files were glued together.
    pub is_tag: bool,
    /// Whether no frame follows.
    pub at_end: bool,
}

/// Walks from the current position of `input` over `length` bytes.
pub struct Frames<R> {
    input: R,
    buffer: Vec<u8>,
    start: usize,
    filled: usize,
    /// Bytes of the region not yet in the buffer.
    unread: u64,
    stream: Option<FrameHeader>,
}

impl<R: Read> Frames<R> {
    /// A walk over the next `length` bytes of `input`.
    pub fn new(input: R, length: u64) -> Self {
        Self { input, buffer: vec![0; BUFFER], start: 0, filled: 0, unread: length, stream: None }
    }

    /// Goes to the first frame. `None`: there is no MP3 within reach; else the bytes before it.
    pub fn find_first(&mut self) -> io::Result<Option<u64>> {
        let mut junk = 0;
        while junk <= MOST_JUNK && self.see(SIGHT)?.len() >= 4 {
            // Two frames in a row at the very start, three after junk: random bytes look like a header now and then.
            let (found, searched) =
                self.search(0, |seen, at, _| confirmed(seen, at, if junk + at as u64 > 0 { 3 } else { 2 }));
            junk += searched as u64;
            self.start += searched;
            if found && junk <= MOST_JUNK {
                self.stream = FrameHeader::parse_mp3(self.see(4)?);
                return Ok(Some(junk));
            }
        }
        Ok(None)
    }

    /// The next step. `find_first` must have found a frame.
    pub fn next_step(&mut self) -> io::Result<Step<'_>> {
        let stream = self.stream;
        let seen = self.see(SIGHT)?;
        if seen.is_empty() {
            return Ok(Step::End);
        }
        let fits = |header: &FrameHeader| stream.is_some_and(|stream| stream.same_stream(header));
        match FrameHeader::parse_mp3(seen) {
            Some(header) if fits(&header) || confirmed(seen, 0, 3) => self.take_frame(header),
            _ => self.resynchronise(),
        }
    }

    /// The input, for what comes after the region.
    pub fn into_input(self) -> R {
        self.input
    }

    fn take_frame(&mut self, header: FrameHeader) -> io::Result<Step<'_>> {
        let here = self.filled - self.start;
        self.stream = Some(header);
        if here < header.frame_bytes {
            self.start = self.filled;
            return Ok(Step::Cut(here as u64));
        }
        let at = self.start;
        self.start += header.frame_bytes;
        Ok(Step::Frame(header, &self.buffer[at..at + header.frame_bytes]))
    }

    fn resynchronise(&mut self) -> io::Result<Step<'_>> {
        let seen = self.see(SIGHT)?;
        let is_tag = seen.starts_with(b"ID3") || seen.starts_with(b"TAG") || seen.starts_with(b"APETAGEX");
        let stream = self.stream;
        let mut bytes = 0;
        loop {
            if self.see(SIGHT)?.is_empty() {
                return Ok(Step::Skipped(Skipped { bytes, is_tag, at_end: true }));
            }
            let (found, searched) = self.search(usize::from(bytes == 0), |seen, at, header| {
                let wanted = if stream.is_some_and(|stream| stream.same_stream(header)) { 2 } else { 3 };
                confirmed(seen, at, wanted)
            });
            bytes += searched as u64;
            self.start += searched;
            if found {
                return Ok(Step::Skipped(Skipped { bytes, is_tag, at_end: false }));
            }
        }
    }

    /// Searches the buffered bytes; (found, bytes to skip). Leaves a full sight unsearched unless the region ends.
    fn search(&self, from: usize, accept: impl Fn(&[u8], usize, &FrameHeader) -> bool) -> (bool, usize) {
        let seen = &self.buffer[self.start..self.filled];
        let reach = if self.unread == 0 { seen.len() } else { seen.len().saturating_sub(SIGHT - 1).max(1) };
        for at in from..reach {
            if seen[at] == 0xff && FrameHeader::parse_mp3(&seen[at..]).is_some_and(|header| accept(seen, at, &header)) {
                return (true, at);
            }
        }
        (false, reach)
    }

    /// At least `wanted` bytes from here on, or all that the region still has.
    fn see(&mut self, wanted: usize) -> io::Result<&[u8]> {
        if self.filled - self.start < wanted && self.unread > 0 {
            self.buffer.copy_within(self.start..self.filled, 0);
            self.filled -= self.start;
            self.start = 0;
            while self.filled < self.buffer.len() && self.unread > 0 {
                let room = (self.buffer.len() - self.filled).min(usize::try_from(self.unread).unwrap_or(usize::MAX));
                let read = match self.input.read(&mut self.buffer[self.filled..self.filled + room]) {
                    Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    other => other?,
                };
                self.filled += read;
                self.unread -= read as u64;
            }
        }
        Ok(&self.buffer[self.start..self.filled])
    }
}

/// Whether `count` frames of one stream stand in a row at `at` (the region's end may cut the chain after two).
fn confirmed(seen: &[u8], at: usize, count: usize) -> bool {
    let Some(first) = FrameHeader::parse_mp3(&seen[at..]) else { return false };
    let mut next = at;
    let mut header = first;
    for found in 1..count {
        next += header.frame_bytes;
        let Some(rest) = seen.get(next..).filter(|rest| rest.len() >= 4) else { return found >= 2 };
        match FrameHeader::parse_mp3(rest) {
            Some(following) if following.same_stream(&first) => header = following,
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames of 417 bytes (128 kbit/s, 44.1 kHz, no padding), filled with `fill`.
    fn frames(count: usize, fill: u8) -> Vec<u8> {
        let mut frame = vec![fill; 417];
        frame[..4].copy_from_slice(&[0xff, 0xfb, 0x90, 0x64]);
        frame.repeat(count)
    }

    /// (frames, skipped bytes, cut bytes), after the junk of `find_first`.
    fn walk(bytes: &[u8]) -> Option<(u64, usize, Vec<Skipped>, u64)> {
        let mut walk = Frames::new(bytes, bytes.len() as u64);
        let junk = walk.find_first().unwrap()?;
        let (mut count, mut skipped, mut cut) = (0, vec![], 0);
        loop {
            match walk.next_step().unwrap() {
                Step::Frame(..) => count += 1,
                Step::Skipped(part) => skipped.push(part),
                Step::Cut(bytes) => cut = bytes,
                Step::End => return Some((junk, count, skipped, cut)),
            }
        }
    }

    #[test]
    fn every_byte_is_accounted_for() {
        let damage = [vec![0x11; 700], vec![0xff; 40]].concat();
        let file = [vec![0x22; 3000], frames(400, 0), damage, frames(300, 0xaa), frames(1, 0)[..100].to_vec()].concat();
        let skipped = vec![Skipped { bytes: 740, is_tag: false, at_end: false }];
        assert_eq!(walk(&file), Some((3000, 700, skipped, 100)));
    }

    #[test]
    fn a_tag_between_two_files_is_named() {
        let file = [frames(5, 0), b"TAG".to_vec(), vec![0; 125], frames(5, 0)].concat();
        assert_eq!(walk(&file), Some((0, 10, vec![Skipped { bytes: 128, is_tag: true, at_end: false }], 0)));
    }

    #[test]
    fn bytes_after_the_last_frame_are_skipped_not_lost() {
        let file = [frames(5, 0), vec![0; 200_000]].concat();
        assert_eq!(walk(&file), Some((0, 5, vec![Skipped { bytes: 200_000, is_tag: false, at_end: true }], 0)));
    }

    #[test]
    fn one_frame_alone_or_too_much_junk_is_no_mp3() {
        assert_eq!(walk(&frames(1, 0)), None);
        assert_eq!(walk(&[vec![0; MOST_JUNK as usize + 1], frames(9, 0)].concat()), None);
        assert_eq!(walk(&[vec![0; MOST_JUNK as usize], frames(9, 0)].concat()).map(|found| found.0), Some(MOST_JUNK));
        assert_eq!(walk(b""), None);
        assert_eq!(walk(&[0xff]), None);
    }
}
