//! A gain that changes with time: known at even steps, and in between on a straight line.

/// What samples are multiplied by.
#[derive(Debug, Clone, PartialEq)]
pub struct Gains {
    sample_rate: u32,
    in_a_second: u32,
    /// Steps before the first gain that is known.
    first: u64,
    factors: Vec<f32>,
}

impl Gains {
    /// These factors, so many in a second, of which the first stands `first` steps behind the beginning. The last one stays.
    pub fn new(sample_rate: u32, in_a_second: u32, first: u64, factors: Vec<f32>) -> Self {
        Self { sample_rate, in_a_second, first, factors }
    }

    /// Applies them to samples of which the first has number `at`.
    pub fn pass(&self, at: u64, planes: &mut [Vec<f32>]) {
        for plane in planes {
            for (number, sample) in plane.iter_mut().enumerate() {
                *sample *= self.at(at + number as u64);
            }
        }
    }

    /// What a sample is multiplied by.
    pub fn at(&self, sample: u64) -> f32 {
        let (scaled, rate) = (sample * u64::from(self.in_a_second), u64::from(self.sample_rate));
        let factor = |step: u64| {
            let place = usize::try_from(step.saturating_sub(self.first)).unwrap_or(usize::MAX);
            self.factors.get(place).or(self.factors.last()).copied().unwrap_or(1.0)
        };
        let (one, next) = (factor(scaled / rate), factor(scaled / rate + 1));
        one + (next - one) * ((scaled % rate) as f32 / rate as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_evenly_from_step_to_step_and_stays_at_the_end() {
        let gains = Gains::new(8_000, 2, 3, vec![1.0, 0.5, 2.0]);
        assert_eq!(
            [0, 12_000, 14_000, 16_000, 18_000, 20_000, 90_000].map(|at| gains.at(at)),
            [1.0, 1.0, 0.75, 0.5, 1.25, 2.0, 2.0]
        );
        let mut planes = [vec![1.0; 3], vec![2.0; 3]];
        gains.pass(20_000, &mut planes);
        assert_eq!(planes, [vec![2.0; 3], vec![4.0; 3]]);
        assert_eq!(Gains::new(8_000, 2, 0, vec![]).at(5), 1.0);
    }
}
