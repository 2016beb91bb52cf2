//! The snapshot of everything public: feeds ready to send, and which files may be asked for.

use super::Left;
use super::api::{Shelf, ShowView};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use hearthcast_model::{EpisodeId, Sha256, ShowId};
use hearthcast_serve::{Representation, ServeError};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

/// Files never change under their address.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// A feed may be kept, but asked about each time: a new episode is there at once, and asking costs a 304.
const ASK_FIRST: &str = "public, no-cache";

/// Everything public at one moment. Built aside, then shown whole.
#[derive(Debug, Default, Clone)]
pub struct Catalogue {
    feeds: HashMap<String, Arc<Feed>>,
    /// By the first 32 digits of the hash, as files are addressed (DESIGN §6.3).
    media: HashMap<String, Arc<MediaFile>>,
    shelf: Shelf,
    left: Left,
}

impl Catalogue {
    /// Adds or replaces the feed of a show.
    pub fn add_feed(&mut self, slug: impl Into<String>, feed: Arc<Feed>) {
        self.feeds.insert(slug.into(), feed);
    }

    /// Adds or replaces a file.
    pub fn add_media(&mut self, file: Arc<MediaFile>) {
        self.media.insert(file.sha256.short().to_string(), file);
    }

    /// Notes what was public once.
    pub fn set_left(&mut self, left: Left) {
        self.left = left;
    }

    /// What was public once.
    pub(super) fn left(&self) -> &Left {
        &self.left
    }

    /// Notes the slug of a show or the id of an episode that left, with the address of the feed where it is now.
    pub fn add_left(&mut self, name: String, feed_url: Option<String>) {
        self.shelf.add_left(name, feed_url);
    }

    /// Adds a show to the JSON:API.
    pub fn add_show(&mut self, show: Arc<ShowView>) {
        self.shelf.add(show);
    }

    /// The shows of the JSON:API.
    pub(super) fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// The feed of a show.
    pub fn feed(&self, slug: &str) -> Option<&Arc<Feed>> {
        self.feeds.get(slug)
    }

    /// The file at `/m/<hash>/<name>`: the hash in full or its first 32 digits, in lower case, and one of the names
    /// it was published under.
    pub fn media_at(&self, hash: &str, name: &str) -> Option<&Arc<MediaFile>> {
        let file = self.media.get(hash.get(..32)?)?;
        let named = hash == file.sha256.short() || hash == file.sha256.as_str();
        (named && file.names.iter().any(|known| known == name)).then_some(file)
    }

    /// The file with this hash.
    pub fn media(&self, sha256: &Sha256) -> Option<&Arc<MediaFile>> {
        self.media.get(sha256.short()).filter(|file| file.sha256 == *sha256)
    }
}

/// A feed in both forms it is sent in.
#[derive(Debug)]
pub struct Feed {
    pub(super) raw: Bytes,
    pub(super) gzip: Bytes,
    pub(super) as_raw: Representation,
    pub(super) as_gzip: Representation,
}

impl Feed {
    /// Prepares a feed: compressed once, here, and never again.
    pub fn new(raw: Bytes, last_modified_ms: i64) -> Result<Self, ServeError> {
        let tag = Sha256::of(&raw);
        let gzip = compress(&raw);
        let describe = |len: usize, tag: &str| {
            Representation::new(len as u64, tag, last_modified_ms, "application/rss+xml; charset=utf-8", ASK_FIRST)
        };
        let as_raw = describe(raw.len(), tag.as_str())?;
        // Other bytes need another strong tag (RFC 9110 §8.8.3.3).
        let as_gzip = describe(gzip.len(), &format!("{tag}-gz"))?;
        Ok(Self { raw, gzip, as_raw, as_gzip })
    }

    /// The strong entity tag of the feed as it is, with quotes.
    pub fn etag(&self) -> String {
        format!("\"{}\"", Sha256::of(&self.raw))
    }
}

pub(super) fn compress(raw: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(raw.len() / 6 + 128), Compression::best());
    let done = encoder.write_all(raw).and_then(|()| encoder.finish());
    Bytes::from(done.expect("writing into memory cannot fail"))
}

/// One published use of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaUse {
    /// The show.
    pub show: ShowId,
    /// The episode; `None` for the show's cover.
    pub episode: Option<EpisodeId>,
    /// When it became public there, Unix milliseconds.
    pub published_ms: i64,
}

/// A file that may be asked for.
#[derive(Debug)]
pub struct MediaFile {
    /// What it is.
    pub sha256: Sha256,
    /// Where it lies on this server.
    pub path: PathBuf,
    /// The file names, with extension, that it is published under.
    pub names: Vec<String>,
    /// Where it is used.
    pub uses: Vec<MediaUse>,
    /// Whether its deliveries are noted: sound and film, not pictures and texts.
    pub metered: bool,
    pub(super) representation: Representation,
}

impl MediaFile {
    /// Describes a file. Fails when its type cannot stand in a header field.
    pub fn new(
        sha256: Sha256,
        path: PathBuf,
        len: u64,
        mime: &str,
        last_modified_ms: i64,
        names: Vec<String>,
        uses: Vec<MediaUse>,
    ) -> Result<Self, ServeError> {
        let metered = mime.starts_with("audio/") || mime.starts_with("video/");
        let representation = Representation::new(len, sha256.as_str(), last_modified_ms, &served_type(mime), FOR_EVER)?;
        Ok(Self { sha256, path, names, uses, metered, representation })
    }

    /// Length in bytes.
    pub fn len(&self) -> u64 {
        self.representation.len
    }

    /// Whether the file has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Transcripts are UTF-8, and say so; JSON always is (RFC 8259 §8.1).
fn served_type(mime: &str) -> Cow<'_, str> {
    match mime {
        "text/vtt" | "application/x-subrip" => Cow::Owned(format!("{mime}; charset=utf-8")),
        _ => Cow::Borrowed(mime),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_by_its_hash_and_its_name_only() {
        let sha256 = Sha256::of(b"abc");
        let names = vec!["one.mp3".to_string()];
        let file = MediaFile::new(sha256.clone(), "/x".into(), 3, "audio/mpeg", 0, names, vec![]).unwrap();
        let mut catalogue = Catalogue::default();
        catalogue.add_media(Arc::new(file));
        let (whole, short) = (sha256.as_str(), sha256.short());
        assert!(catalogue.media_at(whole, "one.mp3").is_some() && catalogue.media_at(short, "one.mp3").is_some());
        let other_end = format!("{short}{}", "0".repeat(32));
        for (hash, name) in [
            (short, "one.wav"),
            (short, "two.mp3"),
            (short, "ONE.mp3"),
            (short, ""),
            (&short[..31], "one.mp3"),
            (&whole[..40], "one.mp3"),
            (other_end.as_str(), "one.mp3"),
            ("ääääääääääääääääääääääääääääääääääää", "one.mp3"),
            ("", "one.mp3"),
        ] {
            assert!(catalogue.media_at(hash, name).is_none(), "{hash} {name}");
        }
    }
}
