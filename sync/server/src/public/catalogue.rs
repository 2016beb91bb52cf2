//! The snapshot of everything public: feeds ready to send, and which files may be asked for.

use super::Left;
use super::api::{Comments, Shelf, ShowView};
use super::coding::Coding;
use super::sound::{Elsewhere, EpisodeSound};
use super::written::{self, WrittenFile};
use bytes::Bytes;
use hearthcast_model::legacy::{LegacyPath, LegacyPaths};
use hearthcast_model::{EpisodeId, Sha256, ShowId};
use hearthcast_serve::{Representation, ServeError};
use http::HeaderValue;
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Files never change under their address.
pub(super) const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// A feed may be kept, but asked about each time: a new episode is there at once, and asking costs a 304.
const ASK_FIRST: &str = "public, no-cache";

/// Everything public at one moment. Built aside, then shown whole.
#[derive(Debug, Default, Clone)]
pub struct Catalogue {
    feeds: HashMap<String, Arc<Feed>>,
    /// Pages and further feeds by show, each by what stands behind `rss/` in its address (`page/3`, `last-10`).
    documents: HashMap<String, HashMap<String, Arc<Feed>>>,
    /// By the first 32 digits of the hash, as files are addressed (DESIGN §6.3).
    media: HashMap<String, Arc<MediaFile>>,
    /// The same of sound that lies in a storage.
    elsewhere: HashMap<String, Elsewhere>,
    /// Files that lie on no disk, by the first 32 digits of the hash and their name.
    written: HashMap<String, Arc<WrittenFile>>,
    /// By episode.
    sounds: HashMap<String, EpisodeSound>,
    older: LegacyPaths,
    shelf: Shelf,
    left: Left,
}

impl Catalogue {
    /// Adds or replaces the feed of a show.
    pub fn add_feed(&mut self, slug: impl Into<String>, feed: Arc<Feed>) {
        self.feeds.insert(slug.into(), feed);
    }

    /// Adds a page or a further feed of a show.
    pub fn add_document(&mut self, slug: impl Into<String>, name: impl Into<String>, document: Arc<Feed>) {
        self.documents.entry(slug.into()).or_default().insert(name.into(), document);
    }

    /// A page or a further feed of a show.
    pub fn document(&self, slug: &str, name: &str) -> Option<&Arc<Feed>> {
        self.documents.get(slug)?.get(name)
    }

    /// Adds or replaces a file.
    pub fn add_media(&mut self, file: Arc<MediaFile>) {
        self.media.insert(file.sha256.short().to_string(), file);
    }

    /// Takes a file away that nothing public has any more, only had.
    pub fn remove_former(&mut self, sha256: &Sha256) {
        if self.media(sha256).is_some_and(|file| file.names.iter().all(String::is_empty)) {
            self.media.remove(sha256.short());
        }
    }

    /// Adds or replaces a sound that lies in a storage.
    pub fn add_elsewhere(&mut self, elsewhere: Elsewhere) {
        self.elsewhere.insert(elsewhere.sha256.short().to_string(), elsewhere);
    }

    /// A sound that lies in a storage.
    pub fn elsewhere(&self, sha256: &Sha256) -> Option<&Elsewhere> {
        self.elsewhere.get(sha256.short()).filter(|elsewhere| elsewhere.sha256 == *sha256)
    }

    /// The sound at `/m/<hash>/<name>` that lies in a storage.
    pub fn elsewhere_at(&self, hash: &str, name: &str) -> Option<&Elsewhere> {
        let found = self.elsewhere.get(hash.get(..32)?)?;
        let named = hash == found.sha256.short() || hash == found.sha256.as_str();
        (named && found.names.iter().any(|known| known == name)).then_some(found)
    }

    /// Adds or replaces a file that is written for this server.
    pub fn add_written(&mut self, file: Arc<WrittenFile>) {
        self.written.insert(file.key(), file);
    }

    /// The file at `/m/<hash>/<name>` that is written for this server.
    pub(super) fn written_at(&self, hash: &str, name: &str) -> Option<&Arc<WrittenFile>> {
        let found = self.written.get(&written::key(hash.get(..32)?, name))?;
        found.is_called(hash).then_some(found)
    }

    /// Adds or replaces the sound of an episode.
    pub fn add_sound(&mut self, episode: EpisodeId, sound: EpisodeSound) {
        self.sounds.insert(episode.to_string(), sound);
    }

    /// The sound of a public episode.
    pub fn sound(&self, episode: &str) -> Option<&EpisodeSound> {
        self.sounds.get(episode)
    }

    /// Adds an older path of a show.
    pub fn add_older_path(&mut self, path: &LegacyPath, base_url: &str, show: &ShowId) {
        self.older.add(path, base_url, show);
    }

    /// Where an older path leads, with which status, and of which show it is.
    pub fn older_path(&self, path: &str) -> Option<(String, u16, ShowId)> {
        self.older.find(path)
    }

    /// The public show that an id of a show, episode or post speaks of.
    pub fn show_of(&self, of: &str) -> Option<ShowId> {
        self.shelf.show_id(of)
    }

