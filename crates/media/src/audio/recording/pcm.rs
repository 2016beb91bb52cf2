//! Plain samples in a file: their format, where they stand, and a stream of them as numbers from −1 to 1.

use super::{Block, Broken, Shape};
use crate::probe::Source;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;

/// Frames read together.
const FRAMES: usize = 8192;

/// How one sample is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleFormat {
    /// 8 bits around 128 (WAV).
    Unsigned8,
    /// Signed, so many bytes: 1 to 4.
    Signed(u8),
    /// 32-bit floating point.
    Float32,
    /// 64-bit floating point.
    Float64,
}

impl SampleFormat {
    /// Bytes of one sample.
    pub fn bytes(self) -> usize {
        match self {
            Self::Unsigned8 => 1,
            Self::Signed(bytes) => usize::from(bytes),
            Self::Float32 => 4,
            Self::Float64 => 8,
        }
    }

    /// Its name as a codec (`pcm_s16`).
    pub fn codec(self) -> String {
        match self {
            Self::Unsigned8 => "pcm_u8".into(),
            Self::Signed(bytes) => format!("pcm_s{}", u32::from(bytes) * 8),
            Self::Float32 => "pcm_f32".into(),
            Self::Float64 => "pcm_f64".into(),
        }
    }
}

/// Where samples stand and how they are written.
#[derive(Debug, Clone, PartialEq)]
pub struct Pcm {
    /// Rate and channels.
    pub shape: Shape,
    /// One sample.
    pub format: SampleFormat,
    /// Most significant byte first (AIFF).
    pub big_endian: bool,
    /// Bytes of the file that are samples.
    pub data: Range<u64>,
}

impl Pcm {
    /// Whole frames in the file.
    pub fn frames(&self) -> u64 {
        (self.data.end - self.data.start) / self.frame_bytes() as u64
    }

    fn frame_bytes(&self) -> usize {
        self.format.bytes() * self.shape.channels
    }
}

/// Reads samples front to back.
pub struct PcmStream {
    pcm: Pcm,
    file: BufReader<File>,
    left: u64,
    bytes: Vec<u8>,
}

impl PcmStream {
    /// At a sample, or at the end.
    pub fn open(source: Source, pcm: &Pcm, frame: u64) -> io::Result<Self> {
        let mut file = source.file;
        let frame = frame.min(pcm.frames());
        file.seek(SeekFrom::Start(pcm.data.start + frame * pcm.frame_bytes() as u64))?;
        Ok(Self {
            pcm: pcm.clone(),
            file: BufReader::with_capacity(256 * 1024, file),
            left: pcm.frames() - frame,
            bytes: vec![],
        })
    }

    /// The next frames; false at the end.
    pub fn read(&mut self, block: &mut Block) -> Result<bool, Broken> {
        let frames = usize::try_from(self.left).unwrap_or(usize::MAX).min(FRAMES);
        if frames == 0 {
            return Ok(false);
        }
        self.bytes.resize(frames * self.pcm.frame_bytes(), 0);
        self.file.read_exact(&mut self.bytes).map_err(Broken::Io)?;
        self.left -= frames as u64;
        block.planes.resize_with(self.pcm.shape.channels, Vec::new);
        for (channel, plane) in block.planes.iter_mut().enumerate() {
            self.plane(channel, plane);
        }
        Ok(true)
    }

    /// Bytes of the file passed.
    pub fn position(&self) -> u64 {
        self.pcm.data.end - self.left * self.pcm.frame_bytes() as u64
    }

    fn plane(&self, channel: usize, plane: &mut Vec<f32>) {
        let width = self.pcm.format.bytes();
        let step = self.pcm.frame_bytes();
        let samples = self.bytes.chunks_exact(step).map(|frame| &frame[channel * width..(channel + 1) * width]);
        plane.clear();
        match (self.pcm.format, self.pcm.big_endian) {
            (SampleFormat::Unsigned8, _) => plane.extend(samples.map(|s| (f32::from(s[0]) - 128.0) / 128.0)),
            (SampleFormat::Signed(1), _) => plane.extend(samples.map(|s| f32::from(s[0] as i8) / 128.0)),
            (SampleFormat::Signed(2), false) => {
                plane.extend(samples.map(|s| f32::from(i16::from_le_bytes([s[0], s[1]])) / 32_768.0))
            }
            (SampleFormat::Signed(2), true) => {
                plane.extend(samples.map(|s| f32::from(i16::from_be_bytes([s[0], s[1]])) / 32_768.0))
            }
            (SampleFormat::Signed(3), false) => plane.extend(samples.map(|s| whole([0, s[0], s[1], s[2]]))),
            (SampleFormat::Signed(3), true) => plane.extend(samples.map(|s| whole([0, s[2], s[1], s[0]]))),
            (SampleFormat::Signed(_), false) => plane.extend(samples.map(|s| whole([s[0], s[1], s[2], s[3]]))),
            (SampleFormat::Signed(_), true) => plane.extend(samples.map(|s| whole([s[3], s[2], s[1], s[0]]))),
            (SampleFormat::Float32, false) => {
                plane.extend(samples.map(|s| f32::from_le_bytes([s[0], s[1], s[2], s[3]])))
            }
            (SampleFormat::Float32, true) => {
                plane.extend(samples.map(|s| f32::from_be_bytes([s[0], s[1], s[2], s[3]])))
            }
            (SampleFormat::Float64, false) => plane.extend(samples.map(|s| double(s, f64::from_le_bytes))),
            (SampleFormat::Float64, true) => plane.extend(samples.map(|s| double(s, f64::from_be_bytes))),
        }
    }
}

/// 32 bits, least significant byte first, as a share of full scale.
fn whole(bytes: [u8; 4]) -> f32 {
    (f64::from(i32::from_le_bytes(bytes)) / 2_147_483_648.0) as f32
}

fn double(bytes: &[u8], read: fn([u8; 8]) -> f64) -> f32 {
    let mut eight = [0; 8];
    eight.copy_from_slice(bytes);
    read(eight) as f32
}
