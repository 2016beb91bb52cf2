//! The recording on its way to the encoder: channels mixed, rumble taken away, rate changed, noise taken away, gain, limiter; block
//! by block.

use super::plan::Plan;
use crate::MediaError;
use crate::audio::denoise::Denoise;
use crate::audio::high_pass::HighPass;
use crate::audio::limiter::Limiter;
use crate::audio::recording::{Block, Recording, Stream};
use crate::audio::resample::Resampler;

/// Gain and ceiling of one round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// Static gain, dB.
    pub gain_db: f64,
    /// Ceiling of the limiter, dBTP; `None` limits nothing.
    pub ceiling_dbtp: Option<f64>,
}

/// Seconds of sound that filter and limiter hear before the first sample that is wanted: after that they are as if they
/// had heard everything. A reduction fades to a third in 0.08 s: the largest one that was not heard is less than the part the limiter
/// counts in after 1.1 s, and what is left of it is rounded away in the rest.
pub const WARM_UP: u64 = 2;

/// Streams the sound as it is to be encoded.
pub struct Sound {
    stream: Stream,
    mix: bool,
    high_pass: Option<HighPass>,
    resampler: Option<Resampler>,
    denoise: Option<Denoise>,
    gain: f32,
    limiter: Option<Limiter>,
    read: Block,
    resampled: Block,
    cleaned: Block,
    /// Samples that only warm up, yet to come out.
    skip: u64,
    ended: bool,
}

impl Sound {
    /// Opens the recording where the sample with number `at` comes out first, the same to the bit as it comes out of the
    /// whole. `before` is a stream of the same recording that was read up to some place.
    pub fn open_at(
        recording: &Recording,
        plan: &Plan,
        level: Level,
        at: u64,
        before: Option<Stream>,
    ) -> Result<Self, MediaError> {
        let (from, to) = (recording.shape.sample_rate, plan.sample_rate);
        let (rows, step) = Resampler::ratio(from, to);
        let warm = at.saturating_sub(WARM_UP * u64::from(to));
        let mut start = plan.noise.map_or(warm, |_| Denoise::start(warm)) / rows;
        if plan.high_pass.is_some() {
            start = HighPass::start(from, start * step) / step;
        }
        // What was put around the recording, and the tone of a bleep, is no noise.
        let stay = || {
            recording
                .added()
                .into_iter()
                .map(|part| part.start * rows / step..(part.end * rows).div_ceil(step))
                .collect()
        };
        Ok(Self {
            stream: recording.stream_from(start * step, before)?,
            skip: at - start * rows,
            mix: plan.mix,
            high_pass: plan.high_pass.map(|hertz| HighPass::new(hertz, from, start * step)),
            resampler: (from != to).then(|| Resampler::new(from, to, plan.channels)),
            denoise: plan.noise.map(|percent| Denoise::new(percent, plan.channels, start * rows, stay())),
            gain: 10f64.powf(level.gain_db / 20.0) as f32,
            limiter: level.ceiling_dbtp.map(|ceiling| Limiter::new(to, plan.channels, ceiling)),
            read: Block::default(),
            resampled: Block::default(),
            cleaned: Block::default(),
            ended: false,
        })
    }

    /// Fills `out` with what comes next, which may be nothing; false after the end.
    pub fn read(&mut self, out: &mut Block) -> Result<bool, MediaError> {
        for plane in out.planes.iter_mut().chain(&mut self.resampled.planes).chain(&mut self.cleaned.planes) {
            plane.clear();
        }
        if self.ended {
            return Ok(false);
        }
        self.ended = !self.stream.read(&mut self.read)?;
        if self.ended {
            self.finish(out);
        } else {
            self.pass(out);
        }
        let warm_up = usize::try_from(self.skip).unwrap_or(usize::MAX).min(out.frames());
        if warm_up > 0 {
            out.planes.iter_mut().for_each(|plane| drop(plane.drain(..warm_up)));
            self.skip -= warm_up as u64;
            self.limiter.iter_mut().for_each(Limiter::forget);
        }
        Ok(true)
    }

    /// The stream, to be read on from where it is.
    pub fn into_stream(self) -> Stream {
        self.stream
    }

    /// Largest reduction by the limiter in dB, and the samples it turned down.
    pub fn limited(&self) -> (f64, f64) {
        self.limiter.as_ref().map_or((0.0, 0.0), Limiter::report)
    }

    fn pass(&mut self, out: &mut Block) {
        if let (true, [left, right]) = (self.mix, self.read.planes.as_mut_slice()) {
            for (left, right) in left.iter_mut().zip(&*right) {
                *left = 0.5 * (*left + right);
            }
            self.read.planes.truncate(1);
        }
        if let Some(high_pass) = &mut self.high_pass {
            high_pass.pass(&mut self.read.planes);
        }
        let resampled = match &mut self.resampler {
            Some(resampler) => {
                let (planes, channels) = self.read.slices();
                resampler.push(&planes[..channels], &mut self.resampled);
                &mut self.resampled
            }
            None => &mut self.read,
        };
        let cleaned = match &mut self.denoise {
            Some(denoise) => {
                let (planes, channels) = resampled.slices();
                denoise.push(&planes[..channels], &mut self.cleaned);
                &mut self.cleaned
            }
            None => resampled,
        };
        level(cleaned, self.gain, self.limiter.as_mut(), out);
    }

    fn finish(&mut self, out: &mut Block) {
        if let Some(resampler) = &mut self.resampler {
            resampler.finish(&mut self.resampled);
        }
        let last = match &mut self.denoise {
            Some(denoise) => {
                let (planes, channels) = self.resampled.slices();
                denoise.push(&planes[..channels], &mut self.cleaned);
                denoise.finish(&mut self.cleaned);
                &mut self.cleaned
            }
            None => &mut self.resampled,
        };
        if last.frames() > 0 {
            level(last, self.gain, self.limiter.as_mut(), out);
        }
        if let Some(limiter) = &mut self.limiter {
            limiter.finish(out);
        }
    }
}

/// Sound that came without gain and limiter, with them: as many samples as there were. The limiter hears those at both ends, too.
pub fn levelled(mut sound: Block, sample_rate: u32, at: Level) -> Block {
    let channels = sound.planes.len();
    let mut limiter = at.ceiling_dbtp.map(|ceiling| Limiter::new(sample_rate, channels, ceiling));
    let mut out = Block::default();
    level(&mut sound, 10f64.powf(at.gain_db / 20.0) as f32, limiter.as_mut(), &mut out);
    if let Some(limiter) = &mut limiter {
        limiter.finish(&mut out);
    }
    out
}

/// Applies gain and limiter.
fn level(block: &mut Block, gain: f32, limiter: Option<&mut Limiter>, out: &mut Block) {
    if gain != 1.0 {
        for plane in &mut block.planes {
            plane.iter_mut().for_each(|sample| *sample *= gain);
        }
    }
    match limiter {
        Some(limiter) => {
            let (planes, channels) = block.slices();
            limiter.push(&planes[..channels], out);
        }
        None => {
            out.planes.resize_with(block.planes.len(), Vec::new);
            for (out, plane) in out.planes.iter_mut().zip(&block.planes) {
                out.extend_from_slice(plane);
            }
        }
    }
}
