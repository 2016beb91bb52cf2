//! A long feed in pages (RFC 5005 §3). The feed's own address has the newest N to 2N-1 episodes, every page behind it N.
//!
//! Pages are cut from the oldest episode on, so a new episode changes none of them: when the first document has 2N, its N
//! oldest become one more page. A page says only what can be known for ever: its own address, the first document, the page of
//! older episodes (`next`) and the oldest (`last`), never a newer page (`previous`, which the standard leaves free).

use crate::links::Links;
use crate::{FeedError, FeedInput, Item, document};
use hearthcast_model::{Sha256, Show};
use std::borrow::Cow;

/// A page behind the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// From 1, the oldest.
    pub number: u32,
    /// What it is, whatever its own address: hash of its bytes with an empty one.
    pub content: Sha256,
    /// Its address.
    pub url: String,
    /// UTF-8.
    pub bytes: Vec<u8>,
}

/// Episodes, newest first: those of the first document, and those of each page, newest page first.
pub(crate) fn cut<'i, 'a>(items: &'i [Item<'a>], size: u32) -> (&'i [Item<'a>], Vec<&'i [Item<'a>]>) {
    let size = size as usize;
    let behind = items.len().checked_div(size).map_or(0, |whole| whole.saturating_sub(1) * size);
    let (first, older) = items.split_at(items.len() - behind);
    (first, older.chunks(size.max(1)).collect())
}

/// The pages, oldest first.
pub(crate) fn written(input: &FeedInput, pages: &[&[Item]]) -> Result<Vec<Page>, FeedError> {
    let show = kept(input.show);
    let input = FeedInput { show: &show, ..*input };
    let mut written: Vec<Page> = Vec::with_capacity(pages.len());
    for (items, number) in pages.iter().rev().zip(1..) {
        let page = page(&input, items, number, &written)?;
        written.push(page);
    }
    Ok(written)
}

/// What the show says in its older pages: nothing of what comes and goes, so that they stay as they are.
fn kept(show: &Show) -> Show {
    let mut show = show.clone();
    show.new_feed_url.clear();
    show.tags.live_items.clear();
    // The newest change of what stands in the page is that of its episodes.
    show.changed_ms = 0;
    show
}

fn page(input: &FeedInput, items: &[Item], number: u32, older: &[Page]) -> Result<Page, FeedError> {
    let at = |own: &str| {
        let next = older.last().map(|page| page.url.as_str());
        let last = older.first().map_or(own, |page| page.url.as_str());
        let links = with_older(Links::of(Cow::Owned(own.to_string())), &input.urls.feed, next, last);
        document(input, items, links)
    };
    // Its address may name its content, which then cannot hold its address.
    let content = Sha256::of(&at("")?);
    let url = input.urls.page(number, &content);
    Ok(Page { number, bytes: at(&url)?, content, url })
}

/// Adds where the rest of the feed is.
pub(crate) fn with_older<'a>(links: Links<'a>, first: &str, next: Option<&str>, last: &str) -> Links<'a> {
    let links = links.to("first", first.to_string());
    let links = next.into_iter().fold(links, |links, next| links.to("next", next.to_string()));
    links.to("last", last.to_string())
}
