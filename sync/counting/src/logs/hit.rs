//! A line that was read, in words that no format owns, and the delivery it stands for.

use super::text::percent_decoded;
use crate::rule::{Delivery, Flags, Method};
use crate::{address, listener, range, referrer};
use ipnet::IpNet;
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// Latest time believed: the start of the year 2100.
pub const LATEST_MS: i64 = 4_102_444_800_000;

/// Most bytes of one answer believed: a pebibyte.
pub const MOST_BYTES: u64 = 1 << 50;

/// Longest agent kept, in bytes, as in the server's own log.
const MAX_AGENT_BYTES: usize = 512;

/// Taken for the head of an answer that was cut, where a log counts head and body together. Real ones are shorter.
const HEAD_BYTES: u64 = 1_000;

/// A request for some file, as a log tells it. It holds the address, and so must not outlive the reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Start of the request, Unix milliseconds.
    pub start_ms: i64,
    /// Who connected.
    pub peer: IpAddr,
    /// `X-Forwarded-For`.
    pub forwarded: Option<String>,
    /// The method.
    pub method: String,
    /// The path or the key as it was logged, without the query.
    pub path: String,
    /// The status answered.
    pub status: u16,
    /// The `Range` header.
    pub range: Option<String>,
    /// First and last byte of the part that was answered, where the log tells it.
    pub part: Option<(u64, u64)>,
    /// Bytes sent.
    pub bytes: u64,
    /// Length of the whole answer's body, where `bytes` counts its head, too; `None`: `bytes` is the body alone.
    pub with_head: Option<Option<u64>>,
    /// The user agent.
    pub agent: String,
    /// The `Referer`, whole.
    pub referrer: Option<String>,
    /// The same for the same line, whichever file it stands in.
    pub row: String,
}

/// Networks that decide how a request is counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lists {
    /// Never counted.
    pub exclude: Vec<IpNet>,
    /// Always counted.
    pub allow: Vec<IpNet>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub proxies: Vec<IpNet>,
}

impl Hit {
    /// The delivery of a file called `media` of `size` bytes; the address ends here. `salt` is that of the UTC day.
    pub fn delivery(&self, media: &str, size: u64, salt: &[u8; 32], lists: &Lists) -> Delivery {
        let client = address::client(self.peer, self.forwarded.as_deref(), &lists.proxies);
        let mut agent = self.agent.clone();
        let listener = listener::listener(salt, client, &agent);
        agent.truncate(agent.floor_char_boundary(MAX_AGENT_BYTES));
        Delivery {
            row: self.row.clone(),
            start_ms: self.start_ms,
            media: media.to_owned(),
            listener,
            address: listener::address(salt, client),
            agent,
            method: Method::from(self.method.as_str()),
            status: self.status,
            range_len: self.asked(size),
            first_byte: self.first_byte(size),
            sent: self.delivered(size),
            referrer: self.referrer.as_deref().and_then(referrer::host),
            country: None,
            flags: Flags {
                excluded: address::listed(client, &lists.exclude),
                allowed: address::listed(client, &lists.allow),
                preview: false,
                redirected: false,
            },
        }
    }

    /// Bytes of the body that were sent of a file of `size` bytes. Where the head is counted, too, an answer that is
    /// longer than its body is whole, and of a cut one the longest head is taken off.
    pub fn delivered(&self, size: u64) -> u64 {
        let bytes = self.bytes.min(MOST_BYTES);
        let Some(told) = self.with_head else { return bytes };
        let part = self.part.map(|(first, last)| last.saturating_sub(first).saturating_add(1));
        match part.or(told).or((self.status == 200).then_some(size)) {
            Some(whole) if bytes > whole => whole,
            _ => bytes.saturating_sub(HEAD_BYTES),
        }
    }

    /// Where the answer began. A part whose place the log does not tell is taken for the beginning: two of them may be
    /// the same part, and what was sent twice counts once.
    fn first_byte(&self, size: u64) -> u64 {
        let told = self.part.map(|(first, _)| first);
        let asked = || self.range.as_deref().and_then(|header| range::first(header, size));
        if self.status == 206 { told.or_else(asked).unwrap_or(0) } else { 0 }
    }

