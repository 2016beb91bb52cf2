//! Transcripts of an episode: taken from a file, read and written in the window, removed. One per format and language.

use crate::edit_show::{checked_language, invalid};
use crate::pictures::file_name;
use crate::studio::task_failed;
use crate::written_transcripts::{go_along, is_written, without_orphans};
use crate::{Studio, texts};
use hearthcast_library::files;
use hearthcast_model::view::EpisodeView;
use hearthcast_model::{Code, Episode, Error, Record, Result, Transcript};
use hearthcast_text::transcript::{Format, MAX_BYTES, taken, write};
use std::path::Path;

/// Most transcripts of an episode: two formats in many languages.
const MOST: usize = 50;

impl Studio {
    /// Gives an episode a transcript from a file of any form; what is no WebVTT or SubRip becomes WebVTT. An earlier one of the same format and language goes.
    pub async fn add_transcript(
        &self,
        show: &str,
        which: &str,
        path: &Path,
        language: Option<&str>,
    ) -> Result<EpisodeView> {
        let language = match language.map(str::trim) {
            None | Some("") => String::new(),
            Some(tag) => checked_language(tag)?,
        };
        let bytes = texts::bytes_of(path, MAX_BYTES).await?;
        let original = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let record = self.episode(show, which).await?;
        self.take_transcript(&record, bytes, &original, language).await
    }

    /// Gives an episode a transcript; `original` is what its file is called, and says the form of pages and plain words.
    pub(crate) async fn take_transcript(
        &self,
        record: &Record<Episode>,
        bytes: Vec<u8>,
        original: &str,
        language: String,
    ) -> Result<EpisodeView> {
        let mut episode = record.body.clone();
        let length_ms = self.length_ms(&episode).await?;
        let (_, kept) = self.keep_transcript(bytes, original, length_ms).await?;
        let file = kept.attachment(&name(&episode, &language));
        let now = Transcript { file, language, captions: false };
        // A better file is for the same purpose.
        let earlier: Vec<Transcript> = episode.transcripts.extract_if(.., |old| old.stands_for(&now)).collect();
        let captions = earlier.iter().any(|old| old.captions);
        episode.transcripts.push(Transcript { captions, ..now });
        if episode.transcripts.len() > MOST {
            return Err(invalid("transcripts", "there are more than 50", "Remove those that nobody reads."));
        }
        self.note_transcripts(record, episode, vec![(kept, original.to_owned())], "transcript").await
    }

