//! A cover or an episode's picture, made right from any master: one decode, then the published picture and all its
//! smaller copies. What directories ask for stands in FEED.md: square, 1400 to 3000 pixels, RGB, no transparency, 72 dpi.

use super::colour::{self, Colours};
use super::header::{self, Header, PictureShape, Unusable};
use super::heif::Told;
use super::order::{Copies, MadePicture, PictureMade, PictureOrder, Purpose};
use super::raster::{Raster, Region, Samples};
use super::{Loaded, PictureFormat, copies, decode, encode, icon, jpeg, place, png};
use crate::MediaError;
use crate::libheif::Libheif;
use hearthcast_model::facts::Finding;
use hearthcast_model::{Cancel, Progress, Square};
use std::path::Path;

/// No published picture has a longer side.
pub const MOST_SIDE: u32 = 3000;
/// A cover with shorter sides is refused by directories.
pub const LEAST_COVER_SIDE: u32 = 1400;
/// A banner's shape, and the most pixels across that it is published with.
const BANNER_SHAPE: (u32, u32) = (3, 1);
const MOST_BANNER_WIDTH: u32 = 1920;
/// A banner with fewer pixels across looks blurred.
const LEAST_BANNER_WIDTH: u32 = 960;
/// Some directories ask for covers of at most 512 KiB.
pub const LIGHT_BYTES: usize = 512 * 1024;
/// A picture in notes that is heavier is made light.
const MOST_NOTES_BYTES: usize = 4 << 20;
/// How a picture is made light: longest side (0: as it is) and quality, until one is.
const LADDER: [(u32, u8); 8] =
    [(0, 90), (0, 85), (0, 80), (0, 75), (2000, 82), (2000, 75), (LEAST_COVER_SIDE, 82), (LEAST_COVER_SIDE, 75)];

/// Makes a picture from a file; of an order for AVIF, the copies alone.
pub fn make(
    path: &Path,
    order: &PictureOrder,
    libheif: Option<&Libheif>,
    cancel: &Cancel,
    report: &mut dyn FnMut(Progress),
) -> Result<PictureMade, MediaError> {
    let (loaded, format) = Loaded::picture(path, libheif, cancel, report)?;
    let unusable = |why| loaded.unusable(format, why);
    let mut header = header::read(&loaded.bytes, format).map_err(unusable)?;
    let foreign = loaded.foreign.as_ref().map(|foreign| &foreign.told);
    if let Some(told) = foreign {
        header.shape.orientation = told.orientation;
    }
    header.fits().map_err(unusable)?;
    let master = Master { bytes: &loaded.bytes, format, header: &header, order, foreign };
    let made = match order.copies {
        Copies::Jpeg | Copies::Former => master.make(cancel),
        Copies::Avif => master.avif(cancel, report),
    };
    let made = made.map_err(|stop| match stop {
        Stop::Cancelled => MediaError::Cancelled,
        Stop::Unusable(why) => unusable(why),
    })?;
    let (mut facts, thumbhash) = (loaded.facts(format, &header.shape), made.thumbhash);
    facts.findings = made.findings;
    let mut made = PictureMade { master: facts, picture: made.picture, sizes: made.sizes };
    made.looks_like(thumbhash);
    Ok(made)
}

/// Why the making stopped.
enum Stop {
    Cancelled,
    Unusable(Unusable),
}

impl From<Unusable> for Stop {
    fn from(why: Unusable) -> Self {
        Self::Unusable(why)
    }
}

/// What was made.
struct Made {
    picture: Option<MadePicture>,
    sizes: Vec<MadePicture>,
    findings: Vec<Finding>,
    thumbhash: String,
}

/// The file a picture is made from.
struct Master<'a> {
    bytes: &'a [u8],
    format: PictureFormat,
    header: &'a Header,
    order: &'a PictureOrder,
    /// What is told of it, where another program decoded it.
    foreign: Option<&'a Told>,
}

