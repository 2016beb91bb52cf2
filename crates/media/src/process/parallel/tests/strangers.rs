//! Encoders that never come to agree (planted: none was ever found): one makes the rest by itself, and that is said.

use super::*;
use crate::process::{ProcessRequest, Processed, process};
use hearthcast_model::{Preset, ProcessReport};

const CODE: &str = "media.encoded_alone";

/// Does it while no segment from this one on meets the one before it.
fn with_strangers<T>(from: usize, act: impl FnOnce() -> T) -> T {
    STRANGERS.set(from);
    let done = act();
    STRANGERS.set(usize::MAX);
    done
}

#[test]
fn point_4_parallel_that_never_agrees_is_serial() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let plucks = "synth 1.5 pluck C3 pluck G4 pad 0 0.4 repeat 29 gain -n -6";
    for (rate, channels, kbit) in [(44_100, "2", 128), (32_000, "1", 96)] {
        let (recording, samples) = opened(&sox(folder, &rate.to_string(), channels, plucks), RecordingKind::Wav);
        let plan = plan(&recording, rate, kbit);
        let amount = Amount::of(samples, rate, kbit);
        let (serial, whole) = encoded(&recording, &plan, samples, &[]);
        assert!(whole.is(&amount) && !whole.alone && whole.finding().is_none());
        // From the first cut on, and from a later one on.
        for from in 1..=4 {
            let cuts = [12 * 49, 21 * 49, 30 * 49];
            let (pieces, written) = with_strangers(from, || encoded(&recording, &plan, samples, &cuts));
            assert!(written.is(&amount), "{from}: {written:?} {amount:?}");
            assert_eq!((written.alone, written.finding().is_some()), (from <= cuts.len(), from <= cuts.len()));
            if from == 1 {
                assert!(pieces == serial, "to the byte");
                assert_eq!((written.limited, written.sum), (whole.limited, whole.sum));
            }
            assert!(heard(folder, &pieces) == heard(folder, &serial), "{rate} {from}");
        }
    }
}

fn made(source: &Path, output: &Path) -> Processed {
    let request = ProcessRequest::mp3(source, output.to_owned(), Preset::SpeechMono96);
    process(&request, &Cancel::default(), &mut |_| ()).unwrap()
}

#[test]
fn point_4_parallel_that_never_agrees_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // Long enough for two segments.
    let plucks = "synth 1.5 pluck C3 pluck G4 pad 0 0.4 repeat 87 gain -n -6";
    let source = sox(folder, "44100", "1", plucks);
    let [usual, alone, low] = ["usual.mp3", "alone.mp3", "low.mp3"].map(|name| folder.join(name));
    let said = |made: &Processed| made.report.remarks.iter().filter(|finding| finding.code == CODE).count();
    let first = made(&source, &usual);
    let second = with_strangers(1, || made(&source, &alone));
    assert_eq!((said(&first), said(&second)), (0, 1));
    assert_eq!(first.report, ProcessReport { remarks: vec![], ..second.report });
    let [usual, alone] = [usual, alone].map(|path| judges::by_ffmpeg(&path));
    assert!(usual == alone && usual.len() > 4 * 44_100 * 160);
    // At the rates of MPEG-2 nobody tries.
    assert_eq!(said(&made(&sox(folder, "22050", "1", plucks), &low)), 1);
}
