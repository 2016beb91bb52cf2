//! A few seconds to be heard at once: as the whole would sound, judged by the whole and by ffmpeg, the ebur128 crate and a clock.

use super::fixtures::{Bench, run};
use super::recipes::{decoded, height, request, tones};
use ebur128::{EbuR128, Mode};
use hearthcast_media::Cancel;
use hearthcast_media::process::{AuditionRequest, Auditioned, ProcessRequest, audition, process};
use hearthcast_media::worker::Worker;
use hearthcast_model::facts::Loudness;
use hearthcast_model::recipe::{Loud, Passage, PassageKind, Pauses, Recipe};
use hearthcast_model::{AudioFormat, Preset};
use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Ten seconds from there on, as they are.
pub fn asked(bench: &Bench, source: &Path, at_ms: i64) -> AuditionRequest {
    let output = bench.path("heard.wav");
    let _ = fs::remove_file(&output);
    AuditionRequest {
        source: source.to_owned(),
        output,
        before: None,
        at_ms,
        length_ms: 10_000,
        preset: Preset::LeaveAlone,
        recipe: Recipe::default(),
        passages: vec![],
        loudness: None,
    }
}

/// Makes them.
pub fn made(request: &AuditionRequest) -> Auditioned {
    audition(request, &Cancel::default(), &mut |_| ()).unwrap_or_else(|error| panic!("{error}"))
}

/// A loudness that is known.
pub fn loudness(lufs: f64) -> Option<Loudness> {
    Some(Loudness { integrated_lufs: Some(lufs), range_lu: None, true_peak_dbtp: None })
}

/// Loudness of a file's first channel by the ebur128 crate.
fn judged(path: &Path) -> f64 {
    let mut judge = EbuR128::new(1, 44_100, Mode::I).unwrap();
    judge.add_frames_f32(&decoded(path, 44_100)).unwrap();
    judge.loudness_global().unwrap()
}

fn noise(bench: &Bench) -> PathBuf {
    let effects = "synth 40 pinknoise tremolo 0.3 70 gain -n -20".split(' ').collect::<Vec<_>>();
    bench.sox("noise.wav", 2, &effects)
}

#[test]
fn six_lu_more_are_twice_the_samples() {
    let bench = Bench::new();
    let source = noise(&bench);
    let heard = |tenths| {
        let recipe = Recipe { loudness: Some(Loud::Lufs(tenths)), ..Recipe::default() };
        made(&AuditionRequest { recipe, loudness: loudness(-33.0), ..asked(&bench, &source, 12_000) });
        decoded(&bench.path("heard.wav"), 44_100)
    };
    let (quiet, loud) = (heard(-300), heard(-240));
    assert_eq!((quiet.len(), loud.len()), (441_000, 441_000));
    let energy = |sound: &[f32]| sound.iter().map(|sample| f64::from(sample * sample)).sum::<f64>();
    let ratio = (energy(&loud) / energy(&quiet)).sqrt();
    assert!((ratio - 1.995).abs() < 0.002, "{ratio}");
    // The gain is that of the whole, not of these seconds: -33 to -30.
    let original = &decoded(&source, 44_100)[12 * 44_100..22 * 44_100];
    let ratio = (energy(&quiet) / energy(original)).sqrt();
    assert!((ratio - 10f64.powf(3.0 / 20.0)).abs() < 0.002, "{ratio}");
    // Without a known loudness the whole is listened to.
    let recipe = Recipe { loudness: Some(Loud::Ebu), ..Recipe::default() };
    let found = made(&AuditionRequest { recipe, ..asked(&bench, &source, 12_000) }).gain_db;
    let wanted = -23.0 - super::judge::loudness(&source).0;
    assert!((found - wanted).abs() <= 0.1, "{found} {wanted}");
}

#[test]
fn before_and_after_are_equally_loud() {
    let bench = Bench::new();
    let source = noise(&bench);
    for (tenths, high_pass_hz, mono) in [(-300, None, false), (-140, Some(150), false), (-200, Some(200), true)] {
        let recipe = Recipe { loudness: Some(Loud::Lufs(tenths)), high_pass_hz, mono, ..Recipe::default() };
        let before = bench.path("before.wav");
        let _ = fs::remove_file(&before);
        let asked = AuditionRequest { recipe, before: Some(before.clone()), ..asked(&bench, &source, 3_000) };
        let made = made(&asked);
        let (after, before) = (super::judge::loudness(&asked.output).0, super::judge::loudness(&before).0);
        assert!((after - before).abs() <= 0.2, "{tenths}: {after} {before}");
        assert!((after - made.loudness.integrated_lufs.unwrap()).abs() <= 0.1);
    }
    assert!(judged(&bench.path("before.wav")) < 0.0);
}

