//! The plan of a rollback: a new version whose feed is byte for byte that of an older one. A pure function of what is kept.
//!
//! It goes through the same steps, journal and verification as any publication. Nothing is sent: kept versions protect their
//! files. The working copies are not touched, so what is undone becomes a pending change again.

use crate::documents::{self, Document};
use crate::feed_diff;
use crate::layout::Layout;
use crate::payload::Payload;
use crate::plan::ahead::{needs_this_computer, scheduled, waits_for_its_time};
use crate::plan::{Planned, feed_url, object_of};
use crate::plan::{effective_mode, hash_of_paths};
use crate::published::PublishedFeed;
use crate::sentence::amount;
use crate::versions::files_only_in;
use hearthcast_library::history::{Kept, Snapshot};
use hearthcast_model::clock::spoken;
use hearthcast_model::history::FeedDiff;
use hearthcast_model::manifest::{FeedObject, Manifest, Object};
use hearthcast_model::place::{Location, Target};
use hearthcast_model::plan::{Change, ChangeKind, Plan, Release, Scheduled, Step};
use hearthcast_model::record::{Body, Table, to_value};
use hearthcast_model::show::Attachment;
use hearthcast_model::visible::due;
use hearthcast_model::{Code, DeviceId, Episode, Error, PublicationId, Record, Result, Show};
use hearthcast_protocol::publish::ReleasedEpisode;
use std::collections::BTreeMap;

/// Everything a rollback's plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct RollbackInput<'a> {
    /// Fresh id of the publication.
    pub publication: &'a PublicationId,
    /// This laptop.
    pub device: &'a DeviceId,
    /// Where.
    pub target: &'a Target,
    /// The show's record.
    pub show: &'a Record<Show>,
    /// All records of the show's episodes, deleted ones too.
    pub episodes: &'a [Record<Episode>],
    /// The version this laptop last published there.
    pub current: &'a Manifest,
    /// Its feed, if it is kept.
    pub current_feed: Option<&'a PublishedFeed>,
    /// Highest version number ever claimed there, as far as it is known.
    pub highest_version: u64,
    /// The version to bring back.
    pub older: &'a Kept,
    /// What it released.
    pub snapshot: Option<&'a Snapshot>,
    /// Its feed; the bytes were compared with its hash.
    pub feed: Option<&'a PublishedFeed>,
    /// Its chapters files for the place, pages and further feeds, likewise; `None` where one of them is not kept.
    pub documents: Option<&'a [Document]>,
    /// Files of it that are not at the place any more.
    pub gone: &'a [Object],
    /// Now, Unix milliseconds.
    pub now_ms: i64,
}

/// Makes the plan; whatever keeps it from being applied is a blocker in it.
pub fn rollback(input: &RollbackInput) -> Result<Planned> {
    let mut blockers = blockers(input);
    let feed = input.feed.and_then(|feed| String::from_utf8(feed.first.clone()).ok()).unwrap_or_default();
    let empty = || Snapshot { show: input.show.body.clone(), episodes: vec![], facts: vec![] };
    let snapshot = input.snapshot.cloned().unwrap_or_else(empty);
    let payload = payload(input, snapshot, feed);
    let (releases, changes) = match blockers.is_empty() {
        true => released(input, &payload)?,
        false => (vec![], vec![]),
    };
    let older = &input.older.manifest;
    let same = input.current.feed.sha256 == older.feed.sha256
        && input.current.objects == older.objects
        && input.current.documents == older.documents;
    if same && blockers.is_empty() && releases.is_empty() {
        blockers.push(already_there(input));
    }
    let scheduled = waiting(input, &payload)?;
    let feed = input.current_feed.zip(input.feed).and_then(|(now, older)| feed_diff::compare(now, older));
    let idle = !blockers.is_empty();
    let unreferenced = if idle { vec![] } else { files_only_in(input.current, older) };
    let plan = Plan {
        v: 1,
        publication: input.publication.clone(),
        show: input.target.show.clone(),
        target: input.target.id.clone(),
        sentence: sentence(input, &blockers, &changes, feed.as_ref()),
        changes,
        uploads: vec![],
        bytes_to_send: 0,
        releases,
        manifest: (!idle).then(|| manifest(input)),
        steps: if idle { vec![] } else { woven(input, &payload.documents) },
        feed_url: feed_url(input.target, &payload.show.slug),
        blockers,
        feed,
        unreferenced,
        conflict: None,
        needs_this_computer: needs_this_computer(&input.target.location, &scheduled),
        scheduled,
        moves: None,
        consequences: vec![],
        confirm: None,
        deletes: None,
    };
    let pages = input.feed.map(|feed| feed.pages.clone()).unwrap_or_default();
    Ok(Planned { plan, payload, pages })
}

