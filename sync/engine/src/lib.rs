//! The laptop's end of the line: publishing as plan, apply, verify.
//!
//! `plan` and `machine` are pure: what listeners will see change, and which action comes next. `apply` carries actions out
//! with a journal row before every effect, on a `Destination`: a folder, a remote place or the bundled server. What it is
//! not: it decides nothing about records; the verbs of `hearthcast-studio` do.

pub mod apply;
pub mod comments;
pub mod destination;
pub mod device;
pub mod diff;
pub mod documents;
pub mod draft_place;
pub mod drafts;
pub mod feed_diff;
mod feed_tree;
pub mod fetching;
mod files;
pub mod folder;
pub mod guard;
pub mod guard_feeds;
pub mod history;
pub mod layout;
mod lease;
pub mod leaving;
pub mod line;
mod listened;
pub mod machine;
pub mod moving;
pub mod names;
pub mod pair;
pub mod payload;
pub mod plan;

mod presence;
pub mod published;
pub mod pull;
pub mod push;
pub mod redirects;
pub mod remarks;
pub mod remote;
pub mod rollback;
pub mod said;
mod sending;
mod sentence;
pub mod server;
pub mod standing;
pub mod survey;
pub mod taking_over;
mod transfer;
pub mod unfinished;
pub mod versions;
pub mod withdraw;

pub use apply::{ProgressSink, apply};
pub use destination::{Destination, Observed, Work};
pub use device::DeviceKey;
pub use fetching::{Door, Fetching, Origin};
pub use layout::feed_key;
pub use payload::Payload;
pub use plan::{PlanInput, Planned, plan};
pub use rollback::{RollbackInput, rollback};
