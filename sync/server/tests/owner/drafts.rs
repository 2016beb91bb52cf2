//! Drafts that are heard by a secret address: to the millisecond of their end, over restarts, and only with the files that were
//! sent for them. What an owner's computer says is bounded and cleaned like everything else.

use crate::http::Reply;
use crate::scene::{Laptop, Scene, Story, publish, sound};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hearthcast_model::id::RandomIds;
use hearthcast_model::{EpisodeId, Sha256, ShareId, ShareToken, ShowId};
use serde_json::{Value, json};

const DAY_MS: i64 = 86_400_000;
const DRAFTS: &str = "/sync/v1/drafts";

struct Act {
    scene: Scene,
    laptop: Laptop,
    show: ShowId,
    bytes: Vec<u8>,
}

fn act() -> Act {
    let scene = Scene::new();
    let laptop = scene.paired();
    let show = ShowId::fresh(&RandomIds, scene.now_ms());
    Act { laptop, show, bytes: sound(50_000, 7), scene }
}

impl Act {
    /// A draft for so many milliseconds, as a laptop would share it.
    fn draft(&self, life_ms: i64) -> Value {
        let now = self.scene.now_ms();
        json!({
            "id": ShareId::fresh(&RandomIds, now), "show": self.show, "episode": EpisodeId::fresh(&RandomIds, now),
            "show_title": "Harbour", "language": "de", "title": "Zanzibar",
            "notes": {"html": "<p onclick=x>Hi<script>x</script></p>", "sanitizer_version": 999},
            "sound": {"sha256": Sha256::of(&self.bytes), "bytes": self.bytes.len(), "mime": "audio/mpeg", "ext": "mp3", "duration_ms": 90_000},
            "made_ms": now, "expires_ms": now + life_ms,
        })
    }

    /// Sends the sound as one for a draft.
    fn send(&self) {
        let hash = STANDARD.encode(Sha256::of(&self.bytes).as_str());
        let metadata = format!("sha256 {hash},type {},draft", STANDARD.encode("audio/mpeg"));
        let length = self.bytes.len().to_string();
        let headers = [("Upload-Length", length.as_str()), ("Upload-Metadata", metadata.as_str())];
        let made = self.laptop.tus(self.scene.addr(), "POST", "/sync/v1/files", &headers, b"").expect(201);
        self.laptop.patch(self.scene.addr(), made.header("location"), 0, &self.bytes).expect(204);
    }

    fn share(&self, token: &ShareToken, draft: &Value) -> Reply {
        self.laptop.post(self.scene.addr(), DRAFTS, &json!({"token_sha256": token.hash(), "draft": draft}))
    }

    fn heard(&self, token: &ShareToken, name: &str) -> Reply {
        self.scene.get(&format!("/p/{}/{name}", token.reveal()), &[])
    }

    /// Files of drafts on the disk.
    fn files(&self) -> usize {
        let drafts = self.scene.data().join("drafts");
        let folders = std::fs::read_dir(drafts).unwrap().map(|entry| entry.unwrap().path());
        folders.map(|folder| std::fs::read_dir(folder).unwrap().count()).sum()
    }
}

#[test]
fn what_is_on_its_way_for_listeners_goes_on_where_it_was_though_it_was_shared_meanwhile() {
    let act = act();
    let (laptop, to) = (&act.laptop, act.scene.addr());
    let path = laptop.create(to, &act.bytes, "audio/mpeg");
    laptop.patch(to, &path, 0, &act.bytes[..30_000]).expect(204);
    act.send();
    assert_eq!(laptop.create(to, &act.bytes, "audio/mpeg"), path, "nothing is sent again");
    assert_eq!(laptop.offset(to, &path), 30_000);
    laptop.patch(to, &path, 30_000, &act.bytes[30_000..]).expect(204);
    assert!(laptop.has(to, &Sha256::of(&act.bytes)));
}

#[test]
fn an_address_ends_to_the_millisecond_and_its_files_with_it() {
    let mut act = act();
    act.send();
    assert!(!act.laptop.has(act.scene.addr(), &Sha256::of(&act.bytes)), "it does not lie among published files");
    let (token, draft) = (ShareToken::fresh(&RandomIds), act.draft(2 * DAY_MS));
    let answer = act.share(&token, &draft).expect(200).json();
    assert_eq!(answer["begins"], "https://pod.example/p/");
    act.share(&token, &draft).expect(200);
    assert_eq!(act.share(&ShareToken::fresh(&RandomIds), &draft).expect(409).code(), "library.taken");
    let page = act.heard(&token, "").expect(200);
    let html = String::from_utf8(page.body.clone()).unwrap();
    assert!(
        html.contains("<p>Hi</p>") && html.contains("Entwurf"),
        "cleaned again, and in the show's language: {html}"
    );
    assert!(!html.contains("feed.xml"), "a feed needs a picture");
    act.heard(&token, "feed.xml").expect(404);
    act.scene.stop();
    act.scene.start();
    assert_eq!(act.heard(&token, "sound.mp3").expect(200).body, act.bytes, "it outlives a restart");
    act.scene.clock.advance(2 * DAY_MS - 1);
    act.heard(&token, "").expect(200);
    act.scene.clock.advance(1);
    for name in ["", "sound.mp3", "remarks"] {
        let over = act.heard(&token, name).expect(410);
        assert!(!String::from_utf8(over.body).unwrap().contains("Zanzibar"));
    }
    act.scene.clock.advance(61_000);
    act.scene.until("the clock's job takes the files away", || act.files() == 0);
    act.scene.stop();
    let database = std::fs::read(act.scene.data().join("server.sqlite")).unwrap();
    assert!(!database.windows(8).any(|eight| eight == b"Zanzibar"), "what it said is gone from the database, too");
    act.scene.start();
    act.heard(&token, "").expect(410);
    act.scene.clock.advance(91 * DAY_MS);
    act.scene.until("after 90 days nobody remembers it", || act.heard(&token, "").status == 404);
}

