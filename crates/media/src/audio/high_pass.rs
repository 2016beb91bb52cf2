//! A high-pass against rumble: Butterworth of the fourth order, two biquads (R. Bristow-Johnson, "Audio EQ Cookbook") in f64.
//!
//! A filter of this kind remembers everything it heard. So that the sound is the same to the bit wherever it is opened, it
//! begins anew every few seconds, a second before it is needed; what it forgot by then is far below the last bit.

/// Seconds from one beginning to the next, and seconds that a fresh filter hears before it is used.
const CELL: u64 = 8;
const EARLY: u64 = 1;
/// Quality of the two biquads: poles evenly on a half circle.
const Q: [f64; 2] = [0.541_196_100_146_197, 1.306_562_964_876_376_5];

/// Filters one or two channels.
#[derive(Debug)]
pub struct HighPass {
    sample_rate: u64,
    weights: [Weights; 2],
    /// Number of the next sample.
    at: u64,
    now: Memory,
    next: Memory,
}

/// b0, b1, b2, a1, a2, divided by a0.
#[derive(Debug, Clone, Copy)]
struct Weights([f64; 5]);

/// Of both channels, of both biquads.
#[derive(Debug, Clone, Copy, Default)]
struct Memory([[[f64; 2]; 2]; 2]);

impl HighPass {
    /// That lets through what is above `hertz`; the next sample it gets is number `at`, a [`Self::start`].
    pub fn new(hertz: u16, sample_rate: u32, at: u64) -> Self {
        let weights = Q.map(|q| Weights::new(f64::from(hertz), f64::from(sample_rate), q));
        let sample_rate = u64::from(sample_rate);
        Self { sample_rate, weights, at, now: Memory::default(), next: Memory::default() }
    }

    /// The latest sample from which on it has to hear so that sample `at` is right.
    pub fn start(sample_rate: u32, at: u64) -> u64 {
        let second = u64::from(sample_rate);
        (at / (CELL * second) * CELL * second).saturating_sub(EARLY * second)
    }

    /// Filters what comes next.
    pub fn pass(&mut self, planes: &mut [Vec<f32>]) {
        let frames = planes.first().map_or(0, Vec::len);
        let (cell, early) = (CELL * self.sample_rate, EARLY * self.sample_rate);
        let mut from = 0;
        while from < frames {
            let inside = self.at % cell;
            if inside == 0 {
                self.now = std::mem::take(&mut self.next);
            }
            let warming = inside >= cell - early;
            let border = if warming { cell } else { cell - early };
            let until = frames.min(from + usize::try_from(border - inside).unwrap_or(usize::MAX));
            for (channel, plane) in planes.iter_mut().enumerate().take(2) {
                for sample in &mut plane[from..until] {
                    let heard = f64::from(*sample);
                    if warming {
                        filter(&self.weights, &mut self.next.0[channel], heard);
                    }
                    *sample = filter(&self.weights, &mut self.now.0[channel], heard) as f32;
                }
            }
            self.at += (until - from) as u64;
            from = until;
        }
    }
}

fn filter(weights: &[Weights; 2], memory: &mut [[f64; 2]; 2], sample: f64) -> f64 {
    weights.iter().zip(memory).fold(sample, |sample, (Weights([b0, b1, b2, a1, a2]), [first, second])| {
        let out = b0 * sample + *first;
        *first = b1 * sample - a1 * out + *second;
        *second = b2 * sample - a2 * out;
        out
    })
}

impl Weights {
    fn new(hertz: f64, sample_rate: f64, q: f64) -> Self {
        let angle = std::f64::consts::TAU * hertz / sample_rate;
        let (sin, cos) = angle.sin_cos();
        let alpha = sin / (2.0 * q);
        let a0 = 1.0 + alpha;
        let b = (1.0 + cos) / 2.0;
        Self([b / a0, -(1.0 + cos) / a0, b / a0, -2.0 * cos / a0, (1.0 - alpha) / a0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(rate: u32, hertz: f64, seconds: u32) -> Vec<f32> {
        let step = std::f64::consts::TAU * hertz / f64::from(rate);
        (0..rate * seconds).map(|at| (0.5 * (f64::from(at) * step).sin()) as f32).collect()
    }

    #[test]
    fn it_is_as_steep_as_butterworth_says() {
        for rate in [44_100, 48_000, 16_000] {
            for hertz in [20.0, 40.0, 80.0, 160.0, 1_000.0f64] {
                let mut planes = vec![sine(rate, hertz, 4)];
                HighPass::new(80, rate, 0).pass(&mut planes);
                let steady = &planes[0][rate as usize * 2..];
                let mean = steady.iter().map(|s| f64::from(s * s)).sum::<f64>() / steady.len() as f64;
                let found = (mean * 2.0).sqrt() / 0.5;
                let wanted = 1.0 / (1.0 + (80.0 / hertz).powi(8)).sqrt();
                assert!((found / wanted - 1.0).abs() < 0.02, "{rate} {hertz}: {found} {wanted}");
            }
        }
    }

    #[test]
    fn opened_anywhere_it_gives_the_same_bits() {
        let rate = 8_000;
        let sound: Vec<f32> =
            sine(rate, 55.0, 30).iter().zip(sine(rate, 777.0, 30)).map(|(a, b)| 0.3 + a + b).collect();
        let mut whole = vec![sound.clone(), sound.iter().map(|s| -s).collect()];
        HighPass::new(20, rate, 0).pass(&mut whole);
        for at in [1, 7_999, 55_999, 56_000, 63_999, 64_000, 64_001, 100_000, 128_000, 200_000, 239_999u64] {
            let start = HighPass::start(rate, at);
            assert!(start <= at && at - start <= 9 * 8_000);
            let mut filter = HighPass::new(20, rate, start);
            let mut found = vec![];
            for piece in sound[start as usize..].chunks(777) {
                let mut planes = vec![piece.to_vec(), piece.to_vec()];
                filter.pass(&mut planes);
                found.append(&mut planes[0]);
            }
            assert_eq!(found[(at - start) as usize..], whole[0][at as usize..], "{at}");
        }
    }
}
