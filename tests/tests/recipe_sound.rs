//! Issue 7, point 3: what a recipe does to the sound, by the terminal program. The judges are ffmpeg, ffprobe and soxi: lengths,
//! levels of known tones, loudness.

use hearthcast_tests::{Laptop, output, scratch};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Six seconds of 440 Hz, two of 1,500, six of 440, two of silence, four of 440; 44.1 kHz stereo.
fn recording(folder: &Path) -> PathBuf {
    let path = folder.join("talk.wav");
    let tone = |hertz: u32, seconds: u32| format!("sine=frequency={hertz}:sample_rate=44100:duration={seconds}");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-y"]);
    for source in [tone(440, 6), tone(1_500, 2), tone(440, 6), "anullsrc=r=44100:cl=mono:d=2".into(), tone(440, 4)] {
        ffmpeg.args(["-f", "lavfi", "-i", &source]);
    }
    ffmpeg.args(["-filter_complex", "[0][1][2][3][4]concat=n=5:v=0:a=1", "-ac", "2"]).arg(&path);
    output(&mut ffmpeg);
    path
}

fn seconds(path: &Path) -> f64 {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"]).arg(path);
    output(&mut ffprobe).trim().parse().expect("a number")
}

/// How loud what lies around a tone is in some seconds, dB of full scale by its mean.
fn level(path: &Path, hertz: u32, from: f64, length: f64) -> f64 {
    let filter = format!(
        "atrim={from}:{},asetpts=PTS-STARTPTS,bandpass=f={hertz}:width_type=h:w=40,bandpass=f={hertz}:width_type=h:w=40,volumedetect",
        from + length
    );
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-hide_banner", "-i"]).arg(path).args(["-af", &filter, "-f", "null", "-"]);
    let said = ffmpeg.output().expect("ffmpeg starts").stderr;
    let said = String::from_utf8_lossy(&said).into_owned();
    let line = said.lines().find_map(|line| line.split_once("mean_volume: ")).expect("a level");
    line.1.split(' ').next().expect("a number").parse().expect("a number")
}

fn integrated(path: &Path) -> f64 {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-hide_banner", "-nostats", "-i"]).arg(path);
    let said = ffmpeg.args(["-af", "ebur128", "-f", "null", "-"]).output().expect("ffmpeg starts").stderr;
    let said = String::from_utf8_lossy(&said).into_owned();
    let summary = said.split("Summary:").last().expect("a summary");
    let line = summary.lines().find_map(|line| line.trim().strip_prefix("I:")).expect("a loudness");
    line.trim().trim_end_matches(" LUFS").trim().parse().expect("a number")
}

#[test]
fn point_3_a_recording_is_cut_bleeped_and_levelled_with_an_intro() {
    let folder = scratch();
    let laptop = Laptop::new(folder.path());
    let source = recording(folder.path());
    let (intro, mp3, flac) =
        (folder.path().join("intro.wav"), folder.path().join("made.mp3"), folder.path().join("made.flac"));
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=frequency=700:sample_rate=32000:duration=3"]);
    output(ffmpeg.arg(&intro));
    let text = |path: &Path| path.to_str().expect("a plain name").to_string();
    let (source, intro) = (text(&source), text(&intro));
    let words = ["media", "process", &source, "-o", &text(&mp3), "-o", &text(&flac), "--loudness", "ebu"];
    let also = ["--cut", "6-8", "--bleep", "0:10-0:11", "--pauses", "1.5:0.5", "--intro", &intro, "--high-pass", "60"];
    let made = laptop.ask(&[&words[..], &also[..]].concat());
    // 3 s of intro, 20 s less 2 that were cut out less 1.5 of the pause.
    for file in [&mp3, &flac] {
        let length = seconds(file);
        assert!((length - 19.5).abs() < 0.06, "{file:?}: {length}");
        let loud = integrated(file);
        assert!((loud - -23.0).abs() <= 0.15, "{file:?}: {loud}");
        let (speech, cut) = (level(file, 440, 4.0, 4.0), level(file, 1_500, 3.5, 15.5));
        assert!(speech - cut > 35.0, "{file:?}: what was cut out is still heard: {cut} beside {speech}");
        // 10 s of the recording are heard at 11 s.
        let (under, tone) = (level(file, 440, 11.2, 0.6), level(file, 1_000, 11.2, 0.6));
        assert!(tone - under > 25.0 && speech - under > 25.0, "{file:?}: {tone} over {under}");
        let intro = level(file, 700, 0.5, 2.0);
        assert!((intro - speech).abs() < 6.0, "{file:?}: an intro as loud as the rest: {intro}, {speech}");
    }
    assert!((seconds(&flac) - 19.5).abs() <= 0.001);
    let pieces = json!([
        {"length_ms": 3_000, "heard": "intro"},
        {"length_ms": 6_000, "heard": {"master": 0}},
        {"length_ms": 6_250, "heard": {"master": 8_000}},
        {"length_ms": 4_250, "heard": {"master": 15_750}},
    ]);
    assert_eq!(made["timeline"], pieces);
    // What cannot be done is refused, and nothing is made.
    let spoken =
        laptop.speak(&["media", "process", &source, "-o", &text(&folder.path().join("no.mp3")), "--cut", "0-60"]);
    assert_eq!(spoken.last["code"], "media.unusable", "{}", spoken.last);
    assert!(!folder.path().join("no.mp3").exists());
}

