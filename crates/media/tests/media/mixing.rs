//! Several microphones of one talk become one recording: equally loud, what comes over from the others turned down. The judges are
//! ffmpeg's filters, and tones that stand in one microphone only.

use super::fixtures::{Bench, run as told};
use super::recipes::{decoded, request};
use hearthcast_media::process::{ProcessRequest, process};
use hearthcast_media::{Cancel, MediaError};
use hearthcast_model::AudioFormat;
use hearthcast_model::recipe::{Loud, Recipe};
use std::path::{Path, PathBuf};

const RATE: u32 = 48_000;

/// A microphone: its speaker (pink noise) speaks in the turns of ten seconds with this number, 25 dB louder than the other comes
/// over; a whistle of its own stands in all of it, quietly.
fn microphone(bench: &Bench, name: &str, (turn, loud): (u32, f64), whistle: u32, shape: [&str; 2]) -> PathBuf {
    let path = bench.path(name);
    let [rate, channels] = shape;
    let voice = format!(
        "anoisesrc=color=pink:duration=60:amplitude=0.5:seed={turn}:sample_rate=48000,volume='if(eq(mod(floor(t/10),2),{turn}),{loud},{})':eval=frame",
        loud * 0.056
    );
    let whistle = format!("sine=frequency={whistle}:duration=60:sample_rate=48000,volume={}", loud * 0.02);
    let graph = "[0][1]amix=inputs=2:normalize=0";
    let path_text = path.to_str().unwrap();
    let inputs = ["-y", "-v", "error", "-f", "lavfi", "-i", &voice, "-f", "lavfi", "-i", &whistle];
    told("ffmpeg", &[&inputs[..], &["-filter_complex", graph, "-ar", rate, "-ac", channels, path_text]].concat());
    path
}

fn mixed(first: &Path, others: &[PathBuf], output: &Path) -> Result<hearthcast_media::process::Processed, MediaError> {
    let recipe = Recipe { loudness: Some(Loud::Ebu), ..Recipe::default() };
    let wish = ProcessRequest { recipe, tracks: others.to_vec(), ..request(first, output, AudioFormat::Flac) };
    process(&wish, &Cancel::default(), &mut |_| ())
}

fn lufs(path: &Path, from: u32) -> f64 {
    let cut = format!("atrim={from}:{},ebur128", from + 6);
    let said = std::process::Command::new("ffmpeg")
        .args(["-nostdin", "-hide_banner", "-i"])
        .arg(path)
        .args(["-af", &cut, "-f", "null", "-"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    let found = said.rsplit(" I:").next().and_then(|rest| rest.split_whitespace().next());
    found.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no loudness: {said}"))
}

/// Height of a tone in four seconds (Goertzel): noise is spread over all that is heard, and hardly counts.
fn tone(sound: &[f32], hertz: f64) -> f64 {
    let angle = std::f64::consts::TAU * hertz / f64::from(RATE);
    let part = |turn: fn(f64) -> f64| -> f64 {
        sound.iter().enumerate().map(|(at, sample)| f64::from(*sample) * turn(angle * at as f64)).sum()
    };
    part(f64::sin).hypot(part(f64::cos)) * 2.0 / sound.len() as f64
}

fn db(ratio: f64) -> f64 {
    20.0 * ratio.log10()
}

#[test]
fn microphones_become_equally_loud_and_are_turned_down_while_their_speaker_is_silent() {
    let bench = Bench::new();
    let ada = microphone(&bench, "ada.wav", (0, 0.8), 3_000, ["48000", "1"]);
    // Quieter by 14 dB, at another rate, two channels that hold the same.
    let bo = microphone(&bench, "bo.flac", (1, 0.16), 4_100, ["44100", "2"]);
    let flac = bench.path("talk.flac");
    let made = mixed(&ada, std::slice::from_ref(&bo), &flac).unwrap_or_else(|error| panic!("{error}"));
    let facts = &made.probed.facts;
    assert_eq!((facts.channels, facts.sample_rate_hz, facts.duration_ms), (Some(1), Some(RATE), Some(60_000)));
    let turns: Vec<f64> = [2, 12, 22, 32].map(|from| lufs(&flac, from)).into();
    assert!(turns.iter().all(|turn| (turn - turns[0]).abs() < 1.5), "{turns:?}");
    let whole = facts.loudness.and_then(|loudness| loudness.integrated_lufs).unwrap();
    assert!((whole + 23.0).abs() <= 0.15, "{whole}");
    let sound = decoded(&flac, RATE);
    for (whistle, speaks, silent) in [(3_000.0, 23, 33), (4_100.0, 33, 23)] {
        let tone = |at: usize| tone(&sound[at * RATE as usize..(at + 4) * RATE as usize], whistle);
        let closed = db(tone(silent) / tone(speaks));
        assert!(closed < -10.0, "{whistle} Hz: {closed} dB while another speaks");
    }
    assert!(sound.iter().all(|sample| sample.abs() < 1.0), "nothing is clipped");
}

#[test]
fn a_recording_alone_and_files_that_are_none() {
    let bench = Bench::new();
    let ada = microphone(&bench, "ada.wav", (0, 0.8), 3_000, ["48000", "1"]);
    let flac = bench.path("talk.flac");
    let text = bench.path("notes.wav");
    std::fs::write(&text, "no sound").unwrap();
    assert!(mixed(&ada, &[text], &flac).is_err() && !flac.exists());
    let many = vec![ada.clone(); 16];
    let refused = mixed(&ada, &many, &flac).unwrap_err().to_string();
    assert!(refused.contains("17 recordings"), "{refused}");
    // The same twice is as long as once: nobody is made wait for what is not there.
    let made = mixed(&ada, std::slice::from_ref(&ada), &flac).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(made.probed.facts.duration_ms, Some(60_000));
}
