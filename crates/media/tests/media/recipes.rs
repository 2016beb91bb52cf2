//! Recipes: what is cut out is gone, what is kept is where the timeline says, judged by ffmpeg's decoding and by how much of
//! each known tone is in it.

use super::fixtures::Bench;
use super::judge;
use hearthcast_media::Cancel;
use hearthcast_media::MediaError;
use hearthcast_media::process::{Further, ProcessRequest, Processed, SilencesRequest, TagsToWrite, process, silences};
use hearthcast_media::worker::Worker;
use hearthcast_model::recipe::{Loud, Passage, PassageKind, Pauses, Recipe};
use hearthcast_model::silences::ShorterSilences;
use hearthcast_model::{AudioFormat, Chapter, Preset};
use std::fs;
use std::path::{Path, PathBuf};

/// A WAV of 16 bits: stretches of so many milliseconds of a tone (0: silence) of this height, on all channels.
pub fn tones(path: &Path, rate: u32, channels: u16, parts: &[(f64, u32, f64)]) {
    let mut samples = vec![];
    for (hertz, ms, height) in parts {
        let step = std::f64::consts::TAU * hertz / f64::from(rate);
        for at in 0..u64::from(*ms) * u64::from(rate) / 1000 {
            let sample = (height * (at as f64 * step).sin() * 32_767.0).round() as i16;
            samples.extend(std::iter::repeat_n(sample, usize::from(channels)));
        }
    }
    let bytes = u32::try_from(samples.len() * 2).unwrap();
    let mut file = b"RIFF".to_vec();
    file.extend((bytes + 36).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0");
    file.extend(channels.to_le_bytes());
    file.extend(rate.to_le_bytes());
    file.extend((rate * 2 * u32::from(channels)).to_le_bytes());
    file.extend((2 * channels).to_le_bytes());
    file.extend(b"\x10\0data");
    file.extend(bytes.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    fs::write(path, file).unwrap();
}

/// Twenty seconds, each of a tone of its own: second `n` has 1,300 + 100 n hertz.
fn ladder(bench: &Bench) -> PathBuf {
    let parts: Vec<_> = (0..20).map(|second| (of_second(second), 1_000, 0.2)).collect();
    tones(&bench.path("ladder.wav"), 44_100, 2, &parts);
    bench.path("ladder.wav")
}

fn of_second(second: i64) -> f64 {
    1_300.0 + 100.0 * second as f64
}

/// The first channel as ffmpeg decodes it, at this rate.
pub fn decoded(path: &Path, rate: u32) -> Vec<f32> {
    let rate = rate.to_string();
    let args = ["-v", "error", "-i", path.to_str().unwrap(), "-af", "pan=mono|c0=c0", "-ar", &rate, "-f", "f32le", "-"];
    let bytes = super::fixtures::run("ffmpeg", &args);
    bytes.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]])).collect()
}

/// Height of a tone in a tenth of a second around a place (Goertzel).
pub fn height(sound: &[f32], rate: u32, hertz: f64, at_ms: i64) -> f64 {
    let middle = usize::try_from(at_ms * i64::from(rate) / 1000).unwrap();
    let half = rate as usize / 20;
    let window = &sound[middle - half..middle + half];
    let angle = std::f64::consts::TAU * hertz / f64::from(rate);
    let (mut sine, mut cosine) = (0.0, 0.0);
    for (at, sample) in window.iter().enumerate() {
        // A soft window, so that other tones do not spill over.
        let weight = 1.0 - (std::f64::consts::TAU * (at as f64 + 0.5) / window.len() as f64).cos();
        sine += weight * f64::from(*sample) * (angle * at as f64).sin();
        cosine += weight * f64::from(*sample) * (angle * at as f64).cos();
    }
    2.0 * sine.hypot(cosine) / window.len() as f64
}

pub fn request(source: &Path, output: &Path, format: AudioFormat) -> ProcessRequest {
    let _ = fs::remove_file(output);
    ProcessRequest { format, ..ProcessRequest::mp3(source, output, Preset::LeaveAlone) }
}

fn run(request: &ProcessRequest) -> Processed {
    process(request, &Cancel::default(), &mut |_| ()).unwrap_or_else(|error| panic!("{error}"))
}

fn passage(start_ms: i64, end_ms: i64, kind: PassageKind) -> Passage {
    Passage { start_ms, end_ms, kind }
}

