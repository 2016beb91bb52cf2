//! Tables and headers that lie: how many samples there are, how long they are, where they stand, how long all of it lasts. The
//! sound itself is whole, so the length expected is the generator's, whatever was written over it.

use super::boxes::{DELAY, SAMPLES, find, grow, itunes, itunes_note};
use super::{EXACT, Lab, MS, Meant, NEAR, Row};

/// The sound's own track, ffmpeg's only one here.
const MEDIA: [&[u8; 4]; 3] = [b"moov", b"trak", b"mdia"];
const TABLE: [&[u8; 4]; 5] = [b"moov", b"trak", b"mdia", b"minf", b"stbl"];

/// What ffmpeg makes, changed.
fn lie(name: &'static str, args: &'static [&'static str], change: fn(&mut Vec<u8>), meant: Meant) -> Row {
    let make = move |lab: &Lab| lab.changed(name, &lab.ffmpeg(&format!("of-{name}"), args), change);
    Row(name, Box::new(make), meant)
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(*bytes[at..].first_chunk().unwrap())
}

fn put(bytes: &mut [u8], at: usize, number: u32) {
    bytes[at..at + 4].copy_from_slice(&number.to_be_bytes());
}

/// Where a box of the sample table begins.
fn table(bytes: &[u8], name: &[u8; 4]) -> usize {
    find(bytes, &[&TABLE[..], &[name]].concat()).last().unwrap().0
}

/// The track's own length (`mdhd`, version 0: after version, dates and time scale).
fn track_length(bytes: &mut [u8], samples: u32) {
    let at = find(bytes, &[&MEDIA[..], &[b"mdhd"]].concat()).last().unwrap().0;
    put(bytes, at + 24, samples);
}

/// The movie's length (`mvhd`, milliseconds) and the length of the track in it (`tkhd`).
fn movie_length(bytes: &mut [u8], ms: u32) {
    let (movie, track) = (find(bytes, &[b"moov", b"mvhd"])[1].0, find(bytes, &[b"moov", b"trak", b"tkhd"])[2].0);
    put(bytes, movie + 24, ms);
    put(bytes, track + 28, ms);
}

/// The first edit's length, milliseconds.
fn edit_length(bytes: &mut [u8], ms: u32) {
    let at = find(bytes, &[b"moov", b"trak", b"edts", b"elst"]).last().unwrap().0;
    put(bytes, at + 16, ms);
}

/// Thousand samples of 400 bytes more in every table, behind the end of the file: the table stands before the sound, so
/// that the sound moves by as much as it grows.
fn thousand_more(bytes: &mut Vec<u8>) {
    let moov = find(bytes, &[b"moov"])[0].1;
    for (name, at) in [(b"stsz", 16), (b"stts", 16)] {
        let at = table(bytes, name) + at;
        let count = number(bytes, at);
        put(bytes, at, count + 1_000);
    }
    // The last chunk has them: an entry of its own says so.
    let (sizes, chunks) = (table(bytes, b"stsc"), number(bytes, table(bytes, b"stco") + 12));
    let entries = number(bytes, sizes + 12);
    let last = sizes + 16 + 12 * (entries as usize - 1);
    if number(bytes, last) == chunks {
        let samples = number(bytes, last + 4);
        put(bytes, last + 4, samples + 1_000);
    } else {
        let samples = number(bytes, last + 4);
        put(bytes, sizes + 12, entries + 1);
        let more = [chunks, samples + 1_000, 1].map(u32::to_be_bytes).concat();
        grow(bytes, &[&TABLE[..], &[b"stsc"]].concat(), &more);
    }
    let more = [400u32; 1_000].map(u32::to_be_bytes).concat();
    grow(bytes, &[&TABLE[..], &[b"stsz"]].concat(), &more);
    let grown = (find(bytes, &[b"moov"])[0].1 - moov) as u32;
    let offsets = table(bytes, b"stco");
    for chunk in 0..chunks as usize {
        let at = offsets + 16 + 4 * chunk;
        let offset = number(bytes, at);
        put(bytes, at, offset + grown);
    }
}

/// Where a chunk of a CAF or AIFF begins.
fn chunk(bytes: &[u8], name: &[u8; 4]) -> usize {
    bytes.windows(4).position(|window| window == name).unwrap()
}

/// The valid samples that a table of packets states (CAF: name, size of 64 bits, packets, samples, priming, remainder).
fn valid(bytes: &mut [u8], samples: u64) {
    let at = chunk(bytes, b"pakt") + 20;
    bytes[at..at + 8].copy_from_slice(&samples.to_be_bytes());
}

/// The packets that it states.
fn packets(bytes: &mut [u8], change: impl FnOnce(u64) -> u64) {
    let at = chunk(bytes, b"pakt") + 12;
    let stated = u64::from_be_bytes(*bytes[at..].first_chunk().unwrap());
    bytes[at..at + 8].copy_from_slice(&change(stated).to_be_bytes());
}

/// `Duration` of Matroska: its name of two bytes, a length of eight, milliseconds as a double.
fn matroska_length(bytes: &mut [u8], ms: f64) {
    let at = bytes.windows(3).position(|window| window == [0x44, 0x89, 0x88]).unwrap() + 3;
    bytes[at..at + 8].copy_from_slice(&ms.to_be_bytes());
}

/// Samples that `COMM` of an AIFF states, behind name, size and channels.
fn aiff_samples(bytes: &mut [u8], samples: u32) {
    let at = chunk(bytes, b"COMM") + 10;
    put(bytes, at, samples);
}

fn aac(ms: i64, tolerance: i64, findings: &'static [&'static str]) -> Meant {
    Meant::Sound("mp4", "aac", ms, tolerance, findings)
}

