//! Chapters: read from a file, and kept beside the sound as the file that players load.

use crate::studio::task_failed;
use crate::{Studio, checked, texts};
use hearthcast_intake::read_chapters;
use hearthcast_library::media;
use hearthcast_model::{Cancel, Chapter, Code, Episode, Error, Result};
use hearthcast_text::chapters::{MAX_BYTES, MIME, write_json};
use std::path::Path;

impl Studio {
    /// Reads the chapters of a file: JSON chapters, Podlove Simple Chapters, a list of times and titles, what Audacity, Hindenburg
    /// and Reaper export, a cue sheet, or the marks in a sound file. Changes nothing.
    pub async fn read_chapters(&self, path: &Path) -> Result<Vec<Chapter>> {
        if texts::looks_like_text(path).await? {
            let bytes = texts::bytes_of(path, MAX_BYTES).await?;
            return Ok(tokio::task::spawn_blocking(move || read_chapters(&bytes))
                .await
                .map_err(|e| task_failed(&e))??);
        }
        let marks = self.probe_media(path, Cancel::default(), |_| ()).await?.facts.chapters;
        if marks.is_empty() {
            return Err(Error::new(Code::MediaUnusable, format!("{} has no chapters.", path.display()))
                .hint("Choose a JSON chapters file, a list of times and titles, or a sound with chapter marks.")
                .about("file", path.display().to_string()));
        }
        Ok(hearthcast_text::chapters::checked(marks.into_iter().map(Chapter::from).collect())?)
    }

    /// Gives an episode its chapters, in order and within its sound. The file appears with
    /// [`keep_chapters_file`](Self::keep_chapters_file).
    pub(crate) async fn checked_chapters(&self, episode: &Episode, chapters: &[Chapter]) -> Result<Vec<Chapter>> {
        let chapters = checked::chapters(chapters, self.length_ms(episode).await?)?;
        self.all_taken_in("chapters", chapters.iter().filter_map(|chapter| chapter.picture.as_ref())).await?;
        Ok(chapters)
    }

    /// The length of an episode's sound, as far as it is known.
    pub(crate) async fn length_ms(&self, episode: &Episode) -> Result<Option<i64>> {
        match &episode.audio {
            Some(audio) => Ok(media::get(self.library(), &audio.hash).await?.and_then(|m| m.facts.duration_ms)),
            None => Ok(episode.remote_audio.as_ref().and_then(|remote| remote.duration_ms)),
        }
    }

    /// Writes chapters and songs into the media folder and names the file in the episode; none of both, no file.
    pub(crate) async fn keep_chapters_file(&self, episode: &mut Episode) -> Result<Option<texts::Kept>> {
        let marks = episode.marks();
        if marks.is_empty() {
            episode.chapters_file = None;
            return Ok(None);
        }
        let kept = self.keep_text(write_json(&marks).into_bytes(), MIME).await?;
        let name = episode.chapters_file.as_ref().map_or_else(|| episode.slug.clone(), |file| file.name.clone());
        episode.chapters_file = Some(kept.attachment(&name));
        Ok(Some(kept))
    }
}
