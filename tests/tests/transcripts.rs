//! Issue 7, point 6: transcripts of seven forms, turned into each other by the terminal program, looked over, moved, joined and divided.
//! Expected values are how the files were made; what is written is read by webvtt-py, srt and pysrt.

use hearthcast_tests::{Laptop, output, scratch, sound, tools, until};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What every file of the first journey says: Ada begins after half a second, Bo after an hour.
const FORMS: [(&str, &str); 7] = [
    (
        "a.vtt",
        "WEBVTT\n\n00:00.500 --> 00:02.750\n<v Ada Lund>Salt &amp; paper\n\n01:00:00.000 --> 01:00:01.500\n<v Bo>日本の港\n",
    ),
    (
        "a.srt",
        "1\n00:00:00,500 --> 00:00:02,750\nAda Lund: Salt & paper\n\n2\n01:00:00,000 --> 01:00:01,500\nBo: 日本の港\n",
    ),
    (
        "a.json",
        r#"{"version":"1.0.0","segments":[{"speaker":"Ada Lund","startTime":0.5,"endTime":2.75,"body":"Salt & paper"},{"speaker":"Bo","startTime":3600,"endTime":3601.5,"body":"日本の港"}]}"#,
    ),
    (
        "a.podlove.json",
        r#"{"transcripts":[{"start":"00:00:00.500","start_ms":500,"end":"00:00:02.750","end_ms":2750,"speaker":"1","voice":"Ada Lund","text":"Salt & paper"},{"start":"01:00:00.000","start_ms":3600000,"end":"01:00:01.500","end_ms":3601500,"speaker":"2","voice":"Bo","text":"日本の港"}]}"#,
    ),
    (
        "a.dote.json",
        r#"{"lines":[{"startTime":"00:00:00,500","endTime":"00:00:02,750","speakerDesignation":"Ada Lund","text":"Salt & paper"},{"startTime":"01:00:00,000","endTime":"01:00:01,500","speakerDesignation":"Bo","text":"日本の港"}]}"#,
    ),
    (
        "a.html",
        "<cite>Ada Lund:</cite>\n<time datetime=\"PT0.5S\">0:00</time>\n<p>Salt &amp; paper</p>\n<cite>Bo:</cite>\n<time>1:00:00</time>\n<p>日本の港</p>\n",
    ),
    ("a.txt", "[0:00.5] Ada Lund: Salt & paper\n\n[1:00:00] Bo: 日本の港\n"),
];

fn judge(reader: &str, file: &Path) -> Value {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("readers/text_readers.py");
    let text = output(Command::new(tools().join("venv/bin/python")).arg(script).arg(reader).arg(file));
    serde_json::from_str(&text).expect("readers print JSON")
}

fn json_of(file: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(file).expect("a written file")).expect("JSON")
}

/// Speaker, beginning, end in milliseconds and words of a file, as somebody else reads it; no end where the form has none.
fn as_read(file: &Path) -> Vec<(String, i64, Option<i64>, String)> {
    let name = file.to_string_lossy();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let ms = |seconds: &Value| (seconds.as_f64().expect("seconds") * 1000.0).round() as i64;
    let clock = |value: &Value| {
        let digits: Vec<i64> = text(value).split([':', ',']).map(|part| part.parse().expect("HH:MM:SS,mmm")).collect();
        ((digits[0] * 60 + digits[1]) * 60 + digits[2]) * 1000 + digits[3]
    };
    if name.ends_with(".vtt") {
        let cue = |c: &Value| {
            // This reader does not resolve references.
            let words = text(&c["text"]).replace("&amp;", "&");
            (text(&c["voice"]), c["start"].as_i64().expect("ms"), c["end"].as_i64(), words)
        };
        return list(&judge("webvtt", file)).iter().map(cue).collect();
    }
    if name.ends_with(".srt") {
        let found = judge("srt", file);
        assert_eq!(found, judge("pysrt", file), "both readers agree");
        let cue = |c: &Value| {
            let said = text(&c["text"]);
            let (who, words) = said.split_once(": ").unwrap_or(("", &said));
            (who.to_owned(), c["start"].as_i64().expect("ms"), c["end"].as_i64(), words.to_owned())
        };
        return list(&found).iter().map(cue).collect();
    }
    if name.ends_with(".podlove.json") {
        let line = |c: &Value| {
            (text(&c["voice"]), c["start_ms"].as_i64().expect("ms"), c["end_ms"].as_i64(), text(&c["text"]))
        };
        return list(&json_of(file)).iter().map(line).collect();
    }
    if name.ends_with(".dote.json") {
        let line = |c: &Value| {
            (text(&c["speakerDesignation"]), clock(&c["startTime"]), Some(clock(&c["endTime"])), text(&c["text"]))
        };
        return list(&json_of(file)["lines"]).iter().map(line).collect();
    }
    let segment = |c: &Value| (text(&c["speaker"]), ms(&c["startTime"]), Some(ms(&c["endTime"])), text(&c["body"]));
    list(&json_of(file)["segments"]).iter().map(segment).collect()
}

