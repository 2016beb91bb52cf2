//! What listeners see: the expectations of FEED.md "HTTP expectations of a host", through real sockets.

#![expect(clippy::unwrap_used, reason = "a part of the scene that breaks is a failed test")]

mod scene;

use axum::Router;
use hearthcast_counting::address::parse_network;
use hearthcast_counting::listener;
use hearthcast_model::Sha256;
use hearthcast_server::conn::ConnOptions;
use hearthcast_server::logbook::{Flags, Row};
use hearthcast_server::public::{Catalogue, Networks};
use scene::{CHANGED, FEED, Scene, start, start_with};
use std::collections::BTreeSet;
use std::io::Read;
use std::sync::Arc;

const FEED_PATH: &str = "/podcasts/stair/rss/";

fn ask(scene: &Scene, method: &str, path: &str, lines: &str) -> (scene::Answer, Vec<u8>) {
    let mut client = scene.client();
    client.send(&format!("{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{lines}\r\n"));
    (client.head(), client.rest())
}

fn get(scene: &Scene, path: &str, lines: &str) -> (scene::Answer, Vec<u8>) {
    ask(scene, "GET", path, lines)
}

fn unpacked(coding: &str, bytes: &[u8]) -> String {
    let mut text = String::new();
    match coding {
        "gzip" => flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).unwrap(),
        _ => brotli::Decompressor::new(bytes, 4096).read_to_string(&mut text).unwrap(),
    };
    text
}

#[test]
fn the_feed_plain_and_compressed() {
    let scene = start();
    let (plain, body) = get(&scene, FEED_PATH, "");
    assert_eq!((plain.status, body), (200, FEED.as_bytes().to_vec()));
    let packed = |coding: &str| {
        let (packed, body) = get(&scene, FEED_PATH, &format!("Accept-Encoding: {coding}\r\n"));
        let found = packed.field("content-encoding").to_string();
        assert_eq!((packed.status, unpacked(&found, &body).as_str()), (200, FEED));
        assert!(body.len() < FEED.len());
        packed
    };
    let (gzip, brotli) = (packed("gzip, deflate"), packed("gzip, deflate, br, zstd"));
    for (answer, encoding) in [(&plain, ""), (&gzip, "gzip"), (&brotli, "br")] {
        assert_eq!(answer.field("content-encoding"), encoding);
        assert_eq!(answer.field("vary"), "accept-encoding");
        assert_eq!(answer.field("last-modified"), CHANGED);
        assert_eq!(answer.field("content-type"), "application/rss+xml; charset=utf-8");
        assert!(answer.field("etag").starts_with('"'), "strong");
    }
    let tags = [&plain, &gzip, &brotli].map(|answer| answer.field("etag").to_string());
    assert_eq!(BTreeSet::from(tags).len(), 3, "other bytes, other strong tag (RFC 9110 §8.8.3.3)");
    assert_eq!(plain.field("etag"), format!("\"{}\"", Sha256::of(FEED.as_bytes())));
}

#[test]
fn what_a_client_refuses_is_not_sent() {
    let scene = start();
    for (asked, coding) in [
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.2, gzip;q=0.9", "gzip"),
        ("identity;q=0, br", "br"),
        ("identity;q=0", ""),
        ("*;q=0", ""),
        ("zstd, compress, nosuch", ""),
        ("br;q=0, *", "gzip"),
        ("identity", ""),
    ] {
        let (answer, _) = get(&scene, FEED_PATH, &format!("Accept-Encoding: {asked}\r\n"));
        assert_eq!((answer.status, answer.field("content-encoding")), (200, coding), "{asked}");
        assert_eq!(answer.field("vary"), "accept-encoding", "{asked}");
    }
}

#[test]
fn an_unchanged_feed_is_a_304() {
    let scene = start();
    for encoding in ["", "Accept-Encoding: gzip\r\n", "Accept-Encoding: br\r\n"] {
        let tag = get(&scene, FEED_PATH, encoding).0.field("etag").to_string();
        for condition in [format!("If-None-Match: {tag}"), format!("If-Modified-Since: {CHANGED}")] {
            let (answer, body) = get(&scene, FEED_PATH, &format!("{encoding}{condition}\r\n"));
            assert_eq!((answer.status, body.len()), (304, 0), "{condition}");
            assert_eq!((answer.field("etag"), answer.field("vary")), (tag.as_str(), "accept-encoding"));
            assert_eq!(answer.field("content-encoding"), "");
        }
        let other = "If-None-Match: \"other\"\r\n";
        assert_eq!(get(&scene, FEED_PATH, &format!("{encoding}{other}")).0.status, 200);
    }
}

