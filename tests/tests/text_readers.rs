//! Transcripts and chapters as other people's programs read them: webvtt-py, srt, pysrt, ffprobe and Python's own JSON find
//! in our files what was put in. Expected values are the input, never what our own reader said.

use hearthcast_model::{Chapter, ChapterLocation};
use hearthcast_tests::{output, scratch, tools};
use hearthcast_text::transcript::{Cue, Format};
use hearthcast_text::{chapters, transcript};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Words of several scripts, with all that captions could stumble over. The readers trim; so nothing begins or ends with a
/// space.
const WORDS: [&str; 7] = [
    "Plain",
    "Salt & pepper; AT&T",
    "two\nlines",
    "👩‍🚀 in space",
    "שלום and مرحبا",
    "日本の港",
    "e\u{301} and é; İstanbul",
];

fn cues() -> Vec<Cue> {
    let cue = |(n, text): (usize, &&str)| {
        let start_ms = n as i64 * 1_234_567;
        let speaker = if n % 2 == 0 { "Mara Voß" } else { "" };
        Cue { start_ms, end_ms: start_ms + 60_001, speaker: speaker.into(), text: (*text).into(), words: vec![] }
    };
    WORDS.iter().enumerate().map(cue).collect()
}

fn read(reader: &str, file: &Path) -> Value {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("readers/text_readers.py");
    let mut command = Command::new(tools().join("venv/bin/python"));
    let text = output(command.arg(script).arg(reader).arg(file));
    serde_json::from_str(&text).expect("readers print JSON")
}

fn written(folder: &Path, format: Format) -> PathBuf {
    let file = folder.join(format!("words.{}", format.ext()));
    std::fs::write(&file, transcript::write(format, &cues())).expect("a written transcript");
    file
}

#[test]
fn webvtt_py_finds_every_cue_and_voice() {
    let place = scratch();
    let found = read("webvtt", &written(place.path(), Format::Vtt));
    let expected = cues().into_iter().map(|cue| {
        // This reader does not resolve references; the tags it removes.
        let text = cue.text.replace('&', "&amp;");
        json!({"start": cue.start_ms, "end": cue.end_ms, "voice": cue.speaker, "text": text})
    });
    assert_eq!(found, expected.collect::<Value>());
}

#[test]
fn srt_and_pysrt_find_every_cue() {
    let place = scratch();
    let file = written(place.path(), Format::Srt);
    let expected = cues().into_iter().enumerate().map(|(n, cue)| {
        let text = if cue.speaker.is_empty() { cue.text } else { format!("{}: {}", cue.speaker, cue.text) };
        json!({"number": n + 1, "start": cue.start_ms, "end": cue.end_ms, "text": text})
    });
    let expected: Value = expected.collect();
    assert_eq!(read("srt", &file), expected);
    assert_eq!(read("pysrt", &file), expected);
}

#[test]
fn ffprobe_finds_every_time() {
    let place = scratch();
    for format in [Format::Vtt, Format::Srt] {
        let words = ["-v", "error", "-of", "json", "-show_entries", "packet=pts_time,duration_time"];
        let text = output(Command::new("ffprobe").args(words).arg(written(place.path(), format)));
        let read: Value = serde_json::from_str(&text).expect("ffprobe prints JSON");
        let ms =
            |value: &Value| (value.as_str().expect("a time").parse::<f64>().expect("seconds") * 1000.0).round() as i64;
        let packets = read["packets"].as_array().expect("packets");
        let found: Vec<(i64, i64)> =
            packets.iter().map(|packet| (ms(&packet["pts_time"]), ms(&packet["duration_time"]))).collect();
        let expected: Vec<(i64, i64)> = cues().iter().map(|cue| (cue.start_ms, cue.end_ms - cue.start_ms)).collect();
        assert_eq!(found, expected, "{format:?}");
    }
}

#[test]
fn what_ffmpeg_writes_is_read() {
    let place = scratch();
    let vtt = written(place.path(), Format::Vtt);
    let srt = place.path().join("by-ffmpeg.srt");
    output(Command::new("ffmpeg").args(["-v", "error", "-i"]).arg(&vtt).arg(&srt));
    let read = transcript::read(&std::fs::read(&srt).expect("what ffmpeg wrote")).expect("a transcript");
    assert_eq!(read.format, Format::Srt);
    let times = |cues: &[Cue]| cues.iter().map(|cue| (cue.start_ms, cue.end_ms)).collect::<Vec<_>>();
    assert_eq!(times(&read.cues), times(&cues()));
    assert_eq!(read.cues[3].text, WORDS[3], "ffmpeg drops the voices and keeps the words");
}

#[test]
fn python_finds_the_chapters_to_the_digit() {
    let place = scratch();
    let file = place.path().join("chapters.json");
    let chapter = |n: i64| Chapter {
        start_ms: n * 1_234_567,
        end_ms: (n == 2).then_some(9_999_999),
        title: WORDS[n as usize].replace('\n', " "),
        url: if n == 1 { "https://a.example/?b=1&c=\u{fc}".into() } else { String::new() },
        hidden: n == 3,
        picture: None,
        location: (n == 4).then(|| ChapterLocation {
            name: WORDS[5].into(),
            geo: "geo:-33.86,151.2111".into(),
            osm: String::new(),
        }),
    };
    let chapters: Vec<Chapter> = (0..7).map(chapter).collect();
    std::fs::write(&file, chapters::write_json(&chapters)).expect("written chapters");
    let found = read("chapters", &file);
    assert_eq!(found["version"], "1.2.0");
    for (found, chapter) in found["chapters"].as_array().expect("a list").iter().zip(&chapters) {
        assert_eq!(exact_ms(&found["start"]), Some(chapter.start_ms), "{found}");
        assert_eq!(exact_ms(&found["end"]), chapter.end_ms, "{found}");
        assert_eq!(found["title"], chapter.title);
        assert_eq!(found["url"].as_str().unwrap_or_default(), chapter.url);
        assert_eq!(found["toc"] == false, chapter.hidden);
        let place = chapter.location.as_ref().map(|place| json!({"name": place.name, "geo": place.geo}));
        assert_eq!(found["location"], place.unwrap_or_default());
    }
    assert_eq!(found["chapters"].as_array().map(Vec::len), Some(7));
}

/// A decimal number of milliseconds; there must be nothing but zeros behind its point.
fn exact_ms(value: &Value) -> Option<i64> {
    let text = value.as_str()?;
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    assert!(rest.bytes().all(|b| b == b'0'), "no digit beyond the thousandths: {text}");
    Some(whole.parse().expect("digits"))
}
