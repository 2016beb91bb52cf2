//! The versions of a target, brought together: what this library published and kept, what an earlier Hearthcast published
//! from it, and what is found at the place. What it is not: it changes nothing at the place, and it lists what it does not
//! know as not known.

use crate::layout::{Layout, feed_key};
use crate::line::Line;
use crate::names::{self, Found, MANIFEST_LIMIT};
use crate::plan::urls;
use hearthcast_feed::{FeedInput, Item, Rendered, render, render_all};
use hearthcast_fetch::{HttpMethod, HttpStatus};
use hearthcast_library::history::{self, Kept, Snapshot};
use hearthcast_library::{Library, media};
use hearthcast_model::history::Known;
use hearthcast_model::manifest::{Manifest, Object};
use hearthcast_model::place::{Location, Target};
use hearthcast_model::plan::Plan;
use hearthcast_model::record::Table;
use hearthcast_model::visible::released_by;
use hearthcast_model::{Code, Episode, EpisodeId, Error, MediaFacts, Result, Sha256, Show};
use hearthcast_protocol::publish::{ReleasedEpisode, VERSION_PATH};
use hearthcast_protocol::versions::{ServerVersion, ServerVersions};
use hearthcast_storage::{Place, StorageKey};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Most bytes read of a feed.
const FEED_LIMIT: u64 = 128 << 20;

/// Most versions that are looked at in one go.
const MOST_VERSIONS: usize = 10_000;

/// Adds versions that this library published before it kept any: put together from its publications, in their order.
pub async fn rebuild(library: &Library, target: &Target) -> Result<()> {
    if !history::has_unkept(library, &target.id).await? {
        return Ok(());
    }
    let known: BTreeSet<u64> =
        history::of_target(library, &target.id).await?.iter().map(|kept| kept.manifest.version).collect();
    let done = history::done_publications(library, &target.show).await?;
    let here = |plan: &Plan| plan.target == target.id;
    let missing = |plan: &Plan| plan.manifest.as_ref().is_some_and(|m| !known.contains(&m.version));
    let mut released = BTreeMap::<(Table, String), Value>::new();
    for (plan, at_ms) in &done {
        follow(&mut released, plan);
        if let Some(manifest) = plan.manifest.as_ref().filter(|_| here(plan) && missing(plan)) {
            keep_rebuilt(library, target, manifest, &plan.sentence, *at_ms, &released).await?;
        }
    }
    Ok(())
}

/// What was released after a publication.
fn follow(released: &mut BTreeMap<(Table, String), Value>, plan: &Plan) {
    for release in &plan.releases {
        let key = (release.table, release.id.clone());
        match &release.body {
            Some(body) => released.insert(key, body.clone()),
            None => released.remove(&key),
        };
    }
}

async fn keep_rebuilt(
    library: &Library,
    target: &Target,
    manifest: &Manifest,
    sentence: &str,
    at_ms: i64,
    released: &BTreeMap<(Table, String), Value>,
) -> Result<()> {
    let snapshot = snapshot(library, manifest, released).await?;
    let written = snapshot.as_ref().and_then(|snapshot| written(target, manifest, snapshot));
    let as_told = written.is_some() || snapshot.as_ref().is_some_and(|s| names_the_same(target, manifest, s));
    let snapshot = snapshot.filter(|_| as_told);
    let mut tx = library.transact().await?;
    let kept = Kept::new(manifest.clone(), at_ms, sentence, Known::Rebuilt);
    tx.keep_version(&target.id, &kept, snapshot.as_ref(), written.as_ref().map(|all| &all.feed[..])).await?;
    tx.commit().await?;
    Ok(())
}

