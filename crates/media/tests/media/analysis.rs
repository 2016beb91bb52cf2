//! The one pass over a sound: loudness and peaks beside ffmpeg's, clipping, silences, channels. What is expected comes from
//! how the sound was made.

use super::fixtures::{Bench, codes, known, run};
use super::judge;
use hearthcast_media::Probed;
use hearthcast_model::facts::{Channels, SoundCondition};
use std::path::PathBuf;

fn condition(probed: &Probed) -> &SoundCondition {
    probed.facts.condition.as_deref().unwrap()
}

/// Two minutes of a synthetic voice.
fn speech(bench: &Bench) -> PathBuf {
    let text =
        "The lamp of the lighthouse turns once in a minute. Nobody has seen the keeper since the storm. ".repeat(18);
    let spoken = bench.path("spoken.wav");
    run("espeak-ng", &["-s", "150", "-w", spoken.to_str().unwrap(), &text]);
    bench.ffmpeg("speech.wav", &["-i", spoken.to_str().unwrap(), "-ar", "48000", "-af", "volume=6dB"])
}

/// Half a minute of plucked strings: peaks between the samples.
fn music(bench: &Bench) -> PathBuf {
    let notes =
        ["synth", "30", "pluck", "E3", "pluck", "B3", "tremolo", "0.3", "60", "reverb", "30", "gain", "-n", "-0.2"];
    bench.sox("music.wav", 2, &notes)
}

#[test]
fn point_2_loudness_and_true_peak_are_ffmpegs_on_speech_and_music() {
    let bench = Bench::new();
    let (speech, music) = (speech(&bench), music(&bench));
    let mp3 = bench.lame(&music, "music.mp3", &["-b", "128"]);
    let opus = bench.ffmpeg("speech.opus", &["-i", speech.to_str().unwrap(), "-c:a", "libopus"]);
    for file in [speech, music, mp3, opus] {
        let loudness = known(&file).facts.loudness.unwrap();
        let (integrated, _, peak) = judge::loudness(&file);
        let name = file.file_name().unwrap();
        assert!((loudness.integrated_lufs.unwrap() - integrated).abs() <= 0.1, "{name:?}: {loudness:?}, {integrated}");
        assert!((loudness.true_peak_dbtp.unwrap() - peak).abs() <= 0.3, "{name:?}: {loudness:?}, {peak}");
    }
}

#[test]
fn point_2_loudness_from_second_to_second_is_ffmpegs() {
    let bench = Bench::new();
    let (speech, music) = (speech(&bench), music(&bench));
    let mono = bench.ffmpeg("mono.flac", &["-i", music.to_str().unwrap(), "-ac", "1", "-ar", "44100"]);
    for file in [speech, music, mono] {
        let curve = known(&file).course.unwrap().curve;
        let (momentary, short_term) = judge::over_time(&file);
        let seconds = momentary.len() / 10;
        assert!(curve.step_ms == 1000 && curve.momentary.len() == curve.short_term.len(), "{file:?}");
        assert!((seconds..=seconds + 1).contains(&curve.momentary.len()), "{file:?}: {} s", curve.momentary.len());
        let near = |found: i16, judged: f64| (f64::from(found) / 10.0 - judged.max(-70.0)).abs() <= 0.15;
        // The first window of three seconds is full after three.
        for second in 3..seconds {
            let (ends, found) = (10 * second + 9, (curve.short_term[second], curve.momentary[second]));
            let loudest = momentary[10 * second..=ends].iter().copied().fold(f64::MIN, f64::max);
            assert!(near(found.0, short_term[ends]), "{file:?} {second}: {found:?}, {}", short_term[ends]);
            assert!(near(found.1, loudest), "{file:?} {second}: {found:?}, {loudest}");
        }
    }
}

