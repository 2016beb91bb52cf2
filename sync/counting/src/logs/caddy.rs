//! Caddy's access log, one JSON object per line, as its default encoder writes it. The time is that of the answer's end.

use super::hit::{Hit, content_range, path_of, row_of};
use super::{LATEST_MS, Skip};
use hearthcast_model::clock::parse_rfc3339;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

#[derive(Deserialize)]
struct Entry {
    ts: Time,
    request: Request,
    status: u64,
    size: u64,
    #[serde(default)]
    duration: f64,
    #[serde(default)]
    resp_headers: Headers,
}

/// Seconds, or RFC 3339 where `time_format` says so.
#[derive(Deserialize)]
#[serde(untagged)]
enum Time {
    Seconds(f64),
    Text(String),
}

#[derive(Deserialize)]
struct Request {
    client_ip: Option<String>,
    remote_ip: Option<String>,
    remote_addr: Option<String>,
    method: String,
    uri: String,
    #[serde(default)]
    headers: Headers,
}

#[derive(Deserialize, Default)]
struct Headers(BTreeMap<String, Vec<String>>);

impl Headers {
    /// All lines of a field, joined.
    fn get(&self, name: &str) -> Option<String> {
        let found = self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, lines)| lines.join(","));
        found.filter(|text| !text.is_empty())
    }
}

/// Reads a line.
pub(super) fn read(line: &str) -> Result<Hit, Skip> {
    let entry: Entry = serde_json::from_str(line).map_err(|_| Skip::Garbage)?;
    let end_ms = match &entry.ts {
        Time::Seconds(seconds) => milliseconds(*seconds),
        Time::Text(text) => parse_rfc3339(text),
    };
    let start_ms = end_ms.zip(milliseconds(entry.duration)).map(|(end, taken)| end - taken);
    let start_ms = start_ms.filter(|ms| (0..LATEST_MS).contains(ms)).ok_or(Skip::Impossible)?;
    let request = entry.request;
    Ok(Hit {
        start_ms,
        peer: address(&request).ok_or(Skip::Impossible)?,
        forwarded: request.headers.get("x-forwarded-for"),
        path: path_of(&request.uri),
        method: request.method,
        status: u16::try_from(entry.status).map_err(|_| Skip::Impossible)?,
        range: request.headers.get("range"),
        part: entry.resp_headers.get("content-range").as_deref().and_then(content_range),
        bytes: entry.size,
        with_head: None,
        agent: request.headers.get("user-agent").unwrap_or_default(),
        referrer: request.headers.get("referer"),
        row: row_of(line),
    })
}

/// Who connected; where Caddy itself knows the proxies before it, whom they spoke for.
fn address(request: &Request) -> Option<IpAddr> {
    if let Some(ip) = request.client_ip.as_ref().or(request.remote_ip.as_ref()) {
        return ip.parse().ok();
    }
    request.remote_addr.as_ref()?.parse::<SocketAddr>().ok().map(|socket| socket.ip())
}

fn milliseconds(seconds: f64) -> Option<i64> {
    (0.0..4_102_444_800.0).contains(&seconds).then(|| (seconds * 1000.0).round() as i64)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The example of Caddy's page "How logging works", with a part of a file asked for.
    pub(in super::super) const LINE: &str = r#"{"level":"info","ts":1795168800.25,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"127.0.0.1","remote_port":"63675","client_ip":"192.0.2.9","proto":"HTTP/2.0","method":"GET","host":"localhost","uri":"/media/a.mp3?x=1","headers":{"User-Agent":["curl/7.68.0"],"Accept":["*/*"],"Range":["bytes=100-"],"Referer":["https://example.org/"]},"tls":{"resumed":false,"version":771,"cipher_suite":49196,"proto":"h2","server_name":"example.com"}},"bytes_read":0,"user_id":"","duration":0.25,"size":10900,"status":206,"resp_headers":{"Server":["Caddy"],"Content-Range":["bytes 100-10999/11000"]}}"#;

    #[test]
    fn the_documented_fields_are_read() {
        let hit = read(LINE).unwrap();
        assert_eq!((hit.start_ms, hit.peer.to_string().as_str()), (1_795_168_800_000, "192.0.2.9"));
        assert_eq!((hit.path.as_str(), hit.status, hit.bytes), ("/media/a.mp3", 206, 10_900));
        assert_eq!((hit.range.as_deref(), hit.part), (Some("bytes=100-"), Some((100, 10_999))));
        assert_eq!((hit.agent.as_str(), hit.referrer.as_deref()), ("curl/7.68.0", Some("https://example.org/")));
    }

    #[test]
    fn older_and_other_writings_are_read() {
        let old = LINE
            .replace(r#""client_ip":"192.0.2.9","#, "")
            .replace(r#""remote_ip":"127.0.0.1""#, r#""remote_addr":"[2001:db8::1]:80""#);
        assert_eq!(read(&old).unwrap().peer.to_string(), "2001:db8::1");
        let text = LINE.replace("1795168800.25", "\"2026-11-20T11:00:00.250+01:00\"");
        assert_eq!(read(&text).unwrap().start_ms, 1_795_168_800_000);
    }

    #[test]
    fn what_cannot_be_is_named() {
        let with = |from: &str, to: &str| read(&LINE.replacen(from, to, 1)).map(drop);
        assert_eq!(with("192.0.2.9", "x"), Err(Skip::Impossible));
        assert_eq!(with("1795168800.25", "-5"), Err(Skip::Impossible));
        assert_eq!(with("1795168800.25", "1e300"), Err(Skip::Impossible));
        assert_eq!(with(r#""status":206"#, r#""status":70000"#), Err(Skip::Impossible));
        assert_eq!(with(r#""size":10900"#, r#""size":-1"#), Err(Skip::Garbage));
        assert_eq!(with(r#""size":10900,"#, ""), Err(Skip::Garbage));
        assert_eq!(read(r#"{"level":"info","msg":"serving initial configuration"}"#), Err(Skip::Garbage));
        assert_eq!(read(&"[".repeat(10_000)), Err(Skip::Garbage));
    }
}
