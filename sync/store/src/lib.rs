//! The server's database: SQLite behind one write door, one file per table.
//!
//! Tables are modules of plain functions over a [`Connection`]; [`Store::read`] and [`Store::write`] hand connections
//! out. Statements use `$1` and plain types only, so that PostgreSQL can run them too. Nothing here knows HTTP, renders
//! or counts: this crate keeps what others decide.

pub mod answer;
pub mod challenge;
pub mod comment;
pub mod day_count;
pub mod device;
mod door;
pub mod draft;
mod error;
pub mod feed_day;
pub mod log_lost;
pub mod log_row;
pub mod media;
pub mod meta;
pub mod pairing;
pub mod record;
pub mod released;
pub mod remark;
pub mod salt;
pub mod search;
mod store;
pub mod upload;
pub mod version;
pub mod view_row;
pub mod withdrawn;

pub use door::Writer;
pub use error::StoreError;
pub use store::{FILE, Reader, Store, claim_folder};

/// A connection to the database, as the tables take it.
pub type Connection = sqlx::SqliteConnection;

/// Result of everything here.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
