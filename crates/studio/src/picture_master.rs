//! The picture a cover was made from, ready to be looked at, so that the author can choose another part of it.
//!
//! A window cannot show every master (TIFF, print colours): what it shows is made like an episode's picture, whole and
//! upright. Nothing of the show changes.

use crate::Studio;
use hearthcast_library::{files, media};
use hearthcast_media::{MadePicture, PictureMade, PictureOrder};
use hearthcast_model::facts::MediaFacts;
use hearthcast_model::show::Attachment;
use hearthcast_model::view::PictureMaster;
use hearthcast_model::{Cancel, Code, Error, PictureFrom, Result, Sha256, Square};

/// The copy that is shown is not larger than needed: the first of at most this size.
const MOST_SHOWN: u32 = 1400;

impl Studio {
    /// The master of the show's cover, or of an episode's own picture; nothing where there is no picture.
    pub async fn picture_master(&self, show: &str, episode: Option<&str>) -> Result<Option<PictureMaster>> {
        let (picture, from, square) = match episode {
            None => {
                let show = self.show(show).await?.body;
                (show.cover, show.cover_from, true)
            }
            Some(which) => {
                let episode = self.episode(show, which).await?.body;
                (episode.image, episode.image_from, false)
            }
        };
        let Some(from) = from_of(picture.as_ref(), from) else { return Ok(None) };
        self.shown(&from, square).await.map(Some)
    }

    async fn shown(&self, from: &PictureFrom, middle: bool) -> Result<PictureMaster> {
        let facts = self.master(&from.master).await?;
        let path = files::path(self.root(), &from.master);
        let made = self.make_picture(&path, PictureOrder::episode().as_formerly(), Cancel::default()).await?;
        let view = self.keep_view(made).await?;
        let (width_px, height_px) = upright(&facts);
        let whole = Square { left: 0, top: 0, side: width_px.max(height_px) };
        let usual = if middle { centre(width_px, height_px) } else { whole };
        Ok(PictureMaster { view: view.to_string(), width_px, height_px, square: from.square.unwrap_or(usual) })
    }

    /// What is known about a master that lies on this disk.
    pub(crate) async fn master(&self, hash: &Sha256) -> Result<MediaFacts> {
        let known = media::get(self.library(), hash).await?;
        let known = known.filter(|_| files::path(self.root(), hash).exists()).ok_or_else(|| {
            Error::new(Code::MediaAbsent, "The file this picture was made from is not on this disk.")
                .hint("Choose the picture's file again.")
                .about("media", hash.as_str())
        })?;
        Ok(known.facts)
    }

    /// Keeps the copy that is shown, without a step to undo: nothing of the author's changed.
    async fn keep_view(&self, made: PictureMade) -> Result<Sha256> {
        let small = made.sizes.into_iter().find(|size| longest(&size.facts) <= MOST_SHOWN);
        let Some(MadePicture { facts, bytes }) = small.or(made.picture) else { return Ok(made.master.sha256) };
        self.keep_bytes(bytes).await?;
        let mut tx = self.library().transact().await?;
        tx.put_media(&facts, "a picture to look at").await?;
        self.commit_own(tx).await?;
        Ok(facts.sha256)
    }
}

/// What a picture was made from; of one that older versions made, the picture itself.
pub(crate) fn from_of(picture: Option<&Attachment>, from: Option<PictureFrom>) -> Option<PictureFrom> {
    let picture = picture?;
    Some(from.unwrap_or_else(|| PictureFrom { master: picture.hash.clone(), square: None }))
}

/// Pixels across and down as a person sees them (EXIF orientations from 5 on lie on their side).
fn upright(facts: &MediaFacts) -> (u32, u32) {
    let (width, height) = (facts.width_px.unwrap_or(1), facts.height_px.unwrap_or(1));
    if facts.orientation.unwrap_or(1) >= 5 { (height, width) } else { (width, height) }
}

fn centre(width: u32, height: u32) -> Square {
    let side = width.min(height);
    Square { left: (width - side) / 2, top: (height - side) / 2, side }
}

fn longest(facts: &MediaFacts) -> u32 {
    facts.width_px.unwrap_or(0).max(facts.height_px.unwrap_or(0))
}
