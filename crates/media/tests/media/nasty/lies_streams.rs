//! Streams and plain samples whose headers lie: granule positions, pre-skip and page numbers of Ogg, sizes of RF64, `fact` of
//! WAV. The sound itself is whole (one page apart), so the length expected is the generator's, or what RFC 7845 and EBU Tech
//! 3306 make of it.

use super::{EXACT, Lab, MS, Meant, NEAR, Row};
use std::ops::Range;

/// What ffmpeg makes, changed; every page of Ogg gets its check sum anew, so that the lie is met and not the damage.
fn ogg(name: &'static str, args: &'static [&'static str], change: fn(&mut Vec<u8>), meant: Meant) -> Row {
    let make = move |lab: &Lab| {
        lab.changed(name, &lab.ffmpeg(&format!("of-{name}"), args), |bytes| {
            change(bytes);
            seal(bytes);
        })
    };
    Row(name, Box::new(make), meant)
}

fn opus(
    name: &'static str,
    change: fn(&mut Vec<u8>),
    ms: i64,
    tolerance: i64,
    findings: &'static [&'static str],
) -> Row {
    ogg(name, OPUS, change, Meant::Sound("ogg", "opus", ms, tolerance, findings))
}

fn vorbis(
    name: &'static str,
    change: fn(&mut Vec<u8>),
    ms: i64,
    tolerance: i64,
    findings: &'static [&'static str],
) -> Row {
    ogg(name, VORBIS, change, Meant::Sound("ogg", "vorbis", ms, tolerance, findings))
}

const OPUS: &[&str] = &["-c:a", "libopus"];
const VORBIS: &[&str] = &["-c:a", "libvorbis"];

/// The pages: 27 bytes, the last of which counts the lengths that follow, then as many bytes as these say (RFC 3533 §6).
fn pages(bytes: &[u8]) -> Vec<Range<usize>> {
    let (mut at, mut found) = (0, vec![]);
    while at < bytes.len() {
        let body = at + 27 + usize::from(bytes[at + 26]);
        let end = body + bytes[at + 27..body].iter().copied().map(usize::from).sum::<usize>();
        found.push(at..end);
        at = end;
    }
    found
}

/// CRC-32 of Ogg: polynomial 0x04c11db7, from the highest bit down, beginning with zero.
fn check_sum(page: &[u8]) -> u32 {
    page.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte) << 24, |sum, _| sum << 1 ^ if sum >> 31 == 1 { 0x04c1_1db7 } else { 0 })
    })
}

fn seal(bytes: &mut [u8]) {
    for page in pages(bytes) {
        let page = &mut bytes[page];
        page[22..26].fill(0);
        let sum = check_sum(page);
        page[22..26].copy_from_slice(&sum.to_le_bytes());
    }
}

fn last_page(bytes: &[u8]) -> usize {
    pages(bytes).len() - 1
}

/// A page in the middle of the sound.
fn middle_page(bytes: &[u8]) -> usize {
    pages(bytes).len() / 2
}

/// Samples at the end of a page.
fn granule(bytes: &mut [u8], page: usize, samples: i64) {
    let at = pages(bytes)[page].start + 6;
    bytes[at..at + 8].copy_from_slice(&samples.to_le_bytes());
}

fn last_granule(bytes: &mut [u8], samples: i64) {
    granule(bytes, last_page(bytes), samples);
}

fn middle_granule(bytes: &mut [u8], samples: i64) {
    granule(bytes, middle_page(bytes), samples);
}

/// The pages from the middle on are counted from 100.
fn numbers_leap(bytes: &mut [u8]) {
    let middle = middle_page(bytes);
    for (number, page) in pages(bytes).into_iter().enumerate().skip(middle) {
        let at = page.start + 18;
        bytes[at..at + 4].copy_from_slice(&(number as u32 + 100).to_le_bytes());
    }
}

fn without_middle(bytes: &mut Vec<u8>) {
    let page = pages(bytes).swap_remove(middle_page(bytes));
    bytes.drain(page);
}