#[test]
fn it_sounds_as_the_whole_does_there() {
    let bench = Bench::new();
    let source = bench.path("speech.wav");
    let words: Vec<_> =
        (0..40).flat_map(|n| [(400.0 + 37.0 * f64::from(n), 700, 0.2), (0.0, 200 + 60 * n, 0.0)]).collect();
    tones(&source, 44_100, 2, &words);
    let recipe = Recipe {
        high_pass_hz: Some(120),
        pauses: Some(Pauses { longer_than_ms: 900, keep_ms: 400 }),
        ..Recipe::default()
    };
    let passages = vec![
        Passage { start_ms: 22_000, end_ms: 23_500, kind: PassageKind::Remove },
        Passage { start_ms: 25_100, end_ms: 25_600, kind: PassageKind::Bleep },
    ];
    let flac = bench.path("whole.flac");
    let plain = request(&source, &flac, AudioFormat::Flac);
    let whole = ProcessRequest { recipe: recipe.clone(), passages: passages.clone(), ..plain };
    let whole = process(&whole, &Cancel::default(), &mut |_| ()).unwrap();
    let sound = decoded(&flac, 44_100);
    for at_ms in [0, 1_234, 15_000, 21_000, 22_400, 40_000] {
        let request =
            AuditionRequest { recipe: recipe.clone(), passages: passages.clone(), ..asked(&bench, &source, at_ms) };
        made(&request);
        let heard = decoded(&request.output, 44_100);
        let from = (whole.timeline.nearest_output(at_ms) * 441 / 10) as usize;
        assert_eq!(heard.len(), 441_000, "{at_ms}");
        // 16 bits, of which the whole has a little noise in the last; its tone and cuts are the same.
        let worst = heard.iter().zip(&sound[from..]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 4.0 / 32_768.0, "{at_ms}: {worst}");
    }
}

/// An hour of silence that takes no room, with a tone at 50 minutes.
fn hour(bench: &Bench) -> PathBuf {
    let (path, minute) = (bench.path("hour.wav"), bench.path("minute.wav"));
    tones(&minute, 44_100, 2, &[(1_000.0, 20_000, 0.1)]);
    let sound = fs::read(minute).unwrap();
    let bytes = 3600 * 44_100 * 4u32;
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).open(&path).unwrap();
    let head = [&sound[..4], &(bytes + 36).to_le_bytes(), &sound[8..40], &bytes.to_le_bytes()].concat();
    file.write_all(&head).unwrap();
    file.set_len(u64::from(bytes) + 44).unwrap();
    file.seek(SeekFrom::Start(44 + 3_000 * 44_100 * 4)).unwrap();
    file.write_all(&sound[44..]).unwrap();
    path
}

#[test]
fn ten_seconds_of_an_hour_are_there_within_a_second() {
    let bench = Bench::new();
    let wav = hour(&bench);
    // An hour of MP3: one minute's frames, again and again.
    let tone = bench.sox("tone.wav", 2, &["synth", "60", "sine", "1000", "vol", "0.1"]);
    let minute = bench.lame(&tone, "minute.mp3", &["-t", "--nores", "-b", "128"]);
    let mp3 = bench.write("hour.mp3", fs::read(&minute).unwrap().repeat(60));
    // LAME makes it a little quieter.
    let quieter = height(&decoded(&minute, 44_100), 44_100, 1_000.0, 5_000);
    let (noise, leveller) = (Some(80), Some(70));
    let pauses = Some(Pauses { longer_than_ms: 1_500, keep_ms: 800 });
    let usual = Recipe { loudness: Some(Loud::Ebu), high_pass_hz: Some(80), ..Recipe::default() };
    let removed = vec![Passage { start_ms: 600_000, end_ms: 3_000_000, kind: PassageKind::Remove }];
    let settings = [
        ("usual", usual.clone(), vec![]),
        ("noise", Recipe { noise, ..Recipe::default() }, vec![]),
        ("leveller", Recipe { leveller, ..Recipe::default() }, vec![]),
        ("silences", Recipe { pauses, ..Recipe::default() }, vec![]),
        ("all", Recipe { noise, leveller, pauses, ..usual }, removed),
    ];
    for (source, before) in [(wav, 0.1), (mp3, quieter)] {
        for (name, recipe, passages) in &settings {
            let worker = Worker::new(env!("CARGO_BIN_EXE_hearthcast-media-worker"));
            let (recipe, passages) = (recipe.clone(), passages.clone());
            let request =
                AuditionRequest { recipe, passages, loudness: loudness(-20.0), ..asked(&bench, &source, 3_005_000) };
            // The fastest of a few: others work on this machine, too.
            let took = (0..5).map(|_| {
                let started = Instant::now();
                worker.audition(&request, &Cancel::default(), &mut |_| ()).unwrap();
                started.elapsed()
            });
            let took = took.min().unwrap();
            assert!(took < Duration::from_secs(1), "{} {name}: {took:?}", source.display());
            if *name == "usual" {
                let found = height(&decoded(&request.output, 44_100), 44_100, 1_000.0, 5_000);
                let wanted = before * 10f64.powf(-3.0 / 20.0);
                assert!((found / wanted - 1.0).abs() < 0.01, "{}: {found}", source.display());
            }
        }
    }
}

