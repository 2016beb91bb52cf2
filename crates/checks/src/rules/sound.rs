//! Rules about an episode's sound: our own, and one that lies at somebody else's address.

use super::flaws;
use crate::rule::{APPLE, APPLE_AUDIO, APPLE_REMOVED, ID3, Look, PSP1, RSS, Rule};
use crate::told::Told;
use crate::{EpisodeFacts, Facts};
use hearthcast_model::MediaFacts;
use hearthcast_model::facts::Loudness;
use hearthcast_model::foreign::RemoteAudio;
use std::collections::HashMap;
use url::Url;

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
/// How far a sound that was made here may be from what it was made for.
const MADE_TOLERANCE_LU: f64 = 0.5;
/// Highest true peak.
const MOST_PEAK_DBTP: f64 = -1.0;
/// Bits per second of an MP3 that Apple and Spotify take: 96 to 320 kbit/s, and what measuring a file makes of them.
const BIT_RATES: std::ops::RangeInclusive<u32> = 94_000..=322_000;
/// Samples a second that all players know.
const SAMPLE_RATES: [u32; 2] = [44_100, 48_000];
/// Larger files are a burden on mobile networks.
const MOST_BYTES: u64 = 200_000_000;

pub(crate) const RULES: &[Rule] = &[
    Rule::warning(
        ("audio_missing", PSP1, "Each episode has audio.", "Add a recording, or mark the episode as a draft."),
        Look::Episode(audio_missing),
    ),
    Rule::error(
        ("audio_unknown", PSP1, "Size and length of the audio are known.", "Add the audio file to the episode again."),
        Look::Episode(audio_unknown),
    ),
    Rule::error(
        ("audio_empty", PSP1, "The audio file has content.", "Export the recording again."),
        Look::Episode(audio_empty),
    ),
    Rule::error(
        ("audio_type", APPLE, "The audio is MP3 or M4A, a video MP4.", "Let Hearthcast make an MP3 of it."),
        Look::Episode(audio_type),
    ),
    Rule::error(
        (
            "audio_ending",
            APPLE,
            "The audio's address ends as its type does.",
            "Add the audio file to the episode again.",
        ),
        Look::Episode(audio_ending),
    ),
    Rule::warning(
        (
            "audio_repeated",
            APPLE,
            "Each episode has audio of its own.",
            "Check which recording belongs to which episode.",
        ),
        Look::Show(audio_repeated),
    ),
    Rule::warning(
        (
            "duration_missing",
            PSP1,
            "The length of the audio is known.",
            "Export the recording again: a damaged file often looks like this.",
        ),
        Look::Episode(duration_missing),
    ),
    Rule::warning(
        (
            "audio_cut_off",
            APPLE_REMOVED,
            "The audio file is whole.",
            "Export the recording again and listen to its end.",
        ),
        Look::Episode(flaws::audio_cut_off),
    ),
    Rule::warning(
        (
            "audio_damaged",
            APPLE_REMOVED,
            "The audio and its recording are undamaged.",
            "Listen to the place, and export or copy the recording again.",
        ),
        Look::Episode(flaws::audio_damaged),
    ),
    Rule::advice(
        (
            "audio_odd",
            APPLE_AUDIO,
            "The audio and its recording have nothing odd in them.",
            "Listen to it; if it is meant so, take it as it is.",
        ),
        Look::Episode(flaws::audio_odd),
    ),
    Rule::warning(
        ("audio_silent", APPLE_REMOVED, "Something can be heard.", "Listen to it before you publish."),
        Look::Episode(audio_silent),
    ),
    Rule::advice(
        (
            "audio_large",
            APPLE_AUDIO,
            "The audio takes 200 MB or less.",
            "A lower bit rate saves listeners time and data: 96 kbit/s are enough for speech.",
        ),
        Look::Episode(audio_large),
    ),
    Rule::advice(
        ("bit_rate", APPLE_AUDIO, "An MP3 has 96 to 320 kbit/s.", "96 to 128 kbit/s suit speech, 192 music."),
        Look::Episode(bit_rate),
    ),
    Rule::advice(
        (
            "sample_rate",
            APPLE_AUDIO,
            "The audio has 44,100 or 48,000 samples a second.",
            "Export it with 44.1 or 48 kHz: some players get others wrong.",
        ),
        Look::Episode(sample_rate),
    ),
    Rule::advice(
        (
            "audio_channels",
            APPLE_AUDIO,
            "The audio has one or two channels.",
            "Export it in stereo: most apps play no more.",
        ),
        Look::Episode(audio_channels),
    ),
    Rule::advice(
        (
            "loudness",
            APPLE_AUDIO,
            "The audio is about as loud as other shows (-16 LUFS, one channel -19), or as its own recipe wants it.",
            "Add the recording as WAV: Hearthcast sets its level. Where its peaks allow no more, choose another target.",
        ),
        Look::Episode(loudness),
    ),
    Rule::advice(
        (
            "true_peak",
            APPLE_AUDIO,
            "The loudest moment stays below -1 dBTP.",
            "Add the recording as WAV: Hearthcast limits its peaks.",
        ),
        Look::Episode(true_peak),
    ),
    Rule::advice(
        (
            "audio_title",
            ID3,
            "An MP3 says in its tags what it is called.",
            "Write tags into it: players that got the file alone show them.",
        ),
        Look::Episode(audio_title),
    ),
    Rule::warning(
        (
            "remote_length",
            RSS,
            "The size of a sound at another place is known.",
            "Have it looked at again, or bring the file here.",
        ),
        Look::Episode(remote_length),
    ),
    Rule::error(
        (
            "remote_type",
            APPLE,
            "A sound at another place is MP3 or M4A, a video MP4.",
            "Bring the file here: Hearthcast makes an MP3 of it.",
        ),
        Look::Episode(remote_type),
    ),
    Rule::error(
        (
            "remote_ending",
            APPLE,
            "The address of a sound at another place ends as its type does.",
            "Bring the file here, or have its address end in .mp3 or .m4a: Apple delists others.",
        ),
        Look::Episode(remote_ending),
    ),
    Rule::advice(
        (
            "remote_duration",
            PSP1,
            "The length of a sound at another place is known.",
            "Have it looked at again, or bring the file here.",
        ),
        Look::Episode(remote_duration),
    ),
];

