//! Rows of one listener, episode and UTC day, and what becomes of them (COUNTING.md, steps 1, 4, 5 and 6).

use super::row::{Delivery, MediaVersion, Method, Settings};
use super::tally::{DayTally, Download};
use super::{DAY_MS, HOUR_MS};
use crate::agents::{AgentKind, Classifier};
use crate::coverage::Coverage;
use crate::listener::Key;
use crate::names::{Agents, At, Names};
use hearthcast_model::stats::DropReason;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Longest tiny range: a player asking whether ranges work.
const TINY_RANGE: u64 = 2;

/// An episode, by its place in the list.
pub(super) type EpisodeAt = usize;
/// Days since 1970-01-01 UTC and episode: the key of a tally while counting.
pub(super) type DayEpisode = (i64, EpisodeAt);
/// A media version, by its place in the list.
type MediaAt = usize;

/// Places that the table of groups begins with: 128 bytes each, together a little more than 32 MiB. An allocation of that size the
/// C library (glibc, `DEFAULT_MMAP_THRESHOLD_MAX`) always takes from the system and gives back to it whole; smaller ones it
/// keeps after a busy day. Places that no listener comes to are never touched and cost no memory.
const PLACES: usize = 262_144;

/// The kept rows, grouped. Names stand in lists, once, and are meant by their places. A day has as many groups as listeners, so
/// a group is small, and those that are decided keep nothing outside the one table that holds them all.
#[derive(Debug)]
pub(super) struct Groups {
    settings: Settings,
    media: Vec<(EpisodeAt, MediaVersion)>,
    media_by_name: BTreeMap<String, MediaAt>,
    episodes: Vec<String>,
    agents: Agents,
    referrers: Names,
    countries: Names,
    groups: HashMap<Who, Group>,
    allowed: BTreeSet<(i64, Key)>,
}

/// One listener, episode and day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Who {
    day: i64,
    episode: At,
    listener: Key,
}

/// Kept rows of one listener, episode and day.
#[derive(Debug)]
#[repr(align(32))]
struct Group {
    first: First,
    rows: u64,
    /// What was delivered, as long as no file makes a download.
    coverage: Vec<(MediaAt, Coverage)>,
    /// One file makes a download; more of it, or of another one, changes nothing.
    holds: bool,
    /// Somewhere among them the listener was only told where the file is.
    redirected: bool,
}

/// What is asked of the first row of a group.
#[derive(Debug, Clone, Copy)]
struct First {
    start_ms: i64,
    address: Key,
    agent: At,
    referrer: At,
    country: At,
}

/// No name.
const NONE: At = At::MAX;

impl Groups {
    pub(super) fn new(settings: &Settings, media: &BTreeMap<String, MediaVersion>) -> Self {
        let names: BTreeSet<&str> = media.values().map(|version| version.episode.as_str()).collect();
        let episodes: Vec<String> = names.into_iter().map(str::to_string).collect();
        let place = |episode: &String| episodes.binary_search(episode).unwrap_or_default();
        let versions = media.values().map(|version| (place(&version.episode), version.clone())).collect();
        Self {
            settings: settings.clone(),
            media: versions,
            media_by_name: media.keys().enumerate().map(|(at, name)| (name.clone(), at)).collect(),
            episodes,
            agents: Agents::default(),
            referrers: Names::default(),
            countries: Names::default(),
            groups: HashMap::with_capacity(PLACES / 8 * 7),
            allowed: BTreeSet::new(),
        }
    }

    /// The media version with a name.
    pub(super) fn media(&self, name: &str) -> Option<MediaAt> {
        self.media_by_name.get(name).copied()
    }

    /// The episode of a media version.
    pub(super) fn episode_of(&self, media: MediaAt) -> EpisodeAt {
        self.media[media].0
    }

    /// The name of an episode.
    pub(super) fn name_of(&self, episode: EpisodeAt) -> String {
        self.episodes[episode].clone()
    }

    /// Who an agent is; each text is looked at once.
    pub(super) fn agent(&mut self, text: &str, classifier: &Classifier) -> At {
        self.agents.of(text, classifier)
    }

