//! Smaller copies of covers and episodes' pictures that an older version did not make, or that the disk lost, are made from the
//! picture's master. The picture itself stays as it is.

use crate::Studio;
use crate::avif_copies::{AVIF, Pictured};
use crate::picture_master::from_of;
use crate::pictures::copy_of;
use hearthcast_library::files;
use hearthcast_model::chapter::Rendition;
use hearthcast_model::{Cancel, MediaFacts, Record, Result, Sha256, slot};

/// Widths that places of a page need and none of the copies has. A picture made lighter may be a pixel off.
pub(crate) fn lacking(facts: &MediaFacts, sizes: &[Rendition]) -> Vec<u32> {
    let Some((width, height)) = facts.width_px.zip(facts.height_px) else { return vec![] };
    let has = |width: &u32| sizes.iter().any(|size| size.file.ext != AVIF && size.width_px.abs_diff(*width) <= 1);
    slot::widths(width, height).into_iter().filter(|width| !has(width)).collect()
}

impl Studio {
    /// Makes the copies of a record's picture that are missing, and puts back those the disk lost. Those that are there stay.
    pub(crate) async fn make_copies_of<T: Pictured>(&self, record: &Record<T>, cancel: &Cancel) -> Result<()> {
        let (picture, sizes, from) = record.body.picture();
        let (Some(picture), Some(from)) = (picture.cloned(), from_of(picture, from.cloned())) else { return Ok(()) };
        self.master(&from.master).await?;
        let path = files::path(self.root(), &from.master);
        let order = T::order().part(from.square);
        let drawn = self.make_picture(&path, order, cancel.clone()).await?;
        let mut copies = vec![];
        for copy in drawn.sizes {
            self.keep_bytes(copy.bytes).await?;
            copies.push(copy.facts);
        }
        let here = |hash: &Sha256| files::path(self.root(), hash).exists();
        let lost: Vec<&Sha256> = sizes.iter().map(|size| &size.file.hash).filter(|hash| !here(hash)).collect();
        if !lost.is_empty() {
            // Earlier versions made some nearly as large as the picture: those that the record names come back, and no others.
            let formerly = self.make_picture(&path, order.as_formerly(), cancel.clone()).await?;
            for copy in formerly.sizes {
                if lost.contains(&&copy.facts.sha256) {
                    self.keep_bytes(copy.bytes).await?;
                }
            }
        }
        let mut tx = self.library().transact().await?;
        let now = tx.read::<T>(&record.id).await?.filter(|now| now.deleted_ms.is_none());
        // Another picture, or none, may have been chosen meanwhile.
        let Some(now) = now.filter(|now| now.body.picture().0 == Some(&picture)) else { return Ok(()) };
        let mut body = now.body;
        let (sizes, changed_ms) = body.copies();
        let has = |sizes: &[Rendition], facts: &MediaFacts| {
            let as_wide =
                |size: &Rendition| Some(size.width_px) == facts.width_px && size.file.ext == facts.extension();
            sizes.iter().any(as_wide)
        };
        let before = sizes.len();
        for facts in &copies {
            tx.put_media(facts, &picture.name).await?;
            if !has(sizes, facts) {
                sizes.push(copy_of(&picture.name, facts));
            }
        }
        if sizes.len() > before {
            sizes.sort_by_key(|size| (size.file.ext == AVIF, std::cmp::Reverse(size.width_px)));
            *changed_ms = self.now_ms();
            tx.put(&record.id, &body).await?;
        }
        self.commit_own(tx).await
    }
}
