//! One sound, several encoders at once, one stream: segments (`segments`) are encoded by a few hands, joined where they
//! mean the same (`logical`), and written in order.
//!
//! The result does not depend on how many hands there are. Memory holds the segments being encoded, never the stream.

use super::info_frame::CheckSum;
use super::lame::{Lame, LameError, Settings};
use super::logical::Encoded;
use super::plan::Plan;
use super::segments::{AFTER, Amount, BEFORE, frame_samples, segments};
use super::sound::{Level, Sound};
use crate::MediaError;
use crate::audio::recording::{Block, Recording, Stream};
use hearthcast_model::Cancel;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

/// Hands at least, so that two segments side by side are decoded front to back; and at most, for the sake of memory.
const HANDS: Range<usize> = 2..4;
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
    next: AtomicUsize,
    /// Samples that went through an encoder.
    encoded: AtomicU64,
    stopped: AtomicBool,
}

/// One encoded segment.
struct Piece {
    number: usize,
    encoded: Encoded,
    limited: Limited,
}

/// What the limiter did: the largest reduction in dB, and how many samples it turned down.
#[derive(Debug, Clone, Copy, Default)]
struct Limited {
    most_db: f64,
    samples: f64,
}

/// What was written.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    /// Frames and bytes; the padding is what it should be for that many.
    pub frames: u64,
    /// Bytes.
    pub bytes: u64,
    /// Check sum of the bytes.
    pub sum: CheckSum,
    /// The limiter's largest reduction in dB, and the share of the sound it worked in.
    pub limited: (f64, f64),
}

impl Written {
    /// Whether it is what was expected; else the recording changed while it was read.
    pub fn is(&self, amount: &Amount) -> bool {
        (self.frames, self.bytes) == (amount.frames, amount.bytes)
    }
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
        let segments = segments(samples, plan.sample_rate);
        let (next, encoded, stopped) = (AtomicUsize::new(0), AtomicU64::new(0), AtomicBool::new(false));
        Self { recording, plan, level, shown, cancel, samples, segments, next, encoded, stopped }
    }

    /// Encodes everything. `write` takes the bytes in order; `sign` is called now and then with the share that is done.
    pub fn run(
        &self,
        write: &mut dyn FnMut(&[u8]) -> Result<(), MediaError>,
        sign: &mut dyn FnMut(f64),
    ) -> Result<Written, MediaError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let hands = cores.clamp(HANDS.start, HANDS.end).min(self.segments.len());
        let (sender, receiver) = mpsc::channel();
        std::thread::scope(|scope| {
            for _ in 0..hands {
                let sender = sender.clone();
                let spawned = std::thread::Builder::new().spawn_scoped(scope, move || self.hand(&sender));
                spawned
                    .map_err(|why| self.stop(MediaError::Encoder { path: self.shown.into(), why: why.to_string() }))?;
            }
            drop(sender);
            self.join(&receiver, write, sign).map_err(|error| self.stop(error))
        })
    }

    /// Makes the others stop.
    fn stop(&self, error: MediaError) -> MediaError {
        self.stopped.store(true, Ordering::Relaxed);
        error
    }

    /// Takes the next segment as long as there is one.
    fn hand(&self, sender: &Sender<Result<Piece, MediaError>>) {
        let mut stream = None;
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(segment) = self.segments.get(number) else { return };
            let piece = self.piece(number, segment.start.saturating_sub(BEFORE), segment.end, &mut stream);
            let failed = piece.is_err();
            if sender.send(piece).is_err() || failed {
                return;
            }
        }
    }

    /// Encodes from one frame to another, on its own.
    pub fn excerpt(&self, first: u64, until: u64, stream: &mut Option<Stream>) -> Result<Encoded, MediaError> {
        self.piece(0, first, until, stream).map(|piece| piece.encoded)
    }

    /// Encodes from one frame to another. `stream` is what was read before, and what can be read on.
    fn piece(&self, number: usize, first: u64, until: u64, stream: &mut Option<Stream>) -> Result<Piece, MediaError> {
        let refused = |why: LameError| MediaError::Encoder { path: self.shown.into(), why: why.to_string() };
        let frame = frame_samples(self.plan.sample_rate);
        let mut left = until.saturating_add(AFTER).saturating_mul(frame).saturating_sub(first * frame);
        let mut sound = Sound::open_at(self.recording, self.plan, self.level, first * frame, stream.take())?;
        let mut lame = Lame::new(Settings::of(self.plan)).map_err(refused)?;
        let (mut bytes, mut block) = (vec![], Block::default());
        while left > 0 && sound.read(&mut block)? {
            block.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            left -= block.frames() as u64;
            let (planes, channels) = block.slices();
            if block.frames() > 0 {
                bytes.extend_from_slice(lame.encode(&planes[..channels]).map_err(refused)?);
            }
            self.still_wanted(block.frames() as u64)?;
        }
        bytes.extend_from_slice(lame.finish().map_err(refused)?);
        let limited = Limited::of(&sound);
        *stream = Some(sound.into_stream());
        let encoded = Encoded::new(first, bytes).ok_or_else(|| refused(LameError::no_frames()))?;
        Ok(Piece { number, encoded, limited })
    }

    fn still_wanted(&self, samples: u64) -> Result<(), MediaError> {
        self.encoded.fetch_add(samples, Ordering::Relaxed);
        match self.cancel.is_cancelled() || self.stopped.load(Ordering::Relaxed) {
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
        let mut joined = Joined { write, at: 0, bytes: 0, sum: CheckSum::default(), held: None };
        let (mut waiting, mut limited) = (BTreeMap::new(), Limited::default());
        let mut next = 0;
        while next < self.segments.len() {
            match receiver.recv_timeout(TICK) {
                Ok(piece) => {
                    let piece = piece?;
                    waiting.insert(piece.number, piece);
                }
                Err(RecvTimeoutError::Timeout) => (),
                // A hand that is gone without a word has panicked; the scope says so.
                Err(RecvTimeoutError::Disconnected) if waiting.is_empty() => return Err(MediaError::Cancelled),
                Err(RecvTimeoutError::Disconnected) => (),
            }
            sign(self.encoded.load(Ordering::Relaxed) as f64 / self.samples.max(1) as f64);
            while let Some(piece) = waiting.remove(&next) {
                limited = limited.and(piece.limited);
                self.append(&mut joined, piece)?;
                next += 1;
            }
        }
        let share = limited.samples / self.samples.max(1) as f64;
        let limited = (limited.most_db, share.min(1.0));
        Ok(Written { frames: joined.at, bytes: joined.bytes, sum: joined.sum, limited })
    }

    /// Appends the next segment. Where it does not meet the one before it, it is encoded again from earlier on; at the
    /// latest the encoder that began where the one before it began makes the same frames as that one.
    fn append(&self, joined: &mut Joined<'_>, piece: Piece) -> Result<(), MediaError> {
        let segment = &self.segments[piece.number];
        let last = piece.number + 1 == self.segments.len();
        let mut encoded = piece.encoded;
        let earlier = joined.held.as_ref().map_or(0, |held| held.frames().start);
        for first in [segment.start.saturating_sub(2 * BEFORE).max(earlier), earlier] {
            if joined.meets(&encoded, segment.start) {
                break;
            }
            encoded = self.piece(piece.number, first, segment.end, &mut None)?.encoded;
        }
        let sure = if last { encoded.frames().end } else { segment.end - BEFORE };
        joined.append(encoded, segment.start, sure)
    }
}

