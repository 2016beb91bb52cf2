//! nginx's `combined`, which Apache writes, too, and further fields behind it, in any order: what each of them is is
//! told by its looks. The time is that of the answer's end; with `$request_time` its start is known.

use super::hit::{Hit, content_range, path_of, row_of};
use super::text::{backslash_decoded, clf_time, fields, number, present, seconds};
use super::{LATEST_MS, Skip};
use std::net::IpAddr;

const ADDRESS: usize = 0;
const TIME: usize = 3;
const REQUEST: usize = 4;
const STATUS: usize = 5;
const BYTES: usize = 6;
const REFERRER: usize = 7;
const AGENT: usize = 8;

/// What may stand behind the agent.
#[derive(Default)]
struct More {
    /// `$request_time`: `0.250`, also as `rt=0.250`.
    taken_ms: i64,
    /// `"$http_range"`: `bytes=0-`.
    range: Option<String>,
    /// `"$sent_http_content_range"`: `bytes 0-99/1000`.
    part: Option<(u64, u64)>,
    /// `"$http_x_forwarded_for"`.
    forwarded: Option<String>,
}

/// Reads a line.
pub(super) fn read(line: &str) -> Result<Hit, Skip> {
    let fields = fields(line).filter(|fields| fields.len() > AGENT).ok_or(Skip::Garbage)?;
    let end_ms = clf_time(fields[TIME]).ok_or(Skip::Garbage)?;
    let more = more(&fields[AGENT + 1..]);
    let start_ms = end_ms - more.taken_ms;
    if !(0..LATEST_MS).contains(&start_ms) {
        return Err(Skip::Impossible);
    }
    let request = backslash_decoded(fields[REQUEST]);
    let mut request = request.split(' ');
    Ok(Hit {
        start_ms,
        peer: fields[ADDRESS].parse().map_err(|_| Skip::Impossible)?,
        forwarded: more.forwarded,
        method: request.next().unwrap_or_default().to_owned(),
        path: path_of(request.next().unwrap_or_default()),
        status: fields[STATUS].parse().map_err(|_| Skip::Impossible)?,
        range: more.range,
        part: more.part,
        bytes: present(fields[BYTES]).map_or(Some(0), number).ok_or(Skip::Impossible)?,
        with_head: None,
        agent: present(fields[AGENT]).map(backslash_decoded).unwrap_or_default(),
        referrer: present(fields[REFERRER]).map(backslash_decoded),
        row: row_of(line),
    })
}

fn more(fields: &[&str]) -> More {
    let mut more = More::default();
    for field in fields.iter().filter_map(|field| present(field)) {
        let value = field.rsplit('=').next().unwrap_or(field);
        if let Some(part) = content_range(field) {
            more.part = Some(part);
        } else if field.len() > 6 && field.get(..6).is_some_and(|unit| unit.eq_ignore_ascii_case("bytes=")) {
            more.range = Some(field.to_owned());
        } else if is_chain(field) {
            more.forwarded = Some(field.to_owned());
        } else if let Some(taken_ms) = value.contains('.').then(|| seconds(value)).flatten() {
            more.taken_ms = taken_ms;
        }
    }
    more
}

/// Whether a field is a chain of proxies: it has an address in it.
fn is_chain(field: &str) -> bool {
    field.split(',').any(|hop| hop.trim().parse::<IpAddr>().is_ok())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) const LINE: &str = r#"192.0.2.7 - - [20/Nov/2026:10:00:00 +0000] "GET /media/a.mp3?x=1 HTTP/1.1" 206 4840 "-" "AntennaPod/3.4.0 \x22beta\x22" 0.250 "bytes=100-" "198.51.100.1, 10.0.0.1" f1d2d2f924e986ac86fdf7b36c94bcdf"#;

    #[test]
    fn combined_is_read_with_what_stands_behind_it() {
        let hit = read(LINE).unwrap();
        assert_eq!((hit.start_ms, hit.peer.to_string().as_str()), (1_795_168_799_750, "192.0.2.7"));
        assert_eq!((hit.method.as_str(), hit.path.as_str(), hit.status, hit.bytes), ("GET", "/media/a.mp3", 206, 4840));
        assert_eq!((hit.agent.as_str(), hit.referrer), ("AntennaPod/3.4.0 \"beta\"", None));
        assert_eq!(
            (hit.range.as_deref(), hit.forwarded.as_deref()),
            (Some("bytes=100-"), Some("198.51.100.1, 10.0.0.1"))
        );
    }

    #[test]
    fn combined_alone_is_enough() {
        let plain = r#"2001:db8::7 - anna [20/Nov/2026:11:00:00 +0100] "HEAD http://example.org/a.mp3 HTTP/1.1" 200 - "https://example.org/" "-""#;
        let hit = read(plain).unwrap();
        assert_eq!((hit.start_ms, hit.method.as_str(), hit.path.as_str()), (1_795_168_800_000, "HEAD", "a.mp3"));
        assert_eq!((hit.bytes, hit.agent.as_str(), hit.referrer.as_deref()), (0, "", Some("https://example.org/")));
        assert_eq!((hit.range, hit.part, hit.forwarded), (None, None, None));
    }

    #[test]
    fn further_fields_are_told_by_their_looks() {
        let with = |more: &str| read(&format!("{} {more}", LINE.split_once(" 0.250").unwrap().0)).unwrap();
        assert_eq!(with(r#""bytes 5-9/100""#).part, Some((5, 9)));
        assert_eq!(with("rt=1.5").start_ms, 1_795_168_798_500);
        assert_eq!(with("1795168800.123 -").start_ms, 1_795_168_800_000, "$msec is no length of time");
        assert_eq!(with(r#""some words" 7 x=y"#).range, None);
    }

    #[test]
    fn what_cannot_be_is_named() {
        let with = |from: &str, to: &str| read(&LINE.replacen(from, to, 1)).map(drop);
        assert_eq!(with("192.0.2.7", "unix:"), Err(Skip::Impossible));
        assert_eq!(with("4840", "18446744073709551616"), Err(Skip::Impossible));
        assert_eq!(with("2026", "1960"), Err(Skip::Impossible));
        assert_eq!(with("Nov", "Nob"), Err(Skip::Garbage));
        assert_eq!(read(r#"192.0.2.7 - - [20/Nov/2026:10:00:00 +0000] "GET"#), Err(Skip::Garbage));
        let binary = r#"192.0.2.7 - - [20/Nov/2026:10:00:00 +0000] "\x16\x03\x01" 400 157 "-" "-""#;
        assert_eq!(read(binary).unwrap().path, "", "a request that was none asks for no file");
    }
}
