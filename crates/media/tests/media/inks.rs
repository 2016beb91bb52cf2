//! Issue 7, point 7: print colours in all the ways a JPEG stores them. The pictures are written here, DCT and all, so what they
//! show is known; ImageMagick and lcms say the same of them. Right or refused, never wrong colours.

use super::covers::{ask, identify, near, pixel};
use super::fixtures::Bench;
use super::profiles;
use hearthcast_media::{MediaError, PictureOrder};

/// Pixels across and down of one stripe.
const STRIPE: usize = 64;

/// A segment of a JPEG.
fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    [&[0xff, marker][..], &(body.len() as u16 + 2).to_be_bytes(), body].concat()
}

/// Bits one after another, a zero byte behind each 0xff (ITU-T T.81, F.1.2.3).
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u32,
    filled: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        for bit in (0..count).rev() {
            self.held = self.held << 1 | value >> bit & 1;
            self.filled += 1;
            if self.filled == 8 {
                self.bytes.push(self.held as u8);
                if self.held == 0xff {
                    self.bytes.push(0);
                }
                (self.held, self.filled) = (0, 0);
            }
        }
    }

    /// A block of one value: the difference of its DC coefficient, and nothing else.
    fn block(&mut self, difference: i32) {
        let size = 32 - difference.unsigned_abs().leading_zeros();
        self.put(size, 4);
        // A negative one is written one less, in its lowest bits.
        let written = if difference < 0 { difference - 1 } else { difference } as u32;
        self.put(written & ((1 << size) - 1), size);
        self.put(0, 1);
    }
}

/// A baseline JPEG of four components, one stripe for each of `stored`, with the Adobe marker of this transform and a profile.
fn stripes(stored: &[[u8; 4]], transform: Option<u8>, profile: Option<&[u8]>) -> Vec<u8> {
    let mut jpeg = vec![0xff, 0xd8];
    if let Some(transform) = transform {
        // Version 100, no flags.
        jpeg.extend(segment(0xee, &[&b"Adobe\0\x64\0\0\0\0"[..], &[transform]].concat()));
    }
    if let Some(profile) = profile {
        jpeg.extend(segment(0xe2, &[&b"ICC_PROFILE\0\x01\x01"[..], profile].concat()));
    }
    jpeg.extend(segment(0xdb, &[&[0][..], &[1; 64]].concat()));
    let (width, height) = ((stored.len() * STRIPE) as u16, STRIPE as u16);
    let mut frame = [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[4]].concat();
    (1..=4).for_each(|component| frame.extend([component, 0x11, 0]));
    jpeg.extend(segment(0xc0, &frame));
    // The sizes 0 to 11 of DC differences have four bits each; "end of block" is all that AC has, one bit.
    let sizes: Vec<u8> = (0..12).collect();
    jpeg.extend(segment(0xc4, &[&[0x00, 0, 0, 0, 12][..], &[0; 12], &sizes].concat()));
    jpeg.extend(segment(0xc4, &[&[0x10, 1][..], &[0; 15], &[0]].concat()));
    let scan: Vec<u8> = (1..=4).flat_map(|component| [component, 0x00]).collect();
    jpeg.extend(segment(0xda, &[&[4][..], &scan, &[0, 63, 0]].concat()));
    let (mut bits, mut before) = (Bits::default(), [0i32; 4]);
    for _ in 0..STRIPE / 8 {
        for colour in stored.iter().flat_map(|colour| [colour; STRIPE / 8]) {
            for (value, before) in colour.iter().zip(&mut before) {
                // An even block is eight times its distance from the middle.
                let coefficient = (i32::from(*value) - 128) * 8;
                bits.block(coefficient - *before);
                *before = coefficient;
            }
        }
    }
    bits.put(0x7f, (8 - bits.filled) % 8);
    jpeg.extend(bits.bytes);
    jpeg.extend([0xff, 0xd9]);
    jpeg
}

/// Inks, 255 is all of it: white, the four alone, overprints, and halves.
const INKS: [[u8; 4]; 10] = [
    [0, 0, 0, 0],
    [255, 0, 0, 0],
    [0, 255, 0, 0],
    [0, 0, 255, 0],
    [0, 0, 0, 255],
    [0, 255, 255, 0],
    [255, 255, 0, 0],
    [0, 0, 0, 128],
    [40, 100, 200, 30],
    [200, 20, 60, 100],
];

/// What inks over each other leave of white light.
fn seen([c, m, y, k]: [u8; 4]) -> [u8; 3] {
    [c, m, y].map(|ink| (f64::from(255 - ink) * f64::from(255 - k) / 255.0).round() as u8)
}

/// As Adobe's programs store them: no ink is 255.
fn inverted(inks: &[[u8; 4]]) -> Vec<[u8; 4]> {
    inks.iter().map(|inks| inks.map(|ink| 255 - ink)).collect()
}

