//! MP4, QuickTime, Matroska, and AAC without a container.

use super::{EXACT, Lab, MS, Meant, NEAR, Row, heard, made};
use std::path::PathBuf;

/// A box inside boxes: where it begins and where it ends.
pub fn find(bytes: &[u8], path: &[&[u8; 4]]) -> Vec<(usize, usize)> {
    let (mut from, mut to, mut found) = (0, bytes.len(), vec![]);
    for name in path {
        let mut at = from;
        loop {
            let size = u32::from_be_bytes(*bytes[at..to].first_chunk().unwrap()) as usize;
            if &bytes[at + 4..at + 8] == *name {
                found.push((at, at + size));
                // `meta` begins with version and flags.
                (from, to) = (at + 8 + if *name == b"meta" { 4 } else { 0 }, at + size);
                break;
            }
            at += size;
        }
    }
    found
}

/// Puts bytes at the end of a box; all boxes around it grow. The table of contents stands behind the sound here.
pub fn grow(bytes: &mut Vec<u8>, path: &[&[u8; 4]], more: &[u8]) {
    let found = find(bytes, path);
    for (at, end) in &found {
        let size = (end - at + more.len()) as u32;
        bytes[*at..at + 4].copy_from_slice(&size.to_be_bytes());
    }
    let end = found.last().unwrap().1;
    bytes.splice(end..end, more.iter().copied());
}

const EDITS: [&[u8; 4]; 4] = [b"moov", b"trak", b"edts", b"elst"];

/// Sets the edits: milliseconds, and where they begin in samples.
fn edit(bytes: &mut Vec<u8>, edits: &[(u32, i32)]) {
    let entry = |(length, start): &(u32, i32)| [length.to_be_bytes(), start.to_be_bytes(), [0, 1, 0, 0]].concat();
    let (at, _) = *find(bytes, &EDITS).last().unwrap();
    bytes[at + 12..at + 16].copy_from_slice(&(edits.len() as u32).to_be_bytes());
    let there = (u32::from_be_bytes(*bytes[at..].first_chunk().unwrap()) as usize - 16) / 12;
    for (number, edit) in edits.iter().enumerate() {
        if number < there {
            let at = at + 16 + 12 * number;
            bytes[at..at + 12].copy_from_slice(&entry(edit));
        } else {
            grow(bytes, &EDITS, &entry(edit));
        }
    }
}

fn m4a(name: &'static str, args: &'static [&'static str], change: fn(&mut Vec<u8>), meant: Meant) -> Row {
    let make = move |lab: &Lab| -> PathBuf {
        let args = [&["-c:a", "aac", "-metadata", "title=T"], args].concat();
        lab.changed(name, &lab.ffmpeg(&format!("of-{name}"), &args), change)
    };
    Row(name, Box::new(make), meant)
}

fn aac(ms: i64, tolerance: i64, findings: &'static [&'static str]) -> Meant {
    Meant::Sound("mp4", "aac", ms, tolerance, findings)
}

/// As iTunes writes it where there is no edit list: numbers of 16 digits.
pub fn itunes_note(bytes: &mut Vec<u8>, text: &str) {
    let (at, _) = find(bytes, &[b"moov", b"trak", b"edts"])[2];
    bytes[at + 4..at + 8].copy_from_slice(b"free");
    let boxed = |name: &[u8; 4], body: &[u8]| [&(body.len() as u32 + 8).to_be_bytes()[..], name, body].concat();
    let mean = boxed(b"mean", b"\0\0\0\0com.apple.iTunes");
    let name = boxed(b"name", b"\0\0\0\0iTunSMPB");
    let data = boxed(b"data", &[&[0, 0, 0, 1, 0, 0, 0, 0][..], text.as_bytes()].concat());
    let note = boxed(b"----", &[mean, name, data].concat());
    grow(bytes, &[b"moov", b"udta", b"meta", b"ilst"], &note);
}

/// Delay, padding, samples of such a note.
pub fn itunes(bytes: &mut Vec<u8>, delay: u32, padding: u32, samples: u64) {
    itunes_note(bytes, &format!(" 00000000 {delay:08X} {padding:08X} {samples:016X} 00000000 00000000"));
}

