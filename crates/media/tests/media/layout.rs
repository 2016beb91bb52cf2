//! Bytes before and after the sound, against tags built by hand and by other programs.

use super::fixtures::{Bench, codes, known};
use std::fs;

/// An ID3v2.4 tag with `body` bytes, all padding.
fn tag(body: u32, flags: u8) -> Vec<u8> {
    let mut tag = vec![b'I', b'D', b'3', 4, 0, flags];
    tag.extend([21, 14, 7, 0].map(|shift| (body >> shift & 0x7f) as u8));
    tag.resize(10 + body as usize, 0);
    if flags & 0x10 != 0 {
        let mut footer = tag[..10].to_vec();
        footer[..3].copy_from_slice(b"3DI");
        tag.extend(footer);
    }
    tag
}

fn bare(bench: &Bench) -> Vec<u8> {
    fs::read(bench.lame(&bench.sine(), "bare.mp3", &["-b", "128"])).unwrap()
}

#[test]
fn nothing_around_the_sound_counts_nothing() {
    let bench = Bench::new();
    let bytes = bare(&bench);
    let facts = known(&bench.path("bare.mp3")).facts;
    // The Xing frame is content.
    assert_eq!((facts.header_bytes, facts.trailer_bytes, facts.size_bytes), (0, 0, bytes.len() as u64));
}

#[test]
fn two_tags_one_with_a_footer_are_summed() {
    let bench = Bench::new();
    let file = [tag(100_000, 0), tag(300, 0x10), bare(&bench)].concat();
    let probed = known(&bench.write("two.mp3", file));
    assert_eq!(probed.facts.header_bytes, 100_010 + 320);
    assert_eq!((probed.facts.duration_ms, codes(&probed)), (Some(20_500), vec![]));
}

#[test]
fn a_tag_written_by_ffmpeg_is_as_long_as_it_says() {
    let bench = Bench::new();
    let wav = bench.sine();
    let title = format!("title={}", "x".repeat(500));
    let file = bench.ffmpeg("tagged.mp3", &["-i", wav.to_str().unwrap(), "-metadata", &title, "-write_id3v1", "1"]);
    let facts = known(&file).facts;
    let bytes = fs::read(&file).unwrap();
    let sound = bytes.windows(2).position(|window| window == [0xff, 0xfb]).unwrap() as u64;
    assert_eq!((facts.header_bytes, facts.trailer_bytes), (sound, 128));
}

#[test]
fn lying_sizes_are_no_tag_and_a_warning() {
    let bench = Bench::new();
    let mut high_bit = tag(10, 0);
    high_bit[8] = 0x81;
    let mut too_long = tag(10, 0);
    too_long[6] = 0x7f;
    for lie in [high_bit, too_long] {
        let probed = known(&bench.write("lie.mp3", [lie, bare(&bench)].concat()));
        assert_eq!((probed.facts.header_bytes, probed.facts.duration_ms), (0, Some(20_500)));
        assert_eq!(codes(&probed), ["media.tag_invalid", "media.junk"]);
    }
}

#[test]
fn id3v1_behind_apev2_and_lyrics_is_trailer() {
    let bench = Bench::new();
    let mut footer = b"APETAGEX".to_vec();
    // Version 2.0, 40 bytes of item and footer's own 32, one item, "this tag has a header".
    for value in [2000u32, 72, 1, 0x8000_0000, 0, 0] {
        footer.extend(value.to_le_bytes());
    }
    let mut header = footer.clone();
    header[20..24].copy_from_slice(&0xa000_0000u32.to_le_bytes());
    let mut item = 26u32.to_le_bytes().to_vec();
    item.extend([0; 4]);
    item.extend(b"Title\0");
    item.extend([b'a'; 26]);
    let ape = [header, item, footer].concat();
    assert_eq!(ape.len(), 104);
    let lyrics = b"LYRICSBEGININD0000200000025LYRICS200";
    let lyrics: Vec<u8> = [&lyrics[..21], b"000021LYRICS200"].concat();
    let v1 = [b"TAG".to_vec(), vec![0; 125]].concat();
    let sound = bare(&bench);
    let facts = known(&bench.write("tail.mp3", [sound.clone(), ape.clone(), lyrics.clone(), v1].concat())).facts;
    assert_eq!(facts.trailer_bytes, 104 + 36 + 128);
    assert_eq!(facts.size_bytes - facts.header_bytes - facts.trailer_bytes, sound.len() as u64);
    assert_eq!(known(&bench.write("ape.mp3", [sound, ape].concat())).facts.trailer_bytes, 104);
}

#[test]
fn the_minute_of_a_cbr_file_is_the_known_one() {
    let bench = Bench::new();
    let wav = bench.sox("long.wav", 2, &["synth", "90", "sine", "440"]);
    let facts = known(&bench.lame(&wav, "long.mp3", &["-b", "128", "--id3v2-only", "--tt", "T"])).facts;
    assert!(facts.header_bytes > 0);
    let minute = facts.minute_bytes().unwrap();
    // COUNTING.md: CBR 128 kbit/s → 960,000; the frame of the LAME tag, the delay and the padding are content too.
    assert!((960_000..961_500).contains(&minute), "{minute}");
}
