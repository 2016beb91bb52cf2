//! Makes the plan of a publication from the library. Needs no network and changes nothing.

use crate::Studio;
use crate::publish::Asked;
use crate::read::show_id;
use hearthcast_engine::moving::{ended, sends_on};
use hearthcast_engine::plan::as_released;
use hearthcast_engine::survey::{highest_version, standing, standing_ahead};
use hearthcast_engine::taking_over::waits;
use hearthcast_engine::unfinished::is_outdated;
use hearthcast_engine::{PlanInput, Planned, apply};
use hearthcast_library::{episode, files, media, target, upload, withdrawal};
use hearthcast_model::manifest::SOMEBODY_ELSE;
use hearthcast_model::place::{Location, Role, Target};
use hearthcast_model::plan::Plan;
use hearthcast_model::visible::{due, released_by};
use hearthcast_model::{Code, Episode, EpisodeId, Error, MediaFacts, Record, Result, Sha256, Show};
use std::collections::{BTreeSet, HashMap};

impl Studio {
    /// What publishing would change for listeners; an unfinished publication is shown as it stands.
    pub async fn plan(&self, show: &str, target: Option<&str>, only: &[EpisodeId]) -> Result<Plan> {
        let target = self.choose_target(show, target).await?;
        if let Some(open) = apply::unfinished(self.library(), &target.id).await?
            && !is_outdated(self.library(), &open).await?
        {
            return Ok(open.plan);
        }
        let planned = self.planned(show, &target, only).await?;
        let current = target::state(self.library().readers(), &target.id).await?.manifest;
        let public = match &current {
            Some(manifest) => self.published_feed(&target, manifest).await?,
            None => None,
        };
        let mut planned = planned.compared_with(public.as_ref());
        planned.plan.conflict = self.conflict(&target, &planned, current.as_ref(), public.as_ref()).await;
        Ok(planned.plan)
    }

    /// The plan with what it sends.
    pub async fn planned(&self, show: &str, target: &Target, only: &[EpisodeId]) -> Result<Planned> {
        self.planned_at(show, target, only.into(), self.now_ms()).await
    }

    /// The plan as of a moment.
    pub(crate) async fn planned_at(
        &self,
        show: &str,
        target: &Target,
        asked: Asked<'_>,
        now_ms: i64,
    ) -> Result<Planned> {
        if target.moved.is_some() {
            // Nothing new begins at a place that the show left.
            return self.planned_as_released(target, now_ms).await;
        }
        let record = self.show(show).await?;
        if withdrawal::removal(self.library(), &show_id(&record)?).await?.is_some() {
            return self.planned_removed(target, &record, now_ms).await;
        }
        let mut episodes = episode::all(self.library(), &show_id(&record)?).await?;
        if Box::pin(self.bring_tags_up(&record.body, &episodes, asked.only)).await? {
            episodes = episode::all(self.library(), &show_id(&record)?).await?;
        }
        self.without_withdrawn(&target.show, &mut episodes).await?;
        self.planned_from(target, &record, &episodes, asked, now_ms).await
    }

    /// The plan that brings a target to what is released already: no pending change takes part.
    pub(crate) async fn planned_as_released(&self, target: &Target, now_ms: i64) -> Result<Planned> {
        let is_ended = target.moved.as_ref().is_some_and(|moved| moved.ended_ms.is_some());
        if is_ended && !self.names_withdrawn(target).await? {
            let show = self.show(target.show.as_str()).await?;
            return Ok(ended(&self.fresh_publication(), target, &show.body));
        }
        if let Some(moved) = target.moved.as_ref().filter(|_| !matches!(target.location, Location::Server { .. })) {
            return self.planned_old_feed(target, moved).await;
        }
        let mut show = self.show(target.show.as_str()).await?;
        if let Some(moved) = target.moved.as_ref().filter(|moved| moved.cleared_ms.is_some()) {
            return Ok(sends_on(&self.fresh_publication(), target, moved, &show.body));
        }
        let mut episodes = episode::all(self.library(), &target.show).await?;
        let shown = target::state(self.library().readers(), &target.id).await?.manifest;
        if shown.as_ref().is_some_and(|manifest| manifest.renderer == SOMEBODY_ELSE) {
            // Over another program's feed only its author publishes, with a word.
            return Ok(waits(&self.fresh_publication(), target, &show.body));
        }
        let shown_ms = shown.map(|manifest| manifest.effective_at);
        episodes.retain(|record| record.released.is_some() && !called_off(record, shown_ms, now_ms));
        episodes.iter_mut().for_each(as_released);
        as_released(&mut show);
        // What was called back goes from mirrors, too, wherever else it still stands.
        self.without_withdrawn(&target.show, &mut episodes).await?;
        self.planned_from(target, &show, &episodes, Asked::default(), now_ms).await
    }

