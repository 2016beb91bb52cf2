//! Gain and ceiling before anything is encoded: limiting takes loudness away, encoding raises peaks, and how much both
//! do depends on the sound. A long recording is judged by a few stretches (`stretches`).

use super::hands::Hands;
use super::lame::LameError;
use super::parallel::Encoding;
use super::plan::Plan;
use super::segments::frame_samples;
use super::sound::{Level, Sound};
use super::stretches;
use crate::MediaError;
use crate::audio::recording::{Block, Recording, Stream};
use crate::audio::{loudness::LoudnessMeter, peak_of_frames};
use hearthcast_model::facts::{Loudness, Peaks};
use hearthcast_model::{Cancel, Progress};
use std::ops::Range;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// Loudness nearer to the target than this needs no correction.
pub const NEAR_LU: f64 = 0.1;
/// How much more gain limiting may be given back: beyond that more gain makes more noise and no more loudness.
pub const MOST_GIVEN_BACK_DB: f64 = 6.0;
/// Listenings for one gain.
const MOST_CORRECTIONS: u32 = 3;
/// A trial hears a fiftieth of the sound: in the rest encoding raises some peak by so many times as much.
const UNTRIED: f64 = 2.0;
/// How often a sign of life is given.
const TICK: Duration = Duration::from_millis(100);
/// What is done before encoding is told in so many steps.
const STEPS: u64 = 100;

/// One recording, one plan.
pub struct Tuning<'a> {
    /// The recording.
    pub recording: &'a Recording,
    /// Where it stands, for sentences.
    pub shown: &'a str,
    /// The plan.
    pub plan: &'a Plan,
    /// Samples that come out.
    pub samples: u64,
    /// Those that may help.
    pub hands: &'a Hands,
    /// Stops the work.
    pub cancel: &'a Cancel,
}

