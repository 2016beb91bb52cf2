//! Versions of a published feed: how two of them differ. Pure. What it is not: it asks no library and no place.

use crate::published::PublishedFeed;
use crate::{diff, feed_diff};
use hearthcast_library::history::{Kept, Snapshot};
use hearthcast_model::history::{FileChange, VersionDiff};
use hearthcast_model::manifest::{Manifest, Object};
use hearthcast_model::plan::{Change, ChangeKind};
use hearthcast_model::record::Table;
use hearthcast_model::visible::released_by;
use hearthcast_model::{Episode, EpisodeId, Result};
use std::collections::{BTreeMap, BTreeSet};

/// A version with what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    /// The version.
    pub kept: &'a Kept,
    /// What it released.
    pub snapshot: Option<&'a Snapshot>,
    /// Its feed.
    pub feed: Option<&'a PublishedFeed>,
}

/// How two versions differ.
pub fn between(from: Sight, to: Sight) -> Result<VersionDiff> {
    let (a, b) = (&from.kept.manifest, &to.kept.manifest);
    let mut unknown = vec![];
    let changes = match (from.snapshot, to.snapshot) {
        (Some(before), Some(after)) => changes(before, a, after, b)?,
        _ => {
            unknown.push(not_known(if from.snapshot.is_none() { a } else { b }));
            vec![]
        }
    };
    let feed = match (from.feed, to.feed) {
        (Some(before), Some(after)) => feed_diff::compare(before, after),
        _ => None,
    };
    if feed.is_none() {
        let which = if from.feed.is_none() { a.version } else { b.version };
        unknown.push(format!("The feed of version {which} is not kept here, so tags are not compared."));
    }
    let (files_added, files_gone) = (files_only_in(b, a), files_only_in(a, b));
    let same = a.feed.sha256 == b.feed.sha256;
    let sentence = sentence(a.version, b.version, same, &changes, feed.as_ref(), &files_added, &files_gone);
    let more = |m: &Manifest| i64::try_from(m.feed.bytes).unwrap_or(i64::MAX);
    Ok(VersionDiff {
        from: a.version,
        to: b.version,
        sentence,
        changes,
        feed,
        files_added,
        files_gone,
        feed_bytes_more: more(b).saturating_sub(more(a)),
        unknown,
    })
}

fn not_known(manifest: &Manifest) -> String {
    format!("What version {} released of each record is not known here.", manifest.version)
}

/// Records as listeners saw them then.
fn changes(before: &Snapshot, a: &Manifest, after: &Snapshot, b: &Manifest) -> Result<Vec<Change>> {
    let show = a.show.as_str();
    let mut changes: Vec<Change> =
        diff::changed(Table::Show, show, &after.show.title, Some(&before.show), Some(&after.show))?
            .into_iter()
            .collect();
    let (was, is) = (public(before, a.effective_at), public(after, b.effective_at));
    let ids: BTreeSet<&EpisodeId> = was.keys().chain(is.keys()).copied().collect();
    for id in ids {
        let (before, after) = (was.get(id).copied(), is.get(id).copied());
        let title = after.or(before).map_or("", |episode| episode.title.as_str());
        changes.extend(diff::changed(Table::Episode, id.as_str(), title, before, after)?);
    }
    Ok(changes)
}

/// Episodes that were public as of an instant.
fn public(snapshot: &Snapshot, as_of_ms: i64) -> BTreeMap<&EpisodeId, &Episode> {
    let visible = |e: &&(EpisodeId, Episode)| e.1.is_complete() && released_by(&e.1, as_of_ms);
    snapshot.episodes.iter().filter(visible).map(|(id, episode)| (id, episode)).collect()
}

/// Files that one manifest names and the other does not.
pub(crate) fn files_only_in(one: &Manifest, other: &Manifest) -> Vec<FileChange> {
    let there: BTreeSet<&str> = other.objects.iter().map(|object| object.key.as_str()).collect();
    one.objects.iter().filter(|object| !there.contains(object.key.as_str())).map(file).collect()
}

fn file(object: &Object) -> FileChange {
    let Object { key, sha256, bytes, episode, .. } = object;
    FileChange { key: key.clone(), sha256: sha256.clone(), bytes: *bytes, episode: episode.clone() }
}

fn sentence(
    from: u64,
    to: u64,
    same: bool,
    changes: &[Change],
    feed: Option<&hearthcast_model::history::FeedDiff>,
    added: &[FileChange],
    gone: &[FileChange],
) -> String {
    if same {
        return format!("Versions {from} and {to} have the same feed.");
    }
    let count = |kind| match feed {
        Some(feed) => feed.items.iter().filter(|item| item.kind == kind).count(),
        None => changes.iter().filter(|c| c.table == Table::Episode && c.kind == kind).count(),
    };
    let bytes: u64 = added.iter().map(|file| file.bytes).sum();
    let again = feed.map_or(0, |feed| feed.fetched_again.len());
    let again = match again {
        0 => String::new(),
        1 => ", 1 sound that apps may fetch again".into(),
        n => format!(", {n} sounds that apps may fetch again"),
    };
    format!(
        "From version {from} to {to}: {} added, {} changed, {} removed; {} ({}) come, {} go{again}.",
        episodes(count(ChangeKind::Added)),
        count(ChangeKind::Changed),
        count(ChangeKind::Removed),
        files(added.len()),
        crate::sentence::amount(bytes),
        files(gone.len()),
    )
}

fn episodes(n: usize) -> String {
    if n == 1 { "1 episode".into() } else { format!("{n} episodes") }
}

fn files(n: usize) -> String {
    if n == 1 { "1 file".into() } else { format!("{n} files") }
}
