//! `podcast:alternateEnclosure`, and the chapters and transcripts that lie beside an episode.

use super::each;
use crate::feed::RemoteFile;
use crate::node::Node;
use crate::space::Space;
use crate::tag::{MAX_TEXT, Reading, Scheme, Tag};
use hearthcast_model::namespace::words::any_address;
use hearthcast_model::namespace::{AlternateEnclosure, Integrity, IntegrityKind, Source};

/// Longest title and group of an alternate enclosure, in characters.
const MAX_NAME: usize = 32;
/// Longest hash or signature, in characters.
const MAX_INTEGRITY: usize = 8_000;

pub(crate) fn alternate(node: &Node, reading: &mut Reading) -> Option<AlternateEnclosure> {
    let mut sources = each(node, "source", reading, source);
    // Older feeds have the address in the tag itself.
    if let Some(url) =
        node.attribute("url").or_else(|| node.attribute("uri")).and_then(any_address).filter(|_| sources.is_empty())
    {
        sources.push(Source { uri: url.into(), mime: String::new() });
    }
    let integrity = node.first(Space::Podcast, "integrity").and_then(|node| integrity(node, reading));
    let mut tag = Tag::new(node, "another file of the same content", reading);
    let mime = tag.words("type", MAX_TEXT);
    if sources.is_empty() || mime.is_empty() {
        return tag.left_out("has no address, or does not say its type");
    }
    Some(AlternateEnclosure {
        mime,
        length_bytes: tag.number("length"),
        bitrate_bps: tag.number("bitrate").filter(|rate: &f64| rate.is_finite() && *rate >= 0.0),
        height_px: tag.number("height"),
        lang: tag.words("lang", MAX_TEXT),
        title: tag.words("title", MAX_NAME),
        rel: tag.words("rel", MAX_NAME),
        codecs: tag.words("codecs", MAX_TEXT),
        default: tag.yes("default"),
        file: None,
        poster: None,
        sources,
        integrity,
    })
}

fn source(node: &Node, reading: &mut Reading) -> Option<Source> {
    let mut tag = Tag::new(node, "where a file is", reading);
    // Any scheme: files are also found at ipfs: and magnet: addresses.
    match node.attribute("uri").and_then(any_address) {
        Some(uri) => Some(Source { uri: uri.into(), mime: tag.words("contentType", MAX_TEXT) }),
        None => tag.left_out("has no address"),
    }
}

fn integrity(node: &Node, reading: &mut Reading) -> Option<Integrity> {
    let mut tag = Tag::new(node, "a file's integrity", reading);
    let kind = match node.attribute("type").unwrap_or_default().to_ascii_lowercase().as_str() {
        "sri" => IntegrityKind::Sri,
        "pgp-signature" => IntegrityKind::PgpSignature,
        _ => return tag.left_out("is told in a way that nobody reads"),
    };
    let value = tag.words("value", MAX_INTEGRITY);
    if value.is_empty() { tag.left_out("has no value") } else { Some(Integrity { kind, value }) }
}

/// The chapters of an item in a file.
pub(crate) fn chapters(item: &Node, reading: &mut Reading) -> Option<RemoteFile> {
    let node = item.first(Space::Podcast, "chapters")?;
    let url = reading.address(node.attribute("url").unwrap_or_default(), Scheme::Web, "the chapters")?;
    let mime = node.attribute("type").unwrap_or("application/json+chapters").into();
    Some(RemoteFile { url, mime, ..RemoteFile::default() })
}

/// A transcript in a file.
pub(crate) fn transcript(node: &Node, reading: &mut Reading) -> Option<RemoteFile> {
    let mut tag = Tag::new(node, "a transcript", reading);
    let url = tag.web("url");
    if url.is_empty() {
        return tag.left_out("has no address");
    }
    let captions = node.attribute("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("captions"));
    let mime = match tag.words("type", MAX_TEXT) {
        none if none.is_empty() => guessed(&url).into(),
        mime => mime,
    };
    Some(RemoteFile { mime, language: tag.words("language", MAX_TEXT), captions, url })
}

/// The type of a transcript that does not say it, by the ending of its address.
fn guessed(url: &str) -> &'static str {
    let path = url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    match path.rsplit('.').next() {
        Some("srt") => "application/x-subrip",
        Some("json") => "application/json",
        Some("html" | "htm") => "text/html",
        Some("txt") => "text/plain",
        _ => "text/vtt",
    }
}
