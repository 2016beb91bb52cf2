//! Rules about sounds, the cover and texts as the place sends them.

use super::PLACE;
use crate::live::{Answer, answers_to, given};
use crate::rule::{APPLE, APPLE_ARTWORK, FETCH, Look, NAMESPACE, Rule};
use crate::rules::picture::SIDES;
use crate::told::Told;
use crate::{Facts, Live, Question};

pub(crate) const RULES: &[Rule] = &[
    Rule::error(
        (
            "live_length",
            APPLE,
            "Sounds and the cover are as long as they say.",
            "Publish again: what differs is sent again. If that does not help, check the place.",
        ),
        Look::Live(live_length),
    ),
    Rule::error(("live_type", APPLE, "Sounds and the cover have their type.", PLACE), Look::Live(live_type)),
    Rule::error(
        (
            "live_sniffed",
            APPLE,
            "What is sent as a sound is one.",
            "Open the address in a browser: a login or error page may stand there.",
        ),
        Look::Live(live_sniffed),
    ),
    Rule::error(
        (
            "live_cover_bytes",
            APPLE_ARTWORK,
            "What is sent as the cover is a picture.",
            "Open the address in a browser: a login or error page may stand there.",
        ),
        Look::Live(live_cover_bytes),
    ),
    Rule::error(
        (
            "live_cover_size",
            APPLE_ARTWORK,
            "The cover is sent as large as it is.",
            "Switch off what makes pictures smaller on the way.",
        ),
        Look::Live(live_cover_size),
    ),
    Rule::warning(
        (
            "live_cover_other",
            APPLE_ARTWORK,
            "The cover that is sent is the published one.",
            "A cache may be older; publishing shows what differs.",
        ),
        Look::Live(live_cover_other),
    ),
    Rule::warning(
        (
            "live_cors",
            FETCH,
            "Players on other sites may read transcripts and chapters.",
            "Let it be sent with \"Access-Control-Allow-Origin: *\".",
        ),
        Look::Live(live_cors),
    ),
    Rule::warning(
        ("live_text_type", NAMESPACE, "Transcripts and chapters have their type.", PLACE),
        Look::Live(live_text_type),
    ),
    Rule::warning(
        (
            "live_remote_length",
            APPLE,
            "A sound at another place is as long as the feed says.",
            "Have it looked at again, or bring the file here.",
        ),
        Look::Live(live_remote_length),
    ),
    Rule::warning(
        (
            "live_remote_type",
            APPLE,
            "A sound at another place has the type that the feed says.",
            "Have it looked at again, or bring the file here.",
        ),
        Look::Live(live_remote_type),
    ),
];

/// What is known about the cover's body.
fn cover(live: &Live) -> Option<Answer<'_>> {
    given(live, Question::Cover).next()
}

/// Whether the place sends another cover; then its length is no finding of its own.
fn is_other_cover(live: &Live) -> bool {
    cover(live).is_some_and(|cover| cover.as_published == Some(false))
}

fn live_length(_: &Facts, live: &Live, told: &mut Told) {
    for question in [Question::AudioHead, Question::CoverHead] {
        for answer in given(live, question).filter(Answer::has_right_type) {
            let Some(expected) = answer.seen.expected_bytes else { continue };
            let url = answer.url();
            match answer.header("content-length").trim().parse::<u64>() {
                Ok(length) if length == expected => (),
                Ok(_) if question == Question::CoverHead && is_other_cover(live) => (),
                Ok(length) => told.say("", format!("{url} has {length} bytes; {expected} were published.")),
                Err(_) => told.say("", format!("{url} does not say how long it is.")),
            }
        }
    }
}

fn live_type(_: &Facts, live: &Live, told: &mut Told) {
    for question in [Question::AudioHead, Question::CoverHead] {
        for answer in given(live, question).filter(|answer| !answer.has_right_type()) {
            let (url, mime, expected) = (answer.url(), answer.mime(), &answer.seen.expected_type);
            told.say("", format!("{url} has the type \"{mime}\" instead of {expected}."));
        }
    }
}

