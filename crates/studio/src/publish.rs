//! Publishes: an unfinished publication first, then everything ticked.

use crate::Studio;
use crate::work::Work;
use hearthcast_engine::apply::{self, TargetLock};
use hearthcast_engine::folder::FolderDestination;
use hearthcast_engine::line::Line;
use hearthcast_engine::remote::RemoteDestination;
use hearthcast_engine::server::ServerDestination;
use hearthcast_engine::unfinished::is_outdated;
use hearthcast_engine::{Fetching, Planned, ProgressSink};
use hearthcast_model::error::Subject;
use hearthcast_model::place::{Location, Target};
use hearthcast_model::plan::Published;
use hearthcast_model::record::Table;
use hearthcast_model::view::Event;
use hearthcast_model::{Cancel, EpisodeId, JobId, Progress, Result};
use hearthcast_storage::Folder;
use std::path::Path;
use std::sync::Arc;

/// What of a show is to be published.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// Only these episodes; empty takes all.
    pub only: &'a [EpisodeId],
    /// What was typed to confirm that apps lose what they know published episodes by.
    pub confirm: Option<&'a str>,
    /// The feed is to say that it is here now: the show moves in from elsewhere.
    pub announce: bool,
}

impl<'a> From<&'a [EpisodeId]> for Asked<'a> {
    fn from(only: &'a [EpisodeId]) -> Self {
        Self { only, ..Self::default() }
    }
}

impl Studio {
    /// Plans, applies and verifies. Run again after any interruption, it finishes what was begun; run once more, it writes
    /// nothing.
    pub async fn publish(
        &self,
        show: &str,
        target: Option<&str>,
        only: &[EpisodeId],
        cancel: &Cancel,
        progress: ProgressSink,
    ) -> Result<Published> {
        self.publish_asked(show, target, only.into(), cancel, progress).await
    }

    /// The same; what would change of what apps know published episodes by is published where it was confirmed.
    pub async fn publish_asked(
        &self,
        show: &str,
        target: Option<&str>,
        asked: Asked<'_>,
        cancel: &Cancel,
        progress: ProgressSink,
    ) -> Result<Published> {
        let only = asked.only;
        let target = self.choose_target(show, target).await?;
        self.not_leaving(&target).await?;
        let _lock = TargetLock::take(self.library(), &target.id)?;
        let mut before = None;
        if let Some(open) = self.unfinished(&target).await? {
            before = Some(self.apply(&target, &open, cancel, &progress).await?);
        }
        if before.is_none()
            && only.is_empty()
            && let Some(standing) = self.known_unchanged(&target).await?
        {
            return Ok(standing);
        }
        let now_ms = self.moment(&target).await?;
        let planned = self.planned_at(show, &target, asked, now_ms).await?;
        if let Some(blocker) = planned.plan.blockers.first() {
            return before.ok_or_else(|| blocker.clone());
        }
        if planned.plan.is_empty() {
            if only.is_empty() {
                self.note_unchanged(&target).await?;
            }
            return match before {
                Some(published) => Ok(published),
                None => self.stands(&target, planned.plan.feed_url).await,
            };
        }
        let prefix = self.try_prefix(show, &planned).await?;
        let published = self.publish_planned(&target, &planned, cancel, &progress).await?;
        Ok(Published { prefix, ..published })
    }

    /// Notes a plan as begun and applies it. The caller holds the target's lock, or is the only one.
    pub async fn publish_planned(
        &self,
        target: &Target,
        planned: &Planned,
        cancel: &Cancel,
        progress: &ProgressSink,
    ) -> Result<Published> {
        // A storage beside it that cannot do it is found out before anything is begun. What keeps the target itself from being
        // reached (no network, a locked keychain) passes: then the next round goes on.
        self.abilities_of_stores(target).await?;
        apply::begin(self.library(), planned).await?;
        self.apply(target, planned, cancel, progress).await
    }

    /// Brings a target to what is released already; says whether there was anything to do.
    pub(crate) async fn follow(&self, target: &Target, cancel: &Cancel, progress: &ProgressSink) -> Result<bool> {
        let moved = target.moved.as_ref();
        if moved.is_some_and(|moved| moved.same_place) {
            // The new address's feed is this one.
            return Ok(false);
        }
        if moved.is_some_and(|moved| moved.ended_ms.is_some()) && !self.names_withdrawn(target).await? {
            // Nobody brings this one up to date any more.
            return Ok(false);
        }
        let _lock = TargetLock::take(self.library(), &target.id)?;
        let now_ms = self.moment(target).await?;
        let planned = self.planned_as_released(target, now_ms).await?;
        match planned.plan.blockers.first() {
            Some(blocker) => Err(blocker.clone()),
            None if planned.plan.is_empty() => Ok(false),
            None => self.publish_planned(target, &planned, cancel, progress).await.map(|_| true),
        }
    }

    /// Begins [`publish`](Self::publish) in the background.
    pub async fn start_publish(&self, show: &str, target: Option<&str>, asked: Asked<'_>) -> Result<JobId> {
        let chosen = self.choose_target(show, target).await?;
        let (only, confirm) = (asked.only.to_vec(), asked.confirm.map(str::to_string));
        self.begin(Work::Publish { show: show.into(), target: chosen.id.to_string(), only, confirm }).await
    }

