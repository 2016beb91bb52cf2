//! Addresses that were public once: 410 for what its author called back, 301 for what is elsewhere now. Asked only where
//! nothing public answers.

use super::words;
use axum::response::{IntoResponse, Response};
use hearthcast_model::Sha256;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, LOCATION};
use http::{HeaderValue, StatusCode};
use std::collections::{HashMap, HashSet};

/// A show that moved may come back: askers come here first each time.
const ASK_FIRST: HeaderValue = HeaderValue::from_static("no-cache");

/// What an address answers that was public once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leave {
    /// It does not come back, as far as its author says.
    Gone,
    /// It is there now.
    To(HeaderValue),
}

impl Leave {
    /// To an address, or gone where there is none.
    pub fn to(url: Option<&str>) -> Self {
        url.and_then(|url| HeaderValue::from_str(url).ok()).map_or(Self::Gone, Self::To)
    }

    /// The answer.
    pub(super) fn answer(&self) -> Response {
        match self {
            Self::Gone => words::gone(),
            Self::To(url) => {
                let fields = [
                    (LOCATION, url.clone()),
                    (CACHE_CONTROL, ASK_FIRST),
                    // A web player on another site follows, too.
                    (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
                ];
                (StatusCode::MOVED_PERMANENTLY, fields, "This moved.\n").into_response()
            }
        }
    }
}

/// Everything that left.
#[derive(Debug, Default, Clone)]
pub struct Left {
    feeds: HashMap<String, Leave>,
    /// By the show's slug and the name of the further feed.
    variants: HashMap<(String, String), Leave>,
    /// By the first 32 digits of the hash, and by name.
    files: HashMap<(String, String), Leave>,
    /// What was called back, by the first 32 digits of its hash.
    contents: HashSet<String>,
    /// Chapters files by their name. One that was written for this server has the name of the one that is kept, and a hash that nobody
    /// knows any more. `None` where a name leads to several places.
    chapters: HashMap<String, Option<Leave>>,
    /// By episode.
    sounds: HashMap<String, Leave>,
}

impl Left {
    /// Notes the feed of a show that left.
    pub fn feed_left(&mut self, slug: String, leave: Leave) {
        self.feeds.insert(slug, leave);
    }

    /// Notes a further feed of a show that left, by the show's slug and its own name.
    pub fn variant_left(&mut self, names: (String, String), leave: Leave) {
        self.variants.insert(names, leave);
    }

    /// Notes a file of a show that left; one that another show took along is found there.
    pub fn file_left(&mut self, sha256: &Sha256, name: String, leave: Leave) {
        if is_chapters(&name) {
            self.chapters_left(name.clone(), leave.clone());
        }
        let known = self.files.entry((sha256.short().to_string(), name)).or_insert_with(|| leave.clone());
        if *known == Leave::Gone {
            *known = leave;
        }
    }

    /// Notes a file that was called back, wherever it went. A name that a rule gave it in a storage says nothing about the names
    /// it had here, so no name of this content answers any more.
    pub fn file_called_back(&mut self, sha256: &Sha256, name: String) {
        self.contents.insert(sha256.short().to_string());
        if is_chapters(&name) {
            self.chapters.insert(name.clone(), Some(Leave::Gone));
        }
        self.files.insert((sha256.short().to_string(), name), Leave::Gone);
    }

    fn chapters_left(&mut self, name: String, leave: Leave) {
        let known = self.chapters.entry(name).or_insert_with(|| Some(leave.clone()));
        if *known == Some(Leave::Gone) {
            *known = Some(leave);
        } else if leave != Leave::Gone && *known != Some(leave) {
            *known = None;
        }
    }

    /// Notes the sound of an episode that left.
    pub fn sound_left(&mut self, episode: String, leave: Leave) {
        self.sounds.insert(episode, leave);
    }

    /// What an episode's sound answers.
    pub(super) fn sound(&self, episode: &str) -> Option<&Leave> {
        self.sounds.get(episode)
    }

    /// What a show's feed answers.
    pub(super) fn feed(&self, slug: &str) -> Option<&Leave> {
        self.feeds.get(slug)
    }

    /// What a further feed or a page of a show answers. A page leads to the feed: older episodes are found from there on.
    pub(super) fn document(&self, slug: &str, name: &str) -> Option<&Leave> {
        let own = if self.variants.is_empty() { None } else { self.variants.get(&(slug.into(), name.into())) };
        own.or_else(|| self.feed(slug))
    }

    /// What a file's address answers.
    pub(super) fn file(&self, hash: &str, name: &str) -> Option<&Leave> {
        let short = hash.get(..32)?;
        if self.files.is_empty() {
            return None;
        }
        let known = self.files.get(&(short.to_string(), name.to_string()));
        let known = known.or_else(|| self.contents.contains(short).then_some(&Leave::Gone));
        known.or_else(|| self.chapters.get(name)?.as_ref())
    }
}

/// Whether a file's name is one of chapters: nothing else ends like this.
fn is_chapters(name: &str) -> bool {
    name.ends_with(".json")
}
