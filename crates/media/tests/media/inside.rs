//! Issue 7, point 5: chapters with links and pictures, hidden ones, and covers, written into MP3 (ID3v2.3 and 2.4), Opus and
//! FLAC, and read out of MP4. The judges are mutagen, eyeD3 and ffprobe; MP4s are made by ffmpeg, or byte by byte after
//! Apple's QuickTime File Format.

use super::fixtures::{Bench, codes, known, run};
use super::process::ffprobe;
use hearthcast_media::Cancel;
use hearthcast_media::Probed;
use hearthcast_media::process::{ChapterPicture, Further, ProcessRequest, TagsToWrite, process, retag};
use hearthcast_model::recipe::{Passage, PassageKind};
use hearthcast_model::{AudioFormat, Chapter, Id3Version, Preset, Sha256};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What mutagen or eyeD3 find.
pub fn said_by(reader: &str, path: &Path) -> Value {
    let tools = std::env::var_os("HEARTHCAST_TOOLS").map(PathBuf::from);
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache/hearthcast-tools");
    let python = tools.unwrap_or_else(home).join("venv/bin/python");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/readers/chapter_readers.py");
    let words = run(python.to_str().unwrap(), &[script, reader, path.to_str().unwrap()]);
    serde_json::from_slice(&words).unwrap()
}

fn chapter(start_ms: i64, title: &str, url: &str, hidden: bool) -> Chapter {
    Chapter { url: url.into(), hidden, ..Chapter::new(start_ms, title) }
}

/// A JPEG of one colour.
pub fn picture(bench: &Bench, name: &str, colour: &str) -> PathBuf {
    bench.ffmpeg(name, &["-f", "lavfi", "-i", &format!("color={colour}:s=64x64"), "-frames:v", "1"])
}

pub const LINK: &str = "https://example.org/a?b=c&d";

fn wanted(bench: &Bench, id3: Id3Version) -> TagsToWrite {
    TagsToWrite {
        title: "Brot – Ж".into(),
        cover: Some(picture(bench, "cover.jpg", "red")),
        year: Some(2026),
        chapters: vec![
            chapter(0, "Anfang ä", LINK, false),
            chapter(1_234, "Versteckt", "", true),
            Chapter { end_ms: Some(4_000), ..chapter(2_501, "Bild", "", false) },
            chapter(5_999, "Ende", "", false),
        ],
        chapter_pictures: vec![ChapterPicture { start_ms: 2_501, path: picture(bench, "part.jpg", "blue") }],
        id3,
        ..TagsToWrite::default()
    }
}

/// One recording in all formats.
fn made(bench: &Bench, id3: Id3Version) -> [PathBuf; 3] {
    let wav = bench.sox("short.wav", 1, &["synth", "8", "sine", "440"]);
    let [mp3, opus, flac] = ["a.mp3", "a.opus", "a.flac"].map(|name| bench.path(name));
    let mut request = ProcessRequest::mp3(wav, &mp3, Preset::SpeechMono96).tagged(wanted(bench, id3));
    request.further = [(AudioFormat::Opus, opus.clone()), (AudioFormat::Flac, flac.clone())]
        .map(|(format, output)| Further { format, output })
        .to_vec();
    process(&request, &Cancel::default(), &mut |_| ()).unwrap();
    [mp3, opus, flac]
}

/// What we read ourselves is what was written.
fn read_back(bench: &Bench, probed: &Probed) {
    let hash = |name: &str| Sha256::of(&std::fs::read(bench.path(name)).unwrap());
    let found: Vec<_> = probed
        .facts
        .chapters
        .iter()
        .map(|c| (c.start_ms, c.title.as_str(), c.url.as_str(), c.hidden, c.picture.clone()))
        .collect();
    let meant = [
        (0, "Anfang ä", LINK, false, None),
        (1_234, "Versteckt", "", true, None),
        (2_501, "Bild", "", false, Some(hash("part.jpg"))),
        (5_999, "Ende", "", false, None),
    ];
    assert_eq!(found, meant);
    assert_eq!(Sha256::of(&probed.cover.as_ref().unwrap().bytes), hash("cover.jpg"));
    let pictures: Vec<_> = probed.chapter_pictures.iter().map(|picture| Sha256::of(&picture.bytes)).collect();
    assert_eq!(pictures, [hash("part.jpg")]);
    assert_eq!(codes(probed), [""; 0]);
}

