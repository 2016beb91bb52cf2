//! Places for files: a folder that some web server shows, and a bucket of an S3-compatible storage.
//!
//! A place knows keys and bytes, nothing of shows or plans. Every write is whole or not at all, and durable before it
//! returns. The typed [`StorageKey`] is the only way to name something in a place.

pub mod bucket;
mod error;
pub mod folder;
pub mod key;
mod listener;
pub mod place;
pub mod probe;
#[cfg(test)]
mod suite;

pub use bucket::Bucket;
pub use error::StorageError;
pub use folder::Folder;
pub use key::StorageKey;
pub use listener::Listener;
pub use place::{Listed, Notebook, Place, Sending, Source};
pub use probe::ProbeKey;
