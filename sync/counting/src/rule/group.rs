//! Rows of one listener, episode and UTC day, and what becomes of them (COUNTING.md, steps 1, 4, 5 and 6).

use super::row::{Delivery, MediaVersion, Method, Settings};
use super::tally::{DayTally, Download};
use super::{DAY_MS, DayEpisode, HOUR_MS};
use crate::agents::{Agent, AgentKind, Classifier};
use crate::coverage::Coverage;
use crate::listener::Key;
use hearthcast_model::stats::DropReason;
use std::collections::{BTreeMap, BTreeSet};

/// Longest tiny range: a player asking whether ranges work.
const TINY_RANGE: u64 = 2;

/// The kept rows, grouped.
pub(super) struct Groups<'a> {
    settings: &'a Settings,
    media: &'a BTreeMap<String, MediaVersion>,
    classifier: &'a Classifier,
    agents: BTreeMap<&'a str, Agent>,
    groups: BTreeMap<(DayEpisode<'a>, Key), Group<'a>>,
    allowed: BTreeSet<(i64, Key)>,
}

/// Kept rows of one listener, episode and day.
struct Group<'a> {
    first: &'a Delivery,
    rows: u64,
    coverage: BTreeMap<&'a str, Coverage>,
}

impl<'a> Groups<'a> {
    pub(super) fn new(
        settings: &'a Settings,
        media: &'a BTreeMap<String, MediaVersion>,
        classifier: &'a Classifier,
    ) -> Self {
        let (agents, groups, allowed) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        Self { settings, media, classifier, agents, groups, allowed }
    }

    /// Returns why a row is dropped: the first reason in the order of step 1, or `None` when it is kept.
    pub(super) fn refuses(&mut self, row: &'a Delivery, version: &MediaVersion) -> Option<DropReason> {
        if row.method != Method::Get {
            Some(DropReason::Method)
        } else if !self.accepts_status(row.status) {
            Some(DropReason::Status)
        } else if row.range_len.is_some_and(|length| length <= TINY_RANGE) {
            Some(DropReason::TinyRange)
        } else if row.flags.preview || row.start_ms < version.published_ms {
            Some(DropReason::Unpublished)
        } else if row.agent.trim().is_empty() {
            Some(DropReason::NoUserAgent)
        } else if self.agent(&row.agent).kind == AgentKind::Bot {
            Some(DropReason::Bot)
        } else if row.flags.excluded && !row.flags.allowed {
            Some(DropReason::ExcludedIp)
        } else {
            None
        }
    }

    /// Adds a row that nothing refuses.
    pub(super) fn keep(&mut self, at: DayEpisode<'a>, row: &'a Delivery) {
        if row.flags.allowed {
            self.allowed.insert((at.0, row.address));
        }
        let empty = || Group { first: row, rows: 0, coverage: BTreeMap::new() };
        let group = self.groups.entry((at, row.listener)).or_insert_with(empty);
        group.rows += 1;
        if (row.start_ms, &row.row) < (group.first.start_ms, &group.first.row) {
            group.first = row;
        }
        group.coverage.entry(&row.media).or_default().add(row.first_byte, row.sent);
    }

    /// Decides every group and writes the result into the tallies of its day and episode.
    pub(super) fn settle(mut self, tallies: &mut BTreeMap<DayEpisode<'a>, DayTally>) {
        let over = self.addresses_over_cap();
        for (((day, episode), listener), group) in std::mem::take(&mut self.groups) {
            let tally = tallies.entry((day, episode)).or_default();
            if !self.qualifies(&group) {
                tally.dropped(DropReason::BelowMinute);
            } else if over.contains(&(day, group.first.address)) {
                tally.dropped(DropReason::IpOverCap);
            } else if self.settings.redirect_mode {
                tally.unverified(group.rows);
            } else {
                let hour = usize::try_from(group.first.start_ms.rem_euclid(DAY_MS) / HOUR_MS).unwrap_or_default();
                let (agent, referrer) = (self.agent(&group.first.agent), group.first.referrer.as_deref());
                tally.download(&Download { listener, rows: group.rows, hour, agent, referrer });
            }
        }
    }

    /// A redirect is an answer only where the server redirects.
    fn accepts_status(&self, status: u16) -> bool {
        matches!(status, 200 | 206) || self.settings.redirect_mode && matches!(status, 301 | 302 | 303 | 307 | 308)
    }

    /// One qualifying file makes a download; bytes of several files are not added. Redirects have no bytes to look at.
    fn qualifies(&self, group: &Group) -> bool {
        let enough = |(media, coverage): (&&str, &Coverage)| self.media.get(*media).is_some_and(|v| holds(v, coverage));
        self.settings.redirect_mode || group.coverage.iter().any(enough)
    }

    /// The addresses whose downloads of a day are all out, because there are too many of them.
    fn addresses_over_cap(&self) -> BTreeSet<(i64, Key)> {
        let Some(cap) = self.settings.max_downloads_per_ip_per_day else { return BTreeSet::new() };
        let mut downloads = BTreeMap::<(i64, Key), u64>::new();
        for (((day, _), _), group) in self.groups.iter().filter(|(_, group)| self.qualifies(group)) {
            *downloads.entry((*day, group.first.address)).or_default() += 1;
        }
        let over = downloads.into_iter().filter(|(at, count)| *count > cap && !self.allowed.contains(at));
        over.map(|(at, _)| at).collect()
    }

    /// Who an agent is; each text is looked at once.
    fn agent(&mut self, text: &'a str) -> &Agent {
        self.agents.entry(text).or_insert_with(|| self.classifier.classify(text))
    }
}

/// Whether a minute of content was delivered, or the whole file where the rule asks for it.
fn holds(version: &MediaVersion, coverage: &Coverage) -> bool {
    match version.minute_bytes() {
        Some(minute) => coverage.within(version.header, version.size.saturating_sub(version.trailer)) >= minute,
        None => version.size > 0 && coverage.within(0, version.size) == version.size,
    }
}
