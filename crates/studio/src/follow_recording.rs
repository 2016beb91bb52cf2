//! What has times in an episode follows its recording when its sound is made again: chapters, songs, soundbites, transcripts.
//! What was said in a passage that is cut out is laid aside on this laptop, and comes back with the passage.

use crate::studio::task_failed;
use crate::texts::Kept;
use crate::{Studio, texts};
use hearthcast_library::files;
use hearthcast_model::edit::{Edit, TranscriptOnBoth};
use hearthcast_model::timeline::{OnBoth, Timed, follow};
use hearthcast_model::{Episode, Result, Sha256, Timeline};
use hearthcast_text::transcript::{Cue, Format, MAX_BYTES, mapped, read, write};

/// An episode on a new timeline.
pub(crate) struct Followed {
    /// The episode.
    pub(crate) episode: Episode,
    /// What is noted for the next time.
    pub(crate) edit: Edit,
    /// Files that were written.
    pub(crate) kept: Vec<(Kept, String)>,
}

impl Studio {
    /// Where the present sound of an episode has the instants of a recording. Of a sound that was made of another one only
    /// the intro and the outro count: what is between them is taken for the recording.
    pub(crate) async fn heard_of(&self, episode: &Episode, recording: &Sha256) -> Result<Timeline> {
        Ok(match self.made_here(episode.audio.as_ref()).await? {
            Some(made) if made.source == *recording => made.report.timeline,
            Some(made) => made.report.timeline.around(),
            None => Timeline::default(),
        })
    }

    /// Brings everything with a time from one timeline to another one; `None` where nothing moves. `known` stands on `old`.
    pub(crate) async fn on_timeline(
        &self,
        episode: &Episode,
        known: &Edit,
        (old, new): (&Timeline, &Timeline),
    ) -> Result<Option<Followed>> {
        let empty = Edit { passages: known.passages.clone(), ..Edit::of(known.recording.clone()) };
        if old.moves_nothing() && new.moves_nothing() && *known == empty {
            return Ok(None);
        }
        let mut all = Followed { episode: episode.clone(), edit: empty, kept: vec![] };
        let Followed { episode: after, edit: noted, .. } = &mut all;
        noted.timeline = new.clone();
        noted.chapters = follow(&episode.chapters, &known.chapters, old, new);
        noted.songs = follow(&episode.songs, &known.songs, old, new);
        noted.soundbites = follow(&episode.tags.soundbites, &known.soundbites, old, new);
        (after.chapters, after.songs) = (outputs(&noted.chapters), outputs(&noted.songs));
        after.tags.soundbites = outputs(&noted.soundbites);
        for (at, value) in after.tags.values.iter_mut().enumerate() {
            let known = known.time_splits.get(at).map_or(&[][..], |known| known);
            let both = follow(&value.time_splits, known, old, new);
            value.time_splits = outputs(&both);
            noted.time_splits.push(both);
        }
        if after.marks() != episode.marks()
            && let Some(kept) = self.keep_chapters_file(after).await?
        {
            all.kept.push((kept, "chapters".into()));
        }
        self.transcripts_followed(&mut all, known, (old, new)).await?;
        if new.moves_nothing() {
            // Everything of the recording is back; what waits for an intro or an outro still does.
            let Edit { chapters, songs, soundbites, time_splits, transcripts, .. } = &mut all.edit;
            chapters.retain(|one| one.output.is_none());
            songs.retain(|one| one.output.is_none());
            soundbites.retain(|one| one.output.is_none());
            time_splits.iter_mut().for_each(|splits| splits.retain(|one| one.output.is_none()));
            if time_splits.iter().all(Vec::is_empty) {
                time_splits.clear();
            }
            transcripts.clear();
        }
        Ok(Some(all))
    }

    async fn transcripts_followed(
        &self,
        all: &mut Followed,
        known: &Edit,
        (old, new): (&Timeline, &Timeline),
    ) -> Result<()> {
        for index in 0..all.episode.transcripts.len() {
            let before = all.episode.transcripts[index].clone();
            let (file, language) = (&before.file, &before.language);
            let Some(format) = Format::of_ext(&file.ext) else { continue };
            let earlier = known.transcripts.iter().find(|known| known.ext == file.ext && known.language == *language);
            let Ok(cues) = self.cues_of(&file.hash).await else {
                // Not on this disk: it stays as it is, and the checks say so.
                all.edit.transcripts.extend(earlier.cloned());
                continue;
            };
            let master = match earlier {
                // Nobody touched it since.
                Some(earlier) if earlier.output == file.hash => earlier.master.clone(),
                None if old.moves_nothing() => file.hash.clone(),
                earlier => {
                    let cues = self.on_master(cues, earlier, old).await?;
                    self.write_cues(cues, format, "whole, on its recording's clock", &mut all.kept).await?
                }
            };
            let output = match new.moves_nothing() {
                true => master.clone(),
                false => {
                    let heard = mapped(&self.cues_of(&master).await?, |ms| new.to_output(ms)).cues;
                    self.write_cues(heard, format, "moved with its recording", &mut all.kept).await?
                }
            };
            all.episode.transcripts[index].file.hash = output.clone();
            let (ext, language) = (file.ext.clone(), language.clone());
            all.edit.transcripts.push(TranscriptOnBoth { language, ext, master, output });
        }
        Ok(())
    }

    /// A transcript that was changed since, on the clock of the recording, with the words that were laid aside. What is said in
    /// the intro and the outro has no place there.
    async fn on_master(&self, cues: Vec<Cue>, earlier: Option<&TranscriptOnBoth>, old: &Timeline) -> Result<Vec<Cue>> {
        let mut all = mapped(&cues, |ms| old.to_master(ms)).cues;
        if let Some(earlier) = earlier {
            let removed = mapped(&self.cues_of(&earlier.master).await?, |ms| old.to_output(ms)).removed;
            all.extend(removed);
            all.sort_by_key(|cue| cue.start_ms);
        }
        Ok(all)
    }

    async fn write_cues(
        &self,
        cues: Vec<Cue>,
        format: Format,
        what: &str,
        all: &mut Vec<(Kept, String)>,
    ) -> Result<Sha256> {
        let written = tokio::task::spawn_blocking(move || write(format, &cues).into_bytes());
        let kept = self.keep_text(written.await.map_err(|e| task_failed(&e))?, format.mime()).await?;
        let hash = kept.facts.sha256.clone();
        all.push((kept, what.into()));
        Ok(hash)
    }

    async fn cues_of(&self, hash: &Sha256) -> Result<Vec<Cue>> {
        let bytes = texts::bytes_of(&files::path(self.root(), hash), MAX_BYTES).await?;
        let read = tokio::task::spawn_blocking(move || read(&bytes).map(|read| read.cues));
        Ok(read.await.map_err(|e| task_failed(&e))??)
    }
}

/// What listeners get of it, in order.
fn outputs<T: Timed>(all: &[OnBoth<T>]) -> Vec<T> {
    let mut outputs: Vec<T> = all.iter().filter_map(|one| one.output.clone()).collect();
    outputs.sort_by_key(Timed::start_ms);
    outputs
}
