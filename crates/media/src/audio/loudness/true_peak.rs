//! True peak (BS.1770-4 annex 2): the highest value between the samples, by four-fold oversampling.
//!
//! Exact, but cheap: a short block is oversampled only when its highest sample times the filter's greatest possible
//! gain could pass the highest value found so far. About one block in a hundred is.

/// Values made per sample, and samples each is made of.
pub const FACTOR: usize = 4;
pub const TAPS: usize = 12;
/// Samples looked at together.
const BLOCK: usize = 128;
/// Samples before a block that its first values are made of.
const BEFORE: usize = TAPS - 1;

/// Finds the true peak over all channels.
#[derive(Debug)]
pub struct TruePeak {
    /// Filter by phase; phase 0 is the sample itself.
    phases: [[f32; TAPS]; FACTOR],
    /// Greatest sum of absolute coefficients.
    gain: f32,
    before: [[f32; BEFORE]; 2],
    highest: f32,
}

impl TruePeak {
    /// A meter that has heard nothing.
    pub fn new() -> Self {
        let phases = windowed_sinc();
        let sums = phases.iter().map(|phase| phase.iter().map(|tap| tap.abs()).sum::<f32>());
        // A little more, so that rounding in the sums cannot make the bound too low.
        let gain = sums.fold(0.0, f32::max) * 1.000_1;
        Self { phases, gain, before: [[0.0; BEFORE]; 2], highest: 0.0 }
    }

    /// Forgets the last samples: what follows does not continue them.
    pub fn restart(&mut self) {
        self.before = [[0.0; BEFORE]; 2];
    }

    /// Takes the samples of one or two channels.
    pub fn add(&mut self, planes: &[&[f32]]) {
        for (channel, plane) in planes.iter().enumerate().take(self.before.len()) {
            for block in plane.chunks(BLOCK) {
                self.add_block(channel, block);
            }
        }
    }

    /// The highest value, as a share of full scale.
    pub fn highest(&self) -> f32 {
        self.highest
    }

    fn add_block(&mut self, channel: usize, block: &[f32]) {
        let before = self.before[channel];
        let highest_sample = highest(&before).max(highest(block));
        if highest_sample * self.gain > self.highest {
            // What is missing at the end of a short block is silence, which is not higher than anything.
            let mut samples = [0.0; BEFORE + BLOCK];
            samples[..BEFORE].copy_from_slice(&before);
            samples[BEFORE..BEFORE + block.len()].copy_from_slice(block);
            let mut peaks = [0.0; BLOCK];
            heights(&self.phases, &samples, &mut peaks);
            self.highest = self.highest.max(highest(&peaks[..block.len()]));
        }
        let last = &mut self.before[channel];
        match block.last_chunk() {
            Some(end) => *last = *end,
            None => {
                last.copy_within(block.len().., 0);
                last[BEFORE - block.len()..].copy_from_slice(block);
            }
        }
    }
}

/// Raises each of `peaks` to the wave's height around the sample with [`BEFORE`] samples before it; `samples` are so many
/// more. Written so that it becomes vector instructions: eight samples side by side, tap by tap.
pub fn heights(phases: &[[f32; TAPS]; FACTOR], samples: &[f32], peaks: &mut [f32]) {
    const SIDE: usize = 8;
    for (at, peaks) in peaks.chunks_exact_mut(SIDE).enumerate() {
        let around = &samples[at * SIDE..at * SIDE + SIDE + BEFORE];
        // Phase 0 is the sample itself.
        raise(peaks, around[BEFORE - TAPS / 2..].iter().copied());
        for phase in &phases[1..] {
            let mut values = [0.0f32; SIDE];
            for (tap, weight) in phase.iter().enumerate() {
                let beside = &around[BEFORE - tap..BEFORE - tap + SIDE];
                for (value, sample) in values.iter_mut().zip(beside) {
                    *value += sample * weight;
                }
            }
            raise(peaks, values.into_iter());
        }
    }
}

#[inline(always)]
fn raise(peaks: &mut [f32], values: impl Iterator<Item = f32>) {
    for (peak, value) in peaks.iter_mut().zip(values) {
        let height = value.abs();
        *peak = if height > *peak { height } else { *peak };
    }
}

/// Written so that it becomes vector instructions; NaN is passed over.
pub fn highest(samples: &[f32]) -> f32 {
    let mut lanes = [0.0f32; 8];
    let chunks = samples.chunks_exact(8);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, sample) in lanes.iter_mut().zip(chunk) {
            let value = sample.abs();
            *lane = if value > *lane { value } else { *lane };
        }
    }
    rest.iter().map(|sample| sample.abs()).chain(lanes).fold(0.0, f32::max)
}

/// A sinc under a Hann window, its taps dealt out to the phases.
pub fn windowed_sinc() -> [[f32; TAPS]; FACTOR] {
    use std::f64::consts::{PI, TAU};
    let mut phases = [[0.0; TAPS]; FACTOR];
    for index in 0..TAPS * FACTOR {
        let window = 0.5 * (1.0 - (TAU * index as f64 / (TAPS * FACTOR) as f64).cos());
        let angle = PI * (index as f64 - (TAPS * FACTOR / 2) as f64) / FACTOR as f64;
        let sinc = if angle.abs() < 1e-9 { 1.0 } else { angle.sin() / angle };
        phases[index % FACTOR][index / FACTOR] = (window * sinc) as f32;
    }
    phases
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sine_between_its_samples_is_found() {
        // A quarter of the sample rate, 45° off: samples reach 0.7071, the wave 1.0 (EBU Tech 3341, test 17: −6 dBTP
        // at half the level, +0.2/−0.4 dB).
        let wave: Vec<f32> = (0..48_000)
            .map(|at| 0.5 * (std::f32::consts::FRAC_PI_2 * at as f32 + std::f32::consts::FRAC_PI_4).sin())
            .collect();
        let mut peak = TruePeak::new();
        // Past the edge, which rings.
        peak.add(&[&wave[..1000]]);
        let found = 20.0 * peak.highest().log10();
        assert!((-6.4..=-5.8).contains(&found), "{found}");
    }

    #[test]
    fn leaving_blocks_out_changes_nothing() {
        let mut state = 5u32;
        let noise: Vec<f32> = (0..100_000)
            .map(|at| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state as f32 / u32::MAX as f32 - 0.5) * (at as f32 / 20_000.0).sin()
            })
            .collect();
        let (mut with, mut without) = (TruePeak::new(), TruePeak::new());
        without.gain = f32::INFINITY;
        with.add(&[&noise]);
        without.add(&[&noise]);
        assert_eq!(with.highest(), without.highest());
    }

    #[test]
    fn pieces_change_nothing() {
        let value = |at: u32| (at.wrapping_mul(2_654_435_761) >> 16) as f32 / 65_536.0 - 0.5;
        let noise: Vec<f32> = (0..5_000).map(value).collect();
        let highest = |piece: usize| {
            let mut peak = TruePeak::new();
            noise.chunks(piece).for_each(|piece| peak.add(&[piece]));
            peak.highest()
        };
        for piece in [1, 7, 10, 11, 12, 127, 129] {
            assert_eq!(highest(piece), highest(5_000), "{piece}");
        }
    }
}
