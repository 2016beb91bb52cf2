//! Whatever is asked: a refusal in the API's words or an answer, and never a failure of the server.

use crate::recorded::{Act, act};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

fn word() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "include",
        "sort",
        "fields",
        "filter",
        "page",
        "[id]",
        "[podcast]",
        "[episode]",
        "[freetext]",
        "[size]",
        "[number]",
        "[",
        "]",
        "=",
        "&",
        ",",
        ".",
        "-",
        "+",
        "season",
        "podcast.contents",
        "songs.artists",
        "contents",
        "name",
        "published",
        "test-podcast",
        "0",
        "1",
        "99999999999999999999999",
        "-1",
        "1e9",
        "NaN",
        "%",
        "%00",
        "%0a",
        "%ff",
        "%C3%A5",
        "%F0%9F%8E%99",
        "..",
        "%2f",
        "%2e%2e",
        "'",
        "\"",
        "<script>",
        "\\",
        ";",
        "null",
        "undefined",
        "?",
        "{}",
        "018f0000-0000-7000-8000-000000000001",
        "notauuid",
        "radio",
    ]);
    prop_oneof![9 => known.prop_map(str::to_string), 1 => "[!-~]{0,12}"]
}

fn address() -> impl Strategy<Value = String> {
    let start = prop::sample::select(vec![
        "/podcasts/",
        "/episodes/",
        "/categories/",
        "/posts/",
        "/font-faces/",
        "/podcasts/test-podcast/",
        "/episodes/x/",
        "/episodes/x/chapters/",
        "/episodes/x/audio/",
        "/posts/x/",
        "/podcast-links/",
        "/podcast-links/1/",
        "/comments/",
        "/comments/1/",
        "/api/v1/episodes/x/",
        "/api/v1/episodes/x/player/",
        "/api/v1/oembed/",
        "/",
        "/podcasts",
        "/episodes",
        "/openapi.json",
    ]);
    let rest = prop::collection::vec(word(), 1..3);
    let query = prop::collection::vec(word(), 0..16);
    (start, rest, prop::bool::ANY, query).prop_map(|(start, rest, asks, query)| {
        // Most addresses end with a slash, so that they reach what answers.
        let path = if asks { start.to_string() } else { format!("{start}{}/", rest.concat()) };
        let text = format!("{path}?{}", query.concat());
        // What cannot stand in a request line is the HTTP library's to refuse.
        text.replace([' ', '#', '"', '<', '>', '\\', '{', '}', '^', '`', '|'], "")
    })
}

fn asked(act: &Act, target: &str) -> Result<(), TestCaseError> {
    let reply = act.get(target);
    prop_assert!(reply.status < 500, "{} for {target}", reply.status);
    prop_assert!(matches!(reply.status, 200 | 301 | 400 | 404 | 405), "{} for {target}", reply.status);
    let first = target.split(['/', '?']).nth(1).unwrap_or_default();
    let collections = ["podcasts", "episodes", "categories", "posts", "podcast-links", "comments", "font-faces", "api"];
    // A player that asks for a sound reads no JSON: it is refused in plain words.
    if reply.status >= 400 && collections.contains(&first) && !target.contains("/audio/") {
        prop_assert_eq!(reply.header("content-type"), "application/vnd.api+json", "{}", target);
        let error = &reply.json()["errors"][0];
        prop_assert_eq!(&error["status"], &reply.status.to_string());
        prop_assert!(error["detail"].as_str().is_some_and(|words| !words.is_empty() && words.len() < 300));
        prop_assert!(error["code"].is_string());
    }
    Ok(())
}

#[test]
fn any_address_is_answered_or_refused() {
    let act = act();
    let config = Config { cases: 1_500, failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(&address(), |target| asked(&act, &target)).unwrap();
}

#[test]
fn what_was_a_failure_of_spodcat_is_a_refusal() {
    let act = act();
    // spec-subjects.json, "do-not-copy": 500 there.
    act.get("/episodes/?filter[id]=notauuid").expect(400);
    act.get("/episodes/00000000-0000-0000-0000-000000000007/chapters/").expect(404);
    for (target, status) in [
        ("/podcasts/%FF/", 404),
        ("/podcasts/%2e%2e/", 404),
        ("/categories/0/", 404),
        ("/categories/111/", 404),
        ("/categories/99999999999999999999999999/", 404),
        ("/categories/-1/", 404),
        ("/episodes/notauuid/", 404),
        ("/podcasts/test-podcast/?page[size]=1", 400),
        ("/episodes/?page[size]=0", 400),
        ("/episodes/?page[size]=1&page[number]=18446744073709551615", 404),
        ("/episodes/?page[size]=99999999999999999999&page[number]=1", 200),
        ("/episodes/?filter[freetext]=%00%ff", 200),
        ("/episodes/?%5B%5D=1", 400),
        ("/posts/?filter[freetext]=radio", 200),
        ("/posts/?filter[nosuch]=radio", 400),
    ] {
        act.get(target).expect(status);
    }
    let long = format!("/episodes/?filter[freetext]={}", "a+".repeat(400));
    act.get(&long).expect(400);
    let longer = format!("/episodes/?filter[freetext]={}", "a".repeat(10_000));
    assert_eq!(act.get(&longer).status, 414, "refused before it is looked at");
}
