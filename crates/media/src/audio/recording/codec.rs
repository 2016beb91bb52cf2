//! Which codecs are decoded here, by symphonia and libopus, and what they are called.

use super::{RecordingKind, Refused, Shape};
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_ALAC, CODEC_ID_FLAC, CODEC_ID_MP3, CODEC_ID_OPUS, CODEC_ID_VORBIS,
};
use symphonia::core::codecs::audio::{
    AudioCodecId, AudioCodecParameters, AudioDecoder, AudioDecoderOptions, CODEC_ID_NULL_AUDIO,
};
use symphonia::core::codecs::registry::RegisterableAudioDecoder;
use symphonia::core::formats::Track;
use symphonia::default::codecs;

/// How the sound of a track is packed.
pub fn parameters(track: &Track) -> Result<&AudioCodecParameters, Refused> {
    match &track.codec_params {
        Some(CodecParameters::Audio(parameters)) if parameters.codec != CODEC_ID_NULL_AUDIO => Ok(parameters),
        _ => Err(Refused::elsewhere("its sound is packed in an unusual way")),
    }
}

/// Name of the codec and the MIME type of a plain recording.
pub fn named(kind: RecordingKind, parameters: &AudioCodecParameters) -> Result<(&'static str, &'static str), Refused> {
    let codec = match parameters.codec {
        CODEC_ID_FLAC => "flac",
        CODEC_ID_VORBIS => "vorbis",
        CODEC_ID_OPUS => "opus",
        CODEC_ID_AAC => "aac",
        CODEC_ID_ALAC => "alac",
        CODEC_ID_MP3 => "mp3",
        codec if is_plain(codec) => "pcm",
        _ => return Err(Refused::elsewhere("its sound is packed in an unusual way")),
    };
    let mime = match kind {
        RecordingKind::Flac => "audio/flac",
        RecordingKind::Ogg if codec == "opus" => "audio/opus",
        RecordingKind::Ogg => "audio/ogg",
        RecordingKind::Adts => "audio/aac",
        RecordingKind::Caf => "audio/x-caf",
        RecordingKind::Matroska => "audio/x-matroska",
        _ => "audio/mp4",
    };
    Ok((codec, mime))
}

fn is_plain(codec: AudioCodecId) -> bool {
    use symphonia::core::codecs::audio::well_known as known;
    [
        known::CODEC_ID_PCM_S16LE,
        known::CODEC_ID_PCM_S16BE,
        known::CODEC_ID_PCM_S24LE,
        known::CODEC_ID_PCM_S24BE,
        known::CODEC_ID_PCM_S32LE,
        known::CODEC_ID_PCM_S32BE,
        known::CODEC_ID_PCM_F32LE,
        known::CODEC_ID_PCM_F32BE,
        known::CODEC_ID_PCM_F64LE,
        known::CODEC_ID_PCM_F64BE,
        known::CODEC_ID_PCM_U8,
        known::CODEC_ID_PCM_S8,
        known::CODEC_ID_PCM_ALAW,
        known::CODEC_ID_PCM_MULAW,
    ]
    .contains(&codec)
}

/// Rate and channels as the container states them.
pub fn shape(parameters: &AudioCodecParameters) -> Result<Shape, Refused> {
    // AAC says its channels in its first frame; MP4 repeats them in the header.
    let channels = parameters.channels.as_ref().map_or(2, |channels| channels.count());
    let shape = Shape { sample_rate: parameters.sample_rate.unwrap_or(48_000), channels };
    shape.check()?;
    Ok(shape)
}

/// A fresh decoder.
pub fn decoder(parameters: &AudioCodecParameters) -> Result<Box<dyn AudioDecoder>, Refused> {
    // What a packet says of itself (Ogg) is cut; nobody guesses here how long the whole is.
    let options = AudioDecoderOptions::default();
    let codec: AudioCodecId = parameters.codec;
    let made = match codec {
        CODEC_ID_FLAC => codecs::FlacDecoder::try_registry_new(parameters, &options),
        CODEC_ID_VORBIS => codecs::VorbisDecoder::try_registry_new(parameters, &options),
        CODEC_ID_ALAC => codecs::AlacDecoder::try_registry_new(parameters, &options),
        CODEC_ID_OPUS => symphonia_adapter_libopus::OpusDecoder::try_registry_new(parameters, &options),
        CODEC_ID_MP3 => codecs::MpaDecoder::try_registry_new(parameters, &options),
        codec if is_plain(codec) => codecs::PcmDecoder::try_registry_new(parameters, &options),
        _ => codecs::AacDecoder::try_registry_new(parameters, &options),
    };
    made.map_err(|error| match codec {
        CODEC_ID_AAC => Refused::elsewhere(&format!("its AAC is of a special kind ({error})")),
        _ => Refused::elsewhere(&format!("its sound is packed in a special way ({error})")),
    })
}
