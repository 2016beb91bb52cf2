//! The chapters file of an episode whose chapters have pictures, as one place has it: it says where the pictures lie there, so
//! it is another file at every place. Other episodes have the file that is kept with them, and so has a feed whose files lie
//! nowhere yet (a copy on the disk).

use crate::{FeedInput, Item};
use hearthcast_model::picture::Picture;
use hearthcast_model::show::Attachment;
use hearthcast_model::{Episode, Sha256};
use hearthcast_text::chapters::write_json_with;
use std::borrow::Cow;
use std::collections::HashSet;

/// A chapters file that is written for a place, and lies there as every other one would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChaptersFile {
    /// Its content, and the name it has in public.
    pub file: Attachment,
    /// Its address.
    pub url: String,
    /// JSON chapters 1.2.
    pub text: String,
}

/// Those of all episodes in a feed, oldest episode first, each once.
pub(crate) fn all(input: &FeedInput, items: &[Item]) -> Vec<ChaptersFile> {
    let mut seen = HashSet::new();
    let written = items.iter().rev().filter_map(|item| of(input, item.episode));
    written.filter(|one| seen.insert(one.file.clone())).collect()
}

/// That of an episode; `None` where the kept one says all there is.
pub(crate) fn of(input: &FeedInput, episode: &Episode) -> Option<ChaptersFile> {
    let kept = episode.chapters_file.as_ref()?;
    if !input.urls.knows_any_file() || !has_pictures(episode) {
        return None;
    }
    let address = |picture: &Picture| input.urls.get(&picture.file).map(Cow::into_owned);
    let text = write_json_with(&episode.marks(), address);
    let file = Attachment { hash: Sha256::of(text.as_bytes()), ..kept.clone() };
    let url = input.urls.get(&file)?.into_owned();
    Some(ChaptersFile { file, url, text })
}

/// Asked for every episode of a long feed: nothing is copied for it.
fn has_pictures(episode: &Episode) -> bool {
    let chapters = episode.chapters.iter().any(|chapter| chapter.picture.is_some());
    chapters || episode.songs.iter().any(|song| song.picture.is_some())
}