    /// Length of the range that was asked for.
    fn asked(&self, size: u64) -> Option<u64> {
        if let Some(header) = &self.range {
            return range::asked(header, size);
        }
        let part = self.part.map(|(first, last)| last.saturating_sub(first).saturating_add(1));
        part.or((self.status == 206 && self.with_head.is_none()).then_some(self.bytes).filter(|bytes| *bytes <= 2))
    }
}

/// The name of a row: the same line is the same row.
pub(super) fn row_of(line: &str) -> String {
    let digest = Sha256::digest(line.as_bytes());
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("log/{hex}")
}

/// `bytes 0-99/1000`.
pub(super) fn content_range(text: &str) -> Option<(u64, u64)> {
    let (range, _) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    part(super::text::number(first)?, super::text::number(last)?)
}

/// A part, if its ends are in order and within reason.
pub(super) fn part(first: u64, last: u64) -> Option<(u64, u64)> {
    (first <= last && last < MOST_BYTES).then_some((first, last))
}

/// The path of a request target, without host and query.
pub(super) fn path_of(target: &str) -> String {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let absolute = path.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    absolute.map_or(path, |(_, path)| path).to_owned()
}

/// An agent or a referrer whose percent escapes the log made: once, or twice in older logs.
pub(super) fn unwrapped(text: &str) -> String {
    let once = percent_decoded(text);
    if once.contains("%20") && !once.contains(' ') { percent_decoded(&once) } else { once }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit() -> Hit {
        Hit {
            start_ms: 0,
            peer: [192, 0, 2, 1].into(),
            forwarded: None,
            method: "GET".into(),
            path: String::new(),
            status: 206,
            range: None,
            part: None,
            bytes: 500,
            with_head: None,
            agent: "VLC/3".into(),
            referrer: Some("https://Example.org/x?y".into()),
            row: "r".into(),
        }
    }

    fn place(hit: &Hit) -> (u64, u64, Option<u64>) {
        let delivery = hit.delivery("m", 1_000, &[0; 32], &Lists::default());
        (delivery.first_byte, delivery.sent, delivery.range_len)
    }

    #[test]
    fn the_place_of_a_part_is_what_the_log_tells_best() {
        assert_eq!(place(&hit()), (0, 500, None));
        assert_eq!(place(&Hit { range: Some("bytes=300-".into()), ..hit() }), (300, 500, Some(700)));
        assert_eq!(place(&Hit { range: Some("bytes=-400".into()), ..hit() }), (600, 500, Some(400)));
        assert_eq!(
            place(&Hit { range: Some("bytes=1-2,5-9".into()), ..hit() }),
            (0, 500, Some(7)),
            "of several parts none"
        );
        assert_eq!(place(&Hit { part: Some((200, 899)), ..hit() }), (200, 500, Some(700)));
        assert_eq!(
            place(&Hit { range: Some("bytes=300-".into()), status: 200, ..hit() }),
            (0, 500, Some(700)),
            "answered whole"
        );
        assert_eq!(place(&Hit { bytes: 2, ..hit() }), (0, 2, Some(2)), "a part of two bytes was asked as such");
        assert_eq!(place(&Hit { bytes: 2, status: 200, ..hit() }), (0, 2, None));
    }

    #[test]
    fn a_counted_head_is_taken_off() {
        let sent =
            |bytes, status, told, part| Hit { bytes, status, with_head: Some(told), part, ..hit() }.delivered(100_000);
        assert_eq!(sent(100_400, 200, None, None), 100_000, "whole");
        assert_eq!(sent(100_400, 200, Some(100_000), None), 100_000);
        assert_eq!(sent(50_400, 200, None, None), 49_400, "cut");
        assert_eq!(sent(10_400, 206, None, Some((5, 10_004))), 10_000);
        assert_eq!(sent(10_400, 206, None, None), 9_400, "how long it should be is not told");
        assert_eq!(sent(300, 200, None, None), 0);
    }

    #[test]
    fn of_a_request_no_address_is_left() {
        let delivery = hit().delivery("m", 1_000, &[7; 32], &Lists::default());
        assert_eq!(delivery.referrer.as_deref(), Some("example.org"));
        assert!(!format!("{delivery:?}").contains("192.0.2.1"));
    }
}
