//! Vorbis comments, written out: what FLAC and Opus carry instead of an ID3 tag. Chapters as `CHAPTER001=00:00:00.000`
//! and `CHAPTER001NAME=`; those that are hidden are left out, because nothing there can hide one.

use super::write::{cover_bytes, number, plain, year};
use crate::process::TagsToWrite;
use crate::{Cover, MediaError};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::io::Cursor;

/// The names have three digits.
const MOST_CHAPTERS: usize = 999;
/// `METADATA_BLOCK_PICTURE`: the picture is the front cover (RFC 9639, 8.8).
const FRONT_COVER: u32 = 3;

/// Tags for a FLAC or Ogg file.
pub struct Comments {
    /// Names and values, in order.
    pub fields: Vec<(String, String)>,
    /// The cover.
    pub cover: Option<Picture>,
}

/// A picture and what is said of it.
pub struct Picture {
    /// MIME type.
    pub mime: String,
    /// Pixels across and down; zero where they could not be read.
    pub size: (u32, u32),
    /// The file.
    pub bytes: Vec<u8>,
}

impl Comments {
    /// What `tags` say. `cover` is one that is known already; the one the tags name comes first.
    pub fn new(tags: &TagsToWrite, cover: Option<&Cover>) -> Result<Self, MediaError> {
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
        fields.extend(chapters(tags));
        let cover = match (&tags.cover, cover) {
            (Some(path), _) => Some(Picture::of(cover_bytes(path)?)),
            (None, Some(cover)) => Some(Picture::of((cover.mime.clone(), cover.bytes.clone()))),
            (None, None) => None,
        };
        Ok(Self { fields, cover })
    }

    /// As the second packet of an Opus stream (RFC 7845, 5.2), the cover among the fields.
    pub fn opus_tags(&self, vendor: &str) -> Vec<u8> {
        let picture =
            self.cover.as_ref().map(|cover| ("METADATA_BLOCK_PICTURE".into(), STANDARD.encode(cover.block())));
        let fields: Vec<_> = self.fields.iter().cloned().chain(picture).collect();
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
    fn of((mime, bytes): (String, Vec<u8>)) -> Self {
        let reader = image::ImageReader::new(Cursor::new(&bytes)).with_guessed_format();
        let size = reader.ok().and_then(|reader| reader.into_dimensions().ok()).unwrap_or_default();
        Self { mime, size, bytes }
    }

    /// Type, MIME type, no description, size, 24 bits a pixel, no palette, the file (RFC 9639, 8.8).
    fn block(&self) -> Vec<u8> {
        let mut block = FRONT_COVER.to_be_bytes().to_vec();
        block.extend((self.mime.len() as u32).to_be_bytes());
        block.extend(self.mime.as_bytes());
        for number in [0, self.size.0, self.size.1, 24, 0, self.bytes.len() as u32] {
            block.extend(number.to_be_bytes());
        }
        block.extend(&self.bytes);
        block
    }
}

fn chapters(tags: &TagsToWrite) -> Vec<(String, String)> {
    let mut sorted: Vec<_> = tags.chapters.iter().filter(|c| c.start_ms >= 0 && !c.hidden).collect();
    sorted.sort_by_key(|chapter| chapter.start_ms);
    let mut fields = vec![];
    for (at, chapter) in sorted.into_iter().take(MOST_CHAPTERS).enumerate() {
        let name = format!("CHAPTER{:03}", at + 1);
        let (seconds, ms) = (chapter.start_ms / 1000, chapter.start_ms % 1000);
        let clock = format!("{:02}:{:02}:{:02}.{ms:03}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        let url = plain(&chapter.url);
        let title = plain(&chapter.title);
        fields.push((name.clone(), clock));
        fields.push((format!("{name}NAME"), title));
        fields.extend((!url.is_empty()).then(|| (format!("{name}URL"), url)));
    }
    fields
}