/// What keeps a version from coming back.
fn blockers(input: &RollbackInput) -> Vec<Error> {
    let n = input.older.manifest.version;
    let about = |error: Error| error.about("version", n.to_string());
    if !input.older.withdrawn.is_empty() {
        let what = format!("Version {n} has an episode that was withdrawn, so it is never brought back.");
        return vec![about(Error::new(Code::PublishIncomplete, what).hint("Choose a version without it."))];
    }
    if input.snapshot.is_none() {
        let what = format!("What version {n} released of each record is not known in this library.");
        let hint = "It was published from another library; a version this library published can be brought back.";
        return vec![about(Error::new(Code::PublishIncomplete, what).hint(hint))];
    }
    if input.feed.is_none() || input.documents.is_none() {
        let what = format!("The feed of version {n} is neither kept here nor at the place as it was.");
        return vec![about(Error::new(Code::PublishIncomplete, what).hint("Choose another version."))];
    }
    let slug = |manifest: &Manifest| manifest.feed.key.clone();
    if slug(&input.older.manifest) != slug(input.current) {
        let what = format!("Version {n} was published at another address ({}).", input.older.manifest.feed.key);
        return vec![about(Error::new(Code::PublishIncomplete, what))];
    }
    input.gone.iter().take(1).map(|object| about(gone(n, object, input))).collect()
}

fn gone(n: u64, object: &Object, input: &RollbackInput) -> Error {
    let title = |id: &hearthcast_model::EpisodeId| {
        input.snapshot.and_then(|s| s.episodes.iter().find(|(e, _)| e == id)).map(|(_, e)| e.title.clone())
    };
    let of = object.episode.as_ref().and_then(title).map(|title| format!(" of \"{title}\"")).unwrap_or_default();
    let others = match input.gone.len() - 1 {
        0 => String::new(),
        more => format!(", nor are {more} more"),
    };
    let what = format!(
        "Version {n} cannot be brought back: its file {}{of} is not at the place any more{others}.",
        object.key
    );
    Error::new(Code::TargetMismatch, what)
        .hint("Put the file back there from a copy, or choose another version. Nothing was changed.")
        .retry(hearthcast_model::error::Retry::AfterAction)
}

fn already_there(input: &RollbackInput) -> Error {
    let what = format!("Listeners see the feed of version {} already.", input.older.manifest.version);
    Error::new(Code::PublishIncomplete, what)
}

/// The older version, with the feed's own bytes. An episode whose time came after that version was never in its feed: it
/// waits for its author again, or the feed would not be the same.
fn payload(input: &RollbackInput, snapshot: Snapshot, feed: String) -> Payload {
    let then = input.older.manifest.effective_at;
    let came_since = |at: Option<i64>| !due(at, then) && due(at, input.now_ms);
    let kept = snapshot.episodes.into_iter().filter(|(_, episode)| !came_since(episode.publish_at_ms));
    let episodes = kept.map(|(id, body)| ReleasedEpisode { id, body }).collect();
    let keys = input.older.manifest.objects.iter().map(|object| object.key.as_str());
    let audio = effective_mode(input.target, keys);
    let documents = input.documents.unwrap_or_default().to_vec();
    Payload {
        feed,
        show: snapshot.show,
        episodes,
        facts: snapshot.facts,
        audio,
        paths: input.target.paths.clone(),
        documents,
    }
}

/// What of the older version still waits for its time, with the files it left at the place.
fn waiting(input: &RollbackInput, payload: &Payload) -> Result<Vec<Scheduled>> {
    let named = &input.older.manifest.objects;
    let layout = Layout::of(input.target, &payload.show.slug, named.iter())?;
    let object = |kind, file: &Attachment, episode: &ReleasedEpisode| {
        let key = layout.lay(kind, file, Some((&episode.id, &episode.body))).ok()?.key;
        let facts = payload.facts.iter().find(|facts| facts.sha256 == file.hash);
        let named = named.iter().find(|object| object.key == key).cloned();
        named.or_else(|| facts.map(|facts| object_of(key, facts, Some(&episode.id))))
    };
    scheduled(&payload.episodes, input.now_ms, |episode| {
        episode.body.kinds_of_files().filter_map(|(kind, file)| object(kind, file, episode)).collect()
    })
}