#[test]
fn point_6_transcripts_go_from_every_form_to_every_other() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    for (from, said) in FORMS {
        let source = place.path().join(from);
        std::fs::write(&source, said).expect("a written file");
        for (to, _) in FORMS {
            let made = place.path().join(format!("from-{from}-to-{to}"));
            let told = laptop.ask(&["text", "convert", source.to_str().unwrap(), "-o", made.to_str().unwrap()]);
            assert_eq!(told["cues"], 2, "{from} -> {to}: {told}");
            if to.ends_with(".html") || to.ends_with(".txt") {
                let text = std::fs::read_to_string(&made).expect("text");
                let words = if to.ends_with(".html") { "Salt &amp; paper" } else { "Ada Lund: Salt & paper" };
                assert!(
                    text.contains(words) && text.contains("日本の港") && text.contains("Bo:"),
                    "{from} -> {to}: {text}"
                );
                let timed = !(from.ends_with(".html") || from.ends_with(".txt"));
                assert!(
                    told["losses"] != json!([]) || !timed && to.ends_with(".html"),
                    "{to} says that nothing ends: {told}"
                );
                continue;
            }
            // Pages and words have no ends: what stands there lasts until the next begins.
            let ends = !(from.ends_with(".html") || from.ends_with(".txt"));
            let found: Vec<_> = as_read(&made)
                .into_iter()
                .map(|(who, start, end, words)| (who, start, end.filter(|_| ends), words))
                .collect();
            let end = |ms| ends.then_some(ms);
            let expected = [
                ("Ada Lund".into(), 500, end(2_750), "Salt & paper".to_owned()),
                ("Bo".into(), 3_600_000, end(3_601_500), "日本の港".to_owned()),
            ];
            assert_eq!(found, expected, "{from} -> {to}");
            assert_eq!(told["losses"], json!([]), "{from} -> {to}: nothing these words say is lost");
        }
    }
}

