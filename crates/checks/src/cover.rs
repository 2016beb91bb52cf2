//! Rules about pictures: the cover, which directories are strict about, and episodes' own.

use crate::Facts;
use crate::finding::{APPLE_ARTWORK, About, Found, PRACTICE};
use hearthcast_model::MediaFacts;

/// Sides a cover may have.
const SIDES: std::ops::RangeInclusive<u32> = 1400..=3000;
/// Some directories take no heavier cover.
const LIGHT_BYTES: u64 = 512 * 1024;
/// What mends nearly everything.
const MAKE: &str = "Choose the picture again: Hearthcast makes a cover of it that directories take.";

/// Looks at the cover.
pub fn check_cover(facts: &Facts, found: &mut Found) {
    let mut about = found.about("show", facts.id.as_str());
    match (&facts.show.cover, facts.cover) {
        (None, _) => {
            let hint = "Choose a square picture of 3000 x 3000 pixels, JPEG or PNG.";
            about.error("cover_missing", "cover", APPLE_ARTWORK, "The show has no cover.", hint);
        }
        (Some(_), None) => {
            about.error("cover_unknown", "cover", APPLE_ARTWORK, "Nothing is known about the cover's file.", MAKE);
        }
        (Some(file), Some(cover)) => {
            format(&mut about, "cover", &file.ext, cover);
            cover_size(&mut about, cover);
            weight(&mut about, "cover", cover);
        }
    }
}

/// Looks at an episode's picture.
pub fn check_image(about: &mut About, ext: &str, image: &MediaFacts) {
    format(about, "image", ext, image);
    weight(about, "image", image);
    let Some((width, height)) = image.width_px.zip(image.height_px) else { return };
    if width != height {
        let message = format!("The picture is {width} x {height}: many apps show only a square of it.");
        about.advice("image_not_square", "image", APPLE_ARTWORK, message, "Use a square picture.");
    } else if width < *SIDES.start() {
        let message = format!("The picture has {width} x {height} pixels; 1400 x 1400 and more look sharp everywhere.");
        about.advice("image_small", "image", APPLE_ARTWORK, message, "Use a larger picture.");
    }
}

fn format(about: &mut About, field: &str, ext: &str, picture: &MediaFacts) {
    let right = match picture.mime.as_str() {
        "image/jpeg" => matches!(ext, "jpg" | "jpeg"),
        "image/png" => ext == "png",
        other => {
            let message = format!("The picture is of the type {other}; feeds take JPEG and PNG.");
            about.error("picture_format", field, APPLE_ARTWORK, message, MAKE);
            true
        }
    };
    if !right {
        let message = format!("The picture is {}, and its name ends in .{ext}.", picture.mime);
        about.error("picture_ending", field, APPLE_ARTWORK, message, MAKE);
    }
    if picture.orientation.is_some_and(|orientation| orientation > 1) {
        let message = "The picture is stored on its side: apps that do not turn it show it so.";
        about.error("picture_turned", field, APPLE_ARTWORK, message, MAKE);
    }
    for (code, name, message) in [
        ("media.cmyk", "picture_print_colours", "The picture has print colours (CMYK)."),
        ("media.truncated", "picture_cut_off", "The picture is cut off: its lower part is missing."),
    ] {
        if picture.findings.iter().any(|finding| finding.code == code) {
            about.error(name, field, APPLE_ARTWORK, message, MAKE);
        }
    }
}

fn cover_size(about: &mut About, cover: &MediaFacts) {
    let Some((width, height)) = cover.width_px.zip(cover.height_px) else { return };
    let size = format!("The cover has {width} x {height} pixels");
    if width != height {
        about.error("cover_not_square", "cover", APPLE_ARTWORK, format!("{size}: it must be square."), MAKE);
    }
    let side = width.min(height);
    if side < *SIDES.start() {
        let hint = "Use a larger picture: blown up it would look blurred. 3000 x 3000 is best.";
        about.error("cover_small", "cover", APPLE_ARTWORK, format!("{size}; 1400 x 1400 is the least."), hint);
    } else if width.max(height) > *SIDES.end() {
        about.error("cover_large", "cover", APPLE_ARTWORK, format!("{size}; 3000 x 3000 is the most."), MAKE);
    }
}

fn weight(about: &mut About, field: &str, picture: &MediaFacts) {
    if picture.size_bytes > LIGHT_BYTES {
        let message =
            format!("The picture takes {} KiB; some directories take 512 at most.", picture.size_bytes / 1024);
        about.advice("picture_heavy", field, PRACTICE, message, "Save it with a lower quality, or with calmer areas.");
    }
}