    /// Returns why a row is dropped: the first reason in the order of step 1, or `None` when it is kept.
    pub(super) fn refuses(&self, row: &Delivery, media: MediaAt, agent: At) -> Option<DropReason> {
        if row.method != Method::Get {
            Some(DropReason::Method)
        } else if !self.accepts_status(row) {
            Some(DropReason::Status)
        } else if row.range_len.is_some_and(|length| length <= TINY_RANGE) {
            Some(DropReason::TinyRange)
        } else if row.flags.preview || row.start_ms < self.media[media].1.published_ms {
            Some(DropReason::Unpublished)
        } else if row.agent.trim().is_empty() {
            Some(DropReason::NoUserAgent)
        } else if self.agents.agent(agent).kind == AgentKind::Bot {
            Some(DropReason::Bot)
        } else if row.flags.excluded && !row.flags.allowed {
            Some(DropReason::ExcludedIp)
        } else {
            None
        }
    }

    /// Adds a row that nothing refuses. Rows come in the order of their ids: of those of one instant the first one stands.
    pub(super) fn keep(&mut self, at: DayEpisode, row: &Delivery, media: MediaAt, agent: At) {
        if row.flags.allowed {
            self.allowed.insert((at.0, row.address));
        }
        let first = self.first(row, agent);
        let who = Who { day: at.0, episode: place(at.1), listener: row.listener };
        let version = &self.media[media].1;
        let group = self.groups.entry(who).or_insert_with(|| Group::begun_by(first));
        group.rows += 1;
        group.redirected |= row.flags.redirected || self.settings.redirect_mode;
        if first.start_ms < group.first.start_ms {
            group.first = first;
        }
        group.deliver(media, version, row.first_byte, row.sent);
    }

    fn first(&mut self, row: &Delivery, agent: At) -> First {
        First {
            start_ms: row.start_ms,
            address: row.address,
            agent,
            referrer: row.referrer.as_deref().map_or(NONE, |host| self.referrers.of(host)),
            country: row.country.as_deref().map_or(NONE, |country| self.countries.of(country)),
        }
    }

    /// Decides every group and writes the result into the tallies of its day and episode.
    pub(super) fn settle(&mut self, tallies: &mut BTreeMap<DayEpisode, DayTally>) {
        let over = self.addresses_over_cap();
        for (Who { day, episode, listener }, group) in std::mem::take(&mut self.groups) {
            let tally = tallies.entry((day, episode as EpisodeAt)).or_default();
            if !self.qualifies(&group) {
                tally.dropped(DropReason::BelowMinute);
            } else if over.contains(&(day, group.first.address)) {
                tally.dropped(DropReason::IpOverCap);
            } else if group.redirected && !self.delivered(&group) {
                tally.unverified(group.rows);
            } else {
                let hour = usize::try_from(group.first.start_ms.rem_euclid(DAY_MS) / HOUR_MS).unwrap_or_default();
                let referrer = (group.first.referrer != NONE).then(|| self.referrers.name(group.first.referrer));
                let country = (group.first.country != NONE).then(|| self.countries.name(group.first.country));
                let agent = self.agents.agent(group.first.agent);
                tally.download(&Download { listener, rows: group.rows, hour, agent, referrer, country });
            }
        }
    }

    /// A redirect is an answer only where the server redirects.
    fn accepts_status(&self, row: &Delivery) -> bool {
        let redirects = self.settings.redirect_mode || row.flags.redirected;
        matches!(row.status, 200 | 206) || redirects && matches!(row.status, 301 | 302 | 303 | 307 | 308)
    }

    /// Redirects have no bytes to look at.
    fn qualifies(&self, group: &Group) -> bool {
        group.redirected || self.delivered(group)
    }

    /// One qualifying file makes a download; bytes of several files are not added. Where the server only redirects, no
    /// bytes are believed.
    fn delivered(&self, group: &Group) -> bool {
        !self.settings.redirect_mode && group.holds
    }

    /// The addresses whose downloads of a day are all out, because there are too many of them.
    fn addresses_over_cap(&self) -> BTreeSet<(i64, Key)> {
        let Some(cap) = self.settings.max_downloads_per_ip_per_day else { return BTreeSet::new() };
        let mut downloads = BTreeMap::<(i64, Key), u64>::new();
        for (who, group) in self.groups.iter().filter(|(_, group)| self.qualifies(group)) {
            *downloads.entry((who.day, group.first.address)).or_default() += 1;
        }
        let over = downloads.into_iter().filter(|(at, count)| *count > cap && !self.allowed.contains(at));
        over.map(|(at, _)| at).collect()
    }
}

