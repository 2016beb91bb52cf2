//! The recipe of a show: what is done to every recording besides its preset, and the recordings that are heard with each of them.

use crate::Studio;
use crate::edit_show::invalid;
use crate::ingest_audio::attached;
use crate::known_sound::keep_sound;
use crate::pictures::{file_name, same_content};
use hearthcast_library::WriteTx;
use hearthcast_media::Probed;
use hearthcast_model::facts::{MediaFacts, MediaKind};
use hearthcast_model::recipe::Recipe;
use hearthcast_model::show::Attachment;
use hearthcast_model::slug::slug;
use hearthcast_model::view::ShowEdit;
use hearthcast_model::{Cancel, Result, Show};
use std::path::Path;

/// Recordings that an edit brought into the library; `Some(None)` takes one away.
#[derive(Default)]
pub(crate) struct Beside {
    intro: Option<Option<Brought>>,
    outro: Option<Option<Brought>>,
}

/// A recording that is heard with every episode.
struct Brought {
    file: Attachment,
    probed: Probed,
    original: String,
}

impl Studio {
    /// Takes in the recordings that an edit names. Nothing of the show changes by it.
    pub(crate) async fn heard_with_episodes(&self, edit: &ShowEdit) -> Result<Beside> {
        Ok(Beside {
            intro: self.one_beside("intro", edit.intro.as_deref()).await?,
            outro: self.one_beside("outro", edit.outro.as_deref()).await?,
        })
    }

    async fn one_beside(&self, field: &str, path: Option<&str>) -> Result<Option<Option<Brought>>> {
        let path = match path {
            None => return Ok(None),
            Some("") => return Ok(Some(None)),
            Some(path) => Path::new(path),
        };
        let probed = self.probe_media(path, Cancel::default(), |_| ()).await?;
        may_stand_beside(field, &probed.facts)?;
        let kept = self.take_file_in(path).await?;
        same_content(path, &kept, &probed.facts.sha256)?;
        let original = file_name(path);
        let stem = original.rsplit_once('.').map_or(original.as_str(), |(stem, _)| stem);
        let file = attached(&probed.facts, &slug(stem, "sound"));
        Ok(Some(Some(Brought { file, probed, original })))
    }
}

/// Refuses what is not heard with an episode.
pub(crate) fn may_stand_beside(field: &str, facts: &MediaFacts) -> Result<()> {
    let hint = "Choose a sound of at most ten minutes.";
    if facts.kind != MediaKind::Audio {
        return Err(invalid(field, "it is no sound", hint));
    }
    if facts.duration_ms.is_none_or(|ms| ms <= 0 || ms > Recipe::LONGEST_AROUND_MS) {
        return Err(invalid(field, "it lasts more than ten minutes, or nobody knows how long", hint));
    }
    Ok(())
}

impl Beside {
    /// Notes the recordings and gives them to the show, with the rest of its recipe.
    pub(crate) async fn apply(&self, tx: &mut WriteTx, show: &mut Show, edit: &ShowEdit) -> Result<()> {
        let (mut intro, mut outro) = (show.recipe.intro.clone(), show.recipe.outro.clone());
        if let Some(recipe) = &edit.recipe {
            if let Some(fault) = recipe.fault() {
                return Err(invalid("recipe", fault.trim_end_matches('.'), "Change that number."));
            }
            show.recipe = recipe.clone();
        }
        for (place, brought) in [(&mut intro, &self.intro), (&mut outro, &self.outro)] {
            let Some(brought) = brought else { continue };
            *place = brought.as_ref().map(|brought| brought.file.clone());
            let Some(Brought { probed, original, .. }) = brought else { continue };
            tx.put_media(&probed.facts, original).await?;
            keep_sound(tx, probed).await?;
        }
        // Files come and go by their own fields only.
        (show.recipe.intro, show.recipe.outro) = (intro, outro);
        Ok(())
    }
}
