//! Rules about the feed as the place sends it.

use super::PLACE;
use crate::live::{Answer, answers_to, given};
use crate::rule::{APPLE, CACHING, HTTP, Look, PSP1, RSS, Rule, XML};
use crate::told::Told;
use crate::{Facts, Item, Live, Question};
use hearthcast_model::clock::parse_rfc2822;
use hearthcast_model::visible::released_by;

/// Types a feed may have.
const FEED_TYPES: [&str; 4] = ["application/rss+xml", "application/xml", "text/xml", "application/atom+xml"];
/// Smaller feeds gain little by compression.
const WORTH_PACKING: u64 = 100_000;
/// Clocks differ a little, and caches last a while.
const GRACE_MS: i64 = 10 * 60 * 1000;
const CACHED_MS: i64 = 60 * 60 * 1000;

pub(crate) const RULES: &[Rule] = &[
    Rule::error(("live_feed_type", APPLE, "The feed has the type of a feed.", PLACE), Look::Live(live_feed_type)),
    Rule::error(
        (
            "live_feed_broken",
            XML,
            "The feed is XML from its first byte.",
            "Something else writes into it, or it was cut off; publish again, and look at what stands in front of it.",
        ),
        Look::Live(live_feed_broken),
    ),
    Rule::error(
        (
            "live_feed_date",
            RSS,
            "Dates are written as RSS asks (RFC 822).",
            "Publish again: Hearthcast writes them right; something else has changed the feed.",
        ),
        Look::Live(live_feed_date),
    ),
    Rule::error(
        (
            "live_feed_relative",
            RSS,
            "Addresses in the feed are whole ones.",
            "Publish again: Hearthcast writes whole ones; something else has changed the feed, and apps do not know where they begin.",
        ),
        Look::Live(live_feed_relative),
    ),
    Rule::warning(
        (
            "live_feed_future",
            PSP1,
            "No episode in the feed is of the future.",
            "Check this machine's clock and the episode's time: apps sort it wrong or hide it.",
        ),
        Look::Live(live_feed_future),
    ),
    Rule::warning(
        (
            "live_feed_behind",
            CACHING,
            "The newest episode is in the feed.",
            "A cache may be older: keep the feed there for minutes, not for hours. Otherwise publish again.",
        ),
        Look::Live(live_feed_behind),
    ),
    Rule::warning(
        (
            "live_feed_other",
            CACHING,
            "The feed is the one that was published.",
            "A cache may be older, or another laptop may have published; publishing shows what differs.",
        ),
        Look::Live(live_feed_other),
    ),
    Rule::advice(
        ("live_feed_validator", PSP1, "The feed carries ETag or Last-Modified.", PLACE),
        Look::Live(live_feed_validator),
    ),
    Rule::advice(
        ("live_feed_304", HTTP, "A feed that did not change is not sent again.", PLACE),
        Look::Live(live_feed_304),
    ),
    Rule::warning(
        (
            "live_feed_vary",
            HTTP,
            "A compressed feed says that it differs for others.",
            "Let it be sent with \"Vary: Accept-Encoding\": caches give it to those who cannot read it otherwise.",
        ),
        Look::Live(live_feed_vary),
    ),
    Rule::advice(
        (
            "live_feed_gzip",
            HTTP,
            "A feed of more than 100 kB is compressed for those who ask.",
            "Switch on gzip for the feed: apps fetch it every hour.",
        ),
        Look::Live(live_feed_gzip),
    ),
];

fn has_feed_type(answer: &Answer) -> bool {
    FEED_TYPES.contains(&answer.mime().as_str())
}

fn live_feed_type(_: &Facts, live: &Live, told: &mut Told) {
    for question in [Question::FeedHead, Question::Feed] {
        for answer in given(live, question).filter(|answer| !has_feed_type(answer)) {
            let (url, mime) = (answer.url(), answer.mime());
            told.say(
                "",
                match mime.as_str() {
                    "text/html" => format!("{url} answers with a web page instead of the feed."),
                    _ => format!("{url} has the type \"{mime}\" instead of application/rss+xml."),
                },
            );
        }
    }
}

/// The feed, where it was sent as one.
fn sent(live: &Live) -> impl Iterator<Item = Answer<'_>> {
    given(live, Question::Feed).filter(has_feed_type)
}

/// Whether it can be read: nothing stands in front of it, and it has an end.
fn is_whole(answer: &Answer) -> bool {
    let start = answer.found.start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&answer.found.start);
    let begins = [&b"<?xml"[..], b"<rss", b"<feed", b"<!--"].iter().any(|begin| start.starts_with(begin));
    begins && answer.found.items.is_some()
}

fn live_feed_broken(_: &Facts, live: &Live, told: &mut Told) {
    for answer in sent(live).filter(|answer| !is_whole(answer)) {
        let url = answer.url();
        told.say("", format!("{url} is no feed that can be read."));
    }
}

fn items<'a>(answer: &Answer<'a>) -> &'a [Item] {
    answer.found.items.as_deref().unwrap_or_default()
}

