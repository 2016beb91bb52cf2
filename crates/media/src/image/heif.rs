//! What an AVIF or HEIC file says of its picture: size, turn, colour profile, and what the picture consists of
//! (ISO/IEC 14496-12 boxes, ISO/IEC 23008-12 items and properties). Nothing is decoded here.

use std::ops::Range;

/// No file has more items or properties that are looked at.
const MOST_ENTRIES: usize = 4096;
/// How a picture is called that says where another is transparent (ISO/IEC 23008-12: MIAF's name, and the one of HEVC).
const ALPHA: [&[u8]; 2] = [b"auxiliary:alpha", b"hevc:2015:auxid:1"];

impl Kind {
    /// `avif`, `heic`, and the MIME type.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Avif => ("avif", "image/avif"),
            Self::Heic => ("heic", "image/heic"),
        }
    }

    /// With its article.
    pub fn words(self) -> &'static str {
        match self {
            Self::Avif => "an AVIF picture",
            Self::Heic => "a HEIC picture",
        }
    }
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// AV1 inside.
    Avif,
    /// HEVC inside.
    Heic,
}

/// What is told of the picture that is meant to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Which of the two.
    pub kind: Kind,
    /// Pixels across, as stored.
    pub width: u32,
    /// Pixels down, as stored.
    pub height: u32,
    /// How it is to be turned, as EXIF says it (1..=8).
    pub orientation: u8,
    /// ICC profile.
    pub profile: Option<Vec<u8>>,
    /// Put together of several pictures (`grid`, `iovl`, `iden`).
    pub composed: bool,
    /// Another picture says where it is transparent.
    pub transparent: bool,
    /// Cut by its own file (`clap`).
    pub cut: bool,
}

/// The kind by the first bytes.
pub fn kind(bytes: &[u8]) -> Option<Kind> {
    let (name, body) = Boxes(bytes).next()?;
    if &name != b"ftyp" {
        return None;
    }
    let brands = || body.chunks_exact(4).enumerate().filter(|(place, _)| *place != 1).map(|(_, brand)| brand);
    // What also shows a film keeps its brand behind the still picture's.
    if brands().any(|brand| brand == b"avif" || brand == b"avis") {
        return Some(Kind::Avif);
    }
    let heic: [&[u8]; 6] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"];
    brands().any(|brand| heic.contains(&brand)).then_some(Kind::Heic)
}

/// Reads what is told; `None` when it is not told as it should be.
pub fn read(bytes: &[u8]) -> Option<Told> {
    let kind = kind(bytes)?;
    let meta = Boxes(bytes).find(|(name, _)| name == b"meta")?.1.get(4..)?;
    let child = |wanted: &[u8; 4]| Boxes(meta).find(|(name, _)| name == wanted).map(|(_, body)| body);
    let primary = primary(child(b"pitm")?)?;
    let properties = child(b"iprp")?;
    let all: Vec<([u8; 4], &[u8])> =
        Boxes(Boxes(properties).find(|(name, _)| name == b"ipco")?.1).take(MOST_ENTRIES).collect();
    let mut own = vec![];
    for (_, body) in Boxes(properties).filter(|(name, _)| name == b"ipma") {
        own.extend(associated(body, primary)?);
    }
    let own: Vec<&([u8; 4], &[u8])> = own.into_iter().filter_map(|place| all.get(place.checked_sub(1)?)).collect();
    let named = |wanted: &[u8; 4]| own.iter().find(|(name, _)| name == wanted).map(|(_, body)| *body);
    let extent = named(b"ispe")?;
    let item = child(b"iinf").and_then(|items| item_type(items, primary));
    Some(Told {
        kind,
        width: number(extent, 4)?,
        height: number(extent, 8)?,
        orientation: turn(&own),
        profile: own.iter().find_map(|(name, body)| profile(name, body)),
        composed: !matches!(&item, Some(b"av01" | b"hvc1")),
        transparent: child(b"iref").is_some_and(|references| is_auxiliary_to(references, primary))
            && all.iter().any(|(name, body)| name == b"auxC" && ALPHA.iter().any(|alpha| contains(body, alpha))),
        cut: named(b"clap").is_some(),
    })
}

/// The boxes in a stretch of bytes: names and what is in them. Ends where a size cannot be.
struct Boxes<'a>(&'a [u8]);

