//! Packets before the sound that is wanted: passed over without being decoded, where it is known how many samples they hold.
//!
//! Silence stands for each of them, so that all that is counted in samples stays as it is when everything is decoded. What is
//! decoded before the first sample that is wanted brings the decoder to where it would be: half a window of AAC and Vorbis, what
//! Opus foretells from packet to packet (RFC 7845 asks for 80 ms). FLAC and ALAC need nothing of the kind.

use super::{Block, RecordingKind};
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_ALAC, CODEC_ID_FLAC, CODEC_ID_OPUS, CODEC_ID_VORBIS,
};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder};
use symphonia::core::packet::Packet;

/// Samples of the longest packet that is passed over.
const LONGEST: u64 = 65_536;
/// Samples that are decoded before the first that is wanted, at least: a few of the longest packets that hang on others.
const LEAST_LEAD: u64 = 16_384;

/// Samples that are decoded before the first that is wanted: a second of them.
pub fn lead(sample_rate: u32) -> u64 {
    u64::from(sample_rate).max(LEAST_LEAD)
}

/// What is wanted, and what is known of packets so far.
#[derive(Default)]
pub struct Skipping {
    /// The first sample that is wanted.
    wanted: u64,
    /// Packets were passed over since the decoder heard one.
    stale: bool,
    /// Nothing was decoded since the decoder forgot what was before.
    fresh: bool,
    /// Samples of the packets so far, and whether some had others.
    step: Option<u64>,
    varies: bool,
    /// Nothing is passed over: the sound does not go on as it began.
    unsure: bool,
    /// Packets that the decoder was given.
    #[cfg(test)]
    decoded: u64,
}

impl Skipping {
    /// Nothing before this sample is wanted.
    pub fn go_to(&mut self, sample: u64) {
        self.wanted = sample;
    }

    /// What comes next stands in the middle of the recording.
    pub fn leap(&mut self) {
        self.stale = true;
    }

    /// From here on everything is decoded, by a decoder that begins anew.
    pub fn stop(&mut self) {
        (self.unsure, self.stale, self.fresh) = (true, false, false);
    }

    /// Packets that were decoded.
    #[cfg(test)]
    pub fn decoded(&self) -> u64 {
        self.decoded
    }

    /// Samples of a packet, where that is sure.
    pub fn length(&self, parameters: &AudioCodecParameters, kind: RecordingKind, packet: &Packet) -> Option<u64> {
        let stated = packet.block_dur().get();
        let counts_samples = matches!(kind, RecordingKind::Flac | RecordingKind::Ogg);
        let steady = self.step.filter(|_| !self.varies);
        let length = match parameters.codec {
            _ if packet.trim_start.get() > 0 || packet.data.is_empty() => None,
            // Matroska may have it decoded at another rate.
            CODEC_ID_OPUS => opus(&packet.data, u64::from(parameters.sample_rate.unwrap_or(48_000))),
            CODEC_ID_FLAC | CODEC_ID_VORBIS if counts_samples => Some(stated),
            CODEC_ID_AAC => steady,
            CODEC_ID_ALAC => steady.filter(|step| *step == stated),
            _ => None,
        };
        length.filter(|length| (1..=LONGEST).contains(length))
    }

    /// Samples of a packet that need not be decoded: it has `length` of them, where that is known, behind `before` others.
    pub fn pass(&mut self, length: Option<u64>, before: u64, sample_rate: u32) -> Option<usize> {
        // The first second shows what packets hold.
        if self.unsure || before < u64::from(sample_rate) {
            return None;
        }
        let length = length?;
        if (before + length).saturating_add(lead(sample_rate)) > self.wanted {
            return None;
        }
        self.stale = true;
        usize::try_from(length).ok()
    }

    /// Before a packet is decoded: what the decoder keeps of others long before is forgotten.
    pub fn freshen(&mut self, decoder: &mut dyn AudioDecoder) {
        if std::mem::take(&mut self.stale) {
            decoder.reset();
            self.fresh = true;
        }
        #[cfg(test)]
        {
            self.decoded += 1;
        }
    }

    /// After a packet was decoded. The first one after others that were not is half a sound, and in Vorbis none at all: it is
    /// silent where it has not the length that it would have had.
    pub fn learn(&mut self, block: &mut Block, length: Option<u64>) {
        let fresh = std::mem::take(&mut self.fresh);
        let length = length.and_then(|length| usize::try_from(length).ok());
        match length.filter(|length| fresh && *length != block.frames()) {
            Some(length) => block.planes.iter_mut().for_each(|plane| *plane = vec![0.0; length]),
            None => {
                let samples = block.frames() as u64;
                self.varies |= self.step.replace(samples).is_some_and(|step| step != samples);
            }
        }
    }
}

/// Samples of a packet of Opus (RFC 6716 §3.1): how long its frames are, and how many.
pub fn opus(packet: &[u8], rate: u64) -> Option<u64> {
    let head = *packet.first()?;
    let (config, longer) = (head >> 3, usize::from(head >> 3));
    let frame = match config {
        0..=11 => [480, 960, 1920, 2880][longer % 4],
        12..=15 => [480, 960][longer % 2],
        _ => [120, 240, 480, 960][longer % 4],
    };
    let frames = match head & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u64::from(*packet.get(1)? & 0x3f),
    };
    // A packet is no longer than 120 ms.
    Some(frame * frames).filter(|samples| *samples <= 5760).map(|samples| samples * rate / 48_000)
}

#[cfg(test)]
mod tests {
    use super::opus;

    #[test]
    fn packets_of_opus_say_how_long_they_are() {
        // RFC 6716, tables 2 and 3: SILK of 60 ms; hybrid of 20 ms, twice; CELT of 2.5 ms, 48 times; more than 120 ms are none.
        assert_eq!(opus(&[3 << 3], 48_000), Some(2880));
        assert_eq!(opus(&[13 << 3 | 1], 48_000), Some(1920));
        assert_eq!(opus(&[28 << 3 | 3, 48], 48_000), Some(5760));
        assert_eq!(opus(&[28 << 3 | 3, 0x80 | 48], 24_000), Some(2880));
        assert_eq!(opus(&[3 << 3 | 3, 3], 48_000), None);
        assert_eq!((opus(&[], 48_000), opus(&[3], 48_000)), (None, None));
    }
}
