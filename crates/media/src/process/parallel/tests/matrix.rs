//! Mono and stereo, two to eight segments, 64 to 192 kbit/s, the rates of MPEG-1 and MPEG-2: every pair of values at least
//! once (MPEG-2 ends at 160 kbit/s). At the rates of MPEG-1 the segments are encoded side by side. Below 32 kHz there is one
//! core at work, and that is said: what is compared there are two ways through one encoder.

use super::*;
use crate::audio::resample::Resampler;
use std::collections::BTreeSet;

/// The rate; for each number of segments from two to eight, bit rate and channels.
type Row = (u32, [(u32, u32); 7]);

const MPEG_1: [Row; 3] = [
    (44_100, [(96, 1), (64, 2), (160, 1), (128, 1), (192, 2), (192, 1), (96, 2)]),
    (48_000, [(192, 2), (160, 2), (96, 1), (192, 1), (64, 1), (128, 1), (192, 1)]),
    (32_000, [(64, 1), (192, 1), (192, 1), (64, 2), (128, 1), (96, 2), (160, 1)]),
];
const MPEG_2: [Row; 3] = [
    (22_050, [(160, 1), (96, 2), (128, 1), (160, 1), (96, 1), (128, 2), (64, 1)]),
    (24_000, [(128, 2), (128, 2), (64, 1), (96, 2), (160, 2), (160, 2), (64, 2)]),
    (16_000, [(160, 1), (64, 2), (64, 2), (160, 1), (96, 1), (64, 2), (128, 2)]),
];

/// Frames of a segment: an encoder that begins the usual number of frames earlier has not heard all that is before it.
const SEGMENT: u64 = 7 * 49;

/// Each try: rate, segments, bit rate, channels.
fn tries(rows: &[Row]) -> Vec<[u32; 4]> {
    let row = |(rate, tries): &Row| (2..).zip(*tries).map(|(count, (kbit, of))| [*rate, count, kbit, of]).collect();
    rows.iter().flat_map(|each| -> Vec<[u32; 4]> { row(each) }).collect()
}

#[test]
fn point_4_parallel_tries_hold_every_pair() {
    let tries = tries(&[MPEG_1, MPEG_2].concat());
    let values: [&[u32]; 4] =
        [&[44_100, 48_000, 32_000, 22_050, 24_000, 16_000], &[2, 3, 4, 5, 6, 7, 8], &[64, 96, 128, 160, 192], &[1, 2]];
    let pairs = |all: &[u32; 4]| {
        let of = |a: usize| (a + 1..4).map(move |b| (a, b));
        (0..4).flat_map(of).map(|(a, b)| (a, b, all[a], all[b])).collect::<Vec<_>>()
    };
    let tried: BTreeSet<_> = tries.iter().flat_map(pairs).collect();
    for (a, b) in (0..4).flat_map(|a| (a + 1..4).map(move |b| (a, b))) {
        for (one, other) in values[a].iter().flat_map(|one| values[b].iter().map(move |other| (*one, *other))) {
            let is_there = (a, b) != (0, 2) || one >= 32_000 || other <= 160;
            assert_eq!(tried.contains(&(a, b, one, other)), is_there, "{one} {other}");
        }
    }
}

/// Speech with music behind it, in both channels something else; music alone after it.
fn programme(folder: &Path) -> PathBuf {
    let (voice, mixed) = (speech(folder), folder.join("programme.wav"));
    let music = folder.join("music.wav");
    let [voice, music, programme] = [&voice, &music, &mixed].map(|path| path.to_str().unwrap());
    let notes = "synth 0.7 pluck C3 pluck E4 : synth 0.5 pluck A3 pluck G4 : synth 0.9 pluck F3 pluck C5";
    let mut args = vec!["-R", "-n", "-r", "48000", "-b", "16", "-c", "2", music];
    args.extend(notes.split(' '));
    run("sox", &args);
    let (louder, softer) = (folder.join("louder.wav"), folder.join("softer.wav"));
    let [louder, softer] = [&louder, &softer].map(|path| path.to_str().unwrap());
    run("sox", &["-R", voice, "-r", "48000", "-b", "16", louder, "remix", "1v0.7", "1v0.4"]);
    run("sox", &["-R", music, softer, "repeat", "99", "trim", "0", "200", "gain", "-n", "-9"]);
    run("sox", &["-R", "-m", "-v", "1", louder, "-v", "1", softer, "-b", "16", programme]);
    mixed
}

/// Tries all of these; nothing of them may be told from what one encoder makes.
fn all_are_the_serial_sound(rows: &[Row]) {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let programme = programme(folder);
    for [rate, count, kbit, channels] in tries(rows) {
        let name = format!("{rate} Hz, {count} segments, {kbit} kbit/s, {channels} channels");
        // Somewhat longer than whole frames.
        let length = u64::from(count) * SEGMENT * frame_samples(rate) + 777;
        let source = folder.join("source.wav");
        let (length, rate_text, of) = (format!("{length}s"), rate.to_string(), channels.to_string());
        let [from, to] = [&programme, &source].map(|path| path.to_str().unwrap());
        // Its effects come in this order: what is cut is counted at the new rate.
        run("sox", &["-R", from, "-b", "16", to, "rate", &rate_text, "channels", &of, "trim", "0", &length]);
        is_the_serial_sound(folder, &source, (rate, count, kbit), &name);
    }
}

