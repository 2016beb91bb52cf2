//! Issue 7, points 6 and 10: what a program that writes down speech gets to hear, whatever file somebody gave. soxi and ffmpeg judge the
//! WAV; the tones are where they were made. The program itself is a script: it shows nothing about whisper.cpp.

use super::fixtures::{Bench, run};
use super::recipes::{decoded, height, tones};
use hearthcast_media::worker::Worker;
use hearthcast_media::{Cancel, MediaError};
use std::fs;
use std::path::{Path, PathBuf};

const PROGRAM: &str = env!("CARGO_BIN_EXE_hearthcast-media-worker");

fn names(folder: &Path) -> Vec<String> {
    let all = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = all.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn folder(bench: &Bench, name: &str) -> PathBuf {
    let folder = bench.path(name);
    fs::create_dir(&folder).unwrap();
    folder
}

/// Six seconds: a tone from 2.0 to 4.5.
const PARTS: [(f64, u32, f64); 3] = [(0.0, 2_000, 0.0), (1_000.0, 2_500, 0.4), (0.0, 1_500, 0.0)];
/// Their samples at 16,000 Hz.
const SAMPLES: i64 = 6 * 16_000;

/// One number of soxi about a WAV.
fn said(what: &str, wav: &Path) -> String {
    String::from_utf8(run("soxi", &[what, wav.to_str().unwrap()])).unwrap().trim().to_owned()
}

#[test]
fn point_6_every_kind_of_sound_becomes_the_wav_that_every_version_takes() {
    let bench = Bench::new();
    let wav = bench.path("stereo.wav");
    tones(&wav, 44_100, 2, &PARTS);
    let from = wav.to_str().unwrap();
    let plain = bench.path("plain.wav");
    tones(&plain, 16_000, 1, &PARTS);
    // Of what another program made of it, some samples may be missing or too many at the end.
    let all = [
        (wav.clone(), 0),
        (plain, 0),
        (bench.ffmpeg("high.flac", &["-i", from, "-ar", "96000"]), 20),
        (bench.lame(&wav, "a.mp3", &["-b", "128"]), 0),
        (bench.ffmpeg("a.m4a", &["-i", from, "-c:a", "aac"]), 400),
        (bench.ffmpeg("a.ogg", &["-i", from, "-c:a", "libvorbis"]), 400),
        (bench.ffmpeg("a.opus", &["-i", from, "-c:a", "libopus"]), 400),
    ];
    for (source, off) in all {
        let made = bench.path("sound.wav");
        let worker = Worker::new(PROGRAM);
        let told = worker.spoken_wav(&source, &made, &Cancel::default(), &mut |_| ()).unwrap();
        let name = source.display();
        let about = ["-t", "-r", "-c", "-b", "-e"].map(|what| said(what, &made));
        assert_eq!(about, ["wav", "16000", "1", "16", "Signed Integer PCM"], "{name}");
        let samples: i64 = said("-s", &made).parse().unwrap();
        assert!((samples - SAMPLES).abs() <= off, "{name}: {samples} samples");
        assert_eq!((told.samples as i64, told.size_bytes), (samples, fs::metadata(&made).unwrap().len()), "{name}");
        let sound = decoded(&made, 16_000);
        for (at_ms, wanted) in [(1_900, 0.0), (2_100, 0.4), (4_400, 0.4), (4_600, 0.0)] {
            let found = height(&sound, 16_000, 1_000.0, at_ms);
            assert!((found - wanted).abs() < 0.04, "{name}, {at_ms} ms: {found}");
        }
        fs::remove_file(made).unwrap();
    }
}

/// The 44 bytes in front of the samples (Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0"): plain
/// samples, one channel, 16,000 a second, 32,000 bytes a second, 2 bytes each, 16 bits.
fn head(samples: u32) -> Vec<u8> {
    let (riff, data) = ((36 + 2 * samples).to_le_bytes(), (2 * samples).to_le_bytes());
    let format = b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0";
    [&b"RIFF"[..], &riff, format, b"data", &data].concat()
}

/// One channel at 16,000 Hz, as ffmpeg mixes and resamples it.
fn by_ffmpeg(source: &Path, mix: &str) -> Vec<f64> {
    let filter = format!("pan=mono|c0={mix},aresample=16000");
    let bytes = run("ffmpeg", &["-v", "error", "-i", source.to_str().unwrap(), "-af", &filter, "-f", "f32le", "-"]);
    bytes.chunks_exact(4).map(|four| f64::from(f32::from_le_bytes([four[0], four[1], four[2], four[3]]))).collect()
}

#[test]
fn point_6_its_samples_are_those_that_ffmpeg_makes() {
    let bench = Bench::new();
    // Below what the edges of the filters of both may do differently.
    let noise = ["synth", "4", "pinknoise", "lowpass", "2000", "lowpass", "2000", "vol", "-6dB"];
    let stereo = bench.sox("stereo.wav", 2, &noise);
    let mono = bench.sox("mono.wav", 1, &noise);
    let high = bench.ffmpeg("high.flac", &["-i", mono.to_str().unwrap(), "-ar", "48000"]);
    for (source, mix) in [(&stereo, "0.5*c0+0.5*c1"), (&mono, "c0"), (&high, "c0")] {
        let (made, name) = (bench.path("sound.wav"), source.display());
        Worker::new(PROGRAM).spoken_wav(source, &made, &Cancel::default(), &mut |_| ()).unwrap();
        let bytes = fs::read(&made).unwrap();
        let samples = u32::try_from((bytes.len() - 44) / 2).unwrap();
        assert!(bytes[..44] == head(samples)[..], "{name}: {:?}", &bytes[..44]);
        let ours = bytes[44..].chunks_exact(2).map(|two| f64::from(i16::from_le_bytes([two[0], two[1]])) / 32_768.0);
        let (ours, theirs): (Vec<f64>, _) = (ours.collect(), by_ffmpeg(source, mix));
        assert!(ours.len().abs_diff(theirs.len()) <= 16, "{name}: {} and {}", ours.len(), theirs.len());
        let both = |one: &[f64], other: &[f64]| one.iter().zip(other).map(|(one, other)| one * other).sum::<f64>();
        let (power, other) = (both(&ours, &ours), both(&theirs, &theirs));
        // At the same instant: one sample later, this noise is another.
        let alike = both(&ours, &theirs) / (power * other).sqrt();
        assert!(alike > 0.999, "{name}: {alike}");
        let louder_db = 10.0 * (power / other).log10();
        assert!(louder_db.abs() < 0.1, "{name}: {louder_db} dB");
        fs::remove_file(made).unwrap();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn point_6_what_the_disk_has_no_room_for_is_not_begun() {
    let bench = Bench::new();
    let wav = bench.sox("long.wav", 1, &["synth", "400", "sine", "300", "vol", "-12dB"]);
    let disk = folder(&bench, "disk");
    // A disk of 5 MB that only the worker sees; 400 s of 32,000 bytes are 12.8 MB, and a megabyte stays free.
    let script = format!("mount -t tmpfs -o size=5m small '{0}' && exec '{PROGRAM}' worker; exit 9", disk.display());
    let worker = Worker::new("/usr/bin/unshare").with_args(["--mount", "sh", "-c", &script]);
    let refused = worker.spoken_wav(&wav, &disk.join("a.wav"), &Cancel::default(), &mut |_| ()).unwrap_err();
    assert!(matches!(refused, MediaError::NoRoom { .. }), "{refused:?}");
    assert!(refused.to_string().contains("14 MB are needed, 5 MB are free"), "{refused}");
    assert_eq!(names(&disk), [""; 0]);
}

#[test]
fn point_6_two_channels_are_heard_as_one_and_what_16_khz_cannot_carry_is_gone() {
    let bench = Bench::new();
    let made = bench.path("sound.wav");
    let worker = Worker::new(PROGRAM);
    let heard = |left: u32, right: u32, hertz: f64| {
        let tones = format!("aevalsrc=0.5*sin(2*PI*{left}*t)|0.5*sin(2*PI*{right}*t):s=44100:d=2");
        let source = bench.ffmpeg("source.wav", &["-f", "lavfi", "-i", &tones]);
        worker.spoken_wav(&source, &made, &Cancel::default(), &mut |_| ()).unwrap();
        let found = height(&decoded(&made, 16_000), 16_000, hertz, 1_000);
        fs::remove_file(&made).unwrap();
        found
    };
    // A tone in the left channel alone has half its height in the mean of both.
    let left = heard(1_000, 3_000, 1_000.0);
    assert!((left - 0.25).abs() < 0.01, "{left}");
    // 12,000 Hz would stand at 4,000, folded.
    let folded = heard(12_000, 12_000, 4_000.0);
    assert!(folded < 0.001, "{folded}");
}

#[test]
fn point_6_stopped_or_refused_no_wav_is_left() {
    let bench = Bench::new();
    let out = folder(&bench, "out");
    let made = out.join("sound.wav");
    let worker = Worker::new(PROGRAM);
    let wav = bench.sox("long.wav", 2, &["synth", "60", "sine", "440"]);
    let cancel = Cancel::default();
    let mut seen = 0;
    let stopped = worker.spoken_wav(&wav, &made, &cancel, &mut |now| {
        assert_eq!(now.phase, "speech");
        seen += 1;
        cancel.cancel();
    });
    assert_eq!((stopped, seen > 0), (Err(MediaError::Cancelled), true));
    assert_eq!(names(&out), [""; 0]);
    let text = bench.write("talk.wav", "a sound");
    let refused = worker.spoken_wav(&text, &made, &Cancel::default(), &mut |_| ()).unwrap_err().to_string();
    assert!(refused.contains("talk.wav"), "{refused}");
    let onto = worker.spoken_wav(&wav, &wav, &Cancel::default(), &mut |_| ());
    assert!(matches!(onto, Err(MediaError::Unwritable { .. })), "{onto:?}");
    assert_eq!(names(&out), [""; 0]);
}

#[cfg(unix)]
mod with_a_stand_in {
    use super::*;
    use hearthcast_media::speech::{Speech, SpeechError};
    use std::os::unix::fs::PermissionsExt;

    fn stand_in(bench: &Bench, script: &str) -> Speech {
        let program = bench.write("whisper-cli", format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let model = bench.write("model.bin", "model");
        Speech::find(Some(&program), Some(&model), None).unwrap()
    }

    #[test]
    fn point_6_the_program_hears_the_plain_wav_and_never_the_file_itself() {
        let bench = Bench::new();
        let wav = bench.path("tone.wav");
        tones(&wav, 44_100, 2, &PARTS);
        let m4a = bench.ffmpeg("talk.m4a", &["-i", wav.to_str().unwrap(), "-c:a", "aac"]);
        let (work, copy, words) = (folder(&bench, "work"), bench.path("heard.wav"), bench.path("words"));
        // The fourth word is the sound, the tenth the name of the file to be written, without its ending.
        let script = format!(
            "cp \"$4\" '{}'; echo \"$@\" > '{}'; echo 'progress =  50%' >&2; echo 'progress = 100%' >&2; echo '{{}}' > \"${{10}}.json\"",
            copy.display(),
            words.display()
        );
        let speech = stand_in(&bench, &script);
        let mut told = vec![];
        let (worker, cancel) = (Worker::new(PROGRAM), Cancel::default());
        let written = speech.write_down(&worker, &m4a, None, &work, &cancel, &mut |now| {
            assert_eq!((now.phase.as_str(), now.total), ("speech", 100));
            told.push(now.done);
        });
        assert_eq!(written, Ok(b"{}\n".to_vec()));
        assert_eq!(["-r", "-c", "-b"].map(|what| said(what, &copy)), ["16000", "1", "16"]);
        let samples: i64 = said("-s", &copy).parse().unwrap();
        assert!((samples - SAMPLES).abs() <= 400, "{samples}");
        assert!(!fs::read_to_string(words).unwrap().contains("talk.m4a"));
        assert_eq!(names(&work), ["speech.json"], "the sound itself is gone");
        assert!(told.is_sorted_by(|one, next| one < next), "{told:?}");
        assert_eq!((told[0], told.contains(&10), &told[told.len() - 2..]), (0, true, &[55, 100][..]), "{told:?}");
    }

    #[test]
    fn point_6_what_cannot_be_heard_or_written_down_leaves_no_sound() {
        let bench = Bench::new();
        let mark = bench.path("begun");
        let speech = stand_in(&bench, &format!("echo begun > '{}'; echo 'no memory' >&2; exit 3", mark.display()));
        let work = folder(&bench, "work");
        let (worker, cancel) = (Worker::new(PROGRAM), Cancel::default());
        let down = |sound: &Path| speech.write_down(&worker, sound, Some("de"), &work, &cancel, &mut |_| ());
        let text = bench.write("talk.wav", "a sound");
        let refused = down(&text);
        assert!(matches!(refused, Err(SpeechError::Sound(_))), "{refused:?}");
        assert!(!mark.exists(), "nothing is started for what is no sound");
        let wav = bench.path("tone.wav");
        tones(&wav, 44_100, 2, &PARTS);
        let failed = down(&wav);
        let wanted = SpeechError::Failed { program: "whisper-cli".into(), words: ": no memory".into() };
        assert_eq!(failed, Err(wanted));
        assert!(mark.exists());
        assert_eq!(names(&work), [""; 0]);
    }

    #[test]
    fn point_6_cancel_works_while_the_wav_is_made_and_while_it_is_written_down() {
        let bench = Bench::new();
        let wav = bench.sox("long.wav", 2, &["synth", "60", "sine", "440"]);
        let speech = stand_in(&bench, "echo 'progress =  50%' >&2; exec sleep 3600");
        let worker = Worker::new(PROGRAM);
        // The first ten percent are the WAV.
        for at in [1, 55] {
            let work = folder(&bench, &format!("work-{at}"));
            let cancel = Cancel::default();
            let done = speech.write_down(&worker, &wav, None, &work, &cancel, &mut |now| {
                if now.done >= at {
                    cancel.cancel();
                }
            });
            assert_eq!(done, Err(SpeechError::Cancelled), "{at}");
            assert_eq!(names(&work), [""; 0], "{at}");
        }
    }
}
