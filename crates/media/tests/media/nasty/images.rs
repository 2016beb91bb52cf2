//! Pictures that are to become covers. What is made of their pixels is tested in `covers`.

use super::super::covers::{claims, with_exif, with_png_sum};
use super::super::profiles;
use super::{Lab, Meant, Row};
use std::fs;

/// What ImageMagick makes.
fn convert(name: &'static str, args: &'static [&'static str], meant: Meant) -> Row {
    Row(name, Box::new(move |lab| lab.bench.convert(name, args)), meant)
}

/// The same, changed.
fn changed(name: &'static str, args: &'static [&'static str], change: fn(&mut Vec<u8>), meant: Meant) -> Row {
    let make = move |lab: &Lab| {
        let made = lab.bench.convert(&format!("of-{name}"), args);
        lab.changed(name, &made, change)
    };
    Row(name, Box::new(make), meant)
}

fn bytes(name: &'static str, bytes: &'static [u8], words: &'static str) -> Row {
    Row(name, Box::new(move |lab| lab.bench.write(name, bytes)), Meant::NoPicture(words))
}

/// A PNG whose header claims so much, and nothing behind it.
fn bomb(name: &'static str, width: u32, height: u32, bits: u8, colour: u8) -> Row {
    let make = move |lab: &Lab| {
        let mut bytes = claims(width, height);
        (bytes[24], bytes[25]) = (bits, colour);
        lab.bench.write(name, with_png_sum(bytes))
    };
    Row(name, Box::new(make), Meant::NoPicture("is too large"))
}

const SQUARE: &[&str] = &["-size", "1500x1500", "gradient:red-blue", "-depth", "8"];
const RIGHT: Meant = Meant::Picture(1500, 1500, &[]);

fn turned(name: &'static str, orientation: u8) -> Row {
    let make = move |lab: &Lab| {
        let made = lab.bench.convert(&format!("of-{name}"), &["-size", "1600x1500", "gradient:red-blue"]);
        let tiff = [&b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..], &[orientation], &[0; 6]].concat();
        lab.bench.write(name, with_exif(&fs::read(made).unwrap(), &tiff))
    };
    Row(name, Box::new(make), Meant::Picture(1600, 1500, &["picture.cropped"]))
}

pub fn rows() -> Vec<Row> {
    vec![
        convert("rgb.jpg", SQUARE, RIGHT),
        convert("progressive.jpg", &["-size", "1500x1500", "gradient:red-blue", "-interlace", "JPEG"], RIGHT),
        convert("gray.jpg", &["-size", "1500x1500", "gradient:black-white", "-colorspace", "Gray"], RIGHT),
        convert(
            "a.png",
            &["-size", "1500x1500", "gradient:red-blue", "-depth", "8", "-define", "png:color-type=2"],
            RIGHT,
        ),
        convert("sixteen.png", &["-size", "1500x1500", "gradient:red-blue", "-define", "png:bit-depth=16"], RIGHT),
        convert("glass.png", &["-size", "1500x1500", "xc:none"], RIGHT),
        convert("a.webp", &["-size", "1500x1500", "gradient:red-blue", "-define", "webp:lossless=true"], RIGHT),
        convert("lossy.webp", &["-size", "1500x1500", "gradient:red-blue", "-quality", "70"], RIGHT),
        convert("a.tiff", &["-size", "1500x1500", "gradient:red-blue", "-depth", "16", "-compress", "LZW"], RIGHT),
        convert(
            "moving.gif",
            &["-delay", "10", "-size", "1500x1500", "xc:red", "xc:blue", "-loop", "0"],
            Meant::Picture(1500, 1500, &["picture.animated"]),
        ),
        convert(
            "print.jpg",
            &["-size", "1500x1500", "xc:cmyk(0,255,255,0)", "-quality", "100"],
            Meant::Picture(1500, 1500, &["picture.print_colours"]),
        ),
        convert("wide.jpg", &["-size", "1600x1500", "xc:navy"], Meant::Picture(1600, 1500, &["picture.cropped"])),
        convert("dot.png", &["-size", "1x1", "xc:red"], Meant::Picture(1, 1, &["picture.small"])),
        turned("sideways.jpg", 6),
        turned("upside-down.jpg", 3),
        Row(
            "wide-colours.jpg",
            Box::new(|lab| {
                let profile = lab.bench.write("adobe-1998.icc", profiles::adobe_rgb());
                let args = ["-size", "1500x1500", "gradient:red-blue", "-profile", profile.to_str().unwrap()];
                lab.bench.convert("wide-colours.jpg", &args)
            }),
            RIGHT,
        ),
        changed("cut.jpg", SQUARE, |b| b.truncate(b.len() / 2), Meant::NoPicture("cut off")),
        changed("cut.png", SQUARE, |b| b.truncate(b.len() / 2), Meant::NoPicture("cut off")),
        bomb("60000.png", 60_000, 60_000, 8, 6),
        bomb("dots.png", 30_000, 30_000, 1, 0),
        bomb("576-mb.png", 12_000, 12_000, 8, 6),
        bytes("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC picture"),
        bytes("a.avif", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "an AVIF picture"),
        bytes("svg.png", b"<svg width='3000'/>", "an SVG picture"),
        bytes("raw.tiff", b"II*\0\x10\0\0\0CR\x02\0", "a camera's raw picture"),
        bytes("paper.jpg", b"%PDF-1.7\n", "a PDF document"),
        bytes("nothing.jpg", b"\xff\xd8\xff\xe0", "cannot be read"),
    ]
}
