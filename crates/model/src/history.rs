//! Versions of a published feed, as plain data: what was published when, how two versions differ, what a conflict is about,
//! and what became of an episode that was withdrawn. Made by `engine` and `studio`, shown by window and terminal.

use crate::manifest::Manifest;
use crate::plan::{Change, ChangeKind};
use crate::record::Table;
use crate::{DeviceId, EpisodeId, Sha256, ShowId, TargetId};
use serde::{Deserialize, Serialize};

/// How a version came to be known to this library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// This library published it and kept everything.
    Published,
    /// An earlier Hearthcast published it from this library; what it released was put together from its plans.
    Rebuilt,
    /// It was found at the place: its feed and its files are known, what it released of each record is not.
    Found,
}

/// One published version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct VersionRow {
    /// Number, from 1.
    pub version: u64,
    /// The version it followed; 0 for the first.
    pub parent: u64,
    /// The version whose feed it brought back, for a rollback.
    pub restores: Option<u64>,
    /// Whether listeners see it now, as far as this library knows.
    pub current: bool,
    /// When it was published, Unix milliseconds.
    pub at_ms: i64,
    /// The laptop that published it.
    pub device: DeviceId,
    /// Whether that is this laptop.
    pub here: bool,
    /// What it changed, in one sentence; empty when not known.
    pub sentence: String,
    /// The same in numbers, where the plan it was made by is kept: for sentences in other languages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub told: Option<Told>,
    /// Hash of the feed's bytes.
    pub feed_sha256: Sha256,
    /// Length of the feed.
    pub feed_bytes: u64,
    /// Number of files it names.
    pub files: u64,
    /// How it is known.
    pub known: Known,
    /// Whether it can be looked at: its feed is kept in the library.
    pub feed_kept: bool,
    /// Episodes of it that were withdrawn since; such a version is never brought back.
    pub withdrawn: Vec<EpisodeId>,
    /// What is not known about it, in sentences; empty when everything is.
    pub unknown: Vec<String>,
}

/// What a publication changed, as far as a sentence tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Told {
    /// The show became public.
    pub new_show: bool,
    /// What the feed says of the show changed.
    pub show_changed: bool,
    /// Episodes that came.
    pub added: u32,
    /// Posts that came.
    #[serde(default, skip_serializing_if = "none")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<u32>"))]
    pub posts: u32,
    /// Episodes that changed.
    pub changed: u32,
    /// The one field that changed, where it was one field of one episode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub field: Option<String>,
    /// Episodes that left.
    pub removed: u32,
    /// Episodes handed over before their time.
    pub later: u32,
    /// Changes of what goes out later.
    pub later_changed: u32,
    /// Episodes taken back before their time.
    pub taken_back: u32,
    /// Bytes sent.
    pub bytes: u64,
    /// The place the show came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub moved_from: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde calls it with")]
fn none(count: &u32) -> bool {
    *count == 0
}

impl Told {
    /// What these changes come to.
    pub fn of(changes: &[Change], bytes: u64, moved_from: Option<String>) -> Self {
        let all = |table, kind, later: bool| {
            changes.iter().filter(move |c| c.table == table && c.kind == kind && c.at_ms.is_some() == later)
        };
        let count = |kind, later| u32::try_from(all(Table::Episode, kind, later).count()).unwrap_or(u32::MAX);
        let changed: Vec<&Change> = all(Table::Episode, ChangeKind::Changed, false).collect();
        let field = match changed.as_slice() {
            [only] if only.fields.len() == 1 => Some(only.fields[0].field.clone()),
            _ => None,
        };
        let posts = all(Table::Episode, ChangeKind::Added, false).filter(|change| change.post).count();
        let posts = u32::try_from(posts).unwrap_or(u32::MAX);
        Self {
            new_show: all(Table::Show, ChangeKind::Added, false).next().is_some(),
            show_changed: all(Table::Show, ChangeKind::Changed, false).next().is_some(),
            added: count(ChangeKind::Added, false) - posts,
            posts,
            changed: count(ChangeKind::Changed, false),
            field,
            removed: count(ChangeKind::Removed, false),
            later: count(ChangeKind::Added, true),
            later_changed: count(ChangeKind::Changed, true),
            taken_back: count(ChangeKind::Removed, true),
            bytes,
            moved_from,
        }
    }
}

/// The versions of a show at one target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct History {
    /// The show.
    pub show: ShowId,
    /// The target.
    pub target: TargetId,
    /// Name of the target.
    pub target_name: String,
    /// Address of the feed.
    pub feed_url: String,
    /// Newest first.
    pub versions: Vec<VersionRow>,
    /// What could not be looked at (the place does not answer), in sentences.
    pub unknown: Vec<String>,
}

/// The feed as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct VersionFeed {
    /// Its version.
    pub version: u64,
    /// When it was published, Unix milliseconds.
    pub at_ms: i64,
    /// Hash of its bytes; they were compared with it.
    pub sha256: Sha256,
    /// The feed.
    pub feed: String,
    /// Episodes that the server had shown by itself since, each at its minute; the feed is the one with them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<Vec<String>>"))]
    pub released_since: Vec<String>,
}

/// A tag that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TagChange {
    /// Guid of the item; `None` for the show's own tags.
    pub guid: Option<String>,
    /// Title of the item or show, for people.
    pub title: String,
    /// Name of the tag (`itunes:duration`, `enclosure`).
    pub tag: String,
    /// What it said; `None` where it was not there.
    pub before: Option<String>,
    /// What it says; `None` where it is not there any more.
    pub after: Option<String>,
}

