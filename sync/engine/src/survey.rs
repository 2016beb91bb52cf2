//! A look at a folder before a plan is made, without reading a file: how far its version numbers have come, and which of its
//! published files are still there. What it is not: a verification of their bytes.

use hearthcast_model::manifest::{FeedObject, Manifest, Object};
use hearthcast_model::place::{Location, Target};
use hearthcast_model::plan::Scheduled;
use hearthcast_storage::folder::is_known;
use hearthcast_storage::{Folder, StorageKey};
use std::collections::BTreeSet;
use std::path::Path;

/// The highest version number ever claimed for a show at a target, as far as that can be seen without a network; 0 for none.
pub fn highest_version(target: &Target, slug: &str) -> u64 {
    let Location::Folder { path, .. } = &target.location else {
        return 0;
    };
    highest_in(Path::new(path), slug)
}

/// The highest version number claimed in a folder.
pub(crate) fn highest_in(root: &Path, slug: &str) -> u64 {
    let versions = std::fs::read_dir(root.join("feeds").join(slug).join("v"));
    let names = versions.into_iter().flatten().flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let keys = names.filter_map(|name| StorageKey::parse(&format!("feeds/{slug}/v/{name}")));
    keys.filter_map(|key| if let StorageKey::Manifest(_, n) = key { Some(n) } else { None }).max().unwrap_or(0)
}

/// What is left of a published version: without the files that somebody removed from the folder, so that the next plan sends
/// them again. A folder that is not there, or a server, cannot be looked at; the version is taken as it was then.
pub fn standing(target: &Target, mut manifest: Manifest) -> Manifest {
    keep_standing(target, &mut manifest.objects);
    if let Some(folder) = known_folder(target) {
        let there = |one: &FeedObject| folder.length(&StorageKey::parse(&one.key)?).ok().flatten();
        manifest.documents.retain(|one| there(one) == Some(one.bytes));
    }
    manifest
}

fn known_folder(target: &Target) -> Option<Folder> {
    let Location::Folder { path, .. } = &target.location else { return None };
    is_known(Path::new(path)).then(|| Folder::known(Path::new(path)).ok()).flatten()
}

/// The same of what a place was given before its time.
pub fn standing_ahead(target: &Target, mut handed: Vec<Scheduled>) -> Vec<Scheduled> {
    handed.iter_mut().for_each(|handed| keep_standing(target, &mut handed.objects));
    handed
}

fn keep_standing(target: &Target, objects: &mut Vec<Object>) {
    if let Some(folder) = known_folder(target) {
        let elsewhere: BTreeSet<String> =
            target.bases().filter(|base| base.store.is_some()).map(|base| base.url).collect();
        objects.retain(|object| match StorageKey::parse(&object.key) {
            Some(StorageKey::At(base, _)) if elsewhere.contains(&base) => true,
            Some(key) => folder.length(key.split().1).ok().flatten() == Some(object.bytes),
            None => false,
        });
    }
}