#[test]
fn point_3_which_silences_become_shorter_is_told_before_anything_is_made() {
    let folder = scratch();
    let laptop = Laptop::new(folder.path());
    let show = laptop.show("Harbour");
    let text = |name: &str| folder.path().join(name).to_str().expect("a plain name").to_string();
    let (talk, made) = (text("talk.wav"), text("made.flac"));
    // 1.5 s of silence; words of three seconds with silences of 0.6, 2 and 3 s between; 2.5 s of silence.
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error"]);
    for (tone, seconds) in
        [(0, 1.5), (440, 3.0), (0, 0.6), (550, 3.0), (0, 2.0), (660, 3.0), (0, 3.0), (770, 3.0), (0, 2.5)]
    {
        let source = match tone {
            0 => format!("anullsrc=r=44100:cl=mono:d={seconds}"),
            _ => format!("sine=frequency={tone}:sample_rate=44100:duration={seconds}"),
        };
        ffmpeg.args(["-f", "lavfi", "-i", &source]);
    }
    output(ffmpeg.args(["-filter_complex", "concat=n=9:v=0:a=1", "-ac", "2", &talk]));
    let before = seconds(Path::new(&talk));
    let words = ["--trim-ends", "0.3", "--pauses", "1:0.5"];
    let told = laptop.ask(&[&["media", "silences", &talk][..], &words].concat());
    // 2 s and 3 s become half a second; the seams of the tones may be found 10 ms beside where they are.
    let near = |field: &str, wanted: i64| {
        let found = told[field].as_i64().expect("a number");
        assert!((found - wanted).abs() <= 40, "{field}: {found}");
    };
    assert_eq!(told["count"], 2);
    near("between_ms", 4_000);
    near("head_ms", 1_200);
    near("tail_ms", 2_200);
    near("first_ms", 8_350);
    assert!((told["before_ms"].as_f64().expect("a number") / 1000.0 - before).abs() <= 0.001, "{told}");
    laptop.ask(&[&["media", "process", &talk, "-o", &made, "--preset", "Leave alone"][..], &words].concat());
    let after = told["after_ms"].as_f64().expect("a number") / 1000.0;
    assert!((seconds(Path::new(&made)) - after).abs() <= 0.001, "{after} {}", seconds(Path::new(&made)));

    // Of an episode: with the show's recipe, an intro and a passage that is cut out.
    laptop.ask(&["episode", "add", &show, "--title", "One", "--audio", &talk]);
    let intro = text("intro.wav");
    output(Command::new("ffmpeg").args([
        "-nostdin",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "sine=frequency=700:sample_rate=44100:duration=2",
        &intro,
    ]));
    laptop.ask(&[&["show", "recipe", &show, "--intro", &intro][..], &words].concat());
    laptop.ask(&["episode", "cut", &show, "one", "--remove", "2-3.5"]);
    let told = laptop.ask(&["episode", "silences", &show, "one"]);
    assert_eq!(
        (&told["episode"], &told["finished"], &told["shorter"]["count"]),
        (&json!("One"), &json!(false), &json!(2))
    );
    let other = laptop.ask(&["episode", "silences", &show, "one", "--pauses", "2.5:0.5"]);
    assert_eq!(other["shorter"]["count"], 1, "settings are tried, and not kept");
    laptop.ask(&["episode", "cut", &show, "one", "--make"]);
    let episode = laptop.ask(&["episode", "get", &show, "one"])["episode"].clone();
    let hash = episode["audio"]["hash"].as_str().expect("a sound").to_owned();
    let sound = laptop.library().join("media").join(&hash[..2]).join(&hash);
    let mut decode = Command::new("ffmpeg");
    decode.args(["-nostdin", "-v", "error", "-i"]).arg(&sound);
    let decoded = decode.args(["-f", "s16le", "-ac", "1", "-ar", "48000", "-"]).output().expect("ffmpeg starts").stdout;
    let (length, after) = (decoded.len() as f64 / 96.0, told["shorter"]["after_ms"].as_f64().expect("a number"));
    assert!((length - after).abs() <= 1.0, "{length} {after}");
}

