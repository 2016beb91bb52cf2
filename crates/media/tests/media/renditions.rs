//! Issue 7, point 7: how wide copies of a picture are: for the places of a page once, twice and three times the place, and some
//! plain sizes; none above 0.8 of the picture. What is expected comes from the sizes the pictures were made in; ImageMagick and ffprobe say what was made.

use super::covers::{ask, identify};
use super::fixtures::{Bench, run};
use hearthcast_media::{Copies, PictureOrder};
use std::path::Path;

/// Width and height of the picture, the copy its place asks for, its share of the picture, and whether it may be made.
const PLACES: [(u32, u32, u32, f64, bool); 28] = [
    // Once as wide as the page's 1110.
    (1405, 500, 1110, 0.79, true),
    (1370, 500, 1110, 0.81, false),
    (1168, 500, 1110, 0.95, false),
    // A square is as wide as its place is high: 740.
    (937, 937, 740, 0.79, true),
    (914, 914, 740, 0.81, false),
    (779, 779, 740, 0.95, false),
    // Twice 1110.
    (2810, 600, 2220, 0.79, true),
    (2741, 600, 2220, 0.81, false),
    (2337, 600, 2220, 0.95, false),
    // Three times the thumbnail's 120.
    (456, 200, 360, 0.79, true),
    (444, 200, 360, 0.81, false),
    (379, 200, 360, 0.95, false),
    // Twice a square thumbnail's 80.
    (203, 203, 160, 0.79, true),
    (198, 198, 160, 0.81, false),
    (168, 168, 160, 0.95, false),
    // Plain sizes.
    (1772, 500, 1400, 0.79, true),
    (1728, 500, 1400, 0.81, false),
    (1500, 1500, 1400, 0.93, false),
    (1474, 1474, 1400, 0.95, false),
    (760, 300, 600, 0.79, true),
    (741, 300, 600, 0.81, false),
    (632, 632, 600, 0.95, false),
    (380, 380, 300, 0.79, true),
    (370, 370, 300, 0.81, false),
    (316, 300, 300, 0.95, false),
    (190, 190, 150, 0.79, true),
    (185, 185, 150, 0.81, false),
    (158, 158, 150, 0.95, false),
];

#[test]
fn point_7_copies_in_jpeg_end_at_four_fifths_of_the_picture() {
    let bench = Bench::new();
    for (width, height, wanted, share, may) in PLACES {
        assert!((f64::from(wanted) / f64::from(width) - share).abs() < 0.005, "{width}: the table is wrong");
        let master = bench.convert("a.png", &["-size", &format!("{width}x{height}"), "gradient:tomato-steelblue"]);
        let made = ask(&master, PictureOrder::episode()).unwrap();
        let widths: Vec<u32> =
            made.sizes.iter().map(|size| identify(&bench.put(size), "%w").parse().unwrap()).collect();
        assert_eq!(widths.contains(&wanted), may, "{wanted} of {width}x{height}, {share}: {widths:?}");
        let share = |copy: &u32| f64::from(*copy) / f64::from(width);
        assert!(widths.iter().all(|copy| share(copy) <= 0.8), "{width}x{height}: {widths:?}");
    }
}

/// How wide ffprobe finds a picture.
fn across(file: &Path) -> u32 {
    let args = ["-v", "error", "-show_entries", "stream=width", "-of", "csv=p=0", file.to_str().unwrap()];
    String::from_utf8(run("ffprobe", &args)).unwrap().trim().parse().unwrap()
}

#[test]
fn point_7_copies_in_avif_end_at_four_fifths_of_the_picture() {
    let bench = Bench::new();
    let order = PictureOrder { copies: Copies::Avif, ..PictureOrder::episode() };
    // All that there are: no plain sizes come between them.
    for (width, height, all) in [
        (456, 200, &[360, 240, 120][..]),
        (444, 200, &[240, 120]),
        (379, 200, &[240, 120]),
        (203, 203, &[160, 80]),
        (198, 198, &[80]),
        // 80 of 101, of 99 and of 84 pixels: where none may be made there is one in the picture's own size.
        (101, 101, &[80]),
        (99, 99, &[99]),
        (84, 84, &[84]),
    ] {
        let master = bench.convert("a.png", &["-size", &format!("{width}x{height}"), "gradient:tomato-steelblue"]);
        let made = ask(&master, order).unwrap();
        let widths: Vec<u32> = made.sizes.iter().map(|size| across(&bench.put(size))).collect();
        assert_eq!(widths, all, "{width}x{height}");
    }
}
