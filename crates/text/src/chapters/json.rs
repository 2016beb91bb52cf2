//! JSON chapters 1.2, as the podcast namespace describes them. What is not kept is passed over here and named by
//! `left_out`; `img` is an address: somebody else's when read, told apart, and one of the place when written.

use super::ChaptersError;
use super::error::Place;
use super::location::ReadLocation;
use crate::clock;
use hearthcast_model::picture::Picture;
use hearthcast_model::{Chapter, ChapterLocation};
use serde::{Deserialize, Serialize};

/// The type the file is published with.
pub const MIME: &str = "application/json+chapters";

/// The version of the format this program writes.
const VERSION: &str = "1.2.0";

#[derive(Deserialize)]
struct ReadFile {
    chapters: Vec<ReadChapter>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReadChapter {
    start_time: ReadTime,
    end_time: Option<ReadTime>,
    title: Option<String>,
    url: Option<String>,
    toc: Option<bool>,
    img: Option<String>,
    location: Option<ReadLocation>,
}

/// Seconds. The format wants a number; some programs write it as text, some as a clock.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a time must be a number of seconds")]
enum ReadTime {
    Seconds(f64),
    Text(String),
}

impl ReadTime {
    /// Milliseconds, to the nearest; out of range gives -1, which no chapter may have.
    fn ms(&self) -> i64 {
        let seconds = match self {
            Self::Seconds(seconds) => *seconds,
            Self::Text(text) => match clock::parse(text.trim()) {
                Some(ms) => return ms,
                None => text.trim().parse().unwrap_or(-1.0),
            },
        };
        let ms = (seconds * 1000.0).round();
        // Up to this limit a double tells every thousandth of a second apart.
        if (0.0..=clock::MAX_MS as f64).contains(&ms) { ms as i64 } else { -1 }
    }
}

pub(super) fn read(text: &str) -> Result<Vec<Chapter>, ChaptersError> {
    let file: ReadFile = serde_json::from_str(text)
        .map_err(|error| ChaptersError::Json { line: error.line(), reason: reason(&error) })?;
    if file.chapters.len() > super::MAX_CHAPTERS {
        return Err(ChaptersError::TooMany { limit: super::MAX_CHAPTERS });
    }
    file.chapters.into_iter().enumerate().map(|(n, read)| taken(read, Place::Chapter(n + 1))).collect()
}

/// Where the pictures of chapters lie, as the file says, by when the chapters begin; none of what cannot be read.
pub(super) fn pictures(text: &str) -> Vec<(i64, String)> {
    let read: Option<ReadFile> = serde_json::from_str(text).ok();
    let chapters = read.into_iter().flat_map(|file| file.chapters).take(super::MAX_CHAPTERS);
    let picture = |chapter: ReadChapter| Some((chapter.start_time.ms(), chapter.img.filter(|img| !img.is_empty())?));
    chapters.filter_map(picture).filter(|(start_ms, _)| *start_ms >= 0).collect()
}

fn taken(read: ReadChapter, at: Place) -> Result<Chapter, ChaptersError> {
    let (start_ms, end_ms) = (read.start_time.ms(), read.end_time.map(|end| end.ms()));
    if start_ms < 0 || end_ms == Some(-1) {
        return Err(ChaptersError::Time { at });
    }
    Ok(Chapter {
        start_ms,
        end_ms,
        title: read.title.unwrap_or_default(),
        url: read.url.unwrap_or_default(),
        hidden: read.toc == Some(false),
        picture: None,
        location: read.location.as_ref().and_then(ReadLocation::kept),
    })
}

/// The parser's words without the place, which is told apart; bounded, because they quote the file.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let words = text.rsplit_once(" at line ").map_or(text.as_str(), |(words, _)| words);
    super::shown(words)
}

#[derive(Serialize)]
struct WrittenFile<'a> {
    version: &'static str,
    chapters: Vec<WrittenChapter<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WrittenChapter<'a> {
    start_time: Seconds,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<Seconds>,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    img: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    toc: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<&'a ChapterLocation>,
}

/// Whole seconds are written without a point. The nearest double of a number of thousandths prints as just those.
#[derive(Serialize)]
#[serde(untagged)]
enum Seconds {
    Whole(i64),
    Part(f64),
}

impl Seconds {
    fn of(ms: i64) -> Self {
        if ms % 1000 == 0 { Self::Whole(ms / 1000) } else { Self::Part(ms as f64 / 1000.0) }
    }
}

pub(super) fn write(chapters: &[Chapter], address: impl Fn(&Picture) -> Option<String>) -> String {
    let img = |chapter: &Chapter| chapter.picture.as_ref().and_then(&address);
    let chapters = chapters.iter().map(|chapter| written(chapter, img(chapter))).collect();
    let file = WrittenFile { version: VERSION, chapters };
    serde_json::to_string(&file).expect("texts and finite numbers can always be written")
}

