//! One `<item>`: what a feed says about an episode.

use crate::channel::{MAX_DESCRIPTION_BYTES, explicit, image, text_if, url_of, web_link};
use crate::xml::{Element, Ns};
use crate::{FeedError, FeedInput, Item, dates, podcast};
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::prefix::prefixed;
use hearthcast_model::show::Attachment;
use hearthcast_model::{Episode, EpisodeNumber, MediaFacts, SafeHtml};
use hearthcast_text::{SANITIZER_VERSION, clean_html, plain_up_to};
use std::borrow::Cow;

/// Elements of an item that has all of them, and a few people.
const ROOM: usize = 28;

/// Builds the item. The episode has audio.
pub fn element<'a>(input: &FeedInput<'a>, item: &Item<'a>) -> Result<Element<'a>, FeedError> {
    let episode = item.episode;
    let owner = || owner_of(episode);
    let facts = facts_of(input, item)?;
    let link = web_link(&episode.link, owner)?;
    let element = Element::with_room(Ns::Rss, "item", ROOM)
        .child(Element::text(Ns::Rss, "title", episode.title.as_str()))
        .child(Element::text(Ns::Rss, "guid", episode.guid.as_str()).attribute("isPermaLink", "false"))
        .maybe(link.map(|link| Element::text(Ns::Rss, "link", link)))
        .child(Element::text(Ns::Rss, "pubDate", pub_date(episode)?))
        .maybe(episode.audio.as_ref().map(|audio| enclosure(input, audio, facts, owner)).transpose()?);
    let notes = with_notes(element, &episode.notes.safe, &input.show.notes_suffix.safe);
    let element = itunes_tags(notes, episode, facts);
    let element = match &episode.image {
        Some(file) => element.child(image(input, file, owner)?),
        None => element,
    };
    podcast::item_tags(input, episode, element, owner)
}

/// When the episode became public, as RSS writes it.
pub fn pub_date(episode: &Episode) -> Result<String, FeedError> {
    let date = episode.publish_at_ms.and_then(dates::rfc2822);
    date.ok_or_else(|| FeedError::DateUnusable { owner: owner_of(episode) })
}

/// The episode, in a sentence.
pub fn owner_of(episode: &Episode) -> String {
    format!("the episode \"{}\"", episode.title)
}

fn facts_of<'a>(input: &FeedInput<'a>, item: &Item) -> Result<&'a MediaFacts, FeedError> {
    let facts = item.episode.audio.as_ref().and_then(|audio| input.facts.get(&audio.hash));
    facts.ok_or_else(|| FeedError::FactsMissing { episode: item.id.clone(), title: item.episode.title.clone() })
}

fn enclosure<'a>(
    input: &FeedInput<'a>,
    audio: &Attachment,
    facts: &'a MediaFacts,
    owner: impl Fn() -> String,
) -> Result<Element<'a>, FeedError> {
    let url = match input.show.prefix.as_str() {
        "" => url_of(input, audio, owner)?,
        prefix => prefixed(prefix, &url_of(input, audio, owner)?).into(),
    };
    Ok(Element::new(Ns::Rss, "enclosure")
        .attribute("url", url)
        .attribute("length", facts.size_bytes.to_string())
        .attribute("type", facts.mime.as_str()))
}

/// Notes as HTML for apps of today, and as plain text for those that read the summary; the show's words stand after them.
fn with_notes<'a>(element: Element<'a>, notes: &'a SafeHtml, suffix: &'a SafeHtml) -> Element<'a> {
    let safe = followed_by(current(notes), suffix);
    let summary = plain_up_to(&safe, MAX_DESCRIPTION_BYTES);
    let html = match safe {
        Cow::Borrowed(safe) => Cow::Borrowed(safe.html.trim()),
        Cow::Owned(safe) => Cow::Owned(safe.html.trim().to_string()),
    };
    if html.is_empty() {
        return element;
    }
    let element = element.child(Element::html(Ns::Rss, "description", html.clone())).child(Element::html(
        Ns::Content,
        "encoded",
        html,
    ));
    if summary.is_empty() { element } else { element.child(Element::text(Ns::Itunes, "summary", summary)) }
}

fn followed_by<'a>(notes: Cow<'a, SafeHtml>, suffix: &'a SafeHtml) -> Cow<'a, SafeHtml> {
    let suffix = current(suffix);
    if suffix.html.trim().is_empty() {
        return notes;
    }
    let html = format!("{}\n{}", notes.html.trim(), suffix.html.trim());
    Cow::Owned(SafeHtml { html: html.trim().to_string(), sanitizer_version: SANITIZER_VERSION })
}

/// HTML by the rules of today: what another version cleaned is cleaned again.
fn current(notes: &SafeHtml) -> Cow<'_, SafeHtml> {
    match notes.sanitizer_version {
        SANITIZER_VERSION => Cow::Borrowed(notes),
        _ => Cow::Owned(clean_html(&notes.html)),
    }
}

fn itunes_tags<'a>(element: Element<'a>, episode: &'a Episode, facts: &MediaFacts) -> Element<'a> {
    let number =
        |name, number: Option<u32>| number.filter(|n| *n > 0).map(|n| Element::text(Ns::Itunes, name, n.to_string()));
    let kind = match episode.kind {
        // No feed has posts.
        EpisodeKind::Full | EpisodeKind::Post => "full",
        EpisodeKind::Trailer => "trailer",
        EpisodeKind::Bonus => "bonus",
    };
    element
        .maybe(text_if(Ns::Itunes, "title", &episode.title))
        .maybe(seconds(facts).map(|seconds| Element::text(Ns::Itunes, "duration", seconds.to_string())))
        .maybe(episode.explicit.map(explicit))
        .maybe(number("season", episode.season))
        // Apple takes whole ones only (itunes:episode is a "non-zero integer"); podcast:episode has the exact one.
        .maybe(number("episode", episode.number.and_then(EpisodeNumber::whole)))
        .child(Element::text(Ns::Itunes, "episodeType", kind))
        .maybe(episode.blocked.then(|| Element::text(Ns::Itunes, "block", "Yes")))
}

/// Whole seconds, rounded to the nearest; `None` when the length is unknown.
fn seconds(facts: &MediaFacts) -> Option<i64> {
    facts.duration_ms.filter(|ms| *ms > 0).map(|ms| ms.saturating_add(500) / 1000)
}
