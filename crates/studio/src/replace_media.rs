//! Puts another file in place of one that is used, wherever the author could do it by hand; of what stays it says why. Says before
//! what would change; what is published is never touched, and a sound that listeners hear is replaced only in a way that somebody
//! chose. One step to undo.

mod give;
mod newcomer;
mod part;

use crate::Studio;
use crate::pictures::file_name;
use crate::read::parse_hash;
use hearthcast_engine::ProgressSink;
use hearthcast_library::{made, media, undo};
use hearthcast_media::process::needs_encoding;
use hearthcast_model::facts::MediaFacts;
use hearthcast_model::guard::{Replace, ReplaceOffer};
use hearthcast_model::media_library::{MediaPlace, MediaShelf, MediaUse, PrivatePlace, UseState};
use hearthcast_model::media_replace::{ReplaceEffect, ReplaceStep, Replacement, StaysWhy, is_published};
use hearthcast_model::rule::FileKind;
use hearthcast_model::{Cancel, Episode, EpisodeId, Error, Progress, Record, Result, Sha256, Show, ShowId};
use part::Part;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// What the step is called that takes all of it back.
const STEP: &str = "replace";

/// A file that is given to records.
struct Given<'a> {
    /// The one it takes the place of.
    old: &'a Sha256,
    path: &'a Path,
    /// What becomes of the guid and the address of live episodes.
    replace: Option<Replace>,
}

/// Parts of records by show and episode; none for the show itself.
type Parts = BTreeMap<(ShowId, Option<EpisodeId>), BTreeSet<Part>>;

/// What becomes of one use.
enum Fate {
    /// These parts of the record get the file.
    Given(Vec<Part>, ReplaceEffect),
    /// It stays.
    Stays(StaysWhy),
}

/// A show or an episode that uses the file.
enum User {
    Show(Box<Record<Show>>),
    Episode(Box<Record<Episode>>),
    /// It was removed here, and listeners have it.
    Gone,
}

impl Studio {
    /// What would change where if the file at `path` took the place of one of the library. Changes nothing.
    pub async fn plan_replacement(&self, hash: &str, path: &Path) -> Result<Replacement> {
        Ok(self.replacement(hash, path).await?.0)
    }

    /// Does it, place by place, in one step that can be taken back, also where it was stopped or failed in the middle. Answers what was
    /// planned. Where the plan has offers, `replace` says which of them is taken.
    pub async fn replace_media(
        &self,
        hash: &str,
        path: &Path,
        replace: Option<Replace>,
        cancel: &Cancel,
        progress: impl Fn(Progress) + Send + Sync + 'static,
    ) -> Result<Replacement> {
        let (plan, parts) = self.replacement(hash, path).await?;
        // Asked of all of them before anything is changed.
        for (show, episode) in sounds(&parts) {
            self.may_be_replaced(show.as_str(), episode.as_str(), replace, (path, &[])).await?;
        }
        let since = undo::newest(self.library()).await?;
        let told: ProgressSink = Arc::new(progress);
        let given = Given { old: &plan.old, path, replace };
        let done = Box::pin(self.give(&parts, &given, (cancel, &told))).await;
        let shows = parts.keys().map(|(show, _)| show.to_string());
        let episodes = parts.keys().filter_map(|(_, episode)| Some(episode.as_ref()?.to_string()));
        let ids: BTreeSet<String> = shows.chain(episodes).collect();
        let mut tx = self.library().transact().await?;
        // A sound's own step is called by its own name.
        tx.join_steps(since, &[STEP, "audio"], &ids, STEP).await?;
        self.commit_own(tx).await?;
        done?;
        Ok(plan)
    }

    async fn give(&self, parts: &Parts, given: &Given<'_>, (cancel, told): (&Cancel, &ProgressSink)) -> Result<()> {
        for ((show, episode), parts) in parts {
            cancel.check()?;
            match episode {
                None => self.give_to_show(show.as_str(), parts, given).await?,
                Some(episode) => {
                    self.give_to_episode((show.as_str(), episode.as_str()), parts, given, (cancel, told)).await?;
                }
            }
        }
        Ok(())
    }

    /// What would change, and the parts of records it is.
    async fn replacement(&self, hash: &str, path: &Path) -> Result<(Replacement, Parts)> {
        let old = parse_hash(hash)?;
        let known = media::get(self.library(), &old).await?;
        let known = known.ok_or_else(|| Error::not_found("media file", old.as_str()))?;
        let shelf = MediaShelf::of(known.facts.kind, &known.facts.mime);
        let new = self.look_at_newcomer(path, shelf).await?;
        if new.sha256 == old {
            return newcomer::the_same(path);
        }
        let (mut steps, mut parts, mut drawn) = (vec![], Parts::new(), vec![]);
        for used in self.all_uses().await?.remove(&old).unwrap_or_default() {
            let user = self.user_of(&used).await?;
            let (effect, why) = match self.fate_of(&used, &user, &old, &new).await? {
                Fate::Stays(why) => (ReplaceEffect::Stays, Some(why)),
                Fate::Given(of_use, effect) => {
                    let of_record = parts.entry((used.show.clone(), used.episode.clone())).or_default();
                    for part in of_use.into_iter().filter(|part| of_record.insert(*part)) {
                        let episode = if let User::Episode(record) = &user { Some(&record.body) } else { None };
                        self.may_become(part, episode, (path, &new), &mut drawn).await?;
                    }
                    (effect, None)
                }
            };
            let published = is_published(used.state) || has_public_part(&used, &user, &old);
            steps.push(ReplaceStep { used, effect, why, published });
        }
        let plan = Replacement {
            old,
            new: new.sha256,
            new_name: file_name(path),
            new_duration_ms: new.duration_ms,
            new_size_bytes: new.size_bytes,
            steps,
            offers: self.offers_of(&parts).await?,
        };
        Ok((plan, parts))
    }