/// What the public sees goes back; the working copies stay.
fn released(input: &RollbackInput, payload: &Payload) -> Result<(Vec<Release>, Vec<Change>)> {
    let (mut releases, mut changes) = (vec![], vec![]);
    let mut note = |release: Option<Release>, change: Option<Change>| {
        releases.extend(release);
        changes.extend(change);
    };
    let (release, change) = goes_back(input.show, Some(&payload.show), &payload.show.title)?;
    note(release, change);
    let older: BTreeMap<&str, &Episode> = payload.episodes.iter().map(|e| (e.id.as_str(), &e.body)).collect();
    for record in input.episodes {
        let body = older.get(record.id.as_str()).copied();
        let title = body.or(record.released.as_ref()).map_or(record.body.title.as_str(), |e| e.title.as_str());
        let (release, change) = goes_back(record, body, title)?;
        let waited = record.released.as_ref().filter(|before| waits_for_its_time(before, input.now_ms));
        let change = change.map(|change| match waited.filter(|_| body.is_none()) {
            Some(before) => Change { at_ms: before.publish_at_ms, zone: before.zone.clone(), ..change },
            None => change,
        });
        note(release, change);
    }
    Ok((releases, changes))
}

/// What was handed over before its time and is taken back: nobody but this computer brings it out then.
fn taken_back(changes: &[Change]) -> String {
    let back: Vec<(&Change, i64)> = changes
        .iter()
        .filter(|change| change.kind == ChangeKind::Removed)
        .filter_map(|change| Some((change, change.at_ms?)))
        .collect();
    let Some((first, at_ms)) = back.first() else { return String::new() };
    let what = match back.len() {
        1 => format!("\"{}\", due {}, waits", first.title, spoken(*at_ms, first.zone.as_deref())),
        n => format!("{n} episodes due later wait"),
    };
    format!(" {what} with them: publish again, or this computer must be on and online then.")
}

fn goes_back<T: Body>(record: &Record<T>, older: Option<&T>, title: &str) -> Result<(Option<Release>, Option<Change>)> {
    if older == record.released.as_ref() {
        return Ok((None, None));
    }
    let body = older.map(to_value).transpose()?;
    let release = Release { table: T::TABLE, id: record.id.clone(), from_hash: record.hash.clone(), body };
    let change = crate::diff::changed(T::TABLE, &record.id, title, record.released.as_ref(), older)?;
    Ok((Some(release), change))
}

fn manifest(input: &RollbackInput) -> Manifest {
    let (older, current) = (&input.older.manifest, input.current);
    Manifest {
        epoch: input.target.server_epoch.clone().unwrap_or_else(|| current.epoch.clone()),
        version: current.version.max(input.highest_version) + 1,
        parent: current.version,
        effective_at: input.now_ms.max(older.effective_at),
        device: input.device.clone(),
        fence: input.publication.to_string(),
        restores: Some(older.version),
        paths: hash_of_paths(input.target),
        ..older.clone()
    }
}

fn woven(input: &RollbackInput, documents: &[Document]) -> Vec<Step> {
    // Its pages may be gone since: each is looked at, and written where it is not there.
    let further: Vec<FeedObject> = documents::further(input.current).cloned().collect();
    documents::woven(steps(&input.target.location), documents, &further)
}

/// As for a publication that sends no file.
fn steps(location: &Location) -> Vec<Step> {
    match location {
        Location::Server { .. } => vec![Step::Switch, Step::VerifyFeed, Step::Release],
        _ => vec![Step::Claim, Step::FeedCopy, Step::Switch, Step::VerifyFeed, Step::Release],
    }
}

fn sentence(input: &RollbackInput, blockers: &[Error], changes: &[Change], feed: Option<&FeedDiff>) -> String {
    let n = input.older.manifest.version;
    if let Some(blocker) = blockers.first() {
        return blocker.message.clone();
    }
    let count = |kind| match feed {
        Some(feed) => feed.items.iter().filter(|item| item.kind == kind).count(),
        None => changes.iter().filter(|c| c.table == Table::Episode && c.kind == kind).count(),
    };
    let again: u64 = feed.map_or(0, |f| f.fetched_again.iter().filter_map(|f| f.bytes).sum());
    let again = if again == 0 { String::new() } else { format!("; apps may fetch {} again", amount(again)) };
    format!(
        "Back to version {n}: {} come back, {} change, {} leave the feed{again}. Nothing is sent, no file is deleted, and what is undone waits as pending changes.{}",
        count(ChangeKind::Added),
        count(ChangeKind::Changed),
        count(ChangeKind::Removed),
        taken_back(changes),
    )
}
