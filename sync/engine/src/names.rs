//! Names and manifests as every place without a program of its own keeps them: what a folder and a bucket have in common.

use crate::destination::Work;
use hearthcast_model::manifest::{FORMAT, Manifest};
use hearthcast_model::slug::is_slug;
use hearthcast_model::{Code, Error, Result};
use hearthcast_storage::StorageKey;

/// Most bytes read of a manifest.
pub(crate) const MANIFEST_LIMIT: u64 = 64 * 1024 * 1024;

/// A manifest at a place.
pub(crate) enum Found {
    Nothing,
    Readable(Box<Manifest>),
    /// Torn, written by a newer program, or no manifest at all.
    Foreign,
}

/// Reads a manifest's bytes.
pub(crate) fn read_manifest(bytes: Option<&[u8]>) -> Found {
    bytes.map_or(Found::Nothing, |bytes| match serde_json::from_slice::<Manifest>(bytes) {
        Ok(found) if found.format <= FORMAT => Found::Readable(Box::new(found)),
        _ => Found::Foreign,
    })
}

/// A manifest's bytes.
pub(crate) fn manifest_bytes(manifest: &Manifest) -> Result<Vec<u8>> {
    serde_json::to_vec_pretty(manifest)
        .map_err(|e| Error::new(Code::Internal, format!("A manifest could not be written: {e}.")))
}

/// Reads a key.
pub(crate) fn key(text: &str) -> Result<StorageKey> {
    StorageKey::parse(text)
        .ok_or_else(|| Error::new(Code::TargetInvalid, format!("\"{text}\" is not a name for a published file.")))
}

/// The show's part of a manifest's names.
pub fn slug(manifest: &Manifest) -> Result<String> {
    match (key(&manifest.feed.key)?, &manifest.slug) {
        (StorageKey::Feed(slug), _) => Ok(slug),
        (StorageKey::Ruled(_) | StorageKey::At(..), Some(slug)) if is_slug(slug) => Ok(slug.clone()),
        _ => Err(Error::new(Code::TargetInvalid, "The feed's name is not one of a feed.")),
    }
}

/// The feed's fixed name.
pub(crate) fn feed_key(work: Work<'_>) -> Result<StorageKey> {
    key(&work.manifest()?.feed.key)
}

/// The name of the version's copy of the feed.
pub(crate) fn copy_key(work: Work<'_>) -> Result<StorageKey> {
    let manifest = work.manifest()?;
    Ok(StorageKey::FeedVersion(slug(manifest)?, manifest.version))
}

/// Whether this would be the first feed of a laptop at a place where the show has one under another name: another laptop's
/// rule gave it. A move to that other name knows what it does.
pub(crate) fn may_be_a_second_feed(work: Work<'_>) -> Result<bool> {
    let manifest = work.manifest()?;
    Ok(manifest.parent == 0 && manifest.version > 1 && work.plan.moves.is_none())
}
