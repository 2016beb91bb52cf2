//! Encoding until the decoded result is as loud as wanted and nowhere too loud: MP3 adds up to 2 dB of true peak, how
//! much nobody knows before.

use super::grown::{Growing, Grown};
use super::info_frame::{CheckSum, InfoFrame};
use super::lame::{self, LameError, Settings};
use super::output::Output;
use super::parallel::{Encoding, Written};
use super::plan::Plan;
use super::segments::Amount;
use super::sound::{Level, Sound};
use crate::audio::loudness::LoudnessMeter;
use crate::audio::recording::{Block, Recording};
use crate::audio::{self, Heard};
use crate::probe::{self, Pace, Source};
use crate::{MediaError, Probed};
use hearthcast_model::facts::Loudness;
use hearthcast_model::{Cancel, Progress};
use std::path::Path;

/// First ceiling before encoding, dBTP; on most material the decoded result stays under −1 with it.
const FIRST_CEILING: f64 = -2.0;
/// The decoded result may not pass this. A little under −1: other meters oversample with other filters.
const HIGHEST_PEAK: f64 = -1.15;
/// How much lower than needed the next round's ceiling is.
const SPARE: f64 = 0.2;
/// Loudness nearer to the target than this needs no correction.
const NEAR_LU: f64 = 0.1;
/// How much more gain limiting may be given back: beyond that more gain makes more noise and no more loudness.
const MOST_GIVEN_BACK_DB: f64 = 6.0;
/// Encodings at most, and listenings for one gain.
const MOST_ROUNDS: u32 = 4;
const MOST_CORRECTIONS: u32 = 3;

/// What the last round made.
pub struct Made {
    /// Found by decoding the result.
    pub probed: Probed,
    /// Gain and ceiling used.
    pub level: Level,
    /// The limiter's largest reduction in dB, and the share of the sound it worked in.
    pub limited: (f64, f64),
    /// Encodings.
    pub rounds: u32,
}

/// One recording, one plan.
pub struct Rounds<'a> {
    /// The recording.
    pub recording: &'a Recording,
    /// Its size.
    pub size: u64,
    /// Samples that come out.
    pub samples: u64,
    /// Where it stands, for sentences.
    pub shown: String,
    /// The plan.
    pub plan: Plan,
    /// The tag in front of the result.
    pub tag: Vec<u8>,
    /// Stops the work.
    pub cancel: &'a Cancel,
}

