//! Podcasting 2.0 tags (FEED.md §1): which stand at the show, which at an episode, and in which order.
//!
//! What a tag may not hold is an error that names the thing, never a broken tag: apps drop those without a word.

mod about;
mod files;
mod live;
mod tag;
mod value;

pub use tag::MAX_TEXT;

use crate::error::FeedError;
use crate::urls::UrlMap;
use crate::xml::{Document, Ns};
use crate::{FeedInput, channel, item, podlove};
use hearthcast_model::chapter::Transcript;
use hearthcast_model::namespace::{EpisodeTags, RemoteItem};
use hearthcast_model::person::{Funding, Person};
use hearthcast_model::show::Attachment;
use hearthcast_model::{Episode, Show};
use hearthcast_text::chapters;
use hearthcast_text::transcript::Format;
use std::borrow::Cow;
use tag::{Owner, Tag, limited};

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
pub(crate) fn channel_tags(out: &mut Document, input: &FeedInput) -> Result<(), FeedError> {
    let (show, tags) = (input.show, &input.show.tags);
    let owner: Owner<'_> = &|| channel::owner_of(show);
    locked(out, show);
    out.text_if(Ns::Podcast, "guid", show.podcast_guid.as_deref().unwrap_or_default());
    medium(out, show)?;
    each(out, &show.funding, |out, one| funding(out, one, owner))?;
    each(out, &show.persons, |out, one| person(out, one, owner))?;
    each(out, &tags.locations, |out, one| about::location(out, one, owner))?;
    each(out, &tags.license, |out, one| about::license(out, one, owner))?;
    each(out, &tags.trailers, |out, one| about::trailer(out, one, owner))?;
    about::artwork(out, input, (show.cover.as_ref(), &show.cover_alt), &tags.images, owner)?;
    each(out, &tags.images, |out, one| about::image(out, one, owner))?;
    each(out, &tags.values, |out, one| value::value(out, one, owner))?;
    each(out, &tags.social, |out, one| about::social(out, one, owner))?;
    each(out, &tags.blocks, |out, one| about::block(out, one, owner))?;
    each(out, &tags.txts, |out, one| about::txt(out, one, owner))?;
    each(out, &tags.remote_items, |out, one| value::remote_item(out, one, owner))?;
    podroll(out, &tags.podroll, owner)?;
    each(out, &tags.update_frequency, |out, one| about::update_frequency(out, one, owner))?;
    each(out, &tags.uses_podping, |out, uses| podping(out, *uses))?;
    each(out, &tags.publisher, |out, one| publisher(out, one, owner))?;
    each(out, &tags.chat, |out, one| about::chat(out, one, owner))?;
    each(out, &tags.live_items, |out, one| live::live_item(out, input, one, owner))
}

/// The item's tags.
pub(crate) fn item_tags(
    out: &mut Document,
    input: &FeedInput,
    episode: &Episode,
    owner: Owner<'_>,
) -> Result<(), FeedError> {
    season(out, episode, owner)?;
    episode_number(out, episode, owner)?;
    each(out, &episode.chapters_file, |out, file| chapters_file(out, input, (episode, file), owner))?;
    podlove::chapters(out, input, episode, owner)?;
    each(out, &episode.transcripts, |out, one| transcript(out, input, one, owner))?;
    each(out, &episode.persons, |out, one| person(out, one, owner))?;
    about::artwork(out, input, (episode.image.as_ref(), &episode.image_alt), &episode.tags.images, owner)?;
    each(out, episode.posters(), |out, poster| about::poster(out, input, poster, owner))?;
    episode_tags(out, input, &episode.tags, owner)
}

/// What an item says beyond its own, at an episode and at a broadcast.
fn episode_tags(out: &mut Document, input: &FeedInput, tags: &EpisodeTags, owner: Owner<'_>) -> Result<(), FeedError> {
    each(out, &tags.funding, |out, one| funding(out, one, owner))?;
    each(out, &tags.soundbites, |out, one| about::soundbite(out, one, owner))?;
    each(out, &tags.locations, |out, one| about::location(out, one, owner))?;
    each(out, &tags.license, |out, one| about::license(out, one, owner))?;
    each(out, &tags.images, |out, one| about::image(out, one, owner))?;
    each(out, &tags.alternate_enclosures, |out, one| files::alternate(out, input, one, owner))?;
    each(out, &tags.values, |out, one| value::value(out, one, owner))?;
    each(out, &tags.content_links, |out, one| about::content_link(out, one, owner))?;
    each(out, &tags.social, |out, one| about::social(out, one, owner))?;
    each(out, &tags.txts, |out, one| about::txt(out, one, owner))?;
    each(out, &tags.chat, |out, one| about::chat(out, one, owner))
}

/// What keeps a show's tags from being written, if anything does. Files are not asked for.
pub fn check_show(show: &Show) -> Result<(), FeedError> {
    tried(show, channel_tags)
}

/// What keeps an episode's tags from being written, if anything does. Files are not asked for.
pub fn check_episode(episode: &Episode) -> Result<(), FeedError> {
    let show = Show::new("", "", 0);
    tried(&show, |out, input| item_tags(out, input, episode, &|| item::owner_of(episode)))
}

