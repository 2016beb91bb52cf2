//! Shows that left the server: 410 for what its author removed, 301 for what is at another place, here again by the next
//! publication.

use crate::http::{self, Reply};
use crate::scene::{Laptop, Scene, Story, publish, sound};
use hearthcast_model::Sha256;
use hearthcast_protocol::standing::StandingAnswer;
use serde_json::{Value, json};

const HOUR_MS: i64 = 3_600_000;
const FEED: &str = "/podcasts/keeper/rss/";
const SHOW: &str = "/podcasts/keeper/";
const NEW_FEED: &str = "https://new.example.org/feeds/keeper/feed.xml";
const NEW_SOUND: &str = "https://new.example.org/media/1/the-first-step.mp3";

struct Act {
    scene: Scene,
    laptop: Laptop,
    story: Story,
    /// The address of its sound, and those of the API that are about it.
    sound: String,
    pages: Vec<String>,
}

/// A server with one version of a show with one episode, and another show with the same cover's bytes.
fn act() -> Act {
    let scene = Scene::new();
    let laptop = scene.paired();
    let mut story = Story::new(&scene, &laptop, "keeper");
    let id = story.episode("The first step", scene.now_ms() - 2 * HOUR_MS, sound(5_000, 1), Some(1_000));
    story.upload(&scene, &laptop);
    publish(&scene, &laptop, &story.request(1, scene.now_ms())).expect(200);
    let pages = vec![SHOW.into(), format!("/episodes/{id}/"), format!("/episodes/{id}/chapters/")];
    let sound = format!("/m/{}/the-first-step.mp3", Sha256::of(&sound(5_000, 1)).short());
    Act { scene, laptop, story, sound, pages }
}

impl Act {
    fn stands(&self, version: u64, standing: Value) -> Reply {
        let request = json!({"show": self.story.id, "version": version, "standing": standing});
        self.laptop.post(self.scene.addr(), "/sync/v1/standing", &request)
    }

    fn moved(&self, version: u64) -> Reply {
        let file = json!({"sha256": Sha256::of(&sound(5_000, 1)), "name": "the-first-step.mp3", "url": NEW_SOUND});
        self.stands(version, json!({"kind": "moved", "feed_url": NEW_FEED, "files": [file]}))
    }

    fn get(&self, path: &str) -> Reply {
        self.scene.get(path, &[])
    }

    fn restart(&mut self) {
        self.scene.stop();
        self.scene.start();
    }

    fn cover(&self) -> String {
        format!("/m/{}/cover.png", self.story.files[0].0.sha256)
    }
}

#[test]
fn a_removed_show_answers_410_everywhere_until_it_is_published_again() {
    let mut act = act();
    let feed = act.get(FEED).expect(200).body;
    assert_eq!(act.stands(2, json!({"kind": "gone"})).expect(409).code(), "target.conflict");
    act.get(FEED).expect(200);
    let answer: StandingAnswer = act.stands(1, json!({"kind": "gone"})).expect(200).read();
    assert!(answer.deleted.is_empty());
    for _ in 0..2 {
        for path in [FEED, &act.sound, &act.cover()] {
            assert_eq!(act.get(path).expect(410).header("cache-control"), "no-store", "{path}");
        }
        for page in &act.pages {
            let error = act.get(page).expect(410);
            assert_eq!(error.header("content-type"), "application/vnd.api+json");
            let error = &error.json()["errors"][0];
            assert_eq!((&error["status"], &error["code"]), (&json!("410"), &json!("gone")), "{page}");
            assert!(error["detail"].as_str().unwrap().ends_with("was removed by its author."), "{error}");
        }
        assert_eq!(act.get("/podcasts/").expect(200).json()["data"], json!([]), "no list names it");
        act.get("/podcasts/other/rss/").expect(404);
        act.stands(1, json!({"kind": "gone"})).expect(200);
        act.restart();
    }
    assert!(act.laptop.has(act.scene.addr(), &Sha256::of(&sound(5_000, 1))), "its files stay");
    publish(&act.scene, &act.laptop, &act.story.request(2, act.scene.now_ms() - HOUR_MS)).expect(200);
    for _ in 0..2 {
        assert_eq!(act.get(FEED).expect(200).body, feed);
        act.get(&act.sound).expect(200);
        act.get(SHOW).expect(200);
        act.restart();
    }
}

