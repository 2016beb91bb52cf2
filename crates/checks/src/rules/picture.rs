//! Rules about pictures: the cover, which directories are strict about, and episodes' own.

use crate::rule::{APPLE_ARTWORK, Look, PRX, Rule};
use crate::told::Told;
use crate::{EpisodeFacts, Facts};
use hearthcast_model::MediaFacts;

/// Sides a cover may have.
pub(crate) const SIDES: std::ops::RangeInclusive<u32> = 1400..=3000;
/// Some directories take no heavier cover.
const LIGHT_BYTES: u64 = 512 * 1024;
/// What mends nearly everything.
const MAKE: &str = "Choose the picture again: Hearthcast makes a cover of it that directories take.";
/// What making a picture again does.
const MADE: &str =
    "Makes the cover again from its picture: square, in the colours of screens, as large as directories take.";

pub(crate) const RULES: &[Rule] = &[
    Rule::error(
        (
            "cover_missing",
            APPLE_ARTWORK,
            "The show has a cover.",
            "Choose a square picture of 3000 x 3000 pixels, JPEG or PNG.",
        ),
        Look::Show(cover_missing),
    ),
    Rule::error(("cover_unknown", APPLE_ARTWORK, "The cover's file is there.", MAKE), Look::Show(cover_unknown)),
    Rule::error(("cover_not_square", APPLE_ARTWORK, "The cover is square.", MAKE), Look::Show(cover_not_square))
        .fixed_if_asked(MADE),
    Rule::error(
        (
            "cover_small",
            APPLE_ARTWORK,
            "The cover has 1400 pixels a side or more.",
            "Use a larger picture: blown up it would look blurred. 3000 x 3000 is best.",
        ),
        Look::Show(cover_small),
    ),
    Rule::error(
        ("cover_large", APPLE_ARTWORK, "The cover has 3000 pixels a side or fewer.", MAKE),
        Look::Show(cover_large),
    )
    .fixed_if_asked(MADE),
    Rule::error(("picture_format", APPLE_ARTWORK, "Pictures are JPEG or PNG.", MAKE), Look::Show(picture_format))
        .fixed_if_asked(MADE),
    Rule::error(
        ("picture_ending", APPLE_ARTWORK, "A picture's name ends as its type does.", MAKE),
        Look::Show(picture_ending),
    )
    .fixed_if_asked(MADE),
    Rule::error(("picture_turned", APPLE_ARTWORK, "Pictures are stored upright.", MAKE), Look::Show(picture_turned))
        .fixed_if_asked(MADE),
    Rule::error(
        ("picture_print_colours", APPLE_ARTWORK, "Pictures have the colours of screens (RGB).", MAKE),
        Look::Show(picture_print_colours),
    )
    .fixed_if_asked(MADE),
    Rule::error(("picture_cut_off", APPLE_ARTWORK, "Pictures are whole.", MAKE), Look::Show(picture_cut_off)),
    Rule::advice(
        ("picture_heavy", PRX, "Pictures take 512 KiB or less.", "Save it with a lower quality, or with calmer areas."),
        Look::Show(picture_heavy),
    ),
    Rule::advice(
        ("image_not_square", APPLE_ARTWORK, "An episode's picture is square.", "Use a square picture."),
        Look::Episode(image_not_square),
    ),
    Rule::advice(
        ("image_small", APPLE_ARTWORK, "An episode's picture has 1400 pixels a side or more.", "Use a larger picture."),
        Look::Episode(image_small),
    ),
    Rule::error(
        ("image_unknown", APPLE_ARTWORK, "The file of an episode's picture is there.", "Choose the picture again."),
        Look::Episode(image_unknown),
    ),
];

fn cover_missing(facts: &Facts, told: &mut Told) {
    if facts.show.cover.is_none() {
        told.say("cover", "The show has no cover.");
    }
}

fn cover_unknown(facts: &Facts, told: &mut Told) {
    if facts.show.cover.is_some() && facts.cover.is_none() {
        told.say("cover", "Nothing is known about the cover's file.");
    }
}

/// Pixels across and down of the cover.
fn cover_sides(facts: &Facts) -> Option<(u32, u32)> {
    facts.show.cover.as_ref().and(facts.cover).and_then(|cover| cover.width_px.zip(cover.height_px))
}

