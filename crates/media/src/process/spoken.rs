//! The sound of a file as programs that write down speech take it, also old ones: a WAV of 16,000 Hz, one channel, 16 bits.
//! Nothing is cut and nothing is made louder: its instants are those of the file.

use super::output::Output;
use super::plan::{Given, Plan};
use super::room::room_for;
use super::sound::{Level, Sound};
use super::{SILENCE, wav};
use crate::audio::recording::{Block, Recording};
use crate::audio::resample::Resampler;
use crate::probe::Pace;
use crate::{MediaError, probe};
use hearthcast_model::{Cancel, Progress};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Samples per second (whisper.cpp, README.md: "16-bit WAV files", 16 kHz).
const RATE: u32 = 16_000;
/// What its progress is called.
pub const PHASE: &str = "speech";

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpokenWav {
    /// Its samples.
    pub samples: u64,
    /// Its size.
    pub size_bytes: u64,
}

impl SpokenWav {
    /// Of so many samples; `None` where a WAV cannot hold them.
    pub fn of(samples: u64) -> Option<Self> {
        wav::bytes_of(samples).map(|(_, size_bytes)| Self { samples, size_bytes })
    }
}

/// Makes it. It must not exist; on failure nothing is left there.
pub fn spoken_wav(
    source: &Path,
    output: &Path,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<SpokenWav, MediaError> {
    let recording = probe::open(source, cancel, progress)?;
    let shown = recording.shown();
    let size = std::fs::metadata(source).map_or(0, |about| about.len());
    // How much there is, nobody knows before it was decoded once: what containers say may be wrong. So it goes through twice.
    let mut pace = Pace::new(PHASE, 2 * size, cancel, progress);
    let frames = counted(&recording, size, &mut pace)?;
    if frames == 0 {
        return Err(MediaError::Undecodable { path: shown });
    }
    let from = recording.shape.sample_rate;
    let samples = Resampler::length(from, RATE, frames);
    let (Some(made), Some((bytes, _))) = (SpokenWav::of(samples), wav::bytes_of(samples)) else {
        let what = format!("{} hours, and no more than 37 can be written down", frames / u64::from(from) / 3600);
        return Err(MediaError::TooLarge { path: shown, what });
    };
    room_for(output, made.size_bytes)?;
    let channels = recording.shape.heard_channels();
    let given = Given { channels, sample_rate: from, loudness: SILENCE, dual_mono: false };
    let plan = Plan { channels: 1, mix: channels > 1, sample_rate: RATE, ..Plan::untouched(&given) };
    let still = Level { gain_db: 0.0, ceiling_dbtp: None };
    let mut sound = Sound::open_at(&recording, &plan, still, 0, None)?;
    let mut file = Output::create(output)?;
    wav::head(&mut file, 1, RATE, bytes)?;
    let (mut block, mut done) = (Block::default(), 0);
    while sound.read(&mut block)? {
        done += block.frames() as u64;
        wav::samples(&mut file, &block.planes)?;
        let share = done.min(samples) as f64 / samples as f64;
        pace.at(size + (share * size as f64) as u64)?;
    }
    if done != samples {
        return Err(MediaError::Changed { path: shown });
    }
    pace.at_end();
    file.keep()?;
    Ok(made)
}

/// Samples that it has.
fn counted(recording: &Recording, size: u64, pace: &mut Pace<'_>) -> Result<u64, MediaError> {
    let (mut stream, mut block) = (recording.stream()?, Block::default());
    while stream.read(&mut block)? {
        pace.at(stream.position().min(size))?;
    }
    Ok(stream.frames())
}
