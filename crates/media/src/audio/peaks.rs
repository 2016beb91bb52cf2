//! The waveform: the lowest and highest sample of every slice of time; and the levels that players draw.
//!
//! Slices start at 20 ms and double whenever there would be more than 180,000 (one hour), so a long file keeps a
//! bounded, coarser picture. Five of them make one of the ordinary waveform.

use hearthcast_model::course::FINE_IN_COARSE;
use hearthcast_model::facts::{Peaks, levels_of};

/// No ordinary waveform has more slices.
pub const MOST_SLICES: usize = 36_000;
/// No waveform has more slices.
pub const MOST_FINE_SLICES: usize = MOST_SLICES * FINE_IN_COARSE;
/// The shortest slice.
const FINEST_MS: u32 = 20;

/// Collects peaks while samples pass.
#[derive(Debug)]
pub struct PeakCollector {
    slice_ms: u32,
    low: Vec<i8>,
    high: Vec<i8>,
    /// How far each slice goes from zero: eight bits tell quiet ones apart no more.
    heights: Vec<f32>,
    /// Lowest and highest sample of the slice being filled, and its samples so far and in all.
    current: (f32, f32),
    filled: u64,
    /// Samples before the slice being filled, counted at the present sample rate.
    passed: u64,
    /// Slices before the present sample rate began.
    base: usize,
    sample_rate: u32,
}

impl PeakCollector {
    /// An empty collector.
    pub fn new() -> Self {
        Self {
            slice_ms: FINEST_MS,
            low: vec![],
            high: vec![],
            heights: vec![],
            current: (0.0, 0.0),
            filled: 0,
            passed: 0,
            base: 0,
            sample_rate: 0,
        }
    }

    /// Takes the samples of all channels of one stretch of time.
    pub fn add(&mut self, sample_rate: u32, planes: &[&[f32]]) {
        if sample_rate != self.sample_rate {
            self.close_slice();
            (self.sample_rate, self.passed, self.base) = (sample_rate, 0, self.low.len());
        }
        let frames = planes.first().map_or(0, |plane| plane.len());
        let mut at = 0;
        while at < frames {
            let room = self.slice_end() - self.passed - self.filled;
            let until = frames.min(at + usize::try_from(room).unwrap_or(usize::MAX));
            for plane in planes {
                self.current = extremes(self.current, &plane[at..until]);
            }
            self.filled += (until - at) as u64;
            at = until;
            if self.passed + self.filled == self.slice_end() {
                self.close_slice();
            }
        }
    }

    /// The waveform, as fine as it was collected, and the levels of the whole.
    pub fn finish(mut self) -> (Peaks, String) {
        self.close_slice();
        let levels = levels_of(&self.heights);
        (Peaks { slice_ms: self.slice_ms, low: self.low, high: self.high }, levels)
    }

    /// First sample after the slice being filled; at 11,025 Hz slices differ by one sample.
    fn slice_end(&self) -> u64 {
        let slices = (self.low.len() - self.base + 1) as u64;
        (slices * u64::from(self.slice_ms) * u64::from(self.sample_rate)).div_ceil(1000)
    }

    fn close_slice(&mut self) {
        if self.filled == 0 {
            return;
        }
        let (low, high) = (self.current.0.max(-1.0), self.current.1.min(1.0));
        self.low.push((low * 127.0).round() as i8);
        self.high.push((high * 127.0).round() as i8);
        self.heights.push(high.max(-low));
        self.passed += self.filled;
        (self.current, self.filled) = ((0.0, 0.0), 0);
        if self.low.len() == MOST_FINE_SLICES {
            self.halve();
        }
    }

    fn halve(&mut self) {
        self.slice_ms *= 2;
        self.low = self.low.chunks(2).filter_map(|pair| pair.iter().min().copied()).collect();
        self.high = self.high.chunks(2).filter_map(|pair| pair.iter().max().copied()).collect();
        self.heights = self.heights.chunks(2).map(|pair| pair.iter().copied().fold(0.0, f32::max)).collect();
        self.base = self.base.div_ceil(2);
    }
}

/// Written so that it becomes vector instructions; NaN is passed over.
fn extremes(start: (f32, f32), samples: &[f32]) -> (f32, f32) {
    let (mut low, mut high) = ([start.0; 8], [start.1; 8]);
    let chunks = samples.chunks_exact(8);
    let rest = chunks.remainder();
    for chunk in chunks {
        for ((low, high), sample) in low.iter_mut().zip(&mut high).zip(chunk) {
            *low = if *sample < *low { *sample } else { *low };
            *high = if *sample > *high { *sample } else { *high };
        }
    }
    (
        low.into_iter().chain(rest.iter().copied()).fold(start.0, f32::min),
        high.into_iter().chain(rest.iter().copied()).fold(start.1, f32::max),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_hold_their_own_extremes_over_all_channels() {
        let mut peaks = PeakCollector::new();
        let left: Vec<f32> = (0..9600).map(|at| if at == 10 { -0.5 } else { 0.0 }).collect();
        let right: Vec<f32> = (0..9600).map(|at| if at == 4800 { 2.0 } else { 0.0 }).collect();
        peaks.add(48_000, &[&left, &right]);
        peaks.add(48_000, &[&[0.25], &[0.0]]);
        let peaks = peaks.finish().0.folded(FINE_IN_COARSE);
        assert_eq!((peaks.slice_ms, peaks.low, peaks.high), (100, vec![-64, 0, 0], vec![0, 127, 32]));
    }

    #[test]
    fn odd_rates_do_not_drift() {
        let mut peaks = PeakCollector::new();
        // 11,025 Hz: 220.5 samples a slice. Ten seconds are five hundred slices and nothing over.
        for _ in 0..110_250 / 50 {
            peaks.add(11_025, &[&[0.1; 50]]);
        }
        assert_eq!(peaks.finish().0.low.len(), 500);
    }

    #[test]
    fn long_files_get_coarser_slices() {
        let mut peaks = PeakCollector::new();
        let second = vec![0.5f32; 8_000];
        for _ in 0..3 * 3600 {
            peaks.add(8_000, &[&second]);
        }
        let (fine, levels) = peaks.finish();
        // Three hours: 540,000 slices of 20 ms become 135,000 of 80 ms, 108,000 of 100 ms become 27,000 of 400 ms.
        assert_eq!((fine.slice_ms, fine.high.len()), (80, 135_000));
        let peaks = fine.folded(FINE_IN_COARSE);
        assert_eq!((peaks.slice_ms, peaks.high.len()), (400, 27_000));
        assert!(peaks.high.iter().all(|high| *high == 64));
        assert_eq!(levels, "64".repeat(200));
    }
}
