//! What the rules look at.

use hearthcast_model::{Episode, EpisodeId, MediaFacts, Show, ShowId};
use std::collections::BTreeMap;

/// A show as it would be published.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The show's id.
    pub id: &'a ShowId,
    /// The show.
    pub show: &'a Show,
    /// Facts of its cover.
    pub cover: Option<&'a MediaFacts>,
    /// Categories of the show that are not on Apple's list, as written.
    pub unknown_categories: &'a [String],
    /// Its episodes that are no drafts.
    pub episodes: &'a [EpisodeFacts<'a>],
    /// The address of its feed, where it has a place to be published to.
    pub feed_url: Option<&'a str>,
    /// What that place answered, if it was asked.
    pub live: Option<&'a Live>,
    /// Now, Unix milliseconds.
    pub now_ms: i64,
}

/// An episode as it would be published.
#[derive(Debug, Clone, Copy)]
pub struct EpisodeFacts<'a> {
    /// Its id.
    pub id: &'a EpisodeId,
    /// The episode.
    pub episode: &'a Episode,
    /// Facts of its sound.
    pub audio: Option<&'a MediaFacts>,
    /// Facts of its picture.
    pub image: Option<&'a MediaFacts>,
}

/// What a place answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// Name of the target.
    pub target: String,
    /// Everything that was asked, in order.
    pub seen: Vec<Seen>,
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
    /// A sound's header fields.
    AudioHead,
    /// The first two bytes of a sound.
    AudioRange,
    /// The cover's header fields.
    CoverHead,
    /// A transcript's or a chapter file's header fields, asked for by another site.
    TextHead,
}

/// One question and its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What was asked.
    pub question: Question,
    /// Which address.
    pub url: String,
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
    },
    /// No answer, in a sentence.
    Silence(String),
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
