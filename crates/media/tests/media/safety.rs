//! Nothing a file holds, and nothing that ffmpeg does, gets out of the worker: limits are inherited, ends are certain, memory
//! does not grow with the sound.

use super::fixtures::Bench;
use super::worker::PROGRAM;
use hearthcast_media::process::{ProcessRequest, TagsToWrite};
use hearthcast_media::worker::Worker;
use hearthcast_media::{Cancel, MediaError};
use hearthcast_model::Preset;
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
    // 512 MiB of address space beyond what the worker's program has mapped, 192 open files.
    let limit = |name: &str| -> u64 {
        let line = seen.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {seen}"));
        line.split_whitespace().next_back().unwrap().parse().unwrap()
    };
    assert!((512 * 1024..640 * 1024).contains(&limit("vmemory")) && limit("nofiles") == 192, "{seen}");
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

#[test]
fn point_10_a_file_that_takes_too_much_processor_time_is_given_up_by_name() {
    let bench = Bench::new();
    let wav = bench.sox("minute.wav", 1, &["synth", "60", "pinknoise", "vol", "-12dB"]);
    let minute = fs::read(bench.lame(&wav, "minute.mp3", &["-t", "-b", "128"])).unwrap();
    let long = bench.write("long.mp3", minute.repeat(120));
    let worker = Worker::new(PROGRAM).with_processor_time(1);
    let error = worker.probe(&long, &Cancel::default(), &mut |_| ()).unwrap_err();
    let said = error.to_string();
    assert!(matches!(error, MediaError::WorkerDied { .. }), "{error:?}");
    assert!(said.contains("long.mp3") && said.contains("more processor time"), "{said}");
    // The next file is looked at as if nothing had been.
    assert_eq!(worker.probe(&wav, &Cancel::default(), &mut |_| ()).unwrap().facts.duration_ms, Some(60_000));
}

#[test]
fn point_10_what_the_disk_has_no_room_for_is_not_begun() {
    let bench = Bench::new();
    let wav = bench.sox("long.wav", 2, &["synth", "400", "sine", "300", "vol", "-12dB"]);
    let disk = bench.path("disk");
    fs::create_dir(&disk).unwrap();
    // A disk of 5 MB that only the worker sees; 400 s at 128 kbit/s are 6.4 MB, and something to spare.
    let script = format!(
        "mount -t tmpfs -o size=5m small '{0}' && exec '{PROGRAM}' worker; echo no disk >&2; exit 9",
        disk.display()
    );
    let worker = Worker::new("/usr/bin/unshare").with_args(["--mount", "sh", "-c", &script]);
    let request = ProcessRequest::mp3(&wav, disk.join("a.mp3"), Preset::SpeechStereo128);
    let mut begun = false;
    let error =
        worker.process(&request, &Cancel::default(), &mut |progress| begun |= progress.phase == "encode").unwrap_err();
    assert!(matches!(error, MediaError::NoRoom { .. }) && !begun, "{error:?}");
    assert!(error.to_string().contains("10 MB are needed, 5 MB are free"), "{error}");
}

#[test]
fn point_10_other_tags_are_not_begun_where_the_disk_has_no_room_for_the_file() {
    let bench = Bench::new();
    let wav = bench.sox("long.wav", 2, &["synth", "200", "sine", "300", "vol", "-12dB"]);
    let source = bench.lame(&wav, "long.mp3", &["-b", "128"]);
    let disk = bench.path("disk");
    fs::create_dir(&disk).unwrap();
    let cover = bench.write("cover.png", [b"\x89PNG\r\n\x1a\n".to_vec(), vec![0; 1_500_000]].concat());
    // A disk that only the worker sees. 200 s at 128 kbit/s are 3.2 MB; a cover of 1.5 MB may become 2 MB; and something to spare.
    for (size, cover, expected) in
        [("3m", None, "5 MB are needed, 3 MB are free"), ("5m", Some(cover), "7 MB are needed, 5 MB are free")]
    {
        let script = format!(
            "mount -t tmpfs -o size={size} small '{}' && exec '{PROGRAM}' worker; echo no disk >&2; exit 9",
            disk.display()
        );
        let worker = Worker::new("/usr/bin/unshare").with_args(["--mount", "sh", "-c", &script]);
        let tags = TagsToWrite { cover, ..TagsToWrite::default() };
        let request = ProcessRequest::mp3(&source, disk.join("a.mp3"), Preset::LeaveAlone).tagged(tags);
        let mut begun = false;
        let error =
            worker.retag(&request, &Cancel::default(), &mut |progress| begun |= progress.phase == "copy").unwrap_err();
        assert!(matches!(error, MediaError::NoRoom { .. }) && !begun, "{error:?}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn point_10_what_a_killed_program_left_beside_a_file_is_gone_with_the_next_one() {
    let bench = Bench::new();
    let mut ended = std::process::Command::new("true").spawn().unwrap();
    ended.wait().unwrap();
    let left = bench.write(&format!(".hearthcast-{}-0.part", ended.id()), "half");
    let others = [format!(".hearthcast-{}-77.part", std::process::id()), ".hearthcast-mine.part".into()]
        .map(|name| bench.write(&name, "half"));
    let request = ProcessRequest::mp3(bench.sine(), bench.path("a.mp3"), Preset::SpeechMono96);
    Worker::new(PROGRAM).process(&request, &Cancel::default(), &mut |_| ()).unwrap();
    assert!(!left.exists() && bench.path("a.mp3").exists());
    assert!(others.iter().all(|other| other.exists()), "those of programs that run, and of nobody known, stay");
}
