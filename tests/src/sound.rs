//! Sounds and pictures made on the spot by ffmpeg. An MP3 of any length is a few encoded seconds, repeated: the frames
//! stand alone, so nobody waits for an encoder.

use std::path::Path;
use std::process::Command;

/// Bytes of one second at 128 kbit/s.
pub const BYTES_PER_SECOND: usize = 16_000;

/// Length of the piece that is repeated: 48 kHz at 128 kbit/s makes frames of 384 bytes and 24 ms.
const PIECE_FRAMES: usize = 250;
const FRAME_BYTES: usize = 384;

/// Writes an MP3 of `seconds` (a multiple of 6) with a title; other titles give other bytes.
pub fn mp3(to: &Path, seconds: usize, title: &str) {
    let piece = piece(to);
    let mut bytes = tag(title);
    for _ in 0..seconds / 6 {
        bytes.extend_from_slice(&piece);
    }
    std::fs::write(to, bytes).expect("a temporary folder takes a file");
}

/// Six seconds of whole frames: a steady tone, no reservoir, no tags.
fn piece(beside: &Path) -> Vec<u8> {
    let file = beside.with_extension("piece.mp3");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-loglevel", "error", "-y", "-f", "lavfi"]);
    ffmpeg.args(["-i", "sine=frequency=440:sample_rate=48000:duration=7", "-codec:a", "libmp3lame", "-b:a", "128k"]);
    ffmpeg.args(["-reservoir", "0", "-write_xing", "0", "-id3v2_version", "0", "-map_metadata", "-1"]).arg(&file);
    crate::output(&mut ffmpeg);
    let bytes = std::fs::read(&file).expect("ffmpeg wrote the file");
    std::fs::remove_file(&file).expect("the piece can be removed");
    assert_eq!(&bytes[..2], [0xFF, 0xFB], "plain MPEG 1 layer III frames");
    // The first frames carry the encoder's start; the middle is even.
    bytes[10 * FRAME_BYTES..][..PIECE_FRAMES * FRAME_BYTES].to_vec()
}

/// An ID3v2.3 tag with nothing but a title (Latin-1).
fn tag(title: &str) -> Vec<u8> {
    let text: Vec<u8> = std::iter::once(0).chain(title.bytes().filter(u8::is_ascii)).collect();
    let mut frame = b"TIT2".to_vec();
    frame.extend(u32::try_from(text.len()).expect("titles are short").to_be_bytes());
    frame.extend([0, 0]);
    frame.extend(text);
    let size = frame.len();
    let seven = |shift: usize| u8::try_from((size >> shift) & 0x7F).expect("seven bits");
    let mut tag = b"ID3\x03\x00\x00".to_vec();
    tag.extend([seven(21), seven(14), seven(7), seven(0)]);
    tag.extend(frame);
    tag
}

/// Puts a frame first into a sound's ID3 tag (version 2.3).
pub fn with_frame(file: &Path, id: &[u8; 4], content: &[u8]) {
    let mut frame = id.to_vec();
    frame.extend(u32::try_from(content.len()).expect("short").to_be_bytes());
    frame.extend([0, 0]);
    frame.extend(content);
    let mut bytes = std::fs::read(file).expect("a sound");
    let old = bytes[6..10].iter().fold(0usize, |size, byte| size << 7 | usize::from(*byte));
    let size = old + frame.len();
    bytes.splice(10..10, frame);
    let digit = |shift: usize| u8::try_from(size >> shift & 0x7F).expect("seven bits");
    bytes.splice(6..10, [digit(21), digit(14), digit(7), digit(0)]);
    std::fs::write(file, bytes).expect("written");
}

/// Writes a WAV of `seconds`, 16 bits, mono: a tone that comes and goes like speech, not as loud as it should be.
pub fn wav(to: &Path, seconds: usize) {
    let swell = format!("aevalsrc=0.2*sin(2*PI*220*t)*abs(sin(0.7*t)*sin(3.1*t)):s=44100:d={seconds}");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i", &swell, "-codec:a", "pcm_s16le"]);
    crate::output(ffmpeg.arg(to));
}

/// Writes a square JPEG of the size directories ask for.
pub fn cover(to: &Path) {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i", "color=c=0xd9822b:size=1400x1400"]);
    crate::output(ffmpeg.args(["-frames:v", "1"]).arg(to));
}
