//! Attacks on routes, ranges, hosts, CORS, paths, ids, JSON and headers, each over a socket of its own: every one gets a safe
//! answer, the server lives on, and nothing of it is said that is nobody's business.

use crate::recorded::{Act, act};
use crate::scene::{Story, publish, sound};
use hearthcast_model::CommentPolicy;
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Words that no answer may contain: parts of other files, of the machine, of what somebody tried to slip in.
const NEVER: [&str; 8] = [
    "SQLite format",
    "root:",
    "server.sqlite",
    "panicked",
    "/data/",
    "\nset-cookie:",
    "evil.example",
    "stack backtrace",
];

/// Sends bytes as they are; returns the statuses of all answers, and everything that came.
fn attack(act: &Act, bytes: &[u8]) -> (Vec<u16>, String) {
    let mut stream = TcpStream::connect(act.scene.addr()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // A server may refuse and close before all of it was sent.
    let _ = stream.write_all(bytes).and_then(|()| stream.shutdown(std::net::Shutdown::Write));
    let mut answer = vec![];
    let _ = stream.read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = |line: &str| line.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
    (text.lines().filter_map(status).collect(), text)
}

fn get(target: &str, more: &str) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\nHost: pod.example\r\n{more}Connection: close\r\n\r\n").into_bytes()
}

