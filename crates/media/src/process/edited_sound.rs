//! Tests: what is put together is heard the same to the bit wherever it is opened, of whatever kind the recording is.

use super::edit::{self, Material, Wishes};
use super::plan::Plan;
use super::sound::{Level, Sound};
use crate::audio::recording::{Block, Edited, EditedSource, Recording, RecordingKind};
use crate::audio::resample::Resampler;
use crate::probe::Source;
use hearthcast_model::AudioFormat;
use hearthcast_model::facts::Loudness;
use hearthcast_model::recipe::{Passage, PassageKind};
use std::path::{Path, PathBuf};
use std::process::Command;

fn sox(folder: &Path, name: &str, rate: &str, channels: &str, effects: &str) -> PathBuf {
    let path = folder.join(name);
    let mut args = vec!["-R", "-n", "-r", rate, "-b", "16", "-c", channels, path.to_str().unwrap()];
    args.extend(effects.split(' '));
    let output = Command::new("sox").args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    path
}

fn opened(path: &Path) -> EditedSource {
    let kind = match path.extension().unwrap().to_str().unwrap() {
        "wav" => RecordingKind::Wav,
        "flac" => RecordingKind::Flac,
        _ => {
            let (recording, frames) = Recording::mp3(path).unwrap();
            return EditedSource { recording, frames, gain: 1.0 };
        }
    };
    let recording = Recording::read(&mut Source::open(path).unwrap(), kind, 0, 0).unwrap();
    let (mut stream, mut block) = (recording.stream().unwrap(), Block::default());
    while stream.read(&mut block).unwrap() {}
    EditedSource { recording, frames: stream.frames(), gain: 1.0 }
}

fn packed(folder: &Path, from: &Path, name: &str) -> PathBuf {
    let to = folder.join(name);
    let run = Command::new("ffmpeg").args(["-v", "error", "-y", "-i"]).arg(from).arg(&to).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    to
}

/// Cuts of every kind: long, of two milliseconds, side by side, at the ends, next to a tone.
fn passages() -> Vec<Passage> {
    let (remove, bleep) = (PassageKind::Remove, PassageKind::Bleep);
    [
        (0, 700, remove),
        (2_000, 4_500, remove),
        (6_000, 6_002, remove),
        (6_009, 6_011, remove),
        (7_000, 7_500, bleep),
        (7_500, 7_900, remove),
        (7_901, 8_400, bleep),
        (12_000, 15_000, remove),
    ]
    .map(|(start_ms, end_ms, kind)| Passage { start_ms, end_ms, kind })
    .to_vec()
}

fn edited(master: &Path, intro: Option<&Path>, outro: Option<&Path>) -> (Recording, u64) {
    let (master, intro, outro) = (opened(master), intro.map(opened), outro.map(opened));
    let sample_rate = master.recording.shape.sample_rate;
    let fitted = |mut one: EditedSource| {
        one.frames = Resampler::length(one.recording.shape.sample_rate, sample_rate, one.frames);
        one
    };
    let (intro, outro) = (intro.map(fitted), outro.map(fitted));
    let length = |one: &Option<EditedSource>| one.as_ref().map_or(0, |one| one.frames);
    let material = Material { sample_rate, master: master.frames, intro: length(&intro), outro: length(&outro) };
    let marked = passages();
    let edit = edit::plan(&material, &Wishes { passages: &marked, ..Wishes::default() }).unwrap();
    let edited = Edited::new(master, (intro, outro), edit.parts, 0.1);
    let frames = edited.frames();
    (Recording::edited(edited), frames)
}

fn plan(recording: &Recording, sample_rate: u32) -> Plan {
    let before = Loudness { integrated_lufs: None, range_lu: None, true_peak_dbtp: None };
    Plan {
        format: AudioFormat::Mp3,
        channels: recording.shape.heard_channels(),
        mix: false,
        dual_mono: false,
        sample_rate,
        kbit: 128,
        vbr: None,
        before,
        target: None,
        high_pass: Some(80),
        noise: None,
        changed: true,
    }
}

/// So many samples from one on, in the bits of their numbers.
fn heard(sound: &mut Sound, most: usize) -> Vec<Vec<u32>> {
    let (mut all, mut block) = (vec![vec![]; 2], Block::default());
    while all[0].len() < most && sound.read(&mut block).unwrap() {
        for (all, plane) in all.iter_mut().zip(&block.planes) {
            all.extend(plane.iter().map(|sample| sample.to_bits()));
        }
    }
    all.iter_mut().for_each(|plane| plane.truncate(most));
    all
}

