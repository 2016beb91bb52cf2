//! The show that spodcat 0.11.0 was asked about when `tests/fixtures/spodcat` was recorded, as a laptop publishes it here.

use crate::http::Reply;
use crate::scene::{Laptop, Scene, Story, publish, sound};
use hearthcast_model::clock::parse_rfc3339;
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::id::RandomIds;
use hearthcast_model::show::{Attachment, Category};
use hearthcast_model::{
    Chapter, CommentId, CommentPolicy, CommentState, Font, Link, LinkIcon, LinkTheme, MediaFacts, NameSize, Picture,
    Rendition, Season, Sha256, Song, Video,
};
use hearthcast_protocol::comments::{DecideRequest, Decision};
use hearthcast_store::comment::{self, Arrived};
use hearthcast_text::notes;
use serde_json::Value;
use std::path::PathBuf;

/// The recorded show on a server.
pub struct Act {
    pub scene: Scene,
    pub story: Story,
    /// Whose show it is.
    pub laptop: Laptop,
    /// What is called otherwise here: recorded and own ids and addresses of files.
    pub names: Vec<(String, String)>,
}

pub fn act() -> Act {
    published(Scene::with_origins(&["https://example.org"]))
}

pub fn published(scene: Scene) -> Act {
    let laptop = scene.paired();
    let mut act = Act { story: story(&scene, &laptop), scene, laptop, names: vec![] };
    act.show();
    act.episodes();
    act.story.upload(&act.scene, &act.laptop);
    publish(&act.scene, &act.laptop, &act.story.request(1, act.scene.now_ms())).expect(200);
    act.comments();
    act
}

fn story(scene: &Scene, laptop: &Laptop) -> Story {
    let mut story = Story::new(scene, laptop, "test-podcast");
    story.files.clear();
    story
}

/// A chapter in whole seconds.
fn chapter(start: i64, end: Option<i64>, title: &str, url: &str) -> Chapter {
    let end_ms = end.map(|end| end * 1000);
    Chapter { end_ms, url: url.into(), ..Chapter::new(start * 1000, title) }
}

impl Act {
    pub fn get(&self, path: &str) -> Reply {
        self.scene.get(path, &[])
    }

