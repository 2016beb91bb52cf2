//! The whole decision, case by case from RFC 9110 §13 and §14.

#![expect(clippy::unwrap_used, reason = "a part of the scene that breaks is a failed test")]

use hearthcast_serve::{Answer, Representation, RequestFacts, answer};
use http::{HeaderMap, Method};

const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const LATER: &str = "Mon, 07 Nov 1994 08:49:37 GMT";
const EARLIER: &str = "Sat, 05 Nov 1994 08:49:37 GMT";

fn file() -> Representation {
    // RFC 9110 §5.6.7's instant, with milliseconds, which Last-Modified cannot carry.
    Representation::new(10_000, "abc", 784_111_777_400, "audio/mpeg", "public, max-age=31536000, immutable").unwrap()
}

fn ask(method: Method, fields: &[(&'static str, &str)]) -> Answer {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        headers.insert(*name, value.parse().unwrap());
    }
    answer(&RequestFacts::of(&method, &headers), &file())
}

fn get(fields: &[(&'static str, &str)]) -> Answer {
    ask(Method::GET, fields)
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[test]
fn whole_file() {
    let answer = get(&[]);
    assert_eq!((answer.status.as_u16(), answer.body.clone()), (200, Some(0..10_000)));
    for (name, value) in [
        ("content-length", "10000"),
        ("content-type", "audio/mpeg"),
        ("accept-ranges", "bytes"),
        ("etag", "\"abc\""),
        ("last-modified", DATE),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("content-range", ""),
    ] {
        assert_eq!(header(&answer, name), value, "{name}");
    }
}

#[test]
fn ranges() {
    for (range, status, content_range, length, body) in [
        ("bytes=0-499", 206, "bytes 0-499/10000", "500", Some(0..500)),
        ("bytes=-500", 206, "bytes 9500-9999/10000", "500", Some(9500..10_000)),
        ("bytes=9500-", 206, "bytes 9500-9999/10000", "500", Some(9500..10_000)),
        ("bytes=0-", 206, "bytes 0-9999/10000", "10000", Some(0..10_000)),
        ("bytes=0-1", 206, "bytes 0-1/10000", "2", Some(0..2)),
        ("bytes=10000-", 416, "bytes */10000", "0", None),
        ("bytes=-0", 416, "bytes */10000", "0", None),
        ("bytes=5-3", 200, "", "10000", Some(0..10_000)),
        ("chapters=1-2", 200, "", "10000", Some(0..10_000)),
        ("bytes=0-0,-1", 200, "", "10000", Some(0..10_000)),
    ] {
        let answer = get(&[("range", range)]);
        assert_eq!(answer.status.as_u16(), status, "{range}");
        assert_eq!(header(&answer, "content-range"), content_range, "{range}");
        assert_eq!(header(&answer, "content-length"), length, "{range}");
        assert_eq!(answer.body, body, "{range}");
        if status == 206 {
            assert_eq!(header(&answer, "content-type"), "audio/mpeg", "type also on 206");
            assert_eq!(header(&answer, "etag"), "\"abc\"");
        }
        if status == 416 {
            assert_eq!(header(&answer, "cache-control"), "", "a refusal is not kept for a year");
        }
    }
}

#[test]
fn head_is_the_get_without_its_body_and_without_ranges() {
    for fields in [vec![], vec![("range", "bytes=0-1")], vec![("range", "bytes=99999-")]] {
        let head = ask(Method::HEAD, &fields);
        assert_eq!((head.status.as_u16(), head.body.clone()), (200, None), "RFC 9110 §14.2: Range is for GET");
        assert_eq!(head.headers, get(&[]).headers);
    }
    assert_eq!(ask(Method::HEAD, &[("if-none-match", "\"abc\"")]).status, 304);
}

#[test]
fn preconditions() {
    for (fields, status) in [
        (vec![("if-none-match", "\"abc\"")], 304),
        (vec![("if-none-match", "W/\"abc\"")], 304),
        (vec![("if-none-match", "\"x\", \"abc\"")], 304),
        (vec![("if-none-match", "*")], 304),
        (vec![("if-none-match", "\"x\"")], 200),
        (vec![("if-none-match", "\"x\""), ("if-modified-since", LATER)], 200),
        (vec![("if-none-match", "\"abc\""), ("if-modified-since", EARLIER)], 304),
        (vec![("if-modified-since", DATE)], 304),
        (vec![("if-modified-since", LATER)], 304),
        (vec![("if-modified-since", EARLIER)], 200),
        (vec![("if-modified-since", "not a date")], 200),
        (vec![("if-match", "\"abc\"")], 200),
        (vec![("if-match", "W/\"abc\"")], 412),
        (vec![("if-match", "\"x\"")], 412),
        (vec![("if-match", "\"x\""), ("if-none-match", "\"abc\"")], 412),
        (vec![("if-unmodified-since", EARLIER)], 412),
        (vec![("if-unmodified-since", DATE)], 200),
        (vec![("if-none-match", "\"abc\""), ("range", "bytes=0-1")], 304),
    ] {
        assert_eq!(get(&fields).status.as_u16(), status, "{fields:?}");
    }
    let unmodified = get(&[("if-none-match", "\"abc\"")]);
    assert_eq!(unmodified.body, None);
    assert_eq!(header(&unmodified, "etag"), "\"abc\"");
    assert_eq!(header(&unmodified, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header(&unmodified, "content-length"), "", "a 304 has no length of its own");
}

#[test]
fn if_range_needs_the_very_same_file() {
    for (validator, status) in [
        ("\"abc\"", 206),
        ("W/\"abc\"", 200),
        ("\"x\"", 200),
        ("abc", 200),
        (DATE, 206),
        (LATER, 200),
        (EARLIER, 200),
        ("", 200),
    ] {
        assert_eq!(get(&[("range", "bytes=0-1"), ("if-range", validator)]).status.as_u16(), status, "{validator}");
    }
    assert_eq!(get(&[("range", "bytes=99999-"), ("if-range", "\"x\"")]).status, 200, "no range, so no 416");
    assert_eq!(get(&[("if-range", "\"abc\"")]).status, 200);
}

#[test]
fn other_methods_are_refused_with_allow() {
    let answer = ask(Method::POST, &[]);
    assert_eq!((answer.status.as_u16(), header(&answer, "allow")), (405, "GET, HEAD"));
}
