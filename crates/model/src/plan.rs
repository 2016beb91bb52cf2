//! What a publication will change for listeners, as plain data: made by `engine::plan`, shown by window and terminal,
//! applied by the engine, stored so that a killed publication can go on.

use crate::history::{Conflict, FeedDiff, FileChange};
use crate::manifest::{Manifest, Object};
use crate::record::Table;
use crate::{EpisodeId, PublicationId, Sha256, ShowId, TargetId};
use serde::{Deserialize, Serialize};

/// What happens to one thing in the feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Listeners see it for the first time.
    Added,
    /// It looks different.
    Changed,
    /// It is gone from the feed.
    Removed,
}

/// One field before and after, as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct FieldChange {
    /// Field name (`title`, `notes`, `audio`, …).
    pub field: String,
    /// Before; empty when new.
    pub before: String,
    /// After; empty when removed.
    pub after: String,
}

/// One thing listeners will see changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Change {
    /// Show or episode.
    pub table: Table,
    /// Record id.
    pub id: String,
    /// Title, for people.
    pub title: String,
    /// What happens.
    pub kind: ChangeKind,
    /// Which fields; empty for added and removed.
    pub fields: Vec<FieldChange>,
    /// When listeners notice it, if that is later than the publication: an episode that is handed over before its time,
    /// or taken back before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub at_ms: Option<i64>,
    /// IANA zone the author chose that time in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub zone: Option<String>,
    /// Whether it is a post.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<bool>"))]
    pub post: bool,
}

/// An episode that a place was given before its time. Listeners see nothing of it until then; its files lie there already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Scheduled {
    /// The episode.
    pub episode: EpisodeId,
    /// Its title.
    pub title: String,
    /// When it becomes public, Unix milliseconds.
    pub at_ms: i64,
    /// IANA zone the author chose the time in, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub zone: Option<String>,
    /// Hash of the released body.
    pub body: Sha256,
    /// Its files.
    pub objects: Vec<Object>,
}

/// A file to be in place before the feed names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Upload {
    /// Storage key at the target.
    pub key: String,
    /// Content.
    pub sha256: Sha256,
    /// Length.
    pub bytes: u64,
    /// MIME type.
    #[serde(rename = "type")]
    pub mime: String,
    /// The episode it belongs to; `None` for the show's cover.
    pub episode: Option<EpisodeId>,
    /// `Cache-Control`, where a rule says another one than is usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub cache: Option<String>,
}

/// A body that becomes what the public sees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Release {
    /// Show or episode.
    pub table: Table,
    /// Record id.
    pub id: String,
    /// Hash of the working copy this release was made from; a newer working copy stays pending.
    pub from_hash: Sha256,
    /// The released body; `None` withdraws it.
    #[cfg_attr(feature = "bindings", ts(type = "unknown"))]
    pub body: Option<serde_json::Value>,
}

/// One effect of a publication, in the order it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// The server learns the working copies.
    Push,
    /// A file that is not on this disk is brought here from the place the show leaves.
    Fetch {
        /// Index into [`Plan::uploads`].
        upload: usize,
    },
    /// A file is put in place.
    Upload {
        /// Index into [`Plan::uploads`].
        upload: usize,
    },
    /// A file is read back and compared.
    Verify {
        /// Index into [`Plan::uploads`].
        upload: usize,
    },
    /// A page of the feed, a further feed, or a chapters file of the place is written.
    Document {
        /// Index into the documents that the publication sends.
        document: usize,
    },
    /// It is read back as listeners do and compared.
    VerifyDocument {
        /// Index into the documents that the publication sends.
        document: usize,
    },
    /// A further feed that the show has no more is deleted.
    Drop {
        /// Storage key.
        key: String,
    },
    /// The versioned copy of the feed is written.
    FeedCopy,
    /// The version is claimed by creating its manifest, which must not exist.
    Claim,
    /// The feed's fixed address is switched. On a server: `publish`, which claims and switches in one transaction.
    Switch,
    /// The feed is read back and compared.
    VerifyFeed,
    /// The library notes what is released now.
    Release,
    /// A file that nothing names any more is deleted.
    Delete {
        /// Index into [`Plan::deletes`].
        file: usize,
    },
}

