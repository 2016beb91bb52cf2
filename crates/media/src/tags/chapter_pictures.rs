//! Pictures of chapters on their way into a tag: each is read and hashed once, and all of them together are bounded. No kind of tag
//! can name a picture twice, so that one on hundreds of chapters stands there hundreds of times.

use super::write::cover_bytes;
use crate::MediaError;
use crate::process::{TagsToWrite, TakenOver};
use hearthcast_model::facts::Finding;
use hearthcast_model::{Chapter, Sha256, Timeline};
use std::collections::HashMap;

/// Bytes that pictures of chapters have together, as often as they are written: every listener downloads them.
pub const MOST_BYTES: usize = 16 << 20;

/// A picture: its MIME type and bytes.
pub type Picture<'a> = (&'a str, &'a [u8]);

/// Pictures by chapters.
#[derive(Default)]
pub struct ChapterPictures {
    /// Each once.
    pictures: Vec<(String, Vec<u8>)>,
    /// Start of a chapter and which picture it has.
    places: HashMap<i64, usize>,
    left_out: u32,
}

impl ChapterPictures {
    /// Those of the chapters, by time; one that a file names comes before one that is known, which stands where the timeline has
    /// its chapter's beginning. What is too much is left out.
    pub fn of(tags: &TagsToWrite, taken: TakenOver<'_>, timeline: &Timeline) -> Result<Self, MediaError> {
        let mut all = Self { left_out: tags.pictures_left_out, ..Self::default() };
        let known = Known::of(taken, timeline);
        let (mut by_path, mut by_hash) = (HashMap::new(), HashMap::new());
        let mut chapters: Vec<&Chapter> = tags.chapters.iter().filter(|chapter| chapter.start_ms >= 0).collect();
        chapters.sort_by_key(|chapter| chapter.start_ms);
        let mut bytes = 0usize;
        for start_ms in chapters.into_iter().map(|chapter| chapter.start_ms) {
            let named = tags.chapter_pictures.iter().find(|picture| picture.start_ms == start_ms);
            let which = match named {
                Some(named) => match by_path.get(&named.path) {
                    Some(which) => *which,
                    None => {
                        let which = all.keep(cover_bytes(&named.path)?);
                        *by_path.entry(named.path.clone()).or_insert(which)
                    }
                },
                None => {
                    let Some((hash, mime, bytes)) = known.at(start_ms) else { continue };
                    *by_hash.entry(hash).or_insert_with(|| all.keep((mime.to_owned(), bytes.to_vec())))
                }
            };
            let size = all.pictures.get(which).map_or(0, |(_, bytes)| bytes.len());
            if bytes + size > MOST_BYTES {
                all.left_out += 1;
                continue;
            }
            bytes += size;
            all.places.insert(start_ms, which);
        }
        Ok(all)
    }

    fn keep(&mut self, picture: (String, Vec<u8>)) -> usize {
        self.pictures.push(picture);
        self.pictures.len() - 1
    }

    /// The picture of the chapter that starts there.
    pub fn at(&self, start_ms: i64) -> Option<Picture<'_>> {
        let (mime, bytes) = self.pictures.get(*self.places.get(&start_ms)?)?;
        Some((mime, bytes))
    }

    /// How many bytes they have in a file, where each stands once for each chapter that has it.
    pub fn bytes(&self) -> u64 {
        self.places.values().filter_map(|which| self.pictures.get(*which)).map(|(_, bytes)| bytes.len() as u64).sum()
    }

    /// What is said of those that were left out.
    pub fn finding(&self) -> Option<Finding> {
        // Whole sentences: other languages say them whole, too.
        let message = match self.left_out {
            0 => return None,
            1 => {
                "1 chapter has no picture inside the file: together the pictures would make every download much longer."
                    .to_owned()
            }
            count => format!(
                "{count} chapters have no picture inside the file: together the pictures would make every download much longer."
            ),
        };
        Some(Finding { code: "media.chapter_pictures_left_out".into(), message, at_ms: None })
    }
}

/// Pictures that a recording brought, by their hashes.
struct Known<'a> {
    /// Where a chapter begins that has one, on the clock of what is made.
    marks: HashMap<i64, &'a Sha256>,
    pictures: HashMap<Sha256, (&'a str, &'a [u8])>,
}

impl<'a> Known<'a> {
    fn of(taken: TakenOver<'a>, timeline: &Timeline) -> Self {
        let marks = taken.known.into_iter().flat_map(|known| &known.facts.chapters);
        let pictures = taken.known.into_iter().flat_map(|known| &known.chapter_pictures);
        // One whose beginning was cut out has none, as those that are named.
        let marks = marks.rev().filter_map(|mark| Some((timeline.to_output(mark.start_ms)?, mark.picture.as_ref()?)));
        Self {
            marks: marks.collect(),
            pictures: pictures.map(|one| (Sha256::of(&one.bytes), (one.mime.as_str(), &one.bytes[..]))).collect(),
        }
    }

    fn at(&self, start_ms: i64) -> Option<(&'a Sha256, &'a str, &'a [u8])> {
        let hash = *self.marks.get(&start_ms)?;
        let (mime, bytes) = self.pictures.get(hash)?;
        Some((hash, mime, bytes))
    }
}
