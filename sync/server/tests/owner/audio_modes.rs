//! How listeners get the sound: served, redirected, direct. What is right where: RFC 9110 §15.4.3 (302), and that every
//! address that was published once goes on answering when the mode changes.

use crate::http::Reply;
use crate::scene::{Laptop, Scene, Story, publish, sound};
use hearthcast_model::rule::AudioMode;
use hearthcast_model::{EpisodeId, Sha256};
use hearthcast_server::jobs::rollup::NODE;
use hearthcast_server::logbook::{Entry, Mark, Row, read, settled};
use serde_json::Value;

const HOUR_MS: i64 = 3_600_000;
const CDN: &str = "https://cdn.example/shows/";

struct Act {
    scene: Scene,
    laptop: Laptop,
    story: Story,
    /// The bytes that lie on the server, and their episode.
    here: (Vec<u8>, EpisodeId),
    /// Those that lie in the storage.
    there: (Vec<u8>, EpisodeId),
    later: EpisodeId,
}

/// A show with one sound here, one in a storage, and one there whose time has not come; nothing is published.
fn act() -> Act {
    let scene = Scene::new();
    let laptop = scene.paired();
    let mut story = Story::new(&scene, &laptop, "keeper");
    let bytes = [sound(50_000, 1), sound(60_000, 2), sound(70_000, 3)];
    let here = story.episode("Here", scene.now_ms() - 2 * HOUR_MS, bytes[0].clone(), Some(1_000));
    let there = story.episode("There", scene.now_ms() - HOUR_MS, bytes[1].clone(), Some(1_000));
    let later = story.episode("Later", scene.now_ms() + HOUR_MS, bytes[2].clone(), Some(1_000));
    for (bytes, name) in [(&bytes[1], "there.mp3"), (&bytes[2], "later.mp3")] {
        let hash = Sha256::of(bytes);
        story.sound.elsewhere.insert(hash.clone(), format!("{CDN}/media/{}/{name}", hash.short()));
    }
    story.upload(&scene, &laptop);
    Act { scene, laptop, story, here: (bytes[0].clone(), here), there: (bytes[1].clone(), there), later }
}

impl Act {
    fn publish(&mut self, version: u64, mode: AudioMode) -> Reply {
        self.story.sound.mode = mode;
        publish(&self.scene, &self.laptop, &self.story.request(version, self.scene.now_ms()))
    }

    fn get(&self, path: &str) -> Reply {
        self.scene.get(path, &[("User-Agent", "AntennaPod/3.5")])
    }

    /// Where an address leads.
    #[track_caller]
    fn leads_to(&self, path: &str) -> String {
        let answer = self.get(path).expect(302);
        assert!(answer.body.is_empty());
        assert_eq!(answer.header("cache-control"), "no-cache", "it may lead elsewhere tomorrow");
        let head = crate::http::send(self.scene.addr(), "HEAD", path, &[], b"").expect(302);
        assert_eq!(head.header("location"), answer.header("location"));
        answer.header("location").to_string()
    }

    fn enclosures(&self) -> Vec<String> {
        let feed = String::from_utf8(self.get("/podcasts/keeper/rss/").expect(200).body).unwrap();
        let urls = feed.split("<enclosure ").skip(1).filter_map(|rest| rest.split("url=\"").nth(1)?.split('"').next());
        urls.map(str::to_string).collect()
    }

    fn stable(episode: &EpisodeId) -> String {
        format!("/e/{episode}/audio.mp3")
    }

    fn served(bytes: &[u8], name: &str) -> String {
        format!("/m/{}/{name}.mp3", Sha256::of(bytes))
    }

    fn stored(bytes: &[u8], name: &str) -> String {
        format!("{CDN}media/{}/{name}.mp3", Sha256::of(bytes).short())
    }

    fn rows(&self) -> Vec<Row> {
        let log = self.scene.data().join("log");
        let entries: Vec<_> = read(&log, NODE, Mark::default()).unwrap().collect::<Result<_, _>>().unwrap();
        let rows: Vec<_> = entries.into_iter().filter(|(_, entry)| !matches!(entry, Entry::View(..))).collect();
        settled(rows).0.into_values().collect()
    }
}

#[test]
fn by_redirect_the_feed_names_stable_addresses() {
    let mut act = act();
    act.publish(1, AudioMode::Redirect).expect(200);
    let (here, there) = (Act::stable(&act.here.1), Act::stable(&act.there.1));
    let full = |path: &str| format!("https://pod.example{path}");
    assert_eq!(act.enclosures(), [full(&there), full(&here)]);
    // What lies here is sent under the stable address, with ranges; what lies there is pointed to.
    let part = act.scene.get(&here, &[("Range", "bytes=100-199")]).expect(206);
    assert_eq!((part.body.as_slice(), part.header("content-range")), (&act.here.0[100..200], "bytes 100-199/50000"));
    assert_eq!(part.header("cache-control"), "no-cache", "another file may stand here tomorrow");
    assert_eq!(act.leads_to(&there), Act::stored(&act.there.0, "there"));
    assert_eq!(act.leads_to(&Act::served(&act.there.0, "there")), Act::stored(&act.there.0, "there"));
    for (id, stable) in [(&act.here.1, &here), (&act.there.1, &there)] {
        assert_eq!(act.leads_to(&format!("/episodes/{id}/audio/")), full(stable));
        assert_eq!(act.leads_to(&format!("/episodes/{id}/audio")), full(stable));
    }
    let shown: Value = act.get(&format!("/episodes/{}/", act.there.1)).expect(200).json();
    assert_eq!(shown["data"]["attributes"]["audio-url"], full(&there));
}

