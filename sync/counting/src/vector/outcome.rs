//! Writes the result of a case: sums over all days and episodes. Names that counted nothing do not appear.

use crate::listener::Key;
use crate::rule::{DayTally, Days};
use hearthcast_model::stats::Funnel;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

type Counts<'a> = BTreeMap<&'a str, u64>;

/// Writes the counts as the JSON object of COUNTING.md's last section.
pub(super) fn write(days: &Days) -> Value {
    let mut funnel = Funnel::default();
    let (mut by_day, mut by_episode, mut apps, mut devices, mut referrers) =
        (Counts::new(), Counts::new(), Counts::new(), Counts::new(), Counts::new());
    for ((day, episode), tally) in days {
        funnel.add(&tally.funnel);
        add(&mut by_day, day, tally.funnel.downloads);
        add(&mut by_episode, episode, tally.funnel.downloads);
        add_all(&mut apps, &tally.by_app);
        add_all(&mut devices, &tally.by_device);
        add_all(&mut referrers, &tally.by_referrer);
    }
    let filtered: Counts = funnel.dropped.iter().map(|(reason, count)| (reason.as_str(), *count)).collect();
    json!({
        "downloads": funnel.downloads,
        "unverified": days.values().map(|tally| tally.unverified).sum::<u64>(),
        "by_day": by_day,
        "by_episode": by_episode,
        "listeners_by_day_sum": listeners_by_day_sum(days),
        "apps": apps,
        "devices": devices,
        "referrers": referrers,
        "filtered": filtered,
    })
}

/// Adds up the listeners of each day. Not the listeners of the whole time: that number cannot be known.
fn listeners_by_day_sum(days: &Days) -> usize {
    let mut listeners = BTreeMap::<&str, BTreeSet<Key>>::new();
    for ((day, _), DayTally { listeners: keys, .. }) in days {
        listeners.entry(day).or_default().extend(keys);
    }
    listeners.values().map(BTreeSet::len).sum()
}

fn add<'a>(counts: &mut Counts<'a>, name: &'a str, count: u64) {
    if count > 0 {
        *counts.entry(name).or_default() += count;
    }
}

fn add_all<'a>(counts: &mut Counts<'a>, more: &'a BTreeMap<String, u64>) {
    more.iter().for_each(|(name, count)| add(counts, name, *count));
}
