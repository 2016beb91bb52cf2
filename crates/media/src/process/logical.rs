//! Encoded frames by what they mean. Two encoders at the same place of the same sound write the same frames once they
//! agree, but not always the same bytes: a frame's sound may stand in earlier frames (the bit reservoir), and the bits
//! between two frames' sound mean nothing. ISO 11172-3 §2.4.1.7 and ISO 13818-3 §2.4.1.7.

use crate::audio::FrameHeader;
use std::ops::Range;

/// Frames from a cut on that must mean the same: what they take from earlier frames stands in the other stream then.
const IN_A_ROW: u64 = 8;

/// Whole frames in a row, as one encoder wrote them.
#[derive(Debug)]
pub struct Encoded {
    first: u64,
    bytes: Vec<u8>,
    /// Where each frame begins, and where the last ends.
    starts: Vec<usize>,
}

/// What a decoder is told by one frame.
#[derive(Debug, PartialEq, Eq)]
struct Logical<'a> {
    /// Header and side information.
    head: &'a [u8],
    /// Scale factors and samples, from wherever they stand.
    main: Vec<u8>,
}

impl Encoded {
    /// The frames in `bytes`; the first of them has number `first`. `None`: these are not whole frames of layer III.
    pub fn new(first: u64, bytes: Vec<u8>) -> Option<Self> {
        let mut starts = vec![0];
        let mut at = 0;
        while at < bytes.len() {
            at += FrameHeader::parse_mp3(&bytes[at..])?.frame_bytes;
            starts.push(at);
        }
        (at == bytes.len()).then_some(Self { first, bytes, starts })
    }

    /// Numbers of the frames.
    pub fn frames(&self) -> Range<u64> {
        self.first..self.first + self.starts.len() as u64 - 1
    }

    /// The bytes of some of the frames.
    pub fn bytes(&self, frames: Range<u64>) -> &[u8] {
        let at = |frame: u64| self.starts[(frame.clamp(self.first, self.frames().end) - self.first) as usize];
        &self.bytes[at(frames.start)..at(frames.end).max(at(frames.start))]
    }

    /// Where `other` can go on: eight frames before the end of `within`, if both streams mean the same in its last `agreeing`.
    /// Late, because what an encoder remembers may show long after two agree for the first time.
    pub fn meets(&self, other: &Self, within: Range<u64>, agreeing: u64) -> Option<u64> {
        let must = within.end.saturating_sub(agreeing).max(within.start)..within.end;
        let same = |frame: u64| {
            self.logical(frame).is_some_and(|ours| other.logical(frame).is_some_and(|theirs| ours == theirs))
        };
        (must.end - must.start >= IN_A_ROW && must.clone().all(same)).then(|| must.end - IN_A_ROW)
    }

    /// What a frame means; `None` where a part of it stands before the first frame.
    fn logical(&self, frame: u64) -> Option<Logical<'_>> {
        let (head, own) = self.parts(frame)?;
        let side = SideInfo::read(head)?;
        let mut before = Vec::new();
        let mut earlier = frame;
        while before.len() < side.main_data_begin {
            earlier = earlier.checked_sub(1)?;
            before.splice(0..0, self.parts(earlier)?.1.iter().copied());
        }
        let mut main = before.split_off(before.len() - side.main_data_begin);
        main.extend_from_slice(own);
        main.truncate(side.main_bits.div_ceil(8));
        if let (Some(last), rest @ 1..) = (main.last_mut(), side.main_bits % 8) {
            *last &= 0xffu8 << (8 - rest);
        }
        Some(Logical { head, main })
    }

    /// Header with side information, and the rest.
    fn parts(&self, frame: u64) -> Option<(&[u8], &[u8])> {
        let at = usize::try_from(frame.checked_sub(self.first)?).ok()?;
        let bytes = &self.bytes[*self.starts.get(at)?..*self.starts.get(at + 1)?];
        let header = FrameHeader::parse_mp3(bytes)?;
        bytes.split_at_checked(4 + 2 * usize::from(header.has_crc) + header.side_info_bytes())
    }
}

/// One encoder's bytes, as they come.
pub struct Incoming {
    next: u64,
    bytes: Vec<u8>,
}

impl Incoming {
    /// The first frame has number `first`.
    pub fn from(first: u64) -> Self {
        Self { next: first, bytes: vec![] }
    }

    /// The frames that are whole with `more`, perhaps none. `None`: these are not frames of layer III.
    pub fn whole(&mut self, more: &[u8]) -> Option<Encoded> {
        self.bytes.extend_from_slice(more);
        let mut end = 0;
        while let Some(frame @ [_, _, _, _, ..]) = self.bytes.get(end..) {
            let bytes = FrameHeader::parse_mp3(frame)?.frame_bytes;
            if bytes > frame.len() {
                break;
            }
            end += bytes;
        }
        let rest = self.bytes.split_off(end);
        let whole = Encoded::new(self.next, std::mem::replace(&mut self.bytes, rest))?;
        self.next = whole.frames().end;
        Some(whole)
    }
}

/// What the side information says about where the sound stands.
struct SideInfo {
    /// Bytes before the frame's own.
    main_data_begin: usize,
    /// Length of all granules and channels.
    main_bits: usize,
}

