//! The worker as a real process: it answers as the probe does, and ends when it should, whatever happens.

use super::fixtures::{Bench, known, look};
use hearthcast_media::worker::Worker;
use hearthcast_media::{Cancel, MediaError, Probed};
use hearthcast_model::{Code, Error};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_hearthcast-media-worker");

fn ask(worker: &Worker, path: &Path) -> Result<Probed, MediaError> {
    worker.probe(path, &Cancel::default(), &mut |_| ())
}

fn shell(script: &str) -> Worker {
    Worker::new("/bin/sh").with_args(["-c", script])
}

/// The real worker, which leaves its process id in a file first.
fn marked(bench: &Bench) -> (Worker, PathBuf) {
    let mark = bench.path("pid");
    (shell(&format!("echo $$ > '{}'; exec '{PROGRAM}' worker", mark.display())), mark)
}

/// A file that takes a while: an hour at 64 kbit/s, made of one minute.
fn long(bench: &Bench) -> PathBuf {
    let wav = bench.sox("minute.wav", 1, &["synth", "60", "sine", "440"]);
    let minute = fs::read(bench.lame(&wav, "minute.mp3", &["-t", "-b", "64"])).unwrap();
    bench.write("long.mp3", minute.repeat(60))
}

/// Whether the process is gone, or dead and waiting to be reaped by whoever inherited it.
fn ended(pid: &str) -> bool {
    let status = format!("/proc/{}/status", pid.trim());
    let deadline = Instant::now() + Duration::from_secs(10);
    while Instant::now() < deadline {
        if fs::read_to_string(&status).map_or(true, |status| status.contains("State:\tZ")) {
            return true;
        }
        std::thread::yield_now();
    }
    false
}

#[test]
fn it_answers_what_the_probe_finds() {
    let bench = Bench::new();
    let wav = bench.sox("short.wav", 2, &["synth", "3", "sine", "440"]);
    let cover = bench.ffmpeg("cover.png", &["-f", "lavfi", "-i", "testsrc=s=300x300", "-frames:v", "1"]);
    let file = bench.lame(&wav, "a.mp3", &["-b", "64", "--tt", "Titel", "--ti", cover.to_str().unwrap()]);
    let mut steps = vec![];
    let worker = Worker::new(PROGRAM);
    let answered = worker.probe(&file, &Cancel::default(), &mut |progress| steps.push(progress.done)).unwrap();
    let found = known(&file);
    assert_eq!(answered.facts, found.facts);
    assert_eq!((answered.peaks, answered.course, answered.cover), (found.peaks, found.course, found.cover));
    assert!(steps.is_sorted() && steps.last() == Some(&answered.facts.size_bytes), "{steps:?}");
    // Refusals come back as the same error.
    let text = bench.write("note.mp3", b"a note");
    assert_eq!(ask(&worker, &text), look(&text));
    let missing = bench.path("missing.mp3");
    assert_eq!(ask(&worker, &missing), Err(MediaError::Missing { path: missing.display().to_string() }));
}

#[test]
fn tags_are_read_without_listening() {
    let bench = Bench::new();
    let worker = Worker::new(PROGRAM);
    let wav = bench.sox("short.wav", 2, &["synth", "3", "sine", "440"]);
    let mp3 = bench.lame(&wav, "a.mp3", &["-b", "64", "--add-id3v2", "--tt", "Titel", "--tn", "7"]);
    let title = |path: &Path| {
        let tags = worker.tags(path, &Cancel::default()).unwrap();
        (tags.get("title").cloned(), tags.get("track").cloned())
    };
    assert_eq!(title(&mp3), (Some("Titel".into()), Some("7".into())), "what lame was told");
    let m4a = bench.ffmpeg("a.m4a", &["-i", wav.to_str().unwrap(), "-metadata", "title=Titel"]);
    assert_eq!(title(&m4a), (Some("Titel".into()), None));
    assert_eq!(title(&wav), (None, None));
    // Its sound is broken: who listens finds it, its tags are there.
    let whole = fs::read(&mp3).unwrap();
    assert_eq!(&whole[..3], b"ID3");
    let tag = 10 + whole[6..10].iter().fold(0usize, |size, byte| size << 7 | usize::from(*byte));
    let broken = bench.write("broken.mp3", [&whole[..tag], &[0; 5000][..]].concat());
    assert!(ask(&worker, &broken).is_err());
    assert_eq!(title(&broken).0, Some("Titel".into()));
    let picture = bench.ffmpeg("p.png", &["-f", "lavfi", "-i", "testsrc=s=30x30", "-frames:v", "1"]);
    assert!(matches!(worker.tags(&picture, &Cancel::default()), Err(MediaError::WrongKind { .. })));
}

#[test]
fn a_name_that_is_no_unicode_reaches_the_worker() {
    use std::os::unix::ffi::OsStrExt;
    let bench = Bench::new();
    let file = bench.path("").join(std::ffi::OsStr::from_bytes(b"S\xf6ndung.mp3"));
    fs::copy(bench.lame(&bench.sine(), "a.mp3", &["-b", "128"]), &file).unwrap();
    assert_eq!(ask(&Worker::new(PROGRAM), &file).unwrap().facts.duration_ms, Some(20_500));
}

