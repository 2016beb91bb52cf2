//! Lets a show that was imported be here from now on: one publication whose feed says so, what is to be done at the old host,
//! and a look from outside whether the old feed leads here with every guid.

use crate::old_addresses::{Follower, hosts_of};
use crate::read::show_id;
use crate::{Asked, Studio};
use hearthcast_engine::apply::{self, TargetLock};
use hearthcast_engine::guard_feeds::{ask, told};
use hearthcast_engine::published::PublishedFeed;
use hearthcast_engine::said::items_of;
use hearthcast_engine::{Planned, ProgressSink};
use hearthcast_library::target;
use hearthcast_model::moving::{MovedIn, OldKind};
use hearthcast_model::place::{Role, Target};
use hearthcast_model::plan::Published;
use hearthcast_model::{Cancel, Code, Error, JobId, Result};
use std::collections::BTreeSet;

use crate::work::Work;

impl Studio {
    /// What moving a show in would mean; changes nothing.
    pub async fn plan_move_in(&self, show: &str, target: Option<&str>, cancel: &Cancel) -> Result<MovedIn> {
        let target = self.choose_target(show, target).await?;
        may_be_here(&target)?;
        let planned = self.planned_move_in(show, &target, None, cancel).await?;
        self.moved_in(show, planned, None, cancel).await
    }

    /// Moves it in; `confirm` is what its plan asks to be typed. Run again, it only looks at the old feeds once more.
    pub async fn move_in(
        &self,
        show: &str,
        target: Option<&str>,
        confirm: Option<&str>,
        cancel: &Cancel,
        progress: ProgressSink,
    ) -> Result<MovedIn> {
        let target = self.choose_target(show, target).await?;
        may_be_here(&target)?;
        self.not_leaving(&target).await?;
        let (planned, published) = {
            let _lock = TargetLock::take(self.library(), &target.id)?;
            if let Some(open) = apply::unfinished(self.library(), &target.id).await? {
                self.apply(&target, &open, cancel, &progress).await?;
            }
            let planned = self.planned_move_in(show, &target, confirm, cancel).await?;
            if let Some(blocker) = planned.plan.blockers.first() {
                return Err(blocker.clone());
            }
            let published = match planned.plan.is_empty() {
                true => self.stands(&target, planned.plan.feed_url.clone()).await?,
                false => self.publish_planned(&target, &planned, cancel, &progress).await?,
            };
            (planned, published)
        };
        self.moved_in(show, planned, Some(published), cancel).await
    }

    /// Begins [`move_in`](Self::move_in) in the background.
    pub async fn start_move_in(&self, show: &str, target: Option<&str>, confirm: Option<String>) -> Result<JobId> {
        let chosen = self.choose_target(show, target).await?;
        self.begin(Work::MoveIn { show: show.into(), target: chosen.id.to_string(), confirm }).await
    }

