//! What a listener's requests to a probe's file showed. Pure: the answers are given.

use super::Findings;
use crate::StorageError;
use hearthcast_fetch::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap,
};
use hearthcast_fetch::{Answer, HttpStatus};
use hearthcast_model::Error;
use hearthcast_model::probe::{ProbeCheck, ProbeLine, ProbeOutcome};

/// Where the range begins that is asked for.
pub(super) const FROM: u64 = 10;

/// Its last byte.
pub(super) const TO: u64 = 109;

/// Looks at the answers to a HEAD and to a range of a file that holds `bytes`. `severity` is what an address that does not
/// work means for this kind of place.
pub(super) fn look(
    findings: &mut Findings,
    bytes: &[u8],
    url: &str,
    head: Result<Answer, StorageError>,
    range: Result<Answer, StorageError>,
    severity: ProbeOutcome,
) {
    let line = |findings: &mut Findings, check, outcome, message: String, hint: &str| {
        findings.lines.push(ProbeLine { check, outcome, message, hint: hint.into() });
    };
    let head = match head {
        Ok(head) => head,
        Err(error) => {
            let error = Error::from(error);
            line(findings, ProbeCheck::Public, severity, error.message, &error.hint);
            return;
        }
    };
    findings.closed = matches!(head.status, HttpStatus::UNAUTHORIZED | HttpStatus::FORBIDDEN);
    if let Some(why) = not_reached(&head, bytes.len()) {
        let message = format!("Listeners do not get {url}: {why}.");
        line(
            findings,
            ProbeCheck::Public,
            severity,
            message,
            "Check the public address, and that everybody may read there.",
        );
        return;
    }
    line(findings, ProbeCheck::Public, ProbeOutcome::Good, "Listeners reach what is written.".into(), "");
    match range {
        Ok(answer) if is_the_range(&answer, bytes) => {
            findings.abilities.public_ranges = true;
            findings.good(ProbeCheck::PublicRanges, "Listeners get parts of a file.");
        }
        Ok(answer) => findings.lines.push(ProbeLine {
            check: ProbeCheck::PublicRanges,
            outcome: severity,
            message: format!("A part of {url} was asked for, and the answer was {}.", answer.status),
            hint:
                "Podcast apps ask for parts of a file; what stands before the storage must let such requests through."
                    .into(),
        }),
        Err(error) => findings.failed(ProbeCheck::PublicRanges, error),
    }
    match header(&head.headers, ACCESS_CONTROL_ALLOW_ORIGIN.as_str()) {
        Some("*" | "https://player.example.org") => {
            findings.good(ProbeCheck::Cors, "Players on other people's web pages may read it.");
        }
        _ => findings.advisory(
            ProbeCheck::Cors,
            "Players on other people's web pages may not read chapters and transcripts.",
            "Allow all origins to read (CORS) in the storage's settings; podcast apps do not need it.",
        ),
    }
}

fn not_reached(head: &Answer, length: usize) -> Option<String> {
    if head.status != HttpStatus::OK {
        return Some(format!("the answer is {}", head.status));
    }
    if header(&head.headers, CONTENT_LENGTH.as_str()) != Some(length.to_string().as_str()) {
        return Some("the length is another one".into());
    }
    let web_page = header(&head.headers, CONTENT_TYPE.as_str()).is_some_and(|kind| kind.starts_with("text/html"));
    let packed = header(&head.headers, CONTENT_ENCODING.as_str()).is_some_and(|coding| coding != "identity");
    match (web_page, packed) {
        (true, _) => Some("a web page comes instead".into()),
        (_, true) => Some("something on the way packs it".into()),
        _ => None,
    }
}

fn is_the_range(answer: &Answer, bytes: &[u8]) -> bool {
    let wanted = format!("bytes {FROM}-{TO}/{}", bytes.len());
    answer.status == HttpStatus::PARTIAL_CONTENT
        && header(&answer.headers, "content-range") == Some(wanted.as_str())
        && answer.body == bytes[FROM as usize..=TO as usize]
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
