//! Download numbers: what counting yields, what travels to the laptop, what `stats` prints (COUNTING.md).

use crate::{EpisodeId, EpisodeNumber, ShowId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Why a log row, or a group of rows, is not a download. The words of COUNTING.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DropReason {
    /// Not a GET.
    Method,
    /// Neither 200 nor 206.
    Status,
    /// A range of at most two bytes.
    TinyRange,
    /// Before publication, or by a preview token.
    Unpublished,
    /// No user agent.
    NoUserAgent,
    /// A bot.
    Bot,
    /// An address on the exclude list.
    #[serde(rename = "excluded_ip")]
    ExcludedIp,
    /// Less than a minute was delivered (counts listener-episode groups).
    BelowMinute,
    /// More downloads from one address and day than allowed (counts listener-episode groups).
    IpOverCap,
    /// The same log row again.
    ReplayedLogRow,
}

impl DropReason {
    /// The reason as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            DropReason::Method => "method",
            DropReason::Status => "status",
            DropReason::TinyRange => "tiny_range",
            DropReason::Unpublished => "unpublished",
            DropReason::NoUserAgent => "no_user_agent",
            DropReason::Bot => "bot",
            DropReason::ExcludedIp => "excluded_ip",
            DropReason::BelowMinute => "below_minute",
            DropReason::IpOverCap => "ip_over_cap",
            DropReason::ReplayedLogRow => "replayed_log_row",
        }
    }
}

/// From requests to downloads, with a count for every reason something was not one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Funnel {
    /// Log rows seen.
    pub requests: u64,
    /// Rows or groups dropped, by reason.
    pub dropped: BTreeMap<DropReason, u64>,
    /// Kept rows beyond the first of a download: further requests of the same listener for the same episode and day.
    pub repeats: u64,
    /// Downloads.
    pub downloads: u64,
}

impl Funnel {
    /// Adds another funnel to this one.
    pub fn add(&mut self, other: &Funnel) {
        self.requests += other.requests;
        self.repeats += other.repeats;
        self.downloads += other.downloads;
        for (reason, count) in &other.dropped {
            *self.dropped.entry(*reason).or_default() += count;
        }
    }
}

/// Where a count comes from. Counts of two sources are never added: per episode and day the first of these wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Bytes that Hearthcast's server delivered, and its redirects.
    #[default]
    Served,
    /// The log of a bucket or of another server.
    Log,
}

impl Source {
    /// Whether it is the usual one.
    pub fn is_served(&self) -> bool {
        *self == Self::Served
    }
}

/// The count of one episode on one UTC day, as the server rolls it up and the laptop keeps it.
/// A later row for the same episode and day replaces an earlier one with a lower `version`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct DayCount {
    /// The show.
    pub show: ShowId,
    /// The episode.
    pub episode: EpisodeId,
    /// UTC day (`2026-11-20`).
    pub day: String,
    /// Grows with every recount of this row.
    pub version: u64,
    /// The day is not over: the row will be replaced.
    pub provisional: bool,
    /// From requests to downloads.
    pub funnel: Funnel,
    /// Downloads by UTC hour of the first kept request, 24 numbers.
    pub by_hour: Vec<u64>,
    /// Downloads by app name.
    pub by_app: BTreeMap<String, u64>,
    /// Redirects without byte counts, never added to downloads.
    pub unverified: u64,
    /// Downloads by device name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<BTreeMap<String, u64>>"))]
    pub by_device: BTreeMap<String, u64>,
    /// Downloads made in a browser, by the host of the page that linked to them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<BTreeMap<String, u64>>"))]
    pub by_referrer: BTreeMap<String, u64>,
    /// Downloads by country (two letters), where the server was given a list of networks.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<BTreeMap<String, u64>>"))]
    pub by_country: BTreeMap<String, u64>,
    /// Where the count comes from.
    #[serde(default, skip_serializing_if = "Source::is_served")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<Source>"))]
    pub source: Source,
}

impl DayCount {
    /// A count of nothing.
    pub fn new(show: ShowId, episode: EpisodeId, day: String) -> Self {
        Self {
            show,
            episode,
            day,
            version: 0,
            provisional: false,
            funnel: Funnel::default(),
            by_hour: vec![0; 24],
            by_app: BTreeMap::new(),
            unverified: 0,
            by_device: BTreeMap::new(),
            by_referrer: BTreeMap::new(),
            by_country: BTreeMap::new(),
            source: Source::Served,
        }
    }
}

