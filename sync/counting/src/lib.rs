//! The counting rule: from log rows to downloads, with a reason for every row that is not one (docs/COUNTING.md).
//!
//! Pure functions only: no I/O, no clock, no randomness. The server's rollup, `hearthcast-server count` and the import
//! of foreign logs all call [`rule::count`]; whoever wants to check a number calls [`count_file`] with a case of
//! their own. Reading logs, keeping salts and storing counts is the callers' business.

pub mod address;
pub mod agents;
pub mod coverage;
pub mod feeds;
pub mod kept;
pub mod listener;
pub mod logs;
mod names;
pub mod range;
pub mod readers;
pub mod referrer;
pub mod rule;
pub mod vector;

pub use vector::{CountError, count_file, count_file_with, count_log};
