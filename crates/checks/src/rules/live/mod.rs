//! Rules about what a place answers (FEED.md, "HTTP expectations of a host"): whether it answers, and the way there.

pub(crate) mod feed;
pub(crate) mod files;
pub(crate) mod ranges;

use crate::live::answers;
use crate::rule::{APPLE, HTTP, Look, PRIVATE, PSP1, RENEWAL, Rule};
use crate::rules::sound::ending_of;
use crate::told::Told;
use crate::values::is_on_this_machine;
use crate::{Facts, Live, Outcome, Question, Seen};
use url::Url;

/// What to look at where the place is wrong.
pub(crate) const PLACE: &str = "Check the web server or storage that listeners use.";
/// How long before its end a certificate should have been renewed.
const RENEWAL_MS: i64 = 14 * 24 * 3600 * 1000;

pub(crate) const RULES: &[Rule] = &[
    Rule::warning(
        (
            "live_silent",
            APPLE,
            "The place answers.",
            "Check the network and that the place is up; nothing is wrong with the show itself.",
        ),
        Look::Live(live_silent),
    ),
    Rule::error(
        (
            "live_tls",
            PSP1,
            "The place's certificate is accepted.",
            "Renew the certificate: apps show nothing until then.",
        ),
        Look::Live(live_tls),
    ),
    Rule::warning(
        (
            "live_tls_soon",
            RENEWAL,
            "The place's certificate is good for two weeks and more.",
            "Renew it, and see why that did not happen by itself.",
        ),
        Look::Live(live_tls_soon),
    ),
    Rule::error(
        ("live_missing", APPLE, "What was published is there.", "Publish again, and check the public address."),
        Look::Live(live_missing),
    ),
    Rule::error(
        ("live_forbidden", APPLE, "Everybody may read what was published.", "Allow everybody to read it."),
        Look::Live(live_forbidden),
    ),
    Rule::error(("live_status", APPLE, "What was published is answered with 200.", PLACE), Look::Live(live_status)),
    Rule::error(
        ("live_head", APPLE, "The place answers HEAD.", "Allow GET and HEAD: Apple asks with both."),
        Look::Live(live_head),
    ),
    Rule::warning(
        (
            "live_redirect",
            APPLE,
            "Feed and cover lie at their address itself.",
            "Give the last address as the public one.",
        ),
        Look::Live(live_redirect),
    ),
    Rule::error(
        (
            "live_redirect_many",
            APPLE,
            "Nothing lies behind more than five redirects.",
            "Take a few counting services out, or give a later address as the public one.",
        ),
        Look::Live(live_redirect_many),
    ),
    Rule::error(("live_redirect_loop", HTTP, "Redirects end somewhere.", PLACE), Look::Live(live_redirect_loop)),
    Rule::warning(
        (
            "live_redirect_ending",
            APPLE,
            "Each address on the way to a sound ends as the sound does.",
            "Ask the service on the way for addresses that end in .mp3 or .m4a: Apple has delisted episodes for it.",
        ),
        Look::Live(live_redirect_ending),
    ),
    Rule::warning(
        ("live_redirect_insecure", PSP1, "No redirect leads away from https.", PLACE),
        Look::Live(live_redirect_insecure),
    ),
    Rule::error(
        ("live_redirect_private", PRIVATE, "No redirect leads into a private network.", PLACE),
        Look::Live(live_redirect_private),
    ),
];

fn live_silent(_: &Facts, live: &Live, told: &mut Told) {
    // One sentence for a place that does not answer at all.
    let silence = live.seen.iter().find_map(|seen| match &seen.outcome {
        Outcome::Silence(why) => Some((&seen.url, why)),
        _ => None,
    });
    if let Some((url, why)) = silence {
        told.say("", format!("{url} could not be asked: {why}"));
    }
}

fn live_tls(_: &Facts, live: &Live, told: &mut Told) {
    let doubt = live.seen.iter().find_map(|seen| match &seen.outcome {
        Outcome::Untrusted(why) => Some((&seen.url, why)),
        _ => None,
    });
    if let Some((url, why)) = doubt {
        told.say("", format!("{url} cannot be trusted: {why}"));
    }
}

fn live_tls_soon(facts: &Facts, live: &Live, told: &mut Told) {
    let left = live.certificate_until_ms.map(|until| until.saturating_sub(facts.now_ms));
    if let Some(left) = left.filter(|left| (0..RENEWAL_MS).contains(left)) {
        let days = left / (24 * 3600 * 1000);
        told.say("", format!("The place's certificate ends in {days} days."));
    }
}

