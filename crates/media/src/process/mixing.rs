//! Several recordings of the same talk, one for each speaker, become one: all as loud as each other, what stands in a microphone of
//! the others' voices turned down.

use super::cutting::{beside, fitted_lu, metered};
use super::remarks::named;
use crate::audio::bleed::{self, Heard};
use crate::audio::loudness::LoudnessMeter;
use crate::audio::recording::{EditedSource, Mixed, Recording, Shape};
use crate::audio::resample::Resampler;
use crate::probe::{Listened, Pace};
use crate::{MediaError, Probed};
use hearthcast_model::facts::Loudness;
use hearthcast_model::{Cancel, Progress};
use std::path::{Path, PathBuf};

/// No more are mixed.
const MOST_TRACKS: usize = 16;
/// How loud each becomes, LUFS: with room for two who speak at once.
const REFERENCE: f64 = -23.0;
/// None is made louder or quieter by more, dB.
const MOST_DB: f64 = super::plan::MOST_GAIN_DB;

/// A recording that takes part.
struct Track {
    recording: Recording,
    frames: u64,
    meter: LoudnessMeter,
    lufs: Option<f64>,
    is_one: bool,
}

/// What others take part in a recording.
pub struct Mixing<'a> {
    /// The recording that the others are heard with.
    pub path: &'a Path,
    /// The others.
    pub tracks: &'a [PathBuf],
}

impl Mixing<'_> {
    /// What cannot be done is told before anything is read.
    pub fn check(&self) -> Result<(), MediaError> {
        match self.tracks.len() + 1 {
            many if many > MOST_TRACKS => {
                Err(self.refused(format!("{many} recordings are too many to be mixed; {MOST_TRACKS} are taken.")))
            }
            _ => Ok(()),
        }
    }

    /// Listens to all of them and puts them together; and what is known of the whole then.
    pub fn run(
        &self,
        (recording, heard): (Recording, Listened),
        mut probed: Probed,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(Recording, Listened, Probed), MediaError> {
        let mut findings = named(self.path, &probed.facts.findings);
        let mut all = vec![Track::hear(recording, heard, &probed, cancel, progress)?];
        for path in self.tracks {
            let (recording, heard, probed) = beside(path, cancel, progress)?;
            findings.extend(named(path, &probed.facts.findings));
            all.push(Track::hear(recording, heard, &probed, cancel, progress)?);
        }
        // Two channels where anybody has two that differ.
        let channels = if all.iter().all(|track| track.is_one) { 1 } else { 2 };
        let sample_rate = all.iter().map(|track| track.recording.shape.sample_rate).max().unwrap_or(48_000);
        let shape = Shape { sample_rate, channels };
        // Who speaks is seen by what everybody is used to, also where no gain can bring it there.
        let heard = |track: &Track| Heard::new(&track.meter, track.distance_db(), REFERENCE);
        let heard: Vec<Heard> = all.iter().map(heard).collect();
        let factor = |track: &Track| {
            // The same out of one channel instead of two is less loud.
            let gain_db = track.distance_db().clamp(-MOST_DB, MOST_DB)
                - fitted_lu((track.recording.shape.heard_channels(), channels));
            10f64.powf(gain_db / 20.0) as f32
        };
        let factors: Vec<f32> = all.iter().map(factor).collect();
        let is_heard = all.iter().any(|track| track.lufs.is_some());
        let gains = bleed::gains(&heard, shape.sample_rate, &factors);
        let source = |track: Track| {
            let frames = Resampler::length(track.recording.shape.sample_rate, shape.sample_rate, track.frames);
            EditedSource { recording: track.recording, frames, gain: 1.0 }
        };
        let mixed = Mixed { tracks: all.into_iter().map(source).zip(gains).collect(), shape };
        let heard = Listened { frames: mixed.frames(), dual_mono: false };
        // What is known of the first is not known of all of them together; what was found in each is. All begin at once.
        let facts = &mut probed.facts;
        (facts.channels, facts.sample_rate_hz) = (Some(channels as u32), Some(sample_rate));
        (facts.findings, facts.condition) = (findings, None);
        facts.duration_ms = i64::try_from(mixed.frames() * 1000 / u64::from(shape.sample_rate)).ok();
        let integrated_lufs = is_heard.then_some(REFERENCE);
        facts.loudness = Some(Loudness { integrated_lufs, range_lu: None, true_peak_dbtp: None });
        probed.peaks = None;
        Ok((Recording::mixed(mixed), heard, probed))
    }

    fn refused(&self, why: String) -> MediaError {
        MediaError::Recipe { path: self.path.to_string_lossy().into(), why }
    }
}

impl Track {
    /// From its own loudness to that of all; nothing is done to silence.
    fn distance_db(&self) -> f64 {
        self.lufs.map_or(0.0, |lufs| REFERENCE - lufs)
    }

    fn hear(
        recording: Recording,
        heard: Listened,
        probed: &Probed,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, MediaError> {
        let size = probed.facts.size_bytes;
        let meter = metered(&recording, Pace::new("mix", size, cancel, progress), size)?;
        let lufs = probed.facts.loudness.and_then(|loudness| loudness.integrated_lufs);
        let is_one = recording.shape.heard_channels() == 1 || heard.dual_mono;
        Ok(Self { recording, frames: heard.frames, meter, lufs, is_one })
    }
}
