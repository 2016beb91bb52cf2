//! `podcast:alternateEnclosure` with its sources and its integrity.

use super::tag::{MAX_TEXT, Owner, Tag};
use crate::FeedInput;
use crate::error::FeedError;
use crate::xml::Document;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hearthcast_model::Sha256;
use hearthcast_model::namespace::words::any_address;
use hearthcast_model::namespace::{AlternateEnclosure, IntegrityKind, Source};
use std::borrow::Cow;

/// Longest title and group of an alternate enclosure, in characters.
const MAX_NAME: usize = 32;
/// Longest hash or signature, in characters.
const MAX_INTEGRITY: usize = 8_000;

pub(super) fn alternate(
    out: &mut Document,
    input: &FeedInput,
    other: &AlternateEnclosure,
    owner: Owner<'_>,
) -> Result<(), FeedError> {
    let facts = other.file.as_ref().and_then(|file| input.facts.get(&file.hash));
    let mime = facts.map_or(other.mime.as_str(), |facts| facts.mime.as_str());
    let out = Tag::new(out, "alternateEnclosure", "another file of the same content", owner)
        .needed("type", mime)?
        .number("length", facts.map(|facts| facts.size_bytes).or(other.length_bytes))
        .number("bitrate", other.bitrate_bps)
        .number("height", other.height_px)
        .words("lang", &other.lang, MAX_TEXT)?
        .words("title", &other.title, MAX_NAME)?
        .words("rel", &other.rel, MAX_NAME)?
        .words("codecs", &other.codecs, MAX_TEXT)?
        .ensure(other.file.is_some() || !other.sources.is_empty(), "is nowhere: give its address")?
        .with_if(other.default, "default", "true")
        .open();
    if let Some(file) = &other.file {
        Tag::new(out, "source", "where a file is", owner).file("uri", input, file)?.done()?;
    }
    for one in &other.sources {
        source(out, one, owner)?;
    }
    integrity(out, other, owner)?;
    out.close();
    Ok(())
}

/// What was given; of a file of our own, its hash.
fn integrity(out: &mut Document, other: &AlternateEnclosure, owner: Owner<'_>) -> Result<(), FeedError> {
    let (kind, value) = match (&other.integrity, &other.file) {
        (Some(given), _) => match given.kind {
            IntegrityKind::Sri => ("sri", Cow::Borrowed(given.value.as_str())),
            IntegrityKind::PgpSignature => ("pgp-signature", Cow::Borrowed(given.value.as_str())),
        },
        (None, Some(file)) => ("sri", Cow::Owned(sri(&file.hash))),
        (None, None) => return Ok(()),
    };
    let tag = Tag::new(out, "integrity", "a file's integrity", owner).with("type", kind);
    tag.words("value", &value, MAX_INTEGRITY)?.done()
}

fn source(out: &mut Document, source: &Source, owner: Owner<'_>) -> Result<(), FeedError> {
    let tag = Tag::new(out, "source", "where a file is", owner);
    // Any scheme: files are also found at ipfs: and magnet: addresses.
    let tag = match any_address(&source.uri) {
        Some(uri) => tag.with("uri", uri),
        None => tag.ensure(false, "has no address")?,
    };
    tag.words("contentType", &source.mime, MAX_TEXT)?.done()
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
