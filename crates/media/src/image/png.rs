//! A PNG's chunks: whether it is whole, whether it moves, and a copy of it without what it tells.

use std::ops::Range;

/// Chunks remembered; large pictures have thousands.
const MOST_CHUNKS: usize = 100_000;
/// Chunks that say something about the picture and change no pixel.
const TELLING: [&[u8; 4]; 6] = [b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME", b"caBX"];

/// What the chunks say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chunks {
    /// Bits of a sample.
    pub bits: u8,
    /// Colour type: 0 grey, 2 colour, 3 palette, 4 and 6 with alpha.
    pub colour: u8,
    /// A colour stands for "nothing there".
    pub transparent: bool,
    /// Several pictures in a row.
    pub animated: bool,
    /// Chunks that tell something: name, and the whole chunk's place.
    pub telling: Vec<([u8; 4], Range<usize>)>,
    /// One past the last chunk; `None` when the picture is cut off.
    pub end: Option<usize>,
}

/// Walks the chunks; `None` for what has no header or no end of chunks.
pub fn walk(bytes: &[u8]) -> Option<Chunks> {
    let mut chunks = Chunks { bits: *bytes.get(24)?, colour: *bytes.get(25)?, ..Chunks::default() };
    let mut at = 8usize;
    for _ in 0..MOST_CHUNKS {
        let Some((name, place)) = chunk(bytes, at) else { return Some(chunks) };
        at = place.end;
        match &name {
            b"IEND" => {
                chunks.end = Some(at);
                return Some(chunks);
            }
            b"tRNS" => chunks.transparent = true,
            b"acTL" => chunks.animated = true,
            _ if TELLING.contains(&&name) => chunks.telling.push((name, place)),
            _ => (),
        }
    }
    None
}

/// A copy that shows the same pixels and tells nothing else. `None` when the picture is cut off.
pub fn without_metadata(bytes: &[u8], chunks: &Chunks) -> Option<Vec<u8>> {
    let mut copy = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for (_, place) in &chunks.telling {
        copy.extend_from_slice(&bytes[from..place.start]);
        from = place.end;
    }
    copy.extend_from_slice(&bytes[from..chunks.end?]);
    Some(copy)
}

fn chunk(bytes: &[u8], at: usize) -> Option<([u8; 4], Range<usize>)> {
    let head = bytes.get(at..at + 8)?;
    let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
    let end = at.checked_add(length)?.checked_add(12)?;
    (end <= bytes.len()).then_some(([head[4], head[5], head[6], head[7]], at..end))
}
