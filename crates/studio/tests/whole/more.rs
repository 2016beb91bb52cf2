//! What a show has besides what feeds hold: drafts, pictures with their masters, seasons, links, a font, words of newer programs,
//! another revision that is public, files that are here or not.

use crate::draw::Draw;
use crate::make::{self, Scene};
use hearthcast_model::comment::CommentPolicy;
use hearthcast_model::directories::Verifying;
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::facts::{ChapterMark, Finding, Loudness, MediaKind};
use hearthcast_model::namespace::AlternateEnclosure;
use hearthcast_model::recipe::{Loud, Pauses, Recipe};
use hearthcast_model::show::Attachment;
use hearthcast_model::song::{Video, VideoHost};
use hearthcast_model::{
    AudioFormat, Episode, FeedHtml, FeedPart, FeedVariant, Font, Id3Version, Link, LinkIcon, LinkTheme, MediaFacts,
    NameSize, Picture, PictureFrom, Preset, Rendition, Season, Sha256, Show, Square,
};
use serde_json::json;
use std::cell::RefCell;
use std::collections::BTreeMap;

pub struct One {
    pub body: Episode,
    pub released: Option<Episode>,
    pub removed: bool,
    pub recording: Option<Sha256>,
}

pub struct Whole {
    pub show: Show,
    pub released: Option<Show>,
    pub episodes: Vec<One>,
    /// Files that records name; without content they are not here.
    pub files: Vec<Kept>,
}

/// Files by content, made as they are named.
#[derive(Default)]
struct Files {
    kept: RefCell<BTreeMap<Sha256, Kept>>,
    /// Lengths of the sounds, as the scene has them.
    lengths: Vec<i64>,
}

/// What is known of a file, and its content where it is here.
pub type Kept = (MediaFacts, Option<Vec<u8>>);

pub fn whole(seed: u8) -> Whole {
    let Scene { mut show, episodes, facts } = make::scene(seed);
    let draw = &mut Draw::of(seed.wrapping_add(100));
    let lengths = facts.values().filter_map(|known| known.duration_ms).collect();
    let files = Files { lengths, ..Files::default() };
    more_of_show(draw, &mut show, &files);
    show.files_mut().for_each(|file| files.real(draw, file));
    let released = draw.maybe(|draw| Show { title: draw.text(90), changed_ms: draw.instant(), ..show.clone() });
    let episodes = episodes.into_iter().map(|episode| one(draw, episode, &files)).collect();
    Whole { show, released, episodes, files: files.kept.into_inner().into_values().collect() }
}

fn one(draw: &mut Draw, mut body: Episode, files: &Files) -> One {
    more_of_episode(draw, &mut body, files);
    body.files_mut().for_each(|file| files.real(draw, file));
    let released = draw.maybe(|draw| {
        let notes = hearthcast_text::notes(&draw.prose()).unwrap();
        Episode { title: draw.text(90), notes, draft: false, ..body.clone() }
    });
    let recording = draw.maybe(|draw| files.add(draw, "wav", b"RIFF"));
    One { removed: draw.any(0..4u8) == 0, body, released, recording }
}

