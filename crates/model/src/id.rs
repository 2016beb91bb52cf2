//! Ids: UUIDv7 in lower-case text, one type per noun, so that a show's id can never stand where an episode's belongs.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Makes fresh ids. Randomness is an argument: tests pass a counter, programs pass [`RandomIds`].
pub trait Ids: Send + Sync {
    /// Returns a new UUIDv7 for the instant `now_ms` (Unix milliseconds).
    fn v7(&self, now_ms: i64) -> Uuid;
    /// Returns a new UUIDv4, used for feed guids, which must not tell when they were made.
    fn v4(&self) -> Uuid;
}

/// Ids from the operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn v7(&self, now_ms: i64) -> Uuid {
        let ms = u64::try_from(now_ms).unwrap_or(0);
        let ts = uuid::Timestamp::from_unix(uuid::NoContext, ms / 1000, ((ms % 1000) * 1_000_000) as u32);
        Uuid::new_v7(ts)
    }
    fn v4(&self) -> Uuid {
        Uuid::new_v4()
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Makes a fresh id.
            pub fn fresh(ids: &dyn Ids, now_ms: i64) -> Self {
                Self(ids.v7(now_ms).to_string())
            }
            /// Reads an id; `None` when the text is not a UUID. Upper case is folded to lower.
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(|u| Self(u.to_string()))
            }
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// A show (a podcast).
    ShowId,
    /// An episode of a show. Not the feed's guid, which is separate and foreign.
    EpisodeId,
    /// A laptop, paired with servers under its own key.
    DeviceId,
    /// A place the author publishes to.
    TargetId,
    /// A long-running piece of work.
    JobId,
    /// What a visitor wrote under an episode or post.
    CommentId,
    /// A draft that somebody may hear by a secret address.
    ShareId,
    /// What somebody remarked about a draft.
    RemarkId,
    /// One publication: a plan and the journal of its steps.
    PublicationId,
}

impl CommentId {
    /// The id under which a show has a comment that was written elsewhere (`foreign` says which): the same however often it
    /// is brought, another one in another show.
    pub fn brought(show: &ShowId, foreign: &str) -> Self {
        let namespace = Uuid::try_parse(show.as_str()).unwrap_or_default();
        Self(Uuid::new_v5(&namespace, foreign.as_bytes()).to_string())
    }
}
