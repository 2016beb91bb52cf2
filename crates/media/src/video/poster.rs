//! A still of a video: at a chosen moment, or the first one that is bright enough. Drawn by ffmpeg as a JPEG with square
//! pixels, turned as players turn it.

use super::{Poster, VideoFacts};
use crate::MediaError;
use crate::audio::recording::RecordingKind;
use crate::ffmpeg::{self, Ffmpeg};
use crate::image::PictureFormat;
use crate::probe::{Cover, MOST_COVER_BYTES, ShownPath};
use hearthcast_model::{Cancel, Progress};

/// A still has no longer side: larger ones are no use, and eat the memory of whoever draws them.
const LONGEST_SIDE: u32 = 3840;
/// Where a bright picture is looked for, in parts of a hundred; then the very first.
const PLACES: [i64; 6] = [10, 25, 50, 75, 90, 0];
/// A picture whose mean brightness (0 to 255) is less says nothing.
const BRIGHT: u32 = 40;
/// Pixels of the picture whose brightness is measured.
const SMALL: (usize, usize) = (64, 36);

/// Takes it. A video that shows no picture there is still a video: what is missing is a finding.
pub fn take(
    ffmpeg: &Ffmpeg,
    path: &ShownPath,
    kind: RecordingKind,
    wanted: Poster,
    facts: &mut VideoFacts,
    (cancel, progress): (&Cancel, &mut dyn FnMut(Progress)),
) -> Result<Option<Cover>, MediaError> {
    let length = facts.duration_ms.unwrap_or(0);
    let at = match wanted {
        Poster::None => return Ok(None),
        Poster::At(at) if at < 0 || (length > 0 && at >= length) => {
            let message = format!(
                "There is no picture at {}.{:03} s: the video ends after {}.{:03} s.",
                at / 1000,
                at.rem_euclid(1000),
                length / 1000,
                length % 1000
            );
            facts.finding("media.poster_beyond", message);
            return Ok(None);
        }
        Poster::At(at) => at,
        Poster::Bright => bright(ffmpeg, path, kind, facts, (cancel, progress))?,
    };
    // Where the size is known, exactly that: a turned picture with long pixels has high ones.
    let draw = match facts.width_px.zip(facts.height_px) {
        Some((width, height)) => {
            let (width, height) = within(width, height);
            format!("scale={width}:{height},setsar=1")
        }
        None => "scale='max(1,round(iw*sar))':ih,setsar=1".into(),
    };
    let mut command = ffmpeg.read_at(path.path(), kind.demuxer(), "error", at);
    command.args(["-map", "0:V:0", "-frames:v", "1", "-an", "-sn", "-dn", "-vf", &draw]);
    command.args(["-threads", "1", "-c:v", "mjpeg", "-q:v", "3", "-f", "image2pipe", "pipe:1"]);
    let (bytes, ..) = path.io(ffmpeg::run_told(&mut command, MOST_COVER_BYTES, &mut || progress(looking(1))))?;
    if PictureFormat::of(&bytes) != Some(PictureFormat::Jpeg) {
        facts.finding(
            "media.no_poster",
            "No picture of this video could be drawn: its pictures cannot be decoded there.",
        );
        return Ok(None);
    }
    facts.poster_at_ms = Some(at);
    Ok(Some(Cover { mime: "image/jpeg".into(), bytes }))
}

/// How far the looking for a still is.
fn looking(done: u64) -> Progress {
    Progress::new("poster", done, PLACES.len() as u64)
}

/// The same proportion with no side longer than [`LONGEST_SIDE`].
fn within(width: u32, height: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= LONGEST_SIDE {
        return (width, height);
    }
    let side = |side: u32| (u64::from(side) * u64::from(LONGEST_SIDE) / u64::from(longest)).max(1) as u32;
    (side(width), side(height))
}

/// The first moment with a bright picture, else the brightest of them; the beginning where no picture can be decoded.
fn bright(
    ffmpeg: &Ffmpeg,
    path: &ShownPath,
    kind: RecordingKind,
    facts: &mut VideoFacts,
    (cancel, progress): (&Cancel, &mut dyn FnMut(Progress)),
) -> Result<i64, MediaError> {
    let length = facts.duration_ms.unwrap_or(0);
    let mut best: Option<(u32, i64)> = None;
    for (done, place) in (0..).zip(PLACES) {
        progress(looking(done));
        cancel.check().map_err(|_| MediaError::Cancelled)?;
        let at = length / 100 * place + length % 100 * place / 100;
        let Some(mean) = brightness(ffmpeg, path, (kind, at), &mut || progress(looking(done)))? else { continue };
        if mean >= BRIGHT {
            return Ok(at);
        }
        if best.is_none_or(|(brightest, _)| mean >= brightest) {
            best = Some((mean, at));
        }
    }
    let Some((_, at)) = best else { return Ok(0) };
    facts.finding("media.poster_dark", "No bright picture was found for a still: choose the moment yourself.");
    Ok(at)
}

/// Mean brightness of the picture at a moment; `None` where there is none.
fn brightness(
    ffmpeg: &Ffmpeg,
    path: &ShownPath,
    (kind, at): (RecordingKind, i64),
    sign: &mut dyn FnMut(),
) -> Result<Option<u32>, MediaError> {
    let (width, height) = SMALL;
    let mut command = ffmpeg.read_at(path.path(), kind.demuxer(), "error", at);
    command.args(["-map", "0:V:0", "-frames:v", "1", "-an", "-sn", "-dn"]);
    // Every file's black is 0 and its white 255.
    command.args(["-vf", &format!("scale={width}:{height}:out_range=full,format=yuvj420p,extractplanes=y")]);
    command.args(["-threads", "1", "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"]);
    let (bytes, ..) = path.io(ffmpeg::run_told(&mut command, width * height, sign))?;
    let sum: u32 = bytes.iter().map(|byte| u32::from(*byte)).sum();
    Ok((bytes.len() == width * height).then(|| sum / (width * height) as u32))
}
