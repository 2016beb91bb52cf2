//! Feeds as they are found, and what is read of them.

mod everything;
mod hostile;
mod real_feeds;
mod scene;