impl Rounds<'_> {
    /// Hears the sound in the channels that come out, where nobody has.
    pub fn hear(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<(), MediaError> {
        if self.plan.is_unheard() {
            let untouched = Level { gain_db: 0.0, ceiling_dbtp: None };
            self.plan = self.plan.heard_as(self.listen(untouched, LoudnessMeter::new(), progress)?);
        }
        Ok(())
    }

    /// Encodes to `path` as often as needed. The result is kept only by [`Output::keep`].
    pub fn run(&self, path: &Path, progress: &mut dyn FnMut(Progress)) -> Result<(Made, Output), MediaError> {
        let (first, capped) = self.plan.gain_db();
        let mut level = Level { gain_db: first, ceiling_dbtp: self.plan.target.map(|_| FIRST_CEILING) };
        // What encoding itself takes from the loudness.
        let mut lost = 0.0;
        let mut rounds = 0;
        loop {
            rounds += 1;
            if let Some(target) = self.plan.target.filter(|_| !capped) {
                level.gain_db = self.corrected(level, target + lost, progress)?;
            }
            let (output, probed, limited) = self.encode(path, level, progress)?;
            let missed = self.missed(&probed, capped || level.gain_db >= first + MOST_GIVEN_BACK_DB);
            let excess = level.ceiling_dbtp.and(peak(&probed)).map_or(0.0, |peak| peak - HIGHEST_PEAK);
            if rounds == MOST_ROUNDS || (excess <= 0.0 && missed.abs() <= NEAR_LU) {
                return Ok((Made { probed, level, limited, rounds }, output));
            }
            if excess > 0.0 {
                level.ceiling_dbtp = level.ceiling_dbtp.map(|ceiling| ceiling - excess - SPARE);
            }
            lost += missed;
            drop(output);
        }
    }

    /// How much louder the result should be; nothing where no more can be done.
    fn missed(&self, probed: &Probed, at_the_end: bool) -> f64 {
        let found = probed.facts.loudness.and_then(|loudness| loudness.integrated_lufs);
        match (self.plan.target, found) {
            (Some(target), Some(found)) if !at_the_end => target - found,
            _ => 0.0,
        }
    }

    /// The gain with which the limited sound is as loud as wanted: limiting takes loudness away.
    fn corrected(&self, mut level: Level, target: f64, progress: &mut dyn FnMut(Progress)) -> Result<f64, MediaError> {
        let before = self.plan.before;
        level.gain_db = before.integrated_lufs.map_or(0.0, |now| target - now);
        let most = self.plan.gain_db().0 + MOST_GIVEN_BACK_DB;
        let reaches = |level: Level| match (before.true_peak_dbtp, level.ceiling_dbtp) {
            // Another rate has other peaks between its samples.
            (Some(peak), Some(ceiling)) => peak + level.gain_db + 0.5 > ceiling,
            _ => false,
        };
        for _ in 0..MOST_CORRECTIONS {
            if !reaches(level) {
                break;
            }
            let found = self.listen(level, LoudnessMeter::without_peak(), progress)?.integrated_lufs;
            let missed = found.map_or(0.0, |found| target - found);
            if missed.abs() <= NEAR_LU / 2.0 {
                break;
            }
            level.gain_db = (level.gain_db + 1.1 * missed).min(most);
        }
        Ok(level.gain_db.min(most))
    }

    /// Loudness of the sound as it would be encoded.
    fn listen(
        &self,
        level: Level,
        mut meter: LoudnessMeter,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Loudness, MediaError> {
        let mut pace = Pace::new("level", self.size, self.cancel, progress);
        let mut sound = Sound::open(self.recording, &self.plan, level)?;
        let mut block = Block::default();
        while sound.read(&mut block)? {
            let (planes, channels) = block.slices();
            if channels > 0 {
                meter.add(self.plan.sample_rate, &planes[..channels]);
            }
            pace.at(sound.position().min(self.size))?;
        }
        pace.at_end();
        Ok(meter.finish())
    }

    /// Tag, Info frame, sound; and what is heard in it, by somebody who decodes it as it grows.
    fn encode(
        &self,
        path: &Path,
        level: Level,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(Output, Probed, (f64, f64)), MediaError> {
        let settings = Settings::of(&self.plan);
        let info = lame::info_frame(settings).map_err(|why| self.refused(&why))?;
        let info = InfoFrame::new(info).ok_or_else(|| self.refused(&LameError::no_frames()))?;
        let amount = Amount::of(self.samples, settings.sample_rate, settings.kbit);
        let mut output = Output::create(path)?;
        output.write(&self.tag)?;
        output.write(&info.describing(&amount, CheckSum::default()))?;
        output.flush()?;
        let front = self.tag.len() as u64;
        let expected = info.len() + amount.bytes;
        let grown = Grown::default();
        let (heard, written) = std::thread::scope(|scope| {
            let listener = scope.spawn(|| hear_growing(path, &grown, front, expected));
            let written = self.write_sound(&mut output, front + info.len(), &grown, level, progress);
            grown.ends();
            (listener.join(), written)
        });
        let written = written?;
        if !written.is(&amount) {
            return Err(MediaError::Changed { path: self.shown.clone() });
        }
        let heard = heard.map_err(|_| MediaError::Undecodable { path: self.shown.clone() })??;
        output.write_at(front, &info.describing(&amount, written.sum))?;
        output.flush()?;
        Ok((output, probe::known(path, heard, self.cancel, progress)?, written.limited))
    }

    fn write_sound(
        &self,
        output: &mut Output,
        front: u64,
        grown: &Grown,
        level: Level,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Written, MediaError> {
        let encoding = Encoding::new(self.recording, &self.plan, level, self.samples, &self.shown, self.cancel);
        let mut bytes = front;
        let mut write = |frames: &[u8]| {
            output.write(frames)?;
            output.flush()?;
            bytes += frames.len() as u64;
            grown.reaches(bytes);
            Ok(())
        };
        let total = self.size;
        encoding.run(&mut write, &mut |share| {
            let done = (share.min(1.0) * total as f64) as u64;
            progress(Progress { phase: "encode".into(), done, total });
        })
    }

    fn refused(&self, why: &LameError) -> MediaError {
        MediaError::Encoder { path: self.shown.clone(), why: why.to_string() }
    }
}

/// Decodes the result and measures it while it is being written.
fn hear_growing(path: &Path, grown: &Grown, front: u64, length: u64) -> Result<Heard, MediaError> {
    let shown = Source::open(path)?.path;
    let reader = shown.io(Growing::open(path, grown))?;
    let heard = audio::hear(reader, front, length, &shown, &mut |_| Ok(()))?;
    heard.map(|(heard, _)| heard).ok_or_else(|| MediaError::Undecodable { path: shown.shown() })
}

fn peak(probed: &Probed) -> Option<f64> {
    probed.facts.loudness.and_then(|loudness| loudness.true_peak_dbtp)
}
