//! Noise behind voices is turned down: RNNoise (J.-M. Valin, "A Hybrid DSP/Deep Learning Approach to Real-Time Full-Band Speech
//! Enhancement", 2018), a small network that says of every hundredth of a second how much of each band is voice. It knows 48 kHz only.
//!
//! Such a network remembers all it heard. So that the sound is the same to the bit wherever it is opened, it begins anew every few
//! seconds, a while before it is needed (as the high-pass does), and the old one goes over into the new one within a frame. A fresh one
//! first hears a vowel made here: without any voice in its memory it lets a hiss through, and each beginning in a long pause would be
//! heard.
//!
//! Its delay of one frame is taken out at both ends: as many samples come out as go in, at their places. What is no voice and shall
//! stay (an intro, the tone of a bleep) is passed on as it is.

use super::recording::Block;
use nnnoiseless::DenoiseState;
use std::ops::Range;
use std::sync::LazyLock;

/// The one rate it works at.
pub const RATE: u32 = 48_000;
/// Samples looked at together: a hundredth of a second.
const FRAME: usize = DenoiseState::FRAME_SIZE;
/// Frames from one beginning to the next, and frames that a fresh network hears before it is used.
const CELL: u64 = 800;
const EARLY: u64 = 200;
/// What the network takes for the loudest sample.
const FULL_SCALE: f32 = 32_768.0;
/// Frames of a voice that a fresh network hears first: one that never heard a voice takes a hiss for something to be kept.
const GREETING: usize = 100;

/// Milliseconds before a part that must be heard, so that it sounds as in the whole.
pub const MARGIN_MS: i64 = 12_000;
/// A part begins at a multiple of so many milliseconds.
pub const GRID_MS: i64 = (CELL * FRAME as u64 * 1000 / RATE as u64) as i64;

