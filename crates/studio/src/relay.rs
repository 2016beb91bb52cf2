//! Gives public files the names that the rules of today give: a publication that brings them there, reads each back and
//! then lets the feed name them. The older ones stay for a time of grace, and a list tells where each old address leads.

use crate::Studio;
use crate::work::Work;
use hearthcast_engine::apply::{self, TargetLock};
use hearthcast_engine::redirects::redirects;
use hearthcast_engine::{Planned, ProgressSink};
use hearthcast_library::{history, target};
use hearthcast_model::manifest::Manifest;
use hearthcast_model::place::Target;
use hearthcast_model::plan::{Plan, Published};
use hearthcast_model::view::Redirect;
use hearthcast_model::{Cancel, Code, Error, JobId, Result};

impl Studio {
    /// What laying out anew would do; changes nothing.
    pub async fn plan_relay(&self, name: &str, grace_days: u32) -> Result<Plan> {
        let target = self.target(name).await?;
        if let Some(open) = apply::unfinished(self.library(), &target.id).await? {
            return Ok(open.plan);
        }
        not_left(&target)?;
        Ok(self.planned_relay(&target, grace_days, None).await?.plan)
    }

    /// The plan; a blocker in it until somebody typed that public sounds are to have other addresses.
    async fn planned_relay(&self, target: &Target, grace_days: u32, confirm: Option<&str>) -> Result<Planned> {
        let mut planned = self.planned_move(target, target, grace_days).await?;
        let guarded = self.guarded_places(target, target, &[]).await?;
        let show = &planned.payload.show.slug;
        let how = format!("hearthcast target relay {}", target.name);
        if let Some(refusal) = guarded.refusal(show, confirm, &how).filter(|_| !planned.plan.is_empty()) {
            let plan = &mut planned.plan;
            (plan.confirm, plan.manifest) = (guarded.word(show), None);
            plan.steps.clear();
            plan.blockers.push(refusal);
        }
        Ok(planned)
    }

    /// Lays the public files of a target out anew; `confirm` is what its plan asks to be typed. Run again after any interruption,
    /// it goes on where it stopped; run once more, it writes nothing.
    pub async fn relay(
        &self,
        name: &str,
        grace_days: u32,
        confirm: Option<&str>,
        cancel: &Cancel,
        progress: &ProgressSink,
    ) -> Result<Published> {
        let target = self.target(name).await?;
        let _lock = TargetLock::take(self.library(), &target.id)?;
        if let Some(open) = apply::unfinished(self.library(), &target.id).await? {
            let finished = self.apply(&target, &open, cancel, progress).await?;
            if open.plan.moves.is_some_and(|order| order.from == target.id) {
                return Ok(finished);
            }
        }
        not_left(&target)?;
        let planned = self.planned_relay(&target, grace_days, confirm).await?;
        if let Some(blocker) = planned.plan.blockers.first() {
            return Err(blocker.clone());
        }
        match planned.plan.is_empty() {
            true => self.stands(&target, planned.plan.feed_url).await,
            false => self.publish_planned(&target, &planned, cancel, progress).await,
        }
    }

    /// Begins [`relay`](Self::relay) in the background.
    pub async fn start_relay(&self, name: &str, grace_days: u32, confirm: Option<&str>) -> Result<JobId> {
        let target = self.target(name).await?;
        let (show, target) = (target.show.to_string(), target.id.to_string());
        let confirm = confirm.map(str::to_string);
        self.begin(Work::Relay { show, target, grace_days, confirm }).await
    }

    /// Where each address that was ever published at a target leads now, for the web server that answers there.
    pub async fn redirects(&self, name: &str) -> Result<Vec<Redirect>> {
        let old = self.target(name).await?;
        let now = match &old.moved {
            Some(moved) => self.target(moved.to.as_str()).await?,
            None => old.clone(),
        };
        let public = target::state(self.library().readers(), &now.id).await?.manifest;
        let public = public.ok_or_else(|| {
            Error::new(Code::PublishIncomplete, format!("Nothing was published to \"{}\" yet.", now.name))
                .about("target", now.name.clone())
        })?;
        let kept = history::of_target(self.library(), &old.id).await?;
        let versions: Vec<Manifest> = kept.into_iter().map(|kept| kept.manifest).collect();
        let slug = self.show(old.show.as_str()).await?;
        let slug = slug.released.map_or(slug.body.slug, |released| released.slug);
        Ok(redirects(&old, &versions, &now, &public, &slug))
    }
}

fn not_left(target: &Target) -> Result<()> {
    let Some(moved) = &target.moved else { return Ok(()) };
    let what = format!("The show left \"{}\"; its feed is {} now.", target.name, moved.feed_url);
    Err(Error::new(Code::TargetInvalid, what)
        .hint("Lay the files out anew at the place where it is now.")
        .about("target", target.name.clone()))
}
