//! Which decoded samples a listener hears: all of them, less the encoder's delay and padding where it stated both.

use super::info::StreamInfo;
use std::ops::Range;

/// Cuts a stream of decoded samples and counts what remains.
#[derive(Debug, Default)]
pub struct Playable {
    /// Decoded samples left out, by position: the start, and the padding where the encoder's frames end.
    left_out: [Range<u64>; 2],
    decoded: u64,
    /// Milliseconds are exact only at the end: (samples, samples per second) of each stretch of one sample rate.
    stretches: Vec<(u64, u32)>,
}

/// More changes of sample rate than this are counted in the last stretch's rate.
const MOST_STRETCHES: usize = 1000;

impl Playable {
    /// Takes over what the encoder said. `samples_per_frame` turns its frames into samples.
    pub fn set_info(&mut self, info: &StreamInfo, samples_per_frame: u64) {
        let Some(gapless) = info.gapless else { return };
        let end = info.frames.map_or(0, |frames| frames.saturating_mul(samples_per_frame));
        self.left_out = [0..gapless.start, end.saturating_sub(gapless.end)..end];
    }

    /// The part of the next `length` decoded samples that is heard.
    pub fn take(&mut self, length: usize, sample_rate: u32) -> Range<usize> {
        let (from, to) = (self.decoded, self.decoded + length as u64);
        self.decoded = to;
        let [start, end] = &self.left_out;
        let first = from.max(start.end.min(to));
        let last = if end.start < to && end.end >= to { to.min(end.start.max(first)) } else { to };
        let heard = (first - from) as usize..(last - from) as usize;
        self.count(heard.len() as u64, sample_rate);
        heard
    }

    fn count(&mut self, samples: u64, sample_rate: u32) {
        let full = self.stretches.len() >= MOST_STRETCHES;
        match self.stretches.last_mut() {
            Some(last) if last.1 == sample_rate || full => last.0 += samples,
            _ => self.stretches.push((samples, sample_rate)),
        }
    }

    /// Samples heard so far.
    pub fn samples(&self) -> u64 {
        self.stretches.iter().map(|(samples, _)| samples).sum()
    }

    /// Milliseconds heard so far, rounded to the nearest.
    pub fn heard_ms(&self) -> i64 {
        let microseconds: u128 = self
            .stretches
            .iter()
            .map(|(samples, rate)| u128::from(*samples) * 1_000_000 / u128::from((*rate).max(1)))
            .sum();
        i64::try_from((microseconds + 500) / 1000).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::super::info::Gapless;
    use super::*;

    fn heard(frames: u64, info: StreamInfo) -> u64 {
        let mut playable = Playable::default();
        playable.set_info(&info, 1152);
        (0..frames).map(|_| playable.take(1152, 44_100).len() as u64).sum()
    }

    #[test]
    fn delay_and_padding_are_cut_where_they_were_stated() {
        let info = StreamInfo { frames: Some(10), gapless: Some(Gapless { start: 1105, end: 1500 }) };
        assert_eq!(heard(10, info), 11_520 - 1105 - 1500);
        // A file cut after 5 frames never reaches its padding.
        assert_eq!(heard(5, info), 5 * 1152 - 1105);
        // A second file glued on plays after the padding of the first.
        assert_eq!(heard(12, info), 12 * 1152 - 1105 - 1500);
    }

    #[test]
    fn nothing_stated_nothing_cut() {
        assert_eq!(heard(10, StreamInfo { frames: Some(3), gapless: None }), 11_520);
        assert_eq!(heard(10, StreamInfo::default()), 11_520);
    }

    #[test]
    fn without_a_frame_count_the_end_is_kept() {
        let info = StreamInfo { frames: None, gapless: Some(Gapless { start: 1105, end: 100 }) };
        assert_eq!(heard(10, info), 11_520 - 1105);
    }
}
