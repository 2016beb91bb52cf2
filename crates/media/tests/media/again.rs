//! Issue 7, point 2: nobody listens to the same bytes twice, and nobody believes what was heard in others. What is counted
//! is listening (`analyse`), not time.

use super::fixtures::{Bench, known, run};
use super::worker::PROGRAM;
use hearthcast_media::probe::Known;
use hearthcast_media::process::{Further, ProcessRequest, Processed};
use hearthcast_media::worker::Worker;
use hearthcast_media::{Cancel, MediaError, Probed};
use hearthcast_model::{AudioFormat, Preset};
use std::path::Path;

/// What was kept of a listening.
fn kept(probed: &Probed) -> Known {
    let course = probed.course.as_ref().expect("somebody listened");
    Known::new(probed.facts.clone(), probed.peaks.clone().unwrap(), course)
}

/// Makes MP3, Opus and FLAC; how often somebody began to listen to the recording, and what came out.
fn made(source: &Path, folder: &Path, known: Option<Known>) -> (usize, Result<Processed, MediaError>) {
    std::fs::create_dir_all(folder).unwrap();
    let mut request = ProcessRequest::mp3(source, folder.join("a.mp3"), Preset::SpeechStereo128).of_known(known);
    request.further = [(AudioFormat::Opus, "a.opus"), (AudioFormat::Flac, "a.flac")]
        .map(|(format, name)| Further { format, output: folder.join(name) })
        .to_vec();
    let mut listened = 0;
    let made = Worker::new(PROGRAM).process(&request, &Cancel::default(), &mut |progress| {
        listened += usize::from(progress.phase == "analyse" && progress.done == progress.total);
    });
    (listened, made)
}

/// Looks at a file; how often somebody listened.
fn looked(file: &Path, known: Option<Known>) -> (usize, Result<Probed, MediaError>) {
    let mut listened = 0;
    let probed = Worker::new(PROGRAM).probe_again(file, known, &Cancel::default(), &mut |progress| {
        listened += usize::from(progress.phase == "analyse" && progress.done == progress.total);
    });
    (listened, probed)
}

#[test]
fn point_2_a_known_recording_is_made_without_listening_to_it_again() {
    let bench = Bench::new();
    let one = bench.sox("one.wav", 1, &["synth", "6", "pinknoise", "tremolo", "2", "60", "vol", "-14dB"]);
    let two = bench.ffmpeg("two.flac", &["-i", one.to_str().unwrap(), "-ac", "2"]);
    for source in [one, two] {
        let probed = known(&source);
        let name = source.file_name().unwrap();
        let folder = |side: &str| bench.path(side).join(name);
        let (heard, first) = made(&source, &folder("heard"), None);
        let (again, second) = made(&source, &folder("known"), Some(kept(&probed)));
        assert_eq!((heard, again), (1, 0), "{name:?}");
        let (first, second) = (first.unwrap(), second.unwrap());
        // The same files, and the same is known about them.
        for file in ["a.mp3", "a.opus", "a.flac"] {
            run("cmp", &[folder("heard").join(file).to_str().unwrap(), folder("known").join(file).to_str().unwrap()]);
        }
        assert_eq!(first, second, "{name:?}");
    }
}

#[test]
fn point_2_a_known_file_is_only_checked() {
    let bench = Bench::new();
    let cover = bench.ffmpeg("cover.png", &["-f", "lavfi", "-i", "testsrc=s=300x300", "-frames:v", "1"]);
    let wav = bench.sine();
    let mp3 = bench.lame(&wav, "a.mp3", &["-b", "96", "--tt", "Titel", "--ti", cover.to_str().unwrap()]);
    for file in [wav, mp3] {
        let probed = known(&file);
        assert_eq!(looked(&file, None).0, 1);
        let (listened, again) = looked(&file, Some(kept(&probed)));
        let again = again.unwrap();
        assert_eq!(
            (listened, &again.facts, &again.peaks, &again.cover),
            (0, &probed.facts, &probed.peaks, &probed.cover)
        );
    }
}

#[test]
fn point_2_what_is_known_of_other_bytes_is_not_believed() {
    let bench = Bench::new();
    let source = bench.sine();
    let probed = known(&source);
    // One bit of the sound differs.
    let mut bytes = std::fs::read(&source).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    let altered = bench.write("altered.wav", bytes);
    let (listened, refused) = made(&altered, &bench.path("altered"), Some(kept(&probed)));
    assert!(matches!(refused, Err(MediaError::Changed { .. })) && listened == 0, "{refused:?}");
    let left = std::fs::read_dir(bench.path("altered")).unwrap().count();
    assert_eq!(left, 0, "nothing half-made is left");
    assert!(matches!(looked(&altered, Some(kept(&probed))).1, Err(MediaError::Changed { .. })));
    // Longer by a byte.
    let mut bytes = std::fs::read(&source).unwrap();
    bytes.push(0);
    let longer = bench.write("longer.wav", bytes);
    assert!(matches!(looked(&longer, Some(kept(&probed))).1, Err(MediaError::Changed { .. })));
    // Found by an older analysis, or about another shape: somebody listens.
    let mut older = kept(&probed);
    older.facts.analyzer_version -= 1;
    let mut other = kept(&probed);
    other.facts.sample_rate_hz = Some(8_000);
    for kept in [older, other] {
        let (listened, again) = looked(&source, Some(kept));
        assert_eq!((listened, again.unwrap()), (1, probed.clone()));
    }
}