#[test]
fn marked_passages_are_gone_or_bleeped_and_the_rest_is_where_the_timeline_says() {
    let bench = Bench::new();
    let wav = ladder(&bench);
    let mp3 = bench.lame(&wav, "ladder.mp3", &["-b", "192"]);
    let m4a = bench.ffmpeg("ladder.m4a", &["-i", wav.to_str().unwrap(), "-c:a", "aac", "-b:a", "192k"]);
    let chapter = |start_ms: i64| Chapter::new(start_ms, start_ms.to_string());
    for source in [wav, mp3, m4a] {
        let (flac, also) = (bench.path("cut.flac"), bench.path("cut.mp3"));
        let _ = fs::remove_file(&also);
        let chapters = [0, 5_000, 6_500, 12_000].map(chapter).to_vec();
        let request = ProcessRequest {
            passages: vec![
                passage(5_000, 7_000, PassageKind::Remove),
                passage(10_000, 11_000, PassageKind::Bleep),
                passage(19_000, 20_000, PassageKind::Remove),
            ],
            further: vec![Further { format: AudioFormat::Mp3, output: also.clone() }],
            tags: TagsToWrite { chapters, ..TagsToWrite::default() },
            ..request(&source, &flac, AudioFormat::Flac)
        };
        let made = run(&request);
        let length = judge::decoded_ms(&flac, 44_100, 2);
        let source_ms = made.source.duration_ms.unwrap();
        // AAC has no exact end.
        let wanted = if source_ms == 20_000 { 17_000.0 } else { 17_000.0 + (source_ms - 20_000) as f64 };
        assert!((length - wanted).abs() <= 1.0, "{}: {length}", source.display());
        assert!((made.timeline.length_ms() as f64 - length).abs() <= 1.0);
        let starts: Vec<i64> = made.further[0].probed.facts.chapters.iter().map(|chapter| chapter.start_ms).collect();
        assert_eq!(starts, [0, 5_000, 10_000], "the one that is gone altogether is left out");
        for file in [&flac, &also] {
            let sound = decoded(file, 44_100);
            for second in 0..19 {
                let at = made.timeline.to_output(second * 1_000 + 500);
                let name = format!("{} of {}: {second}", file.display(), source.display());
                match (second, at) {
                    (5 | 6, at) => {
                        assert_eq!(at, None, "{name}");
                        // Only where the two sides go over into each other, 8 ms of it fade.
                        let places = (100..16_900).step_by(50).filter(|ms: &i64| (ms - 5_000).abs() > 60);
                        let anywhere = places.map(|ms| height(&sound, 44_100, of_second(second), ms));
                        let highest = anywhere.fold(0.0, f64::max);
                        assert!(highest < 0.004, "{name}: {highest}");
                    }
                    (10, Some(at)) => {
                        assert!(height(&sound, 44_100, of_second(10), at) < 0.0004, "{name}: speech under the tone");
                        let tone = height(&sound, 44_100, 1_000.0, at);
                        // 4 LU below the recording: a sine in two channels has as many LUFS as its height has dB.
                        let wanted = 10f64.powf((judge::loudness(&source).0 - 4.0) / 20.0);
                        assert!((tone / wanted - 1.0).abs() < 0.07, "{name}: {tone} {wanted}");
                    }
                    (_, Some(at)) => {
                        let found = height(&sound, 44_100, of_second(second), at);
                        // LAME makes everything up to 5 % lower, each time.
                        assert!((found - 0.195).abs() < 0.02, "{name}: {found}");
                        assert!(height(&sound, 44_100, of_second(second + 1), at) < 0.01, "{name}");
                    }
                    (_, None) => panic!("{name} is gone"),
                }
            }
        }
    }
}

#[test]
fn silences_are_shortened() {
    let bench = Bench::new();
    let wav = bench.path("pauses.wav");
    let parts = [
        (0.0, 2_000, 0.0),
        (1_500.0, 3_000, 0.2),
        (0.0, 4_000, 0.0),
        (2_500.0, 2_000, 0.2),
        (0.0, 900, 0.0),
        (3_500.0, 1_000, 0.2),
        (0.0, 3_000, 0.0),
    ];
    tones(&wav, 48_000, 1, &parts);
    let recipe = Recipe {
        ends_ms: Some(300),
        pauses: Some(Pauses { longer_than_ms: 1_000, keep_ms: 500 }),
        ..Recipe::default()
    };
    let flac = bench.path("short.flac");
    let made = run(&ProcessRequest { recipe: recipe.clone(), ..request(&wav, &flac, AudioFormat::Flac) });
    // 0.3 + 3 + 0.5 + 2 + 0.9 + 1 + 0.3; a silence may be found one look of 10 ms shorter than it is.
    let length = judge::decoded_ms(&flac, 48_000, 1);
    assert!((length - 8_000.0).abs() <= 1.0, "{length}");
    let sound = decoded(&flac, 48_000);
    for (hertz, at) in [(1_500.0, 1_800), (2_500.0, 4_800), (3_500.0, 7_200)] {
        let found = height(&sound, 48_000, hertz, at);
        assert!((found - 0.2).abs() < 0.01, "{hertz}: {found}");
    }
    assert_eq!(made.timeline.to_output(9_500), Some(4_300));
    // What counts as silence is a setting: −12 dBFS of sine is 0.2 of full scale, −17 dBFS by its mean.
    let recipe = Recipe { silence_dbfs: Some(-20), ..recipe };
    let same = run(&ProcessRequest { recipe, ..request(&wav, &flac, AudioFormat::Flac) });
    assert_eq!(same.timeline, made.timeline);
}