/// As the laptop does it when the time to bring the show back is over.
#[test]
fn the_files_of_a_removed_show_are_called_back_for_good() {
    let mut act = act();
    let episode = act.story.episodes.remove(0);
    act.story.files.truncate(1);
    publish(&act.scene, &act.laptop, &act.story.request(2, act.scene.now_ms())).expect(200);
    act.stands(2, json!({"kind": "gone"})).expect(200);
    let files = json!([{"sha256": Sha256::of(&sound(5_000, 1)), "name": "the-first-step.mp3"}]);
    let request = json!({"show": act.story.id, "episode": episode.id, "files": files});
    act.laptop.post(act.scene.addr(), "/sync/v1/withdraw", &request).expect(200);
    assert!(!act.laptop.has(act.scene.addr(), &Sha256::of(&sound(5_000, 1))));
    for _ in 0..2 {
        for path in [FEED, &act.sound, &act.cover()].into_iter().chain(act.pages.iter().map(String::as_str)) {
            act.get(path).expect(410);
        }
        act.restart();
    }
}

#[test]
fn a_show_that_moved_sends_askers_on_and_leaves_no_file() {
    let mut act = act();
    // Another show has the same sound under another name: that one stays.
    let mut other = Story::new(&act.scene, &act.laptop, "other");
    other.episode("Borrowed", act.scene.now_ms() - HOUR_MS, sound(5_000, 1), Some(1_000));
    other.upload(&act.scene, &act.laptop);
    publish(&act.scene, &act.laptop, &other.request(1, act.scene.now_ms())).expect(200);
    let borrowed = format!("/m/{}/borrowed.mp3", Sha256::of(&sound(5_000, 1)));
    for _ in 0..2 {
        let answer: StandingAnswer = act.moved(1).expect(200).read();
        assert_eq!(answer.deleted, [act.story.files[0].0.sha256.clone()], "the cover was nobody else's");
        for (path, to) in [(FEED, NEW_FEED), (&act.sound, NEW_SOUND)] {
            let answer = act.get(path).expect(301);
            assert_eq!((answer.header("location"), answer.header("cache-control")), (to, "no-cache"), "{path}");
        }
        act.get(&act.cover()).expect(410);
        let error = act.get(SHOW).expect(410).json()["errors"][0]["detail"].clone();
        assert!(error.as_str().unwrap().contains(NEW_FEED), "{error}");
        act.get(&borrowed).expect(200);
        act.restart();
    }
    // Called back after the move: nobody is sent to it.
    let files = json!([{"sha256": Sha256::of(&sound(5_000, 1)), "name": "the-first-step.mp3"}]);
    let request = json!({"show": act.story.id, "episode": act.story.episodes[0].id, "files": files});
    act.laptop.post(act.scene.addr(), "/sync/v1/withdraw", &request).expect(200);
    for _ in 0..2 {
        act.get(&act.sound).expect(410);
        act.get(&act.pages[1]).expect(410);
        act.get(FEED).expect(301);
        act.get(&borrowed).expect(200);
        act.restart();
    }
}

#[test]
fn a_show_that_moved_comes_back_by_a_publication() {
    let act = act();
    let feed = act.get(FEED).expect(200).body;
    act.moved(1).expect(200);
    let request = act.story.request(2, act.scene.now_ms() - HOUR_MS);
    assert_eq!(publish(&act.scene, &act.laptop, &request).expect(422).code(), "target.mismatch", "its files are gone");
    act.get(FEED).expect(301);
    act.story.upload(&act.scene, &act.laptop);
    publish(&act.scene, &act.laptop, &request).expect(200);
    assert_eq!(act.get(FEED).expect(200).body, feed);
    act.get(&act.sound).expect(200);
}