const AAC: &[&str] = &["-c:a", "aac"];
const FAST: &[&str] = &["-c:a", "aac", "-movflags", "+faststart"];
const ALAC: &[&str] = &["-c:a", "alac"];

/// iTunes' note in a file without an edit list (`-metadata`: so that it has a list of tags).
fn note(
    name: &'static str,
    change: fn(&mut Vec<u8>),
    ms: i64,
    tolerance: i64,
    findings: &'static [&'static str],
) -> Row {
    lie(name, &["-c:a", "aac", "-metadata", "title=T"], change, aac(ms, tolerance, findings))
}

fn notes() -> Vec<Row> {
    vec![
        note("note-says-61-s.m4a", |b| itunes(b, DELAY, 0, 61 * 44_100), MS, NEAR, &["media.truncated"]),
        // As an edit list: what is hidden is said.
        note("note-says-2-s.m4a", |b| itunes(b, DELAY, 0, 2 * 44_100), 2_000, EXACT, &["media.edits"]),
        // No note.
        note("note-says-0.m4a", |b| itunes(b, DELAY, 0, 0), MS, NEAR, &[]),
        note("note-says-all-ones.m4a", |b| itunes(b, DELAY, 0, u64::MAX), MS, NEAR, &[]),
        note("note-of-words.m4a", |b| itunes_note(b, " 00000000 a delay of some samples"), MS, NEAR, &[]),
        note("note-cut.m4a", |b| itunes_note(b, " 00000000 00000840"), MS, NEAR, &[]),
        note("note-of-nothing.m4a", |b| itunes_note(b, ""), MS, NEAR, &[]),
        // Delay and samples say where the sound ends; the padding is what is left.
        note("padding-all-ones.m4a", |b| itunes(b, DELAY, u32::MAX, SAMPLES), MS - 25, EXACT, &[]),
        note("delay-of-0.m4a", |b| itunes(b, 0, 0, SAMPLES), MS - 25, EXACT, &[]),
        note("delay-all-ones.m4a", |b| itunes(b, u32::MAX, 0, SAMPLES), MS, NEAR, &[]),
        // Five seconds are hidden, and then the sound ends before it should.
        note(
            "delay-of-5-s.m4a",
            |b| itunes(b, 5 * 44_100, 0, SAMPLES),
            MS - 5_000,
            NEAR,
            &["media.edits", "media.truncated"],
        ),
        // Twelve seconds before the sound: no player is silent for that. Such a note is left aside, and this is said.
        note("delay-longer-than-all.m4a", |b| itunes(b, 12 * 44_100, 0, SAMPLES), MS, NEAR, &["media.edits"]),
    ]
}

