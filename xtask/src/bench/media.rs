//! The workshop beside ffmpeg, LAME and libvips.

use super::measure::{Of, Row, Run, timed};
use super::{material, ours};
use crate::shell::program;
use anyhow::Result;
use std::path::Path;
use std::process::Command;

/// Minutes of the sound that is analysed and encoded.
const MINUTES: u32 = 60;

/// Import analysis against ffmpeg's loudness filter.
pub fn analysis(rounds: usize) -> Result<Vec<Row>> {
    let mp3 = material::mp3(MINUTES)?;
    let how = "`hearthcast media probe FILE --json` (frames walked, decoded, loudness, range, true peak, waveform, SHA-256; its worker included) beside `ffmpeg -threads 1 -i FILE -af ebur128=peak=true -f null -`; 60 minutes, 128 kbit/s joint stereo.";
    let row = Row::new(
        "Import analysis of a 60-minute stereo MP3",
        how,
        "s",
        &["Hearthcast", "ffmpeg"],
        &[(Of::Cpu(1), 0.30), (Of::Wall(1), 0.25)],
    );
    Ok(vec![row.interleave(rounds, |at| match at {
        0 => timed(ours("hearthcast").args(["media", "probe", "--json"]).arg(&mp3)),
        _ => timed(program("ffmpeg").args(["-v", "error", "-nostdin", "-threads", "1", "-i"]).arg(&mp3).args([
            "-af",
            "ebur128=peak=true",
            "-f",
            "null",
            "-",
        ])),
    })?])
}

/// A recording made into what listeners get, against LAME alone and against ffmpeg's two-pass loudnorm.
pub fn recording(rounds: usize) -> Result<Vec<Row>> {
    let wav = material::recording(MINUTES)?;
    let folder = material::scratch("recording")?;
    let how = "`hearthcast media process FILE.wav --preset \"Speech stereo 128k\" -o OUT` (measured, gain, true-peak limiter, LAME, tags, decoded and measured again) beside `lame -b 128 -m j` and ffmpeg's two-pass `loudnorm` with libmp3lame at 128k; 60 minutes of 16-bit stereo.";
    let bars = [(Of::Cpu(1), 1.25), (Of::Wall(1), 0.70), (Of::Cpu(2), 0.25), (Of::OwnPeak, 150.0)];
    let row = Row::new(
        "60 minutes of WAV to a normalised, tagged, re-measured MP3",
        how,
        "s",
        &["Hearthcast", "lame", "ffmpeg loudnorm, two passes"],
        &bars,
    );
    Ok(vec![row.interleave(rounds, |at| match at {
        0 => timed(&process(&wav, &folder.join("ours.mp3"))),
        1 => timed(program("lame").args(["--quiet", "-b", "128", "-m", "j"]).arg(&wav).arg(folder.join("lame.mp3"))),
        _ => two_passes(&wav, &folder.join("loudnorm.mp3")),
    })?])
}

fn process(wav: &Path, out: &Path) -> Command {
    // A run measures making the file, not refusing to write over the last one.
    let _ = std::fs::remove_file(out);
    let mut command = ours("hearthcast");
    command.args(["--quiet", "media", "process"]).arg(wav).args(["--preset", "Speech stereo 128k", "-o"]).arg(out);
    command
}

fn two_passes(wav: &Path, out: &Path) -> Result<Run> {
    let target = "loudnorm=I=-16:TP=-1.5:LRA=11";
    let measure = format!("{target}:print_format=json");
    let first = timed(
        program("ffmpeg").args(["-v", "error", "-nostdin", "-i"]).arg(wav).args(["-af", &measure, "-f", "null", "-"]),
    )?;
    let mut encode = program("ffmpeg");
    encode
        .args(["-v", "error", "-nostdin", "-y", "-i"])
        .arg(wav)
        .args(["-af", target, "-ar", "44100", "-c:a", "libmp3lame", "-b:a", "128k"])
        .arg(out);
    let second = timed(&encode)?;
    Ok(first.then(second))
}

