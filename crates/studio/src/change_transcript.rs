//! A transcript of an episode as a whole: looked over, moved, joined, divided, offered in the other form. What was made here from
//! one form and not changed since follows it.

use crate::edit_show::invalid;
use crate::studio::task_failed;
use crate::transcript_files::look_of;
use crate::transcripts::{at, captions_at};
use crate::written_transcripts::is_written;
use crate::{Studio, texts};
use hearthcast_library::files;
use hearthcast_model::view::EpisodeView;
use hearthcast_model::{Code, Episode, Error, Result, Transcript, TranscriptChange, TranscriptLook};
use hearthcast_text::transcript::{
    Cue, Format, MAX_BYTES, MAX_NAME_BYTES, Merge, Split, merged, read, renamed, shifted, split, stretched, write,
};
use std::path::PathBuf;

impl Studio {
    /// Looks a transcript over, against the length of the sound and the people of the episode.
    pub async fn look_at_transcript(&self, show: &str, which: &str, index: u32) -> Result<TranscriptLook> {
        let record = self.episode(show, which).await?;
        let path = self.transcript_path(&record.body, index)?;
        let length_ms = self.length_ms(&record.body).await?;
        let show = self.show_view(show).await?.show;
        let people = if record.body.persons.is_empty() { &show.persons } else { &record.body.persons };
        let people: Vec<String> = people.iter().map(|person| person.name.clone()).collect();
        let bytes = texts::bytes_of(&path, MAX_BYTES).await?;
        let look = tokio::task::spawn_blocking(move || look_of(&bytes, None, length_ms, &people));
        look.await.map_err(|e| task_failed(&e))?
    }

    /// Changes a transcript as a whole. Its words stay; comments and styles of a WebVTT file do not.
    pub async fn change_transcript(
        &self,
        show: &str,
        which: &str,
        index: u32,
        change: &TranscriptChange,
    ) -> Result<EpisodeView> {
        let record = self.episode(show, which).await?;
        let before = captions_at(&record.body, index)?.file.clone();
        let cues = changed(&self.cues_at(&record.body, index).await?, change)?;
        let format = Format::of_ext(&before.ext).unwrap_or(Format::Vtt);
        let kept = self.keep_text(write(format, &cues).into_bytes(), format.mime()).await?;
        self.put_transcript(&record, index, (kept, "changed here".into()), "edit").await
    }

    /// Offers a transcript in another form that apps read, beside the one that is there.
    pub async fn offer_transcript(&self, show: &str, which: &str, index: u32, form: &str) -> Result<EpisodeView> {
        let why = "apps take it as vtt, srt, json or html";
        let format = Format::of_ext(form).ok_or_else(|| invalid("form", why, "Choose one of them."))?;
        let record = self.episode(show, which).await?;
        let source = captions_at(&record.body, index)?.clone();
        if record.body.transcripts.iter().any(|one| one.file.ext == form && one.language == source.language) {
            let message = format!("The episode has a transcript in this language as {}.", form.to_uppercase());
            return Err(Error::new(Code::Taken, message).hint("Remove that one first, if this is the better one."));
        }
        let cues = self.cues_at(&record.body, index).await?;
        let kept = self.keep_text(write(format, &cues).into_bytes(), format.mime()).await?;
        let mut episode = record.body.clone();
        let file = kept.attachment(&source.file.name);
        episode.transcripts.push(Transcript { file, language: source.language, captions: false });
        self.note_transcripts(&record, episode, vec![(kept, "made here".into())], "transcript").await
    }

    /// The other captions of the language, written anew where it says what this one said, word for word as we write it.
    pub(crate) async fn forms_that_follow(
        &self,
        before: &Episode,
        episode: &mut Episode,
        index: u32,
    ) -> Result<Vec<(texts::Kept, String)>> {
        let language = &at(before, index)?.language;
        let others = (0u32..).zip(&before.transcripts);
        let same = |(n, one): &(u32, &Transcript)| *n != index && one.language == *language && !is_written(one);
        let others: Vec<u32> = others.filter(same).map(|(n, _)| n).collect();
        let (Ok(old), false) = (self.cues_at(before, index).await, others.is_empty()) else { return Ok(vec![]) };
        let fresh = self.cues_at(episode, index).await?;
        let mut kept = vec![];
        for other in others {
            let file = &before.transcripts[other as usize].file;
            let Some(format) = Format::of_ext(&file.ext) else { continue };
            let path = files::path(self.root(), &file.hash);
            // Not on this disk, or somebody's own words: it stays as it is.
            let Ok(said) = texts::bytes_of(&path, MAX_BYTES).await else { continue };
            if said != write(format, &old).as_bytes() {
                continue;
            }
            let written = self.keep_text(write(format, &fresh).into_bytes(), format.mime()).await?;
            episode.transcripts[other as usize].file = written.attachment(&file.name);
            kept.push((written, "made here".to_owned()));
        }
        Ok(kept)
    }

    /// What a transcript says.
    pub(crate) async fn cues_at(&self, episode: &Episode, index: u32) -> Result<Vec<Cue>> {
        let path = self.transcript_path(episode, index)?;
        let bytes = texts::bytes_of(&path, MAX_BYTES).await.map_err(|error| {
            Error::new(Code::MediaAbsent, "The transcript is not on this disk.").hint(error.message)
        })?;
        let read = tokio::task::spawn_blocking(move || read(&bytes).map(|read| read.cues));
        Ok(read.await.map_err(|e| task_failed(&e))??)
    }

    fn transcript_path(&self, episode: &Episode, index: u32) -> Result<PathBuf> {
        Ok(files::path(self.root(), &at(episode, index)?.file.hash))
    }
}

/// Cues after a change.
pub(crate) fn changed(cues: &[Cue], change: &TranscriptChange) -> Result<Vec<Cue>> {
    let chars = |max: &Option<u32>, usual: usize| max.map_or(usual, |max| max.max(1) as usize);
    Ok(match change {
        TranscriptChange::Shift { by_ms } => shifted(cues, *by_ms)?,
        TranscriptChange::Stretch { first_ms, first_to_ms, second_ms, second_to_ms } => {
            stretched(cues, (*first_ms, *first_to_ms), (*second_ms, *second_to_ms))?
        }
        TranscriptChange::Merge { max_chars } => {
            let usual = Merge::default();
            merged(cues, &Merge { max_chars: chars(max_chars, usual.max_chars), ..usual })
        }
        TranscriptChange::Split { max_chars } => {
            let usual = Split::default();
            split(cues, &Split { max_chars: chars(max_chars, usual.max_chars), ..usual })
        }
        TranscriptChange::Rename { to, .. } if to.len() > MAX_NAME_BYTES => {
            return Err(invalid("person.name", "it is longer than 1,000 bytes", "Choose a shorter name."));
        }
        TranscriptChange::Rename { from, to } => {
            let (cues, count) = renamed(cues, from, to);
            if count == 0 {
                let why = format!("nobody in it is called \"{from}\", or has that name already");
                return Err(invalid("transcript", &why, "Choose one of its speakers."));
            }
            cues
        }
    })
}