/// A show leaves one place for another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Move {
    /// The target it leaves.
    pub from: TargetId,
    /// Its name.
    pub from_name: String,
    /// The address of the feed there; it goes on being served.
    pub from_feed_url: String,
    /// How long the old files stay, milliseconds.
    pub grace_ms: i64,
    /// Both are the same folder or bucket, under two addresses.
    #[serde(default)]
    pub same_place: bool,
}

/// A publication: what listeners will see, and the steps that make it so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Plan {
    /// Version of this shape: 1.
    pub v: u32,
    /// Fresh id; also the fence in the manifest.
    pub publication: PublicationId,
    /// The show.
    pub show: ShowId,
    /// The target.
    pub target: TargetId,
    /// One sentence for people ("1 new episode; 4.2 MB to send; nothing removed.").
    pub sentence: String,
    /// What listeners will see.
    pub changes: Vec<Change>,
    /// Files to send.
    pub uploads: Vec<Upload>,
    /// Bytes to send.
    pub bytes_to_send: u64,
    /// What becomes released.
    pub releases: Vec<Release>,
    /// The version to be claimed; `None` when nothing is to be done.
    pub manifest: Option<Manifest>,
    /// Effects in order; empty when nothing is to be done.
    pub steps: Vec<Step>,
    /// The address of the feed.
    pub feed_url: String,
    /// What keeps the plan from being applied, for people; empty when it can be.
    pub blockers: Vec<crate::Error>,
    /// What listeners will see, tag by tag; `None` where the feed that is public is not kept here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub feed: Option<FeedDiff>,
    /// Files that the feed will not name any more. Nothing is deleted by a publication.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<Vec<FileChange>>"))]
    pub unreferenced: Vec<FileChange>,
    /// Somebody else published to the place; nothing of theirs is written over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub conflict: Option<Conflict>,
    /// Episodes that the place has before their time, once this is applied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<Vec<Scheduled>>"))]
    pub scheduled: Vec<Scheduled>,
    /// The place does not switch a feed by itself: this computer must be on when their time comes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<bool>"))]
    pub needs_this_computer: bool,
    /// The show moves here from another place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub moves: Option<Move>,
    /// What apps make of what changes that they know published episodes by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<Vec<crate::guard::Consequence>>"))]
    pub consequences: Vec<crate::guard::Consequence>,
    /// What has to be typed before that is published; `None` where nothing has to be, or it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub confirm: Option<String>,
    /// Files to be deleted, for a plan that does nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub deletes: Option<Vec<FileChange>>,
}

impl Plan {
    /// A plan that does nothing.
    pub fn empty(publication: PublicationId, show: ShowId, target: TargetId) -> Self {
        Self {
            v: 1,
            publication,
            show,
            target,
            sentence: String::new(),
            changes: vec![],
            uploads: vec![],
            bytes_to_send: 0,
            releases: vec![],
            manifest: None,
            steps: vec![],
            feed_url: String::new(),
            blockers: vec![],
            feed: None,
            unreferenced: vec![],
            conflict: None,
            scheduled: vec![],
            needs_this_computer: false,
            moves: None,
            consequences: vec![],
            confirm: None,
            deletes: None,
        }
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether it brings an older version back.
    pub fn restores(&self) -> bool {
        self.manifest.as_ref().is_some_and(|manifest| manifest.restores.is_some())
    }
}

/// What was published, when all is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Published {
    /// The version now public; 0 when nothing was ever published.
    pub version: u64,
    /// Address of the feed.
    pub feed_url: String,
    /// Addresses of the files that were verified.
    pub verified: Vec<String>,
    /// Number of write requests and file writes made at the target.
    pub writes: u64,
    /// Bytes sent.
    pub bytes_sent: u64,
    /// Episodes that the place has, and that come out later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<Vec<Scheduled>>"))]
    pub scheduled: Vec<Scheduled>,
    /// This computer must be on then: the place does not switch a feed by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<bool>"))]
    pub needs_this_computer: bool,
    /// What was found out about a prefix that listeners are led through from now on, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub prefix: Option<String>,
    /// What became of telling the hub, in a sentence; `None` where there is none, or a server tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub hub: Option<String>,
}