    /// The text of a transcript, by its place in the list.
    pub async fn transcript_text(&self, show: &str, which: &str, index: u32) -> Result<String> {
        let record = self.episode(show, which).await?;
        let transcript = at(&record.body, index)?;
        let path = files::path(self.root(), &transcript.file.hash);
        let bytes = texts::bytes_of(&path, MAX_BYTES).await.map_err(|error| {
            Error::new(Code::MediaAbsent, "The transcript is not on this disk.").hint(error.message)
        })?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Writes a transcript anew. It must still be one that podcast apps read.
    pub async fn set_transcript_text(&self, show: &str, which: &str, index: u32, text: &str) -> Result<EpisodeView> {
        let record = self.episode(show, which).await?;
        let before = captions_at(&record.body, index)?.file.clone();
        let (format, kept) = self.keep_transcript(text.as_bytes().to_vec(), "", None).await?;
        if format.ext() != before.ext {
            let why = format!("it is no {} any more", before.ext.to_uppercase());
            return Err(invalid("transcript", &why, "Leave its first line and its times as they are."));
        }
        self.put_transcript(&record, index, (kept, "written here".into()), "edit").await
    }

    /// Puts what a file says in place of a transcript, in its form, its language and for its purpose; a step of this reason.
    pub(crate) async fn replace_transcript(
        &self,
        show: &str,
        which: &str,
        index: u32,
        path: &Path,
        reason: &str,
    ) -> Result<EpisodeView> {
        let bytes = texts::bytes_of(path, MAX_BYTES).await?;
        let record = self.episode(show, which).await?;
        let before = captions_at(&record.body, index)?.file.ext.clone();
        let length_ms = self.length_ms(&record.body).await?;
        let read = read_file(bytes, file_name(path), length_ms).await?;
        let (format, text) = match Format::of_ext(&before) {
            Some(format) if format != read.format => (format, write(format, &read.cues)),
            _ => (read.format, read.text),
        };
        let kept = self.keep_text(text.into_bytes(), format.mime()).await?;
        self.put_transcript(&record, index, (kept, file_name(path)), reason).await
    }

    /// Gives a transcript another file; other forms that say the same follow.
    pub(crate) async fn put_transcript(
        &self,
        record: &Record<Episode>,
        index: u32,
        kept: (texts::Kept, String),
        reason: &str,
    ) -> Result<EpisodeView> {
        let mut episode = record.body.clone();
        let name = at(&record.body, index)?.file.name.clone();
        episode.transcripts[index as usize].file = kept.0.attachment(&name);
        let mut all = vec![kept];
        all.extend(self.forms_that_follow(&record.body, &mut episode, index).await?);
        self.note_transcripts(record, episode, all, reason).await
    }

    /// Takes a transcript away from an episode. What was written from it goes with the last one in its language.
    pub async fn remove_transcript(&self, show: &str, which: &str, index: u32) -> Result<EpisodeView> {
        let record = self.episode(show, which).await?;
        at(&record.body, index)?;
        let mut episode = record.body.clone();
        episode.transcripts.remove(index as usize);
        self.note_transcripts(&record, episode, vec![], "transcript").await
    }

    pub(crate) async fn keep_transcript(
        &self,
        bytes: Vec<u8>,
        name: &str,
        length_ms: Option<i64>,
    ) -> Result<(Format, texts::Kept)> {
        let read = read_file(bytes, name.to_owned(), length_ms).await?;
        let kept = self.keep_text(read.text.into_bytes(), read.format.mime()).await?;
        Ok((read.format, kept))
    }

    pub(crate) async fn note_transcripts(
        &self,
        record: &Record<Episode>,
        mut episode: Episode,
        mut kept: Vec<(texts::Kept, String)>,
        reason: &str,
    ) -> Result<EpisodeView> {
        kept.extend(Box::pin(self.write_forms(&mut episode)).await?);
        if episode.transcripts != record.body.transcripts {
            let mut tx = self.library().transact().await?;
            // What was typed meanwhile stays; words of another sound are not brought.
            let now = tx.read::<Episode>(&record.id).await?.filter(|now| now.deleted_ms.is_none());
            let now = now.ok_or_else(|| Error::not_found("episode", &record.id))?.body;
            if now.audio != record.body.audio || now.transcripts != record.body.transcripts {
                return Err(Error::new(
                    Code::Taken,
                    "The sound or the transcripts of the episode were changed meanwhile.",
                )
                .hint("Look at them, and do it again.")
                .about("episode", &record.id));
            }
            for (kept, original) in &kept {
                tx.put_media(&kept.facts, original).await?;
            }
            let body = Episode { transcripts: episode.transcripts, changed_ms: self.now_ms(), ..now };
            tx.put(&record.id, &body).await?;
            self.commit(tx, reason).await?;
        }
        self.episode_view(record.body.show.as_str(), &record.id).await
    }
}

/// What the file of a transcript says; its name says the form of pages and plain words.
pub(crate) async fn read_file(
    bytes: Vec<u8>,
    name: String,
    length_ms: Option<i64>,
) -> Result<hearthcast_text::transcript::Transcript> {
    // Megabytes of hostile text are read beside the runtime, not in it.
    let read = tokio::task::spawn_blocking(move || taken(&bytes, &name, length_ms));
    Ok(read.await.map_err(|e| task_failed(&e))??)
}

/// Those of the given transcripts that are there, with the language and purpose they are given.
pub(crate) fn kept_of(present: &[Transcript], given: &[Transcript]) -> Result<Vec<Transcript>> {
    let mut kept: Vec<Transcript> = vec![];
    for wanted in given {
        let Some(there) = present.iter().find(|t| t.file.hash == wanted.file.hash && t.file.ext == wanted.file.ext)
        else {
            return Err(invalid("transcripts", "one of them is not there", "New transcripts come from files."));
        };
        // What an import brought is kept as it was written.
        let language = match &wanted.language {
            said if said.is_empty() || present.iter().any(|t| t.language == *said) => said.clone(),
            said => checked_language(said)?,
        };
        if kept.iter().any(|t| t.language == language && t.file.ext == there.file.ext) {
            let why = "two of them have the same format and language";
            return Err(invalid("transcripts", why, "Give each its own language."));
        }
        kept.push(Transcript { file: there.file.clone(), language, captions: wanted.captions });
    }
    go_along(present, &mut kept);
    without_orphans(&mut kept);
    Ok(kept)
}

/// A transcript that authors correct: WebVTT or SubRip.
pub(crate) fn captions_at(episode: &Episode, index: u32) -> Result<&Transcript> {
    let transcript = at(episode, index)?;
    match is_written(transcript) {
        false => Ok(transcript),
        true => {
            let why =
                format!("this {} is written from the captions, and follows them", transcript.file.ext.to_uppercase());
            Err(invalid("transcript", &why, "Correct the WebVTT or SubRip transcript of this language."))
        }
    }
}

pub(crate) fn at(episode: &Episode, index: u32) -> Result<&Transcript> {
    episode
        .transcripts
        .get(index as usize)
        .ok_or_else(|| Error::not_found("transcript", &(u64::from(index) + 1).to_string()))
}

/// A name that tells languages apart.
pub(crate) fn name(episode: &Episode, language: &str) -> String {
    if language.is_empty() { episode.slug.clone() } else { format!("{}-{language}", episode.slug) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::Sha256;
    use hearthcast_model::show::Attachment;

    fn transcript(ext: &str, language: &str) -> Transcript {
        let file = Attachment { hash: Sha256::of(ext.as_bytes()), name: "one".into(), ext: ext.into() };
        Transcript { file, language: language.into(), captions: false }
    }

    #[test]
    fn a_language_that_came_with_an_import_stays_as_it_was_written() {
        let present = [transcript("vtt", "zh-Hant")];
        let given = [Transcript { captions: true, ..present[0].clone() }];
        assert_eq!(kept_of(&present, &given).unwrap(), given);
        let typed = kept_of(&present, &[transcript("vtt", "PT-BR")]).unwrap();
        assert_eq!(typed, [transcript("vtt", "pt-br")]);
    }

    #[test]
    fn what_is_written_from_captions_goes_along_into_another_language() {
        let of = |language: &str, kinds: &[&str]| kinds.iter().map(|ext| transcript(ext, language)).collect::<Vec<_>>();
        let moved = kept_of(&of("", &["vtt", "json"]), &[transcript("vtt", "de"), transcript("json", "")]).unwrap();
        assert_eq!(moved, of("de", &["vtt", "json"]));
        // Other captions stay in that language, and so does what is written from them.
        let present = of("", &["vtt", "srt", "json"]);
        let given = [transcript("vtt", "de"), transcript("srt", ""), transcript("json", "")];
        assert_eq!(kept_of(&present, &given).unwrap(), given);
    }
}