impl Master<'_> {
    fn make(&self, cancel: &Cancel) -> Result<Made, Stop> {
        let go_on = || if cancel.is_cancelled() { Err(Stop::Cancelled) } else { Ok(()) };
        let file = self.file()?;
        if self.order.purpose == Purpose::Icon {
            let picture = icon::icon(self.bytes, self.format, self.header)?;
            let findings = self.findings(&file, None);
            return Ok(Made { picture: Some(picture), sizes: vec![], findings, thumbhash: String::new() });
        }
        let (region, size) = self.wanted();
        let (base, colours) = self.pixels(region, size, &go_on)?;
        let mut findings = self.findings(&file, colours);
        let stands = self.stands(&file, &base);
        let picture = match (stands, file.tells_place) {
            (true, false) => None,
            (true, true) => {
                findings.push(finding("picture.place_removed", PLACE_REMOVED.into()));
                Some(self.without_metadata()?)
            }
            (false, _) => Some(light(&base)?),
        };
        go_on()?;
        let former = self.order.copies == Copies::Former;
        let sizes = if self.order.purpose == Purpose::Notes { vec![] } else { copies::jpeg(&base, former)? };
        let weight = picture.as_ref().map_or(self.bytes.len(), |made| made.bytes.len());
        findings.extend(self.about_published(&base, weight));
        Ok(Made { picture, sizes, findings, thumbhash: copies::thumbhash(&base)? })
    }

    /// The copies in AVIF, of the same part and in the same turn and colours.
    fn avif(&self, cancel: &Cancel, report: &mut dyn FnMut(Progress)) -> Result<Made, Stop> {
        let go_on = || if cancel.is_cancelled() { Err(Stop::Cancelled) } else { Ok(()) };
        let (region, size) = self.wanted();
        let (base, _) = self.pixels(region, size, &go_on)?;
        let sizes = copies::avif(&base, |done, all| {
            report(Progress::new("picture", done as u64, all as u64));
            go_on()
        })?;
        Ok(Made { picture: None, sizes, findings: vec![], thumbhash: String::new() })
    }

    /// What the file's own structure says. One that is cut off is refused: decoders fill it up with grey.
    fn file(&self) -> Result<File, Unusable> {
        let cut_off = Unusable::because("it is cut off, its lower part is missing");
        match (self.format, &self.header.jpeg) {
            (PictureFormat::Jpeg, Some(markers)) => {
                markers.end.ok_or(cut_off)?;
                let profile = markers.profile(self.bytes);
                Ok(File {
                    plain: markers.components == 3 && markers.precision == 8,
                    moves: false,
                    tells_place: place::in_jpeg(self.bytes, markers),
                    srgb: profile.is_none_or(|profile| colour::is_srgb(&profile)),
                })
            }
            (PictureFormat::Png, _) => {
                let chunks = png::walk(self.bytes).filter(|chunks| chunks.end.is_some()).ok_or(cut_off)?;
                Ok(File {
                    // No browser or directory gets the file that another program had to decode.
                    plain: self.foreign.is_none()
                        && chunks.bits == 8
                        && chunks.colour == 2
                        && !chunks.transparent
                        && !chunks.animated,
                    moves: chunks.animated,
                    tells_place: place::in_png(self.bytes, &chunks),
                    srgb: self.profile().is_none_or(|profile| colour::is_srgb(&profile)),
                })
            }
            _ => Ok(File { plain: false, moves: self.moves(), tells_place: false, srgb: false }),
        }
    }

    fn profile(&self) -> Option<Vec<u8>> {
        use image::ImageDecoder;
        let mut decoder = header::decoder(self.bytes, self.format, header::MOST_DECODED_BYTES).ok()?;
        decoder.icc_profile().ok().flatten()
    }

    /// Whether a GIF or WebP has more than one picture.
    fn moves(&self) -> bool {
        let has = |word: &[u8]| self.bytes.windows(word.len()).any(|window| window == word);
        match self.format {
            PictureFormat::Gif => has(b"NETSCAPE2.0") || has(b"ANIMEXTS1.0"),
            // VP8X, second bit of its flags (WebP container specification).
            PictureFormat::WebP => {
                self.bytes.get(12..16) == Some(b"VP8X") && self.bytes.get(20).is_some_and(|f| f & 2 != 0)
            }
            _ => false,
        }
    }

    /// The part that is kept, as a person sees it, and the size it is published in. Nothing is blown up.
    fn wanted(&self) -> (Region, (u32, u32)) {
        let (width, height) = self.header.shape.upright_size();
        if let Some(square) = self.order.square {
            let Square { left, top, side } = square.inside(width, height);
            let published = side.min(MOST_SIDE);
            return (Region { left, top, width: side, height: side }, (published, published));
        }
        match self.order.purpose {
            Purpose::Cover => {
                let side = width.min(height);
                let crop = self.order.crop;
                let (left, top) = (offset(width - side, crop.across), offset(height - side, crop.down));
                let published = side.min(MOST_SIDE);
                (Region { left, top, width: side, height: side }, (published, published))
            }
            Purpose::Banner => {
                let (across, down) = BANNER_SHAPE;
                let (region_width, region_height) = widest(width, height);
                let crop = self.order.crop;
                let (left, top) =
                    (offset(width - region_width, crop.across), offset(height - region_height, crop.down));
                let published = region_width.min(MOST_BANNER_WIDTH);
                let region = Region { left, top, width: region_width, height: region_height };
                (region, (published, (published * down / across).max(1)))
            }
            Purpose::Episode | Purpose::Icon | Purpose::Notes => {
                (Region { left: 0, top: 0, width, height }, within(width, height, MOST_SIDE))
            }
        }
    }

    /// The pixels to be published: decoded once, cut, scaled, turned, in sRGB.
    fn pixels(
        &self,
        region: Region,
        (width, height): (u32, u32),
        go_on: &impl Fn() -> Result<(), Stop>,
    ) -> Result<(Raster, Option<(Samples, Colours)>), Stop> {
        go_on()?;
        let decoded = decode::decode(self.bytes, self.format, self.header)?;
        go_on()?;
        let shape: PictureShape = self.header.shape;
        let stored = shape.stored_region(region);
        let (across, down) = if shape.orientation >= 5 { (height, width) } else { (width, height) };
        let raster = decoded.raster;
        let samples = raster.samples;
        let whole = (raster.width, raster.height) == (across, down) && (stored.width, stored.height) == (across, down);
        let scaled = if whole { raster } else { raster.scaled(stored, across, down)? };
        go_on()?;
        let profile = self.foreign.and_then(|told| told.profile.as_deref()).or(decoded.profile.as_deref());
        let (base, colours) = colour::to_srgb(scaled.upright(shape.orientation), profile)?;
        Ok((base, Some((samples, colours))))
    }

    /// Whether the file can be published as it came.
    fn stands(&self, file: &File, base: &Raster) -> bool {
        let shape = &self.header.shape;
        if self.order.purpose == Purpose::Notes {
            return self.stands_in_notes(file) && (shape.width, shape.height) == (base.width, base.height);
        }
        file.plain && file.srgb && shape.orientation <= 1 && (shape.width, shape.height) == (base.width, base.height)
    }

    /// Browsers show more than apps: transparency, movement, colours of a profile. What else a WebP tells is not known here.
    fn stands_in_notes(&self, file: &File) -> bool {
        let shown = match self.format {
            PictureFormat::Jpeg => file.plain,
            PictureFormat::Png | PictureFormat::Gif => true,
            PictureFormat::WebP => !self.bytes.windows(4).any(|word| word == b"EXIF" || word == b"XMP "),
            _ => false,
        };
        shown && self.foreign.is_none() && self.header.shape.orientation <= 1 && self.bytes.len() <= MOST_NOTES_BYTES
    }

    fn without_metadata(&self) -> Result<MadePicture, Unusable> {
        let lost = || Unusable::because("what it tells could not be taken out");
        let bytes = match &self.header.jpeg {
            Some(markers) => jpeg::without_metadata(self.bytes, markers),
            None => png::walk(self.bytes).and_then(|chunks| png::without_metadata(self.bytes, &chunks)),
        };
        MadePicture::of(bytes.ok_or_else(lost)?).ok_or_else(lost)
    }

    fn findings(&self, file: &File, colours: Option<(Samples, Colours)>) -> Vec<Finding> {
        let mut findings = vec![];
        if file.moves && self.order.purpose != Purpose::Notes {
            findings.push(finding("picture.animated", "The picture moves: only its first image is used.".into()));
        }
        let (width, height) = self.header.shape.upright_size();
        if self.order.purpose == Purpose::Cover && self.order.square.is_none() && width != height {
            let side = width.min(height);
            let message = format!("The picture is {width} x {height}: a square of {side} x {side} was cut out of it.");
            findings.push(finding("picture.cropped", message));
        }
        let said = match colours {
            Some((Samples::Ink, Colours::Converted)) => Some(("picture.print_colours", INK_CONVERTED)),
            Some((Samples::Ink, _)) => Some(("picture.print_colours", INK_GUESSED)),
            Some((_, Colours::ProfileUnusable)) => Some(("picture.profile_unusable", PROFILE_UNUSABLE)),
            _ => None,
        };
        findings.extend(said.map(|(code, message)| finding(code, message.into())));
        findings
    }

    /// What a person should know about what is published.
    fn about_published(&self, base: &Raster, weight: usize) -> Vec<Finding> {
        let (width, height) = (base.width, base.height);
        let mut findings = vec![];
        match self.order.purpose {
            Purpose::Cover if width < LEAST_COVER_SIDE => {
                let message =
                    format!("The cover has {width} x {height} pixels, and directories ask for 1400 x 1400 at least.");
                findings.push(finding("picture.small", message));
            }
            Purpose::Banner if width < LEAST_BANNER_WIDTH => {
                let message =
                    format!("The banner is {width} x {height}: with fewer than 960 pixels across it looks blurred.");
                findings.push(finding("picture.small", message));
            }
            Purpose::Episode if width != height => {
                let message = format!("The picture is {width} x {height}: many apps show only a square of it.");
                findings.push(finding("picture.not_square", message));
            }
            _ => (),
        }
        if weight > LIGHT_BYTES {
            let message =
                format!("The picture takes {} KiB, and some directories ask for 512 KiB at most.", weight / 1024);
            findings.push(finding("picture.heavy", message));
        }
        findings
    }
}

