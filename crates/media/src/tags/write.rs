//! An ID3v2 tag, written out: 2.3, the version every podcast app reads, or 2.4. In 2.3 texts that are not plain ASCII are
//! UTF-16, in 2.4 UTF-8.

use super::chapter_pictures::{ChapterPictures, Picture};
use super::language::iso_639_2;
use crate::MediaError;
use crate::image::PictureFormat;
use crate::probe::{MOST_COVER_BYTES, Source};
use crate::process::{TagsToWrite, TakenOver};
use hearthcast_model::{Chapter, Id3Version};
use std::path::Path;

/// A table of contents counts its entries in one byte.
const MOST_ENTRIES: usize = 255;
/// Longer texts are cut; no app shows them.
const MOST_CHARACTERS: usize = 4000;
/// A picture of the front; and one of anything.
const FRONT_COVER: u8 = 3;
const OTHER_PICTURE: u8 = 0;

/// The whole tag. Chapters without an end last until the next one begins, the last one until `duration_ms`.
/// `taken` is what is known already; what the tags name comes first.
pub fn id3v2(
    tags: &TagsToWrite,
    taken: TakenOver<'_>,
    pictures: &ChapterPictures,
    duration_ms: Option<i64>,
) -> Result<Vec<u8>, MediaError> {
    let version = tags.id3;
    let mut body = Frames { version, bytes: vec![] };
    for (id, value) in [
        (b"TIT2", tags.title.as_str()),
        (b"TPE1", &tags.author),
        (b"TALB", &tags.show),
        (b"TRCK", &number(tags.number)),
        (b"TPOS", &number(tags.season)),
        (if version == Id3Version::V24 { b"TDRC" } else { b"TYER" }, &year(tags.year)),
        (b"TLAN", iso_639_2(&tags.language).unwrap_or_default()),
    ] {
        body.text(id, value);
    }
    // Apps group podcasts by it.
    body.text(b"TCON", "Podcast");
    if !tags.comment.is_empty() {
        let language = iso_639_2(&tags.language).unwrap_or("XXX");
        let comment = body.comment(language, &tags.comment);
        body.frame(b"COMM", &comment);
    }
    body.chapters(tags, pictures, duration_ms);
    if let Some(path) = &tags.cover {
        let (mime, bytes) = cover_bytes(path)?;
        body.frame(b"APIC", &picture(FRONT_COVER, &mime, &bytes));
    } else if let Some(cover) = taken.cover {
        body.frame(b"APIC", &picture(FRONT_COVER, &cover.mime, &cover.bytes));
    }
    Ok(body.with_header())
}

