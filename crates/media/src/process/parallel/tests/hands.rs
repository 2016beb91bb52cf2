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
