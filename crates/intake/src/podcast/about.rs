//! What a show and its episodes say about themselves: places, licence, announcements, pictures, passages, talk, chat, words for
//! programs, who may not take the feed, how often it comes out.

use super::each;
use crate::node::Node;
use crate::space::Space;
use crate::tag::{MAX_TEXT, Reading, Scheme, Tag, yes};
use hearthcast_model::namespace::words::{any_address, is_geo, is_license, is_osm};
use hearthcast_model::namespace::{
    Block, Chat, ChatProtocol, ContentLink, Image, License, Location, LocationRel, SocialInteract, Soundbite, Trailer,
    Txt, UpdateFrequency,
};

/// Longest `podcast:txt`, in characters.
const MAX_TXT: usize = 4000;

pub(crate) fn location(node: &Node, reading: &mut Reading) -> Option<Location> {
    let mut tag = Tag::new(node, "a place", reading);
    let name = tag.text(MAX_TEXT);
    if name.is_empty() {
        return tag.left_out("has no name");
    }
    let rel = match node.attribute("rel") {
        Some(rel) if rel.eq_ignore_ascii_case("creator") => LocationRel::Creator,
        _ => LocationRel::Subject,
    };
    let country = tag.words("country", MAX_TEXT);
    let two_letters = country.is_empty() || (country.len() == 2 && country.bytes().all(|b| b.is_ascii_alphabetic()));
    Some(Location {
        name,
        rel,
        geo: fitting(&mut tag, "geo", is_geo, "coordinates"),
        osm: fitting(&mut tag, "osm", is_osm, "OpenStreetMap id"),
        country: if two_letters { country } else { unusable(&mut tag, &country, "country") },
    })
}

/// The words of an attribute if they are what they should be.
fn fitting(tag: &mut Tag, name: &str, fits: fn(&str) -> bool, what: &str) -> String {
    let words = tag.words(name, MAX_TEXT);
    if words.is_empty() || fits(&words) { words } else { unusable(tag, &words, what) }
}

fn unusable(tag: &mut Tag, words: &str, what: &str) -> String {
    let why = format!("\"{}\" is no {what} that apps can read; it was left out.", crate::repairs::shown(words));
    tag.reading.repairs.tell("value_unusable", why);
    String::new()
}

pub(crate) fn license(node: &Node, reading: &mut Reading) -> Option<License> {
    let mut tag = Tag::new(node, "the licence", reading);
    let license = License { id: tag.text(MAX_TEXT), url: tag.link("url") };
    match license {
        license if license.id.is_empty() => tag.left_out("has no name"),
        license if license.url.is_empty() && !is_license(&license.id) => {
            tag.left_out("is none that everybody knows, and has no address")
        }
        license => Some(license),
    }
}

pub(crate) fn trailer(node: &Node, reading: &mut Reading) -> Option<Trailer> {
    let mut tag = Tag::new(node, "a trailer", reading);
    let (title, url, published_ms) = (tag.text(MAX_TEXT), tag.link("url"), tag.instant("pubdate"));
    let (Some(published_ms), false, false) = (published_ms, title.is_empty(), url.is_empty()) else {
        return tag.left_out("lacks its title, its address or its date");
    };
    Some(Trailer {
        title,
        url,
        published_ms,
        length_bytes: tag.number("length"),
        mime: tag.words("type", MAX_TEXT),
        season: tag.number("season").filter(|season| *season > 0),
    })
}

/// `podcast:image`; where there is none, the pictures of the older `podcast:images`.
pub(crate) fn images(parent: &Node, reading: &mut Reading) -> Vec<Image> {
    let images = each(parent, "image", reading, image);
    match parent.first(Space::Podcast, "images").and_then(|node| node.attribute("srcset")) {
        Some(srcset) if images.is_empty() => {
            reading
                .repairs
                .once("images_old", "podcast:images was read; Hearthcast writes podcast:image, which replaced it.");
            srcset.split(", ").flat_map(|part| part.split(",\t")).filter_map(|part| of_srcset(part, reading)).collect()
        }
        _ => images,
    }
}

/// Longest description of a picture, in bytes: what a server takes.
const MOST_ALT: usize = 1000;

/// What the picture at that address shows. A tag that was written to say this and nothing else is not kept: it is written again,
/// with the picture's next address.
pub(crate) fn alt_of(images: &mut Vec<Image>, url: &str) -> String {
    let bare = |url: &str| url.split_once("://").map_or_else(String::new, |(_, rest)| rest.to_string());
    let is_it = |image: &Image| !image.alt.is_empty() && !url.is_empty() && bare(&image.href) == bare(url);
    let Some(place) = images.iter().position(is_it) else { return String::new() };
    let image = &images[place];
    let alt = one_line_of(&image.alt, MOST_ALT);
    let Image { href, alt: words, .. } = image.clone();
    if *image == (Image { href, alt: words, purpose: "artwork".into(), ..Image::default() }) {
        images.remove(place);
    }
    alt
}

/// As servers take it: no more bytes than this, in one line.
fn one_line_of(text: &str, most: usize) -> String {
    let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    text[..end].replace(char::is_control, " ").trim().to_string()
}

