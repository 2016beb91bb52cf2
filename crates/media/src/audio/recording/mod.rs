//! Recordings of every kind but MP3: what their headers say, and their sound as blocks of numbers, front to back.
//!
//! The way of a recording: `wav`, `aiff`, `caf`, `mp4`, `matroska` or symphonia's demuxers read everything but the samples
//! → `pcm` or `packed_stream` stream them, or `foreign` by the program ffmpeg → [`Stream`] mixes 5.1 down and takes out
//! what is no number → [`measure`]. A recording is streamed several times when it is encoded; nothing of its sound is kept
//! in memory.

mod about;
pub(crate) mod adts;
pub(crate) mod aiff;
pub(crate) mod caf;
mod chunks;
mod codec;
pub(crate) mod comments;
mod edited;
mod fit;
mod flac_place;
mod foreign;
#[cfg(test)]
mod haste_tests;
mod kind;
pub(crate) mod matroska;
mod measure;
mod mixed;
mod mp3;
pub(crate) mod mp4;
mod mp4_chapters;
mod mp4_place;
mod ogg_ends;
mod ogg_pages;
mod packed;
mod packed_stream;
mod pcm;
mod skipping;
pub(crate) mod wav;
mod window;

pub(crate) use adts::{AdtsFrames, Step as AdtsStep};
pub(crate) use chunks::be;
pub(crate) use matroska::picture as matroska_picture;
pub(crate) use mp4::{TopBox, boxes, inside, top};
pub(crate) use ogg_pages::walk as walk_ogg;
pub(crate) use skipping::opus as opus_samples;

pub use edited::{Edited, Part, Source as EditedSource, Voice};
pub(crate) use foreign::read_words;
pub use kind::{FOREIGN, ForeignKind, RecordingKind};
pub use measure::{hash, is_one, measure};
pub use mixed::Mixed;
#[cfg(test)]
pub use mp3::DECODED_FRAMES as DECODED_MP3_FRAMES;

/// Where a first frame of bare AAC stands in the front of a file, if any does.
pub fn bare_aac_at(front: &[u8], is_whole: bool) -> Option<usize> {
    adts::find(front, is_whole)
}

/// How far bare AAC is searched for.
pub const MOST_JUNK: u64 = adts::MOST_JUNK;

use super::findings::Findings;
use super::gains::Gains;
use crate::MediaError;
use crate::probe::Source;
use crate::tags::FoundTags;
use edited::EditedStream;
use foreign::{Foreign, ForeignStream};
use hearthcast_model::facts::Finding;
use mixed::MixedStream;
use mp3::{Mp3, Mp3Stream};
use packed::Packed;
use packed_stream::PackedStream;
use pcm::{Pcm, PcmStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// More markers than this are no chapters.
const MOST_CHAPTERS: usize = 10_000;
/// No recording is larger: 3 hours of 8 channels in 64 bits at 96 kHz would be 66 GB, of stereo 16 GB.
const MOST_RECORDING_BYTES: u64 = 32 << 30;
/// A sample beyond this (60 dB over full scale) is damage, not sound.
const LOUDEST: f32 = 1000.0;

/// Rate and channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Samples per second.
    pub sample_rate: u32,
    /// Channels in the file.
    pub channels: usize,
}

impl Shape {
    fn check(&self) -> Result<(), Refused> {
        if !(4_000..=384_000).contains(&self.sample_rate) {
            return Err(Refused::plain(format!("its sample rate of {} Hz is impossible", self.sample_rate)));
        }
        match self.channels {
            1 | 2 | 6 => Ok(()),
            0 => Err(Refused::because("it has no channels")),
            many => Err(Refused::elsewhere(&format!("it has {many} channels"))),
        }
    }

    /// Channels after mixing down.
    pub fn heard_channels(&self) -> usize {
        self.channels.min(2)
    }
}

/// Why a recording cannot be taken, as the end of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    why: String,
    /// The file is sound; the program ffmpeg may know how to decode it.
    elsewhere: bool,
}

impl Refused {
    fn because(why: &str) -> Self {
        Self::plain(why.into())
    }

    fn plain(why: String) -> Self {
        Self { why, elsewhere: false }
    }

    fn elsewhere(why: &str) -> Self {
        Self { why: why.into(), elsewhere: true }
    }
}

