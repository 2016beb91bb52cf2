//! Encoding until the decoded result is as loud as wanted and nowhere too loud: MP3 adds up to 2 dB of true peak, how
//! much nobody knows before.

use super::grown::{Growing, Grown};
use super::hands::Hands;
use super::info_frame::{CheckSum, InfoFrame};
use super::lame::{self, LameError, Settings};
use super::output::Output;
use super::parallel::{Encoding, Written};
use super::plan::Plan;
use super::segments::Amount;
use super::sound::Level;
use super::stretches::is_long;
use super::tune::{MOST_GIVEN_BACK_DB, NEAR_LU, Tuning};
use super::whole::Whole;
use crate::audio::recording::Recording;
use crate::audio::{self, Heard};
use crate::probe::{self, Source};
use crate::tags::write_comments::Comments;
use crate::tags::write_mp4::Mp4Tags;
use crate::{MediaError, Probed};
use hearthcast_model::facts::{Finding, Peaks};
use hearthcast_model::{AudioFormat, Cancel, Progress};
use std::path::Path;

/// First ceiling before encoding, dBTP; on most material the decoded result stays under −1 with it.
const FIRST_CEILING: f64 = -2.0;
/// The decoded result may not pass this. A little under −1: other meters oversample with other filters.
pub const HIGHEST_PEAK: f64 = -1.15;
/// How much lower than needed the next round's ceiling is.
const SPARE: f64 = 0.2;
/// A long result this near to its target is not made again.
const NEAR_ENOUGH_LU: f64 = 0.3;
/// Encodings at most.
const MOST_ROUNDS: u32 = 4;

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
    /// What the encoder said that a person should know.
    pub said: Option<Finding>,
}

/// What is written about the sound into its file.
pub enum Tag {
    /// In front of an MP3.
    Id3(Vec<u8>),
    /// In an Opus or FLAC file.
    Comments(Comments),
    /// In an M4A.
    Mp4(Mp4Tags),
}

/// What one encoding made; what the limiter did in it: its largest reduction in dB, the share of the sound; what is said of it.
type Encoded = (Output, Probed, (f64, f64), Option<Finding>);

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
    /// The recording's waveform.
    pub peaks: Option<&'a Peaks>,
    /// The tag in front of the result.
    pub tag: Tag,
    /// Those that may help.
    pub hands: &'a Hands,
    /// Stops the work.
    pub cancel: &'a Cancel,
}

impl Rounds<'_> {
    /// Hears the sound in the channels that come out, where nobody has.
    pub fn hear(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<(), MediaError> {
        if self.plan.is_unheard() {
            self.plan = self.plan.heard_as(self.tuning().whole(progress)?);
        }
        Ok(())
    }

    /// Encodes to `path` as often as needed. The result is kept only by [`Output::keep`].
    pub fn run(&self, path: &Path, progress: &mut dyn FnMut(Progress)) -> Result<(Made, Output), MediaError> {
        let (first, capped) = self.plan.gain_db();
        let ceiling = if self.plan.format == AudioFormat::Flac { HIGHEST_PEAK } else { FIRST_CEILING };
        let mut level = Level { gain_db: first, ceiling_dbtp: self.plan.target.map(|_| ceiling) };
        // What encoding itself takes from the loudness.
        let mut lost = 0.0;
        let mut rounds = 0;
        let target = self.plan.target.filter(|_| !capped);
        if let Some(target) = target {
            level.gain_db = self.tuning().gain(level, target, progress)?;
        }
        if self.plan.format == AudioFormat::Mp3 {
            level.ceiling_dbtp = self.tuning().ceiling(level, self.peaks, HIGHEST_PEAK, progress)?;
        }
        loop {
            rounds += 1;
            if let Some(target) = target {
                level.gain_db = self.tuning().gain(level, target + lost, progress)?;
            }
            let (output, probed, limited, said) = self.encode(path, level, progress)?;
            let missed = self.missed(&probed, capped || level.gain_db >= first + MOST_GIVEN_BACK_DB);
            let excess = level.ceiling_dbtp.and(peak(&probed)).map_or(0.0, |peak| peak - HIGHEST_PEAK);
            if rounds == MOST_ROUNDS || (excess <= 0.0 && missed.abs() <= self.near()) {
                return Ok((Made { probed, level, limited, rounds, said }, output));
            }
            if excess > 0.0 {
                level.ceiling_dbtp = level.ceiling_dbtp.map(|ceiling| ceiling - excess - SPARE);
            }
            lost += missed;
            drop(output);
        }
    }

    fn tuning(&self) -> Tuning<'_> {
        let Self { recording, plan, samples, hands, cancel, .. } = self;
        Tuning { recording, shown: &self.shown, plan, samples: *samples, hands, cancel }
    }

    /// How far from the target the result may be without being made again.
    fn near(&self) -> f64 {
        if is_long(self.samples, self.plan.sample_rate) { NEAR_ENOUGH_LU } else { NEAR_LU }
    }

    /// How much louder the result should be; nothing where no more can be done.
    fn missed(&self, probed: &Probed, at_the_end: bool) -> f64 {
        let found = probed.facts.loudness.and_then(|loudness| loudness.integrated_lufs);
        match (self.plan.target, found) {
            (Some(target), Some(found)) if !at_the_end => target - found,
            _ => 0.0,
        }
    }

    fn encode(&self, path: &Path, level: Level, progress: &mut dyn FnMut(Progress)) -> Result<Encoded, MediaError> {
        match &self.tag {
            Tag::Id3(tag) if self.plan.vbr.is_none() => self.encode_mp3(path, tag, level, progress),
            tag => self.encode_whole(path, tag, level, progress),
        }
    }

    /// From front to back; then what is heard in it.
    fn encode_whole(
        &self,
        path: &Path,
        tag: &Tag,
        level: Level,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Encoded, MediaError> {
        let Self { recording, plan, samples, shown, cancel, .. } = self;
        let mut output = Output::create(path)?;
        let whole = Whole { recording, plan, level, samples: *samples, shown, cancel };
        let limited = whole.run(output.handle()?, path, tag, &mut |share| self.told(share, progress))?;
        output.flush()?;
        // Nobody has heard this yet; it is a check of what was made, not another look at the recording.
        let mut check = |at: Progress| progress(Progress::new("verify", at.done, at.total));
        Ok((output, probe::probe(path, cancel, &mut check)?, limited, None))
    }

    fn told(&self, share: f64, progress: &mut dyn FnMut(Progress)) {
        progress(Progress::new("encode", (share.min(1.0) * self.size as f64) as u64, self.size));
    }

    /// Tag, Info frame, sound; and what is heard in it, by somebody who decodes it as it grows.
    fn encode_mp3(
        &self,
        path: &Path,
        tag: &[u8],
        level: Level,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Encoded, MediaError> {
        let settings = Settings::of(&self.plan);
        let info = lame::info_frame(settings).map_err(|why| self.refused(&why))?;
        let info = InfoFrame::new(info).ok_or_else(|| self.refused(&LameError::no_frames()))?;
        let amount = Amount::of(self.samples, settings.sample_rate, settings.kbit);
        let mut output = Output::create(path)?;
        output.write(tag)?;
        output.write(&info.describing(&amount, CheckSum::default()))?;
        output.flush()?;
        let front = tag.len() as u64;
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
        let probed = probe::just_made(path, heard, self.cancel, progress)?;
        Ok((output, probed, written.limited, written.finding()))
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
        encoding.helped_by(self.hands).run(&mut write, &mut |share| self.told(share, progress))
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
