//! The bytes of a segment, format 1. All numbers are little-endian.
//!
//! ```text
//! segment: "HCASTLOG" (8), format u16, reserved u16 = 0, then frames
//! frame:   length u32 (of the payload), crc32c u32 (over the four length bytes and the payload), payload
//! payload: kind u8
//!   1 row:   start_ms i64, media [32], first_byte u64, sent u64, status u16, method u8 (0 GET, 1 HEAD, 2 other),
//!            range u64 (all ones: none), listener [16], address [16], flags u16 (1 preview, 2 excluded, 4 allowed,
//!            8 proxied, 16 redirected), agent (u16 length, bytes), referrer host (u16 length, bytes), then as much as
//!            is known: country [2] (zeros: unknown), episode [16] (its UUID)
//!   2 amend: segment start_ms i64, segment n u64, offset u64, sent u64
//!   3 view:  start_ms i64, page u8 (0 show, 1 episode, 2 post, 3 feed, 4 show asked, 5 episode
//!            asked, 6 post asked, 7 player, 8 older path), listener [16], address [16], flags u16 (as above),
//!            id (u16 length, bytes), agent (u16 length, bytes), referrer host (u16 length, bytes)
//! ```
//! A reader skips bytes at the end of a payload that it does not know, and whole frames of another kind.

use super::row::{Entry, Flags, MAX_AGENT_BYTES, MAX_REFERRER_BYTES, Method, Page, Row, View};
use super::segment::{RowId, Segment};
use bytes::{Buf, BufMut};
use hearthcast_model::{EpisodeId, Sha256};
use std::sync::Arc;

/// The newest format written and read.
pub(super) const FORMAT: u16 = 1;
/// What every segment begins with.
pub(super) const MAGIC: [u8; 8] = *b"HCASTLOG";
/// Bytes before the first frame.
pub(super) const HEADER_BYTES: u64 = 12;
/// Bytes before a payload.
pub(super) const FRAME_HEAD_BYTES: usize = 8;
/// Longest payload believed. A row of this format has at most 901 bytes.
pub(super) const MAX_PAYLOAD_BYTES: usize = 4096;

const KIND_ROW: u8 = 1;
const KIND_AMEND: u8 = 2;
const KIND_VIEW: u8 = 3;
/// Longest id kept of what a page is about: a UUID.
const MAX_ID_BYTES: usize = 36;
const NO_RANGE: u64 = u64::MAX;
const NO_COUNTRY: [u8; 2] = [0; 2];

/// The first bytes of a segment.
pub(super) fn header() -> [u8; HEADER_BYTES as usize] {
    let mut bytes = [0; HEADER_BYTES as usize];
    bytes[..8].copy_from_slice(&MAGIC);
    bytes[8..10].copy_from_slice(&FORMAT.to_le_bytes());
    bytes
}

/// A whole frame with a row in it. Texts that are too long are cut at a character.
pub(super) fn row_frame(row: &Row) -> Vec<u8> {
    frame(|out| {
        out.put_u8(KIND_ROW);
        out.put_i64_le(row.start_ms);
        out.put_slice(&row.media.to_digest());
        out.put_u64_le(row.first_byte);
        out.put_u64_le(row.sent);
        out.put_u16_le(row.status);
        out.put_u8(match row.method {
            Method::Get => 0,
            Method::Head => 1,
            Method::Other => 2,
        });
        out.put_u64_le(row.range.unwrap_or(NO_RANGE));
        out.put_slice(&row.listener);
        out.put_slice(&row.address);
        out.put_u16_le(flag_bits(row.flags));
        put_text(out, &row.agent, MAX_AGENT_BYTES);
        put_text(out, &row.referrer, MAX_REFERRER_BYTES);
        match row.episode.as_ref().and_then(id_bytes) {
            Some(episode) => {
                out.put_slice(&row.country.unwrap_or(NO_COUNTRY));
                out.put_slice(&episode);
            }
            None => row.country.iter().for_each(|country| out.put_slice(country)),
        }
    })
}

/// A whole frame with an amendment in it.
pub(super) fn amend_frame(row: &RowId, sent: u64) -> Vec<u8> {
    frame(|out| {
        out.put_u8(KIND_AMEND);
        out.put_i64_le(row.segment.start_ms);
        out.put_u64_le(row.segment.n);
        out.put_u64_le(row.offset);
        out.put_u64_le(sent);
    })
}

