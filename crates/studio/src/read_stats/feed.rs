//! Who asks for the feed, added up over servers and days. Estimates: docs/COUNTING.md "Subscribers" says of what.

use hearthcast_model::stats::{FeedDay, FeedRow, Stats};
use std::collections::BTreeMap;

/// Days that are over of which the estimate is the median.
const DAYS: usize = 7;

/// Adds what servers counted, oldest day first.
pub(super) fn add(all: &mut Stats, days: &[FeedDay]) {
    all.feed_days = rows(days);
    all.subscribers = estimate(&all.feed_days);
    let newest = newest(&all.feed_days).map(|row| row.day.clone());
    for day in days {
        if Some(&day.day) == newest.as_ref() {
            super::add(&mut all.by_feed_app, &day.by_app);
        }
        day.pages.iter().for_each(|(page, count)| *all.pages.entry(*page).or_default() += count);
    }
}

/// One row for each day; a listener asks one server only.
fn rows(days: &[FeedDay]) -> Vec<FeedRow> {
    let mut rows = BTreeMap::<&str, FeedRow>::new();
    for day in days.iter().filter(|day| day.requests > 0) {
        let name = day.day.clone();
        let row = FeedRow { day: name, subscribers: 0, readers: 0, requests: 0, provisional: false };
        let row = rows.entry(&day.day).or_insert(row);
        row.subscribers = row.subscribers.saturating_add(day.subscribers());
        row.readers += day.readers;
        row.requests += day.requests;
        row.provisional |= day.provisional;
    }
    rows.into_values().collect()
}

/// The newest day that is over, else the newest.
fn newest(rows: &[FeedRow]) -> Option<&FeedRow> {
    rows.iter().rev().find(|row| !row.provisional).or(rows.last())
}

/// The median of the last days that are over, else of the newest. Of two in the middle the smaller one.
fn estimate(rows: &[FeedRow]) -> u64 {
    let over = rows.iter().rev().filter(|row| !row.provisional).take(DAYS);
    let mut counts: Vec<u64> = over.map(|row| row.subscribers).collect();
    counts.sort_unstable();
    let middle = counts.get(counts.len().saturating_sub(1) / 2).copied();
    middle.or_else(|| newest(rows).map(|row| row.subscribers)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(counts: &[(u64, bool)]) -> Vec<FeedRow> {
        let row = |(n, (subscribers, provisional)): (usize, &(u64, bool))| {
            let day = format!("2026-11-{:02}", n + 1);
            FeedRow { day, subscribers: *subscribers, readers: 0, requests: 1, provisional: *provisional }
        };
        counts.iter().enumerate().map(row).collect()
    }

    #[test]
    fn the_estimate_is_the_median_of_the_last_seven_whole_days() {
        let whole = |counts: &[u64]| days(&counts.iter().map(|count| (*count, false)).collect::<Vec<_>>());
        assert_eq!(estimate(&[]), 0);
        assert_eq!(estimate(&whole(&[5])), 5);
        assert_eq!(estimate(&whole(&[5, 9])), 5);
        assert_eq!(estimate(&whole(&[1000, 10, 12, 11, 900_000, 12, 13, 12])), 12, "of 10 11 12 12 12 13 900000");
        assert_eq!(estimate(&days(&[(10, false), (2, true)])), 10, "a day that is not over says little");
        assert_eq!(estimate(&days(&[(2, true)])), 2, "but more than nothing");
    }
}
