//! What is odd about a sound itself, found while its samples pass: clipping, long silences, how the two channels stand to
//! each other.

use super::loudness::true_peak::highest;
use hearthcast_model::clock::position;
use hearthcast_model::facts::{Channels, Finding, Quiet, SoundCondition};

/// Full scale, within a step of 12 bits: lossy coding moves clipped samples a little.
const FULL: f32 = 0.9997;
/// So many samples in a row at full scale are cut off; fewer may be a peak that just fits.
const CLIPPED_RUN: u64 = 3;
/// Peaks below −50 dBFS are silence.
const QUIET: f32 = 0.003_162_3;
/// Shorter pauses are speech.
const LEAST_QUIET_MS: u64 = 2_000;
/// No more are listed.
const MOST_QUIET: usize = 500;
/// Samples of one look at quietness.
const STEP: usize = 256;
/// Samples compared side by side.
const SIDE: usize = 8;
/// A channel so much quieter than the other is silent: 50 dB.
const SILENT_SIDE: f64 = 1e-5;
/// The difference of two channels that are one: −60 dB of their sum.
const SAME: f64 = 1e-6;
/// A correlation below this cancels most of the sound where both channels are played as one.
const AGAINST: f64 = -0.9;

/// Collects while samples pass.
#[derive(Debug, Default)]
pub struct ConditionMeter {
    sample_rate: u32,
    /// Milliseconds before the present sample rate began, and samples since.
    before_ms: u64,
    passed: u64,
    channels: u8,
    /// Samples at full scale in a row, by channel.
    full: [u64; 2],
    clipped: u64,
    clipped_at_ms: Option<i64>,
    /// Where the present silence began, as a sample.
    quiet_from: Option<u64>,
    quiet: Vec<Quiet>,
    /// Energy of left, right, of their product, of their difference.
    sums: [f64; 4],
}

impl ConditionMeter {
    /// Takes the samples of one stretch of time.
    pub fn add(&mut self, sample_rate: u32, planes: &[&[f32]]) {
        if sample_rate != self.sample_rate {
            self.end_quiet();
            (self.before_ms, self.passed, self.sample_rate) = (self.now_ms(self.passed), 0, sample_rate);
        }
        self.channels = self.channels.max(planes.len().min(2) as u8);
        let frames = planes.first().map_or(0, |plane| plane.len());
        if let [left, right] = planes {
            self.compare(left, right);
        }
        let mut peaks = [0.0f32; 2];
        for from in (0..frames).step_by(STEP) {
            let until = frames.min(from + STEP);
            let mut loudest = 0.0f32;
            for (peak, plane) in peaks.iter_mut().zip(planes) {
                let here = highest(&plane[from..until]);
                (*peak, loudest) = (peak.max(here), loudest.max(here));
            }
            if loudest < QUIET {
                self.quiet_from.get_or_insert(self.passed + from as u64);
            } else if self.quiet_from.is_some() {
                self.end_quiet_at(self.passed + from as u64);
            }
        }
        for (channel, (plane, peak)) in planes.iter().zip(peaks).enumerate() {
            self.clip(channel, plane, peak);
        }
        self.passed += frames as u64;
    }

    /// What was found.
    pub fn finish(mut self) -> SoundCondition {
        self.end_quiet();
        SoundCondition {
            channels: self.layout(),
            clipped: self.clipped,
            clipped_at_ms: self.clipped_at_ms,
            quiet: self.quiet,
        }
    }

    fn now_ms(&self, sample: u64) -> u64 {
        self.before_ms + sample * 1000 / u64::from(self.sample_rate.max(1))
    }

    fn clip(&mut self, channel: usize, plane: &[f32], peak: f32) {
        // Most stretches hold nothing near full scale.
        if peak < FULL {
            self.full[channel] = 0;
            return;
        }
        for (at, sample) in plane.iter().enumerate() {
            if sample.abs() < FULL {
                self.full[channel] = 0;
                continue;
            }
            self.full[channel] += 1;
            if self.full[channel] == CLIPPED_RUN {
                self.clipped += 1;
                let at_ms = i64::try_from(self.now_ms(self.passed + at as u64)).unwrap_or(i64::MAX);
                self.clipped_at_ms = self.clipped_at_ms.or(Some(at_ms));
            }
        }
    }

    fn compare(&mut self, left: &[f32], right: &[f32]) {
        let parts = [
            sums(left, right, |l, _| l * l),
            sums(left, right, |_, r| r * r),
            sums(left, right, |l, r| l * r),
            sums(left, right, |l, r| (l - r) * (l - r)),
        ];
        for (sum, parts) in self.sums.iter_mut().zip(parts) {
            parts.into_iter().for_each(|part| *sum += f64::from(part));
        }
    }

    fn end_quiet(&mut self) {
        self.end_quiet_at(self.passed);
    }

    fn end_quiet_at(&mut self, sample: u64) {
        let Some(from) = self.quiet_from.take() else { return };
        let (from, to) = (self.now_ms(from), self.now_ms(sample));
        if to - from >= LEAST_QUIET_MS && self.quiet.len() < MOST_QUIET {
            let ms = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX);
            self.quiet.push(Quiet { from_ms: ms(from), to_ms: ms(to) });
        }
    }

    fn layout(&self) -> Channels {
        let [left, right, both, apart] = self.sums;
        match self.channels {
            0 | 1 => Channels::Mono,
            _ if left + right == 0.0 => Channels::Stereo,
            _ if right <= left * SILENT_SIDE => Channels::LeftOnly,
            _ if left <= right * SILENT_SIDE => Channels::RightOnly,
            _ if apart <= (left + right) * SAME => Channels::DualMono,
            _ if both <= AGAINST * (left * right).sqrt() => Channels::OutOfPhase,
            _ => Channels::Stereo,
        }
    }
}

