//! Recordings become MP3s: made by ffmpeg, sox and espeak-ng, judged by ffmpeg and ffprobe, never by our own meter.

use super::fixtures::{Bench, known, run};
use super::judge;
use hearthcast_media::Cancel;
use hearthcast_media::MediaError;
use hearthcast_media::process::{ProcessRequest, Processed, TagsToWrite, needs_encoding, process};
use hearthcast_model::{Chapter, Preset};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Processes in this process.
pub fn made_with(source: &Path, output: PathBuf, preset: Preset, tags: TagsToWrite) -> Result<Processed, MediaError> {
    let request = ProcessRequest::mp3(source, output, preset).tagged(tags);
    process(&request, &Cancel::default(), &mut |_| ())
}

fn made(bench: &Bench, source: &Path, preset: Preset) -> (Processed, PathBuf) {
    let output = bench.path("made.mp3");
    let _ = fs::remove_file(&output);
    let processed = made_with(source, output.clone(), preset, TagsToWrite::default());
    (processed.unwrap_or_else(|error| panic!("{}: {error}", source.display())), output)
}

/// What ffprobe says.
pub fn ffprobe(path: &Path) -> Value {
    let args =
        ["-v", "error", "-of", "json", "-show_format", "-show_streams", "-show_chapters", path.to_str().unwrap()];
    serde_json::from_slice(&run("ffprobe", &args)).unwrap()
}

/// Half a minute of speech, one channel, 22,050 Hz.
fn speech(bench: &Bench) -> PathBuf {
    let text = "Welcome to our show. Today we talk about the weather, about bread, and about a dog who could count. "
        .repeat(6);
    let path = bench.path("speech.wav");
    run("espeak-ng", &["-v", "en", "-w", path.to_str().unwrap(), &text]);
    path
}

/// Plucked strings with gaps: the hardest peaks for an encoder.
fn plucks(bench: &Bench) -> PathBuf {
    let effects = "synth 1.5 pluck C3 pluck G4 pad 0 0.5 repeat 9 gain -n -1".split(' ').collect::<Vec<_>>();
    bench.sox("plucks.wav", 2, &effects)
}

/// Two different channels, loud and quiet passages.
fn band(bench: &Bench) -> PathBuf {
    let effects =
        "synth 20 sawtooth 110 sawtooth 138.6 synth 20 pinknoise mix pinknoise mix tremolo 0.7 60 gain -n -0.1";
    bench.sox("band.wav", 2, &effects.split(' ').collect::<Vec<_>>())
}

/// The bar of the issue: within 0.5 LU of the target and at most −1 dBTP, by ffmpeg.
fn judged(name: &str, output: &Path, target: f64) {
    let (integrated, _, peak) = judge::loudness(output);
    assert!((integrated - target).abs() <= 0.5, "{name}: {integrated} LUFS, wanted {target}");
    assert!(peak <= -1.0, "{name}: {peak} dBTP");
}

