//! The rule: deliveries in, downloads out, per UTC day and episode (COUNTING.md). Not a store and not a report.
//!
//! The result depends on the set of rows only: their order, their batches and their repetition do not matter. Days are
//! independent of each other, so a caller may count one day at a time, but it must give every row of the day, of all
//! episodes: the cap per address looks across them.

mod group;
mod row;
mod tally;

pub use row::{Delivery, Flags, MediaVersion, Method, Settings};
pub use tally::DayTally;

use crate::agents::Classifier;
use group::Groups;
use hearthcast_model::clock::utc_day;
use hearthcast_model::stats::DropReason;
use std::collections::BTreeMap;

/// Counts of every (UTC day, episode) that was asked for.
pub type Days = BTreeMap<(String, String), DayTally>;

/// Days since 1970-01-01 UTC and episode: the key of a tally while counting.
type DayEpisode<'a> = (i64, &'a str);

const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;

/// Counts downloads.
///
/// A row whose media version is not in `media` belongs to no episode and is left out. Of rows with the same id one is
/// counted and the others are `replayed_log_row`; should they differ, the one with the fewest bytes stands.
pub fn count(
    deliveries: impl IntoIterator<Item = Delivery>,
    media: &BTreeMap<String, MediaVersion>,
    settings: &Settings,
    classifier: &Classifier,
) -> Days {
    let mut rows: Vec<Delivery> = deliveries.into_iter().filter(|row| media.contains_key(&row.media)).collect();
    rows.sort_unstable_by(|a, b| a.row.cmp(&b.row).then(a.sent.cmp(&b.sent)).then_with(|| a.cmp(b)));
    let mut tallies = BTreeMap::<DayEpisode, DayTally>::new();
    let mut groups = Groups::new(settings, media, classifier);
    let mut previous = None;
    for row in &rows {
        let version = &media[&row.media];
        let at = (row.start_ms.div_euclid(DAY_MS), version.episode.as_str());
        let tally = tallies.entry(at).or_default();
        tally.funnel.requests += 1;
        let replayed = previous.replace(&row.row) == Some(&row.row);
        let reason = if replayed { Some(DropReason::ReplayedLogRow) } else { groups.refuses(row, version) };
        match reason {
            Some(reason) => tally.dropped(reason),
            None => groups.keep(at, row),
        }
    }
    groups.settle(&mut tallies);
    tallies.into_iter().map(|((day, episode), tally)| ((day_text(day), episode.to_owned()), tally)).collect()
}

fn day_text(day: i64) -> String {
    utc_day(day.saturating_mul(DAY_MS))
}
