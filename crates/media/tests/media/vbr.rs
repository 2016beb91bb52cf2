//! MP3 of a varying bit rate: what stands in front of it is true to the frame, the byte and the sample; judged by ffprobe, ffmpeg and
//! lame's decoder.

use super::fixtures::{Bench, run as told};
use super::judge;
use super::recipes::request;
use hearthcast_media::Cancel;
use hearthcast_media::process::{ProcessRequest, process};
use hearthcast_model::recipe::{Loud, Recipe};
use hearthcast_model::{AudioFormat, Preset};
use std::fs;
use std::path::Path;

/// Where each frame of sound stands, and its length, as ffprobe finds them.
fn frames(path: &Path) -> Vec<(u64, u64)> {
    let args = ["-v", "error", "-show_entries", "packet=pos,size", "-of", "csv=p=0", path.to_str().unwrap()];
    let said = String::from_utf8(told("ffprobe", &args)).unwrap();
    let number = |word: Option<&str>| word.unwrap().trim().parse::<u64>().unwrap();
    let line = |line: &str| {
        let mut words = line.split(',');
        let size = number(words.next());
        (number(words.next()), size)
    };
    said.lines().filter(|text| !text.trim().is_empty()).map(line).collect()
}

fn number(bytes: &[u8]) -> u64 {
    bytes[..4].iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

#[test]
fn what_stands_in_front_of_a_varying_bit_rate_is_true() {
    let bench = Bench::new();
    // Silence, a tone, noise: what takes little and what takes much.
    for (quality, channels, rate, seconds) in
        [(0, 2, 44_100, 33u32), (2, 2, 48_000, 21), (4, 1, 44_100, 33), (6, 2, 22_050, 27)]
    {
        let (one, back, source) = (bench.path("one.wav"), bench.path("back.wav"), bench.path("varied.wav"));
        let rate_text = rate.to_string();
        let (path, back) = (one.to_str().unwrap(), back.to_str().unwrap());
        let part = (seconds / 3).to_string();
        let words = [
            "-R",
            "-n",
            "-b",
            "16",
            "-r",
            &rate_text,
            "-c",
            "1",
            path,
            "synth",
            &part,
            "sine",
            "440",
            "gain",
            "-12",
            ":",
            "synth",
            &part,
            "pinknoise",
            "gain",
            "-12",
            ":",
            "synth",
            &part,
            "sine",
            "300-3000",
            "gain",
            "-12",
        ];
        told("sox", &words);
        told("sox", &[path, back, "reverse"]);
        let both = [path, back];
        let sides = if channels == 2 { &both[..] } else { &both[..1] };
        let merged = if channels == 2 { "-M" } else { "-R" };
        told("sox", &[&[merged][..], sides, &[source.to_str().unwrap()]].concat());
        let mp3 = bench.path("varied.mp3");
        let _ = fs::remove_file(&mp3);
        let recipe = Recipe { vbr: Some(quality), loudness: Some(Loud::Lufs(-200)), ..Recipe::default() };
        let wish = ProcessRequest { recipe, preset: Preset::Music192, ..request(&source, &mp3, AudioFormat::Mp3) };
        let made = process(&wish, &Cancel::default(), &mut |_| ()).unwrap_or_else(|error| panic!("{error}"));
        let (frames, bytes) = (frames(&mp3), fs::read(&mp3).unwrap());
        let sizes: std::collections::BTreeSet<u64> = frames.iter().map(|(_, size)| *size).collect();
        assert!(sizes.len() > 4, "V{quality}: frames of all lengths {sizes:?}");
        let xing = bytes.windows(4).position(|four| four == b"Xing").unwrap();
        assert_eq!(number(&bytes[xing + 8..]), frames.len() as u64, "V{quality}: frames");
        let sound: u64 = frames.iter().map(|(_, size)| size).sum();
        let first = frames[0].0;
        let front = bytes.len() as u64 - sound;
        assert_eq!(first, front, "V{quality}: the sound is what follows the description, to the end");
        let description = first
            - bytes.windows(4).position(|four| four == b"Xing").map_or(0, |at| {
                let sync = bytes[..at].windows(2).rposition(|two| two[0] == 0xff && two[1] & 0xe0 == 0xe0).unwrap();
                sync as u64
            });
        assert_eq!(number(&bytes[xing + 12..]), sound + description, "V{quality}: bytes");
        // The table leads to within one part of 256 and the frames of a percent.
        let all = (sound + description) as f64;
        for percent in 0..100usize {
            let frame = frames[percent * frames.len() / 100];
            let wanted = (frame.0 - first + description) as f64 / all;
            let found = f64::from(bytes[xing + 16 + percent]) / 256.0;
            assert!((found - wanted).abs() < 0.02, "V{quality}: {percent} percent: {found} instead of {wanted}");
        }
        // Exactly as long as the recording, for whoever decodes it.
        let samples = u64::from(seconds / 3 * 3) * u64::from(rate);
        let wav = bench.path("decoded.wav");
        told("lame", &["--quiet", "--decode", mp3.to_str().unwrap(), wav.to_str().unwrap()]);
        let lame: u64 =
            String::from_utf8(told("soxi", &["-s", wav.to_str().unwrap()])).unwrap().trim().parse().unwrap();
        let ffmpeg = judge::decoded_ms(&mp3, rate, channels);
        let here = made.probed.facts.duration_ms.unwrap();
        let wanted = samples as f64 * 1000.0 / f64::from(rate);
        assert_eq!(lame, samples, "V{quality}");
        assert!((ffmpeg - wanted).abs() <= 0.05 && (here as f64 - wanted).abs() <= 1.0, "V{quality}: {ffmpeg} {here}");
        let (loud, ..) = judge::loudness(&mp3);
        assert!((loud - -20.0).abs() <= 0.5, "V{quality}: {loud}");
        assert_eq!((made.report.encoder.ends_with(&format!("-V {quality}")), made.report.channels), (true, channels));
        // Known settings make the same bytes again.
        process(&ProcessRequest { output: bench.path("again.mp3"), ..wish }, &Cancel::default(), &mut |_| ()).unwrap();
        assert!(fs::read(bench.path("again.mp3")).unwrap() == bytes);
        fs::remove_file(bench.path("again.mp3")).unwrap();
    }
}
