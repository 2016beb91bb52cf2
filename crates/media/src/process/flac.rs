//! FLAC (RFC 9639): every bit of a recording, or of what was made of it.

use super::whole::{EncoderError, Settings, interleave};
use crate::tags::write_comments::{self, Comments};
use flac_codec::encode::{FlacSampleWriter, Options};
use flac_codec::metadata::{BlockList, Picture, PictureType, VorbisComment};
use std::fs::File;
use std::io::{BufWriter, Read};

/// Writes one stream.
pub struct FlacFile {
    writer: FlacSampleWriter<BufWriter<File>>,
    /// Sound of 16 bits that was changed gets a little noise instead of a hiss that follows it.
    dither: Option<Noise>,
    full_scale: f32,
    waiting: Vec<i32>,
}

impl FlacFile {
    /// Writes what stands before the sound.
    pub fn new(file: File, settings: &Settings, comments: &Comments, samples: u64) -> Result<Self, EncoderError> {
        let mut options = Options::default().comment(fields(comments));
        for picture in comments.pictures.iter().map(picture) {
            options = options.picture(picture);
        }
        let file = BufWriter::with_capacity(256 * 1024, file);
        let (channels, total) = (settings.channels as u8, samples * settings.channels as u64);
        let total = (total > 0).then_some(total);
        let writer = FlacSampleWriter::new(file, options, settings.sample_rate, settings.bits, channels, total)?;
        let dither = (settings.bits == 16 && !settings.untouched).then_some(Noise(1));
        Ok(Self { writer, dither, full_scale: (1u32 << (settings.bits - 1)) as f32, waiting: vec![] })
    }

    /// Encodes what comes next.
    pub fn encode(&mut self, planes: &[&[f32]]) -> Result<(), EncoderError> {
        self.waiting.clear();
        let (scale, dither) = (self.full_scale, &mut self.dither);
        interleave(planes, &mut self.waiting, |sample| {
            let noise = dither.as_mut().map_or(0.0, Noise::next);
            (sample * scale + noise).round().clamp(-scale, scale - 1.0) as i32
        });
        Ok(self.writer.write(&self.waiting)?)
    }

    /// Writes what is left, and at the front how much there was.
    pub fn finish(self) -> Result<(), EncoderError> {
        Ok(self.writer.finalize()?)
    }
}

fn fields(comments: &Comments) -> VorbisComment {
    let mut fields = VorbisComment::default();
    for (name, value) in &comments.fields {
        fields.insert(name, value);
    }
    fields
}

fn picture(picture: &write_comments::Picture) -> Picture {
    let is_cover = picture.chapter.is_empty();
    Picture {
        picture_type: if is_cover { PictureType::FrontCover } else { PictureType::Other },
        media_type: picture.mime.clone(),
        description: picture.chapter.clone(),
        width: picture.size.0,
        height: picture.size.1,
        color_depth: 24,
        colors_used: None,
        data: picture.bytes.clone(),
    }
}

/// What stands before the sound of `flac`, with other comments and another cover.
pub fn with_comments(flac: impl Read, comments: &Comments) -> Result<Vec<u8>, EncoderError> {
    let mut blocks = BlockList::read(flac)?;
    blocks.remove::<VorbisComment>();
    blocks.remove::<Picture>();
    blocks.insert(fields(comments));
    for picture in comments.pictures.iter().map(picture) {
        blocks.insert(picture);
    }
    let mut bytes = vec![];
    flac_codec::metadata::write_blocks(&mut bytes, blocks.blocks())?;
    Ok(bytes)
}

/// Noise with a triangular distribution of two steps in all, the same every time.
struct Noise(u32);

impl Noise {
    fn next(&mut self) -> f32 {
        let mut even = || {
            self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (self.0 >> 8) as f32 / (1 << 24) as f32
        };
        even() - even()
    }
}

/// The encoder and its version.
pub fn version() -> String {
    let vendor = VorbisComment::default().vendor_string;
    if vendor.is_empty() { "flac-codec".into() } else { vendor }
}