fn more_of_show(draw: &mut Draw, show: &mut Show, files: &Files) {
    show.cover_sizes = draw.some(rendition);
    show.cover_from = draw.maybe(|draw| from(draw, files));
    show.preset = draw.one_of(&Preset::ALL);
    show.formats = draw.one_of(&[vec![], vec![AudioFormat::Opus, AudioFormat::Flac]]);
    show.id3 = draw.one_of(&[Id3Version::V23, Id3Version::V24]);
    show.recipe = Recipe {
        loudness: draw.one_of(&[None, Some(Loud::Ebu), Some(Loud::Lufs(-185))]),
        high_pass_hz: draw.maybe(|_| 80),
        pauses: draw.maybe(|_| Pauses { longer_than_ms: 2000, keep_ms: 700 }),
        intro: draw.maybe(|draw| {
            let mut file = attachment(draw, "wav");
            files.real(draw, &mut file);
            file
        }),
        ..Recipe::default()
    };
    show.cover_alt = draw.words(90);
    show.tagline = draw.words(90);
    show.banner = draw.maybe(|draw| picture(draw, files));
    show.favicon = draw.maybe(|draw| picture(draw, files));
    show.links = draw.some(|draw| Link {
        url: draw.https(),
        label: draw.text(20),
        icon: draw.one_of(&[LinkIcon::None, LinkIcon::Patreon]),
        picture: None,
        theme: draw.one_of(&[LinkTheme::Primary, LinkTheme::Boring]),
    });
    show.links.iter_mut().for_each(|link| link.picture = draw.maybe(|draw| picture(draw, files)));
    show.seasons = draw.some(|draw| Season { number: draw.any(1..99u32), name: draw.words(20), picture: None });
    show.seasons.iter_mut().for_each(|season| season.picture = draw.maybe(|draw| picture(draw, files)));
    let font = attachment(draw, "woff2");
    show.font = draw.maybe(|draw| Font { family: draw.text(20), file: font.clone(), weight: draw.one_of(&[400, 700]) });
    show.name_size = draw.one_of(&[NameSize::Small, NameSize::Normal]);
    show.comments = draw.one_of(&[CommentPolicy::Off, CommentPolicy::Approved]);
    show.prefix = draw.maybe(|_| "https://op3.dev/e/".to_string()).unwrap_or_default();
    show.feed_html = draw.one_of(&[FeedHtml::Full, FeedHtml::Plain]);
    show.feed_page = draw.one_of(&[0, 100]);
    show.feed_variants = draw.some(|draw| FeedVariant {
        name: draw.any("[a-z]{3,9}"),
        title: draw.words(20),
        part: draw.one_of(&[FeedPart::Last { episodes: 5 }, FeedPart::Format { mime: "audio/opus".into() }]),
    });
    show.hub = draw.https_or_none();
    show.new_variants_url = draw.maybe(|_| "https://new.example.org/rss/{name}/".to_string()).unwrap_or_default();
    show.verifying = draw.maybe(|draw| Verifying {
        directory: "apple".into(),
        email: "mara@example.org".into(),
        until_ms: draw.instant(),
    });
    show.tags.live_items.iter_mut().for_each(|live| plain(&mut live.tags.alternate_enclosures));
    show.changed_ms = draw.instant();
    show.extra = draw.maybe(|draw| ("of_2031".to_string(), json!({"a": [1, draw.text(9)]}))).into_iter().collect();
}

fn more_of_episode(draw: &mut Draw, episode: &mut Episode, files: &Files) {
    episode.draft = draw.yes();
    episode.publish_at_ms = draw.maybe(Draw::instant);
    episode.zone = draw.maybe(|_| "Europe/Vienna".to_string());
    if draw.any(0..5u8) == 0 {
        episode.kind = EpisodeKind::Post;
    }
    episode.image_sizes = draw.some(rendition);
    episode.image_alt = draw.words(90);
    episode.image_from = draw.maybe(|draw| from(draw, files));
    episode.videos =
        draw.some(|draw| Video { host: VideoHost::Youtube, video: "dQw4w9WgXcQ".into(), title: draw.words(20) });
    episode.audio_edition = draw.any(0..3u32);
    episode.itunes_title = draw.words(90);
    episode.summary = draw.prose();
    for chapter in &mut episode.chapters {
        chapter.picture = draw.maybe(|draw| picture(draw, files));
        chapter.end_ms = draw.maybe(Draw::ms);
    }
    for song in &mut episode.songs {
        song.picture = draw.maybe(|draw| picture(draw, files));
    }
    episode.notes = match draw.yes() {
        true => hearthcast_text::html_notes(&format!("<p>{} <b>x</b></p>", draw.prose())).unwrap(),
        false => hearthcast_text::notes(&draw.prose()).unwrap(),
    };
    plain(&mut episode.tags.alternate_enclosures);
    episode.created_ms = draw.instant();
    episode.changed_ms = draw.instant();
    episode.extra = draw.maybe(|draw| ("of_2032".to_string(), json!(draw.text(9)))).into_iter().collect();
}

/// Numbers with a fraction as people write them: the reader of JSON may be off in the seventeenth digit, and then a record has
/// another hash.
fn plain(others: &mut [AlternateEnclosure]) {
    for rate in others.iter_mut().filter_map(|other| other.bitrate_bps.as_mut()) {
        *rate = (*rate * 8.0).round() / 8.0;
    }
}

fn attachment(draw: &mut Draw, ext: &str) -> Attachment {
    let name = draw.any("[a-z0-9]{1,9}(-[a-z0-9]{1,9})?");
    Attachment { hash: Sha256::of(name.as_bytes()), name, ext: ext.into() }
}

