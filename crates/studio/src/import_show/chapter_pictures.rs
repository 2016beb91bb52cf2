//! Pictures of chapters that imports brought: which addresses are wanted, and how they stand beside chapters that a feed says anew,
//! which never hold any. Pure.

use hearthcast_intake::ChapterImage;
use hearthcast_library::import::File;
use hearthcast_model::import::{ImportKind, ImportState, ImportedFile};
use hearthcast_model::{Episode, Picture};
use std::collections::BTreeMap;

/// Most pictures of an episode's chapters that are brought.
pub(crate) const MOST: usize = 300;

/// Every address once, with all chapters it is the picture of.
pub(crate) fn addresses(images: &[ChapterImage]) -> BTreeMap<&str, Vec<i64>> {
    let mut by_url: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for image in images.iter().take(MOST) {
        by_url.entry(&image.url).or_default().push(image.start_ms);
    }
    by_url
}

/// The files that a chapters file names.
pub(crate) fn files(episode: &str, images: &[ChapterImage]) -> Vec<File> {
    let file = |(url, starts_ms): (&str, Vec<i64>)| File {
        episode: episode.into(),
        kind: ImportKind::ChapterPicture,
        url: url.into(),
        state: ImportState::Wanted,
        about: ImportedFile { starts_ms, ..ImportedFile::default() },
    };
    addresses(images).into_iter().map(file).collect()
}

/// The episode as its feed said it: without the pictures of chapters that imports brought.
pub(crate) fn without(mine: &Episode, is_ours: impl Fn(&Picture) -> bool) -> Episode {
    let mut bare = mine.clone();
    for chapter in &mut bare.chapters {
        chapter.picture = chapter.picture.take().filter(|picture| !is_ours(picture));
    }
    bare
}

/// Gives chapters the pictures back that those of before had, where they still begin then.
pub(crate) fn put_back(episode: &mut Episode, before: &Episode) {
    for chapter in episode.chapters.iter_mut().filter(|chapter| chapter.picture.is_none()) {
        let same = before.chapters.iter().find(|known| known.start_ms == chapter.start_ms);
        chapter.picture = same.and_then(|known| known.picture.clone());
    }
}
