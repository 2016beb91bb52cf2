//! Plain samples and lossless packing: lengths to the millisecond, whatever the header says.

use super::{EXACT, Lab, MS, Meant, NEAR, Row, made};
use std::path::PathBuf;

fn wav(name: &'static str, change: fn(&mut Vec<u8>), ms: i64, findings: &'static [&'static str]) -> Row {
    let make = move |lab: &Lab| lab.changed(name, &lab.wav, change);
    Row(name, Box::new(make), Meant::Sound("wav", "pcm_s16", ms, EXACT, findings))
}

/// Where the size of the samples stands.
fn data_size(bytes: &[u8]) -> usize {
    bytes.windows(4).position(|window| window == b"data").unwrap() + 4
}

fn state(bytes: &mut [u8], size: u32) {
    let at = data_size(bytes);
    bytes[at..at + 4].copy_from_slice(&size.to_le_bytes());
}

fn flac(name: &'static str, change: fn(&mut Vec<u8>), meant: Meant) -> Row {
    Row(name, Box::new(move |lab| lab.changed(name, &lab.ffmpeg(&format!("of-{name}"), &[]), change)), meant)
}

/// 36 bits of STREAMINFO hold the number of samples (RFC 9639 §8.2): "fLaC", a header of four bytes, then from bit 108 on.
fn total(bytes: &mut [u8], samples: u64) {
    bytes[21] = bytes[21] & 0xf0 | (samples >> 32) as u8;
    bytes[22..26].copy_from_slice(&(samples as u32).to_be_bytes());
}

fn of_flac(ms: i64, tolerance: i64, findings: &'static [&'static str]) -> Meant {
    Meant::Sound("flac", "flac", ms, tolerance, findings)
}