/// The ending of an address's path, if it is one of a sound or video.
pub(crate) fn ending_of(url: &Url) -> Option<&'static str> {
    let path = url.path().to_ascii_lowercase();
    let (_, ending) = path.rsplit('/').next()?.rsplit_once('.')?;
    ["mp3", "m4a", "mp4", "m4v", "mov"].into_iter().find(|known| *known == ending)
}

fn audio_missing(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    if !one.episode.is_post() && !one.episode.has_sound() {
        told.say("audio", "The episode has no audio, so it will not be published.");
    }
}

fn audio_unknown(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    if !one.episode.is_post() && one.episode.audio.is_some() && one.audio.is_none() {
        told.say("audio", "Size and length of the audio are not known.");
    }
}

/// The facts of the episode's own sound, with its ending.
pub(super) fn own<'a>(one: &'a EpisodeFacts<'a>) -> Option<(&'a str, &'a MediaFacts)> {
    let file = one.episode.audio.as_ref().filter(|_| !one.episode.is_post())?;
    Some((file.ext.as_str(), one.audio?))
}

fn audio_empty(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    if own(one).is_some_and(|(_, audio)| audio.size_bytes == 0) {
        told.say("audio", "The audio file is empty.");
    }
}

fn endings_of(mime: &str) -> Option<&'static [&'static str]> {
    TYPES.iter().find(|(known, _)| *known == mime).map(|(_, endings)| *endings)
}

fn audio_type(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    if let Some((_, audio)) = own(one).filter(|(_, audio)| endings_of(&audio.mime).is_none()) {
        let mime = &audio.mime;
        told.say("audio", format!("The audio is of the type {mime}; podcast apps take MP3 and M4A."));
    }
}

fn audio_ending(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let Some((ext, audio)) = own(one) else { return };
    if endings_of(&audio.mime).is_some_and(|endings| !endings.contains(&ext)) {
        let mime = &audio.mime;
        told.say("audio", format!("The audio is {mime}, and its address would end in .{ext}."));
    }
}

fn audio_repeated(facts: &Facts, told: &mut Told) {
    let mut seen: HashMap<(&str, &str), &str> = HashMap::new();
    for (index, one) in facts.episodes.iter().enumerate().filter(|(_, one)| one.is_heard()) {
        let own = one.episode.audio.as_ref().map(|audio| (audio.hash.as_str(), audio.name.as_str()));
        let remote = || one.episode.remote_audio.as_ref().map(|remote| (remote.url.as_str(), ""));
        if let Some(first) = own.or_else(remote).and_then(|sound| seen.insert(sound, &one.episode.title)) {
            let message = format!("The episode has the same audio file as \"{first}\": Apple ignores one of them.");
            told.say_of(index, one.id, "audio", message);
        }
    }
}

fn duration_missing(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    if own(one).is_some_and(|(_, audio)| audio.duration_ms.is_none_or(|length| length <= 0)) {
        told.say("audio", "The length of the audio is not known.");
    }
}

fn measured<'a>(one: &'a EpisodeFacts<'a>) -> Option<(&'a MediaFacts, &'a Loudness)> {
    let (_, audio) = own(one)?;
    Some((audio, audio.loudness.as_ref()?))
}

