//! Download numbers: what counting yields, what travels to the laptop, what `stats` prints (COUNTING.md).

use crate::{EpisodeId, ShowId};
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
    pub number: Option<u32>,
    /// Media hash of its own picture, if any.
    pub image: Option<String>,
    /// When it became public, Unix milliseconds.
    pub released_ms: i64,
    /// Downloads by UTC day, oldest first; days without any are absent.
    pub by_day: Vec<DayRow>,
}

/// What `stats` prints (DESIGN §6.8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Stats {
    /// Downloads counted from bytes delivered.
    pub downloads: u64,
    /// Requests without byte counts.
    pub unverified: u64,
    /// By UTC day, oldest first.
    pub by_day: Vec<DayRow>,
    /// By episode, most first.
    pub by_episode: Vec<EpisodeRow>,
    /// By app, most first.
    pub by_app: BTreeMap<String, u64>,
    /// Why this number.
    pub funnel: Funnel,
    /// When the numbers were last pulled, Unix milliseconds.
    pub pulled_ms: Option<i64>,
}