/// What a reader of plain samples found.
pub(crate) struct Unpacked {
    pcm: Pcm,
    found: FoundTags,
    findings: Vec<Finding>,
}

/// Why a stream stopped in the middle.
enum Broken {
    Io(std::io::Error),
}

/// Everything but the sound.
pub struct Recording {
    path: PathBuf,
    size: u64,
    how: How,
    /// `wav`, `aiff`, `flac`, `ogg`, `mp4`, `aac`, `caf`, `matroska`, and those of [`FOREIGN`].
    pub container: &'static str,
    /// `pcm_s16`, `flac`, `vorbis`, `opus`, `aac`, `alac`.
    pub codec: String,
    /// MIME type.
    pub mime: &'static str,
    /// Rate and channels.
    pub shape: Shape,
    /// Bytes before the first and after the last byte of sound (COUNTING.md).
    pub around: (u64, u64),
    /// There are moving pictures beside the sound.
    pub film: bool,
    /// Tags.
    pub found: FoundTags,
    /// What a person should know.
    pub findings: Vec<Finding>,
}

enum How {
    Pcm(Pcm),
    Packed(Packed),
    Foreign(Foreign),
    Mp3(Mp3),
    Edited(Arc<Edited>),
    Levelled(Arc<(Recording, Gains)>),
    Mixed(Arc<Mixed>),
}

impl Recording {
    /// Reads what is not sound; `front` and `trailer` bytes around it are tags of another kind. What is packed in a way that
    /// is not decoded here is given to ffmpeg, where that is installed.
    pub fn read(source: &mut Source, kind: RecordingKind, front: u64, trailer: u64) -> Result<Self, MediaError> {
        if source.size > MOST_RECORDING_BYTES {
            let what = format!("{} GB, and recordings of more than 32 GiB are not taken", source.size / 1_000_000_000);
            return Err(MediaError::TooLarge { path: source.path.shown(), what });
        }
        let path = source.path.clone();
        let plain = match kind {
            RecordingKind::Wav => Some(path.io(wav::read(source))?),
            RecordingKind::Aiff => Some(path.io(aiff::read(source))?),
            RecordingKind::Caf => path.io(caf::plain(source))?,
            _ => None,
        };
        let read = match (plain, kind) {
            (Some(plain), _) => plain.map(|plain| Self::plain(source, kind, plain)),
            (None, RecordingKind::Foreign(_)) => Err(Refused::elsewhere("Hearthcast does not decode that itself")),
            (None, _) => packed::read(source, kind, front, trailer),
        };
        let mut recording = match read {
            Ok(recording) if recording.may_be_half() => foreign::whole(source, kind, recording)?,
            Ok(recording) => recording,
            Err(Refused { why, elsewhere: true }) => foreign::read(source, kind, why)?,
            Err(Refused { why, .. }) => {
                return Err(MediaError::Unsupported { path: path.shown(), what: kind.words().into(), why });
            }
        };
        if recording.film {
            let message = "There is a film in this file; only its sound is used.";
            recording.finding("media.film", message);
        }
        if recording.shape.channels == 6 {
            let message = "The six channels of 5.1 sound are mixed down to stereo: podcast apps play no more.";
            recording.finding("media.downmixed", message);
        }
        Ok(recording)
    }

    /// An MP3 that is to be decoded, and its samples per channel.
    pub fn mp3(path: &Path) -> Result<(Self, u64), MediaError> {
        let mut source = Source::open(path)?;
        let (mp3, shape, frames) = mp3::read(&mut source)?;
        let recording = Self {
            path: path.to_owned(),
            size: source.size,
            container: "mp3",
            codec: "mp3".into(),
            mime: "audio/mpeg",
            shape,
            around: (mp3.layout.header_bytes, mp3.layout.trailer_bytes),
            how: How::Mp3(mp3),
            film: false,
            found: FoundTags::default(),
            findings: vec![],
        };
        Ok((recording, frames))
    }

    /// What was put together of several recordings; it stands for the one that the others are put around.
    pub fn edited(edited: Edited) -> Self {
        let of = &edited.master.recording;
        Self {
            path: of.path.clone(),
            size: of.size,
            container: of.container,
            codec: of.codec.clone(),
            mime: of.mime,
            shape: edited.shape(),
            around: of.around,
            film: of.film,
            found: FoundTags::default(),
            findings: vec![],
            how: How::Edited(Arc::new(edited)),
        }
    }

