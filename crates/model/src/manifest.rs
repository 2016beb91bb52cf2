//! Manifest v1: what one published version of a feed consists of (DESIGN §6.4).

use crate::rule::AudioMode;
use crate::{DeviceId, EpisodeId, Sha256, ShowId};
use serde::{Deserialize, Serialize};

/// The newest manifest format this program writes and reads.
pub const FORMAT: u32 = 1;

/// The "version of the feed writer" of a feed that another program wrote: one that was there when the show was taken over.
pub const SOMEBODY_ELSE: u32 = 0;

/// The feed body of a version, a page of it, or a further feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct FeedObject {
    /// Storage key: that of the fixed feed address for the feed.
    pub key: String,
    /// Hash of the feed's bytes.
    pub sha256: Sha256,
    /// Length.
    pub bytes: u64,
}

/// One file that the feed names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Object {
    /// Storage key.
    pub key: String,
    /// Hash of the bytes.
    pub sha256: Sha256,
    /// Length.
    pub bytes: u64,
    /// MIME type.
    #[serde(rename = "type")]
    pub mime: String,
    /// `audio`, `image`.
    pub kind: String,
    /// The episode it belongs to; `None` for the show's cover.
    pub episode: Option<EpisodeId>,
}

/// One published version. Claimed by creating `v/<N>.json` exclusively; N is never reused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Manifest {
    /// [`FORMAT`]; a reader refuses a newer one.
    pub format: u32,
    /// The show.
    pub show: ShowId,
    /// Random id of the place's history; a restored place gets a new one.
    pub epoch: String,
    /// Version number, from 1.
    pub version: u64,
    /// The version this one follows; 0 for the first.
    pub parent: u64,
    /// The `as_of` of the rendering, Unix milliseconds.
    pub effective_at: i64,
    /// The laptop that published.
    pub device: DeviceId,
    /// Publication that claimed the version (the fence: nobody else may finish it).
    pub fence: String,
    /// Version of the feed writer; [`SOMEBODY_ELSE`] for another program's feed.
    pub renderer: u32,
    /// The feed.
    pub feed: FeedObject,
    /// Everything the feed names.
    pub objects: Vec<Object>,
    /// Chapters files written for the place, pages of the feed, oldest first, and the show's further feeds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<Vec<FeedObject>>"))]
    pub documents: Vec<FeedObject>,
    /// The version whose feed this one brings back, for a rollback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restores: Option<u64>,
    /// The show's name in `feeds/<slug>/v/`, where a rule gave the feed another name than `feeds/<slug>/feed.xml`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub slug: Option<String>,
    /// Hash of the older paths that a server was given with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub paths: Option<Sha256>,
    /// How listeners of a server get the sound that lies in a storage beside it; `None` where none does. All of it was looked
    /// at as they get it: another way is looked at anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub audio: Option<AudioMode>,
}