#[test]
fn speech_music_mono_and_dual_mono_meet_their_bounds() {
    let bench = Bench::new();
    let (speech, plucks, band) = (speech(&bench), plucks(&bench), band(&bench));
    let dual = bench.ffmpeg("dual.wav", &["-i", speech.to_str().unwrap(), "-ac", "2", "-ar", "44100"]);
    let quiet = bench.ffmpeg("quiet.wav", &["-i", band.to_str().unwrap(), "-af", "volume=-15dB"]);
    use Preset::{Music192, SpeechMono96, SpeechStereo128};
    for (name, source, preset, channels, kbit) in [
        ("speech mono", &speech, SpeechMono96, 1, 96),
        ("speech as stereo", &speech, SpeechStereo128, 1, 96),
        ("dual mono", &dual, SpeechStereo128, 1, 96),
        ("dual mono music", &dual, Music192, 1, 192),
        ("plucks 128", &plucks, SpeechStereo128, 2, 128),
        ("plucks 192", &plucks, Music192, 2, 192),
        ("band 128", &band, SpeechStereo128, 2, 128),
        ("band as mono", &band, SpeechMono96, 1, 96),
        ("quiet band", &quiet, Music192, 2, 192),
    ] {
        let (processed, output) = made(&bench, source, preset);
        let target = if channels == 1 { -19.0 } else { -16.0 };
        judged(name, &output, target);
        let report = &processed.report;
        assert_eq!(
            (report.channels, report.bit_rate, report.target_lufs),
            (channels, kbit * 1000, Some(target)),
            "{name}"
        );
        assert_eq!(report.dual_mono, name.starts_with("dual"), "{name}");
        // ffprobe sees the same file.
        let stream = ffprobe(&output)["streams"][0].clone();
        assert_eq!((&stream["codec_name"], &stream["channels"]), (&"mp3".into(), &channels.into()), "{name}");
        assert_eq!(stream["bit_rate"], (kbit * 1000).to_string(), "{name}");
        // As long as the recording, to the sample, by ffmpeg's decoder.
        let rate: u32 = stream["sample_rate"].as_str().unwrap().parse().unwrap();
        let before = known(source).facts;
        let decoded = judge::decoded_ms(&output, rate, channels);
        let exact = judge::decoded_ms(source, before.sample_rate_hz.unwrap(), before.channels.unwrap());
        assert!((decoded - exact).abs() < 0.05, "{name}: {decoded} {exact}");
        // What the report says is what ffmpeg finds.
        let (integrated, _, peak) = judge::loudness(&output);
        let after = report.after;
        assert!((after.integrated_lufs.unwrap() - integrated).abs() < 0.11, "{name}: {after:?} {integrated}");
        assert!((after.true_peak_dbtp.unwrap() - peak).abs() < 0.2, "{name}: {after:?} {peak}");
        assert_eq!(known(&output), processed.probed, "{name}");
        println!("{name}: {integrated} LUFS {peak} dBTP, {report:?}");
    }
}

/// Claps in both channels at different times; alone, their peaks stand 21 dB above their loudness.
fn claps(bench: &Bench) -> PathBuf {
    let claps = "synth 0.06 whitenoise fade 0 0.06 0.06 pad 0 0.44 repeat 39 gain -n -1".split(' ').collect::<Vec<_>>();
    let left = bench.sox("left.wav", 1, &claps);
    let right = bench.sox("right.wav", 1, &[&claps[..], &["reverse"]].concat());
    let args =
        ["-i", left.to_str().unwrap(), "-i", right.to_str().unwrap(), "-filter_complex", "amerge", "-ar", "44100"];
    bench.ffmpeg("claps.wav", &args)
}

#[test]
fn hard_peaks_are_limited_and_encoded_until_they_fit() {
    let bench = Bench::new();
    let (claps, band) = (claps(&bench), band(&bench));
    let source = bench.path("both.wav");
    let (band, both) = (band.to_str().unwrap(), source.to_str().unwrap());
    run("sox", &["-R", "-m", "-v", "0.3", band, "-v", "0.65", claps.to_str().unwrap(), both]);
    for (preset, target) in [(Preset::SpeechMono96, -19.0), (Preset::SpeechStereo128, -16.0), (Preset::Music192, -16.0)]
    {
        let (processed, output) = made(&bench, &source, preset);
        let report = &processed.report;
        println!("{preset:?}: {:?} {report:?}", judge::loudness(&output));
        judged(preset.name(), &output, target);
        assert!(report.limited_db > 1.0 && report.limited_share > 0.0 && report.limited_share < 1.0, "{report:?}");
    }
}

#[test]
fn peaks_that_leave_no_room_are_said() {
    let bench = Bench::new();
    let (processed, output) = made(&bench, &claps(&bench), Preset::SpeechStereo128);
    let (integrated, _, peak) = judge::loudness(&output);
    println!("{integrated} {peak} {:?}", processed.report);
    assert!(peak <= -1.0 && integrated < -16.5, "{integrated} {peak}");
    assert!(processed.report.remarks.iter().any(|finding| finding.code == "media.loudness_missed"));
    // More gain would make more noise, not more loudness.
    let report = &processed.report;
    assert!(report.gain_db <= -16.0 - report.before.integrated_lufs.unwrap() + 6.01, "{report:?}");
    assert!(report.rounds >= 2 && report.ceiling_dbtp.unwrap() < -2.0, "the first result was too loud: {report:?}");
}

