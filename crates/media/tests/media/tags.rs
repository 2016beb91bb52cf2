//! Tags by other programs and by hand; broken ones are findings.

use super::fixtures::{Bench, codes, known};
use std::fs;

fn sound(bench: &Bench) -> Vec<u8> {
    let wav = bench.sox("short.wav", 1, &["synth", "2", "sine", "440"]);
    fs::read(bench.lame(&wav, "short.mp3", &["-b", "64"])).unwrap()
}

/// An ID3v2 tag of the frames given.
fn tag(version: u8, frames: &[Vec<u8>]) -> Vec<u8> {
    let body = frames.concat();
    let mut tag = vec![b'I', b'D', b'3', version, 0, 0];
    tag.extend([21, 14, 7, 0].map(|shift| (body.len() >> shift & 0x7f) as u8));
    tag.extend(body);
    tag
}

/// A frame of ID3v2.3.
fn frame(id: &[u8; 4], claimed: u32, flags: [u8; 2], body: &[u8]) -> Vec<u8> {
    [&id[..], &claimed.to_be_bytes(), &flags, body].concat()
}

fn text_frame(id: &[u8; 4], text: &str) -> Vec<u8> {
    let body = [&[0][..], text.as_bytes()].concat();
    frame(id, body.len() as u32, [0, 0], &body)
}

#[test]
fn tags_by_ffmpeg_in_both_versions() {
    let bench = Bench::new();
    let wav = bench.sox("short.wav", 1, &["synth", "2", "sine", "440"]);
    for version in ["3", "4"] {
        let file = bench.ffmpeg(
            "t.mp3",
            &[
                "-i",
                wav.to_str().unwrap(),
                "-id3v2_version",
                version,
                "-metadata",
                "title=Grüße – aus Łódź 🎙",
                "-metadata",
                "artist=Zoë",
                "-metadata",
                "album=Show",
                "-metadata",
                "date=2026",
                "-metadata",
                "track=7/9",
            ],
        );
        let probed = known(&file);
        let tags: Vec<(&str, &str)> =
            probed.facts.tags.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let expected =
            [("album", "Show"), ("artist", "Zoë"), ("date", "2026"), ("title", "Grüße – aus Łódź 🎙"), ("track", "7/9")];
        assert_eq!(tags, expected, "ID3v2.{version}");
        assert_eq!(codes(&probed), [""; 0]);
    }
}

#[test]
fn a_whole_date_is_one_in_both_versions() {
    let bench = Bench::new();
    let wav = bench.sox("short.wav", 1, &["synth", "2", "sine", "440"]);
    for version in ["3", "4"] {
        let date = ["-id3v2_version", version, "-metadata", "date=2024-02-01"];
        let file = bench.ffmpeg("t.mp3", &[&["-i", wav.to_str().unwrap()][..], &date[..]].concat());
        assert_eq!(known(&file).facts.tags["date"], "2024-02-01", "ID3v2.{version}");
    }
    // What is no day of a month is passed over (id3v2.3.0, TDAT: DDMM).
    for (written, date) in [("3112", "2024-12-31"), ("0000", "2024"), ("3113", "2024"), ("1", "2024"), ("ÄÄ", "2024")]
    {
        let frames = [text_frame(b"TDAT", written), text_frame(b"TYER", "2024")];
        let file = bench.write("d.mp3", [tag(3, &frames), sound(&bench)].concat());
        assert_eq!(known(&file).facts.tags["date"], date, "{written}");
    }
}

#[test]
fn lame_writes_comment_and_id3v1() {
    let bench = Bench::new();
    let wav = bench.sox("short.wav", 1, &["synth", "2", "sine", "440"]);
    let args = ["-b", "64", "--id3v2-only", "--tt", "T", "--tc", "A comment", "--tn", "3"];
    let facts = known(&bench.lame(&wav, "v2.mp3", &args)).facts;
    assert_eq!((facts.tags["comment"].as_str(), facts.tags["track"].as_str()), ("A comment", "3"));
    let args = ["-b", "64", "--id3v1-only", "--tt", "Titel", "--ta", "Who", "--tn", "3", "--tc", "Note"];
    let facts = known(&bench.lame(&wav, "v1.mp3", &args)).facts;
    assert_eq!(facts.trailer_bytes, 128);
    for (name, value) in [("title", "Titel"), ("artist", "Who"), ("track", "3"), ("comment", "Note")] {
        assert_eq!(facts.tags[name], value);
    }
}

