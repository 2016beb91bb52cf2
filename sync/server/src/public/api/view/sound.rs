//! What is heard of an episode, as the API tells it: a file of the show, or one at somebody else's address.

use crate::public::api::picture::Pictures;
use hearthcast_model::{Episode, MediaFacts};

/// An episode's sound.
#[derive(Debug, Default)]
pub(super) struct Sound<'a> {
    /// Where it is heard.
    pub(super) url: Option<String>,
    /// Media type; empty when it is not known.
    pub(super) mime: String,
    /// Bytes; 0 when they are not known.
    pub(super) size_bytes: u64,
    /// Length, if known.
    pub(super) duration_ms: Option<i64>,
    /// All that is known of a file of our own.
    pub(super) facts: Option<&'a MediaFacts>,
}

pub(super) fn sound<'a>(body: &Episode, pictures: &Pictures<'a>) -> Sound<'a> {
    match (&body.audio, &body.remote_audio) {
        (Some(own), _) => {
            let facts = pictures.facts.get(&own.hash);
            Sound {
                url: pictures.urls.get(own).map(|url| url.into_owned()),
                mime: facts.map(|facts| facts.mime.clone()).unwrap_or_default(),
                size_bytes: facts.map_or(0, |facts| facts.size_bytes),
                duration_ms: facts.and_then(|facts| facts.duration_ms),
                facts,
            }
        }
        (None, Some(remote)) => Sound {
            url: Some(remote.url.clone()),
            mime: remote.mime.clone(),
            size_bytes: remote.size_bytes,
            duration_ms: remote.duration_ms,
            facts: None,
        },
        (None, None) => Sound::default(),
    }
}