#[test]
fn across_a_long_passage_that_is_cut_out_it_sounds_as_the_whole_does() {
    let bench = Bench::new();
    // Twenty-five minutes of MP3: one minute's frames, again and again; words of many tones, some louder than others.
    let words: Vec<_> = (0..40)
        .flat_map(|n| [(400.0 + 37.0 * f64::from(n), 900, if n % 8 < 4 { 0.2 } else { 0.1 }), (0.0, 600, 0.0)])
        .collect();
    let wav = bench.path("minute.wav");
    tones(&wav, 44_100, 2, &words);
    let minute = bench.lame(&wav, "minute.mp3", &["-t", "--nores", "-b", "128"]);
    let mp3 = bench.write("long.mp3", fs::read(&minute).unwrap().repeat(25));
    let pauses = Some(Pauses { longer_than_ms: 400, keep_ms: 300 });
    let passages = vec![Passage { start_ms: 120_300, end_ms: 1_320_700, kind: PassageKind::Remove }];
    for leveller in [None, Some(70)] {
        let recipe = Recipe { pauses, leveller, ..Recipe::default() };
        let flac = bench.path("whole.flac");
        let plain = request(&mp3, &flac, AudioFormat::Flac);
        let whole = ProcessRequest { recipe: recipe.clone(), passages: passages.clone(), ..plain };
        let whole = process(&whole, &Cancel::default(), &mut |_| ()).unwrap();
        let sound = decoded(&flac, 44_100);
        // Before it, in the middle of it, and where nothing of it is near.
        for at_ms in [114_000, 119_900, 700_000, 60_000] {
            let (recipe, passages) = (recipe.clone(), passages.clone());
            let asked = asked(&bench, &mp3, at_ms);
            let request = AuditionRequest { recipe, passages, loudness: whole.source.loudness, ..asked };
            made(&request);
            let heard = decoded(&request.output, 44_100);
            let from = (whole.timeline.nearest_output(at_ms) * 441 / 10) as usize;
            assert_eq!(heard.len(), 441_000, "{at_ms}");
            let worst = heard.iter().zip(&sound[from..]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 8.0 / 32_768.0, "{at_ms} {leveller:?}: {worst}");
        }
    }
}

#[test]
fn seconds_of_an_mp3_are_those_ffmpeg_hears_there() {
    let bench = Bench::new();
    let mp3 = bench.lame(&noise(&bench), "noise.mp3", &["-V", "4"]);
    let whole = decoded(&mp3, 44_100);
    for at_ms in [0, 7_321, 25_000] {
        let request = asked(&bench, &mp3, at_ms);
        made(&request);
        let heard = decoded(&request.output, 44_100);
        let from = (at_ms * 441 / 10) as usize;
        let worst = heard.iter().zip(&whole[from..]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 2.0 / 32_768.0, "{at_ms}: {worst}");
    }
}

#[test]
fn what_cannot_be_heard_is_said_and_nothing_is_left() {
    let bench = Bench::new();
    let source = noise(&bench);
    let all = vec![Passage { start_ms: 0, end_ms: 40_000, kind: PassageKind::Remove }];
    let plain = || asked(&bench, &source, 5_000);
    for (request, words) in [
        (asked(&bench, &source, 50_000), "ends before that place"),
        (AuditionRequest { length_ms: 61_000, ..plain() }, "60 seconds"),
        (AuditionRequest { passages: all, ..plain() }, "nothing left to hear"),
        (asked(&bench, &bench.path("none.wav"), 0), "There is no file"),
    ] {
        let error = audition(&request, &Cancel::default(), &mut |_| ()).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert!(!request.output.exists());
    }
    // At the end there is less.
    let made = made(&asked(&bench, &source, 37_000));
    assert_eq!(made.length_ms, 3_000);
    assert_eq!(run("soxi", &["-D", bench.path("heard.wav").to_str().unwrap()]), b"3.000000\n");
}