#[test]
fn point_3_settings_are_heard_before_they_are_used() {
    let folder = scratch();
    let laptop = Laptop::new(folder.path());
    let source = recording(folder.path());
    let text = |name: &str| folder.path().join(name).to_str().expect("a plain name").to_string();
    let source = source.to_str().expect("a plain name");
    let (plain, out) = (text("plain.wav"), text("heard.wav"));
    let words = ["media", "audition", source, "--at", "0:01", "--seconds", "8", "--loudness", "-24", "--cut", "6-8"];
    let made = laptop.ask(&[&words[..], &["-o", &out, "--before", &plain]].concat());
    assert_eq!(made["duration_ms"], 8_000);
    for file in [&out, &plain] {
        let mut soxi = Command::new("soxi");
        assert_eq!(output(soxi.args(["-D", file])).trim(), "8.000000");
    }
    let (after, before) = (integrated(Path::new(&out)), integrated(Path::new(&plain)));
    assert!((after - before).abs() <= 0.2, "{after} {before}");
    assert!(level(Path::new(&plain), 1_500, 5.2, 1.5) > -40.0, "the recording as it is");
    assert!(level(Path::new(&out), 1_500, 0.2, 7.5) < -55.0, "what is cut out is not heard");
    let spoken = laptop.speak(&[&words[..], &["-o", &out]].concat());
    assert_eq!(spoken.last["code"], "library.taken", "{}", spoken.last);
}

#[test]
fn point_3_noise_behind_a_voice_is_turned_down() {
    let folder = scratch();
    let laptop = Laptop::new(folder.path());
    let text = |name: &str| folder.path().join(name).to_str().expect("a plain name").to_string();
    let (said, noisy, clean) = (text("said.wav"), text("noisy.wav"), text("clean.flac"));
    output(Command::new("espeak-ng").args([
        "-v",
        "en",
        "-w",
        &said,
        &"Nobody saw the boat leave that night. ".repeat(4),
    ]));
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args([
        "-nostdin",
        "-v",
        "error",
        "-i",
        &said,
        "-f",
        "lavfi",
        "-i",
        "anoisesrc=color=white:duration=30:amplitude=0.01:seed=7",
    ]);
    let mix = "[0]aresample=44100,adelay=3000,apad=pad_dur=3[voice];[voice][1]amix=inputs=2:duration=first:normalize=0";
    output(ffmpeg.args(["-filter_complex", mix, "-ac", "1", "-ar", "44100", &noisy]));
    let words = ["media", "process", &noisy, "-o", &clean, "--preset", "Leave alone", "--noise", "100"];
    let made = laptop.ask(&words);
    assert_eq!(made["report"]["sample_rate_hz"], 48_000);
    assert!((seconds(Path::new(&clean)) - seconds(Path::new(&noisy))).abs() <= 0.001);
    // Around 5 kHz, before anybody speaks; and a voice's own range while it is heard.
    let (before, after) = (level(Path::new(&noisy), 5_000, 1.0, 1.5), level(Path::new(&clean), 5_000, 1.0, 1.5));
    assert!(before - after > 12.0, "{before} {after}");
    let (before, after) = (level(Path::new(&noisy), 500, 3.5, 4.0), level(Path::new(&clean), 500, 3.5, 4.0));
    assert!((before - after).abs() < 3.0, "{before} {after}");
    let spoken =
        laptop.speak(&["media", "process", &noisy, "-o", &text("no.flac"), "--noise", "50", "--rate", "44100"]);
    assert!(spoken.last["message"].as_str().is_some_and(|words| words.contains("48000")), "{}", spoken.last);
    assert!(!Path::new(&text("no.flac")).exists());
}

