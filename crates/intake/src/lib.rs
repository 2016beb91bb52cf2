//! Reading other people's: feeds as they are found, lists of subscriptions, exports. Everything here takes bytes and gives values;
//! nothing asks a network or touches a library.

mod atom;
mod categories;
mod channel;
mod dates;
mod document;
mod enclosure;
mod encoding;
pub mod feed;
mod foreign;
mod guid;
mod item;
mod marks;
mod node;
mod notes;
pub mod opml;
mod podcast;
mod references;
mod repairs;
mod space;
pub mod spodcat;
mod tag;
mod times;
mod wordpress;
mod words;

pub use feed::{
    ChapterImage, IntakeError, ReadComment, ReadFeed, ReadItem, ReadOptions, RemoteFile, Repair, read_feed,
};
pub use marks::{read_chapters, read_marks};
pub use opml::{Subscription, read_opml, write_opml};
