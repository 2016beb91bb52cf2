//! What shortening silences would do to the recording of an episode, before its sound is made. A recording is listened to once
//! for each threshold; how much stays of a silence is planned anew at once. Nobody waits for the one that was asked for before.

use crate::Studio;
use hearthcast_library::{files, media};
use hearthcast_media::process::{FoundSilences, SilencesRequest, needs_encoding};
use hearthcast_model::error::Retry;
use hearthcast_model::silences::{ShorterSilences, SilencesAsked, SilencesView};
use hearthcast_model::{Cancel, Code, Error, Recipe, Result, Sha256};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Recordings whose silences stay known.
const KEPT: usize = 3;

/// What was silence in a recording, or why it cannot be listened to, which will not be otherwise next time.
type Found = Result<Arc<FoundSilences>>;

/// A recording, and what is silence in it (dBFS).
type Asked = (Sha256, i8);

/// Recordings that were listened to.
#[derive(Default)]
pub(crate) struct Listenings {
    /// Oldest first.
    heard: tokio::sync::Mutex<VecDeque<(Asked, Found)>>,
    /// What is listened to now.
    now: Mutex<Option<(Asked, Cancel)>>,
}

impl Studio {
    /// Tells it of the episode that was asked for, or of the show's newest with a recording here.
    pub async fn silences_told(&self, show: &str, asked: SilencesAsked) -> Result<SilencesView> {
        let record = self.heard_with(show, asked.episode.as_deref()).await?;
        let recording = self.recording_for_cuts(&record).await?;
        let body = self.show(show).await?.body;
        let recipe = asked.recipe.unwrap_or(body.recipe);
        if let Some(fault) = recipe.fault() {
            return Err(Error::new(Code::FieldInvalid, fault).about("field", "recipe"));
        }
        let passages = self.edit_now(&record, &recording).await?.passages;
        let made = self.made_here(record.body.audio.as_ref()).await?;
        let preset = made.map_or(body.preset, |made| made.report.preset);
        let known = media::get(self.library(), &recording).await?;
        // As when the sound is made: what came in finished is passed on as it is.
        let finished = passages.is_empty() && known.as_ref().is_some_and(|known| !needs_encoding(&known.facts, preset));
        if let Some(length_ms) = known.and_then(|known| known.facts.duration_ms).filter(|_| finished) {
            let shorter = ShorterSilences { before_ms: length_ms, after_ms: length_ms, ..ShorterSilences::default() };
            return Ok(SilencesView { episode: record.body.title, finished, shorter });
        }
        let recipe = if finished { Recipe::default() } else { recipe };
        let around_ms = self.around_ms(&recipe).await?;
        let found = self.silences_of(&recording, recipe.silence_dbfs.unwrap_or(Recipe::SILENCE_DBFS)).await?;
        let shorter = found.shortened(&recipe, &passages, around_ms).ok_or_else(|| {
            Error::new(Code::MediaUnusable, "Everything is cut out of it: there is nothing left to hear.")
                .about("episode", record.id.clone())
        })?;
        Ok(SilencesView { episode: record.body.title, finished, shorter })
    }

    /// How long intro and outro are together.
    async fn around_ms(&self, recipe: &Recipe) -> Result<i64> {
        let mut around_ms = 0;
        for file in [&recipe.intro, &recipe.outro].into_iter().flatten() {
            let known = media::get(self.library(), &file.hash).await?;
            around_ms += known.and_then(|known| known.facts.duration_ms).unwrap_or_default();
        }
        Ok(around_ms)
    }

    /// Whoever asks while a recording is listened to waits for the same answer; another one that is listened to is given up.
    async fn silences_of(&self, recording: &Sha256, dbfs: i8) -> Found {
        let asked = (recording.clone(), dbfs);
        let listenings = self.listenings();
        listenings.give_up_others(&asked);
        let mut heard = listenings.heard.lock().await;
        if let Some((_, found)) = heard.iter().find(|(of, _)| *of == asked) {
            return found.clone();
        }
        let cancel = Cancel::default();
        listenings.begin(asked.clone(), cancel.clone());
        let request = SilencesRequest { source: files::path(self.root(), recording), dbfs };
        let found = self.silences_in_media(request, cancel, |_| ()).await.map(Arc::new);
        // A worker that did not start is no fault of the recording.
        let passes = |error: &Error| matches!(error.code, Code::Cancelled | Code::Internal) || error.retry != Retry::No;
        if !found.as_ref().is_err_and(passes) {
            heard.push_back((asked, found.clone()));
            if heard.len() > KEPT {
                heard.pop_front();
            }
        }
        found
    }
}

impl Listenings {
    fn begin(&self, asked: Asked, cancel: Cancel) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = Some((asked, cancel));
    }

    fn give_up_others(&self, asked: &Asked) {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cancel)) = now.as_ref().filter(|(of, _)| of != asked) {
            cancel.cancel();
        }
    }
}
