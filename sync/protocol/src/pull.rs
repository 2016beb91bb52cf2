//! Pull: counts come back to the laptop. Rows are replaced by version; the open day is provisional.

use hearthcast_model::stats::DayCount;
use serde::{Deserialize, Serialize};

/// `GET /sync/v1/metrics?after=<cursor>&limit=<n>`.
pub const PATH: &str = "/sync/v1/metrics";

/// Most rows in one answer.
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
}
