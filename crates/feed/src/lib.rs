//! The feed as a pure function of released records: RSS 2.0 with iTunes and podcast-namespace tags.
//!
//! Same input, same bytes, on laptop and server. Nothing here reads a clock, a file or a network, and nothing here
//! decides what the public may see: that is `hearthcast_model::visible`.

pub mod categories;
mod channel;
mod chapters;
pub mod dates;
mod error;
mod guid;
mod item;
mod link;
mod links;
pub mod pages;
pub mod podcast;
mod podlove;
pub mod summary;
pub mod urls;
pub mod variant;
pub mod xml;

pub use chapters::ChaptersFile;
pub use error::FeedError;
pub use guid::podcast_guid;
pub use item::current;
pub use pages::Page;
pub use variant::Variant;

use hearthcast_model::visible::released_by;
use hearthcast_model::{Episode, EpisodeId, MediaFacts, Sha256, Show};
use links::Links;
use std::collections::{HashMap, HashSet};
use urls::UrlMap;
use xml::{Document, Ns};

/// Version of this writer. Grows whenever the same input gives other bytes.
///
/// 2: season and episode of the podcast namespace, people, ways to give, medium, chapters, transcripts.
/// 3: the show's words after every episode's notes.
/// 4: all tags of the podcast namespace, `itunes:block`, `itunes:complete`.
/// 5: chapters in the feed itself (`psc:chapters`).
/// 6: sound at somebody else's address, guids that are addresses, elements of others' namespaces, less HTML for those who want it;
/// pages, further feeds, the hub.
/// 7: pictures in notes.
/// 8: what the cover and an episode's picture show.
/// 9: chapters files with the pictures of chapters, each written for its place.
/// 10: another title for Apple (`itunes:title`), a summary that says something else than the notes.
/// 11: a summary with signs or lines that HTML would read otherwise stands in the description as HTML.
pub const RENDERER: u32 = 11;

/// What readers of this feed notice of the writers after `renderer`, for records that did not change.
pub fn news_since(renderer: u32, feed: &str) -> Vec<&'static str> {
    let all = [
        (
            2,
            &["<podcast:season", "<podcast:episode"][..],
            "season and episode numbers stand in the podcast namespace, too",
        ),
        (5, &["<psc:chapters"], "chapters stand in the feed itself, too"),
        // Only a chapter's tag has it.
        (9, &[" image=\"http"], "pictures of chapters stand in their files, too"),
    ];
    let told = |(since, tags, _): &(u32, &[&str], _)| *since > renderer && tags.iter().any(|tag| feed.contains(tag));
    all.into_iter().filter(told).map(|(_, _, news)| news).collect()
}

/// An episode with its released body.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// The episode's id; orders episodes of the same instant.
    pub id: &'a EpisodeId,
    /// What the public sees of it.
    pub episode: &'a Episode,
}

/// Everything a feed is made of.
#[derive(Debug, Clone, Copy)]
pub struct FeedInput<'a> {
    /// The released show.
    pub show: &'a Show,
    /// Released episodes, in any order; those that are not public at `as_of_ms` are left out.
    pub items: &'a [Item<'a>],
    /// What is known about the audio files.
    pub facts: &'a HashMap<Sha256, MediaFacts>,
    /// Where feed and files will be found.
    pub urls: &'a UrlMap,
    /// The instant the feed is made for, Unix milliseconds.
    pub as_of_ms: i64,
}

/// A feed with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendered {
    /// What is found at the feed's own address.
    pub feed: Vec<u8>,
    /// The pages behind it, oldest first; none where it is whole.
    pub pages: Vec<Page>,
    /// The show's further feeds, in its author's order.
    pub variants: Vec<Variant>,
    /// The chapters files that these name and nobody keeps: each is written for its place. Oldest episode first.
    pub chapters: Vec<ChaptersFile>,
}

