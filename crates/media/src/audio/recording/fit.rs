//! Sound that changes its rate or its channels in the middle of a file, brought to the shape it began with, so that
//! nothing of it is lost.

use super::{Block, Shape, mix_down};
use crate::audio::resample::Resampler;

/// Brings one stretch of sound to another shape.
pub struct Fit {
    to: Shape,
    resampler: Option<Resampler>,
    resampled: Block,
}

impl Fit {
    /// From one shape to another; `None` when they are the same.
    pub fn new(from: Shape, to: Shape) -> Option<Self> {
        let rates = (from.sample_rate, to.sample_rate);
        let resampler = (rates.0 != rates.1).then(|| Resampler::new(rates.0, rates.1, to.channels));
        (from != to).then(|| Self { to, resampler, resampled: Block::default() })
    }

    /// The next samples.
    pub fn push(&mut self, block: &mut Block) {
        channels(&mut block.planes, self.to.channels);
        if let Some(resampler) = &mut self.resampler {
            self.resampled.truncate(0);
            let planes: Vec<&[f32]> = block.planes.iter().map(Vec::as_slice).collect();
            resampler.push(&planes, &mut self.resampled);
            std::mem::swap(block, &mut self.resampled);
        }
    }

    /// What is still under way at the end.
    pub fn finish(mut self) -> Block {
        self.resampled.truncate(0);
        if let Some(resampler) = &mut self.resampler {
            resampler.finish(&mut self.resampled);
        }
        self.resampled
    }
}

/// One channel becomes all; more become one by their mean; 5.1 becomes two as it always does.
fn channels(planes: &mut Vec<Vec<f32>>, wanted: usize) {
    if planes.len() == 6 && wanted < 6 {
        mix_down(planes);
    }
    if wanted == 1
        && let [first, others @ ..] = planes.as_mut_slice()
        && !others.is_empty()
    {
        let share = 1.0 / (others.len() + 1) as f32;
        for (at, sample) in first.iter_mut().enumerate() {
            *sample = share * (*sample + others.iter().filter_map(|other| other.get(at)).sum::<f32>());
        }
    }
    let silent = planes.first().map_or(0, Vec::len);
    match planes.first() {
        Some(only) if planes.len() == 1 && wanted == 2 => planes.push(only.clone()),
        _ => planes.resize_with(wanted, || vec![0.0; silent]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost() {
        let (from, to) = (Shape { sample_rate: 22_050, channels: 1 }, Shape { sample_rate: 48_000, channels: 2 });
        let mut fit = Fit::new(from, to).unwrap();
        let mut frames = 0;
        for _ in 0..10 {
            let mut block = Block { planes: vec![vec![0.5; 2205]] };
            fit.push(&mut block);
            frames += block.frames();
            assert_eq!(block.planes.len(), 2);
        }
        frames += fit.finish().frames();
        assert_eq!(frames, 48_000, "one second stays one second");
        assert!(Fit::new(to, to).is_none());
    }

    #[test]
    fn two_channels_become_their_mean() {
        let mut fit = Fit::new(Shape { sample_rate: 8_000, channels: 2 }, Shape { sample_rate: 8_000, channels: 1 });
        let mut block = Block { planes: vec![vec![0.5, 1.0], vec![0.25, 0.0]] };
        fit.as_mut().unwrap().push(&mut block);
        assert_eq!(block.planes, [vec![0.375, 0.5]]);
    }
}