    /// Whether there is any older path.
    pub(super) fn has_older_paths(&self) -> bool {
        !self.older.is_empty()
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

    /// Shows these comments in the JSON:API.
    pub(super) fn set_comments(&mut self, comments: Arc<Comments>) {
        self.shelf.set_comments(comments);
    }

    /// The shows of the JSON:API.
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// The feed of a show.
    pub fn feed(&self, slug: &str) -> Option<&Arc<Feed>> {
        self.feeds.get(slug)
    }

    /// The file at `/m/<hash>/<name>`: the hash in full or its first 32 digits, in lower case, and one of the names
    /// it was published under; any name where those are not known any more.
    pub fn media_at(&self, hash: &str, name: &str) -> Option<&Arc<MediaFile>> {
        let file = self.media.get(hash.get(..32)?)?;
        let named = hash == file.sha256.short() || hash == file.sha256.as_str();
        (named && file.names.iter().any(|known| known == name || known.is_empty())).then_some(file)
    }

    /// The file with this hash.
    pub fn media(&self, sha256: &Sha256) -> Option<&Arc<MediaFile>> {
        self.media.get(sha256.short()).filter(|file| file.sha256 == *sha256)
    }
}

/// A feed in all forms it is sent in.
#[derive(Debug)]
pub struct Feed {
    /// The show, where its readers are counted.
    pub(super) show: Option<ShowId>,
    /// Where its hub is, and what it is called there (WebSub §4).
    pub(super) links: Option<HeaderValue>,
    plain: Form,
    gzip: Form,
    brotli: Form,
}

/// The bytes in one coding.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) bytes: Bytes,
    pub(super) described: Representation,
}

impl Feed {
    /// Prepares a feed: compressed once, here, and never again.
    pub fn new(raw: Bytes, last_modified_ms: i64) -> Result<Self, ServeError> {
        let tag = Sha256::of(&raw);
        let form = |coding: Coding| {
            let (bytes, tag) = (coding.pack(&raw), coding.tag(tag.as_str()));
            let (length, mime) = (bytes.len() as u64, "application/rss+xml; charset=utf-8");
            let described = Representation::new(length, &tag, last_modified_ms, mime, ASK_FIRST)?;
            Ok::<_, ServeError>(Form { bytes, described })
        };
        Ok(Self {
            show: None,
            links: None,
            plain: form(Coding::Plain)?,
            gzip: form(Coding::Gzip)?,
            brotli: form(Coding::Brotli)?,
        })
    }

    /// The same as the feed of a show, whose readers are counted.
    pub fn of(self, show: ShowId) -> Self {
        Self { show: Some(show), ..self }
    }

    /// With the hub that tells of its news, if there is one, under its own address.
    pub fn with_hub(self, hub: &str, own: &str) -> Self {
        let links = format!("<{hub}>; rel=\"hub\", <{own}>; rel=\"self\"");
        Self { links: HeaderValue::try_from(links).ok().filter(|_| is_address(hub) && is_address(own)), ..self }
    }

    /// The feed in a coding.
    pub(super) fn form(&self, coding: Coding) -> &Form {
        match coding {
            Coding::Plain => &self.plain,
            Coding::Gzip => &self.gzip,
            Coding::Brotli => &self.brotli,
        }
    }

    /// The strong entity tag of the feed as it is, with quotes.
    pub fn etag(&self) -> String {
        format!("\"{}\"", Sha256::of(&self.plain.bytes))
    }
}

/// Whether an address can stand in a `Link` header.
fn is_address(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"".contains(&b))
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
    /// The file name there, with extension.
    pub name: String,
}

/// The episode that a file is asked for by one of its names; of several the one that was public first.
pub(super) fn episode_of<'a>(uses: &'a [MediaUse], name: &str) -> Option<&'a EpisodeId> {
    let named = uses.iter().filter(|used| used.name == name && used.episode.is_some());
    named.min_by_key(|used| (used.published_ms, &used.episode)).and_then(|used| used.episode.as_ref())
}

/// A file that may be asked for.
#[derive(Debug)]
pub struct MediaFile {
    /// What it is.
    pub sha256: Sha256,
    /// Where it lies on this server.
    pub path: PathBuf,
    /// The file names, with extension, that it is published under; an empty one stands for any.
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
        "text/vtt" | "application/x-subrip" | "text/html" => Cow::Owned(format!("{mime}; charset=utf-8")),
        _ => Cow::Borrowed(mime),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_episode_that_had_it_first() {
        let id = |n: u8| EpisodeId::parse(&format!("018f0000-0000-7000-8000-0000000000{n:02}")).unwrap();
        let show = ShowId::parse("018f0000-0000-7000-8000-000000000099").unwrap();
        let used = |n: u8, published_ms, name: &str| MediaUse {
            show: show.clone(),
            episode: (n > 0).then(|| id(n)),
            published_ms,
            name: name.into(),
        };
        let uses = [used(0, 0, "one.mp3"), used(2, 7, "two.mp3"), used(3, 9, "one.mp3"), used(1, 8, "one.mp3")];
        assert_eq!(episode_of(&uses, "one.mp3"), Some(&id(1)));
        assert_eq!(episode_of(&uses, "two.mp3"), Some(&id(2)));
        assert_eq!(episode_of(&uses, "three.mp3"), None);
        assert_eq!(episode_of(&uses[..1], "one.mp3"), None, "a cover is no episode");
    }

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