/// The last page does not say that it is the last.
fn without_end(bytes: &mut [u8]) {
    let at = pages(bytes)[last_page(bytes)].start + 5;
    bytes[at] &= !4;
}

/// Samples that are left out at the start, as `OpusHead` says behind its name, a version and the channels.
fn pre_skip(bytes: &mut [u8], samples: u16) {
    let at = bytes.windows(8).position(|window| window == b"OpusHead").unwrap() + 10;
    bytes[at..at + 2].copy_from_slice(&samples.to_le_bytes());
}

fn of_ogg() -> Vec<Row> {
    vec![
        opus("ends-at-61-s.opus", |b| last_granule(b, 61 * 48_000), MS, NEAR, &["media.truncated"]),
        vorbis("ends-at-61-s.ogg", |b| last_granule(b, 61 * 44_100), MS, NEAR, &["media.truncated"]),
        // RFC 7845 §4.4: the last page is left out, and nothing before it (opusdec and ffmpeg: 5993 ms).
        ogg(
            "ends-at-2-s.opus",
            OPUS,
            |b| last_granule(b, 2 * 48_000),
            Meant::AsFfmpeg("ogg", "opus", EXACT, &["media.wrong_length"]),
        ),
        // The last page holds a second of the sound: no encoder makes so much up.
        vorbis("ends-at-2-s.ogg", |b| last_granule(b, 2 * 44_100), MS, NEAR, &["media.wrong_length"]),
        // Minus one says that nothing ends on this page. It is no length, and leaves nothing out.
        opus("ends-nowhere.opus", |b| last_granule(b, -1), MS, NEAR, &[]),
        vorbis("ends-nowhere.ogg", |b| last_granule(b, -1), MS, NEAR, &[]),
        // Only the last page may leave something out.
        opus("steps-back.opus", |b| middle_granule(b, 48_000), MS, EXACT, &[]),
        vorbis("steps-back.ogg", |b| middle_granule(b, 44_100), MS, EXACT, &[]),
        opus("leaps.opus", |b| middle_granule(b, 61 * 48_000), MS, EXACT, &[]),
        vorbis("leaps.ogg", |b| middle_granule(b, 61 * 44_100), MS, EXACT, &[]),
        // Nothing is missing but numbers.
        opus("numbers-leap.opus", |b| numbers_leap(b), MS, EXACT, &[]),
        vorbis("numbers-leap.ogg", |b| numbers_leap(b), MS, EXACT, &[]),
        ogg("no-page.opus", OPUS, without_middle, Meant::AsFfmpeg("ogg", "opus", EXACT, &["media.truncated"])),
        ogg("no-page.ogg", VORBIS, without_middle, Meant::AsFfmpeg("ogg", "vorbis", NEAR, &["media.truncated"])),
        // As a file that was cut between two pages.
        opus("no-end.opus", |b| without_end(b), MS, NEAR, &["media.truncated"]),
        vorbis("no-end.ogg", |b| without_end(b), MS, NEAR, &["media.truncated"]),
        // 312 samples are libopus' own; RFC 7845 §4.2: pre-skip may span several packets, and 80 ms are advised.
        opus("skips-nothing.opus", |b| pre_skip(b, 0), MS + 6, EXACT, &[]),
        opus("skips-80-ms.opus", |b| pre_skip(b, 3_840), MS + 6 - 80, EXACT, &[]),
        opus("skips-1-s.opus", |b| pre_skip(b, 48_000), MS + 6 - 1_000, EXACT, &["media.edits"]),
        // RFC 7845 §4.5: invalid, for it leaves out more than there is.
        ogg(
            "skips-all.opus",
            &["-c:a", "libopus", "-t", "0.9"],
            |b| pre_skip(b, u16::MAX),
            Meant::Refused("none of it can be decoded"),
        ),
    ]
}