#[test]
fn a_cover_comes_back_byte_for_byte() {
    let bench = Bench::new();
    let wav = bench.sox("short.wav", 1, &["synth", "2", "sine", "440"]);
    let cover = bench.ffmpeg("cover.jpg", &["-f", "lavfi", "-i", "testsrc=s=300x300", "-frames:v", "1"]);
    let plain = bench.lame(&wav, "plain.mp3", &["-b", "64"]);
    let covered = bench.lame(&wav, "covered.mp3", &["-b", "64", "--id3v2-only", "--ti", cover.to_str().unwrap()]);
    let probed = known(&covered);
    let found = probed.cover.unwrap();
    assert_eq!((found.mime.as_str(), found.bytes), ("image/jpeg", fs::read(&cover).unwrap()));
    let grown = fs::metadata(&covered).unwrap().len() - fs::metadata(&plain).unwrap().len();
    assert_eq!(probed.facts.header_bytes, grown, "the tag is all that was added");
    assert_eq!(probed.facts.duration_ms, known(&plain).facts.duration_ms);
}

#[test]
fn the_front_cover_wins_and_a_false_one_is_a_finding() {
    let bench = Bench::new();
    let png = fs::read(bench.ffmpeg("a.png", &["-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1"])).unwrap();
    let jpg = fs::read(bench.ffmpeg("a.jpg", &["-f", "lavfi", "-i", "color=blue:s=64x64", "-frames:v", "1"])).unwrap();
    let picture = |kind: u8, mime: &str, data: &[u8]| {
        let body = [&[0][..], mime.as_bytes(), &[0, kind, 0], data].concat();
        frame(b"APIC", body.len() as u32, [0, 0], &body)
    };
    let sound = sound(&bench);
    // Type 4 is the back, 3 the front; the type written beside the front is wrong.
    let both = tag(3, &[picture(4, "image/jpeg", &jpg), picture(3, "image/jpeg", &png)]);
    let cover = known(&bench.write("both.mp3", [both, sound.clone()].concat())).cover.unwrap();
    assert_eq!((cover.mime.as_str(), cover.bytes), ("image/png", png));
    let html = tag(3, &[picture(3, "image/png", b"<html>not a picture</html>")]);
    let probed = known(&bench.write("html.mp3", [html, sound].concat()));
    assert_eq!((probed.cover.as_ref(), codes(&probed)), (None, vec!["media.cover_unusable"]));
}

#[test]
fn chapters_written_by_ffmpeg_are_read() {
    let bench = Bench::new();
    let wav = bench.sox("short.wav", 1, &["synth", "6", "sine", "440"]);
    let list = bench.write(
        "chapters.txt",
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2500\ntitle=Begrüßung\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=2500\nEND=6000\ntitle=Rest\n",
    );
    let file = bench.ffmpeg(
        "c.mp3",
        &["-i", wav.to_str().unwrap(), "-i", list.to_str().unwrap(), "-map_metadata", "1", "-map", "0:a"],
    );
    let chapters: Vec<(i64, String)> =
        known(&file).facts.chapters.into_iter().map(|chapter| (chapter.start_ms, chapter.title)).collect();
    assert_eq!(chapters, [(0, "Begrüßung".to_owned()), (2500, "Rest".to_owned())]);
}

