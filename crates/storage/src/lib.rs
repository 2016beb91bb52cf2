//! Places for files: a folder that some web server shows, buckets of several kinds of storage, and folders of other machines.
//!
//! A place knows keys and bytes, nothing of shows or plans. Every write is whole or not at all, and durable before it
//! returns. The typed [`StorageKey`] is the only way to name something in a place.

#[cfg(test)]
mod again;
pub mod bucket;
mod error;
mod far;
pub mod folder;
mod ftps;
pub mod key;
mod listener;
mod open;
#[cfg(test)]
mod paced;
pub mod place;
pub mod probe;
mod reading;
mod refusal;
pub mod sftp;
pub mod spread;
#[cfg(test)]
mod suite;
mod tally;
mod walk;
pub mod webdav;

pub use bucket::Bucket;
pub use error::StorageError;
pub use folder::Folder;
pub use key::StorageKey;
pub use listener::Listener;
pub use open::open_remote;
pub use place::{Listed, Notebook, Place, Sending, Source};
pub use probe::ProbeKey;
pub use refusal::Refusal;
pub use spread::Spread;
pub use webdav::WebDav;