#[test]
fn head_tells_what_get_would() {
    let scene = start();
    let picture = format!("/m/{}/cover.jpg", Sha256::of(b"picture").short());
    for path in [FEED_PATH, &scene.sound_path(), &picture, "/healthz"] {
        let (get, body) = get(&scene, path, "");
        let (head, nothing) = ask(&scene, "HEAD", path, "");
        assert_eq!((head.status, nothing.len()), (200, 0), "{path}");
        for field in ["content-length", "content-type", "etag", "last-modified", "accept-ranges", "cache-control"] {
            assert_eq!(head.field(field), get.field(field), "{path} {field}");
        }
        assert_eq!(head.length(), body.len(), "{path}");
    }
}

#[test]
fn a_sound_is_served_as_players_want_it() {
    let scene = start();
    let (answer, body) = get(&scene, &scene.sound_path(), "Range: bytes=-5\r\n");
    assert_eq!((answer.status, &body[..]), (206, &scene.sound[scene.sound.len() - 5..]));
    for (field, value) in [
        ("content-range", "bytes 9999995-9999999/10000000"),
        ("content-type", "audio/mpeg"),
        ("accept-ranges", "bytes"),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("access-control-allow-origin", "*"),
        ("x-content-type-options", "nosniff"),
        ("last-modified", CHANGED),
    ] {
        assert_eq!(answer.field(field), value, "{field}");
    }
    let tag = answer.field("etag").to_string();
    let if_range = |tag: &str| get(&scene, &scene.sound_path(), &format!("Range: bytes=0-1\r\nIf-Range: {tag}\r\n"));
    assert_eq!((if_range(&tag).0.status, if_range("\"other\"").0.status), (206, 200));
}

#[test]
fn only_what_is_published_is_there() {
    let scene = start();
    let hash = Sha256::of(scene.sound);
    let unknown = Sha256::of(b"unpublished");
    for path in [
        format!("/m/{unknown}/one.mp3"),
        format!("/m/{hash}/one.wav"),
        format!("/m/{hash}/two.mp3"),
        format!("/m/{hash}/"),
        format!("/m/{hash}"),
        format!("/m/{hash}/..%2f..%2fetc%2fpasswd"),
        format!("/m/{hash}/%ff%fe"),
        format!("/m/{hash}/one.mp3/more"),
        "/podcasts/other/rss/".into(),
        "/podcasts/../rss/".into(),
        "/nothing".into(),
    ] {
        let (answer, body) = get(&scene, &path, "");
        assert_eq!((answer.status, &body[..]), (404, &b"There is nothing at this address.\n"[..]), "{path}");
        assert_eq!(answer.field("cache-control"), "no-store", "{path}: it may be there the next minute");
    }
    assert_eq!(get(&scene, "/podcasts/stair/rss", "").0.field("location"), "rss/");
    assert_eq!(scene.entries(), [], "none of this is a delivery");
}

#[test]
fn other_methods_are_refused_in_words() {
    let scene = start();
    for path in [FEED_PATH, &scene.sound_path(), "/healthz"] {
        for method in ["POST", "PUT", "DELETE", "PATCH", "BREW"] {
            let (answer, body) = ask(&scene, method, path, "Content-Length: 0\r\n");
            assert_eq!((answer.status, answer.field("allow")), (405, "GET, HEAD"), "{method} {path}");
            assert!(body.starts_with(b"This address can only be read"), "{method} {path}");
        }
    }
    let (answer, _) = ask(&scene, "OPTIONS", &scene.sound_path(), "Origin: https://example.org\r\n");
    assert_eq!((answer.status, answer.field("access-control-allow-headers").contains("range")), (204, true));
}

#[test]
fn a_publication_is_seen_at_once_and_a_withdrawal_too() {
    let scene = start();
    let old = get(&scene, FEED_PATH, "").0.field("etag").to_string();
    assert_eq!(get(&scene, &scene.sound_path(), "Range: bytes=0-1\r\n").0.status, 206, "and the file is open now");
    scene.state.show(Arc::new(scene.catalogue("<rss>changed</rss>")));
    let (answer, body) = get(&scene, FEED_PATH, &format!("If-None-Match: {old}\r\n"));
    assert_eq!((answer.status, &body[..]), (200, &b"<rss>changed</rss>"[..]));
    scene.state.show(Arc::new(Catalogue::default()));
    assert_eq!(get(&scene, FEED_PATH, "").0.status, 404);
    assert_eq!(get(&scene, &scene.sound_path(), "Range: bytes=0-1\r\n").0.status, 404);
}

