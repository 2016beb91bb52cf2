//! Pictures that another program decodes: AVIF and HEIC, by ffmpeg, into a PNG in memory. What their boxes say (turn, colour
//! profile, what the picture is put together of) is read here, because ffmpeg passes none of it on; so a picture is turned once,
//! and one that would come out wrong is refused with advice.

use super::heif::{Kind, Told};
use super::{Loaded, header};
use crate::MediaError;
use crate::ffmpeg::{self, Ffmpeg, NoFfmpeg};
use crate::probe::ShownPath;
use hearthcast_model::{Cancel, Progress};

/// No decoded picture is longer as PNG, bytes.
const MOST_DRAWN_BYTES: usize = 192 << 20;

/// What is told of a picture that another program decoded.
#[derive(Debug)]
pub struct Foreign {
    /// What the file says.
    pub told: Told,
    /// Its length.
    pub size_bytes: u64,
}

/// Lets ffmpeg decode it: a PNG as the picture is stored, not turned.
pub fn decoded(
    path: &ShownPath,
    told: &Told,
    cancel: &Cancel,
    report: &mut dyn FnMut(Progress),
) -> Result<Vec<u8>, MediaError> {
    let refused = |why: String| MediaError::NeedsDecoder { path: path.shown(), what: told.kind.words().into(), why };
    if told.transparent || told.cut {
        let what = if told.transparent { "it is transparent in places" } else { "only a part of it is to be shown" };
        return Err(refused(format!("{what}, which ffmpeg does not follow in such files")));
    }
    header::few_enough(told.width, told.height).map_err(|why| Loaded::refusal(path, told.kind.words(), why))?;
    let ffmpeg = Ffmpeg::allowed().map_err(|why| match why {
        NoFfmpeg::Missing => refused("the program ffmpeg, which decodes such pictures, was not found".into()),
        other => refused(format!("of the program ffmpeg, which decodes such pictures, {other}")),
    })?;
    let mut command = ffmpeg.read_still(path.path());
    command.args(["-map", "0:v:0", "-frames:v", "1", "-an", "-sn", "-dn", "-pix_fmt", "rgb24"]);
    command.args(["-threads", "1", "-c:v", "png", "-f", "image2pipe", "pipe:1"]);
    let sign = &mut || report(Progress::new("picture", 0, 1));
    let (png, _) = path.io(ffmpeg::run_told(&mut command, MOST_DRAWN_BYTES, sign))?;
    cancel.check().map_err(|_| MediaError::Cancelled)?;
    if header::png_size(&png).filter(|_| png.starts_with(b"\x89PNG")) == Some((told.width, told.height)) {
        return Ok(png);
    }
    // A tile of it, or nothing.
    let least = if told.kind == Kind::Heic { "8" } else { "5.1" };
    let version = &ffmpeg.version;
    Err(refused(format!(
        "the ffmpeg that was found ({version}) does not decode it whole; version {least} or newer may"
    )))
}
