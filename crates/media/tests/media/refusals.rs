//! Files that are no sound that is taken: each is named, none is changed.

use super::fixtures::{Bench, look};
use hearthcast_media::{Cancel, MediaError, probe};
use hearthcast_model::{Code, Error};
use std::fs;
use std::path::Path;

/// What is taken, in the words of the sentence.
const TAKEN: &str = "MP3, M4A, AAC, WAV, FLAC, AIFF, CAF, Ogg Vorbis, Opus, WebM and the sound of films";

/// The sentence and code a person gets.
fn refused(path: &Path) -> (String, Code) {
    let error = look(path).expect_err(&path.display().to_string());
    let shown = Error::from(error);
    assert!(!shown.hint.is_empty(), "{}", shown.message);
    (shown.message, shown.code)
}

#[test]
fn what_only_ffmpeg_decodes_is_named_where_there_is_none() {
    let bench = Bench::new();
    let wav = bench.sox("short.wav", 2, &["synth", "1", "sine", "440"]);
    let source = wav.to_str().unwrap();
    for (name, args, words) in [
        ("a.mp2", &["-c:a", "mp2"][..], "an MPEG layer II recording (MP2)"),
        ("a.wma", &[], "a Windows Media file (WMA or WMV)"),
        ("a.ac3", &[], "an AC-3 recording"),
    ] {
        let made = bench.ffmpeg(name, &[&["-i", source], args].concat());
        // The ending decides nothing. This process was never told that it may use ffmpeg.
        let disguised = bench.path("episode.mp3");
        fs::rename(&made, &disguised).unwrap();
        let (message, code) = refused(&disguised);
        assert_eq!(
            message,
            format!(
                "\"episode.mp3\" is {words}, and Hearthcast does not decode that itself; Hearthcast decodes it with the \
                 program ffmpeg, and that program was not found."
            ),
            "{name}"
        );
        assert_eq!(code, Code::MediaUnusable);
    }
}

#[test]
fn flac_behind_an_id3_tag_is_still_flac() {
    let bench = Bench::new();
    let wav = bench.sox("short.wav", 2, &["synth", "1", "sine", "440"]);
    let flac = fs::read(bench.ffmpeg("a.flac", &["-i", wav.to_str().unwrap()])).unwrap();
    let file = [b"ID3\x04\0\0\0\0\0\x20".to_vec(), vec![0; 32], flac].concat();
    let facts = super::fixtures::known(&bench.write("a.mp3", file)).facts;
    assert_eq!((facts.codec.as_str(), facts.duration_ms, facts.header_bytes), ("flac", Some(1000), 42));
    let aiff = fs::read(bench.ffmpeg("a.aiff", &["-i", wav.to_str().unwrap()])).unwrap();
    let file = [b"ID3\x04\0\0\0\0\0\x20".to_vec(), vec![0; 32], aiff].concat();
    assert!(refused(&bench.write("b.mp3", file)).0.contains("an AIFF recording"));
}

#[test]
fn texts_pages_and_pictures_are_named() {
    let bench = Bench::new();
    let utf16: Vec<u8> = "\u{feff}Hello, this is a note.".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(&utf16[..2], [0xff, 0xfe]);
    for (bytes, words) in [
        (utf16.as_slice(), "a text file (UTF-16)"),
        (b"Buy milk.\nCall Anna.\n", "a text file"),
        (b"<!DOCTYPE html>\n<html><head><title>404</title>", "an HTML page"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"PK\x03\x04\x14\0", "a ZIP archive or an office document"),
        (b"8BPS\0\x01", "a Photoshop picture"),
        (b"ID3\x04\0\0\0\0\0\x0a\0\0\0\0\0\0\0\0\0\0", "nothing but tags"),
    ] {
        let (message, _) = refused(&bench.write("episode.mp3", bytes));
        assert_eq!(message, format!("\"episode.mp3\" is {words}; Hearthcast takes {TAKEN}."));
    }
    let picture = bench.ffmpeg("cover.png", &["-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1"]);
    let disguised = bench.path("episode.mp3");
    fs::copy(&picture, &disguised).unwrap();
    assert!(refused(&disguised).0.contains("a PNG picture, although its name ends like a sound's"));
    let (message, _) = refused(&bench.write("episode.mp3", b"GIF89a\x01\0\x01\0\0\0\0"));
    assert!(message.contains("a GIF picture, although its name ends like a sound's"), "{message}");
}

#[test]
fn empty_missing_folder_and_noise() {
    let bench = Bench::new();
    assert_eq!(refused(&bench.write("empty.mp3", b"")).0, "\"empty.mp3\" is an empty file.");
    assert_eq!(refused(&bench.path("nothing.mp3")).1, Code::MediaUnreadable);
    assert!(refused(bench.path("").as_path()).0.contains("a folder"));
    assert!(refused(Path::new("/dev/zero")).0.contains("a device"), "and it is not opened");
    // Bytes without any pattern: x → 1664525 x + 1013904223, its high byte.
    let noise: Vec<u8> = (0..300_000)
        .scan(1u32, |state, _| {
            *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some((*state >> 24) as u8)
        })
        .collect();
    assert!(refused(&bench.write("noise.mp3", &noise)).0.contains("no sound that can be recognised"));
    assert!(refused(&bench.write("ff.mp3", vec![0xff; 100_000])).0.contains("holds no sound"));
}

#[test]
fn a_name_that_is_no_unicode_is_read() {
    use std::os::unix::ffi::OsStrExt;
    let bench = Bench::new();
    let file = bench.lame(&bench.sine(), "a.mp3", &["-b", "128"]);
    let odd = bench.path("").join(std::ffi::OsStr::from_bytes(b"S\xf6ndung.mp3"));
    fs::rename(file, &odd).unwrap();
    assert_eq!(super::fixtures::known(&odd).facts.duration_ms, Some(20_500));
}

#[test]
fn more_than_4_gib_is_refused_at_once() {
    let bench = Bench::new();
    let path = bench.write("huge.mp3", b"\xff\xfb\x90\x64");
    // A sparse file: five GiB that take no room.
    fs::File::options().write(true).open(&path).unwrap().set_len(5 << 30).unwrap();
    assert_eq!(refused(&path).1, Code::MediaTooLarge);
}

#[test]
fn a_stopped_probe_stops_between_frames() {
    let bench = Bench::new();
    let file = bench.lame(&bench.sine(), "a.mp3", &["-b", "320"]);
    let cancel = Cancel::default();
    let mut seen = 0;
    let outcome = probe(&file, &cancel, &mut |progress| {
        seen = progress.done;
        cancel.cancel();
    });
    assert_eq!(outcome, Err(MediaError::Cancelled));
    assert!(seen < 10_000, "at the first frame, not at the end: {seen}");
}

#[test]
fn looking_changes_nothing() {
    let bench = Bench::new();
    let file = bench.lame(&bench.sine(), "a.mp3", &["-b", "128"]);
    let before = (fs::read(&file).unwrap(), fs::metadata(&file).unwrap().modified().unwrap());
    let _ = super::fixtures::known(&file);
    assert!(before == (fs::read(&file).unwrap(), fs::metadata(&file).unwrap().modified().unwrap()));
}