impl Tuning<'_> {
    /// Loudness of the whole sound in the channels that come out.
    pub fn whole(&self, progress: &mut dyn FnMut(Progress)) -> Result<Loudness, MediaError> {
        let untouched = Level { gain_db: 0.0, ceiling_dbtp: None };
        let everything = Range { start: 0, end: u64::MAX };
        told(progress, 0);
        let meter = self.listen(&[everything], untouched, &|| LoudnessMeter::new(), progress)?;
        Ok(meter.finish())
    }

    /// The gain with which the limited sound is as loud as wanted.
    pub fn gain(&self, mut level: Level, target: f64, progress: &mut dyn FnMut(Progress)) -> Result<f64, MediaError> {
        let Some(before) = self.plan.before.integrated_lufs else { return Ok(0.0) };
        level.gain_db = target - before;
        let most = self.plan.gain_db().0 + MOST_GIVEN_BACK_DB;
        let stretches = stretches::spread(self.samples, self.plan.sample_rate);
        let mut plain = None;
        for _ in 0..MOST_CORRECTIONS {
            if !self.reaches(level) {
                break;
            }
            let heard = |level, progress: &mut dyn FnMut(Progress)| {
                let meter = self.listen(&stretches, level, &|| LoudnessMeter::without_peak(), progress)?;
                Ok::<_, MediaError>(meter.finish().integrated_lufs.unwrap_or(before))
            };
            // What the stretches lose is what the whole loses.
            let plain = match plain {
                Some(plain) => plain,
                None if stretches.len() == 1 => *plain.insert(before),
                None => *plain.insert(heard(Level { gain_db: 0.0, ceiling_dbtp: None }, progress)?),
            };
            let missed = target - (before + heard(level, progress)? - plain);
            if missed.abs() <= NEAR_LU / 2.0 {
                break;
            }
            level.gain_db = (level.gain_db + 1.1 * missed).min(most);
        }
        Ok(level.gain_db.min(most))
    }

    /// The ceiling with which nothing passes `highest` once it is encoded and decoded, by what some of the loudest
    /// stretches do; the same ceiling for a short recording, which is soon encoded again.
    pub fn ceiling(
        &self,
        level: Level,
        peaks: Option<&Peaks>,
        highest: f64,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Option<f64>, MediaError> {
        let long = stretches::is_long(self.samples, self.plan.sample_rate);
        let (Some(ceiling), Some(peaks)) = (level.ceiling_dbtp, peaks.filter(|_| long && self.reaches(level))) else {
            return Ok(level.ceiling_dbtp);
        };
        let tried = stretches::loudest(self.samples, self.plan.sample_rate, peaks);
        let found = self.by_two(&tried, |part| self.highest(part, level), progress)?;
        told(progress, STEPS);
        let found = found.into_iter().fold(0.0, f32::max);
        let found = 20.0 * f64::from(found).log10();
        let raised = (found - ceiling).max(0.0);
        Ok(Some(ceiling.min(highest - UNTRIED * raised)))
    }

    /// Whether anything comes near the ceiling.
    fn reaches(&self, level: Level) -> bool {
        match (self.plan.before.true_peak_dbtp, level.ceiling_dbtp) {
            // Another rate has other peaks between its samples.
            (Some(peak), Some(ceiling)) => peak + level.gain_db + 0.5 > ceiling,
            _ => false,
        }
    }

    /// The highest true peak of these stretches, decoded.
    fn highest(&self, tried: &[Range<u64>], level: Level) -> Result<f32, MediaError> {
        let encoding = Encoding::new(self.recording, self.plan, level, self.samples, self.shown, self.cancel);
        let frame = frame_samples(self.plan.sample_rate);
        let (mut stream, mut highest) = (None, 0.0f32);
        for stretch in tried {
            let encoded = encoding.excerpt(stretch.start / frame, stretch.end / frame, &mut stream)?;
            highest = highest.max(peak_of_frames(encoded.bytes(encoded.frames())));
        }
        Ok(highest)
    }

    /// A meter that heard these stretches as they would be encoded.
    fn listen(
        &self,
        stretches: &[Range<u64>],
        level: Level,
        fresh: &(dyn Fn() -> LoudnessMeter + Sync),
        progress: &mut dyn FnMut(Progress),
    ) -> Result<LoudnessMeter, MediaError> {
        if let [whole] = stretches {
            let mut meter = fresh();
            self.listen_to(whole, level, &mut meter, None, &mut |share| told(progress, (share * STEPS as f64) as u64))?;
            told(progress, STEPS);
            return Ok(meter);
        }
        let hear = |part: &[Range<u64>]| {
            let (mut meter, mut stream) = (fresh(), None);
            for stretch in part {
                stream = Some(self.listen_to(stretch, level, &mut meter, stream, &mut |_| ())?);
            }
            Ok(meter)
        };
        let meters = self.by_two(stretches, hear, progress)?;
        told(progress, STEPS);
        Ok(meters.into_iter().reduce(LoudnessMeter::and).unwrap_or_else(fresh))
    }

    fn listen_to(
        &self,
        stretch: &Range<u64>,
        level: Level,
        meter: &mut LoudnessMeter,
        before: Option<Stream>,
        at: &mut dyn FnMut(f64),
    ) -> Result<Stream, MediaError> {
        let mut sound = Sound::open_at(self.recording, self.plan, level, stretch.start, before)?;
        let (mut block, mut left) = (Block::default(), stretch.end - stretch.start);
        meter.pause();
        while left > 0 && sound.read(&mut block)? {
            block.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            left -= block.frames() as u64;
            let (planes, channels) = block.slices();
            if channels > 0 {
                meter.add(self.plan.sample_rate, &planes[..channels]);
            }
            if self.cancel.is_cancelled() {
                return Err(MediaError::Cancelled);
            }
            let passed = stretch.end - stretch.start - left;
            at(passed as f64 / self.samples.max(1) as f64);
        }
        Ok(sound.into_stream())
    }

    /// Does both halves of the work side by side; one after the other, where nobody can help. Who waits gets a sign of life: what is
    /// packed is unpacked from its beginning.
    fn by_two<T: Send>(
        &self,
        stretches: &[Range<u64>],
        work: impl Fn(&[Range<u64>]) -> Result<T, MediaError> + Sync,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Vec<T>, MediaError> {
        let (one, other) = stretches.split_at(stretches.len() / 2);
        let none = || MediaError::Encoder { path: self.shown.into(), why: LameError::no_hands().to_string() };
        let helper = self.hands.spare();
        std::thread::scope(|scope| {
            let (working, done) = mpsc::channel::<()>();
            let begin = |parts| {
                let (work, working) = (&work, working.clone());
                std::thread::Builder::new().spawn_scoped(scope, move || {
                    let made = in_turn(parts, work);
                    drop(working);
                    made
                })
            };
            let hands = match &helper {
                Some(_) => vec![begin(vec![one]), begin(vec![other])],
                None => vec![begin(vec![one, other])],
            };
            drop(working);
            // Nothing is ever sent: the line is closed when the last hand has let go of it.
            while done.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                told(progress, 0);
            }
            let made = hands.into_iter().map(|hand| hand.map_err(|_| none())?.join().map_err(|_| none())?);
            Ok(made.collect::<Result<Vec<Vec<T>>, MediaError>>()?.into_iter().flatten().collect())
        })
    }
}

/// Does these parts one after the other.
fn in_turn<T>(
    parts: Vec<&[Range<u64>]>,
    work: impl Fn(&[Range<u64>]) -> Result<T, MediaError>,
) -> Result<Vec<T>, MediaError> {
    parts.into_iter().map(work).collect()
}

fn told(progress: &mut dyn FnMut(Progress), done: u64) {
    progress(Progress::new("level", done.min(STEPS), STEPS));
}
