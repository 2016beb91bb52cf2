//! Loudness by EBU R 128 (ITU-R BS.1770-4 gating, EBU Tech 3342 range) and true peak, while samples pass.
//!
//! Mono rule: a file is measured as it is. A mono file's one channel counts once, so the same sine is 3 LU quieter as
//! a mono file than as a stereo file with the sound on both channels; a target of −16 LUFS for stereo is −19 for mono.
//!
//! Own code instead of the `ebur128` crate, which needs three times the processor time (docs/BENCHMARKS.md) and takes
//! the range from windows a whole second apart; that crate is the judge in the tests.

mod gate;
mod kweight;
pub mod true_peak;

pub use gate::MOST_STEPS;

use gate::Hops;
use hearthcast_model::course::LoudnessCurve;
use hearthcast_model::facts::Loudness;
use kweight::KWeight;
use true_peak::TruePeak;

/// Measures loudness. Keeps four bytes for every 100 ms.
#[derive(Debug)]
pub struct LoudnessMeter {
    sample_rate: u32,
    filters: [KWeight; 2],
    channels: usize,
    hops: Hops,
    peak: TruePeak,
    measures_peak: bool,
}

impl LoudnessMeter {
    /// A meter that has heard nothing.
    pub fn new() -> Self {
        let filters = [KWeight::new(48_000), KWeight::new(48_000)];
        Self { sample_rate: 0, filters, channels: 0, hops: Hops::default(), peak: TruePeak::new(), measures_peak: true }
    }

    /// A meter that leaves the true peak out.
    pub fn without_peak() -> Self {
        Self { measures_peak: false, ..Self::new() }
    }

    /// Takes the samples of one or two channels.
    pub fn add(&mut self, sample_rate: u32, planes: &[&[f32]]) {
        if (self.sample_rate, self.channels) != (sample_rate, planes.len()) {
            self.restart(sample_rate, planes.len());
        }
        if self.measures_peak {
            self.peak.add(planes);
        }
        let frames = planes.first().map_or(0, |plane| plane.len());
        let mut at = 0;
        while at < frames {
            let until = frames.min(at + self.hops.room());
            let energy = match planes {
                [left, right] => {
                    let [first, second] = &mut self.filters;
                    kweight::energy_of_two(first, second, &left[at..until], &right[at..until])
                }
                _ => self.filters[0].energy(&planes[0][at..until]),
            };
            // A damaged frame can decode to anything; the filters must not remember it for ever.
            if !energy.is_finite() {
                self.filters = [KWeight::new(sample_rate), KWeight::new(sample_rate)];
            }
            self.hops.add(if energy.is_finite() { energy } else { 0.0 }, until - at);
            at = until;
        }
    }

    /// What follows does not continue what was heard.
    pub fn pause(&mut self) {
        self.restart(self.sample_rate, self.channels);
    }

    /// Passes over so many whole seconds that nobody heard, after whole seconds that were heard: they count as silence.
    pub fn pass_over(&mut self, seconds: u64) {
        self.hops.pass_over(seconds);
        self.pause();
    }

    /// This and what another meter heard somewhere else in the same sound; of loudness only.
    pub fn and(mut self, other: Self) -> Self {
        self.hops.append(other.hops);
        self
    }

    /// How loud the 400 ms around each 100 ms are, LUFS (momentary loudness).
    pub fn momentary(&self) -> Vec<f64> {
        self.hops.momentary()
    }

    /// How loud each 100 ms are, LUFS.
    pub fn pieces(&self) -> Vec<f64> {
        self.hops.pieces()
    }

    /// How loud it was from second to second.
    pub fn curve(&self) -> LoudnessCurve {
        self.hops.curve()
    }

    /// What was measured; silence has no loudness, and a sound of less than three seconds no range.
    pub fn finish(self) -> Loudness {
        let peak = 20.0 * f64::from(self.peak.highest()).log10();
        Loudness {
            integrated_lufs: self.hops.integrated(),
            range_lu: self.hops.range(),
            true_peak_dbtp: Some(peak).filter(|peak| peak.is_finite()),
        }
    }

