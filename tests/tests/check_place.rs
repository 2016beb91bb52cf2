//! Issue 6, point 4: the probes of a place. A web server of somebody else's answers right, and then wrong in one way after the
//! other: `check` names each by its rule and finds nothing else there.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod wayward;

use hearthcast_model::check::CheckReport;
use hearthcast_studio::{Options, Studio};
use hearthcast_testkit::ExpiredServer;
use hearthcast_tests::{Laptop, file_url, free_port, scratch, sound};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;
use wayward::{Way, Wayward};

/// A laptop with a show that has everything a place is asked for, published into a folder long ago.
fn published(folder: &Path, public: &str) -> (Laptop, String) {
    let laptop = Laptop::new(folder);
    let show = laptop.show("Harbour & Sea");
    let (audio, words, parts) = (folder.join("one.mp3"), folder.join("one.vtt"), folder.join("one.json"));
    sound::mp3(&audio, 66, "One");
    std::fs::write(&words, "WEBVTT\n\n00:00.000 --> 00:02.000\nGood morning.\n").unwrap();
    let chapters = json!({"version": "1.2.0", "chapters": [{"startTime": 0, "title": "Dawn"}]});
    std::fs::write(&parts, chapters.to_string()).unwrap();
    let path = |path: &Path| path.to_str().unwrap().to_string();
    let (audio, words, parts) = (path(&audio), path(&words), path(&parts));
    let files = ["--audio", &audio, "--transcript", &words, "--chapters", &parts, "--at", "2026-01-05T06:00:00Z"];
    laptop.ask(&[&["episode", "add", &show, "--title", "The first"][..], &files].concat());
    let www = folder.join("www");
    std::fs::create_dir_all(&www).unwrap();
    laptop.ask(&["target", "add", &show, "www", &file_url(&www), "--public-url", public]);
    laptop.ask(&["publish", &show]);
    (laptop, show)
}

/// Rules about the place that found something.
fn found(laptop: &Laptop, show: &str) -> BTreeSet<String> {
    let spoken = laptop.speak(&["check", show]);
    let codes = spoken.before.iter().filter_map(|line| line["code"].as_str());
    codes.filter_map(|code| code.strip_prefix("check.live_")).map(str::to_string).collect()
}

