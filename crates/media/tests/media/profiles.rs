//! Colour profiles, byte by byte (ICC.1:2010): a wide RGB one, sRGB for the judge, and a coarse one for inks.

/// Adobe RGB (1998): its primaries, brought to D50, and gamma 563/256.
pub fn adobe_rgb() -> Vec<u8> {
    let gamma = [&b"curv\0\0\0\0\0\0\0\x01"[..], &[2, 0x33, 0, 0]].concat();
    matrix([[0.60974, 0.31111, 0.01947], [0.20528, 0.62567, 0.06087], [0.14919, 0.06322, 0.74457]], &gamma)
}

/// sRGB (IEC 61966-2-1) as everybody writes it.
pub fn srgb() -> Vec<u8> {
    let mut curve = b"para\0\0\0\0\0\x03\0\0".to_vec();
    for value in [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045] {
        curve.extend(fixed(value));
    }
    matrix([[0.43607, 0.22249, 0.01392], [0.38515, 0.71687, 0.09708], [0.14307, 0.06061, 0.71410]], &curve)
}

/// Inks to Lab by a table of two steps per ink: full ink is what a press makes of it, roughly.
pub fn inks() -> Vec<u8> {
    let mut lut = b"mft1\0\0\0\0\x04\x03\x02\0".to_vec();
    for at in 0..9 {
        lut.extend(fixed(if at % 4 == 0 { 1.0 } else { 0.0 }));
    }
    let straight: Vec<u8> = (0..=255).collect();
    lut.extend(straight.repeat(4));
    for node in 0..16u32 {
        // The first ink changes slowest.
        let ink = |place: u32| (node >> (3 - place) & 1) as f64;
        let (c, m, y, k) = (ink(0), ink(1), ink(2), ink(3));
        let light = (100.0 - 45.0 * c - 52.0 * m - 11.0 * y).max(16.0) * (1.0 - 0.86 * k);
        let a = (-37.0 * c + 74.0 * m - 5.0 * y) * (1.0 - k);
        let b = (-50.0 * c - 3.0 * m + 93.0 * y) * (1.0 - k);
        lut.extend([(light * 2.55).round() as u8, (a + 128.0).round() as u8, (b.max(-128.0) + 128.0).round() as u8]);
    }
    lut.extend(straight.repeat(3));
    profile(b"prtr", b"CMYK", b"Lab ", &[(b"A2B0", lut), (b"wtpt", xyz([0.9642, 1.0, 0.8249]))])
}

fn matrix(primaries: [[f64; 3]; 3], curve: &[u8]) -> Vec<u8> {
    let tags = [
        (b"wtpt", xyz([0.9642, 1.0, 0.8249])),
        (b"rXYZ", xyz(primaries[0])),
        (b"gXYZ", xyz(primaries[1])),
        (b"bXYZ", xyz(primaries[2])),
        (b"rTRC", curve.to_vec()),
        (b"gTRC", curve.to_vec()),
        (b"bTRC", curve.to_vec()),
    ];
    profile(b"mntr", b"RGB ", b"XYZ ", &tags)
}

fn profile(class: &[u8; 4], colours: &[u8; 4], pcs: &[u8; 4], tags: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let words = b"a test's profile";
    let mut description = b"desc\0\0\0\0".to_vec();
    description.extend((words.len() as u32 + 1).to_be_bytes());
    description.extend(words);
    description.resize(description.len() + 1 + 4 + 4 + 2 + 1 + 67, 0);
    let mut all: Vec<(&[u8; 4], Vec<u8>)> = vec![(b"desc", description), (b"cprt", b"text\0\0\0\0CC0\0".to_vec())];
    all.extend(tags.iter().cloned());
    let mut table = (all.len() as u32).to_be_bytes().to_vec();
    let mut data = vec![];
    let start = 128 + 4 + 12 * all.len();
    for (name, content) in &all {
        table.extend(*name);
        table.extend(((start + data.len()) as u32).to_be_bytes());
        table.extend((content.len() as u32).to_be_bytes());
        data.extend(content);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut header = ((start + data.len()) as u32).to_be_bytes().to_vec();
    header.extend(b"\0\0\0\0\x02\x40\0\0");
    header.extend(class);
    header.extend(colours);
    header.extend(pcs);
    header.extend([0x07, 0xea, 0, 11, 0, 20, 0, 0, 0, 0, 0, 0]);
    header.extend(b"acsp");
    header.resize(68, 0);
    header.extend([0.9642, 1.0, 0.8249].map(fixed).concat());
    header.resize(128, 0);
    [header, table, data].concat()
}

fn xyz(values: [f64; 3]) -> Vec<u8> {
    [b"XYZ \0\0\0\0".to_vec(), values.map(fixed).concat()].concat()
}

/// s15Fixed16Number.
fn fixed(value: f64) -> [u8; 4] {
    ((value * 65_536.0).round() as i32).to_be_bytes()
}
