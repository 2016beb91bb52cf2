//! Issue 7, point 4: Opus and FLAC beside MP3 in one run; judged by opusinfo, opusdec, flac, metaflac, ffprobe, ffmpeg.

use super::fixtures::{Bench, run};
use super::judge;
use super::process::{FULL_TAGS, ffprobe, full_tags};
use super::worker::PROGRAM;
use hearthcast_media::process::{Further, ProcessRequest, Processed, TagsToWrite, process};
use hearthcast_media::worker::Worker;
use hearthcast_media::{Cancel, MediaError};
use hearthcast_model::{AudioFormat, Preset};
use std::path::{Path, PathBuf};

/// All three formats of a recording, in one run.
fn made(bench: &Bench, source: &Path, preset: Preset, tags: TagsToWrite) -> (Processed, [PathBuf; 3]) {
    let paths = [bench.path("made.mp3"), bench.path("made.opus"), bench.path("made.flac")];
    let [mp3, opus, flac] = paths.clone();
    for path in &paths {
        let _ = std::fs::remove_file(path);
    }
    let mut request = ProcessRequest::mp3(source, mp3, preset).tagged(tags);
    request.further = [(AudioFormat::Opus, opus), (AudioFormat::Flac, flac)]
        .map(|(format, output)| Further { format, output })
        .to_vec();
    (process(&request, &Cancel::default(), &mut |_| ()).unwrap(), paths)
}

fn said(program: &str, args: &[&str]) -> String {
    String::from_utf8_lossy(&run(program, args)).into_owned()
}

/// Samples in a WAV that a decoder wrote: frames by ffprobe.
fn samples(path: &Path) -> u64 {
    let args = ["-v", "error", "-count_packets", "-show_entries", "stream=duration_ts", "-of", "csv=p=0"];
    let found = said("ffprobe", &[&args[..], &[path.to_str().unwrap()]].concat());
    found.trim().parse().unwrap()
}

#[test]
fn point_4_one_run_makes_mp3_opus_and_flac_alike() {
    let bench = Bench::new();
    let band = "synth 20 sawtooth 110 sawtooth 138.6 synth 20 pinknoise mix pinknoise mix tremolo 0.7 60 gain -n -0.1";
    let band = bench.sox("band.wav", 2, &band.split(' ').collect::<Vec<_>>());
    let one = bench.sox("one.wav", 1, &["synth", "7.3", "pinknoise", "tremolo", "3", "90", "gain", "-n", "-1"]);
    for (name, source, preset, target, channels) in [
        ("music", &band, Preset::Music192, -16.0, 2),
        ("band as mono", &band, Preset::SpeechMono96, -19.0, 1),
        ("mono", &one, Preset::SpeechStereo128, -19.0, 1),
    ] {
        let (processed, paths) = made(&bench, source, preset, TagsToWrite::default());
        assert_eq!(processed.further.len(), 2, "{name}");
        for (path, probed) in
            paths.iter().zip([&processed.probed].into_iter().chain(processed.further.iter().map(|f| &f.probed)))
        {
            let (integrated, _, peak) = judge::loudness(path);
            assert!((integrated - target).abs() <= 0.3, "{name} {path:?}: {integrated} LUFS, wanted {target}");
            assert!(peak <= -1.0, "{name} {path:?}: {peak} dBTP");
            assert_eq!(probed.facts.channels, Some(channels), "{name} {path:?}");
        }
        // As long as the recording, by foreign decoders: Opus at its own rate, FLAC to the sample.
        let source_samples = samples(source);
        let wav = bench.path("decoded.wav");
        run("opusdec", &["--quiet", "--rate", "48000", paths[1].to_str().unwrap(), wav.to_str().unwrap()]);
        let ideal = (source_samples as f64 * 48_000.0 / 44_100.0).round();
        assert!((samples(&wav) as f64 - ideal).abs() <= 1.0, "{name}: {} of {ideal}", samples(&wav));
        run("flac", &["-t", "-s", paths[2].to_str().unwrap()]);
        let total = said("metaflac", &["--show-total-samples", paths[2].to_str().unwrap()]);
        assert_eq!(total.trim().parse::<u64>().unwrap(), source_samples, "{name}");
        let spoken = said("opusinfo", &[paths[1].to_str().unwrap()]);
        assert!(!spoken.contains("WARNING"), "{name}: {spoken}");
    }
}

#[test]
fn point_4_flac_keeps_every_bit_where_the_level_is_left_alone() {
    let bench = Bench::new();
    let source = bench.swell();
    let (_, [_, _, flac]) = made(&bench, &source, Preset::LeaveAlone, TagsToWrite::default());
    let raw = |path: &Path| run("ffmpeg", &["-v", "error", "-i", path.to_str().unwrap(), "-f", "s16le", "-"]);
    assert!(raw(&source) == raw(&flac));
}

