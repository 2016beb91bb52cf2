//! How a sound goes over time, as finely as it was listened to: loudness from second to second, the waveform in small
//! slices. Kept beside the facts by content; it is too much to travel with them.

use crate::facts::Peaks;
use serde::{Deserialize, Serialize};

/// What is as quiet as this, in tenths of LUFS, or quieter: the absolute gate of ITU-R BS.1770, −70 LUFS.
pub const QUIETEST: i16 = -700;
/// Slices of the finest waveform that make one of the ordinary one ([`Peaks`] of 100 ms).
pub const FINE_IN_COARSE: usize = 5;

/// How a sound goes over time.
#[derive(Debug, Clone, PartialEq)]
pub struct SoundCourse {
    /// Samples per channel that are heard.
    pub samples: u64,
    /// Its two channels hold the same, sample by sample.
    pub dual_mono: bool,
    /// Loudness over time.
    pub curve: LoudnessCurve,
    /// The waveform in slices of 20 ms; of more than an hour in slices twice, four times … as long.
    pub fine: Peaks,
}

/// Loudness over time by EBU Tech 3341, tenths of LUFS, −700 for −70 LUFS and all that is quieter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct LoudnessCurve {
    /// Length of one step in milliseconds: 1000, more for sounds of more than ten hours.
    pub step_ms: u32,
    /// Short-term loudness at the end of each step: of the three seconds before it, or of what there is of them.
    pub short_term: Vec<i16>,
    /// The highest momentary loudness (of 400 ms) that ends within each step.
    pub momentary: Vec<i16>,
}

/// A part of a waveform, as fine as it was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PeaksPart {
    /// Where its first slice begins, milliseconds.
    pub from_ms: i64,
    /// The slices.
    pub peaks: Peaks,
}

impl Peaks {
    /// The same in slices so many times as long.
    pub fn folded(&self, times: usize) -> Self {
        let times = times.max(1);
        let slice_ms = self.slice_ms.saturating_mul(u32::try_from(times).unwrap_or(u32::MAX));
        let low = self.low.chunks(times).filter_map(|slices| slices.iter().min().copied()).collect();
        let high = self.high.chunks(times).filter_map(|slices| slices.iter().max().copied()).collect();
        Self { slice_ms, low, high }
    }

    /// The slices that lie between two times, wholly or in part.
    pub fn part(&self, from_ms: i64, to_ms: i64) -> PeaksPart {
        let slice = i64::from(self.slice_ms.max(1));
        let length = self.low.len().min(self.high.len());
        let at = |slices: i64| usize::try_from(slices.max(0)).unwrap_or(usize::MAX).min(length);
        let first = at(from_ms / slice);
        let last = at(to_ms.saturating_add(slice - 1) / slice).max(first);
        PeaksPart {
            from_ms: i64::try_from(first).unwrap_or(i64::MAX).saturating_mul(slice),
            peaks: Self {
                slice_ms: self.slice_ms,
                low: self.low[first..last].to_vec(),
                high: self.high[first..last].to_vec(),
            },
        }
    }
}

/// The part of a waveform between two times, of the coarsest zoom that has at least `slices` there: as it was measured
/// finest (where it was), in slices of 100 ms, in slices of one second.
pub fn zoomed(fine: Option<&Peaks>, ordinary: &Peaks, from_ms: i64, to_ms: i64, slices: u32) -> PeaksPart {
    const SECOND: usize = 10;
    let wanted_ms = to_ms.saturating_sub(from_ms).max(0) / i64::from(slices.max(1));
    let ordinary_ms = i64::from(ordinary.slice_ms);
    match fine {
        _ if wanted_ms >= ordinary_ms * SECOND as i64 => ordinary.folded(SECOND).part(from_ms, to_ms),
        Some(fine) if wanted_ms < ordinary_ms && fine.slice_ms < ordinary.slice_ms => fine.part(from_ms, to_ms),
        _ => ordinary.part(from_ms, to_ms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rising(slice_ms: u32, slices: usize) -> Peaks {
        let high: Vec<i8> = (0..slices).map(|n| (n % 100) as i8).collect();
        Peaks { slice_ms, low: high.iter().map(|high| -high).collect(), high }
    }

    #[test]
    fn folded_slices_hold_the_extremes_of_those_they_were() {
        let folded = rising(20, 7).folded(5);
        assert_eq!((folded.slice_ms, folded.low, folded.high), (100, vec![-4, -6], vec![4, 6]));
    }

    #[test]
    fn a_part_holds_every_slice_it_touches_and_no_place_is_outside() {
        let whole = rising(100, 10);
        let part = whole.part(250, 501);
        assert_eq!((part.from_ms, part.peaks.high), (200, vec![2, 3, 4, 5]));
        for (from, to) in [(5_000, 9_000), (-5, -1), (900, 100), (i64::MIN, i64::MIN), (i64::MAX, i64::MAX)] {
            assert!(whole.part(from, to).peaks.high.len() <= 1, "{from} {to}");
        }
        assert_eq!(whole.part(i64::MIN, i64::MAX).peaks, whole);
    }

    #[test]
    fn the_zoom_fits_what_is_asked_for() {
        let (fine, ordinary) = (rising(20, 3_000), rising(20, 3_000).folded(FINE_IN_COARSE));
        let slice = |from, to, slices| zoomed(Some(&fine), &ordinary, from, to, slices).peaks.slice_ms;
        // A minute: on 60 bars a second each, on 300 ordinary slices, on 1,000 (60 ms each) the finest.
        assert_eq!([60, 300, 600, 1_000].map(|slices| slice(0, 60_000, slices)), [1_000, 100, 100, 20]);
        assert_eq!(slice(30_000, 31_000, 500), 20, "closer than it was measured: the finest there is");
        let older = zoomed(None, &ordinary, 30_000, 31_000, 500);
        assert_eq!((older.peaks.slice_ms, older.from_ms, older.peaks.high.len()), (100, 30_000, 10));
    }
}
