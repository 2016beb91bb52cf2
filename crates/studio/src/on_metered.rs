//! A round that nobody began by hand, on a connection that costs by what goes over it: what was promised for a minute comes
//! out all the same where only lists and a feed are left to be written. Sounds and everything else wait, and it is said what a
//! minute was missed for.

use crate::Studio;
use crate::access::unattended;
use crate::sync::{Held, Synced, in_order, leads};
use hearthcast_engine::{Planned, ProgressSink, apply};
use hearthcast_library::publication::{self, StepState};
use hearthcast_library::{episode, target, withdrawal};
use hearthcast_model::place::{Location, Target};
use hearthcast_model::plan::Step;
use hearthcast_model::{Cancel, EpisodeId, Result, ShowId, visible};
use std::sync::Arc;

impl Studio {
    /// What is due at its minute, and small.
    pub(crate) async fn sync_on_metered(
        &self,
        which: Option<&str>,
        cancel: &Cancel,
        progress: &ProgressSink,
    ) -> Result<Synced> {
        let mut synced = Synced { waits: true, ..Synced::default() };
        for show in self.shows_of(which).await? {
            self.end_all_shares(&show, &mut synced).await?;
            if withdrawal::removal(self.library(), &show).await?.is_some() {
                continue;
            }
            for target in in_order(target::of_show(self.library(), &show).await?) {
                cancel.check()?;
                if let Err(error) = unattended(self.come_out(&show, &target, cancel, progress, &mut synced)).await {
                    synced.failures.push((target.name, error));
                }
            }
        }
        Ok(synced)
    }

    /// Brings out at a target what is due there, if no sound is to be sent for it.
    async fn come_out(
        &self,
        show: &ShowId,
        target: &Target,
        cancel: &Cancel,
        progress: &ProgressSink,
        synced: &mut Synced,
    ) -> Result<()> {
        if target::state(self.library().readers(), &target.id).await?.manifest.is_none() {
            return Ok(());
        }
        let due = if leads(target) { self.due(target).await? } else { vec![] };
        if due.is_empty() && !self.time_came(target).await? {
            return Ok(());
        }
        if self.rests_before_files(target).await? {
            return self.hold(target, &due, synced).await;
        }
        self.resume(target, cancel, progress).await?;
        let now_ms = self.moment(target).await?;
        if !due.is_empty() {
            let planned = self.planned_at(show.as_str(), target, due.as_slice().into(), now_ms).await?;
            if !is_large(target, &planned) {
                self.publish(show.as_str(), Some(target.id.as_str()), &due, cancel, Arc::clone(progress)).await?;
                synced.published += 1;
                return Ok(());
            }
            self.hold(target, &due, synced).await?;
        }
        // Released is what the place has already, but for its feed.
        if self.time_came(target).await? {
            match is_large(target, &self.planned_as_released(target, now_ms).await?) {
                true => self.hold(target, &[], synced).await?,
                false => synced.published += u64::from(self.follow(target, cancel, progress).await?),
            }
        }
        Ok(())
    }

    /// Whether something was begun before that has to be finished first, and would send files over the network.
    async fn rests_before_files(&self, target: &Target) -> Result<bool> {
        let Some(open) = apply::unfinished(self.library(), &target.id).await? else { return Ok(false) };
        let journal = publication::journal(self.library(), &open.plan).await?;
        let mut steps = open.plan.steps.iter().zip(&journal);
        let files = steps.any(|(step, state)| {
            matches!(step, Step::Upload { .. } | Step::Fetch { .. }) && *state != Some(StepState::Done)
        });
        Ok(files && !matches!(target.location, Location::Folder { .. }))
    }

    /// Notes what is not out at a place that leads, though its minute came.
    async fn hold(&self, target: &Target, due: &[EpisodeId], synced: &mut Synced) -> Result<()> {
        if !leads(target) {
            return Ok(());
        }
        let mut titles = vec![];
        for id in due {
            titles.extend(episode::get(self.library(), id).await?.map(|record| record.body.title));
        }
        if titles.is_empty() {
            let handed = target::handed(self.library(), &target.id).await?;
            let come = handed.into_iter().filter(|handed| visible::due(Some(handed.at_ms), self.now_ms()));
            titles.extend(come.map(|handed| handed.title));
        }
        synced.held.push(Held { target: target.name.clone(), titles });
        Ok(())
    }
}

/// Whether a plan sends files over the network. A folder of this machine is none.
fn is_large(target: &Target, planned: &Planned) -> bool {
    !planned.plan.uploads.is_empty() && !matches!(target.location, Location::Folder { .. })
}
