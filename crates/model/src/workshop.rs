//! What the workshop does to a recording: the preset the author chose, and the report of what was done.

use crate::facts::{Finding, Loudness};
use crate::recipe::{Passage, Recipe};
use crate::{MediaFacts, Sha256, Timeline};
use serde::de::value::StrDeserializer;
use serde::{Deserialize, Deserializer, Serialize};

/// How recordings of a show become the file listeners get. MP3 and M4A pass through untouched under every preset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// "Speech mono 96k": one channel, 96 kbit/s, −19 LUFS.
    SpeechMono96,
    /// "Speech stereo 128k": 128 kbit/s, −16 LUFS; two equal channels become one, as with [`Self::SpeechMono96`].
    #[default]
    SpeechStereo128,
    /// "Music 192k": 192 kbit/s, −16 LUFS.
    Music192,
    /// "Leave alone": the level is kept; WAV, FLAC and AIFF are still encoded (192 kbit/s), because podcast apps need MP3.
    LeaveAlone,
}

impl Preset {
    /// All presets, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::SpeechMono96, Self::SpeechStereo128, Self::Music192, Self::LeaveAlone];

    /// The preset's name for people, as it is shown and typed (`hearthcast media process --preset`).
    pub fn name(self) -> &'static str {
        match self {
            Self::SpeechMono96 => "Speech mono 96k",
            Self::SpeechStereo128 => "Speech stereo 128k",
            Self::Music192 => "Music 192k",
            Self::LeaveAlone => "Leave alone",
        }
    }

    /// Reads a preset as people type it: the name in any case, or the name in data (`speech_mono96`).
    pub fn parse(text: &str) -> Option<Self> {
        let plain =
            |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        let wanted = plain(text);
        Self::ALL.into_iter().find(|preset| {
            let name = plain(preset.name());
            name == wanted || name.trim_end_matches('k') == wanted
        })
    }
}

/// A format the workshop writes sound in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AudioFormat {
    /// MP3: every podcast app plays it.
    #[default]
    Mp3,
    /// Opus in Ogg (RFC 7845): about half the bytes of MP3 for speech.
    Opus,
    /// FLAC: every bit, for archives and for those who care.
    Flac,
    /// AAC in MP4, by the program ffmpeg: for apps that want chapters with pictures or nothing but AAC.
    M4a,
}

impl AudioFormat {
    /// All formats, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::Mp3, Self::Opus, Self::Flac, Self::M4a];

    /// What follows the last dot of a file's name.
    pub fn ext(self) -> &'static str {
        match self {
            Self::Mp3 => "mp3",
            Self::Opus => "opus",
            Self::Flac => "flac",
            Self::M4a => "m4a",
        }
    }

    /// Reads a format as people type it or as a file's name ends, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.ext().eq_ignore_ascii_case(text.trim()))
    }
}

/// Reads a list of formats; those of a newer version, which this one cannot make, are passed over.
pub(crate) fn known_formats<'de, D: Deserializer<'de>>(list: D) -> Result<Vec<AudioFormat>, D::Error> {
    let named = Vec::<String>::deserialize(list)?;
    Ok(named
        .into_iter()
        .filter_map(|name| AudioFormat::deserialize(StrDeserializer::<D::Error>::new(&name)).ok())
        .collect())
}

/// A version of ID3.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub enum Id3Version {
    /// 2.3, which every podcast app reads.
    #[default]
    #[serde(rename = "2.3")]
    V23,
    /// 2.4: UTF-8 instead of UTF-16, and a date of publication.
    #[serde(rename = "2.4")]
    V24,
}

impl Id3Version {
    /// As it is written: "2.3".
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "2.3" => Some(Self::V23),
            "2.4" => Some(Self::V24),
            _ => None,
        }
    }

    /// Whether it is the usual one.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// What was done to a recording, and what came out, measured again on the decoded result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ProcessReport {
    /// The preset.
    pub preset: Preset,
    /// Content of the recording.
    pub source: Sha256,
    /// Loudness of the recording.
    pub before: Loudness,
    /// Loudness of the decoded result.
    pub after: Loudness,
    /// Loudness aimed at, LUFS; `None` where the level was kept.
    pub target_lufs: Option<f64>,
    /// Static gain, dB.
    pub gain_db: f64,
    /// Ceiling of the limiter before encoding, dBTP; `None` where nothing was limited.
    pub ceiling_dbtp: Option<f64>,
    /// Largest reduction by the limiter, dB, positive.
    pub limited_db: f64,
    /// Part of the recording in which the limiter worked, 0 to 1.
    pub limited_share: f64,
    /// How often the whole was encoded until the result met its bounds.
    pub rounds: u32,
    /// Two equal channels became one.
    pub dual_mono: bool,
    /// Channels of the result.
    pub channels: u32,
    /// Samples per second of the result.
    pub sample_rate_hz: u32,
    /// Bits per second of the result.
    pub bit_rate: u32,
    /// The encoder and its version (`LAME 3.100`).
    pub encoder: String,
    /// What was done besides the preset.
    #[serde(default, skip_serializing_if = "Recipe::is_empty")]
    pub recipe: Recipe,
    /// What was cut out or bleeped, on the recording's clock.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passages: Vec<Passage>,
    /// Where the recording's instants are heard.
    #[serde(default, skip_serializing_if = "Timeline::moves_nothing")]
    pub timeline: Timeline,
    /// What a person should know of the making, and of what is heard with the recording; places are those of the result.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Finding>,
}

/// A file made by the workshop: facts of the result and the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// Facts of the result.
    pub facts: MediaFacts,
    /// What was done.
    pub report: ProcessReport,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_read_as_people_type_them() {
        for (text, preset) in [
            ("Speech mono 96k", Preset::SpeechMono96),
            ("speech_mono96", Preset::SpeechMono96),
            ("speech-stereo-128k", Preset::SpeechStereo128),
            ("MUSIC 192K", Preset::Music192),
            ("leave_alone", Preset::LeaveAlone),
        ] {
            assert_eq!(Preset::parse(text), Some(preset), "{text}");
        }
        assert_eq!(Preset::parse("loud"), None);
    }

    #[test]
    fn formats_are_read_as_people_type_them() {
        assert_eq!(AudioFormat::parse("OPUS"), Some(AudioFormat::Opus));
        assert_eq!(AudioFormat::parse(" flac"), Some(AudioFormat::Flac));
        assert_eq!(AudioFormat::parse("wav"), None);
    }

    #[test]
    fn a_format_of_a_newer_version_hides_no_show() {
        let mut show = crate::Show::new("Harbour", "harbour", 0);
        show.formats = vec![AudioFormat::Flac];
        let mut told = serde_json::to_value(&show).unwrap();
        told["formats"] = serde_json::json!(["opus", "eac3", "m4a"]);
        let read: crate::Show = serde_json::from_value(told).unwrap();
        assert_eq!(read.formats, [AudioFormat::Opus, AudioFormat::M4a]);
    }
}
