//! Length, loudness and damage of MP3s of every make. Truth is how the file was made; ffmpeg is the judge.

use super::fixtures::{Bench, codes, known};
use super::judge;
use std::fs;

/// Frames at 44.1 kHz last 26.122 ms.
const FRAME_MS: f64 = 1152.0 / 44.1;

#[test]
fn a_lame_tag_makes_the_length_exact() {
    let bench = Bench::new();
    let wav = bench.sine();
    for (name, args) in [("cbr.mp3", ["-b", "128"]), ("vbr.mp3", ["-V", "4"])] {
        let file = bench.lame(&wav, name, &args);
        let probed = known(&file);
        assert_eq!(probed.facts.duration_ms, Some(20_500), "{name}: as long as the recording it was made of");
        assert_eq!(judge::decoded_ms(&file, 44_100, 2), 20_500.0, "{name}: ffmpeg agrees");
        assert_eq!(codes(&probed), [""; 0], "{name}");
        assert_eq!(probed.peaks.unwrap().low.len(), 205, "{name}: a slice every 100 ms");
    }
}

#[test]
fn libmp3lame_in_ffmpeg_writes_a_tag_that_counts_too() {
    let bench = Bench::new();
    let wav = bench.sine();
    let file = bench.ffmpeg("lavc.mp3", &["-i", wav.to_str().unwrap(), "-b:a", "96k"]);
    assert_eq!(known(&file).facts.duration_ms, Some(20_500));
    let mono = bench.ffmpeg("mono.mp3", &["-i", wav.to_str().unwrap(), "-ac", "1", "-ar", "22050", "-b:a", "48k"]);
    let facts = known(&mono).facts;
    assert_eq!((facts.duration_ms, facts.sample_rate_hz, facts.channels), (Some(20_500), Some(22_050), Some(1)));
}

#[test]
fn without_a_tag_everything_is_played_to_the_end() {
    let bench = Bench::new();
    let swell = bench.swell();
    let wav = swell.to_str().unwrap();
    // The trap: from the first, quiet frames a reader guesses the length of the whole and stops there.
    let quiet_first = bench.sox("rising.wav", 2, &["synth", "20.5", "pinknoise", "fade", "t", "18"]);
    for (name, file) in [
        ("cbr", bench.lame(&swell, "cbr.mp3", &["-t", "-b", "128"])),
        ("vbr", bench.lame(&swell, "vbr.mp3", &["-t", "-V", "4"])),
        ("rising", bench.lame(&quiet_first, "rising.mp3", &["-t", "-V", "4"])),
        ("ffmpeg", bench.ffmpeg("lavc.mp3", &["-i", wav, "-q:a", "4", "-write_xing", "0", "-id3v2_version", "0"])),
    ] {
        let probed = known(&file);
        let judged = judge::decoded_ms(&file, 44_100, 2);
        let found = probed.facts.duration_ms.unwrap() as f64;
        assert!((found - judged).abs() <= 1.0, "{name}: {found} ms, ffmpeg {judged} ms");
        assert!(found >= 20_500.0, "{name}: nothing of 20,500 ms is lost, found {found}");
        let expected: &[&str] = if name == "cbr" { &[] } else { &["media.no_length"] };
        assert_eq!(codes(&probed), expected, "{name}");
    }
}

#[test]
fn a_xing_tag_without_lame_cuts_nothing() {
    let bench = Bench::new();
    let file = bench.lame(&bench.swell(), "vbr.mp3", &["-V", "4"]);
    let mut bytes = fs::read(&file).unwrap();
    let encoder = bytes.windows(4).position(|window| window == b"LAME").unwrap();
    // Another encoder's name: its delay field means nothing known.
    bytes[encoder..encoder + 4].copy_from_slice(b"XYZ1");
    let file = bench.write("xing.mp3", &bytes);
    let found = known(&file).facts.duration_ms.unwrap() as f64;
    let whole = judge::packets(&file) as f64 * FRAME_MS;
    assert!((found - whole).abs() <= 0.5, "{found} ms, all frames that ffprobe counts last {whole} ms");
}

