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