#[test]
fn what_is_told_of_silences_beforehand_is_what_is_made() {
    let bench = Bench::new();
    let wav = bench.path("talk.wav");
    let words: Vec<_> = (0..20u32)
        .flat_map(|n| [(0.0, 150 + 173 * n, 0.0), (400.0 + 37.0 * f64::from(n), 700, 0.2)])
        .chain([(0.0, 2_345, 0.0)])
        .collect();
    tones(&wav, 44_100, 2, &words);
    let mp3 = bench.lame(&wav, "talk.mp3", &["-V", "4"]);
    let recipe =
        Recipe { ends_ms: Some(100), pauses: Some(Pauses { longer_than_ms: 900, keep_ms: 400 }), ..Recipe::default() };
    let worker = Worker::new(env!("CARGO_BIN_EXE_hearthcast-media-worker"));
    for source in [wav, mp3] {
        let asked = SilencesRequest { source: source.clone(), dbfs: Recipe::SILENCE_DBFS };
        let found = worker.silences(&asked, &Cancel::default(), &mut |_| ()).unwrap();
        assert_eq!(found, silences(&asked, &Cancel::default(), &mut |_| ()).unwrap());
        for passages in [vec![], vec![passage(12_000, 15_500, PassageKind::Remove)]] {
            let told = found.shortened(&recipe, &passages, 0).unwrap();
            let flac = bench.path("short.flac");
            let plain = request(&source, &flac, AudioFormat::Flac);
            let made = run(&ProcessRequest { recipe: recipe.clone(), passages, ..plain });
            let length = judge::decoded_ms(&flac, 44_100, 2);
            assert_eq!(made.timeline.length_ms(), told.after_ms, "{}", source.display());
            assert!((length - told.after_ms as f64).abs() <= 1.0, "{}: {length} {told:?}", source.display());
            let ShorterSilences { between_ms, head_ms, tail_ms, before_ms, after_ms, .. } = told;
            assert_eq!(before_ms - after_ms, between_ms + head_ms + tail_ms);
            // Fifteen of the nineteen between are longer than 0.9 s; the passage takes two along.
            let seams = made.timeline.pieces.len() as i64 - 1;
            assert!((13..=15).contains(&told.count), "{told:?}");
            assert!((i64::from(told.count)..=i64::from(told.count) + 1).contains(&seams), "{told:?} {seams}");
            // Where the first one is cut, a piece of the recording ends.
            assert_eq!(made.timeline.to_output(told.first_ms.unwrap()), None);
        }
    }
}

#[test]
fn intro_and_outro_are_heard_around_it_and_as_loud() {
    let bench = Bench::new();
    let (wav, quiet, outro) = (bench.path("show.wav"), bench.path("intro.wav"), bench.path("outro.wav"));
    tones(&wav, 44_100, 2, &[(1_500.0, 10_000, 0.1)]);
    tones(&quiet, 32_000, 1, &[(500.0, 3_000, 0.01)]);
    tones(&outro, 44_100, 2, &[(700.0, 2_000, 0.5)]);
    let outro = bench.lame(&outro, "outro.mp3", &["-b", "128"]);
    for (loudness, heights) in [(None, (0.01, 0.5)), (Some(Loud::Podcast), (0.16, 0.16))] {
        let flac = bench.path("around.flac");
        let made = run(&ProcessRequest {
            recipe: Recipe { loudness, ..Recipe::default() },
            intro: Some(quiet.clone()),
            outro: Some(outro.clone()),
            ..request(&wav, &flac, AudioFormat::Flac)
        });
        let length = judge::decoded_ms(&flac, 44_100, 2);
        assert!((length - 15_000.0).abs() <= 1.0, "{length}");
        assert_eq!((made.timeline.to_output(0), made.timeline.to_output(9_999)), (Some(3_000), Some(12_999)));
        let sound = decoded(&flac, 44_100);
        for (hertz, at, wanted) in [(500.0, 1_500, heights.0), (700.0, 14_000, heights.1)] {
            let found = height(&sound, 44_100, hertz, at);
            assert!((found / wanted - 1.0).abs() < 0.1, "{loudness:?} {hertz}: {found} {wanted}");
            assert!(height(&sound, 44_100, hertz, 8_000) < 1e-4, "{hertz}");
        }
    }
}

