//! A look-ahead true-peak limiter: nothing between the samples passes the ceiling, both channels keep their balance.
//!
//! For every sample the highest value of the wave around it (four-fold oversampled, as BS.1770 measures it) says how
//! much it must be turned down. That curve is held over the look-ahead, released slowly, and smoothed by a mean as long
//! as the look-ahead, so that it has arrived at each peak in time. Where nothing is near the ceiling, samples are
//! copied: a short block whose highest sample times the filter's greatest gain stays below the ceiling needs no look.
//! The delay is taken out at both ends: as many samples come out as go in, at their places.

use super::loudness::true_peak::{FACTOR, TAPS, heights, highest, windowed_sinc};
use super::recording::Block;
use std::collections::VecDeque;

/// Samples looked at together.
const BLOCK: usize = 64;
/// Samples before and after one that the wave around it is made of.
const BEFORE: usize = TAPS / 2 - 1;
const AFTER: usize = TAPS / 2;
/// Seconds seen ahead, and seconds until a reduction has faded to a third.
const LOOK_AHEAD: f64 = 0.0015;
const RELEASE: f64 = 0.080;
/// A gain below this (0.1 dB) counts as work of the limiter.
const HEARD: f32 = 0.9886;
/// Parts of one that reductions are counted in (one of them is a hundred-thousandth of a dB), and how few of them are none.
const WHOLE: f32 = 1_048_576.0;
const FADED: u32 = 10;

/// Limits one or two channels as they pass.
pub struct Limiter {
    ceiling: f32,
    phases: [[f32; TAPS]; FACTOR],
    /// Greatest sum of absolute coefficients.
    bound: f32,
    /// Samples not yet given out and those the wave is made of; the first of them has number `base`.
    waiting: Vec<Vec<f32>>,
    base: i64,
    /// Number of the next sample to be looked at, to be given out, and how many there are.
    look: i64,
    next: i64,
    length: i64,
    /// Peak of the wave after the last sample looked at.
    last_peak: f32,
    curve: Curve,
    /// Least gain, and samples that were turned down.
    least: f32,
    turned_down: u64,
}

impl Limiter {
    /// A limiter at rest.
    pub fn new(sample_rate: u32, channels: usize, ceiling_dbtp: f64) -> Self {
        let phases = windowed_sinc();
        let sums = phases.iter().map(|phase| phase.iter().map(|tap| tap.abs()).sum::<f32>());
        Self {
            ceiling: 10f64.powf(ceiling_dbtp / 20.0) as f32,
            bound: sums.fold(0.0, f32::max) * 1.000_1,
            phases,
            waiting: vec![vec![0.0; BEFORE]; channels],
            base: -(BEFORE as i64),
            look: 0,
            next: 0,
            length: 0,
            last_peak: 0.0,
            curve: Curve::new(sample_rate),
            least: 1.0,
            turned_down: 0,
        }
    }

    /// Takes samples; appends those that are finished to `out`.
    pub fn push(&mut self, planes: &[&[f32]], out: &mut Block) {
        for (waiting, plane) in self.waiting.iter_mut().zip(planes) {
            waiting.extend_from_slice(plane);
        }
        self.length += planes.first().map_or(0, |plane| plane.len()) as i64;
        self.work(out);
    }

    /// Gives out what is left.
    pub fn finish(&mut self, out: &mut Block) {
        for waiting in &mut self.waiting {
            waiting.resize(waiting.len() + self.curve.window() + 2 * BLOCK + AFTER, 0.0);
        }
        self.work(out);
    }

    /// What was done so far is not reported: it was only a warm-up.
    pub fn forget(&mut self) {
        (self.least, self.turned_down) = (1.0, 0);
    }

    /// Largest reduction in dB, positive, and how many samples were turned down.
    pub fn report(&self) -> (f64, f64) {
        ((-20.0 * f64::from(self.least).log10()).max(0.0), self.turned_down as f64)
    }

    fn work(&mut self, out: &mut Block) {
        out.planes.resize_with(self.waiting.len(), Vec::new);
        let end = self.base + self.waiting.first().map_or(0, Vec::len) as i64;
        while self.look + (BLOCK + AFTER) as i64 <= end {
            let wanted = self.wanted();
            self.look += BLOCK as i64;
            match wanted {
                None if self.curve.rests() => self.copy(out),
                None => self.turn_down(&[1.0; BLOCK], out),
                Some(wanted) => self.turn_down(&wanted, out),
            }
        }
        // Keep what is to be given out, and what the next wave is made of.
        let needless = (self.next.min(self.look - BEFORE as i64) - self.base).max(0) as usize;
        for waiting in &mut self.waiting {
            waiting.drain(..needless);
        }
        self.base += needless as i64;
    }

