//! Issue 7, point 4: M4A by the program ffmpeg beside the other formats; judged by ffprobe and ffmpeg.

use super::fixtures::{Bench, run};
use super::judge;
use super::worker::PROGRAM;
use hearthcast_media::process::{Further, ProcessRequest, Processed, TagsToWrite};
use hearthcast_media::worker::Worker;
use hearthcast_media::{Cancel, MediaError};
use hearthcast_model::{AudioFormat, Chapter, Preset};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn worker() -> Worker {
    Worker::new(PROGRAM)
}

/// An MP3 and an M4A of a recording.
fn made(worker: &Worker, source: &Path, folder: &Path, tags: TagsToWrite) -> (Processed, PathBuf) {
    std::fs::create_dir_all(folder).unwrap();
    let mut request = ProcessRequest::mp3(source, folder.join("a.mp3"), Preset::SpeechStereo128).tagged(tags);
    request.further = vec![Further { format: AudioFormat::M4a, output: folder.join("a.m4a") }];
    (worker.process(&request, &Cancel::default(), &mut |_| ()).unwrap(), folder.join("a.m4a"))
}

fn ffprobe(path: &Path) -> Value {
    let args = ["-v", "error", "-of", "json", "-show_format", "-show_streams", "-show_chapters"];
    serde_json::from_slice(&run("ffprobe", &[&args[..], &[path.to_str().unwrap()]].concat())).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_str().unwrap().parse().unwrap()
}

fn chapter(start_ms: i64, title: &str, hidden: bool) -> Chapter {
    Chapter { hidden, ..Chapter::new(start_ms, title) }
}