fn wav(name: &'static str, args: &'static [&'static str], change: fn(&mut Vec<u8>), meant: Meant) -> Row {
    let make = move |lab: &Lab| lab.changed(name, &lab.ffmpeg(&format!("of-{name}"), args), change);
    Row(name, Box::new(make), meant)
}

fn rf64(name: &'static str, change: fn(&mut Vec<u8>), ms: i64, findings: &'static [&'static str]) -> Row {
    let args = &["-c:a", "pcm_s24le", "-rf64", "always"];
    wav(name, args, change, Meant::Sound("wav", "pcm_s24", ms, EXACT, findings))
}

fn chunk(bytes: &[u8], name: &[u8; 4]) -> usize {
    bytes.windows(4).position(|window| window == name).unwrap()
}

/// Bytes of a second: 24 bits, two channels.
const SECOND: u64 = 44_100 * 6;

/// `ds64`: name, size, bytes of all, bytes of the samples, samples.
fn long_size(bytes: &mut [u8], size: u64) {
    let at = chunk(bytes, b"ds64") + 16;
    bytes[at..at + 8].copy_from_slice(&size.to_le_bytes());
}

fn long_samples(bytes: &mut [u8], samples: u64) {
    let at = chunk(bytes, b"ds64") + 24;
    bytes[at..at + 8].copy_from_slice(&samples.to_le_bytes());
}

/// Samples by `fact`, behind its name and size.
fn fact(bytes: &mut [u8], samples: u32) {
    let at = chunk(bytes, b"fact") + 8;
    bytes[at..at + 4].copy_from_slice(&samples.to_le_bytes());
}

fn of_wav() -> Vec<Row> {
    let ima = |findings| Meant::Sound("wav", "adpcm_ima_wav", MS, NEAR, findings);
    let float = || Meant::Sound("wav", "pcm_f32", MS, EXACT, &[]);
    vec![
        rf64("rf64-says-61-s.wav", |b| long_size(b, 61 * SECOND), MS, &["media.truncated"]),
        rf64("rf64-says-2-60.wav", |b| long_size(b, 1 << 60), MS, &["media.truncated"]),
        rf64("rf64-says-all-but-one.wav", |b| long_size(b, u64::MAX - 1), MS, &["media.truncated"]),
        // As a WAV that states too little: what is not used is named.
        rf64("rf64-says-1-s.wav", |b| long_size(b, SECOND), 1_000, &["media.unused"]),
        rf64("rf64-says-0.wav", |b| long_size(b, 0), MS, &["media.unfinished"]),
        rf64("rf64-says-all-ones.wav", |b| long_size(b, u64::MAX), MS, &["media.unfinished"]),
        // EBU Tech 3306: the long size counts only where the short one is all ones.
        rf64(
            "rf64-short-size-is-true.wav",
            |b| {
                long_size(b, SECOND);
                let at = chunk(b, b"data") + 4;
                b[at..at + 4].copy_from_slice(&(SECOND as u32 * 61 / 10).to_le_bytes());
            },
            MS,
            &[],
        ),
        // Plain samples are counted by their bytes.
        rf64("rf64-61-s-of-samples.wav", |b| long_samples(b, 61 * 44_100), MS, &[]),
        rf64("rf64-no-samples.wav", |b| long_samples(b, 0), MS, &[]),
        wav("fact-says-61-s.wav", &["-c:a", "pcm_f32le"], |b| fact(b, 61 * 44_100), float()),
        wav("fact-says-2-s.wav", &["-c:a", "pcm_f32le"], |b| fact(b, 2 * 44_100), float()),
        wav("fact-says-0.wav", &["-c:a", "pcm_f32le"], |b| fact(b, 0), float()),
        // Packed ones by what this chunk says, in players too.
        wav("ima-says-61-s.wav", &["-c:a", "adpcm_ima_wav"], |b| fact(b, 61 * 44_100), ima(&["media.truncated"])),
        wav("ima-says-2-s.wav", &["-c:a", "adpcm_ima_wav"], |b| fact(b, 2 * 44_100), ima(&[])),
    ]
}

pub fn rows() -> Vec<Row> {
    let mut rows = of_ogg();
    rows.extend(of_wav());
    rows
}