#[test]
fn point_5_id3_chapters_are_read_by_mutagen_eyed3_and_ffprobe() {
    for (id3, version) in [(Id3Version::V23, "2.3.0"), (Id3Version::V24, "2.4.0")] {
        let bench = Bench::new();
        let [mp3, ..] = made(&bench, id3);
        let hash = |name: &str| Sha256::of(&std::fs::read(bench.path(name)).unwrap()).to_string();
        let by_mutagen = said_by("mutagen", &mp3);
        let (cover, part) = (hash("cover.jpg"), hash("part.jpg"));
        // ffmpeg 5.1 drops a chapter of 2.4 with a picture, so there is none.
        let part_inside = if id3 == Id3Version::V23 { json!(part) } else { Value::Null };
        assert_eq!(by_mutagen["version"], version);
        assert_eq!(by_mutagen["title"], "Brot – Ж");
        assert_eq!(by_mutagen["year"], "2026");
        assert_eq!(by_mutagen["cover"], json!([{"type": 3, "mime": "image/jpeg", "sha256": cover}]));
        assert_eq!(
            by_mutagen["chapters"],
            json!([
                {"id": "chp0", "start": 0, "end": 1234, "title": "Anfang ä", "url": LINK, "picture": null},
                {"id": "chp1", "start": 1234, "end": 2501, "title": "Versteckt", "url": null, "picture": null},
                {"id": "chp2", "start": 2501, "end": 4000, "title": "Bild", "url": null, "picture": part_inside},
                {"id": "chp3", "start": 5999, "end": 8000, "title": "Ende", "url": null, "picture": null},
            ])
        );
        let table = json!([{"id": "toc", "top": true, "ordered": true, "entries": ["chp0", "chp2", "chp3"]}]);
        assert_eq!(by_mutagen["contents"], table);
        let by_eyed3 = said_by("eyed3", &mp3);
        assert_eq!((&by_eyed3["version"], &by_eyed3["title"]), (&by_mutagen["version"], &by_mutagen["title"]));
        assert_eq!(by_eyed3["contents"], table);
        let short = |chapters: &Value| -> Vec<Value> {
            let of = |c: &Value| json!([c["id"], c["start"], c["end"], c["title"], c["url"]]);
            chapters.as_array().unwrap().iter().map(of).collect()
        };
        assert_eq!(short(&by_eyed3["chapters"]), short(&by_mutagen["chapters"]));
        let by_ffprobe = ffprobe(&mp3);
        let starts: Vec<_> = by_ffprobe["chapters"].as_array().unwrap().iter().map(|c| &c["start_time"]).collect();
        assert_eq!(starts, ["0.000000", "1.234000", "2.501000", "5.999000"]);
        if id3 == Id3Version::V23 {
            read_back(&bench, &known(&mp3));
        }
    }
}

#[test]
fn point_5_vorbis_chapters_are_read_by_mutagen_and_ffprobe_and_hidden_ones_only_here() {
    let bench = Bench::new();
    let [_, opus, flac] = made(&bench, Id3Version::V23);
    for path in [&opus, &flac] {
        let by_mutagen = said_by("mutagen", path);
        for (name, value) in [
            ("chapter001", "00:00:00.000"),
            ("chapter001name", "Anfang ä"),
            ("chapter001url", LINK),
            ("chapter002", "00:00:02.501"),
            ("chapter003", "00:00:05.999"),
            ("hiddenchapter001", "00:00:01.234"),
            ("hiddenchapter001name", "Versteckt"),
        ] {
            assert_eq!(by_mutagen["fields"][name], json!([value]), "{path:?} {name}: {by_mutagen}");
        }
        let kinds: Vec<_> =
            by_mutagen["pictures"].as_array().unwrap().iter().map(|p| json!([p["type"], p["description"]])).collect();
        assert_eq!(kinds, [json!([3, ""]), json!([0, "CHAPTER002"])], "{path:?}");
        let by_ffprobe = ffprobe(path);
        let titles: Vec<_> = by_ffprobe["chapters"].as_array().unwrap().iter().map(|c| &c["tags"]["title"]).collect();
        assert_eq!(titles, ["Anfang ä", "Bild", "Ende"], "{path:?}: nobody else shows the hidden one");
        read_back(&bench, &known(path));
    }
}

