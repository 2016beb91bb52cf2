//! Where a sound is cut so that several encoders can work on it at once. Pure: the same sound is always cut at the same
//! places, however many processors there are, so that the same file comes out.
//!
//! Each encoder begins early, where nothing of it is used, and goes on a little longer than it is used: LAME decides by
//! what it has heard. Once it has heard the same as the encoder before it for a while, it decides the same, and the
//! streams are joined there (`logical`). Tried with 281 starts at 44.1 kHz: half agreed after 76 frames, the last after 255.

use std::ops::Range;

/// Cuts are at multiples of so many frames: at 44.1 kHz and its half, frames are longer by one byte in a pattern that
/// repeats after so many (44,100 divided by what it has in common with the bits of a second).
const GRAIN: u64 = 49;
/// Frames encoded before what is used, and after it.
pub const BEFORE: u64 = 6 * GRAIN;
pub const AFTER: u64 = 12;
/// A segment has about so many frames: five minutes at 44.1 kHz. Shorter ones cost more in doing things twice, longer
/// ones more memory.
const LONG: u64 = 234 * GRAIN;
/// Two halves shorter than this are not worth it.
const SHORT: u64 = 62 * GRAIN;

/// Samples in a frame.
pub fn frame_samples(sample_rate: u32) -> u64 {
    if sample_rate < 32_000 { 576 } else { 1152 }
}

/// Frames of each segment in order; the last goes on to the end, wherever that is.
pub fn segments(samples: u64, sample_rate: u32) -> Vec<Range<u64>> {
    let frames = samples / frame_samples(sample_rate);
    let count = match frames {
        _ if frames < 2 * SHORT => 1,
        _ if frames < 2 * LONG => 2,
        _ => frames / LONG,
    };
    let cut = |at: u64| frames * at / count / GRAIN * GRAIN;
    (0..count).map(|at| cut(at)..if at + 1 == count { u64::MAX } else { cut(at + 1) }).collect()
}

/// What the finished stream must amount to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// Frames, without the one that describes them.
    pub frames: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Samples at the end that are none of the sound.
    pub padding: u64,
}

/// Samples LAME puts in front of the sound.
pub const DELAY: u64 = 576;

impl Amount {
    /// What LAME makes of so many samples.
    pub fn of(samples: u64, sample_rate: u32, kbit: u32) -> Self {
        let frame = frame_samples(sample_rate);
        let heard = DELAY + samples;
        let rest = frame - heard % frame;
        // The last samples need half a frame after them to be decoded.
        let padding = if rest < 576 { rest + frame } else { rest };
        let frames = (heard + padding) / frame;
        let (rate, bits) = (u64::from(sample_rate), frame * u64::from(kbit) * 1000);
        let (whole, part) = (bits / 8 / rate, bits / 8 % rate);
        // The fraction is made up for by a byte now and then; the first frame has none.
        Self { frames, bytes: frames * whole + ((frames - 1) * part).div_ceil(rate), padding }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_depend_on_the_length_alone_and_fit_the_padding() {
        let minutes = |minutes: u64| segments(minutes * 60 * 44_100, 44_100);
        assert_eq!(minutes(2).len(), 1);
        assert_eq!(minutes(5).len(), 2);
        assert_eq!((minutes(10).len(), minutes(60).len(), minutes(180).len()), (2, 12, 36));
        assert_eq!(segments(0, 44_100).len(), 1);
        for segments in [minutes(7), minutes(60), segments(123_456_789, 48_000)] {
            assert_eq!((segments[0].start, segments.last().unwrap().end), (0, u64::MAX));
            for pair in segments.windows(2) {
                assert_eq!(pair[0].end, pair[1].start);
                assert_eq!(pair[1].start % GRAIN, 0);
                assert!(pair[1].start - pair[0].start > 2 * BEFORE, "{pair:?}");
            }
        }
    }
}
