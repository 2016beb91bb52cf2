//! Making files through the real worker process: nothing half-made is ever seen, memory stays flat, odd names work.

use super::fixtures::{Bench, known, run};
use super::judge;
use super::process::{ffprobe, full_tags, tags_are_there};
use hearthcast_media::process::ProcessRequest;
use hearthcast_media::worker::Worker;
use hearthcast_media::{Cancel, MediaError};
use hearthcast_model::Preset;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_hearthcast-media-worker");

fn request(source: &Path, output: PathBuf, preset: Preset) -> ProcessRequest {
    ProcessRequest::mp3(source, output, preset)
}

/// A worker that leaves its process id in a file first.
fn marked(bench: &Bench) -> (Worker, PathBuf) {
    let mark = bench.path("pid");
    let script = format!("echo $$ > '{}'; exec '{PROGRAM}' worker", mark.display());
    (Worker::new("/bin/sh").with_args(["-c", &script]), mark)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A WAV of so many minutes: noise that swells, written piece by piece, `channels` channels of 16 bits at 44.1 kHz.
fn long(path: &Path, minutes: u32, channels: u16) -> u64 {
    let bytes = u64::from(minutes) * 60 * 44_100 * u64::from(channels) * 2;
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path).unwrap());
    let mut head = b"RIFF".to_vec();
    head.extend((u32::try_from(bytes).unwrap() + 36).to_le_bytes());
    head.extend(b"WAVEfmt \x10\0\0\0\x01\0");
    head.extend(channels.to_le_bytes());
    head.extend(44_100u32.to_le_bytes());
    head.extend((44_100 * u32::from(channels) * 2).to_le_bytes());
    head.extend((channels * 2).to_le_bytes());
    head.extend(b"\x10\0data");
    head.extend(u32::try_from(bytes).unwrap().to_le_bytes());
    file.write_all(&head).unwrap();
    // One second of noise, each second at another level; both channels different.
    let mut state = 7u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as u16 as i16
    };
    let second: Vec<i16> = (0..44_100 * usize::from(channels)).map(|_| noise()).collect();
    for at in 0..minutes * 60 {
        let level = 4 + at % 7;
        let bytes: Vec<u8> = second.iter().flat_map(|sample| (sample / level as i16).to_le_bytes()).collect();
        file.write_all(&bytes).unwrap();
    }
    file.flush().unwrap();
    bytes + 44
}

#[test]
fn the_worker_makes_what_the_process_makes() {
    let bench = Bench::new();
    let wav = bench.swell();
    let folder = bench.path("out");
    fs::create_dir(&folder).unwrap();
    let mut phases = vec![];
    let output = folder.join("made.mp3");
    let made = Worker::new(PROGRAM)
        .process(&request(&wav, output.clone(), Preset::SpeechMono96), &Cancel::default(), &mut |progress| {
            if phases.last() != Some(&progress.phase) {
                phases.push(progress.phase);
            }
        })
        .unwrap();
    assert_eq!(known(&output), made.probed);
    assert_eq!(made.source, known(&wav).facts);
    assert_eq!((phases.first().unwrap().as_str(), phases.last().unwrap().as_str()), ("analyse", "verify"));
    assert_eq!(names(&folder), ["made.mp3"]);
    // What stood there is replaced, the recording itself never.
    let again = request(&wav, output.clone(), Preset::Music192);
    Worker::new(PROGRAM).process(&again, &Cancel::default(), &mut |_| ()).unwrap();
    assert_eq!(ffprobe(&output)["streams"][0]["bit_rate"], "192000");
    let onto = request(&wav, wav.clone(), Preset::Music192);
    let error = Worker::new(PROGRAM).process(&onto, &Cancel::default(), &mut |_| ()).unwrap_err();
    assert!(matches!(error, MediaError::Unwritable { .. }), "{error}");
}