#[test]
fn point_3_louder_and_quieter_speakers_are_brought_together() {
    let folder = scratch();
    let laptop = Laptop::new(folder.path());
    let text = |name: &str| folder.path().join(name).to_str().expect("a plain name").to_string();
    let (talk, even) = (text("talk.wav"), text("even.flac"));
    // Pink noise in turns of ten seconds, every other one 10 dB quieter, as two voices would be.
    let turns =
        "anoisesrc=color=pink:duration=60:amplitude=0.3:seed=7,volume='if(lt(mod(t,20),10),1,0.3162)':eval=frame";
    output(Command::new("ffmpeg").args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", turns, "-ac", "1", &talk]));
    let apart = |file: &str| level(Path::new(file), 1_000, 22.0, 6.0) - level(Path::new(file), 1_000, 32.0, 6.0);
    assert!((apart(&talk) - 10.0).abs() < 1.0, "{}", apart(&talk));
    laptop.ask(&["media", "process", &talk, "-o", &even, "--preset", "Leave alone", "--leveller", "100"]);
    assert!(apart(&even).abs() < 1.0, "{}", apart(&even));
    assert!((seconds(Path::new(&even)) - seconds(Path::new(&talk))).abs() <= 0.001);
    let spoken = laptop.speak(&["media", "process", &talk, "-o", &text("no.flac"), "--leveller", "101"]);
    assert!(spoken.last["message"].as_str().is_some_and(|words| words.contains("1 to 100")), "{}", spoken.last);
}

#[test]
fn point_3_several_microphones_become_one_recording() {
    let folder = scratch();
    let laptop = Laptop::new(folder.path());
    let show = laptop.show("Harbour");
    let text = |name: &str| folder.path().join(name).to_str().expect("a plain name").to_string();
    // Each speaks in turns of ten seconds; the second is 12 dB quieter, and its room hums.
    let (ada, bo) = (text("ada.wav"), text("bo.wav"));
    for (file, turn, loud) in [(&ada, 0, 0.8), (&bo, 1, 0.2)] {
        let voice = format!(
            "anoisesrc=color=pink:duration=40:amplitude=0.5:seed={turn},volume='if(eq(mod(floor(t/10),2),{turn}),{loud},0)':eval=frame"
        );
        let hum = format!("sine=frequency=5000:duration=40,volume={}", if turn == 1 { 0.01 } else { 0.0 });
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", &voice, "-f", "lavfi", "-i", &hum]);
        output(ffmpeg.args(["-filter_complex", "[0][1]amix=inputs=2:normalize=0", "-ac", "1", file]));
    }
    laptop.ask(&["episode", "add", &show, "--title", "One", "--audio", &ada, "--audio", &bo]);
    let target = format!("file://{}", text("www"));
    laptop.ask(&["target", "add", &show, "www", &target, "--public-url", "https://shows.example/"]);
    laptop.ask(&["publish", &show]);
    let mut find = Command::new("find");
    let sound = output(find.args([&text("www"), "-name", "*.mp3"])).trim().to_string();
    assert!((seconds(Path::new(&sound)) - 40.0).abs() < 0.06, "{sound}");
    let apart = level(Path::new(&sound), 1_000, 23.0, 5.0) - level(Path::new(&sound), 1_000, 33.0, 5.0);
    assert!(apart.abs() < 1.5, "{apart}");
    let hum = level(Path::new(&sound), 5_000, 33.0, 5.0) - level(Path::new(&sound), 5_000, 23.0, 5.0);
    assert!(hum > 2.0, "the hum of the other room stands back while its speaker is silent: {hum}");
    // The mixed recording is the master, without loss, and is cut like any other; the files stay where they are.
    let cut = laptop.ask(&["episode", "cut", &show, "one"]);
    assert_eq!(cut["length_ms"], 40_000);
    assert!(Path::new(&ada).exists() && Path::new(&bo).exists());
    let left = std::fs::read_dir(laptop.library().join("media/incoming")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "nothing is left behind");
    let refused =
        laptop.speak(&["episode", "add", &show, "--title", "Two", "--audio", &ada, "--audio", &text("no.wav")]);
    assert!(refused.code == Some(1) && refused.last["message"].to_string().contains("no.wav"), "{}", refused.last);
    assert_eq!(
        laptop.ask(&["episode", "list", &show])["episodes"].as_array().map(Vec::len),
        Some(1),
        "no half episode"
    );
}
