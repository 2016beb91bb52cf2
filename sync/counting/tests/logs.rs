//! Every case of tests/fixtures/counting written as the logs of four other servers, where their format can carry it, and
//! counted from there: the same numbers. The writers here follow the formats' documentation, not the readers.

#![expect(clippy::unwrap_used, reason = "a broken fixture is a failed test")]

use hearthcast_counting::agents::Classifier;
use hearthcast_counting::count_log;
use hearthcast_counting::logs::Format;
use hearthcast_counting::range::asked;
use hearthcast_model::clock::{parse_rfc3339, rfc3339};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn cases() -> BTreeMap<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/counting");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let json = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
    let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let read = |path: std::path::PathBuf| {
        (name(&path), serde_json::from_str::<Value>(&std::fs::read_to_string(path).unwrap()).unwrap())
    };
    json.map(read).filter(|(_, case)| case.get("requests").is_some()).collect()
}

/// A request of a case, as a log could know it.
struct Asked {
    start_ms: i64,
    path: String,
    ip: String,
    xff: Option<String>,
    ua: Option<String>,
    method: String,
    status: u64,
    range: Option<String>,
    first: u64,
    sent: u64,
    /// Bytes of the answer if it arrives whole.
    whole: u64,
    size: u64,
    referer: Option<String>,
    id: String,
}

fn asked_of(case: &Value) -> Vec<Asked> {
    let requests = case["requests"].as_array().unwrap().iter().enumerate();
    let text = |request: &Value, key: &str| request[key].as_str().map(str::to_owned);
    let read = |(index, request): (usize, &Value)| {
        let (path, range) = (text(request, "media").unwrap(), text(request, "range"));
        let size = case["media"][&path]["size"].as_u64().unwrap();
        let status = request["status"].as_u64().unwrap();
        let part = range.as_deref().filter(|_| status == 206).and_then(|range| asked(range, size));
        let method = text(request, "method").unwrap();
        Asked {
            start_ms: parse_rfc3339(request["t"].as_str().unwrap()).unwrap(),
            ip: text(request, "ip").unwrap(),
            xff: text(request, "xff"),
            ua: text(request, "ua"),
            whole: if method == "HEAD" { 0 } else { part.unwrap_or(size) },
            method,
            status,
            first: request["start"].as_u64().unwrap_or(0),
            sent: request["sent"].as_u64().unwrap(),
            size,
            referer: text(request, "referer"),
            id: request.get("id").map_or_else(|| format!("n{index}"), ToString::to_string),
            path,
            range,
        }
    };
    requests.map(read).collect()
}

impl Asked {
    /// The Content-Range of the answer, where it is a part.
    fn part(&self) -> Option<(u64, u64)> {
        (self.status == 206 && self.whole > 0).then(|| (self.first, self.first + self.whole - 1))
    }

    fn clf(&self, at_ms: i64) -> String {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let text = rfc3339(at_ms);
        let month = MONTHS[text[5..7].parse::<usize>().unwrap() - 1];
        format!("{}/{month}/{}:{} +0000", &text[8..10], &text[..4], &text[11..19])
    }

    fn nginx(&self) -> Option<String> {
        let end_ms = (self.start_ms + 999).div_euclid(1000) * 1000;
        let escaped = |text: &Option<String>| {
            text.as_deref()
                .map_or("-".into(), |t| t.replace('\\', r"\x5C").replace('"', r"\x22").replace('\t', r"\x09"))
        };
        let part = self.part().map_or("-".into(), |(first, last)| format!("bytes {first}-{last}/{}", self.size));
        Some(format!(
            r#"{} - - [{}] "{} /{} HTTP/1.1" {} {} "{}" "{}" {:.3} "{}" "{part}" "{}" {}"#,
            self.ip,
            self.clf(end_ms),
            self.method,
            self.path,
            self.status,
            self.sent,
            escaped(&self.referer),
            escaped(&self.ua),
            (end_ms - self.start_ms) as f64 / 1000.0,
            escaped(&self.range),
            escaped(&self.xff),
            self.id.replace(['"', ' '], "")
        ))
    }

    fn caddy(&self) -> Option<String> {
        let mut headers = serde_json::Map::new();
        for (name, value) in [
            ("User-Agent", &self.ua),
            ("Range", &self.range),
            ("Referer", &self.referer),
            ("X-Forwarded-For", &self.xff),
        ] {
            value.iter().for_each(|value| drop(headers.insert(name.into(), json!([value]))));
        }
        let mut answer = json!({"Server": ["Caddy"]});
        if let Some((first, last)) = self.part() {
            answer["Content-Range"] = json!([format!("bytes {first}-{last}/{}", self.size)]);
        }
        Some(json!({
            "level": "info", "ts": (self.start_ms + 250) as f64 / 1000.0, "logger": "http.log.access", "msg": "handled request",
            "request": {"remote_ip": self.ip, "remote_port": "5", "client_ip": self.ip, "proto": "HTTP/2.0", "method": self.method,
                "host": "h", "uri": format!("/{}", self.path), "headers": headers},
            "bytes_read": 0, "user_id": self.id, "duration": 0.25, "size": self.sent, "status": self.status, "resp_headers": answer,
        }).to_string())
    }

