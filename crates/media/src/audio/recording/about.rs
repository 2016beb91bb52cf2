//! What a container says about the sound in it that symphonia does not pass on: where the sound stands in the file, how
//! much of it is heard, whether there is a film beside it.

use super::Block;
use crate::tags::FoundTags;
use hearthcast_model::facts::Finding;
use std::ops::Range;

/// What the container says.
#[derive(Debug, Default)]
pub struct About {
    /// Length of the file as the container states it; a cut file has less.
    pub stated: u64,
    /// Bytes before and after the sound.
    pub around: (u64, u64),
    /// Tags and chapters.
    pub found: FoundTags,
    /// What of the sound is heard.
    pub heard: Hears,
    /// Nothing says where the recording ends: it was written while it went on.
    pub open_ended: bool,
    /// There are moving pictures beside the sound.
    pub film: bool,
    /// Other MIME type than the one of a plain recording of this kind.
    pub mime: Option<&'static str>,
    /// Length of the sound before anything is left out, in seconds.
    pub length_s: Option<f64>,
    /// Samples of every packet but the last, and of all, as the table of MP4 states them; `None` where others differ, too.
    pub steady: Option<(u64, u64)>,
    /// What a person should know.
    pub findings: Vec<Finding>,
    /// Where the names of codecs of pictures stand in the file (MP4): they are nobody's business here.
    pub hidden: Vec<u64>,
}

/// What of the decoded sound is heard.
#[derive(Debug, Default, Clone, PartialEq)]
pub enum Hears {
    /// All of it.
    #[default]
    All,
    /// Samples to leave out at the start, and how many follow.
    Samples(u64, u64),
    /// Nanoseconds to leave out at the start and at the end (Matroska).
    Nanoseconds(u64, u64),
    /// Pieces in seconds, front to back (MP4).
    Pieces(Vec<Range<f64>>),
}

/// The same in samples.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Kept {
    /// Pieces that are heard, front to back; none: everything.
    pub pieces: Vec<Range<u64>>,
    /// Samples left out at the end.
    pub tail: u64,
}

/// More padding at the end is a lie.
const MOST_TAIL_NS: u64 = 1_000_000_000;

impl About {
    /// What is known about a file without boxes: where it ends, and the tags in front.
    pub fn of_stream(end: u64, front: u64, trailer: u64) -> Self {
        Self { stated: end, around: (front, trailer), ..Self::default() }
    }
}

impl Kept {
    /// How many of the first samples are heard.
    pub fn heard_of(&self, first: u64) -> u64 {
        match self.pieces.as_slice() {
            [] => first,
            pieces => pieces.iter().map(|piece| piece.end.min(first).saturating_sub(piece.start)).sum(),
        }
    }

    /// Cuts what is not heard from a block that begins with the sample `from`; the tail stays.
    pub fn leave_out(&self, from: u64, block: &mut Block) {
        let to = from + block.frames() as u64;
        let mut here = self.pieces.iter().filter(|piece| piece.start < to && from < piece.end);
        let is_heard =
            matches!((here.next(), here.next()), (Some(piece), None) if piece.start <= from && to <= piece.end);
        if self.pieces.is_empty() || is_heard {
            return;
        }
        let inside = |at: u64| usize::try_from(at.clamp(from, to) - from).unwrap_or(usize::MAX);
        let kept: Vec<_> = self.pieces.iter().map(|piece| inside(piece.start)..inside(piece.end)).collect();
        for plane in &mut block.planes {
            let heard = kept.iter().filter_map(|kept| plane.get(kept.clone())).flatten().copied().collect();
            *plane = heard;
        }
    }
}

impl Hears {
    /// In samples of that rate.
    pub fn kept(&self, sample_rate: u32) -> Kept {
        let rate = f64::from(sample_rate);
        let samples = |seconds: f64| (seconds * rate).round() as u64;
        let of_ns = |ns: u64| (u128::from(ns) * u128::from(sample_rate)).div_ceil(1_000_000_000) as u64;
        match self {
            Self::All => Kept::default(),
            Self::Samples(skip, length) => {
                Kept { pieces: std::iter::once(*skip..skip.saturating_add(*length)).collect(), tail: 0 }
            }
            Self::Nanoseconds(skip, tail) => {
                let pieces = (*skip > 0).then(|| of_ns(*skip)..u64::MAX).into_iter().collect();
                Kept { pieces, tail: if *tail > MOST_TAIL_NS { 0 } else { of_ns(*tail) } }
            }
            Self::Pieces(pieces) => {
                Kept { pieces: pieces.iter().map(|piece| samples(piece.start)..samples(piece.end)).collect(), tail: 0 }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_counted_in_samples() {
        // 6.5 ms at 48 kHz are 312 samples (libopus); 13.5 ms at the end 648.
        let kept = Hears::Nanoseconds(6_500_000, 13_500_000).kept(48_000);
        assert_eq!((kept.pieces, kept.tail), (std::iter::once(312..u64::MAX).collect(), 648));
        assert_eq!(Hears::Nanoseconds(0, 2_000_000_000).kept(48_000), Kept::default());
        let pieces = Hears::Pieces(vec![0.5..1.0, 2.0..f64::INFINITY]).kept(44_100);
        assert_eq!(pieces.pieces, [22_050..44_100, 88_200..u64::MAX]);
        assert_eq!([22_050, 44_000, 66_150, 88_201].map(|first| pieces.heard_of(first)), [0, 21_950, 22_050, 22_051]);
        let left = |from: u64, samples: u64| {
            let mut block = Block { planes: vec![(from..from + samples).map(|at| at as f32).collect()] };
            pieces.leave_out(from, &mut block);
            block.planes.swap_remove(0)
        };
        assert_eq!(left(22_048, 4), [22_050.0, 22_051.0]);
        assert_eq!(left(30_000, 3), [30_000.0, 30_001.0, 30_002.0]);
        assert_eq!((left(44_099, 2), left(60_000, 3).len()), (vec![44_099.0], 0));
    }
}
