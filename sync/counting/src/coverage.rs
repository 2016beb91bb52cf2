//! Which bytes of one file a listener has got: a union of intervals. Order and repetition do not matter to it.

/// The bytes of one media version delivered to one listener on one day: spans in their order that do not touch each other, so
/// that a player that fetches a file piece by piece leaves one.
#[derive(Debug, Clone, Default)]
pub struct Coverage(Vec<(u64, u64)>);

impl Coverage {
    /// Adds `[first, first + length)`.
    pub fn add(&mut self, first: u64, length: u64) {
        if length == 0 {
            return;
        }
        let last = first.saturating_add(length);
        let from = self.0.partition_point(|(_, end)| *end < first);
        let to = self.0.partition_point(|(start, _)| *start <= last);
        if from < to {
            let whole = (self.0[from].0.min(first), self.0[to - 1].1.max(last));
            self.0.splice(from..to, [whole]);
        } else {
            // Most have one span only.
            self.0.reserve_exact(usize::from(self.0.is_empty()));
            self.0.insert(from, (first, last));
        }
    }

    /// Returns how many different bytes of `[from, to)` are covered.
    pub fn within(&self, from: u64, to: u64) -> u64 {
        let inside = |(first, last): &(u64, u64)| (*last).min(to).saturating_sub((*first).max(from));
        self.0.iter().map(inside).sum()
    }

    /// How many spans are kept.
    pub fn spans(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn overlaps_count_once_and_the_ends_are_clipped() {
        let mut coverage = Coverage::default();
        for (first, length) in [(50, 50), (0, 60), (90, 20), (50, 50), (500, 0), (u64::MAX - 1, 100)] {
            coverage.add(first, length);
        }
        assert_eq!(coverage.within(0, 1000), 110);
        assert_eq!(coverage.within(10, 100), 90);
        assert_eq!(coverage.within(200, 300), 0);
        assert_eq!(coverage.within(300, 200), 0);
        assert_eq!(coverage.within(u64::MAX - 10, u64::MAX), 1, "a length beyond every number ends at the last one");
    }

    #[test]
    fn a_file_fetched_piece_by_piece_is_one_span() {
        let mut coverage = Coverage::default();
        (0..10_000).for_each(|piece| coverage.add(piece * 100, 100));
        assert_eq!((coverage.spans(), coverage.within(0, u64::MAX)), (1, 1_000_000));
        let mut odd = Coverage::default();
        (0..1_000).for_each(|piece| odd.add(piece * 200, 100));
        (0..1_000).rev().for_each(|piece| odd.add(piece * 200 + 100, 100));
        assert_eq!((odd.spans(), odd.within(0, u64::MAX)), (1, 200_000));
    }

    proptest! {
        /// Against the plainest possible count: a yes or no for every byte.
        #[test]
        fn equals_counting_byte_by_byte(spans in prop::collection::vec((0u64..300, 0u64..80), 0..12), from in 0u64..200, length in 0u64..300) {
            let mut coverage = Coverage::default();
            spans.iter().for_each(|(first, length)| coverage.add(*first, *length));
            let plain = (from..from + length).filter(|byte| spans.iter().any(|(first, length)| (*first..first + length).contains(byte))).count();
            prop_assert_eq!(coverage.within(from, from + length), plain as u64);
        }

        /// Splitting a range in pieces never changes what is covered.
        #[test]
        fn pieces_cover_what_the_whole_covers(first in 0u64..1000, cuts in prop::collection::vec(0u64..1000, 0..8), length in 0u64..1000) {
            let mut whole = Coverage::default();
            whole.add(first, length);
            let mut cuts: Vec<u64> = cuts.into_iter().map(|cut| cut.min(length)).chain([0, length]).collect();
            cuts.sort_unstable();
            let mut pieces = Coverage::default();
            cuts.windows(2).rev().for_each(|pair| pieces.add(first + pair[0], pair[1] - pair[0]));
            prop_assert_eq!(whole.within(100, 900), pieces.within(100, 900));
        }
    }
}