#[test]
fn opposite_channels_mixed_into_one_are_silence() {
    let bench = Bench::new();
    let one = bench.sox("one.wav", 1, &["synth", "3", "pinknoise", "vol", "-6dB"]);
    let args = ["-i", one.to_str().unwrap(), "-filter_complex", "[0:a]pan=stereo|c0=c0|c1=-1*c0", "-ar", "44100"];
    let source = bench.ffmpeg("opposite.wav", &args);
    let (processed, _) = made(&bench, &source, Preset::SpeechMono96);
    assert_eq!(
        (processed.report.gain_db, processed.report.target_lufs, processed.report.dual_mono),
        (0.0, None, false)
    );
}

#[test]
fn every_kind_of_recording_becomes_the_same_mp3() {
    let bench = Bench::new();
    let wav = band(&bench);
    let source = wav.to_str().unwrap();
    for (name, args) in [
        ("s24.wav", &["-c:a", "pcm_s24le"][..]),
        ("f32.wav", &["-c:a", "pcm_f32le"]),
        ("rf64.wav", &["-rf64", "always"]),
        ("a.flac", &[]),
        ("a.aiff", &[]),
        ("a.ogg", &["-c:a", "libvorbis"]),
        ("a.opus", &["-c:a", "libopus", "-b:a", "128k"]),
        ("alac.m4a", &["-c:a", "alac"]),
        ("96k.wav", &["-ar", "96000", "-c:a", "pcm_s24le"]),
        ("8k.wav", &["-ar", "8000"]),
    ] {
        let recording = bench.ffmpeg(name, &[&["-i", source], args].concat());
        let (processed, output) = made(&bench, &recording, Preset::SpeechStereo128);
        judged(name, &output, -16.0);
        let rate = processed.report.sample_rate_hz;
        assert_eq!(rate, if ["a.opus", "96k.wav", "8k.wav"].contains(&name) { 48_000 } else { 44_100 }, "{name}");
        let decoded = judge::decoded_ms(&output, rate, 2);
        assert!((decoded - 20_000.0).abs() < 0.5, "{name}: {decoded}");
    }
}

#[test]
fn what_is_left_alone_keeps_its_level() {
    let bench = Bench::new();
    let band = band(&bench);
    let (processed, output) = made(&bench, &band, Preset::LeaveAlone);
    let (before, after) = (judge::loudness(&band), judge::loudness(&output));
    assert!((before.0 - after.0).abs() <= 0.1, "LAME's own change of level is undone: {before:?} {after:?}");
    assert_eq!(
        (processed.report.gain_db, processed.report.target_lufs, processed.report.ceiling_dbtp),
        (0.0, None, None)
    );
    assert_eq!((processed.report.rounds, processed.report.bit_rate), (1, 192_000));
}

