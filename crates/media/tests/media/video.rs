//! Issue 7, point 8: video files made by ffmpeg with known sizes, turns, pixels and black beginnings; what is expected comes
//! from how they were made.

use super::fixtures::{Bench, run};
use hearthcast_media::video::{Poster, Video, VideoFacts};
use hearthcast_media::worker::Worker;
use hearthcast_media::{Cancel, MediaError};
use std::fs;
use std::path::{Path, PathBuf};

const PROGRAM: &str = env!("CARGO_BIN_EXE_hearthcast-media-worker");

fn ask(path: &Path, poster: Poster) -> Result<Video, MediaError> {
    Worker::new(PROGRAM).video(path, poster, &Cancel::default(), &mut |_| ())
}

fn seen(path: &Path) -> VideoFacts {
    ask(path, Poster::None).unwrap_or_else(|error| panic!("{}: {error}", path.display())).facts
}

fn codes(facts: &VideoFacts) -> Vec<&str> {
    facts.findings.iter().map(|finding| finding.code.as_str()).collect()
}

/// Two seconds of a test picture and a tone; `more` stands before the name of the file.
fn film(bench: &Bench, name: &str, size: &str, more: &[&str]) -> PathBuf {
    let picture = format!("testsrc=s={size}:d=2:r=25");
    let mut args = vec!["-f", "lavfi", "-i", &picture, "-f", "lavfi", "-i", "sine=d=2", "-pix_fmt", "yuv420p"];
    args.extend(more);
    bench.ffmpeg(name, &args)
}

/// The same streams with another matrix in the track's header (ISO 14496-12, 8.3.2): quarters of a turn clockwise.
fn turned(bench: &Bench, film: &Path, quarters: usize) -> PathBuf {
    let mut bytes = fs::read(film).unwrap();
    let at = bytes.windows(4).position(|four| four == b"tkhd").unwrap() + 4 + 40;
    let matrix: [[i32; 4]; 4] = [[1, 0, 0, 1], [0, 1, -1, 0], [-1, 0, 0, -1], [0, -1, 1, 0]];
    let [a, b, c, d] = matrix[quarters].map(|number| (number << 16).to_be_bytes());
    let matrix = [a, b, [0; 4], c, d, [0; 4]].concat();
    bytes[at..at + 24].copy_from_slice(&matrix);
    bench.write(&format!("{}-turned-{quarters}.mp4", film.file_stem().unwrap().to_str().unwrap()), bytes)
}

/// Size by ffprobe, which also sees how a still was drawn.
fn drawn(bench: &Bench, video: &Video) -> (u64, u64) {
    let still = bench.write("still.jpg", &video.poster.as_ref().unwrap().bytes);
    let probe = super::process::ffprobe(&still);
    (probe["streams"][0]["width"].as_u64().unwrap(), probe["streams"][0]["height"].as_u64().unwrap())
}

#[test]
fn point_8_turned_and_stretched_pictures_have_the_size_they_are_shown_in() {
    let bench = Bench::new();
    let plain = film(&bench, "plain.mp4", "320x180", &["-c:v", "libx264", "-c:a", "aac"]);
    // DV of PAL, wide: 720 x 576 with pixels of 64 by 45 is 1024 x 576. HDV: 1440 x 1080 with 4 by 3 is 1920 x 1080.
    let wide = film(&bench, "wide.mp4", "720x576", &["-vf", "setsar=64/45", "-c:v", "libx264"]);
    let hdv = film(&bench, "hdv.mkv", "1440x1080", &["-vf", "setsar=4/3", "-c:v", "libx264"]);
    let webm = film(&bench, "a.webm", "320x180", &["-c:v", "libvpx", "-c:a", "libvorbis"]);
    for (path, shown, rotation) in [
        (plain.clone(), (320, 180), 0),
        (turned(&bench, &plain, 1), (180, 320), 90),
        (turned(&bench, &plain, 2), (320, 180), 180),
        (turned(&bench, &plain, 3), (180, 320), 270),
        (turned(&bench, &wide, 1), (576, 1024), 90),
        (turned(&bench, &wide, 2), (1024, 576), 180),
        (wide, (1024, 576), 0),
        (hdv, (1920, 1080), 0),
        (webm, (320, 180), 0),
    ] {
        let video = ask(&path, Poster::At(1000)).unwrap();
        let facts = &video.facts;
        let name = path.display();
        assert_eq!((facts.width_px.unwrap(), facts.height_px.unwrap()), shown, "{name}: {facts:?}");
        assert_eq!(facts.rotation, rotation, "{name}");
        assert_eq!(drawn(&bench, &video), (shown.0.into(), shown.1.into()), "{name}: the still");
        assert!((facts.duration_ms.unwrap() - 2000).abs() <= 60, "{name}: {:?}", facts.duration_ms);
        assert_eq!(facts.frame_rate, Some(25.0), "{name}");
        // Without ffmpeg, the headers of MP4 and Matroska know the same.
        let alone = Worker::new(PROGRAM).with_ffmpeg(None);
        let alone = alone.video(&path, Poster::Bright, &Cancel::default(), &mut |_| ()).unwrap();
        assert_eq!((alone.facts.width_px.unwrap(), alone.facts.height_px.unwrap()), shown, "{name}: by its headers");
        assert_eq!(alone.facts.rotation, rotation, "{name}: by its headers");
        assert!((alone.facts.duration_ms.unwrap() - 2000).abs() <= 60, "{name}: by its headers");
        assert!(codes(&alone.facts).contains(&"media.needs_ffmpeg") && alone.poster.is_none(), "{name}");
        let hash = String::from_utf8(run("sha256sum", &[&path])).unwrap();
        assert_eq!(hash.split(' ').next().unwrap(), alone.facts.sha256.as_str());
    }
    let facts = seen(&plain);
    assert_eq!((facts.codec.as_str(), facts.audio_codec.as_str(), facts.channels), ("h264", "aac", Some(1)));
    assert_eq!((facts.mime.as_str(), facts.variable_frame_rate), ("video/mp4", false));
}

