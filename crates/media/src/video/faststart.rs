//! Faststart: whether the table of contents of an MP4 or QuickTime file stands before its pictures and sound, and the same
//! file with it in front.

use super::{Poster, Video, look};
use crate::MediaError;
use crate::audio::recording::{TopBox, top};
use crate::ffmpeg::{self, Ffmpeg};
use crate::probe::Source;
use hearthcast_model::{Cancel, Progress};
use std::ffi::OsString;
use std::io;
use std::path::Path;

/// Whether `moov` stands before the first `mdat`; `None` where one of both is missing.
pub fn order(source: &mut Source) -> io::Result<Option<bool>> {
    let mut first = None;
    for TopBox { name, .. } in top(source)? {
        match (&name, first) {
            (b"moov", None) => first = Some(true),
            (b"mdat", None) => first = Some(false),
            (b"moov", Some(false)) | (b"mdat", Some(true)) => return Ok(first),
            _ => (),
        }
    }
    Ok(None)
}

/// Writes the same streams with the table in front to `output`, which must not exist; looks at the result.
pub fn make(
    path: &Path,
    output: &Path,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Video, MediaError> {
    let mut source = Source::open(path)?;
    let shown = source.path.shown();
    let known = look(path, Poster::None, cancel, progress)?.facts;
    let Some(is_done) = source.path.clone().io(order(&mut source))? else {
        let what = "a file without an MP4's table of contents, so there is nothing to put in front";
        return Err(MediaError::NoVideo { path: shown, what: what.into() });
    };
    let mut made = crate::process::Output::create(output)?;
    if is_done {
        made.copy_whole(path, cancel, progress)?;
        made.flush()?;
    } else {
        let ffmpeg = Ffmpeg::allowed().map_err(|why| MediaError::NeedsFfmpeg {
            path: shown.clone(),
            what: "a video whose table of contents stands at its end".into(),
            why: format!("it is put in front with the program ffmpeg; {why}"),
        })?;
        let muxer = if known.mime == "video/quicktime" { "mov" } else { "mp4" };
        let mut command = ffmpeg.read(path, "mov", "error");
        command.args(["-map", "0:v", "-map", "0:a?", "-map", "0:s?", "-c", "copy", "-map_metadata", "0"]);
        command.args(["-movflags", "+faststart", "-f", muxer, "-y"]);
        let mut named = OsString::from("file:");
        named.push(output);
        let (_, complaints, well) = source.path.io(ffmpeg::run(command.arg(named)))?;
        if !well {
            let why = complaints.lines().last().map(ffmpeg::shortened).unwrap_or_default();
            return Err(MediaError::Encoder { path: shown, why: format!("ffmpeg could not copy it ({why})") });
        }
    }
    cancel.check().map_err(|_| MediaError::Cancelled)?;
    let video = look(output, Poster::None, cancel, progress)?;
    let same = (video.facts.width_px, video.facts.height_px, &video.facts.codec, &video.facts.audio_codec)
        == (known.width_px, known.height_px, &known.codec, &known.audio_codec);
    let as_long = match (video.facts.duration_ms, known.duration_ms) {
        (Some(now), Some(before)) => (now - before).abs() <= 100,
        (now, before) => now == before,
    };
    if video.facts.faststart != Some(true) || !same || !as_long {
        return Err(MediaError::Encoder { path: shown, why: "the copy is not the same video".into() });
    }
    made.keep()?;
    Ok(video)
}
