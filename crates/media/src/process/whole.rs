//! Formats that are encoded from front to back by one hand: Opus, FLAC, M4A, MP3 of a varying bit rate. (MP3 of one bit rate is cut
//! in pieces: `parallel`.)

use super::flac::FlacFile;
use super::lame::{self, LameError};
use super::m4a::M4aFile;
use super::opus::OpusFile;
use super::output::unwritable;
use super::plan::Plan;
use super::rounds::Tag;
use super::sound::{Level, Sound};
use super::vbr::VbrFile;
use crate::MediaError;
use crate::audio::recording::{Block, Recording};
use hearthcast_model::{AudioFormat, Cancel};
use std::fs::File;
use std::path::Path;

/// Why an encoder cannot go on, in its own words.
#[derive(Debug, thiserror::Error)]
pub enum EncoderError {
    /// The disk.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// libopus.
    #[error("{}", .0.message())]
    Opus(opusic_c::ErrorCode),
    /// LAME.
    #[error("{0}")]
    Lame(#[from] LameError),
    /// FLAC.
    #[error("{0}")]
    Flac(#[from] flac_codec::Error),
    /// A program that encodes.
    #[error("{0}")]
    Program(String),
}

impl From<opusic_c::ErrorCode> for EncoderError {
    fn from(code: opusic_c::ErrorCode) -> Self {
        Self::Opus(code)
    }
}

/// What is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Samples per second of the result, and of the recording.
    pub sample_rate: u32,
    /// Samples per second of the recording.
    pub source_rate: u32,
    /// One or two.
    pub channels: usize,
    /// Kilobits per second, where the format has a choice.
    pub kbit: u32,
    /// Bits of a sample, where the format has a choice.
    pub bits: u32,
    /// Nothing is done to the samples: they fit as they are.
    pub untouched: bool,
}

enum Encoder {
    Opus(Box<OpusFile>),
    Flac(Box<FlacFile>),
    M4a(Box<M4aFile>),
    Mp3(Box<VbrFile>),
}

/// One recording, one plan, one level.
pub struct Whole<'a> {
    /// The recording.
    pub recording: &'a Recording,
    /// The plan.
    pub plan: &'a Plan,
    /// Gain and ceiling.
    pub level: Level,
    /// Samples that come out.
    pub samples: u64,
    /// Where the recording stands, for sentences.
    pub shown: &'a str,
    /// Stops the work.
    pub cancel: &'a Cancel,
}

impl Whole<'_> {
    /// Encodes everything into `file`; the limiter's largest reduction in dB, and the share of the sound it worked in.
    /// `path` names the file. `at` is called now and then with the share that is done.
    pub fn run(&self, file: File, path: &Path, tag: &Tag, at: &mut dyn FnMut(f64)) -> Result<(f64, f64), MediaError> {
        let refused = |why: EncoderError| match why {
            EncoderError::Io(error) => unwritable(path, &error),
            why => MediaError::Encoder { path: self.shown.into(), why: why.to_string() },
        };
        let mut encoder = self.encoder(file, path, tag).map_err(refused)?;
        let mut sound = Sound::open_at(self.recording, self.plan, self.level, 0, None)?;
        let (mut block, mut done) = (Block::default(), 0);
        while done < self.samples && sound.read(&mut block)? {
            self.cancel.check().map_err(|_| MediaError::Cancelled)?;
            block.truncate(usize::try_from(self.samples - done).unwrap_or(usize::MAX));
            done += block.frames() as u64;
            let (planes, channels) = block.slices();
            encoder.encode(&planes[..channels]).map_err(refused)?;
            at(done as f64 / self.samples.max(1) as f64);
        }
        if done != self.samples {
            return Err(MediaError::Changed { path: self.shown.into() });
        }
        encoder.finish().map_err(refused)?;
        let (most_db, samples) = sound.limited();
        Ok((most_db, (samples / self.samples.max(1) as f64).min(1.0)))
    }

    fn encoder(&self, file: File, path: &Path, tag: &Tag) -> Result<Encoder, EncoderError> {
        let Plan { sample_rate, channels, kbit, mix, changed, .. } = *self.plan;
        let source_rate = self.recording.shape.sample_rate;
        let Level { gain_db, ceiling_dbtp } = self.level;
        let untouched = gain_db == 0.0 && ceiling_dbtp.is_none() && !mix && !changed && sample_rate == source_rate;
        let bits = bits_of(&self.recording.codec);
        let settings = Settings { sample_rate, source_rate, channels, kbit, bits, untouched: untouched && bits == 16 };
        Ok(match (self.plan.format, tag) {
            (AudioFormat::Flac, Tag::Comments(tags)) => {
                Encoder::Flac(Box::new(FlacFile::new(file, &settings, tags, self.samples)?))
            }
            (AudioFormat::Opus, Tag::Comments(tags)) => {
                Encoder::Opus(Box::new(OpusFile::new(file, &settings, tags, self.samples)?))
            }
            (AudioFormat::M4a, Tag::Mp4(tags)) => Encoder::M4a(Box::new(M4aFile::new(path, &settings, tags)?)),
            (AudioFormat::Mp3, Tag::Id3(tag)) if self.plan.vbr.is_some() => {
                Encoder::Mp3(Box::new(VbrFile::new(file, tag, lame::Settings::of(self.plan))?))
            }
            // MP3 of one bit rate goes another way (`parallel`), and every format has its own tags.
            _ => return Err(EncoderError::Program("there is no encoder for that".into())),
        })
    }
}

impl Encoder {
    fn encode(&mut self, planes: &[&[f32]]) -> Result<(), EncoderError> {
        match self {
            Self::Opus(opus) => opus.encode(planes),
            Self::Flac(flac) => flac.encode(planes),
            Self::M4a(m4a) => m4a.encode(planes),
            Self::Mp3(mp3) => mp3.encode(planes),
        }
    }

    fn finish(self) -> Result<(), EncoderError> {
        match self {
            Self::Opus(opus) => opus.finish(),
            Self::Flac(flac) => flac.finish(),
            Self::M4a(m4a) => m4a.finish(),
            Self::Mp3(mp3) => mp3.finish(),
        }
    }
}

/// Appends samples, channel by channel in turn.
pub fn interleave<T>(planes: &[&[f32]], out: &mut Vec<T>, mut as_is: impl FnMut(f32) -> T) {
    let frames = planes.first().map_or(0, |plane| plane.len());
    out.reserve(frames * planes.len());
    for at in 0..frames {
        out.extend(planes.iter().map(|plane| as_is(plane[at])));
    }
}

/// Bits that hold what is in a recording: what is finer than 16 bits keeps 24.
fn bits_of(codec: &str) -> u32 {
    match codec {
        "flac" | "alac" | "wavpack" | "tta" | "ape" | "wmalossless" => 24,
        // ffmpeg's names go on with the order of bytes.
        _ if ["pcm_s24", "pcm_s32", "pcm_f32", "pcm_f64", "dsd"].iter().any(|fine| codec.starts_with(fine)) => 24,
        _ => 16,
    }
}
