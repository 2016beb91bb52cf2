//! The boxes of an MP4 or QuickTime file that say something symphonia does not pass on: how much of the sound is heard
//! (edit list, or iTunes' own note), the chapters (`chpl`), title and cover (`ilst`), whether there is a film, and where
//! the sound stands in the file.

use super::about::{About, Hears};
use super::chunks::be;
use super::{Refused, mp4_chapters};
use crate::probe::Source;
use crate::tags::clean;
use hearthcast_model::facts::{ChapterMark, Finding};
use std::io;
use std::ops::Range;

/// Larger tables of contents are not read into memory (three hours have 3 MB).
const MOST_MOOV: u64 = 64 << 20;
/// More boxes in one place are an attack.
const MOST_BOXES: usize = 100_000;

/// An edit list with more entries is an attack.
const MOST_EDITS: usize = 1_000;
/// More samples in one track are mostly a lie (plain ones at 44.1 kHz: 13 hours), and no 32 bits hold what is counted with them.
const MOST_SAMPLES: u64 = 1 << 31;

/// Tracks of pictures that are hidden from symphonia; more are an attack.
const MOST_HIDDEN: usize = 64;

/// What the table of contents says.
#[derive(Default)]
struct Movie {
    about: About,
    /// Where in it the names of codecs of pictures stand. symphonia reads what a codec says of itself, too, and refuses the whole
    /// file where that is longer than it likes: x265 writes 2 KB of settings there.
    pictures: Vec<usize>,
    /// Of the sound's track: its edits (length in the movie's time, start in its own), its time scale and its length.
    edits: Vec<(u64, i64)>,
    track_scale: u64,
    track_length: u64,
    samples: u64,
    movie_scale: u64,
    /// What iTunes noted: samples before the sound, and its samples.
    itunes: Option<(u64, u64)>,
}

/// A box that stands in no other.
#[derive(Debug, Clone)]
pub struct TopBox {
    /// Its name.
    pub name: [u8; 4],
    /// Where it begins.
    pub at: u64,
    /// What is in it, as it says: its end may lie behind that of the file.
    pub content: Range<u64>,
}

/// The boxes at the top of the file, as far as the file goes.
pub fn top(source: &mut Source) -> io::Result<Vec<TopBox>> {
    let (mut at, mut found) = (0u64, vec![]);
    while at.saturating_add(8) <= source.size && found.len() < MOST_BOXES {
        let head = source.range(at, 16)?;
        let (Some(size), Some(name)) = (head.get(..4).map(be), head.get(4..8).and_then(|name| name.first_chunk::<4>()))
        else {
            break;
        };
        let (size, inner) = match size {
            0 => (source.size - at, 8),
            1 => (head.get(8..16).map_or(0, be), 16),
            size => (size, 8),
        };
        if size < inner {
            break;
        }
        let end = at.saturating_add(size);
        found.push(TopBox { name: *name, at, content: at + inner..end });
        at = end;
    }
    Ok(found)
}

/// Reads them.
pub fn read(source: &mut Source) -> io::Result<Result<About, Refused>> {
    let (mut sound, mut moov, mut stated) = (None::<Range<u64>>, None, 0);
    for TopBox { name, at, content } in top(source)? {
        let Range { start, end } = content;
        stated = end;
        match &name {
            b"mdat" if sound.is_none() => sound = Some(start..end.min(source.size)),
            // Fragments: everything up to the last is sound.
            b"mdat" => sound = sound.map(|first| first.start..end.min(source.size)),
            b"moov" if end <= source.size && end - at <= MOST_MOOV => {
                moov = Some((start, source.range(start, end - start)?));
            }
            _ => (),
        }
    }
    let Some((table, moov)) = moov else {
        return Ok(Err(Refused::because("its table of contents is missing: the file was not finished or is cut off")));
    };
    let sound = sound.unwrap_or(0..0);
    let is_quicktime = source.range(0, 12)?.get(8..12) == Some(b"qt  ");
    let mut movie = Movie::default();
    movie.about.stated = stated.max(source.size).min(source.size.saturating_add(8 << 30));
    movie.about.around = (sound.start, source.size - sound.end);
    movie.read(&moov);
    // Fragments have tables of their own.
    movie.about.steady = movie.about.steady.filter(|_| inside(&moov, b"mvex").is_none());
    movie.about.hidden = movie.pictures.iter().map(|place| table + *place as u64).collect();
    if movie.samples > MOST_SAMPLES {
        return Ok(Err(Refused::elsewhere("its table of samples is damaged")));
    }
    // A chapter track has whole titles, and links; Nero's list cuts them after 255 bytes.
    let chapters = mp4_chapters::read(source, &moov)?;
    if !chapters.is_empty() {
        movie.about.found.chapters.clear();
    }
    for (mut mark, picture) in chapters {
        mark.picture = picture.and_then(|picture| movie.about.found.take_chapter_picture(picture));
        movie.about.found.chapters.push(mark);
    }
    Ok(Ok(movie.finish(is_quicktime)))
}