    /// Gains wanted for the next block; `None` when nothing in it comes near the ceiling.
    fn wanted(&mut self) -> Option<[f32; BLOCK]> {
        let start = (self.look - self.base) as usize - BEFORE;
        let mut peaks = [0.0f32; BLOCK];
        let mut near = self.last_peak > self.ceiling;
        for plane in &self.waiting {
            let samples = &plane[start..start + BEFORE + BLOCK + AFTER];
            let highest = highest(samples);
            if highest * self.bound > self.ceiling {
                near = true;
                heights(&self.phases, samples, &mut peaks);
            }
        }
        let mut before = std::mem::replace(&mut self.last_peak, peaks[BLOCK - 1]);
        if !near {
            return None;
        }
        // The wave between two samples is the work of both.
        Some(peaks.map(|peak| {
            let around = peak.max(before);
            before = peak;
            if around > self.ceiling { self.ceiling / around } else { 1.0 }
        }))
    }

    /// Gives out a block as it is.
    fn copy(&mut self, out: &mut Block) {
        let until = self.look - self.curve.window() as i64 + 1;
        let (from, to) = (self.next.max(until - BLOCK as i64), until.min(self.length));
        if from < to {
            let (first, last) = ((from - self.base) as usize, (to - self.base) as usize);
            for (out, waiting) in out.planes.iter_mut().zip(&self.waiting) {
                out.extend_from_slice(&waiting[first..last]);
            }
            self.next = to;
        }
    }

    fn turn_down(&mut self, wanted: &[f32; BLOCK], out: &mut Block) {
        let gains = wanted.map(|wanted| self.curve.step(wanted));
        let first = self.look - (BLOCK + self.curve.window()) as i64 + 1;
        let (from, to) = (first.max(0), (first + BLOCK as i64).min(self.length));
        if from >= to {
            return;
        }
        let gains = &gains[(from - first) as usize..(to - first) as usize];
        let at = (from - self.base) as usize;
        for (out, waiting) in out.planes.iter_mut().zip(&self.waiting) {
            out.extend(waiting[at..at + gains.len()].iter().zip(gains).map(|(sample, gain)| sample * gain));
        }
        self.next = to;
        for gain in gains.iter().filter(|gain| **gain < HEARD) {
            self.turned_down += 1;
            self.least = self.least.min(*gain);
        }
    }
}

/// The gain over time: held, released, smoothed. Reductions are whole numbers of parts of one: fractions that are rounded at every
/// step would never be quite the same in a limiter that began in the middle, and their sum would depend on all that passed.
struct Curve {
    /// Reductions among the next `window`, largest first, with the step they came in.
    ahead: VecDeque<(u64, u32)>,
    step: u64,
    held: u32,
    /// What is left of a reduction after one step, in parts of 2^32.
    release: u64,
    /// The last `window` values of `held`, and their sum.
    recent: Vec<u32>,
    at: usize,
    sum: u64,
    /// One divided by their number and by a whole.
    share: f64,
}

impl Curve {
    fn new(sample_rate: u32) -> Self {
        let window = ((f64::from(sample_rate) * LOOK_AHEAD).round() as usize).max(8);
        let release = (-1.0 / (RELEASE * f64::from(sample_rate))).exp();
        Self {
            ahead: VecDeque::new(),
            step: 0,
            held: 0,
            release: (release * 2f64.powi(32)) as u64,
            recent: vec![0; window],
            at: 0,
            sum: 0,
            share: 1.0 / (window as f64 * f64::from(WHOLE)),
        }
    }

    fn window(&self) -> usize {
        self.recent.len()
    }

    /// Whether the gain is one and nothing ahead lowers it.
    fn rests(&self) -> bool {
        self.ahead.is_empty() && self.held == 0 && self.sum == 0
    }

    /// Takes the gain wanted `window − 1` samples ahead; the gain for now.
    fn step(&mut self, wanted: f32) -> f32 {
        // Rounded up: nothing passes the ceiling.
        let wanted = ((1.0 - wanted) * WHOLE).ceil() as u32;
        if wanted > 0 {
            while self.ahead.back().is_some_and(|(_, reduction)| *reduction <= wanted) {
                self.ahead.pop_back();
            }
            self.ahead.push_back((self.step, wanted));
        }
        while self.ahead.front().is_some_and(|(step, _)| step + self.recent.len() as u64 <= self.step) {
            self.ahead.pop_front();
        }
        self.step += 1;
        let most = self.ahead.front().map_or(0, |(_, reduction)| *reduction);
        // Rounded down, two reductions that fade beside each other become one.
        let released = ((u64::from(self.held) * self.release) >> 32) as u32;
        self.held = most.max(if released < FADED { 0 } else { released });
        self.smooth()
    }

    fn smooth(&mut self) -> f32 {
        let oldest = std::mem::replace(&mut self.recent[self.at], self.held);
        self.at = if self.at + 1 == self.recent.len() { 0 } else { self.at + 1 };
        self.sum = self.sum + u64::from(self.held) - u64::from(oldest);
        (1.0 - self.sum as f64 * self.share) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ebur128::{EbuR128, Mode};

    fn noise(samples: usize, level: impl Fn(usize) -> f32) -> Vec<f32> {
        let mut state = 9u32;
        (0..samples)
            .map(|at| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                level(at) * (state as f32 / u32::MAX as f32 * 2.0 - 1.0)
            })
            .collect()
    }

