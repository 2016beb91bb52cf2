//! Puts another file in place of one that is used, wherever the author could do it by hand: recordings, sounds as they came, covers,
//! episodes' pictures, intros and outros. Says before what would change; what is published is never touched.

use crate::Studio;
use crate::derive_media::as_chosen;
use crate::picture_master::from_of;
use crate::pictures::file_name;
use crate::read::parse_hash;
use hearthcast_media::process::needs_encoding;
use hearthcast_model::facts::MediaFacts;
use hearthcast_model::guard::Replace;
use hearthcast_model::media_library::{MediaPlace, MediaShelf, MediaUse, PrivatePlace, UseState};
use hearthcast_model::media_replace::{ReplaceEffect, ReplaceStep, Replacement, is_published};
use hearthcast_model::rule::FileKind;
use hearthcast_model::show::Attachment;
use hearthcast_model::view::{EpisodeEdit, ShowEdit};
use hearthcast_model::{Cancel, Code, Error, PictureFrom, Progress, Result, Sha256};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

impl Studio {
    /// What would change where if the file at `path` took the place of one of the library. Changes nothing.
    pub async fn plan_replacement(&self, hash: &str, path: &Path) -> Result<Replacement> {
        let old = parse_hash(hash)?;
        let known = hearthcast_library::media::get(self.library(), &old).await?;
        let known = known.ok_or_else(|| Error::not_found("media file", old.as_str()))?;
        let new = self.probe_media(path, Cancel::default(), |_| ()).await?.facts;
        let shelf = |facts: &MediaFacts| MediaShelf::of(facts.kind, &facts.mime);
        if new.sha256 == old {
            return refused(path, "It is the very same file.", "Choose another one.");
        }
        if shelf(&new) != shelf(&known.facts) {
            let what = format!("The file \"{}\" is of another kind.", file_name(path));
            return refused(path, &what, "A sound takes the place of a sound, a picture that of a picture.");
        }
        let mut steps = vec![];
        for used in self.all_uses().await?.remove(&old).unwrap_or_default() {
            let effect = self.effect_on(&used, &old, &new).await?;
            let published = is_published(used.state) || self.is_public_part(&used).await?;
            steps.push(ReplaceStep { published, used, effect });
        }
        Ok(Replacement {
            old,
            new: new.sha256,
            new_name: file_name(path),
            new_duration_ms: new.duration_ms,
            new_size_bytes: new.size_bytes,
            steps,
        })
    }

    /// Does it, place by place; each is a step that can be taken back. Answers what was planned.
    pub async fn replace_media(
        &self,
        hash: &str,
        path: &Path,
        cancel: &Cancel,
        progress: impl Fn(Progress) + Send + Sync + 'static,
    ) -> Result<Replacement> {
        let plan = self.plan_replacement(hash, path).await?;
        let told: Arc<dyn Fn(Progress) + Send + Sync> = Arc::new(progress);
        let mut done = BTreeSet::new();
        for step in plan.steps.iter().filter(|step| step.effect != ReplaceEffect::Stays) {
            cancel.check()?;
            let used = &step.used;
            // A picture stands in a record as itself and as what it was made from.
            if !done.insert((used.show.clone(), used.episode.clone(), part(used.place))) {
                continue;
            }
            let show = used.show.as_str();
            let text = path.to_string_lossy().into_owned();
            match (&used.episode, part(used.place)) {
                (Some(episode), Part::Sound) => {
                    let heard = !self.replace_offers(show, episode.as_str()).await?.is_empty();
                    // What was said of the guid and the address for a sound that waits holds for this one, too.
                    let record = self.episode(show, episode.as_str()).await?;
                    let replace = heard.then(|| as_chosen(&record).unwrap_or(Replace::SameGuid));
                    let told = Arc::clone(&told);
                    let progress = move |progress| told(progress);
                    self.attach_audio(show, episode.as_str(), (path, &[]), replace, cancel.clone(), progress).await?;
                }
                (Some(episode), _) => {
                    let edit = EpisodeEdit { image: Some(text), ..EpisodeEdit::default() };
                    self.edit_episode(show, episode.as_str(), edit).await?;
                }
                (None, Part::Intro) => {
                    self.edit_show(show, ShowEdit { intro: Some(text), ..ShowEdit::default() }).await?;
                }
                (None, Part::Outro) => {
                    self.edit_show(show, ShowEdit { outro: Some(text), ..ShowEdit::default() }).await?;
                }
                (None, _) => {
                    self.edit_show(show, ShowEdit { cover: Some(text), ..ShowEdit::default() }).await?;
                }
            }
        }
        Ok(plan)
    }