#[test]
fn silence_stays_silence_and_noise_is_not_blown_up() {
    let bench = Bench::new();
    let silence = bench.sox("silence.wav", 2, &["trim", "0", "3"]);
    let (processed, output) = made(&bench, &silence, Preset::SpeechStereo128);
    assert_eq!((processed.report.gain_db, processed.report.target_lufs), (0.0, None));
    let volume = ["-hide_banner", "-nostats", "-i", output.to_str().unwrap(), "-af", "volumedetect", "-f", "null", "-"];
    let told = std::process::Command::new("ffmpeg").args(volume).output().unwrap();
    let told = String::from_utf8_lossy(&told.stderr).into_owned();
    let highest = told.split("max_volume: ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
    assert!(highest.parse::<f64>().unwrap() < -80.0, "{highest} dB");
    let hiss = bench.sox("hiss.wav", 1, &["synth", "5", "pinknoise", "vol", "-50dB"]);
    let (processed, output) = made(&bench, &hiss, Preset::SpeechMono96);
    assert_eq!(processed.report.gain_db, 24.0);
    let (before, after) = (judge::loudness(&hiss).0, judge::loudness(&output).0);
    assert!((after - before - 24.0).abs() < 0.3, "{before} {after}");
    assert!(processed.report.remarks.iter().any(|finding| finding.code == "media.gain_capped"));
}

#[test]
fn mp3_and_m4a_pass_through_bit_by_bit() {
    let bench = Bench::new();
    let wav = bench.sine();
    let mp3 = bench.lame(&wav, "a.mp3", &["-b", "128"]);
    let m4a = bench.ffmpeg("a.m4a", &["-i", wav.to_str().unwrap(), "-c:a", "aac"]);
    for source in [&mp3, &m4a] {
        for preset in Preset::ALL {
            assert!(!needs_encoding(&known(source).facts, preset));
            let (processed, output) = made(&bench, source, preset);
            assert!(fs::read(&output).unwrap() == fs::read(source).unwrap(), "{preset:?}");
            assert_eq!(processed.report.rounds, 0);
        }
    }
    let picture = bench.ffmpeg("cover.png", &["-f", "lavfi", "-i", "testsrc=s=300x300", "-frames:v", "1"]);
    let error = made_with(&picture, bench.path("p.mp3"), Preset::Music192, TagsToWrite::default()).unwrap_err();
    assert!(error.to_string().contains("a picture"), "{error}");
    assert!(!bench.path("p.mp3").exists());
}

/// Everything a tag can hold.
pub fn full_tags(cover: &Path) -> TagsToWrite {
    let chapter =
        |start_ms, title: &str, url: &str, hidden| Chapter { url: url.into(), hidden, ..Chapter::new(start_ms, title) };
    TagsToWrite {
        title: "Brot & \"Salz\" – Ж 🎉".into(),
        show: "Die Sendung".into(),
        author: "Zoë/Anna".into(),
        language: "de-AT".into(),
        comment: "Über Brot.".into(),
        season: Some(2),
        number: Some(17),
        year: Some(2026),
        cover: Some(cover.to_owned()),
        chapters: vec![
            chapter(8_000, "Ende", "", false),
            chapter(0, "Anfang ä", "https://example.org/1", false),
            chapter(3_500, "Versteckt", "", true),
        ],
        ..TagsToWrite::default()
    }
}

/// What ffprobe says of them, under its own names, in every format.
pub const FULL_TAGS: [(&str, &str); 7] = [
    ("title", "Brot & \"Salz\" – Ж 🎉"),
    ("album", "Die Sendung"),
    ("artist", "Zoë/Anna"),
    ("track", "17"),
    ("disc", "2"),
    ("date", "2026"),
    ("genre", "Podcast"),
];

/// Compares with what ffprobe reads.
pub fn tags_are_there(output: &Path) {
    let probe = ffprobe(output);
    let tags = &probe["format"]["tags"];
    for (name, value) in FULL_TAGS.into_iter().chain([("comment", "Über Brot.")]) {
        assert_eq!(tags[name], value, "{name}: {tags}");
    }
    let language = tags.get("TLAN").or_else(|| tags.get("language"));
    assert_eq!(language, Some(&"deu".into()), "{tags}");
    let chapters: Vec<_> = probe["chapters"].as_array().unwrap().iter().collect();
    let found: Vec<_> =
        chapters.iter().map(|c| (c["start_time"].as_str().unwrap(), c["tags"]["title"].as_str().unwrap())).collect();
    assert_eq!(found, [("0.000000", "Anfang ä"), ("3.500000", "Versteckt"), ("8.000000", "Ende")]);
    assert_eq!(chapters[0]["end_time"], "3.500000");
    let picture = probe["streams"].as_array().unwrap().iter().find(|stream| stream["codec_type"] == "video").unwrap();
    assert_eq!((&picture["codec_name"], &picture["width"]), (&"png".into(), &300.into()));
}

#[test]
fn tags_chapters_and_cover_are_read_by_others() {
    let bench = Bench::new();
    let cover = bench.ffmpeg("cover.png", &["-f", "lavfi", "-i", "testsrc=s=300x300", "-frames:v", "1"]);
    let output = bench.path("made.mp3");
    let processed = made_with(&bench.sine(), output.clone(), Preset::Music192, full_tags(&cover)).unwrap();
    tags_are_there(&output);
    // And by ourselves.
    let facts = &processed.probed.facts;
    assert_eq!(facts.chapters.len(), 3);
    assert_eq!(processed.probed.cover.as_ref().unwrap().bytes, fs::read(&cover).unwrap());
    assert_eq!(facts.findings, []);
    let text = bench.write("cover.txt", "no picture");
    let error = made_with(&bench.sine(), bench.path("x.mp3"), Preset::Music192, full_tags(&text)).unwrap_err();
    assert!(error.to_string().contains("cover"), "{error}");
    assert!(!bench.path("x.mp3").exists());
}

#[test]
fn what_the_recording_says_is_taken_over_where_wanted() {
    let bench = Bench::new();
    let wav = bench.sine();
    let meta = bench.write(
        "meta.txt",
        ";FFMETADATA1\ntitle=Roh\nalbum=Sendung\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=9000\ntitle=Eins\n",
    );
    let args = ["-i", wav.to_str().unwrap(), "-i", meta.to_str().unwrap(), "-map_metadata", "1", "-c:a", "alac"];
    let recording = bench.ffmpeg("a.m4a", &args);
    let tags = TagsToWrite { title: "Fertig".into(), fill_from_source: true, ..TagsToWrite::default() };
    let output = bench.path("made.mp3");
    made_with(&recording, output.clone(), Preset::Music192, tags).unwrap();
    let probe = ffprobe(&output);
    assert_eq!(
        (&probe["format"]["tags"]["title"], &probe["format"]["tags"]["album"]),
        (&"Fertig".into(), &"Sendung".into())
    );
    assert_eq!(probe["chapters"][0]["tags"]["title"], "Eins");
}

/// CRC-16/ARC, bit by bit.
fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xa001 } else { sum >> 1 })
    })
}

