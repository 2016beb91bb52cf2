//! Gives a file to the parts of a show or an episode, each by the verb that authors do it with.

use super::part::{Part, shows};
use super::{Given, STEP};
use crate::Studio;
use crate::chapters::as_here;
use crate::edit_episode::Also;
use crate::written_transcripts::is_written;
use hearthcast_engine::ProgressSink;
use hearthcast_model::view::{EpisodeEdit, PictureUse, ShowEdit};
use hearthcast_model::{Cancel, Episode, Picture, Result, Sha256, Transcript};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Studio {
    /// To a show.
    pub(super) async fn give_to_show(&self, show: &str, parts: &BTreeSet<Part>, given: &Given<'_>) -> Result<()> {
        let (body, mut edit, mut notes) = (self.show(show).await?.body, ShowEdit::default(), None);
        let file = || Some(given.path.to_string_lossy().into_owned());
        for part in parts {
            match part {
                Part::Cover => edit.cover = file(),
                Part::Banner => edit.banner = file(),
                Part::Favicon => edit.favicon = file(),
                Part::Font => edit.font = file(),
                Part::Intro => edit.intro = file(),
                Part::Outro => edit.outro = file(),
                Part::Link => {
                    let picture = self.take_in_picture(given.path, PictureUse::LinkIcon).await?;
                    let mut links = body.links.clone();
                    swap(links.iter_mut().map(|link| &mut link.picture), given.old, &picture);
                    edit.links = Some(links);
                }
                Part::Season => {
                    let picture = self.take_in_picture(given.path, PictureUse::Season).await?;
                    let mut seasons = body.seasons.clone();
                    swap(seasons.iter_mut().map(|season| &mut season.picture), given.old, &picture);
                    edit.seasons = Some(seasons);
                }
                Part::Notes => notes = Some(self.notes_swap(given.old, given.path).await?),
                Part::Sound | Part::Further | Part::Image | Part::Mark | Part::Transcript | Part::Chapters => {}
            }
        }
        self.edit_show_with(show, edit, notes, STEP).await.map(drop)
    }

    /// To an episode; a sound comes last, as its tags say the rest.
    pub(super) async fn give_to_episode(
        &self,
        (show, episode): (&str, &str),
        parts: &BTreeSet<Part>,
        given: &Given<'_>,
        (cancel, told): (&Cancel, &ProgressSink),
    ) -> Result<()> {
        let body = self.episode(show, episode).await?.body;
        let mut also = Also { reason: Some(STEP), ..Also::default() };
        let mut edit = EpisodeEdit::default();
        for part in parts {
            match part {
                Part::Image => edit.image = Some(given.path.to_string_lossy().into_owned()),
                Part::Mark => self.give_to_marks(&body, given, &mut edit).await?,
                Part::Chapters => edit.chapters = Some(as_here(self.read_chapters(given.path).await?.chapters, &body)),
                Part::Notes => also.notes = Some(self.notes_swap(given.old, given.path).await?),
                _ => {}
            }
        }
        if edit != EpisodeEdit::default() || also.notes.is_some() {
            self.edit_with(show, episode, edit, also).await?;
        }
        if parts.contains(&Part::Transcript) {
            self.give_to_transcripts((show, episode), &body, given).await?;
        }
        if parts.contains(&Part::Further) {
            let files = (given.old, given.path);
            self.replace_alternate((show, episode), files, STEP, cancel, told).await?;
        }
        if parts.contains(&Part::Sound) {
            let told = Arc::clone(told);
            let progress = move |progress| told(progress);
            self.attach_audio(show, episode, (given.path, &[]), given.replace, cancel.clone(), progress).await?;
        }
        Ok(())
    }

    async fn give_to_marks(&self, body: &Episode, given: &Given<'_>, edit: &mut EpisodeEdit) -> Result<()> {
        let picture = self.take_in_picture(given.path, PictureUse::Chapter).await?;
        let (mut chapters, mut songs) = (body.chapters.clone(), body.songs.clone());
        swap(chapters.iter_mut().map(|chapter| &mut chapter.picture), given.old, &picture);
        swap(songs.iter_mut().map(|song| &mut song.picture), given.old, &picture);
        edit.chapters = (chapters != body.chapters).then_some(chapters);
        edit.songs = (songs != body.songs).then_some(songs);
        Ok(())
    }

    async fn give_to_transcripts(
        &self,
        (show, episode): (&str, &str),
        body: &Episode,
        given: &Given<'_>,
    ) -> Result<()> {
        let of_file = body.transcripts.iter().filter(|one| one.file.hash == *given.old && !is_written(one));
        for before in of_file {
            // What is written from one may come and go, and with it the places of the others.
            let now = self.episode(show, episode).await?.body.transcripts;
            let same =
                |(_, one): &(u32, &Transcript)| one.language == before.language && one.file.ext == before.file.ext;
            let Some((index, _)) = (0u32..).zip(&now).find(same) else { continue };
            self.replace_transcript(show, episode, index, given.path, STEP).await?;
        }
        Ok(())
    }
}

/// Puts a picture in place of those that are the file of before, or were made from it.
fn swap<'a>(places: impl Iterator<Item = &'a mut Option<Picture>>, old: &Sha256, new: &Picture) {
    for place in places {
        if place.as_ref().is_some_and(|picture| shows(picture, old)) {
            *place = Some(new.clone());
        }
    }
}
