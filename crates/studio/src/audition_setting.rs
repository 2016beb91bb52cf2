//! A few seconds of an episode's recording as settings would make them, and as they are, to be heard in the window. The newest
//! few are kept; the rest goes when another is made, and everything at the next start.

use crate::Studio;
use crate::disk::not_written;
use crate::read::show_id;
use hearthcast_library::{episode, files, media};
use hearthcast_media::process::{AuditionRequest, MOST_AUDITION_MS};
use hearthcast_model::audition::{AuditionAsked, AuditionView};
use hearthcast_model::{Cancel, Code, Episode, Error, Record, Result, Sha256};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{MutexGuard, PoisonError};

/// What is heard where nobody says how much, milliseconds.
const USUAL_MS: u32 = 10_000;
/// Pairs of sounds that stay to be heard again.
const KEPT: usize = 3;
/// Episodes that are asked for a recording.
const MOST_ASKED: usize = 50;

/// Auditions of this process.
#[derive(Default)]
pub(crate) struct Auditions {
    /// Stops the one that is being made.
    making: Option<Cancel>,
    /// Sounds by name, oldest first.
    made: VecDeque<(String, PathBuf)>,
}

impl Studio {
    /// Makes both sounds. One that is still being made is stopped: nobody waits for it any more.
    pub async fn audition(&self, show: &str, asked: AuditionAsked) -> Result<AuditionView> {
        let cancel = Cancel::default();
        self.stop_audition();
        self.auditions().making = Some(cancel.clone());
        let record = self.heard_with(show, asked.episode.as_deref()).await?;
        let recording = self.recording_for_cuts(&record).await?;
        let known = media::get(self.library(), &recording).await?.map(|known| known.facts);
        let recording_ms = known.as_ref().and_then(|facts| facts.duration_ms).unwrap_or_default();
        let body = self.show(show).await?.body;
        let made = self.made_here(record.body.audio.as_ref()).await?;
        let preset = asked.preset.or(made.map(|made| made.report.preset)).unwrap_or(body.preset);
        let recipe = asked.recipe.unwrap_or(body.recipe);
        if let Some(fault) = recipe.fault() {
            return Err(Error::new(Code::FieldInvalid, fault).about("field", "recipe"));
        }
        let length_ms = asked.length_ms.unwrap_or(USUAL_MS).min(MOST_AUDITION_MS);
        let at_ms = asked.at_ms.unwrap_or(recording_ms / 3).min(recording_ms - i64::from(length_ms)).max(0);
        let id = self.library().ids().v4();
        let name = |which: &str| format!("{id}-{which}.wav");
        let place = |name: &str| {
            let place = files::own_workplace(self.root(), &format!("audition-{name}"));
            place.map_err(|e| not_written("the sound to be heard", &e))
        };
        let (with, without) = (name("with"), name("without"));
        let (output, before) = (place(&with)?, place(&without)?);
        let request = AuditionRequest {
            source: files::path(self.root(), &recording),
            output: output.clone(),
            before: Some(before.clone()),
            at_ms,
            length_ms,
            preset,
            recipe,
            passages: self.edit_now(&record, &recording).await?.passages,
            // What is known of the whole need not be heard first.
            loudness: known.and_then(|facts| facts.loudness),
        };
        let heard = self.audition_media(request, cancel, |_| ()).await;
        let heard = match heard {
            Ok(heard) => heard,
            Err(error) => {
                // What was not finished pushes nothing out that is heard.
                for path in [&output, &before] {
                    let _ = std::fs::remove_file(path);
                }
                return Err(error);
            }
        };
        self.auditions().keep([(with.clone(), output), (without.clone(), before)]);
        Ok(AuditionView {
            episode: record.body.title,
            at_ms,
            length_ms: heard.length_ms,
            recording_ms,
            with,
            without,
            gain_db: heard.gain_db,
            lowered_db: heard.lowered_db,
            lufs: heard.loudness.integrated_lufs,
        })
    }

    /// Stops the audition that is being made, if there is one.
    pub fn stop_audition(&self) {
        if let Some(making) = self.auditions().making.take() {
            making.cancel();
        }
    }

    /// The file of a sound that was made to be heard.
    pub fn audition_file(&self, name: &str) -> Result<PathBuf> {
        let found = self.auditions().made.iter().find(|(made, _)| made == name).map(|(_, path)| path.clone());
        found.ok_or_else(|| Error::not_found("sound to be heard", name))
    }

    /// The episode that was asked for, or the show's newest whose recording is on this disk.
    pub(crate) async fn heard_with(&self, show: &str, which: Option<&str>) -> Result<Record<Episode>> {
        if let Some(which) = which {
            return self.episode(show, which).await;
        }
        let all = episode::all(self.library(), &show_id(&self.show(show).await?)?).await?;
        for record in all.into_iter().rev().filter(|record| record.deleted_ms.is_none()).take(MOST_ASKED) {
            if self.recording_for_cuts(&record).await.is_ok() {
                return Ok(record);
            }
        }
        Err(Error::new(Code::MediaAbsent, "No episode of this show has a recording on this disk.")
            .hint("Add a recording to an episode; settings can be heard with it then.")
            .about("show", show))
    }

    /// What an episode's sound is made of, here on this disk.
    pub(crate) async fn recording_for_cuts(&self, record: &Record<Episode>) -> Result<Sha256> {
        let recording = self.master_of(record).await?;
        let here = files::path(self.root(), &recording).exists();
        here.then_some(recording).ok_or_else(|| {
            Error::new(Code::MediaAbsent, "The recording is not on this disk.").about("episode", record.id.clone())
        })
    }

    fn auditions(&self) -> MutexGuard<'_, Auditions> {
        self.auditions_lock().lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Auditions {
    /// Keeps a pair, and sweeps those that are too many.
    fn keep(&mut self, pair: [(String, PathBuf); 2]) {
        self.made.extend(pair);
        while self.made.len() > 2 * KEPT {
            if let Some((_, path)) = self.made.pop_front() {
                let _ = std::fs::remove_file(path);
            }
        }
    }
}

impl Drop for Auditions {
    fn drop(&mut self) {
        for (_, path) in &self.made {
            let _ = std::fs::remove_file(path);
        }
    }
}
