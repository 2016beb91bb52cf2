//! The boxes of an MP4 that say something symphonia does not pass on: how much of the sound is heard (edit list), the
//! chapters (`chpl`), title and cover (`ilst`), and where the sound stands in the file.

use super::Refused;
use super::chunks::be;
use crate::probe::Source;
use crate::tags::{FoundTags, clean};
use hearthcast_model::facts::ChapterMark;
use std::io;
use std::ops::Range;

/// Larger tables of contents are not read into memory (three hours have 3 MB).
const MOST_MOOV: u64 = 64 << 20;
/// More boxes in one place are an attack.
const MOST_BOXES: usize = 100_000;

/// What the boxes say.
#[derive(Debug, Default)]
pub struct About {
    /// Where the last box at the top ends.
    pub stated: u64,
    /// Bytes before and after the sound.
    pub around: (u64, u64),
    /// Tags and chapters.
    pub found: FoundTags,
    /// Of the sound's track: its first edit (length in the movie's time, start in its own), and its time scale.
    edit: Option<(u64, i64)>,
    track_scale: u64,
    movie_scale: u64,
}

impl About {
    /// What is known about a file without boxes: its length, and the tags in front.
    pub fn of_stream(size: u64, front: u64) -> Self {
        Self { stated: size, around: (front, 0), ..Self::default() }
    }

    /// Samples to leave out and how many follow, when the edit list says so in a way that can be followed.
    pub fn heard(&self, sample_rate: u32) -> Option<(u64, u64)> {
        let (length, start) = self.edit?;
        let start = u64::try_from(start).ok()?;
        let samples = |value: u64, scale: u64| {
            let scaled =
                (u128::from(value) * u128::from(sample_rate) + u128::from(scale) / 2) / u128::from(scale.max(1));
            u64::try_from(scaled).unwrap_or(u64::MAX)
        };
        // Fragmented files state no length.
        let length = if length == 0 { u64::MAX } else { samples(length, self.movie_scale) };
        (self.track_scale > 0 && self.movie_scale > 0).then(|| (samples(start, self.track_scale), length))
    }
}

/// Reads them.
pub fn read(source: &mut Source) -> io::Result<Result<About, Refused>> {
    let (mut at, mut sound, mut moov) = (0, None::<Range<u64>>, None);
    let mut passed = 0;
    while at + 8 <= source.size && passed < MOST_BOXES {
        passed += 1;
        let head = source.range(at, 16)?;
        let (size, inner) = match be(&head[..4]) {
            0 => (source.size - at, 8),
            1 => (head.get(8..16).map_or(0, be), 16),
            size => (size, 8),
        };
        if size < inner {
            break;
        }
        let end = at.saturating_add(size);
        match &head[4..8] {
            b"mdat" if sound.is_none() => sound = Some(at + inner..end.min(source.size)),
            // Fragments: everything up to the last is sound.
            b"mdat" => sound = sound.map(|first| first.start..end.min(source.size)),
            b"moov" if end <= source.size && size <= MOST_MOOV => moov = Some(source.range(at + inner, size - inner)?),
            _ => (),
        }
        at = end;
    }
    let Some(moov) = moov else {
        return Ok(Err(Refused::because("its table of contents is missing: the file was not finished or is cut off")));
    };
    let sound = sound.unwrap_or(0..0);
    let mut about = About {
        stated: at.max(source.size).min(source.size.saturating_add(8 << 30)),
        around: (sound.start, source.size - sound.end),
        ..About::default()
    };
    Ok(about.movie(&moov).map(|()| about))
}

impl About {
    fn movie(&mut self, moov: &[u8]) -> Result<(), Refused> {
        let mut has_sound = false;
        for (name, body) in boxes(moov) {
            match name {
                b"mvhd" => self.movie_scale = scale(body),
                b"trak" => match track(body) {
                    Some((b"vide", ..)) => return Err(Refused::because("there is a film in it, not only sound")),
                    Some((b"soun", edit, scale)) if !has_sound => {
                        (self.edit, self.track_scale, has_sound) = (edit, scale, true);
                    }
                    _ => (),
                },
                b"udta" => self.user_data(body),
                _ => (),
            }
        }
        Ok(())
    }