    /// Only files glued from several recordings do this twice: filters start afresh, the 100 ms begun is dropped.
    fn restart(&mut self, sample_rate: u32, channels: usize) {
        (self.sample_rate, self.channels) = (sample_rate, channels);
        self.filters = [KWeight::new(sample_rate), KWeight::new(sample_rate)];
        self.hops.restart(sample_rate);
        self.peak.restart();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ebur128::{EbuR128, Mode};

    /// Noise (a multiplicative generator) that swells and falls silent, a sine inside: gates and range have work.
    fn sound(sample_rate: u32, seconds: u32, seed: u32) -> Vec<f32> {
        let mut state = seed;
        (0..sample_rate * seconds)
            .map(|at| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let time = at as f32 / sample_rate as f32;
                let level = if time % 20.0 > 16.0 { 0.0 } else { 0.25 + 0.24 * (time * 0.4).sin() };
                level * (state as f32 / u32::MAX as f32 - 0.5) + 0.2 * level * (time * 2765.0).sin()
            })
            .collect()
    }

    fn ours(sample_rate: u32, planes: &[&[f32]]) -> Loudness {
        let mut meter = LoudnessMeter::new();
        for start in (0..planes[0].len()).step_by(1152) {
            let end = planes[0].len().min(start + 1152);
            let piece: Vec<&[f32]> = planes.iter().map(|plane| &plane[start..end]).collect();
            meter.add(sample_rate, &piece);
        }
        meter.finish()
    }

    #[test]
    fn it_agrees_with_the_ebur128_crate() {
        for sample_rate in [48_000, 44_100, 32_000, 22_050, 8_000] {
            let (left, right) = (sound(sample_rate, 60, 1), sound(sample_rate, 60, 77));
            for planes in [&[&left[..], &right][..], &[&left]] {
                let mode = Mode::I | Mode::LRA | Mode::TRUE_PEAK;
                let mut judge = EbuR128::new(planes.len() as u32, sample_rate, mode).unwrap();
                judge.add_frames_planar_f32(planes).unwrap();
                let found = ours(sample_rate, planes);
                let near = |found: Option<f64>, judged: f64, within: f64| (found.unwrap() - judged).abs() <= within;
                assert!(
                    near(found.integrated_lufs, judge.loudness_global().unwrap(), 0.005),
                    "{sample_rate}: {found:?}"
                );
                // The crate looks at one window a second, this at ten.
                assert!(near(found.range_lu, judge.loudness_range().unwrap(), 0.3), "{sample_rate}: {found:?}");
                let peak = (0..planes.len() as u32).map(|c| judge.true_peak(c).unwrap()).fold(0.0, f64::max);
                assert!(near(found.true_peak_dbtp, 20.0 * peak.log10(), 1e-4), "{sample_rate}: {found:?} {peak}");
            }
        }
    }

    #[test]
    fn reference_sines_of_ebu_tech_3341() {
        let sine = |level_db: f64, seconds: usize| -> Vec<f32> {
            let level = 10f64.powf(level_db / 20.0);
            let step = std::f64::consts::TAU * 1000.0 / 48_000.0;
            (0..48_000 * seconds).map(|at| (level * (at as f64 * step).sin()) as f32).collect()
        };
        let integrated = |parts: &[(f64, usize)]| {
            let plane: Vec<f32> = parts.iter().flat_map(|(level, seconds)| sine(*level, *seconds)).collect();
            ours(48_000, &[&plane, &plane]).integrated_lufs.unwrap()
        };
        // Tests 1 to 4 of Tech 3341, within its 0.1 LU.
        assert!((integrated(&[(-23.0, 20)]) + 23.0).abs() <= 0.1);
        assert!((integrated(&[(-33.0, 20)]) + 33.0).abs() <= 0.1);
        assert!((integrated(&[(-36.0, 10), (-23.0, 60), (-36.0, 10)]) + 23.0).abs() <= 0.1);
        let four = [(-72.0, 10), (-36.0, 10), (-23.0, 60), (-36.0, 10), (-72.0, 10)];
        assert!((integrated(&four) + 23.0).abs() <= 0.1);
        // Test 1 of Tech 3342: 20 s at −20 and 20 s at −30 dBFS are a range of 10 ± 1 LU.
        let plane = [sine(-20.0, 20), sine(-30.0, 20)].concat();
        assert!((ours(48_000, &[&plane, &plane]).range_lu.unwrap() - 10.0).abs() <= 1.0);
    }

    #[test]
    fn silence_and_nonsense_have_no_loudness() {
        let silence = vec![0.0; 200_000];
        let none = Loudness { integrated_lufs: None, range_lu: None, true_peak_dbtp: None };
        assert_eq!(ours(44_100, &[&silence]), none);
        assert_eq!(LoudnessMeter::new().finish(), none);
        let mut odd = sound(44_100, 10, 1);
        odd[44_100] = f32::NAN;
        odd[50_000] = f32::INFINITY;
        let found = ours(44_100, &[&odd]);
        assert!(found.integrated_lufs.unwrap() > -40.0, "{found:?}: the rest is still measured");
    }
}
