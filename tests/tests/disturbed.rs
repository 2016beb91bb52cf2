//! Issue 4, "Seen to be done", what disturbs a publication beside its line: the laptop's lid, another program in the
//! library's database, a place whose disk does not sync. Each ends in one sentence or in a finished publication, listeners
//! read something whole all the time, and the next run finishes.

use hearthcast_tests::{Laptop, Poller, Web, file_url, output, scratch, sound, until};
use serde_json::json;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

const PUBLIC: &str = "https://pods.example.org/";

/// A published show in a folder, with an episode that waits, and somebody who listens.
struct Scene {
    folder: tempfile::TempDir,
    laptop: Laptop,
    show: String,
    poller: Poller,
}

impl Scene {
    fn new() -> Self {
        let folder = scratch();
        let www = folder.path().join("www");
        std::fs::create_dir(&www).expect("a folder for the web");
        let laptop = Laptop::new(folder.path());
        let show = laptop.show("Restless Sea");
        add(&folder, &laptop, &show, 0);
        laptop.ask(&["target", "add", &show, "place", &file_url(&www), "--public-url", PUBLIC]);
        let feed_url = laptop.ask(&["publish", &show])["feed_url"].as_str().expect("an address").to_string();
        add(&folder, &laptop, &show, 1);
        let poller = Poller::start(Web::Folder { address: PUBLIC.into(), folder: www }, &feed_url);
        Self { folder, laptop, show, poller }
    }

    fn database(&self) -> PathBuf {
        self.laptop.library().join("library.sqlite")
    }

    /// `publish`, with a fault that strace injects.
    fn publish_under(&mut self, inject: &str) -> Command {
        let calls = inject.split(':').next().unwrap_or_default();
        let words = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}"), "-e"];
        let inject = format!("inject={inject}");
        self.laptop.under(words.into_iter().chain([inject.as_str()]).map(String::from).collect());
        let command = self.laptop.command(&["publish", &self.show, "--json"]);
        self.laptop.under(vec![]);
        command
    }

    /// The next run finishes, and the one after has nothing to do; nobody read something bad.
    fn ends_well(self, version: u64) {
        self.laptop.ask(&["publish", &self.show]);
        let last = self.laptop.ask(&["publish", &self.show]);
        assert_eq!((&last["version"], &last["writes"]), (&json!(version), &json!(0)));
        self.poller.another_round();
        let report = self.poller.stop();
        assert_eq!(report.bad, Vec::<String>::new());
        assert!(report.feeds > 0 && report.enclosures > 0, "{report:?}");
        let checked = output(
            Command::new("sqlite3").arg(self.laptop.library().join("library.sqlite")).arg("PRAGMA integrity_check"),
        );
        assert_eq!(checked.trim(), "ok");
    }
}

fn add(folder: &tempfile::TempDir, laptop: &Laptop, show: &str, number: usize) {
    let file = folder.path().join(format!("{number}.mp3"));
    sound::mp3(&file, 12, &format!("Number {number}"));
    laptop.episode(show, &format!("Number {number}"), &file);
}

/// Starts a publication and stops it (`kill -STOP`) as soon as it says that it has come to this phase.
fn asleep_at(scene: &Scene, phase: &str) -> Child {
    let mut command = scene.laptop.command(&["publish", &scene.show, "--json"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("hearthcast starts");
    let lines = BufReader::new(child.stdout.as_mut().expect("a pipe")).lines();
    let there = lines.map_while(Result::ok).any(|line| line.contains(&format!("\"phase\":\"{phase}\"")));
    assert!(there, "the publication comes to \"{phase}\"");
    signal(child.id(), "STOP");
    until("it stands still", || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
        status.contains("State:\tT").then_some(())
    });
    child
}

fn signal(process: u32, name: &str) {
    // In Turkish, kill does not know CONT: its search is by the alphabet.
    output(Command::new("kill").env("LC_ALL", "C").arg(format!("-{name}")).arg(process.to_string()));
}

/// A lid that is closed in the middle of a publication, and another window that publishes meanwhile.
#[test]
fn a_publication_that_stands_still_while_another_one_runs() {
    let scene = Scene::new();
    let mut asleep = asleep_at(&scene, "verify");
    let other = scene.laptop.speak(&["publish", &scene.show]);
    assert_eq!((other.code, &other.last["code"]), (Some(3), &json!("sync.busy")), "{}", other.last);
    scene.poller.another_round();
    signal(asleep.id(), "CONT");
    drop(asleep.stdout.take());
    assert!(asleep.wait().expect("it goes on when the lid is opened").success());
    scene.ends_well(2);
}

/// Holds a database's write lock as a copying program would, until it is told to stop.
struct Holder(Child);

impl Holder {
    fn of(scene: &Scene) -> Self {
        let mut sqlite = Command::new("sqlite3");
        let child = sqlite.arg(scene.database()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.expect("sqlite3 starts");
        let input = child.stdin.as_mut().expect("a pipe");
        input.write_all(b"BEGIN IMMEDIATE;\nSELECT 'held';\n").expect("sqlite3 reads");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("a pipe")).read_line(&mut line).expect("sqlite3 answers");
        assert_eq!(line.trim(), "held");
        Self(child)
    }

    fn let_go(mut self) {
        drop(self.0.stdin.take());
        self.0.wait().expect("sqlite3 ends with its input");
    }
}

#[test]
fn a_database_that_somebody_else_holds_is_waited_for_or_told() {
    let scene = Scene::new();
    let holder = Holder::of(&scene);
    let spoken = scene.laptop.speak(&["publish", &scene.show]);
    assert_eq!((spoken.code, &spoken.last["code"]), (Some(3), &json!("sync.busy")), "{}", spoken.last);
    let (message, hint) = (&spoken.last["message"], &spoken.last["hint"]);
    assert!(!hint.as_str().unwrap_or_default().is_empty(), "what to do is told: {message}");
    scene.poller.another_round();
    holder.let_go();
    scene.ends_well(2);
}

/// From every sync on, the place's or the library's disk says that it could not.
#[test]
fn a_disk_that_does_not_sync_stops_a_publication_before_anything_is_public() {
    let mut failed = 0;
    for from in [1, 2, 3, 5, 8, 12, 16] {
        let mut scene = Scene::new();
        let out =
            scene.publish_under(&format!("fsync,fdatasync:error=EIO:when={from}+")).output().expect("strace starts");
        let last = String::from_utf8_lossy(&out.stdout).lines().last().unwrap_or_default().to_string();
        if !out.status.success() {
            failed += 1;
            let said: serde_json::Value = serde_json::from_str(&last).expect("one JSON line at the end");
            assert_eq!(said["type"], "error", "from sync {from} on: {last}");
            assert!(!said["hint"].as_str().unwrap_or_default().is_empty(), "from sync {from} on: {last}");
        }
        let left = std::fs::read_dir(scene.folder.path().join("www")).expect("the place").count();
        assert!(left > 0, "from sync {from} on: what was public is there");
        scene.ends_well(2);
    }
    assert!(failed >= 3, "the disk did fail: {failed}");
}
