//! `podcast:alternateEnclosure` with its sources and its integrity.

use super::tag::{MAX_TEXT, Owner, Tag};
use crate::FeedInput;
use crate::channel::url_of;
use crate::error::FeedError;
use crate::link;
use crate::xml::{Element, Ns};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hearthcast_model::Sha256;
use hearthcast_model::namespace::{AlternateEnclosure, IntegrityKind, Source};

/// Longest title and group of an alternate enclosure, in characters.
const MAX_NAME: usize = 32;
/// Longest hash or signature, in characters.
const MAX_INTEGRITY: usize = 8_000;

pub(super) fn alternate<'a>(
    input: &FeedInput<'a>,
    other: &'a AlternateEnclosure,
    owner: Owner<'_>,
) -> Result<Element<'a>, FeedError> {
    let facts = other.file.as_ref().and_then(|file| input.facts.get(&file.hash));
    let mime = facts.map_or(other.mime.as_str(), |facts| facts.mime.as_str());
    let mut tag = Tag::new("alternateEnclosure", "another file of the same content", owner)
        .needed("type", mime)?
        .number("length", facts.map(|facts| facts.size_bytes).or(other.length_bytes))
        .number("bitrate", other.bitrate_bps)
        .number("height", other.height_px)
        .words("lang", &other.lang, MAX_TEXT)?
        .words("title", &other.title, MAX_NAME)?
        .words("rel", &other.rel, MAX_NAME)?
        .words("codecs", &other.codecs, MAX_TEXT)?
        .ensure(other.file.is_some() || !other.sources.is_empty(), "is nowhere: give its address")?;
    if other.default {
        tag = tag.with("default", "true");
    }
    if let Some(file) = &other.file {
        let url = url_of(input, file, owner)?;
        tag = tag.child(Element::new(Ns::Podcast, "source").attribute("uri", url));
    }
    for one in &other.sources {
        tag = tag.child(source(one, owner)?);
    }
    let integrity = match (&other.integrity, &other.file) {
        (Some(given), _) => {
            let kind = match given.kind {
                IntegrityKind::Sri => "sri",
                IntegrityKind::PgpSignature => "pgp-signature",
            };
            Some(Tag::new("integrity", "a file's integrity", owner).with("type", kind).words(
                "value",
                &given.value,
                MAX_INTEGRITY,
            )?)
        }
        (None, Some(file)) => {
            Some(Tag::new("integrity", "a file's integrity", owner).with("type", "sri").with("value", sri(&file.hash)))
        }
        (None, None) => None,
    };
    Ok(match integrity {
        Some(integrity) => tag.child(integrity.done()),
        None => tag,
    }
    .done())
}

fn source<'a>(source: &'a Source, owner: Owner<'_>) -> Result<Element<'a>, FeedError> {
    let tag = Tag::new("source", "where a file is", owner);
    // Any scheme: files are also found at ipfs: and magnet: addresses.
    let tag = match link::any(&source.uri) {
        Some(uri) => tag.with("uri", uri),
        None => tag.ensure(false, "has no address")?,
    };
    tag.words("contentType", &source.mime, MAX_TEXT).map(Tag::done)
}

/// The hash as Subresource Integrity writes it (W3C SRI §3.5).
fn sri(hash: &Sha256) -> String {
    let hex = hash.as_str().as_bytes();
    let digit = |at: usize| char::from(hex[at]).to_digit(16).unwrap_or(0) as u8;
    let bytes: Vec<u8> = (0..hex.len() / 2).map(|n| digit(2 * n) << 4 | digit(2 * n + 1)).collect();
    format!("sha256-{}", STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_written_as_browsers_read_it() {
        // `printf abc | openssl dgst -sha256 -binary | base64`
        assert_eq!(sri(&Sha256::of(b"abc")), "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    }
}
