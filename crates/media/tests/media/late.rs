//! Auditions late in packed recordings, where what stands before is not decoded: the seconds that ffmpeg hears there.

use super::auditions::{asked, loudness, made};
use super::fixtures::Bench;
use super::recipes::decoded;
use hearthcast_media::process::AuditionRequest;

#[test]
fn ten_late_seconds_of_a_packed_recording_are_those_ffmpeg_hears_there() {
    let bench = Bench::new();
    // Noise that is the same on every run, and sweeps: wherever else one listened, the samples would be others.
    let sound = "synth 200 pinknoise synth 200 sine mix 100-9000 sine mix 9000-100 gain -n -12";
    let wav = bench.sox("long.wav", 2, &sound.split(' ').collect::<Vec<_>>());
    let source = wav.to_str().unwrap();
    let aac = ["-c:a", "aac", "-b:a", "128k", "-aac_pns", "0"];
    let opus = ["-c:a", "libopus", "-b:a", "128k"];
    // Two decoders of Opus round otherwise; one sample too early or too late would be ten times as much.
    for (name, args, rate, tolerance) in [
        ("a.flac", &["-c:a", "flac"][..], 44_100, 2.0 / 32_768.0),
        ("alac.m4a", &["-c:a", "alac"], 44_100, 2.0 / 32_768.0),
        ("a.m4a", &aac, 44_100, 0.001),
        ("a.ogg", &["-c:a", "libvorbis"], 44_100, 0.001),
        ("a.opus", &opus, 48_000, 0.01),
        ("a.webm", &opus, 48_000, 0.01),
    ] {
        let path = bench.ffmpeg(name, &[&["-i", source], args].concat());
        let whole = decoded(&path, rate);
        for at_ms in [1_000, 95_000, 187_500] {
            let request = AuditionRequest { loudness: loudness(-20.0), ..asked(&bench, &path, at_ms) };
            let made = made(&request);
            assert_eq!((made.sample_rate_hz, made.length_ms), (rate, 10_000), "{name} at {at_ms}");
            let heard = decoded(&request.output, rate);
            let from = at_ms as usize * rate as usize / 1000;
            let worst = heard.iter().zip(&whole[from..]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < tolerance, "{name} at {at_ms}: {worst}");
            let loudest = heard.iter().copied().fold(0.0, f32::max);
            assert!(loudest > 0.05, "{name} at {at_ms}: {loudest}");
        }
    }
}