fn caf(name: &'static str, args: &'static [&'static str], change: fn(&mut Vec<u8>), meant: Meant) -> Row {
    let make = move |lab: &Lab| -> PathBuf { lab.changed(name, &lab.ffmpeg(&format!("of-{name}"), args), change) };
    Row(name, Box::new(make), meant)
}

/// Where a chunk of a CAF begins.
fn chunk(bytes: &[u8], name: &[u8; 4]) -> usize {
    bytes.windows(4).position(|window| window == name).unwrap()
}

pub fn rows() -> Vec<Row> {
    let mut rows = vec![
        made("u8.wav", &["-c:a", "pcm_u8"], ("wav", "pcm_u8", EXACT, &[])),
        made("s16.wav", &["-c:a", "pcm_s16le"], ("wav", "pcm_s16", EXACT, &[])),
        made("s24-extensible.wav", &["-c:a", "pcm_s24le"], ("wav", "pcm_s24", EXACT, &[])),
        made("s32.wav", &["-c:a", "pcm_s32le"], ("wav", "pcm_s32", EXACT, &[])),
        made("f32.wav", &["-c:a", "pcm_f32le"], ("wav", "pcm_f32", EXACT, &[])),
        made("f64.wav", &["-c:a", "pcm_f64le"], ("wav", "pcm_f64", EXACT, &[])),
        made("rf64.wav", &["-c:a", "pcm_s24le", "-rf64", "always"], ("wav", "pcm_s24", EXACT, &[])),
        made("bext.wav", &["-write_bext", "1", "-metadata", "description=Take"], ("wav", "pcm_s16", EXACT, &[])),
        made("six.wav", &["-af", "pan=5.1|FL=FL|FR=FR|FC=FL"], ("wav", "pcm_s16", EXACT, &["media.downmixed"])),
        made(
            "four.wav",
            &["-af", "pan=4.0|c0=c0|c1=c1|c2=c0|c3=c1"],
            ("wav", "pcm_s16le", EXACT, &["media.downmixed"]),
        ),
        made("mulaw.wav", &["-c:a", "pcm_mulaw"], ("wav", "pcm_mulaw", EXACT, &[])),
        made("alaw.wav", &["-c:a", "pcm_alaw"], ("wav", "pcm_alaw", EXACT, &[])),
        made("ima.wav", &["-c:a", "adpcm_ima_wav"], ("wav", "adpcm_ima_wav", NEAR, &[])),
        made("ms.wav", &["-c:a", "adpcm_ms"], ("wav", "adpcm_ms", NEAR, &[])),
        made("mp3-in.wav", &["-c:a", "libmp3lame"], ("wav", "mp3", NEAR, &[])),
        made("a.aiff", &[], ("aiff", "pcm_s16", EXACT, &[])),
        made("s24.aiff", &["-c:a", "pcm_s24be"], ("aiff", "pcm_s24", EXACT, &[])),
        made("sowt.aiff", &["-c:a", "pcm_s16le"], ("aiff", "pcm_s16", EXACT, &[])),
        made("float.aiff", &["-c:a", "pcm_f32be"], ("aiff", "pcm_f32", EXACT, &[])),
        made("mulaw.aiff", &["-c:a", "pcm_mulaw"], ("aiff", "pcm_mulaw", EXACT, &[])),
        made("a.flac", &[], ("flac", "flac", EXACT, &[])),
        made("s24.flac", &["-sample_fmt", "s32"], ("flac", "flac", EXACT, &[])),
        made("s16.caf", &["-c:a", "pcm_s16be"], ("caf", "pcm_s16", EXACT, &[])),
        made("little.caf", &["-c:a", "pcm_s24le"], ("caf", "pcm_s24", EXACT, &[])),
        made("float.caf", &["-c:a", "pcm_f32le"], ("caf", "pcm_f32", EXACT, &[])),
        made("alac.caf", &["-c:a", "alac"], ("caf", "alac", EXACT, &[])),
        made("mulaw.caf", &["-c:a", "pcm_mulaw"], ("caf", "pcm_mulaw", EXACT, &[])),
        made("ima.caf", &["-c:a", "adpcm_ima_qt"], ("caf", "adpcm_ima_qt", NEAR, &[])),
        made("a.w64", &["-c:a", "pcm_s16le"], ("w64", "pcm_s16le", EXACT, &[])),
        made("a.au", &["-c:a", "pcm_s16be"], ("au", "pcm_s16be", EXACT, &[])),
        made("a.wv", &["-c:a", "wavpack"], ("wv", "wavpack", EXACT, &[])),
        made("a.tta", &["-c:a", "tta"], ("tta", "tta", EXACT, &[])),
        made("a.voc", &["-c:a", "pcm_s16le"], ("voc", "pcm_s16le", EXACT, &[])),
    ];
    rows.extend([
        wav("size-0.wav", |b| state(b, 0), MS, &["media.unfinished"]),
        wav("size-ffffffff.wav", |b| state(b, u32::MAX), MS, &["media.unfinished"]),
        wav("size-7ffffff0.wav", |b| state(b, 0x7fff_fff0), MS, &["media.unfinished"]),
        wav("cut.wav", |b| b.truncate(data_size(b) + 4 + 44_100 * 4 * 3), 3_000, &["media.truncated"]),
        wav("odd-chunk.wav", |b| drop(b.splice(12..12, *b"junk\x03\0\0\0abc\0")), MS, &[]),
        wav("unpadded-chunk.wav", |b| drop(b.splice(12..12, *b"junk\x03\0\0\0abc")), MS, &[]),
        // The size says 1 s, and 5.1 s more stand behind it: they are no chunk.
        wav("size-too-small.wav", |b| state(b, 44_100 * 4), 1_000, &["media.unused"]),
        flac("unknown.flac", |b| total(b, 0), of_flac(MS, EXACT, &[])),
        flac("claims-60-s.flac", |b| total(b, 60 * 44_100), of_flac(MS, EXACT, &["media.truncated"])),
        flac("claims-2-s.flac", |b| total(b, 2 * 44_100), of_flac(MS, EXACT, &["media.wrong_length"])),
        flac("cut.flac", |b| b.truncate(b.len() / 2), Meant::AsFfmpeg("flac", "flac", EXACT, &["media.truncated"])),
        flac(
            "damaged.flac",
            |b| {
                let middle = b.len() / 2;
                b[middle..middle + 2_000].fill(0);
            },
            of_flac(MS, NEAR, &["media.damaged"]),
        ),
        flac(
            "behind-id3.flac",
            |b| drop(b.splice(0..0, [b"ID3\x04\0\0\0\0\0\x20".to_vec(), vec![0; 32]].concat())),
            of_flac(MS, EXACT, &[]),
        ),
        caf(
            "cut.caf",
            &["-c:a", "pcm_s16be"],
            |b| b.truncate(chunk(b, b"data") + 16 + 44_100 * 4 * 2),
            Meant::Sound("caf", "pcm_s16", 2_000, EXACT, &["media.truncated"]),
        ),
        caf(
            "unknown.caf",
            &["-c:a", "pcm_s16be"],
            |b| {
                let at = chunk(b, b"data") + 4;
                b[at..at + 8].fill(0xff);
            },
            Meant::Sound("caf", "pcm_s16", MS, EXACT, &["media.unfinished"]),
        ),
        caf(
            "cut-alac.caf",
            &["-c:a", "alac"],
            |b| b.truncate(b.len() / 2),
            Meant::Refused("table of packets is missing"),
        ),
    ]);
    rows
}
