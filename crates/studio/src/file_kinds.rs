//! Which files are taken, by their endings: one list for every dialog. What a file really is, its content says.

use crate::Studio;
use crate::website::FONT_ENDINGS;
use hearthcast_media::probe::{picture_endings, sound_endings};
use hearthcast_model::view::FileKinds;

/// Lists of times and titles, beside the chapters in a sound.
const CHAPTERS: [&str; 7] = ["json", "txt", "csv", "cue", "psc", "xml", "nhsx"];
/// WebVTT, SubRip, JSON of several programs, pages and plain words.
const TRANSCRIPTS: [&str; 6] = ["vtt", "srt", "json", "html", "htm", "txt"];
/// Tables of older paths.
const TABLES: [&str; 3] = ["csv", "tsv", "txt"];
/// Feeds in a file, and lists of them.
const FEEDS: [&str; 4] = ["xml", "rss", "atom", "opml"];

impl Studio {
    /// Endings of the files that are taken.
    pub fn file_kinds(&self) -> FileKinds {
        let words = |list: &mut dyn Iterator<Item = &'static str>| list.map(String::from).collect();
        FileKinds {
            audio: words(&mut sound_endings()),
            picture: words(&mut picture_endings()),
            chapters: words(&mut CHAPTERS.into_iter().chain(sound_endings())),
            transcript: words(&mut TRANSCRIPTS.into_iter()),
            font: words(&mut FONT_ENDINGS.into_iter()),
            table: words(&mut TABLES.into_iter()),
            feed: words(&mut FEEDS.into_iter()),
        }
    }
}