/// Sums of every eighth pair, one sum after the other: four at once do not become good vector instructions.
#[inline(always)]
fn sums(left: &[f32], right: &[f32], value: impl Fn(f32, f32) -> f32) -> [f32; SIDE] {
    let mut sums = [0.0f32; SIDE];
    let ((lefts, last_left), (rights, last_right)) = (left.as_chunks::<SIDE>(), right.as_chunks::<SIDE>());
    for (left, right) in lefts.iter().zip(rights) {
        for ((sum, l), r) in sums.iter_mut().zip(left).zip(right) {
            *sum += value(*l, *r);
        }
    }
    for ((sum, l), r) in sums.iter_mut().zip(last_left).zip(last_right) {
        *sum += value(*l, *r);
    }
    sums
}

/// What an author should know about it.
pub fn findings(condition: &SoundCondition) -> Vec<Finding> {
    let mut findings = vec![];
    let mut add = |code: &str, message: String, at_ms| findings.push(Finding { code: code.into(), message, at_ms });
    if let Some(at_ms) = condition.clipped_at_ms {
        let (places, first) = (condition.clipped, position(at_ms));
        let message = format!("The sound is clipped in {places} places, first at {first}: it was recorded too loud.");
        add("media.clipped", message, Some(at_ms));
    }
    match condition.channels {
        Channels::LeftOnly | Channels::RightOnly => {
            let side = if condition.channels == Channels::LeftOnly { "left" } else { "right" };
            add("media.one_sided", format!("Only the {side} channel holds sound; the other one is silent."), None);
        }
        Channels::OutOfPhase => {
            let message = "The two channels are each other's mirror image: on a telephone or a single loudspeaker they \
                           cancel each other. One cable or one setting was reversed.";
            add("media.out_of_phase", message.into(), None);
        }
        Channels::Mono | Channels::DualMono | Channels::Stereo => (),
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(planes: &[&[f32]]) -> SoundCondition {
        let mut meter = ConditionMeter::default();
        // In uneven pieces: nothing may depend on where they end.
        let frames = planes[0].len();
        for (from, until) in [(0, 777), (777, frames / 2 + 1), (frames / 2 + 1, frames)] {
            let pieces: Vec<&[f32]> = planes.iter().map(|plane| &plane[from..until]).collect();
            meter.add(8_000, &pieces);
        }
        meter.finish()
    }

    fn tone(samples: usize, level: f32) -> Vec<f32> {
        (0..samples).map(|at| level * (at as f32 * 0.35).sin()).collect()
    }

    #[test]
    fn channels_are_told_apart() {
        let (tone, other, silence) = (tone(16_000, 0.5), self::tone(16_000, 0.4), vec![0.0; 16_000]);
        let mirrored: Vec<f32> = other.iter().map(|sample| -sample).collect();
        let noise: Vec<f32> =
            (0..16_000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 16) as f32 / 65_536.0 - 0.5).collect();
        for (planes, layout) in [
            (&[&tone[..]][..], Channels::Mono),
            (&[&tone, &tone], Channels::DualMono),
            (&[&tone, &silence], Channels::LeftOnly),
            (&[&silence, &tone], Channels::RightOnly),
            (&[&tone, &mirrored], Channels::OutOfPhase),
            (&[&tone, &noise], Channels::Stereo),
            (&[&silence, &silence], Channels::Stereo),
        ] {
            assert_eq!(meter(planes).channels, layout);
        }
    }

    #[test]
    fn clipping_is_a_run_at_full_scale() {
        let mut sound = tone(16_000, 0.9);
        sound[3_000] = 1.0;
        sound[4_000..4_002].fill(1.0);
        assert_eq!(meter(&[&sound]).clipped, 0, "single peaks that just fit");
        sound[8_000..8_005].fill(-1.0);
        sound[12_000..12_003].fill(1.0);
        let found = meter(&[&sound]);
        assert_eq!((found.clipped, found.clipped_at_ms), (2, Some(1_000)));
    }

    #[test]
    fn silences_are_listed_with_their_ends() {
        // 1 s of tone, 3 s of nothing, 1 s of tone, 1.5 s of nothing, tone, 2.5 s of nothing at the end.
        let (tone, nothing) = (tone(8_000, 0.3), |ms: usize| vec![0.0; ms * 8]);
        let sound = [&tone[..], &nothing(3_000), &tone, &nothing(1_500), &tone, &nothing(2_500)].concat();
        let quiet = meter(&[&sound]).quiet;
        let near = |at: i64, meant: i64| (at - meant).abs() <= 64;
        assert_eq!(quiet.len(), 2, "{quiet:?}");
        assert!(near(quiet[0].from_ms, 1_000) && near(quiet[0].to_ms, 4_000), "{quiet:?}");
        assert!(near(quiet[1].from_ms, 7_500) && near(quiet[1].to_ms, 10_000), "{quiet:?}");
    }
}
