//! HTTP manners: validators, compression, HEAD, other sites, methods.

use crate::http::{self, Reply};
use crate::recorded::act;
use crate::scene::{Scene, publish};
use hearthcast_model::Sha256;
use serde_json::Value;
use std::io::Read as _;
use std::process::Command;

const SITE: &str = "https://example.org";
const PATHS: [&str; 6] = [
    "/podcasts/",
    "/podcasts/test-podcast/?include=contents,seasons",
    "/episodes/",
    "/episodes/?filter[freetext]=notes",
    "/categories/",
    "/openapi.json",
];

fn unpacked(reply: &Reply) -> Vec<u8> {
    let mut bytes = vec![];
    match reply.header("content-encoding") {
        "gzip" => flate2::read::GzDecoder::new(&*reply.body).read_to_end(&mut bytes).unwrap(),
        "br" => brotli::Decompressor::new(&*reply.body, 4096).read_to_end(&mut bytes).unwrap(),
        other => panic!("{other}"),
    };
    bytes
}

#[test]
fn answers_have_strong_tags_and_are_compressed_for_those_who_ask() {
    let act = act();
    for path in PATHS {
        // Twice: made, and kept.
        for (asked, coding) in [("gzip, deflate, br", "br"), ("gzip, deflate", "gzip")].repeat(2) {
            let plain = act.scene.get(path, &[]).expect(200);
            let packed = act.scene.get(path, &[("Accept-Encoding", asked)]).expect(200);
            assert_eq!(unpacked(&packed), plain.body, "{path} {coding}");
            assert_eq!(plain.header("etag"), format!("\"{}\"", Sha256::of(&plain.body)), "{path} {coding}");
            assert_ne!(plain.header("etag"), packed.header("etag"), "other bytes, another strong tag");
            assert_eq!((packed.header("content-encoding"), plain.header("content-encoding")), (coding, ""));
            assert!(packed.body.len() < plain.body.len(), "{path}");
            for reply in [&plain, &packed] {
                assert_eq!(reply.header("vary"), "accept-encoding, origin");
                assert_eq!(reply.header("content-length"), reply.body.len().to_string());
                assert_eq!((reply.header("last-modified"), reply.header("accept-ranges")), ("", ""));
                let tag = reply.header("etag");
                let coding = reply.header("content-encoding");
                let unchanged = act.scene.get(path, &[("Accept-Encoding", coding), ("If-None-Match", tag)]).expect(304);
                assert_eq!((unchanged.body.len(), unchanged.header("etag")), (0, tag), "{path}");
                act.scene.get(path, &[("If-None-Match", "\"other\"")]).expect(200);
                // A date says nothing here: two publications may share a second.
                act.scene.get(path, &[("If-Modified-Since", "Fri, 20 Nov 2099 23:00:00 GMT")]).expect(200);
            }
            let head = http::send(act.scene.addr(), "HEAD", path, &[], b"").expect(200);
            assert_eq!((head.header("content-length"), head.body.len()), (plain.header("content-length"), 0));
            assert_eq!(head.header("etag"), plain.header("etag"));
        }
    }
}

#[test]
fn a_publication_changes_the_answers_at_once() {
    let mut act = act();
    let before = act.get("/podcasts/").expect(200);
    let other = act.scene.paired();
    act.story.device = other.device.clone();
    act.story.show.title = "Another name".into();
    publish(&act.scene, &other, &act.story.request(2, act.scene.now_ms())).expect(200);
    let after = act.scene.get("/podcasts/", &[("If-None-Match", before.header("etag"))]).expect(200);
    assert_eq!(after.json()["data"][0]["attributes"]["name"], "Another name");
}

#[test]
fn an_episode_is_there_from_its_minute_on() {
    let act = act();
    let names = |act: &crate::recorded::Act| -> Vec<Value> {
        let data = act.get("/episodes/?fields[episode]=name").expect(200).json()["data"].take();
        data.as_array().unwrap().iter().map(|one| one["attributes"]["name"].clone()).collect()
    };
    assert_eq!(names(&act).len(), 3, "the fourth is for Christmas");
    let id = &act.story.episodes[3].id;
    act.get(&format!("/episodes/{id}/")).expect(404);
    act.get(&format!("/episodes/{id}/chapters/")).expect(404);
    let christmas = hearthcast_model::clock::parse_rfc3339("2026-12-24T06:00:00Z").unwrap();
    act.scene.clock.advance(christmas - act.scene.now_ms());
    act.scene.until("the episode comes", || names(&act).len() == 4);
    assert_eq!(names(&act)[0], "Episode 9: Rådio & <feeds>");
    act.get(&format!("/episodes/{id}/")).expect(200);
}

