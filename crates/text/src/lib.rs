//! Pure text work: an author's Markdown to safe HTML, foreign HTML to safe HTML, either to plain text; chapters and
//! transcripts in the formats that players read.
//!
//! Nothing here reads files or knows feeds. All input is hostile: it is bounded, and what comes out contains only the
//! tags that podcast apps render and no character that XML 1.0 forbids.

pub mod apps;
mod as_markdown;
pub mod chapters;
pub mod chars;
mod clock;
mod comment;
mod error;
mod feed_html;
mod file_facts;
mod incoming;
mod markdown;
mod note_times;
mod picture;
mod pieces;
mod plain;
mod published;
mod sanitize;
pub mod transcript;
mod weight;

pub use as_markdown::as_markdown;
pub use comment::{comment_html, comment_line, comment_text};
pub use error::TextError;
pub use feed_html::{directory_html, plain_with_links};
pub use file_facts::file_facts;
pub use markdown::{
    MAX_HTML_BYTES, MAX_NOTES_BYTES, html_notes, in_form, keeping, notes, rewritten, with_other_file, with_pictures,
};
pub use note_times::{NoteTime, listed_times, note_times, with_note_times};
pub use picture::{Named, pictures_named, with_addresses, without_addresses};
pub use plain::{plain, plain_of, plain_up_to};
pub use published::{TextFileError, published};
pub use sanitize::{SANITIZER_VERSION, clean_html, is_of_today};
