//! Publication: checked, rendered and compared by the server itself, switched as a whole, once.

use crate::http::Reply;
use crate::scene::{Laptop, Scene, Story, publish, sound};
use hearthcast_model::chapter::Transcript;
use hearthcast_model::show::Attachment;
use hearthcast_model::{SafeHtml, Sha256};
use hearthcast_protocol::publish::{CurrentVersion, PublishAnswer, PublishConflict, PublishRequest};
use std::process::Command;
use std::sync::{Arc, Mutex};

const HOUR_MS: i64 = 3_600_000;
const FEED: &str = "/podcasts/keeper/rss/";

struct Act {
    scene: Scene,
    laptop: Laptop,
    story: Story,
}

/// A server that has the files of a show with one episode; nothing is published.
fn act() -> Act {
    let scene = Scene::new();
    let laptop = scene.paired();
    let mut story = Story::new(&scene, &laptop, "keeper");
    story.episode("The first step", scene.now_ms() - HOUR_MS, sound(5_000, 1), Some(1_000));
    story.upload(&scene, &laptop);
    Act { scene, laptop, story }
}

impl Act {
    fn request(&self, version: u64) -> PublishRequest {
        self.story.request(version, self.scene.now_ms())
    }
    fn publish(&self, request: &PublishRequest) -> Reply {
        publish(&self.scene, &self.laptop, request)
    }
    fn version(&self) -> CurrentVersion {
        let path = format!("/sync/v1/shows/{}/version", self.story.id);
        self.laptop.send(self.scene.addr(), "GET", &path, &[], b"").expect(200).read()
    }
    fn feed(&self) -> Reply {
        self.scene.get(FEED, &[])
    }
}

#[test]
fn a_publication_is_public_at_once_and_whole() {
    let act = act();
    let nothing = act.version();
    assert_eq!((nothing.version, nothing.manifest, nothing.feed_sha256), (0, None, None));
    act.feed().expect(404);
    let request = act.request(1);
    let answer: PublishAnswer = act.publish(&request).expect(200).read();
    assert_eq!((answer.version, answer.feed_url.as_str()), (1, "https://pod.example/podcasts/keeper/rss/"));
    let feed = act.feed().expect(200);
    assert_eq!(feed.body, act.story.feed(act.scene.now_ms()), "the bytes that the laptop rendered");
    assert_eq!(feed.header("etag"), answer.etag);
    act.scene.get(FEED, &[("If-None-Match", &answer.etag)]).expect(304);
    let now = act.version();
    assert_eq!((now.version, now.feed_sha256), (1, Some(Sha256::of(&feed.body))));
    assert_eq!(now.manifest.as_ref(), Some(&request.manifest));
    // libxml2 reads the enclosure; curl, told to find the public name here, fetches it.
    let text = act.scene.folder.path().join("feed.xml");
    std::fs::write(&text, &feed.body).unwrap();
    let found = run("xmllint", &["--xpath", "string(//item/enclosure/@url)", text.to_str().unwrap()]);
    let url = String::from_utf8(found).unwrap().trim().replace("https://", "http://");
    let connect = format!("pod.example:80:127.0.0.1:{}", act.scene.addr().port());
    assert_eq!(run("curl", &["-sSf", "--connect-to", &connect, &url]), sound(5_000, 1));
}

