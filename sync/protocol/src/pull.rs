//! Pull: counts come back to the laptop. Rows are replaced by version; the open day is provisional.

use hearthcast_model::stats::{DayCount, FeedDay, LostRows};
use serde::{Deserialize, Serialize};

/// `GET /sync/v1/metrics?after=<cursor>&limit=<n>&feeds_after=<cursor>`; without `feeds_after` (older laptops) no days of
/// the feed are told.
pub const PATH: &str = "/sync/v1/metrics";

/// Most rows of each kind in one answer.
pub const MAX_ROWS: usize = 500;

/// The server's side. Before answering, the server rolls up everything its log holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricsAnswer {
    /// Random id of the server's history; another one than before means: forget the cursor, begin again.
    pub epoch: String,
    /// Changed rows after the cursor, in order of change.
    pub rows: Vec<DayCount>,
    /// Cursor for the next call.
    pub next: i64,
    /// Whether there is more.
    pub more: bool,
    /// Answers that the server could not log: the counts of these days are too low.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<LostRows>,
    /// Changed days of the feed after their cursor, in order of change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub feeds: Vec<FeedDay>,
    /// Cursor of the days of the feed for the next call; older servers tell none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feeds_next: Option<i64>,
}
