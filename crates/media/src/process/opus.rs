//! Opus in Ogg (RFC 7845), by libopus: two headers, then packets of 20 ms, a page a second. The same sound and settings
//! give the same bytes.

use super::whole::{EncoderError, Settings};
use crate::tags::write_comments::Comments;
use ogg::PacketWriteEndInfo;
use ogg::writing::PacketWriter;
use opusic_c::{Application, Bitrate, Channels, Encoder, SampleRate};
use std::fs::File;
use std::io::{BufWriter, Write};

/// Samples in a packet: 20 ms at the one rate used here.
const PACKET: usize = 960;
/// The rate at which Opus works and counts.
pub const RATE: u32 = 48_000;
/// Packets on a page: a second, so that apps that jump do not read far.
const PAGE: u64 = 50;
/// Longest packet libopus makes (its documentation of `opus_encode`).
const MOST_PACKET_BYTES: usize = 4000;

/// Writes one stream.
pub struct OpusFile {
    encoder: Encoder,
    channels: usize,
    pages: PacketWriter<'static, BufWriter<File>>,
    /// Names the stream among others in a file; here there is one, and the same sound has the same name.
    serial: u32,
    /// Samples that come out before the first of the sound.
    pre_skip: u64,
    /// Packets written and in all, and the number of the last sample.
    written: u64,
    packets: u64,
    end: u64,
    /// Samples, channel by channel in turn, that fill no packet yet.
    waiting: Vec<f32>,
    packet: Vec<u8>,
}

impl OpusFile {
    /// Writes the headers. `samples` at 48 kHz will follow.
    pub fn new(file: File, settings: &Settings, comments: &Comments, samples: u64) -> Result<Self, EncoderError> {
        let channels = if settings.channels == 1 { Channels::Mono } else { Channels::Stereo };
        let mut encoder = Encoder::new(channels, SampleRate::Hz48000, Application::Audio)?;
        encoder.set_bitrate(Bitrate::Value(settings.kbit * 1000))?;
        encoder.set_vbr(true)?;
        encoder.set_complexity(10)?;
        let pre_skip = u64::from(encoder.get_look_ahead()?);
        let end = pre_skip + samples;
        let mut opus = Self {
            encoder,
            channels: settings.channels,
            pages: PacketWriter::new(BufWriter::with_capacity(256 * 1024, file)),
            serial: 1,
            pre_skip,
            written: 0,
            packets: end.div_ceil(PACKET as u64).max(1),
            end,
            waiting: vec![],
            packet: vec![0; MOST_PACKET_BYTES],
        };
        let head = opus.head(settings.source_rate);
        opus.pages.write_packet(head, opus.serial, PacketWriteEndInfo::EndPage, 0)?;
        let tags = comments.opus_tags(&version());
        opus.pages.write_packet(tags, opus.serial, PacketWriteEndInfo::EndPage, 0)?;
        Ok(opus)
    }

    /// `OpusHead`, version 1, no gain, one or two channels in the usual order (RFC 7845, 5.1).
    fn head(&self, source_rate: u32) -> Vec<u8> {
        let mut head = b"OpusHead\x01".to_vec();
        head.push(self.channels as u8);
        head.extend((self.pre_skip as u16).to_le_bytes());
        head.extend(source_rate.to_le_bytes());
        head.extend([0, 0, 0]);
        head
    }

    /// Encodes what comes next.
    pub fn encode(&mut self, planes: &[&[f32]]) -> Result<(), EncoderError> {
        super::whole::interleave(planes, &mut self.waiting, |sample| sample);
        let size = PACKET * self.channels;
        let whole = self.waiting.len() / size;
        let waiting = std::mem::take(&mut self.waiting);
        for packet in waiting.chunks_exact(size) {
            self.put(packet)?;
        }
        self.waiting = waiting;
        self.waiting.drain(..whole * size);
        Ok(())
    }

    /// Fills the last packets with silence and ends the stream where the sound ends.
    pub fn finish(mut self) -> Result<(), EncoderError> {
        let size = PACKET * self.channels;
        let mut rest = std::mem::take(&mut self.waiting);
        while self.written < self.packets {
            rest.resize(size, 0.0);
            self.put(&rest)?;
            rest.clear();
        }
        Ok(self.pages.inner_mut().flush()?)
    }

    fn put(&mut self, packet: &[f32]) -> Result<(), EncoderError> {
        let length = self.encoder.encode_float_to_slice(packet, &mut self.packet)?;
        self.written += 1;
        let (last, page) = (self.written == self.packets, self.written.is_multiple_of(PAGE));
        let ends = match (last, page) {
            (true, _) => PacketWriteEndInfo::EndStream,
            (false, true) => PacketWriteEndInfo::EndPage,
            (false, false) => PacketWriteEndInfo::NormalPacket,
        };
        // Where the last packet ends says how much of it is sound (RFC 7845, 4.4).
        let at = (self.written * PACKET as u64).min(self.end);
        Ok(self.pages.write_packet(self.packet[..length].to_vec(), self.serial, ends, at)?)
    }
}

/// The encoder and its version.
pub fn version() -> String {
    opusic_c::version().to_owned()
}
