//! Cuts an ID3v2 tag (2.2, 2.3, 2.4) into the frames that matter, every length checked against the bytes that exist.

use id3::{Content, Tag};
use std::io::Cursor;

/// Frames kept from one tag; a tag with more is an attack.
const MOST_FRAMES: usize = 4096;
/// Chapters carry pictures of their own.
const MOST_PICTURE_BYTES: usize = crate::probe::MOST_COVER_BYTES + 1024;
/// Text frames larger than this are passed over.
const MOST_TEXT_BYTES: usize = 64 * 1024;

/// The frames of a tag.
#[derive(Debug, Default)]
pub struct CutTag {
    /// Those that matter, in order.
    pub frames: Vec<TagFrame>,
    /// False when something could not be read.
    pub whole: bool,
}

/// One frame: its name as in ID3v2.3 and 2.4, and its bytes as they stand in the tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagFrame {
    /// Four letters.
    pub id: String,
    /// 2, 3 or 4.
    version: u8,
    /// Flags of the frame as they stand.
    flags: [u8; 2],
    /// Without the frame header.
    pub body: Vec<u8>,
}

/// Names of ID3v2.2 and what they became.
const OLD_NAMES: &[(&[u8], &str)] = &[
    (b"TT2", "TIT2"),
    (b"TP1", "TPE1"),
    (b"TAL", "TALB"),
    (b"TYE", "TYER"),
    (b"TDA", "TDAT"),
    (b"TRK", "TRCK"),
    (b"COM", "COMM"),
    (b"PIC", "APIC"),
    (b"WXX", "WXXX"),
];
/// Frames that are read.
const WANTED: &[&str] =
    &["TIT2", "TPE1", "TALB", "TDRC", "TYER", "TDAT", "TDRL", "TRCK", "TGID", "COMM", "APIC", "CHAP", "CTOC", "WXXX"];

/// Cuts a whole tag, its ten-byte header included.
pub fn cut(tag: &[u8]) -> CutTag {
    let broken = CutTag::default();
    let (Some(&version), Some(&flags), Some(body)) = (tag.get(3), tag.get(5), tag.get(10..)) else { return broken };
    if !(2..=4).contains(&version) || (version == 2 && flags & 0x40 != 0) {
        return broken;
    }
    // 2.2 and 2.3 unsynchronise the whole tag, 2.4 each frame.
    let body = if flags & 0x80 != 0 && version < 4 { resynchronised(body) } else { body.to_vec() };
    match extended_header(&body, version, flags) {
        Some(start) => cut_body(&body[start..], version),
        None => broken,
    }
}

/// Cuts frames that stand one after another; also used inside a chapter.
pub fn cut_body(mut rest: &[u8], version: u8) -> CutTag {
    let mut cut = CutTag { frames: vec![], whole: true };
    let head_bytes = if version == 2 { 6 } else { 10 };
    // Padding is zero bytes up to the end.
    while rest.len() >= head_bytes && rest[0] != 0 && cut.frames.len() < MOST_FRAMES {
        let Some(length) = frame_length(rest, version, head_bytes) else {
            cut.whole = false;
            break;
        };
        let (frame, after) = rest.split_at(head_bytes + length);
        rest = after;
        let Some(id) = known_name(frame, version) else { continue };
        let flags = if version == 2 { [0, 0] } else { [frame[8], frame[9]] };
        let most = if matches!(id, "APIC" | "CHAP") { MOST_PICTURE_BYTES } else { MOST_TEXT_BYTES };
        if length > most || is_packed(version, flags) {
            cut.whole = false;
            continue;
        }
        cut.frames.push(TagFrame { id: id.to_owned(), version, flags, body: frame[head_bytes..].to_vec() });
    }
    cut
}