impl Limited {
    fn of(sound: &Sound) -> Self {
        let (most_db, samples) = sound.limited();
        Self { most_db, samples }
    }

    fn and(self, other: Self) -> Self {
        Self { most_db: self.most_db.max(other.most_db), samples: self.samples + other.samples }
    }
}

/// The stream so far.
struct Joined<'a> {
    write: &'a mut dyn FnMut(&[u8]) -> Result<(), MediaError>,
    /// Frames and bytes written.
    at: u64,
    bytes: u64,
    sum: CheckSum,
    /// The last segment; its end is not written yet.
    held: Option<Encoded>,
}

impl Joined<'_> {
    /// The frame where `encoded` can go on, before the frame where it must.
    fn meeting(&self, encoded: &Encoded, until: u64) -> Option<u64> {
        let Some(held) = &self.held else { return Some(0) };
        held.meets(encoded, self.at.max(encoded.frames().start)..until)
    }

    fn meets(&self, encoded: &Encoded, until: u64) -> bool {
        self.meeting(encoded, until).is_some()
    }

    /// Goes on with `encoded`; its frames from `sure` on are not written yet.
    fn append(&mut self, encoded: Encoded, until: u64, sure: u64) -> Result<(), MediaError> {
        let cut = self.meeting(&encoded, until).unwrap_or(until);
        if let Some(held) = self.held.take() {
            self.put(held.bytes(self.at..cut))?;
            self.at = cut;
        }
        self.put(encoded.bytes(self.at..sure))?;
        self.at = sure.max(self.at);
        self.held = Some(encoded);
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), MediaError> {
        self.sum.add(bytes);
        self.bytes += bytes.len() as u64;
        (self.write)(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::recording::RecordingKind;
    use crate::probe::Source;
    use hearthcast_model::facts::Loudness;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    fn run(program: &str, args: &[&str]) -> Vec<u8> {
        let output = Command::new(program).args(args).env("LC_ALL", "C").output().unwrap();
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    fn sox(folder: &Path, rate: &str, channels: &str, effects: &str) -> PathBuf {
        let path = folder.join("sound.wav");
        let mut args = vec!["-R", "-n", "-r", rate, "-b", "16", "-c", channels, path.to_str().unwrap()];
        args.extend(effects.split(' '));
        run("sox", &args);
        path
    }

    fn speech(folder: &Path) -> PathBuf {
        let path = folder.join("speech.wav");
        let text = "Welcome to our show. Today: the weather, bread, and a dog who could count to seven. ".repeat(14);
        run("espeak-ng", &["-v", "en", "-w", path.to_str().unwrap(), &text]);
        path
    }

    fn opened(path: &Path, kind: RecordingKind) -> (Recording, u64) {
        let mut source = Source::open(path).unwrap();
        let recording = Recording::read(&mut source, kind, 0, 0).unwrap();
        let (mut stream, mut block) = (recording.stream().unwrap(), Block::default());
        while stream.read(&mut block).unwrap() {}
        (recording, stream.frames())
    }

    /// Encodes with cuts at these frames; what was written, and what is said about it.
    fn encoded(recording: &Recording, plan: &Plan, samples: u64, cuts: &[u64]) -> (Vec<u8>, Written) {
        let level = Level { gain_db: 7.0, ceiling_dbtp: Some(-2.0) };
        let cancel = Cancel::default();
        let mut encoding = Encoding::new(recording, plan, level, samples, "a recording", &cancel);
        let ends = [cuts, &[u64::MAX]].concat();
        encoding.segments = [0].into_iter().chain(cuts.iter().copied()).zip(ends).map(|(a, b)| a..b).collect();
        let mut bytes = vec![];
        let written = encoding.run(
            &mut |frames| {
                bytes.extend_from_slice(frames);
                Ok(())
            },
            &mut |_| (),
        );
        (bytes, written.unwrap())
    }

    /// What ffmpeg hears.
    fn heard(folder: &Path, bytes: &[u8]) -> Vec<u8> {
        let path = folder.join("made.mp3");
        std::fs::write(&path, bytes).unwrap();
        run("ffmpeg", &["-v", "error", "-i", path.to_str().unwrap(), "-f", "f32le", "-"])
    }

    fn plan(recording: &Recording, sample_rate: u32, kbit: u32) -> Plan {
        let before = Loudness { integrated_lufs: None, range_lu: None, true_peak_dbtp: None };
        let channels = recording.shape.heard_channels();
        Plan {
            format: hearthcast_model::AudioFormat::Mp3,
            channels,
            mix: false,
            dual_mono: false,
            sample_rate,
            kbit,
            vbr: None,
            before,
            target: None,
            high_pass: None,
            noise: None,
            changed: false,
        }
    }

    #[test]
    fn cut_in_pieces_the_sound_is_the_same_to_the_bit() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let plucks = "synth 1.5 pluck C3 pluck G4 pad 0 0.4 repeat 29 gain -n -6";
        let sweep = "synth 60 sine 40-16000 gain -6";
        let tone = "synth 60 sine 1000 gain -9";
        for (name, source, rate, kbit) in [
            ("speech, low rate", speech(folder), 22_050, 96),
            ("sweep", sox(folder, "44100", "1", sweep), 44_100, 96),
            ("plucks", sox(folder, "44100", "2", plucks), 44_100, 128),
            ("plucks", sox(folder, "48000", "2", plucks), 48_000, 192),
            ("resampled", sox(folder, "96000", "1", sweep), 48_000, 96),
            ("one tone", sox(folder, "44100", "2", tone), 44_100, 128),
        ] {
            let (recording, frames) = opened(&source, RecordingKind::Wav);
            let plan = plan(&recording, rate, kbit);
            let samples = crate::audio::resample::Resampler::length(recording.shape.sample_rate, rate, frames);
            let (serial, whole) = encoded(&recording, &plan, samples, &[]);
            let amount = Amount::of(samples, rate, kbit);
            assert!(whole.is(&amount), "{name}: {whole:?} {amount:?}");
            let cuts = [12 * 49, 21 * 49, 30 * 49];
            let (pieces, joined) = encoded(&recording, &plan, samples, &cuts);
            assert!(joined.is(&amount), "{name}: {joined:?}");
            let (serial, pieces) = (heard(folder, &serial), heard(folder, &pieces));
            let differs = serial.chunks(4).zip(pieces.chunks(4)).position(|(a, b)| a != b);
            assert_eq!((differs, serial.len()), (None, pieces.len()), "{name}");
            assert!((joined.limited.0 - whole.limited.0).abs() < 0.01, "{name}: {joined:?} {whole:?}");
            println!("{name}: {joined:?} {whole:?}");
        }
    }
}
