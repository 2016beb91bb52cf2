//! Recordings of every kind that is taken: made by ffmpeg and sox, judged by ffmpeg and by how they were made.

use super::fixtures::{Bench, codes, known, look};
use super::judge;
use hearthcast_media::MediaError;
use std::fs;
use std::path::Path;

/// Integrated loudness.
fn lufs(path: &Path) -> f64 {
    known(path).facts.loudness.unwrap().integrated_lufs.unwrap()
}

#[test]
fn every_kind_has_its_length_loudness_and_shape() {
    let bench = Bench::new();
    let wav = bench.swell();
    let source = wav.to_str().unwrap();
    for (name, args, mime, codec) in [
        ("u8.wav", &["-c:a", "pcm_u8"][..], "audio/wav", "pcm_u8"),
        ("s16.wav", &["-c:a", "pcm_s16le"], "audio/wav", "pcm_s16"),
        ("s24.wav", &["-c:a", "pcm_s24le"], "audio/wav", "pcm_s24"),
        ("s32.wav", &["-c:a", "pcm_s32le"], "audio/wav", "pcm_s32"),
        ("f32.wav", &["-c:a", "pcm_f32le"], "audio/wav", "pcm_f32"),
        ("f64.wav", &["-c:a", "pcm_f64le"], "audio/wav", "pcm_f64"),
        ("rf64.wav", &["-c:a", "pcm_s24le", "-rf64", "always"], "audio/wav", "pcm_s24"),
        ("bext.wav", &["-write_bext", "1", "-metadata", "description=Take 3"], "audio/wav", "pcm_s16"),
        ("a.flac", &[], "audio/flac", "flac"),
        ("a24.flac", &["-sample_fmt", "s32"], "audio/flac", "flac"),
        ("a.aiff", &[], "audio/aiff", "pcm_s16"),
        ("a24.aiff", &["-c:a", "pcm_s24be"], "audio/aiff", "pcm_s24"),
        ("sowt.aiff", &["-c:a", "pcm_s16le"], "audio/aiff", "pcm_s16"),
        ("a.m4a", &["-c:a", "aac", "-b:a", "128k"], "audio/mp4", "aac"),
        ("fast.m4a", &["-c:a", "aac", "-b:a", "128k", "-movflags", "+faststart"], "audio/mp4", "aac"),
        ("frag.mp4", &["-c:a", "aac", "-movflags", "+frag_keyframe+empty_moov"], "audio/mp4", "aac"),
        ("alac.m4a", &["-c:a", "alac"], "audio/mp4", "alac"),
        ("a.ogg", &["-c:a", "libvorbis"], "audio/ogg", "vorbis"),
        ("flac.ogg", &["-c:a", "flac"], "audio/ogg", "flac"),
        ("a.opus", &["-c:a", "libopus", "-b:a", "96k"], "audio/opus", "opus"),
    ] {
        let made = bench.ffmpeg(name, &[&["-i", source], args].concat());
        // The ending decides nothing.
        let file = bench.path("episode.bin");
        fs::rename(&made, &file).unwrap();
        let probed = known(&file);
        let facts = &probed.facts;
        assert_eq!((facts.mime.as_str(), facts.codec.as_str()), (mime, codec), "{name}");
        let duration = facts.duration_ms.unwrap();
        assert!((duration - 20_500).abs() <= if name == "frag.mp4" { 30 } else { 1 }, "{name}: {duration}");
        let rate = if codec == "opus" { 48_000 } else { 44_100 };
        assert_eq!((facts.sample_rate_hz, facts.channels), (Some(rate), Some(2)), "{name}");
        let (judged, _, peak) = judge::loudness(&file);
        let loudness = facts.loudness.unwrap();
        assert!((loudness.integrated_lufs.unwrap() - judged).abs() <= 0.06, "{name}: {loudness:?} {judged}");
        // Lossy decoders differ a little, and 8 bits are coarse.
        assert!((loudness.true_peak_dbtp.unwrap() - peak).abs() <= 0.15, "{name}: {loudness:?} {peak}");
        let peaks = probed.peaks.unwrap();
        assert_eq!((peaks.slice_ms, peaks.low.len()), (100, peaks.high.len()), "{name}");
        assert!((205..=206).contains(&peaks.low.len()), "{name}: {}", peaks.low.len());
        assert_eq!(codes_of(&file), Vec::<String>::new(), "{name}");
    }
}

