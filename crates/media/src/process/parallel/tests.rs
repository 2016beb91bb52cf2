//! Cut in pieces, a sound is the one that a single encoder makes; and where pieces do not meet, one encoder makes it.

mod hands;
mod judges;
mod matrix;
mod strangers;

use super::*;
use crate::audio::recording::RecordingKind;
use crate::probe::Source;
use crate::process::info_frame::InfoFrame;
use crate::process::lame;
use crate::process::segments::Amount;
use hearthcast_model::facts::Loudness;
use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::Command;

thread_local! {
    /// From this segment on none meets the one before it, in what this thread makes.
    static STRANGERS: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// For [`Encoding::new`].
pub fn strangers() -> usize {
    STRANGERS.get()
}

fn run(program: &str, args: &[&str]) -> Vec<u8> {
    said(program, args).0
}

/// What a program wrote, and what it said besides.
fn said(program: &str, args: &[&str]) -> (Vec<u8>, String) {
    let output = Command::new(program).args(args).env("LC_ALL", "C").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program} {args:?}: {said}");
    (output.stdout, said)
}

fn sox(folder: &Path, rate: &str, channels: &str, effects: &str) -> PathBuf {
    let path = folder.join("sound.wav");
    let mut args = vec!["-R", "-n", "-r", rate, "-b", "16", "-c", channels, path.to_str().unwrap()];
    args.extend(effects.split(' '));
    run("sox", &args);
    path
}

fn speech(folder: &Path) -> PathBuf {
    let path = folder.join("speech.wav");
    let text = "Welcome to our show. Today: the weather, bread, and a dog who could count to seven. ".repeat(14);
    run("espeak-ng", &["-v", "en", "-w", path.to_str().unwrap(), &text]);
    path
}

fn opened(path: &Path, kind: RecordingKind) -> (Recording, u64) {
    let mut source = Source::open(path).unwrap();
    let recording = Recording::read(&mut source, kind, 0, 0).unwrap();
    let (mut stream, mut block) = (recording.stream().unwrap(), Block::default());
    while stream.read(&mut block).unwrap() {}
    (recording, stream.frames())
}

const LEVEL: Level = Level { gain_db: 7.0, ceiling_dbtp: Some(-2.0) };

/// Encodes with cuts at these frames; what was written, and what is said about it.
fn encoded(recording: &Recording, plan: &Plan, samples: u64, cuts: &[u64]) -> (Vec<u8>, Written) {
    let cancel = Cancel::default();
    let mut encoding = Encoding::new(recording, plan, LEVEL, samples, "a recording", &cancel);
    cut(&mut encoding, cuts);
    written(&encoding)
}

/// Makes it be encoded in pieces, cut at these frames.
fn cut(encoding: &mut Encoding<'_>, cuts: &[u64]) {
    let ends = [cuts, &[u64::MAX]].concat();
    encoding.segments = [0].into_iter().chain(cuts.iter().copied()).zip(ends).map(|(a, b)| a..b).collect();
    encoding.alone = false;
}

/// Encodes as it is done below 32 kHz where there could be more segments than one.
fn on_one_core(recording: &Recording, plan: &Plan, samples: u64) -> (Vec<u8>, Written) {
    let cancel = Cancel::default();
    let mut encoding = Encoding::new(recording, plan, LEVEL, samples, "a recording", &cancel);
    cut(&mut encoding, &[]);
    encoding.alone = true;
    written(&encoding)
}

/// Encodes as it is done.
fn usual(recording: &Recording, plan: &Plan, samples: u64) -> (Vec<u8>, Written) {
    let cancel = Cancel::default();
    written(&Encoding::new(recording, plan, LEVEL, samples, "a recording", &cancel))
}

fn written(encoding: &Encoding<'_>) -> (Vec<u8>, Written) {
    let mut bytes = vec![];
    let written = encoding.run(
        &mut |frames| {
            bytes.extend_from_slice(frames);
            Ok(())
        },
        &mut |_| (),
    );
    (bytes, written.unwrap())
}

/// The whole file: what describes the sound, and the sound.
fn file(folder: &Path, name: &str, plan: &Plan, amount: &Amount, (bytes, written): &(Vec<u8>, Written)) -> PathBuf {
    let info = InfoFrame::new(lame::info_frame(Settings::of(plan)).unwrap()).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, [info.describing(amount, written.sum), bytes.clone()].concat()).unwrap();
    path
}

/// What ffmpeg hears.
fn heard(folder: &Path, bytes: &[u8]) -> Vec<u8> {
    let path = folder.join("made.mp3");
    std::fs::write(&path, bytes).unwrap();
    judges::by_ffmpeg(&path)
}

fn plan(recording: &Recording, sample_rate: u32, kbit: u32) -> Plan {
    let before = Loudness { integrated_lufs: None, range_lu: None, true_peak_dbtp: None };
    let channels = recording.shape.heard_channels();
    Plan {
        format: hearthcast_model::AudioFormat::Mp3,
        channels,
        mix: false,
        dual_mono: false,
        sample_rate,
        kbit,
        vbr: None,
        before,
        target: None,
        high_pass: None,
        noise: None,
        changed: false,
    }
}

#[test]
fn cut_in_pieces_the_sound_is_the_same_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let plucks = "synth 1.5 pluck C3 pluck G4 pad 0 0.4 repeat 29 gain -n -6";
    let sweep = "synth 60 sine 40-16000 gain -6";
    let tone = "synth 60 sine 1000 gain -9";
    for (name, source, rate, kbit) in [
        ("speech, low rate", speech(folder), 22_050, 96),
        ("sweep", sox(folder, "44100", "1", sweep), 44_100, 96),
        ("plucks", sox(folder, "44100", "2", plucks), 44_100, 128),
        ("plucks", sox(folder, "48000", "2", plucks), 48_000, 192),
        ("resampled", sox(folder, "96000", "1", sweep), 48_000, 96),
        ("one tone", sox(folder, "44100", "2", tone), 44_100, 128),
    ] {
        let (recording, frames) = opened(&source, RecordingKind::Wav);
        let plan = plan(&recording, rate, kbit);
        let samples = crate::audio::resample::Resampler::length(recording.shape.sample_rate, rate, frames);
        let (serial, whole) = encoded(&recording, &plan, samples, &[]);
        let amount = Amount::of(samples, rate, kbit);
        assert!(whole.is(&amount), "{name}: {whole:?} {amount:?}");
        let cuts = [12 * 49, 21 * 49, 30 * 49];
        let (pieces, joined) = encoded(&recording, &plan, samples, &cuts);
        assert!(joined.is(&amount) && !joined.alone, "{name}: {joined:?}");
        let (serial, pieces) = (heard(folder, &serial), heard(folder, &pieces));
        let differs = serial.chunks(4).zip(pieces.chunks(4)).position(|(a, b)| a != b);
        assert_eq!((differs, serial.len()), (None, pieces.len()), "{name}");
        assert!((joined.limited.0 - whole.limited.0).abs() < 0.01, "{name}: {joined:?} {whole:?}");
        // What several encoders heard counts once.
        assert!((joined.limited.1 - whole.limited.1).abs() < 0.005, "{name}: {joined:?} {whole:?}");
        println!("{name}: {joined:?} {whole:?}");
    }
}
