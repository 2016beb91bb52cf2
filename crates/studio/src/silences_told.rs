//! What shortening silences would do to the recording of an episode, before its sound is made. A recording is listened to once
//! for each threshold; how much stays of a silence is planned anew at once.

use crate::Studio;
use hearthcast_library::{files, media};
use hearthcast_media::process::{FoundSilences, SilencesRequest, needs_encoding};
use hearthcast_model::silences::{SilencesAsked, SilencesView};
use hearthcast_model::{Cancel, Code, Error, Recipe, Result, Sha256};
use std::collections::VecDeque;
use std::sync::Arc;

/// Recordings whose silences stay known.
const KEPT: usize = 3;

/// Recordings that were listened to, and what was silence in them, oldest first.
#[derive(Default)]
pub(crate) struct Heard(VecDeque<(Sha256, i8, Arc<FoundSilences>)>);

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
        let finished = passages.is_empty() && known.is_some_and(|known| !needs_encoding(&known.facts, preset));
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

    /// Whoever asks while a recording is listened to waits for the same answer.
    async fn silences_of(&self, recording: &Sha256, dbfs: i8) -> Result<Arc<FoundSilences>> {
        let mut heard = self.silences_heard().lock().await;
        if let Some(found) = heard.of(recording, dbfs) {
            return Ok(found);
        }
        let request = SilencesRequest { source: files::path(self.root(), recording), dbfs };
        let found = Arc::new(self.silences_in_media(request, Cancel::default(), |_| ()).await?);
        heard.keep(recording.clone(), dbfs, Arc::clone(&found));
        Ok(found)
    }
}

impl Heard {
    fn of(&self, recording: &Sha256, dbfs: i8) -> Option<Arc<FoundSilences>> {
        let known = self.0.iter().find(|(of, below, _)| (of, *below) == (recording, dbfs));
        known.map(|(_, _, found)| Arc::clone(found))
    }

    fn keep(&mut self, recording: Sha256, dbfs: i8, found: Arc<FoundSilences>) {
        self.0.push_back((recording, dbfs, found));
        if self.0.len() > KEPT {
            self.0.pop_front();
        }
    }
}