    /// The publication that says that the feed is here, compared with what is public and with the old feed.
    async fn planned_move_in(
        &self,
        show: &str,
        target: &Target,
        confirm: Option<&str>,
        cancel: &Cancel,
    ) -> Result<Planned> {
        let asked = Asked { announce: true, ..Asked::default() };
        let planned = self.planned_at(show, target, asked, self.now_ms()).await?;
        let current = target::state(self.library().readers(), &target.id).await?.manifest;
        let public = match &current {
            Some(manifest) => self.published_feed(target, manifest).await?,
            None => None,
        };
        let (old, unread) = self.old_feed_now(show, cancel).await?;
        // Where another program's feed was taken over and is still what listeners get, that one is compared.
        let old = match old {
            None => self.foreign_feed(current.as_ref()).await?,
            old => old,
        };
        let before = public.or_else(|| old.clone().map(PublishedFeed::alone));
        let mut planned = planned.compared_with(before.as_ref());
        if planned.plan.is_empty() && planned.plan.blockers.is_empty() {
            return Ok(planned);
        }
        let slug = planned.payload.show.slug.clone();
        if let (None, Some(url)) = (&old, unread) {
            let what = format!(
                "The old feed at {url} could not be read, so nothing was compared: look at guids and dates yourself."
            );
            planned.plan.sentence = format!("{} {what}", planned.plan.sentence);
        }
        if let Some(old) = &old {
            let new = planned.feed();
            told(&mut planned.plan, &PublishedFeed::alone(old.clone()), &new);
            let missing = missing(old, &new);
            if let Some(first) = missing.first() {
                let what = format!(
                    "The old feed has {} that the new one does not have, the first \"{first}\".",
                    if missing.len() == 1 { "1 episode".to_string() } else { format!("{} episodes", missing.len()) }
                );
                let hint = "Import the show once more, so that nobody loses them; what was removed here on purpose stays away.";
                tracing::info!("{what}");
                planned.plan.sentence = format!("{} {what} {hint}", planned.plan.sentence);
            }
        }
        if planned.plan.blockers.is_empty() {
            let (steps, manifest) = (planned.plan.steps.clone(), planned.plan.manifest.clone());
            let url = planned.plan.feed_url.clone();
            let why = format!("Apps and directories know the show by its old address; from now on it is at {url}.");
            ask(&mut planned.plan, &slug, confirm, &why, &format!("hearthcast show move {slug}"));
            (planned.plan.steps, planned.plan.manifest) = (steps, manifest);
        }
        Ok(planned)
    }

    /// The old feed as it is now; else the address of one that does not answer, or not with a feed that can be compared.
    async fn old_feed_now(&self, show: &str, cancel: &Cancel) -> Result<(Option<Vec<u8>>, Option<String>)> {
        let id = show_id(&self.show(show).await?)?;
        let (net, own) = (self.net().await?, self.local_of(&id).await?);
        let follower = Follower::over(&net, &own);
        let mut unread = None;
        for url in self.old_feeds(&id).await? {
            cancel.check()?;
            match follower.feed(&url).await.filter(|bytes| items_of(bytes).is_some_and(|items| !items.is_empty())) {
                Some(bytes) => return Ok((Some(bytes), None)),
                None => unread = unread.or(Some(url)),
            }
        }
        Ok((None, unread))
    }

    async fn moved_in(
        &self,
        show: &str,
        planned: Planned,
        published: Option<Published>,
        cancel: &Cancel,
    ) -> Result<MovedIn> {
        let id = show_id(&self.show(show).await?)?;
        let feeds = self.followed_feeds(&id, &planned.plan.feed_url, cancel).await?;
        let addresses: Vec<_> = feeds.iter().map(|feed| (OldKind::Feed, feed.url.clone(), false)).collect();
        let feed_url = planned.plan.feed_url.clone();
        Ok(MovedIn { hosts: hosts_of(&addresses), plan: planned.plan, published, feed_url, feeds })
    }
}

/// Listeners are sent to a place that is theirs, and that the show has not left.
fn may_be_here(target: &Target) -> Result<()> {
    let no = |what: String, hint: &str| {
        Err(Error::new(Code::TargetInvalid, what).hint(hint).about("target", target.name.clone()))
    };
    if target.role != Role::Primary {
        return no(format!("Listeners do not get the show from \"{}\".", target.name), "Name its primary place.");
    }
    if let Some(moved) = &target.moved {
        return no(format!("The show left \"{}\"; it is at {} now.", target.name, moved.feed_url), "Name that place.");
    }
    Ok(())
}

/// Titles of what the old feed has and the new one does not.
fn missing(old: &[u8], new: &PublishedFeed) -> Vec<String> {
    let Some(old) = items_of(old) else { return vec![] };
    let documents = std::iter::once(&new.first).chain(&new.pages);
    let there: BTreeSet<String> = documents.filter_map(|one| items_of(one)).flatten().map(|item| item.guid).collect();
    old.into_iter().filter(|item| !there.contains(&item.guid)).map(|item| item.title).collect()
}