async fn snapshot(
    library: &Library,
    manifest: &Manifest,
    released: &BTreeMap<(Table, String), Value>,
) -> Result<Option<Snapshot>> {
    let show = released.get(&(Table::Show, manifest.show.to_string()));
    let Some(show) = show.and_then(|body| serde_json::from_value::<Show>(body.clone()).ok()) else { return Ok(None) };
    let mut episodes: Vec<(EpisodeId, Episode)> = vec![];
    for ((_, id), body) in released.iter().filter(|((table, _), _)| *table == Table::Episode) {
        let episode = serde_json::from_value::<Episode>(body.clone()).ok();
        match EpisodeId::parse(id).zip(episode) {
            Some((id, episode)) if episode.show == manifest.show => episodes.push((id, episode)),
            Some(_) => {}
            None => return Ok(None),
        }
    }
    let mut facts: Vec<MediaFacts> = vec![];
    for object in &manifest.objects {
        match media::get(library, &object.sha256).await? {
            Some(known) if known.facts.size_bytes == object.bytes => facts.push(known.facts),
            _ => return Ok(None),
        }
    }
    Ok(Some(Snapshot { show, episodes, facts }))
}

/// The pages behind a version's feed, written again, oldest first; none where other bytes come out than listeners got.
pub fn pages_written(target: &Target, manifest: &Manifest, snapshot: &Snapshot) -> Vec<Vec<u8>> {
    let pages = written(target, manifest, snapshot).map(|all| all.pages).unwrap_or_default();
    pages.into_iter().map(|page| page.bytes).collect()
}

/// The feed written again; `None` when other bytes come out than listeners got.
fn written(target: &Target, manifest: &Manifest, snapshot: &Snapshot) -> Option<Rendered> {
    let items: Vec<Item> = snapshot.episodes.iter().map(|(id, episode)| Item { id, episode }).collect();
    let facts = snapshot.facts.iter().map(|facts| (facts.sha256.clone(), facts.clone())).collect();
    let layout = Layout::of(target, &snapshot.show.slug, manifest.objects.iter()).ok()?;
    let public = public_then(manifest, snapshot);
    let laid = layout.files(&snapshot.show, &public.iter().collect::<Vec<_>>()).ok()?;
    let named = snapshot.episodes.iter().map(|(id, episode)| (id, episode));
    let urls = urls(target, &snapshot.show, &layout, &laid, named);
    let as_of_ms = manifest.effective_at;
    let all =
        render_all(&FeedInput { show: &snapshot.show, items: &items, facts: &facts, urls: &urls, as_of_ms }).ok()?;
    (Sha256::of(&all.feed) == manifest.feed.sha256).then_some(all)
}

/// Whether the records name exactly the files of the manifest.
fn names_the_same(target: &Target, manifest: &Manifest, snapshot: &Snapshot) -> bool {
    let public = public_then(manifest, snapshot);
    let laid = Layout::of(target, &snapshot.show.slug, manifest.objects.iter())
        .and_then(|layout| layout.files(&snapshot.show, &public.iter().collect::<Vec<_>>()));
    let named: BTreeSet<String> = laid.into_iter().flatten().map(|one| one.key).collect();
    let listed: BTreeSet<String> = manifest.objects.iter().map(|object| object.key.clone()).collect();
    named == listed
}

/// The episodes that were public in a version.
fn public_then(manifest: &Manifest, snapshot: &Snapshot) -> Vec<ReleasedEpisode> {
    let public = |episode: &Episode| episode.is_complete() && released_by(episode, manifest.effective_at);
    let then = snapshot.episodes.iter().filter(|(_, episode)| public(episode));
    then.map(|(id, body)| ReleasedEpisode { id: id.clone(), body: body.clone() }).collect()
}