    fn user_data(&mut self, body: &[u8]) {
        for (name, body) in boxes(body) {
            match name {
                b"chpl" => self.found.chapters = chapter_list(body),
                // Version and flags, then boxes.
                b"meta" => {
                    for (_, list) in boxes(body.get(4..).unwrap_or_default()).filter(|(name, _)| *name == b"ilst") {
                        self.items(list);
                    }
                }
                _ => (),
            }
        }
    }

    fn items(&mut self, list: &[u8]) {
        for (name, body) in boxes(list) {
            // A box `data`: kind and language, then the value.
            let Some(value) = boxes(body).find(|(name, _)| *name == b"data").and_then(|(_, data)| data.get(8..)) else {
                continue;
            };
            let plain = match name {
                b"\xa9nam" => "title",
                b"\xa9ART" => "artist",
                b"\xa9alb" => "album",
                b"\xa9day" => "date",
                b"\xa9cmt" => "comment",
                b"egid" => "guid",
                b"covr" => {
                    self.found.take_cover(value.to_vec());
                    continue;
                }
                _ => continue,
            };
            let text = clean(&String::from_utf8_lossy(value), 500);
            if !text.is_empty() {
                self.found.tags.entry(plain.into()).or_insert(text);
            }
        }
    }
}

/// Kind of a track, its first edit, its time scale.
type TrackAbout<'a> = (&'a [u8; 4], Option<(u64, i64)>, u64);

fn track(body: &[u8]) -> Option<TrackAbout<'_>> {
    let media = inside(body, b"mdia")?;
    let kind = inside(media, b"hdlr")?.get(8..12)?.first_chunk::<4>()?;
    let edit = inside(body, b"edts").and_then(|edits| inside(edits, b"elst")).and_then(first_edit);
    Some((kind, edit, inside(media, b"mdhd").map_or(0, scale)))
}

/// Length and start of the first edit that is no pause.
fn first_edit(body: &[u8]) -> Option<(u64, i64)> {
    let count = be(body.get(4..8)?) as usize;
    let wide = body.first()? == &1;
    let entries = body.get(8..)?.chunks_exact(if wide { 20 } else { 12 }).take(count.min(16));
    let mut edits = entries.map(|entry| match wide {
        true => (be(&entry[..8]), be(&entry[8..16]) as i64),
        false => (be(&entry[..4]), i64::from(be(&entry[4..8]) as u32 as i32)),
    });
    let first = edits.by_ref().find(|(_, start)| *start >= 0)?;
    // Several pieces in another order: what is heard cannot be said in two numbers.
    edits.next().is_none().then_some(first)
}

/// The time scale of `mvhd` and `mdhd`, whose dates have 4 or 8 bytes each.
fn scale(body: &[u8]) -> u64 {
    let at = if body.first() == Some(&1) { 20 } else { 12 };
    body.get(at..at + 4).map_or(0, be)
}

/// Nero's chapters: version, flags, a reserved word in version 1, a count; each a start in 100 ns and a text.
fn chapter_list(body: &[u8]) -> Vec<ChapterMark> {
    let skip = if body.first() == Some(&1) { 9 } else { 5 };
    let mut rest = body.get(skip..).unwrap_or_default();
    let mut chapters = vec![];
    while let Some((head, after)) = rest.split_at_checked(9) {
        let length = usize::from(head[8]).min(after.len());
        let title = clean(&String::from_utf8_lossy(&after[..length]), 500);
        chapters.push(ChapterMark { start_ms: (be(&head[..8]) / 10_000) as i64, title });
        rest = &after[length..];
    }
    chapters.truncate(super::MOST_CHAPTERS);
    chapters
}

/// The first box of that name.
fn inside<'a>(body: &'a [u8], wanted: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(body).find(|(name, _)| *name == wanted).map(|(_, body)| body)
}

/// The boxes that stand one after another.
fn boxes(body: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut rest = body;
    std::iter::from_fn(move || {
        let size = be(rest.get(..4)?) as usize;
        let name = rest.get(4..8)?.first_chunk::<4>()?;
        let content = rest.get(8..size)?;
        rest = &rest[size..];
        Some((name, content))
    })
    .take(MOST_BOXES)
}
