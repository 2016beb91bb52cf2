//! Everything due: unfinished publications, scheduled episodes whose time has come, working copies to servers, counts back.

use crate::Studio;
use crate::access::unattended;
use crate::import_logs::LogReadAgain;
use crate::publish::at_place;
use crate::read::show_id;
use crate::work::Work;
use hearthcast_engine::ProgressSink;
use hearthcast_engine::line::Line;
use hearthcast_engine::{comments, pull, push, remarks};
use hearthcast_library::{show, target};
use hearthcast_model::error::Subject;
use hearthcast_model::place::{Location, MovedTo, Role, Target};
use hearthcast_model::{Cancel, Code, Error, JobId, Progress, Result, ShowId};
use std::sync::Arc;

/// What a sync did.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Synced {
    /// Publications finished.
    pub published: u64,
    /// Count rows that came back.
    pub rows: u64,
    /// What did not work, target by target; the others went on.
    pub failures: Vec<(String, Error)>,
    /// The connection is metered, and nobody began this by hand: nothing was done but what was due at its minute and small.
    pub waits: bool,
    /// Logs of other servers that are not what they were when they were read; what they tell now is counted.
    pub read_again: Vec<LogReadAgain>,
    /// What was due and is not out, because its sound would have to be sent over a metered connection.
    pub held: Vec<Held>,
}

/// Episodes that are not out at a target, though their minute came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The target.
    pub target: String,
    /// What they are called.
    pub titles: Vec<String>,
}

impl Studio {
    /// Does everything that is due, begun by no person: on a metered connection it waits, unless the author wants it to go
    /// on there. What was promised for a minute comes out there, too, if its sound is in place.
    pub async fn sync_by_itself(&self, which: Option<&str>, cancel: &Cancel, progress: ProgressSink) -> Result<Synced> {
        if self.waits_for_network().await? {
            return self.sync_on_metered(which, cancel, &progress).await;
        }
        self.sync(which, cancel, progress).await
    }

    /// Does everything that is due for one show, or for all.
    pub async fn sync(&self, which: Option<&str>, cancel: &Cancel, progress: ProgressSink) -> Result<Synced> {
        let mut synced = Synced::default();
        self.close_log_days().await?;
        for id in self.shows_of(which).await? {
            // What somebody could hear ends first, whatever else fails, and of a show that was removed, too.
            self.end_all_shares(&id, &mut synced).await?;
            // A show that was removed stays removed, and nothing of it comes out by itself.
            match unattended(self.keep_removed(&id, cancel, &progress)).await {
                Ok(false) => {}
                Ok(true) => continue,
                Err(error) => {
                    synced.failures.push((id.to_string(), error));
                    continue;
                }
            }
            for target in in_order(target::of_show(self.library(), &id).await?) {
                cancel.check()?;
                if let Err(error) =
                    unattended(Box::pin(self.sync_target(&id, &target, cancel, &progress, &mut synced))).await
                {
                    synced.failures.push((target.name, error));
                }
            }
            match unattended(self.read_log_sources(&id, cancel, &progress)).await {
                Ok(read) => {
                    synced.rows += read.new_rows;
                    synced.read_again.extend(read.again);
                }
                Err(error) => synced.failures.push(("logs".into(), error)),
            }
            // What was called back while a place did not answer goes on now.
            for episode in self.unfinished_withdrawals(&id).await? {
                let again = self.withdraw(id.as_str(), episode.as_str(), cancel, Arc::clone(&progress));
                let report = unattended(again).await?;
                if !report.complete {
                    synced.failures.push((report.title.clone(), crate::withdraw::incomplete(&report)));
                }
            }
        }
        Ok(synced)
    }

    /// One show, or all.
    pub(crate) async fn shows_of(&self, which: Option<&str>) -> Result<Vec<ShowId>> {
        Ok(match which {
            Some(which) => vec![show_id(&self.show(which).await?)?],
            None => show::list(self.library()).await?.into_iter().map(|row| row.id).collect(),
        })
    }

    /// Begins [`sync`](Self::sync) in the background. Fails when the first target that failed did.
    pub async fn start_sync(&self, which: Option<&str>) -> Result<JobId> {
        self.begin(Work::Sync { show: which.map(str::to_string), by_itself: false }).await
    }

