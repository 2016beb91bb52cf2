//! Pictures that are to become covers. What is made of their pixels is tested in `covers`.

use super::super::covers::{claims, with_exif, with_png_sum};
use super::super::pictures::crc32;
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

/// A `zTXt` chunk whose 600 KB unpack to 100 MB of one letter: a block of fixed Huffman codes (RFC 1951, 3.2.6), the letter, then
/// "258 of what stood one before" over and over.
fn text_bomb() -> Vec<u8> {
    const TIMES: u32 = 387_597;
    let (mut packed, mut held, mut filled) = (vec![0x78, 0x9c], 0u32, 0);
    let mut put = |code: u32, bits: u32| {
        // Codes stand with their first bit first.
        for bit in (0..bits).rev() {
            held |= (code >> bit & 1) << filled;
            filled += 1;
            if filled == 8 {
                packed.push(held as u8);
                (held, filled) = (0, 0);
            }
        }
    };
    // The last block (1), of kind 1 with its lower bit first; "a" is 0x61, whose code is 0x30 more.
    put(0b110, 3);
    put(0x30 + 0x61, 8);
    for _ in 0..TIMES {
        // Length 258 is 285, code 0xc5 of eight bits; distance 1 is code 0 of five.
        put(0b1100_0101, 8);
        put(0, 5);
    }
    // End of block, and filled up.
    put(0, 7);
    put(0, 7);
    let (one, two) = (0..=TIMES * 258).fold((1u32, 0u32), |(one, two), _| {
        let one = (one + 0x61) % 65_521;
        (one, (two + one) % 65_521)
    });
    packed.extend((two << 16 | one).to_be_bytes());
    let body = [b"Comment\0\0".to_vec(), packed].concat();
    let chunk = [b"zTXt".to_vec(), body].concat();
    let sum = crc32(&chunk);
    [&((chunk.len() - 4) as u32).to_be_bytes()[..], &chunk, &sum.to_be_bytes()].concat()
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
        convert(
            "print.tiff",
            &["-size", "1500x1500", "xc:red", "-colorspace", "CMYK", "-depth", "8", "-compress", "LZW"],
            Meant::NoPicture("it has print colours (CMYK); save it with RGB colours"),
        ),
        convert("wide.jpg", &["-size", "1600x1500", "xc:navy"], Meant::Picture(1600, 1500, &["picture.cropped"])),
        convert(
            "large.jpg",
            &["-size", "3600x3200", "gradient:red-blue"],
            Meant::Picture(3600, 3200, &["picture.cropped"]),
        ),
        convert("large.png", &["-size", "4000x4000", "xc:teal", "-depth", "8"], Meant::Picture(4000, 4000, &[])),
        Row(
            "moving.png",
            Box::new(|lab| {
                let film = "testsrc=s=1500x1500:d=0.3:r=10";
                lab.ffmpeg("moving.png", &["-f", "lavfi", "-i", film, "-map", "1:v", "-f", "apng"])
            }),
            Meant::Picture(1500, 1500, &["picture.animated"]),
        ),
        // What is packed is not looked at: it could have told a place.
        changed(
            "text-bomb.png",
            SQUARE,
            |b| drop(b.splice(33..33, text_bomb())),
            Meant::Picture(1500, 1500, &["picture.place_removed"]),
        ),
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
        // Half of a profile, in a segment that is whole (ICC.1:2010, B.4).
        Row(
            "half-a-profile.jpg",
            Box::new(|lab| {
                let made = lab.bench.convert("of-half-a-profile.jpg", SQUARE);
                let profile = profiles::adobe_rgb();
                let body = [&b"ICC_PROFILE\0\x01\x01"[..], &profile[..profile.len() / 2]].concat();
                let segment = [&[0xff, 0xe2][..], &(body.len() as u16 + 2).to_be_bytes(), &body].concat();
                lab.changed("half-a-profile.jpg", &made, |bytes| drop(bytes.splice(2..2, segment)))
            }),
            Meant::Picture(1500, 1500, &["picture.profile_unusable"]),
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
