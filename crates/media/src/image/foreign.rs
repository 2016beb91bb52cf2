//! Pictures that another program decodes: AVIF and HEIC, by ffmpeg or by libheif's program, into a PNG in memory. What their boxes
//! say (turn, colour profile, what the picture is put together of) is read here, because ffmpeg passes none of it on; so a picture
//! is turned once, and one that would come out wrong is refused with advice.

use super::heif::{Kind, Told};
use super::{Loaded, header};
use crate::MediaError;
use crate::ffmpeg::{self, Ffmpeg, NoFfmpeg};
use crate::libheif::Libheif;
use crate::probe::ShownPath;
use hearthcast_model::{Cancel, Progress};

/// No decoded picture is longer as PNG, bytes.
pub const MOST_DRAWN_BYTES: usize = 192 << 20;
/// Of EXIF's orientations: as it stands.
const UPRIGHT: u8 = 1;
/// Of EXIF's orientations: from this one on, what is across stands.
const SIDEWAYS: u8 = 5;

/// What is told of a picture that another program decoded.
#[derive(Debug)]
pub struct Foreign {
    /// What the file says.
    pub told: Told,
    /// Its length.
    pub size_bytes: u64,
}

/// Lets another program decode it: a PNG, and what is true of it after that. ffmpeg is asked first; what it does not decode
/// goes to libheif's program, where there is one.
pub fn decoded(
    path: &ShownPath,
    told: Told,
    libheif: Option<&Libheif>,
    cancel: &Cancel,
    report: &mut dyn FnMut(Progress),
) -> Result<(Vec<u8>, Told), MediaError> {
    header::few_enough(told.width, told.height).map_err(|why| Loaded::refusal(path, told.kind.words(), why))?;
    let sign = &mut || report(Progress::new("picture", 0, 1));
    let why = match by_ffmpeg(path, &told, sign)? {
        Ok(png) => return Ok((png, told)),
        Err(NotDrawn(why)) => why,
    };
    cancel.check().map_err(|_| MediaError::Cancelled)?;
    let needs = |why: String| MediaError::NeedsDecoder { path: path.shown(), what: told.kind.words().into(), why };
    let Some(libheif) = libheif else { return Err(needs(why)) };
    // One that does not even start decodes nothing; the picture itself was read a moment ago.
    let png = libheif.to_png(path.path(), MOST_DRAWN_BYTES as u64, sign).ok().flatten();
    cancel.check().map_err(|_| MediaError::Cancelled)?;
    match png.and_then(|png| Some((drawn(&png).filter(|size| told.becomes(*size))?, png))) {
        Some(((width, height), png)) => Ok((png, Told { width, height, orientation: UPRIGHT, cut: false, ..told })),
        None => Err(needs("neither ffmpeg nor libheif's program makes one whole picture of it".into())),
    }
}

/// Why ffmpeg makes no PNG of it, as the end of a sentence.
struct NotDrawn(String);

/// A PNG as the picture is stored, not turned; or why ffmpeg makes none.
fn by_ffmpeg(path: &ShownPath, told: &Told, sign: &mut dyn FnMut()) -> Result<Result<Vec<u8>, NotDrawn>, MediaError> {
    let not = |why: String| Ok(Err(NotDrawn(why)));
    if told.transparent || told.cut {
        let what = if told.transparent { "it is transparent in places" } else { "only a part of it is to be shown" };
        return not(format!("{what}, which ffmpeg does not follow in such files"));
    }
    let ffmpeg = match Ffmpeg::allowed() {
        Ok(ffmpeg) => ffmpeg,
        Err(NoFfmpeg::Missing) => {
            return not("the program ffmpeg, which decodes such pictures, was not found".into());
        }
        Err(other) => return not(format!("of the program ffmpeg, which decodes such pictures, {other}")),
    };
    let mut command = ffmpeg.read_still(path.path());
    command.args(["-map", "0:v:0", "-frames:v", "1", "-an", "-sn", "-dn", "-pix_fmt", "rgb24"]);
    command.args(["-threads", "1", "-c:v", "png", "-f", "image2pipe", "pipe:1"]);
    let (png, ..) = path.io(ffmpeg::run_told(&mut command, MOST_DRAWN_BYTES, sign))?;
    if drawn(&png) == Some((told.width, told.height)) {
        return Ok(Ok(png));
    }
    // A tile of it, or nothing.
    let least = if told.kind == Kind::Heic { "8" } else { "5.1" };
    let version = &ffmpeg.version;
    not(format!("the ffmpeg that was found ({version}) does not decode it whole; version {least} or newer may"))
}

/// Pixels across and down of a PNG.
fn drawn(png: &[u8]) -> Option<(u32, u32)> {
    header::png_size(png).filter(|_| png.starts_with(b"\x89PNG"))
}

impl Told {
    /// Whether a program that turns and cuts it may come to a picture of this size.
    fn becomes(&self, (width, height): (u32, u32)) -> bool {
        let is_sideways = self.orientation >= SIDEWAYS;
        let (whole, high) = if is_sideways { (self.height, self.width) } else { (self.width, self.height) };
        // The part that is shown was cut before it was turned, or after.
        let within = width <= self.width.max(self.height) && height <= self.width.max(self.height);
        if self.cut { width > 0 && height > 0 && within } else { (width, height) == (whole, high) }
    }
}
