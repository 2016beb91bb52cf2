//! Which bytes of one file a listener has got: a union of intervals. Order and repetition do not matter to it.

/// The bytes of one media version delivered to one listener on one day.
#[derive(Debug, Clone, Default)]
pub struct Coverage(Vec<(u64, u64)>);

impl Coverage {
    /// Adds `[first, first + length)`.
    pub fn add(&mut self, first: u64, length: u64) {
        if length > 0 {
            self.0.push((first, first.saturating_add(length)));
        }
    }

    /// Returns how many different bytes of `[from, to)` are covered.
    pub fn within(&self, from: u64, to: u64) -> u64 {
        let mut spans = self.0.clone();
        spans.sort_unstable();
        let (mut covered, mut end) = (0, from);
        for (first, last) in spans {
            let (first, last) = (first.max(end), last.min(to));
            if last > first {
                covered += last - first;
                end = last;
            }
        }
        covered
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
