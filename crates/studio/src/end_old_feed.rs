//! Ends an old feed of our own: it is not brought up to date any more, and a server answers that it is gone, while older addresses of
//! sounds there lead on. Its author types the name of the show first, because whoever still reads it hears of nothing new from there on.

use crate::Studio;
use hearthcast_engine::apply::TargetLock;
use hearthcast_library::target;
use hearthcast_model::moving::OwnOldFeed;
use hearthcast_model::place::{Location, MovedTo, Target};
use hearthcast_model::{Code, Error, Result};

impl Studio {
    /// Ends the old feed of a target that the show left; `confirm` is the show's address name. Ended once, it stays so.
    pub async fn end_old_feed(&self, name: &str, confirm: Option<&str>) -> Result<OwnOldFeed> {
        let target = self.target(name).await?;
        let Some(moved) = target.moved.clone() else {
            let what = format!("The show is at \"{}\"; what listeners get there is no old feed.", target.name);
            return Err(Error::new(Code::TargetInvalid, what)
                .hint("Only the feed of a place that the show left can be ended.")
                .about("target", target.name));
        };
        let record = self.show(target.show.as_str()).await?;
        let slug = record.released.as_ref().map_or(&record.body.slug, |released| &released.slug).clone();
        if moved.ended_ms.is_some() {
            return self.own_old_feed(&target, &slug).await;
        }
        if moved.same_place {
            let what =
                format!("\"{}\" is the same place under another address: its feed is the one of today.", target.name);
            return Err(Error::new(Code::TargetInvalid, what)
                .hint("There is nothing to end.")
                .about("target", target.name));
        }
        let told = self.own_old_feed(&target, &slug).await?;
        let dies = match target.location {
            Location::Server { .. } => {
                " The feed and its further feeds there answer that they are gone; older addresses of sounds lead to where those are now, as long as the server runs."
            }
            _ => "",
        };
        let typed = confirm.map(str::trim).filter(|typed| !typed.is_empty());
        if typed != Some(slug.as_str()) {
            let what = match typed {
                Some(typed) => format!("\"{typed}\" is not what has to be typed: {slug}. Nothing was changed."),
                None => {
                    format!("{} Whoever reads only that feed hears of no new episode any more.{dies}", told.sentence)
                }
            };
            let hint = format!("If that is meant, type: hearthcast target end {} --confirm \"{slug}\"", target.name);
            return Err(Error::new(Code::GuardConfirm, what).hint(hint).about("guard", slug));
        }
        let _lock = TargetLock::take(self.library(), &target.id)?;
        let mut moved = MovedTo { ended_ms: Some(self.now_ms()), ..moved };
        let published = target::version(self.library(), &target.id).await? > 0;
        if matches!(target.location, Location::Server { .. }) && published {
            self.send_on(&target, &moved).await?;
            moved.sends_to = Some(moved.feed_url.clone());
        }
        let ended = Target { moved: Some(moved), ..target };
        let mut tx = self.library().transact().await?;
        tx.put_target(&ended).await?;
        self.commit_own(tx).await?;
        self.own_old_feed(&ended, &slug).await
    }
}
