//! What a show has of a folder's sounds already: its episodes by their sounds, and by what a file may be known by (`matched`).

use super::matched::Episodes;
use crate::Studio;
use hearthcast_library::import::{self, File};
use hearthcast_library::{episode, made};
use hearthcast_model::import::ImportKind;
use hearthcast_model::{Episode, EpisodeId, Record, Result, Sha256, ShowId};
use std::collections::{HashMap, HashSet};

/// Episodes of the show, by what they are known by.
#[derive(Default)]
pub(super) struct Known {
    pub(super) sounds: HashMap<Sha256, Record<Episode>>,
    pub(super) all: Vec<Record<Episode>>,
    /// The same, as sounds are asked for them.
    pub(super) episodes: Episodes,
    /// Titles of the episodes that this import makes, by guid.
    pub(super) made: HashMap<String, String>,
    /// Sounds that a preview would take.
    pub(super) would_take: HashSet<Sha256>,
    /// Episodes that a preview would give their sound.
    pub(super) would_fill: HashSet<String>,
}

impl Studio {
    pub(super) async fn known_sounds(&self, show: &ShowId) -> Result<Known> {
        let mut known = Known { all: episode::all(self.library(), show).await?, ..Known::default() };
        for record in &known.all {
            let mut sounds = vec![];
            if let Some(audio) = &record.body.audio {
                sounds.push(audio.hash.clone());
                sounds.extend(made::get(self.library(), &audio.hash).await?.map(|made| made.source));
            }
            if let Some(id) = EpisodeId::parse(&record.id) {
                sounds.extend(made::recording(self.library(), &id).await?);
            }
            // Of two with one sound the living one counts.
            for hash in sounds {
                if record.deleted_ms.is_none() || !known.sounds.contains_key(&hash) {
                    known.sounds.insert(hash, record.clone());
                }
            }
        }
        known.episodes = Episodes::of(known.all.iter().map(|record| (&record.body, record.deleted_ms.is_none())));
        let places: HashMap<&str, usize> = known.all.iter().enumerate().map(|(n, one)| (one.id.as_str(), n)).collect();
        let is_sound = |file: &File| matches!(file.kind, ImportKind::Sound | ImportKind::Elsewhere);
        for file in import::files(self.library(), show).await?.into_iter().filter(is_sound) {
            if let Some(n) = places.get(file.episode.as_str()) {
                known.episodes.lay(*n, &file.url);
            }
        }
        Ok(known)
    }
}
