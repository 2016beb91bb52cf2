//! AIFF and AIFC (Apple, 1991): big-endian chunks, a sample rate of 80 bits, markers as chapters.

use super::chunks::{Chunk, Walk, be};
use super::packed_stream::LEAST_MS;
use super::pcm::{Pcm, SampleFormat};
use super::wav::words;
use super::{Refused, Shape, Unpacked};
use crate::audio::findings::Findings;
use crate::probe::Source;
use crate::tags::FoundTags;
use hearthcast_model::facts::{ChapterMark, Finding};
use std::io;

/// Chunks with text are small.
const MOST_TEXT: u64 = 1 << 20;

/// Reads everything but the samples.
pub fn read(source: &mut Source) -> io::Result<Result<Unpacked, Refused>> {
    let mut aiff = Aiff::default();
    let mut walk = Walk::new(12, source.size, be);
    while let Some(chunk) = walk.next(source)? {
        aiff.take(source, &chunk)?;
    }
    Ok(aiff.finish(source.size))
}

#[derive(Default)]
struct Aiff {
    common: Option<Vec<u8>>,
    sound: Option<(Chunk, u64)>,
    found: FoundTags,
    /// Sample and name of each marker.
    marks: Vec<(u64, String)>,
}

impl Aiff {
    fn take(&mut self, source: &mut Source, chunk: &Chunk) -> io::Result<()> {
        match &chunk.id {
            b"COMM" => self.common = Some(chunk.bytes(source, 64)?),
            // Offset and block size, then the samples.
            b"SSND" if self.sound.is_none() => {
                let head = chunk.bytes(source, 8)?;
                self.sound = Some((chunk.clone(), head.get(..4).map_or(0, be)));
            }
            b"NAME" => self.text("title", &chunk.bytes(source, MOST_TEXT)?),
            b"AUTH" => self.text("artist", &chunk.bytes(source, MOST_TEXT)?),
            b"ANNO" => self.text("comment", &chunk.bytes(source, MOST_TEXT)?),
            b"ID3 " | b"id3 " => self.found.add_id3v2(&chunk.bytes(source, 20 << 20)?),
            b"MARK" => self.marks = marks(&chunk.bytes(source, MOST_TEXT)?),
            _ => (),
        }
        Ok(())
    }

    fn text(&mut self, name: &str, bytes: &[u8]) {
        let text = words(bytes);
        if !text.is_empty() {
            self.found.tags.entry(name.into()).or_insert(text);
        }
    }

    fn finish(mut self, file_size: u64) -> Result<Unpacked, Refused> {
        let common = self.common.ok_or(Refused::because("it says nothing about its samples"))?;
        let (shape, format, big_endian) = described(&common)?;
        let (chunk, offset) = self.sound.ok_or(Refused::because("there are no samples in it"))?;
        let start = chunk.start.saturating_add(8).saturating_add(offset).min(file_size);
        let stated = chunk.stated.saturating_sub(8).saturating_sub(offset);
        let end = start.saturating_add(stated).min(file_size);
        let pcm = Pcm { shape, format, big_endian, data: start..end };
        let findings = if end - start < stated { vec![super::truncated(&pcm, stated)] } else { told(&pcm, &common) };
        if self.found.chapters.is_empty() {
            let rate = u64::from(shape.sample_rate);
            let named = self.marks.into_iter().filter(|(_, title)| !title.is_empty());
            self.found.chapters = named.map(|(at, title)| ChapterMark::new((at * 1000 / rate) as i64, title)).collect();
            self.found.chapters.sort_by_key(|chapter| chapter.start_ms);
        }
        Ok(Unpacked { pcm, found: self.found, findings })
    }
}

/// Whether the samples are as many as the description says; none where it says nothing.
fn told(pcm: &Pcm, common: &[u8]) -> Vec<Finding> {
    let stated = common.get(2..6).map_or(0, be);
    let ms = |frames: u64| (frames * 1000 / u64::from(pcm.shape.sample_rate.max(1))) as i64;
    let heard = ms(pcm.frames());
    let mut findings = Findings::default();
    if stated > 0 {
        findings.declared(heard, heard, ms(stated), LEAST_MS);
    }
    findings.into_list()
}

/// Channels, frames, bits, the rate, and in AIFC how the samples are packed.
fn described(common: &[u8]) -> Result<(Shape, SampleFormat, bool), Refused> {
    let incomplete = || Refused::because("it says nothing about its samples");
    let channels = be(common.get(..2).ok_or_else(incomplete)?) as usize;
    let bits = be(common.get(6..8).ok_or_else(incomplete)?) as usize;
    let sample_rate = extended(common.get(8..18).ok_or_else(incomplete)?).ok_or_else(incomplete)?;
    let shape = Shape { sample_rate, channels };
    shape.check()?;
    if channels > 2 {
        return Err(Refused::elsewhere(&format!("it has {channels} channels")));
    }
    let bytes = bits.div_ceil(8);
    let whole = || match bytes {
        1..=4 => Ok(SampleFormat::Signed(bytes as u8)),
        _ => Err(Refused::elsewhere("its samples have an unusual size")),
    };
    match common.get(18..22) {
        None | Some(b"NONE" | b"twos" | b"in24" | b"in32") => Ok((shape, whole()?, true)),
        Some(b"sowt") => Ok((shape, whole()?, false)),
        Some(b"fl32" | b"FL32") => Ok((shape, SampleFormat::Float32, true)),
        Some(b"fl64" | b"FL64") => Ok((shape, SampleFormat::Float64, true)),
        Some(b"raw ") if bytes == 1 => Ok((shape, SampleFormat::Unsigned8, true)),
        Some(name) => {
            let name: String = name.iter().map(|byte| char::from(*byte)).filter(|c| c.is_ascii_graphic()).collect();
            Err(Refused::elsewhere(&format!("its sound is packed as \"{name}\"")))
        }
    }
}

/// A number of 80 bits (IEEE 754 extended): 15 bits of exponent, 64 of fraction with its leading one.
fn extended(bytes: &[u8]) -> Option<u32> {
    let exponent = i32::from(u16::from_be_bytes([bytes[0] & 0x7f, bytes[1]])) - 16_383;
    let fraction = be(&bytes[2..10]);
    (0..=31).contains(&exponent).then(|| (fraction >> (63 - exponent)) as u32)
}

/// A count, then for each an id, a position in samples, and a name with its length in front, padded to even.
fn marks(bytes: &[u8]) -> Vec<(u64, String)> {
    let mut rest = bytes.get(2..).unwrap_or_default();
    let mut marks = vec![];
    while let Some((head, after)) = rest.split_at_checked(7) {
        let length = usize::from(head[6]).min(after.len());
        marks.push((be(&head[2..6]), words(&after[..length])));
        rest = after.get(length + (length + 1) % 2..).unwrap_or(&[]);
        if marks.len() >= super::MOST_CHAPTERS {
            break;
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_of_eighty_bits() {
        // 44,100 = 0xAC44 · 2^0: exponent 16,383 + 15.
        assert_eq!(extended(&[0x40, 0x0e, 0xac, 0x44, 0, 0, 0, 0, 0, 0]), Some(44_100));
        assert_eq!(extended(&[0x40, 0x0f, 0xbb, 0x80, 0, 0, 0, 0, 0, 0]), Some(96_000));
        assert_eq!(extended(&[0x7f, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]), None, "not a number");
    }
}
