//! What of an old place is still needed by somebody, looked up there before anything is deleted: by other shows, by the
//! feed that is public there, by a publication that this library does not know. What it is not: it deletes nothing.

use crate::documents::lasting;
use crate::names::{self, Found, MANIFEST_LIMIT};
use hearthcast_model::manifest::{Manifest, Object};
use hearthcast_model::{Code, Error, Result};
use hearthcast_storage::{Place, StorageKey};
use std::collections::BTreeSet;

/// Most manifests that are read in one go; where there are more, nothing is deleted.
const MOST_MANIFESTS: usize = 5_000;

/// Most bytes read of a feed.
const FEED_LIMIT: u64 = 128 << 20;

/// Names of files at a place that must stay. `known` is the version this library published last, `files` is what it would
/// delete.
pub async fn needed(
    place: &dyn Place,
    feed: &StorageKey,
    slug: &str,
    known: &Manifest,
    files: &[Object],
) -> Result<BTreeSet<String>> {
    let mut needed = named_by_feed(place, feed, files).await?;
    let mut read = 0;
    for listed in place.list("feeds/").await? {
        let StorageKey::Manifest(show, version) = &listed.key else { continue };
        if show == slug && *version <= known.version {
            continue;
        }
        read += 1;
        let bytes = place.read(&listed.key, MANIFEST_LIMIT).await?.map(|(bytes, _)| bytes);
        match names::read_manifest(bytes.as_deref()) {
            Found::Readable(manifest) if read <= MOST_MANIFESTS => {
                needed.extend(lasting(&manifest).map(|object| object.key));
                needed.extend(manifest.objects.into_iter().map(|object| object.key));
            }
            Found::Nothing => {}
            _ => return Err(unreadable(&listed.key)),
        }
    }
    Ok(needed)
}

/// A feed that still names a file of the place by its address keeps it.
async fn named_by_feed(place: &dyn Place, feed: &StorageKey, files: &[Object]) -> Result<BTreeSet<String>> {
    let feed = place.read(feed, FEED_LIMIT).await?.map(|(bytes, _)| bytes);
    let text = feed.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let mut named = BTreeSet::new();
    for object in files {
        if text.contains(&place.public_url(&names::key(&object.key)?)) {
            named.insert(object.key.clone());
        }
    }
    Ok(named)
}

fn unreadable(key: &StorageKey) -> Error {
    Error::new(Code::TargetConflict, format!("{key} cannot be read, so nobody knows which files it needs."))
        .hint("Nothing was deleted. A newer Hearthcast may have written it: use that one, or delete the files by hand.")
        .about("target", key.to_string())
}
