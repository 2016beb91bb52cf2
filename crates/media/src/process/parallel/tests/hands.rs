//! How many hands there are changes how long it takes, and not a byte.

use super::*;

#[test]
fn point_4_one_hand_and_four_write_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let plucks = "synth 1.5 pluck C3 pluck G4 pad 0 0.4 repeat 29 gain -n -6";
    // Of another rate than the recording, too: then what was read before goes on in the middle of two samples.
    for (rate, channels, kbit) in [(44_100, "2", 128), (48_000, "1", 96)] {
        let (recording, frames) = opened(&sox(folder, "44100", channels, plucks), RecordingKind::Wav);
        let plan = plan(&recording, rate, kbit);
        let samples = crate::audio::resample::Resampler::length(44_100, rate, frames);
        let amount = Amount::of(samples, rate, kbit);
        // Six pieces: more than there are hands.
        let cuts: Vec<u64> = (1..6).map(|at| at * 7 * 49).collect();
        let made_by = |hands: usize| {
            let cancel = Cancel::default();
            let mut encoding = Encoding::new(&recording, &plan, LEVEL, samples, "a recording", &cancel);
            cut(&mut encoding, &cuts);
            encoding.hands = hands;
            let (bytes, made) = written(&encoding);
            assert!(made.is(&amount) && !made.alone, "{rate} Hz, {hands} hands: {made:?} {amount:?}");
            bytes
        };
        let by_one = made_by(1);
        assert_eq!(by_one.len() as u64, amount.bytes);
        for hands in [2, 3, 4] {
            let differs = made_by(hands).iter().zip(&by_one).position(|(one, other)| one != other);
            assert_eq!(differs, None, "{rate} Hz, {hands} hands: the first byte that differs");
        }
    }
}

#[test]
fn point_4_a_format_that_nobody_helps_writes_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let wav = sox(folder, "44100", "2", "synth 1.5 pluck C3 pluck G4 pad 0 0.4 repeat 29 gain -n -6");
    let flac = folder.join("sound.flac");
    run("ffmpeg", &["-v", "error", "-y", "-i", wav.to_str().unwrap(), flac.to_str().unwrap()]);
    // What is packed is only read forwards.
    for (path, kind) in [(&wav, RecordingKind::Wav), (&flac, RecordingKind::Flac)] {
        let (recording, samples) = opened(path, kind);
        let plan = plan(&recording, 44_100, 128);
        let cuts: Vec<u64> = (1..6).map(|at| at * 7 * 49).collect();
        let made_by = |helpers: Option<&Hands>| {
            let cancel = Cancel::default();
            let mut encoding = Encoding::new(&recording, &plan, LEVEL, samples, "a recording", &cancel);
            cut(&mut encoding, &cuts);
            encoding.hands = 3;
            let (bytes, made) = match helpers {
                Some(helpers) => written(&encoding.helped_by(helpers)),
                None => written(&encoding),
            };
            assert!(!made.alone, "{made:?}");
            bytes
        };
        let by_three = made_by(None);
        // None is free; one is, that another format waits for; one is.
        for (free, to_come) in [(0, 0), (1, 1), (1, 0)] {
            let helpers = Hands::new(free, to_come);
            assert!(made_by(Some(&helpers)) == by_three, "{free} free, {to_come} formats to come");
        }
    }
}

#[test]
fn point_4_a_helper_is_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let (recording, samples) = opened(&sox(folder.path(), "44100", "1", "synth 20 sine 440"), RecordingKind::Wav);
    let (plan, cancel, helpers) = (plan(&recording, 44_100, 96), Cancel::default(), Hands::new(1, 0));
    let mut encoding = Encoding::new(&recording, &plan, LEVEL, samples, "a recording", &cancel);
    cut(&mut encoding, &[4 * 49, 8 * 49]);
    encoding.hands = 2;
    written(&encoding.helped_by(&helpers));
    assert!(helpers.spare().is_some(), "another format can have it");
}

#[test]
fn point_4_who_makes_all_segments_reads_forwards_by_two_ways_in_turn() {
    let folder = tempfile::tempdir().unwrap();
    let (recording, _) = opened(&sox(folder.path(), "44100", "1", "synth 5 sine 440"), RecordingKind::Wav);
    // How far each was read says which one it is.
    let read = |blocks: usize| {
        let (mut stream, mut block) = (recording.stream().unwrap(), Block::default());
        (0..blocks).for_each(|_| assert!(stream.read(&mut block).unwrap()));
        Some(stream)
    };
    let which = |stream: Option<Stream>| stream.map(|stream| stream.frames());
    let (even, odd) = (which(read(1)), which(read(2)));
    assert_ne!(even, odd);
    let mut two = Ways::new(2);
    assert_eq!(which(two.towards(0)), None);
    two.came_to(0, read(1));
    assert_eq!(which(two.towards(1)), None, "it begins before the first one ends");
    two.came_to(1, read(2));
    for segment in [2, 4, 6] {
        assert_eq!(which(two.towards(segment)), even, "{segment}");
        two.came_to(segment, read(1));
        assert_eq!(which(two.towards(segment + 1)), odd, "{segment}");
        two.came_to(segment + 1, read(2));
    }
    // One that others help has one: it goes back where it must.
    let mut one = Ways::new(1);
    one.came_to(0, read(1));
    assert_eq!(which(one.towards(1)), even);
}