    pub(crate) async fn planned_from(
        &self,
        target: &Target,
        record: &Record<Show>,
        episodes: &[Record<Episode>],
        asked: Asked<'_>,
        now_ms: i64,
    ) -> Result<Planned> {
        let (facts, absent) = self.facts_of(record, episodes).await?;
        let state = target::state(self.library().readers(), &target.id).await?;
        let current = state.manifest.map(|manifest| standing(target, manifest));
        let handed = standing_ahead(target, state.handed);
        // A remote place is not asked before the author says so: numbers that were given up are known here.
        let given_up = match target.location {
            Location::Bucket { .. } | Location::Remote(_) => {
                upload::highest_given_up(self.library(), &target.id).await?
            }
            _ => 0,
        };
        let slug = record.released.as_ref().map_or(&record.body.slug, |released| &released.slug);
        let taken = self.taken(target).await?;
        let input = PlanInput {
            publication: self.fresh_publication(),
            device: self.library().device(),
            target,
            show: record,
            episodes,
            facts: &facts,
            absent: &absent,
            current: current.as_ref(),
            highest_version: highest_version(target, slug).max(given_up),
            now_ms,
            only: asked.only,
            handed: &handed,
            taken: &taken,
            lay_anew: false,
            confirmed: asked.confirm,
        };
        match asked.announce {
            true => hearthcast_engine::plan::announced(&input),
            false => self.over_another(input).await,
        }
    }

    /// The named target, or the only one, or the first primary one.
    pub async fn choose_target(&self, show: &str, name: Option<&str>) -> Result<Target> {
        let record = self.show(show).await?;
        let id = show_id(&record)?;
        if let Some(name) = name {
            let target = self.target(name).await?;
            if target.show == id && target.role == Role::Store {
                let what = format!("\"{name}\" only keeps files for other places; nothing is published there.");
                return Err(Error::new(Code::TargetInvalid, what)
                    .hint("Name the place that publishes the feed.")
                    .about("target", name));
            }
            if target.show == id {
                return Ok(target);
            }
            return Err(Error::new(Code::TargetInvalid, format!("The target \"{name}\" belongs to another show."))
                .about("target", name));
        }
        let mut targets = target::of_show(self.library(), &id).await?;
        targets.retain(|target| target.role != Role::Store);
        let at = targets.iter().position(|t| t.role == Role::Primary).unwrap_or(0);
        if targets.is_empty() {
            return Err(Error::new(
                Code::PublishIncomplete,
                format!("\"{}\" has no place to be published to yet.", record.body.title),
            )
            .hint("Add one: a folder that a web server shows, or your Hearthcast server.")
            .about("show", record.body.slug));
        }
        Ok(targets.swap_remove(at))
    }

    pub(crate) async fn facts_of(
        &self,
        show: &Record<Show>,
        episodes: &[Record<Episode>],
    ) -> Result<(HashMap<Sha256, MediaFacts>, BTreeSet<Sha256>)> {
        let of_shows = std::iter::once(&show.body).chain(&show.released).flat_map(Show::files);
        let own = episodes.iter().flat_map(|e| std::iter::once(&e.body).chain(&e.released)).flat_map(Episode::files);
        let hashes: BTreeSet<Sha256> = of_shows.chain(own).map(|file| file.hash.clone()).collect();
        let mut facts = media::facts_among(self.library(), hashes.iter()).await?;
        self.measure_levels(&mut facts).await?;
        let absent = hashes.into_iter().filter(|hash| !files::path(self.root(), hash).exists()).collect();
        Ok((facts, absent))
    }
}

impl Studio {
    /// Sounds that an older version took in have no levels yet: they are made of their peaks, once.
    async fn measure_levels(&self, facts: &mut HashMap<Sha256, MediaFacts>) -> Result<()> {
        let missing = media::without_levels(self.library(), facts.values()).await?;
        if missing.is_empty() {
            return Ok(());
        }
        let mut tx = self.library().transact().await?;
        for (hash, peaks) in missing {
            let levels = peaks.levels();
            tx.put_levels(&hash, &levels).await?;
            if let Some(facts) = facts.get_mut(&hash) {
                facts.levels = levels;
            }
        }
        self.commit_own(tx).await
    }
}

/// Whether an episode was handed over before its time, and its author thought better of it before that time came: nobody
/// shows it for the first time against that wish, though the place was not told yet.
fn called_off(record: &Record<Episode>, shown_ms: Option<i64>, now_ms: i64) -> bool {
    let Some(released) = &record.released else { return false };
    let comes_now = released_by(released, now_ms) && shown_ms.is_none_or(|shown| !released_by(released, shown));
    let body = &record.body;
    let later = body.publish_at_ms.is_some() && !due(body.publish_at_ms, now_ms);
    comes_now
        && !due(released.publish_at_ms, released.changed_ms)
        && (record.deleted_ms.is_some() || body.draft || !body.is_complete() || later)
}