#[test]
fn point_2_a_waveform_has_several_zooms() {
    let bench = Bench::new();
    // A click of half of full scale at 1.01 s, one of minus a quarter at 1.05 s, silence around them.
    let clicks = "aevalsrc=if(eq(n\\,48480)\\,0.5\\,if(eq(n\\,50400)\\,-0.25\\,0)):s=48000:d=3";
    let file = bench.ffmpeg("clicks.wav", &["-f", "lavfi", "-i", clicks, "-c:a", "pcm_s16le"]);
    let probed = known(&file);
    let (fine, ordinary) = (probed.course.unwrap().fine, probed.peaks.unwrap());
    assert_eq!((fine.slice_ms, fine.high.len(), ordinary.slice_ms, ordinary.high.len()), (20, 150, 100, 30));
    let at = |values: &[i8]| -> Vec<usize> { (0..values.len()).filter(|at| values[*at] != 0).collect() };
    assert_eq!((at(&fine.high), at(&fine.low)), (vec![50], vec![52]));
    assert_eq!((at(&ordinary.high), at(&ordinary.low)), (vec![10], vec![10]));
    assert!((fine.high[50] - 63).abs() <= 1 && (fine.low[52] + 32).abs() <= 1, "{fine:?}");
    let zoom = |from, to, slices| hearthcast_model::course::zoomed(Some(&fine), &ordinary, from, to, slices);
    let (far, near) = (zoom(0, 3_000, 3), zoom(1_000, 1_100, 50));
    assert_eq!((far.peaks.slice_ms, at(&far.peaks.high)), (1_000, vec![1]));
    assert_eq!((near.from_ms, near.peaks.slice_ms, at(&near.peaks.high)), (1_000, 20, vec![0]));
}

#[test]
fn point_2_channels_are_told_apart_in_every_kind_of_file() {
    let bench = Bench::new();
    let noise = bench.sox("tones.wav", 2, &["synth", "4", "sine", "300", "sine", "470", "vol", "-9dB"]);
    let noise = noise.to_str().unwrap();
    for (filter, channels, code) in [
        ("anull", Channels::Stereo, None),
        ("pan=mono|c0=c0", Channels::Mono, None),
        ("pan=stereo|c0=c0|c1=c0", Channels::DualMono, None),
        ("pan=stereo|c0=c0|c1=0*c1", Channels::LeftOnly, Some("media.one_sided")),
        ("pan=stereo|c0=0*c0|c1=c1", Channels::RightOnly, Some("media.one_sided")),
        ("pan=stereo|c0=c0|c1=-1*c0", Channels::OutOfPhase, Some("media.out_of_phase")),
    ] {
        for name in ["a.wav", "a.mp3", "a.flac"] {
            // Joint stereo would let a little of one side through to the other.
            let probed = known(&bench.ffmpeg(name, &["-i", noise, "-af", filter, "-b:a", "192k"]));
            assert_eq!(condition(&probed).channels, channels, "{name}: {filter}");
            assert_eq!(codes(&probed), code.into_iter().collect::<Vec<_>>(), "{name}: {filter}");
        }
    }
}

#[test]
fn point_2_clipping_and_silences_are_found_where_they_were_made() {
    let bench = Bench::new();
    // Two seconds at half of full scale, then two at twice of it: every half wave of 100 Hz is cut off, 400 in two channels each.
    let clipped =
        "aevalsrc=if(lt(t\\,2)\\,0.5\\,2)*sin(2*PI*100*t)|if(lt(t\\,2)\\,0.5\\,2)*sin(2*PI*100*t):s=44100:d=4";
    let probed = known(&bench.ffmpeg("loud.wav", &["-f", "lavfi", "-i", clipped, "-c:a", "pcm_s16le"]));
    let found = condition(&probed);
    assert_eq!((found.clipped, codes(&probed)), (800, vec!["media.clipped"]), "{found:?}");
    assert!((2_000..2_005).contains(&found.clipped_at_ms.unwrap()), "{found:?}");
    // A tone of 3 s with 4 s of silence before it and 2.5 s after it, and a pause of a second inside.
    let sound = ["synth", "3", "sine", "440", "vol", "-12dB", "pad", "4", "1@1.5", "2.5"];
    let wav = bench.sox("pauses.wav", 2, &sound);
    for file in [bench.lame(&wav, "pauses.mp3", &["-b", "128"]), wav] {
        let probed = known(&file);
        let quiet: Vec<_> = condition(&probed).quiet.iter().map(|quiet| (quiet.from_ms, quiet.to_ms)).collect();
        let near =
            |found: (i64, i64), meant: (i64, i64)| (found.0 - meant.0).abs() <= 30 && (found.1 - meant.1).abs() <= 30;
        assert!(quiet.len() == 2 && near(quiet[0], (0, 4_000)) && near(quiet[1], (8_000, 10_500)), "{quiet:?}");
        assert_eq!(codes(&probed), [""; 0]);
    }
}
