//! Songs that are heard in an episode, and videos that belong to an episode or a post.

use crate::chapter::Chapter;
use crate::picture::Picture;
use serde::{Deserialize, Serialize};

/// A song that is heard in an episode. Apps show it among the chapters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Song {
    /// Start, milliseconds on the clock of the published sound.
    pub start_ms: i64,
    /// End, milliseconds, where the author said one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_ms: Option<i64>,
    /// Title.
    pub title: String,
    /// Who plays it, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artists: Vec<String>,
    /// A remark (`live`); may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// Link; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// Picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Picture>,
}

impl Song {
    /// The song as a chapter: `Artist/Artist - Title (remark)`.
    pub fn as_chapter(&self) -> Chapter {
        let artists = if self.artists.is_empty() { String::new() } else { format!("{} - ", self.artists.join("/")) };
        let comment = if self.comment.is_empty() { String::new() } else { format!(" ({})", self.comment) };
        Chapter {
            start_ms: self.start_ms,
            end_ms: self.end_ms,
            title: format!("{artists}{}{comment}", self.title),
            url: self.url.clone(),
            hidden: false,
            picture: self.picture.clone(),
            location: None,
        }
    }
}

/// A place that shows videos.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum VideoHost {
    /// YouTube.
    #[default]
    Youtube,
}

/// A video that a website shows with an episode or a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Video {
    /// Where it is.
    #[serde(default)]
    pub host: VideoHost,
    /// Its id there: eleven letters, digits, `-` and `_`.
    pub video: String,
    /// Title; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
}

impl Video {
    /// Reads a YouTube id from itself or from an address people copy (`watch?v=…`, `youtu.be/…`, `/embed/…`, `/shorts/…`,
    /// `/live/…`).
    pub fn youtube_id(text: &str) -> Option<String> {
        let text = text.trim();
        let is_id = |id: &str| id.len() == 11 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        if is_id(text) {
            return Some(text.into());
        }
        let url = url::Url::parse(text).ok()?;
        let host = url.host_str()?.trim_start_matches("www.").trim_start_matches("m.");
        let mut path = url.path().split('/').filter(|part| !part.is_empty());
        let id = match host {
            "youtu.be" => path.next()?.to_string(),
            "youtube.com" | "music.youtube.com" | "youtube-nocookie.com" => match path.next()? {
                "watch" => url.query_pairs().find(|(name, _)| name == "v")?.1.into_owned(),
                "embed" | "shorts" | "live" | "v" => path.next()?.to_string(),
                _ => return None,
            },
            _ => return None,
        };
        is_id(&id).then_some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_song_is_a_chapter() {
        let song = Song {
            start_ms: 5_000,
            end_ms: Some(8_000),
            title: "Test Song".into(),
            artists: vec!["DJ Ö".into(), "The Testers".into()],
            comment: "live".into(),
            url: String::new(),
            picture: None,
        };
        // The title as spodcat 0.11.0 writes it (tests/fixtures/spodcat/chapters.json).
        assert_eq!(song.as_chapter().title, "DJ Ö/The Testers - Test Song (live)");
        let bare = Song { artists: vec![], comment: String::new(), ..song };
        assert_eq!(bare.as_chapter().title, "Test Song");
    }

    #[test]
    fn addresses_of_videos_are_read() {
        for text in [
            "dQw4w9WgXcQ",
            " https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=5s ",
            "https://m.youtube.com/watch?list=x&v=dQw4w9WgXcQ",
            "https://youtu.be/dQw4w9WgXcQ?si=abc",
            "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
            "https://youtube.com/shorts/dQw4w9WgXcQ",
            "https://youtube.com/live/dQw4w9WgXcQ",
        ] {
            assert_eq!(Video::youtube_id(text).as_deref(), Some("dQw4w9WgXcQ"), "{text}");
        }
        for text in
            ["", "dQw4w9WgXc", "https://example.org/watch?v=dQw4w9WgXcQ", "https://youtube.com/watch?v=<b>", "x\"y"]
        {
            assert_eq!(Video::youtube_id(text), None, "{text}");
        }
    }
}