fn codes_of(path: &Path) -> Vec<String> {
    known(path).facts.findings.into_iter().map(|finding| finding.code).collect()
}

#[test]
fn rates_and_one_channel() {
    let bench = Bench::new();
    for (rate, channels) in
        [(8_000, 1), (16_000, 1), (22_050, 2), (32_000, 1), (48_000, 2), (88_200, 2), (96_000, 2), (192_000, 1)]
    {
        let name = format!("{rate}.wav");
        let path = bench.path(&name);
        let args = [
            "-R",
            "-n",
            "-r",
            &rate.to_string(),
            "-b",
            "24",
            "-c",
            &channels.to_string(),
            path.to_str().unwrap(),
            "synth",
            "10",
            "pinknoise",
            "vol",
            "-9dB",
        ];
        super::fixtures::run("sox", &args);
        let facts = known(&path).facts;
        assert_eq!(
            (facts.sample_rate_hz, facts.channels, facts.duration_ms),
            (Some(rate), Some(channels), Some(10_000))
        );
        let (judged, _, _) = judge::loudness(&path);
        let ours = facts.loudness.unwrap().integrated_lufs.unwrap();
        assert!((ours - judged).abs() <= 0.1, "{rate}: {ours} {judged}");
    }
}

#[test]
fn sizes_that_lie_have_a_right_answer() {
    let bench = Bench::new();
    let wav = fs::read(bench.sine()).unwrap();
    let data = wav.windows(4).position(|window| window == b"data").unwrap() + 4;
    for (stated, code) in
        [(0u32, "media.unfinished"), (u32::MAX, "media.unfinished"), (0x7fff_fff0, "media.unfinished")]
    {
        let mut lying = wav.clone();
        lying[data..data + 4].copy_from_slice(&stated.to_le_bytes());
        let probed = known(&bench.write("lying.wav", &lying));
        assert_eq!((probed.facts.duration_ms, codes(&probed)), (Some(20_500), vec![code]), "{stated:x}");
    }
    // Cut in the middle: half of the samples, and the sentence says so.
    let cut = known(&bench.write("cut.wav", &wav[..wav.len() / 2]));
    assert_eq!(codes(&cut), ["media.truncated"]);
    assert!((cut.facts.duration_ms.unwrap() - 10_250).abs() <= 1);
    assert!(cut.facts.findings[0].message.contains("0:10") && cut.facts.findings[0].message.contains("0:20"));
    // An odd chunk before the samples, with and without its byte of padding.
    for padding in [&b"\0"[..], b""] {
        let odd = [&b"junk\x03\0\0\0abc"[..], padding].concat();
        let file = [&wav[..12], &odd, &wav[12..]].concat();
        assert_eq!(known(&bench.write("odd.wav", file)).facts.duration_ms, Some(20_500), "{padding:?}");
    }
}

