//! WAV and its relatives: RIFF, RF64 and BW64 (sizes over 4 GiB, EBU Tech 3306), Broadcast WAV, extensible formats.
//!
//! Own reading instead of a demuxer, because what recorders and editors leave behind lies about sizes in known ways,
//! and each lie has a right answer: an unfinished recording plays to the end of the file, a cut one says where it ends.

use super::chunks::{Chunk, Walk, le};
use super::pcm::{Pcm, SampleFormat};
use super::{Refused, Shape, Unpacked};
use crate::probe::Source;
use crate::tags::{FoundTags, clean};
use hearthcast_model::facts::{ChapterMark, Finding};
use std::collections::BTreeMap;
use std::io;

/// The size written when the real one stands elsewhere, or was never written.
const UNKNOWN: u64 = 0xffff_ffff;
/// Chunks with text are small.
const MOST_TEXT: u64 = 1 << 20;

/// Reads everything but the samples.
pub fn read(source: &mut Source) -> io::Result<Result<Unpacked, Refused>> {
    let mut wav = Wav::default();
    let mut walk = Walk::new(12, source.size, le);
    while let Some(chunk) = walk.next(source)? {
        wav.take(source, &chunk)?;
        if let Some(data) = wav.data.as_ref().filter(|_| &chunk.id == b"data") {
            walk.go_to(data.end, data.end % 2 == 1);
        }
    }
    wav.behind(source, walk.at())?;
    Ok(wav.finish())
}

/// Programs leave a few bytes behind the last chunk.
const FEW_BYTES: u64 = 4096;

#[derive(Default)]
struct Wav {
    format: Option<Vec<u8>>,
    /// Size of the samples by `ds64`.
    long_size: Option<u64>,
    data: Option<std::ops::Range<u64>>,
    findings: Vec<Finding>,
    found: FoundTags,
    /// Markers: id → sample, and id → name.
    cues: BTreeMap<u32, u32>,
    names: BTreeMap<u32, String>,
    cut: Option<u64>,
}

impl Wav {
    fn take(&mut self, source: &mut Source, chunk: &Chunk) -> io::Result<()> {
        match &chunk.id {
            b"fmt " => self.format = Some(chunk.bytes(source, 64)?),
            b"ds64" => self.long_size = chunk.bytes(source, 28)?.get(8..16).map(le),
            b"data" if self.data.is_none() => self.place_data(chunk, source.size),
            b"LIST" => self.list(&chunk.bytes(source, MOST_TEXT)?),
            b"bext" => self.broadcast(&chunk.bytes(source, 602)?),
            b"cue " => self.cues(&chunk.bytes(source, MOST_TEXT)?),
            b"id3 " | b"ID3 " => self.found.add_id3v2(&chunk.bytes(source, 20 << 20)?),
            _ => (),
        }
        Ok(())
    }

    /// Where the samples end: as stated, as `ds64` states, or at the end of the file.
    fn place_data(&mut self, chunk: &Chunk, file_size: u64) {
        let room = file_size - chunk.start;
        let stated = match (chunk.stated, self.long_size) {
            (UNKNOWN, Some(long)) if long != 0 && long != u64::MAX => Some(long),
            (UNKNOWN | 0, _) => None,
            // Recorders that stopped in the middle leave an impossible size just under 4 GiB or 2 GiB.
            (stated, _) if stated > room && stated >= 0x7fff_0000 => None,
            (stated, _) => Some(stated),
        };
        let length = match stated {
            Some(stated) if stated > room => {
                self.cut = Some(stated);
                room
            }
            Some(stated) => stated,
            None => {
                if room > 0 {
                    let message = "The program that recorded this file did not finish it: its length was not written. \
                                   All of it is used.";
                    self.findings.push(Finding {
                        code: "media.unfinished".into(),
                        message: message.into(),
                        at_ms: None,
                    });
                }
                room
            }
        };
        self.data = Some(chunk.start..chunk.start + length);
    }

    /// What stands behind the last chunk and is none: perhaps sound, when the stated size is too small.
    fn behind(&mut self, source: &mut Source, at: u64) -> io::Result<()> {
        let bytes = source.size.saturating_sub(at);
        if bytes <= FEW_BYTES || source.range(at, FEW_BYTES)?.iter().all(|byte| *byte == 0) {
            return Ok(());
        }
        let message = format!(
            "Behind the sound stand {bytes} bytes that belong to nothing: the file may say too small a length. They are \
             not used; open it in an audio editor as raw sound to get them."
        );
        self.findings.push(Finding { code: "media.unused".into(), message, at_ms: None });
        Ok(())
    }

    /// `LIST INFO` holds texts, `LIST adtl` the names of markers.
    fn list(&mut self, bytes: &[u8]) {
        let Some((kind, mut rest)) = bytes.split_at_checked(4) else { return };
        while let Some((head, after)) = rest.split_at_checked(8) {
            let length = (le(&head[4..]) as usize).min(after.len());
            let content = &after[..length];
            match (kind, &head[..4]) {
                (b"INFO", b"INAM") => self.text("title", content),
                (b"INFO", b"IART") => self.text("artist", content),
                (b"INFO", b"IPRD") => self.text("album", content),
                (b"INFO", b"ICRD") => self.text("date", content),
                (b"INFO", b"ICMT") => self.text("comment", content),
                (b"adtl", b"labl") if content.len() > 4 => {
                    self.names.insert(le(&content[..4]) as u32, words(&content[4..]));
                }
                _ => (),
            }
            rest = after.get(length + length % 2..).unwrap_or(&[]);
        }
    }