/// Samples of iTunes' own delay, and those that follow: ffmpeg's delay has 1024, the rest is sound.
pub const DELAY: u32 = 2_112;
pub const SAMPLES: u64 = 269_010 - 1_088;

/// The description of AAC-LC at 22.05 kHz rewritten as HE-AAC at 44.1 kHz: object type 5, both rates, object type 2.
fn high_efficiency(bytes: &mut [u8]) {
    let esds = bytes.windows(4).position(|window| window == b"esds").unwrap();
    let at = esds + bytes[esds..].windows(5).position(|window| window == [5, 0x80, 0x80, 0x80, 5]).unwrap() + 5;
    let bits = 0b0_0101_0111_0010_0100_0001_0000_u64 << 15;
    bytes[at..at + 5].copy_from_slice(&bits.to_be_bytes()[3..]);
}

fn adts(name: &'static str, change: fn(&Lab, &mut Vec<u8>), meant: Meant) -> Row {
    let make = move |lab: &Lab| {
        let plain = lab.ffmpeg(&format!("of-{name}"), &["-c:a", "aac", "-f", "adts"]);
        lab.changed(name, &plain, |bytes| change(lab, bytes))
    };
    Row(name, Box::new(make), meant)
}

fn bare(ms: i64, tolerance: i64, findings: &'static [&'static str]) -> Meant {
    Meant::Sound("aac", "aac", ms, tolerance, findings)
}

const FILM: [&str; 8] = ["-f", "lavfi", "-i", "testsrc=s=64x64:d=6.1:r=10", "-map", "0:a", "-map", "1:v"];