    async fn user_of(&self, used: &MediaUse) -> Result<User> {
        let Some(episode) = &used.episode else {
            return Ok(User::Show(Box::new(self.show(used.show.as_str()).await?)));
        };
        let record = self.episode(used.show.as_str(), episode.as_str()).await;
        Ok(record.map_or(User::Gone, |record| User::Episode(Box::new(record))))
    }

    /// What becomes of one use.
    async fn fate_of(&self, used: &MediaUse, user: &User, old: &Sha256, new: &MediaFacts) -> Result<Fate> {
        let place = used.place;
        let parts = match user {
            User::Gone => return Ok(Fate::Stays(StaysWhy::Removed)),
            // What listeners have until the next publication has another file in its place already.
            _ if used.state == UseState::UntilPublished => vec![],
            User::Show(record) => part::of_show(&record.body, place, old),
            User::Episode(record) if place == MediaPlace::Private(PrivatePlace::Recording) => {
                let current = self.recording_of(record).await.ok();
                if current.as_ref() != Some(old) {
                    return Ok(Fate::Stays(StaysWhy::EarlierRecording));
                }
                vec![Part::Sound]
            }
            User::Episode(record) => part::of_episode(&record.body, place, old),
        };
        let is_sound = place == MediaPlace::Published(FileKind::Audio) && !parts.is_empty();
        if is_sound && made::get(self.library(), old).await?.is_some() {
            return Ok(Fate::Stays(StaysWhy::Made));
        }
        let Some(first) = parts.first().copied() else { return Ok(Fate::Stays(why_not(place, user, old))) };
        let preset = self.show(used.show.as_str()).await?.body.preset;
        let effect = match first {
            Part::Sound if needs_encoding(new, preset) => ReplaceEffect::Remade,
            part => part.effect(),
        };
        Ok(Fate::Given(parts, effect))
    }

    /// The ways to replace the sounds that listeners hear; one that cannot be had for one of them is none.
    async fn offers_of(&self, parts: &Parts) -> Result<Vec<ReplaceOffer>> {
        let mut all: Vec<ReplaceOffer> = vec![];
        for (show, episode) in sounds(parts) {
            let offers = self.replace_offers(show.as_str(), episode.as_str()).await?;
            if all.is_empty() {
                all = offers;
                continue;
            }
            for offer in offers.into_iter().filter(|offer| offer.refused.is_some()) {
                let same = all.iter_mut().find(|known| known.replace == offer.replace);
                if let Some(known) = same.filter(|known| known.refused.is_none()) {
                    known.refused = offer.refused;
                }
            }
        }
        Ok(all)
    }
}

/// Episodes whose sound is replaced.
fn sounds(parts: &Parts) -> impl Iterator<Item = (&ShowId, &EpisodeId)> {
    let with_sound = parts.iter().filter(|(_, parts)| parts.contains(&Part::Sound));
    with_sound.filter_map(|((show, episode), _)| Some((show, episode.as_ref()?)))
}

/// Why nothing of a record can be given another file at this place.
fn why_not(place: MediaPlace, user: &User, old: &Sha256) -> StaysWhy {
    let User::Episode(record) = user else {
        return if is_copy(place) { StaysWhy::Copy } else { StaysWhy::Superseded };
    };
    let is_still = record.body.posters().any(|still| part::shows(still, old));
    let is_written = record.body.transcripts.iter().any(|one| one.file.hash == *old);
    match place {
        _ if is_copy(place) => StaysWhy::Copy,
        MediaPlace::Published(FileKind::EpisodeImage) | MediaPlace::Private(PrivatePlace::Original) if is_still => {
            StaysWhy::Still
        }
        MediaPlace::Published(FileKind::Transcript) if is_written => StaysWhy::FromCaptions,
        _ => StaysWhy::Superseded,
    }
}

fn is_copy(place: MediaPlace) -> bool {
    place == MediaPlace::Published(FileKind::Thumbnail)
}

/// Whether listeners have what is made of the file there, though not the file itself.
fn has_public_part(used: &MediaUse, user: &User, old: &Sha256) -> bool {
    let is_recording = used.place == MediaPlace::Private(PrivatePlace::Recording);
    match user {
        User::Show(record) => record.released.as_ref().is_some_and(|public| {
            part::of_show(&record.body, used.place, old).iter().any(|part| part.is_in_show(public))
        }),
        User::Episode(record) => record.released.as_ref().is_some_and(|public| {
            let parts = part::of_episode(&record.body, used.place, old);
            is_recording && public.audio.is_some() || parts.iter().any(|part| part.is_in_episode(public))
        }),
        User::Gone => false,
    }
}
