//! Podcasting 2.0 tags (FEED.md §1): which stand at the show, which at an episode, and in which order.
//!
//! What a tag may not hold is an error that names the thing, never a broken tag: apps drop those without a word.

mod about;
mod files;
mod live;
mod tag;
mod value;

pub use tag::MAX_TEXT;

use crate::channel::url_of;
use crate::error::FeedError;
use crate::urls::UrlMap;
use crate::xml::{Element, Ns};
use crate::{FeedInput, channel, item, podlove};
use hearthcast_model::chapter::Transcript;
use hearthcast_model::namespace::{EpisodeTags, RemoteItem};
use hearthcast_model::person::{Funding, Person};
use hearthcast_model::{Episode, Show};
use hearthcast_text::chapters;
use hearthcast_text::transcript::Format;
use std::borrow::Cow;
use tag::{Owner, Tag, limited, secure_link};

/// Longest text in place of an episode's number, in characters.
const MAX_DISPLAY: usize = 32;

/// What a feed can be (`podcast:medium`); each but `mixed` also with an `L` behind it, for lists of such feeds.
pub const MEDIA: [&str; 9] =
    ["podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "publisher", "course"];

/// Whether `podcast:medium` knows the word.
pub fn is_medium(text: &str) -> bool {
    text == "mixed" || MEDIA.contains(&text.strip_suffix('L').unwrap_or(text))
}

/// The channel's tags.
pub(crate) fn channel_tags<'a>(input: &FeedInput<'a>, channel: Element<'a>) -> Result<Element<'a>, FeedError> {
    let (show, tags) = (input.show, &input.show.tags);
    let owner: Owner<'_> = &|| channel::owner_of(show);
    let channel = channel.child(locked(show)).maybe(guid(show)).maybe(medium(show)?);
    let channel = each(channel, &show.funding, |one| funding_element(one, owner))?;
    let channel = each(channel, &show.persons, |one| person_element(one, owner))?;
    let channel = each(channel, &tags.locations, |one| about::location(one, owner))?;
    let channel = each(channel, &tags.license, |one| about::license(one, owner))?;
    let channel = each(channel, &tags.trailers, |one| about::trailer(one, owner))?;
    let channel = each(channel, &tags.images, |one| about::image(one, owner))?;
    let channel = each(channel, &tags.values, |one| value::value(one, owner))?;
    let channel = each(channel, &tags.social, |one| about::social(one, owner))?;
    let channel = each(channel, &tags.blocks, |one| about::block(one, owner))?;
    let channel = each(channel, &tags.txts, |one| about::txt(one, owner))?;
    let channel = each(channel, &tags.remote_items, |one| value::remote_item(one, owner))?;
    let channel = channel.maybe(podroll(&tags.podroll, owner)?);
    let channel = each(channel, &tags.update_frequency, |one| about::update_frequency(one, owner))?;
    let channel = channel.maybe(tags.uses_podping.map(podping)).maybe(publisher(tags.publisher.as_ref(), owner)?);
    let channel = each(channel, &tags.chat, |one| about::chat(one, owner))?;
    each(channel, &tags.live_items, |one| live::live_item(input, one, owner))
}

/// The item's tags.
pub(crate) fn item_tags<'a>(
    input: &FeedInput<'a>,
    episode: &'a Episode,
    item: Element<'a>,
    owner: impl Fn() -> String,
) -> Result<Element<'a>, FeedError> {
    let (owner, tags): (Owner<'_>, _) = (&owner, &episode.tags);
    let item = item.maybe(season(episode, owner)?).maybe(episode_number(episode, owner)?);
    let item = item.maybe(chapters_element(input, episode, owner)?).maybe(podlove::chapters(input, episode, owner)?);
    let item = each(item, &episode.transcripts, |one| transcript_element(input, one, owner))?;
    let item = each(item, &episode.persons, |one| person_element(one, owner))?;
    episode_tags(input, tags, item, owner)
}

