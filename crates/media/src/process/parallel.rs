//! One sound, several encoders at once, one stream: segments (`segments`) are encoded by a few hands, joined where they
//! mean the same (`logical`), and written in order.
//!
//! The result does not depend on how many hands there are. Memory holds the segments being encoded, never the stream. Should
//! two encoders not come to agree, one goes on to the end by itself, and that is said (`joined`).

mod joined;
#[cfg(test)]
mod tests;
mod ways;

pub use joined::Written;

use super::hands::Hands;
use super::lame::{Lame, LameError, Settings};
use super::logical::{Encoded, Incoming};
use super::plan::Plan;
use super::segments::{AFTER, BEFORE, frame_samples, segments};
use super::sound::{Level, Sound};
use crate::MediaError;
use crate::audio::recording::{Block, Recording, Stream};
use hearthcast_model::Cancel;
use joined::Joined;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;
use ways::Ways;

/// Below it (MPEG-2), encoders do not come to agree: at 24,000 Hz in stereo, two that had agreed in 263 frames differed 500 frames
/// later. At the rates of MPEG-1 none ever did.
const LEAST_RATE: u32 = 32_000;
/// How often a sign of life is given while nothing is finished.
const TICK: Duration = Duration::from_millis(100);

/// What is to be encoded.
pub struct Encoding<'a> {
    recording: &'a Recording,
    plan: &'a Plan,
    level: Level,
    shown: &'a str,
    cancel: &'a Cancel,
    samples: u64,
    segments: Vec<Range<u64>>,
    /// It could be more segments, if encoders came to agree.
    alone: bool,
    /// At most so many at work side by side.
    hands: usize,
    /// Where the second and those after it come from; without, they are there.
    helpers: Option<&'a Hands>,
    next: AtomicUsize,
    /// Segments that are written, and who waits for that.
    written: (Mutex<usize>, Condvar),
    /// Samples that went through an encoder.
    encoded: AtomicU64,
    stopped: AtomicBool,
    /// From this segment on none meets the one before it.
    #[cfg(test)]
    strangers: usize,
}

/// One encoded segment.
struct Piece {
    number: usize,
    encoded: Encoded,
    limited: Limited,
}

/// One that panics does not let the others wait for it.
struct StopsOnPanic<'a>(&'a AtomicBool);

impl Drop for StopsOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

/// Takes an encoder's bytes as they come, and how many samples went in for them.
type Take<'a> = &'a mut dyn FnMut(&[u8], u64) -> Result<(), MediaError>;

/// What the limiter did: the largest reduction in dB, how many samples it turned down, and how many with those before and after.
#[derive(Debug, Clone, Copy, Default)]
struct Limited {
    most_db: f64,
    samples: f64,
    all: f64,
}

impl<'a> Encoding<'a> {
    /// Of `samples` samples of the sound that is made of `recording` by `plan` and `level`.
    pub fn new(
        recording: &'a Recording,
        plan: &'a Plan,
        level: Level,
        samples: u64,
        shown: &'a str,
        cancel: &'a Cancel,
    ) -> Self {
        let mut segments = segments(samples, plan.sample_rate);
        let alone = segments.len() > 1 && plan.sample_rate < LEAST_RATE;
        if alone {
            segments.truncate(1);
            segments[0].end = u64::MAX;
        }
        let (next, encoded, stopped) = (AtomicUsize::new(0), AtomicU64::new(0), AtomicBool::new(false));
        Self {
            recording,
            plan,
            level,
            shown,
            cancel,
            samples,
            segments,
            alone,
            hands: Hands::here(),
            helpers: None,
            next,
            written: Default::default(),
            encoded,
            stopped,
            #[cfg(test)]
            strangers: tests::strangers(),
        }
    }

    /// Helped by those of these hands that nobody else needs.
    pub fn helped_by(self, helpers: &'a Hands) -> Self {
        Self { helpers: Some(helpers), ..self }
    }

    /// Encodes everything. `write` takes the bytes in order; `sign` is called now and then with the share that is done.
    pub fn run(
        &self,
        write: &mut dyn FnMut(&[u8]) -> Result<(), MediaError>,
        sign: &mut dyn FnMut(f64),
    ) -> Result<Written, MediaError> {
        if self.alone {
            let mut joined = Joined::new(write, true);
            let limited = self.alone(&mut joined, 0, sign)?;
            return Ok(joined.written(self.limited(limited)));
        }
        let hands = self.hands.min(self.segments.len());
        let (sender, receiver) = mpsc::channel();
        std::thread::scope(|scope| {
            for nth in 0..hands {
                let sender = sender.clone();
                // One that is slow holds the others up, instead of filling the memory with what waits for it.
                let ahead = hands + 1;
                let spawned = std::thread::Builder::new().spawn_scoped(scope, move || {
                    // The first one is there, and may be alone for long.
                    let helper = self.helpers.filter(|_| nth > 0).map(|all| all.spare_while(|| self.has_more()));
                    if !matches!(helper, Some(None)) {
                        self.hand(&sender, ahead, Ways::new(if nth == 0 { 2 } else { 1 }));
                    }
                });
                spawned
                    .map_err(|why| self.stop(MediaError::Encoder { path: self.shown.into(), why: why.to_string() }))?;
            }
            drop(sender);
            let _guard = StopsOnPanic(&self.stopped);
            self.join(&receiver, write, sign).map_err(|error| self.stop(error))
        })
    }

