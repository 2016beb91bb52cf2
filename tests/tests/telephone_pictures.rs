//! Issue 7, point 7: pictures as telephones write them, HEIC put together of tiles, and what is transparent, decoded by
//! libheif's program where ffmpeg does not. The judge is ImageMagick; libheif's own encoder makes the files.

use hearthcast_tests::{Laptop, output, scratch};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes a PNG with ImageMagick whose pixels have all their channels: libheif's encoder misreads palettes.
fn convert(to: PathBuf, args: &[&str]) -> PathBuf {
    let kind = if args.contains(&"xc:none") { "png:color-type=6" } else { "png:color-type=2" };
    let plain = ["-depth", "8", "-define", kind];
    output(Command::new("convert").env("LC_ALL", "C").args(args).args(plain).arg(&to));
    to
}

/// Some pictures in one HEIC, as libheif writes it.
fn heic(to: PathBuf, pictures: &[&Path]) -> PathBuf {
    output(Command::new("heif-enc").args(["-q", "90", "-o"]).arg(&to).args(pictures));
    to
}

/// A HEIC under change: boxes of ISO/IEC 14496-12 whose sizes have four bytes.
struct Boxes(Vec<u8>);

impl Boxes {
    fn find(&self, name: &[u8; 4]) -> usize {
        self.0.windows(4).position(|four| four == name).expect("a box") - 4
    }