fn is_the_serial_sound(folder: &Path, source: &Path, (rate, count, kbit): (u32, u32, u32), name: &str) {
    let (recording, frames) = opened(source, RecordingKind::Wav);
    assert_eq!(frames, u64::from(count) * SEGMENT * frame_samples(rate) + 777, "{name}");
    let plan = plan(&recording, rate, kbit);
    let samples = Resampler::length(recording.shape.sample_rate, rate, frames);
    let amount = Amount::of(samples, rate, kbit);
    let serial = encoded(&recording, &plan, samples, &[]);
    // The lowest rate of MPEG-1 (ISO/IEC 11172-3).
    let one_core = rate < 32_000;
    let cuts: Vec<u64> = (1..u64::from(count)).map(|at| at * SEGMENT).collect();
    let pieces = match one_core {
        true => on_one_core(&recording, &plan, samples),
        false => encoded(&recording, &plan, samples, &cuts),
    };
    assert!(serial.1.is(&amount) && pieces.1.is(&amount), "{name}: {:?}", pieces.1);
    let said = pieces.1.finding().map(|finding| finding.code);
    assert_eq!(said.as_deref(), one_core.then_some("media.encoded_alone"), "{name}: what is said of one encoder");
    let bytes_equal = serial.0 == pieces.0;
    let serial = file(folder, "serial.mp3", &plan, &amount, &serial);
    let pieces = file(folder, "pieces.mp3", &plan, &amount, &pieces);
    // The same sound, to the sample.
    let heard = judges::by_ffmpeg(&pieces);
    let by_one = judges::by_ffmpeg(&serial);
    let differing = by_one.chunks(4).zip(heard.chunks(4)).enumerate().filter(|(_, (one, other))| one != other);
    let at: Vec<usize> = differing.map(|(at, _)| at / plan.channels / frame_samples(rate) as usize).collect();
    assert_eq!(
        (at.len(), at.first(), at.last()),
        (0, None, None),
        "{name}: samples that differ by ffmpeg, and their frames"
    );
    let (by_symphonia, packets) = judges::by_symphonia(&pieces);
    assert!(judges::by_symphonia(&serial).0 == by_symphonia, "{name}: by symphonia");
    // The same length and the same frames for everybody.
    let (by_lame, last) = judges::by_lame(&pieces);
    let (frame, values) = (frame_samples(rate), samples * plan.channels as u64);
    let lengths = [heard.len() / 4, by_symphonia.len(), by_lame.len() / 2, judges::by_mpg123(&pieces).len() / 4];
    assert_eq!(lengths.map(|length| length as u64), [values; 4], "{name}: length");
    let by_mpg123 = judges::frames_by_mpg123(&pieces, frame * 2 * plan.channels as u64);
    let counted = [judges::frames_by_ffmpeg(&pieces), packets, last, by_mpg123];
    assert_eq!(counted, [amount.frames; 4], "{name}: frames");
    println!("{name}: {} frames, the same bytes: {bytes_equal}, on one core: {one_core}", amount.frames);
}

#[test]
fn point_4_parallel_mp3_of_mpeg_1_is_the_serial_one() {
    all_are_the_serial_sound(&MPEG_1);
}

#[test]
fn point_4_parallel_mp3_below_32_khz_is_made_on_one_core_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (recording, _) = opened(&sox(folder, "48000", "1", "synth 1 sine 440"), RecordingKind::Wav);
    for [rate, count, kbit, _] in tries(&[MPEG_1, MPEG_2].concat()) {
        // As many segments as the count says.
        let samples = u64::from(count) * 11_500 * frame_samples(rate);
        let (plan, cancel) = (plan(&recording, rate, kbit), Cancel::default());
        let level = Level { gain_db: 0.0, ceiling_dbtp: None };
        let encoding = Encoding::new(&recording, &plan, level, samples, "a recording", &cancel);
        let said = Joined::new(&mut |_| Ok(()), encoding.alone).written((0.0, 0.0)).finding().is_some();
        let meant = if rate < 32_000 { (1, true) } else { (count as usize, false) };
        assert_eq!((encoding.segments.len(), said), meant, "{rate} {count}");
    }
    // Where two that had agreed were seen to differ again.
    let (programme, source) = (programme(folder), folder.join("source.wav"));
    let [from, to] = [&programme, &source].map(|path| path.to_str().unwrap());
    run("sox", &["-R", from, "-b", "16", to, "rate", "24000"]);
    let (recording, samples) = opened(&source, RecordingKind::Wav);
    let plan = plan(&recording, 24_000, 128);
    let (one, all) = (encoded(&recording, &plan, samples, &[]), usual(&recording, &plan, samples));
    assert!(one.0 == all.0 && all.1.is(&Amount::of(samples, 24_000, 128)), "{:?}", all.1);
    assert_eq!((one.1.limited, one.1.sum, all.1.alone), (all.1.limited, all.1.sum, true));
    all_are_the_serial_sound(&MPEG_2);
}
