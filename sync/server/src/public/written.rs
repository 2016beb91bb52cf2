//! Files that are written for this server and lie on no disk: chapters files that say where the pictures of chapters are found
//! here. They are asked for at `/m/<hash>/<name>`, as every other file.

use super::catalogue::FOR_EVER;
use super::media::FOR_EVERY_SITE;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hearthcast_model::Sha256;
use hearthcast_model::show::Attachment;
use hearthcast_serve::{Representation, RequestFacts, ServeError, answer as decide};
use hearthcast_text::chapters::MIME;
use http::{HeaderMap, Method};
use std::ops::Range;

/// A file in memory.
#[derive(Debug)]
pub struct WrittenFile {
    sha256: Sha256,
    /// With its extension.
    name: String,
    bytes: Bytes,
    described: Representation,
}

impl WrittenFile {
    /// A chapters file.
    pub fn chapters(file: &Attachment, text: String, last_modified_ms: i64) -> Result<Self, ServeError> {
        let described = Representation::new(text.len() as u64, file.hash.as_str(), last_modified_ms, MIME, FOR_EVER)?;
        let name = format!("{}.{}", file.name, file.ext);
        Ok(Self { sha256: file.hash.clone(), name, bytes: text.into(), described })
    }

    /// What it is found by: the first 32 digits of its hash, and its name.
    pub(super) fn key(&self) -> String {
        key(self.sha256.short(), &self.name)
    }

    /// Whether this is what it is called in an address: its hash in full, or the first 32 digits.
    pub(super) fn is_called(&self, hash: &str) -> bool {
        hash == self.sha256.short() || hash == self.sha256.as_str()
    }

    /// Its answer. Nothing of it is counted: it is no sound.
    pub(super) fn give(&self, method: &Method, headers: &HeaderMap) -> Response {
        let decided = decide(&RequestFacts::of(method, headers), &self.described);
        let body = decided.body.map_or_else(Body::empty, |range| Body::from(self.part(&range)));
        let mut response = (decided.status, decided.headers, body).into_response();
        response.headers_mut().extend(FOR_EVERY_SITE);
        response
    }

    fn part(&self, range: &Range<u64>) -> Bytes {
        let at = |n: u64| usize::try_from(n).unwrap_or(usize::MAX).min(self.bytes.len());
        self.bytes.slice(at(range.start)..at(range.end))
    }
}

/// What a file is found by.
pub(super) fn key(short: &str, name: &str) -> String {
    format!("{short}/{name}")
}