/// A whole frame with a view in it.
pub(super) fn view_frame(view: &View) -> Vec<u8> {
    frame(|out| {
        out.put_u8(KIND_VIEW);
        out.put_i64_le(view.start_ms);
        out.put_u8(match view.page {
            Page::Show => 0,
            Page::Episode => 1,
            Page::Post => 2,
            Page::Feed => 3,
            Page::ShowAsked => 4,
            Page::EpisodeAsked => 5,
            Page::PostAsked => 6,
            Page::Player => 7,
            Page::OlderPath => 8,
            Page::Other => u8::MAX,
        });
        out.put_slice(&view.listener);
        out.put_slice(&view.address);
        out.put_u16_le(flag_bits(view.flags));
        put_text(out, &view.of, MAX_ID_BYTES);
        put_text(out, &view.agent, MAX_AGENT_BYTES);
        put_text(out, &view.referrer, MAX_REFERRER_BYTES);
    })
}

/// The checksum of a frame.
pub(super) fn checksum(length: [u8; 4], payload: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&length), payload)
}

/// Reads a payload whose checksum held; `None` for a kind this version does not know.
pub(super) fn entry(mut payload: &[u8], node: &Arc<str>) -> Option<Entry> {
    match payload.try_get_u8().ok()? {
        KIND_ROW => row(payload).map(Entry::Row),
        KIND_AMEND => amend(payload, node),
        KIND_VIEW => view(payload).map(Entry::View),
        _ => None,
    }
}

fn frame(fill: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::with_capacity(384);
    out.put_slice(&[0; FRAME_HEAD_BYTES]);
    fill(&mut out);
    let length = u32::try_from(out.len() - FRAME_HEAD_BYTES).unwrap_or(0).to_le_bytes();
    let crc = checksum(length, &out[FRAME_HEAD_BYTES..]);
    out[..4].copy_from_slice(&length);
    out[4..8].copy_from_slice(&crc.to_le_bytes());
    out
}

fn row(mut p: &[u8]) -> Option<Row> {
    Some(Row {
        start_ms: p.try_get_i64_le().ok()?,
        media: Sha256::from_digest(array(&mut p)?),
        first_byte: p.try_get_u64_le().ok()?,
        sent: p.try_get_u64_le().ok()?,
        status: p.try_get_u16_le().ok()?,
        method: match p.try_get_u8().ok()? {
            0 => Method::Get,
            1 => Method::Head,
            _ => Method::Other,
        },
        range: Some(p.try_get_u64_le().ok()?).filter(|length| *length != NO_RANGE),
        listener: array(&mut p)?,
        address: array(&mut p)?,
        flags: flags(p.try_get_u16_le().ok()?),
        agent: text(&mut p)?,
        referrer: text(&mut p)?,
        country: array(&mut p).filter(|country| *country != NO_COUNTRY),
        episode: array(&mut p).and_then(id_of),
    })
}

fn amend(mut p: &[u8], node: &Arc<str>) -> Option<Entry> {
    let start_ms = p.try_get_i64_le().ok()?;
    let segment = Segment { start_ms, n: p.try_get_u64_le().ok()? };
    let row = RowId { node: node.clone(), segment, offset: p.try_get_u64_le().ok()? };
    Some(Entry::Amend { row, sent: p.try_get_u64_le().ok()? })
}

fn view(mut p: &[u8]) -> Option<View> {
    Some(View {
        start_ms: p.try_get_i64_le().ok()?,
        page: match p.try_get_u8().ok()? {
            0 => Page::Show,
            1 => Page::Episode,
            2 => Page::Post,
            3 => Page::Feed,
            4 => Page::ShowAsked,
            5 => Page::EpisodeAsked,
            6 => Page::PostAsked,
            7 => Page::Player,
            8 => Page::OlderPath,
            _ => Page::Other,
        },
        listener: array(&mut p)?,
        address: array(&mut p)?,
        flags: flags(p.try_get_u16_le().ok()?),
        of: text(&mut p)?,
        agent: text(&mut p)?,
        referrer: text(&mut p)?,
    })
}

fn put_text(out: &mut Vec<u8>, text: &str, limit: usize) {
    let text = &text[..text.floor_char_boundary(limit)];
    out.put_u16_le(u16::try_from(text.len()).unwrap_or(0));
    out.put_slice(text.as_bytes());
}

