//! Which files a record names, and where: of what is written as well as of what is released.

use crate::media_library::{MediaPlace, PrivatePlace, UseState};
use crate::picture::{Picture, PictureFrom};
use crate::record::Body;
use crate::rule::FileKind;
use crate::{Episode, Record, Sha256, Show};
use std::collections::BTreeMap;

/// A body that names files.
pub trait NamesFiles: Body {
    /// Every file it names, with where, as far as the body says it.
    fn named(&self) -> Vec<(MediaPlace, Sha256)>;
    /// Whether it waits to be finished.
    fn is_draft(&self) -> bool;
}

impl NamesFiles for Show {
    fn named(&self) -> Vec<(MediaPlace, Sha256)> {
        let published = self.kinds_of_files().map(|(kind, file)| (MediaPlace::Published(kind), file.hash.clone()));
        let beside = [(PrivatePlace::Intro, &self.recipe.intro), (PrivatePlace::Outro, &self.recipe.outro)];
        let beside = beside.into_iter().filter_map(|(place, file)| Some((place, file.as_ref()?.hash.clone())));
        let private = originals(self.cover_from.as_ref(), self.pictures()).chain(beside);
        published.chain(private.map(|(place, hash)| (MediaPlace::Private(place), hash))).collect()
    }

    fn is_draft(&self) -> bool {
        false
    }
}

impl NamesFiles for Episode {
    fn named(&self) -> Vec<(MediaPlace, Sha256)> {
        let published = self.kinds_of_files().map(|(kind, file)| (MediaPlace::Published(kind), file.hash.clone()));
        let private = originals(self.image_from.as_ref(), self.pictures());
        published.chain(private.map(|(place, hash)| (MediaPlace::Private(place), hash))).collect()
    }

    fn is_draft(&self) -> bool {
        self.draft
    }
}

fn originals<'a>(
    own: Option<&'a PictureFrom>,
    pictures: impl Iterator<Item = (FileKind, &'a Picture)>,
) -> impl Iterator<Item = (PrivatePlace, Sha256)> {
    let all = own.into_iter().chain(pictures.filter_map(|(_, picture)| picture.from.as_ref()));
    all.map(|from| (PrivatePlace::Original, from.master.clone()))
}

/// Where a record uses which files, of what is released as well as of what is written.
pub fn uses<T: NamesFiles>(record: &Record<T>) -> Vec<(Sha256, MediaPlace, UseState)> {
    let mut found: BTreeMap<(MediaPlace, Sha256), UseState> = BTreeMap::new();
    let is_public = record.released.is_some();
    for place in record.released.iter().flat_map(NamesFiles::named) {
        found.insert(place, UseState::UntilPublished);
    }
    // Of what is removed, only what listeners still have counts.
    for place in record.body.named().into_iter().filter(|_| record.deleted_ms.is_none()) {
        let next = if record.body.is_draft() && !is_public { UseState::Draft } else { UseState::WithNext };
        found.entry(place).and_modify(|state| *state = UseState::Published).or_insert(next);
    }
    // Nobody but the author ever has what a picture was made from.
    let seen = |place: MediaPlace, state| match place {
        MediaPlace::Private(_) => UseState::Draft,
        MediaPlace::Published(_) => state,
    };
    found.into_iter().map(|((place, hash), state)| (hash, place, seen(place, state))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::Attachment;
    use crate::{DeviceId, Rendition, ShowId};

    fn file(text: &str, ext: &str) -> Attachment {
        Attachment { hash: Sha256::of(text.as_bytes()), name: text.into(), ext: ext.into() }
    }

    #[test]
    fn point_9_what_is_released_and_what_is_written_are_told_apart() {
        let show = ShowId::parse("01890a5d-ac96-774b-bcce-b302099a8057").unwrap();
        let mut old = Episode::new(show, "g", "One", "one", 0);
        old.audio = Some(file("first", "mp3"));
        old.image = Some(file("picture", "jpg"));
        old.image_sizes = vec![Rendition { width_px: 600, height_px: 600, file: file("copy", "jpg") }];
        old.image_from = Some(PictureFrom { master: Sha256::of(b"photo"), square: None });
        let mut new = old.clone();
        new.audio = Some(file("second", "mp3"));
        let mut record = Record {
            id: "e".into(),
            rev: 1,
            base_rev: 0,
            hash: Sha256::of(b""),
            deleted_ms: None,
            device: DeviceId::parse("01890a5d-ac96-774b-bcce-b302099a8057").unwrap(),
            body: new,
            released: Some(old),
        };
        let state = |record: &Record<Episode>, name: &str| {
            let hash = Sha256::of(name.as_bytes());
            uses(record).into_iter().filter(|one| one.0 == hash).map(|one| (one.1.as_str(), one.2)).collect::<Vec<_>>()
        };
        assert_eq!(state(&record, "first"), [("audio", UseState::UntilPublished)]);
        assert_eq!(state(&record, "second"), [("audio", UseState::WithNext)]);
        assert_eq!(state(&record, "picture"), [("episode_image", UseState::Published)]);
        assert_eq!(state(&record, "copy"), [("thumbnail", UseState::Published)]);
        assert_eq!(state(&record, "photo"), [("original", UseState::Draft)], "a master is never public");
        record.deleted_ms = Some(1);
        assert_eq!(state(&record, "picture"), [("episode_image", UseState::UntilPublished)], "it was removed");
        assert_eq!(state(&record, "second"), []);
        record.deleted_ms = None;
        record.released = None;
        record.body.draft = true;
        assert_eq!(state(&record, "second"), [("audio", UseState::Draft)]);
        assert_eq!(state(&record, "first"), [], "it is nowhere any more");
    }
}
