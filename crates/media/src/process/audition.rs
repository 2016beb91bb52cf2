//! A few seconds of a recording as a setting would make them, at once: nothing before them is measured, nothing is encoded.
//! And the same seconds as they are, equally loud, to be compared by ear.
//!
//! The gain is that of the whole: the loudness that is known of the recording, and what the setting does to it in these
//! seconds. Intro and outro are not heard; the limiter is.

use super::around::Around;
use super::cutting::Cutting;
use super::output::Output;
use super::plan::{Given, Plan};
use super::rounds::HIGHEST_PEAK;
use super::sound::{Level, Sound, WARM_UP, levelled};
use super::wav;
use crate::audio::loudness::LoudnessMeter;
use crate::audio::recording::{Block, Recording};
use crate::worker::path_text;
use crate::{MediaError, probe};
use hearthcast_model::facts::Loudness;
use hearthcast_model::recipe::{Passage, Recipe};
use hearthcast_model::{AudioFormat, Cancel, Preset, Progress};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// No longer is heard at once, milliseconds.
pub const MOST_MS: u32 = 60_000;

/// Which seconds of which recording, and how they are to sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditionRequest {
    /// The recording. It is only read.
    #[serde(with = "path_text")]
    pub source: PathBuf,
    /// The WAV to be made.
    #[serde(with = "path_text")]
    pub output: PathBuf,
    /// The same seconds as they are, equally loud: a second WAV.
    #[serde(default, with = "path_text::optional")]
    pub before: Option<PathBuf>,
    /// Where to begin, on the recording's clock.
    pub at_ms: i64,
    /// How long, milliseconds; at most [`MOST_MS`].
    pub length_ms: u32,
    /// The preset.
    pub preset: Preset,
    /// What is done besides.
    #[serde(default)]
    pub recipe: Recipe,
    /// Passages that are cut out or bleeped.
    #[serde(default)]
    pub passages: Vec<Passage>,
    /// Loudness of the whole recording, where it is known; else all of it is listened to first.
    #[serde(default)]
    pub loudness: Option<Loudness>,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Auditioned {
    /// Its length, milliseconds: shorter than asked at the end of the recording.
    pub length_ms: i64,
    /// Samples per second.
    pub sample_rate_hz: u32,
    /// Channels.
    pub channels: u32,
    /// The gain of the setting, dB.
    pub gain_db: f64,
    /// How much both files were turned down so that the louder of them is not clipped, dB.
    pub lowered_db: f64,
    /// Loudness of the WAV.
    pub loudness: Loudness,
    /// Its size.
    pub size_bytes: u64,
    /// Loudness and size of the seconds as they are.
    pub before: Option<(Loudness, u64)>,
}

/// Samples, rate, and how loud they are.
struct Passed {
    planes: Vec<Vec<f32>>,
    sample_rate: u32,
    loudness: Loudness,
}