    /// Broadcast WAV (EBU Tech 3285): description, originator.
    fn broadcast(&mut self, bytes: &[u8]) {
        if let Some(description) = bytes.get(..256) {
            self.text("comment", description);
        }
        if let Some(date) = bytes.get(320..330) {
            self.text("date", date);
        }
    }

    fn text(&mut self, name: &str, bytes: &[u8]) {
        let text = words(bytes);
        if !text.is_empty() {
            self.found.tags.entry(name.into()).or_insert(text);
        }
    }

    /// A count, then 24 bytes each: id, position, chunk, chunk start, block start, sample.
    fn cues(&mut self, bytes: &[u8]) {
        for cue in bytes.get(4..).unwrap_or_default().chunks_exact(24).take(super::MOST_CHAPTERS) {
            self.cues.insert(le(&cue[..4]) as u32, le(&cue[20..]) as u32);
        }
    }

    fn finish(mut self) -> Result<Unpacked, Refused> {
        let format = self
            .format
            .as_deref()
            .and_then(Format::read)
            .ok_or(Refused::because("it says nothing about its samples"))?;
        let (shape, format) = format.understood()?;
        let data = self.data.ok_or(Refused::because("there are no samples in it"))?;
        let rate = u64::from(shape.sample_rate);
        let pcm = Pcm { shape, format, big_endian: false, data };
        if let Some(stated) = self.cut {
            self.findings.push(super::truncated(&pcm, stated));
        }
        let names = self.names;
        let mut chapters: Vec<ChapterMark> = self
            .cues
            .iter()
            .map(|(id, sample)| {
                ChapterMark::new((u64::from(*sample) * 1000 / rate) as i64, names.get(id).cloned().unwrap_or_default())
            })
            .filter(|chapter| !chapter.title.is_empty())
            .collect();
        chapters.sort_by_key(|chapter| chapter.start_ms);
        if self.found.chapters.is_empty() {
            self.found.chapters = chapters;
        }
        Ok(Unpacked { pcm, found: self.found, findings: self.findings })
    }
}

/// The fields of `fmt `.
struct Format {
    tag: u16,
    channels: usize,
    sample_rate: u32,
    block_align: usize,
    bits: usize,
    speakers: u32,
}

impl Format {
    fn read(bytes: &[u8]) -> Option<Self> {
        let short = |at: usize| bytes.get(at..at + 2).map(|bytes| le(bytes) as u16);
        let mut format = Self {
            tag: short(0)?,
            channels: usize::from(short(2)?),
            sample_rate: le(bytes.get(4..8)?) as u32,
            block_align: usize::from(short(12)?),
            bits: usize::from(short(14)?),
            speakers: 0,
        };
        // Extensible: valid bits, speakers, then the real tag at the front of a GUID.
        if format.tag == 0xfffe {
            format.speakers = le(bytes.get(20..24)?) as u32;
            format.tag = short(24)?;
        }
        Some(format)
    }

    fn understood(&self) -> Result<(Shape, SampleFormat), Refused> {
        let bytes = self.bits.div_ceil(8);
        let format = match (self.tag, bytes) {
            (1, 1) => SampleFormat::Unsigned8,
            (1, 2..=4) => SampleFormat::Signed(bytes as u8),
            (3, 4) => SampleFormat::Float32,
            (3, 8) => SampleFormat::Float64,
            _ => {
                return Err(Refused::elsewhere(&format!("its sound is packed as {}", codec(self.tag))));
            }
        };
        let shape = Shape { sample_rate: self.sample_rate, channels: self.channels };
        shape.check()?;
        if self.block_align != self.channels * bytes {
            return Err(Refused::because("its description of the samples contradicts itself"));
        }
        // Six channels are only mixed down when they stand for the six loudspeakers of 5.1.
        if self.channels == 6 && !matches!(self.speakers, 0 | 0x3f | 0x60f) {
            return Err(Refused::elsewhere("its six channels are not the six of 5.1"));
        }
        Ok((shape, format))
    }
}

/// Names of what may be in a WAV (Microsoft's list).
fn codec(tag: u16) -> &'static str {
    match tag {
        0x02 | 0x11 => "ADPCM",
        0x06 => "A-law",
        0x07 => "µ-law",
        0x31 => "GSM",
        0x50 => "MP2",
        0x55 => "MP3",
        0xff | 0x1610 => "AAC",
        0x161 | 0x162 => "Windows Media",
        _ => "something unusual",
    }
}

/// UTF-8, or else Latin-1, up to the first zero.
pub fn words(bytes: &[u8]) -> String {
    let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    let text =
        String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect());
    clean(&text, 500)
}
