//! The line between laptop and server: one file per step, the messages both ends speak.
//!
//! Messages carry model types plus a version. The laptop's end is `hearthcast-engine` (`line`), the public end
//! `hearthcast-server` (`owner`). docs/PROTOCOL.md tells the whole conversation.

pub mod comments;
pub mod drafts;
pub mod hello;
pub mod media;
pub mod pair;
pub mod publish;
pub mod pull;
pub mod push;
pub mod standing;
pub mod token;
pub mod versions;

/// Wire version spoken by this program.
pub const PROTO: u32 = 1;

/// Version of the records' meaning.
pub const SCHEMA: u32 = 1;
