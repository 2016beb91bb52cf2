//! What the rules look at.

use hearthcast_model::directories::{Listing, ListingState};
use hearthcast_model::facts::Finding;
use hearthcast_model::{Episode, EpisodeId, MediaFacts, Sha256, Show, ShowId};
use std::collections::{BTreeMap, HashMap};

/// A show as it would be published.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The show's id.
    pub id: &'a ShowId,
    /// The show.
    pub show: &'a Show,
    /// The show as listeners know it, if it was ever published.
    pub released: Option<&'a Show>,
    /// Facts of its cover.
    pub cover: Option<&'a MediaFacts>,
    /// Facts of all files, by their hashes.
    pub media: &'a HashMap<Sha256, MediaFacts>,
    /// The other shows of the library.
    pub others: &'a [OtherShow],
    /// Categories of the show that are not on Apple's list, as written.
    pub unknown_categories: &'a [String],
    /// Its episodes that are no drafts.
    pub episodes: &'a [EpisodeFacts<'a>],
    /// Directories that it was told to.
    pub listings: &'a [Listing],
    /// The address of its feed, where it has a place to be published to.
    pub feed_url: Option<&'a str>,
    /// Bytes of the feed as it would be written, if it can be.
    pub feed_bytes: Option<u64>,
    /// What that place answered, if it was asked.
    pub live: Option<&'a Live>,
    /// Now, Unix milliseconds.
    pub now_ms: i64,
}

impl Facts<'_> {
    /// How far the show is with a directory, by the directory's id.
    pub fn listing(&self, directory: &str) -> ListingState {
        let kept = self.listings.iter().find(|listing| listing.directory == directory);
        kept.map(|listing| listing.state).unwrap_or_default()
    }
}

/// An episode as it would be published.
#[derive(Debug, Clone, Copy)]
pub struct EpisodeFacts<'a> {
    /// Its id.
    pub id: &'a EpisodeId,
    /// The episode.
    pub episode: &'a Episode,
    /// The episode as listeners know it, if it was ever published.
    pub released: Option<&'a Episode>,
    /// Facts of its sound.
    pub audio: Option<&'a MediaFacts>,
    /// Loudness its sound was made for here, LUFS; `None` where it came finished, or its level was kept.
    pub target_lufs: Option<f64>,
    /// What is said of the recording its sound was made of; places are those of the recording.
    pub recording: &'a [Finding],
    /// What is said of how its sound was made, and of what is heard with the recording; places are those of the sound.
    pub remarks: &'a [Finding],
    /// Facts of its picture.
    pub image: Option<&'a MediaFacts>,
}

impl EpisodeFacts<'_> {
    /// Whether apps get it: an episode, no post, with something to hear.
    pub fn is_heard(&self) -> bool {
        self.episode.is_in_feeds()
    }

    /// How long it is, if that is known.
    pub fn length_ms(&self) -> Option<i64> {
        let remote = self.episode.remote_audio.as_ref().filter(|_| self.episode.audio.is_none());
        self.audio.and_then(|audio| audio.duration_ms).or_else(|| remote.and_then(|remote| remote.duration_ms))
    }

    /// Media type of its sound, if that is known.
    pub fn mime(&self) -> Option<&str> {
        let remote = self.episode.remote_audio.as_ref().filter(|_| self.episode.audio.is_none());
        self.audio.map(|audio| audio.mime.as_str()).or_else(|| remote.map(|remote| remote.mime.as_str()))
    }
}

/// Another show of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherShow {
    /// Its title.
    pub title: String,
    /// Its `podcast:guid`; empty where it has none.
    pub podcast_guid: String,
}