    /// Makes the others stop.
    fn stop(&self, error: MediaError) -> MediaError {
        self.stopped.store(true, Ordering::Relaxed);
        error
    }

    /// Takes the next segment as long as there is one, at most so many ahead of what is written.
    fn hand(&self, sender: &Sender<Result<Piece, MediaError>>, ahead: usize, mut ways: Ways) {
        let _guard = StopsOnPanic(&self.stopped);
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(segment) = self.segments.get(number) else { return };
            if !self.has_room(number, ahead) {
                // Nobody wants it any more.
                return;
            }
            let mut stream = ways.towards(number);
            let piece = self.piece(number, segment.start.saturating_sub(BEFORE), segment.end, &mut stream);
            ways.came_to(number, stream);
            let failed = piece.is_err();
            if sender.send(piece).is_err() || failed {
                return;
            }
        }
    }

    /// Whether there is a segment that nobody has begun.
    fn has_more(&self) -> bool {
        self.next.load(Ordering::Relaxed) < self.segments.len() && !self.is_over()
    }

    fn is_over(&self) -> bool {
        self.cancel.is_cancelled() || self.stopped.load(Ordering::Relaxed)
    }

    /// Waits until a segment may be begun; false when it is not wanted any more.
    fn has_room(&self, number: usize, ahead: usize) -> bool {
        let (written, changed) = &self.written;
        let mut now = written.lock().unwrap_or_else(PoisonError::into_inner);
        while number >= *now + ahead && !self.is_over() {
            now = changed.wait_timeout(now, TICK).unwrap_or_else(PoisonError::into_inner).0;
        }
        !self.is_over()
    }

    fn is_written(&self, segments: usize) {
        let (written, changed) = &self.written;
        *written.lock().unwrap_or_else(PoisonError::into_inner) = segments;
        changed.notify_all();
    }

    /// Encodes from one frame to another, on its own.
    pub fn excerpt(&self, first: u64, until: u64, stream: &mut Option<Stream>) -> Result<Encoded, MediaError> {
        self.piece(0, first, until, stream).map(|piece| piece.encoded)
    }

    /// Encodes from one frame to another. `stream` is what was read before, and what can be read on.
    fn piece(&self, number: usize, first: u64, until: u64, stream: &mut Option<Stream>) -> Result<Piece, MediaError> {
        let frames = until.min(self.samples / frame_samples(self.plan.sample_rate) + 2).saturating_sub(first) + AFTER;
        // Of a frame; those of a varying rate have as many on an average or fewer.
        let most = u64::from(self.plan.kbit) * 125 * frame_samples(self.plan.sample_rate)
            / u64::from(self.plan.sample_rate)
            + 1;
        let mut bytes = Vec::with_capacity(usize::try_from(frames * most).unwrap_or_default());
        let own = self.segments.get(number).cloned().unwrap_or(first..until);
        let limited = self.encode(first..until, own, stream, &mut |more, samples| {
            bytes.extend_from_slice(more);
            self.still_wanted(samples)
        })?;
        let encoded = Encoded::new(first, bytes).ok_or_else(|| self.refused(&LameError::no_frames()))?;
        Ok(Piece { number, encoded, limited })
    }

    /// Encodes these frames. What the limiter did is counted in its `own` frames.
    fn encode(
        &self,
        frames: Range<u64>,
        own: Range<u64>,
        stream: &mut Option<Stream>,
        take: Take<'_>,
    ) -> Result<Limited, MediaError> {
        let refused = |why: LameError| self.refused(&why);
        let frame = frame_samples(self.plan.sample_rate);
        let first = frames.start * frame;
        let until = frames.end.saturating_add(AFTER).saturating_mul(frame);
        let mut left = until.saturating_sub(first);
        let mut sound = Sound::open_at(self.recording, self.plan, self.level, first, stream.take())?;
        let mut lame = Lame::new(Settings::of(self.plan)).map_err(refused)?;
        let (mut block, mut limited, mut at) = (Block::default(), Limited::default(), first);
        while left > 0 && sound.read(&mut block)? {
            block.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            let samples = block.frames() as u64;
            left -= samples;
            limited.follow(&sound, own.contains(&(at / frame)));
            at += samples;
            let (planes, channels) = block.slices();
            let bytes = if samples > 0 { lame.encode(&planes[..channels]).map_err(refused)? } else { &[] };
            take(bytes, samples)?;
        }
        take(lame.finish().map_err(refused)?, 0)?;
        *stream = Some(sound.into_stream());
        Ok(limited)
    }

    fn refused(&self, why: &LameError) -> MediaError {
        MediaError::Encoder { path: self.shown.into(), why: why.to_string() }
    }

    fn still_wanted(&self, samples: u64) -> Result<(), MediaError> {
        self.encoded.fetch_add(samples, Ordering::Relaxed);
        match self.is_over() {
            true => Err(MediaError::Cancelled),
            false => Ok(()),
        }
    }

    /// Writes the segments in order, as they come.
    fn join(
        &self,
        receiver: &Receiver<Result<Piece, MediaError>>,
        write: &mut dyn FnMut(&[u8]) -> Result<(), MediaError>,
        sign: &mut dyn FnMut(f64),
    ) -> Result<Written, MediaError> {
        let mut joined = Joined::new(write, false);
        let (mut waiting, mut limited) = (BTreeMap::new(), vec![]);
        let mut next = 0;
        while next < self.segments.len() {
            match receiver.recv_timeout(TICK) {
                Ok(piece) => {
                    let piece = piece?;
                    waiting.insert(piece.number, piece);
                }
                Err(RecvTimeoutError::Timeout) => (),
                // They were stopped, or one has panicked; the scope says so.
                Err(RecvTimeoutError::Disconnected) => return Err(MediaError::Cancelled),
            }
            sign(self.share(self.encoded.load(Ordering::Relaxed)));
            while let Some(piece) = waiting.remove(&next) {
                let its = piece.limited;
                if self.append(&mut joined, piece)? {
                    limited.push(its);
                    next += 1;
                    self.is_written(next);
                } else {
                    // It begins where the last one began.
                    limited.pop();
                    let own = self.segments[next.saturating_sub(1)].start;
                    limited.push(self.alone(&mut joined, own, sign)?);
                    next = self.segments.len();
                }
            }
        }
        let limited = limited.into_iter().fold(Limited::default(), Limited::and);
        Ok(joined.written(self.limited(limited)))
    }

    /// The limiter's largest reduction, and the share of the sound it worked in.
    fn limited(&self, limited: Limited) -> (f64, f64) {
        (limited.most_db, (limited.samples / self.samples.max(1) as f64).min(1.0))
    }

    /// Appends the next segment. Where it does not meet the one before it, it is encoded again from earlier on; false where
    /// it does not meet that one even so.
    fn append(&self, joined: &mut Joined<'_>, piece: Piece) -> Result<bool, MediaError> {
        let segment = &self.segments[piece.number];
        let mut encoded = piece.encoded;
        if !self.meets(joined, piece.number, &encoded) {
            let first = segment.start.saturating_sub(2 * BEFORE).max(joined.held_from());
            encoded = self.piece(piece.number, first, segment.end, &mut None)?.encoded;
            if !self.meets(joined, piece.number, &encoded) {
                return Ok(false);
            }
        }
        let last = piece.number + 1 == self.segments.len();
        let sure = if last { encoded.frames().end } else { segment.end.saturating_sub(BEFORE) };
        joined.append(encoded, segment.start, sure).map(|()| true)
    }

    fn meets(&self, joined: &Joined<'_>, number: usize, encoded: &Encoded) -> bool {
        #[cfg(test)]
        if number >= self.strangers {
            return false;
        }
        joined.meets(encoded, self.segments[number].start)
    }

    /// Encodes what is left with one encoder, from where the last one began: from there it writes what that one wrote, and
    /// goes on with what a single encoder would have written. What the limiter did counts from the frame `own` on.
    fn alone(&self, joined: &mut Joined<'_>, own: u64, sign: &mut dyn FnMut(f64)) -> Result<Limited, MediaError> {
        // Nobody waits for what the others encode any more.
        self.stopped.store(true, Ordering::Relaxed);
        let first = joined.held_from();
        let mut done = first * frame_samples(self.plan.sample_rate);
        let mut incoming = Incoming::from(first);
        joined.goes_on_alone();
        self.encode(first..u64::MAX, own..u64::MAX, &mut None, &mut |bytes, samples| {
            self.cancel.check().map_err(|_| MediaError::Cancelled)?;
            done += samples;
            sign(self.share(done));
            let whole = incoming.whole(bytes).ok_or_else(|| self.refused(&LameError::no_frames()))?;
            joined.go_on(&whole)
        })
    }

    fn share(&self, samples: u64) -> f64 {
        samples as f64 / self.samples.max(1) as f64
    }
}

impl Limited {
    /// With what it did in the last block; `counts`: no other segment has it too.
    fn follow(&mut self, sound: &Sound, counts: bool) {
        let (most_db, all) = sound.limited();
        self.most_db = most_db;
        self.samples += if counts { all - self.all } else { 0.0 };
        self.all = all;
    }

    fn and(self, other: Self) -> Self {
        Self { most_db: self.most_db.max(other.most_db), samples: self.samples + other.samples, ..self }
    }
}
