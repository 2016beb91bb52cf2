//! A JPEG's markers (ITU-T T.81 §B): shape, colours, whether it is whole, and a copy of it without what it tells.
//! No pixel is decoded here.

use std::ops::Range;

/// Segments remembered; a camera writes a few dozen.
const MOST_SEGMENTS: usize = 2000;

/// What the markers say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Markers {
    /// Pixels across, as stored.
    pub width: u32,
    /// Pixels down, as stored.
    pub height: u32,
    /// Bits of a sample.
    pub precision: u8,
    /// Colour components: 1 grey, 3 colour, 4 print colours.
    pub components: u8,
    /// Sent in passes, which a decoder keeps in memory whole.
    pub progressive: bool,
    /// Colour transform of the Adobe marker: 0 none, 1 YCbCr, 2 YCCK; `None` without the marker.
    pub adobe: Option<u8>,
    /// Application segments and comments, marker and place, without the marker's own two bytes and length.
    pub segments: Vec<(u8, Range<usize>)>,
    /// One past the end marker; `None` when the picture is cut off.
    pub end: Option<usize>,
}

/// Walks the markers; `None` for what is no JPEG at all or has no frame.
pub fn walk(bytes: &[u8]) -> Option<Markers> {
    let mut markers = Markers::default();
    let mut at = 2;
    while let Some((marker, next)) = marker_at(bytes, at) {
        match marker {
            0xd9 => {
                markers.end = Some(next);
                break;
            }
            0x01 | 0xd0..=0xd8 => at = next,
            _ => {
                let Some(content) = segment(bytes, next) else { break };
                at = content.end;
                markers.take(bytes, marker, content)?;
                if marker == 0xda {
                    at = after_scan(bytes, at);
                }
            }
        }
    }
    (markers.components > 0).then_some(markers)
}

impl Markers {
    fn take(&mut self, bytes: &[u8], marker: u8, content: Range<usize>) -> Option<()> {
        let body = &bytes[content.clone()];
        match marker {
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) && self.components == 0 => {
                let [precision, h1, h2, w1, w2, components, ..] = *body else { return None };
                self.precision = precision;
                (self.height, self.width) = (u16::from_be_bytes([h1, h2]).into(), u16::from_be_bytes([w1, w2]).into());
                self.components = components;
                self.progressive = matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce);
            }
            0xe0..=0xef | 0xfe => {
                if marker == 0xee && body.starts_with(b"Adobe") {
                    self.adobe = body.get(11).copied();
                }
                if self.segments.len() == MOST_SEGMENTS {
                    return None;
                }
                self.segments.push((marker, content));
            }
            _ => (),
        }
        Some(())
    }

    /// The colour profile, put together from its pieces (ICC.1 §B.4).
    pub fn profile(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut pieces: Vec<(u8, &[u8])> = self.profile_segments(bytes).collect();
        pieces.sort_by_key(|(number, _)| *number);
        let whole: Vec<u8> = pieces.iter().flat_map(|(_, piece)| piece.iter().copied()).collect();
        (!whole.is_empty()).then_some(whole)
    }

    fn profile_segments<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = (u8, &'a [u8])> {
        let of_profile = self.segments.iter().filter(|(marker, _)| *marker == 0xe2);
        of_profile.filter_map(|(_, place)| {
            let body = bytes[place.clone()].strip_prefix(b"ICC_PROFILE\0")?;
            Some((*body.first()?, body.get(2..)?))
        })
    }
}

/// A copy that shows the same pixels and tells nothing else: no EXIF, no comments, nothing behind the end.
/// `None` when the picture is cut off.
pub fn without_metadata(bytes: &[u8], markers: &Markers) -> Option<Vec<u8>> {
    let end = markers.end?;
    let mut copy = Vec::with_capacity(end);
    let mut from = 0;
    for (marker, place) in markers.segments.iter().filter(|(marker, place)| !needed(*marker, &bytes[place.clone()])) {
        debug_assert!(*marker >= 0xe0, "only segments without pixels are left out");
        copy.extend_from_slice(&bytes[from..place.start - 4]);
        from = place.end;
    }
    copy.extend_from_slice(&bytes[from..end]);
    Some(copy)
}

/// Segments a decoder needs to show the right colours.
fn needed(marker: u8, body: &[u8]) -> bool {
    match marker {
        0xe0 => body.starts_with(b"JFIF\0"),
        0xe2 => body.starts_with(b"ICC_PROFILE\0"),
        0xee => body.starts_with(b"Adobe"),
        _ => false,
    }
}

/// The marker at `at` and what follows it; fill bytes are skipped.
fn marker_at(bytes: &[u8], mut at: usize) -> Option<(u8, usize)> {
    if *bytes.get(at)? != 0xff {
        return None;
    }
    while *bytes.get(at)? == 0xff {
        at += 1;
    }
    Some((*bytes.get(at)?, at + 1))
}

/// What stands in a segment whose length field is at `at`; `None` when it leaves the file.
fn segment(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let length = usize::from(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    (length >= 2 && at + length <= bytes.len()).then(|| at + 2..at + length)
}

/// Where the next marker after a scan's compressed data stands.
fn after_scan(bytes: &[u8], from: usize) -> usize {
    let ends = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff);
    bytes[from..].windows(2).position(ends).map_or(bytes.len(), |found| from + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SOI, APP0 JFIF, APP1, frame of 2 x 3 pixels, scan with a stuffed byte and a restart marker, EOI.
    fn small() -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 7];
        bytes.extend(b"JFIF\0");
        bytes.extend([0xff, 0xe1, 0, 6, b'E', b'x', b'i', b'f']);
        bytes.extend([0xff, 0xc0, 0, 17, 8, 0, 3, 0, 2, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
        bytes.extend([0xff, 0xda, 0, 3, 0, 1, 0xff, 0, 2, 0xff, 0xd0, 3, 0xff, 0xd9]);
        bytes
    }

    #[test]
    fn a_whole_one_ends_at_its_end_marker() {
        let bytes = [small(), b"a film behind it \xff\xd9".to_vec()].concat();
        let markers = walk(&bytes).unwrap();
        assert_eq!((markers.width, markers.height, markers.components), (2, 3, 3));
        assert_eq!(markers.end, Some(small().len()));
        let bare = without_metadata(&bytes, &markers).unwrap();
        assert!(!bare.windows(4).any(|w| w == b"Exif" || w == b"film") && bare.ends_with(&[3, 0xff, 0xd9]));
        assert_eq!(walk(&bare).unwrap().end, Some(bare.len()));
    }

    #[test]
    fn one_cut_off_has_no_end() {
        let bytes = small();
        for end in 4..bytes.len() {
            let walked = walk(&bytes[..end]);
            assert!(walked.is_none_or(|markers| markers.end.is_none()), "{end}");
        }
    }
}
