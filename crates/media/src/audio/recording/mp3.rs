//! An MP3 that is to be decoded because something is changed in it: walked to any sample, and decoded from a little before.
//!
//! What a frame decodes to depends on the frames before it: on bits kept in them, on half of the sound of the last one, on
//! the filter's memory. After a few dozen frames a decoder is as if it had heard everything.

use super::{Block, Broken, Shape};
use crate::MediaError;
use crate::audio::decode::{FrameDecoder, planes};
use crate::audio::frames::{Frames, Step};
use crate::audio::header::FrameHeader;
use crate::audio::info;
use crate::audio::layout::{self, Layout};
use crate::audio::playable::Playable;
use crate::probe::Source;
use std::fs::File;
use std::io::{self, Seek, SeekFrom};

/// Frames decoded before the first that is heard: the bits of one frame reach back by 511 bytes, which is 22 of the
/// shortest frames.
const EARLY: u64 = 32;

#[cfg(test)]
thread_local! {
    /// Frames that this thread decoded.
    pub static DECODED_FRAMES: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Where its frames stand.
pub struct Mp3 {
    /// Tags around them.
    pub layout: Layout,
}

/// Walks the frames once: rate, channels, and samples that are heard.
pub fn read(source: &mut Source) -> Result<(Mp3, Shape, u64), MediaError> {
    let path = source.path.clone();
    let layout = path.io(layout::find(&mut source.file, source.size))?;
    let mp3 = Mp3 { layout };
    let again = Source::open(path.path())?;
    let mut stream = path.io(Mp3Stream::open(again, &mp3))?;
    // Nothing is decoded.
    stream.go_to(u64::MAX / 2);
    let more = stream.read(&mut Block::default());
    let shape = match (more, &stream) {
        (Err(Broken::Io(error)), _) => return path.io(Err(error)),
        (Ok(_), Mp3Stream { changes: true, .. }) => {
            let why = "Its rate or its channels change in the middle. Export it again from an audio editor.".into();
            return Err(MediaError::Recipe { path: path.shown(), why });
        }
        (Ok(_), Mp3Stream { first: Some(first), .. }) => {
            Shape { sample_rate: first.sample_rate, channels: usize::from(first.channels) }
        }
        _ => return Err(MediaError::Undecodable { path: path.shown() }),
    };
    let frames = stream.passed;
    Ok((mp3, shape, frames))
}

/// Decodes front to back.
pub struct Mp3Stream {
    frames: Frames<File>,
    decoder: FrameDecoder,
    playable: Playable,
    first: Option<FrameHeader>,
    changes: bool,
    described: bool,
    /// Samples heard so far, and the first that is wanted.
    passed: u64,
    wanted: u64,
    /// Frames were passed over.
    stale: bool,
    bytes: u64,
}

impl Mp3Stream {
    /// At its beginning.
    pub fn open(source: Source, mp3: &Mp3) -> io::Result<Self> {
        let (mut file, front) = (source.file, mp3.layout.header_bytes);
        file.seek(SeekFrom::Start(front))?;
        let mut frames = Frames::new(file, source.size.saturating_sub(front + mp3.layout.trailer_bytes));
        let junk = frames.find_first()?.unwrap_or(0);
        Ok(Self {
            frames,
            decoder: FrameDecoder::new(),
            playable: Playable::default(),
            first: None,
            changes: false,
            described: false,
            passed: 0,
            wanted: 0,
            stale: false,
            bytes: front + junk,
        })
    }

    /// Goes on at a later sample.
    pub fn go_to(&mut self, frame: u64) {
        self.wanted = frame;
    }

    /// Bytes of the file passed.
    pub fn position(&self) -> u64 {
        self.bytes
    }

    /// The next samples; false at the end.
    pub fn read(&mut self, block: &mut Block) -> Result<bool, Broken> {
        loop {
            let (header, bytes) = match self.frames.next_step().map_err(Broken::Io)? {
                Step::Frame(header, bytes) => (header, bytes),
                Step::Skipped(_) | Step::Cut(_) => continue,
                Step::End => return Ok(false),
            };
            self.bytes += bytes.len() as u64;
            if let Some(info) = info::read(&header, bytes) {
                if !self.described && self.first.is_none() {
                    self.playable.set_info(&info, header.samples());
                }
                self.described = true;
                continue;
            }
            let first = self.first.get_or_insert(header);
            self.changes |= !first.same_stream(&header);
            let heard = self.playable.take(header.samples() as usize, header.sample_rate);
            let from = self.passed;
            self.passed += heard.len() as u64;
            if self.passed.saturating_add(EARLY * header.samples()) <= self.wanted {
                self.stale = true;
                continue;
            }
            if std::mem::take(&mut self.stale) {
                self.decoder = FrameDecoder::new();
            }
            #[cfg(test)]
            DECODED_FRAMES.set(DECODED_FRAMES.get() + 1);
            let sound = self.decoder.decode(&header, bytes);
            let (planes, channels) = planes(&sound, &header);
            let over = usize::try_from(self.wanted.saturating_sub(from)).unwrap_or(usize::MAX).min(heard.len());
            let heard = heard.start + over..heard.end;
            if !heard.is_empty() {
                block.planes = planes[..channels].iter().map(|plane| plane[heard.clone()].to_vec()).collect();
                return Ok(true);
            }
        }
    }
}
