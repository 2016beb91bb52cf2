//! What ffprobe says about a video file.

use super::{MOST_SIDE, VideoFacts};
use crate::MediaError;
use crate::audio::recording::RecordingKind;
use crate::ffmpeg::{self, Ffmpeg};
use crate::probe::ShownPath;
use serde_json::Value;

/// Asks it. False where there is no ffprobe beside that ffmpeg.
pub fn ask(ffmpeg: &Ffmpeg, path: &ShownPath, kind: RecordingKind, facts: &mut VideoFacts) -> Result<bool, MediaError> {
    let Some(mut command) = ffmpeg.probe(path.path(), kind.demuxer()) else { return Ok(false) };
    command.args(["-print_format", "json", "-show_format", "-show_streams"]);
    let (said, complaints, _) = path.io(ffmpeg::run(&mut command))?;
    let said: Value = serde_json::from_str(&said).unwrap_or_default();
    let streams = said["streams"].as_array().map(Vec::as_slice).unwrap_or_default();
    let Some(video) = streams.iter().find(|stream| is_film(stream)) else {
        let what = match streams.iter().any(|stream| stream["codec_type"] == "audio") {
            true => "a recording without moving pictures".into(),
            false => format!("{}, and it cannot be read{}", kind.words(), because(&complaints)),
        };
        return Err(MediaError::NoVideo { path: path.shown(), what });
    };
    facts.codec = name(&video["codec_name"]);
    if let (Some(width), Some(height)) = (side(&video["width"]), side(&video["height"])) {
        facts.shown_as((width, height), aspect(&video["sample_aspect_ratio"]), rotation(video));
    }
    let (mean, base) = (rate(&video["avg_frame_rate"]), rate(&video["r_frame_rate"]));
    facts.frame_rate = mean.or(base).map(|rate| (rate * 1000.0).round() / 1000.0);
    facts.variable_frame_rate = mean.zip(base).is_some_and(|(mean, base)| (mean / base - 1.0).abs() > 0.01);
    facts.duration_ms = ms(&said["format"]["duration"]).or(ms(&video["duration"]));
    if let Some(sound) = streams.iter().find(|stream| stream["codec_type"] == "audio") {
        facts.audio_codec = name(&sound["codec_name"]);
        facts.sample_rate_hz = sound["sample_rate"].as_str().and_then(|rate| rate.parse().ok());
        facts.channels = sound["channels"].as_u64().and_then(|channels| u32::try_from(channels).ok());
    }
    Ok(true)
}

/// Moving pictures, no cover.
fn is_film(stream: &Value) -> bool {
    stream["codec_type"] == "video" && stream["disposition"]["attached_pic"] != 1
}

fn because(complaints: &str) -> String {
    let words = complaints.lines().last().map(ffmpeg::shortened).unwrap_or_default();
    if words.is_empty() { String::new() } else { format!(" ({words})") }
}

fn name(value: &Value) -> String {
    value.as_str().unwrap_or_default().chars().filter(char::is_ascii_graphic).take(40).collect()
}

fn side(value: &Value) -> Option<u32> {
    value.as_u64().filter(|side| (1..=MOST_SIDE).contains(side)).and_then(|side| u32::try_from(side).ok())
}

/// "64:45"; "0:1" says that nobody knows.
fn aspect(value: &Value) -> (u32, u32) {
    let parts = value.as_str().and_then(|text| text.split_once(':'));
    let aspect = parts.and_then(|(across, down)| Some((across.parse().ok()?, down.parse().ok()?)));
    aspect.filter(|(across, down)| *across > 0 && *down > 0).unwrap_or((1, 1))
}

/// Degrees clockwise: a display matrix counts the other way, the older tag `rotate` this way.
fn rotation(stream: &Value) -> i64 {
    let list = stream["side_data_list"].as_array().map(Vec::as_slice).unwrap_or_default();
    let matrix = list.iter().find_map(|data| data["rotation"].as_f64());
    let tag = || stream["tags"]["rotate"].as_str().and_then(|text| text.parse::<f64>().ok());
    let degrees = matrix.map(|degrees| -degrees).or_else(tag).filter(|degrees| degrees.abs() < 3600.0);
    // Players turn by quarters.
    (degrees.unwrap_or(0.0) / 90.0).round() as i64 * 90
}

/// "30000/1001".
fn rate(value: &Value) -> Option<f64> {
    let (over, under) = value.as_str()?.split_once('/')?;
    let (over, under) = (over.parse::<f64>().ok()?, under.parse::<f64>().ok()?);
    Some(over / under).filter(|rate| rate.is_finite() && *rate > 0.0 && *rate < 100_000.0)
}

fn ms(value: &Value) -> Option<i64> {
    let seconds: f64 = value.as_str()?.parse().ok()?;
    (seconds > 0.0 && seconds < 1e7).then_some((seconds * 1000.0).round() as i64)
}