#[test]
fn a_chapter_with_a_picture_of_its_own_keeps_its_title() {
    let bench = Bench::new();
    let jpg =
        fs::read(bench.ffmpeg("a.jpg", &["-f", "lavfi", "-i", "testsrc2=s=1400x1400", "-frames:v", "1", "-q:v", "1"]))
            .unwrap();
    assert!(jpg.len() > 64 * 1024, "larger than any text: {}", jpg.len());
    let body = [&b"\0image/jpeg\0\x03\0"[..], &jpg].concat();
    let picture = frame(b"APIC", body.len() as u32, [0, 0], &body);
    // Chapter frame addendum: id, start, end (ms), two byte offsets that say nothing, frames.
    let head = [&b"ch0\0"[..], &1500u32.to_be_bytes(), &2000u32.to_be_bytes(), &[0xff; 8]].concat();
    let body = [head, picture, text_frame(b"TIT2", "With picture")].concat();
    let file = [tag(3, &[frame(b"CHAP", body.len() as u32, [0, 0], &body)]), sound(&bench)].concat();
    let probed = known(&bench.write("c.mp3", file));
    let chapters: Vec<_> = probed.facts.chapters.iter().map(|c| (c.start_ms, c.title.as_str())).collect();
    assert_eq!((chapters, codes(&probed)), (vec![(1500, "With picture")], vec![]));
    assert_eq!(probed.cover, None, "a chapter's picture is not the cover");
}

#[test]
fn a_broken_tag_is_a_finding_and_the_rest_is_kept() {
    let bench = Bench::new();
    let sound = sound(&bench);
    // A frame that claims 4 GiB: a reader that believes it reserves 4 GiB.
    let huge = tag(3, &[text_frame(b"TIT2", "Kept"), frame(b"TPE1", u32::MAX, [0, 0], b"\0x")]);
    // A compressed frame: unpacking it has no bound.
    let packed = tag(3, &[frame(b"TALB", 20, [0, 0x80], &[7; 20]), text_frame(b"TIT2", "Kept")]);
    // Text that says UTF-8 and is none.
    let wrong = tag(4, &[frame(b"TALB", 4, [0, 0], b"\x03\xff\xfe\xfd"), text_frame(b"TIT2", "Kept")]);
    for broken in [huge, packed, wrong] {
        let probed = known(&bench.write("broken.mp3", [broken, sound.clone()].concat()));
        assert_eq!(probed.facts.tags.get("title").map(String::as_str), Some("Kept"));
        assert_eq!(codes(&probed), ["media.tag_unreadable"]);
    }
}

#[test]
fn numbers_hidden_in_comments_are_not_the_comment() {
    let bench = Bench::new();
    let comment = |description: &str, text: &str| {
        let body = [&b"\0eng"[..], description.as_bytes(), b"\0", text.as_bytes()].concat();
        frame(b"COMM", body.len() as u32, [0, 0], &body)
    };
    let frames = [comment("iTunNORM", " 0000051E 0000044F"), comment("", "What I think")];
    let facts = known(&bench.write("c.mp3", [tag(3, &frames), sound(&bench)].concat())).facts;
    assert_eq!(facts.tags["comment"], "What I think");
}

#[test]
fn texts_are_cleaned_and_bounded() {
    let bench = Bench::new();
    let sound = sound(&bench);
    let long = "x".repeat(20_000);
    let frames = [text_frame(b"TIT2", "A\u{1b}[31m\nB\r\n"), text_frame(b"TALB", &long)];
    let facts = known(&bench.write("odd.mp3", [tag(3, &frames), sound].concat())).facts;
    assert_eq!(facts.tags["title"], "A[31m B");
    assert_eq!(facts.tags["album"].len(), 500);
}

#[test]
fn the_first_of_two_tags_wins() {
    let bench = Bench::new();
    let sound = sound(&bench);
    let first = tag(3, &[text_frame(b"TIT2", "First")]);
    let second = tag(3, &[text_frame(b"TIT2", "Second"), text_frame(b"TPE1", "Who")]);
    let facts = known(&bench.write("two.mp3", [first, second, sound].concat())).facts;
    assert_eq!((facts.tags["title"].as_str(), facts.tags["artist"].as_str()), ("First", "Who"));
}
