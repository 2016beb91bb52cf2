//! A show that every directory takes, at a place that answers right, and ways to change it.

use hearthcast_checks::{EpisodeFacts, Facts, Found, Item, Live, OtherShow, Outcome, Question, Seen, check};
use hearthcast_model::check::{CheckFinding, CheckLevel};
use hearthcast_model::directories::{Listing, ListingState};
use hearthcast_model::facts::{Finding, Loudness, MediaFacts, MediaKind};
use hearthcast_model::html::{Notes, SafeHtml};
use hearthcast_model::show::{Attachment, Category};
use hearthcast_model::{Chapter, Episode, EpisodeId, Sha256, Show, ShowId, Transcript};
use std::collections::{BTreeMap, HashMap};

/// Sunday, 1 November 2026, 12:00 UTC.
pub const NOW: i64 = 1_793_534_400_000;
/// A day in milliseconds.
pub const DAY: i64 = 86_400_000;

/// An episode and what is known of its files.
#[derive(Clone)]
pub struct Part {
    pub id: EpisodeId,
    pub body: Episode,
    pub released: Option<Episode>,
    pub audio: Option<MediaFacts>,
    pub target_lufs: Option<f64>,
    pub recording: Vec<Finding>,
    pub remarks: Vec<Finding>,
    pub image: Option<MediaFacts>,
}

/// Everything the rules look at.
#[derive(Clone)]
pub struct Scene {
    pub show: Show,
    pub released: Option<Show>,
    pub cover: Option<MediaFacts>,
    pub media: HashMap<Sha256, MediaFacts>,
    pub others: Vec<OtherShow>,
    pub unknown: Vec<String>,
    pub parts: Vec<Part>,
    pub listings: Vec<Listing>,
    pub feed: Option<String>,
    pub feed_bytes: u64,
    pub live: Option<Live>,
}

pub fn notes(html: &str) -> Notes {
    let safe = SafeHtml { html: html.into(), ..SafeHtml::default() };
    Notes { source: html.into(), safe, ..Notes::default() }
}

pub fn file(name: &str, ext: &str) -> Attachment {
    Attachment { hash: Sha256::of(name.as_bytes()), name: name.into(), ext: ext.into() }
}

fn media(kind: MediaKind, mime: &str, size: u64) -> MediaFacts {
    MediaFacts::unmeasured(kind, "", mime, size, Sha256::of(b""))
}

pub fn text(size: u64) -> MediaFacts {
    media(MediaKind::Text, "text/vtt", size)
}

pub fn picture(width: u32, height: u32) -> MediaFacts {
    let picture = media(MediaKind::Image, "image/jpeg", 300_000);
    MediaFacts { width_px: Some(width), height_px: Some(height), orientation: Some(1), ..picture }
}

/// Ten minutes of an MP3 of 128 kbit/s.
pub fn sound() -> MediaFacts {
    let loudness = Loudness { integrated_lufs: Some(-16.0), range_lu: Some(5.0), true_peak_dbtp: Some(-1.2) };
    MediaFacts {
        duration_ms: Some(600_000),
        sample_rate_hz: Some(44_100),
        channels: Some(2),
        bit_rate: Some(128_000),
        loudness: Some(loudness),
        tags: [("title".to_string(), "One".to_string())].into(),
        ..media(MediaKind::Audio, "audio/mpeg", 9_600_000)
    }
}

pub fn chapter(start_ms: i64) -> Chapter {
    let title = format!("Part at {start_ms}");
    Chapter::new(start_ms, title)
}

