//! Reading other people's: feeds as they are found, lists of subscriptions, exports. Everything here takes bytes and gives values;
//! nothing asks a network or touches a library.

pub mod feed;

pub use feed::{IntakeError, ReadFeed, ReadItem, ReadOptions, RemoteFile, Repair, read_feed};