#[test]
fn point_4_a_place_is_asked_as_apps_ask_and_each_way_to_answer_wrong_is_named() {
    let folder = scratch();
    let port = free_port();
    let (laptop, show) = published(folder.path(), &format!("http://127.0.0.1:{port}/"));
    let place = Wayward::start(&folder.path().join("www"), port);
    assert_eq!(found(&laptop, &show), BTreeSet::new(), "a place that answers right");
    assert_eq!(place.asked(".mp3", "range"), 6, "five forms of ranges and the first bytes");
    let mut wrong = vec![];
    for (way, rule) in [
        (Way::NotThere, "missing"),
        (Way::NotPublic, "forbidden"),
        (Way::Failing, "status"),
        (Way::NoHead, "head"),
        (Way::NoHeadOfCover, "head"),
        (Way::FeedMoved, "redirect"),
        (Way::SixHops, "redirect_many"),
        (Way::Round, "redirect_loop"),
        (Way::BareHop, "redirect_ending"),
        (Way::InwardHop, "redirect_private"),
        (Way::NoRange, "range"),
        (Way::NoContentRange, "content_range"),
        (Way::WholeAsPart, "range_bytes"),
        (Way::NoOpenRange, "range_open"),
        (Way::NoSuffix, "range_suffix"),
        (Way::NoPast, "range_past"),
        (Way::NoBeyond, "range_beyond"),
        (Way::TypelessPart, "range_type"),
        (Way::ShortLength, "length"),
        (Way::OtherType, "type"),
        (Way::PageForSound, "sniffed"),
        (Way::PageForCover, "cover_bytes"),
        (Way::OtherCover, "cover_other"),
        (Way::NoCors, "cors"),
        (Way::TextType, "text_type"),
        (Way::FeedType, "feed_type"),
        (Way::WarningBeforeFeed, "feed_broken"),
        (Way::BlankBeforeFeed, "feed_broken"),
        (Way::RelativeAddresses, "feed_relative"),
        (Way::ScriptDates, "feed_date"),
        (Way::FutureDates, "feed_future"),
        (Way::EmptyFeed, "feed_behind"),
        (Way::OtherFeed, "feed_other"),
        (Way::NoValidator, "feed_validator"),
        (Way::Never304, "feed_304"),
        (Way::NoVary, "feed_vary"),
        (Way::LargePlainFeed, "feed_gzip"),
    ] {
        place.go(way);
        let found = found(&laptop, &show);
        // A large feed is another one, too.
        let also = if way == Way::LargePlainFeed { Some("feed_other".to_string()) } else { None };
        let expected: BTreeSet<String> = also.into_iter().chain([rule.to_string()]).collect();
        if found != expected {
            wrong.push(format!("{way:?}: {rule} was meant, and found was {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    drop(place);
    assert_eq!(found(&laptop, &show), BTreeSet::from(["silent".to_string()]));
}

/// In the window, where every edit looks again without a network.
#[test]
fn point_4_what_a_place_said_counts_until_something_is_published_there() {
    let folder = scratch();
    let port = free_port();
    let (laptop, show) = published(folder.path(), &format!("http://127.0.0.1:{port}/"));
    let place = Wayward::start(&folder.path().join("www"), port);
    place.go(Way::NoCors);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let studio = runtime.block_on(Studio::open(Options::new(laptop.library()))).unwrap();
    let cors = |report: &CheckReport| report.findings.iter().any(|finding| finding.code == "check.live_cors");
    let here = || runtime.block_on(studio.check_show_here(&show)).unwrap();
    assert!(!cors(&here()), "nobody asked the place");
    assert!(cors(&runtime.block_on(studio.check_show(&show)).unwrap()));
    place.go(Way::Right);
    laptop.ask(&["show", "set", &show, "tagline=Light, seen from below", "author=Bo Lund"]);
    assert!(cors(&here()), "an edit takes nothing away that the place said");
    laptop.ask(&["publish", &show]);
    assert!(!cors(&here()), "of another publication nobody knows");
}

#[test]
fn point_4_hostile_answers_are_bounded() {
    let folder = scratch();
    let port = free_port();
    let (laptop, show) = published(folder.path(), &format!("http://127.0.0.1:{port}/"));
    let place = Wayward::start(&folder.path().join("www"), port);
    // Answers without end to everything: each is cut off, the feed after 64 MiB.
    place.go(Way::Endless);
    let began = std::time::Instant::now();
    let found = found(&laptop, &show);
    // A slow machine gives up after its patience, which is a bound as well.
    assert!(found.contains("feed_broken") || found.contains("silent"), "{found:?}");
    assert!(began.elapsed().as_secs() < 120, "{:?}", began.elapsed());
    assert!(place.sent() < 400 << 20, "{} bytes were sent", place.sent());
}

#[test]
fn point_4_a_certificate_that_nobody_vouches_for_is_named() {
    let folder = scratch();
    let server = ExpiredServer::start(&folder.path().join("authority.pem"));
    let (laptop, show) = published(folder.path(), &format!("{}/", server.origin()));
    assert_eq!(found(&laptop, &show), BTreeSet::from(["tls".to_string()]));
}

#[test]
fn point_4_rules_are_listed_and_findings_put_right_in_one_step_each() {
    let folder = scratch();
    let laptop = Laptop::new(folder.path());
    let listed = laptop.ask(&["check", "--rules"]);
    let rules = listed["rules"].as_array().expect("rules").clone();
    assert!(rules.len() >= 80, "{}", rules.len());
    for rule in &rules {
        assert!(rule["code"].as_str().unwrap().starts_with("check.") && !rule["title"].as_str().unwrap().is_empty());
        assert!(!rule["source"]["name"].as_str().unwrap().is_empty());
        assert!(rule["source"]["url"].as_str().unwrap().starts_with("https://"), "{rule}");
    }
    let show = laptop.show("Harbour");
    let sound = folder.path().join("one.mp3");
    sound::mp3(&sound, 66, "One");
    laptop.episode(&show, "The first", &sound);
    laptop.episode(&show, "The second", &sound);
    laptop.ask(&["show", "set", &show, "kind=serial", "owner_email=ada@example.org"]);
    let codes = |level: &str| -> Vec<String> {
        let spoken = laptop.speak(&["check", &show, "--offline"]);
        let findings = spoken.before.iter().filter(|line| line["level"] == level);
        findings.map(|line| line["code"].as_str().unwrap().to_string()).collect()
    };
    let missing = "check.number_missing";
    assert_eq!(codes("error"), [missing, missing]);
    // Numbers are for a person to decide: only by name.
    let safe = laptop.ask(&["check", &show, "--fix", "all-safe"]);
    assert_eq!((&safe["fixed"], codes("error").len()), (&json!([]), 2));
    let fixed = laptop.ask(&["check", &show, "--fix", "number_missing,check.owner_name_missing"]);
    assert_eq!(
        (&fixed["fixed"], &fixed["left"], &fixed["episodes"], &fixed["show"]),
        (&json!([missing, "check.owner_name_missing"]), &json!([]), &json!(2), &json!(true))
    );
    assert_eq!(codes("error"), Vec::<String>::new());
    assert_eq!(laptop.ask(&["show", "get", &show])["show"]["owner_name"], "Ada");
    let unknown = laptop.speak(&["check", &show, "--fix", "nonsense"]);
    assert_eq!((unknown.code, &unknown.last["code"]), (Some(1), &json!("library.not_found")), "{}", unknown.last);
    let unfixable = laptop.speak(&["check", &show, "--fix", "author_missing"]);
    assert_eq!((unfixable.code, &unfixable.last["code"]), (Some(2), &json!("field.invalid")), "{}", unfixable.last);
}
