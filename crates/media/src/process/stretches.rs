//! A few stretches of a long recording, which tell what the whole would: how much loudness limiting takes, and how far
//! encoding raises the peaks. Pure. What is told is checked on the whole result in the end.

use hearthcast_model::facts::Peaks;
use std::ops::Range;

/// Seconds of sound from which on a part is heard instead of the whole.
const LONG: u64 = 12 * 60;
/// One stretch of so many seconds in every so many: a tenth of the sound.
const HEARD: u64 = 10;
const EVERY: u64 = 100;
/// So many stretches are encoded for a trial, each of so many seconds.
const TRIALS: u64 = 12;
const TRIAL: u64 = 6;

/// Samples of the stretches that are heard, spread evenly; the whole of a short recording.
pub fn spread(samples: u64, sample_rate: u32) -> Vec<Range<u64>> {
    let rate = u64::from(sample_rate);
    if !is_long(samples, sample_rate) {
        return vec![Range { start: 0, end: u64::MAX }];
    }
    (0..samples / (EVERY * rate))
        .map(|at| (at * EVERY + EVERY / 2) * rate)
        .map(|from| from..from + HEARD * rate)
        .filter(|stretch| stretch.end <= samples)
        .collect()
}

/// Whether a part tells what the whole would.
pub fn is_long(samples: u64, sample_rate: u32) -> bool {
    samples >= LONG * u64::from(sample_rate)
}

/// Samples of the stretches worth a trial: in every twelfth of the sound the one with the highest peaks.
pub fn loudest(samples: u64, sample_rate: u32, peaks: &Peaks) -> Vec<Range<u64>> {
    let slices = (TRIAL * 1000 / u64::from(peaks.slice_ms.max(1))).max(1) as usize;
    let heights: Vec<u64> = peaks
        .low
        .iter()
        .zip(&peaks.high)
        .map(|(low, high)| u64::from(low.unsigned_abs().max(high.unsigned_abs())))
        .collect();
    let samples_of = |slice: usize| slice as u64 * u64::from(peaks.slice_ms) * u64::from(sample_rate) / 1000;
    let part = (heights.len() / TRIALS as usize).max(slices);
    let in_part = |part_number: usize, part: &[u64]| {
        let height = |at: &usize| part[*at..at + slices].iter().sum::<u64>();
        let at = (0..=part.len().checked_sub(slices)?).step_by(slices / 2 + 1).max_by_key(height)?;
        let from = samples_of(part_number * heights.len() / TRIALS as usize + at);
        Some(from..(from + TRIAL * u64::from(sample_rate)).min(samples))
    };
    heights.chunks_exact(part).take(TRIALS as usize).enumerate().filter_map(|(n, part)| in_part(n, part)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_of_a_long_sound_and_all_of_a_short_one() {
        assert_eq!(spread(700 * 44_100, 44_100).len(), 1);
        assert_eq!(spread(700 * 44_100, 44_100)[0].end, u64::MAX);
        let hour = spread(3600 * 44_100, 44_100);
        assert_eq!((hour.len(), hour[0].clone()), (36, 50 * 44_100..60 * 44_100));
        assert!(hour.windows(2).all(|pair| pair[0].end < pair[1].start) && hour[35].end <= 3600 * 44_100);
    }

    #[test]
    fn the_loudest_stretch_of_every_part_is_tried() {
        let mut high = vec![10i8; 36_000];
        // At 1,000 s and at 3,500 s of an hour something loud happens.
        high[10_000..10_060].fill(100);
        high[35_000..35_060].fill(90);
        let peaks = Peaks { slice_ms: 100, low: vec![-10; 36_000], high };
        let found = loudest(3600 * 48_000, 48_000, &peaks);
        assert_eq!(found.len(), 12);
        let holds = |second: u64| found.iter().any(|stretch| stretch.contains(&(second * 48_000)));
        assert!(holds(1_003) && holds(3_503), "{found:?}");
        assert!(found.iter().all(|stretch| stretch.end - stretch.start == 6 * 48_000));
        let short = Peaks { slice_ms: 100, low: vec![0; 20], high: vec![0; 20] };
        assert_eq!(loudest(2 * 48_000, 48_000, &short), []);
    }
}
