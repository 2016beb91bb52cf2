//! The logbook: one row per answered audio request, with the bytes that were really delivered (DESIGN §6.10).
//!
//! Rows stand in append-only segment files, `<folder>/<node>/<start ms>-<n>.seg`. A row is one `write()`, so that a
//! killed server loses nothing that it had finished; `fdatasync` follows within 100 ms, so that a power cut costs
//! 100 ms of *statistics*. When the disk is full the logbook stops and says so; serving goes on. Counting is not
//! done here, and no row ever holds an address: listener and address are pseudonyms of one day (COUNTING.md).

mod error;
mod forget;
mod frame;
mod reader;
mod row;
mod segment;
mod settled;
mod writer;

pub use error::LogError;
pub use forget::forget;
pub use reader::{Reader, read};
pub use row::{Entry, Flags, MAX_AGENT_BYTES, MAX_REFERRER_BYTES, Method, Page, Row, View};
pub use segment::{Mark, RowId, Segment};
pub use settled::settled;
pub use writer::{LogOptions, Logbook};
