//! Recordings of three hours through the workshop: memory stays flat, the length is right to the sample. Minutes of work
//! and 2 GB of disk each. And ten seconds late in an hour. Not run with the others but by `cargo xtask test --slow`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test")]

mod late;

use hearthcast_media::Cancel;
use hearthcast_media::process::{ProcessRequest, TagsToWrite};
use hearthcast_media::worker::Worker;
use hearthcast_model::Preset;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_hearthcast-media-worker");
const HOURS: u64 = 3;
const RATE: u64 = 44_100;
/// DESIGN §5.
const MOST_MIB: u64 = 150;

/// Stereo of 16 bits: soft noise, each second at another level, in both channels different.
fn write(path: &Path, head: &[u8]) {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path).unwrap());
    file.write_all(head).unwrap();
    let (mut state, mut soft) = (7u32, [0.0f64; 2]);
    let second: Vec<f64> = (0..2 * RATE as usize)
        .map(|at| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let soft = &mut soft[at % 2];
            *soft = 0.9 * *soft + 0.1 * (f64::from(state) / f64::from(u32::MAX) - 0.5);
            *soft
        })
        .collect();
    for at in 0..HOURS * 3600 {
        let level = 30_000.0 * (1.0 + 0.5 * (at as f64 * 0.7).sin());
        let bytes: Vec<u8> = second.iter().flat_map(|sample| ((sample * level) as i16).to_le_bytes()).collect();
        file.write_all(&bytes).unwrap();
    }
    file.flush().unwrap();
}

const BYTES: u64 = HOURS * 3600 * RATE * 4;

/// "fmt " and "data" of such a file; RF64 states the length elsewhere.
fn chunks(data: u32) -> Vec<u8> {
    let mut chunks = b"fmt \x10\0\0\0\x01\0\x02\0".to_vec();
    chunks.extend((RATE as u32).to_le_bytes());
    chunks.extend((RATE as u32 * 4).to_le_bytes());
    chunks.extend(b"\x04\0\x10\0data");
    chunks.extend(data.to_le_bytes());
    chunks
}

fn riff() -> Vec<u8> {
    let mut head = b"RIFF".to_vec();
    head.extend((BYTES as u32 + 36).to_le_bytes());
    head.extend(b"WAVE");
    head.extend(chunks(BYTES as u32));
    head
}

/// EBU Tech 3306: lengths of 64 bits stand in "ds64".
fn rf64() -> Vec<u8> {
    let mut head = b"RF64\xff\xff\xff\xffWAVEds64\x1c\0\0\0".to_vec();
    for number in [BYTES + 72, BYTES, BYTES / 4] {
        head.extend(number.to_le_bytes());
    }
    head.extend([0; 4]);
    head.extend(chunks(u32::MAX));
    head
}

/// Highest resident memory of a process so far.
fn peak_mib(pid: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", pid.trim())).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or("VmHWM: 0");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn three_hours(head: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let (source, output, mark) =
        (folder.path().join("long.wav"), folder.path().join("made.mp3"), folder.path().join("pid"));
    write(&source, head);
    let script = format!("echo $$ > '{}'; exec '{PROGRAM}' worker", mark.display());
    let worker = Worker::new("/bin/sh").with_args(["-c", &script]);
    // An unoptimised build on a busy machine is slow; what is tested is memory.
    let worker = worker.with_patience(Duration::from_secs(300), Duration::from_secs(4 * 3600));
    let tags = TagsToWrite::default();
    let ask = ProcessRequest::mp3(source, output.clone(), Preset::SpeechStereo128).tagged(tags);
    let (begin, mut highest) = (Instant::now(), 0);
    let made = worker.process(&ask, &Cancel::default(), &mut |_| {
        highest = highest.max(fs::read_to_string(&mark).map_or(0, |pid| peak_mib(&pid)));
    });
    let report = made.unwrap().report;
    println!("{highest} MiB, {} s, {} rounds", begin.elapsed().as_secs(), report.rounds);
    assert!((1..=MOST_MIB).contains(&highest), "{highest} MiB");
    assert!((report.after.integrated_lufs.unwrap() + 16.0).abs() <= 0.5, "{report:?}");
    // As ffmpeg decodes it: every sample of the recording and none more.
    let args = ["-v", "error", "-i", output.to_str().unwrap(), "-f", "s16le", "-"];
    let mut ffmpeg = Command::new("ffmpeg").args(args).stdout(std::process::Stdio::piped()).spawn().unwrap();
    let decoded = std::io::copy(ffmpeg.stdout.as_mut().unwrap(), &mut std::io::sink()).unwrap();
    assert!(ffmpeg.wait().unwrap().success());
    assert_eq!(decoded, BYTES);
}

#[test]
fn three_hours_of_wav_stay_within_the_memory() {
    three_hours(&riff());
}

#[test]
fn three_hours_of_rf64_stay_within_the_memory() {
    three_hours(&rf64());
}
