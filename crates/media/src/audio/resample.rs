//! Another sample rate, exactly: each output sample is a weighted sum of the input around its time (a sinc under a
//! Kaiser window, 90 dB), the weights taken from one row per fraction. As many samples come out as the time holds, and
//! none is late.

use super::recording::Block;

/// Zero crossings of the sinc on each side.
const CROSSINGS: f64 = 32.0;
/// Kaiser's shape for about 90 dB.
const BETA: f64 = 8.96;
/// Where the filter has halved, as a share of the lower Nyquist rate.
const CUTOFF: f64 = 0.92;
/// Weights kept at most; rates without a common divisor get a shorter filter.
const MOST_WEIGHTS: usize = 4 << 20;

/// Resamples one or two channels as they pass.
pub struct Resampler {
    /// Output samples per `step` input samples.
    rows: u64,
    step: u64,
    /// Weights per row, half of them before the time.
    taps: usize,
    weights: Vec<f32>,
    waiting: Vec<Vec<f32>>,
    /// Number of the first waiting sample.
    base: i64,
    taken: u64,
    next: Next,
}

/// Where the next sample that comes out lies between those that go in.
#[derive(Debug, Clone, Copy, Default)]
struct Next {
    /// Samples given out.
    given: u64,
    /// The sample at or before its time.
    whole: i64,
    /// How long after that it is, in parts of a sample: [`Resampler::rows`] are one.
    row: u64,
}

impl Next {
    fn pass(&mut self, rows: u64, step: u64) {
        self.given += 1;
        self.row += step;
        // A turn or two where the rates are near each other: less than a division.
        while self.row >= rows {
            self.row -= rows;
            self.whole += 1;
        }
    }
}

impl Resampler {
    /// So many samples come out for so many that go in: the smallest whole numbers.
    pub fn ratio(from: u32, to: u32) -> (u64, u64) {
        let common = greatest_common_divisor(from, to);
        (u64::from(to / common), u64::from(from / common))
    }

    /// Samples that come out for `samples` that go in.
    pub fn length(from: u32, to: u32, samples: u64) -> u64 {
        let (rows, step) = Self::ratio(from, to);
        u64::try_from((u128::from(samples) * u128::from(rows)).div_ceil(u128::from(step))).unwrap_or(u64::MAX)
    }

    /// From one rate to another.
    pub fn new(from: u32, to: u32, channels: usize) -> Self {
        let (rows, step) = Self::ratio(from, to);
        let narrow = (f64::from(to) / f64::from(from)).min(1.0);
        let wished = (CROSSINGS / narrow).ceil() as usize;
        let half = wished.min(MOST_WEIGHTS / 2 / rows as usize).max(4);
        let weights = (0..rows).flat_map(|row| weights(row as f64 / rows as f64, half, narrow * CUTOFF)).collect();
        let base = -(half as i64);
        let waiting = vec![vec![0.0; half]; channels];
        Self { rows, step, taps: 2 * half, weights, waiting, base, taken: 0, next: Next::default() }
    }

    /// Takes samples; appends those that are finished to `out`.
    pub fn push(&mut self, planes: &[&[f32]], out: &mut Block) {
        for (waiting, plane) in self.waiting.iter_mut().zip(planes) {
            waiting.extend_from_slice(plane);
        }
        self.taken += planes.first().map_or(0, |plane| plane.len()) as u64;
        self.work(u64::MAX, out);
    }

    /// Gives out what is left.
    pub fn finish(&mut self, out: &mut Block) {
        for waiting in &mut self.waiting {
            waiting.resize(waiting.len() + self.taps, 0.0);
        }
        let all = (u128::from(self.taken) * u128::from(self.rows)).div_ceil(u128::from(self.step));
        self.work(u64::try_from(all).unwrap_or(u64::MAX), out);
    }

    fn work(&mut self, all: u64, out: &mut Block) {
        out.planes.resize_with(self.waiting.len(), Vec::new);
        let half = self.taps as i64 / 2;
        let end = self.base + self.waiting.first().map_or(0, Vec::len) as i64;
        let mut next = self.next;
        // Channel by channel: what one reads stays near, and each goes through the same rows.
        for (out, waiting) in out.planes.iter_mut().zip(&self.waiting) {
            next = self.next;
            while next.given < all && next.whole + half < end {
                let first = (next.whole - half + 1 - self.base) as usize;
                let weights = &self.weights[next.row as usize * self.taps..][..self.taps];
                out.push(weighted(weights, &waiting[first..first + self.taps]));
                next.pass(self.rows, self.step);
            }
        }
        self.next = next;
        let needless = (next.whole - half + 1 - self.base).clamp(0, end - self.base) as usize;
        for waiting in &mut self.waiting {
            waiting.drain(..needless);
        }
        self.base += needless as i64;
    }
}