#[cfg(test)]
thread_local! {
    /// Frames of one channel that were heard.
    pub static HEARD_FRAMES: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Takes noise out of one or two channels as they pass.
pub struct Denoise {
    /// How much of what it would take away is taken, 0 to 1.
    strength: f32,
    channels: Vec<Channel>,
    /// Samples that stay as they are, in order.
    stay: Vec<Range<u64>>,
    /// Number of the next frame.
    frame: u64,
    /// Samples that come out before the first one that went in.
    skip: usize,
    taken: u64,
    given: u64,
}

struct Channel {
    waiting: Vec<f32>,
    /// The frame before, as it went in.
    before: [f32; FRAME],
    now: Box<DenoiseState<'static>>,
    next: Box<DenoiseState<'static>>,
}

impl Denoise {
    /// One that gets sample number `at` next, at 48 kHz; a [`Self::start`], or an earlier one. `stay` are samples that stay as they
    /// are, in order.
    pub fn new(percent: u8, channels: usize, at: u64, stay: Vec<Range<u64>>) -> Self {
        // The first frame may have begun before.
        let lead = (at % FRAME as u64) as usize;
        let channel = || Channel { waiting: vec![0.0; lead], before: [0.0; FRAME], now: fresh(), next: fresh() };
        Self {
            strength: f32::from(percent.min(100)) / 100.0,
            channels: (0..channels).map(|_| channel()).collect(),
            stay,
            frame: at / FRAME as u64,
            skip: lead + FRAME,
            taken: 0,
            given: 0,
        }
    }

    /// The latest sample from which on it has to hear so that sample `at` is right.
    pub fn start(at: u64) -> u64 {
        let cell = CELL * FRAME as u64;
        (at / cell * cell).saturating_sub(EARLY * FRAME as u64)
    }

    /// Takes samples; appends those that are finished to `out`.
    pub fn push(&mut self, planes: &[&[f32]], out: &mut Block) {
        for (channel, plane) in self.channels.iter_mut().zip(planes) {
            channel.waiting.extend_from_slice(plane);
        }
        self.taken += planes.first().map_or(0, |plane| plane.len()) as u64;
        self.work(out);
    }

    /// Gives out what is left.
    pub fn finish(&mut self, out: &mut Block) {
        for channel in &mut self.channels {
            channel.waiting.resize(channel.waiting.len() + 2 * FRAME, 0.0);
        }
        self.work(out);
    }

    fn work(&mut self, out: &mut Block) {
        out.planes.resize_with(self.channels.len(), Vec::new);
        let frames = self.channels.first().map_or(0, |channel| channel.waiting.len() / FRAME);
        for number in 0..frames {
            let from = self.skip.min(FRAME);
            self.skip -= from;
            let (first, strength) = (self.frame, self.strength_over(self.frame.saturating_sub(1)));
            let left = usize::try_from(self.taken - self.given).unwrap_or(usize::MAX);
            let until = FRAME.min(from + left);
            for (channel, out) in self.channels.iter_mut().zip(&mut out.planes) {
                let clean = channel.frame(number, first, strength);
                out.extend_from_slice(&clean[from..until]);
            }
            self.given += (until - from) as u64;
            self.frame += 1;
        }
        for channel in &mut self.channels {
            channel.waiting.drain(..frames * FRAME);
        }
    }

    /// How much is taken away at the beginning and at the end of a frame: nothing where something in it stays, and softly before and
    /// behind it.
    fn strength_over(&self, frame: u64) -> (f32, f32) {
        let of = |frame: u64| {
            let (from, until) = (frame * FRAME as u64, (frame + 1) * FRAME as u64);
            let next = self.stay.partition_point(|range| range.end <= from);
            let stays = self.stay.get(next).is_some_and(|range| range.start < until);
            if stays { 0.0 } else { self.strength }
        };
        let here = of(frame);
        (here.min(of(frame.saturating_sub(1))), here.min(of(frame + 1)))
    }
}

impl Channel {
    /// Hears waiting frame `number`, which is frame `at` of the sound; what is left of the frame before it.
    fn frame(&mut self, number: usize, at: u64, (begin, end): (f32, f32)) -> [f32; FRAME] {
        #[cfg(test)]
        HEARD_FRAMES.set(HEARD_FRAMES.get() + 1);
        let mut heard = [0.0; FRAME];
        heard.copy_from_slice(&self.waiting[number * FRAME..(number + 1) * FRAME]);
        let loud = heard.map(|sample| sample * FULL_SCALE);
        let (inside, mut clean) = (at % CELL, [0.0; FRAME]);
        if inside == 0 {
            let mut old = std::mem::replace(&mut self.now, std::mem::replace(&mut self.next, fresh()));
            let mut fading = [0.0; FRAME];
            old.process_frame(&mut fading, &loud);
            self.now.process_frame(&mut clean, &loud);
            for (position, (clean, fading)) in clean.iter_mut().zip(fading).enumerate() {
                let share = share(position);
                *clean = fading + share * (*clean - fading);
            }
        } else {
            self.now.process_frame(&mut clean, &loud);
        }
        if inside >= CELL - EARLY {
            self.next.process_frame(&mut [0.0; FRAME], &loud);
        }
        let before = std::mem::replace(&mut self.before, heard);
        for (position, (clean, before)) in clean.iter_mut().zip(before).enumerate() {
            let strength = begin + share(position) * (end - begin);
            *clean = before + strength * (*clean / FULL_SCALE - before);
        }
        clean
    }
}

/// What every fresh network is a copy of: it hears the vowel once, not at every beginning.
static GREETED: LazyLock<Box<DenoiseState<'static>>> = LazyLock::new(greeted);

/// A network that heard somebody say a vowel.
fn fresh() -> Box<DenoiseState<'static>> {
    GREETED.clone()
}