#[test]
fn a_lame_tag_with_a_wrong_check_sum_is_not_believed() {
    let bench = Bench::new();
    let file = bench.lame(&bench.sine(), "cbr.mp3", &["-b", "128"]);
    let mut bytes = fs::read(&file).unwrap();
    let encoder = bytes.windows(4).position(|window| window == b"LAME").unwrap();
    bytes[encoder + 22] ^= 0x0f;
    let found = known(&bench.write("bad.mp3", &bytes)).facts.duration_ms.unwrap();
    assert!(found > 20_520, "{found}: nothing is cut");
}

#[test]
fn a_truncated_file_says_so_and_keeps_what_is_there() {
    let bench = Bench::new();
    let bytes = fs::read(bench.lame(&bench.sine(), "cbr.mp3", &["-b", "128"])).unwrap();
    let file = bench.write("cut.mp3", &bytes[..121_000]);
    let probed = known(&file);
    let found = probed.facts.duration_ms.unwrap() as f64;
    let judged = judge::decoded_ms(&file, 44_100, 2);
    assert!((found - judged).abs() <= FRAME_MS + 1.0, "{found} ms, ffmpeg {judged} ms (it counts the half frame)");
    assert_eq!(codes(&probed), ["media.truncated"]);
    let finding = &probed.facts.findings[0];
    assert_eq!(finding.at_ms, probed.facts.duration_ms);
    assert!(finding.message.contains("0:07") && finding.message.contains("0:20"), "{}", finding.message);
}

#[test]
fn a_file_cut_between_frames_is_truncated_by_its_own_count() {
    let bench = Bench::new();
    let bytes = fs::read(bench.ffmpeg(
        "cbr.mp3",
        &[
            "-i",
            bench.sox("a.wav", 1, &["synth", "10", "sine", "440"]).to_str().unwrap(),
            "-b:a",
            "64k",
            "-ar",
            "48000",
        ],
    ))
    .unwrap();
    // 64 kbit/s at 48 kHz: every frame has 192 bytes; the ID3v2 tag in front is ffmpeg's.
    let tag = 10 + bytes[6..10].iter().fold(0, |sum, byte| sum << 7 | usize::from(*byte));
    let probed = known(&bench.write("cut.mp3", &bytes[..tag + 192 * 101]));
    assert_eq!(codes(&probed), ["media.truncated"]);
    // 100 frames of 24 ms, less the delay of 1,105 samples.
    assert_eq!(probed.facts.duration_ms, Some(2400 - 23));
}

#[test]
fn damage_in_the_middle_is_named_with_its_place() {
    let bench = Bench::new();
    let mut bytes = fs::read(bench.lame(&bench.sine(), "cbr.mp3", &["-b", "128"])).unwrap();
    bytes[160_000..163_000].fill(0x55);
    let file = bench.write("damaged.mp3", &bytes);
    let probed = known(&file);
    let judged = judge::decoded_ms(&file, 44_100, 2);
    let found = probed.facts.duration_ms.unwrap() as f64;
    assert!((found - judged).abs() <= 5.0 * FRAME_MS, "{found} ms, ffmpeg {judged} ms");
    assert!(found < 20_500.0 - 5.0 * FRAME_MS, "{found}: about seven frames are gone");
    let finding = &probed.facts.findings[0];
    assert_eq!(finding.code, "media.damaged");
    // 128 kbit/s: byte 160,000 is at 10.0 s.
    assert!((9_900..10_100).contains(&finding.at_ms.unwrap()), "{finding:?}");
}

#[test]
fn damage_inside_a_frame_keeps_its_time() {
    let bench = Bench::new();
    let mut bytes = fs::read(bench.lame(&bench.swell(), "cbr.mp3", &["-b", "128"])).unwrap();
    let frame = (100_000..).find(|at| bytes[*at..].starts_with(&[0xff, 0xfb])).unwrap();
    bytes[frame + 4..frame + 300].fill(0xff);
    let probed = known(&bench.write("damaged.mp3", &bytes));
    assert_eq!(probed.facts.duration_ms, Some(20_500), "players go on in time");
    assert!(codes(&probed).contains(&"media.damaged"), "{:?}", probed.facts.findings);
}