/// What an item says beyond its own, at an episode and at a broadcast.
fn episode_tags<'a>(
    input: &FeedInput<'a>,
    tags: &'a EpisodeTags,
    item: Element<'a>,
    owner: Owner<'_>,
) -> Result<Element<'a>, FeedError> {
    if tags.is_empty() {
        return Ok(item);
    }
    let item = each(item, &tags.funding, |one| funding_element(one, owner))?;
    let item = each(item, &tags.soundbites, |one| about::soundbite(one, owner))?;
    let item = each(item, &tags.locations, |one| about::location(one, owner))?;
    let item = each(item, &tags.license, |one| about::license(one, owner))?;
    let item = each(item, &tags.images, |one| about::image(one, owner))?;
    let item = each(item, &tags.alternate_enclosures, |one| files::alternate(input, one, owner))?;
    let item = each(item, &tags.values, |one| value::value(one, owner))?;
    let item = each(item, &tags.content_links, |one| about::content_link(one, owner))?;
    let item = each(item, &tags.social, |one| about::social(one, owner))?;
    let item = each(item, &tags.txts, |one| about::txt(one, owner))?;
    each(item, &tags.chat, |one| about::chat(one, owner))
}

/// What keeps a show's tags from being written, if anything does. Files are not asked for.
pub fn check_show(show: &Show) -> Result<(), FeedError> {
    tried(show, |input| channel_tags(input, Element::new(Ns::Rss, "channel")).map(drop))
}

/// What keeps an episode's tags from being written, if anything does. Files are not asked for.
pub fn check_episode(episode: &Episode) -> Result<(), FeedError> {
    let show = Show::new("", "", 0);
    let owner = || item::owner_of(episode);
    tried(&show, |input| item_tags(input, episode, Element::new(Ns::Rss, "item"), owner).map(drop))
}

fn tried(show: &Show, write: impl FnOnce(&FeedInput<'_>) -> Result<(), FeedError>) -> Result<(), FeedError> {
    let (facts, urls) = (Default::default(), UrlMap::by_rule(String::new(), "https://example.org/", |_, _| {}));
    write(&FeedInput { show, items: &[], facts: &facts, urls: &urls, as_of_ms: 0 })
}

/// Adds a tag for each of several things.
fn each<'a, T: 'a>(
    parent: Element<'a>,
    things: impl IntoIterator<Item = &'a T>,
    tag: impl Fn(&'a T) -> Result<Element<'a>, FeedError>,
) -> Result<Element<'a>, FeedError> {
    things.into_iter().try_fold(parent, |parent, thing| Ok(parent.child(tag(thing)?)))
}

fn podroll<'a>(shows: &'a [RemoteItem], owner: Owner<'_>) -> Result<Option<Element<'a>>, FeedError> {
    let roll = each(Element::new(Ns::Podcast, "podroll"), shows, |one| value::remote_item(one, owner))?;
    Ok((!shows.is_empty()).then_some(roll))
}

fn publisher<'a>(of: Option<&'a RemoteItem>, owner: Owner<'_>) -> Result<Option<Element<'a>>, FeedError> {
    let Some(item) = of else { return Ok(None) };
    let tag = Tag::new("publisher", "the publisher's feed", owner);
    let tag = tag.ensure(item.medium == "publisher", "must be of the medium publisher")?;
    Ok(Some(tag.child(value::remote_item(item, owner)?).done()))
}

fn podping(uses: bool) -> Element<'static> {
    Element::new(Ns::Podcast, "podping").attribute("usesPodping", if uses { "true" } else { "false" })
}

fn locked(show: &Show) -> Element<'_> {
    let locked = Element::text(Ns::Podcast, "locked", if show.locked { "yes" } else { "no" });
    if show.owner_email.is_empty() { locked } else { locked.attribute("owner", show.owner_email.as_str()) }
}

