//! What only ffmpeg decodes.

use super::{EXACT, Lab, Meant, NEAR, Row, heard, made};

const FILM: [&str; 8] = ["-f", "lavfi", "-i", "testsrc=s=64x64:d=6.1:r=10", "-map", "0:a", "-map", "1:v"];

fn film(name: &'static str, args: &'static [&'static str], container: &'static str, codec: &'static str) -> Row {
    let make = move |lab: &Lab| lab.ffmpeg(name, &[&FILM, args].concat());
    Row(name, Box::new(make), Meant::Long(container, codec, &["media.film"]))
}

pub fn rows() -> Vec<Row> {
    vec![
        heard("a.wma", &[], ("asf", "wmav2")),
        heard("old.wma", &["-c:a", "wmav1"], ("asf", "wmav1")),
        made("a.ac3", &[], ("ac3", "ac3", NEAR, &[])),
        made("a.mp2", &[], ("mp2", "mp2", NEAR, &[])),
        made("speech.spx", &["-ar", "16000", "-ac", "1", "-c:a", "libspeex"], ("ogg", "speex", NEAR, &[])),
        made("sound.avi", &["-c:a", "libmp3lame"], ("avi", "mp3", NEAR, &[])),
        made("sound.ts", &["-c:a", "aac", "-f", "mpegts"], ("mpegts", "aac", NEAR, &[])),
        film("film.avi", &["-c:v", "mpeg4", "-c:a", "libmp3lame"], "avi", "mp3"),
        film("film.wmv", &[], "asf", "wmav2"),
        film("film.flv", &["-c:a", "libmp3lame"], "flv", "mp3"),
        film("film.mpg", &["-c:v", "mpeg2video", "-r", "25", "-c:a", "mp2"], "mpeg", "mp2"),
        film("film-ac3.mkv", &["-c:v", "mpeg4", "-c:a", "ac3"], "matroska", "ac3"),
        Row(
            "cut.wma",
            Box::new(|lab| {
                let whole = lab.ffmpeg("whole.wma", &[]);
                lab.changed("cut.wma", &whole, |bytes| bytes.truncate(bytes.len() / 2))
            }),
            Meant::AsFfmpeg("asf", "wmav2", NEAR, &["media.damaged", "media.truncated"]),
        ),
        Row(
            "silent.avi",
            Box::new(|lab| {
                let args = ["-f", "lavfi", "-i", "testsrc=s=64x64:d=1", "-map", "1:v", "-c:v", "mpeg4"];
                lab.ffmpeg("silent.avi", &args)
            }),
            Meant::Refused("there is no sound in it"),
        ),
        // A list of files that names one outside: never opened as what it is.
        Row(
            "list.wma",
            Box::new(|lab| {
                let list = format!("ffconcat version 1.0\nfile '{}'\n", lab.wav.display());
                lab.bench.write("list.wma", list)
            }),
            Meant::Refused("a text file"),
        ),
        Row(
            "asf-and-nothing.wma",
            Box::new(|lab| {
                let head = b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c".to_vec();
                lab.bench.write("asf-and-nothing.wma", [head, vec![0xff; 4_000]].concat())
            }),
            Meant::Refused("ffmpeg cannot read it"),
        ),
        made("s16-mono.wav", &["-ac", "1"], ("wav", "pcm_s16", EXACT, &[])),
    ]
}