#[test]
fn the_frame_in_front_tells_the_truth() {
    let bench = Bench::new();
    for source in [speech(&bench), band(&bench)] {
        let (_, output) = made(&bench, &source, Preset::SpeechStereo128);
        let file = fs::read(&output).unwrap();
        let tag = 10 + file[6..10].iter().fold(0, |size, byte| size << 7 | usize::from(*byte));
        let info = tag + file[tag..].windows(4).position(|word| word == b"Info").unwrap();
        // Behind the letters: flags, frames, bytes, table, quality; at 120 LAME's part (Mp3 Info Tag rev. 1).
        let number = |at: usize| u32::from_be_bytes(file[info + at..info + at + 4].try_into().unwrap()) as usize;
        let sum = |at: usize| u16::from_be_bytes([file[info + at], file[info + at + 1]]);
        assert_eq!((number(12), number(148)), (file.len() - tag, file.len() - tag), "bytes");
        let count = ["-v", "error", "-count_packets", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0"];
        let packets = run("ffprobe", &[&count[..], &[output.to_str().unwrap()]].concat());
        assert_eq!(number(8).to_string(), String::from_utf8(packets).unwrap().trim(), "frames");
        let sound = tag + (number(12) - sound_bytes(&output));
        assert_eq!(sum(152), crc(&file[sound..]), "check sum of the sound");
        assert_eq!(sum(154), crc(&file[tag..info + 154]), "check sum of the frame");
    }
}

/// Bytes of all packets, by ffprobe.
fn sound_bytes(path: &Path) -> usize {
    let args = ["-v", "error", "-show_entries", "packet=size", "-of", "csv=p=0", path.to_str().unwrap()];
    let sizes = String::from_utf8(run("ffprobe", &args)).unwrap();
    // Side data of a packet gets a line of its own.
    sizes.lines().filter_map(|line| line.split(',').next()?.parse::<usize>().ok()).sum()
}

#[test]
fn a_place_that_is_taken_or_missing_is_said() {
    let bench = Bench::new();
    let wav = bench.sox("short.wav", 1, &["synth", "1", "sine", "440"]);
    let there = bench.write("there.mp3", b"mine");
    let error = made_with(&wav, there.clone(), Preset::Music192, TagsToWrite::default()).unwrap_err();
    assert!(matches!(error, MediaError::Unwritable { .. }), "{error}");
    assert_eq!(fs::read(there).unwrap(), b"mine");
    let nowhere = bench.path("no folder/x.mp3");
    assert!(matches!(
        made_with(&wav, nowhere, Preset::Music192, TagsToWrite::default()),
        Err(MediaError::Unwritable { .. })
    ));
    // A disk that is always full.
    let full = PathBuf::from("/dev/full");
    assert!(made_with(&wav, full, Preset::Music192, TagsToWrite::default()).is_err());
}