impl Movie {
    fn read(&mut self, moov: &[u8]) {
        let mut has_sound = false;
        for (name, body) in boxes(moov) {
            match name {
                b"mvhd" => self.movie_scale = scale(body).0,
                b"trak" => match track(body) {
                    Some(track) if track.kind == b"vide" => {
                        self.about.film |= !track.is_still;
                        if let Some(codec) = track.codec.filter(|_| self.pictures.len() < MOST_HIDDEN) {
                            self.pictures.push(codec.as_ptr().addr() - moov.as_ptr().addr());
                        }
                    }
                    Some(track) if track.kind == b"soun" && !has_sound => {
                        (self.edits, has_sound) = (track.edits, true);
                        (self.track_scale, self.track_length) = track.scale;
                        self.samples = track.samples;
                        self.about.steady = track.steady;
                    }
                    _ => (),
                },
                b"udta" => self.user_data(body),
                _ => (),
            }
        }
    }

    fn finish(mut self, is_quicktime: bool) -> About {
        let film = self.about.film;
        if film || is_quicktime {
            self.about.mime = Some(if is_quicktime { "video/quicktime" } else { "video/mp4" });
        }
        if self.track_scale > 0 {
            let seconds = self.track_length as f64 / self.track_scale as f64;
            self.about.length_s = Some(seconds).filter(|seconds| *seconds > 0.0 && *seconds < 1e7);
        }
        self.check_note();
        self.about.heard = match (self.pieces(), self.itunes) {
            (Some(pieces), _) => Hears::Pieces(pieces),
            (None, Some((skip, length))) if self.edits.is_empty() => Hears::Samples(skip, length),
            _ => Hears::All,
        };
        self.about
    }

    /// A note of iTunes that hides all of the sound is a lie.
    fn check_note(&mut self) {
        let hides_all = self.itunes.is_some_and(|(skip, _)| (1..=skip).contains(&self.track_length));
        if hides_all && self.edits.is_empty() {
            let message = "A note inside the file (iTunSMPB) hides all of its sound; it is left aside, and all of the \
                           sound is used.";
            self.about.findings.push(Finding { code: "media.edits".into(), message: message.into(), at_ms: None });
            self.itunes = None;
        }
    }

    /// What the edit list says is heard, in seconds, when it can be followed: front to back, nothing twice.
    fn pieces(&mut self) -> Option<Vec<Range<f64>>> {
        if self.edits.is_empty() || self.track_scale == 0 || self.movie_scale == 0 {
            return None;
        }
        let mut pieces: Vec<Range<f64>> = vec![];
        // A start of −1 is a pause: it holds no sound.
        for (length, start) in self.edits.iter().filter(|(_, start)| *start >= 0) {
            let start = *start as f64 / self.track_scale as f64;
            // Fragmented files state no length.
            let end = if *length == 0 { f64::INFINITY } else { start + *length as f64 / self.movie_scale as f64 };
            if pieces.last().is_some_and(|before| before.end > start + 0.001) {
                let message = "An edit list inside the file plays pieces of its sound in another order or twice; \
                               it is left aside, and all of the sound is used once.";
                let finding = Finding { code: "media.edits".into(), message: message.into(), at_ms: None };
                self.about.findings.push(finding);
                return None;
            }
            pieces.push(start..end);
        }
        (!pieces.is_empty()).then_some(pieces)
    }

