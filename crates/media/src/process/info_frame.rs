//! The first frame of the result, which describes the others: how many there are, which samples are none of the
//! recording, where to seek, a check sum (the "Info" frame of Xing and LAME). LAME fills it in; what only the whole
//! file shows is put in here.

use super::segments::{Amount, DELAY};
use crate::audio::FrameHeader;

/// LAME's description of a sound encoded with the same settings.
pub struct InfoFrame {
    frame: Vec<u8>,
    /// Where the letters `Info` stand.
    at: usize,
}

/// Offsets after those letters: frames, bytes, table; then of LAME's own part.
const FRAMES: usize = 8;
const BYTES: usize = 12;
const TABLE: usize = 16;
const LAME: usize = 120;
/// Offsets in LAME's part: delay with padding, length and check sum of the sound, check sum of this frame so far.
const DELAYS: usize = LAME + 21;
const LENGTH: usize = LAME + 28;
const SOUND_SUM: usize = LAME + 32;
const OWN_SUM: usize = LAME + 34;

impl InfoFrame {
    /// Takes LAME's frame over; `None` when it is none.
    pub fn new(frame: Vec<u8>) -> Option<Self> {
        let header = FrameHeader::parse_mp3(&frame)?;
        let at = 4 + header.side_info_bytes();
        let whole = frame.len() == header.frame_bytes && frame.len() >= at + OWN_SUM + 2;
        let marked = frame.get(at..at + 4) == Some(b"Info") && frame.get(at + LAME..at + LAME + 4) == Some(b"LAME");
        (whole && marked).then_some(Self { frame, at })
    }

    /// Its length.
    pub fn len(&self) -> u64 {
        self.frame.len() as u64
    }

    /// The frame in front of `amount`, whose bytes have the check sum `sound`.
    pub fn describing(&self, amount: &Amount, sound: CheckSum) -> Vec<u8> {
        let mut frame = self.frame.clone();
        let mut put = |offset: usize, bytes: &[u8]| {
            frame[self.at + offset..self.at + offset + bytes.len()].copy_from_slice(bytes);
        };
        let number = |value: u64| u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes();
        let length = number(amount.bytes + self.len());
        put(FRAMES, &number(amount.frames));
        put(BYTES, &length);
        // All frames are of one length, so that a share of the time is that share of the bytes.
        let table: Vec<u8> = (0..100u32).map(|percent| (percent * 256 / 100) as u8).collect();
        put(TABLE, &table);
        let delays = (DELAY << 12 | amount.padding) as u32;
        put(DELAYS, &delays.to_be_bytes()[1..]);
        put(LENGTH, &length);
        put(SOUND_SUM, &sound.0.to_be_bytes());
        let mut own = CheckSum::default();
        own.add(&frame[..self.at + OWN_SUM]);
        frame[self.at + OWN_SUM..self.at + OWN_SUM + 2].copy_from_slice(&own.0.to_be_bytes());
        frame
    }
}

/// CRC-16 with the polynomial 0x8005, reflected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CheckSum(u16);

impl CheckSum {
    /// Goes on over more bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0 >> 8 ^ TABLE_OF_SUMS[usize::from((self.0 as u8) ^ byte)];
        }
    }
}

const TABLE_OF_SUMS: [u16; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut sum, mut bit) = (byte as u16, 0);
        while bit < 8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xa001 } else { sum >> 1 };
            bit += 1;
        }
        table[byte] = sum;
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::super::lame::{self, Lame};
    use super::*;

    #[test]
    fn the_check_sum_is_crc_16_arc() {
        let mut sum = CheckSum::default();
        sum.add(b"1234");
        sum.add(b"56789");
        // The catalogue's check value of CRC-16/ARC.
        assert_eq!(sum, CheckSum(0xbb3d));
    }

    #[test]
    fn our_frame_is_the_one_lame_writes() {
        for (rate, channels, kbit, samples) in [
            (44_100, 2, 128, 500_001),
            (48_000, 1, 96, 300_000),
            (22_050, 1, 96, 100_000),
            (44_100, 2, 192, 1152 * 50),
            (32_000, 2, 128, 1),
        ] {
            let wave: Vec<f32> = (0..samples).map(|at| 0.3 * (at as f32 * 0.05).sin()).collect();
            let planes = [&wave[..], &wave[..]];
            let settings = lame::Settings { sample_rate: rate, channels, kbit, vbr: None };
            let mut whole = Lame::describing(settings).unwrap();
            let mut sound = whole.encode(&planes[..channels]).unwrap().to_vec();
            sound.extend_from_slice(whole.finish().unwrap());
            let theirs = whole.info_frame().unwrap();
            let amount = Amount::of(samples as u64, rate, kbit);
            let sound = &sound[theirs.len()..];
            assert_eq!(amount.bytes, sound.len() as u64, "{rate} {samples}");
            let mut sum = CheckSum::default();
            sum.add(sound);
            let ours = InfoFrame::new(lame::info_frame(settings).unwrap()).unwrap();
            let (mut ours, mut theirs, at) = (ours.describing(&amount, sum), theirs, ours.at);
            // Seek tables differ by rounding, and with them the frame's own check sum.
            for frame in [&mut ours, &mut theirs] {
                frame[at + TABLE..at + TABLE + 100].fill(0);
                frame[at + OWN_SUM..at + OWN_SUM + 2].fill(0);
            }
            assert_eq!(ours, theirs, "{rate} {channels} {kbit} {samples}");
        }
    }
}
