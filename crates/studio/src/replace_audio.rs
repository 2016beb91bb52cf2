//! The sound of a live episode is replaced in one of three ways, and whoever replaces it says which: at a new address with the
//! same guid, as a new episode, or at the same address. What it is not: the taking in of the file; `ingest_audio` does that.

use crate::Studio;
use crate::edit_show::invalid;
use hearthcast_engine::plan::effective_mode;
use hearthcast_library::target;
use hearthcast_media::process::needs_encoding;
use hearthcast_model::guard::{Effect, KnownBy, Replace, ReplaceOffer};
use hearthcast_model::place::{Location, Role, Target};
use hearthcast_model::rule::AudioMode;
use hearthcast_model::show::Attachment;
use hearthcast_model::visible::is_public;
use hearthcast_model::{Cancel, Code, Episode, Error, Record, Result};
use std::path::{Path, PathBuf};

impl Studio {
    /// The ways to replace the sound of a live episode, with what apps make of each; none of one that is not live.
    pub async fn replace_offers(&self, show: &str, which: &str) -> Result<Vec<ReplaceOffer>> {
        let record = self.episode(show, which).await?;
        if !self.is_heard(&record) {
            return Ok(vec![]);
        }
        let same_url = self.no_stable_address(&record).await?;
        let offer = |replace: &Replace| ReplaceOffer {
            replace: *replace,
            effects: effects(*replace),
            refused: same_url.clone().filter(|_| *replace == Replace::SameUrl),
        };
        Ok(Replace::ALL.iter().map(offer).collect())
    }

    /// Whether a live episode's sound may be replaced in a way by this file; asked before anything else of it is changed.
    pub async fn may_be_replaced(
        &self,
        show: &str,
        which: &str,
        replace: Option<Replace>,
        (path, tracks): (&Path, &[PathBuf]),
    ) -> Result<()> {
        let record = self.episode(show, which).await?;
        self.may_replace(&record, replace).await?;
        let heard = record.released.as_ref().filter(|_| replace == Some(Replace::SameUrl) && self.is_heard(&record));
        let Some(before) = heard else { return Ok(()) };
        if !tracks.is_empty() {
            return same_end(before, "mp3");
        }
        let facts = self.probe_media(path, Cancel::default(), |_| ()).await?.facts;
        let preset = self.show(show).await?.body.preset;
        // A recording becomes an MP3.
        let ext = if needs_encoding(&facts, preset) { "mp3" } else { facts.extension() };
        same_end(before, ext)
    }

    /// Refuses to replace the sound of a live episode before somebody said how, or in a way that cannot be had.
    pub(crate) async fn may_replace(&self, record: &Record<Episode>, replace: Option<Replace>) -> Result<()> {
        let about = |error: Error| Err(error.about("episode", record.id.clone()));
        let title = &record.body.title;
        match replace {
            None if self.is_heard(record) => {
                let ways = Replace::ALL.iter().map(|way| format!("{} ({})", way.as_str(), way.words()));
                let what = format!("Listeners have the sound of \"{title}\" already: say what becomes of it.");
                let hint = format!("Choose one of --replace {}.", ways.collect::<Vec<_>>().join(", "));
                about(Error::new(Code::GuardReplace, what).hint(hint))
            }
            Some(Replace::SameUrl) if self.is_heard(record) => match self.no_stable_address(record).await? {
                Some(why) => {
                    let what = format!("The new sound of \"{title}\" cannot have the same address: {why}.");
                    let hint = format!(
                        "Choose --replace {} or --replace {}.",
                        Replace::SameGuid.as_str(),
                        Replace::NewGuid.as_str()
                    );
                    about(Error::new(Code::GuardReplace, what).hint(hint))
                }
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Whether listeners hear the episode.
    fn is_heard(&self, record: &Record<Episode>) -> bool {
        is_public(record, self.now_ms()) && record.released.as_ref().is_some_and(Episode::is_in_feeds)
    }

    /// The episode with another sound, whose guid and address become what was said.
    pub(crate) fn with_sound(
        &self,
        record: &Record<Episode>,
        mut body: Episode,
        sound: Attachment,
        replace: Option<Replace>,
    ) -> Result<Episode> {
        let before = record.released.as_ref().filter(|_| self.is_heard(record));
        if let Some(before) = before {
            let is_other = before.audio.as_ref().is_none_or(|audio| audio.hash != sound.hash);
            if replace == Some(Replace::SameUrl) {
                same_end(before, &sound.ext)?;
            }
            let moves = is_other && replace != Some(Replace::SameUrl);
            body.audio_edition = before.audio_edition.saturating_add(u32::from(moves));
            match replace {
                Some(Replace::NewGuid) if is_other && body.guid == before.guid => {
                    body.guid = self.library().ids().v4().to_string();
                    body.guid_is_permalink = false;
                }
                // Chosen after a new guid was, which nobody has seen yet.
                Some(Replace::SameGuid | Replace::SameUrl) => {
                    body.guid.clone_from(&before.guid);
                    body.guid_is_permalink = before.guid_is_permalink;
                }
                _ => {}
            }
        }
        body.audio = Some(sound);
        Ok(body)
    }

    /// Why an episode's sound has no address that stays, if it has none.
    async fn no_stable_address(&self, record: &Record<Episode>) -> Result<Option<String>> {
        let mut behind_a_server = false;
        for target in target::of_show(self.library(), &record.body.show).await? {
            if target.role != Role::Primary || target.moved.is_some() {
                continue;
            }
            let Some(manifest) = target::state(self.library().readers(), &target.id).await?.manifest else { continue };
            let keys = manifest.objects.iter().map(|object| object.key.as_str());
            if let Some(why) = names_content(&target, effective_mode(&target, keys)) {
                return Ok(Some(why));
            }
            behind_a_server = true;
        }
        Ok((!behind_a_server).then(|| "it is public at no Hearthcast server with an address that stays".into()))
    }
}

/// Why the address of a sound at a place is another one for another sound.
fn names_content(target: &Target, mode: AudioMode) -> Option<String> {
    let name = &target.name;
    match (&target.location, mode) {
        (Location::Server { .. }, AudioMode::Redirect) => None,
        (Location::Server { .. }, AudioMode::Serve) => Some(format!(
            "the feed of \"{name}\" names the file itself (/m/…), and a published file never gets other content; behind the \
             server's address that stays it could: hearthcast target rule {name} audio --mode redirect"
        )),
        (Location::Server { .. }, AudioMode::Direct) => {
            Some(format!("the feed of \"{name}\" names the storage the sound lies in, past the server"))
        }
        _ => Some(format!("\"{name}\" names each file by its content, and a published file never gets other content")),
    }
}

/// An address that stays keeps its ending, which apps go by.
fn same_end(before: &Episode, sound: &str) -> Result<()> {
    let ext = before.audio.as_ref().map_or("", |audio| audio.ext.as_str());
    if ext == sound {
        return Ok(());
    }
    let why = format!("the address ends in .{ext}, and this is .{sound}");
    Err(invalid("audio", &why, &format!("Give it as .{ext}, or choose --replace {}.", Replace::SameGuid.as_str())))
}

/// Which apps do what when a sound is replaced in a way.
fn effects(replace: Replace) -> Vec<Effect> {
    replace.changes().iter().copied().flat_map(KnownBy::effects).collect()
}