/// Makes the WAVs. They must not exist; on failure nothing is left there.
pub fn audition(
    request: &AuditionRequest,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Auditioned, MediaError> {
    let refused = |why: String| MediaError::Recipe { path: request.source.to_string_lossy().into(), why };
    let AuditionRequest { recipe, preset, passages, at_ms, .. } = request;
    // An intro is not heard, and not missed.
    let recipe = Recipe { intro: None, outro: None, ..recipe.clone() };
    let cutting =
        Cutting { path: &request.source, preset: *preset, recipe: &recipe, passages, intro: None, outro: None };
    cutting.check()?;
    if *at_ms < 0 || !(100..=MOST_MS).contains(&request.length_ms) {
        return Err(refused("Between 0.1 and 60 seconds can be heard, from an instant of the recording on.".into()));
    }
    let master = probe::open(&request.source, cancel, progress)?.in_haste();
    let known = match request.loudness {
        Some(loudness) => loudness,
        None => probe::probe(&request.source, cancel, progress)?.facts.loudness.unwrap_or(super::SILENCE),
    };
    let around = Around::hear(&master, request, known.integrated_lufs, cancel)?;
    let sample_rate = master.shape.sample_rate;
    let length = u64::from(request.length_ms) * u64::from(sample_rate) / 1000;
    let at = sample(*at_ms, sample_rate);
    let given =
        Given { channels: master.shape.heard_channels(), sample_rate, loudness: known, dual_mono: around.dual_mono };
    let raw = Plan::untouched(&given);
    let still = Level { gain_db: 0.0, ceiling_dbtp: None };
    let before = heard(&master, &raw, still, at, length, cancel)?;
    if before.planes.is_empty() {
        return Err(refused("It ends before that place.".into()));
    }
    let (master, levelled) = match around.gains.clone() {
        Some(gains) => {
            let master = master.levelled(gains);
            let levelled = heard(&master, &raw, still, at, length, cancel)?.loudness;
            (master, levelled)
        }
        None => (master, before.loudness),
    };
    let (edited, out_ms) = around
        .edited(master, request, known.integrated_lufs)
        .ok_or_else(|| refused("Everything from there on is cut out: there is nothing left to hear.".into()))?;
    let plan = Plan::new((*preset, &recipe), AudioFormat::Mp3, &given, true);
    let (from, length) = (sample(out_ms, plan.sample_rate), sample(i64::from(request.length_ms), plan.sample_rate));
    // Decoded and cleaned once, with what the limiter hears around it; what it becomes is a matter of level.
    let first = from.saturating_sub(WARM_UP * u64::from(plan.sample_rate));
    let more = from - first + u64::from(plan.sample_rate);
    let near = heard(&edited, &plan, still, first, length.saturating_add(more), cancel)?;
    let unlevelled = near.part(from - first, length, still);
    // What brings speakers together leaves the whole as loud as it is.
    let both = unlevelled.loudness.integrated_lufs.zip(levelled.integrated_lufs);
    let moved = both.map_or(0.0, |(now, then)| now - then);
    let integrated_lufs = known.integrated_lufs.map(|lufs| lufs + moved);
    let plan = plan.heard_as(Loudness { integrated_lufs, ..known });
    let gain_db = plan.gain_db().0;
    let level = Level { gain_db, ceiling_dbtp: plan.target.map(|_| HIGHEST_PEAK) };
    let mut after = near.part(from - first, length, level);
    if after.planes.is_empty() {
        return Err(refused("Everything from there on is cut out: there is nothing left to hear.".into()));
    }
    let mut made = Auditioned {
        length_ms: (after.planes[0].len() as u64 * 1000 / u64::from(after.sample_rate)) as i64,
        sample_rate_hz: after.sample_rate,
        channels: after.planes.len() as u32,
        gain_db,
        lowered_db: 0.0,
        loudness: after.loudness,
        size_bytes: 0,
        before: None,
    };
    let mut written = None;
    if let Some(path) = &request.before {
        let (before, lowered_db) = equally_loud(before, &mut after);
        let mut file = Output::create(path)?;
        let size = wav::write(&mut file, &before.planes, before.sample_rate)?;
        (made.lowered_db, made.loudness, made.before) = (lowered_db, after.loudness, Some((before.loudness, size)));
        written = Some(file);
    }
    let mut file = Output::create(&request.output)?;
    made.size_bytes = wav::write(&mut file, &after.planes, after.sample_rate)?;
    file.keep()?;
    written.map_or(Ok(()), Output::keep)?;
    Ok(made)
}

/// Brings what was before to the loudness of what comes after; both are turned down where it would be clipped.
fn equally_loud(mut before: Passed, after: &mut Passed) -> (Passed, f64) {
    let (Some(now), Some(wanted)) = (before.loudness.integrated_lufs, after.loudness.integrated_lufs) else {
        return (before, 0.0);
    };
    let gain_db = wanted - now;
    let peak = before.loudness.true_peak_dbtp.unwrap_or(f64::MIN) + gain_db;
    let lowered_db = (peak - HIGHEST_PEAK).max(0.0);
    before.turn(gain_db - lowered_db);
    after.turn(-lowered_db);
    (before, lowered_db)
}

impl Passed {
    /// So many samples from one on, at another level.
    fn part(&self, at: u64, length: u64, level: Level) -> Self {
        let [at, length] = [at, length].map(|samples| usize::try_from(samples).unwrap_or(usize::MAX));
        let mut sound = levelled(Block { planes: self.planes.clone() }, self.sample_rate, level);
        sound.truncate(at.saturating_add(length));
        for plane in &mut sound.planes {
            plane.drain(..at.min(plane.len()));
        }
        let mut meter = LoudnessMeter::new();
        if sound.frames() > 0 {
            let (slices, channels) = sound.slices();
            meter.add(self.sample_rate, &slices[..channels]);
        }
        let loudness = meter.finish();
        sound.planes.retain(|plane| !plane.is_empty());
        Self { planes: sound.planes, sample_rate: self.sample_rate, loudness }
    }

    fn turn(&mut self, db: f64) {
        let gain = 10f64.powf(db / 20.0) as f32;
        self.planes.iter_mut().flatten().for_each(|sample| *sample *= gain);
        for value in [&mut self.loudness.integrated_lufs, &mut self.loudness.true_peak_dbtp] {
            *value = value.map(|value| value + db);
        }
    }
}

/// So many samples from one on, and how loud they are.
fn heard(
    recording: &Recording,
    plan: &Plan,
    level: Level,
    at: u64,
    length: u64,
    cancel: &Cancel,
) -> Result<Passed, MediaError> {
    let mut sound = Sound::open_at(recording, plan, level, at, None)?;
    let (mut block, mut meter, mut planes) = (Block::default(), LoudnessMeter::new(), vec![]);
    let mut left = length;
    while left > 0 && sound.read(&mut block)? {
        cancel.check().map_err(|_| MediaError::Cancelled)?;
        block.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        left -= block.frames() as u64;
        if block.frames() == 0 {
            continue;
        }
        let (slices, channels) = block.slices();
        meter.add(plan.sample_rate, &slices[..channels]);
        planes.resize_with(channels, Vec::new);
        planes.iter_mut().zip(slices).for_each(|(plane, slice): (&mut Vec<f32>, _)| plane.extend_from_slice(slice));
    }
    Ok(Passed { planes, sample_rate: plan.sample_rate, loudness: meter.finish() })
}

/// The sample at an instant.
pub(super) fn sample(ms: i64, rate: u32) -> u64 {
    (ms.max(0).unsigned_abs()).saturating_mul(u64::from(rate)).saturating_add(500) / 1000
}