/// `https://… 1500w`
fn of_srcset(part: &str, reading: &mut Reading) -> Option<Image> {
    let mut words = part.split_whitespace();
    let href = reading.address(words.next()?.trim_end_matches(','), Scheme::Secure, "a picture")?;
    let width_px = words.next().and_then(|width| width.trim_end_matches(',').strip_suffix('w')?.parse().ok());
    Some(Image { href, width_px, ..Image::default() })
}

fn image(node: &Node, reading: &mut Reading) -> Option<Image> {
    let mut tag = Tag::new(node, "a picture", reading);
    let href = tag.link("href");
    if href.is_empty() {
        return tag.left_out("has no address");
    }
    Some(Image {
        href,
        alt: tag.words("alt", 4 * MAX_TEXT),
        aspect_ratio: tag.words("aspect-ratio", MAX_TEXT),
        width_px: tag.number("width"),
        height_px: tag.number("height"),
        mime: tag.words("type", MAX_TEXT),
        purpose: tag.words("purpose", MAX_TEXT),
    })
}

pub(crate) fn soundbite(node: &Node, reading: &mut Reading) -> Option<Soundbite> {
    let mut tag = Tag::new(node, "a soundbite", reading);
    let (start_ms, duration_ms) = (tag.time("startTime"), tag.time("duration").filter(|ms| *ms > 0));
    match (start_ms, duration_ms) {
        (Some(start_ms), Some(duration_ms)) => Some(Soundbite { start_ms, duration_ms, title: tag.text(MAX_TEXT) }),
        _ => tag.left_out("has times that are none"),
    }
}

pub(crate) fn social(node: &Node, reading: &mut Reading) -> Option<SocialInteract> {
    let mut tag = Tag::new(node, "a place to talk", reading);
    // The platform is how older feeds name the protocol.
    let protocol = match tag.words("protocol", MAX_TEXT) {
        none if none.is_empty() => tag.words("platform", MAX_TEXT),
        protocol => protocol,
    };
    if protocol == "disabled" {
        return Some(SocialInteract { protocol, ..SocialInteract::default() });
    }
    let uri = node.attribute("uri").and_then(any_address).unwrap_or_default().to_string();
    if protocol.is_empty() || uri.is_empty() {
        return tag.left_out("has no protocol, or no address of the post that talk hangs on");
    }
    Some(SocialInteract {
        protocol,
        uri,
        account_id: tag.words("accountId", MAX_TEXT),
        account_url: tag.link("accountUrl"),
        priority: tag.number("priority"),
    })
}

pub(crate) fn block(node: &Node, reading: &mut Reading) -> Option<Block> {
    let mut tag = Tag::new(node, "a block", reading);
    let id = tag.words("id", MAX_TEXT).to_lowercase();
    let slug = id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.'));
    match yes(&node.raw_text()) {
        Some(blocked) if slug => Some(Block { id, blocked }),
        _ => tag.left_out("says neither yes nor no, or names a platform in a way nobody reads"),
    }
}

pub(crate) fn txt(node: &Node, reading: &mut Reading) -> Option<Txt> {
    let mut tag = Tag::new(node, "a text for programs", reading);
    let txt = Txt { text: tag.text(MAX_TXT), purpose: tag.words("purpose", MAX_TEXT) };
    if txt.text.is_empty() { tag.left_out("is empty") } else { Some(txt) }
}

pub(crate) fn content_link(node: &Node, reading: &mut Reading) -> Option<ContentLink> {
    let mut tag = Tag::new(node, "a link to where it is heard", reading);
    let (href, text) = (tag.link("href"), tag.text(MAX_TEXT));
    if href.is_empty() {
        return tag.left_out("has no address");
    }
    let text = if text.is_empty() { tag.reading.limited(&href, MAX_TEXT, "a link") } else { text };
    Some(ContentLink { href, text })
}

pub(crate) fn chat(node: &Node, reading: &mut Reading) -> Option<Chat> {
    let mut tag = Tag::new(node, "the chat", reading);
    let protocol = match node.attribute("protocol").unwrap_or_default().to_ascii_lowercase().as_str() {
        "irc" => ChatProtocol::Irc,
        "xmpp" => ChatProtocol::Xmpp,
        "nostr" => ChatProtocol::Nostr,
        "matrix" => ChatProtocol::Matrix,
        _ => return tag.left_out("speaks a protocol that the namespace does not name"),
    };
    let server = tag.words("server", MAX_TEXT);
    if server.is_empty() {
        return tag.left_out("has no server");
    }
    Some(Chat { server, protocol, account_id: tag.words("accountId", MAX_TEXT), space: tag.words("space", MAX_TEXT) })
}

pub(crate) fn update_frequency(node: &Node, reading: &mut Reading) -> Option<UpdateFrequency> {
    let mut tag = Tag::new(node, "how often it comes out", reading);
    let (rrule, dtstart_ms) = (tag.words("rrule", MAX_TEXT), tag.instant("dtstart"));
    let counted = rrule.split(';').any(|part| part.starts_with("COUNT="));
    let usable = (rrule.is_empty() || rrule.contains("FREQ=")) && (!counted || dtstart_ms.is_some());
    let rrule = if usable { rrule } else { unusable(&mut tag, &rrule, "rule") };
    let text = match tag.text(MAX_TEXT) {
        none if none.is_empty() => rrule.clone(),
        text => text,
    };
    if text.is_empty() {
        return tag.left_out("says nothing");
    }
    Some(UpdateFrequency { text, rrule, dtstart_ms, complete: tag.yes("complete") })
}
