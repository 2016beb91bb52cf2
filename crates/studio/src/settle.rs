//! A way out of a conflict, chosen by a person who looked: the other side's version is accepted as the one that the next
//! publication follows. Nothing is published by it. Taking over what they say is `take_theirs`.

use crate::Studio;
use hearthcast_engine::apply::{self, TargetLock};
use hearthcast_engine::history::public_now;
use hearthcast_engine::line::Line;
use hearthcast_library::history;
use hearthcast_model::history::Known;
use hearthcast_model::manifest::Manifest;
use hearthcast_model::place::{Location, Target};
use hearthcast_model::{Code, Error, Result};

impl Studio {
    /// Accepts the version that is public at a target as the one to follow, when it still is the one that was looked at
    /// (`fence`). The next plan says what publishing from here would change of it.
    pub async fn follow_theirs(&self, show: &str, target: Option<&str>, fence: &str) -> Result<()> {
        let target = self.choose_target(show, target).await?;
        let _lock = TargetLock::take(self.library(), &target.id)?;
        if apply::unfinished(self.library(), &target.id).await?.is_some() {
            return Err(Error::new(Code::Busy, "A publication to this place is unfinished.").hint("Finish it first."));
        }
        let (feed, manifest) = self.public_at(show, &target).await?;
        let manifest = manifest.filter(|manifest| manifest.fence == fence).ok_or_else(|| changed_again(&target))?;
        let mut tx = self.library().transact().await?;
        let mut state = tx.target_state(&target.id).await?;
        let kept = history::Kept::new(manifest.clone(), manifest.effective_at, "", Known::Found);
        tx.keep_version(&target.id, &kept, None, Some(&feed)).await?;
        tx.keep_feed(&feed).await?;
        // What was handed over before its time went with the version that is public no more.
        (state.manifest, state.handed) = (Some(manifest), vec![]);
        tx.put_target_state(&target.id, &state).await?;
        self.commit(tx, "target").await
    }

    /// The feed that is public at a target, and its version where that can be told.
    pub(crate) async fn public_at(&self, show: &str, target: &Target) -> Result<(Vec<u8>, Option<Manifest>)> {
        let found = match &target.location {
            Location::Server { .. } => {
                let line = Line::to(target, self.device_key()?, self.net().await?)?;
                hearthcast_engine::server::public_now(&line, target).await?
            }
            _ => {
                let record = self.show(show).await?;
                let slug = record.released.as_ref().map_or(&record.body.slug, |released| &released.slug).clone();
                public_now(&*self.place(target).await?, target, &slug).await?
            }
        };
        found.ok_or_else(|| Error::new(Code::NotFound, "Nothing is public there.").about("target", target.name.clone()))
    }
}

fn changed_again(target: &Target) -> Error {
    let what = format!("What is public at \"{}\" is not what you looked at.", target.name);
    Error::new(Code::TargetConflict, what)
        .hint("Look at the plan again; nothing was changed.")
        .about("target", target.name.clone())
}