fn rendition(draw: &mut Draw) -> Rendition {
    Rendition { width_px: draw.any(1..3000u32), height_px: draw.any(1..3000u32), file: attachment(draw, "jpg") }
}

fn from(draw: &mut Draw, files: &Files) -> PictureFrom {
    let square = draw.maybe(|draw| Square { left: draw.any(0..9u32), top: 0, side: draw.any(1..9u32) });
    PictureFrom { master: files.add(draw, "png", b"\x89PNG"), square }
}

fn picture(draw: &mut Draw, files: &Files) -> Picture {
    Picture {
        file: attachment(draw, "png"),
        sizes: draw.some(rendition),
        from: draw.maybe(|draw| from(draw, files)),
        alt: draw.words(90),
    }
}

impl Files {
    /// A file of the author's own.
    fn add(&self, draw: &mut Draw, ext: &str, begin: &[u8]) -> Sha256 {
        let content = [begin, draw.any("[a-z]{1,20}").as_bytes()].concat();
        self.keep(draw, ext, content)
    }

    /// Makes the file that a record names, so that its name is that of its content.
    fn real(&self, draw: &mut Draw, file: &mut Attachment) {
        let name = &file.name;
        let content = match file.ext.as_str() {
            "json" => format!(r#"{{"version":"1.2.0","chapters":[{{"startTime":0,"title":"{name}"}}]}}"#),
            "vtt" => format!("WEBVTT\n\n00:00.000 --> 00:01.000\n{name}\n"),
            "srt" => format!("1\n00:00:00,000 --> 00:00:01,000\n{name}\n"),
            ext => format!("{ext} {name}"),
        };
        file.hash = self.keep(draw, &file.ext.clone(), content.into_bytes());
    }

    fn keep(&self, draw: &mut Draw, ext: &str, content: Vec<u8>) -> Sha256 {
        let (kind, mime) = match ext {
            "mp3" => (MediaKind::Audio, "audio/mpeg"),
            "wav" => (MediaKind::Audio, "audio/wav"),
            "opus" => (MediaKind::Audio, "audio/ogg"),
            "jpg" => (MediaKind::Image, "image/jpeg"),
            "png" => (MediaKind::Image, "image/png"),
            "json" => (MediaKind::Text, "application/json+chapters"),
            "vtt" => (MediaKind::Text, "text/vtt"),
            "srt" => (MediaKind::Text, "application/x-subrip"),
            _ => (MediaKind::Font, "font/woff2"),
        };
        let hash = Sha256::of(&content);
        let size = content.len() as u64;
        let facts = MediaFacts {
            header_bytes: draw.any(0..9u64),
            trailer_bytes: draw.any(0..9u64),
            duration_ms: self.lengths.first().copied().filter(|_| draw.yes()),
            sample_rate_hz: draw.maybe(|_| 44_100),
            channels: draw.maybe(|_| 2),
            bit_rate: draw.maybe(|_| 128_000),
            loudness: draw.maybe(|draw| Loudness {
                integrated_lufs: draw.maybe(|draw| f64::from(draw.any(-700..0i32)) / 8.0),
                range_lu: None,
                true_peak_dbtp: draw.maybe(|draw| f64::from(draw.any(-700..0i32)) / 8.0),
            }),
            width_px: draw.maybe(|_| 3000),
            height_px: draw.maybe(|_| 3000),
            orientation: draw.maybe(|_| 6),
            chapters: draw.some(|draw| ChapterMark::new(draw.ms(), draw.words(9))),
            tags: draw.maybe(|draw| ("title".to_string(), draw.text(9))).into_iter().collect(),
            findings: draw.some(|draw| Finding { code: "media.clipped".into(), message: draw.text(9), at_ms: None }),
            analyzer_version: draw.any(1..9u32),
            levels: draw.maybe(|_| "AAEC".to_string()).unwrap_or_default(),
            thumbhash: draw.maybe(|_| "1QcSHQRnh493V4dIh4eXh1h4kJUI".to_string()).unwrap_or_default(),
            ..MediaFacts::unmeasured(kind, ext, mime, size, hash.clone())
        };
        let content = (draw.any(0..6u8) > 0).then_some(content);
        self.kept.borrow_mut().entry(hash.clone()).or_insert((facts, content));
        hash
    }
}
