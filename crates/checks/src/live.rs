//! One answer of a place, as rules look at it.

use crate::{Found, Live, Outcome, Question, Seen};
use std::collections::BTreeMap;

/// An answer.
#[derive(Clone, Copy)]
pub(crate) struct Answer<'a> {
    pub seen: &'a Seen,
    pub status: u16,
    pub bytes: u64,
    pub as_published: Option<bool>,
    pub found: &'a Found,
    headers: &'a BTreeMap<String, String>,
}

impl<'a> Answer<'a> {
    /// A header field; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &'a str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The media type without its parameters, in small letters.
    pub(crate) fn mime(&self) -> String {
        self.header("content-type").split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// Which address.
    pub(crate) fn url(&self) -> &'a str {
        &self.seen.url
    }

    /// What was asked.
    pub(crate) fn question(&self) -> Question {
        self.seen.question
    }

    /// Whether its type is what it should be.
    pub(crate) fn has_right_type(&self) -> bool {
        same_kind(&self.mime(), &self.seen.expected_type)
    }
}

/// All answers, in order.
pub(crate) fn answers(live: &Live) -> impl Iterator<Item = Answer<'_>> {
    live.seen.iter().filter_map(|seen| match &seen.outcome {
        Outcome::Answer { status, headers, bytes, as_published, found } => {
            Some(Answer { seen, status: *status, headers, bytes: *bytes, as_published: *as_published, found })
        }
        _ => None,
    })
}

/// The answers to a question.
pub(crate) fn answers_to(live: &Live, question: Question) -> impl Iterator<Item = Answer<'_>> {
    answers(live).filter(move |answer| answer.question() == question)
}

/// The answers to a question that were given with 200.
pub(crate) fn given(live: &Live, question: Question) -> impl Iterator<Item = Answer<'_>> {
    answers_to(live, question).filter(|answer| answer.status == 200)
}

/// Whether two types mean the same to apps.
pub(crate) fn same_kind(seen: &str, expected: &str) -> bool {
    let family = |mime: &str| match mime {
        "audio/mpeg" | "audio/mp3" => "mp3".to_string(),
        "audio/mp4" | "audio/x-m4a" | "audio/m4a" => "m4a".to_string(),
        "application/x-subrip" | "application/srt" | "text/srt" => "srt".to_string(),
        "application/json+chapters" | "application/json" => "json".to_string(),
        other => other.to_string(),
    };
    family(seen) == family(expected)
}
