//! What a show that left had public here: the addresses that answer 410 or 301 now. What it is not: whether it left is the
//! laptop's word, and what an address answers is the public side's business.

use hearthcast_model::feed_shape::variant_at;
use hearthcast_model::{EpisodeId, Result, Sha256};
use hearthcast_protocol::standing::Standing;
use hearthcast_store::released::Released;
use hearthcast_store::{Connection, version};
use std::collections::{BTreeMap, BTreeSet};

/// A show that left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departed {
    /// Name in its addresses.
    pub slug: String,
    /// Where its feed is; `None` when it was removed.
    pub feed_url: Option<String>,
    /// Its author ended the feed: it is gone, and so are the further ones, wherever the rest leads.
    pub feed_ended: bool,
    /// Where its further feeds are, by name.
    pub variants: BTreeMap<String, String>,
    /// Its episodes.
    pub episodes: BTreeSet<EpisodeId>,
    /// Its files by content and name, and where each is now.
    pub files: BTreeMap<(Sha256, String), Option<String>>,
    /// The sound of its episodes, and where each is now.
    pub sounds: BTreeMap<EpisodeId, Option<String>>,
}

/// What a show had public, if it left.
pub async fn of(reader: &mut Connection, released: &Released) -> Result<Option<Departed>> {
    let Some(standing) = &released.standing else { return Ok(None) };
    let mut departed = Departed {
        slug: released.show.slug.clone(),
        feed_url: None,
        feed_ended: false,
        variants: BTreeMap::new(),
        episodes: BTreeSet::new(),
        files: BTreeMap::new(),
        sounds: BTreeMap::new(),
    };
    let objects = version::objects(reader, &released.id).await?;
    for object in &objects {
        let name = object.key.rsplit('/').next().unwrap_or_default().to_string();
        departed.files.insert((object.sha256.clone(), name), None);
        departed.episodes.extend(object.episode.clone());
    }
    if let Standing::Moved { feed_url, variants_url, .. } = standing {
        let names = released.show.feed_variants.iter().map(|one| &one.name);
        departed.variants = names.filter_map(|name| Some((name.clone(), variant_at(variants_url, name)?))).collect();
        departed.feed_url = Some(feed_url.clone());
    }
    if let Standing::Ended { feed_url, .. } = standing {
        (departed.feed_url, departed.feed_ended) = (Some(feed_url.clone()), true);
    }
    if let Standing::Moved { files, .. } | Standing::Ended { files, .. } = standing {
        let moved = files.iter().map(|file| ((file.sha256.clone(), file.name.clone()), Some(file.url.clone())));
        departed.files.extend(moved);
    }
    for sound in released.heard(i64::MAX) {
        // A rule may have named it otherwise than its episode does.
        let same = departed.files.range((sound.sha256.clone(), String::new())..);
        let mut same = same.take_while(|((sha256, _), _)| *sha256 == sound.sha256).filter_map(|(_, url)| url.clone());
        let exact = departed.files.get(&(sound.sha256.clone(), sound.name)).cloned().flatten();
        let now = exact.or_else(|| same.next());
        departed.sounds.insert(sound.episode, now);
    }
    if released.heard.is_none() && departed.sounds.is_empty() {
        // It left before servers kept that. The newest first; of several files, the one that every app plays.
        let mut sounds: Vec<_> = objects.into_iter().rev().filter(|object| object.kind == "audio").collect();
        sounds.sort_by_key(|object| object.mime != "audio/mpeg");
        for object in sounds {
            let name = object.key.rsplit('/').next().unwrap_or_default().to_string();
            let url = departed.files.get(&(object.sha256, name)).cloned().flatten();
            if let (Some(episode), Some(url)) = (object.episode, url) {
                departed.sounds.entry(episode).or_insert(Some(url));
            }
        }
    }
    Ok(Some(departed))
}
