//! Where the sound of one stream of Ogg begins and ends (RFC 7845 §4.2 and §4.4; Vorbis I, annex A.2): what its head and its
//! last page say is left out, where that can be true.
//!
//! Symphonia leaves out samples on every page whose position is lower than its sound; only the last one may say so, and no
//! encoder fills up half a second.

use super::super::findings::Findings;
use super::packed_stream::{LEAST_MS, put_before};
use super::{Block, codec};
use symphonia::core::codecs::audio::well_known::CODEC_ID_OPUS;
use symphonia::core::formats::Track;
use symphonia::core::packet::Packet;
use symphonia::core::units::Duration;

/// A longer stream is a lie.
const MOST_SECONDS: u64 = 10_000_000;

/// Begin and end of one stream.
#[derive(Default)]
pub struct OggEnds {
    rate: u64,
    /// Samples that the head of Opus leaves out, and those of them that are still to come once the first packet is known.
    pre_skip: u64,
    skip: Option<u64>,
    /// Samples that are heard, as the last page states them.
    stated: Option<u64>,
    /// The last page states something that is no position.
    nowhere: bool,
    /// What is left out at an end is left out.
    holds: bool,
    /// What is left out when nothing more comes.
    end: Block,
    heard: u64,
}

impl OggEnds {
    /// As the head and the last page of the stream state them.
    pub fn of(track: &Track) -> Self {
        let Ok(parameters) = codec::parameters(track) else { return Self::default() };
        let rate = u64::from(parameters.sample_rate.unwrap_or(48_000));
        let is_opus = parameters.codec == CODEC_ID_OPUS;
        let pre_skip = track.delay.filter(|_| is_opus).map_or(0, u64::from);
        let possible = |end: &u64| *end < MOST_SECONDS.saturating_mul(rate);
        let begin = u64::try_from(track.start_ts.get()).unwrap_or(0).saturating_add(pre_skip);
        let stated = track.num_frames.filter(possible).map(|end| end.saturating_sub(begin));
        let nowhere = track.num_frames.is_some() && stated.is_none();
        Self { rate, pre_skip, stated, nowhere, holds: !nowhere, ..Self::default() }
    }

    /// Takes from a packet what is to be left out at its end, so that it is decoded whole.
    pub fn whole(packet: &mut Packet) -> usize {
        let left_out = std::mem::replace(&mut packet.trim_end, Duration::ZERO);
        packet.dur = packet.dur.saturating_add(left_out);
        usize::try_from(left_out.get()).unwrap_or(usize::MAX)
    }

    /// The samples of a packet of that many, the last of which are perhaps left out.
    pub fn pass(&mut self, length: Duration, left_out: usize, block: &mut Block) {
        self.skip_front(length, block);
        if left_out == 0 {
            self.holds = !self.nowhere;
        }
        let left_out = if self.holds { left_out } else { 0 };
        let kept = block.frames().saturating_sub(left_out);
        let end =
            Block { planes: block.planes.iter_mut().map(|plane| plane.split_off(kept.min(plane.len()))).collect() };
        if kept > 0 {
            // What was left out before stands in the middle.
            put_before(std::mem::take(&mut self.end), block);
        }
        let before = std::mem::replace(&mut self.end, end);
        put_before(before, &mut self.end);
        if self.end.frames() as u64 > self.rate / 2 {
            self.holds = false;
            let kept = std::mem::replace(block, std::mem::take(&mut self.end));
            put_before(kept, block);
        }
        self.heard += block.frames() as u64;
    }

    /// The decoder of Opus leaves pre-skip out of the first packet only.
    fn skip_front(&mut self, length: Duration, block: &mut Block) {
        let skip = self.skip.unwrap_or(self.pre_skip.saturating_sub(length.get()));
        let now = skip.min(block.frames() as u64);
        block.planes.iter_mut().for_each(|plane| drop(plane.drain(..(now as usize).min(plane.len()))));
        self.skip = Some(skip - now);
    }

    /// At the end of a stream that another follows. Its length is not compared: of streams with the same number symphonia states
    /// the last one's.
    pub fn give_way(&mut self, next: Self, findings: &mut Findings) {
        findings.skips_front(self.ms(self.pre_skip));
        *self = next;
    }

    fn ms(&self, samples: u64) -> i64 {
        i64::try_from(samples.saturating_mul(1000) / self.rate.max(1)).unwrap_or(i64::MAX)
    }

    /// At the end of the last stream: whether its sound was as long as it says.
    pub fn finish(&mut self, findings: &mut Findings, at_ms: i64) {
        let ms = |samples: u64| self.ms(samples);
        findings.skips_front(ms(self.pre_skip));
        if let Some(stated) = self.stated {
            findings.declared(at_ms, ms(self.heard), ms(stated), LEAST_MS);
        }
        *self = Self::default();
    }
}
