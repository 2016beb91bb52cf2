//! Changes or removes several episodes at once: one transaction, one step to undo.

use crate::Studio;
use crate::edit_episode::edited;
use crate::edit_show::invalid;
use crate::read::show_id;
use hearthcast_library::WriteTx;
use hearthcast_model::record::Table;
use hearthcast_model::view::EpisodeEdit;
use hearthcast_model::visible::is_public;
use hearthcast_model::{Episode, EpisodeId, Error, Record, Result, ShowId};

/// Most episodes of one change.
const MOST: usize = 10_000;

impl Studio {
    /// Applies the same fields to several episodes; answers how many changed. Fields that are each episode's own (title, notes,
    /// picture, chapters …) are refused.
    pub async fn edit_episodes(&self, show: &str, episodes: &[EpisodeId], edit: EpisodeEdit) -> Result<u32> {
        let show = show_id(&self.show(show).await?)?;
        shared_only(&edit)?;
        let mut tx = self.library().transact().await?;
        let mut changed = 0;
        for id in several(episodes)? {
            let record = own(&mut tx, &show, id).await?;
            let mut episode = edited(&record, &edit, is_public(&record, self.now_ms()))?;
            if episode != record.body {
                episode.changed_ms = self.now_ms();
                tx.put(&record.id, &episode).await?;
                changed += 1;
            }
        }
        self.commit(tx, "edit_many").await?;
        Ok(changed)
    }

    /// Removes several episodes; answers how many. Listeners keep them until the next publication.
    pub async fn remove_episodes(&self, show: &str, episodes: &[EpisodeId]) -> Result<u32> {
        let show = show_id(&self.show(show).await?)?;
        let mut tx = self.library().transact().await?;
        let mut removed = vec![];
        for id in several(episodes)? {
            let record = own(&mut tx, &show, id).await?;
            tx.delete(Table::Episode, &record.id).await?;
            removed.push(record.id);
        }
        self.commit(tx, "remove_many").await?;
        self.no_draft_of(&show, &removed).await?;
        Ok(removed.len() as u32)
    }
}

/// Each once.
fn several(episodes: &[EpisodeId]) -> Result<std::collections::BTreeSet<&EpisodeId>> {
    if episodes.len() > MOST {
        return Err(invalid("episodes", "there are more than 10,000", "Change fewer at once."));
    }
    Ok(episodes.iter().collect())
}

async fn own(tx: &mut WriteTx, show: &ShowId, id: &EpisodeId) -> Result<Record<Episode>> {
    let record = tx.read::<Episode>(id.as_str()).await?;
    record
        .filter(|record| record.deleted_ms.is_none() && record.body.show == *show)
        .ok_or_else(|| Error::not_found("episode", id.as_str()))
}

fn shared_only(edit: &EpisodeEdit) -> Result<()> {
    let shared = EpisodeEdit {
        season: edit.season,
        season_name: edit.season_name.clone(),
        kind: edit.kind,
        explicit: edit.explicit,
        explicit_as_show: edit.explicit_as_show,
        at: edit.at.clone(),
        zone: edit.zone.clone(),
        draft: edit.draft,
        ..EpisodeEdit::default()
    };
    if *edit == shared {
        return Ok(());
    }
    Err(invalid(
        "episodes",
        "a field was given that each episode has for itself",
        "For several at once there are season, kind, explicit, publication time and draft.",
    ))
}