fn text(p: &mut &[u8]) -> Option<String> {
    let length = usize::from(p.try_get_u16_le().ok()?);
    let bytes = p.split_off(..length)?;
    Some(String::from_utf8_lossy(bytes).into_owned())
}

/// The bytes of an id, which is a UUID.
fn id_bytes(id: &EpisodeId) -> Option<[u8; 16]> {
    u128::from_str_radix(&id.as_str().replace('-', ""), 16).ok().map(u128::to_be_bytes)
}

fn id_of(bytes: [u8; 16]) -> Option<EpisodeId> {
    EpisodeId::parse(&format!("{:032x}", u128::from_be_bytes(bytes)))
}

fn array<const N: usize>(p: &mut &[u8]) -> Option<[u8; N]> {
    p.split_off(..N)?.try_into().ok()
}

fn flag_bits(flags: Flags) -> u16 {
    let Flags { preview, excluded, allowed, proxied, redirected } = flags;
    [preview, excluded, allowed, proxied, redirected].iter().rev().fold(0, |bits, flag| bits << 1 | u16::from(*flag))
}

fn flags(bits: u16) -> Flags {
    let has = |bit: u16| bits & bit != 0;
    Flags { preview: has(1), excluded: has(2), allowed: has(4), proxied: has(8), redirected: has(16) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn sample() -> Row {
        Row {
            start_ms: 1_763_600_000_123,
            media: Sha256::of(b"abc"),
            first_byte: 1000,
            sent: 65_536,
            status: 206,
            method: Method::Get,
            range: Some(65_536),
            listener: [1; 16],
            address: [2; 16],
            agent: "AntennaPod/3.5.0".into(),
            referrer: "example.org".into(),
            country: None,
            episode: None,
            flags: Flags { preview: false, excluded: true, allowed: false, proxied: true, redirected: false },
        }
    }

    /// The format, byte by byte, as the head of this file says it: a segment written today must open in every later
    /// release. The CRC is from Python's `crc32c` of the same bytes (tests/README of this crate's maker: see below).
    #[test]
    fn the_format_is_what_the_description_says() {
        let frame = row_frame(&sample());
        let mut expected = vec![1u8];
        expected.extend(1_763_600_000_123i64.to_le_bytes());
        expected.extend([
            // FIPS 180-4, the "abc" example.
            0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03,
            0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
        ]);
        expected.extend(1000u64.to_le_bytes());
        expected.extend(65_536u64.to_le_bytes());
        expected.extend([206, 0, 0]);
        expected.extend(65_536u64.to_le_bytes());
        expected.extend([1; 16]);
        expected.extend([2; 16]);
        expected.extend([0b1010, 0]);
        expected.extend([16, 0]);
        expected.extend(b"AntennaPod/3.5.0");
        expected.extend([11, 0]);
        expected.extend(b"example.org");
        assert_eq!(frame[8..], expected);
        assert_eq!(frame[..4], u32::try_from(expected.len()).unwrap().to_le_bytes());
        assert_eq!(frame[4..8], checksum(frame[..4].try_into().unwrap(), &expected).to_le_bytes());
        assert_eq!(&header()[..], b"HCASTLOG\x01\0\0\0");
    }

    /// Behind the referrer: what became known of a request with later versions. The UUID's bytes are as RFC 9562 §4 has them.
    #[test]
    fn country_and_episode_stand_at_the_end() {
        let (before, node) = (row_frame(&sample())[8..].to_vec(), "n".into());
        let id = EpisodeId::parse("f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
        let bytes = [0xf8, 0x1d, 0x4f, 0xae, 0x7d, 0xec, 0x11, 0xd0, 0xa7, 0x65, 0x00, 0xa0, 0xc9, 0x1e, 0x6b, 0xf6];
        let row = |country: Option<&[u8; 2]>, episode: &Option<EpisodeId>| Row {
            country: country.copied(),
            episode: episode.clone(),
            ..sample()
        };
        for (row, tail) in [
            (row(None, &None), vec![]),
            (row(Some(b"NZ"), &None), b"NZ".to_vec()),
            (row(Some(b"NZ"), &id), [&b"NZ"[..], &bytes].concat()),
            (row(None, &id), [&[0, 0][..], &bytes].concat()),
        ] {
            let whole = [before.clone(), tail].concat();
            assert_eq!(row_frame(&row)[8..], whole);
            assert_eq!(entry(&whole, &node), Some(Entry::Row(row)));
        }
    }

    /// A row as a server of before the episode wrote it: the bytes of a segment of its, kept as they were.
    #[test]
    fn rows_of_before_come_back_without_an_episode() {
        let recorded = "\
            017b64c09e9a010000ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ade80300000000000000\
            00010000000000ce000000000100000000000101010101010101010101010101010102020202020202020202020202020202\
            0a001000416e74656e6e61506f642f332e352e300b006578616d706c652e6f7267";
        let digits: Vec<u8> = recorded.bytes().filter(u8::is_ascii_hexdigit).collect();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        let bytes: Vec<u8> = digits.chunks(2).map(byte).collect();
        let node: Arc<str> = "n".into();
        assert_eq!(entry(&bytes, &node), Some(Entry::Row(sample())));
        let with_country = [&bytes[..], b"NZ"].concat();
        assert_eq!(entry(&with_country, &node), Some(Entry::Row(Row { country: Some(*b"NZ"), ..sample() })));
    }

    #[test]
    fn the_checksum_is_crc32c() {
        // RFC 3720 §B.4: 32 bytes of zeros give aa 36 91 8a on the wire.
        assert_eq!(checksum([0; 4], &[0; 28]).to_le_bytes(), [0xaa, 0x36, 0x91, 0x8a]);
    }

    #[test]
    fn rows_and_amendments_come_back() {
        let node: Arc<str> = "n".into();
        let mut row = sample();
        assert_eq!(entry(&row_frame(&row)[8..], &node), Some(Entry::Row(row.clone())));
        row.range = None;
        row.method = Method::Head;
        row.country = Some(*b"NZ");
        row.flags = Flags { preview: true, allowed: true, ..Flags::default() };
        assert_eq!(entry(&row_frame(&row)[8..], &node), Some(Entry::Row(row)));
        let id = RowId { node: node.clone(), segment: Segment { n: 3, start_ms: -5 }, offset: 12 };
        assert_eq!(entry(&amend_frame(&id, 99)[8..], &node), Some(Entry::Amend { row: id, sent: 99 }));
    }

    /// Byte by byte, as the head of this file says it.
    #[test]
    fn a_view_is_what_the_description_says() {
        let view = View {
            start_ms: 1_763_600_000_123,
            page: Page::Episode,
            of: "64456abe-6890-55b2-9b4a-c96d852be85d".into(),
            listener: [1; 16],
            address: [2; 16],
            agent: "Firefox".into(),
            referrer: "example.org".into(),
            flags: Flags { proxied: true, ..Flags::default() },
        };
        let mut expected = vec![3u8];
        expected.extend(1_763_600_000_123i64.to_le_bytes());
        expected.push(1);
        expected.extend([1; 16]);
        expected.extend([2; 16]);
        expected.extend([8, 0, 36, 0]);
        expected.extend(b"64456abe-6890-55b2-9b4a-c96d852be85d");
        expected.extend([7, 0]);
        expected.extend(b"Firefox");
        expected.extend([11, 0]);
        expected.extend(b"example.org");
        let frame = view_frame(&view);
        assert_eq!(frame[8..], expected);
        assert_eq!(entry(&frame[8..], &"n".into()), Some(Entry::View(view)));
        for end in 8..frame.len() {
            assert_eq!(entry(&frame[8..end], &"n".into()), None, "cut at {end}");
        }
    }

    #[test]
    fn long_texts_are_cut_at_a_character() {
        let row = Row { agent: "ä".repeat(400), referrer: "x".repeat(1000), ..sample() };
        let frame = row_frame(&row);
        assert!(frame.len() - 8 <= 901);
        let Some(Entry::Row(back)) = entry(&frame[8..], &"n".into()) else { panic!("not a row") };
        assert_eq!(back.agent, "ä".repeat(256));
        assert_eq!(back.referrer.len(), MAX_REFERRER_BYTES);
    }

    #[test]
    fn hostile_payloads_do_not_panic() {
        let whole = row_frame(&sample());
        for end in 8..whole.len() {
            assert_eq!(entry(&whole[8..end], &"n".into()), None, "cut at {end}");
        }
        assert_eq!(entry(&[9, 9, 9], &"n".into()), None, "a kind of the future");
    }
}
