//! The file that is to take the place of another one: looked at, and refused by its name where it is of another kind or cannot be used
//! where it would stand. Changes nothing.

use super::part::Part;
use crate::edit_show::invalid;
use crate::pictures::file_name;
use crate::show_recipe::may_stand_beside;
use crate::website::read_font;
use crate::{Studio, texts, transcripts};
use hearthcast_media::PictureOrder;
use hearthcast_model::facts::{MediaFacts, MediaKind};
use hearthcast_model::media_library::MediaShelf;
use hearthcast_model::{Cancel, Code, Episode, Error, Result, Sha256};
use hearthcast_text::file_facts;
use hearthcast_text::transcript::MAX_BYTES;
use std::path::Path;

impl Studio {
    /// What a file is that is to stand in place of one of this shelf.
    pub(super) async fn look_at_newcomer(&self, path: &Path, shelf: MediaShelf) -> Result<MediaFacts> {
        match shelf {
            MediaShelf::Text => {
                let is_text = texts::looks_like_text(path).await?;
                let bytes = texts::bytes_of(path, MAX_BYTES).await?;
                if is_text { Ok(file_facts("text/plain", &bytes)) } else { other_kind(path) }
            }
            MediaShelf::File => {
                let (bytes, ext, mime) = read_font(path).await.map_err(|error| not_there(path, error))?;
                let (size, hash) = (bytes.len() as u64, Sha256::of(&bytes));
                Ok(MediaFacts::unmeasured(MediaKind::Font, ext, mime, size, hash))
            }
            MediaShelf::Audio | MediaShelf::Image | MediaShelf::Video => {
                let new = self.probe_media(path, Cancel::default(), |_| ()).await?.facts;
                if MediaShelf::of(new.kind, &new.mime) == shelf { Ok(new) } else { other_kind(path) }
            }
        }
    }

    /// Refuses a file that cannot become this part; `drawn` are the kinds of pictures that were made of it already.
    pub(super) async fn may_become(
        &self,
        part: Part,
        episode: Option<&Episode>,
        (path, new): (&Path, &MediaFacts),
        drawn: &mut Vec<PictureOrder>,
    ) -> Result<()> {
        if let Some(order) = part.order().filter(|order| !drawn.contains(order)) {
            self.make_picture(path, order, Cancel::default()).await?;
            drawn.push(order);
        }
        let may = match (part, episode) {
            (Part::Intro, _) => may_stand_beside("intro", new),
            (Part::Outro, _) => may_stand_beside("outro", new),
            (Part::Transcript, Some(episode)) => self.may_be_transcript(episode, path).await,
            (Part::Chapters, Some(episode)) => self.may_be_chapters(episode, path).await,
            _ => Ok(()),
        };
        may.map_err(|error| not_there(path, error))
    }

    async fn may_be_transcript(&self, episode: &Episode, path: &Path) -> Result<()> {
        let bytes = texts::bytes_of(path, MAX_BYTES).await?;
        let length_ms = self.length_ms(episode).await?;
        transcripts::read_file(bytes, file_name(path), length_ms).await.map(drop)
    }

    async fn may_be_chapters(&self, episode: &Episode, path: &Path) -> Result<()> {
        let (chapters, _) = self.look_at_chapters(path).await?;
        if chapters.is_empty() {
            return Err(invalid("chapters", "the file has none", "Choose a file with times and titles."));
        }
        self.checked_chapters(episode, &chapters).await.map(drop)
    }
}

/// Refuses the file that has the place already.
pub(super) fn the_same<T>(path: &Path) -> Result<T> {
    refused(path, "It is the very same file.", "Choose another one.")
}

fn other_kind<T>(path: &Path) -> Result<T> {
    let what = format!("The file \"{}\" is of another kind.", file_name(path));
    let hint = "A sound takes the place of a sound, a picture that of a picture, a video that of a video, a text that of a text, a \
                font that of a font.";
    refused(path, &what, hint)
}

/// Says which file it is that cannot be used, and why.
fn not_there(path: &Path, why: Error) -> Error {
    let what = format!("The file \"{}\" cannot stand in that place.", file_name(path));
    Error::new(Code::MediaUnusable, what).hint(why.message).about("file", path.display().to_string())
}

fn refused<T>(path: &Path, what: &str, hint: &str) -> Result<T> {
    Err(Error::new(Code::MediaUnusable, what).hint(hint).about("file", path.display().to_string()))
}
