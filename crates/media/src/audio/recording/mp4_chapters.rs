//! Chapters as QuickTime writes them: a track of texts that the sound's track names (`tref`/`chap`), each sample a title
//! with its length, a link perhaps; and beside it a track of pictures that begin with their chapters.
//!
//! Every number is held against the file: a table that points elsewhere gives no chapter.

use super::MOST_CHAPTERS;
use super::chunks::be;
use super::mp4::{boxes, inside};
use crate::probe::{MOST_COVER_BYTES, Source};
use crate::tags::{clean, web_address};
use hearthcast_model::facts::ChapterMark;
use std::io;

/// Longer texts are cut.
const MOST_TEXT: u64 = 64 * 1024;

/// A track that another one names as its chapters.
#[derive(Debug, Default)]
struct Track<'a> {
    id: u32,
    kind: &'a [u8],
    /// Units in a second.
    scale: u64,
    table: &'a [u8],
}

/// One sample of a track: when it begins, where it stands, how long it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sample {
    start_ms: i64,
    at: u64,
    bytes: u64,
}

/// The chapters by time, each with its picture. Empty where no track names any.
pub fn read(source: &mut Source, moov: &[u8]) -> io::Result<Vec<(ChapterMark, Option<Vec<u8>>)>> {
    let tracks = || boxes(moov).filter(|(name, _)| *name == b"trak").map(|(_, body)| body);
    let named: Vec<u32> = tracks().flat_map(named_by).collect();
    let found: Vec<Track<'_>> = tracks().filter_map(track).filter(|track| named.contains(&track.id)).collect();
    let is_text = |track: &&Track<'_>| matches!(track.kind, b"text" | b"sbtl");
    let Some(texts) = found.iter().find(is_text) else { return Ok(vec![]) };
    let images = found.iter().find(|track| track.kind == b"vide").map(samples).unwrap_or_default();
    let mut taken = 0;
    let mut chapters = vec![];
    for sample in samples(texts) {
        let Some(mark) = mark(&source.range(sample.at, sample.bytes.min(MOST_TEXT))?, sample.start_ms) else {
            continue;
        };
        // To the millisecond: both tracks may count in other units.
        let image = images.iter().find(|image| (image.start_ms - sample.start_ms).abs() <= 1);
        let image = image.filter(|image| image.bytes > 0 && taken + image.bytes <= MOST_COVER_BYTES as u64);
        taken += image.map_or(0, |image| image.bytes);
        chapters.push((mark, image.map(|image| source.range(image.at, image.bytes)).transpose()?));
    }
    Ok(chapters)
}

/// The ids of the tracks that a track names as its chapters.
fn named_by(body: &[u8]) -> Vec<u32> {
    let list = inside(body, b"tref").and_then(|list| inside(list, b"chap")).unwrap_or_default();
    list.chunks_exact(4).take(16).map(|id| be(id) as u32).collect()
}

fn track(body: &[u8]) -> Option<Track<'_>> {
    let head = inside(body, b"tkhd")?;
    let id = be(head.get(if head.first() == Some(&1) { 20..24 } else { 12..16 })?) as u32;
    let media = inside(body, b"mdia")?;
    let times = inside(media, b"mdhd")?;
    let scale = be(times.get(if times.first() == Some(&1) { 20..24 } else { 12..16 })?);
    let kind = inside(media, b"hdlr")?.get(8..12)?;
    let table = inside(inside(media, b"minf")?, b"stbl")?;
    Some(Track { id, kind, scale, table })
}

/// Entries of a table behind version, flags and a count.
fn entries<'a>(table: &'a [u8], name: &[u8; 4], bytes: usize) -> impl Iterator<Item = &'a [u8]> + use<'a> {
    let body = inside(table, name).unwrap_or_default();
    let count = body.get(4..8).map_or(0, be) as usize;
    body.get(8..).unwrap_or_default().chunks_exact(bytes).take(count)
}

