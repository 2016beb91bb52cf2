//! A line that fails by script between the laptop and its place (issue 4; SYNC.md, "Failure tests" 2 to 6): each fault at
//! each moment of a publication, to a bucket and to the bundled server, while somebody reads feed and enclosures all the
//! time. After each the invariants of SYNC.md that apply are asserted; docs/RELIABILITY.md is the table of it.

use hearthcast_testkit::{
    ACCESS_KEY_ID, Fault, FaultProxy, Moment, Reply, S3Server, SECRET_ACCESS_KEY, bucket_url, public_url,
};
use hearthcast_tests::{Laptop, Listener, Poller, Server, Web, enclosures, output, scratch, sound};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// Who reads all the time; the proxy leaves its requests alone.
const READER: &str = "HearthcastJourney";

/// Most bytes a case may send beside its file, twice: heads of requests, manifest, feeds, records.
const BESIDE: u64 = 512 * 1024;

/// Most requests that may meet one and the same refusal in one run: a storm is more.
const MOST_ASKED: u64 = 8;

/// Everything that can happen to a request, by its name in docs/RELIABILITY.md.
fn faults() -> Vec<(&'static str, Fault)> {
    let refusal = |status, code: &str, wait: bool| {
        let mut reply = Reply::s3_error(status, code, "not now");
        reply.headers.extend(wait.then(|| ("retry-after".to_string(), "1".to_string())));
        Fault::Answer(reply)
    };
    vec![
        ("cut on the way up", Fault::CutUp(20_000)),
        ("cut on the way down", Fault::CutDown(40)),
        ("delay", Fault::Delay(Duration::from_millis(700))),
        ("reset", Fault::Reset),
        ("answer swallowed", Fault::Swallow),
        ("replayed", Fault::Replay),
        ("throttled", Fault::Throttle(200_000)),
        ("429 with Retry-After", refusal(429, "SlowDown", true)),
        ("500", refusal(500, "InternalError", false)),
        ("503 with Retry-After", refusal(503, "SlowDown", true)),
        ("403", refusal(403, "AccessDenied", false)),
        ("clock skew", Fault::Skew(2 * 86_400)),
    ]
}

/// Those that decide something where no file is on its way.
const DECISIVE: [&str; 7] =
    ["cut on the way down", "reset", "answer swallowed", "replayed", "500", "503 with Retry-After", "403"];

/// A laptop with a published show, its place, and the line between them.
struct Scene {
    folder: tempfile::TempDir,
    laptop: Laptop,
    show: String,
    proxy: FaultProxy,
    feed_url: String,
    poller: Poller,
    episodes: usize,
    /// The place, kept alive; with its folder.
    _storage: Option<S3Server>,
    server: Option<Server>,
}