/// A number, or nothing.
pub fn number(number: Option<u32>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// A year of four digits, or nothing.
pub fn year(year: Option<i32>) -> String {
    year.filter(|year| (0..=9999).contains(year)).map(|year| format!("{year:04}")).unwrap_or_default()
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

/// Frames one after another.
struct Frames {
    version: Id3Version,
    bytes: Vec<u8>,
}

impl Frames {
    /// Ten bytes: name, version, no flags, the length in four times seven bits.
    fn with_header(self) -> Vec<u8> {
        let version = if self.version == Id3Version::V24 { 4 } else { 3 };
        let mut tag = vec![b'I', b'D', b'3', version, 0, 0];
        tag.extend(synchsafe(self.bytes.len()));
        tag.extend(self.bytes);
        tag
    }

    /// A frame's length is plain in 2.3 and four times seven bits in 2.4.
    fn frame(&mut self, id: &[u8; 4], content: &[u8]) {
        self.bytes.extend(id);
        self.bytes.extend(match self.version {
            Id3Version::V23 => (content.len() as u32).to_be_bytes(),
            Id3Version::V24 => synchsafe(content.len()),
        });
        self.bytes.extend([0, 0]);
        self.bytes.extend(content);
    }

    fn text(&mut self, id: &[u8; 4], text: &str) {
        let text = plain(text);
        if !text.is_empty() {
            let content = [&[self.encoding(&text)][..], &self.encoded(&text)].concat();
            self.frame(id, &content);
        }
    }

    /// Encoding, language, empty description with its end, text.
    fn comment(&self, language: &str, text: &str) -> Vec<u8> {
        let text = plain(text);
        let mut content = vec![self.encoding(&text)];
        content.extend(language.as_bytes());
        content.extend(if self.encoding(&text) == 1 { &[0xff, 0xfe, 0, 0][..] } else { &[0] });
        content.extend(self.encoded(&text));
        content
    }

    /// One `CHAP` each, in order of time, and a `CTOC` that names those meant for the table of contents.
    fn chapters(&mut self, tags: &TagsToWrite, pictures: &ChapterPictures, duration_ms: Option<i64>) {
        let mut sorted: Vec<&Chapter> = tags.chapters.iter().filter(|chapter| chapter.start_ms >= 0).collect();
        sorted.sort_by_key(|chapter| chapter.start_ms);
        let mut entries = vec![];
        for (index, chapter) in sorted.iter().enumerate() {
            let id = format!("chp{index}");
            let next = sorted.get(index + 1).map(|next| next.start_ms).or(duration_ms);
            let end = chapter.end_ms.or(next).unwrap_or(chapter.start_ms).max(chapter.start_ms);
            let content = self.chapter(&id, chapter, end, pictures.at(chapter.start_ms));
            self.frame(b"CHAP", &content);
            if !chapter.hidden {
                entries.push(id);
            }
        }
        self.contents(entries);
    }

    /// One table; where one cannot count them all, one of tables.
    fn contents(&mut self, entries: Vec<String>) {
        let table = |id: &str, flags: u8, entries: &[String]| {
            let mut content = [id.as_bytes(), &[0, flags, entries.len() as u8]].concat();
            content.extend(entries.iter().flat_map(|id| [id.as_bytes(), b"\0"].concat()));
            content
        };
        // Bits: in order; at the top.
        let (ordered, top) = (1, 2);
        if entries.is_empty() {
            return;
        }
        if entries.len() <= MOST_ENTRIES {
            return self.frame(b"CTOC", &table("toc", top | ordered, &entries));
        }
        let parts: Vec<&[String]> = entries.chunks(MOST_ENTRIES).take(MOST_ENTRIES).collect();
        let names: Vec<String> = (0..parts.len()).map(|number| format!("toc{number}")).collect();
        self.frame(b"CTOC", &table("toc", top | ordered, &names));
        for (name, part) in names.iter().zip(parts) {
            self.frame(b"CTOC", &table(name, ordered, part));
        }
    }

    /// Id, start and end in milliseconds, no byte offsets; then title, link and picture as frames of their own.
    fn chapter(&self, id: &str, chapter: &Chapter, end_ms: i64, image: Option<Picture<'_>>) -> Vec<u8> {
        let mut head = [id.as_bytes(), b"\0"].concat();
        let times = [chapter.start_ms, end_ms];
        head.extend(times.iter().flat_map(|ms| u32::try_from(*ms).unwrap_or(u32::MAX).to_be_bytes()));
        head.extend([0xff; 8]);
        let mut inner = Frames { version: self.version, bytes: head };
        inner.text(b"TIT2", &chapter.title);
        if !chapter.url.is_empty() && chapter.url.is_ascii() {
            // Encoding, empty description, then the address, always Latin-1.
            inner.frame(b"WXXX", &[b"\0\0", plain(&chapter.url).as_bytes()].concat());
        }
        // ffmpeg reads lengths inside chapters of 2.4 as if they were plain, and drops a chapter whose picture has more than
        // 127 bytes.
        if let Some((mime, bytes)) = image.filter(|_| self.version == Id3Version::V23) {
            inner.frame(b"APIC", &picture(OTHER_PICTURE, mime, bytes));
        }
        inner.bytes
    }

    /// 0: Latin-1, for ASCII; 1: UTF-16 with its mark; 3: UTF-8.
    fn encoding(&self, text: &str) -> u8 {
        match self.version {
            _ if text.is_ascii() => 0,
            Id3Version::V23 => 1,
            Id3Version::V24 => 3,
        }
    }

    fn encoded(&self, text: &str) -> Vec<u8> {
        match self.encoding(text) {
            1 => [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
            _ => text.as_bytes().to_vec(),
        }
    }
}

fn synchsafe(length: usize) -> [u8; 4] {
    [21, 14, 7, 0].map(|shift| (length >> shift & 0x7f) as u8)
}

/// Encoding of the (empty) description, MIME type, what it shows, description, bytes.
fn picture(kind: u8, mime: &str, bytes: &[u8]) -> Vec<u8> {
    [&b"\0"[..], mime.as_bytes(), &[0, kind, 0], bytes].concat()
}

/// No control characters except line ends, bounded.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\n').take(MOST_CHARACTERS).collect()
}
