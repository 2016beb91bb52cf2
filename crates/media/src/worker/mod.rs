//! Looking at a file, and making one, in a process of its own: both ends side by side.
//!
//! A decoder that crashes, hangs or eats memory on a hostile file ends its own process and nothing else. The process
//! gets one file, no environment, limits of its own, and is ended on cancel, on silence and after a time that grows
//! with the file. What it answers is bounded and checked, but it is still the word of a process that read hostile
//! bytes: whoever copies the file hashes the copy and compares. A file that is made stands beside its final name until
//! it was checked; the caller gives it the name, or removes it.

mod call;
mod course_line;
mod limits;
mod message;
pub mod path_text;
mod serve;
mod watch;

pub use call::Worker;
pub(crate) use call::hear;
pub use serve::serve;
