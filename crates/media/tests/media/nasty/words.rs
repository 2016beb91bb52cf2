//! What is no sound at all, and what only pretends to be one.

use super::{Meant, Row};

fn bytes(name: &'static str, bytes: &'static [u8], words: &'static str) -> Row {
    Row(name, Box::new(move |lab| lab.bench.write(name, bytes)), Meant::Refused(words))
}

pub fn rows() -> Vec<Row> {
    vec![
        bytes("empty.mp3", b"", "an empty file"),
        bytes("note.mp3", b"Buy milk.\nCall Anna.\n", "a text file"),
        bytes("utf16.mp3", b"\xff\xfeH\0e\0l\0l\0o\0 \0y\0o\0u\0", "a text file (UTF-16)"),
        bytes("404.mp3", b"<!DOCTYPE html>\n<html><head><title>404</title>", "an HTML page"),
        bytes("feed.mp3", b"<?xml version='1.0'?><rss version='2.0'>", "a podcast feed"),
        bytes("list.mp3", b"#EXTM3U\nhttp://example.com/a.mp3\n", "a playlist"),
        bytes("packed.wav", b"PK\x03\x04\x14\0", "a ZIP archive"),
        bytes("paper.m4a", b"%PDF-1.7\n", "a PDF document"),
        bytes("music.mid", b"MThd\0\0\0\x06\0\x01\0\x01", "a MIDI file"),
        bytes("only-tags.mp3", b"ID3\x04\0\0\0\0\0\x0a\0\0\0\0\0\0\0\0\0\0", "nothing but tags"),
        bytes("nothing-in.wav", b"RIFF\x24\0\0\0WAVE", "says nothing about its samples"),
        bytes("riff.wav", b"RIFF\x24\0\0\0CDDAfmt ", "a RIFF file"),
        bytes(
            "no-rate.wav",
            b"RIFF\x28\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0\0\0\0\0\0\0\0\0\x04\0\x10\0data\x04\0\0\0\0\0\0\0",
            "sample rate of 0 Hz is impossible",
        ),
        bytes("nothing-in.flac", b"fLaC\x80\0\0\x22", "structure is damaged"),
        bytes("nothing-in.ogg", b"OggS\0\x02", "an Ogg file"),
        bytes(
            "nothing-in.caf",
            b"caff\0\x01\0\0desc\xff\xff\xff\xff\xff\xff\xff\xff",
            "says nothing about its samples",
        ),
        bytes("nothing-in.webm", b"\x1aE\xdf\xa3\x84\x42\x82\x81w", "structure is damaged"),
        bytes(
            "boxes-without-end.m4a",
            b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42\0\0\0\x01moov\xff\xff\xff\xff\xff\xff\xff\xff",
            "table of contents is missing",
        ),
        Row(
            "noise.mp3",
            Box::new(|lab| {
                // Bytes without any pattern: x → 1664525 x + 1013904223, its high byte.
                let noise = (0..300_000).scan(1u32, |state, _| {
                    *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    Some((*state >> 24) as u8)
                });
                lab.bench.write("noise.mp3", noise.collect::<Vec<u8>>())
            }),
            Meant::Refused("holds no sound that can be recognised"),
        ),
        Row(
            "picture.mp3",
            Box::new(|lab| {
                let args = [
                    "-f",
                    "lavfi",
                    "-i",
                    "color=red:s=64x64",
                    "-map",
                    "1:v",
                    "-frames:v",
                    "1",
                    "-f",
                    "image2",
                    "-c:v",
                    "png",
                ];
                lab.ffmpeg("picture.mp3", &args)
            }),
            Meant::Refused("a PNG picture, although its name ends like a sound's"),
        ),
    ]
}