/// Questions that ask for the thing itself, so that 200 is the answer. Parts and repetitions are looked at elsewhere.
fn asks_for_it(question: Question) -> bool {
    question.is_head() || matches!(question, Question::Feed | Question::Cover)
}

/// Tells about statuses. A feed and a cover are asked for twice; the same sentence is told once.
fn statuses(live: &Live, told: &mut Told, which: impl Fn(u16) -> bool, what: impl Fn(&str, u16) -> String) {
    for answer in answers(live).filter(|answer| asks_for_it(answer.question()) && which(answer.status)) {
        told.say("", what(answer.url(), answer.status));
    }
}

fn live_missing(_: &Facts, live: &Live, told: &mut Told) {
    statuses(live, told, |s| matches!(s, 404 | 410), |url, status| format!("{url} is not there ({status})."));
}

fn live_forbidden(_: &Facts, live: &Live, told: &mut Told) {
    statuses(live, told, |s| matches!(s, 401 | 403), |url, status| format!("{url} is not public ({status})."));
}

fn live_status(_: &Facts, live: &Live, told: &mut Told) {
    let strange = |s| !matches!(s, 200 | 301 | 302 | 303 | 307 | 308 | 401 | 403 | 404 | 405 | 410 | 501);
    statuses(live, told, strange, |url, status| format!("{url} answers {status} instead of 200."));
}

fn live_head(_: &Facts, live: &Live, told: &mut Told) {
    for answer in answers(live).filter(|answer| answer.question().is_head() && matches!(answer.status, 405 | 501)) {
        let (url, status) = (answer.url(), answer.status);
        told.say("", format!("{url} refuses the method HEAD ({status})."));
    }
}

/// Whether it is a sound, which services may count on the way to.
fn is_sound(seen: &Seen) -> bool {
    use Question::{AudioBeyond, AudioHead, AudioOpen, AudioPast, AudioRange, AudioStart, AudioSuffix, RemoteHead};
    let sounds = [AudioHead, AudioRange, AudioOpen, AudioSuffix, AudioPast, AudioBeyond, AudioStart, RemoteHead];
    sounds.contains(&seen.question)
}

fn live_redirect(_: &Facts, live: &Live, told: &mut Told) {
    for answer in answers(live) {
        let nowhere = asks_for_it(answer.question()) && matches!(answer.status, 301 | 302 | 303 | 307 | 308);
        let followed = !answer.seen.hops.is_empty() && !is_sound(answer.seen);
        if nowhere || followed {
            let url = answer.url();
            told.say("", format!("{url} leads to another address."));
        }
    }
}

fn outcomes(live: &Live, told: &mut Told, which: impl Fn(&Outcome) -> bool, what: impl Fn(&str) -> String) {
    for seen in live.seen.iter().filter(|seen| which(&seen.outcome)) {
        told.say("", what(&seen.url));
    }
}

fn live_redirect_many(_: &Facts, live: &Live, told: &mut Told) {
    let many = |outcome: &Outcome| matches!(outcome, Outcome::TooManyHops);
    outcomes(live, told, many, |url| format!("{url} leads on more than five times."));
}

fn live_redirect_loop(_: &Facts, live: &Live, told: &mut Told) {
    let round = |outcome: &Outcome| matches!(outcome, Outcome::RoundAndRound);
    outcomes(live, told, round, |url| format!("{url} leads back to where it came from."));
}

fn live_redirect_ending(_: &Facts, live: &Live, told: &mut Told) {
    for seen in live.seen.iter().filter(|seen| is_sound(seen)) {
        let bare = |hop: &&String| Url::parse(hop).is_ok_and(|url| ending_of(&url).is_none());
        if let Some(hop) = seen.hops.iter().find(bare) {
            let url = &seen.url;
            told.say("", format!("On the way to {url} lies {hop}, which does not end as the sound does."));
        }
    }
}

fn live_redirect_insecure(_: &Facts, live: &Live, told: &mut Told) {
    for seen in live.seen.iter().filter(|seen| seen.url.starts_with("https://")) {
        if seen.hops.iter().any(|hop| hop.starts_with("http://") && !is_on_this_machine(hop)) {
            let url = &seen.url;
            told.say("", format!("{url} leads to an address that is not https."));
        }
    }
}

fn live_redirect_private(_: &Facts, live: &Live, told: &mut Told) {
    for seen in &live.seen {
        if let Outcome::Inward(origin) = &seen.outcome {
            let url = &seen.url;
            told.say("", format!("{url} leads to {origin}, which listeners cannot reach."));
        }
    }
}