#[test]
fn point_8_the_still_is_bright_or_from_where_it_was_asked_for() {
    let bench = Bench::new();
    let parts = |black: u32, yellow: u32| {
        format!("color=black:s=160x90:d={black}:r=10[a];color=yellow:s=160x90:d={yellow}:r=10[b];[a][b]concat")
    };
    let film = |name: &str, graph: &str| bench.ffmpeg(name, &["-filter_complex", graph, "-c:v", "libx264", "-g", "10"]);
    let mean = |video: &Video| {
        let still = bench.write("still.jpg", &video.poster.as_ref().unwrap().bytes);
        let grey =
            ["-v", "error", "-i", still.to_str().unwrap(), "-vf", "scale=1:1,format=rgb24", "-f", "rawvideo", "-"];
        let pixel = run("ffmpeg", &grey);
        u32::from(pixel[0])
    };
    // Black for 4 of 10 seconds: the places at 10 % and 25 % are dark, the one at 50 % is not.
    let late = film("late.mp4", &parts(4, 6));
    let video = ask(&late, Poster::Bright).unwrap();
    assert_eq!(video.facts.poster_at_ms, Some(5000));
    assert!(mean(&video) > 200, "{}", mean(&video));
    assert_eq!(codes(&video.facts).iter().filter(|code| code.contains("poster")).count(), 0);
    // A chosen moment counts, dark as it may be.
    let video = ask(&late, Poster::At(1500)).unwrap();
    assert_eq!(video.facts.poster_at_ms, Some(1500));
    assert!(mean(&video) < 20, "{}", mean(&video));
    let video = ask(&late, Poster::At(60_000)).unwrap();
    assert!(video.poster.is_none() && codes(&video.facts).contains(&"media.poster_beyond"), "{:?}", video.facts);
    // All black: there is a still, and a finding.
    let dark =
        ask(&film("dark.mp4", &parts(2, 0).replace(":d=0", ":d=0.1").replace("yellow", "black")), Poster::Bright);
    let dark = dark.unwrap();
    assert!(dark.poster.is_some() && codes(&dark.facts).contains(&"media.poster_dark"), "{:?}", dark.facts);
}

