//! What a rule is: an id that scripts rely on, how much it matters, who asks for it, and the function that looks.

use crate::told::Told;
use crate::{EpisodeFacts, Facts, Live};
use hearthcast_model::check::CheckLevel;

/// Who asks for something, and where that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Directory or standard.
    pub name: &'static str,
    /// Where it stands, by https.
    pub url: &'static str,
}

const fn source(name: &'static str, url: &'static str) -> Source {
    Source { name, url }
}

/// What Apple asks of a feed.
pub const APPLE: Source = source("Apple Podcasts", "https://podcasters.apple.com/support/823-podcast-requirements");
/// What Apple asks of a cover.
pub const APPLE_ARTWORK: Source =
    source("Apple Podcasts", "https://podcasters.apple.com/support/896-artwork-requirements");
/// What Apple asks of a sound.
pub const APPLE_AUDIO: Source = source("Apple Podcasts", "https://podcasters.apple.com/support/893-audio-requirements");
/// What Apple takes out: podcasts with technical problems, or without episodes.
pub const APPLE_REMOVED: Source = source(
    "Apple Podcasts",
    "https://itunespartner.apple.com/en/podcasts/faq/Managing%20your%20Podcasts_Podcast%20Guidelines",
);
/// What Spotify says of the address that it sends a code to.
pub const SPOTIFY_EMAIL: Source =
    source("Spotify", "https://support.spotify.com/us/creators/article/adding-your-email-address-to-your-rss-feed/");
/// What Spotify makes of times in notes.
pub const SPOTIFY_CHAPTERS: Source =
    source("Spotify", "https://support.spotify.com/us/creators/article/creating-and-managing-chapters/");
/// What Amazon Music and Audible ask of a feed.
pub const AMAZON: Source = source("Amazon Music", "https://podcasters.amazon.com/frequently-asked-questions");
/// What YouTube takes from a feed.
pub const YOUTUBE: Source = source("YouTube", "https://support.google.com/youtube/answer/13525207");
/// What the details of a video may be.
pub const YOUTUBE_DETAILS: Source = source("YouTube", "https://developers.google.com/youtube/v3/docs/videos");
/// What YouTube makes of times in a description.
pub const YOUTUBE_CHAPTERS: Source = source("YouTube", "https://support.google.com/youtube/answer/9884579");
/// The Podcast Standards Project.
pub const PSP1: Source =
    source("PSP-1", "https://github.com/Podcast-Standards-Project/PSP-1-Podcast-RSS-Specification");
/// RSS itself.
pub const RSS: Source = source("RSS 2.0", "https://www.rssboard.org/rss-specification");
/// The podcast namespace.
pub const NAMESPACE: Source =
    source("Podcast namespace", "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md");
/// Chapters in JSON.
pub const CHAPTERS: Source = source(
    "JSON chapters 1.2",
    "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/chapters/jsonChapters.md",
);
/// What public radio's host asks of a cover, so that all directories take it.
pub const PRX: Source =
    source("PRX", "https://help.prx.org/hc/en-us/articles/360023748473-Overview-of-feed-requirements");
/// Tags inside MP3 files.
pub const ID3: Source = source("ID3v2.4", "https://id3.org/id3v2.4.0-frames");
/// XML.
pub const XML: Source = source("XML 1.0", "https://www.w3.org/TR/xml/");
/// HTTP.
pub const HTTP: Source = source("RFC 9110", "https://www.rfc-editor.org/rfc/rfc9110");
/// How old an answer may be.
pub const CACHING: Source = source("RFC 9111", "https://www.rfc-editor.org/rfc/rfc9111");
/// Addresses that mean nothing outside of one network.
pub const PRIVATE: Source = source("RFC 1918", "https://www.rfc-editor.org/rfc/rfc1918");
/// When certificates are to be renewed.
pub const RENEWAL: Source = source("Let's Encrypt", "https://letsencrypt.org/docs/integration-guide/");
/// One address, one thing.
pub const WEB: Source = source("Architecture of the Web, 2.2", "https://www.w3.org/TR/webarch/");
/// What other sites may read.
pub const FETCH: Source = source("Fetch (CORS)", "https://fetch.spec.whatwg.org/#http-cors-protocol");
/// Feeds in pages.
pub const RFC5005: Source = source("RFC 5005", "https://www.rfc-editor.org/rfc/rfc5005");
/// What pages with TLS may show.
pub const MIXED: Source = source("Mixed Content", "https://www.w3.org/TR/mixed-content/");
/// What people who do not see a picture need.
pub const WCAG: Source = source("WCAG 2.2, 1.1.1", "https://www.w3.org/WAI/WCAG22/Understanding/non-text-content");

/// What a rule looks at.
#[derive(Clone, Copy)]
pub enum Look {
    /// The show and its episodes together; findings are about the show unless the function says otherwise.
    Show(fn(&Facts, &mut Told)),
    /// Each episode by itself.
    Episode(fn(&Facts, &EpisodeFacts, &mut Told)),
    /// What the place answered.
    Live(fn(&Facts, &Live, &mut Told)),
}

/// What can be done about a finding by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in a sentence.
    pub says: &'static str,
    /// Whether it changes nothing that a person would want to decide: `--fix all-safe` does it.
    pub safe: bool,
}

/// A rule.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Its id; the code of its findings is `check.` and this.
    pub id: &'static str,
    /// How much a finding matters.
    pub level: CheckLevel,
    /// Who asks for it.
    pub source: Source,
    /// What it asks, in a sentence.
    pub title: &'static str,
    /// What to do when it is not so.
    pub hint: &'static str,
    /// What Hearthcast can do about it by itself.
    pub fix: Option<Fix>,
    pub(crate) look: Look,
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rule").field("id", &self.id).field("level", &self.level).finish_non_exhaustive()
    }
}

/// Id, source, title and hint of a rule.
pub(crate) type Words = (&'static str, Source, &'static str, &'static str);

impl Rule {
    /// A directory or app refuses it.
    pub(crate) const fn error(words: Words, look: Look) -> Self {
        Self::new(CheckLevel::Error, words, look)
    }

    /// Listeners will notice it, or some places refuse it.
    pub(crate) const fn warning(words: Words, look: Look) -> Self {
        Self::new(CheckLevel::Warning, words, look)
    }

    /// It could be better.
    pub(crate) const fn advice(words: Words, look: Look) -> Self {
        Self::new(CheckLevel::Advice, words, look)
    }

    const fn new(level: CheckLevel, (id, source, title, hint): Words, look: Look) -> Self {
        Self { id, level, source, title, hint, fix: None, look }
    }

    /// Hearthcast can do something that nobody has to think about.
    pub(crate) const fn fixed(self, says: &'static str) -> Self {
        Self { fix: Some(Fix { says, safe: true }), ..self }
    }

    /// Hearthcast can do something that a person should have decided.
    pub(crate) const fn fixed_if_asked(self, says: &'static str) -> Self {
        Self { fix: Some(Fix { says, safe: false }), ..self }
    }

    /// The code of its findings.
    pub fn code(&self) -> String {
        format!("check.{}", self.id)
    }
}

/// Rules that belong together.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// What they are about.
    pub name: &'static str,
    /// The rules.
    pub rules: &'static [Rule],
}