fn strange_date<'a>(answer: &Answer<'a>) -> Option<&'a Item> {
    let mut dated = items(answer).iter().filter(|item| !item.date.trim().is_empty());
    dated.find(|item| parse_rfc2822(item.date.trim()).is_none())
}

fn live_feed_date(_: &Facts, live: &Live, told: &mut Told) {
    for item in sent(live).filter(is_whole).filter_map(|answer| strange_date(&answer)) {
        let (title, date) = (&item.title, &item.date);
        told.say("", format!("The feed dates \"{title}\" as \"{date}\", which apps cannot read."));
    }
}

/// Of a feed that was changed on its way; about one that is as it was published, the rules of its parts speak.
fn relative<'a>(answer: &Answer<'a>) -> Option<&'a str> {
    answer.found.relative.as_deref().filter(|_| answer.as_published != Some(true))
}

fn live_feed_relative(_: &Facts, live: &Live, told: &mut Told) {
    for answer in sent(live).filter(is_whole) {
        if let Some(address) = relative(&answer) {
            let url = answer.url();
            told.say("", format!("{url} names \"{address}\", which is no whole address."));
        }
    }
}

fn of_the_future<'a>(facts: &Facts, answer: &Answer<'a>) -> Option<&'a Item> {
    let latest = facts.now_ms.saturating_add(GRACE_MS);
    items(answer).iter().find(|item| parse_rfc2822(item.date.trim()).is_some_and(|at| at > latest))
}

fn live_feed_future(facts: &Facts, live: &Live, told: &mut Told) {
    for item in sent(live).filter(is_whole).filter_map(|answer| of_the_future(facts, &answer)) {
        let title = &item.title;
        told.say("", format!("\"{title}\" is in the feed, and its time has not come."));
    }
}

/// The title of the newest episode that listeners should have, where the feed does not.
fn missing<'a>(facts: &Facts<'a>, answer: &Answer) -> Option<&'a str> {
    let out = facts.now_ms.saturating_sub(CACHED_MS);
    let published = facts.episodes.iter().filter_map(|one| one.released.filter(|released| released.is_in_feeds()));
    let public = published.filter(|one| released_by(one, out));
    let newest = public.max_by_key(|one| one.publish_at_ms)?;
    let known = items(answer).iter().any(|item| item.guid.trim() == newest.guid.trim());
    (!known).then_some(newest.title.as_str())
}

fn live_feed_behind(facts: &Facts, live: &Live, told: &mut Told) {
    for title in sent(live).filter(is_whole).filter_map(|answer| missing(facts, &answer)) {
        told.say("", format!("The newest episode \"{title}\" is not in the feed that listeners get."));
    }
}

/// Another feed than the published one, where nothing says more about how it differs.
fn live_feed_other(facts: &Facts, live: &Live, told: &mut Told) {
    let plain = |answer: &Answer| {
        let says_more = strange_date(answer).is_some() || of_the_future(facts, answer).is_some();
        !says_more && relative(answer).is_none() && missing(facts, answer).is_none()
    };
    for answer in sent(live).filter(is_whole).filter(|answer| answer.as_published == Some(false) && plain(answer)) {
        let url = answer.url();
        told.say("", format!("{url} is not the feed that was published last from here."));
    }
}

fn live_feed_validator(_: &Facts, live: &Live, told: &mut Told) {
    for answer in given(live, Question::Feed) {
        if answer.header("etag").is_empty() && answer.header("last-modified").is_empty() {
            let url = answer.url();
            told.say(
                "",
                format!("{url} carries neither ETag nor Last-Modified: every app fetches it whole each time."),
            );
        }
    }
}

/// The feed asked for again with its own tag.
fn live_feed_304(_: &Facts, live: &Live, told: &mut Told) {
    for answer in answers_to(live, Question::FeedAgain).filter(|answer| answer.status != 304) {
        let (url, status) = (answer.url(), answer.status);
        told.say("", format!("{url} is sent whole although it did not change ({status} instead of 304)."));
    }
}

fn is_packed(answer: &Answer) -> bool {
    matches!(answer.header("content-encoding").trim().to_ascii_lowercase().as_str(), "gzip" | "x-gzip" | "br" | "zstd")
}

fn live_feed_vary(_: &Facts, live: &Live, told: &mut Told) {
    for answer in given(live, Question::FeedGzip).filter(is_packed) {
        let vary = answer.header("vary").to_ascii_lowercase();
        if !vary.split(',').any(|name| matches!(name.trim(), "accept-encoding" | "*")) {
            let url = answer.url();
            told.say("", format!("{url} is compressed without saying that it differs for others."));
        }
    }
}

fn live_feed_gzip(_: &Facts, live: &Live, told: &mut Told) {
    let bytes = given(live, Question::Feed).map(|answer| answer.bytes).max().unwrap_or_default();
    for answer in given(live, Question::FeedGzip).filter(|answer| bytes >= WORTH_PACKING && !is_packed(answer)) {
        let (url, size) = (answer.url(), bytes / 1000);
        told.say("", format!("{url} is sent with all its {size} kB, also to those who take less."));
    }
}