/// Looks at a place: versions this library does not know, and feeds it does not keep.
pub async fn look(library: &Library, target: &Target, place: &dyn Place, slug: &str) -> Result<()> {
    let known: BTreeMap<u64, Kept> =
        history::of_target(library, &target.id).await?.into_iter().map(|kept| (kept.manifest.version, kept)).collect();
    let listed = place.list(&format!("feeds/{slug}/v/")).await?;
    let copies: BTreeSet<u64> = listed
        .iter()
        .filter_map(|file| if let StorageKey::FeedVersion(_, n) = &file.key { Some(*n) } else { None })
        .collect();
    for n in copies.into_iter().rev().take(MOST_VERSIONS) {
        let kept = known.get(&n);
        if kept.is_some_and(|kept| kept.feed_kept || !kept.withdrawn.is_empty()) {
            continue;
        }
        let manifest = match kept {
            Some(kept) => kept.manifest.clone(),
            None => match manifest_at(place, slug, n).await? {
                Some(manifest) if !history::was_given_up(library, &manifest.fence).await? => manifest,
                _ => continue,
            },
        };
        let copy = place.read(&StorageKey::FeedVersion(slug.into(), n), FEED_LIMIT).await?.map(|(bytes, _)| bytes);
        let copy = copy.filter(|bytes| Sha256::of(bytes) == manifest.feed.sha256);
        found(library, target, manifest, copy.as_deref(), None).await?;
    }
    Ok(())
}

async fn manifest_at(place: &dyn Place, slug: &str, n: u64) -> Result<Option<Manifest>> {
    let bytes = place.read(&StorageKey::Manifest(slug.into(), n), MANIFEST_LIMIT).await?;
    Ok(match names::read_manifest(bytes.as_ref().map(|(bytes, _)| bytes.as_slice())) {
        Found::Readable(manifest) if manifest.version == n => Some(*manifest),
        _ => None,
    })
}

/// Keeps what was found: a version nobody knew, or the feed of one that is known.
async fn found(
    library: &Library,
    target: &Target,
    manifest: Manifest,
    feed: Option<&[u8]>,
    at_ms: Option<i64>,
) -> Result<()> {
    let Some(feed) = feed else { return Ok(()) };
    let mut tx = library.transact().await?;
    tx.keep_feed(feed).await?;
    let at_ms = at_ms.unwrap_or(manifest.effective_at);
    tx.keep_version(&target.id, &Kept::new(manifest, at_ms, "", Known::Found), None, None).await?;
    tx.commit().await?;
    Ok(())
}

/// Looks at a server; `false` where it is too old to tell.
pub async fn look_at_server(library: &Library, target: &Target, line: &Line) -> Result<bool> {
    let path = format!("{VERSION_PATH}/{}/versions", target.show);
    let answer = line.send_again(HttpMethod::GET, &path, &[], None).await?;
    if answer.status == HttpStatus::NOT_FOUND {
        return Ok(false);
    }
    let listed: ServerVersions = line.read(answer)?;
    let known: BTreeMap<u64, Kept> =
        history::of_target(library, &target.id).await?.into_iter().map(|kept| (kept.manifest.version, kept)).collect();
    for told in listed.versions.iter().take(MOST_VERSIONS) {
        let kept = known.get(&told.version);
        if !told.feed_kept || kept.is_some_and(|kept| kept.feed_kept || !kept.withdrawn.is_empty()) {
            continue;
        }
        let whole: ServerVersion = line.get(&format!("{path}/{}", told.version)).await?;
        let feed = line.send_again(HttpMethod::GET, &format!("{path}/{}/feed", told.version), &[], None).await?;
        let good = feed.status == HttpStatus::OK && Sha256::of(&feed.body) == whole.manifest.feed.sha256;
        found(library, target, whole.manifest, good.then_some(&feed.body[..]), Some(whole.at_ms)).await?;
    }
    Ok(true)
}

/// Files of a version that are not at a place any more, or have another length.
pub async fn missing(place: &dyn Place, objects: &[Object]) -> Result<Vec<Object>> {
    let mut missing = vec![];
    for object in objects {
        let head = place.head(&names::key(&object.key)?).await?;
        if head.is_none_or(|head| head.bytes != object.bytes) {
            missing.push(object.clone());
        }
    }
    Ok(missing)
}