fn written(chapter: &Chapter, img: Option<String>) -> WrittenChapter<'_> {
    WrittenChapter {
        start_time: Seconds::of(chapter.start_ms),
        end_time: chapter.end_ms.map(Seconds::of),
        title: &chapter.title,
        img,
        url: &chapter.url,
        toc: chapter.hidden.then_some(false),
        location: chapter.location.as_ref(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ChaptersError, Place, pictures, read, write_json, write_json_with};
    use hearthcast_model::Sha256;
    use hearthcast_model::picture::Picture;
    use hearthcast_model::show::Attachment;

    #[test]
    fn the_example_of_the_specification_is_read() {
        // jsonChapters.md of the podcast namespace, version 1.2, shortened.
        let text = r#"{
          "version": "1.2.0",
          "author": "John Doe", "podcastName": "John's Awesome Podcast", "waypoints": true,
          "chapters": [
            {"startTime": 0, "title": "Intro"},
            {"startTime": 168.125, "title": "Hearing Aids", "img": "https://example.com/images/hearing_aids.jpg",
             "location": {"name": "Eiffel Tower", "geo": "geo:48.858093,2.294694"}},
            {"startTime": 260, "title": "Progress Report", "toc": false, "endTime": 270.5},
            {"startTime": 410.0, "url": "https://example.com/chat", "title": null}
          ]
        }"#;
        let read = read(text.as_bytes()).unwrap();
        let starts: Vec<i64> = read.iter().map(|chapter| chapter.start_ms).collect();
        assert_eq!(starts, [0, 168_125, 260_000, 410_000]);
        assert_eq!((read[2].hidden, read[2].end_ms), (true, Some(270_500)));
        assert_eq!((read[3].title.as_str(), read[3].url.as_str()), ("", "https://example.com/chat"));
    }

    #[test]
    fn times_written_otherwise_are_read() {
        let text =
            r#"{"chapters":[{"startTime":"12.5"},{"startTime":"0:01:02.003"},{"startTime":7e1},{"startTime":-0.0}]}"#;
        let starts: Vec<i64> = read(text.as_bytes()).unwrap().iter().map(|chapter| chapter.start_ms).collect();
        assert_eq!(starts, [0, 12_500, 62_003, 70_000]);
    }

    #[test]
    fn the_wrong_chapter_is_named() {
        for time in ["-1", "1e99", "36000001", "\"soon\"", "\"NaN\"", "\"inf\""] {
            let text = format!(r#"{{"chapters":[{{"startTime":0}},{{"startTime":{time}}}]}}"#);
            assert_eq!(read(text.as_bytes()), Err(ChaptersError::Time { at: Place::Chapter(2) }), "{time}");
        }
    }

    #[test]
    fn the_wrong_line_is_named() {
        for (text, line, words) in [
            ("{\n\"chapters\":[{\n\"title\":\"a\"}]}", 3, "missing field `startTime`"),
            ("{\n}", 2, "missing field `chapters`"),
            ("{\"chapters\":[{\"startTime\":null}]}", 1, "a time must be a number of seconds"),
            ("{\"chapters\":7}", 1, "invalid type"),
        ] {
            match read(text.as_bytes()) {
                Err(ChaptersError::Json { line: found, reason }) => {
                    assert_eq!(found, line, "{text}");
                    assert!(reason.contains(words) && !reason.contains("column"), "{reason}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn hostile_json_ends_in_an_error() {
        let deep = format!("{{\"chapters\":{}", "[".repeat(500_000));
        assert!(matches!(read(deep.as_bytes()), Err(ChaptersError::Json { .. })));
        let other =
            format!("{{\"chapters\":[{{\"startTime\":0,\"x\":{}{}}}]}}", "[".repeat(400_000), "]".repeat(400_000));
        let _ = read(other.as_bytes());
        let many = format!("{{\"chapters\":[{}{{\"startTime\":0}}]}}", "{\"startTime\":0},".repeat(100_000));
        assert_eq!(read(many.as_bytes()), Err(ChaptersError::TooMany { limit: 2_000 }));
        let long = format!("{{\"chapters\":\"{}\"}}", "x".repeat(100_000));
        let Err(ChaptersError::Json { reason, .. }) = read(long.as_bytes()) else { panic!("refused") };
        assert!(reason.len() < 200, "{}", reason.len());
    }

    #[test]
    fn what_is_written_is_as_the_specification_shows() {
        let mut chapters = read(b"0:00 Intro\n1:02.5 The <b> & \"quay\" <https://a.example/?b=1&c=2>\n").unwrap();
        chapters[1].end_ms = Some(70_001);
        chapters[1].hidden = true;
        assert_eq!(
            write_json(&chapters),
            r#"{"version":"1.2.0","chapters":[{"startTime":0,"title":"Intro"},{"startTime":62.5,"endTime":70.001,"title":"The <b> & \"quay\"","url":"https://a.example/?b=1&c=2","toc":false}]}"#
        );
        assert_eq!(write_json(&[]), r#"{"version":"1.2.0","chapters":[]}"#);
    }

    #[test]
    fn pictures_stand_where_their_address_is_known() {
        let mut chapters = read(b"0:00 Intro\n0:10 Lamp <https://a.example/>\n0:20 Fog\n").unwrap();
        let picture = |name: &str| {
            let file = Attachment { hash: Sha256::of(name.as_bytes()), name: name.into(), ext: "jpg".into() };
            Some(Picture { file, sizes: vec![], from: None, alt: "A lamp".into() })
        };
        (chapters[1].picture, chapters[2].picture) = (picture("lamp"), picture("fog"));
        let address = |picture: &Picture| {
            (picture.file.name == "lamp").then(|| "https://cast.example/i/lamp.jpg?a=1&b".to_string())
        };
        let written = write_json_with(&chapters, address);
        assert_eq!(
            written,
            r#"{"version":"1.2.0","chapters":[{"startTime":0,"title":"Intro"},{"startTime":10,"title":"Lamp","img":"https://cast.example/i/lamp.jpg?a=1&b","url":"https://a.example/"},{"startTime":20,"title":"Fog"}]}"#
        );
        assert_eq!(pictures(written.as_bytes()), [(10_000, "https://cast.example/i/lamp.jpg?a=1&b".to_string())]);
        assert!(!write_json(&chapters).contains("img"), "without a place nobody knows an address");
    }
}
