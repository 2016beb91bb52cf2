//! The sound of a packed recording, decoded front to back; what is heard in haste, from about a place on.
//!
//! A damaged piece becomes silence of its length and a finding, so that everything after it stays in its place. Sound of
//! another shape in the middle is brought to the shape that the file begins with. Symphonia's own `gapless` is never
//! asked: what is left out is what the container says in so many samples, and nothing else.

use super::super::findings::Findings;
use super::adts::{AdtsFrames, AdtsHeader, Step};
use super::fit::Fit;
use super::ogg_ends::OggEnds;
use super::packed::{self, Demuxer, Packed};
use super::skipping::Skipping;
use super::window::Window;
use super::{Block, Broken, RecordingKind, Refused, Shape, codec, flac_place, mp4_place};
use crate::audio::frames::Skipped;
use crate::probe::Source;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::errors::Error;
use symphonia::core::formats::TrackType;
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

/// Longest silence put in for one damaged piece, samples.
const MOST_SILENCE: u64 = 65_536;
/// A longer gap is a lie.
const MOST_GAP_SECONDS: u64 = 60;
/// A container's own account of its length may be off by so much.
pub const LEAST_MS: i64 = 100;
/// Samples of a frame of AAC.
const AAC_FRAME: u64 = 1024;

/// Decodes front to back.
pub struct PackedStream {
    packed: Packed,
    packets: Packets,
    decoder: Box<dyn AudioDecoder>,
    position: Arc<AtomicU64>,
    /// Shape of what the decoder gives now, and how it becomes the file's.
    present: Shape,
    fit: Option<Fit>,
    /// Begin and end of a stream of Ogg.
    ends: Option<OggEnds>,
    /// Samples so far, before anything is left out.
    decoded: u64,
    skipping: Skipping,
    /// The packet that it was opened at.
    first: Option<Packet>,
    /// The last samples, left out when they are the end.
    held: Block,
    ended: bool,
    finished: bool,
}

enum Packets {
    Demuxed { reader: Demuxer, track: u32 },
    Bare { frames: AdtsFrames<Window>, last: Option<AdtsHeader> },
}

/// What comes next.
enum Next {
    Packet(Packet),
    /// The recording begins anew, perhaps in another shape.
    Anew,
    Nothing,
    End,
}

impl PackedStream {
    /// At the beginning, or in haste a little before a sample ([`Self::at`]).
    pub fn open(mut source: Source, packed: &Packed, sample: u64) -> Result<Self, Refused> {
        let place = match packed.kind {
            _ if !packed.is_searched(sample, 0) => None,
            RecordingKind::Flac => flac_place::find(&mut source, packed, sample),
            _ => mp4_place::find(&source, packed, sample),
        };
        let mut ends = None;
        let (mut packets, decoder, mut position) = match packed.kind {
            RecordingKind::Adts => {
                let (frames, position) = packed::frames(source.file, source.size, packed);
                let first = AdtsHeader::of(packed.shape.sample_rate, packed.shape.channels);
                (Packets::Bare { frames, last: None }, codec::decoder(&packed::bare(&first))?, position)
            }
            _ => {
                let (reader, position) = packed::demuxer(source.file, source.size, packed)?;
                let track = reader.default_track(TrackType::Audio);
                let track = track.ok_or(Refused::because("there is no sound in it"))?;
                ends = (packed.kind == RecordingKind::Ogg).then(|| OggEnds::of(track));
                let (decoder, track) = (codec::decoder(codec::parameters(track)?)?, track.id);
                (Packets::Demuxed { reader, track }, decoder, position)
            }
        };
        let (mut decoded, mut first, mut skipping) = (0, None, Skipping::default());
        if let (Some(place), Packets::Demuxed { reader, .. }) = (place, &mut packets) {
            (*reader, position, decoded, first) = (place.reader, place.position, place.at, Some(place.packet));
            skipping.leap();
        }
        Ok(Self {
            packed: packed.clone(),
            packets,
            decoder,
            position,
            present: packed.shape,
            fit: None,
            ends,
            decoded,
            skipping,
            first,
            held: Block::default(),
            ended: false,
            finished: false,
        })
    }

    /// The sample that comes next in what is just opened, of those that are heard.
    pub fn at(&self) -> u64 {
        self.packed.kept.heard_of(self.decoded)
    }

    /// Packets that were decoded.
    #[cfg(test)]
    pub fn decoded_packets(&self) -> u64 {
        self.skipping.decoded()
    }