/// Written so that it becomes vector instructions.
fn weighted(weights: &[f32], samples: &[f32]) -> f32 {
    let mut lanes = [0.0f32; 8];
    let ((weights, last_weights), (samples, last_samples)) = (weights.as_chunks::<8>(), samples.as_chunks::<8>());
    for (weights, samples) in weights.iter().zip(samples) {
        for ((lane, weight), sample) in lanes.iter_mut().zip(weights).zip(samples) {
            *lane += weight * sample;
        }
    }
    let tail: f32 = last_weights.iter().zip(last_samples).map(|(weight, sample)| weight * sample).sum();
    lanes.iter().sum::<f32>() + tail
}

/// One row: weights for the samples around a time `fraction` after one of them; together they are one.
fn weights(fraction: f64, half: usize, cutoff: f64) -> Vec<f32> {
    let row: Vec<f64> = (0..2 * half)
        .map(|tap| {
            let distance = tap as f64 - (half as f64 - 1.0) - fraction;
            let angle = std::f64::consts::PI * cutoff * distance;
            let sinc = if angle.abs() < 1e-9 { 1.0 } else { angle.sin() / angle };
            let edge = (1.0 - (distance / half as f64).powi(2)).max(0.0);
            sinc * bessel(BETA * edge.sqrt())
        })
        .collect();
    let sum: f64 = row.iter().sum();
    row.into_iter().map(|weight| (weight / sum) as f32).collect()
}

/// The modified Bessel function of order zero, by its series.
fn bessel(x: f64) -> f64 {
    let quarter = x * x / 4.0;
    let (mut term, mut sum) = (1.0, 1.0);
    for number in 1..40 {
        term *= quarter / f64::from(number * number);
        sum += term;
    }
    sum
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a.max(1) } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(rate: u32, hertz: f64, samples: usize) -> Vec<f32> {
        let step = std::f64::consts::TAU * hertz / f64::from(rate);
        (0..samples).map(|at| (0.5 * (at as f64 * step).sin()) as f32).collect()
    }

    fn resampled(from: u32, to: u32, plane: &[f32], piece: usize) -> Vec<f32> {
        let mut resampler = Resampler::new(from, to, 1);
        let mut out = Block::default();
        for plane in plane.chunks(piece) {
            resampler.push(&[plane], &mut out);
        }
        resampler.finish(&mut out);
        out.planes.remove(0)
    }

    #[test]
    fn a_sine_keeps_its_place_and_height() {
        for (from, to) in [(96_000, 48_000), (88_200, 44_100), (192_000, 48_000), (8_000, 48_000), (37_800, 48_000)] {
            let found = resampled(from, to, &sine(from, 1_000.0, from as usize), 999);
            assert_eq!(found.len(), to as usize, "{from}: one second stays one second");
            let wanted = sine(to, 1_000.0, to as usize);
            let worst = found.iter().zip(&wanted).skip(2_000).take(to as usize - 4_000);
            let worst = worst.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 2e-4, "{from} → {to}: {worst}");
        }
    }

    #[test]
    fn what_the_lower_rate_cannot_carry_is_gone() {
        let found = resampled(96_000, 48_000, &sine(96_000, 30_000.0, 96_000), 4_096);
        let highest = found[2_000..46_000].iter().fold(0.0f32, |highest, sample| highest.max(sample.abs()));
        assert!(highest < 0.5 * 1e-4, "more than 80 dB down: {highest}");
    }

    #[test]
    fn pieces_change_nothing() {
        let sound = sine(44_056, 700.0, 20_000);
        let whole = resampled(44_056, 48_000, &sound, 20_000);
        assert_eq!(resampled(44_056, 48_000, &sound, 1), whole);
        assert_eq!(whole.len(), (20_000usize * 6_000).div_ceil(5_507));
        assert_eq!(resampled(96_000, 48_000, &[], 7), [] as [f32; 0]);
    }
}
