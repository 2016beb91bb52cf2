//! Streams of a recording that a hand keeps open between its segments. What is packed is only read forwards, and a segment begins
//! before the one in front of it ends: who makes both needs two, in turn.

use crate::audio::recording::Stream;

/// A few streams, each with the segment that was read last.
pub struct Ways {
    most: usize,
    open: Vec<(usize, Stream)>,
}

impl Ways {
    /// At most so many.
    pub fn new(most: usize) -> Self {
        Self { most, open: vec![] }
    }

    /// The one that is nearest before a segment; `None`: another one is opened.
    pub fn towards(&mut self, segment: usize) -> Option<Stream> {
        let behind = self.open.iter().enumerate().filter(|(_, way)| way.0 + 1 < segment);
        let nearest = behind.max_by_key(|(_, way)| way.0).map(|(which, _)| which);
        // Where all are beyond it and there may be no more, one goes back.
        let which = nearest.or((self.open.len() >= self.most).then_some(0))?;
        Some(self.open.swap_remove(which).1)
    }

    /// One has read this segment.
    pub fn came_to(&mut self, segment: usize, stream: Option<Stream>) {
        self.open.extend(stream.map(|stream| (segment, stream)));
    }
}