    /// Nothing before this sample is wanted.
    pub fn go_to(&mut self, sample: u64) {
        if self.packed.hasty {
            self.skipping.go_to(sample);
        }
    }

    /// The next samples; false at the end.
    pub fn read(&mut self, block: &mut Block, findings: &mut Findings, at_ms: i64) -> Result<bool, Broken> {
        while !self.ended {
            match self.next(findings, at_ms)? {
                Next::Packet(packet) => {
                    let gap = self.gap(&packet);
                    self.decode(packet, gap, block, findings, at_ms);
                    if gap > 0 {
                        findings.gap(self.ms(gap), at_ms);
                        let silence = vec![0.0; usize::try_from(gap).unwrap_or(0)];
                        put_before(Block { planes: vec![silence; block.planes.len()] }, block);
                    }
                    self.leave_out(block);
                    self.hold_back(block);
                    if block.frames() > 0 {
                        return Ok(true);
                    }
                }
                Next::Anew => self.anew(findings, at_ms),
                Next::Nothing => (),
                Next::End => self.ended = true,
            }
        }
        Ok(self.last_samples(block, findings, at_ms))
    }

    /// Bytes of the file passed, about.
    pub fn position(&self) -> u64 {
        self.position.load(Ordering::Relaxed)
    }

    fn next(&mut self, findings: &mut Findings, at_ms: i64) -> Result<Next, Broken> {
        if let Some(first) = self.first.take() {
            return Ok(Next::Packet(first));
        }
        match &mut self.packets {
            Packets::Demuxed { reader, track } => match reader.next_packet() {
                Ok(Some(packet)) if packet.track_id == *track => Ok(Next::Packet(packet)),
                Ok(Some(_)) => Ok(Next::Nothing),
                Ok(None) => Ok(Next::End),
                Err(Error::ResetRequired) => Ok(Next::Anew),
                Err(Error::IoError(error)) if error.kind() != io::ErrorKind::UnexpectedEof => Err(Broken::Io(error)),
                Err(Error::IoError(_)) if self.packed.open_ended => Ok(Next::End),
                Err(_) => {
                    findings.cut(at_ms);
                    Ok(Next::End)
                }
            },
            Packets::Bare { frames, last } => match frames.next().map_err(Broken::Io)? {
                Step::Frame(header, content) => {
                    // Several pieces in one frame cannot be told apart here: the decoder is given none.
                    let content: Box<[u8]> = if header.blocks == 1 { content.into() } else { Box::default() };
                    let length = Duration::from(AAC_FRAME * u64::from(header.blocks));
                    let packet = Packet::new(0, Timestamp::ZERO, length, content);
                    let changed = last.is_some_and(|last| !last.same_stream(&header));
                    *last = Some(header);
                    if changed && let Ok(decoder) = codec::decoder(&packed::bare(&header)) {
                        self.decoder = decoder;
                        self.skipping.stop();
                    }
                    Ok(Next::Packet(packet))
                }
                Step::Skipped(bytes, _) if last.is_none() => {
                    findings.junk_before(bytes);
                    Ok(Next::Nothing)
                }
                Step::Skipped(bytes, at_end) => {
                    findings.skipped(Skipped { bytes, at_end, is_tag: false }, at_ms);
                    Ok(Next::Nothing)
                }
                Step::Cut => {
                    findings.cut(at_ms);
                    Ok(Next::End)
                }
                Step::End => Ok(Next::End),
            },
        }
    }

    /// Decodes one packet, before which so many samples are missing, into the shape of the file.
    fn decode(&mut self, mut packet: Packet, gap: u64, block: &mut Block, findings: &mut Findings, at_ms: i64) {
        let left_out = if self.ends.is_some() { OggEnds::whole(&mut packet) } else { 0 };
        let length = self.skipping.length(self.decoder.codec_params(), self.packed.kind, &packet);
        if self.fit.is_none()
            && gap == 0
            && let Some(length) = self.skipping.pass(length, self.decoded, self.packed.shape.sample_rate)
        {
            block.planes = vec![vec![0.0; length]; self.present.channels];
            self.ends.iter_mut().for_each(|ends| ends.pass(packet.block_dur(), left_out, block));
            return;
        }
        self.skipping.freshen(&mut *self.decoder);
        match self.decoder.decode(&packet) {
            Ok(samples) => {
                let shape = Shape { sample_rate: samples.spec().rate(), channels: samples.num_planes() };
                samples.copy_to_vecs_planar(&mut block.planes);
                self.skipping.learn(block, length);
                self.ends.iter_mut().for_each(|ends| ends.pass(packet.block_dur(), left_out, block));
                if shape != self.present && block.frames() > 0 {
                    findings.changes(at_ms);
                    let under_way = self.fit.take().map(Fit::finish);
                    (self.present, self.fit) = (shape, Fit::new(shape, self.packed.shape));
                    self.fit.iter_mut().for_each(|fit| fit.push(block));
                    under_way.into_iter().for_each(|under_way| put_before(under_way, block));
                    return;
                }
            }
            Err(_) => {
                findings.unreadable_frame(at_ms, packet.dur.get(), self.packed.shape.sample_rate);
                let silence = vec![0.0; packet.dur.get().min(MOST_SILENCE) as usize];
                block.planes = vec![silence; self.present.channels];
                self.ends.iter_mut().for_each(|ends| ends.pass(packet.block_dur(), left_out, block));
            }
        }
        self.fit.iter_mut().for_each(|fit| fit.push(block));
    }