fn film(name: &'static str, args: &'static [&'static str], meant: Meant) -> Row {
    Row(name, Box::new(move |lab| lab.ffmpeg(name, &[&FILM, args].concat())), meant)
}

pub fn rows() -> Vec<Row> {
    let mut rows = vec![
        made("a.m4a", &["-c:a", "aac"], ("mp4", "aac", EXACT, &[])),
        made("fast.m4a", &["-c:a", "aac", "-movflags", "+faststart"], ("mp4", "aac", EXACT, &[])),
        made("pieces.m4a", &["-c:a", "aac", "-movflags", "+frag_keyframe+empty_moov"], ("mp4", "aac", NEAR, &[])),
        made("no-edit-list.m4a", &["-c:a", "aac", "-use_editlist", "0"], ("mp4", "aac", NEAR, &[])),
        made("alac.m4a", &["-c:a", "alac"], ("mp4", "alac", EXACT, &[])),
        made("mp3-in.mp4", &["-c:a", "libmp3lame"], ("mp4", "mp3", NEAR, &[])),
        made("ac3-in.mp4", &["-c:a", "ac3"], ("mp4", "ac3", NEAR, &[])),
        made("samples.mov", &["-c:a", "pcm_s16le"], ("mp4", "pcm", EXACT, &[])),
        made("mono-22.m4a", &["-c:a", "aac", "-ar", "22050", "-ac", "1"], ("mp4", "aac", NEAR, &[])),
        made("opus.webm", &["-c:a", "libopus"], ("matroska", "opus", EXACT, &[])),
        made("vorbis.webm", &["-c:a", "libvorbis"], ("matroska", "vorbis", NEAR, &[])),
        made("opus-live.webm", &["-c:a", "libopus", "-live", "1"], ("matroska", "opus", NEAR, &[])),
        made("flac.mka", &["-c:a", "flac"], ("matroska", "flac", EXACT, &[])),
        made("aac.mka", &["-c:a", "aac"], ("matroska", "aac", NEAR, &[])),
        made("mp3.mka", &["-c:a", "libmp3lame"], ("matroska", "mp3", NEAR, &[])),
        made("samples.mka", &["-c:a", "pcm_s24le"], ("matroska", "pcm", EXACT, &[])),
        made("ac3.mka", &["-c:a", "ac3"], ("matroska", "ac3", NEAR, &[])),
        film("film.mp4", &["-c:v", "mpeg4", "-c:a", "aac"], aac(MS, EXACT, &["media.film"])),
        film(
            "film.mov",
            &["-c:v", "mpeg4", "-c:a", "pcm_s16le"],
            Meant::Sound("mp4", "pcm", MS, EXACT, &["media.film"]),
        ),
        film(
            "film.mkv",
            &["-c:v", "mpeg4", "-c:a", "libopus"],
            Meant::Sound("matroska", "opus", MS, NEAR, &["media.film"]),
        ),
        film("cover.m4a", &["-frames:v", "1", "-c:v", "png", "-disposition:v", "attached_pic"], aac(MS, EXACT, &[])),
        made("a.aac", &["-c:a", "aac", "-f", "adts"], ("aac", "aac", NEAR, &[])),
        heard("mono-22.aac", &["-c:a", "aac", "-f", "adts", "-ar", "22050", "-ac", "1"], ("aac", "aac")),
    ];
    rows.extend([
        m4a("itunes.m4a", &[], |b| itunes(b, DELAY, 0, SAMPLES), aac(MS - 25, EXACT, &[])),
        m4a("he-aac.m4a", &["-ar", "22050"], |bytes| high_efficiency(bytes), Meant::Long("mp4", "aac", &[])),
        // Two pieces of 2 s each, half a second between them left out.
        m4a(
            "two-edits.m4a",
            &[],
            |b| edit(b, &[(2_000, 1_024), (2_000, 1_024 + 44_100 * 5 / 2)]),
            aac(4_000, EXACT, &["media.edits"]),
        ),
        m4a("hides-3-s.m4a", &[], |b| edit(b, &[(3_100, 1_024 + 3 * 44_100)]), aac(3_100, EXACT, &["media.edits"])),
        m4a(
            "edits-backwards.m4a",
            &[],
            |b| edit(b, &[(2_000, 44_100 * 3), (2_000, 1_024)]),
            aac(MS, NEAR, &["media.edits"]),
        ),
        m4a(
            "cut-fast.m4a",
            &["-movflags", "+faststart"],
            |b| b.truncate(b.len() / 2),
            Meant::AsFfmpeg("mp4", "aac", NEAR, &["media.truncated"]),
        ),
        m4a("cut.m4a", &[], |b| b.truncate(b.len() / 2), Meant::Refused("not finished or is cut off")),
        m4a("protected.m4a", &[], |b| b[8..12].copy_from_slice(b"M4P "), Meant::Refused("a protected recording")),
        adts("cut.aac", |_, b| b.truncate(b.len() / 2), Meant::AsFfmpeg("aac", "aac", NEAR, &["media.truncated"])),
        adts(
            "damaged.aac",
            |_, b| {
                let middle = b.len() / 2;
                b[middle..middle + 1_500].fill(0x55);
            },
            Meant::AsFfmpeg("aac", "aac", NEAR, &["media.damaged"]),
        ),
        adts(
            "behind-id3.aac",
            |_, b| drop(b.splice(0..0, [b"ID3\x04\0\0\0\0\0\x20".to_vec(), vec![0; 32]].concat())),
            bare(MS, NEAR, &[]),
        ),
        adts("junk-first.aac", |_, b| drop(b.splice(0..0, vec![0x20; 3_000])), bare(MS, NEAR, &["media.junk"])),
        adts("id3v1.aac", |_, b| b.extend([b"TAG".to_vec(), vec![b' '; 125]].concat()), bare(MS, NEAR, &[])),
        adts(
            "two-rates.aac",
            |lab, b| {
                let args = ["-c:a", "aac", "-f", "adts", "-ar", "32000", "-ac", "1"];
                b.extend(std::fs::read(lab.ffmpeg("second.aac", &args)).unwrap());
            },
            Meant::AsFfmpeg("aac", "aac", EXACT, &["media.format_changes"]),
        ),
        Row(
            "cut.webm",
            Box::new(|lab| {
                lab.changed("cut.webm", &lab.ffmpeg("whole.webm", &["-c:a", "libopus"]), |b| b.truncate(b.len() / 2))
            }),
            Meant::AsFfmpeg("matroska", "opus", NEAR, &["media.truncated"]),
        ),
    ]);
    rows
}
