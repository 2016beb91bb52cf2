//! All that is measured of a sound while it passes. Decoding an MP3 takes about as long as measuring it, so the meters
//! have a thread of their own beside the decoder.

use super::condition::ConditionMeter;
use super::loudness::LoudnessMeter;
use super::peaks::PeakCollector;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};

/// Samples on their way to the meters together, half a megabyte: fewer would wake the other thread more often than they are
/// worth, more would not stay in the processor's caches.
const PARCEL: usize = 1 << 17;
/// A parcel with more room (of a gap of a minute) is not sent around again.
const MOST_ROOM: usize = 4 * PARCEL;
/// Parcels that the decoder may be ahead.
const AHEAD: usize = 2;

/// What measures the sound that a listener hears.
#[derive(Debug)]
pub struct Meters {
    /// Loudness and true peak.
    pub loudness: LoudnessMeter,
    /// The waveform.
    pub peaks: PeakCollector,
    /// What is odd about it.
    pub condition: ConditionMeter,
}

impl Meters {
    fn new() -> Self {
        let (loudness, peaks) = (LoudnessMeter::new(), PeakCollector::new());
        Self { loudness, peaks, condition: ConditionMeter::default() }
    }

    fn take(&mut self, sample_rate: u32, planes: &[&[f32]]) {
        self.loudness.add(sample_rate, planes);
        self.peaks.add(sample_rate, planes);
        self.condition.add(sample_rate, planes);
    }
}

/// Meters in a thread of their own. What they are given they take in the same pieces and order, so what they find is
/// the same to the bit as without the thread.
pub struct MetersBeside<'scope> {
    parcel: Parcel,
    full: SyncSender<Parcel>,
    emptied: Receiver<Parcel>,
    meters: ScopedJoinHandle<'scope, Meters>,
}

/// Pieces of sound in order.
#[derive(Debug, Default)]
struct Parcel {
    pieces: Vec<Piece>,
    /// The samples of all pieces, channel after channel.
    samples: Vec<f32>,
}

/// One stretch of time.
#[derive(Debug, Clone, Copy)]
struct Piece {
    sample_rate: u32,
    channels: usize,
    /// Samples per channel.
    frames: usize,
}

impl<'scope> MetersBeside<'scope> {
    /// Meters that have heard nothing.
    pub fn begin<'env>(scope: &'scope Scope<'scope, 'env>) -> Self {
        let (full, parcels) = sync_channel::<Parcel>(AHEAD);
        let (back, emptied) = channel();
        let meters = scope.spawn(move || {
            let mut meters = Meters::new();
            for mut parcel in parcels {
                parcel.empty_into(&mut meters);
                // Nobody wants it back after the last one.
                let _ = back.send(parcel);
            }
            meters
        });
        Self { parcel: Parcel::default(), full, emptied, meters }
    }

    /// Takes the samples of one or two channels of one stretch of time.
    pub fn take(&mut self, sample_rate: u32, planes: &[&[f32]]) {
        self.parcel.add(sample_rate, planes);
        if self.parcel.samples.len() >= PARCEL {
            let next = self.emptied.try_recv().unwrap_or_default();
            let is_large = self.parcel.samples.capacity() > MOST_ROOM;
            // Refused only when the meters ended in a panic, which `end` hands on.
            let _ = self.full.send(std::mem::replace(&mut self.parcel, next));
            // Of large ones there is one at a time, whatever a damaged file holds.
            if is_large {
                while self.emptied.recv().is_ok_and(|back| back.samples.capacity() <= MOST_ROOM) {}
            }
        }
    }

    /// The meters, when they have taken all.
    pub fn end(self) -> Meters {
        let Self { mut parcel, full, meters, .. } = self;
        drop(full);
        let mut meters = meters.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        parcel.empty_into(&mut meters);
        meters
    }
}

impl Parcel {
    fn add(&mut self, sample_rate: u32, planes: &[&[f32]]) {
        let frames = planes.first().map_or(0, |plane| plane.len());
        self.pieces.push(Piece { sample_rate, channels: planes.len(), frames });
        for plane in planes {
            self.samples.extend_from_slice(plane);
        }
    }

    fn empty_into(&mut self, meters: &mut Meters) {
        let mut rest = &self.samples[..];
        for Piece { sample_rate, channels, frames } in self.pieces.drain(..) {
            let (these, later) = rest.split_at(frames * channels);
            let (first, second) = these.split_at(frames);
            meters.take(sample_rate, &[first, second][..channels]);
            rest = later;
        }
        self.samples.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two channels of noise (a multiplicative generator).
    fn noise(frames: usize) -> [Vec<f32>; 2] {
        let mut state = 7u32;
        [(); 2].map(|()| {
            let mut next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state as f32 / u32::MAX as f32 - 0.5
            };
            (0..frames).map(|_| next()).collect()
        })
    }

    #[test]
    fn meters_beside_find_the_same_to_the_bit() {
        let [left, right] = noise(500_000);
        let mut alone = Meters::new();
        let beside = std::thread::scope(|scope| {
            let mut beside = MetersBeside::begin(scope);
            // Uneven pieces, a change of rate, of channels, and a piece without samples.
            for (number, (left, right)) in left.chunks(1_151).zip(right.chunks(1_151)).enumerate() {
                let rate = if number < 100 { 44_100 } else { 32_000 };
                let planes = if number < 300 { &[left, right][..] } else { &[left][..] };
                alone.take(rate, planes);
                beside.take(rate, planes);
                let nothing: &[&[f32]] = &[&[], &[]];
                alone.take(rate, &nothing[..planes.len()]);
                beside.take(rate, &nothing[..planes.len()]);
            }
            // Gaps that are one piece each.
            for _ in 0..3 {
                let gap = vec![0.01; MOST_ROOM];
                alone.take(32_000, &[&gap]);
                beside.take(32_000, &[&gap]);
                assert!(beside.parcel.samples.capacity() <= MOST_ROOM, "a large parcel is not filled again");
            }
            beside.end()
        });
        assert_eq!(beside.loudness.curve(), alone.loudness.curve());
        assert_eq!(beside.loudness.finish(), alone.loudness.finish());
        assert_eq!(beside.peaks.finish(), alone.peaks.finish());
        assert_eq!(beside.condition.finish(), alone.condition.finish());
    }

    #[test]
    fn a_decoder_that_gives_up_leaves_no_thread_waiting() {
        let [left, _] = noise(PARCEL * 8);
        std::thread::scope(|scope| {
            let mut beside = MetersBeside::begin(scope);
            left.chunks(1_152).for_each(|piece| beside.take(44_100, &[piece]));
        });
    }
}
