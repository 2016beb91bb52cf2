//! Pages that people read in a browser: one set of templates, answered by the server, sent to a storage as files, or shown by
//! the laptop itself.
//!
//! Pure: nothing here reads a clock, a file or a network. All words that come in are escaped where they are written, but for
//! notes, which are safe HTML already.

pub mod draft;
mod html;
