//! The tags around the sound of an MP3: where they stand and how long they are. The counting rule needs exactly these
//! two sums (COUNTING.md, "At publish"): `header` = all ID3v2 tags at the front, `trailer` = ID3v1, APEv2, Lyrics3 at
//! the end. Bytes of no known kind ("junk") are in neither sum: they count as content.

use hearthcast_model::facts::Finding;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

/// More tags than this in a row are an attack, not a file.
const MOST_TAGS: usize = 32;

/// Where the tags stand.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Layout {
    /// Sum of the ID3v2 tags at the front.
    pub header_bytes: u64,
    /// Sum of the tags at the end.
    pub trailer_bytes: u64,
    /// Each ID3v2 tag, front first.
    pub id3v2: Vec<Range<u64>>,
    /// The ID3v1 tag.
    pub id3v1: Option<Range<u64>>,
    /// Tags that lie about their length.
    pub findings: Vec<Finding>,
}

/// Finds the tags at both ends of a file of `size` bytes. The position of `file` is anywhere afterwards.
pub fn find(file: &mut (impl Read + Seek), size: u64) -> io::Result<Layout> {
    let mut layout = Layout::default();
    while layout.id3v2.len() < MOST_TAGS {
        let start = layout.header_bytes;
        match leading_tag(file, start, size)? {
            Tag::None => break,
            Tag::Lying(finding) => {
                layout.findings.push(finding);
                break;
            }
            Tag::Of(bytes) => {
                layout.id3v2.push(start..start + bytes);
                layout.header_bytes += bytes;
            }
        }
    }
    peel_trailers(file, size, &mut layout)?;
    Ok(layout)
}

enum Tag {
    None,
    Lying(Finding),
    Of(u64),
}

/// ID3v2 §3.1: "ID3", version, revision, flags, four size bytes with their high bits clear; a footer adds ten.
fn leading_tag(file: &mut (impl Read + Seek), start: u64, size: u64) -> io::Result<Tag> {
    let Some(head) = read_at::<10>(file, start, size)? else { return Ok(Tag::None) };
    if &head[..3] != b"ID3" {
        return Ok(Tag::None);
    }
    if head[3] == 0xff || head[4] == 0xff || head[6..].iter().any(|byte| byte & 0x80 != 0) {
        return Ok(Tag::Lying(lie("The ID3 tag at the front states no valid length, so players may not skip it.")));
    }
    let body = head[6..].iter().fold(0u64, |sum, byte| sum << 7 | u64::from(*byte));
    let footer = if head[5] & 0x10 != 0 { 10 } else { 0 };
    let bytes = 10 + body + footer;
    if start + bytes > size {
        return Ok(Tag::Lying(lie("The ID3 tag at the front claims to be longer than the whole file.")));
    }
    Ok(Tag::Of(bytes))
}

fn lie(message: &str) -> Finding {
    Finding { code: "media.tag_invalid".into(), message: message.into(), at_ms: None }
}

fn peel_trailers(file: &mut (impl Read + Seek), size: u64, layout: &mut Layout) -> io::Result<()> {
    let floor = layout.header_bytes;
    for _ in 0..MOST_TAGS {
        let end = size - layout.trailer_bytes;
        let room = end.saturating_sub(floor);
        let bytes = match trailing_id3v1(file, end, room)? {
            0 => trailing_other(file, end, room)?,
            found => {
                layout.id3v1.get_or_insert(end - 128..end);
                found
            }
        };
        if bytes == 0 || bytes > room {
            if bytes > room {
                layout.findings.push(lie("A tag at the end claims to be longer than the whole file."));
            }
            return Ok(());
        }
        layout.trailer_bytes += bytes;
    }
    Ok(())
}

fn trailing_id3v1(file: &mut (impl Read + Seek), end: u64, room: u64) -> io::Result<u64> {
    if room < 128 {
        return Ok(0);
    }
    let Some(head) = read_at::<3>(file, end - 128, end)? else { return Ok(0) };
    Ok(if &head == b"TAG" { 128 } else { 0 })
}