/// A published episode with its sound, notes, number and transcript.
pub fn part(number: u32, title: &str) -> Part {
    let show = ShowId::parse("018f0000-0000-7000-8000-000000000001").unwrap();
    let id = EpisodeId::parse(&format!("018f0000-0000-7000-8000-{number:012}")).unwrap();
    let body = Episode {
        notes: notes("<p>What we talked about.</p>"),
        audio: Some(file(&format!("episode-{number}"), "mp3")),
        number: Some(number.into()),
        publish_at_ms: Some(NOW - 30 * DAY + i64::from(number) * DAY / 24),
        transcripts: vec![Transcript { file: file("words", "vtt"), language: String::new(), captions: false }],
        ..Episode::new(show, &format!("guid-{number}"), title, &format!("episode-{number}"), 0)
    };
    Part {
        id,
        released: Some(body.clone()),
        body,
        audio: Some(sound()),
        target_lufs: None,
        recording: vec![],
        remarks: vec![],
        image: None,
    }
}

/// A show that every directory takes, at a place that answers right.
pub fn good() -> Scene {
    let show = Show {
        description: notes("<p>A show about things.</p>"),
        author: "Ada".into(),
        owner_name: "Ada".into(),
        owner_email: "ada@example.org".into(),
        link: "https://example.org/".into(),
        categories: vec![Category { name: "Technology".into(), sub: None }],
        cover: Some(file("cover", "jpg")),
        podcast_guid: Some("9b024349-ccf0-5f69-a609-6b82873eab3c".into()),
        ..Show::new("Things", "things", 0)
    };
    let mut scene = Scene {
        released: Some(show.clone()),
        show,
        cover: Some(picture(3000, 3000)),
        media: [(file("words", "vtt").hash, text(900))].into(),
        others: vec![],
        unknown: vec![],
        parts: vec![part(1, "The harbour"), part(2, "The crane")],
        listings: vec![],
        feed: Some("https://example.org/feed.xml".into()),
        feed_bytes: 20_000,
        live: None,
    };
    scene.serve();
    scene
}

impl Scene {
    /// Everything is published as it is now, and the place answers right.
    pub fn serve(&mut self) {
        self.released = Some(self.show.clone());
        for part in &mut self.parts {
            part.released = Some(part.body.clone());
        }
        let items = self.parts.iter().map(|part| Item {
            guid: part.body.guid.clone(),
            title: part.body.title.clone(),
            date: "Fri, 02 Oct 2026 13:00:00 +0000".into(),
        });
        let items: Vec<Item> = items.collect();
        let seen = ALL.into_iter().map(|question| right(question, &items));
        self.live =
            Some(Live { target: "web".into(), seen: seen.collect(), certificate_until_ms: Some(NOW + 60 * DAY) });
    }

    /// Tells a directory of the show.
    pub fn tell(&mut self, directory: &str, state: ListingState) {
        self.listings.push(Listing { directory: directory.into(), state, url: String::new(), changed_ms: NOW });
    }

    /// Hands the facts to somebody.
    pub fn with<T>(&self, then: impl FnOnce(&Facts) -> T) -> T {
        let id = ShowId::parse("018f0000-0000-7000-8000-000000000001").unwrap();
        let episodes = self.parts.iter().map(|part| EpisodeFacts {
            id: &part.id,
            episode: &part.body,
            released: part.released.as_ref(),
            audio: part.audio.as_ref(),
            target_lufs: part.target_lufs,
            recording: &part.recording,
            remarks: &part.remarks,
            image: part.image.as_ref(),
        });
        let episodes: Vec<EpisodeFacts> = episodes.collect();
        then(&Facts {
            id: &id,
            show: &self.show,
            released: self.released.as_ref(),
            cover: self.cover.as_ref(),
            media: &self.media,
            others: &self.others,
            unknown_categories: &self.unknown,
            episodes: &episodes,
            listings: &self.listings,
            feed_url: self.feed.as_deref(),
            feed_bytes: Some(self.feed_bytes),
            live: self.live.as_ref(),
            now_ms: NOW,
        })
    }

    /// Everything found.
    pub fn findings(&self) -> Vec<CheckFinding> {
        self.with(check)
    }

    /// Level, code without `check.`, and field of everything found.
    pub fn found(&self) -> Vec<(CheckLevel, String, String)> {
        let said = |finding: CheckFinding| (finding.level, finding.code.replace("check.", ""), finding.field);
        self.findings().into_iter().map(said).collect()
    }