#[test]
fn its_limits_are_in_force_while_it_works() {
    let bench = Bench::new();
    let (worker, mark) = marked(&bench);
    let mut limits = String::new();
    let mut environment = vec![];
    let file = long(&bench);
    let cancel = Cancel::default();
    let _ = worker.probe(&file, &cancel, &mut |_| {
        cancel.cancel();
        if limits.is_empty() {
            let pid = fs::read_to_string(&mark).unwrap();
            limits = fs::read_to_string(format!("/proc/{}/limits", pid.trim())).unwrap_or_default();
            environment = fs::read(format!("/proc/{}/environ", pid.trim())).unwrap_or_default();
        }
    });
    // The kernel's own account.
    let limit = |name: &str| -> Vec<String> {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {limits}"));
        line[name.len()..].split_whitespace().take(2).map(str::to_owned).collect()
    };
    // 512 MiB beyond what the program has mapped when it starts, which is little.
    let space: Vec<u64> = limit("Max address space").iter().map(|bytes| bytes.parse().unwrap()).collect();
    assert!(space[0] == space[1] && (512 << 20..640 << 20).contains(&space[0]), "{space:?}");
    assert_eq!(limit("Max file size"), ["67108864"; 2]);
    assert_eq!(limit("Max core file size"), ["0"; 2]);
    assert_eq!(limit("Max open files"), ["192"; 2]);
    // 120 s and one second for every 100,000 bytes.
    let seconds = 120 + fs::metadata(&file).unwrap().len() / 100_000;
    assert_eq!(limit("Max cpu time")[0], seconds.to_string());
    // The shell of this test adds PWD and its like; nothing of this process's environment is there.
    assert!(!String::from_utf8_lossy(&environment).contains("HOME="), "{environment:?}");
}

#[test]
fn killed_while_decoding_is_a_clear_error() {
    let bench = Bench::new();
    let (worker, mark) = marked(&bench);
    let outcome = worker.probe(&long(&bench), &Cancel::default(), &mut |progress| {
        if progress.done > 0 {
            let pid = fs::read_to_string(&mark).unwrap();
            let _ = Command::new("kill").args(["-9", pid.trim()]).status();
        }
    });
    let error = Error::from(outcome.expect_err("it was killed"));
    assert_eq!(error.code, Code::MediaUnusable);
    assert!(error.message.contains("long.mp3") && error.message.contains("signal 9"), "{}", error.message);
}

#[test]
fn cancel_ends_the_process() {
    let bench = Bench::new();
    let (worker, mark) = marked(&bench);
    let cancel = Cancel::default();
    let outcome = worker.probe(&long(&bench), &cancel, &mut |_| cancel.cancel());
    assert_eq!(outcome, Err(MediaError::Cancelled));
    assert!(ended(&fs::read_to_string(&mark).unwrap()), "no process is left behind");
    assert_eq!(worker.probe(&bench.path("x"), &cancel, &mut |_| ()), Err(MediaError::Cancelled));
}

#[test]
fn silence_and_slowness_end_the_process() {
    let bench = Bench::new();
    let file = bench.write("a.mp3", b"x");
    let mark = bench.path("pid");
    let silent = shell(&format!("echo $$ > '{}'; exec sleep 1000", mark.display()))
        .with_patience(Duration::from_millis(200), Duration::from_secs(30));
    assert!(matches!(ask(&silent, &file), Err(MediaError::WorkerSlow { silent: true, .. })));
    assert!(ended(&fs::read_to_string(&mark).unwrap()));
    let line = r#"{"type":"progress","progress":{"phase":"analyse","done":1,"total":2}}"#;
    let busy = shell(&format!("while :; do echo '{line}'; done"))
        .with_patience(Duration::from_secs(30), Duration::from_millis(300));
    let error = ask(&busy, &file).unwrap_err();
    assert!(matches!(error, MediaError::WorkerSlow { silent: false, .. }), "{error}");
}

#[test]
fn crashes_and_nonsense_are_clear_errors() {
    let bench = Bench::new();
    let file = bench.write("a.mp3", b"x");
    let died = |script: &str| match ask(&shell(script), &file) {
        Err(MediaError::WorkerDied { how, .. }) => how,
        other => panic!("{script}: {other:?}"),
    };
    assert_eq!(died("kill -SEGV $$"), "was stopped by signal 11");
    assert_eq!(died("echo memory allocation failed >&2; exit 7"), "ended with code 7 (memory allocation failed)");
    assert_eq!(died("exit 0"), "ended with code 0");
    assert_eq!(died("printf '{\"type\":\"resu'; exit 0"), "ended with code 0");
    let garbled = |script: &str| matches!(ask(&shell(script), &file), Err(MediaError::WorkerGarbled { .. }));
    let mark = bench.path("pid");
    assert!(garbled(&format!("sleep 1000 & echo $! > '{}'; echo hello; wait", mark.display())));
    assert!(ended(&fs::read_to_string(&mark).unwrap()), "what it started is ended with it");
    assert!(garbled("cat /dev/zero"), "a line without end stops at its limit");
    let nothing = Worker::new(bench.path("no-such-program"));
    let error = Error::from(ask(&nothing, &file).unwrap_err());
    assert_eq!(error.code, Code::Internal);
}

#[test]
fn it_stops_when_its_input_ends() {
    let bench = Bench::new();
    let file = long(&bench);
    let mut child =
        Command::new(PROGRAM).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let path: Vec<u8> = file.to_str().unwrap().bytes().collect();
    let request = format!("{{\"op\":\"probe\",\"v\":1,\"path\":\"{}\"}}\n", base64(&path));
    let mut input = child.stdin.take().unwrap();
    input.write_all(request.as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let last: serde_json::Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!((&last["type"], &last["error"]["reason"]), (&"error".into(), &"cancelled".into()), "{last}");
}

/// RFC 4648, by the program of the same name.
pub fn base64(bytes: &[u8]) -> String {
    let mut child = Command::new("base64").arg("-w0").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}
