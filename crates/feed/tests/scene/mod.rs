//! A show with episodes to render, and libxml2 to read what came out.
#![expect(clippy::unwrap_used, reason = "only tests use this; a panic is their failure")]

use hearthcast_feed::urls::{UrlMap, server_urls};
use hearthcast_feed::{FeedError, FeedInput, Item, render};
use hearthcast_model::facts::MediaKind;
use hearthcast_model::show::{Attachment, Category};
use hearthcast_model::{Episode, EpisodeId, MediaFacts, Sha256, Show, ShowId};
use std::collections::HashMap;
use std::process::Command;

/// 2026-11-20T06:00:00Z.
pub const NOW_MS: i64 = 1_795_154_400_000;
pub const HOUR_MS: i64 = 3_600_000;

pub struct Scene {
    pub show: Show,
    pub episodes: Vec<(EpisodeId, Episode)>,
    pub facts: HashMap<Sha256, MediaFacts>,
    pub as_of_ms: i64,
}

impl Scene {
    /// A show as its author would fill it in, without episodes.
    pub fn new() -> Self {
        let mut show = Show::new("Ports & Harbours", "ports", NOW_MS - 100 * HOUR_MS);
        show.description = hearthcast_text::notes("Stories from **the sea**.\n\nEvery week.").unwrap();
        show.author = "Ada Lund".into();
        show.owner_name = "Ada Lund".into();
        show.owner_email = "ada@ports.example".into();
        show.link = "https://ports.example".into();
        show.copyright = "© 2026 Ada Lund".into();
        show.language = "en-gb".into();
        show.categories = vec![
            Category { name: "Society & Culture".into(), sub: Some("Places & Travel".into()) },
            Category { name: "History".into(), sub: None },
        ];
        show.podcast_guid = Some("9b024349-ccf0-5f69-a609-6b82873eab3c".into());
        show.cover = Some(Attachment { hash: Sha256::of(b"cover"), name: "cover".into(), ext: "jpg".into() });
        Self { show, episodes: vec![], facts: HashMap::new(), as_of_ms: NOW_MS }
    }

    /// Adds a public episode with audio of its own; each newer than the one before by a second.
    pub fn episode(&mut self, title: &str) -> &mut Episode {
        let number = self.episodes.len();
        let id = EpisodeId::parse(&format!("018f0000-0000-7000-8000-{number:012x}")).unwrap();
        let show = ShowId::parse("018f0000-0000-7000-8000-0000000000ff").unwrap();
        let slug = format!("episode-{number}");
        let mut episode = Episode::new(show, &format!("guid-{number}"), title, &slug, NOW_MS - 90 * HOUR_MS);
        let hash = Sha256::of(slug.as_bytes());
        self.facts.insert(hash.clone(), facts(&hash, 1_000_000 + number as u64, Some(61_500)));
        episode.audio = Some(Attachment { hash, name: slug, ext: "mp3".into() });
        episode.publish_at_ms = Some(NOW_MS - 80 * HOUR_MS + number as i64 * 1_000);
        self.episodes.push((id, episode));
        &mut self.episodes.last_mut().unwrap().1
    }

    pub fn urls(&self) -> UrlMap {
        server_urls("https://cast.example", &self.show)
    }

    pub fn render(&self) -> Result<Vec<u8>, FeedError> {
        self.render_with(&self.urls())
    }

    pub fn render_with(&self, urls: &UrlMap) -> Result<Vec<u8>, FeedError> {
        let items: Vec<Item> = self.episodes.iter().map(|(id, episode)| Item { id, episode }).collect();
        render(&FeedInput { show: &self.show, items: &items, facts: &self.facts, urls, as_of_ms: self.as_of_ms })
    }
}

pub fn facts(hash: &Sha256, size_bytes: u64, duration_ms: Option<i64>) -> MediaFacts {
    let plain = MediaFacts::unmeasured(MediaKind::Audio, "mp3", "audio/mpeg", size_bytes, hash.clone());
    MediaFacts { duration_ms, ..plain }
}

/// Reads a feed with libxml2: it must be well-formed without a word of complaint. Returns the string value of an XPath.
pub fn xpath(feed: &[u8], expression: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("feed.xml");
    std::fs::write(&file, feed).unwrap();
    let checked = Command::new("xmllint").args(["--huge", "--noout"]).arg(&file).output().unwrap();
    assert!(checked.status.success() && checked.stderr.is_empty(), "{}", String::from_utf8_lossy(&checked.stderr));
    let read = Command::new("xmllint").args(["--huge", "--xpath", expression]).arg(&file).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let text = String::from_utf8(read.stdout).expect("xmllint writes UTF-8");
    text.strip_suffix('\n').unwrap_or(&text).to_string()
}
