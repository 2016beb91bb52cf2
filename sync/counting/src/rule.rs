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
use group::{DayEpisode, Groups};
use hearthcast_model::clock::utc_day;
use hearthcast_model::stats::DropReason;
use std::collections::BTreeMap;

/// Counts of every (UTC day, episode) that was asked for.
pub type Days = BTreeMap<(String, String), DayTally>;

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
    let mut counting = Counting::new(media, settings);
    rows.iter().for_each(|row| counting.add(row, classifier));
    counting.finish()
}

/// Counting in the making, for more rows than fit into memory: they come one by one, in the order of their ids, so that
/// repeated ones stand together. What is kept grows with listeners, not with rows.
#[derive(Debug)]
pub struct Counting {
    tallies: BTreeMap<DayEpisode, DayTally>,
    groups: Groups,
    previous: String,
}

impl Counting {
    /// Nothing counted yet.
    pub fn new(media: &BTreeMap<String, MediaVersion>, settings: &Settings) -> Self {
        Self { tallies: BTreeMap::new(), groups: Groups::new(settings, media), previous: String::new() }
    }

    /// Takes a row; its id is not before that of the row before it.
    pub fn add(&mut self, row: &Delivery, classifier: &Classifier) {
        debug_assert!(self.previous <= row.row, "rows come in the order of their ids");
        let Some(media) = self.groups.media(&row.media) else { return };
        let at = (row.start_ms.div_euclid(DAY_MS), self.groups.episode_of(media));
        let tally = self.tallies.entry(at).or_default();
        tally.funnel.requests += 1;
        let replayed = self.previous == row.row;
        if !replayed {
            self.previous.clone_from(&row.row);
        }
        let agent = self.groups.agent(&row.agent, classifier);
        match if replayed { Some(DropReason::ReplayedLogRow) } else { self.groups.refuses(row, media, agent) } {
            Some(reason) => tally.dropped(reason),
            None => self.groups.keep(at, row, media, agent),
        }
    }

    /// The counts of all rows.
    pub fn finish(mut self) -> Days {
        self.groups.settle(&mut self.tallies);
        let named = |((day, episode), tally)| ((day_text(day), self.groups.name_of(episode)), tally);
        self.tallies.into_iter().map(named).collect()
    }
}

fn day_text(day: i64) -> String {
    utc_day(day.saturating_mul(DAY_MS))
}
