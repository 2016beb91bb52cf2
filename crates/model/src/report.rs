//! The author's own reports: saved questions in SQL, and the views they may ask.

use serde::{Deserialize, Serialize};

/// A saved report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Report {
    /// Its name, unique in the library.
    pub name: String,
    /// The question, in SQLite's SQL.
    pub sql: String,
    /// Newest change, Unix milliseconds.
    pub changed_ms: i64,
}

/// A view that reports ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ReportSource {
    /// Its name in SQL (`report_episodes`).
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<String>,
}