#[test]
fn cancelled_or_killed_nothing_is_left() {
    let bench = Bench::new();
    let source = bench.path("long.wav");
    long(&source, 2, 2);
    let folder = bench.path("out");
    fs::create_dir(&folder).unwrap();
    let earlier = b"the file of last week";
    for phase in ["analyse", "encode", "verify"] {
        fs::write(folder.join("made.mp3"), earlier).unwrap();
        let ask = request(&source, folder.join("made.mp3"), Preset::SpeechStereo128);
        let cancel = Cancel::default();
        let mut seen = false;
        let outcome = Worker::new(PROGRAM).process(&ask, &cancel, &mut |progress| {
            if progress.phase == phase {
                seen = true;
                cancel.cancel();
            }
        });
        assert_eq!(outcome.map(|_| ()), Err(MediaError::Cancelled), "{phase}");
        assert!(seen, "{phase}");
        let (worker, mark) = marked(&bench);
        let outcome = worker.process(&ask, &Cancel::default(), &mut |progress| {
            if progress.phase == phase {
                let pid = fs::read_to_string(&mark).unwrap();
                let _ = Command::new("kill").args(["-9", pid.trim()]).status();
            }
        });
        assert!(matches!(outcome, Err(MediaError::WorkerDied { .. })), "{phase}");
        assert_eq!(names(&folder), ["made.mp3"], "{phase}");
        assert_eq!(fs::read(folder.join("made.mp3")).unwrap(), earlier, "{phase}");
    }
}

#[test]
fn the_caller_gone_the_worker_tidies_up() {
    use std::process::Stdio;
    let bench = Bench::new();
    let source = bench.path("long.wav");
    long(&source, 2, 2);
    let folder = bench.path("out");
    fs::create_dir(&folder).unwrap();
    let mut child =
        Command::new(PROGRAM).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let ask = request(&source, folder.join("made.part"), Preset::SpeechStereo128);
    let mut line = serde_json::to_value(&ask).unwrap();
    line["v"] = 1.into();
    line["op"] = "process".into();
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "{line}").unwrap();
    // It has begun to write: now the caller ends.
    let mut output = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut told = String::new();
    while !told.contains("\"encode\"") {
        told.clear();
        assert!(std::io::BufRead::read_line(&mut output, &mut told).unwrap() > 0, "it goes on until then");
    }
    drop(input);
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut output, &mut rest).unwrap();
    child.wait().unwrap();
    assert!(rest.lines().last().unwrap().contains("cancelled"), "{rest}");
    assert_eq!(names(&folder), [""; 0]);
}

#[test]
fn names_with_everything_in_them() {
    use std::os::unix::ffi::OsStrExt;
    let bench = Bench::new();
    let wav = bench.sox("short.wav", 1, &["synth", "2", "sine", "440"]);
    for name in
        [&b"-rf it's \"quoted\" $(x) `y`.wav"[..], "🎙️ Folge №1.wav".as_bytes(), b"S\xf6ndung\n2.wav", b"%s%n.wav"]
    {
        let source = bench.path("").join(std::ffi::OsStr::from_bytes(name));
        fs::copy(&wav, &source).unwrap();
        let output = bench.path("").join(std::ffi::OsStr::from_bytes(&[name, b".mp3"].concat()));
        let ask = request(&source, output.clone(), Preset::SpeechMono96);
        let made = Worker::new(PROGRAM).process(&ask, &Cancel::default(), &mut |_| ()).unwrap();
        assert_eq!(fs::metadata(&output).unwrap().len(), made.probed.facts.size_bytes);
        assert_eq!(made.probed.facts.duration_ms, Some(2000));
    }
    // A relative name with a leading dash, from the folder it stands in.
    let text = serde_json::to_string(&request(Path::new("-a.wav"), "b.mp3".into(), Preset::Music192)).unwrap();
    let back: ProcessRequest = serde_json::from_str(&text).unwrap();
    assert_eq!(back.source, Path::new("-a.wav"));
}