fn cover_not_square(facts: &Facts, told: &mut Told) {
    if let Some((width, height)) = cover_sides(facts).filter(|(width, height)| width != height) {
        told.say("cover", format!("The cover has {width} x {height} pixels: it must be square."));
    }
}

fn cover_small(facts: &Facts, told: &mut Told) {
    if let Some((width, height)) = cover_sides(facts).filter(|(width, height)| width.min(height) < SIDES.start()) {
        told.say("cover", format!("The cover has {width} x {height} pixels; 1400 x 1400 is the least."));
    }
}

fn cover_large(facts: &Facts, told: &mut Told) {
    let large = |(width, height): &(u32, u32)| width.max(height) > SIDES.end() && width.min(height) >= SIDES.start();
    if let Some((width, height)) = cover_sides(facts).filter(large) {
        told.say("cover", format!("The cover has {width} x {height} pixels; 3000 x 3000 is the most."));
    }
}

/// Tells about every picture that `wrong` has a sentence for. Only the cover's can be made again.
fn pictures(facts: &Facts, told: &mut Told, wrong: impl Fn(&str, &MediaFacts) -> Option<String>) {
    if let Some((file, picture)) = facts.show.cover.as_ref().zip(facts.cover)
        && let Some(message) = wrong(&file.ext, picture)
    {
        told.say("cover", message);
    }
    for (index, one) in facts.episodes.iter().enumerate() {
        if let Some((file, picture)) = one.episode.image.as_ref().zip(one.image)
            && let Some(message) = wrong(&file.ext, picture)
        {
            told.say_of_unfixed(index, one.id, "image", message);
        }
    }
}

fn picture_format(facts: &Facts, told: &mut Told) {
    pictures(facts, told, |_, picture| {
        let mime = picture.mime.as_str();
        let message = || format!("The picture is of the type {mime}; feeds take JPEG and PNG.");
        (!matches!(mime, "image/jpeg" | "image/png")).then(message)
    });
}

fn picture_ending(facts: &Facts, told: &mut Told) {
    pictures(facts, told, |ext, picture| {
        let mime = picture.mime.as_str();
        let right = match mime {
            "image/jpeg" => matches!(ext, "jpg" | "jpeg"),
            "image/png" => ext == "png",
            _ => true,
        };
        (!right).then(|| format!("The picture is {mime}, and its name ends in .{ext}."))
    });
}

fn picture_turned(facts: &Facts, told: &mut Told) {
    pictures(facts, told, |_, picture| {
        let message = "The picture is stored on its side: apps that do not turn it show it so.";
        picture.orientation.is_some_and(|orientation| orientation > 1).then(|| message.to_string())
    });
}

fn with_finding(picture: &MediaFacts, code: &str, message: &str) -> Option<String> {
    picture.findings.iter().any(|finding| finding.code == code).then(|| message.to_string())
}

fn picture_print_colours(facts: &Facts, told: &mut Told) {
    let message = "The picture has print colours (CMYK).";
    pictures(facts, told, |_, picture| with_finding(picture, "media.cmyk", message));
}

fn picture_cut_off(facts: &Facts, told: &mut Told) {
    let message = "The picture is cut off: its lower part is missing.";
    pictures(facts, told, |_, picture| with_finding(picture, "media.truncated", message));
}

fn picture_heavy(facts: &Facts, told: &mut Told) {
    pictures(facts, told, |_, picture| {
        let size = picture.size_bytes / 1024;
        let message = || format!("The picture takes {size} KiB; some directories take 512 at most.");
        (picture.size_bytes > LIGHT_BYTES).then(message)
    });
}

fn image_sides(one: &EpisodeFacts) -> Option<(u32, u32)> {
    one.episode.image.as_ref().and(one.image).and_then(|image| image.width_px.zip(image.height_px))
}

fn image_not_square(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    if let Some((width, height)) = image_sides(one).filter(|(width, height)| width != height) {
        told.say("image", format!("The picture is {width} x {height}: many apps show only a square of it."));
    }
}

fn image_small(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let small = |(width, height): &(u32, u32)| width == height && width < SIDES.start();
    if let Some((width, height)) = image_sides(one).filter(small) {
        let message = format!("The picture has {width} x {height} pixels; 1400 x 1400 and more look sharp everywhere.");
        told.say("image", message);
    }
}

fn image_unknown(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    if one.episode.image.is_some() && one.image.is_none() {
        told.say("image", "Nothing is known about the file of the episode's picture.");
    }
}