/// A kind of page that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PageKind {
    /// The page of the show was looked at, as the website says.
    ShowView,
    /// The page of an episode was looked at, as the website says.
    EpisodeView,
    /// The page of a post was looked at, as the website says.
    PostView,
    /// A program asked the API for the show.
    Show,
    /// A program asked the API for an episode.
    Episode,
    /// A program asked the API for a post.
    Post,
    /// A web player was set up for an episode.
    Player,
    /// An address from before, which leads on.
    OlderPath,
}

impl PageKind {
    /// The kind as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ShowView => "show_view",
            Self::EpisodeView => "episode_view",
            Self::PostView => "post_view",
            Self::Show => "show",
            Self::Episode => "episode",
            Self::Post => "post",
            Self::Player => "player",
            Self::OlderPath => "older_path",
        }
    }
}

/// Who asked for the feed of a show, and how often its pages were asked for, on one UTC day. A later row for the same day
/// replaces an earlier one with a lower `version`. Never a download.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedDay {
    /// The show.
    pub show: ShowId,
    /// UTC day (`2026-11-20`).
    pub day: String,
    /// Grows with every recount of this row.
    pub version: u64,
    /// The day is not over: the row will be replaced.
    pub provisional: bool,
    /// Requests for the feed, those answered "not changed" included.
    pub requests: u64,
    /// Requests that stand for no subscriber, by reason; `ip_over_cap` counts apps.
    pub dropped: BTreeMap<DropReason, u64>,
    /// Apps that asked for themselves: one address with one app is one.
    pub readers: u64,
    /// Subscribers that services say they ask for.
    pub by_services: u64,
    /// Browsers in which the feed was looked at; no subscribers.
    pub browsers: u64,
    /// Subscribers by app or service; adds up to [`Self::subscribers`].
    pub by_app: BTreeMap<String, u64>,
    /// Requests for pages by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pages: BTreeMap<PageKind, u64>,
}

impl FeedDay {
    /// A day on which nobody asked.
    pub fn new(show: ShowId, day: String) -> Self {
        Self {
            show,
            day,
            version: 0,
            provisional: false,
            requests: 0,
            dropped: BTreeMap::new(),
            readers: 0,
            by_services: 0,
            browsers: 0,
            by_app: BTreeMap::new(),
            pages: BTreeMap::new(),
        }
    }

    /// The estimate: apps that asked for themselves, and those whom services ask for.
    pub fn subscribers(&self) -> u64 {
        self.readers.saturating_add(self.by_services)
    }
}

/// Who asked for the feed on one UTC day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct FeedRow {
    /// UTC day.
    pub day: String,
    /// Subscribers, estimated.
    pub subscribers: u64,
    /// Apps among them that asked for themselves.
    pub readers: u64,
    /// Requests for the feed.
    pub requests: u64,
    /// The day is not over.
    pub provisional: bool,
}

/// What an import of logs did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct LogImport {
    /// Files read.
    pub files: u64,
    /// Lines in them.
    pub lines: u64,
    /// Requests for files and feeds of the show that were not known before.
    pub new_rows: u64,
    /// Requests that an earlier import had taken in.
    pub known_rows: u64,
    /// Requests of days that were closed already; the whole day has to be read again to take them in.
    pub late_rows: u64,
    /// Lines that are no such request, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// UTC days that were counted again, oldest first.
    pub days: Vec<String>,
    /// Downloads of these days, as the logs tell them.
    pub downloads: u64,
}

/// Answers of a UTC day that a server could not log, because its disk was full or broken: the counts of that day are too low.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct LostRows {
    /// UTC day.
    pub day: String,
    /// How many, of all shows on that server.
    pub rows: u64,
}

/// Downloads of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct DayRow {
    /// UTC day.
    pub day: String,
    /// Downloads.
    pub downloads: u64,
}

/// Downloads of one episode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[cfg_attr(feature = "bindings", ts(rename = "EpisodeCount"))]
pub struct EpisodeRow {
    /// The episode.
    pub episode: EpisodeId,
    /// Its title.
    pub title: String,
    /// Downloads.
    pub downloads: u64,
}

/// Downloads of one published episode, day by day, to be laid over others by days since release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ReleaseCurve {
    /// The episode.
    pub episode: EpisodeId,
    /// Its title.
    pub title: String,
    /// Its number.
    #[cfg_attr(feature = "bindings", ts(as = "Option<f64>"))]
    pub number: Option<EpisodeNumber>,
    /// Media hash of its own picture, if any.
    pub image: Option<String>,
    /// When it became public, Unix milliseconds.
    pub released_ms: i64,
    /// Downloads by UTC day, oldest first; days without any are absent.
    pub by_day: Vec<DayRow>,
}

