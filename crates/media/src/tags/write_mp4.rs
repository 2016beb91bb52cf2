//! Tags of an M4A, in the words of ffmpeg's metadata files: what it writes as iTunes' atoms and as a chapter track. Chapters
//! that are hidden are left out, because nothing there can hide one; of the others, times and titles are written.

use super::chapter_pictures::ChapterPictures;
use super::language::iso_639_2;
use super::write::{number, plain, year};
use super::write_comments::{Comments, Picture};
use crate::MediaError;
use crate::process::{TagsToWrite, TakenOver};

/// Players count chapters in one byte.
const MOST_CHAPTERS: usize = 255;
/// Nero's list counts the bytes of a title in one byte. ffmpeg would cut a letter in two there, and some readers take no file
/// in which that happened.
const MOST_TITLE_BYTES: usize = 255;

/// Tags for an M4A file.
pub struct Mp4Tags {
    /// A metadata file.
    pub words: String,
    /// The language of the sound, ISO 639-2.
    pub language: Option<&'static str>,
    /// The cover.
    pub cover: Option<Picture>,
}

impl Mp4Tags {
    /// What `tags` say of a sound of this length. `taken` is what is known already; what the tags name comes first.
    pub fn new(tags: &TagsToWrite, taken: TakenOver<'_>, duration_ms: Option<i64>) -> Result<Self, MediaError> {
        let mut words = String::from(";FFMETADATA1\n");
        for (name, value) in [
            ("title", tags.title.as_str()),
            ("artist", &tags.author),
            ("album", &tags.show),
            ("track", &number(tags.number)),
            ("disc", &number(tags.season)),
            ("date", &year(tags.year)),
            ("comment", &tags.comment),
            ("genre", "Podcast"),
        ] {
            let value = plain(value);
            if !value.is_empty() {
                words.push_str(&format!("{name}={}\n", escaped(&value)));
            }
        }
        words.push_str(&chapters(tags, duration_ms.unwrap_or_default()));
        let cover = TagsToWrite { cover: tags.cover.clone(), ..TagsToWrite::default() };
        let cover = Comments::new(&cover, taken, &ChapterPictures::default())?.pictures.into_iter().next();
        // Nothing else stands in an M4A.
        let cover = cover.filter(|cover| matches!(cover.mime.as_str(), "image/jpeg" | "image/png"));
        Ok(Self { words, language: iso_639_2(&tags.language), cover })
    }
}

/// Each ends where the next one begins, the last one with the sound.
fn chapters(tags: &TagsToWrite, duration_ms: i64) -> String {
    let shown = |start: i64| (0..duration_ms).contains(&start);
    let mut sorted: Vec<_> = tags.chapters.iter().filter(|c| shown(c.start_ms) && !c.hidden).collect();
    sorted.sort_by_key(|chapter| chapter.start_ms);
    sorted.truncate(MOST_CHAPTERS);
    let ends = sorted.iter().skip(1).map(|next| next.start_ms).chain([duration_ms]);
    let chapter = |(chapter, end): (&&hearthcast_model::Chapter, i64)| {
        let title = escaped(&shortened(plain(&chapter.title)));
        format!("[CHAPTER]\nTIMEBASE=1/1000\nSTART={}\nEND={end}\ntitle={title}\n", chapter.start_ms)
    };
    sorted.iter().zip(ends).map(chapter).collect()
}

/// A title that fits, cut between two letters.
fn shortened(mut title: String) -> String {
    const CUT: &str = "…";
    if title.len() > MOST_TITLE_BYTES {
        title.truncate(title.floor_char_boundary(MOST_TITLE_BYTES - CUT.len()));
        title.push_str(CUT);
    }
    title
}

/// What has a meaning of its own in these files, and ends of lines, with a backslash before it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '=' | ';' | '#' | '\\' | '\n') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_title_is_a_command() {
        assert_eq!(escaped("a=b;#c\\\n[CHAPTER]"), "a\\=b\\;\\#c\\\\\\\n[CHAPTER]");
    }
}