fn post(target: &str, mime: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {target} HTTP/1.1\r\nHost: pod.example\r\nContent-Type: {mime}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

const API: &str = "application/vnd.api+json";

/// Name, bytes, statuses that are safe.
type Attack = (&'static str, Vec<u8>, &'static [u16]);

fn paths(act: &Act) -> Vec<Attack> {
    let sound = act.story.episodes[0].body.audio.clone().unwrap();
    let (hash, future) = (&sound.hash, &act.story.episodes[3].id);
    let file = format!("/m/{hash}/ep1.mp3");
    vec![
        ("dots", get("/m/../../etc/passwd", ""), &[400, 404]),
        ("dots in percent", get("/m/%2e%2e/%2e%2e/etc/passwd", ""), &[400, 404]),
        ("a slash in percent", get(&format!("/m/{hash}/..%2f..%2fserver.sqlite"), ""), &[400, 404]),
        ("backslashes", get(&format!("/m/{hash}/..%5c..%5cserver.sqlite"), ""), &[400, 404]),
        ("two slashes", get("//etc/passwd", ""), &[400, 404]),
        ("dots behind a feed", get("/podcasts/test-podcast/rss/../../../server.sqlite", ""), &[400, 404]),
        ("a zero byte", get("/%00", ""), &[400, 404]),
        ("no UTF-8", get("/episodes/%FF%FE/", ""), &[400, 404]),
        ("the hash in capitals", get(&format!("/m/{}/ep1.mp3", hash.as_str().to_uppercase()), ""), &[404]),
        ("half a hash", get(&format!("/m/{}/ep1.mp3", &hash.as_str()[..31]), ""), &[404]),
        ("another ending", get(&format!("{file}.exe"), ""), &[404]),
        ("a sound to come", get(&format!("/e/{future}/audio.mp3"), ""), &[404]),
        ("a sound to come by its alias", get(&format!("/episodes/{future}/audio/"), ""), &[404]),
        ("a line break in the path", get("/podcasts/%0d%0aSet-Cookie:%20a=b/", ""), &[400, 404]),
        ("a line break without its slash", get("/podcasts/%0d%0aSet-Cookie:%20a=b", ""), &[301, 400, 404]),
        ("another host in the path", get("//evil.example/%2e%2e", ""), &[301, 400, 404]),
        ("a very long path", get(&format!("/{}", "a".repeat(70_000)), ""), &[400, 414, 431]),
        ("the owner's door", get("/sync/v1/hello", ""), &[401, 405]),
        ("the owner's numbers", get("/sync/v1/metrics", ""), &[401]),
        ("the owner's versions", get(&format!("/sync/v1/shows/{}/versions", act.story.id), ""), &[401]),
        ("the owner's comments", get(&format!("/sync/v1/comments/{}", act.story.id), ""), &[401]),
        ("a key that is none", get("/sync/v1/metrics", "Authorization: Bearer a.b.c\r\n"), &[401]),
        (
            "a key without signature",
            get("/sync/v1/metrics", "Authorization: Bearer eyJhbGciOiJub25lIn0.e30.\r\n"),
            &[401],
        ),
    ]
}

fn ranges(act: &Act) -> Vec<Attack> {
    let file = format!("/m/{}/ep1.mp3", act.story.episodes[0].body.audio.as_ref().unwrap().hash);
    let range = |range: &str| get(&file, &format!("Range: {range}\r\n"));
    vec![
        ("many ranges", range(&format!("bytes={}", vec!["0-0"; 2_000].join(","))), &[200, 206, 400, 416, 431]),
        ("overlapping ranges", range("bytes=0-,0-,0-,0-"), &[200, 206, 416]),
        ("beyond all numbers", range("bytes=99999999999999999999999-"), &[200, 416]),
        ("backwards", range("bytes=5-2"), &[200, 416]),
        ("the last nothing", range("bytes=-0"), &[416]),
        ("no numbers", range("bytes=a-b"), &[200, 416]),
        ("another unit", range("lines=1-2"), &[200]),
        ("a negative number", range("bytes=--1"), &[200, 416]),
    ]
}

fn hosts() -> Vec<Attack> {
    let host = |lines: &str| format!("GET /podcasts/ HTTP/1.1\r\n{lines}Connection: close\r\n\r\n").into_bytes();
    vec![
        ("another host", host("Host: evil.example\r\n"), &[404, 421]),
        ("two hosts", host("Host: pod.example\r\nHost: evil.example\r\n"), &[400]),
        ("no host", host(""), &[400, 421]),
        ("a name before the host", host("Host: pod.example@evil.example\r\n"), &[400, 404, 421]),
        ("a path in the host", host("Host: pod.example/evil.example\r\n"), &[400, 404, 421]),
        ("another host, forwarded", get("/podcasts/", "X-Forwarded-Host: evil.example\r\n"), &[200]),
        ("another path, forwarded", get("/podcasts/", "X-Original-URL: /sync/v1/metrics\r\n"), &[200]),
        (
            "a foreign address",
            b"GET http://169.254.169.254/latest/ HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n".to_vec(),
            &[400, 404, 421],
        ),
        (
            "a tunnel",
            b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n".to_vec(),
            &[400, 404, 405, 421],
        ),
        ("what was sent, back", [b"TRACE", &get("/", "")[3..]].concat(), &[400, 405]),
    ]
}

fn bodies() -> Vec<Attack> {
    let deep = "[".repeat(60_000);
    let twice = br#"{"data":{"type":"comment","type":"challenge","attributes":{}}}"#;
    let huge = vec![b' '; 2_000_000];
    vec![
        ("a deep body", post("/comments/", API, deep.as_bytes()), &[400]),
        ("the same key twice", post("/comments/", API, twice), &[400, 409]),
        ("a body without end", post("/comments/", API, &huge), &[400, 413]),
        ("no UTF-8 in a body", post("/comments/", API, b"{\"data\":\"\xff\xfe\"}"), &[400]),
        ("a number beyond all", post("/challenges/", API, br#"{"data":{"type":"challenge","id":1e999}}"#), &[400]),
        ("not an object", post("/challenges/", API, b"null"), &[400]),
        ("another type", post("/comments/", "text/html", b"<b>"), &[415]),
        ("an array of bodies", post("/comments/", API, br#"{"data":[]}"#), &[400]),
        ("a body for a page", post("/podcasts/test-podcast/", API, b"{}"), &[405]),
        ("a body for the owner", post("/sync/v1/publish", "application/json", b"{}"), &[401]),
    ]
}

fn headers() -> Vec<Attack> {
    let field = |lines: String| get("/podcasts/", &lines);
    let smuggled = "GET /sync/v1/metrics HTTP/1.1\r\nHost: pod.example\r\n\r\n";
    let both = format!(
        "POST /challenges/ HTTP/1.1\r\nHost: pod.example\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}"
    );
    let odd = |line: &str| format!("POST /challenges/ HTTP/1.1\r\nHost: pod.example\r\n{line}\r\n\r\n").into_bytes();
    vec![
        ("a long field", field(format!("X-A: {}\r\n", "a".repeat(200_000))), &[400, 431]),
        ("many fields", field("X-A: a\r\n".repeat(2_000)), &[400, 431]),
        ("a folded field", field("X-A: a\r\n b\r\n".into()), &[400]),
        ("a field without name", field(": a\r\n".into()), &[400]),
        ("a space before the colon", field("X-A : a\r\n".into()), &[400]),
        ("a negative length", odd("Content-Length: -1"), &[400]),
        ("two lengths", odd("Content-Length: 1\r\nContent-Length: 2"), &[400]),
        ("an odd coding", odd("Transfer-Encoding: xchunked"), &[400, 501]),
        ("no version", b"GET /podcasts/\r\n\r\n".to_vec(), &[400]),
        ("no request at all", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(), &[400]),
        ("a length and chunks", both.into_bytes(), &[400, 401, 415]),
    ]
}

#[test]
fn every_attack_gets_a_safe_answer() {
    let act = act();
    let all = [paths(&act), ranges(&act), hosts(), bodies(), headers()].concat();
    assert!(all.len() >= 40, "{}", all.len());
    for (name, bytes, safe) in all {
        let (statuses, text) = attack(&act, &bytes);
        // A handler that breaks closes its connection without a word.
        assert!(!statuses.is_empty(), "{name}: no answer");
        assert!(statuses.iter().all(|status| safe.contains(status)), "{name}: {statuses:?}\n{:.600}", text);
        assert!(text.len() < 2_000_000, "{name}: {} bytes", text.len());
        let lower = text.to_lowercase();
        for word in NEVER {
            assert!(!lower.contains(&word.to_lowercase()), "{name}: {word}\n{:.600}", text);
        }
        act.get("/podcasts/").expect(200);
    }
}

#[test]
fn ids_of_another_show_open_nothing() {
    let act = act();
    let mut other = Story::new(&act.scene, &act.laptop, "other-show");
    other.show.comments = CommentPolicy::Open;
    let theirs = other.episode("Elsewhere", act.scene.now_ms() - 1_000, sound(30_000, 9), Some(60_000));
    other.upload(&act.scene, &act.laptop);
    publish(&act.scene, &act.laptop, &other.request(1, act.scene.now_ms())).expect(200);
    let ours = act.story.episodes[0].id.as_str();
    let list = |path: &str| act.get(path).expect(200).json()["data"].as_array().unwrap().len();
    assert_eq!(list(&format!("/episodes/?filter[podcast]=other-show&filter[episode]={theirs}")), 1);
    for path in [
        format!("/episodes/?filter[podcast]=test-podcast&filter[episode]={theirs}"),
        format!("/episodes/?filter[podcast]=other-show&filter[episode]={ours}"),
        format!("/episodes/?filter[podcast]=other-show&filter[id]={ours}"),
        "/posts/?filter[podcast]=other-show".into(),
    ] {
        assert_eq!(list(&path), 0, "{path}");
    }
    let contents = act.get("/podcasts/other-show/?include=contents,seasons,links").expect(200);
    let included = contents.json()["included"].as_array().unwrap().clone();
    let ids: Vec<&str> = included.iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [theirs.as_str()]);
    let found = act.get(&format!("/api/v1/search/?podcast=test-podcast&episode={theirs}&q=elsewhere")).expect(200);
    assert_eq!(found.json()["count"], 0);
    // A sum of one show lets nobody write about another one's episode, and an id of another kind is none.
    let asked = json!({"data": {"type": "challenge", "attributes": {}, "relationships":
        {"podcast": {"data": {"type": "podcast", "id": "test-podcast"}}}}});
    let sum = act.post("/challenges/", &asked).expect(201).json()["data"]["id"].clone();
    let comment = |kind: &str, about: &str| {
        json!({"data": {"type": "comment",
            "attributes": {"challenge": sum, "challenge-answer": 1, "name": "E", "text": "x"},
            "relationships": {"podcast-content": {"data": {"type": kind, "id": about}}}}})
    };
    for body in
        [comment("episode", theirs.as_str()), comment("podcast", "other-show"), comment("post", theirs.as_str())]
    {
        let refused = act.post("/comments/", &body);
        assert_eq!(refused.status, 400, "{body}");
    }
    assert_eq!(list("/comments/"), act.get("/comments/").json()["data"].as_array().unwrap().len());
    // What left is gone under its own name, and under no other show's.
    other.episodes.clear();
    other.episode("Next", act.scene.now_ms() - 500, sound(30_000, 10), Some(60_000));
    other.upload(&act.scene, &act.laptop);
    publish(&act.scene, &act.laptop, &other.request(2, act.scene.now_ms())).expect(200);
    for path in [format!("/e/{theirs}/audio.mp3"), format!("/episodes/{theirs}/audio/"), format!("/episodes/{theirs}/")]
    {
        let status = act.get(&path).status;
        assert!(matches!(status, 404 | 410), "{path}: {status}");
    }
}

#[test]
fn names_that_are_no_text_are_refused_in_the_words_of_the_api() {
    let act = act();
    let ask = |method: &str, path: &str| {
        attack(&act, format!("{method} {path} HTTP/1.1\r\nHost: pod.example\r\nOrigin: https://example.org\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").as_bytes())
    };
    for (method, path, status) in [
        ("GET", "/challenges/%FF/", 404),
        ("DELETE", "/challenges/%FF/", 404),
        ("POST", "/podcasts/%FF/ping/", 404),
        ("POST", "/episodes/%FF/ping/", 404),
        ("POST", "/posts/%FF/ping/", 404),
        ("GET", "/episodes/%FF/", 404),
        ("POST", "/episodes", 405),
    ] {
        let (statuses, text) = ask(method, path);
        assert_eq!(statuses, [status], "{method} {path}");
        assert!(text.contains("application/vnd.api+json") && text.contains("\"errors\":[{"), "{method} {path}: {text}");
        assert!(text.to_lowercase().contains("access-control-allow-origin: https://example.org"), "{method} {path}");
    }
    let (statuses, text) = ask("GET", "/episodes?page[size]=1");
    assert_eq!(statuses, [301]);
    let lower = text.to_lowercase();
    assert!(
        lower.contains("location: ./episodes/?page[size]=1") && lower.contains("access-control-allow-origin"),
        "{text}"
    );
    let (statuses, text) = ask("OPTIONS", "/podcasts");
    assert_eq!((statuses, text.to_lowercase().contains("allow: get, head, options")), (vec![204], true), "{text}");
    let long = format!("/episodes/?filter[freetext]={}", "a".repeat(5_000));
    let (statuses, text) = ask("GET", &long);
    assert_eq!(statuses, [414]);
    assert!(text.contains("\"errors\":[{"), "{text}");
    assert_eq!(attack(&act, &get("/podcasts/%FF/rss/", "")).0, [404]);
}

#[test]
fn no_other_site_reads_or_writes_from_a_browser() {
    let act = act();
    let origins = [
        "null",
        "https://evil.example",
        "https://example.org.evil.example",
        "https://evil-example.org",
        "http://example.org",
        "https://example.org:8443",
        "https://sub.example.org",
        "https://example.org/",
        "*",
    ];
    for origin in origins {
        let lines = format!("Origin: {origin}\r\n");
        let asked = format!(
            "OPTIONS /comments/ HTTP/1.1\r\nHost: pod.example\r\n{lines}Access-Control-Request-Method: POST\r\nConnection: close\r\n\r\n"
        );
        for bytes in [get("/podcasts/", &lines), get("/nothing/", &lines), asked.into_bytes()] {
            let (_, text) = attack(&act, &bytes);
            assert!(!text.to_lowercase().contains("access-control-allow-origin"), "{origin}: {text:.400}");
        }
    }
    // The owner's end is for no page, not even of a named site.
    let named = "OPTIONS /sync/v1/publish HTTP/1.1\r\nHost: pod.example\r\nOrigin: https://example.org\r\n\
                 Access-Control-Request-Method: POST\r\nConnection: close\r\n\r\n";
    let (_, text) = attack(&act, named.as_bytes());
    assert!(!text.to_lowercase().contains("access-control-allow-origin"), "{text:.400}");
}