const PLACE_REMOVED: &str =
    "The file told where the picture was taken, or could have: that is left out of what is published.";
const INK_CONVERTED: &str = "The picture had print colours (CMYK): they were turned into colours for screens.";
const INK_GUESSED: &str = "The picture has print colours (CMYK) without a profile: the colours are a guess. Saving it with RGB colours is better.";
const PROFILE_UNUSABLE: &str =
    "The picture's colour profile cannot be read: colours may look different from what was meant.";

/// What the file's own structure says.
struct File {
    /// Eight bits of red, green and blue, and nothing else.
    plain: bool,
    /// More than one picture.
    moves: bool,
    /// Tells where it was taken.
    tells_place: bool,
    /// Its colours are those of screens.
    srgb: bool,
}

/// The published picture: as good as 512 KiB allow; where nothing good is that light, its own size counts more.
fn light(base: &Raster) -> Result<MadePicture, Unusable> {
    let mut whole = vec![];
    let mut smaller: Option<Raster> = None;
    for (side, quality) in LADDER {
        if side == 0 {
            whole = encode::jpeg(base, quality)?;
            if whole.len() <= LIGHT_BYTES {
                break;
            }
        } else if side < base.width.max(base.height) {
            if smaller.as_ref().is_none_or(|raster| raster.width.max(raster.height) != side) {
                let (width, height) = within(base.width, base.height, side);
                smaller = Some(base.all_scaled(width, height)?);
            }
            let bytes = encode::jpeg(smaller.as_ref().unwrap_or(base), quality)?;
            if bytes.len() <= LIGHT_BYTES {
                whole = bytes;
                break;
            }
        }
    }
    MadePicture::of(whole).ok_or_else(|| Unusable::because("it could not be written as JPEG"))
}

/// The largest part with a banner's shape.
fn widest(width: u32, height: u32) -> (u32, u32) {
    let (across, down) = BANNER_SHAPE;
    if u64::from(width) * u64::from(down) >= u64::from(height) * u64::from(across) {
        ((height * across / down).min(width), height)
    } else {
        (width, (width * down / across).max(1))
    }
}

/// The size with the longest side at most `side`, in the same shape.
pub(super) fn within(width: u32, height: u32, side: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= side {
        return (width, height);
    }
    let scaled = |length: u32| {
        let (length, longest) = (u64::from(length), u64::from(longest));
        u32::try_from((length * u64::from(side) + longest / 2) / longest).unwrap_or(side).max(1)
    };
    (scaled(width), scaled(height))
}

/// Where a part begins in so much free room.
fn offset(room: u32, share: f32) -> u32 {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.5 };
    ((f64::from(room) * f64::from(share)).round() as u32).min(room)
}

fn finding(code: &str, message: String) -> Finding {
    Finding { code: code.into(), message, at_ms: None }
}
