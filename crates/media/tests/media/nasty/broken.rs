//! MP3 and Ogg as encoders, recorders, downloads and gluing leave them behind.

use super::{EXACT, Lab, MS, Meant, NEAR, Row, made};
use std::fs;
use std::path::PathBuf;

fn mp3(ms: i64, tolerance: i64, findings: &'static [&'static str]) -> Meant {
    Meant::Sound("mp3", "mp3", ms, tolerance, findings)
}

/// What LAME makes with these options, changed.
fn lame(name: &'static str, args: &'static [&'static str], change: fn(&mut Vec<u8>), meant: Meant) -> Row {
    Row(name, Box::new(move |lab| lab.changed(name, &lab.lame(&format!("of-{name}"), args), change)), meant)
}

const CBR: &[&str] = &["-b", "128"];

/// Where "Info" or "Xing" stands.
fn info(bytes: &[u8]) -> usize {
    bytes.windows(4).position(|window| window == b"Info" || window == b"Xing").unwrap()
}

/// Changes the number of frames that the description states; its check sum is taken away.
fn frames(bytes: &mut [u8], change: impl FnOnce(u32) -> u32) {
    let at = info(bytes) + 8;
    let stated = u32::from_be_bytes(*bytes[at..].first_chunk().unwrap());
    bytes[at..at + 4].copy_from_slice(&change(stated).to_be_bytes());
    let lame = encoder(bytes);
    bytes[lame + 34..lame + 36].fill(0);
}

/// Where the encoder's name stands in the description.
fn encoder(bytes: &[u8]) -> usize {
    bytes.windows(4).position(|window| window == b"LAME").unwrap()
}

/// Makes it another encoder's.
fn of_another(bytes: &mut [u8]) {
    let at = encoder(bytes);
    bytes[at..at + 4].copy_from_slice(b"XYZ1");
}

fn of(lab: &Lab, name: &str, args: &[&str]) -> Vec<u8> {
    fs::read(lab.ffmpeg(name, args)).unwrap()
}

const BARE: [&str; 6] = ["-write_xing", "0", "-id3v2_version", "0", "-b:a", "64k"];

fn joined(name: &'static str, first: &'static [&'static str], second: &'static [&'static str], meant: Meant) -> Row {
    let make = move |lab: &Lab| -> PathBuf {
        let ending = name.rsplit('.').next().unwrap();
        let one = of(lab, &format!("1-{name}.{ending}"), first);
        let two = of(lab, &format!("2-{name}.{ending}"), second);
        lab.bench.write(name, [one, two].concat())
    };
    Row(name, Box::new(make), meant)
}

fn ogg(name: &'static str, args: &'static [&'static str], change: fn(&mut Vec<u8>), meant: Meant) -> Row {
    let make = move |lab: &Lab| lab.changed(name, &lab.ffmpeg(&format!("of-{name}"), args), change);
    Row(name, Box::new(make), meant)
}

pub fn rows() -> Vec<Row> {
    let mut rows = vec![
        made("lavc.mp3", &["-b:a", "96k"], ("mp3", "mp3", EXACT, &[])),
        made("mono-22.mp3", &["-ac", "1", "-ar", "22050"], ("mp3", "mp3", EXACT, &[])),
        made("mono-8.mp3", &["-ac", "1", "-ar", "8000", "-b:a", "16k"], ("mp3", "mp3", EXACT, &[])),
        made("vorbis.ogg", &["-c:a", "libvorbis"], ("ogg", "vorbis", EXACT, &[])),
        made("flac.ogg", &["-c:a", "flac"], ("ogg", "flac", EXACT, &[])),
        made("a.opus", &["-c:a", "libopus"], ("ogg", "opus", EXACT, &[])),
        made("speech.opus", &["-c:a", "libopus", "-b:a", "16k", "-ac", "1"], ("ogg", "opus", EXACT, &[])),
        lame("cbr.mp3", CBR, |_| (), mp3(MS, EXACT, &[])),
        lame("loud.mp3", &["-b", "320"], |_| (), mp3(MS, EXACT, &[])),
        lame("vbr.mp3", &["-V", "4"], |_| (), mp3(MS, EXACT, &[])),
        lame("abr.mp3", &["--abr", "96"], |_| (), mp3(MS, EXACT, &[])),
        lame("check-sums.mp3", &["-b", "128", "-p"], |_| (), mp3(MS, EXACT, &[])),
        lame("no-tag.mp3", &["-t", "-b", "128"], |_| (), Meant::EveryFrame(&[])),
        lame("vbr-no-tag.mp3", &["-t", "-V", "4"], |_| (), Meant::EveryFrame(&["media.no_length"])),
        // The delay that another encoder's name is followed by means nothing known.
        lame("xing-of-another.mp3", &["-V", "4"], |b| of_another(b), Meant::EveryFrame(&[])),
        lame("info-of-another.mp3", CBR, |b| of_another(b), Meant::EveryFrame(&[])),
        // The trap: from the first, quiet frames a reader guesses the length of the whole and stops there.
        Row(
            "rising.mp3",
            Box::new(|lab| {
                let wav =
                    lab.bench.sox("rising.wav", 2, &["synth", "20.5", "pinknoise", "vol", "-9dB", "fade", "t", "18"]);
                lab.bench.lame(&wav, "rising.mp3", &["-t", "-V", "4"])
            }),
            Meant::EveryFrame(&["media.no_length"]),
        ),
        lame("cut.mp3", CBR, |b| b.truncate(48_333), Meant::AsFfmpeg("mp3", "mp3", NEAR, &["media.truncated"])),
        lame("claims-more.mp3", CBR, |b| frames(b, |n| n * 3), mp3(MS + 30, NEAR, &["media.truncated"])),
        lame("claims-less.mp3", CBR, |b| frames(b, |n| n / 3), mp3(MS, NEAR, &["media.wrong_length"])),
        lame(
            "damaged.mp3",
            CBR,
            |b| b[40_000..41_500].fill(0x55),
            Meant::AsFfmpeg("mp3", "mp3", NEAR, &["media.damaged"]),
        ),
        lame("junk-first.mp3", CBR, |b| drop(b.splice(0..0, vec![0x20; 3_000])), mp3(MS, EXACT, &["media.junk"])),
        lame("junk-last.mp3", CBR, |b| b.extend(vec![0; 2_000]), mp3(MS, EXACT, &["media.junk"])),
        lame(
            "half-downloaded.mp3",
            CBR,
            |b| {
                let half = b.len() / 2;
                b[half..].fill(0);
            },
            Meant::Sound("mp3", "mp3", MS / 2, NEAR, &["media.truncated", "media.junk"]),
        ),
        lame("tagged.mp3", &["-b", "128", "--tt", "T", "--add-id3v2"], |_| (), mp3(MS, EXACT, &[])),
        lame(
            "tag-longer-than-file.mp3",
            &["-b", "128", "--tt", "T", "--id3v2-only"],
            |b| b[6..10].copy_from_slice(&[0x7f, 0x7f, 0x7f, 0x7f]),
            mp3(MS, EXACT, &["media.tag_invalid", "media.junk"]),
        ),
        lame(
            "wrong-check-sum.mp3",
            CBR,
            |b| {
                let at = encoder(b);
                b[at + 22] ^= 0x0f;
            },
            Meant::EveryFrame(&[]),
        ),
        Row(
            "glued.mp3",
            Box::new(|lab| {
                let one = fs::read(lab.lame("one.mp3", CBR)).unwrap();
                lab.bench.write("glued.mp3", [one.clone(), one].concat())
            }),
            Meant::AsFfmpeg("mp3", "mp3", NEAR, &["media.joined"]),
        ),
        Row(
            "two-rates.mp3",
            Box::new(|lab| {
                let one = of(lab, "rate-1.mp3", &[&["-ac", "2", "-ar", "24000"][..], &BARE].concat());
                let two = of(lab, "rate-2.mp3", &[&["-ac", "1", "-ar", "22050"][..], &BARE].concat());
                lab.bench.write("two-rates.mp3", [one, two].concat())
            }),
            Meant::AsFfmpeg("mp3", "mp3", NEAR, &["media.format_changes"]),
        ),
    ];
    rows.extend([
        joined(
            "two.ogg",
            &["-c:a", "libvorbis"],
            &["-c:a", "libvorbis", "-t", "3"],
            Meant::Sound("ogg", "vorbis", MS + 3_000, EXACT, &["media.joined"]),
        ),
        joined(
            "vorbis-then-opus.ogg",
            &["-c:a", "libvorbis"],
            &["-c:a", "libopus"],
            Meant::Sound("ogg", "vorbis", 2 * MS, EXACT, &["media.joined", "media.format_changes"]),
        ),
        joined(
            "two-rates.ogg",
            &["-c:a", "libvorbis"],
            &["-c:a", "libvorbis", "-ar", "22050", "-ac", "1"],
            Meant::Sound("ogg", "vorbis", 2 * MS, EXACT, &["media.joined", "media.format_changes"]),
        ),
        joined(
            "two.opus",
            &["-c:a", "libopus"],
            &["-c:a", "libopus", "-ac", "1"],
            Meant::Sound("ogg", "opus", 2 * MS, EXACT, &["media.joined", "media.format_changes"]),
        ),
        ogg(
            "cut.ogg",
            &["-c:a", "libvorbis"],
            |b| b.truncate(b.len() / 2),
            Meant::AsFfmpeg("ogg", "vorbis", EXACT, &["media.truncated"]),
        ),
        ogg(
            "cut.opus",
            &["-c:a", "libopus"],
            |b| b.truncate(b.len() / 2),
            Meant::AsFfmpeg("ogg", "opus", EXACT, &["media.truncated"]),
        ),
    ]);
    rows
}
