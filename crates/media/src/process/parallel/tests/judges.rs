//! Four decoders of other people on the same file: what each hears, and how many frames it counts.

use super::{run, said};
use std::fs::File;
use std::path::Path;
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// What ffmpeg hears, in floats.
pub fn by_ffmpeg(path: &Path) -> Vec<u8> {
    run("ffmpeg", &["-v", "error", "-i", text(path), "-f", "f32le", "-"])
}

/// Frames by ffprobe: its packets.
pub fn frames_by_ffmpeg(path: &Path) -> u64 {
    let args =
        ["-v", "error", "-count_packets", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0", text(path)];
    let printed = String::from_utf8(run("ffprobe", &args)).unwrap();
    printed.trim().trim_end_matches(',').parse().unwrap()
}

/// What lame hears, in 16 bits, and the last frame it decoded.
pub fn by_lame(path: &Path) -> (Vec<u8>, u64) {
    let (bytes, told) = said("lame", &["--decode", "-t", text(path), "-"]);
    let last = told.rsplit("Frame#").next().unwrap();
    let (number, of) = last.split_whitespace().next().unwrap().split_once('/').unwrap();
    assert_eq!(number, of, "{last}");
    (bytes, number.parse().unwrap())
}

/// Samples of one channel as mpg123 hears them, in floats.
pub fn by_mpg123(path: &Path) -> Vec<u8> {
    run("mpg123", &["-q", "-e", "f32", "-s", text(path)])
}

/// Frames by mpg123: all that comes out of them, delay and padding too.
pub fn frames_by_mpg123(path: &Path, bytes_of_a_frame: u64) -> u64 {
    let all = run("mpg123", &["-q", "--no-gapless", "-s", text(path)]).len() as u64;
    assert_eq!(all % bytes_of_a_frame, 0);
    all / bytes_of_a_frame
}

/// What symphonia hears, and its packets.
pub fn by_symphonia(path: &Path) -> (Vec<f32>, u64) {
    let file = MediaSourceStream::new(Box::new(File::open(path).unwrap()), MediaSourceStreamOptions::default());
    let (options, tags) = (FormatOptions::default(), MetadataOptions::default());
    let mut format = symphonia::default::get_probe().probe(&Hint::new(), file, options, tags).unwrap();
    let track = format.default_track(TrackType::Audio).unwrap();
    let Some(CodecParameters::Audio(codec)) = &track.codec_params else { panic!("no sound") };
    let options = AudioDecoderOptions::default().gapless(true);
    let mut decoder = symphonia::default::get_codecs().make_audio_decoder(codec, &options).unwrap();
    let (mut sound, mut part, mut frames) = (vec![], vec![], 0);
    while let Some(packet) = format.next_packet().unwrap() {
        decoder.decode(&packet).unwrap().copy_to_vec_interleaved::<f32>(&mut part);
        sound.append(&mut part);
        frames += 1;
    }
    (sound, frames)
}