#[test]
fn other_tags_around_the_same_sound() {
    let bench = Bench::new();
    let wav = bench.sine();
    let cover = bench.ffmpeg("cover.png", &["-f", "lavfi", "-i", "testsrc=s=300x300", "-frames:v", "1"]);
    let tagged = ["-V", "4", "--tt", "Alt", "--ta", "Jemand", "--add-id3v2", "--ti", cover.to_str().unwrap()];
    let source = bench.lame(&wav, "old.mp3", &tagged);
    let output = bench.path("new.mp3");
    let worker = Worker::new(PROGRAM);
    let retag = |source: &Path, output: &Path| {
        let request = ProcessRequest::mp3(source, output, Preset::LeaveAlone).tagged(full_tags(&cover));
        worker.retag(&request, &Cancel::default(), &mut |_| ())
    };
    let probed = retag(&source, &output).unwrap();
    tags_are_there(&output);
    assert_eq!(probed, known(&output));
    assert_eq!(probed.facts.trailer_bytes, 0, "the old ID3v1 is gone");
    // The coded sound is the same to the last bit, and so is what is heard.
    let packets = |path: &Path, codec: &str| {
        run("ffmpeg", &["-v", "error", "-i", path.to_str().unwrap(), "-map", "0:a", "-c:a", codec, "-f", "md5", "-"])
    };
    for codec in ["copy", "pcm_s16le"] {
        assert_eq!(packets(&source, codec), packets(&output, codec), "{codec}");
    }
    assert_eq!(known(&source).facts.duration_ms, probed.facts.duration_ms);
    let m4a = bench.ffmpeg("a.m4a", &["-i", wav.to_str().unwrap(), "-c:a", "aac"]);
    // Tags of an M4A are written by ffmpeg (`m4a`), or not at all; then it is told which program is missing.
    let request = ProcessRequest::mp3(&m4a, bench.path("b.m4a"), Preset::LeaveAlone).tagged(full_tags(&cover));
    let refused = worker.clone().with_ffmpeg(None).retag(&request, &Cancel::default(), &mut |_| ());
    assert!(matches!(refused, Err(MediaError::NeedsFfmpeg { .. })), "{refused:?}");
    assert!(!bench.path("b.m4a").exists());
}

#[test]
fn memory_does_not_grow_with_the_recording() {
    let bench = Bench::new();
    let peak = |minutes: u32| {
        let source = bench.path("long.wav");
        let size = long(&source, minutes, 1);
        let (worker, mark) = marked(&bench);
        let ask = request(&source, bench.path("made.mp3"), Preset::SpeechMono96);
        let mut highest = 0;
        worker
            .process(&ask, &Cancel::default(), &mut |_| {
                let status = fs::read_to_string(&mark)
                    .and_then(|pid| fs::read_to_string(format!("/proc/{}/status", pid.trim())))
                    .unwrap_or_default();
                let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or("VmHWM: 0");
                let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
                highest = highest.max(kib);
            })
            .unwrap();
        fs::remove_file(&source).unwrap();
        (size, highest)
    };
    // Each hand has a segment, one is held for its end, and one or two wait for their turn, 3.6 MB each: of the longer sound's, two
    // more than of the shorter one's, and more where there are more hands. The sound itself is 53 MB more, as floats twice that.
    let more_hands = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 4) as u64 - 2;
    let ((small, first), (large, second)) = (peak(10), peak(20));
    println!("{small} bytes: {first} KiB; {large} bytes: {second} KiB");
    assert!(first > 1_000 && second < 60 * 1024, "{first} {second}");
    assert!(
        second < first + (9 + more_hands * 9) * 1024,
        "{} MB more of sound cost {} KiB",
        (large - small) / 1_000_000,
        second - first
    );
    assert!(judge::loudness(&bench.path("made.mp3")).2 <= -1.0);
}