#[test]
fn only_named_sites_may_read_from_a_browser() {
    let act = act();
    let allowed = |origin: &str| {
        let reply = act.scene.get("/podcasts/", &[("Origin", origin)]).expect(200);
        assert_eq!(reply.header("vary"), "accept-encoding, origin", "a cache keeps the sites apart");
        assert_eq!(reply.header("access-control-allow-credentials"), "");
        reply.header("access-control-allow-origin").to_string()
    };
    assert_eq!(allowed(SITE), SITE);
    for other in ["https://example.org.evil.example", "http://example.org", "https://EXAMPLE.org", "null", "*", ""] {
        assert_eq!(allowed(other), "", "{other}");
    }
    // Refusals and "not changed" are readable too, else a front end sees only a network error.
    for (path, status) in [("/podcasts/nosuch/", 404), ("/podcasts/?foo=1", 400), ("/podcasts/x/y/z", 404)] {
        let reply = act.scene.get(path, &[("Origin", SITE)]).expect(status);
        assert_eq!(reply.header("access-control-allow-origin"), SITE, "{path}");
    }
    let tag = act.get("/podcasts/").header("etag").to_string();
    let unchanged = act.scene.get("/podcasts/", &[("Origin", SITE), ("If-None-Match", &tag)]).expect(304);
    assert_eq!(unchanged.header("access-control-allow-origin"), SITE);
}

#[test]
fn browsers_that_ask_first_are_answered() {
    let act = act();
    let ask = |origin: &str| {
        let asked = [
            ("Origin", origin),
            ("Access-Control-Request-Method", "GET"),
            ("Access-Control-Request-Headers", "accept,if-none-match"),
        ];
        http::send(act.scene.addr(), "OPTIONS", "/episodes/?sort=name", &asked, b"").expect(204)
    };
    let answer = ask(SITE);
    for (field, value) in [
        ("access-control-allow-origin", SITE),
        ("access-control-allow-methods", "GET, HEAD"),
        ("access-control-allow-headers", "accept, content-type, if-none-match"),
        ("vary", "origin"),
    ] {
        assert_eq!(answer.header(field), value);
    }
    let refused = ask("https://evil.example");
    assert_eq!(refused.header("access-control-allow-origin"), "");
    assert_eq!(refused.header("access-control-allow-methods"), "");
}

#[test]
fn every_site_may_read_where_the_settings_say_so() {
    let act = crate::recorded::published(Scene::with_origins(&["*"]));
    let reply = act.scene.get("/podcasts/", &[("Origin", "https://anybody.example")]).expect(200);
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    assert_eq!(reply.header("vary"), "accept-encoding");
}

#[test]
fn nothing_can_be_changed() {
    let act = act();
    for method in ["POST", "PUT", "PATCH", "DELETE", "BREW"] {
        for path in ["/podcasts/", "/episodes/", "/categories/1/", "/openapi.json"] {
            let reply = http::send(act.scene.addr(), method, path, &[], b"").expect(405);
            assert_eq!(reply.json()["errors"][0]["detail"], format!("Method \"{method}\" not allowed."));
            assert_eq!(reply.header("allow"), "GET, HEAD, OPTIONS");
        }
    }
}

#[test]
fn curl_gets_an_answer_compressed() {
    let act = act();
    for (path, mime, coding) in [
        ("/podcasts/", "application/vnd.api+json", "br"),
        ("/podcasts/test-podcast/rss/", "application/rss+xml; charset=utf-8", "br"),
        ("/podcasts/test-podcast/rss/", "application/rss+xml; charset=utf-8", "gzip"),
        ("/api/v1/search/?q=episode", "application/json", "br"),
    ] {
        let plain = act.get(path).expect(200).body;
        let curl = Command::new("curl")
            .args(["-sS", "-g", "--compressed", "-w", "\n%{content_type}\n%header{content-encoding}"])
            .args(["-H", &format!("Accept-Encoding: {coding}"), &format!("http://{}{path}", act.scene.addr())])
            .output()
            .unwrap();
        let text = String::from_utf8(curl.stdout).unwrap();
        let (rest, found) = text.rsplit_once('\n').unwrap();
        let (body, found_mime) = rest.rsplit_once('\n').unwrap();
        assert_eq!((found_mime, found), (mime, coding), "{path}");
        assert_eq!(body.as_bytes(), plain, "libbrotli and zlib read what was packed: {path}");
    }
}
