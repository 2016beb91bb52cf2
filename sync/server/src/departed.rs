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
    for object in version::objects(reader, &released.id).await? {
        let name = object.key.rsplit('/').next().unwrap_or_default().to_string();
        departed.files.insert((object.sha256, name), None);
        departed.episodes.extend(object.episode);
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
    for sound in released.heard() {
        let now = departed.files.get(&(sound.sha256, sound.name)).cloned().flatten();
        departed.sounds.insert(sound.episode, now);
    }
    Ok(Some(departed))
}