/// Downloads of episodes so many days after they came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AgeRow {
    /// UTC days since the day of release; 0 is that day.
    pub days: i64,
    /// Downloads.
    pub downloads: u64,
}

/// Numbers of another counter, from the time before this one: shown beside the own, never added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Series {
    /// What the author calls it.
    pub label: String,
    /// All of them.
    pub downloads: u64,
    /// By the period as it was written (a day, a month), oldest first.
    pub by_period: Vec<DayRow>,
}

/// Why the number of an episode on a UTC day is what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Why {
    /// The episode's title.
    pub title: String,
    /// What counts: one row for each place, all of the same source.
    pub counts: Vec<DayCount>,
    /// What was counted of logs and does not count, because a server delivered the bytes itself.
    pub set_aside: Vec<DayCount>,
}

/// How a number is broken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Breakdown {
    /// By UTC day.
    Day,
    /// By UTC hour of the day.
    Hour,
    /// By episode.
    Episode,
    /// By podcast app.
    App,
    /// By device.
    Device,
    /// By the page that linked to the file, for browsers.
    Referrer,
    /// By country.
    Country,
    /// By days since release.
    Age,
    /// Subscribers, estimated, by UTC day.
    Subscribers,
    /// Subscribers by app or service, on the newest day that is over.
    Reader,
    /// Requests for pages by kind.
    Page,
}

impl Breakdown {
    /// What a table calls its first column.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Episode => "episode",
            Self::App => "app",
            Self::Device => "device",
            Self::Referrer => "referrer",
            Self::Country => "country",
            Self::Age => "days_since_release",
            Self::Subscribers => "day",
            Self::Reader => "reader",
            Self::Page => "page",
        }
    }

    /// What a table calls what is counted.
    pub fn counted(self) -> &'static str {
        match self {
            Self::Subscribers | Self::Reader => "subscribers",
            Self::Page => "requests",
            _ => "downloads",
        }
    }
}

/// How numbers are written for other programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum TableFormat {
    /// One breakdown, for spreadsheets.
    Csv,
    /// Everything that is known of the days, for programs.
    Json,
}

/// What `stats` prints (DESIGN §6.8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Stats {
    /// Downloads counted from bytes delivered.
    pub downloads: u64,
    /// Requests without byte counts.
    pub unverified: u64,
    /// Downloads by where their count comes from.
    #[serde(default)]
    pub by_source: BTreeMap<Source, u64>,
    /// By UTC day, oldest first.
    pub by_day: Vec<DayRow>,
    /// By episode, most first.
    pub by_episode: Vec<EpisodeRow>,
    /// By app, most first.
    pub by_app: BTreeMap<String, u64>,
    /// By device.
    #[serde(default)]
    pub by_device: BTreeMap<String, u64>,
    /// By the host of the page that linked to the file, for browsers.
    #[serde(default)]
    pub by_referrer: BTreeMap<String, u64>,
    /// By country (two letters), where a server knows countries.
    #[serde(default)]
    pub by_country: BTreeMap<String, u64>,
    /// By UTC hour of the day, 24 numbers.
    #[serde(default)]
    pub by_hour: Vec<u64>,
    /// By days since release, of episodes whose release is known.
    #[serde(default)]
    pub by_age: Vec<AgeRow>,
    /// Numbers of other counters.
    #[serde(default)]
    pub series: Vec<Series>,
    /// Answers that servers could not log.
    #[serde(default)]
    pub lost: Vec<LostRows>,
    /// Why this number.
    pub funnel: Funnel,
    /// When the numbers were last pulled, Unix milliseconds.
    pub pulled_ms: Option<i64>,
    /// Subscribers, estimated: the median of the last seven days that are over, or of today where none is.
    #[serde(default)]
    pub subscribers: u64,
    /// Who asked for the feed, by UTC day, oldest first.
    #[serde(default)]
    pub feed_days: Vec<FeedRow>,
    /// Subscribers by app or service, on the newest day that is over (else today).
    #[serde(default)]
    pub by_feed_app: BTreeMap<String, u64>,
    /// Requests for pages by kind.
    #[serde(default)]
    pub pages: BTreeMap<PageKind, u64>,
}