impl SideInfo {
    fn read(head: &[u8]) -> Option<Self> {
        let header = FrameHeader::parse_mp3(head)?;
        let side = head.get(4 + 2 * usize::from(header.has_crc)..)?;
        let channels = usize::from(header.channels);
        // Bits in front of the first granule, granules, and bits of each in each channel.
        let (pointer, front, granules, granule) = match (header.mpeg1, channels) {
            (true, 1) => (9, 9 + 5 + 4, 2, 59),
            (true, _) => (9, 9 + 3 + 8, 2, 59),
            (false, 1) => (8, 8 + 1, 1, 63),
            (false, _) => (8, 8 + 2, 1, 63),
        };
        let lengths = (0..granules * channels).map(|part| bits(side, front + part * granule, 12));
        Some(Self { main_data_begin: bits(side, 0, pointer), main_bits: lengths.sum() })
    }
}

fn bits(bytes: &[u8], from: usize, count: usize) -> usize {
    (from..from + count).fold(0, |value, at| {
        let byte = bytes.get(at / 8).copied().unwrap_or(0);
        value << 1 | usize::from(byte >> (7 - at % 8) & 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A mono frame of 96 kbit/s at 44.1 kHz (313 bytes, 17 of side information): its sound begins `begin` bytes
    /// earlier and has `length` bits; what follows it is `stuffing`.
    fn frame(begin: usize, length: usize, own: &[u8], stuffing: u8) -> Vec<u8> {
        let mut frame = vec![stuffing; 313];
        frame[..4].copy_from_slice(&[0xff, 0xfb, 0x70, 0xc4]);
        frame[4..21].fill(0);
        (frame[4], frame[5]) = ((begin >> 1) as u8, ((begin & 1) << 7) as u8);
        // The first granule's length stands at bit 18.
        (frame[6], frame[7]) = ((length >> 6) as u8, ((length & 0x3f) << 2) as u8);
        frame[21..21 + own.len()].copy_from_slice(own);
        frame
    }

    fn stream(frames: &[Vec<u8>]) -> Encoded {
        Encoded::new(100, frames.concat()).unwrap()
    }

    #[test]
    fn sound_is_found_in_the_reservoir_and_stuffing_means_nothing() {
        // Frame 101 has 20 bits: two bytes at the end of frame 100, four bits of its own.
        let with = |stuffing: u8| {
            let mut first = frame(0, 8, &[0xaa], stuffing);
            first[311..].copy_from_slice(&[0x12, 0x34]);
            stream(&[first, frame(2, 20, &[0x50 | stuffing >> 4], stuffing)])
        };
        let (zeros, ones) = (with(0), with(0xff));
        assert_eq!(zeros.frames(), 100..102);
        assert_eq!(zeros.logical(101).unwrap().main, [0x12, 0x34, 0x50]);
        assert_eq!(zeros.logical(101), ones.logical(101));
        assert_ne!(zeros.bytes(101..102), ones.bytes(101..102));
        assert!(zeros.logical(102).is_none() && zeros.logical(99).is_none());
        assert!(stream(&[frame(2, 20, &[], 0)]).logical(100).is_none(), "its beginning is not here");
    }

    #[test]
    fn streams_meet_where_the_last_frames_mean_the_same() {
        let sound = |differs: &[usize]| {
            let frames: Vec<_> =
                (0..30).map(|at| frame(0, 8, &[if differs.contains(&at) { 1 } else { 2 }], 0)).collect();
            stream(&frames)
        };
        let serial = sound(&[]);
        let meets = |differs: &[usize], within, agreeing| serial.meets(&sound(differs), within, agreeing);
        assert_eq!(meets(&[0, 1, 9], 100..130, 20), Some(122));
        assert_eq!(meets(&[0, 1, 9], 100..130, 21), None, "the tenth differs");
        assert_eq!(meets(&[0, 10], 100..110, 9), Some(102));
        assert_eq!(meets(&[0, 10], 102..110, 50), Some(102), "all there are");
        assert_eq!(meets(&[0, 10], 103..110, 50), None, "seven in a row are too few");
        assert_eq!(serial.bytes(102..104).len(), 2 * 313);
        assert_eq!(serial.bytes(129..500).len(), 313);
    }

    #[test]
    fn frames_are_taken_as_they_become_whole() {
        let bytes = [frame(0, 8, &[1], 0), frame(0, 8, &[2], 0), frame(0, 8, &[3], 0)].concat();
        for step in [1, 3, 312, 313, 314, 900] {
            let (mut incoming, mut frames, mut taken) = (Incoming::from(7), vec![], vec![]);
            for part in bytes.chunks(step) {
                let whole = incoming.whole(part).unwrap();
                frames.extend(whole.frames());
                taken.extend_from_slice(whole.bytes(whole.frames()));
            }
            assert_eq!((&frames[..], taken == bytes), (&[7, 8, 9][..], true), "{step}");
        }
        assert!(Incoming::from(0).whole(&[0; 4]).is_none());
    }

    #[test]
    fn what_are_no_whole_frames_is_refused() {
        assert!(Encoded::new(0, frame(0, 0, &[], 0)[..312].to_vec()).is_none());
        assert!(Encoded::new(0, vec![0; 400]).is_none());
        assert_eq!(Encoded::new(7, vec![]).unwrap().frames(), 7..7);
    }
}