    fn number(&self, at: usize) -> u32 {
        u32::from_be_bytes(self.0[at..at + 4].try_into().expect("four bytes"))
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// Adds bytes at the end of a box, and to the sizes of those it stands in.
    fn grow(&mut self, name: &[u8; 4], more: &[u8], around: &[&[u8; 4]]) {
        self.insert(name, more);
        for name in [&[name], around].concat() {
            let at = self.find(name);
            let size = self.number(at) + more.len() as u32;
            self.put(at, &size.to_be_bytes());
        }
    }

    /// Puts bytes behind a box.
    fn insert(&mut self, name: &[u8; 4], more: &[u8]) {
        let end = self.find(name) + self.number(self.find(name)) as usize;
        self.0.splice(end..end, more.iter().copied());
    }
}

/// Makes one picture of the two tiles in a file, 512 x 512 each, side by side and then turned a quarter to the left (ISO/IEC
/// 23008-12: a `grid` item, 6.6.2.3; `irot`, 6.5.10). The tiles are hidden, as a telephone does.
fn tiled(two: &Path) -> Vec<u8> {
    let mut file = Boxes(std::fs::read(two).expect("a file"));
    let before = file.0.len();
    file.grow(b"iinf", b"\0\0\0\x15infe\x02\0\0\0\0\x03\0\0grid\0", &[b"meta"]);
    let items = file.find(b"iinf");
    file.put(items + 12, &[0, 3]);
    for entry in [0, 1] {
        file.put(items + 14 + 21 * entry + 11, &[1]);
    }
    // Item 3, in this file, its base, one extent of eight bytes.
    file.grow(b"iloc", &[0, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 8], &[b"meta"]);
    file.grow(b"ipco", b"\0\0\0\x14ispe\0\0\0\0\0\0\x04\0\0\0\x02\0\0\0\0\x09irot\x01", &[b"iprp", b"meta"]);
    // Properties 7 and 8; the turn must be understood.
    file.grow(b"ipma", &[0, 3, 2, 7, 0x88], &[b"iprp", b"meta"]);
    let (places, main, own) = (file.find(b"iloc"), file.find(b"pitm"), file.find(b"ipma"));
    file.put(places + 14, &[0, 3]);
    file.put(main + 12, &[0, 3]);
    file.put(own + 12, &[0, 0, 0, 3]);
    // It is made of items 1 and 2: a box of its own, beside the others.
    let made_of = b"\0\0\0\x1ciref\0\0\0\0\0\0\0\x10dimg\0\x03\0\x02\0\x01\0\x02";
    file.insert(b"pitm", made_of);
    let (meta, all) = (file.find(b"meta"), file.number(file.find(b"meta")) + made_of.len() as u32);
    file.put(meta, &all.to_be_bytes());
    let moved = (file.0.len() - before) as u32;
    let places = file.find(b"iloc") + 16;
    for item in 0..3 {
        let at = places + 18 * item + 4;
        let base = match file.number(at) {
            0 => file.0.len() as u32,
            base => base + moved,
        };
        file.put(at, &base.to_be_bytes());
    }
    // One row, two columns, 1024 x 512.
    file.grow(b"mdat", &[0, 0, 0, 1, 4, 0, 2, 0], &[]);
    file.0
}

fn pixel(file: &Path, at: &str) -> Vec<i32> {
    let format = format!("%[fx:round(255*p{{{at}}}.r)] %[fx:round(255*p{{{at}}}.g)] %[fx:round(255*p{{{at}}}.b)]");
    let said = output(Command::new("identify").env("LC_ALL", "C").args(["-format", &format]).arg(file));
    said.split(' ').map(|number| number.parse().expect("a number")).collect()
}

fn is_about(seen: &[i32], meant: [i32; 3]) -> bool {
    seen.iter().zip(meant).all(|(seen, meant)| (seen - meant).abs() < 12)
}

#[test]
fn point_7_a_telephones_picture_of_tiles_comes_in_turned_once() {
    let place = scratch();
    let (mut laptop, rest) = (Laptop::new(place.path()), scratch());
    laptop.secret("TMPDIR", &rest.path().display().to_string());
    let at = |name: &str| place.path().join(name);
    let (left, right) = (
        convert(at("left.png"), &["-size", "512x512", "xc:tomato"]),
        convert(at("right.png"), &["-size", "512x512", "xc:steelblue"]),
    );
    let two = heic(at("two.heic"), &[&left, &right]);
    let tiles = at("IMG_0001.HEIC");
    std::fs::write(&tiles, tiled(&two)).expect("a file");
    let (source, folder) = (tiles.display().to_string(), at("made").display().to_string());
    let made = laptop.ask(&["media", "image", &source, "--for", "episode", "-o", &folder]);
    let picture = made["files"][0].as_str().map(PathBuf::from).unwrap_or_else(|| panic!("{made}"));
    let size = output(Command::new("identify").args(["-format", "%m %wx%h"]).arg(&picture));
    assert_eq!(size, "JPEG 512x1024");
    // What was to the left is below: tomato is 255, 99, 71; steelblue 70, 130, 180.
    for (at, meant) in [("256,1000", [255, 99, 71]), ("256,20", [70, 130, 180])] {
        let seen = pixel(&picture, at);
        assert!(is_about(&seen, meant), "{at}: {seen:?}");
    }
    // Two pictures in one file: which of them is meant is not guessed.
    let (burst, none) = (two.display().to_string(), at("none").display().to_string());
    let refused = laptop.speak(&["media", "image", &burst, "--for", "episode", "-o", &none]);
    assert_eq!((refused.code, &refused.last["code"]), (Some(1), &json!("media.unusable")), "{}", refused.last);
    let left_behind: Vec<_> = std::fs::read_dir(rest.path()).expect("a folder").flatten().collect();
    assert!(left_behind.is_empty(), "{left_behind:?}");
}

#[test]
fn point_7_a_transparent_heic_is_flattened_and_without_a_decoder_refused() {
    let place = scratch();
    let mut laptop = Laptop::new(place.path());
    let at = |name: &str| place.path().join(name);
    let half = ["-size", "600x400", "xc:none", "-fill", "steelblue", "-draw", "rectangle 0,0 299,399"];
    let clear = heic(at("clear.heic"), &[&convert(at("clear.png"), &half)]);
    let (source, folder) = (clear.display().to_string(), at("made").display().to_string());
    let made = laptop.ask(&["media", "image", &source, "--for", "episode", "-o", &folder]);
    let picture = made["files"][0].as_str().map(PathBuf::from).unwrap_or_else(|| panic!("{made}"));
    for (at, meant) in [("20,200", [70, 130, 180]), ("580,200", [255, 255, 255])] {
        let seen = pixel(&picture, at);
        assert!(is_about(&seen, meant), "{at}: {seen:?}");
    }
    laptop.secret("HEARTHCAST_HEIF", "/nowhere/heif-dec");
    let refused =
        laptop.speak(&["media", "image", &source, "--for", "episode", "-o", &at("none").display().to_string()]);
    assert_eq!((refused.code, &refused.last["code"]), (Some(1), &json!("media.unusable")), "{}", refused.last);
    let (message, hint) = (refused.last["message"].to_string(), refused.last["hint"].to_string());
    assert!(message.contains("transparent") && hint.contains("heif-convert"), "{message} {hint}");
    assert!(!at("none").exists(), "nothing was made");
}
