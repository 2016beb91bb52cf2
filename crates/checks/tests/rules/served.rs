//! What places answer wrong: one thing at a time.

use crate::scene::{DAY, NOW, Scene, good};
use hearthcast_checks::{Item, Outcome, Question, report};
use hearthcast_model::ShowId;
use hearthcast_model::check::CheckLevel::Warning;

/// Makes a fault of the place; false for one that nobody knows.
pub fn make(fault: &str, s: &mut Scene) -> bool {
    use Question::*;
    match fault {
        "served-silent" => s.live.as_mut().unwrap().seen.iter_mut().for_each(|seen| {
            seen.outcome = Outcome::Silence("no route.".into());
        }),
        "served-404" => [FeedHead, Feed].into_iter().for_each(|q| s.answer(q, |status, _| *status = 404)),
        "served-403" => [CoverHead, Cover].into_iter().for_each(|q| s.answer(q, |status, _| *status = 403)),
        "served-500" => s.answer(AudioHead, |status, _| *status = 500),
        "served-feed-moved" => {
            [FeedHead, Feed, FeedAgain].into_iter().for_each(|q| hop(s, q, "https://b.example/feed.xml"));
        }
        "served-six-hops" => s.seen(AudioHead).outcome = Outcome::TooManyHops,
        "served-loop" => s.seen(AudioHead).outcome = Outcome::RoundAndRound,
        "served-hop-ending" => hop(s, AudioHead, "https://track.example/redirect/1"),
        "served-hop-http" => hop(s, AudioHead, "http://cdn.example/one.mp3"),
        "served-hop-private" => s.seen(AudioHead).outcome = Outcome::Inward("http://10.0.0.1".into()),
        "served-tls" => s.live.as_mut().unwrap().seen.iter_mut().for_each(|seen| {
            seen.outcome = Outcome::Untrusted("its certificate has expired.".into());
        }),
        "served-tls-soon" => s.live.as_mut().unwrap().certificate_until_ms = Some(NOW + 6 * DAY + 1),
        "served-head-405" => s.answer(FeedHead, |status, _| *status = 405),
        "served-cover-head" => s.answer(CoverHead, |status, _| *status = 405),
        "served-length" => put(s, AudioHead, "content-length", "999"),
        "served-lengthless" => take(s, AudioHead, "content-length"),
        "served-type" => typed(s, &[AudioHead, AudioRange], "application/octet-stream"),
        "served-cover-type" => typed(s, &[CoverHead], "text/html"),
        "served-page-for-sound" => {
            s.body(AudioStart, |_, _, found| found.start = b"<!DOCTYPE html><title>Login".to_vec());
        }
        "served-cover-resized" => {
            put(s, CoverHead, "content-length", "400");
            s.body(Cover, |_, same, found| (*same, found.pixels) = (Some(false), Some((600, 600))));
        }
        "served-cover-no-picture" => s.body(Cover, |_, same, found| (*same, found.pixels) = (Some(false), None)),
        "served-cover-other" => s.body(Cover, |_, same, _| *same = Some(false)),
        "served-no-cors" => take(s, TextHead, "access-control-allow-origin"),
        "served-chapters-no-cors" => take(s, ChaptersHead, "access-control-allow-origin"),
        "served-transcript-type" => typed(s, &[TextHead], "application/octet-stream"),
        "served-chapters-type" => typed(s, &[ChaptersHead], "text/plain"),
        "served-remote-length" => put(s, RemoteHead, "content-length", "1001"),
        "served-remote-type" => typed(s, &[RemoteHead], "text/html"),
        _ => return ranges(fault, s) || feeds(fault, s),
    }
    true
}

fn hop(s: &mut Scene, question: Question, to: &str) {
    s.seen(question).hops = vec![to.into()];
}

fn put(s: &mut Scene, question: Question, name: &str, value: &str) {
    s.answer(question, |_, headers| drop(headers.insert(name.into(), value.into())));
}

fn take(s: &mut Scene, question: Question, name: &str) {
    s.answer(question, |_, headers| assert!(headers.remove(name).is_some(), "it was there"));
}

fn typed(s: &mut Scene, questions: &[Question], mime: &str) {
    questions.iter().for_each(|question| put(s, *question, "content-type", mime));
}

fn ranges(fault: &str, s: &mut Scene) -> bool {
    use Question::*;
    match fault {
        "served-no-range" => {
            for question in [AudioRange, AudioOpen, AudioSuffix, AudioPast, AudioBeyond] {
                s.answer(question, |status, _| *status = 200);
                take(s, question, "content-range");
            }
        }
        "served-no-content-range" => {
            for question in [AudioRange, AudioOpen, AudioSuffix, AudioPast] {
                take(s, question, "content-range");
            }
        }
        "served-wrong-content-range" => put(s, AudioRange, "content-range", "bytes 0-1/999"),
        "served-range-whole" => {
            put(s, AudioRange, "content-length", "1000");
            s.body(AudioRange, |bytes, _, _| *bytes = 1000);
        }
        "served-range-open" => s.answer(AudioOpen, |status, _| *status = 200),
        "served-range-suffix" => s.answer(AudioSuffix, |status, _| *status = 416),
        "served-range-past" => s.answer(AudioPast, |status, _| *status = 416),
        "served-range-beyond" => s.answer(AudioBeyond, |status, _| *status = 200),
        "served-range-typeless" => take(s, AudioRange, "content-type"),
        _ => return false,
    }
    true
}

