//! Issue 2, "Seen to be done", fourth line: laptop and server are killed at random moments (seeded) while somebody reads
//! the feed and whole enclosures. The next run finishes, and nobody ever reads something bad. With the feed planted
//! first, the same reader finds it.

use hearthcast_testkit::{ACCESS_KEY_ID, S3Server, SECRET_ACCESS_KEY, bucket_url, public_url};
use hearthcast_tests::{Chance, Laptop, Poller, Server, Web, built, file_url, scratch, sound};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Kills for each kind of target.
const KILLS: usize = 30;

/// Seconds of each episode: a third of a megabyte to send.
const EPISODE_SECONDS: usize = 18;

/// A show with one published episode, and somebody who reads it.
struct Scene {
    folder: tempfile::TempDir,
    laptop: Laptop,
    server: Option<Server>,
    /// Kept open: a bucket's storage ends with the value.
    storage: Option<S3Server>,
    show: String,
    feed_url: String,
    web: Web,
    /// How long an undisturbed publication takes.
    span: Duration,
}

const PUBLIC: &str = "https://pods.example.org/";

impl Scene {
    fn folder() -> Self {
        let (folder, laptop, show) = show();
        let www = folder.path().join("www");
        std::fs::create_dir(&www).expect("a folder for the web");
        laptop.ask(&["target", "add", &show, "place", &file_url(&www), "--public-url", PUBLIC]);
        Self::published(folder, laptop, show, None, Web::Folder { address: PUBLIC.into(), folder: www })
    }

    fn bucket() -> Self {
        let (folder, mut laptop, show) = show();
        let storage = S3Server::start(&folder.path().join("s3"));
        laptop.secret("HEARTHCAST_PLACE_ACCESS_KEY_ID", ACCESS_KEY_ID);
        laptop.secret("HEARTHCAST_PLACE_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY);
        let (url, public) = (bucket_url(&storage.origin(), ""), public_url(&storage.origin(), ""));
        laptop.ask(&["target", "add", &show, "place", &url, "--public-url", &public]);
        Self { storage: Some(storage), ..Self::published(folder, laptop, show, None, Web::Server) }
    }

    fn server() -> Self {
        let (folder, mut laptop, show) = show();
        let server = Server::start(&folder.path().join("server"));
        laptop.secret("HEARTHCAST_PLACE_PAIRING_CODE", &server.pairing_code());
        laptop.ask(&["target", "add", &show, "place", &format!("server+{}", server.origin())]);
        Self::published(folder, laptop, show, Some(server), Web::Server)
    }

    fn published(folder: tempfile::TempDir, laptop: Laptop, show: String, server: Option<Server>, web: Web) -> Self {
        let begin = Instant::now();
        let published = laptop.ask(&["publish", &show]);
        let feed_url = published["feed_url"].as_str().expect("an address").to_string();
        Self { folder, laptop, server, storage: None, show, feed_url, web, span: begin.elapsed().mul_f64(1.1) }
    }

    /// Makes an episode with a sound nobody has heard yet; returns its file.
    fn new_sound(&self, number: usize) -> PathBuf {
        let file = self.folder.path().join(format!("{number}.mp3"));
        sound::mp3(&file, EPISODE_SECONDS, &format!("Number {number}"));
        file
    }

    fn add_words<'a>(&'a self, title: &'a str, file: &'a Path) -> [&'a str; 7] {
        ["episode", "add", &self.show, "--title", title, "--audio", file.to_str().expect("plain names")]
    }

    /// Makes an episode; now and then the program is killed while it does.
    fn add_episode(&self, number: usize, chance: &mut Chance) {
        let (title, file) = (format!("Number {number}"), self.new_sound(number));
        if chance.one_in(3) {
            let moment = chance.moment(self.span);
            kill_after(spawn(self.laptop.command(&self.add_words(&title, &file))), moment);
        }
        // A killed one may have left an episode without its sound: it is taken away, as its author would.
        let listed = self.laptop.ask(&["episode", "list", &self.show]);
        for left in listed["episodes"].as_array().expect("a list").iter().filter(|e| e["title"] == title.as_str()) {
            self.laptop.ask(&["episode", "remove", &self.show, left["id"].as_str().expect("an id")]);
        }
        self.laptop.ask(&self.add_words(&title, &file));
    }

    /// Kills laptop, server or both at a random moment of a publication, then publishes to the end.
    fn kill_and_finish(&mut self, chance: &mut Chance, hits: &mut Hits) {
        let publish = spawn(self.laptop.command(&["publish", &self.show]));
        let moment = chance.moment(self.span);
        match &mut self.server {
            Some(server) if chance.one_in(2) => {
                let mut publish = publish;
                wait_at_most(&mut publish, moment);
                hits.server += usize::from(publish.try_wait().expect("a child can be asked").is_none());
                server.kill();
                if chance.one_in(2) {
                    hits.laptop += usize::from(kill_after(publish, Duration::ZERO));
                } else {
                    publish.wait().expect("the laptop gives up by itself");
                }
                server.kill_and_start_again();
            }
            _ => {
                let begin = Instant::now();
                match kill_after(publish, moment) {
                    true => hits.laptop += 1,
                    // It was faster than that: now it is known how long one takes today.
                    false => self.span = begin.elapsed().mul_f64(1.1),
                }
            }
        }
        self.laptop.ask(&["publish", &self.show]);
    }
}

