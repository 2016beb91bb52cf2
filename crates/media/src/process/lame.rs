//! LAME, as it is used here: constant bit rate or one that follows the sound, its own change of level undone.

use super::plan::Plan;
use mp3lame_encoder::{
    Bitrate, BuildError, Builder, DualPcm, Encoder, FlushGap, Mode, MonoPcm, Quality, VbrMode, max_required_buffer_size,
};
use std::num::NonZeroU32;

/// Why LAME cannot encode, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LameError(String);

impl LameError {
    fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }

    /// The system gives no thread.
    pub fn no_hands() -> Self {
        Self("the system has no room for another thread".into())
    }

    /// What came out is no MP3.
    pub fn no_frames() -> Self {
        Self("it gave something that is no MP3".into())
    }
}

/// What is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Samples per second, before and after.
    pub sample_rate: u32,
    /// One or two.
    pub channels: usize,
    /// Kilobits per second.
    pub kbit: u32,
    /// The bit rate varies, at this quality; then `kbit` says nothing.
    pub vbr: Option<u8>,
}

impl Settings {
    /// As planned.
    pub fn of(plan: &Plan) -> Self {
        Self { sample_rate: plan.sample_rate, channels: plan.channels, kbit: plan.kbit, vbr: plan.vbr }
    }
}

/// An encoder for one stretch of sound.
pub struct Lame {
    encoder: Encoder,
    /// What samples are multiplied with, so that they come out as loud as they went in.
    level: f32,
    scaled: [Vec<f32>; 2],
    out: Vec<u8>,
}

impl Lame {
    /// An encoder that writes frames of sound and nothing else.
    pub fn new(settings: Settings) -> Result<Self, LameError> {
        Self::with_description(settings, false)
    }

    /// An encoder whose first frame is a placeholder for [`Self::info_frame`].
    pub fn describing(settings: Settings) -> Result<Self, LameError> {
        Self::with_description(settings, true)
    }

    fn with_description(settings: Settings, described: bool) -> Result<Self, LameError> {
        let level = level_of(builder(settings, described).map_err(LameError::of)?);
        let encoder = builder(settings, described).and_then(Builder::build).map_err(LameError::of)?;
        // LAME turns constant bit rates down by up to 0.45 dB. Zero or nonsense would be a LAME we do not know.
        let level = if (0.5..=2.0).contains(&level) { 1.0 / level } else { 1.0 };
        Ok(Self { encoder, level, scaled: [vec![], vec![]], out: vec![] })
    }

    /// Encodes samples; the bytes that are finished.
    pub fn encode(&mut self, planes: &[&[f32]]) -> Result<&[u8], LameError> {
        for (scaled, plane) in self.scaled.iter_mut().zip(planes) {
            scaled.clear();
            scaled.extend(plane.iter().map(|sample| sample * self.level));
        }
        self.out.clear();
        self.out.reserve(max_required_buffer_size(self.scaled[0].len()));
        let [left, right] = &self.scaled;
        let encoded = match planes {
            [_, _] => self.encoder.encode_to_vec(DualPcm { left, right }, &mut self.out),
            _ => self.encoder.encode_to_vec(MonoPcm(left), &mut self.out),
        };
        encoded.map_err(LameError::of)?;
        Ok(&self.out)
    }

    /// The last bytes.
    pub fn finish(&mut self) -> Result<&[u8], LameError> {
        self.out.clear();
        self.out.reserve(max_required_buffer_size(8 * 1152));
        self.encoder.flush_to_vec::<FlushGap>(&mut self.out).map_err(LameError::of)?;
        Ok(&self.out)
    }

    /// The first frame: how many frames follow, and how many samples are none of the recording.
    pub fn info_frame(&self) -> Result<Vec<u8>, LameError> {
        let mut frame = Vec::with_capacity(self.encoder.lame_tag_size());
        self.encoder.lame_tag_encode_to_vec(&mut frame).ok_or_else(|| LameError("it gives no Info frame".into()))?;
        Ok(frame)
    }
}

/// The first frame of a sound with these settings, as LAME writes it; what it says is about a moment of silence.
pub fn info_frame(settings: Settings) -> Result<Vec<u8>, LameError> {
    let mut lame = Lame::describing(settings)?;
    let silence = [0.0; 4 * 1152];
    lame.encode(&[&silence[..], &silence][..settings.channels])?;
    lame.finish()?;
    lame.info_frame()
}

/// The encoder and its version.
pub fn version() -> String {
    format!("LAME {}", mp3lame_encoder::mp3lame_version())
}

fn builder(settings: Settings, described: bool) -> Result<Builder, BuildError> {
    let Settings { sample_rate, channels, kbit, vbr } = settings;
    let mut builder = Builder::new().ok_or(BuildError::NoMem)?;
    builder.set_num_channels(channels as u8)?;
    builder.set_sample_rate(sample_rate)?;
    // Said aloud: at low bit rates LAME would choose a lower rate of its own.
    builder.set_output_sample_rate(NonZeroU32::new(sample_rate))?;
    builder.set_mode(if channels == 1 { Mode::Mono } else { Mode::JointStereo })?;
    match vbr {
        // What `lame -V` takes.
        Some(level) => {
            builder.set_vbr_mode(VbrMode::Mtrh)?;
            builder.set_vbr_quality(quality(level))?;
        }
        None => builder.set_brate(match kbit {
            64 => Bitrate::Kbps64,
            96 => Bitrate::Kbps96,
            128 => Bitrate::Kbps128,
            160 => Bitrate::Kbps160,
            _ => Bitrate::Kbps192,
        })?,
    }
    builder.set_to_write_vbr_tag(described)?;
    Ok(builder)
}

fn quality(level: u8) -> Quality {
    use Quality::{Best, Decent, Good, NearBest, Nice, Ok, SecondBest, SecondWorst, VeryNice, Worst};
    const ALL: [Quality; 10] = [Best, SecondBest, NearBest, VeryNice, Nice, Good, Decent, Ok, SecondWorst, Worst];
    ALL[usize::from(level).min(ALL.len() - 1)]
}

/// What LAME multiplies all samples with at these settings, read back after it has made up its mind.
#[expect(unsafe_code, reason = "the crate has no safe way to ask for LAME's scale")]
fn level_of(mut builder: Builder) -> f32 {
    use mp3lame_encoder::ffi;
    // SAFETY: the pointer is the builder's own, valid and not shared until `builder` is dropped at the end; both
    // functions only read and write the settings behind it.
    unsafe {
        let settings = builder.as_ptr();
        ffi::lame_init_params(settings);
        ffi::lame_get_scale(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lame_takes_away_is_known() {
        // Measured with LAME 3.100: 0.95 at 96 and 128 kbit/s, 0.97 at 192.
        for (kbit, level) in [(96, 0.95), (128, 0.95), (192, 0.97)] {
            let found =
                level_of(builder(Settings { sample_rate: 44_100, channels: 2, kbit, vbr: None }, false).unwrap());
            assert!((found - level).abs() < 1e-6, "{kbit}: {found}");
        }
        assert!(version().starts_with("LAME 3."), "{}", version());
    }
}
