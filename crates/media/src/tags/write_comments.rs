//! Vorbis comments, written out: what FLAC and Opus carry instead of an ID3 tag. Chapters as `CHAPTER001=00:00:00.000`
//! and `CHAPTER001NAME=`, `CHAPTER001URL=`; a chapter's picture is a picture of kind "other" with the description `CHAPTER001`.
//!
//! Nothing there can hide a chapter, and every program shows what is called `CHAPTER`. A hidden one is therefore written as
//! `HIDDENCHAPTER001=` and so on: others pass it over, as they should, and Hearthcast reads it back.

use super::chapter_pictures::ChapterPictures;
use super::write::{cover_bytes, number, plain, year};
use crate::MediaError;
use crate::process::{TagsToWrite, TakenOver};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hearthcast_model::Chapter;
use std::io::Cursor;

/// The names have three digits.
const MOST_CHAPTERS: usize = 999;
/// `METADATA_BLOCK_PICTURE`: the picture is the front cover (RFC 9639, 8.8).
const FRONT_COVER: u32 = 3;
const OTHER: u32 = 0;

/// Tags for a FLAC or Ogg file.
pub struct Comments {
    /// Names and values, in order.
    pub fields: Vec<(String, String)>,
    /// The cover, then pictures of chapters.
    pub pictures: Vec<Picture>,
}

/// A picture and what is said of it.
pub struct Picture {
    /// MIME type.
    pub mime: String,
    /// Which chapter it belongs to; empty: it is the cover.
    pub chapter: String,
    /// Pixels across and down; zero where they could not be read.
    pub size: (u32, u32),
    /// The file.
    pub bytes: Vec<u8>,
}

impl Comments {
    /// What `tags` say. `taken` is what is known already; what the tags name comes first.
    pub fn new(
        tags: &TagsToWrite,
        taken: TakenOver<'_>,
        chapter_pictures: &ChapterPictures,
    ) -> Result<Self, MediaError> {
        let mut fields: Vec<(String, String)> = [
            ("TITLE", tags.title.clone()),
            ("ARTIST", tags.author.clone()),
            ("ALBUM", tags.show.clone()),
            ("TRACKNUMBER", number(tags.number)),
            ("DISCNUMBER", number(tags.season)),
            ("DATE", year(tags.year)),
            ("LANGUAGE", tags.language.clone()),
            ("DESCRIPTION", tags.comment.clone()),
            ("GENRE", "Podcast".into()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), plain(&value)))
        .filter(|(_, value)| !value.is_empty())
        .collect();
        let mut pictures = vec![];
        match (&tags.cover, taken.cover) {
            (Some(path), _) => pictures.push(Picture::of(cover_bytes(path)?, "")),
            (None, Some(cover)) => pictures.push(Picture::of((cover.mime.clone(), cover.bytes.clone()), "")),
            (None, None) => (),
        }
        for hidden in [false, true] {
            for (name, chapter) in chapters(tags, hidden) {
                let picture = chapter_pictures.at(chapter.start_ms).filter(|_| !hidden);
                pictures.extend(picture.map(|(mime, bytes)| Picture::of((mime.into(), bytes.into()), &name)));
                fields.extend(about(&name, chapter));
            }
        }
        Ok(Self { fields, pictures })
    }

    /// As the second packet of an Opus stream (RFC 7845, 5.2), the cover among the fields.
    pub fn opus_tags(&self, vendor: &str) -> Vec<u8> {
        let block = |picture: &Picture| ("METADATA_BLOCK_PICTURE".into(), STANDARD.encode(picture.block()));
        let fields: Vec<_> = self.fields.iter().cloned().chain(self.pictures.iter().map(block)).collect();
        let mut packet = b"OpusTags".to_vec();
        let text = |packet: &mut Vec<u8>, text: &str| {
            packet.extend((text.len() as u32).to_le_bytes());
            packet.extend(text.as_bytes());
        };
        text(&mut packet, vendor);
        packet.extend((fields.len() as u32).to_le_bytes());
        for (name, value) in fields {
            text(&mut packet, &format!("{name}={value}"));
        }
        packet
    }
}

impl Picture {
    fn of((mime, bytes): (String, Vec<u8>), chapter: &str) -> Self {
        let reader = image::ImageReader::new(Cursor::new(&bytes)).with_guessed_format();
        let size = reader.ok().and_then(|reader| reader.into_dimensions().ok()).unwrap_or_default();
        Self { mime, chapter: chapter.into(), size, bytes }
    }

    /// Type, MIME type, description, size, 24 bits a pixel, no palette, the file (RFC 9639, 8.8).
    fn block(&self) -> Vec<u8> {
        let kind = if self.chapter.is_empty() { FRONT_COVER } else { OTHER };
        let mut block = kind.to_be_bytes().to_vec();
        for text in [&self.mime, &self.chapter] {
            block.extend((text.len() as u32).to_be_bytes());
            block.extend(text.as_bytes());
        }
        for number in [self.size.0, self.size.1, 24, 0, self.bytes.len() as u32] {
            block.extend(number.to_be_bytes());
        }
        block.extend(&self.bytes);
        block
    }
}

/// Those in the table of contents, or those that are hidden, by time, each with its name.
fn chapters(tags: &TagsToWrite, hidden: bool) -> impl Iterator<Item = (String, &Chapter)> {
    let mut sorted: Vec<_> = tags.chapters.iter().filter(|c| c.start_ms >= 0 && c.hidden == hidden).collect();
    sorted.sort_by_key(|chapter| chapter.start_ms);
    let front = if hidden { "HIDDEN" } else { "" };
    sorted.into_iter().take(MOST_CHAPTERS).enumerate().map(move |(at, chapter)| {
        let name = format!("{front}CHAPTER{:03}", at + 1);
        (name, chapter)
    })
}

fn about(name: &str, chapter: &Chapter) -> Vec<(String, String)> {
    let (seconds, ms) = (chapter.start_ms / 1000, chapter.start_ms % 1000);
    let clock = format!("{:02}:{:02}:{:02}.{ms:03}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    let url = plain(&chapter.url);
    let mut fields = vec![(name.to_owned(), clock), (format!("{name}NAME"), plain(&chapter.title))];
    fields.extend((!url.is_empty()).then(|| (format!("{name}URL"), url)));
    fields
}
