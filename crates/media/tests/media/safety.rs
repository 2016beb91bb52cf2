//! Nothing a file holds, and nothing that ffmpeg does, gets out of the worker: limits are inherited, ends are certain, memory
//! does not grow with the sound.

use super::fixtures::Bench;
use super::worker::PROGRAM;
use hearthcast_media::worker::Worker;
use hearthcast_media::{Cancel, MediaError};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A program that says it is ffmpeg, and then does this.
fn pretender(bench: &Bench, does: &str) -> PathBuf {
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in *-version*) echo 'ffmpeg version 9.9-test Copyright'; exit;; esac\n{does}\n"
    );
    let path = bench.write("pretender", script);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    path
}

fn wma(bench: &Bench, name: &str) -> PathBuf {
    let wav = bench.sox("short.wav", 2, &["synth", "3", "pinknoise", "vol", "-9dB"]);
    bench.ffmpeg(name, &["-i", wav.to_str().unwrap()])
}

#[test]
fn point_10_ffmpeg_is_run_without_shell_network_or_surroundings_in_the_workers_limits() {
    let bench = Bench::new();
    let file = wma(&bench, "-y $(touch x) http:.wma");
    let seen = bench.path("seen");
    let does = format!(
        "{{ for word in \"$@\"; do echo \"word $word\"; done; ulimit -a; env; }} > '{}'; exit 1",
        seen.display()
    );
    let worker = Worker::new(PROGRAM).with_ffmpeg(Some(pretender(&bench, &does)));
    let error = worker.probe(&file, &Cancel::default(), &mut |_| ()).unwrap_err();
    assert!(error.to_string().contains("ffmpeg cannot read it"), "{error}");
    let seen = fs::read_to_string(seen).unwrap();
    let words: Vec<&str> = seen.lines().filter_map(|line| line.strip_prefix("word ")).collect();
    let after = |word: &str| words[words.iter().position(|other| *other == word).unwrap() + 1];
    assert_eq!(after("-protocol_whitelist"), "file,pipe");
    assert_eq!(after("-f"), "asf", "its kind is told, never guessed");
    assert_eq!(after("-i"), format!("file:{}", file.display()));
    assert!(words.contains(&"-nostdin"));
    // 1 GiB of address space, 64 MiB of any file, 32 open files, and no core.
    for limit in ["1048576", "32"] {
        assert!(seen.lines().any(|line| line.split_whitespace().next_back() == Some(limit)), "{limit}: {seen}");
    }
    assert!(!seen.contains("HOME=") && !seen.contains("PATH=/root"), "{seen}");
    assert!(!Path::new("x").exists() && !bench.path("x").exists());
}

#[test]
fn point_10_an_ffmpeg_that_never_ends_is_ended_with_the_worker() {
    let bench = Bench::new();
    let file = wma(&bench, "a.wma");
    let mark = bench.path("pid");
    let does = format!("echo $$ > '{}'; exec sleep 1000", mark.display());
    let worker = Worker::new(PROGRAM)
        .with_ffmpeg(Some(pretender(&bench, &does)))
        .with_patience(Duration::from_secs(2), Duration::from_secs(10));
    let error = worker.probe(&file, &Cancel::default(), &mut |_| ()).unwrap_err();
    assert!(matches!(error, MediaError::WorkerSlow { .. }), "{error:?}");
    let status = format!("/proc/{}/status", fs::read_to_string(mark).unwrap().trim());
    let deadline = Instant::now() + Duration::from_secs(10);
    let ended = || fs::read_to_string(&status).map_or(true, |status| status.contains("State:\tZ"));
    while !ended() {
        assert!(Instant::now() < deadline, "it goes on without its worker");
        std::thread::yield_now();
    }
}

#[test]
fn point_10_an_ffmpeg_that_fails_in_the_middle_is_said_and_nothing_is_lost() {
    let bench = Bench::new();
    let file = wma(&bench, "a.wma");
    // It describes a file of ten seconds, gives one, complains and dies.
    let does = "case \"$*\" in *ffmetadata*) echo \"Input #0, asf, from 'x':\" >&2; echo '  Duration: 00:00:10.00, start: 0' >&2; \
                echo '  Stream #0:0: Audio: wmav2, 8000 Hz, mono, fltp' >&2; exit 1;; esac\n\
                head -c 32000 /dev/zero; echo '[wmav2 @ 0x5] broken packet' >&2; exit 1";
    let worker = Worker::new(PROGRAM).with_ffmpeg(Some(pretender(&bench, does)));
    let facts = worker.probe(&file, &Cancel::default(), &mut |_| ()).unwrap().facts;
    assert_eq!(facts.duration_ms, Some(1_000), "what came before is kept");
    let truncated = facts.findings.iter().find(|finding| finding.code == "media.truncated").unwrap();
    assert!(truncated.message.contains("0:01") && truncated.message.contains("0:10"), "{}", truncated.message);
}

/// Most memory the worker held while it looked at a file, KiB.
fn peak(bench: &Bench, file: &Path) -> (u64, i64) {
    let mark = bench.path("worker");
    let script = format!("echo $$ > '{}'; exec '{PROGRAM}' worker", mark.display());
    let worker = Worker::new("/bin/sh").with_args(["-c", &script]);
    let worker = worker.with_patience(Duration::from_secs(300), Duration::from_secs(1200));
    let mut highest = 0;
    let probed = worker.probe(file, &Cancel::default(), &mut |_| {
        let status = fs::read_to_string(&mark)
            .and_then(|pid| fs::read_to_string(format!("/proc/{}/status", pid.trim())))
            .unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or("VmHWM: 0");
        highest = highest.max(line.split_whitespace().nth(1).unwrap().parse().unwrap());
    });
    (highest, probed.unwrap().facts.duration_ms.unwrap())
}

#[test]
fn point_10_three_hours_take_no_more_memory_than_ten_minutes() {
    let bench = Bench::new();
    let wav = bench.sox("minute.wav", 1, &["synth", "60", "pinknoise", "vol", "-12dB"]);
    let minute = fs::read(bench.ffmpeg(
        "minute.mp3",
        &["-i", wav.to_str().unwrap(), "-ar", "16000", "-b:a", "24k", "-write_xing", "0", "-id3v2_version", "0"],
    ))
    .unwrap();
    let one = bench.ffmpeg("minute.aac", &["-i", wav.to_str().unwrap(), "-ar", "32000", "-b:a", "32k", "-f", "adts"]);
    for (name, minute) in [("long.mp3", minute), ("long.aac", fs::read(one).unwrap())] {
        let (short, _) = peak(&bench, &bench.write(name, minute.repeat(10)));
        let (long, ms) = peak(&bench, &bench.write(name, minute.repeat(180)));
        assert!(ms >= 180 * 60_000, "{name}: {ms}");
        assert!(short > 1_000 && long < 64 * 1024, "{name}: {short} and {long} KiB");
        // Four bytes for every 100 ms of loudness, and the waveform.
        assert!(long < short + 6 * 1024, "{name}: {short} and {long} KiB");
    }
}
