//! Calling an episode back from a place: its files, the kept feeds that name it, and its part in kept manifests. Every step
//! may be repeated. What it is not: the publication that takes the item out of the feed comes before it, as any other.

use crate::documents::is_lasting;
use crate::layout::address;
use crate::line::Line;
use crate::names::{self, Found, MANIFEST_LIMIT, manifest_bytes};
use crate::plan::{lies_elsewhere, object_url};
use hearthcast_fetch::HttpMethod;
use hearthcast_model::manifest::{FeedObject, Manifest, Object};
use hearthcast_model::place::{Location, Target};
use hearthcast_model::{Code, EpisodeId, Error, Result, ShowId};
use hearthcast_protocol::versions::{WITHDRAW_PATH, WithdrawAnswer, WithdrawRequest, WithdrawnFile};
use hearthcast_storage::{Place, StorageKey};
use std::collections::{BTreeMap, BTreeSet};

/// What was called back at a place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CalledBack {
    /// Files that were the episode's: deleted, or kept because something public names them.
    pub deleted: Vec<Object>,
    /// Files that something else public uses.
    pub kept: Vec<Object>,
    /// Versions whose kept feed was deleted and whose manifest was rewritten.
    pub versions: Vec<u64>,
    /// Keys of pages of the feed and chapters files that were deleted: one of them named the episode.
    pub pages: Vec<String>,
}

/// Deletes an episode's files and traces at a place. `known` are files of it that this library knows, `public` is what the
/// feed names now. Sound at somebody else's address is no file of a version: of an episode with such, every version from
/// `elsewhere_since_ms` on is taken to name it, but the one that is public now.
pub async fn from_place(
    place: &dyn Place,
    slug: &str,
    episode: &EpisodeId,
    known: &[Object],
    public: &Manifest,
    elsewhere_since_ms: Option<i64>,
) -> Result<CalledBack> {
    let mut files: BTreeMap<String, Object> = known.iter().map(|object| (object.key.clone(), object.clone())).collect();
    let mut versions = vec![];
    // What versions without the episode have of pages and chapters files, too, does not name it.
    let mut innocent: BTreeSet<String> = keys(&public.documents).collect();
    for (n, manifest) in manifests(place, slug).await? {
        let own = manifest.objects.iter().filter(|object| object.episode.as_ref() == Some(episode));
        let own: Vec<Object> = own.cloned().collect();
        let may_name = elsewhere_since_ms.is_some_and(|since| manifest.effective_at >= since) && n != public.version;
        if own.is_empty() && !may_name {
            innocent.extend(keys(&manifest.documents));
            continue;
        }
        // The feed first: as long as the manifest names the episode, a repetition comes here again.
        place.delete(&StorageKey::FeedVersion(slug.into(), n)).await?;
        files.extend(own.into_iter().map(|object| (object.key.clone(), object)));
        versions.push((n, manifest));
    }
    let needed: BTreeSet<&str> = public.objects.iter().map(|object| object.key.as_str()).collect();
    let (kept, deleted): (Vec<Object>, Vec<Object>) =
        files.into_values().partition(|object| needed.contains(object.key.as_str()));
    for object in &deleted {
        place.delete(&names::key(&object.key)?).await?;
    }
    let named = versions.iter().flat_map(|(_, manifest)| keys(&manifest.documents));
    let pages: BTreeSet<String> = named.filter(|key| is_lasting(key) && !innocent.contains(key)).collect();
    for page in &pages {
        place.delete(&names::key(page)?).await?;
    }
    for (n, manifest) in &mut versions {
        manifest.objects.retain(|object| object.episode.as_ref() != Some(episode));
        manifest.documents.clear();
        place.put_bytes(&StorageKey::Manifest(slug.into(), *n), &manifest_bytes(manifest)?).await?;
    }
    let versions = versions.into_iter().map(|(n, _)| n).collect();
    Ok(CalledBack { deleted, kept, versions, pages: pages.into_iter().collect() })
}

fn keys(documents: &[FeedObject]) -> impl Iterator<Item = String> {
    documents.iter().map(|document| document.key.clone())
}

async fn manifests(place: &dyn Place, slug: &str) -> Result<Vec<(u64, Manifest)>> {
    let mut found = vec![];
    for file in place.list(&format!("feeds/{slug}/v/")).await? {
        let StorageKey::Manifest(_, n) = &file.key else { continue };
        let bytes = place.read(&file.key, MANIFEST_LIMIT).await?;
        if let Found::Readable(manifest) = names::read_manifest(bytes.as_ref().map(|(bytes, _)| bytes.as_slice())) {
            found.push((*n, *manifest));
        }
    }
    Ok(found)
}

/// The same on the bundled server, which does it by itself, but for sound that lies in storages beside it: that is deleted
/// through `stores`, once the server has forgotten it.
pub async fn from_server(
    line: &Line,
    stores: Option<&dyn Place>,
    (show, episode): (&ShowId, &EpisodeId),
    known: &[Object],
    public: &Manifest,
    elsewhere_since_ms: Option<i64>,
) -> Result<CalledBack> {
    let file = |object: &Object| {
        let name = object.key.rsplit('/').next().unwrap_or_default().to_string();
        // A rule may have given it a name in its storage that it never had at the server.
        let own = !lies_elsewhere(&object.key) || StorageKey::parse(&object.key)?.names_content();
        own.then(|| WithdrawnFile { sha256: object.sha256.clone(), name })
    };
    let request = WithdrawRequest {
        show: show.clone(),
        episode: episode.clone(),
        files: known.iter().filter_map(file).collect(),
        elsewhere_since_ms,
    };
    let answer: WithdrawAnswer = line.post(WITHDRAW_PATH, &request).await?;
    let named = |object: &Object| public.objects.iter().any(|other| other.key == object.key);
    let (kept, deleted): (Vec<Object>, Vec<Object>) =
        known.iter().cloned().partition(|object| answer.kept.contains(&object.sha256) || named(object));
    for object in deleted.iter().filter(|object| lies_elsewhere(&object.key)) {
        let place = stores.ok_or_else(|| unknown_storage(&object.key))?;
        place.delete(&names::key(&object.key)?).await?;
    }
    Ok(CalledBack { deleted, kept, versions: answer.versions, pages: vec![] })
}

fn unknown_storage(key: &str) -> Error {
    let address = key.rsplit_once("//").map_or(key, |(address, _)| address);
    Error::new(
        Code::TargetInvalid,
        format!("Nothing here says what lies behind {address}/, so nothing is deleted there."),
    )
    .hint("Set the rule of the target again (hearthcast target rule), then withdraw once more.")
}

/// Every public address an episode's files and kept feeds had at a target.
pub fn addresses(target: &Target, slug: &str, called_back: &CalledBack) -> Vec<String> {
    let files = called_back.deleted.iter().map(|object| object_url(target, object));
    let copies = called_back.versions.iter().filter_map(|n| match &target.location {
        Location::Server { .. } => None,
        location => {
            let public_url = location.public_url().unwrap_or_default();
            Some(format!("{public_url}{}", StorageKey::FeedVersion(slug.into(), *n)))
        }
    });
    let pages = called_back.pages.iter().filter_map(|page| Some(address(target, &StorageKey::parse(page)?)));
    files.chain(copies).chain(pages).collect()
}

/// What anybody gets at a server's address.
pub async fn status_at_server(line: &Line, url: &str) -> Result<u16> {
    Ok(line.public(HttpMethod::HEAD, url, |_| ()).await?.status.as_u16())
}
