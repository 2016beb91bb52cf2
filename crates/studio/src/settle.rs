//! Ways out of a conflict, each chosen by a person who looked: what the other side published is taken into a working copy, or
//! their version is accepted as the one that the next publication follows. Nothing is published by either.

use crate::Studio;
use crate::read::show_id;
use hearthcast_engine::apply::{self, TargetLock};
use hearthcast_engine::feed_diff::{Said, said_of};
use hearthcast_engine::history::public_now;
use hearthcast_engine::line::Line;
use hearthcast_library::{episode, history};
use hearthcast_model::history::Known;
use hearthcast_model::manifest::Manifest;
use hearthcast_model::place::{Location, Target};
use hearthcast_model::view::{EpisodeEdit, EpisodeView};
use hearthcast_model::{Code, Episode, Error, Result};

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

    /// Takes what the other side's feed says of an episode into its working copy here: title, notes, numbers, web page. Its
    /// sound stays. Undo takes it back.
    pub async fn take_theirs(&self, show: &str, target: Option<&str>, guid: &str) -> Result<EpisodeView> {
        let target = self.choose_target(show, target).await?;
        let (feed, _) = self.public_at(show, &target).await?;
        let said = said_of(&feed, guid).ok_or_else(|| {
            Error::not_found("item", guid).hint("It is not in the other feed any more; look at the plan again.")
        })?;
        let id = show_id(&self.show(show).await?)?;
        let own = episode::all(self.library(), &id).await?.into_iter().find(|record| {
            record.deleted_ms.is_none() && record.released.as_ref().unwrap_or(&record.body).guid == guid
        });
        let own = own.ok_or_else(|| {
            Error::not_found("episode", guid)
                .hint("It was made elsewhere and has no sound here; nothing can be taken over.")
        })?;
        self.edit_episode(show, &own.id, edit(said, &own.body)).await
    }

    async fn public_at(&self, show: &str, target: &Target) -> Result<(Vec<u8>, Option<Manifest>)> {
        let found = match &target.location {
            Location::Server { .. } => {
                let line = Line::to(target, self.device_key()?, self.net().await?)?;
                hearthcast_engine::server::public_now(&line, target).await?
            }
            _ => {
                let record = self.show(show).await?;
                let slug = record.released.as_ref().map_or(&record.body.slug, |released| &released.slug).clone();
                public_now(&*self.place(target).await?, &slug).await?
            }
        };
        found.ok_or_else(|| Error::new(Code::NotFound, "Nothing is public there.").about("target", target.name.clone()))
    }
}

fn edit(said: Said, own: &Episode) -> EpisodeEdit {
    // The feed has no Markdown: notes that read the same stay as they were written.
    let notes = (own.notes.safe.html.trim() != said.notes).then_some(said.notes);
    let link = (said.link.is_empty() || said.link.starts_with("https://")).then_some(said.link);
    let (season, number) = (Some(said.season.unwrap_or(0)), Some(said.number.unwrap_or(0)));
    EpisodeEdit { title: Some(said.title), notes, season, number, link, ..EpisodeEdit::default() }
}

fn changed_again(target: &Target) -> Error {
    let what = format!("What is public at \"{}\" is not what you looked at.", target.name);
    Error::new(Code::TargetConflict, what)
        .hint("Look at the plan again; nothing was changed.")
        .about("target", target.name.clone())
}