    /// Cuts what the container says is not heard.
    fn leave_out(&mut self, block: &mut Block) {
        let from = self.decoded;
        self.decoded += block.frames() as u64;
        self.packed.kept.leave_out(from, block);
    }

    /// Keeps back as many samples as are left out at the end.
    fn hold_back(&mut self, block: &mut Block) {
        let tail = usize::try_from(self.packed.kept.tail).unwrap_or(0);
        if tail == 0 {
            return;
        }
        put_before(std::mem::take(&mut self.held), block);
        let given = block.frames().saturating_sub(tail);
        self.held.planes = block.planes.iter_mut().map(|plane| plane.split_off(given.min(plane.len()))).collect();
    }

    /// What a change of shape still holds at the end; and whether the sound was as long as the container says.
    fn last_samples(&mut self, block: &mut Block, findings: &mut Findings, at_ms: i64) -> bool {
        if self.finished {
            return false;
        }
        self.finished = true;
        *block = self.fit.take().map(Fit::finish).unwrap_or_default();
        self.leave_out(block);
        self.ends.iter_mut().for_each(|ends| ends.finish(findings, at_ms));
        if let Some(declared) = self.packed.declared {
            findings.declared(at_ms, self.ms(self.decoded), self.ms(declared), LEAST_MS);
        }
        // An edit list, or a table of packets, that ends behind the sound.
        let ends = self.packed.kept.pieces.last().map(|piece| piece.end).filter(|end| *end != u64::MAX);
        if let Some(ends) = ends.filter(|ends| *ends > self.decoded) {
            findings.declared(at_ms, self.ms(self.decoded), self.ms(ends), LEAST_MS);
        }
        if !self.packed.kept.pieces.is_empty() {
            let heard = self.packed.kept.heard_of(self.decoded);
            findings.hidden(self.ms(self.decoded.saturating_sub(heard)));
        }
        block.frames() > 0
    }

    /// Samples that are missing before a packet of FLAC, which says its place: damaged frames are passed over.
    fn gap(&self, packet: &Packet) -> u64 {
        let most = MOST_GAP_SECONDS * u64::from(self.packed.shape.sample_rate);
        let place = u64::try_from(packet.pts.get()).ok().filter(|_| self.packed.kind == RecordingKind::Flac);
        place.and_then(|place| place.checked_sub(self.decoded)).filter(|gap| *gap < most).unwrap_or(0)
    }

    fn ms(&self, samples: u64) -> i64 {
        let rate = u128::from(self.packed.shape.sample_rate.max(1));
        i64::try_from(u128::from(samples) * 1000 / rate).unwrap_or(i64::MAX)
    }

    /// A second file begins inside this one.
    fn anew(&mut self, findings: &mut Findings, at_ms: i64) {
        let Packets::Demuxed { reader, track } = &mut self.packets else { return };
        let next = reader.default_track(TrackType::Audio);
        let next = next
            .and_then(|next| Some((codec::decoder(codec::parameters(next).ok()?).ok()?, next.id, OggEnds::of(next))));
        self.skipping.stop();
        match next {
            Some((decoder, id, ends)) => {
                self.ends.get_or_insert_default().give_way(ends, findings);
                findings.joined_ogg(at_ms);
                (self.decoder, *track) = (decoder, id);
            }
            None => {
                findings.not_decoded(at_ms);
                self.ended = true;
            }
        }
    }
}

/// Joins two stretches of the same channels.
pub fn put_before(mut first: Block, block: &mut Block) {
    if first.frames() > 0 && first.planes.len() == block.planes.len() {
        first.planes.iter_mut().zip(&mut block.planes).for_each(|(first, plane)| first.append(plane));
        *block = first;
    }
}
