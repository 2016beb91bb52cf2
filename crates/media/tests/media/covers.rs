//! Covers and episode pictures made in the real worker process, judged by ImageMagick.

use super::fixtures::{Bench, run};
use super::profiles;
use super::worker::PROGRAM;
use hearthcast_media::worker::Worker;
use hearthcast_media::{Cancel, Crop, LIGHT_BYTES, MadePicture, MediaError, PictureMade, PictureOrder};
use hearthcast_model::Sha256;
use std::fs;
use std::path::{Path, PathBuf};

pub fn ask(path: &Path, order: PictureOrder) -> Result<PictureMade, MediaError> {
    Worker::new(PROGRAM).picture(path, &order, &Cancel::default())
}

fn cover(path: &Path) -> PictureMade {
    ask(path, PictureOrder::cover()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn episode(path: &Path) -> PictureMade {
    ask(path, PictureOrder::episode()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn codes(made: &PictureMade) -> Vec<&str> {
    made.master.findings.iter().map(|finding| finding.code.as_str()).collect()
}

impl Bench {
    /// Makes a picture with ImageMagick.
    pub fn convert(&self, name: &str, args: &[&str]) -> PathBuf {
        let path = self.path(name);
        let mut all = args.to_vec();
        all.push(path.to_str().unwrap());
        run("convert", &all);
        path
    }

    /// Writes a made picture, so that others can look at it.
    pub fn put(&self, made: &MadePicture) -> PathBuf {
        self.write(&format!("{}.{}", &made.facts.sha256.as_str()[..12], made.facts.extension()), &made.bytes)
    }
}

/// What ImageMagick says a file is.
pub fn identify(path: &Path, format: &str) -> String {
    String::from_utf8(run("identify", &["-format", format, path.to_str().unwrap()])).unwrap()
}

/// One pixel as ImageMagick decodes it; no profile is applied.
pub fn pixel(path: &Path, x: u32, y: u32) -> [u8; 3] {
    let crop = format!("1x1+{x}+{y}");
    let args = [path.to_str().unwrap(), "-crop", &crop, "-colorspace", "sRGB", "-depth", "8", "rgb:-"];
    run("convert", &args).try_into().unwrap()
}

pub fn near(seen: [u8; 3], meant: [u8; 3], steps: u8) -> bool {
    seen.iter().zip(meant).all(|(seen, meant)| seen.abs_diff(meant) <= steps)
}

/// The published file: what was made, or the master.
fn published(bench: &Bench, made: &PictureMade, master: &Path) -> PathBuf {
    made.picture.as_ref().map_or_else(|| master.to_owned(), |picture| bench.put(picture))
}

/// A JPEG with an EXIF block behind its first marker.
pub fn with_exif(jpeg: &[u8], tiff: &[u8]) -> Vec<u8> {
    let exif = [b"Exif\0\0", tiff].concat();
    let segment = [&[0xff, 0xe1][..], &(exif.len() as u16 + 2).to_be_bytes(), &exif].concat();
    [&jpeg[..2], &segment, &jpeg[2..]].concat()
}

#[test]
fn a_master_becomes_what_directories_ask_for() {
    let bench = Bench::new();
    let master = bench.convert("master.png", &["-size", "3600x3200", "gradient:tomato-steelblue", "-depth", "16"]);
    let made = cover(&master);
    let file = published(&bench, &made, &master);
    assert_eq!(identify(&file, "%m %w %h %z %[channels] %x %U"), "JPEG 3000 3000 8 srgb 72 PixelsPerInch");
    assert!(fs::metadata(&file).unwrap().len() <= LIGHT_BYTES as u64);
    assert_eq!(codes(&made), ["picture.cropped"]);
    let sizes: Vec<String> = made.sizes.iter().map(|size| identify(&bench.put(size), "%m %w %h")).collect();
    // Four plain sizes; and as wide as the picture stands in 1110 x 740 and in 120 x 80, once, twice, three times.
    let wanted = [2220, 1480, 1400, 740, 600, 300, 240, 160, 150, 80];
    assert_eq!(sizes, wanted.map(|side| format!("JPEG {side} {side}")));
    // Facts are those of the bytes.
    let picture = made.picture.as_ref().unwrap();
    assert_eq!(picture.facts.sha256, Sha256::of(&picture.bytes));
    assert_eq!(
        (picture.facts.mime.as_str(), picture.facts.width_px, picture.facts.size_bytes),
        ("image/jpeg", Some(3000), picture.bytes.len() as u64)
    );
    assert!(run("sha256sum", &[&master]).starts_with(made.master.sha256.as_str().as_bytes()));
}

#[test]
fn what_is_right_already_is_not_touched() {
    let bench = Bench::new();
    for (name, args) in [
        ("right.jpg", &["-size", "1400x1400", "gradient:red-blue", "-depth", "8", "-quality", "80"][..]),
        ("right.png", &["-size", "1500x1500", "gradient:red-blue", "-depth", "8", "-define", "png:color-type=2"]),
    ] {
        let made = cover(&bench.convert(name, args));
        assert_eq!((&made.picture, codes(&made)), (&None, vec![]), "{name}");
        assert_eq!(made.published(), &made.master);
        assert!(!made.sizes.is_empty());
    }
    // sRGB by name is no other colour space.
    let plain = bench.convert("plain.jpg", &["-size", "1400x1400", "gradient:red-blue", "-quality", "80"]);
    let profile = bench.write("srgb.icc", profiles::srgb());
    let named = bench.convert("named.jpg", &[plain.to_str().unwrap(), "-profile", profile.to_str().unwrap()]);
    assert_eq!(cover(&named).picture, None);
}

#[test]
fn all_eight_turns_are_undone() {
    let bench = Bench::new();
    let [red, green, blue, white] = [[255, 0, 0], [0, 128, 0], [0, 0, 255], [255, 255, 255]];
    let quarters = [
        "-size", "120x90", "xc:red", "xc:green", "+append", "(", "-size", "120x90", "xc:blue", "xc:white", "+append",
        ")", "-append",
    ];
    let upright = bench.convert("upright.png", &quarters);
    for (orientation, undo) in [
        (1u8, &["-rotate", "0"][..]),
        (2, &["-flop"]),
        (3, &["-rotate", "180"]),
        (4, &["-flip"]),
        (5, &["-transpose"]),
        (6, &["-rotate", "270"]),
        (7, &["-transverse"]),
        (8, &["-rotate", "90"]),
    ] {
        let mut args = vec![upright.to_str().unwrap()];
        args.extend(undo);
        args.extend(["-quality", "95", "-sampling-factor", "1x1"]);
        let stored = fs::read(bench.convert("stored.jpg", &args)).unwrap();
        let tiff = [&b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..], &[orientation], &[0; 6]].concat();
        let turned = bench.write("turned.jpg", with_exif(&stored, &tiff));
        // The fixture is right if ImageMagick turns it so.
        let auto = bench.convert("auto.png", &[turned.to_str().unwrap(), "-auto-orient", "+repage"]);
        assert!(near(pixel(&auto, 30, 30), red, 3) && near(pixel(&auto, 200, 30), green, 3), "{orientation}");
        let made = episode(&turned);
        let file = published(&bench, &made, &turned);
        assert_eq!(identify(&file, "%w %h"), "240 180", "{orientation}");
        assert_eq!(made.picture.is_none(), orientation == 1);
        for (x, y, colour) in [(30, 30, red), (200, 30, green), (30, 150, blue), (200, 150, white)] {
            assert!(near(pixel(&file, x, y), colour, 4), "{orientation} at {x},{y}: {:?}", pixel(&file, x, y));
        }
        // A cover takes its square out of what is seen: its left end is red above blue.
        let left = PictureOrder { crop: Crop { across: 0.0, down: 0.5 }, ..PictureOrder::cover() };
        let square = bench.put(&ask(&turned, left).unwrap().picture.unwrap());
        assert_eq!(identify(&square, "%w %h"), "180 180");
        assert!(near(pixel(&square, 20, 20), red, 4) && near(pixel(&square, 20, 160), blue, 4), "{orientation}");
        assert!(near(pixel(&square, 170, 20), green, 4));
    }
}

#[test]
fn a_profile_is_applied_and_left_behind() {
    let bench = Bench::new();
    let profile = bench.write("adobe.icc", profiles::adobe_rgb());
    let srgb = bench.write("srgb.icc", profiles::srgb());
    for colour in ["rgb(210,8,4)", "rgb(60,200,90)", "rgb(128,128,128)", "rgb(20,40,220)"] {
        let xc = format!("xc:{colour}");
        let tagged = ["-size", "1500x1500", &xc, "-profile", profile.to_str().unwrap(), "-quality", "100"];
        let master = bench.convert("wide.jpg", &tagged);
        let by_lcms = bench.convert(
            "lcms.png",
            &[master.to_str().unwrap(), "+black-point-compensation", "-profile", srgb.to_str().unwrap()],
        );
        let made = cover(&master);
        let file = published(&bench, &made, &master);
        let (seen, meant) = (pixel(&file, 700, 700), pixel(&by_lcms, 700, 700));
        assert!(near(seen, meant, 3), "{colour}: {seen:?}, lcms says {meant:?}");
        assert_eq!(identify(&file, "%[profile:icc]"), "");
    }
    // MEDIA-MEASURED §3: 210,8,4 in Adobe RGB is 245,2,0 on a screen.
    let args = ["-size", "1500x1500", "xc:rgb(210,8,4)", "-profile", profile.to_str().unwrap(), "-quality", "100"];
    let red = cover(&bench.convert("red.jpg", &args));
    assert!(near(pixel(&bench.put(red.picture.as_ref().unwrap()), 9, 9), [245, 2, 0], 3));
}

#[test]
fn print_colours_become_screen_colours() {
    let bench = Bench::new();
    let inks = bench.write("inks.icc", profiles::inks());
    let srgb = bench.write("srgb.icc", profiles::srgb());
    // One ink between two steps of the table at most: programs differ in how they go between more.
    for colour in ["cmyk(0,230,255,0)", "cmyk(200,0,0,0)", "cmyk(0,0,0,90)", "cmyk(0,0,0,0)", "cmyk(0,0,255,0)"] {
        let xc = format!("xc:{colour}");
        let master = bench.convert(
            "print.jpg",
            &[
                "-size",
                "1500x1500",
                &xc,
                "-profile",
                inks.to_str().unwrap(),
                "-quality",
                "100",
                "-sampling-factor",
                "1x1",
            ],
        );
        assert_eq!(identify(&master, "%[colorspace]"), "CMYK");
        let by_lcms = bench.convert(
            "lcms.png",
            &[master.to_str().unwrap(), "+black-point-compensation", "-profile", srgb.to_str().unwrap()],
        );
        let made = cover(&master);
        let file = published(&bench, &made, &master);
        let (seen, meant) = (pixel(&file, 700, 700), pixel(&by_lcms, 700, 700));
        assert!(near(seen, meant, 6), "{colour}: {seen:?}, lcms says {meant:?}");
        assert_eq!(identify(&file, "%[colorspace]"), "sRGB");
        assert_eq!(codes(&made), ["picture.print_colours"]);
    }
    // Without a profile: the usual overprint.
    let bare = bench.convert("bare.jpg", &["-size", "1500x1500", "xc:cmyk(0,255,255,0)", "-quality", "100"]);
    let made = cover(&bare);
    assert!(near(pixel(&published(&bench, &made, &bare), 9, 9), [255, 0, 0], 4));
    assert!(made.master.findings[0].message.contains("guess"));
}

#[test]
fn what_is_transparent_becomes_white() {
    let bench = Bench::new();
    for (name, depth) in [("deep.png", "png:bit-depth=16"), ("flat.png", "png:bit-depth=8")] {
        let half = ["-size", "750x1500", "xc:rgb(0,80,160)", "xc:none", "+append", "-define", depth];
        let master = bench.convert(name, &half);
        assert!(depth.ends_with(&identify(&master, "%z")), "{name}");
        let made = cover(&master);
        let file = published(&bench, &made, &master);
        assert!(near(pixel(&file, 100, 700), [0, 80, 160], 3) && near(pixel(&file, 1400, 700), [255, 255, 255], 1));
        assert_eq!(identify(&file, "%z %m %[channels]"), "8 JPEG srgb");
    }
}

#[test]
fn other_formats_are_taken() {
    let bench = Bench::new();
    for name in ["a.webp", "a.gif", "a.tiff", "a.png"] {
        let args = ["-size", "1500x1500", "xc:rgb(200,30,60)", "-define", "webp:lossless=true", "-compress", "LZW"];
        let master = bench.convert(name, &args);
        let made = cover(&master);
        assert!(near(pixel(&published(&bench, &made, &master), 700, 700), [200, 30, 60], 3), "{name}");
        // 1480 and 1400 are more than 0.8 x 1500.
        let widths: Vec<Option<u32>> = made.sizes.iter().map(|size| size.facts.width_px).collect();
        assert_eq!(widths, [740, 600, 300, 240, 160, 150, 80].map(Some), "{name}");
    }
    let moving = bench.convert("moving.gif", &["-delay", "10", "-size", "300x300", "xc:red", "xc:blue", "-loop", "0"]);
    let made = cover(&moving);
    assert_eq!(codes(&made), ["picture.animated", "picture.small"]);
    assert!(near(pixel(&bench.put(made.picture.as_ref().unwrap()), 9, 9), [255, 0, 0], 3));
}

#[test]
fn kinds_that_are_not_taken_are_named() {
    let bench = Bench::new();
    for (bytes, words) in [
        (&b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..], "a HEIC picture"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "an AVIF picture"),
        (b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG picture"),
        (b"<svg width='3000'/>", "an SVG picture"),
        (b"II*\0\x10\0\0\0CR\x02\0", "a camera's raw picture"),
        (b"%PDF-1.7\n", "a PDF document"),
    ] {
        // The ending decides nothing.
        let error = ask(&bench.write("cover.png", bytes), PictureOrder::cover()).unwrap_err();
        let (MediaError::NoPicture { what, .. } | MediaError::BadPicture { what, .. }) = &error else {
            panic!("{error}")
        };
        assert_eq!(what, words);
        assert!(hearthcast_model::Error::from(error).hint.contains("JPEG or PNG"));
    }
}

#[test]
fn places_are_left_behind() {
    let bench = Bench::new();
    let args = ["-size", "1500x1500", "gradient:red-blue", "-depth", "8", "-quality", "80", "-sampling-factor", "1x1"];
    let plain = fs::read(bench.convert("plain.jpg", &args)).unwrap();
    // One directory entry: GPSInfo, and what it points to: GPSLatitudeRef "N".
    let gps =
        b"MM\0*\0\0\0\x08\0\x01\x88\x25\0\x04\0\0\0\x01\0\0\0\x1a\0\0\0\0\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0";
    let xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta exif:GPSLatitude='52,30N'/>";
    let xmp = [&[0xff, 0xe1][..], &(xmp.len() as u16 + 2).to_be_bytes(), xmp].concat();
    let film = [plain.clone(), b"....ftypmp42 a film with a place".to_vec()].concat();
    for (name, bytes) in [
        ("gps.jpg", with_exif(&plain, gps)),
        ("xmp.jpg", [&plain[..2], &xmp, &plain[2..]].concat()),
        ("film.jpg", film),
    ] {
        let master = bench.write(name, bytes);
        let made = cover(&master);
        assert_eq!(codes(&made), ["picture.place_removed"], "{name}");
        let picture = made.picture.as_ref().unwrap();
        // Only what was added is gone: not a pixel was coded again.
        assert_eq!(picture.bytes, plain, "{name}");
    }
    // ImageMagick finds the place in the fixture, and not in what is published.
    let master = bench.write("gps.jpg", with_exif(&plain, gps));
    assert!(identify(&master, "%[EXIF:GPSLatitudeRef]").contains('N'));
    let png = ["-size", "1500x1500", "gradient:red-blue", "-depth", "8", "-define", "png:color-type=2"];
    let plain = bench.convert("plain.png", &png);
    let told = bench
        .convert("told.png", &[plain.to_str().unwrap(), "-set", "Location", "at home", "-define", "png:color-type=2"]);
    assert!(fs::read(&told).unwrap().windows(7).any(|w| w == b"at home"));
    let made = cover(&told);
    let picture = made.picture.as_ref().unwrap();
    assert_eq!(identify(&bench.put(picture), "%m %[Location]"), "PNG ");
    assert_eq!(identify(&bench.put(picture), "%#"), identify(&told, "%#"), "the same pixels");
    // A master that is coded again takes nothing along.
    let args = ["-size", "2000x1500", "gradient:red-blue", "-quality", "80"];
    let wide = fs::read(bench.convert("wide.jpg", &args)).unwrap();
    let made = cover(&bench.write("wide.jpg", with_exif(&wide, gps)));
    for made in made.picture.iter().chain(&made.sizes) {
        assert_eq!(identify(&bench.put(made), "%[EXIF:*]%[profile:xmp]"), "");
    }
}

#[test]
fn small_and_slender_pictures() {
    let bench = Bench::new();
    let dot =
        cover(&bench.convert("dot.png", &["-size", "1x1", "xc:red", "-depth", "8", "-define", "png:color-type=2"]));
    assert_eq!((codes(&dot), dot.sizes.len()), (vec!["picture.small"], 0));
    assert_eq!(dot.published().width_px, Some(1));
    // A middle of 1200 is not blown up to 1400.
    let small = bench.convert("small.jpg", &["-size", "1600x1200", "gradient:red-blue"]);
    let made = cover(&small);
    assert_eq!(identify(&published(&bench, &made, &small), "%w %h"), "1200 1200");
    assert_eq!(codes(&made), ["picture.cropped", "picture.small"]);
    let slender = bench.convert("slender.png", &["-size", "4000x1000", "gradient:red-blue"]);
    let made = episode(&slender);
    assert_eq!(identify(&published(&bench, &made, &slender), "%w %h"), "3000 750");
    assert_eq!(codes(&made), ["picture.not_square"]);
    let sizes: Vec<String> = made.sizes.iter().map(|size| identify(&bench.put(size), "%w %h")).collect();
    let wanted = ["2220 555", "1400 350", "1110 278", "600 150", "360 90", "300 75", "240 60", "150 38", "120 30"];
    assert_eq!(sizes, wanted);
    let thread = episode(&bench.convert("thread.png", &["-size", "5000x1", "xc:red"]));
    assert_eq!((thread.published().width_px, thread.published().height_px), (Some(3000), Some(1)));
}

#[test]
fn noise_is_made_light() {
    let bench = Bench::new();
    let master = bench.convert("noise.png", &["-size", "1600x1600", "xc:gray", "+noise", "Random", "-depth", "8"]);
    let made = cover(&master);
    let side: u32 = identify(&published(&bench, &made, &master), "%w").parse().unwrap();
    // Noise cannot be made light and good: it keeps its size, and the author is told.
    assert_eq!(side, 1600);
    assert_eq!(codes(&made), ["picture.heavy"]);
}

#[test]
fn a_picture_cut_off_is_refused() {
    let bench = Bench::new();
    for name in ["whole.jpg", "whole.png"] {
        let whole = fs::read(bench.convert(name, &["-size", "1500x1500", "gradient:red-blue", "-depth", "8"])).unwrap();
        for share in [2, 3, 10] {
            let cut = bench.write(name, &whole[..whole.len() * (share - 1) / share]);
            let error = ask(&cut, PictureOrder::cover()).unwrap_err();
            assert!(matches!(&error, MediaError::BadPicture { why, .. } if why.contains("cut off")), "{name}: {error}");
        }
    }
}

/// A PNG that claims a size and holds next to nothing.
pub fn claims(width: u32, height: u32) -> Vec<u8> {
    super::pictures::bomb(width, height)
}

/// Asks the real program itself and looks at the most memory it ever held, in KiB.
fn refused_within(path: &Path) -> (String, u64) {
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Command, Stdio};
    let mut child = Command::new(PROGRAM).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let text = super::worker::base64(path.to_str().unwrap().as_bytes());
    let order = r#""order":{"purpose":"cover","crop":{"across":0.5,"down":0.5}}"#;
    writeln!(child.stdin.as_mut().unwrap(), "{{\"op\":\"picture\",\"v\":1,\"path\":\"{text}\",{order}}}").unwrap();
    let mut answer = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut answer).unwrap();
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    drop(child.stdin.take());
    child.wait().unwrap();
    (answer, peak.trim().trim_end_matches(" kB").parse().unwrap())
}

#[test]
fn bombs_are_refused_by_their_headers() {
    let bench = Bench::new();
    let claiming = |name: &str, width, height, bits, colour| {
        let mut bytes = claims(width, height);
        (bytes[24], bytes[25]) = (bits, colour);
        bench.write(name, with_png_sum(bytes))
    };
    // 576 MB of four samples; 900 million dots in black and white; 768 MB of sixteen bits under the limit of pixels.
    let wide = claiming("wide.png", 12_000, 12_000, 8, 6);
    let dots = claiming("dots.png", 30_000, 30_000, 1, 0);
    let deep = claiming("deep.png", 9_600, 10_000, 16, 6);
    let gif = [
        &b"GIF89a"[..],
        &60_000u16.to_le_bytes(),
        &60_000u16.to_le_bytes(),
        &[0x80, 0, 0],
        &[0; 6],
        b",\0\0\0\0\x60\xea\x60\xea\0\x02\x01\0\0;",
    ]
    .concat();
    for file in [wide, dots, deep, bench.write("a.gif", gif)] {
        let (answer, peak) = refused_within(&file);
        assert!(answer.contains("too_large"), "{}: {answer}", file.display());
        assert!(peak < 40_000, "{}: {peak} KiB", file.display());
    }
}

/// Writes the right sum under a changed IHDR.
pub fn with_png_sum(mut png: Vec<u8>) -> Vec<u8> {
    let sum = super::pictures::crc32(&png[12..29]);
    png[29..33].copy_from_slice(&sum.to_be_bytes());
    png
}

#[test]
fn changed_pictures_never_break_the_worker() {
    let bench = Bench::new();
    let profile = bench.write("adobe.icc", profiles::adobe_rgb());
    let gradient = ["-size", "64x48", "gradient:red-blue", "-profile", profile.to_str().unwrap()];
    let seeds =
        ["a.jpg", "a.png", "a.webp", "a.gif", "a.tiff"].map(|name| fs::read(bench.convert(name, &gradient)).unwrap());
    let mut dice = super::hostile::Dice(2026);
    let mut made = 0;
    for round in 0..60 {
        let mut bytes = seeds[round % seeds.len()].clone();
        super::hostile::mutate(&mut dice, &mut bytes);
        match ask(&bench.write("changed", &bytes), PictureOrder::episode()) {
            Ok(picture) => {
                made += 1;
                assert!(picture.published().width_px <= Some(3000));
            }
            Err(error) => assert!(
                matches!(
                    error,
                    MediaError::BadPicture { .. } | MediaError::NoPicture { .. } | MediaError::TooLarge { .. }
                ),
                "{error}"
            ),
        }
    }
    assert!(made > 3, "{made} of 60: a program that refuses everything would pass the rest");
}

#[test]
fn a_banner_is_three_times_as_wide_as_high() {
    let bench = Bench::new();
    let ask = |path: &Path| ask(path, PictureOrder::banner()).unwrap();
    // Red, white and blue thirds, one above the other: the middle third is the banner.
    let tall = bench
        .convert("tall.png", &["-size", "2400x800", "xc:red", "xc:white", "xc:blue", "-append", "-type", "TrueColor"]);
    let made = ask(&tall);
    let file = published(&bench, &made, &tall);
    assert_eq!(identify(&file, "%m %w %h"), "JPEG 1920 640");
    assert!([(5, 5), (960, 320), (1914, 634)].iter().all(|(x, y)| near(pixel(&file, *x, *y), [255, 255, 255], 8)));
    assert!(codes(&made).is_empty());
    let wide = bench.convert("wide.png", &["-size", "1500x300", "xc:green"]);
    let made = ask(&wide);
    assert_eq!(identify(&published(&bench, &made, &wide), "%w %h"), "900 300", "nothing is blown up");
    assert_eq!(codes(&made), ["picture.small"]);
}

#[test]
fn an_icon_stays_transparent_and_small() {
    let bench = Bench::new();
    let disc =
        bench.convert("disc.png", &["-size", "400x400", "xc:none", "-fill", "red", "-draw", "circle 200,200 200,20"]);
    let made = ask(&disc, PictureOrder::icon()).unwrap();
    let file = published(&bench, &made, &disc);
    assert_eq!(identify(&file, "%m %w %h"), "PNG 192 192");
    let alpha = |x: u32, y: u32| {
        run(
            "convert",
            &[file.to_str().unwrap(), "-crop", &format!("1x1+{x}+{y}"), "-alpha", "extract", "-depth", "8", "gray:-"],
        )
    };
    assert_eq!((alpha(2, 2), alpha(96, 96)), (vec![0], vec![255]));
    assert!(near(pixel(&file, 96, 96), [255, 0, 0], 2));
    assert!(made.sizes.is_empty());
    // One on its side is turned, and a small one is left as large as it is.
    let plain = fs::read(bench.convert("plain.jpg", &["-size", "60x20", "xc:navy"])).unwrap();
    let turned = bench
        .write("turned.jpg", with_exif(&plain, b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"));
    let made = ask(&turned, PictureOrder::icon()).unwrap();
    assert_eq!(identify(&published(&bench, &made, &turned), "%m %w %h"), "PNG 20 60");
}
