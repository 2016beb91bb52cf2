//! `hearthcast media video`: what a video file shows, a still of it, and the same file with its table of contents in front.

use crate::output::{Done, Output};
use crate::{library, words};
use clap::Args;
use hearthcast_model::{Code, Error, Result};
use hearthcast_studio::{Poster, Studio, Video, VideoFacts};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What is to be done with a video file.
#[derive(Debug, Args)]
pub struct VideoWords {
    /// A video: MP4, QuickTime, WebM, Matroska; others with ffmpeg
    pub file: PathBuf,
    /// Take the still at so many seconds [default: the first bright picture]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, conflicts_with = "faststart")]
    pub poster_at: Option<i64>,
    /// Copy the video with its table of contents in front, so that it plays while it loads; no picture changes
    #[arg(long, requires = "out")]
    pub faststart: bool,
    /// Write the still (.jpg), or with --faststart the copy, to this file
    #[arg(short, long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long)]
    pub force: bool,
}

/// Seconds with a fraction, as milliseconds.
pub fn seconds(text: &str) -> Result<i64> {
    let seconds: Option<f64> = text.parse().ok().filter(|seconds| (0.0..1e7).contains(seconds));
    let ms = seconds.map(|seconds| (seconds * 1000.0).round() as i64);
    ms.ok_or_else(|| Error::new(Code::UsageInvalid, "it is a number of seconds, such as 12.5"))
}

/// Does it. Nothing of the library changes.
pub async fn act(studio: &Studio, what: &VideoWords, output: &Output) -> Result<Done> {
    if let Some(there) = what.out.as_ref().filter(|out| out.exists() && !what.force) {
        let message = format!("There is a file at {} already.", there.display());
        return Err(Error::new(Code::Taken, message).hint("Choose another name, or say --force to write over it."));
    }
    let (told, cancel) = (*output, library::cancel_on_interrupt());
    let progress = move |progress| told.progress(&progress);
    let video = match (&what.out, what.faststart) {
        (Some(out), true) => studio.faststart(&what.file, out, cancel, progress).await?,
        (out, _) => {
            let wanted = match what.poster_at {
                Some(at) => Poster::At(at),
                None if out.is_some() => Poster::Bright,
                None => Poster::None,
            };
            studio.look_at_video(&what.file, wanted, cancel, progress).await?
        }
    };
    for finding in &video.facts.findings {
        output.finding(&finding.code, &finding.message, "");
    }
    let mut fields = about(&video.facts);
    if let Some(out) = &what.out {
        if !what.faststart {
            write_still(&video, out, what.force)?;
        }
        fields["file"] = json!(out);
    }
    Done::with(&fields, card(&video))
}

/// The shape of `media probe` (DESIGN §6.8), and what only a video has.
fn about(facts: &VideoFacts) -> Value {
    let mut fields = json!({
        "kind": "video",
        "container": facts.container,
        "codec": facts.codec,
        "mime_type": facts.mime,
        "size_bytes": facts.size_bytes,
        "sha256": facts.sha256,
        "duration_ms": facts.duration_ms,
        "sample_rate_hz": facts.sample_rate_hz,
        "channels": facts.channels,
        "bit_rate": facts.bit_rate,
        "width_px": facts.width_px,
        "height_px": facts.height_px,
        "chapters": [],
        "tags": {},
        "findings": facts.findings,
    });
    fields["audio_codec"] = json!(facts.audio_codec);
    fields["coded_width_px"] = json!(facts.coded_width_px);
    fields["coded_height_px"] = json!(facts.coded_height_px);
    fields["rotation"] = json!(facts.rotation);
    fields["pixel_aspect"] = json!(format!("{}:{}", facts.pixel_aspect.0, facts.pixel_aspect.1));
    fields["frame_rate"] = json!(facts.frame_rate);
    fields["variable_frame_rate"] = json!(facts.variable_frame_rate);
    fields["faststart"] = json!(facts.faststart);
    fields["poster_at_ms"] = json!(facts.poster_at_ms);
    fields
}

fn card(video: &Video) -> String {
    let facts = &video.facts;
    let size = |across: Option<u32>, down: Option<u32>| across.zip(down).map(|(w, h)| format!("{w} x {h} pixels"));
    let shown = size(facts.width_px, facts.height_px);
    let coded = size(facts.coded_width_px, facts.coded_height_px).filter(|coded| Some(coded) != shown.as_ref());
    let pace = if facts.variable_frame_rate { " on average, at a changing pace" } else { "" };
    words::card(&[
        ("type", facts.mime.clone()),
        ("size", words::bytes(facts.size_bytes)),
        ("length", facts.duration_ms.map_or_else(String::new, |ms| words::duration(Some(ms)))),
        ("picture", shown.unwrap_or_default()),
        ("coded as", coded.unwrap_or_default()),
        ("turned by", if facts.rotation > 0 { format!("{} degrees", facts.rotation) } else { String::new() }),
        ("pictures", facts.frame_rate.map_or_else(String::new, |rate| format!("{rate} per second{pace}"))),
        ("codecs", [&facts.codec, &facts.audio_codec].map(String::as_str).join(" ").trim().to_string()),
        ("faststart", facts.faststart.map_or_else(String::new, |yes| if yes { "yes".into() } else { "no".into() })),
        ("still", facts.poster_at_ms.map_or_else(String::new, |ms| format!("at {}.{:03} s", ms / 1000, ms % 1000))),
    ])
}

fn write_still(video: &Video, out: &Path, force: bool) -> Result<()> {
    let Some(poster) = &video.poster else {
        return Err(Error::new(Code::MediaUnusable, "There is no still of this video.")
            .hint("Choose another moment with --poster-at, or install ffmpeg if it is missing.")
            .about("file", out.display().to_string()));
    };
    let mut open = std::fs::OpenOptions::new();
    open.write(true);
    if force {
        open.create(true).truncate(true)
    } else {
        open.create_new(true)
    };
    let written = open.open(out).and_then(|mut file| file.write_all(&poster.bytes));
    written.map_err(|error| {
        Error::new(Code::UsageInvalid, format!("{} could not be written: {error}.", out.display()))
            .hint("Check that the folder is there and that you may write into it.")
            .about("file", out.display().to_string())
    })
}