#[test]
fn many_damaged_places_are_counted_not_listed() {
    let bench = Bench::new();
    let mut bytes = fs::read(bench.lame(&bench.sine(), "cbr.mp3", &["-b", "128"])).unwrap();
    for at in (10_000..300_000).step_by(5_000) {
        bytes[at..at + 900].fill(0);
    }
    let probed = known(&bench.write("damaged.mp3", &bytes));
    let damaged = codes(&probed).iter().filter(|code| **code == "media.damaged").count();
    assert_eq!(damaged, 21, "twenty places and a count");
    assert!(probed.facts.findings.iter().any(|finding| finding.message.contains("38 more places")));
}

#[test]
fn junk_before_the_first_frame_is_skipped_and_named() {
    let bench = Bench::new();
    let bytes = fs::read(bench.lame(&bench.sine(), "cbr.mp3", &["-b", "128"])).unwrap();
    let probed = known(&bench.write("junk.mp3", [vec![0x20; 3000], bytes].concat()));
    assert_eq!(probed.facts.duration_ms, Some(20_500), "the LAME tag behind the junk is found");
    assert_eq!(codes(&probed), ["media.junk"]);
    assert!(probed.facts.findings[0].message.contains("3000 bytes"));
}

#[test]
fn bytes_after_the_sound_are_named_and_an_end_of_zeros_is_a_truncation() {
    let bench = Bench::new();
    let bytes = fs::read(bench.lame(&bench.sine(), "cbr.mp3", &["-b", "128"])).unwrap();
    let probed = known(&bench.write("tail.mp3", [bytes.clone(), vec![0; 2000]].concat()));
    assert_eq!((probed.facts.duration_ms, codes(&probed)), (Some(20_500), vec!["media.junk"]));
    // What a download reserved on disk and never filled.
    let mut zeros = bytes;
    let length = zeros.len();
    zeros[length / 2..].fill(0);
    let probed = known(&bench.write("zeros.mp3", zeros));
    assert!(codes(&probed).contains(&"media.truncated"), "{:?}", probed.facts.findings);
}

#[test]
fn two_files_glued_together_play_one_after_the_other() {
    let bench = Bench::new();
    let one = fs::read(bench.lame(&bench.sine(), "cbr.mp3", &["-b", "128", "--id3v1-only", "--tt", "One"])).unwrap();
    let probed = known(&bench.write("two.mp3", [one.clone(), one].concat()));
    assert_eq!(codes(&probed), ["media.joined"]);
    // Both in full, and the delay and padding of the second: 1,105 samples and what fills the last frame.
    assert!((41_000..41_100).contains(&probed.facts.duration_ms.unwrap()), "{:?}", probed.facts.duration_ms);
    assert_eq!(probed.facts.trailer_bytes, 128);
}

#[test]
fn a_change_of_rate_and_channels_loses_nothing() {
    let bench = Bench::new();
    let make = |name: &str, channels: &str, rate: &str| {
        let wav = bench.sine();
        let args = [
            "-i",
            wav.to_str().unwrap(),
            "-ac",
            channels,
            "-ar",
            rate,
            "-b:a",
            "64k",
            "-write_xing",
            "0",
            "-id3v2_version",
            "0",
        ];
        fs::read(bench.ffmpeg(name, &args)).unwrap()
    };
    let (first, second) = (make("a.mp3", "2", "24000"), make("b.mp3", "1", "22050"));
    let probed = known(&bench.write("both.mp3", [first, second].concat()));
    assert!((41_000..41_200).contains(&probed.facts.duration_ms.unwrap()), "{:?}", probed.facts.duration_ms);
    assert_eq!(codes(&probed), ["media.format_changes"]);
    assert!((20_400..20_700).contains(&probed.facts.findings[0].at_ms.unwrap()));
    let slices = probed.peaks.unwrap().low.len();
    assert!((410..=413).contains(&slices), "{slices}");
}

