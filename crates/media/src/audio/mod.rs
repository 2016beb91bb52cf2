//! The sound of an MP3 (of other kinds: `recording`), measured in one pass over the file: frames walked, decoded, counted; loudness, peaks and the
//! SHA-256 of the whole file fall out of the same read. The file is read once, front to back, after a few small looks
//! at both ends.

pub mod bleed;
pub mod condition;
mod decode;
pub mod denoise;
mod findings;
pub(crate) mod frames;
pub mod gains;
mod header;
pub mod high_pass;
pub(crate) mod info;
pub mod layout;
pub mod leveller;
pub mod limiter;
pub mod loudness;
mod meters;
mod peaks;
mod playable;
pub mod recording;
pub mod resample;

pub use findings::{Findings, damaged_ms};
pub use header::FrameHeader;
pub use loudness::MOST_STEPS;
pub use peaks::{MOST_FINE_SLICES, MOST_SLICES};

use crate::MediaError;
use crate::probe::{HashingReader, Pace, ShownPath, Source};
use decode::{FrameDecoder, Sound, planes};
use frames::{Frames, Skipped, Step};
use hearthcast_model::course::{FINE_IN_COARSE, SoundCourse};
use hearthcast_model::facts::{Channels, Loudness, Peaks, SoundCondition};
use hearthcast_model::{Cancel, Progress, Sha256};
use info::StreamInfo;
use layout::Layout;
use loudness::true_peak::TruePeak;
use meters::{Meters, MetersBeside};
use playable::Playable;
use std::io::{self, Read};

/// What one pass over the sound found.
#[derive(Debug)]
pub struct Measured {
    /// Playable length.
    pub duration_ms: i64,
    /// Samples per second of the first frame.
    pub sample_rate: u32,
    /// Channels of the first frame.
    pub channels: u8,
    /// Loudness of what is heard.
    pub loudness: Loudness,
    /// Waveform of what is heard.
    pub peaks: Peaks,
    /// Levels of what is heard, for players.
    pub levels: String,
    /// How it goes over time.
    pub course: SoundCourse,
    /// What is odd about what is heard.
    pub condition: SoundCondition,
    /// Hash of the whole file.
    pub sha256: Sha256,
    /// What is odd about the sound.
    pub findings: Findings,
}

