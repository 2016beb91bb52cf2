//! An episode or a post: what search finds, whichever of the two it is; and from which words it was made findable.

use super::shelf::{Found, FoundPost, Shelf};
use super::view::ShowView;
use hearthcast_model::{Episode, SafeHtml};
use hearthcast_model::{Sha256, Transcript};

/// How rows for search are made; another number makes them all anew.
const MADE_BY: u32 = 1;

/// A transcript as it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    /// The file.
    pub sha256: Sha256,
    /// Language tag.
    pub language: String,
}

/// From which words something is made findable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundBy {
    /// Changes with any of them.
    pub(super) hash: String,
    /// One transcript of each language.
    pub(super) texts: Vec<TextFile>,
}

impl FoundBy {
    /// What search reads of an episode or post.
    pub(super) fn of(body: &Episode, usual_language: &str) -> Self {
        let mut texts: Vec<TextFile> = vec![];
        // WebVTT first: it says for certain who speaks.
        let (vtt, others): (Vec<_>, Vec<_>) = body.transcripts.iter().partition(|one| one.file.ext == "vtt");
        for one in vtt.into_iter().chain(others) {
            let language = language_of(one, usual_language);
            if texts.iter().all(|text| text.language != language) {
                texts.push(TextFile { sha256: one.file.hash.clone(), language: language.into() });
            }
        }
        let mut all = format!("{MADE_BY}\0{}\0{}", body.title, body.notes.safe.html);
        texts.iter().for_each(|text| all.extend(["\0", text.sha256.as_str(), "\0", &text.language]));
        Self { hash: Sha256::of(all.as_bytes()).to_string(), texts }
    }
}

fn language_of<'a>(transcript: &'a Transcript, usual: &'a str) -> &'a str {
    if transcript.language.is_empty() { usual } else { &transcript.language }
}

/// An episode or post that is public.
#[derive(Debug, Clone, Copy)]
pub enum Thing<'a> {
    /// An episode.
    #[allow(private_interfaces, reason = "looked into here only")]
    Episode(Found<'a>),
    /// A post.
    #[allow(private_interfaces, reason = "looked into here only")]
    Post(FoundPost<'a>),
}

impl<'a> Thing<'a> {
    /// `episode` or `post`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Episode(_) => "episode",
            Self::Post(_) => "post",
        }
    }

    /// Id.
    pub fn id(&self) -> &'a str {
        match self {
            Self::Episode(found) => &found.episode.id,
            Self::Post(found) => &found.post.id,
        }
    }

    /// Title.
    pub fn title(&self) -> &'a str {
        match self {
            Self::Episode(found) => &found.episode.attributes.brief.name,
            Self::Post(found) => &found.post.attributes.brief.name,
        }
    }

    /// Name in addresses.
    pub fn slug(&self) -> &'a str {
        match self {
            Self::Episode(found) => &found.episode.attributes.brief.slug,
            Self::Post(found) => &found.post.attributes.brief.slug,
        }
    }

    /// When it became public, Unix milliseconds.
    pub fn published_ms(&self) -> i64 {
        match self {
            Self::Episode(found) => found.episode.published_ms,
            Self::Post(found) => found.post.published_ms,
        }
    }

    /// Notes, as clean HTML.
    pub fn notes(&self) -> SafeHtml {
        let html = match self {
            Self::Episode(found) => &found.episode.attributes.description_html,
            Self::Post(found) => &found.post.attributes.description_html,
        };
        SafeHtml { html: html.clone(), sanitizer_version: hearthcast_text::SANITIZER_VERSION }
    }

    /// Id of its show.
    pub fn show_id(&self) -> &'a str {
        self.show().id.as_str()
    }

    /// Changes with any of the words it is found by.
    pub fn hash(&self) -> &'a str {
        &self.found_by().hash
    }

    /// One transcript of each language.
    pub fn texts(&self) -> &'a [TextFile] {
        &self.found_by().texts
    }

    pub(super) fn show(&self) -> &'a ShowView {
        match self {
            Self::Episode(found) => found.show,
            Self::Post(found) => found.show,
        }
    }

    fn found_by(&self) -> &'a FoundBy {
        match self {
            Self::Episode(found) => &found.episode.found_by,
            Self::Post(found) => &found.post.found_by,
        }
    }
}

impl Shelf {
    /// Everything that can be found, oldest first.
    pub fn things(&self) -> impl Iterator<Item = Thing<'_>> {
        let mut all: Vec<Thing> =
            self.newest_first().map(Thing::Episode).chain(self.posts().map(Thing::Post)).collect();
        all.sort_by_key(|thing| (thing.published_ms(), thing.id()));
        all.into_iter()
    }

    /// The episode or post with an id.
    pub fn thing(&self, id: &str) -> Option<Thing<'_>> {
        self.episode(id).map(Thing::Episode).or_else(|| self.post(id).map(Thing::Post))
    }
}