impl TagFrame {
    /// The frame's content, read by the `id3` crate out of a tag that holds this frame alone.
    pub fn content(&self) -> Option<Content> {
        let mut frame = Vec::with_capacity(self.body.len() + 20);
        let length = u32::try_from(self.body.len()).ok()?;
        if self.version == 2 {
            let old = OLD_NAMES.iter().find(|(_, new)| *new == self.id)?.0;
            frame.extend(old);
            frame.extend(&length.to_be_bytes()[1..]);
        } else {
            frame.extend(self.id.as_bytes());
            frame.extend(if self.version == 4 { synchsafe(length) } else { length.to_be_bytes() });
            frame.extend(self.flags);
        }
        frame.extend(&self.body);
        let mut tag = vec![b'I', b'D', b'3', self.version, 0, 0];
        tag.extend(synchsafe(u32::try_from(frame.len()).ok()?));
        tag.extend(frame);
        let tag = Tag::read_from2(Cursor::new(tag)).ok()?;
        tag.frames().next().map(|frame| frame.content().clone())
    }

    /// A frame inside this one.
    pub fn inner(&self, from: usize) -> CutTag {
        cut_body(self.body.get(from..).unwrap_or_default(), self.version)
    }
}

/// Length of a frame's body; `None` when it passes the end.
fn frame_length(rest: &[u8], version: u8, head_bytes: usize) -> Option<usize> {
    let room = rest.len() - head_bytes;
    let sum = |bits: u32, bytes: &[u8]| bytes.iter().fold(0usize, |sum, byte| sum << bits | usize::from(*byte));
    let length = match version {
        2 => sum(8, &rest[3..6]),
        3 => sum(8, &rest[4..8]),
        _ => v24_length(rest, sum(8, &rest[4..8]), room, sum(7, &rest[4..8])),
    };
    (length <= room).then_some(length)
}

/// 2.4 sizes are synchsafe, but some programs (old iTunes) write plain ones: the reading after which a frame or
/// padding follows is right.
fn v24_length(rest: &[u8], plain: usize, room: usize, synchsafe: usize) -> usize {
    let follows = |length: usize| match rest.get(10 + length..) {
        Some(after) => {
            after.len() < 10 || after[0] == 0 || after[..4].iter().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        }
        None => false,
    };
    let high_bit = rest[4..8].iter().any(|byte| byte & 0x80 != 0);
    let plain_is_right = plain <= room && (high_bit || (plain != synchsafe && !follows(synchsafe) && follows(plain)));
    if plain_is_right { plain } else { synchsafe }
}

fn known_name(frame: &[u8], version: u8) -> Option<&'static str> {
    if version == 2 {
        return OLD_NAMES.iter().find(|(old, _)| frame.starts_with(old)).map(|(_, new)| *new);
    }
    WANTED.iter().find(|name| frame.starts_with(name.as_bytes())).copied()
}

/// Compressed, encrypted or grouped: nobody writes these, and unpacking them has no bound.
fn is_packed(version: u8, flags: [u8; 2]) -> bool {
    match version {
        3 => flags[1] & 0xe0 != 0,
        4 => flags[1] & 0x4c != 0,
        _ => false,
    }
}

/// Bytes of the extended header, which 2.3 counts without its own size field and 2.4 with it.
fn extended_header(body: &[u8], version: u8, flags: u8) -> Option<usize> {
    if version == 2 || flags & 0x40 == 0 {
        return Some(0);
    }
    let size = body.get(..4)?;
    let sum = |bits: u32| size.iter().fold(0usize, |sum, byte| sum << bits | usize::from(*byte));
    let bytes = if version == 3 { sum(8).checked_add(4)? } else { sum(7) };
    (bytes <= body.len()).then_some(bytes)
}

/// Undoes unsynchronisation: FF 00 stands for FF (ID3v2.3 §5).
fn resynchronised(body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(body.len());
    let mut previous = 0;
    for byte in body {
        if !(previous == 0xff && *byte == 0) {
            plain.push(*byte);
        }
        previous = *byte;
    }
    plain
}

fn synchsafe(value: u32) -> [u8; 4] {
    [21, 14, 7, 0].map(|shift| (value >> shift & 0x7f) as u8)
}
