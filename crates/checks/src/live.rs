//! Rules about what a place answers (FEED.md, "HTTP expectations of a host").

use crate::finding::{APPLE, About, Found, HTTP, PRACTICE, PSP1};
use crate::{Live, Outcome, Question, Seen};
use std::collections::BTreeMap;

/// Types a feed may have.
const FEED_TYPES: [&str; 4] = ["application/rss+xml", "application/xml", "text/xml", "application/atom+xml"];
const PLACE: &str = "Check the web server or storage that listeners use.";

/// Looks at all answers.
pub fn check(live: &Live, found: &mut Found) {
    let mut about = found.about("target", live.target.clone());
    // One sentence for a place that does not answer at all.
    let mut silent = false;
    for seen in &live.seen {
        match &seen.outcome {
            Outcome::Silence(why) => {
                if !std::mem::replace(&mut silent, true) {
                    let message = format!("{} could not be asked: {why}", seen.url);
                    let hint = "Check the network and that the place is up; nothing is wrong with the show itself.";
                    about.warning("live_silent", "", PRACTICE, message, hint);
                }
            }
            Outcome::Answer { status, headers, bytes, as_published } => {
                let answer = Answer { seen, status: *status, headers, bytes: *bytes, as_published: *as_published };
                answer.check(&mut about);
            }
        }
    }
}

/// One answer.
struct Answer<'a> {
    seen: &'a Seen,
    status: u16,
    headers: &'a BTreeMap<String, String>,
    bytes: u64,
    as_published: Option<bool>,
}

impl Answer<'_> {
    fn check(&self, about: &mut About) {
        match self.seen.question {
            Question::FeedAgain => return self.again(about),
            Question::AudioRange => return self.range(about),
            _ => (),
        }
        if !self.stands(about) {
            return;
        }
        match self.seen.question {
            Question::Feed => self.feed(about),
            Question::FeedHead => self.feed_type(about),
            Question::AudioHead | Question::CoverHead => {
                self.length(about);
                self.kind(about);
            }
            Question::TextHead => self.shared(about),
            Question::FeedAgain | Question::AudioRange => (),
        }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    fn mime(&self) -> String {
        self.header("content-type").split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    fn url(&self) -> &str {
        &self.seen.url
    }

    /// Whether the answer is a 200 that can be looked at further.
    fn stands(&self, about: &mut About) -> bool {
        let head = matches!(
            self.seen.question,
            Question::FeedHead | Question::AudioHead | Question::CoverHead | Question::TextHead
        );
        match self.status {
            200 => return true,
            301 | 302 | 303 | 307 | 308 => {
                let message = format!("{} leads to another address ({}).", self.url(), self.status);
                about.warning("live_redirect", "", APPLE, message, "Give the last address as the public one.");
            }
            405 | 501 if head => {
                let message = format!("{} refuses the method HEAD ({}).", self.url(), self.status);
                about.error("live_head", "", APPLE, message, "Allow GET and HEAD: Apple asks with both.");
            }
            404 | 410 => {
                let message = format!("{} is not there ({}).", self.url(), self.status);
                about.error("live_missing", "", APPLE, message, "Publish again, and check the public address.");
            }
            401 | 403 => {
                let message = format!("{} is not public ({}).", self.url(), self.status);
                about.error("live_forbidden", "", APPLE, message, "Allow everybody to read it.");
            }
            other => {
                let message = format!("{} answers {other} instead of 200.", self.url());
                about.error("live_status", "", APPLE, message, PLACE);
            }
        }
        false
    }

    fn feed(&self, about: &mut About) {
        self.feed_type(about);
        if self.as_published == Some(false) && FEED_TYPES.contains(&self.mime().as_str()) {
            let message = format!("{} is not the feed that was published last from here.", self.url());
            let hint = "A cache may be older, or another laptop may have published; publishing shows what differs.";
            about.warning("live_feed_other", "", PRACTICE, message, hint);
        }
        if self.header("etag").is_empty() && self.header("last-modified").is_empty() {
            let message =
                format!("{} carries neither ETag nor Last-Modified: every app fetches it whole each time.", self.url());
            about.advice("live_feed_validator", "", PSP1, message, PLACE);
        }
    }

    fn feed_type(&self, about: &mut About) {
        let mime = self.mime();
        if !FEED_TYPES.contains(&mime.as_str()) {
            let message = if mime == "text/html" {
                format!("{} answers with a web page instead of the feed.", self.url())
            } else {
                format!("{} has the type \"{mime}\" instead of application/rss+xml.", self.url())
            };
            about.error("live_feed_type", "", APPLE, message, PLACE);
        }
    }

    /// The feed asked for again with its own tag.
    fn again(&self, about: &mut About) {
        if self.status != 304 {
            let message =
                format!("{} is sent whole although it did not change ({} instead of 304).", self.url(), self.status);
            about.advice("live_feed_304", "", HTTP, message, PLACE);
        }
    }

    fn length(&self, about: &mut About) {
        let Some(expected) = self.seen.expected_bytes else { return };
        match self.header("content-length").parse::<u64>() {
            Ok(length) if length == expected => (),
            Ok(length) => {
                let message = format!("{} has {length} bytes; {expected} were published.", self.url());
                about.error("live_length", "", APPLE, message, "Publish again: what differs is sent again.");
            }
            Err(_) => {
                let message = format!("{} does not say how long it is.", self.url());
                about.error("live_length", "", APPLE, message, PLACE);
            }
        }
    }

    fn kind(&self, about: &mut About) {
        let mime = self.mime();
        if !same_kind(&mime, &self.seen.expected_type) {
            let message = format!("{} has the type \"{mime}\" instead of {}.", self.url(), self.seen.expected_type);
            about.error("live_type", "", APPLE, message, PLACE);
        }
    }

    fn range(&self, about: &mut About) {
        let expected = self.seen.expected_bytes.map(|bytes| format!("bytes 0-1/{bytes}"));
        let said = self.header("content-range");
        let right = expected.is_none_or(|expected| expected == said);
        if self.status == 206 && self.bytes == 2 && right {
            return;
        }
        let what = match self.status {
            206 => format!("says \"{said}\" and sends {} bytes when asked for two of them", self.bytes),
            other => format!("answers {other} instead of 206 when asked for a part"),
        };
        let message = format!("{} {what}: nobody can seek in it.", self.url());
        about.error("live_range", "", APPLE, message, "Use a web server or storage that answers byte ranges.");
    }

    /// Players on other sites read transcripts and chapters only when they are allowed to.
    fn shared(&self, about: &mut About) {
        if self.header("access-control-allow-origin") != "*" {
            let message = format!("{} cannot be read by players on other sites.", self.url());
            let hint = "Let it be sent with \"Access-Control-Allow-Origin: *\".";
            about.warning("live_cors", "", PSP1, message, hint);
        }
    }
}

/// Whether two types mean the same to apps.
fn same_kind(seen: &str, expected: &str) -> bool {
    let family = |mime: &str| match mime {
        "audio/mpeg" | "audio/mp3" => "mp3".to_string(),
        "audio/mp4" | "audio/x-m4a" | "audio/m4a" => "m4a".to_string(),
        other => other.to_string(),
    };
    family(seen) == family(expected)
}
