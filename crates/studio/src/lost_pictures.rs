//! Files of pictures that the disk lost are made again from what the pictures were made from, to the byte: whatever names them, also
//! listeners, finds them again. (Copies that were never made: `picture_copies`, `avif_copies`.)

use crate::Studio;
use crate::avif_copies::Pictured;
use crate::find_derived::{Job, Task};
use crate::picture_master::from_of;
use hearthcast_library::files;
use hearthcast_media::PictureOrder;
use hearthcast_model::derived::{DeriveFate, DeriveStep, DeriveWhat, DeriveWhy};
use hearthcast_model::rule::FileKind;
use hearthcast_model::show::Attachment;
use hearthcast_model::{Cancel, EpisodeId, Picture, PictureFrom, Result, Sha256, ShowId};

/// How the files of a picture are made.
pub(crate) struct Lost {
    from: PictureFrom,
    order: PictureOrder,
    files: Vec<Sha256>,
}

impl Studio {
    /// What is lost of a record's own picture, and of the pictures in it.
    pub(crate) fn lost_of<'a, T: Pictured>(
        &self,
        body: &'a T,
        others: impl Iterator<Item = (FileKind, &'a Picture)>,
        (show, episode, title): (&ShowId, Option<&EpisodeId>, &str),
    ) -> Vec<Task> {
        let (own, _, from) = body.picture();
        let own = own.map(|own| (vec![own], from_of(Some(own), from.cloned()), T::order()));
        let others = others.map(|(kind, picture)| (picture.files().collect(), picture.from.clone(), order_of(kind)));
        let task = |(named, from, order): (Vec<&Attachment>, Option<PictureFrom>, PictureOrder)| {
            let here = |hash: &Sha256| files::path(self.root(), hash).exists();
            let lost: Vec<Sha256> = named.iter().map(|file| file.hash.clone()).filter(|hash| !here(hash)).collect();
            let first = lost.first()?.clone();
            let from = from.filter(|from| here(&from.master));
            let step = DeriveStep {
                what: DeriveWhat::Copies,
                show: Some(show.clone()),
                episode: episode.cloned(),
                title: title.into(),
                file: Some(first),
                why: vec![DeriveWhy::new("absent", "files of a picture are not on this disk")],
                fate: if from.is_some() { DeriveFate::Planned } else { DeriveFate::NoSource },
                problem: String::new(),
            };
            let job = from.map_or(Job::Nothing, |from| Job::Lost(Lost { from, order, files: lost }));
            Some(Task { step, job })
        };
        own.into_iter().chain(others).filter_map(task).collect()
    }

    /// Makes them; whether all of them came out as they were.
    pub(crate) async fn bring_back(&self, lost: Lost, cancel: &Cancel) -> Result<bool> {
        let Lost { from, order, mut files } = lost;
        self.master(&from.master).await?;
        let path = files::path(self.root(), &from.master);
        // Earlier versions made more of them.
        let made = self.make_picture(&path, order.part(from.square).as_formerly(), cancel.clone()).await?;
        for file in made.picture.into_iter().chain(made.sizes) {
            if let Some(at) = files.iter().position(|hash| *hash == file.facts.sha256) {
                self.keep_bytes(file.bytes).await?;
                files.remove(at);
            }
        }
        Ok(files.is_empty())
    }
}

/// What a picture in a record is made as.
fn order_of(kind: FileKind) -> PictureOrder {
    match kind {
        FileKind::Banner => PictureOrder::banner(),
        FileKind::Favicon | FileKind::LinkIcon => PictureOrder::icon(),
        _ => PictureOrder::episode(),
    }
}