    /// What the place said to a question.
    pub fn seen(&mut self, question: Question) -> &mut Seen {
        self.live.as_mut().unwrap().seen.iter_mut().find(|seen| seen.question == question).unwrap()
    }

    /// Changes the answer to a question.
    pub fn answer(&mut self, question: Question, change: impl FnOnce(&mut u16, &mut BTreeMap<String, String>)) {
        let Outcome::Answer { status, headers, .. } = &mut self.seen(question).outcome else { panic!("an answer") };
        change(status, headers);
    }

    /// Changes what was seen in the body of an answer.
    pub fn body(&mut self, question: Question, change: impl FnOnce(&mut u64, &mut Option<bool>, &mut Found)) {
        let Outcome::Answer { bytes, as_published, found, .. } = &mut self.seen(question).outcome else {
            panic!("an answer")
        };
        change(bytes, as_published, found);
    }
}

/// Everything a place is asked.
pub const ALL: [Question; 16] = [
    Question::FeedHead,
    Question::Feed,
    Question::FeedAgain,
    Question::FeedGzip,
    Question::AudioHead,
    Question::AudioRange,
    Question::AudioOpen,
    Question::AudioSuffix,
    Question::AudioPast,
    Question::AudioBeyond,
    Question::AudioStart,
    Question::CoverHead,
    Question::Cover,
    Question::TextHead,
    Question::ChaptersHead,
    Question::RemoteHead,
];

/// The right answer (RFC 9110, and FEED.md's list) about a feed of 20,000 bytes and files of 1,000.
fn right(question: Question, items: &[Item]) -> Seen {
    use Question::*;
    let (name, mime) = match question {
        FeedHead | Feed | FeedAgain | FeedGzip => ("feed.xml", "application/rss+xml; charset=utf-8"),
        CoverHead | Cover => ("cover.jpg", "image/jpeg"),
        TextHead => ("words.vtt", "text/vtt"),
        ChaptersHead => ("chapters.json", "application/json+chapters"),
        RemoteHead => ("far.mp3", "audio/mpeg"),
        _ => ("one.mp3", "audio/mpeg"),
    };
    let (status, extra, bytes): (u16, &[(&str, &str)], u64) = match question {
        FeedHead => (200, &[("etag", "\"a\"")], 0),
        Feed => (200, &[("etag", "\"a\"")], 20_000),
        FeedAgain => (304, &[], 0),
        FeedGzip => (200, &[("content-encoding", "gzip"), ("vary", "Origin, Accept-Encoding")], 4_000),
        AudioHead | CoverHead | RemoteHead => (200, &[("content-length", "1000")], 0),
        AudioRange => (206, &[("content-range", "bytes 0-1/1000"), ("content-length", "2")], 2),
        AudioOpen | AudioSuffix | AudioPast => (206, &[("content-range", "bytes 990-999/1000")], 10),
        AudioBeyond => (416, &[("content-range", "bytes */1000")], 0),
        AudioStart => (206, &[("content-range", "bytes 0-63/1000")], 64),
        Cover => (200, &[], 1000),
        TextHead | ChaptersHead => (200, &[("access-control-allow-origin", "*")], 0),
    };
    let mut headers: BTreeMap<String, String> =
        extra.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    headers.insert("content-type".into(), mime.into());
    let found = match question {
        Feed => Found { start: b"<?xml version".to_vec(), items: Some(items.to_vec()), ..Found::default() },
        AudioStart => Found { start: b"ID3\x04\x00".to_vec(), ..Found::default() },
        Cover => Found { start: vec![0xff, 0xd8], pixels: Some((3000, 3000)), ..Found::default() },
        _ => Found::default(),
    };
    Seen {
        question,
        url: format!("https://example.org/{name}"),
        hops: vec![],
        expected_bytes: (!matches!(question, FeedHead | Feed | FeedAgain | FeedGzip)).then_some(1000),
        expected_type: mime.split(';').next().unwrap().into(),
        outcome: Outcome::Answer { status, headers, bytes, as_published: Some(true), found },
    }
}