#[test]
fn what_is_not_a_draft_is_refused_and_leaves_nothing() {
    let act = act();
    let token = ShareToken::fresh(&RandomIds);
    assert_eq!(
        act.share(&token, &act.draft(DAY_MS)).expect(422).code(),
        "publish.incomplete",
        "its sound is not there"
    );
    act.send();
    let wrong = |change: &dyn Fn(&mut Value)| {
        let mut draft = act.draft(DAY_MS);
        change(&mut draft);
        act.share(&token, &draft)
    };
    wrong(&|draft| draft["expires_ms"] = draft["made_ms"].clone()).expect(422);
    wrong(&|draft| draft["expires_ms"] = json!(i64::MAX)).expect(422);
    wrong(&|draft| draft["made_ms"] = json!(i64::MIN)).expect(422);
    wrong(&|draft| draft["sound"]["mime"] = json!("text/html")).expect(422);
    wrong(&|draft| draft["sound"]["mime"] = json!("audio/mpeg\r\nX: y")).expect(422);
    wrong(&|draft| draft["sound"]["ext"] = json!("../../x")).expect(422);
    wrong(&|draft| draft["sound"]["bytes"] = json!(1)).expect(422);
    wrong(&|draft| {
        draft["picture"] =
            json!({"sha256": Sha256::of(&act.bytes), "bytes": act.bytes.len(), "mime": "image/svg+xml", "ext": "svg"})
    })
    .expect(422);
    wrong(&|draft| draft["id"] = json!("../../x")).expect(422);
    wrong(&|draft| draft["title"] = json!("x".repeat(5 * 1024 * 1024))).expect(413);
    act.heard(&token, "").expect(404);
    assert_eq!(act.files(), 1, "the sound that waits for its draft");
    // Nobody without a key of this server shares or ends anything.
    let body = json!({"token_sha256": token.hash(), "draft": act.draft(DAY_MS)}).to_string();
    for path in [DRAFTS, "/sync/v1/drafts/end"] {
        crate::http::send(act.scene.addr(), "POST", path, &[], body.as_bytes()).expect(401);
    }
    act.share(&token, &act.draft(DAY_MS)).expect(200);
    let other = ShowId::fresh(&RandomIds, act.scene.now_ms());
    let id = act.laptop.send(act.scene.addr(), "GET", &format!("{DRAFTS}/{}", act.show), &[], b"").expect(200).json();
    let id = id["drafts"][0]["id"].clone();
    act.laptop.post(act.scene.addr(), "/sync/v1/drafts/end", &json!({"show": other, "id": id})).expect(404);
    act.heard(&token, "").expect(200);
}

#[test]
fn a_draft_of_a_public_sound_takes_no_room_and_outlives_it_in_no_way() {
    let act = act();
    let mut story = Story::new(&act.scene, &act.laptop, "keeper");
    story.episode("The first step", act.scene.now_ms() - DAY_MS, act.bytes.clone(), Some(90_000));
    story.upload(&act.scene, &act.laptop);
    publish(&act.scene, &act.laptop, &story.request(1, act.scene.now_ms())).expect(200);
    let token = ShareToken::fresh(&RandomIds);
    act.share(&token, &act.draft(DAY_MS)).expect(200);
    assert_eq!(act.heard(&token, "sound.mp3").expect(200).body, act.bytes);
    let id = act.laptop.send(act.scene.addr(), "GET", &format!("{DRAFTS}/{}", act.show), &[], b"").expect(200).json();
    let end = json!({"show": act.show, "id": id["drafts"][0]["id"]});
    act.laptop.post(act.scene.addr(), "/sync/v1/drafts/end", &end).expect(200);
    act.heard(&token, "sound.mp3").expect(410);
    let public = format!("/m/{}/the-first-step.mp3", Sha256::of(&act.bytes));
    assert_eq!(act.scene.get(&public, &[]).expect(200).body, act.bytes, "what is public stays");
}