/// An item that came, went or looks different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ItemChange {
    /// Guid.
    pub guid: String,
    /// Title, the later one where both are known.
    pub title: String,
    /// What happened.
    pub kind: ChangeKind,
}

/// A file whose address changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Moved {
    /// Guid of the item; `None` for the show's cover.
    pub guid: Option<String>,
    /// Title of the item or show.
    pub title: String,
    /// Which address (`enclosure`, `itunes:image`, `podcast:transcript`, `podcast:chapters`).
    pub tag: String,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
}

/// Apps that will fetch a sound again, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct FetchedAgain {
    /// Guid of the item.
    pub guid: String,
    /// Its title.
    pub title: String,
    /// Which apps, in words.
    pub apps: String,
    /// Why, in words.
    pub why: String,
    /// Length of the sound, where the feed says it.
    pub bytes: Option<u64>,
}

/// How two feeds differ, seen from listeners.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default)]
pub struct FeedDiff {
    /// Items by guid.
    pub items: Vec<ItemChange>,
    /// Tags of the show and of items that stand in both feeds.
    pub tags: Vec<TagChange>,
    /// Addresses that changed.
    pub moved: Vec<Moved>,
    /// Apps that will fetch again.
    pub fetched_again: Vec<FetchedAgain>,
    /// Episodes that stand on a page behind the feed now; `None` where none went there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub turned: Option<Turned>,
}

/// Episodes that went from the feed's own address to the pages behind it (RFC 5005). Apps that follow no pages do not see
/// them there; those they know already they keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Turned {
    /// How many went there.
    pub episodes: u64,
    /// How many stand at the feed's own address.
    pub newest: u64,
}

impl FeedDiff {
    /// Whether both feeds say the same.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.tags.is_empty()
    }
}

/// A file that a version names and the other one does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct FileChange {
    /// Name in storage.
    pub key: String,
    /// Content.
    pub sha256: Sha256,
    /// Length.
    pub bytes: u64,
    /// The episode it belongs to; `None` for the show's own.
    pub episode: Option<EpisodeId>,
}

/// How two versions differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct VersionDiff {
    /// The version compared.
    pub from: u64,
    /// The version it is compared with.
    pub to: u64,
    /// In one sentence.
    pub sentence: String,
    /// Records, field by field; empty where what a version released is not known.
    pub changes: Vec<Change>,
    /// The feeds; `None` where one of them is not kept.
    pub feed: Option<FeedDiff>,
    /// Files that only the later one names.
    pub files_added: Vec<FileChange>,
    /// Files that only the earlier one names.
    pub files_gone: Vec<FileChange>,
    /// Length of the later feed minus the earlier one.
    pub feed_bytes_more: i64,
    /// What could not be compared, in sentences.
    pub unknown: Vec<String>,
}

/// Where one item stands between the last known feed, the foreign one and ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// As in the last known feed.
    Same,
    /// New.
    Added,
    /// Different.
    Changed,
    /// Gone.
    Removed,
}

/// One item in a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ConflictItem {
    /// Guid; `None` for the show's own tags.
    pub guid: Option<String>,
    /// Title.
    pub title: String,
    /// What the other publication did to it.
    pub theirs: Side,
    /// What this one would do to it.
    pub ours: Side,
    /// Whether both changed it, and not to the same.
    pub clash: bool,
    /// In one sentence.
    pub sentence: String,
}

/// The place has a publication that this library does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Conflict {
    /// In one sentence.
    pub sentence: String,
    /// The version this library published last; 0 for none.
    pub known_version: u64,
    /// The manifest of what is public now, where one can be read.
    pub theirs: Option<Manifest>,
    /// Item by item: what differs on either side.
    pub items: Vec<ConflictItem>,
    /// What can be done, each in one sentence.
    pub ways_out: Vec<String>,
}

/// An address of something withdrawn, asked from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Recalled {
    /// The target.
    pub target: String,
    /// The address.
    pub url: String,
    /// What it answered; `None` where nothing did.
    pub status: Option<u16>,
    /// Whether it is gone for listeners.
    pub gone: bool,
    /// In words.
    pub sentence: String,
}

/// What became of a withdrawn episode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Withdrawn {
    /// The episode.
    pub episode: EpisodeId,
    /// Its title.
    pub title: String,
    /// In one sentence.
    pub sentence: String,
    /// Whether it is gone everywhere this library can reach.
    pub complete: bool,
    /// Every address, checked.
    pub addresses: Vec<Recalled>,
    /// What nobody can call back, in sentences.
    pub cannot_be_recalled: Vec<String>,
    /// What caches were told, where a place has a purge.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<Vec<Purged>>"))]
    pub purged: Vec<Purged>,
}

/// A cache that was told to forget an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Purged {
    /// The target.
    pub target: String,
    /// The address.
    pub url: String,
    /// Whether it said that it did.
    pub done: bool,
    /// In words.
    pub sentence: String,
}

/// A show that was removed from listeners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Removal {
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// Until when it can come back; then its files are deleted.
    pub until_ms: i64,
    /// The version that was public at each place before.
    pub versions: Vec<(TargetId, u64)>,
    /// Servers that were told, and answer 410.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<Vec<TargetId>>"))]
    pub gone_at: Vec<TargetId>,
    /// Whether its files are gone: it does not come back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<bool>"))]
    pub finished: bool,
}
