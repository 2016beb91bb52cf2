//! Energies of 100 ms each, and what the two standards make of them: integrated loudness (BS.1770-4: windows of
//! 400 ms, gates at −70 LUFS and −10 LU) and range (Tech 3342: windows of 3 s, gates at −70 LUFS and −20 LU).

use hearthcast_model::course::{LoudnessCurve, QUIETEST};

/// 100-ms pieces in a second.
const SECOND: usize = 10;
/// A loudness curve has no more steps.
pub const MOST_STEPS: usize = 36_000;
/// 100-ms pieces in a window of integrated loudness, and of the range.
const MOMENTARY: usize = 4;
const SHORT_TERM: usize = 30;
/// Mean square of −70 LUFS: 10^((−70 + 0.691) / 10).
const ABSOLUTE_GATE: f64 = 1.172_195e-7;

/// Energies so far.
#[derive(Debug, Default)]
pub struct Hops {
    /// Mean square of each finished piece, channels summed.
    energies: Vec<f32>,
    sample_rate: u32,
    /// Of the piece being filled: the sum so far and its samples; and all samples at this sample rate.
    sum: f64,
    filled: u64,
    passed: u64,
    base: usize,
}

impl Hops {
    /// Begins a piece at another sample rate; what was begun is dropped.
    pub fn restart(&mut self, sample_rate: u32) {
        (self.sample_rate, self.sum, self.filled, self.passed) = (sample_rate, 0.0, 0, 0);
        self.base = self.energies.len();
    }

    /// So many seconds without any sound.
    pub fn pass_over(&mut self, seconds: u64) {
        let pieces = usize::try_from(seconds).unwrap_or(usize::MAX).saturating_mul(SECOND);
        self.energies.extend(std::iter::repeat_n(0.0, pieces));
    }

    /// Takes over the finished pieces of another measurement.
    pub fn append(&mut self, other: Self) {
        self.energies.extend(other.energies);
    }

    /// Samples until the piece is full; at 11,025 Hz pieces differ by one sample, so that they do not drift.
    pub fn room(&self) -> usize {
        let pieces = (self.energies.len() - self.base + 1) as u64;
        let end = (pieces * u64::from(self.sample_rate)).div_ceil(10);
        (end - self.passed - self.filled) as usize
    }

    /// Adds the energy of `samples`, at most as many as there is room for.
    pub fn add(&mut self, energy: f64, samples: usize) {
        self.sum += energy;
        self.filled += samples as u64;
        if self.room() == 0 {
            self.energies.push((self.sum / self.filled as f64) as f32);
            self.passed += self.filled;
            (self.sum, self.filled) = (0.0, 0);
        }
    }

    /// Integrated loudness in LUFS; `None` when nothing passes the gates.
    pub fn integrated(&self) -> Option<f64> {
        let ungated = mean(self.windows(MOMENTARY).filter(|energy| *energy > ABSOLUTE_GATE))?;
        let gate = (ungated * 0.1).max(ABSOLUTE_GATE);
        Some(loudness(mean(self.windows(MOMENTARY).filter(|energy| *energy > gate))?))
    }

    /// Loudness range in LU: from the 10th to the 95th percentile.
    pub fn range(&self) -> Option<f64> {
        let mut passed: Vec<f32> =
            self.windows(SHORT_TERM).filter(|energy| *energy > ABSOLUTE_GATE).map(|energy| energy as f32).collect();
        let gate = (mean(passed.iter().copied().map(f64::from))? * 0.01) as f32;
        passed.retain(|energy| *energy >= gate);
        passed.sort_unstable_by(f32::total_cmp);
        let at = |share: f64| passed.get(((passed.len() - 1) as f64 * share).round() as usize);
        Some(loudness(f64::from(*at(0.95)?)) - loudness(f64::from(*at(0.10)?)))
    }

    /// Loudness from second to second (Tech 3341).
    pub fn curve(&self) -> LoudnessCurve {
        let mut step = SECOND;
        while self.energies.len().div_ceil(step) > MOST_STEPS {
            step *= 2;
        }
        let steps =
            || (0..self.energies.len()).step_by(step).map(|from| (from, (from + step).min(self.energies.len())));
        let before = |end: usize, length: usize| {
            let window = &self.energies[end.saturating_sub(length)..end];
            tenths(mean(window.iter().copied().map(f64::from)).unwrap_or_default())
        };
        let highest = |(from, end): (usize, usize)| {
            let whole = (from + 1..=end).filter(|at| *at >= MOMENTARY.min(end));
            whole.map(|at| before(at, MOMENTARY)).max().unwrap_or(QUIETEST)
        };
        LoudnessCurve {
            step_ms: u32::try_from(step * 100).unwrap_or(u32::MAX),
            short_term: steps().map(|(_, end)| before(end, SHORT_TERM)).collect(),
            momentary: steps().map(highest).collect(),
        }
    }

    /// Loudness of the windows of 400 ms that each piece is the second of; shorter ones at the ends.
    pub fn momentary(&self) -> Vec<f64> {
        let around = |at: usize| &self.energies[at.saturating_sub(1)..(at + MOMENTARY - 1).min(self.energies.len())];
        let loud = |at| mean(around(at).iter().copied().map(f64::from)).map_or(f64::NEG_INFINITY, loudness);
        (0..self.energies.len()).map(loud).collect()
    }

    /// Loudness of each piece.
    pub fn pieces(&self) -> Vec<f64> {
        self.energies.iter().map(|energy| loudness(f64::from(*energy))).collect()
    }

    fn windows(&self, length: usize) -> impl Iterator<Item = f64> {
        self.energies
            .windows(length)
            .map(move |window| window.iter().copied().map(f64::from).sum::<f64>() / length as f64)
    }
}

/// In tenths of LUFS, nothing below [`QUIETEST`].
fn tenths(energy: f64) -> i16 {
    (10.0 * loudness(energy)).round().clamp(f64::from(QUIETEST), f64::from(i16::MAX)) as i16
}

/// BS.1770: the constant undoes the filter's gain at 1 kHz.
fn loudness(energy: f64) -> f64 {
    10.0 * energy.log10() - 0.691
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0u64), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / count as f64)
}