/// What a file certainly is, by its first bytes; `None` for all that may be anything.
fn sniffed(start: &[u8]) -> Option<&'static str> {
    let words = start.trim_ascii_start();
    if words.starts_with(b"<") || words.starts_with(b"{") {
        return Some("a text");
    }
    match start {
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some("an MP4"),
        [b'I', b'D', b'3', ..] => Some("an MP3"),
        [b'O', b'g', b'g', b'S', ..] => Some("an Ogg"),
        [b'R', b'I', b'F', b'F', ..] => Some("a WAV"),
        [b'f', b'L', b'a', b'C', ..] => Some("a FLAC"),
        _ => None,
    }
}

fn live_sniffed(_: &Facts, live: &Live, told: &mut Told) {
    let sound = answers_to(live, Question::AudioStart).filter(|answer| matches!(answer.status, 200 | 206));
    for answer in sound {
        let expected = match answer.seen.expected_type.as_str() {
            "audio/mpeg" => "an MP3",
            "audio/mp4" | "audio/x-m4a" | "audio/m4a" | "video/mp4" | "video/x-m4v" => "an MP4",
            _ => continue,
        };
        if let Some(found) = sniffed(&answer.found.start).filter(|found| *found != expected) {
            let url = answer.url();
            told.say("", format!("{url} is {found} inside, where {expected} should be."));
        }
    }
}

fn live_cover_bytes(_: &Facts, live: &Live, told: &mut Told) {
    // With a wrong type that is the finding.
    let typed = given(live, Question::CoverHead).next().is_none_or(|head| head.has_right_type());
    if let Some(url) = cover(live).filter(|cover| typed && cover.found.pixels.is_none()).map(|cover| cover.url()) {
        told.say("", format!("{url} is no JPEG or PNG inside."));
    }
}

fn live_cover_size(_: &Facts, live: &Live, told: &mut Told) {
    let Some(cover) = cover(live).filter(|cover| cover.as_published == Some(false)) else { return };
    if let Some((width, height)) = cover.found.pixels.filter(|pixels| !is_cover(*pixels)) {
        let url = cover.url();
        told.say("", format!("{url} is sent with {width} x {height} pixels."));
    }
}

fn is_cover((width, height): (u32, u32)) -> bool {
    width == height && SIDES.contains(&width)
}

fn live_cover_other(_: &Facts, live: &Live, told: &mut Told) {
    let other = cover(live).filter(|cover| cover.as_published == Some(false));
    if let Some(cover) = other.filter(|cover| cover.found.pixels.is_some_and(is_cover)) {
        let url = cover.url();
        told.say("", format!("{url} is not the cover that was published last from here."));
    }
}

/// Transcripts and chapters that were given.
fn texts(live: &Live) -> impl Iterator<Item = Answer<'_>> {
    given(live, Question::TextHead).chain(given(live, Question::ChaptersHead))
}

fn live_cors(_: &Facts, live: &Live, told: &mut Told) {
    for answer in texts(live)
        .filter(|answer| !["*", Question::OTHER_SITE].contains(&answer.header("access-control-allow-origin")))
    {
        let url = answer.url();
        told.say("", format!("{url} cannot be read by players on other sites."));
    }
}

fn live_text_type(_: &Facts, live: &Live, told: &mut Told) {
    for answer in texts(live).filter(|answer| !answer.has_right_type()) {
        let (url, mime, expected) = (answer.url(), answer.mime(), &answer.seen.expected_type);
        told.say("", format!("{url} has the type \"{mime}\" instead of {expected}."));
    }
}

fn live_remote_length(_: &Facts, live: &Live, told: &mut Told) {
    for answer in given(live, Question::RemoteHead) {
        let (url, length) = (answer.url(), answer.header("content-length").trim().parse::<u64>());
        let expected = answer.seen.expected_bytes.filter(|bytes| *bytes > 0);
        if let (Ok(length), Some(expected)) = (length, expected)
            && length != expected
        {
            told.say("", format!("{url} has {length} bytes; the feed says {expected}."));
        }
    }
}

fn live_remote_type(_: &Facts, live: &Live, told: &mut Told) {
    for answer in given(live, Question::RemoteHead).filter(|answer| !answer.has_right_type()) {
        let (url, mime, expected) = (answer.url(), answer.mime(), &answer.seen.expected_type);
        told.say("", format!("{url} has the type \"{mime}\"; the feed says {expected}."));
    }
}