#[test]
fn point_4_tags_cover_and_chapters_stand_in_opus_and_flac() {
    let bench = Bench::new();
    let source = bench.swell();
    let cover = bench.ffmpeg("cover.jpg", &["-f", "lavfi", "-i", "testsrc=size=320x240", "-frames:v", "1"]);
    let (_, [_, opus, flac]) = made(&bench, &source, Preset::SpeechStereo128, full_tags(&cover));
    for path in [&opus, &flac] {
        let probe = ffprobe(path);
        let inside = if path == &opus { &probe["streams"][0]["tags"] } else { &probe["format"]["tags"] };
        let of =
            |name: &str| inside[name].as_str().or(inside[name.to_uppercase()].as_str()).unwrap_or_default().to_owned();
        for (name, value) in FULL_TAGS {
            let vorbis = match name {
                "track" => "TRACKNUMBER",
                "disc" => "DISCNUMBER",
                other => other,
            };
            assert!(of(name) == value || of(vorbis) == value, "{path:?} {name}: {inside}");
        }
        // The hidden one is left out; the others are in order of time.
        let chapters: Vec<_> = probe["chapters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["tags"]["title"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(chapters, ["Anfang ä", "Ende"], "{path:?}");
        assert_eq!(probe["chapters"][1]["start_time"], "8.000000");
        let pictures: Vec<_> =
            probe["streams"].as_array().unwrap().iter().filter(|s| s["codec_type"] == "video").collect();
        assert_eq!((&pictures[0]["width"], &pictures[0]["height"]), (&320.into(), &240.into()), "{path:?}");
    }
    assert!(said("opusinfo", &[opus.to_str().unwrap()]).contains("METADATA_BLOCK_PICTURE=3|image/jpeg||320x240x24|<"));
    assert!(said("metaflac", &["--list", "--block-type=PICTURE", flac.to_str().unwrap()]).contains("(Cover (front))"));
}

#[test]
fn point_4_the_same_recording_gives_the_same_bytes() {
    let bench = Bench::new();
    let source = bench.swell();
    let bytes = || {
        let (_, paths) = made(&bench, &source, Preset::SpeechStereo128, TagsToWrite::default());
        paths.map(|path| std::fs::read(path).unwrap())
    };
    assert!(bytes() == bytes());
}

#[test]
fn point_4_other_formats_are_made_of_recordings_only_and_all_or_none() {
    let bench = Bench::new();
    let mp3 = bench.lame(&bench.sine(), "sine.mp3", &["-b", "128"]);
    let mut request = ProcessRequest::mp3(&mp3, bench.path("out.opus"), Preset::LeaveAlone);
    request.format = AudioFormat::Opus;
    let refused = process(&request, &Cancel::default(), &mut |_| ());
    assert!(matches!(refused, Err(MediaError::OnlyOfRecordings { .. })), "{refused:?}");
    // The last place is taken: the files before it do not stay.
    let taken = bench.write("taken.flac", "mine");
    let mut request = ProcessRequest::mp3(bench.sine(), bench.path("out.mp3"), Preset::LeaveAlone);
    request.further = [(AudioFormat::Opus, bench.path("out.opus")), (AudioFormat::Flac, taken.clone())]
        .map(|(format, output)| Further { format, output })
        .to_vec();
    assert!(process(&request, &Cancel::default(), &mut |_| ()).is_err());
    assert!(!bench.path("out.mp3").exists() && !bench.path("out.opus").exists());
    assert_eq!(std::fs::read(taken).unwrap(), b"mine");
}

#[test]
fn point_4_the_formats_of_one_run_grow_side_by_side_and_are_told_as_one() {
    let bench = Bench::new();
    let source = bench.sox("long.wav", 2, &["synth", "120", "pinknoise", "vol", "-6dB"]);
    let paths = [bench.path("made.mp3"), bench.path("made.opus"), bench.path("made.flac")];
    let [mp3, opus, flac] = paths.clone();
    let mut request = ProcessRequest::mp3(&source, mp3, Preset::LeaveAlone);
    request.further = [(AudioFormat::Opus, opus), (AudioFormat::Flac, flac)]
        .map(|(format, output)| Further { format, output })
        .to_vec();
    let sizes = || paths.clone().map(|path| std::fs::metadata(path).map_or(0, |about| about.len()));
    let (mut seen, mut told) = (vec![], vec![]);
    process(&request, &Cancel::default(), &mut |now| {
        seen.push(paths.clone().map(|path| path.exists()).into_iter().zip(sizes()).collect::<Vec<_>>());
        if now.phase != "analyse" {
            told.push((now.done, now.total));
        }
    })
    .unwrap();
    let whole = sizes();
    let half = |((there, size), whole): &(&(bool, u64), u64)| *there && size < whole;
    let most = seen.iter().map(|at| at.iter().zip(whole).filter(half).count()).max();
    assert!(most >= Some(2), "one was whole before the next one began: {most:?}");
    assert!(told.is_sorted(), "it never goes back");
    assert!(told.iter().all(|(_, total)| *total == told[0].1), "one work, and not three");
    assert_eq!(told.last().map(|(done, total)| done == total), Some(true));
}

#[test]
fn point_4_stopped_while_formats_are_made_none_of_them_is_left() {
    let bench = Bench::new();
    let source = bench.sox("long.wav", 2, &["synth", "120", "pinknoise", "vol", "-6dB"]);
    let folder = bench.path("out");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("made.mp3"), "the file of last week").unwrap();
    let mut request = ProcessRequest::mp3(&source, folder.join("made.mp3"), Preset::SpeechStereo128);
    request.further = vec![Further { format: AudioFormat::M4a, output: folder.join("made.m4a") }];
    let cancel = Cancel::default();
    let stopped = Worker::new(PROGRAM).process(&request, &cancel, &mut |now| {
        // Neither can be that far without the other.
        if now.phase == "encode" && 3 * now.done > 2 * now.total {
            cancel.cancel();
        }
    });
    assert!(matches!(stopped, Err(MediaError::Cancelled)), "{stopped:?}");
    let left: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["made.mp3"]);
    assert_eq!(std::fs::read(folder.join("made.mp3")).unwrap(), b"the file of last week");
}
