//! Issue 4, "Seen to be done", kill sweep: the program is killed (`kill -9`, by strace) at one of its system calls, chosen
//! by seed among all calls that change something or wait for somebody, while a listener reads feed and enclosures all the
//! time. The next run finishes, nothing is sent twice, nothing half is left.
//!
//! 24 points in every run; `HEARTHCAST_SWEEP_POINTS=1000 cargo nextest run -p hearthcast-tests --test system_calls` for
//! the long one, with `HEARTHCAST_SWEEP_SEED` for other points (docs/RELIABILITY.md).

use hearthcast_model::Sha256;
use hearthcast_testkit::{
    ACCESS_KEY_ID, DAV_PASSWORD, S3Server, SECRET_ACCESS_KEY, WebDavServer, bucket_url, public_url,
};
use hearthcast_tests::{
    Chance, Laptop, Poller, Server, Web, built, enclosures, file_url, files_below, output, scratch, sound,
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Calls after which something is different, here or at the place, and those that wait for it.
const CALLS: &str = "write,writev,pwrite64,fsync,fdatasync,ftruncate,fallocate,openat,close,rename,renameat,renameat2,link,\
                     linkat,unlink,unlinkat,mkdir,mkdirat,flock,fcntl,connect,sendto,sendmsg,recvfrom,recvmsg,shutdown";

fn asked_for(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().expect("a whole number"))
}

/// Where the show is published.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Folder,
    Bucket,
    WebDav,
    Server,
}

/// What is killed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Act {
    /// A publication with two new episodes.
    Publish,
    /// Public files get the names of a new rule.
    Relay,
}

impl Act {
    fn words(self, show: &str) -> Vec<&str> {
        match self {
            Self::Publish => vec!["publish", show],
            // Public sounds get other addresses, which is typed first.
            Self::Relay => vec!["target", "relay", "place", "--confirm", "3 long-sea"],
        }
    }

    /// The version that is public afterwards.
    fn version(self) -> u64 {
        match self {
            Self::Publish => 2,
            Self::Relay => 3,
        }
    }
}

/// A published show with edits that wait, as it lies on the disks; every point begins with a copy of it.
struct Start {
    folder: tempfile::TempDir,
    kind: Kind,
    act: Act,
    show: String,
    feed_url: String,
    secrets: Vec<(&'static str, String)>,
    storage: Option<S3Server>,
    dav: Option<WebDavServer>,
    server: Option<Server>,
}

const PUBLIC: &str = "https://pods.example.org/";

impl Start {
    fn new(kind: Kind, act: Act) -> Self {
        let folder = scratch();
        let live = folder.path().join("live");
        std::fs::create_dir_all(live.join("www")).expect("a folder for the web");
        let mut start = Self {
            kind,
            act,
            show: String::new(),
            feed_url: String::new(),
            secrets: vec![],
            storage: (kind == Kind::Bucket).then(|| S3Server::start(&live.join("place"))),
            dav: (kind == Kind::WebDav).then(|| WebDavServer::start(&live.join("place"), false)),
            server: (kind == Kind::Server).then(|| Server::start(&live.join("place"))),
            folder,
        };
        start.publish_first();
        let kept = start.folder.path().join("kept");
        start.stop_server();
        output(Command::new("cp").arg("-a").arg(start.live()).arg(kept));
        start
    }

    fn live(&self) -> PathBuf {
        self.folder.path().join("live")
    }

    fn laptop(&self) -> Laptop {
        let mut laptop = Laptop::new(&self.live());
        for (name, value) in &self.secrets {
            laptop.secret(name, value);
        }
        laptop
    }

