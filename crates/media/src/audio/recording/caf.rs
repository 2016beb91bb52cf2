//! Apple's Core Audio Format: plain samples are read as those of WAV are; of packed sound (ALAC, AAC) the table of packets
//! says how much is heard.

use super::about::{About, Hears};
use super::chunks::be;
use super::pcm::{Pcm, SampleFormat};
use super::{Refused, Shape, Unpacked};
use crate::probe::Source;
use crate::tags::{FoundTags, clean};
use hearthcast_model::facts::Finding;
use std::io;
use std::ops::Range;

/// A file with more is an attack.
const MOST_CHUNKS: usize = 10_000;
/// Chunks with text are small.
const MOST_TEXT: u64 = 1 << 20;

/// The chunks that matter.
#[derive(Default)]
struct Caf {
    description: Option<Description>,
    /// Bytes of the samples that are there, and where they are stated to end; `None` where nothing was stated.
    data: Option<(Range<u64>, Option<u64>)>,
    /// Priming and valid samples.
    heard: Option<(u64, u64)>,
    found: FoundTags,
}

struct Description {
    sample_rate: f64,
    format: [u8; 4],
    flags: u64,
    packet_bytes: u64,
    channels: usize,
    bits: usize,
}

/// Reads what is said about packed sound.
pub fn read(source: &mut Source) -> io::Result<Result<About, Refused>> {
    let caf = Caf::read(source)?;
    let (Some(description), Some((data, stated))) = (&caf.description, &caf.data) else {
        return Ok(Err(Refused::because("it says nothing about its samples")));
    };
    if description.packet_bytes == 0 && caf.heard.is_none() {
        return Ok(Err(Refused::because("its table of packets is missing: the file was not finished or is cut off")));
    }
    Ok(Ok(About {
        stated: stated.unwrap_or(source.size).max(source.size),
        around: (data.start, source.size - data.end),
        heard: caf.heard.map_or(Hears::All, |(priming, valid)| Hears::Samples(priming, valid)),
        found: caf.found,
        ..About::default()
    }))
}

/// Reads plain samples; `None` where they are packed.
pub fn plain(source: &mut Source) -> io::Result<Option<Result<Unpacked, Refused>>> {
    let caf = Caf::read(source)?;
    let (Some(description), Some((data, stated))) = (caf.description, caf.data) else {
        return Ok(Some(Err(Refused::because("it says nothing about its samples"))));
    };
    if &description.format != b"lpcm" {
        return Ok(None);
    }
    let bytes = description.bits.div_ceil(8);
    let format = match (description.flags & 1 == 1, bytes) {
        (true, 4) => SampleFormat::Float32,
        (true, 8) => SampleFormat::Float64,
        (false, 1..=4) => SampleFormat::Signed(bytes as u8),
        _ => return Ok(Some(Err(Refused::elsewhere("its samples have an unusual size")))),
    };
    let shape = Shape { sample_rate: description.sample_rate as u32, channels: description.channels };
    if let Err(refused) = shape.check() {
        return Ok(Some(Err(refused)));
    }
    if description.packet_bytes != (bytes * shape.channels) as u64 {
        return Ok(Some(Err(Refused::elsewhere("its samples stand further apart than they are long"))));
    }
    let pcm = Pcm { shape, format, big_endian: description.flags & 2 == 0, data };
    let findings = match stated {
        None => vec![unfinished()],
        Some(end) if end > source.size => vec![super::truncated(&pcm, end - pcm.data.start)],
        Some(_) => vec![],
    };
    Ok(Some(Ok(Unpacked { pcm, found: caf.found, findings })))
}

/// The length of the samples was never written.
fn unfinished() -> Finding {
    let message =
        "The program that recorded this file did not finish it: its length was not written. All of it is used.";
    Finding { code: "media.unfinished".into(), message: message.into(), at_ms: None }
}

impl Caf {
    fn read(source: &mut Source) -> io::Result<Self> {
        let mut caf = Self::default();
        // "caff", version and flags; then chunks: four letters, a size of 64 bits, content without padding.
        let mut at = 8;
        for _ in 0..MOST_CHUNKS {
            let head = source.range(at, 12)?;
            let Some(size) = head.get(4..12).map(be) else { break };
            let start = at + 12;
            // −1: up to the end of the file.
            let stated = (size != u64::MAX).then(|| start.saturating_add(size));
            caf.take(source, &head[..4], start, stated)?;
            match stated {
                Some(end) if end < source.size => at = end,
                _ => break,
            }
        }
        Ok(caf)
    }

    fn take(&mut self, source: &mut Source, id: &[u8], start: u64, stated: Option<u64>) -> io::Result<()> {
        let length = stated.map_or(0, |end| end - start);
        match id {
            b"desc" => self.description = description(&source.range(start, 32)?),
            // A counter of edits, then the samples.
            b"data" if self.data.is_none() => {
                let end = stated.unwrap_or(source.size).min(source.size);
                self.data = Some(((start + 4).min(end)..end, stated));
            }
            // Packets, valid samples, priming, remainder.
            b"pakt" => {
                let head = source.range(start, 24)?;
                if let (Some(valid), Some(priming)) = (head.get(8..16).map(be), head.get(16..20).map(be)) {
                    self.heard = Some((priming, valid)).filter(|_| valid > 0 && valid < 1 << 48 && priming < 1 << 31);
                }
            }
            b"info" => self.texts(&source.range(start, length.min(MOST_TEXT))?),
            _ => (),
        }
        Ok(())
    }

    /// A count, then names and values, each closed by a zero.
    fn texts(&mut self, bytes: &[u8]) {
        let mut words = bytes.get(4..).unwrap_or_default().split(|byte| *byte == 0);
        while let (Some(name), Some(value)) = (words.next(), words.next()) {
            let plain = match name {
                b"title" => "title",
                b"artist" => "artist",
                b"album" => "album",
                b"comments" => "comment",
                b"recorded date" | b"year" => "date",
                _ => continue,
            };
            let text = clean(&String::from_utf8_lossy(value), 500);
            if !text.is_empty() {
                self.found.tags.entry(plain.into()).or_insert(text);
            }
        }
    }
}

fn description(bytes: &[u8]) -> Option<Description> {
    let number = |at: usize| bytes.get(at..at + 4).map(be);
    Some(Description {
        sample_rate: f64::from_bits(be(bytes.get(..8)?)),
        format: *bytes.get(8..12)?.first_chunk::<4>()?,
        flags: number(12)?,
        packet_bytes: number(16)?,
        channels: number(24)? as usize,
        bits: number(28)? as usize,
    })
}
