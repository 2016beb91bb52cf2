//! One `<item>`: what a feed says about an episode.

use crate::channel::{MAX_DESCRIPTION_BYTES, explicit, image, put_url, web_link};
use crate::summary::as_html;
use crate::xml::{Document, Ns, foreign};
use crate::{FeedError, FeedInput, Item, dates, link, podcast};
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::prefix::prefixed;
use hearthcast_model::show::Attachment;
use hearthcast_model::{Episode, EpisodeNumber, FeedHtml, RemoteAudio, SafeHtml};
use hearthcast_text::chars::cut;
use hearthcast_text::{
    SANITIZER_VERSION, clean_html, directory_html, is_of_today, plain_up_to, plain_with_links, with_addresses,
};
use std::borrow::Cow;
use std::cell::RefCell;

/// Writes the item. The episode has sound; `suffix` are the show's words after its notes, by the rules of today.
pub fn write(out: &mut Document, input: &FeedInput, suffix: &SafeHtml, item: &Item) -> Result<(), FeedError> {
    let episode = item.episode;
    let owner = || owner_of(episode);
    let sound = Sound::of(input, item)?;
    out.start(Ns::Rss, "item").open();
    out.text(Ns::Rss, "title", &episode.title);
    let is_address = if episode.guid_is_permalink { "true" } else { "false" };
    out.start(Ns::Rss, "guid").attribute("isPermaLink", is_address).text(&episode.guid);
    if let Some(link) = web_link(&episode.link, owner)? {
        out.text(Ns::Rss, "link", &link);
    }
    out.start(Ns::Rss, "pubDate").text_written(|to| put_date(to, episode))?;
    enclosure(out, input, &sound, &owner)?;
    notes(out, input, episode, suffix)?;
    itunes_tags(out, episode, sound.duration_ms);
    if let Some(file) = &episode.image {
        image(out, input, file, &owner)?;
    }
    podcast::item_tags(out, input, episode, &owner)?;
    foreign::write(out, &episode.foreign);
    out.close();
    Ok(())
}

/// When the episode became public, as RSS writes it.
pub fn put_date(to: &mut String, episode: &Episode) -> Result<(), FeedError> {
    let date = episode.publish_at_ms.and_then(|ms| dates::put_rfc2822(to, ms));
    date.ok_or_else(|| FeedError::DateUnusable { owner: owner_of(episode) })
}

/// The episode, in a sentence.
pub fn owner_of(episode: &Episode) -> String {
    format!("the episode \"{}\"", episode.title)
}

/// What is heard: a file of our own, or one at somebody else's address.
struct Sound<'a> {
    at: At<'a>,
    size_bytes: u64,
    mime: &'a str,
    duration_ms: Option<i64>,
}

enum At<'a> {
    Own(&'a Attachment),
    Elsewhere(&'a str),
}

impl<'a> Sound<'a> {
    fn of(input: &FeedInput<'a>, item: &Item<'a>) -> Result<Self, FeedError> {
        let Item { id, episode } = *item;
        if let (None, Some(remote)) = (&episode.audio, &episode.remote_audio) {
            let RemoteAudio { url, size_bytes, mime, duration_ms } = remote;
            return Ok(Self { at: At::Elsewhere(url), size_bytes: *size_bytes, mime, duration_ms: *duration_ms });
        }
        let known = episode.audio.as_ref().and_then(|audio| Some((audio, input.facts.get(&audio.hash)?)));
        let missing = || FeedError::FactsMissing { episode: id.clone(), title: episode.title.clone() };
        let (audio, facts) = known.ok_or_else(missing)?;
        Ok(Self { at: At::Own(audio), size_bytes: facts.size_bytes, mime: &facts.mime, duration_ms: facts.duration_ms })
    }
}

/// A prefix stands before our own addresses only: others lead through theirs already.
fn enclosure(
    out: &mut Document,
    input: &FeedInput,
    sound: &Sound,
    owner: &dyn Fn() -> String,
) -> Result<(), FeedError> {
    let tag = out.start(Ns::Rss, "enclosure").written("url", |to| match (&sound.at, input.show.prefix.as_str()) {
        // As it was found: apps know episodes by this address, too.
        (At::Elsewhere(url), _) => {
            let unusable = || FeedError::SoundUnusable { url: url.to_string(), owner: owner() };
            link::written(url, &["http", "https"]).ok_or_else(unusable)?;
            to.push_str(url);
            Ok(())
        }
        (At::Own(file), "") => put_url(to, input, file, owner),
        (At::Own(file), prefix) => {
            let mut url = String::new();
            put_url(&mut url, input, file, owner)?;
            to.push_str(&prefixed(prefix, &url));
            Ok(())
        }
    })?;
    tag.number("length", sound.size_bytes).attribute("type", sound.mime).empty();
    Ok(())
}

/// Notes as HTML for apps of today, and as plain text for those that read the summary, unless the episode has one of its own; the
/// show's words stand after the notes.
fn notes(out: &mut Document, input: &FeedInput, episode: &Episode, suffix: &SafeHtml) -> Result<(), FeedError> {
    let safe = followed_by(current(&episode.notes.safe), suffix);
    let summary = cut(episode.summary.trim(), MAX_DESCRIPTION_BYTES).trim_end();
    if safe.html.trim().is_empty() {
        match input.show.feed_html {
            FeedHtml::Full | FeedHtml::Directories => short(out, summary),
            FeedHtml::Plain => out.text_if(Ns::Rss, "description", summary),
        }
        out.text_if(Ns::Itunes, "summary", summary);
        return Ok(());
    }
    match input.show.feed_html {
        FeedHtml::Full => html(out, &with_pictures(safe.html.trim(), input, episode)?, summary),
        FeedHtml::Directories => html(out, &directory_html(&safe), summary),
        // Nothing stands in content:encoded, so the notes have the description.
        FeedHtml::Plain => out.text_if(Ns::Rss, "description", &plain_with_links(&safe)),
    }
    let made = summary.is_empty().then(|| plain_up_to(&safe, MAX_DESCRIPTION_BYTES));
    out.text_if(Ns::Itunes, "summary", made.as_deref().unwrap_or(summary));
    Ok(())
}

/// The notes with their pictures where these are found.
fn with_pictures<'a>(html: &'a str, input: &FeedInput, episode: &Episode) -> Result<Cow<'a, str>, FeedError> {
    let of_suffix = &input.show.notes_suffix.pictures;
    let all = match (episode.notes.pictures.as_slice(), of_suffix.as_slice()) {
        (own, []) => Cow::Borrowed(own),
        ([], suffix) => Cow::Borrowed(suffix),
        (own, suffix) => Cow::Owned([own, suffix].concat()),
    };
    let missing = RefCell::new(None);
    let owner = || owner_of(episode);
    let html = with_addresses(html, &all, true, |file| {
        let mut url = String::new();
        match put_url(&mut url, input, file, &owner) {
            Ok(()) => return Some(url),
            Err(error) => drop(missing.borrow_mut().get_or_insert(error)),
        }
        None
    });
    match missing.into_inner() {
        Some(error) => Err(error),
        None => Ok(html),
    }
}