/// Measures the sound. `None`: there are no MPEG layer III frames.
pub fn measure(
    source: &mut Source,
    layout: &Layout,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Option<Measured>, MediaError> {
    source.rewind()?;
    let size = source.size;
    let length = size - layout.header_bytes - layout.trailer_bytes;
    let mut pace = Pace::new("analyse", size, cancel, progress);
    let reader = HashingReader::new(&mut source.file);
    let heard = hear(reader, layout.header_bytes, length, &source.path, &mut |at| pace.at(at))?;
    pace.at_end();
    let Some((heard, mut reader)) = heard else { return Ok(None) };
    source.path.io(io::copy(&mut reader, &mut io::sink()))?;
    let (sha256, read) = reader.finish();
    if read != size {
        return Err(MediaError::Changed { path: source.path.shown() });
    }
    heard.finish(sha256, &source.path).map(Some)
}

/// Hears `length` bytes of frames after `before` bytes that are none; `at` is told how far it has come. `None`: there are
/// no frames of MPEG layer III.
pub fn hear<R: Read>(
    mut reader: R,
    before: u64,
    length: u64,
    path: &ShownPath,
    at: &mut dyn FnMut(u64) -> Result<(), MediaError>,
) -> Result<Option<(Heard, R)>, MediaError> {
    path.io(io::copy(&mut reader.by_ref().take(before), &mut io::sink()))?;
    let mut frames = Frames::new(reader, length);
    let Some(junk) = path.io(frames.find_first())? else { return Ok(None) };
    let mut walk = Walk::new(before + junk);
    walk.findings.junk_before(junk);
    let meters = std::thread::scope(|scope| {
        let mut meters = MetersBeside::begin(scope);
        while !walk.step(path.io(frames.next_step())?, &mut meters) {
            at(walk.position)?;
        }
        Ok::<_, MediaError>(meters.end())
    })?;
    Ok(Some((Heard { walk, meters }, frames.into_input())))
}

/// The highest value of the wave that these whole frames decode to, as a share of full scale. The first few, whose sound
/// began earlier, are passed over.
pub fn peak_of_frames(mut bytes: &[u8]) -> f32 {
    const BEGINNING: usize = 8;
    let (mut decoder, mut peak, mut passed) = (FrameDecoder::new(), TruePeak::new(), 0);
    while let Some(header) = FrameHeader::parse_mp3(bytes).filter(|header| header.frame_bytes <= bytes.len()) {
        let (frame, rest) = bytes.split_at(header.frame_bytes);
        let sound = decoder.decode(&header, frame);
        let (planes, channels) = planes(&sound, &header);
        passed += 1;
        if passed > BEGINNING {
            peak.add(&planes[..channels]);
        }
        bytes = rest;
    }
    peak.highest()
}

/// What was heard of all frames.
pub struct Heard {
    walk: Walk,
    meters: Meters,
}

/// Everything that is carried from frame to frame.
struct Walk {
    /// Bytes of the file passed.
    position: u64,
    decoder: FrameDecoder,
    playable: Playable,
    findings: Findings,
    first: Option<FrameHeader>,
    info: Option<StreamInfo>,
    bit_rates: (u32, u32),
    /// Audio frames, and those of them that could be decoded.
    frames: u64,
    decoded: u64,
}

impl Walk {
    fn new(position: u64) -> Self {
        Self {
            position,
            decoder: FrameDecoder::new(),
            playable: Playable::default(),
            findings: Findings::default(),
            first: None,
            info: None,
            bit_rates: (u32::MAX, 0),
            frames: 0,
            decoded: 0,
        }
    }

    /// Takes one step of the walk; true at its end.
    fn step(&mut self, step: Step<'_>, meters: &mut MetersBeside<'_>) -> bool {
        match step {
            Step::Frame(header, bytes) => self.frame(&header, bytes, meters),
            Step::Skipped(part) => self.skipped(part),
            Step::Cut(bytes) => {
                self.position += bytes;
                self.findings.cut(self.playable.heard_ms());
            }
            Step::End => return true,
        }
        false
    }

    fn skipped(&mut self, part: Skipped) {
        self.position += part.bytes;
        self.findings.skipped(part, self.playable.heard_ms());
    }

    fn frame(&mut self, header: &FrameHeader, bytes: &[u8], meters: &mut MetersBeside<'_>) {
        self.position += bytes.len() as u64;
        if let Some(info) = info::read(header, bytes) {
            return self.description(header, info);
        }
        self.shape(header);
        self.frames += 1;
        self.bit_rates = (self.bit_rates.0.min(header.bit_rate), self.bit_rates.1.max(header.bit_rate));
        let sound = self.decoder.decode(header, bytes);
        match sound {
            Sound::Decoded(_) => self.decoded += 1,
            Sound::Unreadable => {
                let at_ms = self.playable.heard_ms();
                self.findings.unreadable_frame(at_ms, header.samples(), header.sample_rate);
            }
        }
        let (planes, channels) = planes(&sound, header);
        let heard = self.playable.take(planes[0].len(), header.sample_rate);
        let heard = planes.map(|plane| &plane[heard.clone()]);
        meters.take(header.sample_rate, &heard[..channels]);
    }

    /// A frame that describes the stream instead of carrying sound; a later one stands where two files were joined.
    fn description(&mut self, header: &FrameHeader, info: StreamInfo) {
        if self.frames == 0 && self.info.is_none() {
            self.playable.set_info(&info, header.samples());
            self.info = Some(info);
        } else {
            self.findings.joined(self.playable.heard_ms());
        }
    }

    fn shape(&mut self, header: &FrameHeader) {
        match &self.first {
            None => self.first = Some(*header),
            Some(first) if !first.same_stream(header) => self.findings.changes(self.playable.heard_ms()),
            Some(_) => (),
        }
    }
}

impl Heard {
    /// What was found, in a file of this hash.
    pub fn finish(self, sha256: Sha256, path: &ShownPath) -> Result<Measured, MediaError> {
        let Self { mut walk, meters } = self;
        let first = walk.first.filter(|_| walk.decoded > 0);
        let first = first.ok_or_else(|| MediaError::Undecodable { path: path.shown() })?;
        let duration_ms = walk.playable.heard_ms();
        let told = walk.info.and_then(|info| info.frames);
        // Some encoders count their own description as a frame.
        if let Some(told) = told.filter(|told| *told > walk.frames + 1) {
            let told_ms = told.saturating_mul(first.samples()).saturating_mul(1000) / u64::from(first.sample_rate);
            walk.findings.ends_early(duration_ms, i64::try_from(told_ms).unwrap_or(i64::MAX));
        }
        if let Some(told) = told.filter(|told| *told + 1 < walk.frames) {
            let told_ms = told.saturating_mul(first.samples()).saturating_mul(1000) / u64::from(first.sample_rate);
            walk.findings.goes_on(duration_ms, i64::try_from(told_ms).unwrap_or(i64::MAX));
        }
        if told.is_none() && walk.bit_rates.0 != walk.bit_rates.1 {
            walk.findings.no_length();
        }
        let (condition, (fine, levels)) = (meters.condition.finish(), meters.peaks.finish());
        let dual_mono = condition.channels == Channels::DualMono;
        let (samples, curve) = (walk.playable.samples(), meters.loudness.curve());
        Ok(Measured {
            duration_ms,
            sample_rate: first.sample_rate,
            channels: first.channels,
            loudness: meters.loudness.finish(),
            peaks: fine.folded(FINE_IN_COARSE),
            levels,
            course: SoundCourse { samples, dual_mono, curve, fine },
            condition,
            sha256,
            findings: walk.findings,
        })
    }
}
