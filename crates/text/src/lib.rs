//! Pure text work: an author's Markdown to safe HTML, foreign HTML to safe HTML, either to plain text.
//!
//! Nothing here reads files or knows feeds. All input is hostile: it is bounded, and what comes out contains only the
//! tags that podcast apps render and no character that XML 1.0 forbids.

pub mod chars;
mod error;
mod markdown;
mod plain;
mod sanitize;
mod weight;

pub use error::TextError;
pub use markdown::{MAX_NOTES_BYTES, notes};
pub use plain::{plain, plain_of, plain_up_to};
pub use sanitize::{SANITIZER_VERSION, clean_html};