fn audio_silent(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    if measured(one).is_some_and(|(_, loudness)| loudness.integrated_lufs.is_none()) {
        told.say("audio", "The audio is silent from beginning to end.");
    }
}

fn audio_large(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    // A video takes what it takes.
    let is_sound = |audio: &MediaFacts| !audio.mime.starts_with("video/");
    if let Some((_, audio)) = own(one).filter(|(_, audio)| audio.size_bytes > MOST_BYTES && is_sound(audio)) {
        let megabytes = audio.size_bytes / 1_000_000;
        told.say("audio", format!("The audio takes {megabytes} MB."));
    }
}

fn bit_rate(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let rate = own(one).filter(|(_, audio)| audio.mime == "audio/mpeg").and_then(|(_, audio)| audio.bit_rate);
    if let Some(rate) = rate.filter(|rate| !BIT_RATES.contains(rate)) {
        let rate = rate / 1000;
        told.say("audio", format!("The audio has {rate} kbit/s."));
    }
}

fn sample_rate(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let rate = own(one).and_then(|(_, audio)| audio.sample_rate_hz);
    if let Some(rate) = rate.filter(|rate| !SAMPLE_RATES.contains(rate)) {
        told.say("audio", format!("The audio has {rate} samples a second."));
    }
}

fn audio_channels(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let channels = own(one).and_then(|(_, audio)| audio.channels);
    if let Some(channels) = channels.filter(|channels| *channels > 2) {
        told.say("audio", format!("The audio has {channels} channels."));
    }
}

/// What was made here is as loud as it was made to be, whatever others do. Music is as loud as its makers want it.
fn loudness(facts: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let Some((audio, loudness)) = measured(one) else { return };
    let (wanted, tolerance) = match (one.target_lufs, audio.channels) {
        (Some(target), _) => (target, MADE_TOLERANCE_LU),
        (None, _) if facts.show.medium.starts_with("music") => return,
        (None, Some(1)) => (LOUDNESS.1, TOLERANCE_LU),
        (None, _) => (LOUDNESS.0, TOLERANCE_LU),
    };
    let far = |level: &f64| (level - wanted).abs() > tolerance;
    let Some(integrated) = loudness.integrated_lufs.filter(far) else { return };
    let quieter = if integrated < wanted { "quieter" } else { "louder" };
    let level = format!("{integrated:.1}");
    let said = if let Some(target) = one.target_lufs {
        let target = format!("{target:.1}");
        format!("The audio is {quieter} than its recipe wants: {level} LUFS, where {target} is the target.")
    } else {
        let usual = format!("{wanted:.0}");
        format!("The audio is {quieter} than other shows: {level} LUFS, where {usual} is usual.")
    };
    told.say("audio", said);
}

fn true_peak(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let peak = measured(one).and_then(|(_, loudness)| loudness.true_peak_dbtp);
    if let Some(peak) = peak.filter(|peak| *peak > MOST_PEAK_DBTP + 0.05) {
        let peak = format!("{peak:.1}");
        told.say("audio", format!("The loudest moment reaches {peak} dBTP, and some devices distort above -1."));
    }
}

fn audio_title(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let untitled = |audio: &MediaFacts| audio.tags.get("title").is_none_or(|title| title.trim().is_empty());
    if own(one).is_some_and(|(_, audio)| audio.mime == "audio/mpeg" && untitled(audio)) {
        told.say("audio", "The tags of the audio file name no title.");
    }
}

/// A sound at somebody else's address, where there is none of our own.
fn remote<'a>(one: &'a EpisodeFacts<'a>) -> Option<&'a RemoteAudio> {
    one.episode.remote_audio.as_ref().filter(|_| one.episode.audio.is_none() && !one.episode.is_post())
}

fn remote_length(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    if remote(one).is_some_and(|remote| remote.size_bytes == 0) {
        told.say("audio", "The size of the sound at the other place is not known.");
    }
}

fn remote_type(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    if let Some(remote) = remote(one).filter(|remote| endings_of(&remote.mime).is_none()) {
        let mime = &remote.mime;
        told.say(
            "audio",
            format!("The sound at the other place is of the type {mime}; podcast apps take MP3 and M4A."),
        );
    }
}

fn remote_ending(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let Some(remote) = remote(one) else { return };
    let (Some(endings), Ok(url)) = (endings_of(&remote.mime), Url::parse(&remote.url)) else { return };
    if !ending_of(&url).is_some_and(|ending| endings.contains(&ending)) {
        let (address, mime) = (&remote.url, &remote.mime);
        told.say("audio", format!("The address {address} does not end as {mime} does."));
    }
}

fn remote_duration(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    if remote(one).is_some_and(|remote| remote.duration_ms.is_none_or(|length| length <= 0)) {
        told.say("audio", "The length of the sound at the other place is not known.");
    }
}
