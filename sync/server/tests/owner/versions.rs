//! Versions on the server: listed, read byte for byte, brought back, and without what was withdrawn. An older laptop and a
//! newer one are understood.

use crate::http::Reply;
use crate::scene::{Laptop, Scene, Story, facts, publish, sound};
use hearthcast_model::{EpisodeId, Sha256};
use hearthcast_protocol::versions::{ServerVersion, ServerVersions, WithdrawAnswer};
use serde_json::{Value, json};
use std::process::Command;

const HOUR_MS: i64 = 3_600_000;
const FEED: &str = "/podcasts/keeper/rss/";

struct Act {
    scene: Scene,
    laptop: Laptop,
    story: Story,
    second: EpisodeId,
    /// The feed of version 1 as listeners got it.
    first_feed: Vec<u8>,
    first_at: i64,
}

/// A server with two versions: one episode, then a second one.
fn act() -> Act {
    let scene = Scene::new();
    let laptop = scene.paired();
    let mut story = Story::new(&scene, &laptop, "keeper");
    let first_at = scene.now_ms();
    story.episode("The first step", first_at - 2 * HOUR_MS, sound(5_000, 1), Some(1_000));
    story.upload(&scene, &laptop);
    publish(&scene, &laptop, &story.request(1, first_at)).expect(200);
    let first_feed = scene.get(FEED, &[]).expect(200).body;
    let second = story.episode("The second step", first_at - HOUR_MS, sound(6_000, 2), Some(2_000));
    story.upload(&scene, &laptop);
    publish(&scene, &laptop, &story.request(2, first_at)).expect(200);
    Act { scene, laptop, story, second, first_feed, first_at }
}

impl Act {
    fn get(&self, path: &str) -> Reply {
        let path = format!("/sync/v1/shows/{}/versions{path}", self.story.id);
        self.laptop.send(self.scene.addr(), "GET", &path, &[], b"")
    }

    /// Version 3, which brings version 1 back.
    fn back(&mut self) -> Value {
        let (episodes, files) = (self.story.episodes.clone(), self.story.files.len());
        self.story.episodes.truncate(1);
        let cut = self.story.files.split_off(files - 1);
        let mut request = self.story.request(3, self.first_at);
        (self.story.episodes, request.manifest.effective_at) = (episodes, self.scene.now_ms());
        self.story.files.extend(cut);
        request.manifest.restores = Some(1);
        serde_json::to_value(&request).unwrap()
    }

    fn send(&self, request: &Value) -> Reply {
        self.laptop.post(self.scene.addr(), "/sync/v1/publish", request)
    }

    fn withdraw(&self) -> Reply {
        let hash = Sha256::of(&sound(6_000, 2));
        let files = json!([{"sha256": hash, "name": "the-second-step.mp3"}]);
        let request = json!({"show": self.story.id, "episode": self.second, "files": files});
        self.laptop.post(self.scene.addr(), "/sync/v1/withdraw", &request)
    }
}

#[test]
fn versions_are_listed_and_their_feeds_are_what_listeners_got() {
    let act = act();
    let listed: ServerVersions = act.get("").expect(200).read();
    let told: Vec<(u64, bool)> = listed.versions.iter().map(|v| (v.version, v.feed_kept)).collect();
    assert_eq!(told, [(2, true), (1, true)]);
    assert_eq!(act.get("/1/feed").expect(200).body, act.first_feed);
    let one: ServerVersion = act.get("/1").expect(200).read();
    assert_eq!(one.manifest.version, 1);
    act.get("/9").expect(404);
    act.get("/1x").expect(400);
    let stranger = act.scene.get(&format!("/sync/v1/shows/{}/versions", act.story.id), &[]);
    assert_eq!(stranger.status, 401);
}

#[test]
fn an_older_version_comes_back_byte_for_byte_and_stays_so_after_a_restart() {
    let mut act = act();
    act.scene.clock.advance(HOUR_MS);
    let request = act.back();
    let mut other = request.clone();
    other["manifest"]["feed"]["sha256"] = json!(Sha256::of(b"another feed"));
    assert_eq!(act.send(&other).expect(422).code(), "field.invalid");
    let mut unknown = request.clone();
    unknown["manifest"]["restores"] = json!(7);
    act.send(&unknown).expect(404);
    assert_ne!(act.scene.get(FEED, &[]).expect(200).body, act.first_feed);
    let answer = act.send(&request).expect(200);
    for _ in 0..2 {
        assert_eq!(act.scene.get(FEED, &[]).expect(200).body, act.first_feed, "byte for byte");
        assert_eq!(act.send(&request).expect(200).body, answer.body, "the same request again");
        act.scene.stop();
        act.scene.start();
    }
}

/// Makes version 1 one of another renderer whose feed is not kept any more.
fn forget_feed(scene: &Scene, hash: &Sha256) {
    let sql = format!(
        "UPDATE version SET feed = NULL, sha256 = '{hash}', manifest = json_set(manifest, '$.feed.sha256', '{hash}')
         WHERE n = 1"
    );
    // The server writes now and then by itself: it is waited for.
    let mut sqlite = Command::new("sqlite3");
    let done =
        sqlite.args(["-cmd", ".timeout 10000"]).arg(scene.data().join("server.sqlite")).arg(sql).status().unwrap();
    assert!(done.success());
}