/// APEv2, Lyrics3 (both kinds) or an appended ID3v2.4 tag that ends at `end`; 0 when none does.
fn trailing_other(file: &mut (impl Read + Seek), end: u64, room: u64) -> io::Result<u64> {
    if room < 32 {
        return Ok(0);
    }
    let Some(last) = read_at::<32>(file, end - 32, end)? else { return Ok(0) };
    if &last[..8] == b"APETAGEX" {
        // Size counts items and footer; bit 31 of the flags says that a header of 32 bytes stands in front.
        let [items, flags] =
            [12, 20].map(|at| u32::from_le_bytes([last[at], last[at + 1], last[at + 2], last[at + 3]]));
        return Ok((u64::from(items) + if flags >> 31 == 1 { 32 } else { 0 }).max(32));
    }
    if last.ends_with(b"LYRICS200") {
        // Six digits count everything before themselves; they and the nine letters come on top.
        let digits = std::str::from_utf8(&last[17..23]).ok().and_then(|text| text.parse::<u64>().ok());
        return Ok(digits.map_or(0, |digits| digits + 15));
    }
    if last.ends_with(b"LYRICSEND") {
        return lyrics3_v1(file, end, room);
    }
    if &last[22..25] == b"3DI" && last[28..].iter().all(|byte| byte & 0x80 == 0) {
        return Ok(20 + last[28..].iter().fold(0u64, |sum, byte| sum << 7 | u64::from(*byte)));
    }
    Ok(0)
}

/// Lyrics3 v1 has no size: at most 5,100 bytes between "LYRICSBEGIN" and "LYRICSEND".
fn lyrics3_v1(file: &mut (impl Read + Seek), end: u64, room: u64) -> io::Result<u64> {
    let length = room.min(5_100 + 20);
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(end - length))?;
    file.take(length).read_to_end(&mut bytes)?;
    let begin = bytes.windows(11).rposition(|window| window == b"LYRICSBEGIN");
    Ok(begin.map_or(0, |begin| (bytes.len() - begin) as u64))
}

/// Reads `N` bytes at `start`, or `None` when they would pass `end`.
fn read_at<const N: usize>(file: &mut (impl Read + Seek), start: u64, end: u64) -> io::Result<Option<[u8; N]>> {
    if start + N as u64 > end {
        return Ok(None);
    }
    let mut bytes = [0; N];
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn of(bytes: &[u8]) -> Layout {
        find(&mut Cursor::new(bytes), bytes.len() as u64).unwrap()
    }

    fn id3(body: usize, flags: u8) -> Vec<u8> {
        let mut tag = vec![b'I', b'D', b'3', 4, 0, flags, 0, 0, (body >> 7) as u8, (body & 0x7f) as u8];
        tag.resize(10 + body + if flags & 0x10 != 0 { 10 } else { 0 }, 0);
        tag
    }

    #[test]
    fn stacked_tags_and_a_footer_are_summed() {
        let file = [id3(300, 0), id3(20, 0x10), vec![1; 500]].concat();
        assert_eq!(of(&file).header_bytes, 310 + 40);
    }

    #[test]
    fn a_size_with_a_high_bit_or_past_the_end_is_no_tag() {
        let mut high = id3(10, 0);
        high[7] = 0x80;
        for file in [high, id3(300, 0)[..200].to_vec()] {
            let layout = of(&file);
            assert_eq!((layout.header_bytes, layout.findings.len()), (0, 1));
            assert_eq!(layout.findings[0].code, "media.tag_invalid");
        }
    }

    #[test]
    fn trailers_are_peeled_in_any_order() {
        let mut ape = vec![7u8; 50];
        ape.extend(b"APETAGEX\xd0\x07\0\0");
        ape.extend(82u32.to_le_bytes());
        ape.extend([1, 0, 0, 0]);
        ape.extend(0x8000_0000u32.to_le_bytes());
        ape.extend([0; 8]);
        // items 50 + footer 32 + the header of 32 that the flag claims
        let ape = [vec![9u8; 32], ape].concat();
        let lyrics = [b"LYRICSBEGIN".to_vec(), vec![b'x'; 100], b"000111LYRICS200".to_vec()].concat();
        let v1 = [b"TAG".to_vec(), vec![0; 125]].concat();
        let file = [vec![0x55; 1000], ape, lyrics, v1].concat();
        let layout = of(&file);
        assert_eq!(layout.trailer_bytes, 114 + 126 + 128);
        assert_eq!(layout.id3v1, Some(file.len() as u64 - 128..file.len() as u64));
    }

    #[test]
    fn a_trailer_longer_than_the_file_is_none() {
        let mut ape = vec![0u8; 8];
        ape.extend(b"APETAGEX\xd0\x07\0\0\xff\xff\xff\x7f");
        ape.extend([0; 16]);
        let layout = of(&ape);
        assert_eq!((layout.trailer_bytes, layout.findings.len()), (0, 1));
    }
}
