//! Issue 7, point 5: what stands inside an M4A that is written here. The judges are mutagen and ffprobe, beside our own reader;
//! what an M4A cannot hold is looked for byte by byte.

use super::fixtures::{Bench, known};
use super::inside::{LINK, picture, said_by};
use super::process::ffprobe;
use super::worker::PROGRAM;
use hearthcast_media::Cancel;
use hearthcast_media::process::{ChapterPicture, ProcessRequest, TagsToWrite};
use hearthcast_media::worker::Worker;
use hearthcast_model::{AudioFormat, Chapter, Preset, Sha256};
use serde_json::json;
use std::path::{Path, PathBuf};

/// An M4A of eight seconds.
fn made(bench: &Bench, name: &str, tags: TagsToWrite) -> PathBuf {
    let wav = bench.sox("short.wav", 1, &["synth", "8", "sine", "440", "vol", "-9dB"]);
    let mut request = ProcessRequest::mp3(wav, bench.path(name), Preset::SpeechMono96).tagged(tags);
    request.format = AudioFormat::M4a;
    let processed = Worker::new(PROGRAM).process(&request, &Cancel::default(), &mut |_| ()).unwrap();
    assert!(processed.probed.facts.findings.is_empty(), "{:?}", processed.probed.facts.findings);
    bench.path(name)
}

/// Starts and titles, by mutagen (Nero's list), by ffprobe (QuickTime's track) and by our own reader.
fn chapters(file: &Path) -> [Vec<(f64, String)>; 3] {
    let mutagen = said_by("mutagen", file)["chapters"].clone();
    let of = |c: &serde_json::Value| (c["start"].as_f64().unwrap(), c["title"].as_str().unwrap().to_owned());
    let by_mutagen = mutagen.as_array().unwrap().iter().map(of).collect();
    let ffprobe = ffprobe(file);
    let of = |c: &serde_json::Value| {
        let start: f64 = c["start_time"].as_str().unwrap().parse().unwrap();
        (start * 1000.0, c["tags"]["title"].as_str().unwrap().to_owned())
    };
    let by_ffprobe = ffprobe["chapters"].as_array().unwrap().iter().map(of).collect();
    let ours = known(file).facts.chapters.into_iter().map(|c| (c.start_ms as f64, c.title)).collect();
    [by_mutagen, by_ffprobe, ours]
}

/// Whether all three found these, each within a tenth of a millisecond.
fn all_found(file: &Path, meant: &[(i64, &str)]) {
    for (reader, found) in ["mutagen", "ffprobe", "ours"].into_iter().zip(chapters(file)) {
        let titles: Vec<&str> = found.iter().map(|(_, title)| title.as_str()).collect();
        assert_eq!(titles, meant.iter().map(|(_, title)| *title).collect::<Vec<_>>(), "{reader}");
        for ((start, title), (meant, _)) in found.iter().zip(meant) {
            assert!((start - *meant as f64).abs() < 0.1, "{reader}: {title} at {start} ms, not {meant}");
        }
    }
}

#[test]
fn point_5_an_m4a_is_read_by_mutagen_and_what_it_cannot_hold_is_not_in_it() {
    let bench = Bench::new();
    for cover in ["cover.jpg", "cover.png"] {
        let (cover, part) = (picture(&bench, cover, "red"), picture(&bench, "part.jpg", "blue"));
        let tags = TagsToWrite {
            title: "Brot – Ж".into(),
            show: "Kleiner Hafen".into(),
            author: "Zoë".into(),
            number: Some(7),
            year: Some(2026),
            cover: Some(cover.clone()),
            chapters: vec![
                Chapter::new(5_999, "Ende"),
                Chapter { end_ms: Some(4_000), ..Chapter::new(2_501, "Bild") },
                Chapter { hidden: true, ..Chapter::new(1_234, "Versteckt") },
                Chapter { url: LINK.into(), ..Chapter::new(0, "Anfang ä") },
                Chapter::new(3_001, "Mitte"),
            ],
            chapter_pictures: vec![ChapterPicture { start_ms: 2_501, path: part.clone() }],
            ..TagsToWrite::default()
        };
        let file = made(&bench, "a.m4a", tags);
        let told = said_by("mutagen", &file);
        let texts = json!({"©nam": "Brot – Ж", "©alb": "Kleiner Hafen", "©ART": "Zoë", "©day": "2026", "trkn": [7, 0]});
        for (name, meant) in texts.as_object().unwrap() {
            assert_eq!(&told["fields"][name], &json!([meant]), "{name}: {told}");
        }
        let kind = if cover.extension().is_some_and(|ending| ending == "png") { "png" } else { "jpeg" };
        let hash = Sha256::of(&std::fs::read(&cover).unwrap()).to_string();
        assert_eq!(told["pictures"], json!([{"type": kind, "sha256": hash}]));
        // In the order of their times, each at its millisecond.
        all_found(&file, &[(0, "Anfang ä"), (2_501, "Bild"), (3_001, "Mitte"), (5_999, "Ende")]);
        // Nothing there can hide a chapter, link it, or give it a picture or an end of its own (docs/guide/recordings.md).
        let (bytes, inside) = (std::fs::read(&file).unwrap(), std::fs::read(&part).unwrap());
        let holds = |what: &[u8]| bytes.windows(what.len()).any(|some| some == what);
        assert!(holds("Anfang ä".as_bytes()) && holds(&std::fs::read(&cover).unwrap()));
        assert!(!holds(b"Versteckt") && !holds(LINK.as_bytes()) && !holds(&inside));
        let ours = known(&file);
        assert!(ours.chapter_pictures.is_empty() && ours.facts.chapters.iter().all(|c| !c.hidden && c.url.is_empty()));
        let ends: Vec<_> =
            ffprobe(&file)["chapters"].as_array().unwrap().iter().map(|c| c["end_time"].clone()).collect();
        assert_eq!(ends, ["2.501000", "3.001000", "5.999000", "8.000000"]);
    }
}

/// Nero's list counts a title's bytes in one byte, and mutagen reads no file at all in which a letter is cut in two.
#[test]
fn point_5_long_titles_in_an_m4a_are_shortened_between_letters_and_many_chapters_end_at_255() {
    let bench = Bench::new();
    // 400 bytes; 256 with a letter across the border; exactly 255.
    let long = [&"ä".repeat(200), &format!("{}ä", "x".repeat(254)), &format!("{}ä", "x".repeat(253))];
    let tags = TagsToWrite {
        chapters: (0..).zip(long).map(|(n, title)| Chapter::new(n * 1_000, title)).collect(),
        ..TagsToWrite::default()
    };
    let file = made(&bench, "long.m4a", tags);
    let shortened = [format!("{}…", "ä".repeat(126)), format!("{}…", "x".repeat(252)), long[2].clone()];
    assert!(shortened.iter().all(|title| title.len() <= 255));
    all_found(&file, &(0..).zip(&shortened).map(|(n, title)| (n * 1_000, title.as_str())).collect::<Vec<_>>());

    let names: Vec<String> = (0..300).map(|n| format!("C{n}")).collect();
    let tags = TagsToWrite {
        chapters: (0..).zip(&names).map(|(n, title)| Chapter::new(n * 20, title)).collect(),
        ..TagsToWrite::default()
    };
    let first: Vec<(i64, &str)> = (0..).zip(&names).map(|(n, title)| (n * 20, title.as_str())).take(255).collect();
    all_found(&made(&bench, "many.m4a", tags), &first);
}
