//! An ID3v2.3 tag, written out: the version every podcast app reads. Texts that are not plain ASCII are UTF-16.

use super::language::iso_639_2;
use crate::image::PictureFormat;
use crate::probe::{MOST_COVER_BYTES, Source};
use crate::process::TagsToWrite;
use crate::{Cover, MediaError};
use hearthcast_model::Chapter;
use std::path::Path;

/// The table of contents counts its entries in one byte.
const MOST_ENTRIES: usize = 255;
/// Longer texts are cut; no app shows them.
const MOST_CHARACTERS: usize = 4000;

/// The whole tag. Chapters without an end last until the next one begins, the last one until `duration_ms`.
/// `cover` is one that is known already; the one the tags name comes first.
pub fn id3v2(tags: &TagsToWrite, cover: Option<&Cover>, duration_ms: Option<i64>) -> Result<Vec<u8>, MediaError> {
    let mut body = vec![];
    for (id, value) in [
        (b"TIT2", tags.title.as_str()),
        (b"TPE1", &tags.author),
        (b"TALB", &tags.show),
        (b"TRCK", &number(tags.number)),
        (b"TPOS", &number(tags.season)),
        (b"TYER", &year(tags.year)),
        (b"TLAN", iso_639_2(&tags.language).unwrap_or_default()),
    ] {
        text_frame(&mut body, id, value);
    }
    // Apps group podcasts by it.
    text_frame(&mut body, b"TCON", "Podcast");
    if !tags.comment.is_empty() {
        let language = iso_639_2(&tags.language).unwrap_or("XXX");
        frame(&mut body, b"COMM", &comment(language, &tags.comment));
    }
    chapters(&mut body, &tags.chapters, duration_ms);
    if let Some(path) = &tags.cover {
        frame(&mut body, b"APIC", &picture_file(path)?);
    } else if let Some(cover) = cover {
        frame(&mut body, b"APIC", &picture(&cover.mime, &cover.bytes));
    }
    Ok(with_header(body))
}

/// A number, or nothing.
pub fn number(number: Option<u32>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// A year of four digits, or nothing.
pub fn year(year: Option<i32>) -> String {
    year.filter(|year| (0..=9999).contains(year)).map(|year| format!("{year:04}")).unwrap_or_default()
}

/// Ten bytes: name, version 2.3.0, no flags, the length in four times seven bits.
fn with_header(body: Vec<u8>) -> Vec<u8> {
    let length = body.len();
    let mut tag = b"ID3\x03\0\0".to_vec();
    tag.extend([21, 14, 7, 0].map(|shift| (length >> shift & 0x7f) as u8));
    tag.extend(body);
    tag
}

fn frame(body: &mut Vec<u8>, id: &[u8; 4], content: &[u8]) {
    body.extend(id);
    body.extend((content.len() as u32).to_be_bytes());
    body.extend([0, 0]);
    body.extend(content);
}

fn text_frame(body: &mut Vec<u8>, id: &[u8; 4], text: &str) {
    let text = plain(text);
    if text.is_empty() {
        return;
    }
    let mut content = vec![encoding(&text)];
    content.extend(encoded(&text));
    frame(body, id, &content);
}

/// Encoding, language, empty description with its end, text.
fn comment(language: &str, text: &str) -> Vec<u8> {
    let text = plain(text);
    let mut content = vec![encoding(&text)];
    content.extend(language.as_bytes());
    content.extend(if text.is_ascii() { &[0][..] } else { &[0xff, 0xfe, 0, 0] });
    content.extend(encoded(&text));
    content
}

/// Encoding of the (empty) description, MIME type, front cover, description, bytes.
fn picture(mime: &str, bytes: &[u8]) -> Vec<u8> {
    [&b"\0"[..], mime.as_bytes(), &[0, 3, 0], bytes].concat()
}

fn picture_file(path: &Path) -> Result<Vec<u8>, MediaError> {
    let (mime, bytes) = cover_bytes(path)?;
    Ok(picture(&mime, &bytes))
}

/// A cover's MIME type and bytes.
pub fn cover_bytes(path: &Path) -> Result<(String, Vec<u8>), MediaError> {
    let mut source = Source::open(path)?;
    let shown = source.path.shown();
    if source.size > MOST_COVER_BYTES as u64 {
        let what = format!("{} MB, and covers in tags are at most 16 MiB", source.size / 1_000_000);
        return Err(MediaError::TooLarge { path: shown, what });
    }
    let bytes = source.bytes(0, MOST_COVER_BYTES as u64)?;
    let format = PictureFormat::of(&bytes)
        .ok_or(MediaError::WrongKind { path: shown, what: "no JPEG or PNG picture, so it cannot be a cover".into() })?;
    Ok((format.mime().into(), bytes))
}

/// One `CHAP` each, in order of time, and a `CTOC` that names those meant for the table of contents.
fn chapters(body: &mut Vec<u8>, chapters: &[Chapter], duration_ms: Option<i64>) {
    let mut sorted: Vec<&Chapter> = chapters.iter().filter(|chapter| chapter.start_ms >= 0).collect();
    sorted.sort_by_key(|chapter| chapter.start_ms);
    let mut entries = vec![];
    for (index, chapter) in sorted.iter().enumerate() {
        let id = format!("chp{index}");
        let next = sorted.get(index + 1).map(|next| next.start_ms).or(duration_ms);
        let end = chapter.end_ms.or(next).unwrap_or(chapter.start_ms).max(chapter.start_ms);
        frame(body, b"CHAP", &chapter_content(&id, chapter, end));
        if !chapter.hidden && entries.len() < MOST_ENTRIES {
            entries.push(id);
        }
    }
    if !entries.is_empty() {
        // Top level, in order.
        let mut content = b"toc\0\x03".to_vec();
        content.push(entries.len() as u8);
        content.extend(entries.iter().flat_map(|id| [id.as_bytes(), b"\0"].concat()));
        frame(body, b"CTOC", &content);
    }
}

/// Id, start and end in milliseconds, no byte offsets; then title and link as frames of their own.
fn chapter_content(id: &str, chapter: &Chapter, end_ms: i64) -> Vec<u8> {
    let mut content = [id.as_bytes(), b"\0"].concat();
    content
        .extend([chapter.start_ms, end_ms].iter().flat_map(|ms| u32::try_from(*ms).unwrap_or(u32::MAX).to_be_bytes()));
    content.extend([0xff; 8]);
    text_frame(&mut content, b"TIT2", &chapter.title);
    if !chapter.url.is_empty() && chapter.url.is_ascii() {
        // Encoding, empty description, then the address, always Latin-1.
        frame(&mut content, b"WXXX", &[b"\0\0", plain(&chapter.url).as_bytes()].concat());
    }
    content
}

fn encoding(text: &str) -> u8 {
    u8::from(!text.is_ascii())
}

/// Latin-1 for ASCII, else UTF-16 with its mark.
fn encoded(text: &str) -> Vec<u8> {
    if text.is_ascii() {
        return text.as_bytes().to_vec();
    }
    [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

/// No control characters except line ends, bounded.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\n').take(MOST_CHARACTERS).collect()
}