impl<'a> Iterator for Boxes<'a> {
    type Item = ([u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.0;
        let name: [u8; 4] = bytes.get(4..8)?.try_into().ok()?;
        let range: Range<usize> = match number(bytes, 0)? {
            0 => 8..bytes.len(),
            1 => 16..usize::try_from(u64::from(number(bytes, 8)?) << 32 | u64::from(number(bytes, 12)?)).ok()?,
            size => 8..size as usize,
        };
        let body = bytes.get(range.clone())?;
        self.0 = &bytes[range.end..];
        Some((name, body))
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn short(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}

/// An item's number: two bytes or four, by the version of the box.
fn id(bytes: &[u8], at: usize, wide: bool) -> Option<u32> {
    if wide { number(bytes, at) } else { short(bytes, at) }
}

fn primary(body: &[u8]) -> Option<u32> {
    id(body, 4, *body.first()? > 0)
}

/// Places in `ipco`, from 1, of what belongs to an item, in their order.
fn associated(body: &[u8], item: u32) -> Option<Vec<usize>> {
    let wide_id = *body.first()? > 0;
    let wide_place = body.get(3)? & 1 == 1;
    let (mut at, mut found) = (8, vec![]);
    for _ in 0..(number(body, 4)? as usize).min(MOST_ENTRIES) {
        let this = id(body, at, wide_id)?;
        at += if wide_id { 4 } else { 2 };
        let count = *body.get(at)?;
        at += 1;
        for _ in 0..count {
            // The uppermost bit says whether it must be understood.
            let place = if wide_place { short(body, at)? & 0x7fff } else { u32::from(*body.get(at)? & 0x7f) };
            at += if wide_place { 2 } else { 1 };
            if this == item {
                found.push(place as usize);
            }
        }
    }
    Some(found)
}

/// The type of an item (`infe` version 2 and 3).
fn item_type(body: &[u8], item: u32) -> Option<&[u8; 4]> {
    let entries = body.get(if *body.first()? == 0 { 6 } else { 8 }..)?;
    Boxes(entries).filter(|(name, _)| name == b"infe").take(MOST_ENTRIES).find_map(|(_, entry)| {
        let wide = *entry.first()? > 2;
        let at = if wide { 10 } else { 8 };
        (id(entry, 4, wide)? == item).then(|| entry.get(at..at + 4)?.try_into().ok())?
    })
}

/// Whether another item is auxiliary to this one (`auxl`).
fn is_auxiliary_to(body: &[u8], item: u32) -> bool {
    let Some(wide) = body.first().map(|version| *version > 0) else { return false };
    let size = if wide { 4 } else { 2 };
    Boxes(body.get(4..).unwrap_or_default()).filter(|(name, _)| name == b"auxl").take(MOST_ENTRIES).any(|(_, one)| {
        let count = short(one, size).unwrap_or(0) as usize;
        (0..count).any(|n| id(one, size + 2 + n * size, wide) == Some(item))
    })
}

/// An ICC profile (`colr` of type `prof` or `rICC`).
fn profile(name: &[u8; 4], body: &[u8]) -> Option<Vec<u8>> {
    let icc = name == b"colr" && matches!(body.get(..4), Some(b"prof" | b"rICC"));
    icc.then(|| body[4..].to_vec())
}

/// Turns and mirrors in their order, as one EXIF orientation.
fn turn(own: &[&([u8; 4], &[u8])]) -> u8 {
    /// Where the four corners come from, for each orientation: upper left, upper right, lower left, lower right.
    const SEEN: [[u8; 4]; 8] = [
        [0, 1, 2, 3],
        [1, 0, 3, 2],
        [3, 2, 1, 0],
        [2, 3, 0, 1],
        [0, 2, 1, 3],
        [2, 0, 3, 1],
        [3, 1, 2, 0],
        [1, 3, 0, 2],
    ];
    let mut corners = SEEN[0];
    for (name, body) in own {
        let [a, b, c, d] = corners;
        match (name, body.first().copied().unwrap_or(0)) {
            // Quarters of a turn to the left.
            (b"irot", quarters) => {
                for _ in 0..quarters & 3 {
                    let [a, b, c, d] = corners;
                    corners = [b, d, a, c];
                }
            }
            (b"imir", axis) if axis & 1 == 0 => corners = [c, d, a, b],
            (b"imir", _) => corners = [b, a, d, c],
            _ => (),
        }
    }
    SEEN.iter().zip(1..).find(|(seen, _)| **seen == corners).map_or(1, |(_, orientation)| orientation)
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_and_mirrors_are_one_orientation() {
        let of = |told: &[(&[u8; 4], u8)]| {
            let bodies: Vec<[u8; 1]> = told.iter().map(|one| [one.1]).collect();
            let own: Vec<([u8; 4], &[u8])> = told.iter().zip(&bodies).map(|(one, body)| (*one.0, &body[..])).collect();
            turn(&own.iter().collect::<Vec<_>>())
        };
        // ISO/IEC 23008-12:2022, 6.5.10 and 6.5.12, and their notes on EXIF.
        assert_eq!((of(&[]), of(&[(b"irot", 1)]), of(&[(b"irot", 2)]), of(&[(b"irot", 3)])), (1, 8, 3, 6));
        assert_eq!((of(&[(b"imir", 0)]), of(&[(b"imir", 1)])), (4, 2));
        // Turned, then left and right exchanged.
        assert_eq!((of(&[(b"irot", 3), (b"imir", 1)]), of(&[(b"irot", 1), (b"imir", 1)])), (5, 7));
    }

    #[test]
    fn boxes_that_lie_end_the_reading() {
        for bytes in [
            &b""[..],
            b"\0\0\0\x08ftyp",
            b"\0\0\0\x01ftyp\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\xff\xff\xff\xffftypavif",
        ] {
            assert_eq!(read(bytes), None);
        }
        let ftyp = b"\0\0\0\x14ftypmif1\0\0\0\0avif";
        assert_eq!((kind(ftyp), read(ftyp)), (Some(Kind::Avif), None));
        assert_eq!(kind(b"\0\0\0\x14ftypisom\0\0\0\0mp42"), None);
    }
}