fn greeted() -> Box<DenoiseState<'static>> {
    let mut network = DenoiseState::new();
    // Harmonics of 140 Hz, louder around the first two formants of an open vowel, in syllables.
    let strength = |hertz: f32| {
        let near = |formant: f32, width: f32| (-((hertz - formant) / width).powi(2)).exp();
        0.15 + near(700.0, 250.0) + 0.6 * near(1200.0, 250.0)
    };
    let voice = |at: usize| {
        let time = at as f32 / RATE as f32;
        let syllable = 0.5 - 0.5 * (std::f32::consts::TAU * 4.0 * time).cos();
        let tone = |n: u8| strength(140.0 * f32::from(n)) * (f32::from(n) * 140.0 * std::f32::consts::TAU * time).sin();
        0.08 * syllable * (1..30).map(tone).sum::<f32>() * FULL_SCALE
    };
    let mut out = [0.0; FRAME];
    for frame in 0..GREETING {
        let heard: [f32; FRAME] = std::array::from_fn(|place| voice(frame * FRAME + place));
        network.process_frame(&mut out, &heard);
    }
    network
}

/// How much of a frame has passed.
fn share(position: usize) -> f32 {
    (position as f32 + 0.5) / FRAME as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Something like a voice (bursts of a buzz) in noise that is 20 dB quieter; both apart.
    fn sound(seconds: usize) -> (Vec<f32>, Vec<f32>) {
        let mut state = 7u32;
        let noise = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            0.02 * (state as f32 / u32::MAX as f32 * 2.0 - 1.0)
        };
        let voice = |at: usize| {
            let time = at as f32 / RATE as f32;
            let loud = if (time * 1.5).fract() < 0.6 { 0.2 } else { 0.0 };
            loud * (1..12).map(|n| (n as f32 * 140.0 * std::f32::consts::TAU * time).sin() / n as f32).sum::<f32>()
        };
        ((0..seconds * RATE as usize).map(voice).collect(), (0..seconds * RATE as usize).map(noise).collect())
    }

    fn cleaned(strength: u8, sound: &[f32], at: usize, piece: usize) -> Vec<f32> {
        let (mut denoise, mut out) = (
            Denoise::new(strength, 1, at as u64, vec![100_000..100_500, 383_990..384_010, 700_000..710_000]),
            Block::default(),
        );
        for part in sound[at..].chunks(piece) {
            denoise.push(&[part], &mut out);
        }
        denoise.finish(&mut out);
        out.planes.remove(0)
    }

    #[test]
    fn opened_anywhere_it_is_the_same_to_the_bit_and_nothing_is_lost() {
        let (voice, noise) = sound(21);
        let mixed: Vec<f32> = voice.iter().zip(&noise).map(|(voice, noise)| voice + noise).collect();
        let mixed = &mixed[..mixed.len() - 123];
        let whole = cleaned(100, mixed, 0, 1_152);
        assert_eq!(whole.len(), mixed.len());
        for stays in [100_000..100_500, 383_990..384_010, 700_000..710_000] {
            assert_eq!(whole[stays.clone()], mixed[stays]);
        }
        assert_ne!(whole[701_000 - 5_000..701_500 - 5_000], mixed[701_000 - 5_000..701_500 - 5_000]);
        for at in [0, 1, 300_000, 384_000, 500_001, 900_000] {
            let mut start = Denoise::start(at as u64) as usize;
            for piece in [480, 7_777] {
                let part = cleaned(100, mixed, start, piece);
                assert!(part[at - start..] == whole[at..], "{at} from {start}");
                // Earlier is as good.
                start = start.saturating_sub(1_001);
            }
        }
    }

    #[test]
    fn none_of_it_changes_nothing_and_each_sample_stays_at_its_place() {
        let (voice, noise) = sound(9);
        let mixed: Vec<f32> = voice.iter().zip(&noise).map(|(voice, noise)| voice + noise).collect();
        assert_eq!(cleaned(0, &mixed, 0, 999), mixed);
        // Late or early by a sample, the voice would be less like itself.
        let clean = cleaned(100, &mixed, 0, 999);
        let like = |late: i64| {
            let pairs = (5_000..mixed.len() - 5_000).map(|at| (voice[at], clean[(at as i64 + late) as usize]));
            pairs.map(|(voice, clean)| f64::from(voice * clean)).sum::<f64>()
        };
        let best = (-40..40).chain([-480, 480]).max_by(|one, other| like(*one).total_cmp(&like(*other))).unwrap();
        assert!(best.abs() <= 2, "late by {best} samples");
    }
}