pub fn rows() -> Vec<Row> {
    let mut rows = notes();
    rows.extend(tables());
    rows
}

fn tables() -> Vec<Row> {
    vec![
        lie("track-says-61-s.m4a", AAC, |b| track_length(b, 61 * 44_100), aac(MS, EXACT, &["media.truncated"])),
        lie("track-says-2-s.m4a", AAC, |b| track_length(b, 2 * 44_100), aac(MS, EXACT, &["media.wrong_length"])),
        lie("track-says-0-s.m4a", AAC, |b| track_length(b, 0), aac(MS, EXACT, &[])),
        lie("movie-says-61-s.m4a", AAC, |b| movie_length(b, 61_000), aac(MS, EXACT, &[])),
        lie("movie-says-2-s.m4a", AAC, |b| movie_length(b, 2_000), aac(MS, EXACT, &[])),
        lie("edit-says-61-s.m4a", AAC, |b| edit_length(b, 61_000), aac(MS, NEAR, &["media.truncated"])),
        lie("table-behind-the-end.m4a", FAST, thousand_more, aac(MS, NEAR, &["media.truncated"])),
        lie(
            "sizes-without-entries.m4a",
            FAST,
            |b| {
                let at = table(b, b"stsz") + 16;
                put(b, at, 1_000_000);
            },
            Meant::Refused("structure is damaged"),
        ),
        lie(
            "last-sample-too-long.m4a",
            FAST,
            |b| {
                let at = table(b, b"stsz");
                let last = at + 20 + 4 * (number(b, at + 16) as usize - 1);
                put(b, last, 0x00ff_ffff);
            },
            aac(MS, NEAR, &["media.truncated"]),
        ),
        lie(
            "chunk-behind-the-end.m4a",
            FAST,
            |b| {
                let at = table(b, b"stco");
                let last = at + 16 + 4 * (number(b, at + 12) as usize - 1);
                put(b, last, 0x7fff_0000);
            },
            Meant::Refused("looks like a sound, but none of it can be decoded"),
        ),
        // It is brought to ffmpeg, which leaves such a table aside.
        lie(
            "four-billion-in-a-row.m4a",
            FAST,
            |b| {
                let at = table(b, b"stts") + 16;
                put(b, at, u32::MAX);
            },
            aac(MS, NEAR, &[]),
        ),
        lie("packets-say-61-s.caf", ALAC, |b| valid(b, 61 * 44_100), caf(MS, NEAR, &["media.truncated"])),
        // As an edit list: what is hidden is said.
        lie("packets-say-2-s.caf", ALAC, |b| valid(b, 2 * 44_100), caf(2_000, EXACT, &["media.edits"])),
        lie("packets-without-entries.caf", ALAC, |b| packets(b, |n| n * 1_000), Meant::Refused("structure is damaged")),
        lie(
            "says-61-s.mka",
            &["-c:a", "flac"],
            |b| matroska_length(b, 61_000.0),
            Meant::Sound("matroska", "flac", MS, EXACT, &["media.truncated"]),
        ),
        lie(
            "says-2-s.webm",
            &["-c:a", "libopus"],
            |b| matroska_length(b, 2_000.0),
            Meant::Sound("matroska", "opus", MS, EXACT, &["media.wrong_length"]),
        ),
        lie(
            "says-nan.mka",
            &["-c:a", "flac"],
            |b| matroska_length(b, f64::NAN),
            Meant::Sound("matroska", "flac", MS, EXACT, &[]),
        ),
        lie("says-61-s.aiff", &[], |b| aiff_samples(b, 61 * 44_100), aiff(MS, &["media.truncated"])),
        lie("says-2-s.aiff", &[], |b| aiff_samples(b, 2 * 44_100), aiff(MS, &["media.wrong_length"])),
    ]
}

fn caf(ms: i64, tolerance: i64, findings: &'static [&'static str]) -> Meant {
    Meant::Sound("caf", "alac", ms, tolerance, findings)
}

fn aiff(ms: i64, findings: &'static [&'static str]) -> Meant {
    Meant::Sound("aiff", "pcm_s16", ms, EXACT, findings)
}
