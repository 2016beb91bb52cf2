//! What has times in an episode follows its recording when its sound is made again: chapters, songs, soundbites, transcripts,
//! and times in its notes (`follow_notes`).
//! What was said in a passage that is cut out is laid aside on this laptop, and comes back with the passage.

use crate::studio::task_failed;
use crate::texts::Kept;
use crate::written_transcripts::{is_written, without_orphans};
use crate::{Studio, texts};
use hearthcast_library::files;
use hearthcast_model::edit::{Edit, TranscriptOnBoth};
use hearthcast_model::timeline::{OnBoth, Timed, follow};
use hearthcast_model::{Episode, Result, Sha256, Timeline, Transcript};
use hearthcast_text::transcript::{Cue, Format, MAX_BYTES, TranscriptError, mapped, read, write};

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

    /// The timeline of the present sound, and what is known of an episode's edit on it. A sound of another recording says nothing
    /// about what was laid aside of this one.
    pub(crate) async fn known_now(&self, episode: &Episode, edit: Edit) -> Result<(Timeline, Edit)> {
        let heard = self.heard_of(episode, &edit.recording).await?;
        let made = self.made_here(episode.audio.as_ref()).await?;
        let is_of_it = match (&made, &episode.audio) {
            (Some(made), _) => made.source == edit.recording,
            (None, audio) => audio.as_ref().is_none_or(|audio| audio.hash == edit.recording),
        };
        let known = if is_of_it { edit.standing_on(&heard, episode) } else { edit };
        Ok((heard, known))
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
        Box::pin(self.transcripts_followed(&mut all, known, (old, new))).await?;
        Box::pin(self.notes_followed(&mut all, known, (old, new))).await?;
        Ok(Some(all))
    }

    async fn transcripts_followed(
        &self,
        all: &mut Followed,
        known: &Edit,
        (old, new): (&Timeline, &Timeline),
    ) -> Result<()> {
        self.take_up_wordless(&mut all.episode.transcripts, known, old).await?;
        all.edit.wordless.clone_from(&known.wordless);
        let present: Vec<Sha256> = all.episode.transcripts.iter().map(|one| one.file.hash.clone()).collect();
        for mut transcript in std::mem::take(&mut all.episode.transcripts) {
            let Some(format) = Format::of_ext(&transcript.file.ext).filter(|format| format.is_captions()) else {
                all.episode.transcripts.push(transcript);
                continue;
            };
            let hash = transcript.file.hash.clone();
            let noted = known_of(known, &transcript, &present);
            let earlier = match noted {
                // Without its file nothing can come back; what is there now is all there is.
                Some(earlier) if self.cues_of(&earlier.master).await.is_err() => None,
                earlier => earlier,
            };
            // What was laid aside belongs to a cut.
            let was_cut = !old.moves_nothing() || !known.timeline.moves_nothing();
            let master = match earlier {
                // Nobody touched it since.
                Some(earlier) if earlier.output == hash => earlier.master.clone(),
                earlier => {
                    let Ok(cues) = self.cues_of(&hash).await else {
                        // Not on this disk: it stays as it is, and the checks say so. Whose clock it has is noted for when
                        // it is there again.
                        let whole = || TranscriptOnBoth {
                            language: transcript.language.clone(),
                            ext: transcript.file.ext.clone(),
                            master: hash.clone(),
                            output: hash.clone(),
                        };
                        all.edit.transcripts.extend(noted.cloned().or_else(|| (!was_cut).then(whole)));
                        all.episode.transcripts.push(transcript);
                        continue;
                    };
                    match earlier.filter(|_| was_cut) {
                        None if old.moves_nothing() => hash,
                        earlier => {
                            let cues = self.on_master(cues, earlier, (old, &known.timeline)).await?;
                            self.write_cues(cues, format, "whole, on its recording's clock", &mut all.kept).await?
                        }
                    }
                }
            };
            let heard = match new.moves_nothing() {
                true => None,
                false => Some(mapped(&self.cues_of(&master).await?, |ms| new.to_output(ms)).cues),
            };
            let is_wordless = heard.as_ref().is_some_and(Vec::is_empty);
            let output = match heard {
                Some(cues) if !is_wordless => {
                    self.write_cues(cues, format, "moved with its recording", &mut all.kept).await?
                }
                _ => master.clone(),
            };
            transcript.file.hash = output.clone();
            let (ext, language) = (transcript.file.ext.clone(), transcript.language.clone());
            all.edit.transcripts.push(TranscriptOnBoth { language, ext, master, output });
            // No app has a use for a file without words, and servers refuse it.
            match is_wordless {
                true => remember(&mut all.edit.wordless, transcript),
                false => all.episode.transcripts.push(transcript),
            }
        }
        for gone in without_orphans(&mut all.episode.transcripts) {
            remember(&mut all.edit.wordless, gone);
        }
        // What waits without words keeps its words.
        let told = |one: &TranscriptOnBoth| all.edit.transcripts.iter().any(|told| told.is_of(&one.language, &one.ext));
        let waits = |one: &TranscriptOnBoth| {
            all.edit.wordless.iter().any(|waits| one.is_of(&waits.language, &waits.file.ext)) && !told(one)
        };
        let waiting: Vec<TranscriptOnBoth> = known.transcripts.iter().filter(|one| waits(one)).cloned().collect();
        all.edit.transcripts.extend(waiting);
        all.kept.extend(Box::pin(self.write_forms(&mut all.episode)).await?);
        Ok(())
    }

    /// Takes up again what was laid aside because it had no words left on the old timeline, with what was written from it.
    async fn take_up_wordless(&self, transcripts: &mut Vec<Transcript>, known: &Edit, old: &Timeline) -> Result<()> {
        let mut languages = vec![];
        let here = |transcripts: &[Transcript], one: &Transcript| transcripts.iter().any(|there| there.stands_for(one));
        for one in known.wordless.iter().filter(|one| !is_written(one)) {
            let Ok(cues) = self.cues_of(&one.file.hash).await else { continue };
            // It has words there: a step was taken back, and the author decides what the episode has.
            let clock = if known.timeline.moves_nothing() { old } else { &known.timeline };
            if here(transcripts, one) || !mapped(&cues, |ms| clock.to_output(ms)).cues.is_empty() {
                continue;
            }
            languages.push(&one.language);
            transcripts.push(one.clone());
        }
        for one in known.wordless.iter().filter(|one| is_written(one) && languages.contains(&&one.language)) {
            if !here(transcripts, one) {
                transcripts.push(one.clone());
            }
        }
        Ok(())
    }

    /// A transcript that was changed since, on the clock of the recording, with the words that were laid aside. What is said in
    /// the intro and the outro has no place there.
    async fn on_master(
        &self,
        cues: Vec<Cue>,
        earlier: Option<&TranscriptOnBoth>,
        (old, cut): (&Timeline, &Timeline),
    ) -> Result<Vec<Cue>> {
        let mut all = mapped(&cues, |ms| old.to_master(ms)).cues;
        if let Some(earlier) = earlier {
            let removed = mapped(&self.cues_of(&earlier.master).await?, |ms| cut.to_output(ms)).removed;
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
        let read = tokio::task::spawn_blocking(move || cues_in(&bytes));
        Ok(read.await.map_err(|e| task_failed(&e))??)
    }
}

