//! The `<channel>`: what a feed says about the show.

use crate::error::FeedError;
use crate::links::Links;
use crate::xml::{Element, Ns};
use crate::{FeedInput, Item, categories, dates, link, podcast};
use hearthcast_model::Show;
use hearthcast_model::show::{Attachment, Category, ShowKind};
use hearthcast_text::plain_up_to;
use std::borrow::Cow;

/// Longest description directories take, in bytes.
pub const MAX_DESCRIPTION_BYTES: usize = 4000;

/// Builds the channel without its items.
pub fn element<'a>(input: &FeedInput<'a>, items: &[Item<'a>], links: Links<'a>) -> Result<Element<'a>, FeedError> {
    let show = input.show;
    let owner = || owner_of(show);
    let link = web_link(&show.link, owner)?.unwrap_or(Cow::Borrowed(&input.urls.feed));
    let channel = links
        .elements()
        .fold(Element::new(Ns::Rss, "channel"), Element::child)
        .child(Element::text(Ns::Rss, "title", show.title.as_str()))
        .child(Element::text(Ns::Rss, "link", link))
        .child(Element::text(Ns::Rss, "description", description(show)))
        .child(Element::text(Ns::Rss, "language", show.language.as_str()))
        .maybe(text_if(Ns::Rss, "copyright", &show.copyright))
        .child(Element::text(Ns::Rss, "generator", "Hearthcast"))
        .child(Element::text(Ns::Rss, "lastBuildDate", last_build(show, items)?))
        .maybe(newest(items)?.map(|date| Element::text(Ns::Rss, "pubDate", date)));
    podcast::channel_tags(input, itunes_tags(input, channel)?)
}

fn itunes_tags<'a>(input: &FeedInput<'a>, channel: Element<'a>) -> Result<Element<'a>, FeedError> {
    let show = input.show;
    let cover = show.cover.as_ref().ok_or_else(|| FeedError::CoverMissing { title: show.title.clone() })?;
    let mut channel = channel.maybe(text_if(Ns::Itunes, "author", &show.author)).maybe(owner(show)).child(image(
        input,
        cover,
        || owner_of(show),
    )?);
    for category in &show.categories {
        channel = channel.child(category_element(category)?);
    }
    let kind = match show.kind {
        ShowKind::Episodic => "episodic",
        ShowKind::Serial => "serial",
    };
    let channel = channel.child(explicit(show.explicit)).child(Element::text(Ns::Itunes, "type", kind));
    let yes = |name, so: bool| so.then(|| Element::text(Ns::Itunes, name, "Yes"));
    Ok(channel
        .maybe(text_if(Ns::Itunes, "new-feed-url", &show.new_feed_url))
        .maybe(yes("block", show.blocked))
        .maybe(yes("complete", show.complete)))
}

/// The description as plain text; the title where there is none, because RSS asks for one.
fn description(show: &Show) -> Cow<'_, str> {
    let words = plain_up_to(&show.description.safe, MAX_DESCRIPTION_BYTES);
    if words.is_empty() { Cow::Borrowed(&show.title) } else { Cow::Owned(words) }
}

/// `itunes:owner` is public: only with an e-mail the author gave for it.
fn owner(show: &Show) -> Option<Element<'_>> {
    (!show.owner_email.is_empty()).then(|| {
        Element::new(Ns::Itunes, "owner").maybe(text_if(Ns::Itunes, "name", &show.owner_name)).child(Element::text(
            Ns::Itunes,
            "email",
            show.owner_email.as_str(),
        ))
    })
}

fn category_element(category: &Category) -> Result<Element<'_>, FeedError> {
    if !categories::is_known(category) {
        return Err(FeedError::CategoryUnknown { name: categories::written(category) });
    }
    let sub = category.sub.as_deref();
    Ok(Element::new(Ns::Itunes, "category")
        .attribute("text", category.name.as_str())
        .maybe(sub.map(|sub| Element::new(Ns::Itunes, "category").attribute("text", sub))))
}

/// The newest change in what the feed shows; never the clock.
fn last_build(show: &Show, items: &[Item]) -> Result<String, FeedError> {
    let changed = items.iter().map(|item| item.episode.changed_ms).fold(show.changed_ms, i64::max);
    dates::rfc2822(changed).ok_or_else(|| FeedError::DateUnusable { owner: owner_of(show) })
}

fn newest(items: &[Item]) -> Result<Option<String>, FeedError> {
    items.first().map(|item| crate::item::pub_date(item.episode)).transpose()
}

/// The show, in a sentence.
pub fn owner_of(show: &Show) -> String {
    format!("the show \"{}\"", show.title)
}

/// An element with a text, unless the text is empty.
pub fn text_if<'a>(ns: Ns, name: &'static str, text: &'a str) -> Option<Element<'a>> {
    (!text.is_empty()).then(|| Element::text(ns, name, text))
}

/// `itunes:explicit`.
pub fn explicit(explicit: bool) -> Element<'static> {
    Element::text(Ns::Itunes, "explicit", if explicit { "true" } else { "false" })
}

/// `itunes:image`.
pub fn image<'a>(
    input: &FeedInput<'a>,
    file: &Attachment,
    owner: impl Fn() -> String,
) -> Result<Element<'a>, FeedError> {
    Ok(Element::new(Ns::Itunes, "image").attribute("href", url_of(input, file, owner)?))
}

/// The address of a file.
pub fn url_of<'a>(
    input: &FeedInput<'a>,
    file: &Attachment,
    owner: impl Fn() -> String,
) -> Result<Cow<'a, str>, FeedError> {
    let missing = || FeedError::UrlMissing { file: format!("{}.{}", file.name, file.ext), owner: owner() };
    input.urls.get(file).ok_or_else(missing)
}

/// A web page's address, written as browsers do; `None` when it is empty.
pub fn web_link<'a>(text: &'a str, owner: impl Fn() -> String) -> Result<Option<Cow<'a, str>>, FeedError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let link = link::written(text, &["http", "https"]);
    link.map(Some).ok_or_else(|| FeedError::LinkUnusable { link: text.to_string(), owner: owner() })
}
