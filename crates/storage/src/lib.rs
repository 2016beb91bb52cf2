//! Places for files. Today one kind: a folder that some web server shows.
//!
//! A place knows keys and bytes, nothing of shows or plans. Every write is whole or not at all, and durable before it
//! returns. The typed [`StorageKey`] is the only way to name something in a place.

mod error;
pub mod folder;
pub mod key;

pub use error::StorageError;
pub use folder::Folder;
pub use key::StorageKey;
