//! Changes an episode's working copy. Nothing here is public before a publication.

use crate::Studio;
use crate::edit_show::{changed_slug, checked_link, checked_text, invalid};
use crate::read::episode_id;
use hearthcast_model::clock::parse_rfc3339;
use hearthcast_model::view::{EpisodeEdit, EpisodeView};
use hearthcast_model::{Episode, Record, Result};

impl Studio {
    /// Applies the given fields; absent ones stay. Until the first publication the address name follows the title.
    pub async fn edit_episode(&self, show: &str, which: &str, edit: EpisodeEdit) -> Result<EpisodeView> {
        let record = self.episode(show, which).await?;
        let picture = match &edit.image {
            Some(path) => Some(self.take_picture(std::path::Path::new(path), &record.body.slug).await?),
            None => None,
        };
        let mut episode = edited(&record, &edit)?;
        if edit.slug.is_none() && record.released.is_none() && episode.title != record.body.title {
            let own = episode_id(&record)?;
            episode.slug = self.free_episode_slug(&episode.show, &episode.title, Some(&own)).await?;
        }
        if let Some(picture) = &picture {
            episode.image = Some(picture.attachment());
        }
        if episode != record.body {
            episode.changed_ms = self.now_ms();
            let mut tx = self.library().transact().await?;
            if let Some(picture) = &picture {
                tx.put_media(&picture.facts, &picture.original_name).await?;
            }
            tx.put(&record.id, &episode).await?;
            self.commit(tx, "edit").await?;
        }
        self.episode_view(show, &record.id).await
    }
}

fn edited(record: &Record<Episode>, edit: &EpisodeEdit) -> Result<Episode> {
    let mut episode = record.body.clone();
    if let Some(title) = &edit.title {
        episode.title = checked_text("title", title, false)?;
    }
    if let Some(slug) = &edit.slug {
        episode.slug = changed_slug(slug, &record.body.slug, record.released.is_some())?;
    }
    if let Some(notes) = &edit.notes {
        episode.notes = hearthcast_text::notes(notes)?;
    }
    if let Some(link) = &edit.link {
        episode.link = checked_link(link)?;
    }
    if let Some(at) = &edit.at {
        episode.publish_at_ms = checked_time(at)?;
    }
    if let Some(zone) = &edit.zone {
        episode.zone = (!zone.is_empty()).then(|| checked_text("zone", zone, false)).transpose()?;
    }
    episode.season = edit.season.map_or(episode.season, |n| (n > 0).then_some(n));
    episode.number = edit.number.map_or(episode.number, |n| (n > 0).then_some(n));
    episode.kind = edit.kind.unwrap_or(episode.kind);
    episode.explicit = edit.explicit.or(episode.explicit);
    episode.draft = edit.draft.unwrap_or(episode.draft);
    Ok(episode)
}

fn checked_time(at: &str) -> Result<Option<i64>> {
    if at.is_empty() {
        return Ok(None);
    }
    let parsed = parse_rfc3339(at).filter(|ms| (0..=253_402_300_799_999).contains(ms));
    parsed.map(Some).ok_or_else(|| invalid("at", "it is not a time with a zone", "Example: 2027-01-05T06:00:00+01:00."))
}