/// What becomes of a file.
enum Becomes {
    /// It says this: beginning, end, words.
    Cues(Vec<(i64, i64, &'static str)>),
    /// It is refused, and the sentence has these words.
    Refused(&'static str),
}
use Becomes::{Cues, Refused};

/// A file as the table makes it.
type Row = (&'static str, &'static str, Vec<u8>, Becomes);

fn nasty() -> Vec<Row> {
    let cue = |text: &'static str| Cues(vec![(1_000, 2_000, text)]);
    let wide = |text: &str, big: bool| {
        let unit = |u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() };
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(unit).collect::<Vec<u8>>()
    };
    let srt = |words: &str| format!("1\n00:00:01,000 --> 00:00:02,000\n{words}\n").into_bytes();
    let vtt = |words: &str| format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{words}\n").into_bytes();
    let bytes = |text: &str| text.as_bytes().to_vec();
    vec![
        ("byte order mark", "srt", [b"\xEF\xBB\xBF".to_vec(), srt("a")].concat(), cue("a")),
        ("CRLF", "srt", bytes("1\r\n00:00:01,000 --> 00:00:02,000\r\na\r\n\r\n"), cue("a")),
        ("CR alone", "srt", bytes("1\r00:00:01,000 --> 00:00:02,000\ra\r\r"), cue("a")),
        ("UTF-16 LE", "srt", wide("1\n00:00:01,000 --> 00:00:02,000\nGrüße\n", false), cue("Grüße")),
        ("UTF-16 BE", "vtt", wide("WEBVTT\n\n00:01.000 --> 00:02.000\nGrüße\n", true), cue("Grüße")),
        (
            "Windows-1252",
            "srt",
            b"1\n00:00:01,000 --> 00:00:02,000\nGr\xFC\xDFe \x96 \x80\n".to_vec(),
            cue("Grüße – €"),
        ),
        ("no encoding at all", "srt", b"1\n00:00:01,000 --> 00:00:02,000\n\x81\x8D\n".to_vec(), Refused("Line 3")),
        (
            "no empty line between cues",
            "srt",
            bytes("1\n00:00:01,000 --> 00:00:02,000\na\n2\n00:00:03,000 --> 00:00:04,000\nb\n"),
            Cues(vec![(1_000, 2_000, "a"), (3_000, 4_000, "b")]),
        ),
        (
            "no empty line in WebVTT",
            "vtt",
            bytes("WEBVTT\n00:01.000 --> 00:02.000\na\n00:03.000 --> 00:04.000\nb\n"),
            Cues(vec![(1_000, 2_000, "a"), (3_000, 4_000, "b")]),
        ),
        ("no numbers", "srt", bytes("00:00:01,000 --> 00:00:02,000\na\n"), cue("a")),
        (
            "overlapping cues",
            "srt",
            bytes("1\n0:00:01,0 --> 0:00:09,0\na\n\n2\n0:00:05,0 --> 0:00:06,0\nb\n"),
            Cues(vec![(1_000, 9_000, "a"), (5_000, 6_000, "b")]),
        ),
        (
            "out of order",
            "vtt",
            bytes("WEBVTT\n\n00:05.000 --> 00:06.000\nb\n\n00:01.000 --> 00:02.000\na\n"),
            Cues(vec![(1_000, 2_000, "a"), (5_000, 6_000, "b")]),
        ),
        ("backwards", "srt", bytes("1\n00:00:05,000 --> 00:00:02,000\na\n"), Refused("line 2")),
        (
            "100 hours",
            "srt",
            bytes("1\n100:00:00,000 --> 100:00:01,000\na\n"),
            Cues(vec![(360_000_000, 360_001_000, "a")]),
        ),
        ("point for a comma", "srt", bytes("1\n00:00:01.000 --> 00:00:02.000\na\n"), cue("a")),
        ("comma for a point", "vtt", bytes("WEBVTT\n\n00:01,000 --> 00:02,000\na\n"), cue("a")),
        ("one digit of a fraction", "srt", bytes("1\n0:00:01,0 --> 0:00:02,0\na\n"), cue("a")),
        ("no time", "srt", bytes("1\n00:00:01,000 --> later\na\n"), Refused("Line 2")),
        (
            "NOTE, STYLE, REGION",
            "vtt",
            bytes(
                "WEBVTT\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:a\n\nNOTE\nnot shown\n\n00:01.000 --> 00:02.000\na\n",
            ),
            cue("a"),
        ),
        (
            "nested tags",
            "vtt",
            vtt("<v.loud Ada><i>a <b>b</b></i> <c.red>c</c> <ruby>d<rt>e</rt></ruby></v>"),
            cue("a b c de"),
        ),
        ("a tag without end", "vtt", vtt("a <b"), cue("a")),
        ("references", "vtt", vtt("1 &lt; 2 &amp;amp; &#233;&nbsp;x"), cue("1 &lt; 2 &amp;amp; é\u{A0}x")),
        ("settings", "vtt", bytes("WEBVTT\n\n00:01.000 --> 00:02.000 align:start position:10% line:0\na\n"), cue("a")),
        ("places of SubRip", "srt", bytes("1\n00:00:01,000 --> 00:00:02,000 X1:1 X2:2\n{\\an8}<i>a</i>\n"), cue("a")),
        (
            "empty cues",
            "vtt",
            bytes(
                "WEBVTT\n\n00:00.000 --> 00:00.500\n\n00:01.000 --> 00:02.000\na\n\n00:03.000 --> 00:04.000\n<b></b>\n",
            ),
            cue("a"),
        ),
        (
            "past midnight",
            "srt",
            bytes("1\n23:59:58,000 --> 00:00:01,000\na\n\n2\n00:00:02,000 --> 00:00:03,000\nb\n"),
            Cues(vec![(86_398_000, 86_401_000, "a"), (86_402_000, 86_403_000, "b")]),
        ),
        ("NUL and control characters", "srt", srt("a\0\u{1}b"), cue("ab")),
        ("an arrow in the words", "json", bytes(r#"[{"start":1,"end":2,"text":"a --> b"}]"#), cue("a --&gt; b")),
        ("no words at all", "vtt", bytes("WEBVTT\n\n00:01.000 --> 00:02.000\n\n"), Refused("no words")),
        ("no bytes at all", "srt", vec![], Refused("no words")),
        ("a letter", "srt", bytes("Dear listeners,\n"), Refused("line 1")),
        ("a page that says not found", "vtt", bytes("<!DOCTYPE html><h1>Not found</h1>"), Refused("line 1")),
        ("JSON of something else", "json", bytes("{\"a\": 1}"), Refused("segments")),
        ("JSON that is cut off", "json", bytes(r#"{"segments":[{"start":1,"#), Refused("JSON")),
        (
            "JSON times before the beginning",
            "json",
            bytes(r#"[{"start":-1,"end":2,"text":"a"}]"#),
            Refused("Segment 1"),
        ),
        ("nested without end", "json", "[".repeat(200_000).into_bytes(), Refused("JSON")),
    ]
}

#[test]
fn point_6_transcripts_of_all_habits_are_read_or_refused_in_words() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    for (n, (name, ext, bytes, expected)) in nasty().into_iter().enumerate() {
        let (source, made) = (place.path().join(format!("{n}.{ext}")), place.path().join(format!("made-{n}.vtt")));
        std::fs::write(&source, bytes).expect("a written file");
        let spoken = laptop.speak(&["text", "convert", source.to_str().unwrap(), "-o", made.to_str().unwrap()]);
        match expected {
            Refused(why) => {
                assert_eq!((spoken.code, made.exists()), (Some(2), false), "{name}: {}", spoken.last);
                assert!(spoken.last["message"].as_str().unwrap().contains(why), "{name}: {}", spoken.last);
                assert!(!spoken.last["hint"].as_str().unwrap().is_empty(), "{name}: it says what to do");
            }
            Cues(cues) => {
                assert_eq!(spoken.code, Some(0), "{name}: {}", spoken.last);
                let found = judge("webvtt", &made);
                let cue = |(start, end, text): &(i64, i64, &str)| json!({"start": start, "end": end, "text": text});
                let found: Vec<Value> = found
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|c| json!({"start": c["start"], "end": c["end"], "text": c["text"]}))
                    .collect();
                assert_eq!(found, cues.iter().map(cue).collect::<Vec<_>>(), "{name}");
            }
        }
    }
}

#[test]
fn point_6_transcripts_of_a_million_cues_are_refused_in_time() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let (source, made) = (place.path().join("many.srt"), place.path().join("many.vtt"));
    std::fs::write(&source, "0:00 --> 0:01\na\n\n".repeat(1_000_000)).expect("a written file");
    let spoken = laptop.speak(&["text", "convert", source.to_str().unwrap(), "-o", made.to_str().unwrap()]);
    assert_eq!((spoken.code, made.exists()), (Some(2), false), "{}", spoken.last);
    assert!(spoken.last["message"].as_str().unwrap().contains("16777216 bytes"), "{}", spoken.last);
}

#[test]
fn point_6_transcripts_are_looked_over_and_changed() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let file = |name: &str| place.path().join(name);
    let source = file("talk.vtt");
    let text = "WEBVTT\n\n00:10.000 --> 00:12.000\n<v SPEAKER_00>Good morning.\n\n00:11.000 --> 00:13.000\n<v SPEAKER_00>How are you?\n\n\
        00:20.000 --> 00:24.000\n<v Bo>This is a sentence that is long enough to be two. And here is another one, which is long as well.\n";
    std::fs::write(&source, text).expect("a written file");
    let spoken = laptop.speak(&["text", "check", source.to_str().unwrap(), "--length", "0:22"]);
    assert_eq!(spoken.code, Some(1), "something is to be looked at");
    let found: Vec<(&str, Option<i64>, Option<i64>)> = spoken
        .before
        .iter()
        .map(|line| (line["code"].as_str().unwrap(), line["cue"].as_i64(), line["at_ms"].as_i64()))
        .collect();
    assert_eq!(found, [("overlap", Some(2), Some(11_000)), ("past_end", Some(3), Some(20_000))]);
    assert_eq!(spoken.last["speakers"], json!(["SPEAKER_00", "Bo"]));

    let convert = |words: &[&str], to: &str| {
        let (from, to) = (source.display().to_string(), file(to).display().to_string());
        laptop.ask(&[&["text", "convert", &from, "-o", &to, "--force"], words].concat());
        as_read(Path::new(&to))
    };
    let starts = |found: &[(String, i64, Option<i64>, String)]| found.iter().map(|cue| cue.1).collect::<Vec<_>>();
    assert_eq!(starts(&convert(&["--shift", "-0:02.250"], "shift.vtt")), [7_750, 8_750, 17_750]);
    assert_eq!(starts(&convert(&["--stretch", "0:10=0:20,0:20=0:40"], "stretch.vtt")), [20_000, 22_000, 40_000]);
    let merged = convert(&["--merge", "--rename", "SPEAKER_00=Ada"], "merge.json");
    assert_eq!(merged[0], ("Ada".into(), 10_000, Some(13_000), "Good morning. How are you?".into()));
    assert_eq!(merged.len(), 2);
    let parts = convert(&["--split", "--max-chars", "60"], "split.srt");
    let words: Vec<&str> = parts.iter().map(|cue| cue.3.as_str()).collect();
    assert_eq!(
        words[2..],
        ["This is a sentence that is long enough to be two.", "And here is another one, which is long as well."]
    );
    assert_eq!((parts[2].1, parts[3].2), (20_000, Some(24_000)));

    let early = laptop.speak(&[
        "text",
        "convert",
        source.to_str().unwrap(),
        "-o",
        file("no.vtt").to_str().unwrap(),
        "--shift",
        "-11",
    ]);
    assert_eq!(
        (early.code, early.last["message"].as_str()),
        (Some(2), Some("The first words would begin 1000 milliseconds before the sound does."))
    );
    let over = laptop.speak(&["text", "convert", source.to_str().unwrap(), "-o", source.to_str().unwrap()]);
    assert_eq!(over.code, Some(1), "nothing is written over unless somebody says so: {}", over.last);
    assert_eq!(std::fs::read_to_string(&source).expect("text"), text);
}

/// Puts a stand-in for whisper.cpp, which cannot be had here: it shows how the program is started, heard and ended, and nothing about
/// what it writes.
#[cfg(unix)]
fn stand_in(laptop: &Laptop, folder: &Path, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    let (program, model) = (folder.join("whisper"), folder.join("model.bin"));
    std::fs::write(&program, script).expect("a written file");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("a program");
    std::fs::write(&model, "model").expect("a written file");
    let [program, model] =
        [("program", program), ("model", model)].map(|(what, path)| format!("speech_{what}={}", path.display()));
    laptop.ask(&["settings", "set", &program, &model]);
}

/// What was made for such a program and is still there.
#[cfg(unix)]
fn left_of_speech(laptop: &Laptop) -> Vec<String> {
    let incoming = std::fs::read_dir(laptop.library().join("media/incoming")).into_iter().flatten().flatten();
    let names = incoming.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.contains("speech")).collect()
}

/// Samples of a file that a program was given, by ffprobe; and whether it is a WAV as every version takes it: one channel of 16 bits at
/// 16,000 Hz (whisper.cpp, README.md).
#[cfg(unix)]
fn heard(file: &str) -> (i64, bool) {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-of", "json", "-show_entries"]);
    ffprobe.arg("stream=codec_name,sample_rate,channels,duration_ts:format=format_name").arg(file);
    let found: Value = serde_json::from_str(&output(&mut ffprobe)).expect("ffprobe prints JSON");
    let stream = &found["streams"][0];
    let plain = [&found["format"]["format_name"], &stream["codec_name"], &stream["sample_rate"], &stream["channels"]]
        == [&json!("wav"), &json!("pcm_s16le"), &json!("16000"), &json!(1)];
    (stream["duration_ts"].as_i64().expect("samples"), plain)
}

/// The JSON has the fields of `output_json` (whisper.cpp, examples/cli/cli.cpp, with `-ojf`).
#[cfg(unix)]
#[test]
fn point_6_transcripts_are_written_down_where_a_program_is_found() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let file = |name: &str| place.path().join(name).display().to_string();
    sound::wav(&place.path().join("talk.wav"), 3);
    let transcribe =
        |out: &str| laptop.speak(&["text", "transcribe", &file("talk.wav"), "-o", &file(out), "--language", "de-AT"]);

    laptop.ask(&["settings", "set", &format!("speech_program={}", file("nothing"))]);
    let without = transcribe("a.vtt");
    assert_eq!((without.code, without.last["code"].as_str()), (Some(1), Some("library.not_found")), "{}", without.last);
    assert!(without.last["hint"].as_str().unwrap().contains("whisper.cpp"), "it says how to get it: {}", without.last);

    let json = r#"{"systeminfo":"AVX = 1","model":{"type":"base"},"params":{"language":"de"},"result":{"language":"de"},"transcription":[{"timestamps":{"from":"00:00:00,000","to":"00:00:02,000"},"offsets":{"from":0,"to":2000},"text":" Guten Morgen.","tokens":[{"text":"[_BEG_]","offsets":{"from":0,"to":0},"id":50364,"p":0.9,"t_dtw":-1},{"text":" Guten","offsets":{"from":300,"to":700},"id":1,"p":0.9,"t_dtw":-1},{"text":" Mor","offsets":{"from":700,"to":1000},"id":2,"p":0.9,"t_dtw":-1},{"text":"gen","offsets":{"from":1000,"to":1400},"id":3,"p":0.9,"t_dtw":-1},{"text":".","offsets":{"from":1400,"to":1500},"id":4,"p":0.9,"t_dtw":-1}]}]}"#;
    std::fs::write(file("said.json"), json).expect("a written file");
    let script = format!(
        "#!/bin/sh\necho \"$@\" > '{}'\ncp \"$4\" '{}'\necho 'whisper_print_progress_callback: progress =  40%' >&2\ncp '{}' \"${{10}}.json\"\n",
        file("asked"),
        file("heard.wav"),
        file("said.json")
    );
    stand_in(&laptop, place.path(), &script);
    let made = transcribe("a.vtt");
    assert_eq!((made.code, made.last["cues"].as_i64()), (Some(0), Some(1)), "{} {}", made.last, made.said);
    let told: Vec<i64> = made.before.iter().filter_map(|line| line["done"].as_i64()).collect();
    // The first tenth is the sound that the program gets, the rest its own hundred percent.
    assert_eq!((told.first(), told.last()), (Some(&0), Some(&46)), "it says how far it is: {told:?}");
    assert!(told.is_sorted_by(|one, next| one < next), "{told:?}");
    let asked = std::fs::read_to_string(file("asked")).expect("what it was asked");
    assert!(asked.contains(" -l de -pp -ojf -of ") && !asked.contains("talk.wav"), "{asked}");
    assert_eq!(heard(&file("heard.wav")), (3 * 16_000, true), "three seconds, for every version");
    let text = std::fs::read_to_string(file("a.vtt")).expect("a transcript");
    assert!(text.contains("<00:00:00.300>Guten <00:00:00.700>Morgen.<00:00:01.500>"), "{text}");
    assert_eq!(as_read(Path::new(&file("a.vtt"))), [(String::new(), 0, Some(2_000), "Guten Morgen.".into())]);
    let work = asked.trim().rsplit(' ').next().map(PathBuf::from).expect("the name of its file");
    assert!(!work.parent().expect("a folder").exists(), "nothing is left behind");

    // The same for an episode, as its transcript: with the words' own times, and undone in one step.
    let show = laptop.show("Harbour");
    sound::mp3(&place.path().join("one.mp3"), 10, "One");
    laptop.ask(&["episode", "add", &show, "--title", "One", "--audio", &file("one.mp3")]);
    let list = laptop.ask(&["episode", "transcript", &show, "one", "--write-down"])["transcripts"].clone();
    assert_eq!((list[0]["file"]["ext"].as_str(), list[1].is_null()), (Some("vtt"), true), "{list}");
    let asked = std::fs::read_to_string(file("asked")).expect("what it was asked");
    assert!(asked.contains(" -l en -pp "), "the show's language: {asked}");
    let again = laptop.speak(&["episode", "transcript", &show, "one", "--write-down"]);
    assert_eq!(again.last["code"], "library.taken", "words that somebody may have corrected stay: {}", again.last);
    let offered = laptop.ask(&["episode", "transcript", &show, "one", "--offer", "json"]);
    assert_eq!(offered["transcripts"][1]["file"]["ext"], "json", "{offered}");
    laptop.undo();
    laptop.undo();
    assert_eq!(laptop.ask(&["episode", "transcript", &show, "one"])["transcripts"], json!([]));
    assert!(heard(&file("heard.wav")).1, "an MP3 is heard as the same kind of file");

    // No version of the program takes an M4A.
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-loglevel", "error", "-y", "-i", &file("talk.wav"), "-codec:a", "aac"]);
    output(ffmpeg.arg(file("two.m4a")));
    laptop.ask(&["episode", "add", &show, "--title", "Two", "--audio", &file("two.m4a")]);
    laptop.ask(&["episode", "transcript", &show, "two", "--write-down"]);
    let (samples, plain) = heard(&file("heard.wav"));
    // A frame of AAC is 23 ms: what stands behind the last sample may be heard.
    assert!(plain && (samples - 3 * 16_000).abs() <= 400, "{samples}");
    assert_eq!(left_of_speech(&laptop), [""; 0]);

    std::fs::write(file("whisper"), "#!/bin/sh\necho 'error: failed to read audio' >&2\nexit 2\n")
        .expect("a written file");
    let failed = transcribe("b.vtt");
    assert_eq!((failed.code, Path::new(&file("b.vtt")).exists()), (Some(1), false));
    assert!(failed.last["message"].as_str().unwrap().contains("failed to read audio"), "{}", failed.last);
}

/// Whether a process still does something (proc(5): behind its name stands its state, Z where nobody has buried it yet).
fn lives(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit(')').next().and_then(|rest| rest.trim_start().chars().next()).is_some_and(|state| !"ZX".contains(state))
}

#[cfg(unix)]
#[test]
fn point_6_a_program_that_writes_down_ends_with_the_one_that_asked_it() {
    let folder = scratch();
    let laptop = Laptop::new(folder.path());
    let file = |name: &str| folder.path().join(name).display().to_string();
    sound::mp3(&folder.path().join("one.mp3"), 8, "One");
    stand_in(&laptop, folder.path(), &format!("#!/bin/sh\necho $$ > '{}'\nexec sleep 3600\n", file("pid")));
    for signal in ["-TERM", "-KILL"] {
        let mut asking = laptop.command(&["text", "transcribe", &file("one.mp3"), "-o", &file("one.vtt")]);
        let mut asking = asking.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
        let pid = until("it is being written down", || {
            std::fs::read_to_string(file("pid")).ok().filter(|pid| pid.ends_with('\n') && lives(pid))
        });
        output(Command::new("kill").args([signal, &asking.id().to_string()]));
        asking.wait().expect("it ends");
        until("nobody writes any more", || (!lives(&pid)).then_some(()));
        std::fs::remove_file(file("pid")).expect("it was there");
        // What a killed one leaves is forgotten by the next one that begins.
        assert_eq!(left_of_speech(&laptop).len(), usize::from(signal == "-KILL"), "{signal}");
    }
    assert!(!Path::new(&file("one.vtt")).exists());
    laptop.ask(&["settings", "set", "on_metered=true"]);
    assert_eq!(left_of_speech(&laptop), [""; 0]);
}
