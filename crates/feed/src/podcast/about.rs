//! What a show and its episodes say about themselves: places, licence, announcements, pictures, passages, talk, chat, words for
//! programs, who may not take the feed, how often it comes out.

use super::tag::{MAX_TEXT, Owner, Tag};
use crate::FeedInput;
use crate::dates;
use crate::error::FeedError;
use crate::xml::Document;
use hearthcast_model::Picture;
use hearthcast_model::namespace::words::{any_address, is_geo, is_license, is_osm};
use hearthcast_model::namespace::{
    Block, Chat, ContentLink, Image, License, Location, LocationRel, SocialInteract, Soundbite, Trailer, Txt,
    UpdateFrequency,
};
use hearthcast_model::show::Attachment;

/// Longest `podcast:txt`, in characters.
const MAX_TXT: usize = 4000;
/// The purpose of covers among pictures.
const ARTWORK: &str = "artwork";
/// The purpose of stills of videos among pictures.
const POSTER: &str = "poster";

pub(super) fn location(out: &mut Document, location: &Location, owner: Owner<'_>) -> Result<(), FeedError> {
    let rel = match location.rel {
        LocationRel::Subject => "subject",
        LocationRel::Creator => "creator",
    };
    let geo = location.geo.trim();
    let country = location.country.trim();
    Tag::new(out, "location", "a place", owner)
        .around(&location.name, MAX_TEXT)?
        .with("rel", rel)
        .ensure(
            geo.is_empty() || is_geo(geo),
            "has coordinates that apps cannot read; they are written geo:53.55,9.99",
        )?
        .words("geo", geo, MAX_TEXT)?
        .ensure(
            location.osm.trim().is_empty() || is_osm(location.osm.trim()),
            "has an OpenStreetMap id that is none (R12345)",
        )?
        .words("osm", &location.osm, MAX_TEXT)?
        .ensure(
            country.is_empty() || (country.len() == 2 && country.bytes().all(|b| b.is_ascii_alphabetic())),
            "has a country that is not two letters (DE)",
        )?
        .words("country", country, MAX_TEXT)?
        .done()
}

pub(super) fn license(out: &mut Document, license: &License, owner: Owner<'_>) -> Result<(), FeedError> {
    let why = "is one of your own: give the address where it stands";
    let tag = Tag::new(out, "license", "the licence", owner).around(&license.id, MAX_TEXT)?;
    tag.ensure(is_license(&license.id) || !license.url.trim().is_empty(), why)?.link("url", &license.url)?.done()
}

pub(super) fn trailer(out: &mut Document, trailer: &Trailer, owner: Owner<'_>) -> Result<(), FeedError> {
    let date = dates::rfc2822(trailer.published_ms).ok_or_else(|| FeedError::DateUnusable { owner: owner() })?;
    Tag::new(out, "trailer", "a trailer", owner)
        .around(&trailer.title, MAX_TEXT)?
        .needed_link("url", &trailer.url)?
        .with("pubdate", &date)
        .number("length", trailer.length_bytes)
        .words("type", &trailer.mime, MAX_TEXT)?
        .number("season", trailer.season.filter(|season| *season > 0))
        .done()
}

pub(super) fn image(out: &mut Document, image: &Image, owner: Owner<'_>) -> Result<(), FeedError> {
    Tag::new(out, "image", "a picture", owner)
        .needed_link("href", &image.href)?
        .words("alt", &image.alt, 4 * MAX_TEXT)?
        .words("aspect-ratio", &image.aspect_ratio, MAX_TEXT)?
        .number("width", image.width_px)
        .number("height", image.height_px)
        .words("type", &image.mime, MAX_TEXT)?
        .words("purpose", &image.purpose, MAX_TEXT)?
        .done()
}

/// A still of a video.
pub(super) fn poster(
    out: &mut Document,
    input: &FeedInput,
    poster: &Picture,
    owner: Owner<'_>,
) -> Result<(), FeedError> {
    let facts = input.facts.get(&poster.file.hash);
    Tag::new(out, "image", "a still of a video", owner)
        .file("href", input, &poster.file)?
        .words("alt", &poster.alt, 4 * MAX_TEXT)?
        .number("width", facts.and_then(|facts| facts.width_px))
        .number("height", facts.and_then(|facts| facts.height_px))
        .words("type", facts.map_or("", |facts| facts.mime.as_str()), MAX_TEXT)?
        .with("purpose", POSTER)
        .done()
}