    /// Begins [`sync_by_itself`](Self::sync_by_itself) in the background. Where it would wait nothing begins; only what is due
    /// at its minute and small is done at once.
    pub async fn start_sync_by_itself(&self) -> Result<Option<JobId>> {
        if self.waits_for_network().await? {
            let synced = self.sync_on_metered(None, &Cancel::default(), &(Arc::new(|_| ()) as ProgressSink)).await?;
            let (published, held) = (synced.published, synced.held.len());
            tracing::info!(published, held, "the connection is metered: syncing by itself waits");
            return synced.failures.into_iter().next().map_or(Ok(None), |(_, error)| Err(error));
        }
        self.begin(Work::Sync { show: None, by_itself: true }).await.map(Some)
    }

    async fn sync_target(
        &self,
        show: &ShowId,
        target: &Target,
        cancel: &Cancel,
        progress: &ProgressSink,
        synced: &mut Synced,
    ) -> Result<()> {
        if Box::pin(self.resume(target, cancel, progress)).await?.is_some() {
            synced.published += 1;
        }
        // What was never published is not published by a clock.
        if let Some(manifest) = target::state(self.library().readers(), &target.id).await?.manifest {
            let due = if leads(target) { self.due(target).await? } else { vec![] };
            if !due.is_empty() {
                Box::pin(self.publish(show.as_str(), Some(target.id.as_str()), &due, cancel, Arc::clone(progress)))
                    .await?;
                synced.published += 1;
            } else if (self.time_came(target).await? || self.follows(target, &manifest).await?)
                && Box::pin(self.follow(target, cancel, progress)).await?
            {
                synced.published += 1;
            }
        }
        if let Some(Err(error)) = self.tell_hubs(target).await? {
            synced.failures.push((target.name.clone(), error));
        }
        if self.is_to_be_cleared(target) {
            match Box::pin(self.clear_target(target.id.as_str(), cancel, progress)).await {
                // Its feed goes on sending apps to the new one, as before.
                Err(error) if error.code == Code::VersionRefused => tracing::info!("{}", error.message),
                other => drop(other?),
            }
        }
        if target.moved.as_ref().is_some_and(MovedTo::sends_astray) {
            match Box::pin(self.send_on_again(target)).await {
                // An older server goes on sending apps to where it sent them; the rest of the sync is done.
                Err(error) if error.code == Code::VersionRefused => tracing::info!("{}", error.message),
                other => other?,
            }
        }
        if matches!(target.location, Location::Server { .. }) {
            synced.rows += Box::pin(self.exchange(target, progress)).await?;
        }
        Ok(())
    }

    /// Ends drafts that were heard long enough, at every place of a show.
    pub(crate) async fn end_all_shares(&self, show: &ShowId, synced: &mut Synced) -> Result<()> {
        for target in target::of_show(self.library(), show).await? {
            if let Err(error) = unattended(self.end_shares(&target)).await {
                synced.failures.push((target.name, error));
            }
        }
        Ok(())
    }

    /// Working copies go up, counts come down.
    async fn exchange(&self, target: &Target, progress: &ProgressSink) -> Result<u64> {
        let progress = at_place(target, progress);
        let line = Line::to(target, self.device_key()?, self.net().await?)?;
        push::hello(&line, self.library()).await?;
        progress(Progress::new("push", 0, 2));
        push::push(&line, self.library(), target).await?;
        progress(Progress::new("pull", 1, 2));
        let rows = pull::pull(&line, self.library(), target).await?;
        comments::tell(&line, self.library(), target).await?;
        comments::pull(&line, self.library(), target).await?;
        remarks::pull(&line, self.library(), target).await?;
        comments::bring(&line, self.library(), target).await?;
        let subject = |kind: &str| Subject { kind: kind.into(), id: target.show.to_string() };
        let subjects = vec![subject("stats"), subject("comments"), subject("shares")];
        self.send(hearthcast_model::view::Event::Changed { subjects });
        Ok(rows)
    }
}

/// Mirrors and copies come after the places they follow.
pub(crate) fn in_order(mut targets: Vec<Target>) -> Vec<Target> {
    targets.sort_by_key(|target| !leads(target));
    targets
}

/// Whether a target shows listeners what is new before others do.
pub(crate) fn leads(target: &Target) -> bool {
    target.role == Role::Primary
}