/// What this server would write today is not what it wrote then: it serves what it wrote then.
#[test]
fn bytes_of_another_renderer_come_back_from_the_laptop_when_the_server_forgot_them() {
    let mut act = act();
    let request = act.back();
    // As after twenty more versions, and an update of the feed writer.
    let feed = String::from_utf8(act.first_feed.clone()).unwrap().replace("<rss", "<!-- renderer 1 --><rss");
    let hash = Sha256::of(feed.as_bytes());
    act.scene.stop();
    forget_feed(&act.scene, &hash);
    act.scene.start();
    let mut request = request;
    request["manifest"]["feed"]["sha256"] = json!(hash);
    request["manifest"]["renderer"] = json!(1);
    request["feed"] = json!(feed);
    act.send(&request).expect(200);
    for _ in 0..2 {
        assert_eq!(act.scene.get(FEED, &[]).expect(200).body, feed.as_bytes());
        act.scene.stop();
        act.scene.start();
    }
}

#[test]
fn laptops_of_the_release_before_and_after_are_understood() {
    let act = act();
    let request = act.story.request(3, act.scene.now_ms());
    let mut sent = serde_json::to_value(&request).unwrap();
    // Exactly what the release before sends: no new field stands in a publication that is no rollback.
    assert!(sent.get("feed").is_none() && sent["manifest"].get("restores").is_none());
    // And a field of the release after this one does no harm.
    sent["novelty"] = json!({"of": "the next release"});
    sent["manifest"]["novelty"] = json!(1);
    act.send(&sent).expect(200);
}

#[test]
fn what_was_withdrawn_is_deleted_answers_410_and_never_comes_back() {
    let mut act = act();
    let address = format!("/m/{}/the-second-step.mp3", Sha256::of(&sound(6_000, 2)));
    act.scene.get(&address, &[]).expect(200);
    assert_eq!(act.withdraw().expect(409).code(), "target.conflict", "it is still in the feed");
    let both = act.story.request(4, act.first_at);
    let back = act.back();
    act.send(&back).expect(200);
    let answer: WithdrawAnswer = act.withdraw().expect(200).read();
    assert_eq!((answer.deleted.len(), answer.kept.len(), answer.versions), (1, 0, vec![2]));
    for _ in 0..2 {
        act.scene.get(&address, &[]).expect(410);
        act.scene.get("/m/00000000000000000000000000000000/x.mp3", &[]).expect(404);
        assert!(!act.laptop.has(act.scene.addr(), &Sha256::of(&sound(6_000, 2))));
        act.get("/2/feed").expect(404);
        act.scene.stop();
        act.scene.start();
    }
    let again: WithdrawAnswer = act.withdraw().expect(200).read();
    assert_eq!(again.versions, Vec::<u64>::new());
    act.story.upload(&act.scene, &act.laptop);
    let refused = publish(&act.scene, &act.laptop, &both).expect(422);
    assert_eq!(refused.code(), "publish.incomplete");
    assert!(refused.json()["message"].as_str().unwrap().contains("withdrawn"));
}

#[test]
fn a_withdrawn_file_that_another_episode_uses_stays() {
    let mut act = act();
    act.story.episode("The same sound", act.first_at - HOUR_MS, sound(6_000, 2), Some(2_000));
    act.story.episodes.remove(1);
    act.story.files.remove(2);
    publish(&act.scene, &act.laptop, &act.story.request(3, act.first_at)).expect(200);
    let answer: WithdrawAnswer = act.withdraw().expect(200).read();
    assert_eq!((answer.deleted.len(), answer.kept.len()), (0, 1));
    act.scene.get(&format!("/m/{}/the-same-sound.mp3", Sha256::of(&sound(6_000, 2))), &[]).expect(200);
    act.scene.get(&format!("/m/{}/the-second-step.mp3", Sha256::of(&sound(6_000, 2))), &[]).expect(410);
    let hostile =
        json!({"show": act.story.id, "episode": act.second, "files": [{"sha256": Sha256::of(b""), "name": "../x"}]});
    act.laptop.post(act.scene.addr(), "/sync/v1/withdraw", &hostile).expect(422);
}

/// Who has an older feed, or a list of what to play next, hears what stood there, until it is withdrawn.
#[test]
fn a_sound_that_was_replaced_still_answers_until_it_is_withdrawn() {
    let mut act = act();
    let (old, new) = (sound(6_000, 2), sound(7_000, 3));
    let path = |bytes: &[u8]| format!("/m/{}/the-second-step.mp3", Sha256::of(bytes));
    let audio = act.story.episodes[1].body.audio.as_mut().unwrap();
    audio.hash = Sha256::of(&new);
    act.story.files[2] = (facts(&new, "audio/mpeg", Some(2_000)), new.clone(), Some(act.second.clone()));
    act.story.upload(&act.scene, &act.laptop);
    publish(&act.scene, &act.laptop, &act.story.request(3, act.first_at)).expect(200);
    for _ in 0..2 {
        assert!(act.scene.get(&path(&old), &[]).expect(200).body == old);
        assert!(act.scene.get(&path(&new), &[]).expect(200).body == new);
        act.scene.start_again(|_| {});
    }
    act.story.episodes.remove(1);
    act.story.files.remove(2);
    publish(&act.scene, &act.laptop, &act.story.request(4, act.first_at)).expect(200);
    act.withdraw().expect(200);
    for bytes in [old, new] {
        act.scene.get(&path(&bytes), &[]).expect(410);
    }
}
