//! The K-weighting of ITU-R BS.1770: a high shelf for the head, then a high pass, two biquads in a row.
//!
//! The standard gives coefficients for 48 kHz; these parameters, put through the bilinear transform, give the same
//! there and the right ones at every other rate (B. De Man, "Evaluation of Implementations of the EBU R128 Loudness
//! Measurement", 2018).

use std::ops::{Add, Mul, Sub};

/// One channel's filter.
#[derive(Debug, Clone)]
pub struct KWeight {
    shelf: Biquad,
    high_pass: Biquad,
}

/// Second order, transposed direct form II.
#[derive(Debug, Clone, Copy)]
struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
    state: [f64; 2],
}

impl KWeight {
    /// A filter at rest.
    pub fn new(sample_rate: u32) -> Self {
        let rate = f64::from(sample_rate);
        Self { shelf: shelf(rate), high_pass: high_pass(rate) }
    }

    /// Sum of the squares of the filtered samples.
    pub fn energy(&mut self, samples: &[f32]) -> f64 {
        let mut filter = self.clone();
        let energy = samples.iter().map(|sample| filter.step(*sample)).map(|filtered| filtered * filtered).sum();
        *self = filter;
        energy
    }

    #[inline(always)]
    fn step(&mut self, sample: f32) -> f64 {
        self.high_pass.step(self.shelf.step(f64::from(sample)))
    }
}

/// The same for two channels of one sample rate. Each value waits for the one before it, so both channels go through
/// the same instructions side by side: half the time of one after the other, and the same bits.
pub fn energy_of_two(left: &mut KWeight, right: &mut KWeight, first: &[f32], second: &[f32]) -> f64 {
    let ([b0, b1, b2], [a1, a2]) = (left.shelf.b.map(Pair::both), left.shelf.a.map(Pair::both));
    let (minus_two, [c1, c2]) = (Pair::both(-2.0), left.high_pass.a.map(Pair::both));
    let [mut shelf_0, mut shelf_1] = Pair::beside(left.shelf.state, right.shelf.state);
    let [mut high_0, mut high_1] = Pair::beside(left.high_pass.state, right.high_pass.state);
    let mut energy = 0.0;
    for (a, b) in first.iter().zip(second) {
        let input = Pair(f64::from(*a), f64::from(*b));
        let output = b0 * input + shelf_0;
        shelf_0 = b1 * input - a1 * output + shelf_1;
        shelf_1 = b2 * input - a2 * output;
        // The zeros of the high pass are 1, −2, 1.
        let filtered = output + high_0;
        high_0 = minus_two * output - c1 * filtered + high_1;
        high_1 = output - c2 * filtered;
        let Pair(a, b) = filtered * filtered;
        energy += a + b;
    }
    (left.shelf.state, right.shelf.state) = Pair::apart([shelf_0, shelf_1]);
    (left.high_pass.state, right.high_pass.state) = Pair::apart([high_0, high_1]);
    energy
}

/// What two channels have at one time.
#[derive(Debug, Clone, Copy)]
struct Pair(f64, f64);

impl Pair {
    fn both(value: f64) -> Self {
        Self(value, value)
    }

    fn beside(left: [f64; 2], right: [f64; 2]) -> [Self; 2] {
        [Self(left[0], right[0]), Self(left[1], right[1])]
    }

    fn apart([first, second]: [Self; 2]) -> ([f64; 2], [f64; 2]) {
        ([first.0, second.0], [first.1, second.1])
    }
}

impl Add for Pair {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0, self.1 + other.1)
    }
}

impl Sub for Pair {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0, self.1 - other.1)
    }
}

impl Mul for Pair {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0, self.1 * other.1)
    }
}

impl Biquad {
    #[inline(always)]
    fn step(&mut self, input: f64) -> f64 {
        let output = self.b[0] * input + self.state[0];
        self.state[0] = self.b[1] * input - self.a[0] * output + self.state[1];
        self.state[1] = self.b[2] * input - self.a[1] * output;
        output
    }
}

/// +4 dB above 1.7 kHz.
fn shelf(rate: f64) -> Biquad {
    let (frequency, gain_db, q) = (1_681.974_450_955_533, 3.999_843_853_973_347, 0.707_175_236_955_419_6);
    let k = (std::f64::consts::PI * frequency / rate).tan();
    let high = 10f64.powf(gain_db / 20.0);
    let band = high.powf(0.499_666_774_154_541_6);
    let norm = 1.0 + k / q + k * k;
    Biquad {
        b: [(high + band * k / q + k * k) / norm, 2.0 * (k * k - high) / norm, (high - band * k / q + k * k) / norm],
        a: poles(k, q),
        state: [0.0; 2],
    }
}

/// Below 38 Hz; its zeros are 1, −2, 1 as in the standard's table.
fn high_pass(rate: f64) -> Biquad {
    let (frequency, q) = (38.135_470_876_024_44, 0.500_327_037_323_877_3);
    let k = (std::f64::consts::PI * frequency / rate).tan();
    Biquad { b: [1.0, -2.0, 1.0], a: poles(k, q), state: [0.0; 2] }
}

fn poles(k: f64, q: f64) -> [f64; 2] {
    let norm = 1.0 + k / q + k * k;
    [2.0 * (k * k - 1.0) / norm, (1.0 - k / q + k * k) / norm]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coefficients_at_48_khz_are_those_of_the_standard() {
        let filter = KWeight::new(48_000);
        let near = |found: &[f64], wanted: &[f64]| found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-12);
        // ITU-R BS.1770-4, tables 1 and 2.
        assert!(near(&filter.shelf.b, &[1.535_124_859_586_97, -2.691_696_189_406_38, 1.198_392_810_852_85]));
        assert!(near(&filter.shelf.a, &[-1.690_659_293_182_41, 0.732_480_774_215_85]));
        assert!(near(&filter.high_pass.a, &[-1.990_047_454_833_98, 0.990_072_250_366_21]));
    }

    #[test]
    fn two_channels_together_are_each_by_itself_to_the_bit() {
        let channel = |seed: u32| {
            let mut state = seed;
            std::iter::repeat_with(move || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state as f32 / u32::MAX as f32 - 0.5
            })
        };
        let (left, right): (Vec<f32>, Vec<f32>) = channel(1).zip(channel(77)).take(10_000).unzip();
        let [mut together, mut apart] = [44_100; 2].map(|rate| [KWeight::new(rate), KWeight::new(rate)]);
        for (left, right) in left.chunks(777).zip(right.chunks(777)) {
            let [one, two] = &mut together;
            let found = energy_of_two(one, two, left, right);
            let [one, two] = &mut apart;
            let wanted = left.iter().zip(right).fold(0.0, |sum, (a, b)| {
                let (a, b) = (one.step(*a), two.step(*b));
                sum + (a * a + b * b)
            });
            assert_eq!(found.to_bits(), wanted.to_bits());
        }
    }
}