#[test]
fn loudness_is_that_of_the_standard_and_of_ffmpeg() {
    let bench = Bench::new();
    let sine = bench.lame(&bench.sine(), "sine.mp3", &["-V", "2"]);
    let loudness = known(&sine).facts.loudness.unwrap();
    // EBU Tech 3341 test 1: stereo sine at −23 dBFS reads −23.0 ± 0.1 LUFS; its peak is −23 dBTP (Tech 3341: +0.2/−0.4).
    assert!((loudness.integrated_lufs.unwrap() + 23.0).abs() <= 0.1, "{loudness:?}");
    assert!((-23.4..=-22.8).contains(&loudness.true_peak_dbtp.unwrap()), "{loudness:?}");
    let wav = bench.sine();
    let mono = bench.ffmpeg("mono.mp3", &["-i", wav.to_str().unwrap(), "-af", "pan=mono|c0=c0", "-q:a", "2"]);
    let loudness = known(&mono).facts.loudness.unwrap();
    assert!((loudness.integrated_lufs.unwrap() + 26.0).abs() <= 0.1, "mono is measured as it is: {loudness:?}");
    for file in [sine, mono, bench.lame(&bench.swell(), "swell.mp3", &["-b", "128"])] {
        let (integrated, range, peak) = judge::loudness(&file);
        let found = known(&file).facts.loudness.unwrap();
        let near = |found: Option<f64>, judged: f64, within: f64| (found.unwrap() - judged).abs() <= within;
        // ffmpeg prints one decimal of the first and the last.
        assert!(near(found.integrated_lufs, integrated, 0.1), "{found:?}, ffmpeg {integrated} LUFS");
        assert!(near(found.range_lu, range, 0.05), "{found:?}, ffmpeg {range} LU");
        assert!(near(found.true_peak_dbtp, peak, 0.1), "{found:?}, ffmpeg {peak} dBTP");
    }
}

#[test]
fn silence_has_no_loudness_and_still_a_length() {
    let bench = Bench::new();
    // Bytes that are all zero: sox would add dither.
    let wav = bench.ffmpeg("silence.wav", &["-f", "lavfi", "-i", "anullsrc=r=44100:cl=stereo", "-t", "3"]);
    let probed = known(&bench.lame(&wav, "silence.mp3", &["-b", "128"]));
    let loudness = probed.facts.loudness.unwrap();
    assert_eq!((loudness.integrated_lufs, loudness.range_lu, loudness.true_peak_dbtp), (None, None, None));
    assert_eq!(probed.facts.duration_ms, Some(3000));
}

#[test]
fn peaks_follow_the_sound() {
    let bench = Bench::new();
    // A second of silence, a second at half of full scale, a second of silence.
    let wav = bench.sox("burst.wav", 1, &["synth", "1", "sine", "440", "vol", "0.5", "pad", "1", "1"]);
    let peaks = known(&bench.lame(&wav, "burst.mp3", &["-V", "0"])).peaks.unwrap();
    assert_eq!((peaks.slice_ms, peaks.low.len()), (100, 30));
    for (slice, (low, high)) in peaks.low.iter().zip(&peaks.high).enumerate() {
        match slice {
            // The edges ring: encoders blur an edge by a frame.
            0..=8 | 21..=29 => assert!(*low >= -3 && *high <= 3, "slice {slice}: {low} {high}"),
            11..=18 => assert!((-66..=-61).contains(low) && (61..=66).contains(high), "slice {slice}: {low} {high}"),
            _ => (),
        }
    }
}

#[test]
fn the_mean_bit_rate_is_content_over_time() {
    let bench = Bench::new();
    let file = bench.lame(&bench.swell(), "vbr.mp3", &["-V", "4", "--id3v2-only", "--tt", "Title"]);
    let facts = known(&file).facts;
    let content = facts.size_bytes - facts.header_bytes;
    assert_eq!(facts.bit_rate, Some((content as f64 * 8.0 / 20.5).round() as u32));
}

#[test]
fn the_hash_is_that_of_sha256sum() {
    let bench = Bench::new();
    let file = bench.lame(&bench.sine(), "cbr.mp3", &["-b", "128", "--tt", "Title", "--add-id3v2"]);
    let judged = super::fixtures::run("sha256sum", &[&file]);
    assert!(judged.starts_with(known(&file).facts.sha256.as_str().as_bytes()));
}