/// The cover, or an episode's picture, with what it shows: `itunes:image` has no place for that. Left out where the author says
/// by himself which picture is the artwork.
pub(super) fn artwork(
    out: &mut Document,
    input: &FeedInput,
    (file, alt): (Option<&Attachment>, &str),
    own: &[Image],
    owner: Owner<'_>,
) -> Result<(), FeedError> {
    let said = own.iter().any(|image| image.purpose.split_whitespace().any(|word| word == ARTWORK));
    let Some(file) = file.filter(|_| !said && !alt.trim().is_empty()) else { return Ok(()) };
    let tag = Tag::new(out, "image", "a picture", owner).file("href", input, file)?;
    tag.words("alt", alt, 4 * MAX_TEXT)?.with("purpose", ARTWORK).done()
}

pub(super) fn soundbite(out: &mut Document, bite: &Soundbite, owner: Owner<'_>) -> Result<(), FeedError> {
    let why = "has times that are none";
    let tag = match bite.title.trim() {
        "" => Tag::new(out, "soundbite", "a soundbite", owner),
        _ => Tag::new(out, "soundbite", "a soundbite", owner).around(&bite.title, MAX_TEXT)?,
    };
    let tag = tag.ensure(bite.start_ms >= 0 && bite.duration_ms > 0, why)?;
    tag.seconds("startTime", bite.start_ms).seconds("duration", bite.duration_ms).done()
}

pub(super) fn social(out: &mut Document, social: &SocialInteract, owner: Owner<'_>) -> Result<(), FeedError> {
    let tag = Tag::new(out, "socialInteract", "a place to talk", owner).needed("protocol", &social.protocol)?;
    if social.protocol.trim() == "disabled" {
        return tag.done();
    }
    // Posts of nostr and lightning have schemes of their own.
    let uri = any_address(&social.uri);
    let tag = match uri {
        Some(uri) => tag.with("uri", uri),
        None => tag.ensure(false, "has no address of the post that talk hangs on")?,
    };
    tag.words("accountId", &social.account_id, MAX_TEXT)?
        .link("accountUrl", &social.account_url)?
        .number("priority", social.priority)
        .done()
}

pub(super) fn block(out: &mut Document, block: &Block, owner: Owner<'_>) -> Result<(), FeedError> {
    let id = block.id.trim();
    let slug = id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.'));
    Tag::new(out, "block", "a block", owner)
        .around(if block.blocked { "yes" } else { "no" }, MAX_TEXT)?
        .ensure(slug, "names a platform in a way nobody reads; names are in small letters (amazon)")?
        .words("id", id, MAX_TEXT)?
        .done()
}

pub(super) fn txt(out: &mut Document, txt: &Txt, owner: Owner<'_>) -> Result<(), FeedError> {
    let tag = Tag::new(out, "txt", "a text for programs", owner).around(&txt.text, MAX_TXT)?;
    tag.words("purpose", &txt.purpose, MAX_TEXT)?.done()
}

pub(super) fn content_link(out: &mut Document, link: &ContentLink, owner: Owner<'_>) -> Result<(), FeedError> {
    let tag = Tag::new(out, "contentLink", "a link to where it is heard", owner).around(&link.text, MAX_TEXT)?;
    tag.needed_link("href", &link.href)?.done()
}

pub(super) fn chat(out: &mut Document, chat: &Chat, owner: Owner<'_>) -> Result<(), FeedError> {
    Tag::new(out, "chat", "the chat", owner)
        .needed("server", &chat.server)?
        .with("protocol", chat.protocol.as_str())
        .words("accountId", &chat.account_id, MAX_TEXT)?
        .words("space", &chat.space, MAX_TEXT)?
        .done()
}

pub(super) fn update_frequency(out: &mut Document, often: &UpdateFrequency, owner: Owner<'_>) -> Result<(), FeedError> {
    let rrule = often.rrule.trim();
    let counted = rrule.split(';').any(|part| part.starts_with("COUNT="));
    let tag = Tag::new(out, "updateFrequency", "how often it comes out", owner)
        .around(&often.text, MAX_TEXT)?
        .ensure(rrule.is_empty() || rrule.contains("FREQ="), "has a rule without FREQ=")?
        .ensure(!counted || often.dtstart_ms.is_some(), "counts, and does not say from when on")?
        .words("rrule", rrule, MAX_TEXT)?;
    let tag = match often.dtstart_ms {
        Some(ms) => tag.instant("dtstart", ms)?,
        None => tag,
    };
    tag.with_if(often.complete, "complete", "true").done()
}
