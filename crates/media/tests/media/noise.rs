//! Noise behind a voice is turned down, and nothing moves; judged by ffmpeg and by the voice without the noise.

use super::fixtures::{Bench, run as told};
use super::recipes::{decoded, request};
use hearthcast_media::Cancel;
use hearthcast_media::process::{AuditionRequest, ProcessRequest, audition, process};
use hearthcast_model::facts::Loudness;
use hearthcast_model::recipe::Recipe;
use hearthcast_model::{AudioFormat, Preset};
use std::fs;
use std::path::{Path, PathBuf};

const RATE: usize = 48_000;

/// A voice alone, two seconds of nothing before and behind it; and the same with a hiss.
fn voice(bench: &Bench, rate: &str) -> (PathBuf, PathBuf) {
    let (said, voice, noise, both) =
        (bench.path("said.wav"), bench.path("voice.wav"), bench.path("noise.wav"), bench.path("both.wav"));
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let words = "The harbour was quiet that night, and nobody saw the boat. ".repeat(4);
    told("espeak-ng", &["-v", "en", "-w", &text(&said), &words]);
    told("sox", &[&text(&said), "-r", rate, "-b", "16", &text(&voice), "gain", "-n", "-6", "pad", "2", "2"]);
    let length = String::from_utf8(told("soxi", &["-D", &text(&voice)])).unwrap();
    told(
        "sox",
        &[
            "-R",
            "-n",
            "-r",
            rate,
            "-c",
            "1",
            "-b",
            "16",
            &text(&noise),
            "synth",
            length.trim(),
            "whitenoise",
            "gain",
            "-n",
            "-32",
        ],
    );
    told("sox", &["-m", "-v", "1", &text(&voice), "-v", "1", &text(&noise), "-b", "16", &text(&both)]);
    (voice, both)
}

fn db(sound: &[f32]) -> f64 {
    let mean = sound.iter().map(|sample| f64::from(sample * sample)).sum::<f64>() / sound.len() as f64;
    10.0 * mean.max(1e-20).log10()
}

#[test]
fn noise_goes_the_voice_stays_and_nothing_moves() {
    let bench = Bench::new();
    for rate in ["44100", "48000"] {
        let (voice, both) = voice(&bench, rate);
        let (voice, noisy) = (decoded(&voice, RATE as u32), decoded(&both, RATE as u32));
        let quiet = RATE / 2..2 * RATE - RATE / 4;
        let speech = 2 * RATE..voice.len() - 2 * RATE;
        let mut left = vec![];
        for percent in [50, 100] {
            let flac = bench.path("clean.flac");
            let recipe = Recipe { noise: Some(percent), ..Recipe::default() };
            let wish = ProcessRequest { recipe, ..request(&both, &flac, AudioFormat::Flac) };
            let made = process(&wish, &Cancel::default(), &mut |_| ()).unwrap_or_else(|error| panic!("{error}"));
            let clean = decoded(&flac, RATE as u32);
            assert_eq!(made.report.sample_rate_hz, RATE as u32);
            assert!(clean.len().abs_diff(noisy.len()) <= 1, "{rate}: {} {}", clean.len(), noisy.len());
            left.push(db(&clean[quiet.clone()]) - db(&noisy[quiet.clone()]));
            let change = db(&clean[speech.clone()]) - db(&voice[speech.clone()]);
            assert!(change.abs() < 3.0, "{rate}, {percent} percent: the voice changes by {change} dB");
            let like = |late: i64| {
                let pairs = speech.clone().map(|at| (voice[at], clean[(at as i64 + late) as usize]));
                pairs.map(|(voice, clean)| f64::from(voice * clean)).sum::<f64>()
            };
            let best = (-60..=60).chain([-480, 480]).max_by(|one, other| like(*one).total_cmp(&like(*other))).unwrap();
            assert!(best.abs() <= 3, "{rate}: late by {best} samples");
        }
        // Half of it is 6 dB; all of it is far less than what was there.
        assert!((-7.5..-4.5).contains(&left[0]) && left[1] < -15.0, "{rate}: {left:?}");
    }
}

#[test]
fn it_is_heard_before_it_is_used() {
    let bench = Bench::new();
    let (_, both) = voice(&bench, "44100");
    let recipe = Recipe { noise: Some(100), ..Recipe::default() };
    let flac = bench.path("clean.flac");
    let wish = ProcessRequest { recipe: recipe.clone(), ..request(&both, &flac, AudioFormat::Flac) };
    process(&wish, &Cancel::default(), &mut |_| ()).unwrap_or_else(|error| panic!("{error}"));
    let whole = decoded(&flac, RATE as u32);
    for at_ms in [0, 1_234, 9_100] {
        let output = bench.path("heard.wav");
        let _ = fs::remove_file(&output);
        let wish = AuditionRequest {
            source: both.clone(),
            output: output.clone(),
            before: None,
            at_ms,
            length_ms: 4_000,
            preset: Preset::LeaveAlone,
            recipe: recipe.clone(),
            passages: vec![],
            loudness: Some(Loudness { integrated_lufs: Some(-20.0), range_lu: None, true_peak_dbtp: None }),
        };
        audition(&wish, &Cancel::default(), &mut |_| ()).unwrap_or_else(|error| panic!("{error}"));
        let heard = decoded(&output, RATE as u32);
        let from = at_ms as usize * RATE / 1000;
        let apart = heard.iter().zip(&whole[from..]).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
        // Two roundings to 16 bits, one of them with noise.
        assert!(heard.len() == 4 * RATE && apart <= 3.0 / 32_768.0, "{at_ms}: {apart}");
    }
}

#[test]
fn a_hiss_stays_away_in_a_long_pause() {
    let bench = Bench::new();
    let (said, both) = (bench.path("said.wav"), bench.path("both.wav"));
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    told("espeak-ng", &["-v", "en", "-w", &text(&said), "Nobody saw the boat leave that night, and nobody asked."]);
    // Three seconds of hiss, a sentence, half a minute of hiss.
    let hiss = "anoisesrc=color=white:duration=60:amplitude=0.01:seed=7:sample_rate=48000";
    let graph =
        "[0]aresample=48000,adelay=3000,apad=pad_dur=30[voice];[voice][1]amix=inputs=2:duration=first:normalize=0";
    let inputs = ["-v", "error", "-i", &text(&said), "-f", "lavfi", "-i", hiss, "-filter_complex", graph, "-ac", "1"];
    told("ffmpeg", &[&inputs[..], &[&text(&both)]].concat());
    let flac = bench.path("clean.flac");
    let recipe = Recipe { noise: Some(100), ..Recipe::default() };
    let wish = ProcessRequest { recipe, ..request(&both, &flac, AudioFormat::Flac) };
    process(&wish, &Cancel::default(), &mut |_| ()).unwrap_or_else(|error| panic!("{error}"));
    let (noisy, clean) = (decoded(&both, RATE as u32), decoded(&flac, RATE as u32));
    let end = clean.len() / RATE;
    // The network begins anew every eight seconds.
    for second in (1..3).chain(end - 28..end - 1) {
        let here = second * RATE..(second + 1) * RATE;
        let (before, after) = (db(&noisy[here.clone()]), db(&clean[here]));
        assert!((-48.0..-43.0).contains(&before) && after < -65.0, "second {second}: {before} became {after}");
    }
}
