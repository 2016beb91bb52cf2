//! The laptop's library: one SQLite file, a folder of media by content hash, one door for writing.
//!
//! Every write goes through [`Library::transact`], which holds a file lock across all processes (ADR 0003), and every
//! other connection is read-only. One file per table: row, reads, writes. What it is not: it knows no network, no
//! media format and no publishing rule.

pub mod accepted;
pub mod brought;
mod check;
pub mod comment;
mod copies;
pub mod course;
pub mod door;
pub mod edit;
pub mod episode;
mod error;
pub mod feed_day;
pub mod files;
pub mod history;
pub mod import;
pub mod job;
pub mod kept;
pub mod logs;
pub mod made;
pub mod media;
pub mod media_tag;
pub mod meta;
mod open;
pub mod outbox;
pub mod publication;
pub mod record;
mod replace;
pub mod report;
mod salvage;
mod salvage_rows;
mod scrub;
pub mod search;
pub mod share;
pub mod show;
pub mod stats;
pub mod stored;
pub mod sync_base;
pub mod target;
pub mod unchanged;
pub mod undo;
pub mod upload;
pub mod withdrawal;
mod writer;

pub use copies::Copy;
pub use door::{ChangeSet, RecordChange, WriteTx};
pub use error::LibraryError;
pub use open::Library;
pub use salvage::Salvage;

/// Result of the library's work.
pub type Result<T, E = LibraryError> = std::result::Result<T, E>;