    fn limited(rate: u32, planes: &[&[f32]], ceiling: f64, piece: usize) -> (Block, Limiter) {
        let mut limiter = Limiter::new(rate, planes.len(), ceiling);
        let mut out = Block::default();
        for start in (0..planes[0].len()).step_by(piece) {
            let end = planes[0].len().min(start + piece);
            limiter.push(&planes.iter().map(|plane| &plane[start..end]).collect::<Vec<_>>(), &mut out);
        }
        limiter.finish(&mut out);
        (out, limiter)
    }

    fn true_peak_db(rate: u32, plane: &[f32]) -> f64 {
        let mut judge = EbuR128::new(1, rate, Mode::TRUE_PEAK).unwrap();
        judge.add_frames_f32(plane).unwrap();
        20.0 * judge.true_peak(0).unwrap().log10()
    }

    #[test]
    fn the_true_peak_stays_at_the_ceiling_and_every_sample_at_its_place() {
        for rate in [44_100, 48_000] {
            let left = noise(100_003, |at| if (at / 20_000) % 2 == 0 { 0.2 } else { 1.8 });
            let right = noise(100_003, |_| 0.1);
            let (out, limiter) = limited(rate, &[&left, &right], -2.0, 1_000);
            assert_eq!((out.planes[0].len(), out.planes[1].len()), (left.len(), right.len()));
            let peak = true_peak_db(rate, &out.planes[0]);
            // White noise is the worst case: its wave bends between samples that are turned down differently.
            assert!((-2.3..=-1.97).contains(&peak), "{rate}: {peak}");
            let (most, turned_down) = limiter.report();
            let share = turned_down / left.len() as f64;
            assert!(most > 5.0 && (0.4..0.8).contains(&share), "{most} {share}");
            // Both channels are turned down alike.
            for at in (0..left.len()).filter(|at| left[*at].abs() > 0.01 && right[*at].abs() > 0.01) {
                let (a, b) = (out.planes[0][at] / left[at], out.planes[1][at] / right[at]);
                assert!((a - b).abs() < 1e-3, "{at}: {a} {b}");
            }
            // Before the first loud stretch nothing is touched, to the last bit.
            assert_eq!(out.planes[0][..19_900], left[..19_900]);
        }
    }

    #[test]
    fn a_wave_between_its_samples_is_seen() {
        // A quarter of the rate, 45° off: samples reach 0.6, the wave 0.85.
        let wave: Vec<f32> = (0..20_000).map(|at| 0.6 * [1.0, 1.0, -1.0, -1.0][at % 4]).collect();
        let (out, _) = limited(48_000, &[&wave], -3.0, 777);
        let peak = true_peak_db(48_000, &out.planes[0]);
        assert!((-3.1..=-2.9).contains(&peak), "{peak}");
        assert!(out.planes[0][10_000].abs() < 0.52, "0.7079 / 0.8485 · 0.6 = 0.5006");
    }

    #[test]
    fn begun_in_the_middle_it_is_soon_the_same_to_the_bit() {
        // Always loud, so that it never rests; now and then much louder before the place where the others begin.
        let loud = |at: usize| if at % 30_011 < 400 { 4.0 } else { 1.1 + 0.3 * (at as f32 / 9_000.0).sin() };
        let rate = 44_100;
        let (left, right) = (noise(400_000, loud), noise(400_000, |_| 0.9));
        let (whole, _) = limited(rate, &[&left, &right], -2.0, 1_152);
        for start in [1, 64, 30_100, 60_222, 120_345, 150_101, 210_100] {
            let (part, _) = limited(rate, &[&left[start..], &right[start..]], -2.0, 777);
            let warm = 2 * rate as usize;
            for (part, whole) in part.planes.iter().zip(&whole.planes) {
                let first = (warm..part.len()).find(|at| part[*at].to_bits() != whole[start + at].to_bits());
                assert_eq!(first, None, "begun at {start}");
            }
        }
    }

    #[test]
    fn pieces_and_silence_change_nothing() {
        let sound = noise(50_000, |at| if at % 9_000 < 300 { 2.0 } else { 0.05 });
        let (whole, _) = limited(44_100, &[&sound], -1.0, 50_000);
        for piece in [1, 63, 64, 65, 4_096] {
            let (out, _) = limited(44_100, &[&sound], -1.0, piece);
            assert!(out.planes == whole.planes, "{piece}");
        }
        let quiet = noise(10_000, |_| 0.1);
        assert_eq!(limited(44_100, &[&quiet], -1.0, 500).0.planes[0], quiet);
        assert_eq!(limited(44_100, &[&[]], -1.0, 500).0.planes[0], [] as [f32; 0]);
        let peak = true_peak_db(44_100, &whole.planes[0]);
        assert!((-1.3..=-0.97).contains(&peak), "{peak}");
    }
}