/// As luminance and chrominance of the inks, and black beside them, the other way round (JFIF 1.02; libjpeg.txt).
fn as_ycck(inks: &[[u8; 4]]) -> Vec<[u8; 4]> {
    let one = |inks: [u8; 4]| {
        let [r, g, b, k] = inks.map(f64::from);
        let y = 0.299 * r + 0.587 * g + 0.114 * b;
        [y, 128.0 + (b - y) / 1.772, 128.0 + (r - y) / 1.402, 255.0 - k].map(|value| value.round() as u8)
    };
    inks.iter().map(|inks| one(*inks)).collect()
}

#[test]
fn point_7_plain_inks_and_those_as_luminance_become_the_colours_they_are() {
    let bench = Bench::new();
    for (name, transform, stored) in [("plain.jpg", 0, inverted(&INKS)), ("luminance.jpg", 2, as_ycck(&INKS))] {
        let master = bench.write(name, stripes(&stored, Some(transform), None));
        assert_eq!(identify(&master, "%m %w %h %[colorspace]"), "JPEG 640 64 CMYK", "{name}");
        for order in [PictureOrder::episode(), PictureOrder::notes()] {
            let made = ask(&master, order).unwrap_or_else(|error| panic!("{name}: {error}"));
            let file = bench.put(made.picture.as_ref().expect("browsers show inks wrongly: it never stays as it came"));
            assert_eq!(identify(&file, "%m %[colorspace]"), "JPEG sRGB", "{name}");
            for (at, inks) in INKS.into_iter().enumerate() {
                let (x, y) = ((at * STRIPE + STRIPE / 2) as u32, STRIPE as u32 / 2);
                // The picture is right if another decoder sees what was meant.
                assert!(near(pixel(&master, x, y), seen(inks), 3), "{name} {inks:?}: {:?}", pixel(&master, x, y));
                assert!(near(pixel(&file, x, y), seen(inks), 4), "{name} {inks:?}: {:?}", pixel(&file, x, y));
            }
        }
        let icon = ask(&master, PictureOrder::icon()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let icon = bench.put(icon.picture.as_ref().expect("a small picture"));
        assert_eq!(identify(&icon, "%m %w %h"), "PNG 192 19", "{name}");
        for (at, inks) in INKS.into_iter().enumerate() {
            let shown = pixel(&icon, (192 * at as u32 + 96) / 10, 9);
            assert!(near(shown, seen(inks), 4), "{name} {inks:?}: {shown:?}");
        }
    }
}

#[test]
fn point_7_plain_inks_follow_their_profile() {
    let bench = Bench::new();
    let (profile, srgb) = (profiles::inks(), bench.write("srgb.icc", profiles::srgb()));
    // One ink between two steps of the table at most: programs differ in how they go between more.
    let inks = [[0, 230, 255, 0], [200, 0, 0, 0], [0, 0, 0, 90], [0, 0, 0, 0], [0, 0, 255, 0], [255, 255, 0, 0]];
    let master = bench.write("print.jpg", stripes(&inverted(&inks), Some(0), Some(&profile)));
    let to = ["+black-point-compensation", "-profile", srgb.to_str().unwrap()];
    let by_lcms = bench.convert("lcms.png", &[&[master.to_str().unwrap()], &to[..]].concat());
    let made = ask(&master, PictureOrder::episode()).unwrap();
    let file = bench.put(made.picture.as_ref().unwrap());
    for (at, inks) in inks.into_iter().enumerate() {
        let (x, y) = ((at * STRIPE + STRIPE / 2) as u32, STRIPE as u32 / 2);
        let (shown, meant) = (pixel(&file, x, y), pixel(&by_lcms, x, y));
        assert!(near(shown, meant, 6), "{inks:?}: {shown:?}, lcms says {meant:?}");
    }
}

/// Without the marker nobody can know whether 255 is all of an ink or none of it: libjpeg says the one, browsers, Pillow and
/// ImageMagick show the other. The same is true of a transform that is not one for four components.
#[test]
fn point_7_inks_that_do_not_say_how_they_are_stored_are_refused() {
    let bench = Bench::new();
    let profile = profiles::inks();
    for (name, transform, profile) in
        [("bare.jpg", None, None), ("named.jpg", None, Some(&profile[..])), ("other.jpg", Some(1), None)]
    {
        for stored in [INKS.to_vec(), inverted(&INKS)] {
            let master = bench.write(name, stripes(&stored, transform, profile));
            assert_eq!(identify(&master, "%m %w"), "JPEG 640", "{name}: others open it");
            for order in [PictureOrder::cover(), PictureOrder::episode(), PictureOrder::icon(), PictureOrder::notes()] {
                let refused = ask(&master, order);
                let Err(MediaError::BadPicture { why, .. }) = &refused else { panic!("{name}: {refused:?}") };
                assert!(why.contains("print colours (CMYK)") && why.contains("RGB"), "{name}: {why}");
            }
        }
    }
}
