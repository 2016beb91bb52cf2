//! The numbers of one episode on one UTC day. Breakdowns describe downloads only, so each of them adds up to those.

use crate::agents::{Agent, AgentKind, UNKNOWN};
use crate::listener::Key;
use hearthcast_model::stats::{DropReason, Funnel};
use std::collections::{BTreeMap, BTreeSet};

/// What was counted for one episode on one UTC day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayTally {
    /// From requests to downloads, with the reasons.
    pub funnel: Funnel,
    /// Downloads by UTC hour of the first kept request.
    pub by_hour: [u64; 24],
    /// Downloads by app name.
    pub by_app: BTreeMap<String, u64>,
    /// Downloads by device name.
    pub by_device: BTreeMap<String, u64>,
    /// Downloads made in a browser by the host that linked to them.
    pub by_referrer: BTreeMap<String, u64>,
    /// Downloads by country, of addresses that were looked up.
    pub by_country: BTreeMap<String, u64>,
    /// Listener-episode groups of redirect mode: requests without byte counts, never added to downloads.
    pub unverified: u64,
    /// Who downloaded. Sets of one day may be united across episodes; pseudonyms of different days never match.
    pub listeners: BTreeSet<Key>,
}

/// One download on its way into a tally.
pub(super) struct Download<'a> {
    pub listener: Key,
    pub rows: u64,
    pub hour: usize,
    pub agent: &'a Agent,
    pub referrer: Option<&'a str>,
    pub country: Option<&'a str>,
}

impl DayTally {
    pub(super) fn dropped(&mut self, reason: DropReason) {
        *self.funnel.dropped.entry(reason).or_default() += 1;
    }

    pub(super) fn unverified(&mut self, rows: u64) {
        self.unverified += 1;
        self.funnel.repeats += rows - 1;
    }

    pub(super) fn download(&mut self, download: &Download) {
        self.funnel.downloads += 1;
        self.funnel.repeats += download.rows - 1;
        self.by_hour[download.hour] += 1;
        self.listeners.insert(download.listener);
        add(&mut self.by_app, &download.agent.app);
        add(&mut self.by_device, download.agent.device.as_deref().unwrap_or(UNKNOWN));
        if let Some(country) = download.country {
            add(&mut self.by_country, country);
        }
        if let (AgentKind::Browser, Some(host)) = (download.agent.kind, download.referrer) {
            add(&mut self.by_referrer, host);
        }
    }
}

fn add(counts: &mut BTreeMap<String, u64>, name: &str) {
    *counts.entry(name.to_owned()).or_default() += 1;
}