/// Asks for other tags around the same sound.
fn retagging(source: &Path, output: &Path, tags: &TagsToWrite) -> ProcessRequest {
    ProcessRequest::mp3(source, output, Preset::default()).tagged(tags.clone())
}

#[test]
fn point_5_what_an_mp3_carries_goes_along_into_new_tags() {
    let bench = Bench::new();
    let [mp3, ..] = made(&bench, Id3Version::V23);
    let again = bench.path("again.mp3");
    let tags = TagsToWrite { fill_from_source: true, ..TagsToWrite::default() };
    read_back(&bench, &retag(&retagging(&mp3, &again, &tags), &Cancel::default(), &mut |_| ()).unwrap());
    assert_eq!(said_by("mutagen", &again)["chapters"], said_by("mutagen", &mp3)["chapters"]);
}

#[test]
fn point_5_more_chapters_than_a_table_counts_are_all_shown() {
    let bench = Bench::new();
    let source = bench.lame(&bench.sine(), "sine.mp3", &["-b", "64"]);
    let tags = TagsToWrite {
        chapters: (0..600).map(|n| chapter(n * 30, &format!("C{n}"), "", false)).collect(),
        ..TagsToWrite::default()
    };
    let output = bench.path("many.mp3");
    let probed = retag(&retagging(&source, &output, &tags), &Cancel::default(), &mut |_| ()).unwrap();
    let shown = probed.facts.chapters.iter().filter(|chapter| !chapter.hidden).count();
    assert_eq!((probed.facts.chapters.len(), shown), (600, 600));
    let tables = said_by("mutagen", &output)["contents"].clone();
    let lengths: Vec<_> = tables.as_array().unwrap().iter().map(|t| t["entries"].as_array().unwrap().len()).collect();
    assert_eq!(lengths, [3, 255, 255, 90]);
}

#[test]
fn point_5_chapters_and_cover_of_an_mp4_are_read() {
    let bench = Bench::new();
    let wav = bench.sox("short.wav", 1, &["synth", "8", "sine", "440"]);
    // A title longer than Nero's list can hold; ffmpeg writes both forms.
    let long = "ä".repeat(200);
    let list = bench.write(
        "chapters.txt",
        format!(
            ";FFMETADATA1\ntitle=Brot\nartist=Zoë\ntrack=7\ncomment=Gut\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1234\n\
             title=Anfang\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1234\nEND=8000\ntitle={long}\n"
        ),
    );
    let cover = picture(&bench, "cover.jpg", "red");
    let args = |container: &'static str| {
        let [wav, list, cover] = [&wav, &list, &cover].map(|path| path.to_str().unwrap().to_owned());
        let words = format!(
            "-i|{wav}|-i|{list}|-i|{cover}|-map|0:a|-map|2:v|-map_metadata|1|-map_chapters|1|-c:a|aac|-c:v|copy|-disposition:v|\
             attached_pic|-f|{container}"
        );
        words.split('|').map(str::to_owned).collect::<Vec<_>>()
    };
    let owned = args("ipod");
    let file = bench.ffmpeg("a.m4a", &owned.iter().map(String::as_str).collect::<Vec<_>>());
    let probed = known(&file);
    let found: Vec<_> = probed.facts.chapters.iter().map(|c| (c.start_ms, c.title.as_str())).collect();
    assert_eq!(found, [(0, "Anfang"), (1234, long.as_str())]);
    assert_eq!(probed.cover.unwrap().bytes, std::fs::read(&cover).unwrap());
    let tags = ["title", "artist", "track", "comment"].map(|name| probed.facts.tags[name].as_str());
    assert_eq!(tags, ["Brot", "Zoë", "7", "Gut"]);
    // QuickTime's own forms of the same.
    let wav = wav.to_str().unwrap();
    let mov = bench.ffmpeg(
        "a.mov",
        &[
            "-i",
            wav,
            "-i",
            list.to_str().unwrap(),
            "-map",
            "0:a",
            "-map_metadata",
            "1",
            "-map_chapters",
            "1",
            "-c:a",
            "aac",
        ],
    );
    let probed = known(&mov);
    assert_eq!(probed.facts.chapters.iter().map(|c| c.start_ms).collect::<Vec<_>>(), [0, 1234]);
    assert_eq!(probed.facts.tags["title"], "Brot");
}