fn tried(
    show: &Show,
    write: impl FnOnce(&mut Document, &FeedInput<'_>) -> Result<(), FeedError>,
) -> Result<(), FeedError> {
    let (facts, urls) = (Default::default(), UrlMap::by_rule(String::new(), "https://example.org/", |_, _| {}));
    let input = FeedInput { show, items: &[], facts: &facts, urls: &urls, as_of_ms: 0 };
    write(&mut Document::with_capacity(0), &input)
}

/// Writes a tag for each of several things.
fn each<'t, T: 't>(
    out: &mut Document,
    things: impl IntoIterator<Item = &'t T>,
    tag: impl Fn(&mut Document, &'t T) -> Result<(), FeedError>,
) -> Result<(), FeedError> {
    things.into_iter().try_for_each(|thing| tag(out, thing))
}

fn podroll(out: &mut Document, shows: &[RemoteItem], owner: Owner<'_>) -> Result<(), FeedError> {
    if shows.is_empty() {
        return Ok(());
    }
    let out = out.start(Ns::Podcast, "podroll").open();
    each(out, shows, |out, one| value::remote_item(out, one, owner))?;
    out.close();
    Ok(())
}

fn publisher(out: &mut Document, item: &RemoteItem, owner: Owner<'_>) -> Result<(), FeedError> {
    let tag = Tag::new(out, "publisher", "the publisher's feed", owner);
    let out = tag.ensure(item.medium == "publisher", "must be of the medium publisher")?.open();
    value::remote_item(out, item, owner)?;
    out.close();
    Ok(())
}

fn podping(out: &mut Document, uses: bool) -> Result<(), FeedError> {
    let uses = if uses { "true" } else { "false" };
    out.start(Ns::Podcast, "podping").attribute("usesPodping", uses).empty();
    Ok(())
}

fn locked(out: &mut Document, show: &Show) {
    let tag = out.start(Ns::Podcast, "locked");
    let tag = if show.owner_email.is_empty() { tag } else { tag.attribute("owner", &show.owner_email) };
    tag.text(if show.locked { "yes" } else { "no" });
}

fn medium(out: &mut Document, show: &Show) -> Result<(), FeedError> {
    if !show.medium.is_empty() && !is_medium(&show.medium) {
        return Err(FeedError::MediumUnknown { medium: show.medium.clone() });
    }
    out.text_if(Ns::Podcast, "medium", &show.medium);
    Ok(())
}

fn funding(out: &mut Document, funding: &Funding, owner: Owner<'_>) -> Result<(), FeedError> {
    let tag = Tag::new(out, "funding", "a way to give", owner).around(&funding.text, MAX_TEXT)?;
    tag.needed_link("url", &funding.url)?.done()
}

fn person(out: &mut Document, person: &Person, owner: Owner<'_>) -> Result<(), FeedError> {
    let what = "a person";
    let mut tag = Tag::new(out, "person", what, owner).around(&person.name, MAX_TEXT)?;
    for (name, words) in [("role", &person.role), ("group", &person.group)] {
        if !words.trim().is_empty() {
            tag = tag.with(name, &lower(limited(words, what, MAX_TEXT, owner)?));
        }
    }
    tag.link("img", &person.img)?.link("href", &person.href)?.done()
}

fn season(out: &mut Document, episode: &Episode, owner: Owner<'_>) -> Result<(), FeedError> {
    let name = limited(&episode.season_name, "a season", MAX_TEXT, owner)?;
    if let Some(number) = episode.season.filter(|number| *number > 0) {
        let tag = out.start(Ns::Podcast, "season");
        if name.is_empty() { tag } else { tag.attribute("name", name) }.text_number(number.into());
    }
    Ok(())
}

fn episode_number(out: &mut Document, episode: &Episode, owner: Owner<'_>) -> Result<(), FeedError> {
    let display = limited(&episode.tags.number_display, "an episode's number", MAX_DISPLAY, owner)?;
    if let Some(number) = episode.number.filter(|number| !number.is_zero()) {
        let tag = out.start(Ns::Podcast, "episode");
        let tag = if display.is_empty() { tag } else { tag.attribute("display", display) };
        match number.whole() {
            Some(whole) => tag.text_number(whole.into()),
            None => tag.text(&number.to_string()),
        }
    }
    Ok(())
}

/// The episode's file of chapters: the kept one, or the one that is written for the place.
fn chapters_file(
    out: &mut Document,
    input: &FeedInput,
    (episode, kept): (&Episode, &Attachment),
    owner: Owner<'_>,
) -> Result<(), FeedError> {
    let tag = Tag::new(out, "chapters", "the chapters", owner);
    let tag = match crate::chapters::of(input, episode) {
        Some(written) => tag.with("url", &written.url),
        None => tag.file("url", input, kept)?,
    };
    tag.with("type", chapters::MIME).done()
}

fn transcript(
    out: &mut Document,
    input: &FeedInput,
    transcript: &Transcript,
    owner: Owner<'_>,
) -> Result<(), FeedError> {
    let Transcript { file, language, captions } = transcript;
    let unknown = || FeedError::TranscriptUnknown { file: format!("{}.{}", file.name, file.ext), owner: owner() };
    let format = Format::of_ext(&file.ext).ok_or_else(unknown)?;
    let tag = Tag::new(out, "transcript", "a transcript", owner).file("url", input, file)?;
    let tag = tag.with("type", format.mime()).with_if(!language.is_empty(), "language", language);
    tag.with_if(*captions, "rel", "captions").done()
}

/// Roles and groups are compared in lower case.
fn lower(text: &str) -> Cow<'_, str> {
    match text.chars().any(char::is_uppercase) {
        true => Cow::Owned(text.to_lowercase()),
        false => Cow::Borrowed(text),
    }
}
