//! Podcasting 2.0 tags (FEED.md §1): people, ways to give, medium, season and episode, transcripts, chapters.
//!
//! What a tag may not hold is an error that names the thing, never a broken tag: apps drop those without a word.

use crate::channel::url_of;
use crate::error::FeedError;
use crate::xml::{Element, Ns};
use crate::{FeedInput, channel, link};
use hearthcast_model::chapter::Transcript;
use hearthcast_model::person::{Funding, Person};
use hearthcast_model::{Episode, Show};
use hearthcast_text::chapters;
use hearthcast_text::transcript::Format;
use std::borrow::Cow;

/// Longest text of a person, a way to give and a season, in characters.
pub const MAX_TEXT: usize = 128;

/// What a feed can be (`podcast:medium`); each but `mixed` also with an `L` behind it, for lists of such feeds.
pub const MEDIA: [&str; 9] =
    ["podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "publisher", "course"];

/// Whether `podcast:medium` knows the word.
pub fn is_medium(text: &str) -> bool {
    text == "mixed" || MEDIA.contains(&text.strip_suffix('L').unwrap_or(text))
}

/// The channel's tags.
pub(crate) fn channel_tags<'a>(show: &'a Show, channel: Element<'a>) -> Result<Element<'a>, FeedError> {
    let owner = || channel::owner_of(show);
    let mut channel = channel.child(locked(show)).maybe(guid(show)).maybe(medium(show)?);
    for funding in &show.funding {
        channel = channel.child(funding_element(funding, owner)?);
    }
    persons(&show.persons, channel, owner)
}

/// The item's tags.
pub(crate) fn item_tags<'a>(
    input: &FeedInput<'a>,
    episode: &'a Episode,
    mut item: Element<'a>,
    owner: impl Fn() -> String + Copy,
) -> Result<Element<'a>, FeedError> {
    item = item.maybe(season(episode, owner)?).maybe(number("episode", episode.number));
    if let Some(file) = &episode.chapters_file {
        let url = url_of(input, file, owner)?;
        item =
            item.child(Element::new(Ns::Podcast, "chapters").attribute("url", url).attribute("type", chapters::MIME));
    }
    for transcript in &episode.transcripts {
        item = item.child(transcript_element(input, transcript, owner)?);
    }
    persons(&episode.persons, item, owner)
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

fn funding_element(funding: &Funding, owner: impl Fn() -> String) -> Result<Element<'_>, FeedError> {
    let what = "a way to give";
    let text = text(&funding.text, what, &owner)?;
    let url = secure_link(&funding.url, what, &owner)?;
    Ok(Element::text(Ns::Podcast, "funding", text).attribute("url", url))
}

fn persons<'a>(
    persons: &'a [Person],
    mut parent: Element<'a>,
    owner: impl Fn() -> String,
) -> Result<Element<'a>, FeedError> {
    for person in persons {
        parent = parent.child(person_element(person, &owner)?);
    }
    Ok(parent)
}

fn person_element<'a>(person: &'a Person, owner: &impl Fn() -> String) -> Result<Element<'a>, FeedError> {
    let what = "a person";
    let mut element = Element::text(Ns::Podcast, "person", text(&person.name, what, owner)?);
    for (name, words) in [("role", &person.role), ("group", &person.group)] {
        if !words.trim().is_empty() {
            element = element.attribute(name, lower(limited(words, what, owner)?));
        }
    }
    for (name, url) in [("img", &person.img), ("href", &person.href)] {
        if !url.trim().is_empty() {
            element = element.attribute(name, secure_link(url, what, owner)?);
        }
    }
    Ok(element)
}

fn season(episode: &Episode, owner: impl Fn() -> String) -> Result<Option<Element<'_>>, FeedError> {
    let name = limited(&episode.season_name, "a season", &owner)?;
    Ok(number("season", episode.season).map(|season| match name {
        "" => season,
        name => season.attribute("name", name),
    }))
}

fn number(name: &'static str, number: Option<u32>) -> Option<Element<'static>> {
    number.filter(|n| *n > 0).map(|n| Element::text(Ns::Podcast, name, n.to_string()))
}

fn transcript_element<'a>(
    input: &FeedInput<'a>,
    transcript: &'a Transcript,
    owner: impl Fn() -> String,
) -> Result<Element<'a>, FeedError> {
    let Transcript { file, language, captions } = transcript;
    let unknown = || FeedError::TranscriptUnknown { file: format!("{}.{}", file.name, file.ext), owner: owner() };
    let format = Format::of_ext(&file.ext).ok_or_else(unknown)?;
    let mut element = Element::new(Ns::Podcast, "transcript")
        .attribute("url", url_of(input, file, &owner)?)
        .attribute("type", format.mime());
    if !language.is_empty() {
        element = element.attribute("language", language.as_str());
    }
    Ok(if *captions { element.attribute("rel", "captions") } else { element })
}

/// A text that must say something, in the length the namespace allows.
fn text<'a>(text: &'a str, what: &'static str, owner: &impl Fn() -> String) -> Result<&'a str, FeedError> {
    let text = limited(text, what, owner)?;
    if text.is_empty() { Err(FeedError::TextMissing { what, owner: owner() }) } else { Ok(text) }
}

fn limited<'a>(text: &'a str, what: &'static str, owner: &impl Fn() -> String) -> Result<&'a str, FeedError> {
    let text = text.trim();
    // Characters are never more than bytes; counting them is for the few long ones.
    if text.len() > MAX_TEXT && text.chars().count() > MAX_TEXT {
        return Err(FeedError::TextTooLong { what, limit: MAX_TEXT, owner: owner() });
    }
    Ok(text)
}

/// Roles and groups are compared in lower case.
fn lower(text: &str) -> Cow<'_, str> {
    match text.chars().any(char::is_uppercase) {
        true => Cow::Owned(text.to_lowercase()),
        false => Cow::Borrowed(text),
    }
}

/// An address of the namespace, which knows https only.
fn secure_link<'a>(text: &'a str, what: &'static str, owner: &impl Fn() -> String) -> Result<Cow<'a, str>, FeedError> {
    let insecure = || FeedError::LinkInsecure { link: text.to_string(), what, owner: owner() };
    link::written(text, &["https"]).ok_or_else(insecure)
}
