//! MP3 whose bit rate follows the sound (`lame -V`), by one encoder from front to back. What describes it in front (the "Xing" frame:
//! frames, bytes, a table for jumps, samples that are none of the sound) is LAME's own, written when everything is known.
//!
//! Not in pieces beside each other (`parallel`): which rate a frame gets depends on what the encoder kept from all frames before it, and
//! nobody has shown that two encoders that begin at different places come to agree.

use super::lame::{Lame, LameError, Settings};
use super::whole::EncoderError;
use crate::audio::FrameHeader;
use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};

/// Writes one stream.
pub struct VbrFile {
    file: BufWriter<File>,
    lame: Lame,
    /// Where the frame stands that describes the others.
    front: u64,
}

impl VbrFile {
    /// Writes the tag; the encoder leaves room for its description behind it.
    pub fn new(file: File, tag: &[u8], settings: Settings) -> Result<Self, EncoderError> {
        let mut file = BufWriter::with_capacity(256 * 1024, file);
        file.write_all(tag)?;
        Ok(Self { file, lame: Lame::describing(settings)?, front: tag.len() as u64 })
    }

    /// Encodes what comes next.
    pub fn encode(&mut self, planes: &[&[f32]]) -> Result<(), EncoderError> {
        Ok(self.file.write_all(self.lame.encode(planes)?)?)
    }

    /// Writes the last frames, and in front how much there was.
    pub fn finish(mut self) -> Result<(), EncoderError> {
        self.file.write_all(self.lame.finish()?)?;
        let frame = self.lame.info_frame()?;
        let whole = FrameHeader::parse_mp3(&frame).is_some_and(|header| header.frame_bytes == frame.len());
        if !whole {
            return Err(LameError::no_frames().into());
        }
        self.file.seek(SeekFrom::Start(self.front))?;
        self.file.write_all(&frame)?;
        Ok(self.file.flush()?)
    }
}
