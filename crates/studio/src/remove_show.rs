//! Takes a whole show from listeners: every place gets a feed without episodes that says so, by a publication like any other.
//! Until its grace time is over everything stays where it lies and the show comes back as it was; then the files are called
//! back. What it is not: it deletes nothing of the author's; the show stays in the library.

use crate::Studio;
use crate::publish::Asked;
use crate::read::show_id;
use crate::withdraw::elsewhere_since;
use crate::work::Work;
use hearthcast_engine::line::Line;
use hearthcast_engine::standing;
use hearthcast_engine::{Planned, ProgressSink};
use hearthcast_library::{episode, history, target, withdrawal};
use hearthcast_model::history::Removal;
use hearthcast_model::place::{Location, MovedTo, Target};
use hearthcast_model::plan::Plan;
use hearthcast_model::{Cancel, Code, EpisodeId, Error, JobId, Record, Result, Sha256, Show, ShowId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the feed says instead of the show's description.
const NOTICE: &str = "This podcast was removed by its author.";
const DAY_MS: i64 = 86_400_000;

impl Studio {
    /// What removing a show would change at each place that has it; changes nothing.
    pub async fn plan_removal(&self, show: &str) -> Result<Vec<Plan>> {
        let record = self.show(show).await?;
        let mut plans = vec![];
        for (target, _) in self.published_at(&show_id(&record)?).await? {
            let current = target::state(self.library().readers(), &target.id).await?.manifest;
            let public = match &current {
                Some(manifest) => self.published_feed(&target, manifest).await?,
                None => None,
            };
            let planned = self.planned_removed(&target, &record, self.now_ms()).await?;
            plans.push(planned.compared_with(public.as_ref()).plan);
        }
        Ok(plans)
    }

    /// Removes a show from listeners. Its files are deleted `days` later, by a round of sync; until then
    /// [`restore_show`](Self::restore_show) brings it back. Run again, it goes on where it stopped.
    pub async fn remove_show(&self, show: &str, days: u32, cancel: &Cancel, sink: ProgressSink) -> Result<Removal> {
        let id = show_id(&self.show(show).await?)?;
        let removal = match withdrawal::removal(self.library(), &id).await? {
            Some(begun) => begun,
            None => {
                let versions = self.published_at(&id).await?.into_iter().map(|(target, n)| (target.id, n)).collect();
                let until_ms = self.now_ms().saturating_add(i64::from(days).saturating_mul(DAY_MS));
                let removal = Removal { at_ms: self.now_ms(), until_ms, versions, gone_at: vec![], finished: false };
                self.note_removal(&id, Some(&removal)).await?;
                removal
            }
        };
        // Where a place does not answer now, the next sync ends them there.
        self.end_shares_of(&id, None).await?;
        self.keep_removed(&id, cancel, &sink).await?;
        Ok(withdrawal::removal(self.library(), &id).await?.unwrap_or(removal))
    }

    /// Brings a removed show back: at every place the version from before, byte for byte. Refused once its files are gone.
    pub async fn restore_show(&self, show: &str, cancel: &Cancel, sink: ProgressSink) -> Result<()> {
        let id = show_id(&self.show(show).await?)?;
        let mut removal = withdrawal::removal(self.library(), &id)
            .await?
            .ok_or_else(|| Error::new(Code::UsageInvalid, "The show is not removed.").about("show", id.as_str()))?;
        if removal.finished {
            return Err(Error::new(
                Code::PublishIncomplete,
                "The show's files were called back; it does not come back.",
            )
            .hint("Make a new show from what is in the library.")
            .about("show", id.as_str()));
        }
        // A server that shows it again is told anew, if this is killed and the show stays removed.
        removal.gone_at.clear();
        self.note_removal(&id, Some(&removal)).await?;
        let (left, here): (Vec<Target>, Vec<Target>) =
            target::of_show(self.library(), &id).await?.into_iter().partition(|target| target.moved.is_some());
        for (target, version) in removal.versions.iter().filter(|(id, _)| here.iter().any(|target| target.id == *id)) {
            let now = target::state(self.library().readers(), target).await?.manifest;
            let stands =
                |m: &hearthcast_model::manifest::Manifest| m.version == *version || m.restores == Some(*version);
            if now.as_ref().is_some_and(|manifest| !stands(manifest)) {
                let target = self.target(target.as_str()).await?;
                let back = self.brought_back(id.as_str(), &target, (*version, None), cancel, Arc::clone(&sink)).await;
                if let Err(error) = back {
                    return Err(self.given_up(&id, error).await?);
                }
            }
        }
        for target in &left {
            self.follow_again(target, cancel, &sink).await?;
        }
        self.note_removal(&id, None).await
    }

    /// A version that never comes back, because an episode of it was withdrawn meanwhile, keeps no show away for ever: it is
    /// the author's to publish again.
    async fn given_up(&self, show: &ShowId, error: Error) -> Result<Error> {
        if error.code != Code::PublishIncomplete {
            return Ok(error);
        }
        self.note_removal(show, None).await?;
        let what = format!("The show does not come back as it was: {}", error.message);
        Ok(Error::new(Code::PublishIncomplete, what)
            .hint("It is not removed any more: publish it, and listeners get what is in the library.")
            .about("show", show.as_str()))
    }

    /// Refuses what would bring a removed show before listeners by another way than restoring it.
    pub(crate) async fn not_removed(&self, show: &ShowId) -> Result<()> {
        match withdrawal::removal(self.library(), show).await? {
            None => Ok(()),
            Some(_) => Err(Error::new(Code::PublishIncomplete, "The show is removed from listeners.")
                .hint("Bring it back first: hearthcast show restore SHOW")
                .about("show", show.as_str())),
        }
    }

    /// Brings a place that the show had left before it was removed to what is restored elsewhere.
    async fn follow_again(&self, target: &Target, cancel: &Cancel, sink: &ProgressSink) -> Result<()> {
        let sends_on = |moved: &&MovedTo| moved.cleared_ms.is_some() || moved.ended_ms.is_some();
        match (&target.location, target.moved.as_ref().filter(sends_on)) {
            (Location::Server { .. }, Some(moved)) => self.send_on(target, moved).await,
            _ => self.follow(target, cancel, sink).await.map(|_| ()),
        }
    }

    /// Begins [`remove_show`](Self::remove_show) in the background.
    pub async fn start_remove_show(&self, show: &str, days: u32) -> Result<JobId> {
        let id = show_id(&self.show(show).await?)?;
        self.begin(Work::RemoveShow { show: id.to_string(), days }).await
    }

    /// Begins [`restore_show`](Self::restore_show) in the background.
    pub async fn start_restore_show(&self, show: &str) -> Result<JobId> {
        let id = show_id(&self.show(show).await?)?;
        self.begin(Work::RestoreShow { show: id.to_string() }).await
    }

    /// Sees to it that a removed show is removed everywhere, and that its files go when the time is over. Says whether it is
    /// one.
    pub(crate) async fn keep_removed(&self, show: &ShowId, cancel: &Cancel, sink: &ProgressSink) -> Result<bool> {
        let Some(mut removal) = withdrawal::removal(self.library(), show).await? else { return Ok(false) };
        if removal.finished {
            return Ok(true);
        }
        for (target, _) in self.published_at(show).await? {
            cancel.check()?;
            let done = self.publish(show.as_str(), Some(target.id.as_str()), &[], cancel, Arc::clone(sink)).await?;
            if done.writes > 0 {
                // A server shows what is published; it is told again.
                removal.gone_at.retain(|told| *told != target.id);
            }
            if !removal.gone_at.contains(&target.id) && self.say_gone(&target).await? {
                removal.gone_at.push(target.id);
                self.note_removal(show, Some(&removal)).await?;
            }
        }
        if self.now_ms() >= removal.until_ms {
            self.call_all_back(show).await?;
            self.note_removal(show, Some(&Removal { finished: true, ..removal })).await?;
        }
        Ok(true)
    }

    /// Lets a server answer 410 at every address of the show, where there is one that knows how.
    async fn say_gone(&self, target: &Target) -> Result<bool> {
        if !matches!(target.location, Location::Server { .. }) {
            return Ok(false);
        }
        let version = target::version(self.library(), &target.id).await?;
        let line = Line::to(target, self.device_key()?, self.net().await?)?;
        match standing::gone(&line, &target.show, version).await {
            Err(error) if error.code == Code::VersionRefused => {
                tracing::info!("{}", error.message);
                Ok(false)
            }
            told => told.map(|()| true),
        }
    }

    /// A feed without episodes, which says that the show is gone. The working copies are not asked and not touched.
    pub(crate) async fn planned_removed(&self, target: &Target, record: &Record<Show>, now_ms: i64) -> Result<Planned> {
        let id = show_id(record)?;
        let mut show = record.clone();
        show.body = record.released.clone().unwrap_or_else(|| record.body.clone());
        show.body.description = hearthcast_text::notes(NOTICE)?;
        // Not the working copy's hash: what is released here is not filled in there.
        show.hash = Sha256::of(NOTICE.as_bytes());
        let mut episodes = episode::all(self.library(), &id).await?;
        episodes.iter_mut().for_each(|record| {
            record.deleted_ms.get_or_insert(now_ms);
        });
        self.planned_from(target, &show, &episodes, Asked::default(), now_ms).await
    }

    /// Every file any episode ever had goes from every place; server addresses answer 410.
    async fn call_all_back(&self, show: &ShowId) -> Result<()> {
        let places = self.published_at(show).await?;
        let mut episodes = BTreeSet::<EpisodeId>::new();
        for (target, _) in &places {
            for kept in history::of_target(self.library(), &target.id).await? {
                episodes.extend(kept.manifest.objects.into_iter().filter_map(|object| object.episode));
            }
        }
        // Sound at somebody else's address is no file of a version.
        let mut elsewhere = BTreeMap::new();
        for record in episode::all(self.library(), show).await? {
            if let (Some(id), Some(since)) = (EpisodeId::parse(&record.id), elsewhere_since(&record)) {
                episodes.insert(id.clone());
                elsewhere.insert(id, since);
            }
        }
        for episode in episodes {
            let files = self.files_ever(show, &episode).await?;
            for (target, _) in &places {
                self.call_back(target, &episode, &files, elsewhere.get(&episode).copied()).await?;
            }
            let mut tx = self.library().transact().await?;
            tx.strike_from_history(show, &episode).await?;
            self.commit_own(tx).await?;
        }
        Ok(())
    }

    /// Places of a show that something was published to, with the version there.
    async fn published_at(&self, show: &ShowId) -> Result<Vec<(Target, u64)>> {
        let mut places = vec![];
        for target in target::of_show(self.library(), show).await? {
            match target::version(self.library(), &target.id).await? {
                0 => {}
                version => places.push((target, version)),
            }
        }
        Ok(places)
    }

    async fn note_removal(&self, show: &ShowId, removal: Option<&Removal>) -> Result<()> {
        let mut tx = self.library().transact().await?;
        tx.put_removal(show, removal).await?;
        self.commit_own(tx).await
    }
}
