//! What a preset means for one recording: channels, rate, bit rate, loudness. Pure.

use crate::audio::denoise;
use crate::probe::Listened;
use hearthcast_model::facts::Loudness;
use hearthcast_model::recipe::{Loud, Recipe};
use hearthcast_model::{AudioFormat, MediaFacts, Preset};

/// A recording is made louder by no more: what is quieter than that is mostly noise.
pub const MOST_GAIN_DB: f64 = 24.0;

/// What will be done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Format of the result.
    pub format: AudioFormat,
    /// Channels of the result.
    pub channels: usize,
    /// Both channels are mixed into one.
    pub mix: bool,
    /// Two equal channels became one.
    pub dual_mono: bool,
    /// Samples per second of the result.
    pub sample_rate: u32,
    /// Kilobits per second.
    pub kbit: u32,
    /// The bit rate varies, at this quality of LAME.
    pub vbr: Option<u8>,
    /// Loudness of what goes in, in the channels that come out.
    pub before: Loudness,
    /// Loudness wanted; `None` keeps the level.
    pub target: Option<f64>,
    /// What is below so many hertz is taken away.
    pub high_pass: Option<u16>,
    /// So many percent of the noise are taken away, at 48 kHz.
    pub noise: Option<u8>,
    /// The sound is not the one that was measured.
    pub changed: bool,
}

/// What is known about the sound that goes in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Given {
    /// Channels.
    pub channels: usize,
    /// Samples per second.
    pub sample_rate: u32,
    /// How loud it is.
    pub loudness: Loudness,
    /// Two channels that hold the same.
    pub dual_mono: bool,
}

impl Given {
    /// A recording that was listened to.
    pub fn of(facts: &MediaFacts, heard: &Listened) -> Self {
        Self {
            channels: facts.channels.unwrap_or(1) as usize,
            sample_rate: facts.sample_rate_hz.unwrap_or(48_000),
            loudness: facts.loudness.unwrap_or(super::SILENCE),
            dual_mono: heard.dual_mono,
        }
    }
}

impl Plan {
    /// Nothing is done.
    pub fn untouched(given: &Given) -> Self {
        let Given { channels, sample_rate, loudness: before, .. } = *given;
        Self {
            format: AudioFormat::Flac,
            channels: channels.min(2),
            mix: false,
            dual_mono: false,
            sample_rate,
            kbit: 0,
            vbr: None,
            before,
            target: None,
            high_pass: None,
            noise: None,
            changed: false,
        }
    }

    /// Plans by preset, recipe and what was heard; `cut`: something of the recording was cut out or added.
    pub fn new((preset, recipe): (Preset, &Recipe), format: AudioFormat, given: &Given, cut: bool) -> Self {
        let stereo = given.channels >= 2;
        let dual_mono = stereo && given.dual_mono && preset != Preset::LeaveAlone;
        let mix = stereo && (dual_mono || recipe.mono || preset == Preset::SpeechMono96);
        let channels = if stereo && !mix { 2 } else { 1 };
        let noise = recipe.noise;
        let source_rate = match noise {
            Some(_) => denoise::RATE,
            None => recipe.sample_rate_hz.unwrap_or(given.sample_rate),
        };
        let vbr = recipe.vbr.filter(|_| format == AudioFormat::Mp3);
        let (sample_rate, kbit) = match format {
            AudioFormat::Mp3 if vbr.is_some() => (mp3_rate(source_rate, 160), vbr_kbit(vbr, channels)),
            AudioFormat::Mp3 => (mp3_rate(source_rate, mp3_kbit(preset, channels)), mp3_kbit(preset, channels)),
            AudioFormat::Opus => (super::opus::RATE, opus_kbit(preset, channels)),
            AudioFormat::M4a => (mp3_rate(source_rate, 320), aac_kbit(preset, channels)),
            // It has a name for every rate; what apps play ends at 48 kHz.
            AudioFormat::Flac if source_rate <= 48_000 => (source_rate, 0),
            AudioFormat::Flac => (mp3_rate(source_rate, 320), 0),
        };
        let mut before = given.loudness;
        if dual_mono {
            // The same sound out of one channel instead of two.
            before.integrated_lufs = before.integrated_lufs.map(|lufs| lufs - 10.0 * 2f64.log10());
        }
        let custom = (preset != Preset::LeaveAlone).then_some(Loud::Podcast);
        let target = recipe.loudness.or(custom).and_then(|loud| loud.lufs(channels));
        let (high_pass, levels) = (recipe.high_pass_hz, recipe.leveller.is_some());
        let changed = cut || levels || high_pass.is_some() || noise.is_some();
        Self { format, channels, mix, dual_mono, sample_rate, kbit, vbr, before, target, high_pass, noise, changed }
            .heard_as(before)
    }

