//! Copies of published pictures in AVIF, which weigh about half of what JPEG does: made on their own, because each takes
//! seconds, and put beside the others. Where they are missing, pages show JPEG.

use crate::Studio;
use crate::picture_master::from_of;
use crate::pictures::copy_of;
use crate::read::show_id;
use hearthcast_engine::ProgressSink;
use hearthcast_library::{episode, files};
use hearthcast_media::PictureOrder;
use hearthcast_model::chapter::Rendition;
use hearthcast_model::record::Body;
use hearthcast_model::show::Attachment;
use hearthcast_model::view::CopiesMade;
use hearthcast_model::{Cancel, Code, Episode, MediaFacts, PictureFrom, Progress, Record, Result, Show};

/// Ending of these copies.
pub(crate) const AVIF: &str = "avif";

/// A record with a picture that has copies.
pub(crate) trait Pictured: Body {
    /// The picture, its copies, and what it was made from.
    fn picture(&self) -> (Option<&Attachment>, &[Rendition], Option<&PictureFrom>);

    /// The copies, to be added to, and when the record was last changed.
    fn copies(&mut self) -> (&mut Vec<Rendition>, &mut i64);

    /// What its picture is made as.
    fn order() -> PictureOrder;
}

impl Pictured for Show {
    fn picture(&self) -> (Option<&Attachment>, &[Rendition], Option<&PictureFrom>) {
        (self.cover.as_ref(), &self.cover_sizes, self.cover_from.as_ref())
    }

    fn copies(&mut self) -> (&mut Vec<Rendition>, &mut i64) {
        (&mut self.cover_sizes, &mut self.changed_ms)
    }

    fn order() -> PictureOrder {
        PictureOrder::cover()
    }
}

impl Pictured for Episode {
    fn picture(&self) -> (Option<&Attachment>, &[Rendition], Option<&PictureFrom>) {
        (self.image.as_ref(), &self.image_sizes, self.image_from.as_ref())
    }

    fn copies(&mut self) -> (&mut Vec<Rendition>, &mut i64) {
        (&mut self.image_sizes, &mut self.changed_ms)
    }

    fn order() -> PictureOrder {
        PictureOrder::episode()
    }
}

/// What is missing, and what it is made from.
pub(crate) struct Wanted {
    picture: Attachment,
    from: PictureFrom,
}

impl Studio {
    /// Makes the AVIF copies that the cover of a show and the pictures of its episodes have not got. Each picture is kept as
    /// soon as it is done, so a stop loses nothing. Listeners see none before the next publication.
    pub async fn make_avif_copies(&self, which: &str, cancel: &Cancel, sink: ProgressSink) -> Result<CopiesMade> {
        let show = self.show(which).await?;
        let episodes: Vec<Record<Episode>> = episode::all(self.library(), &show_id(&show)?).await?;
        let episodes: Vec<_> = episodes.into_iter().filter(|one| one.deleted_ms.is_none()).collect();
        let all = 1 + episodes.len() as u64;
        let mut made = CopiesMade::default();
        self.make_avif_of(&show, cancel, &mut made).await?;
        for (done, record) in (1..).zip(&episodes) {
            sink(Progress::new("picture", done, all));
            self.make_avif_of(record, cancel, &mut made).await?;
        }
        Ok(made)
    }

    /// Those of one record.
    pub(crate) async fn make_avif_of<T: Pictured>(
        &self,
        record: &Record<T>,
        cancel: &Cancel,
        made: &mut CopiesMade,
    ) -> Result<()> {
        cancel.check()?;
        let Some(wanted) = missing(&record.body) else { return Ok(()) };
        match self.master(&wanted.from.master).await {
            Err(error) if error.code == Code::MediaAbsent => {
                made.absent += 1;
                return Ok(());
            }
            known => known?,
        };
        let path = files::path(self.root(), &wanted.from.master);
        let order = T::order().part(wanted.from.square).in_avif();
        let mut copies: Vec<MediaFacts> = vec![];
        let drawn = match self.make_picture(&path, order, cancel.clone()).await {
            // One picture that cannot be used does not keep the others from it.
            Err(error) if matches!(error.code, Code::MediaUnusable | Code::MediaUnreadable | Code::MediaTooLarge) => {
                made.absent += 1;
                return Ok(());
            }
            drawn => drawn?,
        };
        for copy in drawn.sizes {
            self.keep_bytes(copy.bytes).await?;
            copies.push(copy.facts);
        }
        let mut tx = self.library().transact().await?;
        // Another picture, or none, may have been chosen meanwhile.
        let now = tx.read::<T>(&record.id).await?.filter(|now| now.deleted_ms.is_none());
        let Some(now) = now.filter(|now| missing(&now.body).is_some_and(|one| one.picture == wanted.picture)) else {
            return Ok(());
        };
        let mut body = now.body;
        let (sizes, changed_ms) = body.copies();
        for facts in &copies {
            tx.put_media(facts, &wanted.picture.name).await?;
            sizes.push(copy_of(&wanted.picture.name, facts));
        }
        *changed_ms = self.now_ms();
        tx.put(&record.id, &body).await?;
        self.commit_own(tx).await?;
        made.pictures += 1;
        made.copies += copies.len() as u64;
        Ok(())
    }
}

/// The picture of a record, where it has no AVIF copy yet.
pub(crate) fn missing<T: Pictured>(body: &T) -> Option<Wanted> {
    let (picture, sizes, from) = body.picture();
    let from = from_of(picture, from.cloned())?;
    let is_missing = sizes.iter().all(|size| size.file.ext != AVIF);
    is_missing.then(|| picture.cloned().map(|picture| Wanted { picture, from }))?
}
