//! The verbs as a whole, on a library in a folder of its own, with the real worker process.

#![expect(clippy::unwrap_used, reason = "a scene that cannot be made ends the test")]

mod drafts;
mod due;
mod edits;
mod jobs;
mod logs;
mod media_list;
mod pictures;
mod recordings;
mod removal;
mod scene;
mod several;
mod texts;