/// Where the samples of a track stand: `stts` when, `stsz` how long, `stsc` and `stco` or `co64` where.
fn samples(track: &Track<'_>) -> Vec<Sample> {
    let table = track.table;
    let sizes = inside(table, b"stsz").unwrap_or_default();
    let one_size = sizes.get(4..8).map_or(0, be);
    let count = (sizes.get(8..12).map_or(0, be) as usize).min(MOST_CHAPTERS);
    let size = |number: usize| match one_size {
        0 => sizes.get(12 + 4 * number..16 + 4 * number).map(be),
        size => Some(size),
    };
    let times = entries(table, b"stts", 8).flat_map(|run| {
        let (count, length) = (be(&run[..4]) as usize, be(&run[4..]));
        std::iter::repeat_n(length, count.min(MOST_CHAPTERS))
    });
    let chunks: Vec<u64> = match inside(table, b"co64") {
        Some(_) => entries(table, b"co64", 8).take(MOST_CHAPTERS).map(be).collect(),
        None => entries(table, b"stco", 4).take(MOST_CHAPTERS).map(be).collect(),
    };
    let runs: Vec<(u64, u64)> =
        entries(table, b"stsc", 12).take(MOST_CHAPTERS).map(|run| (be(&run[..4]), be(&run[4..8]))).collect();
    let (mut found, mut units, mut times) = (vec![], 0u64, times);
    'chunks: for (number, chunk) in (1u64..).zip(&chunks) {
        let per_chunk = runs.iter().rev().find(|(first, _)| *first <= number).map_or(0, |(_, count)| *count);
        let mut at = *chunk;
        for _ in 0..per_chunk {
            let Some(bytes) = size(found.len()).filter(|_| found.len() < count) else { break 'chunks };
            let start_ms = i64::try_from(u128::from(units) * 1000 / u128::from(track.scale.max(1))).unwrap_or(i64::MAX);
            found.push(Sample { start_ms, at, bytes });
            at = at.saturating_add(bytes);
            units = units.saturating_add(times.next().unwrap_or(0));
        }
    }
    found
}

/// A title: its length in two bytes, then UTF-8, or UTF-16 with its mark; boxes may follow, `href` among them.
fn mark(sample: &[u8], start_ms: i64) -> Option<ChapterMark> {
    let length = be(sample.get(..2)?) as usize;
    let text = sample.get(2..2 + length)?;
    let wide = |number: fn([u8; 2]) -> u16| {
        let units = text[2..].chunks_exact(2).map(|unit| number([unit[0], unit[1]]));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>()
    };
    let title = match text {
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        _ => String::from_utf8_lossy(text).into_owned(),
    };
    let url = inside(&sample[2 + length..], b"href").and_then(link).unwrap_or_default();
    Some(ChapterMark { url, ..ChapterMark::new(start_ms, clean(&title, 500)) })
}

/// Which letters it belongs to (twice two bytes), then an address with its length in a byte.
fn link(body: &[u8]) -> Option<String> {
    let length = usize::from(*body.get(4)?);
    web_address(std::str::from_utf8(body.get(5..5 + length)?).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_a_title_and_perhaps_a_link() {
        // 2 + 5 bytes of text, then a box of 8 + 5 + 19 bytes.
        let link = [&[0, 0, 0, 5, 19][..], b"https://example.org"].concat();
        let boxed = [&(link.len() as u32 + 8).to_be_bytes()[..], b"href", &link].concat();
        let sample = [&[0, 5][..], b"Sch\xc3\xb6", &boxed].concat();
        let found = mark(&sample, 1500).unwrap();
        assert_eq!((found.start_ms, found.title.as_str(), found.url.as_str()), (1500, "Schö", "https://example.org"));
        // Big endian with its mark; cut; empty.
        assert_eq!(mark(&[0, 4, 0xfe, 0xff, 0, b'A'], 0).unwrap().title, "A");
        assert_eq!(mark(&[0, 9, b'A'], 0), None);
        assert_eq!(mark(&[0, 0], 0).unwrap().title, "");
    }
}