impl Scene {
    fn bucket() -> Self {
        let (folder, laptop, show) = show();
        let storage = S3Server::start(&folder.path().join("s3"));
        let proxy = FaultProxy::to(storage.address());
        let mut laptop = laptop;
        laptop.secret("HEARTHCAST_PLACE_ACCESS_KEY_ID", ACCESS_KEY_ID);
        laptop.secret("HEARTHCAST_PLACE_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY);
        let (url, public) = (bucket_url(&proxy.origin(), "sea"), public_url(&proxy.origin(), "sea"));
        laptop.ask(&["target", "add", &show, "place", &url, "--public-url", &public]);
        Self::published(folder, laptop, show, proxy, Some(storage), None)
    }

    fn server() -> Self {
        let (folder, laptop, show) = show();
        let server = Server::start(&folder.path().join("server"));
        let address: SocketAddr = server.origin().trim_start_matches("http://").parse().expect("an address");
        let proxy = FaultProxy::to(address);
        let mut laptop = laptop;
        laptop.secret("HEARTHCAST_PLACE_PAIRING_CODE", &server.pairing_code());
        laptop.ask(&["target", "add", &show, "place", &format!("server+{}", proxy.origin())]);
        Self::published(folder, laptop, show, proxy, None, Some(server))
    }

    fn published(
        folder: tempfile::TempDir,
        laptop: Laptop,
        show: String,
        proxy: FaultProxy,
        storage: Option<S3Server>,
        server: Option<Server>,
    ) -> Self {
        proxy.spare(READER);
        let feed_url = text(&laptop.ask(&["publish", &show])["feed_url"]).to_string();
        let poller = Poller::start(Web::Server, &feed_url);
        Self { folder, laptop, show, proxy, feed_url, poller, episodes: 1, _storage: storage, server }
    }

    /// Makes a pending change: a new episode, or another title for the first.
    fn change(&mut self, with_file: bool, number: usize) -> u64 {
        let title = format!("Number {number}");
        if !with_file {
            let listed = self.laptop.ask(&["episode", "list", &self.show]);
            let first = text(&listed["episodes"][0]["id"]).to_string();
            self.laptop.ask(&["episode", "set", &self.show, &first, &format!("title={title}")]);
            return 0;
        }
        let file = sound_file(&self.folder, number, &title);
        self.laptop.episode(&self.show, &title, &file);
        self.episodes += 1;
        std::fs::metadata(file).expect("the sound is there").len()
    }

    /// Publishes until it worked, at most four times; tells how each run ended.
    fn publish(&self, what: &str) -> Vec<String> {
        let mut ends = vec![];
        loop {
            let spoken = self.laptop.speak(&["publish", &self.show]);
            if spoken.code == Some(0) {
                ends.push("published".into());
                return ends;
            }
            assert!(!text(&spoken.last["hint"]).is_empty(), "{what}: an error says what to do: {}", spoken.last);
            let code = text(&spoken.last["code"]);
            assert!(
                matches!(code, "target.offline" | "target.refused" | "auth.refused" | "target.mismatch" | "sync.busy"),
                "{what}: nothing of a bad line is taken for somebody else's change: {}",
                spoken.last
            );
            ends.push(code.to_string());
            assert!(ends.len() < 4, "{what}: it gets on: {ends:?}");
        }
    }

    /// GUID and enclosure of every item, in the feed's order.
    fn items(&self) -> Vec<(String, String)> {
        let feed = Listener::fast(READER).get(&self.feed_url).expect("the feed can be read");
        assert_eq!(feed.status, 200);
        let beside = self.folder.path().join("feed.xml");
        std::fs::write(&beside, &feed.body).expect("a temporary folder takes a file");
        output(Command::new("xmllint").args(["--nonet", "--noout"]).arg(&beside));
        let feed = String::from_utf8(feed.body).expect("a feed is UTF-8");
        let guids = feed.split("<guid").skip(1).map(|g| g.split("</guid>").next().unwrap_or_default().to_string());
        guids.zip(enclosures(&feed).into_iter().map(|(url, _)| url)).collect()
    }

    /// One fault at one moment, and what must hold afterwards.
    fn case(&mut self, name: &str, fault: &Fault, moment: Moment, with_file: bool, number: usize) -> Vec<String> {
        let what = format!("{name} at {} {}", moment.method, moment.path);
        let before = self.items();
        let bytes = self.change(with_file, number);
        let (sent, met) = (self.proxy.sent(), self.proxy.met());
        self.proxy.plan(moment, fault.clone(), 1);
        let ends = self.publish(&what);
        assert_eq!((self.proxy.forget(), self.proxy.met() - met), (0, 1), "{what}: the fault was met");
        let sent = self.proxy.sent() - sent;
        assert!(sent <= 2 * bytes + BESIDE, "{what}: I7: {sent} bytes for a file of {bytes}");
        let again = self.laptop.ask(&["publish", &self.show]);
        assert_eq!(again["writes"], 0, "{what}: I5, I6: nothing is left to do");
        let after = self.items();
        let guids: BTreeSet<&String> = after.iter().map(|(guid, _)| guid).collect();
        assert_eq!((guids.len(), after.len()), (self.episodes, self.episodes), "{what}: I1, I2: every episode once");
        assert!(before.iter().all(|item| after.contains(item)), "{what}: I12: what was public stays as it was");
        ends
    }

    /// What can be said only at the end.
    fn end(self) {
        let (folder, episodes, server) = (self.folder, self.episodes, self.server);
        self.poller.another_round();
        let report = self.poller.stop();
        assert_eq!(report.bad, Vec::<String>::new(), "I3, I4: nobody ever read something bad");
        assert!(report.feeds > episodes as u64, "the reader was there: {report:?}");
        let states = self.laptop.ask(&["episode", "list", &self.show])["episodes"].clone();
        assert!(states.as_array().expect("a list").iter().all(|e| e["state"] == "published"), "I1: {states}");
        let mut databases = vec![self.laptop.library().join("library.sqlite")];
        databases.extend(server.is_some().then(|| folder.path().join("server/server.sqlite")));
        for database in databases {
            let said = output(Command::new("sqlite3").arg(&database).arg("pragma integrity_check"));
            assert_eq!(said.trim(), "ok", "I9: {}", database.display());
        }
        let left = output(Command::new("find").arg(folder.path()).args(["-name", "*.part", "-o", "-name", ".upload*"]));
        assert_eq!(left.trim(), "", "I8: nothing is left half sent");
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is text"))
}

fn sound_file(folder: &tempfile::TempDir, number: usize, title: &str) -> PathBuf {
    let file = folder.path().join(format!("{number}.mp3"));
    sound::mp3(&file, 6, title);
    file
}

fn show() -> (tempfile::TempDir, Laptop, String) {
    let folder = scratch();
    let laptop = Laptop::new(folder.path());
    let show = laptop.show("Rough Line");
    let file = sound_file(&folder, 0, "Number 0");
    laptop.episode(&show, "Number 0", &file);
    (folder, laptop, show)
}

/// Every fault while a file goes up.
#[expect(clippy::print_stdout, reason = "what came of each is told, docs/RELIABILITY.md")]
fn every_fault(mut scene: Scene, moment: Moment) {
    for (at, (name, fault)) in faults().into_iter().enumerate() {
        let ends = scene.case(name, &fault, moment, true, at + 1);
        println!("{name}: {}", ends.join(", then "));
    }
    scene.end();
}

/// The decisive faults at the other moments.
#[expect(clippy::print_stdout, reason = "what came of each is told, docs/RELIABILITY.md")]
fn other_moments(mut scene: Scene, moments: &[Moment]) {
    let mut number = 0;
    for moment in moments {
        for (name, fault) in faults().into_iter().filter(|(name, _)| DECISIVE.contains(name)) {
            number += 1;
            let ends = scene.case(name, &fault, *moment, false, number);
            println!("{name} at {} {}: {}", moment.method, moment.path, ends.join(", then "));
        }
    }
    scene.end();
}

/// A place that refuses for good is asked a few times, and then left alone with a sentence.
fn no_storm(scene: Scene, moment: Moment) {
    let mut scene = scene;
    scene.change(false, 1);
    for (name, fault) in faults().into_iter().filter(|(_, fault)| matches!(fault, Fault::Answer(_))) {
        let met = scene.proxy.met();
        scene.proxy.plan(moment, fault, 1_000);
        let spoken = scene.laptop.speak(&["publish", &scene.show]);
        assert_eq!(spoken.last["type"], "error", "{name}");
        scene.proxy.forget();
        let asked = scene.proxy.met() - met;
        assert!((1..=MOST_ASKED).contains(&asked), "{name}: {asked} requests");
    }
    assert_eq!(scene.laptop.ask(&["publish", &scene.show])["version"], json!(2));
    scene.end();
}

const BUCKET_FILE: Moment = Moment { method: "PUT", path: "/media/" };
const SERVER_FILE: Moment = Moment { method: "PATCH", path: "/files/" };

#[test]
fn a_bucket_takes_a_file_over_every_bad_line() {
    every_fault(Scene::bucket(), BUCKET_FILE);
}

#[test]
fn a_bucket_is_switched_over_every_bad_line() {
    let moments = [("PUT", "/v/"), ("PUT", "/feed.xml"), ("GET", "/feed.xml")];
    other_moments(Scene::bucket(), &moments.map(|(method, path)| Moment { method, path }));
}

#[test]
fn a_server_takes_a_file_over_every_bad_line() {
    every_fault(Scene::server(), SERVER_FILE);
}

#[test]
fn a_server_is_switched_over_every_bad_line() {
    let moments = [("POST", "/sync/v1/push"), ("POST", "/sync/v1/publish"), ("GET", "/version")];
    other_moments(Scene::server(), &moments.map(|(method, path)| Moment { method, path }));
}

#[test]
fn a_bucket_that_refuses_meets_no_storm() {
    no_storm(Scene::bucket(), Moment { method: "PUT", path: "/feed.xml" });
}

#[test]
fn a_server_that_refuses_meets_no_storm() {
    no_storm(Scene::server(), Moment { method: "POST", path: "/sync/v1/publish" });
}

/// The table is of these faults, and of no others.
#[test]
fn the_table_names_every_fault() {
    let table = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/RELIABILITY.md"));
    let table = table.expect("docs/RELIABILITY.md is there");
    for (name, _) in faults() {
        assert!(table.contains(&format!("| {name} |")), "docs/RELIABILITY.md has no row \"{name}\"");
    }
}