    /// Bytes with the head: of a whole answer a usual one, of a cut one the longest the reader expects.
    fn cloudfront(&self) -> Option<String> {
        let bytes = if self.sent >= self.whole { self.whole + 431 } else { self.sent + 1_000 };
        let exact = if self.sent >= self.whole {
            self.sent == self.whole || self.sent > self.size
        } else {
            bytes <= self.whole
        };
        let tiny_but_whole = self.status == 200 && self.range.is_some();
        if (tiny_but_whole || !exact) && self.method == "GET" && matches!(self.status, 200 | 206) {
            return None;
        }
        let escaped = |text: &Option<String>| {
            text.as_deref().map_or("-".into(), |t| {
                t.replace('%', "%25").replace(' ', "%20").replace('"', "%22").replace('\t', "%09")
            })
        };
        let end = rfc3339(self.start_ms.div_euclid(1000) * 1000 + 1000);
        let taken = (1000 - self.start_ms.rem_euclid(1000)) as f64 / 1000.0;
        let (first, last) = self.part().map_or(("-".into(), "-".into()), |(a, b)| (a.to_string(), b.to_string()));
        Some(format!(
            "{}\t{}\tFRA2\t{bytes}\t{}\t{}\td.cloudfront.net\t/{}\t{}\t{}\t{}\t-\t-\tHit\t{}\td.cloudfront.net\thttps\t23\t{taken:.3}\t{}\tTLSv1.3\tX\tHit\tHTTP/2.0\t-\t-\t1\t0.001\tHit\taudio/mpeg\t{}\t{first}\t{last}",
            &end[..10],
            &end[11..19],
            self.ip,
            self.method,
            self.path,
            self.status,
            escaped(&self.referer),
            escaped(&self.ua),
            self.id,
            escaped(&self.xff),
            self.whole,
        ))
    }

    fn s3(&self) -> Option<String> {
        let kept = self.method == "GET" && matches!(self.status, 200 | 206);
        let tiny = self.range.as_deref().and_then(|range| asked(range, self.size)).is_some_and(|length| length <= 2);
        let placed = self.first == 0 && (!tiny || self.status == 206 && self.sent <= 2);
        if self.xff.is_some()
            || self.start_ms % 1000 != 0
            || kept && !placed
            || self.method != "GET" && self.method != "HEAD"
        {
            return None;
        }
        let plain = |text: &Option<String>| text.clone().unwrap_or("-".into());
        let bytes = if self.sent == 0 { "-".into() } else { self.sent.to_string() };
        Some(format!(
            r#"owner bucket [{}] {} - {} REST.{}.OBJECT {} "{} /{} HTTP/1.1" {} - {bytes} {} 7 6 "{}" "{}" - host= - TLS - b.s3.amazonaws.com TLSv1.2 - -"#,
            self.clf(self.start_ms),
            self.ip,
            self.id.replace(['"', ' '], ""),
            self.method,
            self.path,
            self.method,
            self.path,
            self.status,
            self.size,
            plain(&self.referer),
            plain(&self.ua),
        ))
    }

    fn line(&self, format: Format) -> Option<String> {
        // No server answers from beyond the end.
        if self.first > self.size {
            return None;
        }
        match format {
            Format::S3 => self.s3(),
            Format::CloudFront => self.cloudfront(),
            Format::Nginx => self.nginx(),
            Format::Caddy => self.caddy(),
        }
    }
}

/// The lines of a case; `None` when the format cannot carry one of its requests, or tell two of them apart or one.
fn written(case: &Value, format: Format) -> Option<Vec<String>> {
    let asked = asked_of(case);
    let lines = asked.iter().map(|asked| asked.line(format)).collect::<Option<Vec<_>>>()?;
    let ids: BTreeSet<&str> = asked.iter().map(|asked| asked.id.as_str()).collect();
    let same_line_same_id = lines.iter().collect::<BTreeSet<_>>().len() == ids.len();
    same_line_same_id.then_some(lines)
}

fn counted(case: &Value, format: Format, lines: &[String]) -> Value {
    let mut counted =
        count_log(case.clone(), format, lines.iter().map(String::as_str), &Classifier::default()).unwrap();
    assert_eq!(counted.as_object_mut().unwrap().remove("skipped").unwrap(), json!({}), "{format}: {lines:#?}");
    counted
}

#[test]
fn every_case_is_the_same_in_every_log_that_can_carry_it() {
    let mut carried = BTreeMap::<Format, usize>::new();
    let cases = cases();
    for (name, case) in &cases {
        // A log has no redirects in it: whoever redirects sees no bytes.
        if case["settings"]["mode"] == "redirect" || case["settings"]["user_agents"].is_string() {
            continue;
        }
        for format in Format::ALL {
            let Some(lines) = written(case, format) else { continue };
            *carried.entry(format).or_default() += 1;
            let shown = lines.join("\n");
            assert_eq!(counted(case, format, &lines), case["expect"], "{name} as {format}:\n{shown}");
            let reversed: Vec<String> = lines.iter().rev().cloned().collect();
            assert_eq!(counted(case, format, &reversed), case["expect"], "{name} as {format}, last line first");
            let mut twice = counted(case, format, &[lines.clone(), reversed].concat());
            let replays = twice["filtered"].as_object_mut().unwrap().remove("replayed_log_row").unwrap();
            let before = case["expect"]["filtered"]["replayed_log_row"].as_u64().unwrap_or(0);
            assert_eq!(replays, json!(before + lines.len() as u64), "{name} as {format}, twice");
            twice["filtered"]["replayed_log_row"] = json!(before);
            let mut expected = case["expect"].clone();
            expected["filtered"]["replayed_log_row"] = json!(before);
            assert_eq!(twice, expected, "{name} as {format}, twice");
        }
    }
    println!("{carried:?} of {}", cases.len());
    let at_least = [(Format::S3, 40), (Format::CloudFront, 60), (Format::Nginx, 70), (Format::Caddy, 70)];
    for (format, least) in at_least {
        assert!(carried[&format] >= least, "only {carried:?}");
    }
}