    /// The same with a gain that follows who speaks.
    pub fn levelled(self, gains: Gains) -> Self {
        Self {
            path: self.path.clone(),
            size: self.size,
            container: self.container,
            codec: self.codec.clone(),
            mime: self.mime,
            shape: Shape { channels: self.shape.heard_channels(), ..self.shape },
            around: self.around,
            film: self.film,
            found: FoundTags::default(),
            findings: vec![],
            how: How::Levelled(Arc::new((self, gains))),
        }
    }

    /// What is heard of several together; it stands for the first of them.
    pub fn mixed(mixed: Mixed) -> Self {
        let of = mixed.tracks.first().map(|(source, _)| &source.recording);
        Self {
            path: of.map(|of| of.path.clone()).unwrap_or_default(),
            size: of.map_or(0, |of| of.size),
            container: of.map_or("", |of| of.container),
            // Sums of samples are finer than the samples were.
            codec: "pcm_f32".into(),
            mime: of.map_or("", |of| of.mime),
            shape: mixed.shape,
            around: of.map_or((0, 0), |of| of.around),
            film: false,
            found: FoundTags::default(),
            findings: vec![],
            how: How::Mixed(Arc::new(mixed)),
        }
    }

    /// The same, to be heard at once from places in its middle: what is packed is not decoded up to there, but for a
    /// second, where it is sure which sample comes next. The samples are those that decoding everything gives, but for noise
    /// that AAC has its decoder make: that is another one of the same height.
    pub fn in_haste(mut self) -> Self {
        if let How::Packed(packed) = &mut self.how {
            packed.hasty = true;
        }
        self
    }

    /// Its path, for sentences.
    pub fn shown(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// AAC at a low rate is often HE-AAC that does not say so: its upper half needs ffmpeg.
    fn may_be_half(&self) -> bool {
        self.codec == "aac" && self.shape.sample_rate <= 24_000
    }

    fn plain(source: &Source, kind: RecordingKind, plain: Unpacked) -> Self {
        let Unpacked { pcm, found, findings } = plain;
        let mime = match kind {
            RecordingKind::Wav => "audio/wav",
            RecordingKind::Caf => "audio/x-caf",
            _ => "audio/aiff",
        };
        Self {
            path: source.path.path().to_owned(),
            size: source.size,
            container: kind.container(),
            codec: pcm.format.codec(),
            mime,
            shape: pcm.shape,
            around: (pcm.data.start, source.size - pcm.data.end),
            how: How::Pcm(pcm),
            film: false,
            found,
            findings,
        }
    }

    /// Samples in which something is heard that was put to it: an intro, an outro, the tone of a bleep.
    pub fn added(&self) -> Vec<std::ops::Range<u64>> {
        match &self.how {
            How::Edited(edited) => edited.added(),
            _ => vec![],
        }
    }

    /// Opens the sound at its beginning.
    pub fn stream(&self) -> Result<Stream, MediaError> {
        self.stream_from(0, None)
    }

    /// Opens the sound at a sample. What is packed is unpacked from the beginning to there, because demuxers find
    /// places only about; or from where `before`, a stream of the same recording, has come to. Frames of MP3 are walked to
    /// there; in haste packets of other kinds are, and of FLAC and MP4 a place is found.
    pub fn stream_from(&self, frame: u64, before: Option<Stream>) -> Result<Stream, MediaError> {
        if let Some(mut stream) = before
            && !self.is_searched(frame, stream.frames)
            && stream.go_to(frame)
        {
            return Ok(stream);
        }
        let source = Source::open(&self.path)?;
        if source.size != self.size {
            return Err(MediaError::Changed { path: source.path.shown() });
        }
        let path = source.path.clone();
        let inner = match &self.how {
            How::Pcm(pcm) => Inner::Pcm(path.io(PcmStream::open(source, pcm, frame))?),
            How::Packed(packed) => {
                Inner::Packed(Box::new(PackedStream::open(source, packed, frame).map_err(|refused| {
                    MediaError::Unsupported { path: path.shown(), what: "a recording".into(), why: refused.why }
                })?))
            }
            How::Foreign(foreign) => Inner::Foreign(Box::new(foreign.stream(&path, self.size)?)),
            How::Mp3(mp3) => Inner::Mp3(Box::new(path.io(Mp3Stream::open(source, mp3))?)),
            How::Edited(edited) => Inner::Edited(Box::new(EditedStream::new(Arc::clone(edited)))),
            How::Mixed(mixed) => Inner::Mixed(Box::new(MixedStream::new(Arc::clone(mixed)))),
            How::Levelled(both) => Inner::Levelled(Box::new((both.0.stream_from(frame, None)?, Arc::clone(both)))),
        };
        let frames = match &inner {
            Inner::Pcm(_) | Inner::Levelled(_) => frame,
            Inner::Packed(packed) => packed.at(),
            _ => 0,
        };
        let mut stream = Stream { inner, path, shape: self.shape, frames, skip: 0, findings: Findings::default() };
        stream.go_to(frame);
        Ok(stream)
    }

    /// A place far ahead is searched for, not walked to.
    fn is_searched(&self, frame: u64, from: u64) -> bool {
        matches!(&self.how, How::Packed(packed) if packed.is_searched(frame, from))
    }

    fn finding(&mut self, code: &str, message: &str) {
        self.findings.push(Finding { code: code.into(), message: message.into(), at_ms: None });
    }
}

/// A stretch of sound: one plane per channel, all of one length.
#[derive(Debug, Default)]
pub struct Block {
    /// Samples by channel.
    pub planes: Vec<Vec<f32>>,
}

impl Block {
    /// Samples per channel.
    pub fn frames(&self) -> usize {
        self.planes.first().map_or(0, Vec::len)
    }