#[test]
fn rumble_is_taken_away_as_the_filters_formula_says() {
    let bench = Bench::new();
    let (low, high) = (bench.sox("low.wav", 1, &["synth", "9", "sine", "50", "vol", "0.2"]), bench.path("high.wav"));
    tones(&high, 44_100, 1, &[(1_000.0, 9_000, 0.2)]);
    for (source, hertz) in [(&low, 50.0), (&high, 1_000.0f64)] {
        let flac = bench.path("high-pass.flac");
        let recipe = Recipe { high_pass_hz: Some(100), ..Recipe::default() };
        run(&ProcessRequest { recipe, ..request(source, &flac, AudioFormat::Flac) });
        let found = height(&decoded(&flac, 44_100), 44_100, hertz, 8_500);
        let wanted = 0.2 / (1.0 + (100.0 / hertz).powi(8)).sqrt();
        assert!((found / wanted - 1.0).abs() < 0.02, "{hertz}: {found} {wanted}");
    }
}

#[test]
fn loudness_is_as_wished_in_the_channels_and_at_the_rate_that_were_wished() {
    let bench = Bench::new();
    let effects = "synth 30 pinknoise tremolo 0.2 60 gain -n -12".split(' ').collect::<Vec<_>>();
    let source = bench.sox("noise.wav", 2, &effects);
    for (loudness, target, mono, rate) in [
        (Some(Loud::Ebu), -23.0, false, None),
        (Some(Loud::Ebu), -23.0, true, Some(48_000)),
        (Some(Loud::Lufs(-185)), -18.5, false, Some(32_000)),
        (Some(Loud::Podcast), -19.0, true, None),
    ] {
        let mp3 = bench.path("loud.mp3");
        let recipe = Recipe { loudness, mono, sample_rate_hz: rate, high_pass_hz: Some(80), ..Recipe::default() };
        let made = run(&ProcessRequest { recipe, ..request(&source, &mp3, AudioFormat::Mp3) });
        let (found, ..) = judge::loudness(&mp3);
        assert!((found - target).abs() <= 0.15, "{loudness:?}: {found}");
        let facts = &made.probed.facts;
        assert_eq!((facts.channels, facts.sample_rate_hz), (Some(if mono { 1 } else { 2 }), rate.or(Some(44_100))));
        assert_eq!(made.report.target_lufs, Some(target));
    }
    // Its own level, whatever the preset says; and what cannot be reached is said.
    let plucks = "synth 1.5 pluck C3 pluck G4 pad 0 0.5 repeat 9 gain -n -1".split(' ').collect::<Vec<_>>();
    let plucks = bench.sox("plucks.wav", 2, &plucks);
    let keep = Recipe { loudness: Some(Loud::Keep), high_pass_hz: Some(20), ..Recipe::default() };
    let flac = bench.path("keep.flac");
    let plain = request(&plucks, &flac, AudioFormat::Flac);
    run(&ProcessRequest { recipe: keep, preset: Preset::Music192, ..plain });
    let (before, after) = (judge::loudness(&plucks).0, judge::loudness(&flac).0);
    assert!((before - after).abs() <= 0.1, "{before} {after}");
    let recipe = Recipe { loudness: Some(Loud::Lufs(-60)), ..Recipe::default() };
    let made = run(&ProcessRequest { recipe, ..request(&plucks, &bench.path("loud.mp3"), AudioFormat::Mp3) });
    let missed = made.report.remarks.iter().find(|finding| finding.code == "media.loudness_missed");
    assert!(missed.unwrap().message.contains("instead of -6:"), "{missed:?}");
}