    /// Whether listeners have what is made of the file there, though not the file itself.
    async fn is_public_part(&self, used: &MediaUse) -> Result<bool> {
        let (show, part) = (used.show.as_str(), part(used.place));
        Ok(match &used.episode {
            None => {
                let released = self.show(show).await?.released;
                part == Part::Picture && released.is_some_and(|show| show.cover.is_some())
            }
            Some(episode) => {
                let released = self.episode(show, episode.as_str()).await.ok().and_then(|record| record.released);
                released.is_some_and(|public| match part {
                    Part::Sound => public.audio.is_some(),
                    _ => public.image.is_some(),
                })
            }
        })
    }

    /// What becomes of one use.
    async fn effect_on(&self, used: &MediaUse, old: &Sha256, new: &MediaFacts) -> Result<ReplaceEffect> {
        // What listeners have until the next publication has another file in its place already.
        if used.state == UseState::UntilPublished {
            return Ok(ReplaceEffect::Stays);
        }
        let show = self.show(used.show.as_str()).await?;
        let Some(episode) = &used.episode else {
            return Ok(match used.place {
                MediaPlace::Private(PrivatePlace::Intro | PrivatePlace::Outro) => ReplaceEffect::FromNow,
                _ if is_picture(show.body.cover.as_ref(), show.body.cover_from.as_ref(), old) => ReplaceEffect::Redrawn,
                _ => ReplaceEffect::Stays,
            });
        };
        // One that was removed here is nobody's to change.
        let Ok(record) = self.episode(used.show.as_str(), episode.as_str()).await else {
            return Ok(ReplaceEffect::Stays);
        };
        let body = &record.body;
        let as_sound = || match needs_encoding(new, show.body.preset) {
            true => ReplaceEffect::Remade,
            false => ReplaceEffect::TakesPlace,
        };
        Ok(match used.place {
            MediaPlace::Private(PrivatePlace::Recording) => {
                let current = self.recording_of(&record).await.ok();
                if current.as_ref() == Some(old) { as_sound() } else { ReplaceEffect::Stays }
            }
            MediaPlace::Published(FileKind::Audio) => {
                let own = body.audio.as_ref().is_some_and(|audio| audio.hash == *old);
                let made = self.made_here(body.audio.as_ref()).await?.is_some();
                if own && !made { as_sound() } else { ReplaceEffect::Stays }
            }
            MediaPlace::Published(FileKind::EpisodeImage) | MediaPlace::Private(PrivatePlace::Original)
                if is_picture(body.image.as_ref(), body.image_from.as_ref(), old) =>
            {
                ReplaceEffect::Redrawn
            }
            _ => ReplaceEffect::Stays,
        })
    }
}

/// Part of a record that a file is given to at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Sound,
    Picture,
    Intro,
    Outro,
}

fn part(place: MediaPlace) -> Part {
    match place {
        MediaPlace::Private(PrivatePlace::Intro) => Part::Intro,
        MediaPlace::Private(PrivatePlace::Outro) => Part::Outro,
        MediaPlace::Private(PrivatePlace::Recording) | MediaPlace::Published(FileKind::Audio) => Part::Sound,
        _ => Part::Picture,
    }
}

/// Whether a file is a record's picture, or what it was made from.
fn is_picture(picture: Option<&Attachment>, from: Option<&PictureFrom>, old: &Sha256) -> bool {
    let master = from_of(picture, from.cloned()).is_some_and(|from| from.master == *old);
    master || picture.is_some_and(|picture| picture.hash == *old)
}

fn refused<T>(path: &Path, what: &str, hint: &str) -> Result<T> {
    Err(Error::new(Code::MediaUnusable, what).hint(hint).about("file", path.display().to_string()))
}