#[test]
fn point_4_an_m4a_is_exactly_as_long_and_as_loud_as_wanted_with_all_that_belongs_inside() {
    let bench = Bench::new();
    let cover = bench.ffmpeg("cover.png", &["-f", "lavfi", "-i", "testsrc=s=300x300", "-frames:v", "1"]);
    let tags = TagsToWrite {
        title: "Ebbe = Flut; #1 \\ Österreich".into(),
        show: "Kleiner Hafen".into(),
        author: "Anna Ä".into(),
        language: "de".into(),
        season: Some(2),
        number: Some(7),
        year: Some(2026),
        cover: Some(cover),
        chapters: vec![
            chapter(4_321, "[CHAPTER]", false),
            chapter(0, "Anfang", false),
            chapter(2_000, "verborgen", true),
            chapter(90_000, "nach dem Ende", false),
        ],
        ..TagsToWrite::default()
    };
    for (rate, channels, target) in [(44_100, 2, -16.0), (48_000, 1, -19.0), (32_000, 2, -16.0)] {
        let name = format!("{rate}-{channels}");
        let tones = if channels == 2 { "sine 300 sine 470" } else { "sine 300" };
        let words = format!("synth 7.3456 {tones} tremolo 3 80 vol -9dB");
        let wav = bench.sox(&format!("{name}.wav"), channels, &words.split(' ').collect::<Vec<_>>());
        let wav = bench.ffmpeg(&format!("{name}-r.wav"), &["-i", wav.to_str().unwrap(), "-ar", &rate.to_string()]);
        let (processed, m4a) = made(&worker(), &wav, &bench.path(&name), tags.clone());
        let ([further], facts) = (&processed.further[..], &processed.probed.facts) else { panic!("{name}") };
        assert_eq!((facts.findings.len(), further.which), (0, 0), "{:?}", facts.findings);
        assert_eq!(further.probed.facts.mime, "audio/mp4");
        let told = ffprobe(&m4a);
        // As long as the recording, within a millisecond, by its edit list.
        let wanted = number(&ffprobe(&wav)["streams"][0]["duration"]);
        let streams = told["streams"].as_array().unwrap();
        let sound = streams.iter().find(|stream| stream["codec_type"] == "audio").unwrap();
        for length in [number(&sound["duration"]), number(&told["format"]["duration"])] {
            assert!((length - wanted).abs() <= 0.001, "{name}: {length} s, wanted {wanted}");
        }
        assert!((further.probed.facts.duration_ms.unwrap() as f64 / 1000.0 - wanted).abs() <= 0.001);
        assert_eq!((&sound["codec_name"], number(&sound["start_time"])), (&"aac".into(), 0.0));
        assert_eq!((&sound["tags"]["language"], &sound["channels"]), (&"deu".into(), &channels.into()));
        let (integrated, _, peak) = judge::loudness(&m4a);
        assert!((integrated - target).abs() <= 0.3 && peak <= -1.0, "{name}: {integrated} LUFS, {peak} dBTP");
        let tag = |name: &str| told["format"]["tags"][name].as_str().unwrap_or_default().to_owned();
        assert_eq!(tag("title"), tags.title);
        assert_eq!([tag("artist"), tag("album"), tag("date")], ["Anna Ä", "Kleiner Hafen", "2026"]);
        assert_eq!([tag("track"), tag("disc"), tag("genre")], ["7", "2", "Podcast"]);
        let cover = streams.iter().find(|stream| stream["disposition"]["attached_pic"] == 1).unwrap();
        assert_eq!((&cover["codec_name"], &cover["width"]), (&"png".into(), &300.into()));
        let chapters: Vec<(f64, &str)> = told["chapters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|chapter| (number(&chapter["start_time"]), chapter["tags"]["title"].as_str().unwrap()))
            .collect();
        assert_eq!(chapters, [(0.0, "Anfang"), (4.321, "[CHAPTER]")], "{name}");
        // The index stands before the sound, so that it plays while it comes.
        let bytes = std::fs::read(&m4a).unwrap();
        let at = |what: &[u8]| bytes.windows(4).position(|four| four == what).unwrap();
        assert!(at(b"moov") < at(b"mdat"), "{name}");
        let left = std::fs::read_dir(bench.path(&name)).unwrap().count();
        assert_eq!(left, 2, "{name}: nothing that helped to make it is left");
        // Other tags: the same packets, as long as before.
        let renamed = TagsToWrite { title: "Flut".into(), chapters: vec![], ..tags.clone() };
        let other = bench.path(&format!("{name}-other.m4a"));
        let request = ProcessRequest::mp3(&m4a, &other, Preset::LeaveAlone).tagged(renamed);
        let retagged = worker().retag(&request, &Cancel::default(), &mut |_| ()).unwrap();
        let packets = |path: &Path| {
            run("ffmpeg", &["-v", "error", "-i", path.to_str().unwrap(), "-map", "0:a", "-c", "copy", "-f", "md5", "-"])
        };
        assert_eq!((packets(&other), retagged.facts.duration_ms), (packets(&m4a), further.probed.facts.duration_ms));
        let told = ffprobe(&other);
        assert!((number(&told["format"]["duration"]) - wanted).abs() <= 0.001, "{name}");
        assert_eq!((&told["format"]["tags"]["title"], &told["chapters"]), (&"Flut".into(), &serde_json::json!([])));
        // Again: the same bytes.
        let (_, again) = made(&worker(), &wav, &bench.path(&format!("{name}-again")), tags.clone());
        run("cmp", &[m4a.to_str().unwrap(), again.to_str().unwrap()]);
    }
}

#[test]
fn point_4_where_ffmpeg_is_missing_or_fails_the_m4a_is_left_out_and_said() {
    let bench = Bench::new();
    let wav = bench.sine();
    let pretender = bench.write(
        "pretender",
        "#!/bin/sh\ncase \"$*\" in *-version*) echo 'ffmpeg version 9.9-test Copyright'; exit;; esac\n\
         head -c 1000 >/dev/null; echo 'Unknown encoder aac' >&2; exit 1\n",
    );
    run("chmod", &["700", pretender.to_str().unwrap()]);
    for (name, program, said) in [
        ("none", None, "that program was not found"),
        ("broken", Some(pretender), "Unknown encoder aac"),
        ("no program", Some(bench.write("empty", "")), "does not run"),
    ] {
        let worker = worker().with_ffmpeg(program);
        let (processed, m4a) = made(&worker, &wav, &bench.path(name), TagsToWrite::default());
        let findings = &processed.report.remarks;
        let finding = findings.iter().find(|finding| finding.code == "media.format_left_out");
        let finding = finding.unwrap_or_else(|| panic!("{name}: {findings:?}"));
        assert!(finding.message.contains("M4A") && finding.message.contains(said), "{name}: {}", finding.message);
        assert!(processed.further.is_empty() && !m4a.exists() && m4a.with_extension("mp3").exists(), "{name}");
        assert_eq!(std::fs::read_dir(bench.path(name)).unwrap().count(), 1, "{name}");
        // Asked for alone, it is an error.
        let mut alone = ProcessRequest::mp3(&wav, &m4a, Preset::SpeechStereo128);
        alone.format = AudioFormat::M4a;
        let refused = worker.process(&alone, &Cancel::default(), &mut |_| ());
        assert!(matches!(refused, Err(MediaError::Encoder { .. })), "{name}: {refused:?}");
    }
}
