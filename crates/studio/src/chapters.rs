//! Chapters: read from a file, and kept beside the sound as the file that players load.

use crate::mark_pictures::UNUSABLE;
use crate::studio::task_failed;
use crate::{Studio, checked, texts};
use hearthcast_intake::read_chapters;
use hearthcast_library::media;
use hearthcast_media::Probed;
use hearthcast_model::{Cancel, Chapter, ChaptersRead, Code, Episode, Error, Result, Song};
use hearthcast_text::chapters::{MAX_BYTES, MIME, write_json};
use std::path::Path;

impl Studio {
    /// Reads the chapters of a file: JSON chapters, Podlove Simple Chapters, a list of times and titles, what Audacity, Hindenburg
    /// and Reaper export, a cue sheet, or the marks in a sound file, whose pictures are taken in; those that cannot be used are
    /// told. No record changes.
    pub async fn read_chapters(&self, path: &Path) -> Result<ChaptersRead> {
        let (mut chapters, sound) = self.look_at_chapters(path).await?;
        let Some(sound) = sound else { return Ok(ChaptersRead { chapters, findings: vec![] }) };
        let mut findings = sound.facts.findings.clone();
        findings.retain(|said| said.code == UNUSABLE);
        if !sound.chapter_pictures.is_empty() {
            let pictures = self.take_mark_pictures(&sound, "chapter", &mut chapters).await?;
            let mut tx = self.library().transact().await?;
            for picture in &pictures.taken {
                picture.note(&mut tx).await?;
            }
            self.commit_own(tx).await?;
            findings.extend(pictures.left_out);
        }
        Ok(ChaptersRead { chapters, findings })
    }

    /// The same without pictures, with what was found in the file if it is a sound. Writes nothing.
    pub(crate) async fn look_at_chapters(&self, path: &Path) -> Result<(Vec<Chapter>, Option<Probed>)> {
        if texts::looks_like_text(path).await? {
            let bytes = texts::bytes_of(path, MAX_BYTES).await?;
            let read = tokio::task::spawn_blocking(move || read_chapters(&bytes)).await;
            return Ok((read.map_err(|e| task_failed(&e))??, None));
        }
        let sound = self.probe_media(path, Cancel::default(), |_| ()).await?;
        if sound.facts.chapters.is_empty() {
            return Err(Error::new(Code::MediaUnusable, format!("{} has no chapters.", path.display()))
                .hint("Choose a JSON chapters file, a list of times and titles, or a sound with chapter marks.")
                .about("file", path.display().to_string()));
        }
        let marks = sound.facts.chapters.iter().cloned().map(Chapter::from).collect();
        Ok((hearthcast_text::chapters::checked(marks)?, Some(sound)))
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

/// The chapters of a file of an episode's chapters as the episode has them: a file says nothing of the pictures that are kept here,
/// so chapters that begin as one of its own does, by the same name, keep that one's.
pub(crate) fn as_here(read: Vec<Chapter>, own: &Episode) -> Vec<Chapter> {
    let same = |one: &Chapter, other: &Chapter| one.start_ms == other.start_ms && one.title == other.title;
    let mut chapters = without_songs(read, &own.songs);
    for chapter in &mut chapters {
        let before = own.chapters.iter().find(|own| same(own, chapter));
        chapter.picture = chapter.picture.take().or_else(|| before.and_then(|own| own.picture.clone()));
    }
    chapters
}

/// The chapters of a file without those that are the episode's songs: they stand in its chapters file, too.
pub(crate) fn without_songs(mut read: Vec<Chapter>, songs: &[Song]) -> Vec<Chapter> {
    let songs: Vec<_> = songs.iter().map(|song| (song.start_ms, song.as_chapter().title)).collect();
    read.retain(|chapter| !songs.iter().any(|(at, title)| (*at, title) == (chapter.start_ms, &chapter.title)));
    read
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::{Picture, Sha256, ShowId};

    fn chapter(start_ms: i64, title: &str, picture: Option<&str>) -> Chapter {
        let file = |name: &str| hearthcast_model::show::Attachment {
            hash: Sha256::of(name.as_bytes()),
            name: name.into(),
            ext: "jpg".into(),
        };
        let picture = picture.map(|name| Picture { file: file(name), sizes: vec![], from: None, alt: String::new() });
        Chapter { picture, ..Chapter::new(start_ms, title) }
    }

    #[test]
    fn a_file_of_chapters_takes_no_picture_from_those_that_stay() {
        let show = ShowId::parse("018f0000-0000-7000-8000-000000000001").unwrap();
        let mut own = Episode::new(show, "g", "E", "e", 0);
        own.chapters = vec![chapter(0, "Quay", Some("quay")), chapter(9_000, "Fog", Some("fog"))];
        let song = Song {
            start_ms: 20_000,
            end_ms: None,
            title: "Oil".into(),
            artists: vec![],
            comment: String::new(),
            url: String::new(),
            picture: None,
        };
        let sung = chapter(20_000, &song.as_chapter().title, None);
        own.songs = vec![song];
        let read = vec![chapter(0, "Quay", None), chapter(9_000, "Mist", None), sung];
        let here = [chapter(0, "Quay", Some("quay")), chapter(9_000, "Mist", None)];
        assert_eq!(as_here(read, &own), here);
    }
}