#[test]
fn cut_files_of_other_kinds_say_where_they_end() {
    let bench = Bench::new();
    let wav = bench.swell();
    let source = wav.to_str().unwrap();
    for (name, args) in [
        ("a.flac", &[][..]),
        ("a.aiff", &[]),
        ("fast.m4a", &["-c:a", "aac", "-movflags", "+faststart"]),
        ("a.ogg", &["-c:a", "libvorbis"]),
        ("a.opus", &["-c:a", "libopus"]),
    ] {
        let whole = fs::read(bench.ffmpeg(name, &[&["-i", source], args].concat())).unwrap();
        let probed = known(&bench.write("cut.bin", &whole[..whole.len() / 2]));
        let duration = probed.facts.duration_ms.unwrap();
        assert!((6_000..15_000).contains(&duration), "{name}: {duration}");
        assert_eq!(codes(&probed), ["media.truncated"], "{name}");
        // ffmpeg decodes as much, to a packet (Vorbis: a page).
        let rate = probed.facts.sample_rate_hz.unwrap();
        let judged = judge::decoded_ms(&bench.path("cut.bin"), rate, 2);
        assert!((duration as f64 - judged).abs() < 130.0, "{name}: {duration} {judged}");
    }
    // The table of contents of an unfinished M4A stood at the end.
    let whole = fs::read(bench.ffmpeg("b.m4a", &["-i", source, "-c:a", "aac"])).unwrap();
    let error = look(&bench.write("cut.m4a", &whole[..whole.len() / 2])).unwrap_err();
    assert!(matches!(error, MediaError::Unsupported { .. }) && error.to_string().contains("cut off"), "{error}");
}

#[test]
fn what_is_no_number_is_silence() {
    let bench = Bench::new();
    let sine = bench.sine();
    let wav = bench.ffmpeg("f.wav", &["-i", sine.to_str().unwrap(), "-c:a", "pcm_f32le"]);
    let clean = lufs(&wav);
    let mut bytes = fs::read(&wav).unwrap();
    let data = bytes.windows(4).position(|window| window == b"data").unwrap() + 8;
    for (at, value) in [(1_000, f32::NAN), (2_000, f32::INFINITY), (3_000, f32::NEG_INFINITY), (4_001, 1e30)] {
        bytes[data + at * 4..data + at * 4 + 4].copy_from_slice(&value.to_le_bytes());
    }
    let probed = known(&bench.write("nan.wav", bytes));
    assert_eq!(codes(&probed), ["media.bad_samples"]);
    let loudness = probed.facts.loudness.unwrap();
    assert!((loudness.integrated_lufs.unwrap() - clean).abs() < 0.05, "{loudness:?}");
    assert!(loudness.true_peak_dbtp.unwrap() < -15.0, "{loudness:?}");
}

#[test]
fn silence_is_named_and_too_short_is_too() {
    let bench = Bench::new();
    let silence = bench.sox("silence.wav", 2, &["trim", "0", "5"]);
    let probed = known(&silence);
    assert_eq!((codes(&probed), probed.facts.loudness.unwrap().integrated_lufs), (vec!["media.silent"], None));
    let short = bench.sox("short.wav", 1, &["synth", "0.2", "sine", "440"]);
    assert_eq!((codes(&known(&short)), known(&short).facts.duration_ms), (vec!["media.silent"], Some(200)));
}

#[test]
fn six_channels_are_mixed_and_others_refused() {
    let bench = Bench::new();
    // A tone on the centre alone: BS.775 puts it on both sides at −3 dB; scaled by 1/(1 + 2·0.7071).
    let filter = "aevalsrc=0|0|0.5*sin(2*PI*997*t)|0|0|0:s=48000:d=10:c=5.1";
    for name in ["six.wav", "six.flac"] {
        let six = bench.ffmpeg(name, &["-f", "lavfi", "-i", filter]);
        let probed = known(&six);
        assert_eq!((codes(&probed), probed.facts.channels), (vec!["media.downmixed"], Some(6)), "{name}");
        // 0.5 · 0.7071 · 0.41421 = 0.14645: −16.69 dBFS peak on both channels, so −16.69 LUFS + 3.01 − 3.01.
        let found = probed.facts.loudness.unwrap().integrated_lufs.unwrap();
        assert!((found + 16.69).abs() < 0.1, "{name}: {found}");
    }
    let four = bench.ffmpeg("four.wav", &["-f", "lavfi", "-i", "aevalsrc=0.1|0.1|0.1|0.1:s=48000:d=2:c=4.0"]);
    let error = look(&four).unwrap_err();
    let words = "\"four.wav\" is a WAV recording, and it has 4 channels; Hearthcast decodes it with the program ffmpeg, and \
                 that program was not found.";
    assert_eq!(error.to_string(), words);
    let mulaw = bench.ffmpeg("mulaw.wav", &["-f", "lavfi", "-i", "sine=d=2", "-c:a", "pcm_mulaw"]);
    assert!(look(&mulaw).unwrap_err().to_string().contains("µ-law"));
}