    fn publish_first(&mut self) {
        let www = file_url(&self.live().join("www"));
        let (url, public) = match (&self.storage, &self.dav, &self.server) {
            (Some(storage), ..) => (bucket_url(&storage.origin(), ""), Some(public_url(&storage.origin(), ""))),
            (_, Some(dav), _) => {
                self.secrets.push(("HEARTHCAST_PLACE_PASSWORD", DAV_PASSWORD.into()));
                (dav.url(), Some(dav.public_url()))
            }
            (.., Some(server)) => {
                self.secrets.push(("HEARTHCAST_PLACE_PAIRING_CODE", server.pairing_code()));
                (format!("server+{}", server.origin()), None)
            }
            _ => (www, Some(PUBLIC.to_string())),
        };
        self.secrets.push(("HEARTHCAST_PLACE_ACCESS_KEY_ID", ACCESS_KEY_ID.into()));
        self.secrets.push(("HEARTHCAST_PLACE_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY.into()));
        let laptop = self.laptop();
        self.show = laptop.show("Long Sea");
        let mut add = vec!["target", "add", &self.show, "place", &url];
        add.extend(public.iter().flat_map(|public| ["--public-url", public.as_str()]));
        self.episode(&laptop, 0);
        laptop.ask(&add);
        self.feed_url = laptop.ask(&["publish", &self.show])["feed_url"].as_str().expect("an address").into();
        self.episode(&laptop, 1);
        self.episode(&laptop, 2);
        laptop.ask(&["show", "set", &self.show, "description=Stories of another sea."]);
        if self.act == Act::Relay {
            laptop.ask(&["publish", &self.show]);
            laptop.ask(&["target", "rule", "place", "audio", "--path", "{show}/{hash}/{slug}.{ext}"]);
        }
    }

    fn episode(&self, laptop: &Laptop, number: usize) {
        let file = self.live().join(format!("{number}.mp3"));
        sound::mp3(&file, 12, &format!("Number {number}"));
        laptop.episode(&self.show, &format!("Number {number}"), &file);
    }

    /// Everything as it was after `new`, at the same paths and ports.
    fn again(&mut self) {
        self.stop_server();
        // The storage keeps its folder open by name only.
        let (live, kept) = (self.live(), self.folder.path().join("kept"));
        output(Command::new("rm").arg("-rf").arg(&live));
        output(Command::new("cp").arg("-a").arg(kept).arg(&live));
        if let Some(server) = &mut self.server {
            server.kill_and_start_again();
        }
    }

    fn stop_server(&mut self) {
        if let Some(server) = &mut self.server {
            server.kill();
        }
    }

    fn web(&self) -> Web {
        match self.kind {
            Kind::Folder => Web::Folder { address: PUBLIC.into(), folder: self.live().join("www") },
            Kind::WebDav => Web::WithGaps,
            Kind::Bucket | Kind::Server => Web::Server,
        }
    }

    fn under_strace(&self, words: &[String]) -> Command {
        let mut laptop = self.laptop();
        let strace = ["strace", "-f", "-qq"].map(String::from).into_iter().chain(words.iter().cloned());
        laptop.under(strace.collect());
        let mut command = laptop.command(&self.act.words(&self.show));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// A publisher that switches the feed before the files are there, killed at a call.
    fn wrong_order(&self, words: &[String]) -> Command {
        let mut command = Command::new("strace");
        command.args(["-f", "-qq"]).args(words).arg(built("feed-first")).arg("by-hand");
        command.arg(self.laptop().library()).arg(&self.show).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// How often each call is made by the thread that makes it most, in a publication nobody disturbs.
    fn calls(&mut self) -> Vec<(String, usize)> {
        let log = self.folder.path().join("calls");
        let words = ["-o", &log.display().to_string(), "-e", &format!("trace={CALLS}")].map(String::from);
        let ended = self.under_strace(&words).status().expect("strace starts");
        assert!(ended.success(), "an undisturbed publication under strace");
        let text = std::fs::read_to_string(log).expect("strace wrote its log");
        let mut by_thread: BTreeMap<(String, String), usize> = BTreeMap::new();
        for line in text.lines() {
            let (thread, rest) = line.split_once(' ').unwrap_or_default();
            let Some((call, _)) = rest.trim_start().split_once('(') else { continue };
            *by_thread.entry((call.into(), thread.into())).or_default() += 1;
        }
        let mut most: BTreeMap<String, usize> = BTreeMap::new();
        for ((call, _), count) in by_thread {
            let known = most.entry(call).or_default();
            *known = count.max(*known);
        }
        most.into_iter().collect()
    }

    /// Files at the place by name, with their hashes; what holds a time or a number of the run is named, not compared.
    fn place(&self) -> BTreeMap<String, String> {
        let root = match self.kind {
            Kind::Folder => self.live().join("www"),
            Kind::Bucket => self.live().join("place"),
            Kind::WebDav => self.live().join("place/data"),
            Kind::Server => self.live().join("place/media"),
        };
        let files = files_below(&root).into_iter().map(|file| {
            let name = file.strip_prefix(&root).expect("below the root").display().to_string();
            let own = name.contains("media/") || name.ends_with(".mp3") || self.kind == Kind::Server;
            let hash = own.then(|| Sha256::of(&std::fs::read(&file).expect("a file of the place")).to_string());
            (name, hash.unwrap_or_default())
        });
        // A folder's own notebook (who writes, and what) is nobody's file; the storage server has such, too.
        let private = |name: &str| [".hearthcast/", ".metadata", ".internal"].iter().any(|own| name.contains(own));
        files.filter(|(name, _)| !private(name)).collect()
    }

    /// The feed that listeners get, without the times of this very run.
    fn feed(&self) -> String {
        let bytes = match self.kind {
            Kind::Folder => {
                let path = self.feed_url.strip_prefix(PUBLIC).expect("inside the folder");
                std::fs::read(self.live().join("www").join(path)).expect("the feed")
            }
            _ => hearthcast_tests::Listener::fast("HearthcastJourney/1.0").get(&self.feed_url).expect("the feed").body,
        };
        let feed = String::from_utf8(bytes).expect("a feed is UTF-8");
        feed.lines().filter(|line| !line.contains("Date>")).collect::<Vec<_>>().join("\n")
    }

    fn integrity(&self) -> String {
        let database = self.live().join("library/library.sqlite");
        output(Command::new("sqlite3").arg(database).arg("PRAGMA integrity_check")).trim().to_string()
    }
}

/// What a sweep came to.
#[derive(Debug, Default)]
struct Seen {
    points: u64,
    kills: u64,
    feeds: u64,
    enclosures: u64,
    bad: Vec<String>,
    different: Vec<String>,
}

#[expect(clippy::print_stdout, reason = "the counts are told, docs/RELIABILITY.md")]
fn sweep(kind: Kind, act: Act, points: u64) {
    let mut start = Start::new(kind, act);
    start.again();
    let calls = start.calls();
    let (feed, place) = (start.feed(), start.place());
    assert_eq!(enclosures(&feed).len(), 3);
    let total = calls.iter().map(|(_, count)| count).sum();
    let seed = asked_for("HEARTHCAST_SWEEP_SEED", 4);
    let (mut chance, mut seen) = (Chance(seed), Seen::default());
    for _ in 0..points {
        let (call, when) = nth(&calls, chance.below(total));
        let what = format!("seed {seed}: killed at {call} number {when}");
        start.again();
        let poller = Poller::start(start.web(), &start.feed_url);
        let ended = start.under_strace(&kill_at(call, when)).status().expect("strace starts");
        seen.points += 1;
        seen.kills += u64::from(!ended.success());
        let laptop = start.laptop();
        let finished = laptop.speak(&act.words(&start.show));
        poller.another_round();
        let report = poller.stop();
        seen.feeds += report.feeds;
        seen.enclosures += report.enclosures;
        seen.bad.extend(report.bad.iter().map(|bad| format!("{what}: {bad}")));
        if finished.code != Some(0) {
            seen.different.push(format!("{what}: {}", finished.last));
            continue;
        }
        let again = laptop.ask(&act.words(&start.show));
        let files: Vec<_> = difference(&place, &start.place());
        let state = (start.feed() == feed, &again["version"], &again["writes"], start.integrity());
        if !files.is_empty() || state != (true, &json!(act.version()), &json!(0), "ok".into()) {
            seen.different.push(format!("{what}: feed, version, writes, database: {state:?}; files: {files:?}"));
        }
    }
    println!(
        "{kind:?}, {act:?}: {} points, {} kills, reads: {} feeds, {} enclosures",
        seen.points, seen.kills, seen.feeds, seen.enclosures
    );
    assert_eq!((seen.bad, seen.different), (vec![], vec![]), "{kind:?}");
    assert!(seen.kills * 2 >= seen.points, "{kind:?}: most points met the program at work: {}", seen.kills);
    assert!(seen.feeds >= seen.points && seen.enclosures >= seen.points, "the listener was there");
}

/// What strace is told.
fn kill_at(call: &str, when: usize) -> [String; 6] {
    let inject = format!("inject={call}:signal=KILL:when={when}");
    ["-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &inject].map(String::from)
}

/// Files that only one of two states has, or that differ.
fn difference(one: &BTreeMap<String, String>, other: &BTreeMap<String, String>) -> Vec<String> {
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    names.into_iter().filter(|name| one.get(*name) != other.get(*name)).cloned().collect()
}

/// The call that a number stands for, when every call that is made has one.
fn nth(calls: &[(String, usize)], mut number: usize) -> (&str, usize) {
    for (call, count) in calls {
        if number < *count {
            return (call, number + 1);
        }
        number -= count;
    }
    unreachable!("the number is below their sum")
}

/// A sixth of the points for each sweep.
fn points() -> u64 {
    asked_for("HEARTHCAST_SWEEP_POINTS", 24).div_ceil(6)
}

#[test]
fn a_folder_killed_at_any_system_call() {
    sweep(Kind::Folder, Act::Publish, points());
}

#[test]
fn a_bucket_killed_at_any_system_call() {
    sweep(Kind::Bucket, Act::Publish, points());
}

#[test]
fn a_webdav_folder_killed_at_any_system_call() {
    sweep(Kind::WebDav, Act::Publish, points());
}

#[test]
fn a_server_killed_at_any_system_call() {
    sweep(Kind::Server, Act::Publish, points());
}

#[test]
fn a_folder_laid_out_anew_killed_at_any_system_call() {
    sweep(Kind::Folder, Act::Relay, points());
}

#[test]
fn a_bucket_laid_out_anew_killed_at_any_system_call() {
    sweep(Kind::Bucket, Act::Relay, points());
}

/// The planted fault: a publisher in the wrong order, killed like the others, is found out.
#[test]
fn a_feed_that_comes_first_goes_red() {
    let mut start = Start::new(Kind::Folder, Act::Publish);
    start.again();
    let calls = start.calls();
    let total = calls.iter().map(|(_, count)| count).sum();
    let mut chance = Chance(4);
    let mut bad = vec![];
    for _ in 0..40 {
        let (call, when) = nth(&calls, chance.below(total));
        start.again();
        let poller = Poller::start(start.web(), &start.feed_url);
        start.wrong_order(&kill_at(call, when)).status().expect("strace starts");
        poller.another_round();
        bad.extend(poller.stop().bad);
        if !bad.is_empty() {
            break;
        }
    }
    assert!(bad.iter().any(|what| what.contains("no such file")), "the listener finds it: {bad:?}");
}

/// The first thing that would be seen of a wrong sweep: the listener and the comparison find what they are there for.
#[test]
fn what_is_left_half_done_is_noticed() {
    let mut start = Start::new(Kind::Folder, Act::Publish);
    start.again();
    let before = start.place();
    assert!(start.under_strace(&[]).status().expect("strace starts").success());
    let after = start.place();
    assert!(after.len() > before.len(), "the publication sent files");
    let sent = after.keys().find(|name| !before.contains_key(*name) && name.ends_with(".mp3")).expect("a sound");
    std::fs::write(start.live().join("www").join(sent), b"half").expect("the file can be spoilt");
    assert_ne!(start.place(), after, "another content is another state");
    let poller = Poller::start(start.web(), &start.feed_url);
    poller.another_round();
    poller.another_round();
    assert!(!poller.stop().bad.is_empty(), "the listener notices");
}