/// Writes the feed: UTF-8, newest episode first. Either whole or an error that names what is missing. Of a show with pages it
/// is the first document, as in [`render_all`].
pub fn render(input: &FeedInput) -> Result<Vec<u8>, FeedError> {
    let items = public_items(input);
    check_guids(&items)?;
    first(input, &items).map(|(feed, _)| feed)
}

/// Writes the feed, its pages, the show's further feeds, and the chapters files that are written for the place.
pub fn render_all(input: &FeedInput) -> Result<Rendered, FeedError> {
    let items = public_items(input);
    check_guids(&items)?;
    let (feed, pages) = first(input, &items)?;
    let variants = input.show.feed_variants.iter().map(|one| variant::written(input, &items, one));
    let variants = variants.collect::<Result<_, _>>()?;
    Ok(Rendered { feed, pages, variants, chapters: chapters::all(input, &items) })
}

/// What is found at the feed's address, and the pages it leads to.
fn first(input: &FeedInput, items: &[Item]) -> Result<(Vec<u8>, Vec<Page>), FeedError> {
    let (newest, older) = pages::cut(items, input.show.feed_page);
    let pages = pages::written(input, &older)?;
    let feed = &input.urls.feed;
    let mut links = Links::of(feed.as_str());
    if let (Some(oldest), Some(next)) = (pages.first(), pages.last()) {
        links = pages::with_older(links, feed, Some(&next.url), &oldest.url);
    }
    let show = input.show;
    for variant in &show.feed_variants {
        let title = if variant.title.trim().is_empty() { &show.title } else { &variant.title };
        links = links.alternate(input.urls.variant(&variant.name), title.as_str());
    }
    Ok((document(input, newest, links.hub(&show.hub))?, pages))
}

/// One document with these episodes.
pub(crate) fn document(input: &FeedInput, items: &[Item], links: Links) -> Result<Vec<u8>, FeedError> {
    let mut document = Document::with_capacity(size_about(items));
    document.start(Ns::Rss, "rss").attribute("version", "2.0").open();
    channel::open(&mut document, input, items, links)?;
    let suffix = item::current(&input.show.notes_suffix.safe);
    for item in items {
        item::write(&mut document, input, &suffix, item)?;
    }
    Ok(document.finish())
}

/// About how many bytes the feed will have: notes stand in it twice, and once more as plain text. Rather too many than too few:
/// memory that is not written costs nothing, and a document that outgrows its own is copied.
fn size_about(items: &[Item]) -> usize {
    let of = |episode: &Episode| {
        let lists = episode.chapters.len() + episode.songs.len() + episode.transcripts.len() + episode.persons.len();
        episode.notes.safe.html.len() * 3 + episode.summary.len() * 2 + lists * 250 + 2_000
    };
    items.iter().map(|item| of(item.episode)).sum::<usize>() + 8_000
}

/// Episodes that are public and have audio, newest first. Posts are for websites.
fn public_items<'a>(input: &FeedInput<'a>) -> Vec<Item<'a>> {
    let is_public = |item: &&Item| item.episode.is_in_feeds() && released_by(item.episode, input.as_of_ms);
    let mut items: Vec<Item> = input.items.iter().filter(is_public).copied().collect();
    items.sort_by(|a, b| (b.episode.publish_at_ms, b.id).cmp(&(a.episode.publish_at_ms, a.id)));
    items
}

/// Apps take two items with the same guid for one, and items without guid for new ones every day.
fn check_guids(items: &[Item]) -> Result<(), FeedError> {
    let mut seen = HashSet::with_capacity(items.len());
    for Item { id, episode } in items {
        if hearthcast_text::chars::xml_only(&episode.guid).trim().is_empty() {
            return Err(FeedError::GuidMissing { episode: (*id).clone(), title: episode.title.clone() });
        }
        if !seen.insert(episode.guid.as_str()) {
            return Err(FeedError::GuidRepeated { episode: (*id).clone(), title: episode.title.clone() });
        }
    }
    Ok(())
}