/// The same recording as Opus, beside opusenc.
pub fn formats(rounds: usize) -> Result<Vec<Row>> {
    let wav = material::recording(MINUTES)?;
    let folder = material::scratch("formats")?;
    let how = "`hearthcast media process FILE.wav --preset \"Speech stereo 128k\" -o OUT.opus` (measured, gain, true-peak limiter, encoded, tags, decoded and measured again) beside `opusenc --bitrate 64`, which only encodes; 60 minutes of 16-bit stereo. DESIGN names no bar.";
    let row = Row::new(
        "60 minutes of WAV to a normalised, tagged, re-measured Opus",
        how,
        "s",
        &["Hearthcast", "opusenc"],
        &[],
    );
    let opus = row.interleave(rounds, |at| match at {
        0 => timed(&process(&wav, &folder.join("ours.opus"))),
        _ => timed(program("opusenc").args(["--quiet", "--bitrate", "64"]).arg(&wav).arg(folder.join("opusenc.opus"))),
    })?;
    Ok(vec![opus])
}

/// Three hours, 1.9 GB: memory must not follow the length.
pub fn three_hours(rounds: usize) -> Result<Vec<Row>> {
    let wav = material::recording(180)?;
    let folder = material::scratch("three-hours")?;
    let how = "`hearthcast media process FILE.wav --preset \"Speech stereo 128k\" -o OUT.mp3`, and the same with `--noise 80 --leveller 70 --high-pass 80`; three hours of 16-bit stereo (1.9 GB). Memory is that of the largest process.";
    let names = ["Hearthcast", "with noise reduction, leveller and high-pass"];
    let row = Row::new("Three hours of WAV through the workshop", how, "s", &names, &[(Of::OwnPeak, 150.0)]);
    Ok(vec![row.interleave(rounds, |at| {
        let mut command = process(&wav, &folder.join("ours.mp3"));
        if at == 1 {
            command.args(["--noise", "80", "--leveller", "70", "--high-pass", "80"]);
        }
        timed(&command)
    })?])
}

/// A cover and its smaller copies, against one vipsthumbnail call per size.
pub fn cover(rounds: usize) -> Result<Vec<Row>> {
    let cover = material::cover()?;
    let folder = material::scratch("cover")?;
    let how = "`hearthcast media image FILE -o FOLDER` (the cover and its ten copies from one decode; its worker included) beside one `vipsthumbnail` for each of these copies (1400, 600, 300, 150; 740, 1480, 2220; 80, 160, 240; quality 75); 3000 x 3000 JPEG.";
    let row = Row::new(
        "Cover of 3000 x 3000 to its smaller copies",
        how,
        "s",
        &["Hearthcast", "vipsthumbnail, ten calls"],
        &[(Of::Cpu(1), 0.5)],
    );
    Ok(vec![row.interleave(rounds, |at| match at {
        0 => timed(&copies(&cover, &folder.join("ours"))),
        _ => each_size(&cover, &folder),
    })?])
}

fn copies(cover: &Path, out: &Path) -> Command {
    // The program writes over nothing; a run measures making the copies.
    let _ = std::fs::remove_dir_all(out);
    let mut command = ours("hearthcast");
    command.args(["--quiet", "media", "image"]).arg(cover).arg("-o").arg(out);
    command
}

fn each_size(cover: &Path, folder: &Path) -> Result<Run> {
    let mut sum = Run { cpu: 0.0, wall: 0.0, peak_mib: None, requests: None };
    for size in ["1400", "600", "300", "150", "740", "1480", "2220", "80", "160", "240"] {
        let out = format!("{}/vips-{size}.jpg[Q=75]", folder.display());
        let run = timed(program("vipsthumbnail").arg(cover).args(["--size", size, "-o", &out]))?;
        sum = sum.then(run);
    }
    Ok(sum)
}