fn show() -> (tempfile::TempDir, Laptop, String) {
    let folder = scratch();
    let laptop = Laptop::new(folder.path());
    let show = laptop.show("Rough Sea");
    let file = folder.path().join("0.mp3");
    sound::mp3(&file, EPISODE_SECONDS, "Number 0");
    laptop.episode(&show, "Number 0", &file);
    (folder, laptop, show)
}

fn spawn(mut command: Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts")
}

/// How often a kill met a program at work.
#[derive(Debug, Default)]
struct Hits {
    laptop: usize,
    server: usize,
}

/// Waits for the end of a program, but at most so long.
fn wait_at_most(child: &mut Child, time: Duration) {
    let end = Instant::now() + time;
    while child.try_wait().expect("a child can be asked").is_none() && Instant::now() < end {
        std::thread::park_timeout(Duration::from_millis(1));
    }
}

/// `kill -9` after so long, if it still runs; says whether it did.
fn kill_after(mut child: Child, moment: Duration) -> bool {
    wait_at_most(&mut child, moment);
    // It may have ended by itself; then there is nothing to kill.
    let _ = child.kill();
    child.wait().expect("a killed child ends").code().is_none()
}

fn thirty_kills(mut scene: Scene, seed: u64) {
    let (mut chance, mut hits) = (Chance(seed), Hits::default());
    let poller = Poller::start(scene.web.clone(), &scene.feed_url);
    for number in 1..=KILLS {
        scene.add_episode(number, &mut chance);
        scene.kill_and_finish(&mut chance, &mut hits);
    }
    poller.another_round();
    let report = poller.stop();
    assert_eq!(report.bad, Vec::<String>::new(), "seed {seed}: nobody may ever read something bad");
    assert!(hits.laptop + hits.server >= KILLS / 3, "seed {seed}: the kills met programs at work: {hits:?}");
    assert!(report.feeds > KILLS as u64 && report.enclosures > KILLS as u64, "the reader was there: {report:?}");

    let last = scene.laptop.ask(&["publish", &scene.show]);
    assert_eq!(last["writes"], 0, "seed {seed}: the last run left nothing to do");
    let plan = scene.laptop.ask(&["plan", &scene.show]);
    assert_eq!(plan["steps"], serde_json::json!([]), "seed {seed}");
    let episodes = scene.laptop.ask(&["episode", "list", &scene.show]);
    let states = episodes["episodes"].as_array().expect("a list");
    assert_eq!(states.len(), KILLS + 1);
    assert!(states.iter().all(|e| e["state"] == "published"), "seed {seed}: {episodes}");
}

#[test]
fn a_folder_survives_thirty_kills() {
    thirty_kills(Scene::folder(), 0x000F_01DE);
}

#[test]
fn a_bucket_survives_thirty_kills() {
    let scene = Scene::bucket();
    let storage = scene.storage.as_ref().expect("a bucket has a storage").bucket();
    assert!(storage.is_dir(), "the storage keeps its files in {}", storage.display());
    thirty_kills(scene, 0x0000_B0C7);
}

#[test]
fn a_server_survives_thirty_kills() {
    thirty_kills(Scene::server(), 0x05E4_7E40);
}

fn planted(scene: &Scene, way: &str) -> Command {
    let mut command = Command::new(built("feed-first"));
    command.arg(way).arg(scene.laptop.library()).arg(&scene.show);
    command
}

/// The planted fault: a publisher that switches the feed before the files are there, and is killed like the others.
#[test]
fn the_reader_finds_a_feed_that_was_switched_first() {
    let scene = Scene::folder();
    let mut chance = Chance(7);
    let poller = Poller::start(scene.web.clone(), &scene.feed_url);
    for number in 1..=6 {
        scene.laptop.ask(&scene.add_words(&format!("Number {number}"), &scene.new_sound(number)));
        kill_after(spawn(planted(&scene, "by-hand")), chance.moment(scene.span));
        poller.another_round();
        scene.laptop.ask(&["publish", &scene.show]);
    }
    let bad = poller.stop().bad;
    assert!(bad.iter().any(|what| what.contains("no such file")), "this is what the reader is there to find: {bad:?}");
}

/// Neither the engine nor a server takes anybody's word: files first, or nothing.
#[test]
fn a_plan_in_the_wrong_order_is_refused() {
    for scene in [Scene::folder(), Scene::server()] {
        let poller = Poller::start(scene.web.clone(), &scene.feed_url);
        scene.laptop.ask(&scene.add_words("Number 1", &scene.new_sound(1)));
        let ended = planted(&scene, "reordered").stderr(Stdio::null()).status().expect("it starts");
        assert_eq!(ended.code(), Some(1), "{:?}", scene.web);
        poller.another_round();
        let version = &scene.laptop.ask(&["target", "list"])["targets"][0]["version"];
        assert_eq!(version, 1, "the old feed is what listeners see");
        assert_eq!(poller.stop().bad, Vec::<String>::new(), "{:?}", scene.web);
    }
}
