//! Speakers who are louder or quieter than the others are brought together, and nothing moves; judged by ffmpeg's meter.

use super::fixtures::{Bench, run as told};
use super::recipes::{decoded, request};
use hearthcast_media::Cancel;
use hearthcast_media::process::{AuditionRequest, ProcessRequest, audition, process};
use hearthcast_model::facts::Loudness;
use hearthcast_model::recipe::{Loud, Recipe};
use hearthcast_model::{AudioFormat, Preset};
use std::fs;
use std::path::{Path, PathBuf};

const RATE: usize = 48_000;
/// Seconds that each speaks, by turns.
const TURN: usize = 12;

/// Two who speak by turns, six times; the second is 12 dB quieter.
fn talk(bench: &Bench) -> PathBuf {
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let turn = |name: &str, voice: &str, gain: &str| {
        let (said, turn) = (bench.path(&format!("said-{name}.wav")), bench.path(&format!("{name}.wav")));
        let words = "The harbour was quiet that night, and nobody saw the boat leave before the morning. ".repeat(6);
        told("espeak-ng", &["-v", voice, "-w", &text(&said), &words]);
        let rate = RATE.to_string();
        told(
            "sox",
            &[&text(&said), "-r", &rate, "-b", "16", &text(&turn), "gain", "-n", gain, "trim", "0", &TURN.to_string()],
        );
        text(&turn)
    };
    let (one, other) = (turn("one", "en+m3", "-6"), turn("other", "en+m1", "-18"));
    let talk = bench.path("talk.wav");
    told("sox", &[&one[..], &other, &one, &other, &one, &other, &text(&talk)]);
    talk
}

/// How loud somebody speaks in the middle of a turn, by ffmpeg's EBU R 128 filter.
fn lufs(path: &Path, turn: usize) -> f64 {
    let (from, length) = ((turn * TURN + 3).to_string(), (TURN - 5).to_string());
    let said = std::process::Command::new("ffmpeg")
        .args(["-nostdin", "-hide_banner", "-ss", &from, "-t", &length, "-i"])
        .arg(path)
        .args(["-af", "ebur128", "-f", "null", "-"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    let found = said.rsplit(" I:").next().and_then(|rest| rest.split_whitespace().next());
    found.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no loudness: {said}"))
}

#[test]
fn speakers_come_together_at_the_loudness_that_is_asked_for() {
    let bench = Bench::new();
    let talk = talk(&bench);
    let apart = |path: &Path| (lufs(path, 2) - lufs(path, 3) + lufs(path, 4) - lufs(path, 3)) / 2.0;
    let before = apart(&talk);
    assert!((9.0..15.0).contains(&before), "{before}");
    for (percent, most) in [(100, 1.5), (50, before / 2.0 + 1.5)] {
        let flac = bench.path("level.flac");
        let recipe = Recipe { leveller: Some(percent), loudness: Some(Loud::Lufs(-190)), ..Recipe::default() };
        let wish = ProcessRequest { recipe, ..request(&talk, &flac, AudioFormat::Flac) };
        let wish = ProcessRequest { preset: Preset::SpeechMono96, ..wish };
        let made = process(&wish, &Cancel::default(), &mut |_| ()).unwrap_or_else(|error| panic!("{error}"));
        let left = apart(&flac);
        assert!(left.abs() <= most, "{percent} percent: {before} LU became {left}");
        assert!(percent == 100 || left > before / 2.0 - 1.5, "half of it: {left}");
        let after = made.probed.facts.loudness.and_then(|loudness| loudness.integrated_lufs).unwrap();
        assert!((after + 19.0).abs() <= 0.15, "{after}");
        assert_eq!(decoded(&flac, RATE as u32).len(), decoded(&talk, RATE as u32).len());
        fs::remove_file(&flac).unwrap();
    }
}

#[test]
fn a_few_seconds_are_levelled_as_in_the_whole() {
    let bench = Bench::new();
    let talk = talk(&bench);
    let recipe = Recipe { leveller: Some(80), loudness: Some(Loud::Keep), ..Recipe::default() };
    let flac = bench.path("level.flac");
    let wish = ProcessRequest { recipe: recipe.clone(), ..request(&talk, &flac, AudioFormat::Flac) };
    let made = process(&wish, &Cancel::default(), &mut |_| ()).unwrap_or_else(|error| panic!("{error}"));
    let known = made.source.loudness.unwrap();
    let whole = decoded(&flac, RATE as u32);
    for at_ms in [0, 10_300, 35_777] {
        let output = bench.path("heard.wav");
        let _ = fs::remove_file(&output);
        let wish = AuditionRequest {
            source: talk.clone(),
            output: output.clone(),
            before: None,
            at_ms,
            length_ms: 5_000,
            preset: Preset::LeaveAlone,
            recipe: recipe.clone(),
            passages: vec![],
            loudness: Some(Loudness { ..known }),
        };
        audition(&wish, &Cancel::default(), &mut |_| ()).unwrap_or_else(|error| panic!("{error}"));
        let heard = decoded(&output, RATE as u32);
        let from = at_ms as usize * RATE / 1000;
        let apart = heard.iter().zip(&whole[from..]).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
        // Roundings to 16 bits, one of them with noise; the meter's filter begins anew.
        assert!(heard.len() == 5 * RATE && apart <= 6.0 / 32_768.0, "{at_ms}: {apart}");
    }
}
