//! The feed of an exported show: the one that listeners get, byte for byte, where it is kept; else one of what is in the folder.

use super::gather::Gathered;
use crate::Studio;
use hearthcast_feed::urls::UrlMap;
use hearthcast_feed::{FeedInput, Item, render};
use hearthcast_library::{history, target};
use hearthcast_model::export::{ExportedRecord, ExportedShow};
use hearthcast_model::import::ImportNote;
use hearthcast_model::place::Role;
use hearthcast_model::show::Attachment;
use hearthcast_model::{Episode, EpisodeId, MediaFacts, Result, Sha256, Show};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// The feed, and whether it is the public one.
pub(crate) struct Feed {
    pub(crate) bytes: Vec<u8>,
    pub(crate) is_public: bool,
}

impl Studio {
    /// The feed of a show; why there is none, where it lacks something that every feed has.
    pub(crate) async fn feed_for_export(&self, gathered: &Gathered) -> Result<Result<Feed, ImportNote>> {
        let mut targets: Vec<_> = gathered.targets.iter().filter(|target| target.moved.is_none()).collect();
        targets.sort_by_key(|target| target.role != Role::Primary);
        for target in targets.iter().filter(|target| matches!(target.role, Role::Primary | Role::Mirror)) {
            let manifest = target::state(self.library().readers(), &target.id).await?.manifest;
            let Some(manifest) = manifest else { continue };
            if let Some(bytes) = history::feed(self.library(), &manifest.feed.sha256).await? {
                return Ok(Ok(Feed { bytes, is_public: true }));
            }
        }
        Ok(written(&gathered.exported, self.now_ms()))
    }
}

/// A feed whose addresses are those of the folder.
fn written(exported: &ExportedShow, now_ms: i64) -> Result<Feed, ImportNote> {
    let show: Show = read(&exported.show).ok_or_else(|| no_feed("Its records cannot be read.".into()))?;
    let alive = exported.episodes.iter().filter(|record| record.deleted_ms.is_none());
    let episodes: Vec<(EpisodeId, Episode)> =
        alive.filter_map(|record| Some((EpisodeId::parse(&record.id)?, read(record)?))).collect();
    let items: Vec<Item> = episodes
        .iter()
        .filter(|(_, episode)| !episode.draft && episode.publish_at_ms.is_some())
        .map(|(id, episode)| Item { id, episode })
        .collect();
    let paths: BTreeMap<&Sha256, &str> =
        exported.files.iter().filter_map(|file| Some((&file.facts.sha256, file.path.as_deref()?))).collect();
    let mut urls = UrlMap::new("feed.xml".into());
    let mut named = |file: &Attachment| match paths.get(&file.hash) {
        Some(path) => urls.insert(file, (*path).into()),
        None => urls.insert(file, format!("media/{}.{}", file.name, file.ext)),
    };
    show.files().for_each(&mut named);
    episodes.iter().flat_map(|(_, episode)| episode.files()).for_each(&mut named);
    let facts: HashMap<Sha256, MediaFacts> =
        exported.files.iter().map(|file| (file.facts.sha256.clone(), file.facts.clone())).collect();
    let show = Show { feed_page: 0, feed_variants: vec![], ..show };
    let input = FeedInput { show: &show, items: &items, facts: &facts, urls: &urls, as_of_ms: now_ms };
    match render(&input) {
        Ok(bytes) => Ok(Feed { bytes, is_public: false }),
        Err(error) => Err(no_feed(error.to_string())),
    }
}

/// What listeners get of a record; the working copy where they get nothing yet.
fn read<T: DeserializeOwned>(record: &ExportedRecord) -> Option<T> {
    let body = record.released.as_ref().unwrap_or(&record.body);
    serde_json::from_value(Value::Object(body.clone())).ok()
}

fn no_feed(why: String) -> ImportNote {
    let message = format!("There is no feed.xml in the folder, for no feed can be written yet. {why}");
    ImportNote { code: "no_feed".into(), message, ..ImportNote::default() }
}
