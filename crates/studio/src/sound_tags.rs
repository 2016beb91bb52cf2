//! What stands in the tags of an episode's own sound files.

use crate::Studio;
use crate::make_audio::json;
use hearthcast_library::{files, media};
use hearthcast_media::process::{ChapterPicture, TagsToWrite};
use hearthcast_model::edit::Edit;
use hearthcast_model::show::Attachment;
use hearthcast_model::timeline::{Within, follow};
use hearthcast_model::{Chapter, Episode, EpisodeNumber, MediaFacts, Rendition, Result, Sha256, Show, slot};
use std::path::PathBuf;

/// Widest picture that is put into a sound file: larger ones only make every download longer.
const WIDEST_IN_TAGS: u32 = 1400;
/// A chapter's picture there has at least this longer side: apps show it as wide as the telephone.
const LEAST_IN_TAGS: u32 = 300;
/// Pictures of chapters in one sound file together: every listener downloads them.
const MOST_CHAPTER_PICTURES: u64 = 2 << 20;

impl Studio {
    /// What stands in the tags of an episode's own file.
    pub(crate) async fn tags_of(&self, show: &Show, episode: &Episode) -> Result<TagsToWrite> {
        let own = episode.image.as_ref().map(|image| (image, &episode.image_sizes));
        let cover = match own.or_else(|| show.cover.as_ref().map(|cover| (cover, &show.cover_sizes))) {
            Some((whole, sizes)) => {
                let fits = |size: &&Rendition| {
                    size.width_px <= WIDEST_IN_TAGS && matches!(size.file.ext.as_str(), "jpg" | "png")
                };
                let small = sizes.iter().find(fits);
                let itself = match small {
                    Some(size) => self.is_hardly_larger(whole, size).await?,
                    None => true,
                };
                let picture = small.filter(|_| !itself).map_or(whole, |size| &size.file);
                self.picture_for_tags(&picture.hash).await?
            }
            None => None,
        };
        let (chapter_pictures, pictures_left_out) = self.chapter_pictures(&episode.chapters).await?;
        Ok(TagsToWrite {
            title: episode.title.clone(),
            show: show.title.clone(),
            author: show.author.clone(),
            language: show.language.clone(),
            season: episode.season,
            number: episode.number.map(EpisodeNumber::floor),
            cover,
            chapter_pictures,
            pictures_left_out,
            chapters: without_places(episode.chapters.iter().cloned()),
            id3: show.id3,
            ..TagsToWrite::default()
        })
    }

    /// The same with the chapters on the clock of the recording, as the workshop takes them.
    pub(crate) async fn tags_on_master(&self, show: &Show, episode: &Episode, edit: &Edit) -> Result<TagsToWrite> {
        let tags = self.tags_of(show, episode).await?;
        let (before, known) = self.known_now(episode, edit.clone()).await?;
        if before.moves_nothing() {
            return Ok(tags);
        }
        let all = follow(&episode.chapters, &known.chapters, &before, &before);
        let chapters = all.into_iter().filter(|one| one.within == Within::Master).map(|one| one.master);
        let chapters = without_places(chapters);
        let (chapter_pictures, pictures_left_out) = self.chapter_pictures(&chapters).await?;
        Ok(TagsToWrite { chapter_pictures, pictures_left_out, chapters, ..tags })
    }

    /// A small copy of each chapter's picture, as long as all of them are light; how many are left out because they are not. A
    /// picture counts once for each chapter that has it: no tag has a way to name one twice.
    async fn chapter_pictures(&self, chapters: &[Chapter]) -> Result<(Vec<ChapterPicture>, u32)> {
        let (mut found, mut left_out) = (vec![], 0);
        let mut bytes = 0;
        for chapter in chapters {
            let Some(picture) = &chapter.picture else { continue };
            let fits = |size: &&Rendition| {
                size.width_px.max(size.height_px) >= LEAST_IN_TAGS && matches!(size.file.ext.as_str(), "jpg" | "png")
            };
            let smallest = picture.sizes.iter().filter(fits).min_by_key(|size| size.width_px);
            let file = smallest.map_or(&picture.file, |size| &size.file);
            let Some(path) = self.picture_for_tags(&file.hash).await? else { continue };
            let size = media::get(self.library(), &file.hash).await?.map_or(0, |known| known.facts.size_bytes);
            if bytes + size > MOST_CHAPTER_PICTURES {
                left_out += 1;
                continue;
            }
            bytes += size;
            found.push(ChapterPicture { start_ms: chapter.start_ms, path });
        }
        Ok((found, left_out))
    }

    /// Whether a picture is so little larger than the widest in tags that it has no copy of that size: it goes there itself.
    async fn is_hardly_larger(&self, whole: &Attachment, copy: &Rendition) -> Result<bool> {
        if copy.width_px.max(copy.height_px) >= WIDEST_IN_TAGS {
            return Ok(false);
        }
        let Some(known) = media::get(self.library(), &whole.hash).await? else { return Ok(false) };
        let longest = known.facts.width_px.max(known.facts.height_px).unwrap_or(0);
        let hardly = longest > WIDEST_IN_TAGS && !slot::is_clearly_smaller(WIDEST_IN_TAGS, longest);
        Ok(hardly && fits_in_tags(&known.facts))
    }

    async fn picture_for_tags(&self, hash: &Sha256) -> Result<Option<PathBuf>> {
        let path = files::path(self.root(), hash);
        let known = media::get(self.library(), hash).await?;
        Ok(known.filter(|known| fits_in_tags(&known.facts) && path.exists()).map(|_| path))
    }
}

fn fits_in_tags(facts: &MediaFacts) -> bool {
    facts.size_bytes <= hearthcast_media::probe::MOST_COVER_BYTES as u64
        && matches!(facts.mime.as_str(), "image/jpeg" | "image/png")
}

/// No tag of a sound has a field for places: another one makes no other tags.
fn without_places(chapters: impl Iterator<Item = Chapter>) -> Vec<Chapter> {
    chapters.map(|chapter| Chapter { location: None, ..chapter }).collect()
}

/// Tags by content: pictures by their names in the media folder, which are their hashes.
pub(crate) fn hash_of(tags: &TagsToWrite) -> Result<Sha256> {
    let name = |path: &PathBuf| path.file_name().map(PathBuf::from);
    let mut tags = TagsToWrite { cover: tags.cover.as_ref().and_then(name), ..tags.clone() };
    for picture in &mut tags.chapter_pictures {
        picture.path = name(&picture.path).unwrap_or_default();
    }
    Ok(Sha256::of(json(&tags)?.to_string().as_bytes()))
}