    /// A file of the publication, and where the recorded show had it.
    fn file(&mut self, recorded: &str, name: &str, facts: impl Fn(MediaFacts) -> MediaFacts) -> Attachment {
        let (name, ext) = name.split_once('.').unwrap();
        let bytes = match ext {
            "json" => format!(r#"{{"version": "1.2.0", "title": "{name}", "chapters": [{{"startTime": 0}}]}}"#).into(),
            _ => sound(1_000, self.story.files.len() + 40),
        };
        let mime = match ext {
            "png" => "image/png",
            "jpg" => "image/jpeg",
            "ttf" => "font/ttf",
            "json" => "application/json+chapters",
            _ => "audio/mpeg",
        };
        let hash = Sha256::of(&bytes);
        let here = format!("https://pod.example/m/{hash}/{name}.{ext}");
        let folder = if ext == "ttf" { "" } else { "test-podcast/" };
        self.names.push((format!("https://media.example.org/{folder}{recorded}\""), format!("{here}\"")));
        self.story.files.push((facts(crate::scene::facts(&bytes, mime, None)), bytes, None));
        Attachment { hash, name: name.into(), ext: ext.into() }
    }

    fn picture(&mut self, recorded: &str, name: &str, width: u32, height: u32) -> Attachment {
        self.file(recorded, name, |facts| MediaFacts { width_px: Some(width), height_px: Some(height), ..facts })
    }

    fn small(&mut self, recorded: &str, name: &str, width_px: u32, height_px: u32) -> Vec<Rendition> {
        vec![Rendition { width_px, height_px, file: self.picture(recorded, name, width_px, height_px) }]
    }

    /// A picture without smaller copies.
    fn plain(&mut self, recorded: &str, name: &str, width: u32, height: u32) -> Picture {
        Picture { file: self.picture(recorded, name, width, height), sizes: vec![], from: None, alt: String::new() }
    }

    fn website(&mut self) {
        let banner = self.plain("images/banner.jpg", "banner.jpg", 960, 320);
        let favicon = self.plain("images/favicon.png", "favicon.png", 100, 100);
        let mut season = self.plain("images/seasons/1/s1.jpg", "s1.jpg", 900, 600);
        season.sizes = self.small("images/seasons/1/s1-thumbnail.jpg", "s1-150.jpg", 150, 100);
        let file = self.file("fonts/Limelight.ttf", "limelight.ttf", |facts| facts);
        let link = |label: &str, url: &str, icon, theme| Link {
            url: url.into(),
            label: label.into(),
            icon,
            picture: None,
            theme,
        };
        let show = &mut self.story.show;
        show.tagline = "A tagline with <angle> & \"quotes\"".into();
        show.notes_suffix = notes("Support us at [our site](https://example.org/support).").unwrap();
        (show.banner, show.favicon) = (Some(banner), Some(favicon));
        show.seasons = vec![Season { number: 1, name: "First season".into(), picture: Some(season) }];
        show.font = Some(Font { family: "Testfont".into(), file, weight: 400 });
        show.name_size = NameSize::Large;
        show.links = vec![
            link("Patreon", "https://patreon.com/x", LinkIcon::Patreon, LinkTheme::Primary),
            link("Spotify", "https://spotify.com/x", LinkIcon::Spotify, LinkTheme::Tertiary),
        ];
    }

    fn show(&mut self) {
        self.website();
        let cover = self.picture("images/cover.png", "cover.png", 1500, 1500);
        let sizes = self.small("images/cover-thumbnail.png", "cover-150.png", 150, 150);
        let show = &mut self.story.show;
        (show.cover, show.cover_sizes) = (Some(cover), sizes);
        show.title = "The 3 & Co. Podcast".into();
        show.author = "Alice Åström, Bob Builder".into();
        show.link = "https://example.org/test-podcast".into();
        show.owner_name = "Alice Åström".into();
        show.owner_email = "alice@example.org".into();
        show.description =
            notes("# About\n\nA podcast about *radio* & feeds.\n\n[site](https://example.org/)").unwrap();
        let category = |name: &str, sub: Option<&str>| Category { name: name.into(), sub: sub.map(Into::into) };
        show.comments = CommentPolicy::Approved;
        show.categories = vec![category("Arts", Some("Books")), category("Technology", None)];
    }

    fn episodes(&mut self) {
        let seconds = [("8.437551", 1), ("8.542041", 2), ("179.513469", 3)];
        let days = ["2026-10-30T06:00:00Z", "2026-10-31T06:00:00Z", "2026-11-01T06:00:00Z"];
        let ids = [
            "64456abe-6890-55b2-9b4a-c96d852be85d",
            "e6abbbbf-5e5d-5222-b320-8fe9891703b2",
            "c34a570c-1cff-5988-ba9b-ee5ca410e37b",
        ];
        for (((length, number), day), id) in seconds.into_iter().zip(days).zip(ids) {
            self.episode(number, length, day, id);
        }
        self.episode(9, "8", "2026-12-24T06:00:00Z", "0b83dafd-a4ed-513a-bba9-624a89ea0315");
        let song = Song {
            start_ms: 5_000,
            end_ms: Some(8_000),
            title: "Test Song".into(),
            artists: vec!["DJ Ö".into(), "The Testers".into()],
            comment: "live".into(),
            url: String::new(),
            picture: None,
        };
        let of_chapter = "images/episodes/1-episode-1-radio-feeds/chapters/chapter.jpg";
        let of_chapter = self.plain(of_chapter, "chapter.jpg", 900, 600);
        self.blog_post();
        let levels = levels();
        for (facts, _, _) in self.story.files.iter_mut().filter(|(facts, _, _)| facts.duration_ms == Some(8_438)) {
            facts.levels.clone_from(&levels);
        }
        let image = self.picture("images/episodes/episode.jpg", "episode.jpg", 900, 600);
        let sizes = self.small("images/episodes/episode-thumbnail.jpg", "episode-150.jpg", 150, 100);
        let files = ["chapters-1.json", "chapters-3.json"].map(|name| self.file(name, name, |facts| facts));
        let [first, second, third, ..] = &mut self.story.episodes[..] else { panic!("four episodes") };
        first.body.chapters = vec![
            chapter(0, Some(3), "Intro", ""),
            Chapter { picture: Some(of_chapter), ..chapter(3, None, "Main & part", "https://example.org/chapter") },
        ];
        first.body.songs = vec![song.clone()];
        first.body.videos =
            vec![Video { host: Default::default(), video: "dQw4w9WgXcQ".into(), title: "A video".into() }];
        (first.body.image, first.body.image_sizes) = (Some(image), sizes);
        [&mut first.body, &mut third.body]
            .into_iter()
            .zip(files)
            .for_each(|(body, file)| body.chapters_file = Some(file));
        first.body.season = Some(1);
        second.body.season = Some(2);
        third.body.season = Some(2);
        third.body.songs = vec![song];
    }

    fn blog_post(&mut self) {
        let at_ms = parse_rfc3339("2026-11-01T01:00:00Z").unwrap();
        let id = self.story.episode("A blog post", at_ms, vec![], None);
        self.story.files.pop();
        let body = &mut self.story.episodes.last_mut().unwrap().body;
        (body.kind, body.audio) = (EpisodeKind::Post, None);
        body.notes = notes("Post *text*.").unwrap();
        self.names.push(("0e54b2ba-3698-599c-9a86-70c56871b143".into(), id.to_string()));
    }

    fn episode(&mut self, number: u32, seconds: &str, day: &str, recorded_id: &str) {
        let at_ms = parse_rfc3339(day).unwrap();
        let duration_ms = (seconds.parse::<f64>().unwrap() * 1000.0).round() as i64;
        let title = format!("Episode {number}: Rådio & <feeds>");
        let sound = self.file(&format!("episodes/ep{number}.mp3"), &format!("ep{number}.mp3"), |facts| MediaFacts {
            duration_ms: Some(duration_ms),
            ..facts
        });
        let id = self.story.episode(&title, at_ms, sound_nobody_needs(number), None);
        self.story.files.pop();
        let body = &mut self.story.episodes.last_mut().unwrap().body;
        (body.audio, body.number) = (Some(sound), Some(number.into()));
        body.slug = format!("{number}-episode-{number}-radio-feeds");
        let text = format!(
            "Notes for **episode {number}**.\n\nA [link](https://example.org/{number}) and a list:\n\n- one\n- two\n"
        );
        body.notes = notes(&text).unwrap();
        let recorded = if number == 2 { "2.5-episode-2-radio-feeds" } else { &body.slug };
        body.link = format!("https://example.org/test-podcast/episode/{recorded}");
        // There the guid is the episode's id.
        body.guid = id.to_string();
        self.names.push((recorded_id.to_string(), id.to_string()));
    }
}

impl Act {
    /// The recorded comments: two about each episode that is public, of which one was approved.
    fn comments(&mut self) {
        let days = ["2026-10-30T08:00:00Z", "2026-10-31T08:00:00Z", "2026-11-01T08:00:00Z"];
        let abouts: Vec<String> = self.story.episodes.iter().map(|episode| episode.id.to_string()).collect();
        let mut decisions = vec![];
        for (day, about) in days.into_iter().zip(&abouts) {
            for (name, text) in [("Carol", "Nice **episode**!\nThanks"), ("Mallory", "Buy things")] {
                let id = CommentId::fresh(&RandomIds, self.scene.now_ms());
                if name == "Carol" {
                    decisions.push(Decision { id: id.clone(), state: CommentState::Approved, at_ms: 1 });
                }
                let (name, text, created_ms) = (name.to_string(), text.to_string(), parse_rfc3339(day).unwrap());
                let show = &self.story.id;
                let new = Arrived { id, show, about, name, text, created_ms, state: CommentState::Waiting };
                self.scene.runtime.block_on(async {
                    let mut writer = self.scene.store().write().await.unwrap();
                    comment::add(&mut writer, new).await.unwrap();
                    writer.commit().await.unwrap();
                });
            }
        }
        let path = format!("/sync/v1/comments/{}", self.story.id);
        let request = serde_json::to_value(DecideRequest { decisions }).unwrap();
        self.laptop.post(self.scene.addr(), &path, &request).expect(200);
    }
}

/// The loudness recorded of the first episode, in whole numbers.
fn levels() -> String {
    let recorded: Value = serde_json::from_str(&fixture("episode-detail.json")).unwrap();
    let values = recorded["data"]["attributes"]["dbfs-array"].as_array().unwrap();
    values.iter().map(|value| format!("{:02x}", value.as_f64().unwrap().round() as u8)).collect()
}

fn sound_nobody_needs(number: u32) -> Vec<u8> {
    sound(10, number as usize)
}

/// A file of `tests/fixtures/spodcat`.
pub fn fixture(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/spodcat").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The recorded requests with status and header fields.
pub fn recordings() -> Vec<Value> {
    serde_json::from_str(&fixture("index.json")).unwrap()
}

/// One of them.
pub fn recording(name: &str) -> Value {
    recordings().into_iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("{name} was not recorded"))
}
