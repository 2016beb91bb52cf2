//! Issue 6, points 3 and 5: shows move in and out; what apps know them by is kept or has to be typed.

#![expect(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

mod directories;
mod further;
mod in_place;
mod moving_in;
mod old_readers;
mod page_links;
mod scene;
mod word;