    /// Finishes what an earlier run began at a target, if anything.
    pub(crate) async fn resume(
        &self,
        target: &Target,
        cancel: &Cancel,
        progress: &ProgressSink,
    ) -> Result<Option<Published>> {
        let _lock = TargetLock::take(self.library(), &target.id)?;
        let Some(open) = apply::unfinished(self.library(), &target.id).await? else { return Ok(None) };
        if !is_outdated(self.library(), &open).await? {
            return Ok(Some(self.apply(target, &open, cancel, progress).await?));
        }
        // The same is planned anew, and begun in its stead.
        self.overtaken(&open).await?;
        let episodes = open.plan.releases.iter().filter(|release| release.table == Table::Episode);
        let only: Vec<EpisodeId> = episodes.filter_map(|release| EpisodeId::parse(&release.id)).collect();
        let now_ms = self.moment(target).await?;
        let planned = self.planned_at(open.plan.show.as_str(), target, only.as_slice().into(), now_ms).await?;
        match planned.plan.blockers.first() {
            Some(blocker) => Err(blocker.clone()),
            None if planned.plan.is_empty() => Ok(None),
            None => Ok(Some(self.publish_planned(target, &planned, cancel, progress).await?)),
        }
    }

    /// What was begun at a target and can be gone on with; what others overtook ends. The caller holds the target's lock.
    async fn unfinished(&self, target: &Target) -> Result<Option<Planned>> {
        let Some(open) = apply::unfinished(self.library(), &target.id).await? else { return Ok(None) };
        if !is_outdated(self.library(), &open).await? {
            return Ok(Some(open));
        }
        self.overtaken(&open).await?;
        Ok(None)
    }

    async fn overtaken(&self, open: &Planned) -> Result<()> {
        let mut tx = self.library().transact().await?;
        tx.end_publication(&open.plan, false).await?;
        tx.commit().await?;
        Ok(())
    }

    pub(crate) async fn apply(
        &self,
        target: &Target,
        planned: &Planned,
        cancel: &Cancel,
        progress: &ProgressSink,
    ) -> Result<Published> {
        let progress = at_place(target, progress);
        let outcome = tokio::select! {
            outcome = self.carry_out(target, planned, cancel, &progress) => outcome,
            never = self.follow_pace() => match never {},
        };
        // Listeners have it; what the hub says changes nothing of that.
        let outcome = match outcome {
            Ok(published) => {
                self.bring_comments(target).await;
                Ok(Published { hub: self.hub_told(target).await, ..published })
            }
            failed => failed,
        };
        let kinds =
            [("show", planned.plan.show.to_string()), ("target", target.id.to_string()), ("episode", String::new())];
        let subjects = kinds.into_iter().map(|(kind, id)| Subject { kind: kind.into(), id }).collect();
        self.send(Event::Changed { subjects });
        outcome
    }

    /// What became of telling the hub.
    async fn hub_told(&self, target: &Target) -> Option<String> {
        match self.tell_hubs(target).await {
            Ok(told) => told.map(|told| told.unwrap_or_else(|error| format!("{} {}", error.message, error.hint))),
            Err(error) => Some(error.message),
        }
    }

    async fn carry_out(
        &self,
        target: &Target,
        planned: &Planned,
        cancel: &Cancel,
        progress: &ProgressSink,
    ) -> Result<Published> {
        let (library, origin) = (self.library(), self.origin(&planned.plan).await?);
        let sink = || ProgressSink::clone(progress);
        match &target.location {
            Location::Folder { path, public_url } => {
                let folder = FolderDestination::open(library, Path::new(path), public_url)?;
                let folder = match self.abilities_of_stores(target).await? {
                    stores if stores.is_empty() => folder,
                    stores => {
                        // Only the other places are asked through it.
                        let own = Folder::reached_at(Path::new(path), public_url)?;
                        let place = self.spread(target, Arc::new(own)).await?;
                        folder.with_stores(place, library, target, stores, sink())
                    }
                };
                let mut folder = Fetching::new(folder, library, origin, sink());
                apply::apply(library, planned, &mut folder, cancel, progress).await
            }
            Location::Bucket { .. } | Location::Remote(_) => {
                let place = self.place(target).await?;
                let abilities = self.abilities(target, &*place).await?;
                let stores = self.abilities_of_stores(target).await?;
                let remote = RemoteDestination::new(place, library, target, abilities, stores, sink());
                let mut remote = Fetching::new(remote, library, origin, sink());
                apply::apply(library, planned, &mut remote, cancel, progress).await
            }
            Location::Server { .. } => {
                let line = Line::to(target, self.device_key()?, self.net().await?)?;
                let server = ServerDestination::new(line, library, target, sink());
                let server = match self.stores(target).await? {
                    Some(place) => server.with_stores(place, self.abilities_of_stores(target).await?),
                    None => server,
                };
                let mut server = Fetching::new(server, library, origin, sink());
                apply::apply(library, planned, &mut server, cancel, progress).await
            }
        }
    }
}

/// The same progress, told with the name of the place.
pub(crate) fn at_place(target: &Target, progress: &ProgressSink) -> ProgressSink {
    let (name, progress) = (target.name.clone(), ProgressSink::clone(progress));
    Arc::new(move |told| progress(Progress { place: Some(name.clone()), ..told }))
}