fn guid(show: &Show) -> Option<Element<'_>> {
    let guid = show.podcast_guid.as_deref().filter(|guid| !guid.is_empty());
    guid.map(|guid| Element::text(Ns::Podcast, "guid", guid))
}

fn medium(show: &Show) -> Result<Option<Element<'_>>, FeedError> {
    if !show.medium.is_empty() && !is_medium(&show.medium) {
        return Err(FeedError::MediumUnknown { medium: show.medium.clone() });
    }
    Ok(channel::text_if(Ns::Podcast, "medium", &show.medium))
}

fn funding_element<'a>(funding: &'a Funding, owner: Owner<'_>) -> Result<Element<'a>, FeedError> {
    let tag = Tag::around("funding", "a way to give", &funding.text, MAX_TEXT, owner)?;
    tag.needed_link("url", &funding.url).map(Tag::done)
}

pub(super) fn person_element<'a>(person: &'a Person, owner: Owner<'_>) -> Result<Element<'a>, FeedError> {
    let what = "a person";
    let mut element = Element::text(Ns::Podcast, "person", tag::text(&person.name, what, MAX_TEXT, owner)?);
    for (name, words) in [("role", &person.role), ("group", &person.group)] {
        if !words.trim().is_empty() {
            element = element.attribute(name, lower(limited(words, what, MAX_TEXT, owner)?));
        }
    }
    for (name, url) in [("img", &person.img), ("href", &person.href)] {
        if !url.trim().is_empty() {
            element = element.attribute(name, secure_link(url, what, owner)?);
        }
    }
    Ok(element)
}

fn season<'a>(episode: &'a Episode, owner: Owner<'_>) -> Result<Option<Element<'a>>, FeedError> {
    let name = limited(&episode.season_name, "a season", MAX_TEXT, owner)?;
    Ok(number("season", episode.season.filter(|n| *n > 0)).map(|season| match name {
        "" => season,
        name => season.attribute("name", name),
    }))
}

fn episode_number<'a>(episode: &'a Episode, owner: Owner<'_>) -> Result<Option<Element<'a>>, FeedError> {
    let display = limited(&episode.tags.number_display, "an episode's number", MAX_DISPLAY, owner)?;
    Ok(number("episode", episode.number.filter(|number| !number.is_zero())).map(|number| match display {
        "" => number,
        display => number.attribute("display", display),
    }))
}

fn number(name: &'static str, number: Option<impl ToString>) -> Option<Element<'static>> {
    number.map(|n| Element::text(Ns::Podcast, name, n.to_string()))
}

fn chapters_element<'a>(
    input: &FeedInput<'a>,
    episode: &'a Episode,
    owner: Owner<'_>,
) -> Result<Option<Element<'a>>, FeedError> {
    let Some(file) = &episode.chapters_file else { return Ok(None) };
    let url = url_of(input, file, owner)?;
    Ok(Some(Element::new(Ns::Podcast, "chapters").attribute("url", url).attribute("type", chapters::MIME)))
}

fn transcript_element<'a>(
    input: &FeedInput<'a>,
    transcript: &'a Transcript,
    owner: Owner<'_>,
) -> Result<Element<'a>, FeedError> {
    let Transcript { file, language, captions } = transcript;
    let unknown = || FeedError::TranscriptUnknown { file: format!("{}.{}", file.name, file.ext), owner: owner() };
    let format = Format::of_ext(&file.ext).ok_or_else(unknown)?;
    let mut element = Element::new(Ns::Podcast, "transcript")
        .attribute("url", url_of(input, file, owner)?)
        .attribute("type", format.mime());
    if !language.is_empty() {
        element = element.attribute("language", language.as_str());
    }
    Ok(if *captions { element.attribute("rel", "captions") } else { element })
}

/// Roles and groups are compared in lower case.
fn lower(text: &str) -> Cow<'_, str> {
    match text.chars().any(char::is_uppercase) {
        true => Cow::Owned(text.to_lowercase()),
        false => Cow::Borrowed(text),
    }
}
