//! Feeds as they are found, and what is read of them.
#![expect(clippy::unwrap_used, reason = "only tests use this; a panic is their failure")]

mod atom;
mod everything;
mod foreign;
mod hostile;
mod real_feeds;
mod scene;
mod words;