#[test]
fn an_mp3_is_left_alone_unless_its_sound_changes() {
    let bench = Bench::new();
    let mp3 = bench.lame(&ladder(&bench), "ladder.mp3", &["-b", "128"]);
    let copy = bench.path("copy.mp3");
    for recipe in
        [Recipe::default(), Recipe { loudness: Some(Loud::Keep), sample_rate_hz: Some(44_100), ..Recipe::default() }]
    {
        let made = run(&ProcessRequest { recipe, ..request(&mp3, &copy, AudioFormat::Mp3) });
        assert_eq!(fs::read(&copy).unwrap(), fs::read(&mp3).unwrap());
        assert!(made.timeline.clone().unless_all_of(20_000).moves_nothing());
        assert_eq!(made.timeline.length_ms(), 20_000);
    }
    let recipe = Recipe { mono: true, ..Recipe::default() };
    let made = run(&ProcessRequest { recipe, ..request(&mp3, &copy, AudioFormat::Mp3) });
    assert_eq!((made.probed.facts.channels, made.report.rounds), (Some(1), 1));
    assert!((judge::decoded_ms(&copy, 44_100, 1) - 20_000.0).abs() <= 1.0);
}

#[test]
fn what_cannot_be_made_is_refused_in_words() {
    let bench = Bench::new();
    let (wav, out) = (ladder(&bench), bench.path("no.mp3"));
    let whole = vec![passage(0, 90_000, PassageKind::Remove)];
    let fault = Recipe { high_pass_hz: Some(5_000), ..Recipe::default() };
    let plain = || request(&wav, &out, AudioFormat::Mp3);
    let missing = Some(bench.path("nowhere.wav"));
    for (request, words) in [
        (ProcessRequest { passages: whole, ..plain() }, "nothing left to hear"),
        (ProcessRequest { recipe: fault, ..plain() }, "A high-pass at 5000 Hz is not possible"),
        (ProcessRequest { intro: missing, ..plain() }, "There is no file at"),
    ] {
        let error = process(&request, &Cancel::default(), &mut |_| ()).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert!(!out.exists());
    }
    let many = vec![passage(0, 1, PassageKind::Bleep); Passage::MOST + 1];
    let error = process(&ProcessRequest { passages: many, ..plain() }, &Cancel::default(), &mut |_| ()).unwrap_err();
    assert!(matches!(error, MediaError::Recipe { .. }), "{error}");
}

#[test]
fn the_worker_process_follows_a_recipe_too() {
    let bench = Bench::new();
    let (wav, intro) = (ladder(&bench), bench.path("intro.wav"));
    tones(&intro, 22_050, 1, &[(500.0, 1_500, 0.2)]);
    let request = ProcessRequest {
        passages: vec![passage(3_000, 4_000, PassageKind::Remove)],
        intro: Some(intro),
        recipe: Recipe { ends_ms: Some(0), high_pass_hz: Some(60), ..Recipe::default() },
        ..request(&wav, &bench.path("made.mp3"), AudioFormat::Mp3)
    };
    let worker = Worker::new(env!("CARGO_BIN_EXE_hearthcast-media-worker"));
    let made = worker.process(&request, &Cancel::default(), &mut |_| ()).unwrap();
    assert_eq!(made.timeline.length_ms(), 20_500);
    assert_eq!((made.timeline.to_output(4_000), made.timeline.to_output(3_500)), (Some(4_500), None));
    assert!((judge::decoded_ms(&request.output, 44_100, 2) - 20_500.0).abs() <= 1.0);
}

#[test]
fn a_worker_that_lies_about_the_timeline_is_not_believed() {
    let bench = Bench::new();
    let wav = ladder(&bench);
    let program = env!("CARGO_BIN_EXE_hearthcast-media-worker");
    let request = ProcessRequest {
        passages: vec![passage(3_000, 4_000, PassageKind::Remove)],
        ..request(&wav, &bench.path("made.flac"), AudioFormat::Flac)
    };
    let said = |change: &str| {
        let script = format!("'{program}' worker | sed -u '{change}'");
        let worker = Worker::new("/bin/sh").with_args(["-c", &script]);
        worker.process(&request, &Cancel::default(), &mut |_| ()).map(|made| made.timeline.length_ms())
    };
    for change in [
        r#"s/"length_ms":16000/"length_ms":17000/"#,
        r#"s/"length_ms":3000/"length_ms":-3000/"#,
        r#"s/"master":4000/"master":2000/"#,
        r#"s/"master":4000/"master":40000/"#,
    ] {
        let error = said(change).unwrap_err();
        assert!(error.to_string().contains("an impossible timeline"), "{change}: {error}");
        assert!(!request.output.exists(), "{change}");
    }
    assert_eq!(said("s/nothing/else/").unwrap(), 19_000);
}