#[test]
fn point_5_one_picture_on_hundreds_of_chapters_does_not_multiply_without_end() {
    let bench = Bench::new();
    let source = bench.lame(&bench.sine(), "sine.mp3", &["-b", "64"]);
    let noise = bench.convert("noise.jpg", &["-size", "600x600", "xc:gray", "+noise", "Random", "-quality", "90"]);
    let size = std::fs::metadata(&noise).unwrap().len() as usize;
    let fit = (16 << 20) / size;
    assert!((20..150).contains(&fit), "{size} bytes");
    let tags = TagsToWrite {
        chapters: (0..200).map(|n| chapter(n * 100, &format!("C{n}"), "", false)).collect(),
        chapter_pictures: (0..200).map(|n| ChapterPicture { start_ms: n * 100, path: noise.clone() }).collect(),
        ..TagsToWrite::default()
    };
    for (name, tags) in
        [("many.mp3", tags), ("again.mp3", TagsToWrite { fill_from_source: true, ..Default::default() })]
    {
        let output = bench.path(name);
        let from = if name == "again.mp3" { bench.path("many.mp3") } else { source.clone() };
        let probed = retag(&retagging(&from, &output, &tags), &Cancel::default(), &mut |_| ()).unwrap();
        let length = std::fs::metadata(&output).unwrap().len() as usize;
        assert!(length < (17 << 20), "{name}: {length} bytes");
        let with = probed.facts.chapters.iter().filter(|chapter| chapter.picture.is_some()).count();
        assert_eq!((probed.facts.chapters.len(), with, probed.chapter_pictures.len()), (200, fit, 1), "{name}");
        let told = probed.facts.findings.iter().find(|finding| finding.code == "media.chapter_pictures_left_out");
        let left_out = format!("{} chapters have no picture", 200 - fit);
        // Those that had none before are not missed.
        assert_eq!(told.is_some_and(|told| told.message.contains(&left_out)), name == "many.mp3", "{name}: {told:?}");
    }
}

#[test]
fn point_5_pictures_of_a_recording_go_with_their_chapters_where_something_is_cut_out_or_put_in_front() {
    let bench = Bench::new();
    let (wav, source) = (bench.sox("tide.wav", 1, &["synth", "8", "sine", "440"]), bench.path("tide.mp3"));
    let intro = bench.sox("intro.wav", 1, &["synth", "1", "sine", "700"]);
    let [red, blue] = ["red", "blue"].map(|colour| picture(&bench, &format!("{colour}.jpg"), colour));
    let marks = [(0, "Start"), (1_000, "Red"), (2_000, "Blue"), (3_000, "Still blue")];
    let shown = [(1_000, &red), (2_000, &blue), (3_000, &blue)];
    let tags = TagsToWrite {
        chapters: marks.iter().map(|(at, title)| chapter(*at, title, "", false)).collect(),
        chapter_pictures: shown.map(|(start_ms, path)| ChapterPicture { start_ms, path: path.clone() }).to_vec(),
        ..TagsToWrite::default()
    };
    let request = ProcessRequest::mp3(wav, &source, Preset::SpeechMono96).tagged(tags);
    process(&request, &Cancel::default(), &mut |_| ()).unwrap();
    let [red, blue] = [red, blue].map(|path| Sha256::of(&std::fs::read(path).unwrap()).to_string());
    let first = Passage { start_ms: 0, end_ms: 1_000, kind: PassageKind::Remove };
    for (name, passages, intro, meant) in [
        ("cut.mp3", vec![first], None, json!([[0, "Red", red], [1_000, "Blue", blue], [2_000, "Still blue", blue]])),
        (
            "front.mp3",
            vec![],
            Some(intro),
            json!([[1_000, "Start", null], [2_000, "Red", red], [3_000, "Blue", blue], [4_000, "Still blue", blue]]),
        ),
    ] {
        let output = bench.path(name);
        let tags = TagsToWrite { fill_from_source: true, ..TagsToWrite::default() };
        let plain = ProcessRequest::mp3(&source, &output, Preset::SpeechMono96).tagged(tags);
        process(&ProcessRequest { passages, intro, ..plain }, &Cancel::default(), &mut |_| ()).unwrap();
        let chapters = said_by("mutagen", &output)["chapters"].clone();
        let of = |chapter: &Value| json!([chapter["start"], chapter["title"], chapter["picture"]]);
        let found: Vec<Value> = chapters.as_array().unwrap().iter().map(of).collect();
        assert_eq!(json!(found), meant, "{name}");
    }
}
