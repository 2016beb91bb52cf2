//! Whether there is room on the disk for what is to be made, asked before anything is made.

use super::plan::{Given, Plan};
use crate::MediaError;
use crate::probe::{Listened, MOST_COVER_BYTES};
use hearthcast_model::{AudioFormat, MediaFacts, Preset, Recipe};
use std::path::{Path, PathBuf};

/// Always left free, bytes.
const LEFT_FREE: u64 = 1 << 20;
/// Of encoders whose packets differ in length, bytes over what their bit rate says, in hundredths.
const SPARE_PERCENT: u64 = 115;

/// Bytes that a recording needs in these formats, at most: its length at the format's bit rate, FLAC as if it saved nothing,
/// and a cover.
pub fn estimate(facts: &MediaFacts, how: (Preset, &Recipe), formats: impl IntoIterator<Item = AudioFormat>) -> u64 {
    formats.into_iter().map(|format| bytes_of(facts, how, format)).fold(0, u64::saturating_add)
}

fn bytes_of(facts: &MediaFacts, how: (Preset, &Recipe), format: AudioFormat) -> u64 {
    let milliseconds = facts.duration_ms.and_then(|ms| u64::try_from(ms).ok()).unwrap_or_default();
    let given = Given::of(facts, &Listened { frames: 0, dual_mono: false });
    let plan = Plan::new(how, format, &given, false);
    let per_second = match format {
        AudioFormat::Flac => u64::from(plan.sample_rate) * plan.channels as u64 * 3,
        _ => u64::from(plan.kbit) * 1000 / 8,
    };
    let sound = u128::from(milliseconds) * u128::from(per_second) * u128::from(SPARE_PERCENT) / 100_000;
    // No tag holds more than one picture of this size; most hold far less.
    let tags = if facts.duration_ms.is_some() { MOST_COVER_BYTES as u64 / 16 } else { 0 };
    u64::try_from(sound).unwrap_or(u64::MAX).saturating_add(tags)
}

/// Refuses to begin where a folder's disk has no room for what is to be made in it.
pub(super) fn check(
    facts: &MediaFacts,
    how: (Preset, &Recipe),
    made: &[(AudioFormat, &Path)],
) -> Result<(), MediaError> {
    let folder = |path: &Path| path.parent().map(PathBuf::from).unwrap_or_default();
    for (_, output) in made {
        let folder_of = folder(output);
        let here = made.iter().filter(|(_, path)| folder(path) == folder_of).map(|(format, _)| *format);
        let needed = estimate(facts, how, here).saturating_add(LEFT_FREE);
        if let Some(free) = free(&folder_of).filter(|free| *free < needed) {
            return Err(MediaError::NoRoom { path: folder_of.to_string_lossy().into(), needed, free });
        }
    }
    Ok(())
}

/// Refuses to begin where there is no room for a file of so many bytes.
pub fn room_for(output: &Path, bytes: u64) -> Result<(), MediaError> {
    let folder = output.parent().map(PathBuf::from).unwrap_or_default();
    let needed = bytes.saturating_add(LEFT_FREE);
    match free(&folder).filter(|free| *free < needed) {
        Some(free) => Err(MediaError::NoRoom { path: folder.to_string_lossy().into(), needed, free }),
        None => Ok(()),
    }
}

/// Bytes that may be written; `None` where nobody knows.
#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let about = rustix::fs::statvfs(folder).ok()?;
    // Some systems of files do not say how large they are.
    (about.f_blocks > 0).then(|| about.f_bavail.saturating_mul(about.f_frsize))
}

#[cfg(not(unix))]
fn free(_folder: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::Sha256;
    use hearthcast_model::facts::MediaKind;

    #[test]
    fn an_hour_needs_what_its_bit_rates_say() {
        let mut hour = MediaFacts::unmeasured(MediaKind::Audio, "wav", "audio/wav", 1, Sha256::of(b""));
        (hour.duration_ms, hour.channels, hour.sample_rate_hz) = (Some(3_600_000), Some(2), Some(48_000));
        let estimate = |format| estimate(&hour, (Preset::SpeechStereo128, &Recipe::default()), [format]) - (1 << 20);
        // 128 kbit/s are 57.6 MB an hour; 48,000 samples of 3 bytes in 2 channels 1,036.8 MB; and 15 percent.
        assert_eq!([AudioFormat::Mp3, AudioFormat::Flac].map(estimate), [66_240_000, 1_192_320_000]);
    }
}