#[test]
fn opened_anywhere_it_is_the_same_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let wav = sox(folder, "master.wav", "44100", "2", "synth 21 pinknoise sine 300 gain -9");
    let intro = sox(folder, "intro.wav", "32000", "1", "synth 3 sine 500 gain -12");
    let outro = packed(folder, &sox(folder, "outro.wav", "44100", "2", "synth 2 sine 700 gain -12"), "outro.mp3");
    let (flac, mp3) = (packed(folder, &wav, "master.flac"), packed(folder, &wav, "master.mp3"));
    for (master, rate) in [(&wav, 44_100), (&flac, 44_100), (&mp3, 44_100), (&wav, 48_000)] {
        let (recording, frames) = edited(master, Some(&intro), Some(&outro));
        let plan = plan(&recording, rate);
        // Without the limiter, whose curve has tests of its own.
        let level = Level { gain_db: 6.0, ceiling_dbtp: None };
        let mut from_start = Sound::open_at(&recording, &plan, level, 0, None).unwrap();
        let whole = heard(&mut from_start, usize::MAX);
        let length = Resampler::length(44_100, rate, frames);
        assert_eq!(whole[0].len() as u64, length, "{master:?}");
        // Around every seam, and in between; ahead and back.
        let seams_ms =
            [0u64, 2_990, 3_000, 4_290, 4_300, 5_800, 5_802, 5_809, 6_797, 7_290, 7_300, 7_800, 11_390, 17_400];
        let mut before = None;
        for ms in seams_ms.iter().chain(&[6_000, 9_000, 100]) {
            for step in [0, 1, 353, 700] {
                let at = ms * u64::from(rate) / 1000 + step;
                let mut sound = Sound::open_at(&recording, &plan, level, at, before.take()).unwrap();
                let found = heard(&mut sound, 2_000);
                let until = (at as usize + 2_000).min(whole[0].len());
                for (found, whole) in found.iter().zip(&whole) {
                    assert!(found[..] == whole[at as usize..until], "{master:?} {rate}: {at}");
                }
                before = Some(sound.into_stream());
            }
        }
    }
}

#[test]
fn a_cut_goes_over_softly_and_keeps_its_place() {
    let folder = tempfile::tempdir().unwrap();
    // A slow ramp from −0.5 to 0.5 in 21 s: each sample says where it is from.
    let path = folder.path().join("ramp.wav");
    let frames = 21 * 44_100u32;
    let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x03\0\x01\0".to_vec();
    bytes.extend(44_100u32.to_le_bytes());
    bytes.extend((44_100u32 * 4).to_le_bytes());
    bytes.extend(b"\x04\0\x20\0data");
    bytes.extend((frames * 4).to_le_bytes());
    bytes.extend((0..frames).flat_map(|at| (at as f32 / frames as f32 - 0.5).to_le_bytes()));
    std::fs::write(&path, bytes).unwrap();
    let (recording, _) = edited(&path, None, None);
    let (mut stream, mut block, mut all) = (recording.stream().unwrap(), Block::default(), vec![]);
    while stream.read(&mut block).unwrap() {
        all.extend_from_slice(&block.planes[0]);
    }
    let value = |ms: u64| (ms * 441 / 10) as f32 / frames as f32 - 0.5;
    let near = |output_ms: u64, master_ms: u64| {
        let found = all[(output_ms * 441 / 10) as usize];
        assert!((found - value(master_ms)).abs() < 1e-5, "{output_ms}: {found} {}", value(master_ms));
    };
    // 0.7 s are gone in front; then 2.0 to 4.5; the seam ends 8 ms around.
    near(10, 710);
    near(1_291, 1_991);
    near(1_309, 4_509);
    near(14_396 - 9, 21_000 - 9);
    // In the middle of the seam both are heard half.
    let middle = all[1_300 * 441 / 10];
    assert!((middle - 0.5 * (value(2_000) + value(4_500))).abs() < 1e-3, "{middle}");
    // Nothing jumps: the steepest step is that of a fade of what is loudest there.
    let steepest = all.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    assert!(steepest < 0.1 * 0.15 + 0.01, "{steepest}");
    assert!(all[0].abs() < 1e-3, "the trimmed front begins softly");
}