#[test]
fn titles_covers_and_chapters_are_found() {
    let bench = Bench::new();
    let wav = bench.sox("short.wav", 2, &["synth", "6", "sine", "440"]);
    let source = wav.to_str().unwrap();
    let cover = bench.ffmpeg("cover.png", &["-f", "lavfi", "-i", "testsrc=s=300x300", "-frames:v", "1"]);
    // Not 2500: ffmpeg 5.1 rounds the seconds and keeps the thousandths, and writes 3.500 into an Opus file.
    let chapters = bench.write(
        "chapters.txt",
        ";FFMETADATA1\ntitle=Über uns\nartist=Zoë\nalbum=Die Sendung\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2250\ntitle=Anfang\n\
         [CHAPTER]\nTIMEBASE=1/1000\nSTART=2250\nEND=6000\ntitle=Ende 🎉\n",
    );
    let (chapters, cover) = (chapters.to_str().unwrap(), cover.to_str().unwrap());
    for (name, args) in [
        (
            "a.m4a",
            &["-i", cover, "-map", "0", "-map", "2", "-c:v", "png", "-disposition:v:0", "attached_pic", "-c:a", "aac"]
                [..],
        ),
        ("a.flac", &["-i", cover, "-map", "0", "-map", "2", "-c:v", "png", "-disposition:v:0", "attached_pic"]),
        // ffmpeg writes no chapters into Vorbis by itself, only the comments it is given.
        (
            "a.ogg",
            &[
                "-c:a",
                "libvorbis",
                "-metadata",
                "CHAPTER000=00:00:00.000",
                "-metadata",
                "CHAPTER000NAME=Anfang",
                "-metadata",
                "CHAPTER001=00:00:02.250",
                "-metadata",
                "CHAPTER001NAME=Ende 🎉",
            ],
        ),
        ("a.opus", &["-c:a", "libopus"]),
        ("a.wav", &[]),
    ] {
        let made = bench.ffmpeg(name, &[&["-i", source, "-i", chapters], args, &["-map_metadata", "1"]].concat());
        let probed = known(&made);
        let tags = &probed.facts.tags;
        let tag = |name: &str| tags.get(name).map(String::as_str);
        assert_eq!(
            (tag("title"), tag("artist"), tag("album")),
            (Some("Über uns"), Some("Zoë"), Some("Die Sendung")),
            "{name}"
        );
        if name != "a.wav" && name != "a.flac" {
            let found: Vec<_> = probed.facts.chapters.iter().map(|c| (c.start_ms, c.title.as_str())).collect();
            assert_eq!(found, [(0, "Anfang"), (2250, "Ende 🎉")], "{name}");
        }
        if args.contains(&"attached_pic") {
            assert_eq!(probed.cover.unwrap().mime, "image/png", "{name}");
        }
        assert_eq!(probed.facts.findings, [], "{name}");
    }
}

#[test]
fn a_second_ogg_in_the_same_file_is_heard() {
    let bench = Bench::new();
    let one = bench.sine();
    let first = fs::read(bench.ffmpeg("a.ogg", &["-i", one.to_str().unwrap(), "-c:a", "libvorbis"])).unwrap();
    let short = bench.sox("short.wav", 2, &["synth", "3", "sine", "440"]);
    let second = fs::read(bench.ffmpeg("b.ogg", &["-i", short.to_str().unwrap(), "-c:a", "libvorbis"])).unwrap();
    let probed = known(&bench.write("both.ogg", [first, second].concat()));
    assert_eq!((probed.facts.duration_ms, codes(&probed)), (Some(23_500), vec!["media.joined"]));
}