/// Files of a version that a server does not have any more.
pub async fn missing_at_server(line: &Line, objects: &[Object]) -> Result<Vec<Object>> {
    let mut missing = vec![];
    for object in objects {
        let path = format!("{}/{}", hearthcast_protocol::media::MEDIA_PATH, object.sha256);
        let answer = line.send_again(HttpMethod::HEAD, &path, &[], None).await?;
        match answer.status {
            HttpStatus::OK => {}
            HttpStatus::NOT_FOUND => missing.push(object.clone()),
            _ => return Err(line.refusal(&answer)),
        }
    }
    Ok(missing)
}

/// What is public at a place now: the feed, and the manifest whose feed it is, where there is one.
pub async fn public_now(place: &dyn Place, target: &Target, slug: &str) -> Result<Option<(Vec<u8>, Option<Manifest>)>> {
    let Some((feed, _)) = place.read(&feed_key(target, slug), FEED_LIMIT).await? else { return Ok(None) };
    let hash = Sha256::of(&feed);
    let mut numbers: Vec<u64> = place
        .list(&format!("feeds/{slug}/v/"))
        .await?
        .into_iter()
        .filter_map(|file| if let StorageKey::Manifest(_, n) = file.key { Some(n) } else { None })
        .collect();
    numbers.sort_unstable();
    for n in numbers.into_iter().rev().take(20) {
        if let Some(manifest) = manifest_at(place, slug, n).await?.filter(|m| m.feed.sha256 == hash) {
            return Ok(Some((feed, Some(manifest))));
        }
    }
    Ok(Some((feed, None)))
}

/// A feed that a server made by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// The feed.
    pub feed: Vec<u8>,
    /// Titles of the episodes that came out since the publication, each at its minute.
    pub titles: Vec<String>,
}

/// What a server had made of a version at an instant, if the time of one of its episodes had come since it was published.
pub fn since(target: &Target, kept: &Kept, snapshot: &Snapshot, at_ms: i64) -> Result<Option<Since>> {
    let came = |episode: &Episode| {
        released_by(episode, at_ms) && !released_by(episode, kept.manifest.effective_at) && episode.is_complete()
    };
    let titles: Vec<String> = snapshot.episodes.iter().filter(|(_, e)| came(e)).map(|(_, e)| e.title.clone()).collect();
    if titles.is_empty() || !matches!(target.location, Location::Server { .. }) {
        return Ok(None);
    }
    let items: Vec<Item> = snapshot.episodes.iter().map(|(id, episode)| Item { id, episode }).collect();
    let facts = snapshot.facts.iter().map(|facts| (facts.sha256.clone(), facts.clone())).collect();
    let layout = Layout::of(target, &snapshot.show.slug, kept.manifest.objects.iter())?;
    let all: Vec<ReleasedEpisode> =
        snapshot.episodes.iter().map(|(id, body)| ReleasedEpisode { id: id.clone(), body: body.clone() }).collect();
    let laid = layout.files(&snapshot.show, &all.iter().collect::<Vec<_>>())?;
    let named = snapshot.episodes.iter().map(|(id, episode)| (id, episode));
    let urls = urls(target, &snapshot.show, &layout, &laid, named);
    let input = FeedInput { show: &snapshot.show, items: &items, facts: &facts, urls: &urls, as_of_ms: at_ms };
    Ok(Some(Since { feed: render(&input)?, titles }))
}

/// The version that was public at an instant.
pub fn as_of(versions: &[Kept], at_ms: i64) -> Result<&Kept> {
    let then =
        versions.iter().filter(|kept| kept.at_ms <= at_ms).max_by_key(|kept| (kept.at_ms, kept.manifest.version));
    then.ok_or_else(|| {
        Error::new(Code::NotFound, "Nothing was published by then.")
            .hint("hearthcast history lists what was published when.")
    })
}