#[test]
fn a_published_file_that_is_lost_or_short_is_not_served_wrong() {
    let scene = start();
    std::fs::File::options().write(true).open(&scene.sound_file).unwrap().set_len(5).unwrap();
    assert_eq!(get(&scene, &scene.sound_path(), "").0.status, 503);
    std::fs::remove_file(&scene.sound_file).unwrap();
    assert_eq!(get(&scene, &scene.sound_path(), "").0.status, 503);
    assert_eq!(ask(&scene, "HEAD", &scene.sound_path(), "").0.status, 200, "the catalogue knows what it is");
}

/// Asks for ten bytes of the sound, with header lines, and returns the rows.
fn rows(networks: Networks, requests: &[&str]) -> (Vec<Row>, Scene) {
    let mut scene = start_with(ConnOptions::default(), networks, Router::new());
    for lines in requests {
        get(&scene, &scene.sound_path(), &format!("Range: bytes=0-9\r\n{lines}"));
    }
    (scene.stop(), scene)
}

const SALT: [u8; 32] = *b"0123456789abcdef0123456789abcdef";

fn networks(list: &[&str]) -> Vec<ipnet::IpNet> {
    list.iter().map(|text| parse_network(text).unwrap()).collect()
}

#[test]
fn a_row_knows_the_agent_and_the_referring_host_but_no_address() {
    let agent = "AntennaPod/3.5.0 (Linux; 日本)";
    let (rows, scene) = rows(
        Networks::default(),
        &[&format!("User-Agent: {agent}\r\nReferer: https://Example.org/secret?x=1\r\n"), ""],
    );
    let loopback = "127.0.0.1".parse().unwrap();
    assert_eq!((rows[0].agent.as_str(), rows[0].referrer.as_str()), (agent, "example.org"));
    assert_eq!(rows[0].listener, listener::listener(&SALT, loopback, agent));
    assert_eq!(rows[0].address, listener::address(&SALT, loopback));
    assert_eq!(rows[1].agent, "");
    assert_eq!((rows[0].flags, rows[0].range, rows[0].sent), (Flags::default(), Some(10), 10));
    let folder = scene.folder.join("log/n1");
    for file in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for trace in [&b"127.0.0.1"[..], &[127, 0, 0, 1], b"secret"] {
            assert!(!bytes.windows(trace.len()).any(|window| window == trace), "{trace:?} is in the log");
        }
    }
}

#[test]
fn a_proxy_is_believed_only_when_it_is_known() {
    let forwarded = ["X-Forwarded-For: 9.9.9.9, 198.51.100.7\r\n"];
    let (stranger, _) = rows(Networks::default(), &forwarded);
    let loopback = "127.0.0.1".parse().unwrap();
    assert_eq!((stranger[0].address, stranger[0].flags.proxied), (listener::address(&SALT, loopback), false));
    let trusted = Networks { trusted_proxies: networks(&["127.0.0.0/8"]), ..Networks::default() };
    let split = "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-For: 198.51.100.7\r\n";
    let (known, _) = rows(trusted, &[forwarded[0], split]);
    for row in known {
        let client = "198.51.100.7".parse().unwrap();
        assert_eq!((row.address, row.flags.proxied), (listener::address(&SALT, client), true));
    }
}

#[test]
fn lists_of_addresses_become_flags() {
    let lists = Networks {
        trusted_proxies: networks(&["127.0.0.1"]),
        exclude: networks(&["198.51.100.0/24"]),
        allow: networks(&["198.51.100.9"]),
        countries: None,
    };
    let from = |last: u8| format!("X-Forwarded-For: 198.51.100.{last}\r\n");
    let (rows, _) = rows(lists, &[&from(7), &from(9), "X-Forwarded-For: 192.0.2.1\r\n"]);
    let flags: Vec<_> = rows.iter().map(|row| (row.flags.excluded, row.flags.allowed)).collect();
    assert_eq!(flags, [(true, false), (true, true), (false, false)]);
}

#[test]
fn a_day_without_salt_is_served_and_its_rows_are_counted_as_lost() {
    let mut scene = start();
    scene.clock.advance(86_400_000);
    assert_eq!(get(&scene, &scene.sound_path(), "Range: bytes=0-9\r\n").1.len(), 10);
    assert_eq!(scene.state.logbook().lost(), 1);
    scene.salts.insert("2026-11-21", [7; 32]);
    get(&scene, &scene.sound_path(), "Range: bytes=0-9\r\n");
    assert_eq!(scene.stop().len(), 1);
}

#[test]
fn pictures_are_not_noted() {
    let mut scene = start();
    let picture = format!("/m/{}/cover.jpg", Sha256::of(b"picture").short());
    let (answer, body) = get(&scene, &picture, "");
    assert_eq!((answer.field("content-type"), &body[..]), ("image/jpeg", &b"picture"[..]));
    assert_eq!(scene.stop(), []);
}