#[test]
fn point_8_faststart_is_seen_and_made_without_changing_a_packet() {
    let bench = Bench::new();
    let slow = film(&bench, "slow.mp4", "320x180", &["-c:v", "libx264", "-c:a", "aac", "-metadata", "title=Brot"]);
    assert_eq!(seen(&slow).faststart, Some(false));
    assert!(codes(&seen(&slow)).contains(&"media.no_faststart"));
    let fast = bench.path("fast.mp4");
    let worker = Worker::new(PROGRAM);
    let made = worker.faststart(&slow, &fast, &Cancel::default(), &mut |_| ()).unwrap();
    assert_eq!((made.facts.faststart, seen(&fast).faststart), (Some(true), Some(true)));
    assert_eq!(fs::metadata(&fast).unwrap().len(), made.facts.size_bytes);
    let packets = |path: &Path| {
        run("ffmpeg", &["-v", "error", "-i", path.to_str().unwrap(), "-map", "0", "-c", "copy", "-f", "md5", "-"])
    };
    assert_eq!(packets(&slow), packets(&fast));
    assert_eq!(super::process::ffprobe(&fast)["format"]["tags"]["title"], "Brot");
    // By foreign eyes: ffmpeg's reader meets the table before the pictures.
    let args = ["-v", "trace", fast.to_str().unwrap()];
    let words = std::process::Command::new("ffprobe").args(args).output().unwrap();
    let words = String::from_utf8_lossy(&words.stderr).into_owned();
    let at = |name: &str| words.find(&format!("type:'{name}' parent:'root'")).unwrap();
    assert!(at("moov") < at("mdat"));
    // What is right already is copied; the video itself is never written over.
    let again = worker.faststart(&fast, &bench.path("again.mp4"), &Cancel::default(), &mut |_| ()).unwrap();
    assert_eq!(fs::read(&fast).unwrap(), fs::read(bench.path("again.mp4")).unwrap());
    assert_eq!(again.facts.sha256, made.facts.sha256);
    let onto = worker.faststart(&slow, &slow, &Cancel::default(), &mut |_| ());
    assert!(matches!(onto, Err(MediaError::Unwritable { .. })), "{onto:?}");
    let alone = Worker::new(PROGRAM).with_ffmpeg(None);
    let mut told = vec![];
    alone.faststart(&slow, &bench.path("alone.mp4"), &Cancel::default(), &mut |p| told.push(p.phase)).unwrap();
    assert_eq!(packets(&slow), packets(&bench.path("alone.mp4")), "no other program is needed");
    assert!(told.iter().any(|phase| phase == "copy"), "{told:?}");
    // QuickTime; and one in fragments, which has no table to put in front.
    let quick = film(&bench, "quick.mov", "320x180", &["-c:v", "libx264", "-c:a", "pcm_s16le"]);
    worker.faststart(&quick, &bench.path("quick-fast.mov"), &Cancel::default(), &mut |_| ()).unwrap();
    assert_eq!(packets(&quick), packets(&bench.path("quick-fast.mov")));
    let stopped = Cancel::default();
    stopped.cancel();
    let refused = worker.faststart(&slow, &bench.path("none.mp4"), &stopped, &mut |_| ());
    assert!(matches!(refused, Err(MediaError::Cancelled)), "{refused:?}");
    assert!(!bench.path("none.mp4").exists(), "nothing is half made");
}

#[test]
fn point_8_what_is_no_video_or_broken_is_said_and_nothing_hangs() {
    let bench = Bench::new();
    let slow = film(&bench, "slow.mp4", "320x180", &["-c:v", "libx264", "-c:a", "aac"]);
    let whole = fs::read(&slow).unwrap();
    let cut = bench.write("cut.mp4", &whole[..whole.len() * 2 / 3]);
    let fast = bench.ffmpeg("fast.mp4", &["-i", slow.to_str().unwrap(), "-c", "copy", "-movflags", "+faststart"]);
    let whole = fs::read(fast).unwrap();
    let half = bench.write("half.mp4", &whole[..whole.len() / 2]);
    let sound = bench.ffmpeg("sound.mp4", &["-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac"]);
    let cover = bench.ffmpeg("cover.jpg", &["-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1"]);
    // A recording with a cover shows a picture, and is no film.
    let args = ["-i", sound.to_str().unwrap(), "-i", cover.to_str().unwrap(), "-map", "0", "-map", "1", "-c", "copy"];
    let covered = bench.ffmpeg("covered.m4a", &[&args[..], &["-disposition:v", "attached_pic"]].concat());
    let words = bench.write("words.mp4", "This is a text, and nothing else.");
    let list = bench.write("list.mp4", "#EXTM3U\nhttp://127.0.0.1:9/a.ts\n");
    let alone = Worker::new(PROGRAM).with_ffmpeg(None);
    for path in [&cut, &sound, &covered, &words, &list] {
        let refused = ask(path, Poster::Bright);
        assert!(matches!(refused, Err(MediaError::NoVideo { .. })), "{}: {refused:?}", path.display());
        let refused = alone.video(path, Poster::Bright, &Cancel::default(), &mut |_| ());
        let refused_too = matches!(refused, Err(MediaError::NoVideo { .. }));
        // A cover in MP4 is no track; in ffmpeg's eyes it is one.
        assert!(refused_too, "{} alone: {refused:?}", path.display());
    }
    let video = ask(&half, Poster::At(100)).unwrap();
    assert_eq!((video.facts.width_px, video.facts.height_px), (Some(320), Some(180)));
    // Pictures at a changing pace.
    let graph = "testsrc=s=160x90:d=4:r=30,select='if(lt(t,2),1,not(mod(n,7)))'";
    let vfr = bench.ffmpeg("vfr.mp4", &["-f", "lavfi", "-i", graph, "-vsync", "vfr", "-c:v", "libx264"]);
    assert!(seen(&vfr).variable_frame_rate, "{:?}", seen(&vfr));
}
