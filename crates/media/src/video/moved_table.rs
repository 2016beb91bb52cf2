//! The table of contents of an MP4 or QuickTime file, for another place in it: every place it names is moved with the bytes that
//! lie there (ISO/IEC 14496-12, 8.7.5), in 64 bits where 32 do not reach. Pure: the file itself is not touched here.

use crate::audio::recording::TopBox;
use std::ops::Range;

/// Boxes that hold others, on the way from the table to the places of its chunks.
const AROUND: [&[u8; 4]; 4] = [b"trak", b"mdia", b"minf", b"stbl"];
/// Boxes at the top whose places are told in ways of their own.
const ELSEWHERE: [&[u8; 4]; 5] = [b"moof", b"mfra", b"sidx", b"ssix", b"meta"];

/// A file with its table in front: its parts in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// What says that it is such a file; empty where nothing does.
    pub front: Range<u64>,
    /// The table.
    pub table: Vec<u8>,
    /// Everything else, as it was.
    pub rest: Vec<Range<u64>>,
}

/// Why a table stays where it is, as the end of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Stays {
    /// Told in fragments.
    #[error("it comes in fragments, or tells the places of its parts twice")]
    Fragments,
    /// Encrypted, or packed.
    #[error("its table is packed or its pictures are encrypted")]
    Packed,
    /// Names places outside of the file.
    #[error("its table names places that are not in the file")]
    Outside,
    /// No table of this kind.
    #[error("its table is damaged")]
    Damaged,
}

/// Where everything goes. `table` is what is in the `moov` among `tops`; `size` is the file's length.
pub fn layout(tops: &[TopBox], table: &[u8], size: u64) -> Result<Layout, Stays> {
    if tops.iter().any(|top| ELSEWHERE.contains(&&top.name)) {
        return Err(Stays::Fragments);
    }
    let whole = |top: &TopBox| top.at..top.content.end.min(size);
    let front = tops.first().filter(|top| &top.name == b"ftyp").map_or(0..0, whole);
    let moov = tops.iter().find(|top| &top.name == b"moov").map(whole).ok_or(Stays::Damaged)?;
    let rest: Vec<Range<u64>> =
        [front.end..moov.start, moov.end..size].into_iter().filter(|part| part.start < part.end).collect();
    let mut wide = vec![];
    loop {
        // How long it gets does not depend on what stands in it.
        let length = written(table, &wide, &|place| Some(place & u64::from(u32::MAX)))?.bytes.len() as u64;
        let before = front.end + length;
        let moved = |place: u64| {
            let mut start = before;
            for part in &rest {
                if (part.start..=part.end).contains(&place) {
                    return Some(place - part.start + start);
                }
                start += part.end - part.start;
            }
            None
        };
        let Written { bytes, narrow, .. } = written(table, &wide, &moved)?;
        if narrow.is_empty() {
            return Ok(Layout { front, table: bytes, rest });
        }
        wide.extend(narrow);
    }
}

/// A table, and which lists of places in it need 64 bits.
struct Written {
    bytes: Vec<u8>,
    narrow: Vec<usize>,
    lists: usize,
}

/// Writes `moov` anew. `wide`: lists of places that get 64 bits.
fn written(table: &[u8], wide: &[usize], moved: &dyn Fn(u64) -> Option<u64>) -> Result<Written, Stays> {
    let mut out = Written { bytes: Vec::with_capacity(table.len() + 64), narrow: vec![], lists: 0 };
    boxed(&mut out, b"moov", |out| all(out, table, 0, wide, moved))?;
    Ok(out)
}

fn boxed(
    out: &mut Written,
    name: &[u8; 4],
    inside: impl FnOnce(&mut Written) -> Result<(), Stays>,
) -> Result<(), Stays> {
    let at = out.bytes.len();
    out.bytes.extend_from_slice(&[0; 4]);
    out.bytes.extend_from_slice(name);
    inside(out)?;
    let size = u32::try_from(out.bytes.len() - at).map_err(|_| Stays::Damaged)?;
    out.bytes[at..at + 4].copy_from_slice(&size.to_be_bytes());
    Ok(())
}

/// Writes the boxes in a box, which stands this deep. Each holds only its own kind: a foreign table cannot go deeper.
fn all(
    out: &mut Written,
    body: &[u8],
    depth: usize,
    wide: &[usize],
    moved: &dyn Fn(u64) -> Option<u64>,
) -> Result<(), Stays> {
    let mut rest = body;
    while !rest.is_empty() {
        if rest.len() < 8 || rest.iter().all(|byte| *byte == 0) {
            // QuickTime ends some lists with four zeros.
            out.bytes.extend_from_slice(rest);
            return Ok(());
        }
        let (name, whole, content) = first(rest).ok_or(Stays::Damaged)?;
        match name {
            b"cmov" | b"saio" => return Err(Stays::Packed),
            b"stco" | b"co64" => places(out, name, content, wide, moved)?,
            name if AROUND.get(depth) == Some(&name) => {
                boxed(out, name, |out| all(out, content, depth + 1, wide, moved))?;
            }
            _ => out.bytes.extend_from_slice(whole),
        }
        rest = &rest[whole.len()..];
    }
    Ok(())
}

/// The first box of several: its name, all of it, and what is in it.
fn first(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let name = bytes.get(4..8)?.first_chunk::<4>()?;
    let short = u32::from_be_bytes(*bytes.first_chunk::<4>()?);
    let (size, head) = match short {
        0 => (bytes.len(), 8),
        1 => (usize::try_from(u64::from_be_bytes(*bytes.get(8..16)?.first_chunk()?)).ok()?, 16),
        size => (size as usize, 8),
    };
    let whole = bytes.get(..size)?;
    Some((name, whole, whole.get(head..)?))
}

/// A list of places: version and flags, how many, each.
fn places(
    out: &mut Written,
    name: &[u8; 4],
    body: &[u8],
    wide: &[usize],
    moved: &dyn Fn(u64) -> Option<u64>,
) -> Result<(), Stays> {
    let number = out.lists;
    out.lists += 1;
    let is_long = name == b"co64";
    let gets_long = is_long || wide.contains(&number);
    let each = if is_long { 8 } else { 4 };
    let count = body.get(4..8).and_then(<[u8]>::first_chunk).map(|four| u32::from_be_bytes(*four));
    let count = count.ok_or(Stays::Damaged)? as usize;
    let list = count.checked_mul(each).and_then(|length| body.get(8..)?.get(..length)).ok_or(Stays::Damaged)?;
    let mut fits = true;
    boxed(out, if gets_long { b"co64" } else { b"stco" }, |out| {
        out.bytes.extend_from_slice(&body[..8]);
        for place in list.chunks_exact(each) {
            let place = place.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
            let place = moved(place).ok_or(Stays::Outside)?;
            match u32::try_from(place) {
                _ if gets_long => out.bytes.extend_from_slice(&place.to_be_bytes()),
                Ok(short) => out.bytes.extend_from_slice(&short.to_be_bytes()),
                Err(_) => {
                    fits = false;
                    out.bytes.extend_from_slice(&[0; 4]);
                }
            }
        }
        Ok(())
    })?;
    if !fits {
        out.narrow.push(number);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