    fn user_data(&mut self, body: &[u8]) {
        for (name, body) in boxes(body) {
            match name {
                b"chpl" => self.about.found.chapters = chapter_list(body),
                // Version and flags, then boxes.
                b"meta" => {
                    for (_, list) in boxes(body.get(4..).unwrap_or_default()).filter(|(name, _)| *name == b"ilst") {
                        self.items(list);
                    }
                }
                // QuickTime's own: the text with its length and language.
                name if name[0] == 0xa9 => {
                    let length = body.get(..2).map_or(0, be) as usize;
                    self.item(name, body.get(4..4 + length).unwrap_or_default());
                }
                _ => (),
            }
        }
    }

    fn items(&mut self, list: &[u8]) {
        for (name, body) in boxes(list) {
            if name == b"----" {
                self.itunes = self.itunes.or_else(|| itunes_note(body));
                continue;
            }
            // A box `data`: kind and language, then the value.
            let Some(value) = boxes(body).find(|(name, _)| *name == b"data").and_then(|(_, data)| data.get(8..)) else {
                continue;
            };
            match name {
                b"covr" => self.about.found.take_cover(value.to_vec()),
                // Two bytes of nothing, the number, how many there are.
                b"trkn" => {
                    let number = value.get(2..4).map_or(0, be);
                    if number > 0 {
                        self.about.found.tags.entry("track".into()).or_insert(number.to_string());
                    }
                }
                _ => self.item(name, value),
            }
        }
    }

    /// A text under a plain name; the first of a name wins.
    fn item(&mut self, name: &[u8; 4], value: &[u8]) {
        let plain = match name {
            b"\xa9nam" => "title",
            b"\xa9ART" => "artist",
            b"\xa9alb" => "album",
            b"\xa9day" => "date",
            b"\xa9cmt" | b"desc" | b"ldes" => "comment",
            b"egid" => "guid",
            _ => return,
        };
        let most = if plain == "comment" { 4000 } else { 500 };
        let text = clean(&String::from_utf8_lossy(value), most);
        if !text.is_empty() {
            self.about.found.tags.entry(plain.into()).or_insert(text);
        }
    }
}

/// What matters about a track.
struct Track<'a> {
    kind: &'a [u8; 4],
    /// The name of its codec, where it stands.
    codec: Option<&'a [u8]>,
    /// Its pictures stand still: covers, and pictures of chapters.
    is_still: bool,
    edits: Vec<(u64, i64)>,
    /// Units in a second, and units.
    scale: (u64, u64),
    /// Samples, as the table of their lengths counts them.
    samples: u64,
    /// The length of each but the last, and of all.
    steady: Option<(u64, u64)>,
}

fn track(body: &[u8]) -> Option<Track<'_>> {
    let media = inside(body, b"mdia")?;
    let kind = inside(media, b"hdlr")?.get(8..12)?.first_chunk::<4>()?;
    let edits = inside(body, b"edts").and_then(|edits| inside(edits, b"elst")).map(edits).unwrap_or_default();
    let tables = inside(media, b"minf").and_then(|info| inside(info, b"stbl"));
    // Version, count, then the first description: its size and its name.
    let codec = tables.and_then(|tables| inside(tables, b"stsd")).and_then(|table| table.get(12..16));
    let is_still = matches!(codec, Some(b"jpeg" | b"png " | b"mjpa" | b"mjpb"));
    let lengths = tables.and_then(|tables| inside(tables, b"stts"));
    let (samples, steady) = (lengths.map_or(0, samples), lengths.and_then(steady));
    Some(Track { kind, codec, is_still, edits, scale: inside(media, b"mdhd").map_or((0, 0), scale), samples, steady })
}

/// How many samples the table of their lengths counts: version, entries, then each a count and a length.
fn samples(body: &[u8]) -> u64 {
    body.get(8..).unwrap_or_default().chunks_exact(8).map(|entry| be(&entry[..4])).sum()
}