fn run(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(arguments).env("LC_ALL", "C").output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn the_same_publication_happens_once() {
    let mut act = act();
    let request = act.request(1);
    let first = act.publish(&request).expect(200);
    assert_eq!(act.publish(&request).expect(200).body, first.body);
    act.scene.stop();
    act.scene.start();
    assert_eq!(act.publish(&request).expect(200).body, first.body, "after a restart too");
    let mut other = act.request(2);
    other.manifest.fence = request.manifest.fence.clone();
    act.publish(&other).expect(422);
    assert_eq!(act.version().version, 1);
}

#[test]
fn two_laptops_cannot_both_follow_the_same_version() {
    let act = act();
    let second = act.scene.paired();
    let (one, mut two) = (act.request(1), act.request(1));
    two.manifest.device = second.device.clone();
    act.publish(&one).expect(200);
    let conflict: PublishConflict = publish(&act.scene, &second, &two).expect(409).read();
    assert_eq!(conflict.current.version, 1);
    assert_eq!(conflict.current.manifest, Some(one.manifest));
    // A laptop cannot publish in another one's name either.
    let theirs = act.request(2);
    publish(&act.scene, &second, &theirs).expect(403);
    // A server restored from a backup has another history.
    let mut old = act.request(2);
    old.manifest.epoch = "before".into();
    act.publish(&old).expect(409);
    act.publish(&act.request(2)).expect(200);
    let mut gap = act.request(4);
    gap.manifest.parent = 2;
    act.publish(&gap).expect(422);
}

#[test]
fn nothing_public_ever_points_at_something_missing() {
    let act = act();
    let mut story = act.story;
    story.episode("Not uploaded", act.scene.now_ms(), sound(6_000, 2), Some(1_000));
    let request = story.request(1, act.scene.now_ms());
    let refused = publish(&act.scene, &act.laptop, &request).expect(422);
    assert_eq!(
        (refused.code().as_str(), refused.json()["subject"]["kind"].as_str()),
        ("target.mismatch", Some("media"))
    );
    let mut hidden = request.clone();
    hidden.manifest.objects.pop();
    assert_eq!(publish(&act.scene, &act.laptop, &hidden).expect(422).code(), "publish.incomplete");
    act.laptop.upload(act.scene.addr(), &sound(6_000, 2), "audio/mpeg");
    let mut longer = request.clone();
    longer.manifest.objects[2].bytes += 1;
    assert_eq!(publish(&act.scene, &act.laptop, &longer).expect(422).code(), "target.mismatch");
    let mut untold = request.clone();
    untold.facts.pop();
    publish(&act.scene, &act.laptop, &untold).expect(422);
    act.scene.get(FEED, &[]).expect(404);
    publish(&act.scene, &act.laptop, &request).expect(200);
}

#[test]
fn another_feed_than_promised_is_refused() {
    let act = act();
    let mut request = act.request(1);
    request.show.author = "Somebody else".into();
    assert_eq!(act.publish(&request).expect(409).code(), "publish.render_mismatch");
    act.feed().expect(404);
    // Another writer's feed has another hash: accepted, and the server's own is shown.
    request.manifest.renderer += 1;
    act.publish(&request).expect(200);
    assert!(String::from_utf8(act.feed().expect(200).body).unwrap().contains("Somebody else"));
}

#[test]
fn hostile_notes_are_cleaned_whatever_the_laptop_says() {
    let mut act = act();
    let html = "<p>Hello</p><script>alert(1)</script><a href=\"javascript:alert(2)\" onclick=\"x()\">go</a>";
    act.story.episodes[0].body.notes.safe = SafeHtml { html: html.into(), sanitizer_version: 99 };
    let mut request = act.request(1);
    request.manifest.renderer += 1;
    act.publish(&request).expect(200);
    let feed = String::from_utf8(act.feed().expect(200).body).unwrap();
    let kept = act.scene.runtime.block_on(async {
        let mut reader = act.scene.store().read().await.unwrap();
        hearthcast_store::released::get(&mut reader, &act.story.id).await.unwrap().unwrap()
    });
    let kept = &kept.episodes[0].body.notes;
    assert_eq!(kept.source, "", "what the author typed is nobody's business here");
    assert!(feed.contains("Hello"));
    for bad in ["script>", "javascript:", "onclick", "alert"] {
        assert!(!feed.contains(bad), "{bad} in the feed");
        assert!(!kept.safe.html.contains(bad), "{bad} in what later pages will show");
    }
}

#[test]
fn an_episode_appears_at_its_time_by_the_servers_clock() {
    let mut act = act();
    let at_ms = act.scene.now_ms() + HOUR_MS;
    let later = sound(7_000, 3);
    act.story.episode("Tomorrow’s news", at_ms, later.clone(), Some(1_000));
    act.laptop.upload(act.scene.addr(), &later, "audio/mpeg");
    act.publish(&act.request(1)).expect(200);
    let file = format!("/m/{}/tomorrows-news.mp3", Sha256::of(&later));
    let before = act.feed().expect(200);
    assert!(!String::from_utf8_lossy(&before.body).contains("news"), "never earlier");
    act.scene.get(&file, &[]).expect(404);
    act.scene.clock.advance(HOUR_MS - 1);
    act.scene.stop();
    act.scene.start();
    assert_eq!(act.feed().expect(200).body, before.body, "not one millisecond earlier, not after a restart either");
    act.scene.clock.advance(1);
    act.scene.until("the episode appears", || act.feed().header("etag") != before.header("etag"));
    assert_eq!(act.feed().body, act.story.feed(at_ms));
    act.scene.get(&file, &[]).expect(200);
    assert_eq!(act.version().feed_sha256, Some(Sha256::of(&act.story.feed(at_ms))));
}

#[test]
fn what_is_public_survives_a_restart() {
    let mut act = act();
    let answer: PublishAnswer = act.publish(&act.request(1)).expect(200).read();
    act.scene.stop();
    act.scene.clock.advance(3 * HOUR_MS);
    act.scene.start();
    let feed = act.feed().expect(200);
    assert_eq!(feed.header("etag"), answer.etag, "the clock alone changes nothing");
}

#[test]
fn drafts_foreign_episodes_and_other_peoples_slugs_are_refused() {
    let act = act();
    let mut draft = act.request(1);
    draft.episodes[0].body.draft = true;
    assert_eq!(act.publish(&draft).expect(422).code(), "publish.incomplete");
    let mut undated = act.request(1);
    undated.episodes[0].body.publish_at_ms = None;
    act.publish(&undated).expect(422);
    let mut twice = act.request(1);
    twice.episodes.push(twice.episodes[0].clone());
    act.publish(&twice).expect(422);
    let mut path = act.request(1);
    path.episodes[0].body.audio.as_mut().unwrap().name = "../x".into();
    act.publish(&path).expect(422);
    let mut page = act.request(1);
    page.facts[1].mime = "text/html".into();
    page.manifest.objects[1].mime = "text/html".into();
    act.publish(&page).expect(422);
    let mut future = act.request(1);
    future.manifest.effective_at += 121_000;
    assert_eq!(act.publish(&future).expect(422).json()["subject"]["id"].as_str(), Some("effective_at"));
    let mut newer = act.request(1);
    newer.manifest.format += 1;
    act.publish(&newer).expect(426);
    act.publish(&act.request(1)).expect(200);
    let mut other = Story::new(&act.scene, &act.laptop, "keeper");
    other.episode("Mine", act.scene.now_ms() - HOUR_MS, sound(5_000, 9), None);
    other.upload(&act.scene, &act.laptop);
    let taken = publish(&act.scene, &act.laptop, &other.request(1, act.scene.now_ms())).expect(409);
    assert_eq!(taken.code(), "library.taken");
    let mut foreign = act.request(2);
    foreign.episodes[0].body.show = other.id.clone();
    act.publish(&foreign).expect(422);
}

#[test]
fn a_file_that_left_the_feed_is_not_served_by_guessing() {
    let mut act = act();
    act.publish(&act.request(1)).expect(200);
    let file = format!("/m/{}/the-first-step.mp3", Sha256::of(&sound(5_000, 1)));
    act.scene.get(&file, &[]).expect(200);
    act.story.episodes.clear();
    act.publish(&act.request(2)).expect(200);
    act.scene.get(&file, &[]).expect(404);
}

const WORDS: &[u8] = "WEBVTT\n\n00:00.000 --> 00:01.000\n<v Mara>Grüße vom Meer\n".as_bytes();
const CHAPTERS: &[u8] = br#"{"version":"1.2.0","chapters":[{"startTime":0,"title":"Intro"}]}"#;

impl Act {
    /// Adds a file to the episode's, and to the server.
    fn file(&mut self, bytes: &[u8], mime: &str, ext: &str) -> Attachment {
        let episode = self.story.episodes[0].id.clone();
        self.laptop.upload(self.scene.addr(), bytes, mime);
        self.story.files.push((crate::scene::facts(bytes, mime, None), bytes.to_vec(), Some(episode)));
        Attachment { hash: Sha256::of(bytes), name: "the-first-step".into(), ext: ext.into() }
    }
}

#[test]
fn chapters_and_transcripts_are_served_as_web_players_want_them() {
    let mut act = act();
    let (chapters, words) =
        (act.file(CHAPTERS, "application/json+chapters", "json"), act.file(WORDS, "text/vtt", "vtt"));
    let body = &mut act.story.episodes[0].body;
    body.chapters_file = Some(chapters.clone());
    body.transcripts = vec![Transcript { file: words.clone(), language: "en".into(), captions: false }];
    act.publish(&act.request(1)).expect(200);
    for (file, bytes, mime) in
        [(&chapters, CHAPTERS, "application/json+chapters"), (&words, WORDS, "text/vtt; charset=utf-8")]
    {
        let path = format!("/m/{}/{}.{}", file.hash, file.name, file.ext);
        let feed = String::from_utf8(act.feed().expect(200).body).unwrap();
        assert!(feed.contains(&format!("url=\"https://pod.example{path}\"")), "{path} is in the feed");
        let reply = act.scene.get(&path, &[("Origin", "https://player.example")]).expect(200);
        assert_eq!((reply.header("content-type"), reply.header("access-control-allow-origin")), (mime, "*"));
        assert_eq!((reply.header("x-content-type-options"), &reply.body[..]), ("nosniff", bytes));
        act.scene.get(&path, &[("If-None-Match", reply.header("etag"))]).expect(304);
        let head = crate::http::send(act.scene.addr(), "HEAD", &path, &[], b"").expect(200);
        assert_eq!((head.header("content-length"), head.body.len()), (bytes.len().to_string().as_str(), 0));
        act.scene.get(&path, &[("Range", "bytes=0-5")]).expect(206);
    }
}

#[test]
fn reading_along_is_no_download() {
    let mut act = act();
    let words = act.file(WORDS, "text/vtt", "vtt");
    act.story.episodes[0].body.transcripts =
        vec![Transcript { file: words.clone(), language: String::new(), captions: true }];
    act.publish(&act.request(1)).expect(200);
    for _ in 0..3 {
        act.scene.get(&format!("/m/{}/the-first-step.vtt", words.hash), &[]).expect(200);
    }
    act.scene.get(&format!("/m/{}/the-first-step.mp3", Sha256::of(&sound(5_000, 1))), &[]).expect(200);
    let answer = act.laptop.send(act.scene.addr(), "GET", "/sync/v1/metrics?after=0&limit=10", &[], b"").expect(200);
    let requests: Vec<u64> =
        answer.json()["rows"].as_array().unwrap().iter().filter_map(|row| row["funnel"]["requests"].as_u64()).collect();
    assert_eq!(requests, [1], "the sound alone");
}

#[test]
fn texts_that_no_player_reads_are_refused() {
    for (bytes, mime, ext) in [
        (&b"WEBVTT\n\n00:02.000 --> 00:01.000\nbackwards\n"[..], "text/vtt", "vtt"),
        (b"WEBVTT\n\n00:00.000 --> 00:01.000\nLatin-1: \xE4\n", "text/vtt", "vtt"),
        (WORDS, "application/x-subrip", "srt"),
        (b"<script>alert(1)</script>", "text/vtt", "vtt"),
        (WORDS, "text/html", "vtt"),
    ] {
        let mut act = act();
        let file = act.file(bytes, mime, ext);
        act.story.episodes[0].body.transcripts = vec![Transcript { file, language: String::new(), captions: false }];
        let refused = act.publish(&act.request(1)).expect(422);
        assert_eq!(refused.code(), "field.invalid", "{}", String::from_utf8_lossy(bytes));
        act.feed().expect(404);
    }
    let mut act = act();
    let chapters = act.file(b"{\"chapters\":[{\"startTime\":-1}]}", "application/json+chapters", "json");
    act.story.episodes[0].body.chapters_file = Some(chapters);
    let refused = act.publish(&act.request(1)).expect(422);
    assert!(refused.json()["message"].as_str().unwrap().contains("Chapter 1 has a time that no sound has"));
}

#[test]
fn a_file_read_as_one_type_is_read_again_as_another() {
    let mut act = act();
    // First told as a sound, which is not read; then the same bytes as a transcript.
    let bytes = b"no transcript";
    let file = act.file(bytes, "audio/mpeg", "mp3");
    act.story.episodes[0].body.audio = Some(file.clone());
    act.publish(&act.request(1)).expect(200);
    act.story.episodes[0].body.audio.as_mut().unwrap().hash = Sha256::of(&sound(5_000, 1));
    act.story.files.last_mut().unwrap().0.mime = "text/vtt".into();
    let transcript =
        Transcript { file: Attachment { ext: "vtt".into(), ..file }, language: String::new(), captions: false };
    act.story.episodes[0].body.transcripts = vec![transcript];
    act.publish(&act.request(2)).expect(422);
}

/// What SQLite is told, as sqlx notes it.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Said {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_publication_asks_the_database_as_often_for_many_files_as_for_few() {
    let said = Said::default();
    let writer = said.clone();
    let subscriber = tracing_subscriber::fmt().with_env_filter("sqlx::query=debug").with_writer(move || writer.clone());
    // The only test of this process that listens (nextest), or the only one that does so at all.
    let _ = subscriber.with_ansi(false).try_init();
    let statements = |episodes: usize| {
        let mut act = act();
        for n in 2..=episodes {
            let at = act.scene.now_ms() - HOUR_MS;
            act.story.episode(&format!("Episode {n}"), at, sound(3_000, n), Some(1_000));
        }
        act.story.upload(&act.scene, &act.laptop);
        said.0.lock().unwrap().clear();
        act.publish(&act.request(1)).expect(200);
        let text = String::from_utf8(said.0.lock().unwrap().clone()).unwrap();
        text.lines().filter(|line| line.contains("media")).count()
    };
    let (few, many) = (statements(2), statements(40));
    assert!(few > 0, "sqlx says what it does");
    assert_eq!(few, many);
}