impl Group {
    fn begun_by(first: First) -> Self {
        Self { first, rows: 0, coverage: vec![], holds: false, redirected: false }
    }

    /// Notes what was delivered of a file, until one makes a download.
    fn deliver(&mut self, media: MediaAt, version: &MediaVersion, first_byte: u64, sent: u64) {
        if self.holds {
            return;
        }
        if sent == 0 {
            self.holds = holds(version, &Coverage::default());
            return;
        }
        let known = self.coverage.iter().position(|(of, _)| *of == media);
        let at = known.unwrap_or(self.coverage.len());
        if known.is_none() {
            // Most have one file only.
            self.coverage.reserve_exact(1);
            self.coverage.push((media, Coverage::default()));
        }
        self.coverage[at].1.add(first_byte, sent);
        self.holds = holds(version, &self.coverage[at].1);
        if self.holds {
            self.coverage = vec![];
        }
    }
}

fn place(at: usize) -> At {
    At::try_from(at).unwrap_or(NONE)
}

/// Whether a minute of content was delivered, or the whole file where the rule asks for it.
fn holds(version: &MediaVersion, coverage: &Coverage) -> bool {
    match version.minute_bytes() {
        Some(minute) => coverage.within(version.header, version.size.saturating_sub(version.trailer)) >= minute,
        None => version.size > 0 && coverage.within(0, version.size) == version.size,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: u64 = 9_600_000;

    fn version() -> MediaVersion {
        let (header, trailer) = (0, 0);
        MediaVersion { episode: "one".into(), size: SIZE, header, trailer, duration_ms: Some(600_000), published_ms: 0 }
    }

    fn row(n: u64, first_byte: u64, sent: u64) -> Delivery {
        Delivery {
            row: format!("main/1-1.seg/{n:09}"),
            start_ms: 1_000,
            media: "m".into(),
            listener: u128::from(n).to_be_bytes(),
            address: [7; 16],
            agent: format!("AntennaPod/3.4.{n}"),
            method: Method::Get,
            status: 206,
            range_len: None,
            first_byte,
            sent,
            referrer: None,
            country: Some("NZ".into()),
            flags: super::super::Flags::default(),
        }
    }

    fn groups() -> Groups {
        Groups::new(&Settings::default(), &BTreeMap::from([("m".to_string(), version())]))
    }

    fn take(groups: &mut Groups, row: &Delivery) {
        let agent = groups.agent(&row.agent, &Classifier::default());
        groups.keep((0, 0), row, 0, agent);
    }

    /// What a listener costs while a day is counted: one place in one table, and nothing beside it once it is a download.
    #[test]
    fn a_listener_that_is_decided_is_one_place_in_a_table_that_is_given_back() {
        let place = size_of::<(Who, Group)>();
        assert_eq!(place, 128);
        let mut groups = groups();
        assert!(
            groups.groups.capacity() * place >= 28 << 20 && PLACES * place >= 32 << 20,
            "of the size that is given back"
        );
        let places = groups.groups.capacity();
        (0..1_000).for_each(|n| take(&mut groups, &row(n, 0, SIZE)));
        assert_eq!((groups.groups.len(), groups.groups.capacity()), (1_000, places));
        assert!(
            groups.groups.values().all(|group| group.holds && group.coverage.capacity() == 0),
            "nothing beside the table"
        );
    }

    /// A player that fetches pieces is one span until the minute (960,000 of its bytes) is there, and then none.
    #[test]
    fn pieces_are_kept_as_long_as_they_decide_something() {
        let mut groups = groups();
        for piece in 0..959 {
            take(&mut groups, &Delivery { agent: "AntennaPod/3.4.0".into(), ..row(0, piece * 1_000, 1_000) });
        }
        let spans = |groups: &Groups| -> Vec<usize> {
            let files = groups.groups.values().flat_map(|group| &group.coverage);
            files.map(|(_, coverage)| coverage.spans()).collect()
        };
        assert_eq!(spans(&groups), [1]);
        take(&mut groups, &Delivery { agent: "AntennaPod/3.4.0".into(), ..row(0, 959_000, 1_000) });
        assert!(spans(&groups).is_empty() && groups.groups.values().all(|group| group.holds && group.rows == 960));
    }
}
