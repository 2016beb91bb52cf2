//! Title, artist, cover and chapters from the tags around an MP3, and such a tag written. A broken tag is a finding,
//! never a failure.
//!
//! Chapters keep everything a file says of them: title, link, picture, and whether a table of contents names them. In
//! ID3 a chapter that no `CTOC` names is hidden. Vorbis comments know no such thing: a hidden chapter stands there as
//! `HIDDENCHAPTER001=`, which other programs pass over, so that nobody shows it, and this one reads back.
//!
//! `frames` cuts the tag into checked pieces; the `id3` crate reads one piece at a time. (Given a whole tag, that crate
//! reserves whatever a frame claims as its length, up to 4 GiB, and unpacks compressed frames of any kind.)

pub mod chapter_pictures;
mod chapters;
mod comments;
mod frames;
mod language;
mod text;
mod v1;
pub mod write;
pub mod write_comments;
pub mod write_mp4;

use crate::audio::layout::Layout;
use crate::image::{self, PictureFormat};
use crate::probe::{Cover, MOST_COVER_BYTES, Source};
pub use chapters::web_address;
pub use text::clean;

use frames::TagFrame;
use hearthcast_model::Sha256;
use hearthcast_model::facts::{ChapterMark, Finding, Tags};
use id3::Content;
use id3::frame::PictureType;

/// Larger ID3v2 tags are passed over.
const MOST_TAG_BYTES: u64 = 64 << 20;

/// What the tags said.
#[derive(Debug, Default)]
pub struct FoundTags {
    /// Plain names, cleaned texts.
    pub tags: Tags,
    /// By start.
    pub chapters: Vec<ChapterMark>,
    /// The front cover, or the first picture.
    pub cover: Option<Cover>,
    /// Pictures of chapters, each once.
    pub chapter_pictures: Vec<Cover>,
    /// What could not be read.
    pub findings: Vec<Finding>,
    /// Chapters in Vorbis comments while they are collected.
    marks: comments::Marks,
    /// Those of them that are in no table of contents.
    hidden_marks: comments::Marks,
}

/// Reads all tags; an earlier one wins over a later one.
pub fn read(source: &mut Source, layout: &Layout) -> FoundTags {
    let mut found = FoundTags::default();
    for range in &layout.id3v2 {
        let length = range.end - range.start;
        if length > MOST_TAG_BYTES {
            found.finding("media.tag_unreadable", "The ID3 tag is larger than 64 MiB and was passed over.");
            continue;
        }
        match source.bytes(range.start, length) {
            Ok(bytes) => found.add_id3v2(&bytes),
            Err(_) => found.unreadable(),
        }
    }
    if let Some(range) = &layout.id3v1 {
        let bytes = source.bytes(range.start, range.end - range.start).unwrap_or_default();
        for (name, value) in v1::read(&bytes) {
            found.tags.entry(name.into()).or_insert(value);
        }
    }
    found.chapters.sort_by_key(|chapter| chapter.start_ms);
    found
}

impl FoundTags {
    /// Adds what a whole ID3v2 tag says.
    pub fn add_id3v2(&mut self, tag: &[u8]) {
        let cut = frames::cut(tag);
        let mut picture = None;
        let mut broken = !cut.whole;
        let mut marks = vec![];
        let (mut day, dated_before) = (None, self.tags.contains_key("date"));
        for frame in &cut.frames {
            match frame.id.as_str() {
                "APIC" => self.consider_picture(frame, &mut picture, &mut broken),
                "CHAP" => match chapters::read(frame) {
                    Some(chapter) => marks.push(chapter),
                    None => broken = true,
                },
                // Read with the chapters; an address of the file says nothing that is kept.
                "CTOC" | "WXXX" => (),
                "TDAT" => day = text::day(frame),
                _ => match text::read(frame) {
                    Some((name, value)) if !value.is_empty() => drop(self.tags.entry(name.into()).or_insert(value)),
                    Some(_) => (),
                    None => broken = true,
                },
            }
        }
        // ID3 2.3 has the year apart from the rest of a date.
        let year = self
            .tags
            .get_mut("date")
            .filter(|date| !dated_before && date.len() == 4 && date.bytes().all(|byte| byte.is_ascii_digit()));
        if let (Some(date), Some(day)) = (year, day) {
            date.push_str(&day);
        }
        let tables = cut.frames.iter().filter(|frame| frame.id == "CTOC").filter_map(chapters::contents);
        for (mut mark, picture) in chapters::in_order(marks, &tables.collect::<Vec<_>>()) {
            mark.picture = picture.and_then(|picture| self.take_chapter_picture(picture));
            self.chapters.push(mark);
        }
        if let Some((_, bytes)) = picture {
            self.take_cover(bytes);
        }
        if broken {
            self.unreadable();
        }
    }

    /// Keeps the front cover, or else the first picture.
    fn consider_picture(&mut self, frame: &TagFrame, best: &mut Option<(bool, Vec<u8>)>, broken: &mut bool) {
        match frame.content() {
            Some(Content::Picture(picture)) => {
                let is_front = picture.picture_type == PictureType::CoverFront;
                if best.as_ref().is_none_or(|(front, _)| is_front && !front) {
                    *best = Some((is_front, picture.data));
                }
            }
            _ => *broken = true,
        }
    }

    /// Takes a cover that is a readable picture, when there is none yet.
    pub fn take_cover(&mut self, bytes: Vec<u8>) {
        if self.cover.is_some() {
            return;
        }
        let format = PictureFormat::of(&bytes).filter(|_| bytes.len() <= MOST_COVER_BYTES);
        match format.filter(|format| image::shape(&bytes, *format).is_ok()) {
            Some(format) => self.cover = Some(Cover { mime: format.mime().into(), bytes }),
            None => self.finding("media.cover_unusable", "The cover in the tags is no readable JPEG or PNG picture."),
        }
    }

    /// Takes a chapter's picture that is a readable one and not too large; its hash.
    pub fn take_chapter_picture(&mut self, bytes: Vec<u8>) -> Option<Sha256> {
        let hash = Sha256::of(&bytes);
        if self.chapter_pictures.iter().any(|known| known.bytes == bytes) {
            return Some(hash);
        }
        let taken: usize = self.chapter_pictures.iter().map(|known| known.bytes.len()).sum();
        let format = PictureFormat::of(&bytes).filter(|_| taken + bytes.len() <= MOST_COVER_BYTES);
        match format.filter(|format| image::shape(&bytes, *format).is_ok()) {
            Some(format) => {
                self.chapter_pictures.push(Cover { mime: format.mime().into(), bytes });
                Some(hash)
            }
            None => {
                let code = "media.chapter_picture_unusable";
                if !self.findings.iter().any(|finding| finding.code == code) {
                    let message = "A chapter's picture is no readable picture, or all of them have more than 16 MiB; \
                                   it was left out.";
                    self.finding(code, message);
                }
                None
            }
        }
    }

    fn unreadable(&mut self) {
        if !self.findings.iter().any(|finding| finding.code == "media.tag_unreadable") {
            self.finding("media.tag_unreadable", "A part of the ID3 tag is damaged and was passed over.");
        }
    }

    fn finding(&mut self, code: &str, message: &str) {
        self.findings.push(Finding { code: code.into(), message: message.into(), at_ms: None });
    }
}
