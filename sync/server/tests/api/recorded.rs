//! The show that spodcat 0.11.0 was asked about when `tests/fixtures/spodcat` was recorded, as a laptop publishes it here.

use crate::http::Reply;
use crate::scene::{Laptop, Scene, Story, publish, sound};
use hearthcast_model::clock::parse_rfc3339;
use hearthcast_model::show::{Attachment, Category};
use hearthcast_model::{Chapter, MediaFacts, Rendition, Sha256};
use hearthcast_text::notes;
use serde_json::Value;
use std::path::PathBuf;

/// The recorded show on a server.
pub struct Act {
    pub scene: Scene,
    pub story: Story,
    /// What is called otherwise here: recorded and own ids and addresses of files.
    pub names: Vec<(String, String)>,
}

pub fn act() -> Act {
    published(Scene::with_origins(&["https://example.org"]))
}

pub fn published(scene: Scene) -> Act {
    let laptop = scene.paired();
    let mut act = Act { story: story(&scene, &laptop), scene, names: vec![] };
    act.show();
    act.episodes();
    act.story.upload(&act.scene, &laptop);
    publish(&act.scene, &laptop, &act.story.request(1, act.scene.now_ms())).expect(200);
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
    Chapter { start_ms: start * 1000, end_ms, title: title.into(), url: url.into(), hidden: false }
}

impl Act {
    pub fn get(&self, path: &str) -> Reply {
        self.scene.get(path, &[])
    }

    /// A file of the publication, and where the recorded show had it.
    fn file(&mut self, recorded: &str, name: &str, facts: impl Fn(MediaFacts) -> MediaFacts) -> Attachment {
        let bytes = sound(1_000, self.story.files.len() + 40);
        let (name, ext) = name.split_once('.').unwrap();
        let mime = match ext {
            "png" => "image/png",
            "jpg" => "image/jpeg",
            _ => "audio/mpeg",
        };
        let hash = Sha256::of(&bytes);
        let here = format!("https://pod.example/m/{hash}/{name}.{ext}");
        self.names.push((format!("https://media.example.org/test-podcast/{recorded}\""), format!("{here}\"")));
        self.story.files.push((facts(crate::scene::facts(&bytes, mime, None)), bytes, None));
        Attachment { hash, name: name.into(), ext: ext.into() }
    }

    fn picture(&mut self, recorded: &str, name: &str, width: u32, height: u32) -> Attachment {
        self.file(recorded, name, |facts| MediaFacts { width_px: Some(width), height_px: Some(height), ..facts })
    }

    fn small(&mut self, recorded: &str, name: &str, width_px: u32, height_px: u32) -> Vec<Rendition> {
        vec![Rendition { width_px, height_px, file: self.picture(recorded, name, width_px, height_px) }]
    }

    fn show(&mut self) {
        let cover = self.picture("images/cover.png", "cover.png", 1500, 1500);
        let sizes = self.small("images/cover-thumbnail.png", "cover-150.png", 150, 150);
        let show = &mut self.story.show;
        (show.cover, show.cover_sizes) = (Some(cover), sizes);
        show.title = "The 3 & Co. Podcast".into();
        show.description =
            notes("# About\n\nA podcast about *radio* & feeds.\n\n[site](https://example.org/)").unwrap();
        let category = |name: &str, sub: Option<&str>| Category { name: name.into(), sub: sub.map(Into::into) };
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
        let song = chapter(5, Some(8), "DJ Ö/The Testers - Test Song (live)", "");
        let image = self.picture("images/episodes/episode.jpg", "episode.jpg", 900, 600);
        let sizes = self.small("images/episodes/episode-thumbnail.jpg", "episode-150.jpg", 150, 100);
        let [first, second, third, _] = &mut self.story.episodes[..] else { panic!("four episodes") };
        first.body.chapters = vec![
            chapter(0, Some(3), "Intro", ""),
            chapter(3, None, "Main & part", "https://example.org/chapter"),
            song,
        ];
        (first.body.image, first.body.image_sizes) = (Some(image), sizes);
        (first.body.season, first.body.season_name) = (Some(1), "First season".into());
        second.body.season = Some(2);
        third.body.season = Some(2);
        third.body.chapters = vec![first.body.chapters[2].clone()];
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
        (body.audio, body.number) = (Some(sound), Some(number));
        body.slug = format!("{number}-episode-{number}-radio-feeds");
        let text = format!(
            "Notes for **episode {number}**.\n\nA [link](https://example.org/{number}) and a list:\n\n- one\n- two\n"
        );
        body.notes = notes(&text).unwrap();
        self.names.push((recorded_id.to_string(), id.to_string()));
    }
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