/// The length that all samples have but the last, and that of all together: no more than two entries, the second of one sample.
fn steady(body: &[u8]) -> Option<(u64, u64)> {
    let mut entries = body.get(8..)?.chunks_exact(8).map(|entry| (be(&entry[..4]), be(&entry[4..])));
    let (count, step) = entries.next()?;
    let (last_count, last_step) = entries.next().unwrap_or((0, 0));
    let is_steady = last_count <= 1 && entries.next().is_none();
    is_steady.then(|| (step, count.saturating_mul(step).saturating_add(last_count * last_step)))
}

/// Length and start of every edit.
fn edits(body: &[u8]) -> Vec<(u64, i64)> {
    let (Some(count), Some(version)) = (body.get(4..8).map(be), body.first()) else { return vec![] };
    let wide = *version == 1;
    let entries = body.get(8..).unwrap_or_default().chunks_exact(if wide { 20 } else { 12 });
    let edits = entries.take((count as usize).min(MOST_EDITS)).map(|entry| match wide {
        true => (be(&entry[..8]), be(&entry[8..16]) as i64),
        false => (be(&entry[..4]), i64::from(be(&entry[4..8]) as u32 as i32)),
    });
    edits.collect()
}

/// `iTunSMPB`: numbers of 16 digits; the second is the delay, the third the padding, the fourth the samples.
fn itunes_note(body: &[u8]) -> Option<(u64, u64)> {
    let name = inside(body, b"name")?.get(4..)?;
    let text = std::str::from_utf8(inside(body, b"data")?.get(8..)?).ok()?;
    let mut numbers = text.split_ascii_whitespace().map(|number| u64::from_str_radix(number, 16));
    let (_, skip, _, length) = (numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?, numbers.next()?.ok()?);
    (name == b"iTunSMPB" && length > 0 && skip < 1 << 20).then_some((skip, length))
}

/// The time scale and the length of `mvhd` and `mdhd`, whose dates have 4 or 8 bytes each.
fn scale(body: &[u8]) -> (u64, u64) {
    let number = |range: Range<usize>| body.get(range).map_or(0, be);
    match body.first() {
        Some(1) => (number(20..24), number(24..32)),
        _ => (number(12..16), number(16..20)),
    }
}

/// Nero's chapters: version, flags, a reserved word in version 1, a count; each a start in 100 ns and a text.
fn chapter_list(body: &[u8]) -> Vec<ChapterMark> {
    let skip = if body.first() == Some(&1) { 9 } else { 5 };
    let mut rest = body.get(skip..).unwrap_or_default();
    let mut chapters = vec![];
    while let Some((head, after)) = rest.split_at_checked(9) {
        let length = usize::from(head[8]).min(after.len());
        let title = clean(&String::from_utf8_lossy(&after[..length]), 500);
        chapters.push(ChapterMark::new((be(&head[..8]) / 10_000) as i64, title));
        rest = &after[length..];
    }
    chapters.truncate(super::MOST_CHAPTERS);
    chapters
}

/// The first box of that name.
pub(crate) fn inside<'a>(body: &'a [u8], wanted: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(body).find(|(name, _)| *name == wanted).map(|(_, body)| body)
}

/// The boxes that stand one after another.
pub(crate) fn boxes(body: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
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

#[cfg(test)]
mod tests {
    #[test]
    fn only_the_last_sample_may_have_another_length() {
        let table = |entries: &[(u32, u32)]| {
            let mut body = vec![0; 8];
            for (count, length) in entries {
                body.extend(count.to_be_bytes());
                body.extend(length.to_be_bytes());
            }
            super::steady(&body)
        };
        assert_eq!(table(&[(100, 1024)]), Some((1024, 102_400)));
        assert_eq!(table(&[(100, 4096), (1, 7)]), Some((4096, 409_607)));
        assert_eq!(table(&[(100, 1024), (2, 7)]), None);
        assert_eq!(table(&[(1, 1024), (1, 960), (1, 1024)]), None);
        assert_eq!((table(&[]), super::steady(&[])), (None, None));
    }
}