/// Its author ended the feed: that alone is gone.
#[test]
fn an_ended_feed_is_gone_and_its_sounds_lead_on() {
    let mut act = act();
    let hash = Sha256::of(&sound(5_000, 1));
    let file = json!({"sha256": hash, "name": "the-first-step.mp3", "url": NEW_SOUND});
    let ended = |stay: bool| json!({"kind": "ended", "feed_url": NEW_FEED, "files": [file], "files_stay": stay});
    let circle =
        json!({"kind": "ended", "feed_url": format!("https://pod.example{FEED}"), "files": [], "files_stay": true});
    assert_eq!(act.stands(1, circle).expect(422).code(), "field.invalid");
    for stay in [true, false] {
        let answer: StandingAnswer = act.stands(1, ended(stay)).expect(200).read();
        assert_eq!((answer.deleted.contains(&hash), act.laptop.has(act.scene.addr(), &hash)), (!stay, stay));
        for _ in 0..2 {
            act.get(FEED).expect(410);
            act.get(&format!("{FEED}page/2/")).expect(410);
            assert_eq!(act.get(&act.sound).expect(301).header("location"), NEW_SOUND);
            let page = act.get(SHOW).expect(410).json();
            assert!(page["errors"][0]["detail"].as_str().unwrap().contains(NEW_FEED), "{page}");
            act.restart();
        }
    }
    // A word of a later release: refused, and nothing changes.
    assert_eq!(act.stands(1, json!({"kind": "lent"})).expect(400).code(), "usage.invalid");
    act.get(FEED).expect(410);
}

#[test]
fn addresses_that_are_none_are_refused() {
    let act = act();
    let url = |url: &str| act.stands(1, json!({"kind": "moved", "feed_url": url, "files": []}));
    for bad in [
        "",
        "javascript:alert(1)",
        "/podcasts/other/rss/",
        "https://",
        "https://a\r\nSet-Cookie: a",
        &"h".repeat(4_000),
    ] {
        assert_eq!(url(bad).expect(422).code(), "field.invalid", "{bad}");
    }
    assert_eq!(url(&format!("https://pod.example{FEED}")).expect(422).code(), "field.invalid", "no circle");
    act.get(FEED).expect(200);
    let unknown = json!({"show": act.story.episodes[0].id, "version": 1, "standing": {"kind": "gone"}});
    act.laptop.post(act.scene.addr(), "/sync/v1/standing", &unknown).expect(404);
    let body = unknown.to_string();
    http::send(act.scene.addr(), "POST", "/sync/v1/standing", &[], body.as_bytes()).expect(401);
}

/// Removed, but its author may bring it back: what another show does not need any more stays for it.
#[test]
fn what_a_removed_show_may_bring_back_is_not_deleted_with_another_one() {
    let mut act = act();
    let (episodes, files) = (act.story.episodes.clone(), act.story.files.split_off(1));
    act.story.episodes.clear();
    publish(&act.scene, &act.laptop, &act.story.request(2, act.scene.now_ms())).expect(200);
    act.stands(2, json!({"kind": "gone"})).expect(200);
    act.story.episodes = episodes;
    act.story.files.extend(files);
    let mut other = Story::new(&act.scene, &act.laptop, "other");
    other.episode("Borrowed", act.scene.now_ms() - HOUR_MS, sound(5_000, 1), Some(1_000));
    other.upload(&act.scene, &act.laptop);
    publish(&act.scene, &act.laptop, &other.request(1, act.scene.now_ms())).expect(200);
    let leave = json!({"kind": "moved", "feed_url": NEW_FEED, "files": []});
    let request = json!({"show": other.id, "version": 1, "standing": leave});
    act.laptop.post(act.scene.addr(), "/sync/v1/standing", &request).expect(200);
    publish(&act.scene, &act.laptop, &act.story.request(3, act.scene.now_ms())).expect(200);
    act.get(&act.sound).expect(200);
}
