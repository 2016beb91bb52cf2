//! Brings an older version back: a new version with its feed, byte for byte. The working copies stay as they are.

use crate::Studio;
use crate::history::find;
use crate::read::show_id;
use crate::work::Work;
use hearthcast_engine::apply::{self, TargetLock};
use hearthcast_engine::guard_feeds::{ask, must_be_confirmed, told};
use hearthcast_engine::history::{missing, missing_at_server};
use hearthcast_engine::line::Line;
use hearthcast_engine::published::PublishedFeed;
use hearthcast_engine::survey::highest_version;
use hearthcast_engine::{Planned, ProgressSink, RollbackInput};
use hearthcast_library::{episode, history, target, upload};
use hearthcast_model::manifest::Object;
use hearthcast_model::place::{Location, Target};
use hearthcast_model::plan::{Plan, Published};
use hearthcast_model::{Cancel, Code, Error, JobId, PublicationId, Result};

impl Studio {
    /// What going back to a version would change for listeners; changes nothing.
    pub async fn plan_rollback(&self, show: &str, target: Option<&str>, version: u64) -> Result<Plan> {
        let target = self.choose_target(show, target).await?;
        if let Some(open) = apply::unfinished(self.library(), &target.id).await? {
            return Ok(open.plan);
        }
        Ok(self.planned_rollback(show, &target, version, None).await?.plan)
    }

    /// Goes back to a version: plan, apply, verify, like a publication; beside it stands what its plan asks to be typed. An
    /// unfinished publication is finished first.
    pub async fn rollback(
        &self,
        show: &str,
        target: Option<&str>,
        asked: (u64, Option<&str>),
        cancel: &Cancel,
        progress: ProgressSink,
    ) -> Result<Published> {
        let target = self.choose_target(show, target).await?;
        self.not_removed(&target.show).await?;
        self.brought_back(show, &target, asked, cancel, progress).await
    }

    /// The same for a show that is removed from listeners, when it is restored.
    pub(crate) async fn brought_back(
        &self,
        show: &str,
        target: &Target,
        (version, confirm): (u64, Option<&str>),
        cancel: &Cancel,
        progress: ProgressSink,
    ) -> Result<Published> {
        let _lock = TargetLock::take(self.library(), &target.id)?;
        if let Some(open) = apply::unfinished(self.library(), &target.id).await? {
            let finished = self.apply(target, &open, cancel, &progress).await?;
            // Killed in the middle of this very rollback and begun again: it is done now.
            if open.plan.manifest.and_then(|m| m.restores) == Some(version) {
                return Ok(finished);
            }
        }
        let planned = self.planned_rollback(show, target, version, confirm).await?;
        if let Some(blocker) = planned.plan.blockers.first() {
            return Err(blocker.clone());
        }
        self.publish_planned(target, &planned, cancel, &progress).await
    }

    /// Begins [`rollback`](Self::rollback) in the background.
    pub async fn start_rollback(
        &self,
        show: &str,
        target: Option<&str>,
        (version, confirm): (u64, Option<String>),
    ) -> Result<JobId> {
        let chosen = self.choose_target(show, target).await?;
        self.begin(Work::Rollback { show: show.into(), target: chosen.id.to_string(), version, confirm }).await
    }

    async fn planned_rollback(
        &self,
        show: &str,
        target: &Target,
        version: u64,
        confirm: Option<&str>,
    ) -> Result<Planned> {
        if let Some(moved) = &target.moved {
            let what = format!("The show left \"{}\"; its feed is {} now.", target.name, moved.feed_url);
            return Err(Error::new(Code::PublishIncomplete, what)
                .hint("Go back at the place where the show is now, or move it back first.")
                .about("target", target.name.clone()));
        }
        self.known_history(show, Some(&target.name)).await?;
        let record = self.show(show).await?;
        let episodes = episode::all(self.library(), &show_id(&record)?).await?;
        let state = target::state(self.library().readers(), &target.id).await?;
        let current = state.manifest.ok_or_else(|| nothing_published(target))?;
        let versions = history::of_target(self.library(), &target.id).await?;
        let older = find(&versions, version)?;
        let snapshot = history::snapshot(self.library(), older).await?;
        let feed = self.published_feed(target, &older.manifest).await?;
        let documents = self.documents_of(&older.manifest).await?;
        let current_feed = self.published_feed(target, &current).await?;
        let gone = self.gone(target, &older.manifest.objects).await?;
        let given_up = upload::highest_given_up(self.library(), &target.id).await?;
        let slug = record.released.as_ref().map_or(&record.body.slug, |released| &released.slug);
        let known = versions.iter().map(|kept| kept.manifest.version).max().unwrap_or(0);
        let planned = hearthcast_engine::rollback(&RollbackInput {
            publication: &PublicationId::fresh(self.library().ids(), self.now_ms()),
            device: self.library().device(),
            target,
            show: &record,
            episodes: &episodes,
            current: &current,
            current_feed: current_feed.as_ref(),
            highest_version: match target.location {
                // A server counts by itself, without gaps.
                Location::Server { .. } => 0,
                _ => highest_version(target, slug).max(given_up).max(known),
            },
            older,
            snapshot: snapshot.as_ref(),
            feed: feed.as_ref(),
            documents: documents.as_deref(),
            gone: &gone,
            now_ms: self.now_ms(),
        })?;
        Ok(asked_rollback(planned, current_feed.as_ref(), slug, confirm))
    }

    /// Files of a version that are not at the place any more.
    async fn gone(&self, target: &Target, objects: &[Object]) -> Result<Vec<Object>> {
        match &target.location {
            Location::Server { .. } => {
                missing_at_server(&Line::to(target, self.device_key()?, self.net().await?)?, objects).await
            }
            _ => missing(&*self.place(target).await?, objects).await,
        }
    }
}

/// Going back changes guids, dates and addresses like a publication does, and asks the same word.
fn asked_rollback(mut planned: Planned, now: Option<&PublishedFeed>, slug: &str, typed: Option<&str>) -> Planned {
    let older = planned.feed();
    let plan = &mut planned.plan;
    let Some(now) = now.filter(|_| plan.blockers.is_empty()) else { return planned };
    told(plan, now, &older);
    if must_be_confirmed(plan) {
        let back = plan.manifest.as_ref().and_then(|manifest| manifest.restores).unwrap_or(0);
        let why = format!("Going back to version {back} changes what apps know published episodes by.");
        ask(plan, slug, typed, &why, &format!("hearthcast rollback {slug} --to {back}"));
    }
    planned
}

fn nothing_published(target: &Target) -> Error {
    let what = format!("Nothing was published to \"{}\" yet, so there is nothing to go back to.", target.name);
    Error::new(Code::NotFound, what).about("target", target.name.clone())
}
