//! Rules about an episode's sound.

use crate::EpisodeFacts;
use crate::finding::{APPLE, APPLE_AUDIO, About, PRACTICE, PSP1};
use hearthcast_model::MediaFacts;
use hearthcast_model::facts::Loudness;

/// Types feeds may name, with the endings their addresses must have (Apple, PSP-1).
const TYPES: [(&str, &[&str]); 6] = [
    ("audio/mpeg", &["mp3"]),
    ("audio/mp4", &["m4a"]),
    ("audio/x-m4a", &["m4a"]),
    ("audio/m4a", &["m4a"]),
    ("video/mp4", &["mp4", "m4v"]),
    ("video/x-m4v", &["m4v"]),
];
/// Loudness aimed at: LUFS of stereo and of one channel (Apple says -16 within 1; one channel sounds 3 louder).
const LOUDNESS: (f64, f64) = (-16.0, -19.0);
/// How far from it nobody minds.
const TOLERANCE_LU: f64 = 1.5;
/// Highest true peak.
const MOST_PEAK_DBTP: f64 = -1.0;
/// Bits per second that directories take and that are worth hearing.
const BIT_RATES: std::ops::RangeInclusive<u32> = 60_000..=330_000;
/// Larger files are a burden on mobile networks.
const MOST_BYTES: u64 = 200_000_000;

/// Looks at the sound.
pub fn check(one: &EpisodeFacts, about: &mut About) {
    let Some(file) = &one.episode.audio else {
        let hint = "Add a recording, or mark the episode as a draft.";
        about.warning("audio_missing", "audio", PSP1, "The episode has no audio, so it will not be published.", hint);
        return;
    };
    let Some(audio) = one.audio else {
        let hint = "Add the audio file to the episode again.";
        about.error("audio_unknown", "audio", PSP1, "Size and length of the audio are not known.", hint);
        return;
    };
    kind(about, &file.ext, audio);
    if audio.size_bytes == 0 {
        about.error("audio_empty", "audio", PSP1, "The audio file is empty.", "Export the recording again.");
    }
    if audio.duration_ms.is_none_or(|length| length <= 0) {
        let hint = "Export the recording again: a damaged file often looks like this.";
        about.warning("duration_missing", "audio", PSP1, "The length of the audio is not known.", hint);
    }
    if audio.findings.iter().any(|finding| finding.code == "media.truncated") {
        let hint = "Export the recording again and listen to its end.";
        about.warning("audio_cut_off", "audio", PRACTICE, "The audio file ends in the middle.", hint);
    }
    sizes(about, audio);
    if let Some(loudness) = &audio.loudness {
        level(about, loudness, audio.channels);
    }
}

fn kind(about: &mut About, ext: &str, audio: &MediaFacts) {
    match TYPES.iter().find(|(mime, _)| *mime == audio.mime) {
        None => {
            let message = format!("The audio is of the type {}; podcast apps take MP3 and M4A.", audio.mime);
            about.error("audio_type", "audio", APPLE, message, "Let Hearthcast make an MP3 of it.");
        }
        Some((_, endings)) if !endings.contains(&ext) => {
            let message = format!("The audio is {}, and its address would end in .{ext}.", audio.mime);
            about.error("audio_ending", "audio", APPLE, message, "Add the audio file to the episode again.");
        }
        Some(_) => (),
    }
}

fn sizes(about: &mut About, audio: &MediaFacts) {
    if audio.size_bytes > MOST_BYTES {
        let message = format!("The audio takes {} MB.", audio.size_bytes / 1_000_000);
        let hint = "A lower bit rate saves listeners time and data: 96 kbit/s are enough for speech.";
        about.advice("audio_large", "audio", PRACTICE, message, hint);
    }
    if let Some(rate) = audio.bit_rate.filter(|rate| audio.mime == "audio/mpeg" && !BIT_RATES.contains(rate)) {
        let message = format!("The audio has {} kbit/s.", rate / 1000);
        about.advice("bit_rate", "audio", APPLE_AUDIO, message, "96 to 128 kbit/s suit speech, 192 music.");
    }
}

fn level(about: &mut About, loudness: &Loudness, channels: Option<u32>) {
    let Some(integrated) = loudness.integrated_lufs else {
        let hint = "Listen to it before you publish.";
        about.warning("audio_silent", "audio", PRACTICE, "The audio is silent from beginning to end.", hint);
        return;
    };
    let wanted = if channels == Some(1) { LOUDNESS.1 } else { LOUDNESS.0 };
    if (integrated - wanted).abs() > TOLERANCE_LU {
        let quieter = if integrated < wanted { "quieter" } else { "louder" };
        let message =
            format!("The audio is {quieter} than other shows: {integrated:.1} LUFS, where {wanted:.0} is usual.");
        about.advice("loudness", "audio", APPLE_AUDIO, message, "Add the recording as WAV: Hearthcast sets its level.");
    }
    if let Some(peak) = loudness.true_peak_dbtp.filter(|peak| *peak > MOST_PEAK_DBTP + 0.05) {
        let message = format!("The loudest moment reaches {peak:.1} dBTP, and some devices distort above -1.");
        about.advice(
            "true_peak",
            "audio",
            APPLE_AUDIO,
            message,
            "Add the recording as WAV: Hearthcast limits its peaks.",
        );
    }
}
