//! One frame in, its samples out: symphonia's MP3 decoder, used frame by frame.
//!
//! What is cut is decided by `playable` alone: delay and padding, and only when the encoder stated them. Symphonia's own
//! cutting (its `gapless`) needs what its demuxers write into packets; ours are made of bare frames, so the option below says
//! what holds and changes nothing. Cutting always (in `Playable::set_info`, without a statement) turns rows of the table of
//! nasty files red: a VBR file without a Xing header would lose the end of its sound without an error (measured: 8 %).

use super::header::FrameHeader;
use symphonia::core::audio::{Audio, AudioBuffer, GenericAudioBufferRef};
use symphonia::core::codecs::audio::well_known::CODEC_ID_MP3;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::packet::PacketRef;
use symphonia::core::units::{Duration, Timestamp};
use symphonia::default::codecs::MpaDecoder;

/// Most samples per channel in a frame.
const MOST_SAMPLES: usize = 1152;

/// Decodes the frames of one file in order.
pub struct FrameDecoder {
    decoder: Option<MpaDecoder>,
    stream: Option<FrameHeader>,
}

/// The samples of one frame.
pub enum Sound<'a> {
    /// As decoded.
    Decoded(&'a AudioBuffer<f32>),
    /// The frame is damaged inside: players are silent for its time.
    Unreadable,
}

impl FrameDecoder {
    /// A decoder at the start of a file.
    pub fn new() -> Self {
        Self { decoder: None, stream: None }
    }

    /// Decodes one frame. A change of sample rate or channels starts a fresh decoder.
    pub fn decode(&mut self, header: &FrameHeader, frame: &[u8]) -> Sound<'_> {
        if !self.stream.is_some_and(|stream| stream.same_stream(header)) {
            self.stream = Some(*header);
            self.decoder = fresh();
        }
        let packet = PacketRef::new(0, Timestamp::ZERO, Duration::from(header.samples()), frame);
        match self.decoder.as_mut().map(|decoder| decoder.decode_ref(&packet)) {
            Some(Ok(GenericAudioBufferRef::F32(samples))) if samples.frames() as u64 == header.samples() => {
                Sound::Decoded(samples)
            }
            _ => Sound::Unreadable,
        }
    }
}

/// One plane per channel for each kind of frame; silence for an unreadable one.
pub fn planes<'a>(sound: &Sound<'a>, header: &FrameHeader) -> ([&'a [f32]; 2], usize) {
    static SILENCE: [f32; MOST_SAMPLES] = [0.0; MOST_SAMPLES];
    let silence = &SILENCE[..header.samples() as usize];
    let channels = usize::from(header.channels);
    match sound {
        Sound::Decoded(samples) => {
            let first = samples.plane(0).unwrap_or(silence);
            ([first, samples.plane(1).unwrap_or(first)], channels)
        }
        Sound::Unreadable => ([silence, silence], channels),
    }
}

fn fresh() -> Option<MpaDecoder> {
    let mut parameters = AudioCodecParameters::new();
    parameters.for_codec(CODEC_ID_MP3);
    MpaDecoder::try_new(&parameters, &AudioDecoderOptions::default().gapless(false)).ok()
}