    /// The plan once it is known how loud the sound is in the channels that come out. Silence stays silence.
    pub fn heard_as(self, before: Loudness) -> Self {
        Self { before, target: self.target.filter(|_| before.integrated_lufs.is_some()), ..self }
    }

    /// Whether what comes out has not been heard yet: left and right mixed into one can be anything.
    pub fn is_unheard(&self) -> bool {
        self.changed || (self.mix && !self.dual_mono)
    }

    /// The gain that reaches the target, and whether it had to be cut short.
    pub fn gain_db(&self) -> (f64, bool) {
        match (self.target, self.before.integrated_lufs) {
            (Some(target), Some(now)) => ((target - now).min(MOST_GAIN_DB), target - now > MOST_GAIN_DB),
            _ => (0.0, false),
        }
    }
}

fn mp3_kbit(preset: Preset, channels: usize) -> u32 {
    match preset {
        Preset::SpeechMono96 => 96,
        Preset::SpeechStereo128 if channels == 1 => 96,
        Preset::SpeechStereo128 => 128,
        Preset::Music192 | Preset::LeaveAlone => 192,
    }
}

/// What a varying bit rate comes to for music, which is what takes most: LAME's own table of `-V` for two channels ("245", "225" …
/// in its `--longhelp`), and two thirds of it for one.
fn vbr_kbit(quality: Option<u8>, channels: usize) -> u32 {
    const STEREO: [u32; 10] = [245, 225, 190, 175, 165, 130, 115, 100, 85, 65];
    let stereo = quality.and_then(|quality| STEREO.get(usize::from(quality))).copied().unwrap_or(320);
    if channels == 1 { stereo * 2 / 3 } else { stereo }
}

/// Where Opus sounds as good as MP3 does with the preset's bit rate; speech and music as the Xiph.Org wiki recommends
/// ("Opus Recommended Settings": podcasts 24 to 64, music 96 to 128 kbit/s), the upper end of each.
fn opus_kbit(preset: Preset, channels: usize) -> u32 {
    match (preset, channels) {
        (Preset::SpeechMono96 | Preset::SpeechStereo128, 1) => 48,
        (Preset::SpeechMono96 | Preset::SpeechStereo128, _) => 64,
        (Preset::Music192 | Preset::LeaveAlone, 1) => 96,
        (Preset::Music192 | Preset::LeaveAlone, _) => 128,
    }
}

/// ffmpeg's own AAC encoder needs about as much as MP3 for two channels of speech, less for one.
fn aac_kbit(preset: Preset, channels: usize) -> u32 {
    match (preset, channels) {
        (Preset::SpeechMono96 | Preset::SpeechStereo128, 1) => 80,
        (Preset::SpeechMono96 | Preset::SpeechStereo128, _) => 128,
        (Preset::Music192 | Preset::LeaveAlone, 1) => 128,
        (Preset::Music192 | Preset::LeaveAlone, _) => 192,
    }
}

/// The rate itself where MP3 has it with such a bit rate, else the one that is nearest to a whole multiple.
fn mp3_rate(rate: u32, kbit: u32) -> u32 {
    match rate {
        32_000 | 44_100 | 48_000 => rate,
        // The low rates of MPEG-2 end at 160 kbit/s; the lowest, of "MPEG-2.5", at 64.
        16_000 | 22_050 | 24_000 if kbit <= 160 => rate,
        _ if rate.is_multiple_of(11_025) => 44_100,
        _ => 48_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_mp3_cannot_carry_become_ones_it_can() {
        for (rate, kbit, wanted) in [
            (44_100, 128, 44_100),
            (96_000, 128, 48_000),
            (88_200, 192, 44_100),
            (16_000, 96, 16_000),
            (24_000, 192, 48_000),
            (11_025, 96, 44_100),
            (8_000, 96, 48_000),
            (37_800, 96, 48_000),
        ] {
            assert_eq!(mp3_rate(rate, kbit), wanted, "{rate} {kbit}");
        }
    }
}