fn items(s: &mut Scene, change: impl FnOnce(&mut Vec<Item>)) {
    s.body(Question::Feed, |_, same, found| {
        *same = Some(false);
        change(found.items.as_mut().unwrap());
    });
}

fn feeds(fault: &str, s: &mut Scene) -> bool {
    use Question::*;
    match fault {
        "served-feed-page" => typed(s, &[FeedHead, Feed], "text/html"),
        "served-feed-broken" => s.body(Feed, |_, same, found| {
            *same = Some(false);
            found.start = b"<br /><b>Warning</b>: include(): <?xml".to_vec();
        }),
        "served-feed-blank" => s.body(Feed, |_, same, found| {
            *same = Some(false);
            found.start = b"\n<?xml version".to_vec();
        }),
        "served-feed-weekday" => {
            items(s, |items| items[0].date = "Fri Oct 02 2026 13:00:00 GMT+0000 (Coordinated Universal Time)".into());
        }
        "served-feed-relative" => s.body(Feed, |_, same, found| {
            (*same, found.relative) = (Some(false), Some("one.mp3".into()));
        }),
        "served-feed-future" => items(s, |items| items[0].date = "Mon, 02 Nov 2026 12:00:00 +0000".into()),
        "served-feed-old" => items(s, |items| items.retain(|item| item.guid != "guid-2")),
        "served-feed-other" => s.body(Feed, |_, same, _| *same = Some(false)),
        "served-feed-bare" => take(s, Feed, "etag"),
        "served-feed-again" => s.answer(FeedAgain, |status, _| *status = 200),
        "served-feed-vary" => put(s, FeedGzip, "vary", "Origin"),
        "served-feed-plain" => {
            s.body(Feed, |bytes, _, _| *bytes = 200_000);
            take(s, FeedGzip, "content-encoding");
        }
        _ => return false,
    }
    true
}

#[test]
fn sounds_may_lie_behind_a_few_redirects() {
    let mut scene = good();
    for question in [Question::AudioHead, Question::AudioRange, Question::RemoteHead] {
        scene.seen(question).hops = vec!["https://op3.example/e/one.mp3".into(), "https://cdn.example/one.mp3".into()];
    }
    assert_eq!(scene.found(), []);
}

#[test]
fn a_place_that_leads_on_and_nowhere_is_found() {
    let mut scene = good();
    scene.answer(Question::AudioHead, |status, _| *status = 302);
    assert_eq!(scene.found(), [(Warning, "live_redirect".into(), String::new())]);
}

#[test]
fn a_place_that_does_not_answer_is_one_warning() {
    let mut scene = good();
    assert!(make("served-silent", &mut scene));
    assert_eq!(scene.found(), [(Warning, "live_silent".into(), String::new())]);
}

#[test]
fn what_is_asked_about_parts_is_in_the_standards_words() {
    // RFC 9110 §14.1.2: first and last byte, open, suffix; and an end behind the last byte is taken for the last byte.
    let asked = |question: Question| question.range(1000).unwrap();
    assert_eq!(asked(Question::AudioRange), "bytes=0-1");
    assert_eq!(asked(Question::AudioOpen), "bytes=990-");
    assert_eq!(asked(Question::AudioSuffix), "bytes=-10");
    assert_eq!(asked(Question::AudioPast), "bytes=990-2000");
    assert_eq!(asked(Question::AudioBeyond), "bytes=99999999999-");
    assert_eq!(Question::FeedHead.range(1000), None);
}

#[test]
fn the_report_counts_and_sorts() {
    let mut scene = good();
    scene.show.owner_email.clear();
    scene.show.author.clear();
    scene.cover = Some(crate::scene::picture(100, 100));
    scene.parts[1].body.title.clear();
    let id = ShowId::parse("018f0000-0000-7000-8000-000000000001").unwrap();
    let report = scene.with(|facts| report(id, None, facts, &[]));
    assert_eq!((report.errors, report.warnings, report.advice, report.checked_ms), (2, 1, 1, NOW));
    let order: Vec<(&str, &str)> =
        report.findings.iter().map(|one| (one.code.as_str(), one.subject.kind.as_str())).collect();
    let errors = [("check.cover_small", "show"), ("check.episode_title_missing", "episode")];
    assert_eq!(order[..2], errors, "the worst first, the show before its episodes");
    assert_eq!(order[2..], [("check.author_missing", "show"), ("check.owner_email_missing", "show")]);
    assert_eq!(report.asked.len(), 6, "each address once: {:?}", report.asked);
}