/// What is known of a transcript: of its very file, else of its form and language, where that is not known of another one that is
/// there.
fn known_of<'a>(known: &'a Edit, transcript: &Transcript, present: &[Sha256]) -> Option<&'a TranscriptOnBoth> {
    let Transcript { file, language, .. } = transcript;
    let is_file = |one: &&TranscriptOnBoth| one.ext == file.ext && one.output == file.hash;
    let is_name = |one: &&TranscriptOnBoth| one.is_of(language, &file.ext) && !present.contains(&one.output);
    known.transcripts.iter().find(is_file).or_else(|| known.transcripts.iter().find(is_name))
}

/// Notes a transcript in place of one of its form and language.
fn remember(all: &mut Vec<Transcript>, one: Transcript) {
    all.retain(|known| !known.stands_for(&one));
    all.push(one);
}

/// The words of a transcript; none are left where all of them were cut out.
pub(crate) fn cues_in(bytes: &[u8]) -> std::result::Result<Vec<Cue>, TranscriptError> {
    match read(bytes) {
        Err(TranscriptError::Empty) => Ok(vec![]),
        read => read.map(|read| read.cues),
    }
}

/// What listeners get of it, in order.
fn outputs<T: Timed>(all: &[OnBoth<T>]) -> Vec<T> {
    let mut outputs: Vec<T> = all.iter().filter_map(|one| one.output.clone()).collect();
    outputs.sort_by_key(Timed::start_ms);
    outputs
}