/// What a place answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Live {
    /// Name of the target.
    pub target: String,
    /// Everything that was asked, in order.
    pub seen: Vec<Seen>,
    /// When the place's certificate ends, Unix milliseconds, if that was seen.
    pub certificate_until_ms: Option<i64>,
}

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// The feed's header fields.
    FeedHead,
    /// The feed.
    Feed,
    /// The feed again, if it changed.
    FeedAgain,
    /// The feed by somebody who takes gzip.
    FeedGzip,
    /// A sound's header fields.
    AudioHead,
    /// The first two bytes of a sound (`bytes=0-1`).
    AudioRange,
    /// The last [`TAIL`](Question::TAIL) bytes, by where they begin (`bytes=N-`).
    AudioOpen,
    /// The same, by their number (`bytes=-N`).
    AudioSuffix,
    /// The same, with an end far behind the sound's (`bytes=N-M`).
    AudioPast,
    /// What is behind the sound's end (`bytes=99999999999-`).
    AudioBeyond,
    /// The first bytes of a sound, to see what it is.
    AudioStart,
    /// The cover's header fields.
    CoverHead,
    /// The cover.
    Cover,
    /// A transcript's header fields, asked for by another site.
    TextHead,
    /// The same of a file with chapters.
    ChaptersHead,
    /// Header fields of a sound at somebody else's address.
    RemoteHead,
}

impl Question {
    /// Bytes at a sound's end that are asked for.
    pub const TAIL: u64 = 10;
    /// A byte that no sound has.
    pub const BEYOND: u64 = 99_999_999_999;
    /// Another site that asks, as browsers name it.
    pub const OTHER_SITE: &str = "https://player.example";

    /// Whether only header fields are asked for.
    pub fn is_head(self) -> bool {
        use Question::{AudioHead, ChaptersHead, CoverHead, FeedHead, RemoteHead, TextHead};
        matches!(self, FeedHead | AudioHead | CoverHead | TextHead | ChaptersHead | RemoteHead)
    }

    /// What a sound is asked for (RFC 9110 §14.1.2), if a part of it is asked for.
    pub fn range(self, bytes: u64) -> Option<String> {
        let from = bytes.saturating_sub(Self::TAIL);
        Some(match self {
            Self::AudioRange => "bytes=0-1".into(),
            Self::AudioOpen => format!("bytes={from}-"),
            Self::AudioSuffix => format!("bytes=-{}", Self::TAIL),
            Self::AudioPast => format!("bytes={from}-{}", bytes.saturating_add(1000)),
            Self::AudioBeyond => format!("bytes={}-", Self::BEYOND),
            Self::AudioStart => "bytes=0-63".into(),
            _ => return None,
        })
    }
}

/// One question and its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What was asked.
    pub question: Question,
    /// Which address.
    pub url: String,
    /// Addresses it led to, in order.
    pub hops: Vec<String>,
    /// Length the answer should have, where it is known.
    pub expected_bytes: Option<u64>,
    /// Type the answer should have, where it is known.
    pub expected_type: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// An answer.
    Answer {
        /// Status code.
        status: u16,
        /// Header fields by name in small letters.
        headers: BTreeMap<String, String>,
        /// Bytes of the body.
        bytes: u64,
        /// Whether the body is what was published; `None` when it was not compared.
        as_published: Option<bool>,
        /// What was seen in the body.
        found: Found,
    },
    /// No answer, in a sentence.
    Silence(String),
    /// It could not show that it is who it should be, in a sentence.
    Untrusted(String),
    /// It led on more often than anybody follows.
    TooManyHops,
    /// It led back to where it had been.
    RoundAndRound,
    /// It led to an address that only some can reach.
    Inward(String),
}

/// What was seen in a body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Its first bytes, a few at most.
    pub start: Vec<u8>,
    /// Pixels across and down, if it is a picture that directories read.
    pub pixels: Option<(u32, u32)>,
    /// The items of a feed; `None` for what is none.
    pub items: Option<Vec<Item>>,
    /// An address in a feed that is no whole one, if there is any.
    pub relative: Option<String>,
}

/// An item of a feed at a place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Item {
    /// Its guid.
    pub guid: String,
    /// Its title.
    pub title: String,
    /// Its `pubDate`, as it stands there.
    pub date: String,
}

impl Live {
    /// Every address that was asked, once.
    pub fn addresses(&self) -> Vec<String> {
        let mut addresses: Vec<String> = vec![];
        for seen in &self.seen {
            if !addresses.contains(&seen.url) {
                addresses.push(seen.url.clone());
            }
        }
        addresses
    }
}