    /// Leaves out what comes after so many samples.
    pub fn truncate(&mut self, frames: usize) {
        self.planes.iter_mut().for_each(|plane| plane.truncate(frames));
    }

    /// The planes as slices.
    pub fn slices(&self) -> ([&[f32]; 2], usize) {
        let first = self.planes.first().map_or(&[][..], Vec::as_slice);
        ([first, self.planes.get(1).map_or(first, Vec::as_slice)], self.planes.len().min(2))
    }
}

/// The sound of a recording, front to back, in one or two channels.
pub struct Stream {
    inner: Inner,
    path: crate::probe::ShownPath,
    shape: Shape,
    frames: u64,
    /// Samples yet to be passed over.
    skip: u64,
    findings: Findings,
}

enum Inner {
    Pcm(PcmStream),
    Packed(Box<PackedStream>),
    Foreign(Box<ForeignStream>),
    Mp3(Box<Mp3Stream>),
    Edited(Box<EditedStream>),
    Levelled(Box<(Stream, Arc<(Recording, Gains)>)>),
    Mixed(Box<MixedStream>),
}

impl Stream {
    /// Goes on at a later sample, or at any where that is known; false where that is another way than to go on.
    fn go_to(&mut self, frame: u64) -> bool {
        let ahead = frame.checked_sub(self.frames + self.skip);
        match (&mut self.inner, ahead) {
            (Inner::Pcm(_), Some(0)) => return true,
            (Inner::Levelled(both), _) => {
                if !both.0.go_to(frame) {
                    return false;
                }
            }
            (Inner::Edited(edited), _) => edited.go_to(frame),
            (Inner::Mixed(mixed), _) => mixed.go_to(frame),
            (Inner::Mp3(mp3), Some(_)) => mp3.go_to(frame),
            (Inner::Packed(packed), Some(ahead)) => {
                packed.go_to(frame);
                self.skip += ahead;
                return true;
            }
            (Inner::Foreign(_), Some(ahead)) => {
                self.skip += ahead;
                return true;
            }
            _ => return false,
        }
        self.frames = frame;
        true
    }

    /// Fills `block` with what comes next; false at the end.
    pub fn read(&mut self, block: &mut Block) -> Result<bool, MediaError> {
        let at_ms = self.heard_ms();
        let more = match &mut self.inner {
            // Each part of it went through all this.
            Inner::Edited(edited) => {
                let more = edited.read(block)?;
                self.frames += if more { block.frames() as u64 } else { 0 };
                return Ok(more);
            }
            Inner::Mixed(mixed) => {
                let more = mixed.read(block)?;
                self.frames += if more { block.frames() as u64 } else { 0 };
                return Ok(more);
            }
            Inner::Levelled(both) => {
                let (stream, of) = &mut **both;
                let more = stream.read(block)?;
                of.1.pass(self.frames, &mut block.planes);
                self.frames += if more { block.frames() as u64 } else { 0 };
                return Ok(more);
            }
            Inner::Mp3(mp3) => mp3.read(block),
            Inner::Pcm(pcm) => pcm.read(block),
            Inner::Packed(packed) => packed.read(block, &mut self.findings, at_ms),
            Inner::Foreign(foreign) => foreign.read(block, &mut self.findings, at_ms),
        };
        let more = match more {
            Ok(more) => more,
            Err(Broken::Io(error)) => return self.path.io(Err(error)),
        };
        if !more {
            return Ok(false);
        }
        self.pass_over(block);
        for plane in &mut block.planes {
            if tidy(plane) {
                self.findings.bad_samples(at_ms);
            }
        }
        if block.planes.len() == 6 {
            mix_down(&mut block.planes);
        }
        self.frames += block.frames() as u64;
        Ok(true)
    }

