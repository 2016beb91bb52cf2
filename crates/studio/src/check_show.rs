//! What directories and apps would refuse: facts gathered from the library and from the place listeners use, rules from
//! `hearthcast-checks`. Changes nothing.

use crate::Studio;
use crate::read::{episode_id, show_id};
use hearthcast_checks::{EpisodeFacts, Facts, report};
use hearthcast_engine::plan::feed_url;
use hearthcast_feed::categories;
use hearthcast_library::{episode, target};
use hearthcast_model::check::CheckReport;
use hearthcast_model::place::Target;
use hearthcast_model::show::Attachment;
use hearthcast_model::{Code, Episode, EpisodeId, MediaFacts, Record, Result, Sha256};
use std::collections::BTreeMap;

impl Studio {
    /// Checks a show as it would be published, and asks the place listeners use, where there is one with something
    /// published. A place that does not answer is a finding, not a failure.
    pub async fn check_show(&self, show: &str) -> Result<CheckReport> {
        self.check(show, true).await
    }

    /// The same without asking any network.
    pub async fn check_show_here(&self, show: &str) -> Result<CheckReport> {
        self.check(show, false).await
    }

    async fn check(&self, show: &str, ask: bool) -> Result<CheckReport> {
        let record = self.show(show).await?;
        let id = show_id(&record)?;
        let records = episode::all(self.library(), &id).await?;
        let (media, _) = self.facts_of(&record, &records).await?;
        let target = self.listeners_target(&record.id).await?;
        let slug = record.released.as_ref().map_or(&record.body.slug, |released| &released.slug);
        let feed = target.as_ref().map(|target| feed_url(target, slug));
        let live = match &target {
            Some(target) if ask => {
                let manifest = target::state(self.library().readers(), &target.id).await?.manifest;
                match manifest {
                    Some(manifest) => {
                        Some(crate::look_live::look(&self.net().await?, target, slug, &manifest, &records).await)
                    }
                    None => None,
                }
            }
            _ => None,
        };
        let known = known(&records)?;
        let episodes: Vec<EpisodeFacts> = known.iter().map(|(id, body)| facts_of_episode(id, body, &media)).collect();
        let strange = record.body.categories.iter().filter(|category| !categories::is_known(category));
        let unknown_categories: Vec<String> = strange.map(categories::written).collect();
        let facts = Facts {
            id: &id,
            show: &record.body,
            cover: of_file(record.body.cover.as_ref(), &media),
            unknown_categories: &unknown_categories,
            episodes: &episodes,
            feed_url: feed.as_deref(),
            live: live.as_ref(),
            now_ms: self.now_ms(),
        };
        Ok(report(id.clone(), target.map(|target| target.id).filter(|_| live.is_some()), &facts))
    }

    /// The place listeners use; none is no failure here.
    async fn listeners_target(&self, show: &str) -> Result<Option<Target>> {
        match self.choose_target(show, None).await {
            Ok(target) => Ok(Some(target)),
            Err(error) if error.code == Code::PublishIncomplete => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Episodes that are neither deleted nor drafts.
fn known(records: &[Record<Episode>]) -> Result<Vec<(EpisodeId, &Episode)>> {
    let alive = records.iter().filter(|record| record.deleted_ms.is_none() && !record.body.draft);
    alive.map(|record| Ok((episode_id(record)?, &record.body))).collect()
}

fn facts_of_episode<'a>(
    id: &'a EpisodeId,
    episode: &'a Episode,
    media: &'a BTreeMap<Sha256, MediaFacts>,
) -> EpisodeFacts<'a> {
    EpisodeFacts {
        id,
        episode,
        audio: of_file(episode.audio.as_ref(), media),
        image: of_file(episode.image.as_ref(), media),
    }
}

fn of_file<'a>(file: Option<&Attachment>, media: &'a BTreeMap<Sha256, MediaFacts>) -> Option<&'a MediaFacts> {
    file.and_then(|file| media.get(&file.hash))
}