#[test]
fn direct_the_feed_names_the_storage() {
    let mut act = act();
    act.publish(1, AudioMode::Direct).expect(200);
    let stored = Act::stored(&act.there.0, "there");
    let served = format!("https://pod.example{}", Act::served(&act.here.0, "here"));
    assert_eq!(act.enclosures(), [stored.clone(), served.clone()]);
    assert_eq!(act.leads_to(&format!("/episodes/{}/audio/", act.there.1)), stored);
    assert_eq!(act.leads_to(&format!("/episodes/{}/audio/", act.here.1)), served);
    assert_eq!(act.leads_to(&Act::stable(&act.there.1)), stored, "an address of the other mode");
}

#[test]
fn every_address_ever_published_goes_on_answering() {
    let mut act = act();
    let elsewhere = std::mem::take(&mut act.story.sound.elsewhere);
    act.story.upload(&act.scene, &act.laptop);
    let reaches = |act: &Act, path: &str, bytes: &[u8], name: &str| match act.get(path) {
        answer if answer.status == 200 => assert!(answer.body == bytes, "{path}: other bytes"),
        answer => {
            assert_eq!((answer.status, answer.header("location")), (302, Act::stored(bytes, name).as_str()), "{path}")
        }
    };
    let all = |act: &Act| {
        for ((bytes, id), name) in [(&act.here, "here"), (&act.there, "there")] {
            reaches(act, &Act::served(bytes, name), bytes, name);
            reaches(act, &Act::stable(id), bytes, name);
            act.get(&format!("/episodes/{id}/audio/")).expect(302);
        }
    };
    act.publish(1, AudioMode::Serve).expect(200);
    all(&act);
    act.story.sound.elsewhere = elsewhere.clone();
    act.publish(2, AudioMode::Redirect).expect(200);
    all(&act);
    act.publish(3, AudioMode::Direct).expect(200);
    all(&act);
    act.story.sound.elsewhere.clear();
    act.publish(4, AudioMode::Serve).expect(200);
    all(&act);
    act.scene.stop();
    act.scene.start();
    all(&act);
}

#[test]
fn what_is_not_public_is_nowhere() {
    let mut act = act();
    act.publish(1, AudioMode::Redirect).expect(200);
    let hash = Sha256::of(&sound(70_000, 3));
    let later = [
        Act::stable(&act.later),
        format!("/episodes/{}/audio/", act.later),
        format!("/m/{hash}/later.mp3"),
        "/e/018f0000-0000-7000-8000-000000000001/audio.mp3".into(),
        "/episodes/018f0000-0000-7000-8000-000000000001/audio/".into(),
        format!("/e/{}/audio.ogg", act.there.1),
        format!("/e/{}/video.mp3", act.there.1),
        format!("/e/{}/audio.mp3/", act.there.1),
        "/e/../audio.mp3".into(),
        "/e/%ff/audio.mp3".into(),
    ];
    for path in &later {
        assert_eq!(act.get(path).status, 404, "{path}");
    }
    act.scene.clock.advance(2 * HOUR_MS);
    act.scene.until("the episode's time comes", || act.get(&later[0]).status == 302);
}

#[test]
fn redirects_are_noted_as_redirects() {
    let mut act = act();
    act.publish(1, AudioMode::Redirect).expect(200);
    act.leads_to(&Act::stable(&act.there.1));
    act.get(&Act::stable(&act.here.1)).expect(200);
    act.get(&format!("/episodes/{}/audio/", act.there.1)).expect(302);
    let seen: Vec<_> =
        act.rows().iter().map(|row| (row.status, row.sent, row.flags.redirected, row.media.clone())).collect();
    let there = Sha256::of(&act.there.0);
    // GET and HEAD of the one, GET of the other; the alias leads to an address of our own, where it is noted.
    let expected =
        [(302, 0, true, there.clone()), (302, 0, true, there), (200, 50_000, false, Sha256::of(&act.here.0))];
    assert_eq!(seen, expected);
}

#[test]
fn what_cannot_be_carried_out_is_refused() {
    let mut act = act();
    let served = act.publish(1, AudioMode::Serve).expect(422);
    assert_eq!(served.code(), "field.invalid");
    let good = act.story.sound.elsewhere.clone();
    let hash = Sha256::of(&act.there.0);
    for bad in [
        "https://me:word@cdn.example//media/a.mp3",
        "https://cdn.example//media/../a.mp3",
        "https://cdn.example//.hidden/a.mp3",
        "https://cdn.example/?a=//a.mp3",
        "https://cdn.example/#//a.mp3",
        "ftp://cdn.example//a.mp3",
        "javascript:alert(1)//a.mp3",
        "//a.mp3",
        "https://cdn.example//a\r\nSet-Cookie: a=b",
        "https://cdn.example//a\"b.mp3",
    ] {
        act.story.sound.elsewhere.insert(hash.clone(), bad.into());
        assert_eq!(act.publish(1, AudioMode::Redirect).status, 422, "{bad}");
    }
    act.story.sound.elsewhere = good;
    let cover = act.story.files[0].0.sha256.clone();
    act.story.sound.elsewhere.insert(cover, format!("{CDN}/cover.png"));
    act.publish(1, AudioMode::Redirect).expect(422);
    assert_eq!(act.get("/podcasts/keeper/rss/").status, 404, "nothing was published");
}