/// The notes in both places, or the summary in the place of the description.
fn html(out: &mut Document, html: &str, summary: &str) {
    match (html, summary) {
        ("", summary) => short(out, summary),
        (html, "") => {
            let written = out.start(Ns::Rss, "description").html(html);
            out.start(Ns::Content, "encoded").again(written);
        }
        (html, summary) => {
            short(out, summary);
            let _ = out.start(Ns::Content, "encoded").html(html);
        }
    }
}

/// The summary as the description, which these feeds have in HTML.
fn short(out: &mut Document, summary: &str) {
    match as_html(summary) {
        Cow::Borrowed(words) => out.text_if(Ns::Rss, "description", words),
        Cow::Owned(html) => {
            let _ = out.start(Ns::Rss, "description").html(&html);
        }
    }
}

fn followed_by<'a>(notes: Cow<'a, SafeHtml>, suffix: &'a SafeHtml) -> Cow<'a, SafeHtml> {
    if suffix.html.trim().is_empty() {
        return notes;
    }
    let html = format!("{}\n{}", notes.html.trim(), suffix.html.trim());
    Cow::Owned(SafeHtml { html: html.trim().to_string(), sanitizer_version: SANITIZER_VERSION })
}

/// HTML by the rules of today: what another version cleaned is cleaned again.
pub fn current(notes: &SafeHtml) -> Cow<'_, SafeHtml> {
    match is_of_today(notes.sanitizer_version) || notes.html.is_empty() {
        true => Cow::Borrowed(notes),
        false => Cow::Owned(clean_html(&notes.html)),
    }
}

fn itunes_tags(out: &mut Document, episode: &Episode, duration_ms: Option<i64>) {
    let own = Some(episode.itunes_title.trim()).filter(|own| !own.is_empty());
    out.text_if(Ns::Itunes, "title", own.unwrap_or(&episode.title));
    if let Some(seconds) = seconds(duration_ms) {
        out.start(Ns::Itunes, "duration").text_number(seconds);
    }
    if let Some(so) = episode.explicit {
        explicit(out, so);
    }
    // Apple takes whole ones only (itunes:episode is a "non-zero integer"); podcast:episode has the exact one.
    let whole = episode.number.and_then(EpisodeNumber::whole);
    for (name, number) in [("season", episode.season), ("episode", whole)] {
        if let Some(number) = number.filter(|number| *number > 0) {
            out.start(Ns::Itunes, name).text_number(number.into());
        }
    }
    let kind = match episode.kind {
        // No feed has posts.
        EpisodeKind::Full | EpisodeKind::Post => "full",
        EpisodeKind::Trailer => "trailer",
        EpisodeKind::Bonus => "bonus",
    };
    out.text(Ns::Itunes, "episodeType", kind);
    if episode.blocked {
        out.text(Ns::Itunes, "block", "Yes");
    }
}

/// Whole seconds, rounded to the nearest; `None` when the length is unknown.
fn seconds(duration_ms: Option<i64>) -> Option<u64> {
    duration_ms.filter(|ms| *ms > 0).map(|ms| ms.saturating_add(500).unsigned_abs() / 1000)
}
