//! Rules about parts of a sound: the forms in which players ask for them (RFC 9110 §14).
//!
//! A place that gives no parts at all is one finding; the finer forms are looked at only where the first one is right.

use crate::live::{Answer, answers_to, given};
use crate::rule::{APPLE, HTTP, Look, Rule};
use crate::told::Told;
use crate::{Facts, Live, Question};

/// What to do about all of them.
const RANGES: &str = "Use a web server or storage that answers byte ranges.";

pub(crate) const RULES: &[Rule] = &[
    Rule::error(
        ("live_range", APPLE, "Parts of a sound are answered with 206 (bytes=0-1).", RANGES),
        Look::Live(live_range),
    ),
    Rule::error(
        ("live_content_range", APPLE, "A part of a sound says which one it is.", RANGES),
        Look::Live(live_content_range),
    ),
    Rule::error(
        ("live_range_bytes", APPLE, "A part of a sound has the bytes that were asked for.", RANGES),
        Look::Live(live_range_bytes),
    ),
    Rule::error(
        (
            "live_range_type",
            APPLE,
            "Parts of a sound have its type.",
            "Have the type sent with 206, too: Apple does not play the sound otherwise.",
        ),
        Look::Live(live_range_type),
    ),
    Rule::error(
        ("live_range_open", HTTP, "The rest of a sound can be asked for (bytes=N-).", RANGES),
        Look::Live(live_range_open),
    ),
    Rule::warning(
        ("live_range_suffix", HTTP, "The end of a sound can be asked for (bytes=-N).", RANGES),
        Look::Live(live_range_suffix),
    ),
    Rule::warning(
        ("live_range_past", HTTP, "A part that ends behind the sound ends with it (bytes=N-M).", RANGES),
        Look::Live(live_range_past),
    ),
    Rule::warning(
        ("live_range_beyond", HTTP, "What is behind a sound is answered with 416.", RANGES),
        Look::Live(live_range_beyond),
    ),
];

/// The answer to `bytes=0-1`, unless the sound as a whole is not there, which is a finding of its own.
fn first(live: &Live) -> Option<Answer<'_>> {
    let first = answers_to(live, Question::AudioRange).next();
    first.filter(|answer| !matches!(answer.status, 301..=308 | 401 | 403 | 404 | 410 | 500..))
}

fn live_range(_: &Facts, live: &Live, told: &mut Told) {
    if let Some(answer) = first(live).filter(|answer| answer.status != 206) {
        let (url, status) = (answer.url(), answer.status);
        told.say("", format!("{url} answers {status} instead of 206 when asked for a part: nobody can seek in it."));
    }
}

/// The answer to `bytes=0-1`, if it is a part.
fn part(live: &Live) -> Option<Answer<'_>> {
    first(live).filter(|answer| answer.status == 206)
}

/// Whether an answer says that it is this part.
fn says(answer: &Answer, from: u64, to: u64) -> bool {
    let said = answer.header("content-range").trim();
    match answer.seen.expected_bytes {
        Some(bytes) => said == format!("bytes {from}-{to}/{bytes}"),
        None => said.starts_with(&format!("bytes {from}-{to}/")),
    }
}

fn live_content_range(_: &Facts, live: &Live, told: &mut Told) {
    if let Some(answer) = part(live).filter(|answer| !says(answer, 0, 1)) {
        let (url, said) = (answer.url(), answer.header("content-range"));
        told.say(
            "",
            match said {
                "" => format!("{url} sends a part without saying which one."),
                _ => format!("{url} says \"{said}\" when asked for its first two bytes."),
            },
        );
    }
}

/// Whether the body has this many bytes, and its length says so if it says anything.
fn has(answer: &Answer, bytes: u64) -> bool {
    let said = answer.header("content-length").trim();
    answer.bytes == bytes && (said.is_empty() || said.parse() == Ok(bytes))
}

fn live_range_bytes(_: &Facts, live: &Live, told: &mut Told) {
    if let Some(answer) = part(live).filter(|answer| says(answer, 0, 1) && !has(answer, 2)) {
        let url = answer.url();
        told.say("", format!("{url} sends another number of bytes when asked for two of them."));
    }
}

/// Whether the place knows parts at all.
fn knows_parts(live: &Live) -> bool {
    part(live).is_some_and(|answer| says(&answer, 0, 1) && has(&answer, 2))
}

fn live_range_type(_: &Facts, live: &Live, told: &mut Told) {
    let whole = given(live, Question::AudioHead).next().is_none_or(|head| head.has_right_type());
    let part = part(live).filter(|answer| whole && knows_parts(live) && !answer.has_right_type());
    if let Some(answer) = part {
        let (url, mime) = (answer.url(), answer.mime());
        told.say("", format!("Parts of {url} have the type \"{mime}\"."));
    }
}

/// Tells when a question about the last bytes was not answered with them.
fn tail(live: &Live, told: &mut Told, question: Question) {
    for answer in answers_to(live, question).filter(|_| knows_parts(live)) {
        let Some(bytes) = answer.seen.expected_bytes.filter(|bytes| *bytes > Question::TAIL) else { continue };
        let right = says(&answer, bytes - Question::TAIL, bytes - 1) && has(&answer, Question::TAIL);
        if answer.status != 206 || !right {
            let (url, range, status) = (answer.url(), question.range(bytes).unwrap_or_default(), answer.status);
            told.say("", format!("{url} does not give the right bytes when asked for {range} ({status})."));
        }
    }
}

fn live_range_open(_: &Facts, live: &Live, told: &mut Told) {
    tail(live, told, Question::AudioOpen);
}

fn live_range_suffix(_: &Facts, live: &Live, told: &mut Told) {
    tail(live, told, Question::AudioSuffix);
}

fn live_range_past(_: &Facts, live: &Live, told: &mut Told) {
    tail(live, told, Question::AudioPast);
}

fn live_range_beyond(_: &Facts, live: &Live, told: &mut Told) {
    let wrong = answers_to(live, Question::AudioBeyond).filter(|answer| answer.status != 416);
    for answer in wrong.filter(|_| knows_parts(live)) {
        let (url, status) = (answer.url(), answer.status);
        told.say("", format!("{url} answers {status} instead of 416 when asked for bytes behind its end."));
    }
}
