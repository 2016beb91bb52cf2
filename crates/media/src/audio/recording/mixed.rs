//! Several recordings of the same while, one for each microphone, heard together. Like any recording, it can be opened at every sample.

use super::edited::{Reader, Source};
use super::{Block, Shape};
use crate::MediaError;
use crate::audio::gains::Gains;
use std::sync::Arc;

/// Samples read together.
const FRAMES: u64 = 8192;

/// What is heard together.
pub struct Mixed {
    /// The recordings, each with the gain of every instant at the rate of the whole.
    pub tracks: Vec<(Source, Gains)>,
    /// Rate and channels of the whole.
    pub shape: Shape,
}

impl Mixed {
    /// Samples of the longest.
    pub fn frames(&self) -> u64 {
        self.tracks.iter().map(|(source, _)| source.frames).max().unwrap_or(0)
    }
}

/// The sound, front to back.
pub struct MixedStream {
    mixed: Arc<Mixed>,
    at: u64,
    readers: Vec<Reader>,
}

impl MixedStream {
    /// At its beginning.
    pub fn new(mixed: Arc<Mixed>) -> Self {
        Self { readers: mixed.tracks.iter().map(|_| Reader::default()).collect(), mixed, at: 0 }
    }

    /// Goes on at this sample.
    pub fn go_to(&mut self, at: u64) {
        self.at = at;
    }

    /// Fills `block` with what comes next; false at the end.
    pub fn read(&mut self, block: &mut Block) -> Result<bool, MediaError> {
        let mixed = Arc::clone(&self.mixed);
        let length = FRAMES.min(mixed.frames().saturating_sub(self.at));
        if length == 0 {
            return Ok(false);
        }
        block.planes = vec![vec![0.0; length as usize]; mixed.shape.channels];
        for ((source, gains), reader) in mixed.tracks.iter().zip(&mut self.readers) {
            let here = length.min(source.frames.saturating_sub(self.at));
            if here == 0 {
                continue;
            }
            let mut track = reader.fetch(source, mixed.shape, self.at, here)?;
            gains.pass(self.at, &mut track.planes);
            for (sum, plane) in block.planes.iter_mut().zip(&track.planes) {
                sum.iter_mut().zip(plane).for_each(|(sum, sample)| *sum += sample);
            }
        }
        self.at += length;
        Ok(true)
    }
}