    /// Empties a block before the sample the stream was opened at, and cuts the one that it stands in.
    fn pass_over(&mut self, block: &mut Block) {
        let over = usize::try_from(self.skip).unwrap_or(usize::MAX).min(block.frames());
        if over > 0 {
            for plane in &mut block.planes {
                plane.drain(..over.min(plane.len()));
            }
            self.skip -= over as u64;
            self.frames += over as u64;
        }
    }

    /// Bytes of the file passed, about.
    pub fn position(&self) -> u64 {
        match &self.inner {
            Inner::Pcm(pcm) => pcm.position(),
            Inner::Packed(packed) => packed.position(),
            Inner::Foreign(foreign) => foreign.position(),
            Inner::Mp3(mp3) => mp3.position(),
            Inner::Levelled(both) => both.0.position(),
            Inner::Edited(_) | Inner::Mixed(_) => 0,
        }
    }

    /// Packets that were decoded of what is packed.
    #[cfg(test)]
    pub fn decoded_packets(&self) -> u64 {
        match &self.inner {
            Inner::Packed(packed) => packed.decoded_packets(),
            _ => 0,
        }
    }

    /// Samples per channel passed.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Milliseconds passed, to the nearest.
    pub fn heard_ms(&self) -> i64 {
        let rate = u128::from(self.shape.sample_rate.max(1));
        i64::try_from((u128::from(self.frames) * 1000 + rate / 2) / rate).unwrap_or(i64::MAX)
    }

    /// What was odd about the sound.
    pub fn into_findings(self) -> Findings {
        self.findings
    }
}

/// Silences what is no number or impossibly loud; whether there was any.
fn tidy(plane: &mut [f32]) -> bool {
    // A sum of magnitudes is cheap and shows all of it.
    let mut lanes = [0.0f32; 8];
    for chunk in plane.chunks(8) {
        for (lane, sample) in lanes.iter_mut().zip(chunk) {
            *lane += sample.abs();
        }
    }
    if lanes.iter().sum::<f32>() < LOUDEST {
        return false;
    }
    let mut bad = false;
    for sample in plane {
        if sample.is_nan() || sample.abs() > LOUDEST {
            (*sample, bad) = (0.0, true);
        }
    }
    bad
}

/// ITU-R BS.775 annex 4: left, right, centre, (low effects), surrounds; scaled so that nothing can become too loud.
fn mix_down(planes: &mut Vec<Vec<f32>>) {
    const SIDE: f32 = std::f32::consts::FRAC_1_SQRT_2;
    const SCALE: f32 = 1.0 / (1.0 + 2.0 * SIDE);
    let surrounds = planes.split_off(4);
    let centre = planes[2].clone();
    planes.truncate(2);
    for (plane, surround) in planes.iter_mut().zip(&surrounds) {
        for ((sample, centre), surround) in plane.iter_mut().zip(&centre).zip(surround) {
            *sample = SCALE * (*sample + SIDE * centre + SIDE * surround);
        }
    }
}

/// The file ends before the samples it states.
fn truncated(pcm: &Pcm, stated_bytes: u64) -> Finding {
    let rate = u64::from(pcm.shape.sample_rate);
    let frame = (pcm.format.bytes() * pcm.shape.channels) as u64;
    let ms = |frames: u64| i64::try_from(u128::from(frames) * 1000 / u128::from(rate)).unwrap_or(i64::MAX);
    let (at_ms, told_ms) = (ms(pcm.frames()), ms(stated_bytes / frame));
    super::findings::ends_early(at_ms, told_ms)
}
