//! The kill sweep in one process: a publication and a rollback, on a folder and on a server, are killed before and after
//! every single effect and look. The next start of the program finishes; the finished state is byte for byte that of a run
//! nobody disturbed, and a listener who reads feed and files at every point never sees one missing, short or wrong.

use super::{Laptop, NOW_MS, fetch_at};
use hearthcast_engine::apply::{begin, unfinished};
use hearthcast_engine::folder::FolderDestination;
use hearthcast_engine::server::ServerDestination;
use hearthcast_engine::{
    Destination, DeviceKey, Observed, Planned, ProgressSink, RollbackInput, Work, apply, rollback,
};
use hearthcast_library::{Library, episode, history, show, target};
use hearthcast_model::clock::FixedClock;
use hearthcast_model::id::Ids;
use hearthcast_model::place::{Location, Role, Target};
use hearthcast_model::plan::Step;
use hearthcast_model::{Cancel, Clock as _, PublicationId, Result, Sha256, ShowId, TargetId};
use hearthcast_server::{Running, Settings, start};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

const PUBLIC_URL: &str = "https://pod.example/";
const NEVER: usize = usize::MAX;

/// Ids that count: two runs of the same story have the same ones.
#[derive(Default)]
struct Counted(AtomicU64);

impl Counted {
    fn next(&self, version: u128) -> String {
        let n = u128::from(self.0.fetch_add(1, Ordering::SeqCst));
        let hex = format!("{:032x}", version << 76 | 0x8000_0000_0000_0000 | n);
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }
}

impl Ids for Counted {
    fn v7(&self, _now_ms: i64) -> uuid::Uuid {
        self.next(7).parse().unwrap()
    }
    fn v4(&self) -> uuid::Uuid {
        self.next(4).parse().unwrap()
    }
}

/// Where a listener looks.
#[derive(Clone)]
enum Eyes {
    Folder(PathBuf),
    Server(SocketAddr, String),
}

impl Eyes {
    async fn get(&self, address: Option<&str>) -> Option<Vec<u8>> {
        match self {
            Self::Folder(root) => {
                let key = address.map_or("feeds/lantern-tide/feed.xml", |a| a.strip_prefix(PUBLIC_URL).unwrap());
                std::fs::read(root.join(key)).ok()
            }
            Self::Server(addr, base) => {
                let path = address.map_or("/podcasts/lantern-tide/rss/", |a| a.strip_prefix(base.as_str()).unwrap());
                let (head, body) = fetch_at(*addr, path).await;
                head.starts_with("HTTP/1.1 200").then_some(body)
            }
        }
    }

    /// Reads the feed and every file it names; says what is wrong.
    async fn read(&self, allowed: &[Vec<u8>]) -> (u64, Vec<String>) {
        let Some(feed) = self.get(None).await else { return (1, vec!["the feed is missing".into()]) };
        let mut wrong = vec![];
        if !allowed.contains(&feed) {
            wrong.push("the feed is neither the old nor the new one".to_string());
        }
        let (text, mut reads) = (String::from_utf8(feed).unwrap(), 1);
        let named = text
            .split('"')
            .filter(|part| part.contains("/media/") || part.contains("/images/") || part.contains("/m/"));
        for address in named.filter(|part| part.starts_with("http")) {
            reads += 1;
            let hash = address.rsplit('/').nth(1).unwrap();
            match self.get(Some(address)).await {
                Some(bytes) if Sha256::of(&bytes).as_str().starts_with(hash) && hash.len() >= 32 => {}
                Some(_) => wrong.push(format!("{address} has other bytes")),
                None => wrong.push(format!("{address} is named and missing")),
            }
        }
        (reads, wrong)
    }
}

/// Counts points, lets the listener look at each, and ends the program at one of them.
#[derive(Clone)]
struct Fate {
    at: usize,
    point: Arc<AtomicUsize>,
    dead: Arc<Notify>,
    eyes: Eyes,
    allowed: Vec<Vec<u8>>,
    reads: Arc<AtomicU64>,
    wrong: Arc<Mutex<Vec<String>>>,
}

impl Fate {
    async fn point(&self) {
        let (reads, wrong) = self.eyes.read(&self.allowed).await;
        self.reads.fetch_add(reads, Ordering::SeqCst);
        self.wrong.lock().unwrap().extend(wrong);
        if self.point.fetch_add(1, Ordering::SeqCst) == self.at {
            self.dead.notify_one();
            std::future::pending::<()>().await;
        }
    }
}

struct Mortal<D> {
    inner: D,
    fate: Fate,
}

impl<D: Destination> Destination for Mortal<D> {
    async fn observe(&mut self, work: Work<'_>, step: &Step) -> Result<Observed> {
        self.fate.point().await;
        let seen = self.inner.observe(work, step).await?;
        self.fate.point().await;
        Ok(seen)
    }
    async fn perform(&mut self, work: Work<'_>, step: &Step) -> Result<()> {
        self.fate.point().await;
        self.inner.perform(work, step).await?;
        self.fate.point().await;
        Ok(())
    }
    fn writes(&self) -> u64 {
        self.inner.writes()
    }
    fn verified(&self) -> Vec<String> {
        self.inner.verified()
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Folder,
    Server,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Act {
    Publish,
    Rollback,
}

/// A show with two published versions and an edit.
struct Story {
    folder: tempfile::TempDir,
    clock: Arc<FixedClock>,
    ids: Arc<Counted>,
    target: Target,
    server: Option<Running>,
    reads: Arc<AtomicU64>,
    wrong: Arc<Mutex<Vec<String>>>,
}

impl Story {
    async fn new(kind: Kind) -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        let (clock, ids) = (Arc::new(FixedClock::at(NOW_MS)), Arc::new(Counted::default()));
        let www = folder.path().join("www");
        let server = match kind {
            Kind::Folder => None,
            Kind::Server => {
                let settings = Settings::new(folder.path().join("server"));
                Some(start(Settings { clock: clock.clone(), ..settings }).await.unwrap())
            }
        };
        let location = match &server {
            None => Location::Folder { path: www.display().to_string(), public_url: PUBLIC_URL.into() },
            Some(server) => Location::Server { origin: format!("http://{}", server.addr) },
        };
        let target = Target {
            id: TargetId::fresh(&*ids, NOW_MS),
            show: ShowId::fresh(&*ids, NOW_MS),
            name: "home".into(),
            url: String::new(),
            location,
            role: Role::Primary,
            server_id: None,
            base_url: None,
            server_epoch: None,
            insecure: false,
        };
        let (reads, wrong) = (Arc::default(), Arc::default());
        let mut story = Self { folder, clock, ids, target, server, reads, wrong };
        story.tell().await;
        story
    }

    async fn tell(&mut self) {
        let mut laptop = self.laptop().await;
        match &self.server {
            Some(server) => laptop.pair(server).await,
            None => {
                let mut tx = laptop.library.transact().await.unwrap();
                tx.put_target(&self.target).await.unwrap();
                tx.commit().await.unwrap();
            }
        }
        self.target = laptop.target.clone();
        laptop.put_show("Lantern Tide").await;
        let one = laptop.put_episode("One", "one", b"the sound of one").await;
        self.undisturbed().await;
        laptop.retitle(&one, "One, edited").await;
        laptop.put_episode("Two", "two", b"the sound of two").await;
        self.undisturbed().await;
        laptop.put_episode("Three", "three", b"the sound of three").await;
        laptop.retitle(&one, "One, edited again").await;
    }

    async fn undisturbed(&self) {
        self.clock.advance(60_000);
        let laptop = self.laptop().await;
        let planned = laptop.plan().await;
        begin(&laptop.library, &planned).await.unwrap();
        self.carry_out(&laptop, &planned, None).await.unwrap();
    }

    /// What a program that has just begun has: a library from the disk.
    async fn laptop(&self) -> Laptop {
        let root = self.folder.path().join("library");
        let library = Library::open(&root, self.clock.clone(), self.ids.clone()).await.unwrap();
        let key = Arc::new(DeviceKey::load_or_make(&root, library.device()).unwrap());
        Laptop { library, target: self.target.clone(), key, clock: self.clock.clone() }
    }

    fn eyes(&self) -> Eyes {
        match &self.server {
            None => Eyes::Folder(self.folder.path().join("www")),
            Some(server) => Eyes::Server(server.addr, server.base_url.clone()),
        }
    }

    async fn carry_out(&self, laptop: &Laptop, planned: &Planned, fate: Option<Fate>) -> Result<()> {
        let silent: ProgressSink = Arc::new(|_| ());
        let cancel = Cancel::default();
        macro_rules! run {
            ($inner:expr) => {
                match fate {
                    Some(fate) => {
                        let mut mortal = Mortal { inner: $inner, fate };
                        apply(&laptop.library, planned, &mut mortal, &cancel, &silent).await
                    }
                    None => apply(&laptop.library, planned, &mut $inner, &cancel, &silent).await,
                }
            };
        }
        match &laptop.target.location {
            Location::Server { .. } => {
                run!(ServerDestination::new(laptop.line(), &laptop.library, &laptop.target, silent.clone()))
            }
            _ => run!(FolderDestination::open(&laptop.library, &self.folder.path().join("www"), PUBLIC_URL)?),
        }
        .map(drop)
    }

    /// One start of the program; `None` when it was killed, else how many points it passed.
    async fn start(&self, act: Act, at: usize) -> Option<usize> {
        let laptop = self.laptop().await;
        let planned = match unfinished(&laptop.library, &self.target.id).await.unwrap() {
            Some(open) => open,
            None => {
                let planned = match act {
                    Act::Publish => laptop.plan().await,
                    Act::Rollback => self.plan_back(&laptop, 1).await,
                };
                assert_eq!(planned.plan.blockers, vec![]);
                begin(&laptop.library, &planned).await.unwrap();
                planned
            }
        };
        let old = history::feed(&laptop.library, &self.current(&laptop).await.feed.sha256).await.unwrap().unwrap();
        let fate = Fate {
            at,
            point: Arc::default(),
            dead: Arc::default(),
            eyes: self.eyes(),
            allowed: vec![old, planned.payload.feed.clone().into_bytes()],
            reads: Arc::clone(&self.reads),
            wrong: Arc::clone(&self.wrong),
        };
        tokio::select! {
            done = self.carry_out(&laptop, &planned, Some(fate.clone())) => {
                done.unwrap();
                Some(fate.point.load(Ordering::SeqCst))
            }
            () = fate.dead.notified() => None,
        }
    }

    async fn current(&self, laptop: &Laptop) -> hearthcast_model::manifest::Manifest {
        target::state(laptop.library.readers(), &self.target.id).await.unwrap().manifest.unwrap()
    }

    async fn plan_back(&self, laptop: &Laptop, version: u64) -> Planned {
        let library = &laptop.library;
        let older = history::get(library, &self.target.id, version).await.unwrap().unwrap();
        let current = self.current(laptop).await;
        rollback(&RollbackInput {
            publication: &PublicationId::fresh(&*self.ids, self.clock.now_ms()),
            device: library.device(),
            target: &self.target,
            show: &show::get(library, &self.target.show).await.unwrap().unwrap(),
            episodes: &episode::all(library, &self.target.show).await.unwrap(),
            current: &current,
            current_feed: history::feed(library, &current.feed.sha256).await.unwrap().as_deref(),
            highest_version: current.version,
            older: &older,
            snapshot: history::snapshot(library, &older).await.unwrap().as_ref(),
            feed: history::feed(library, &older.manifest.feed.sha256).await.unwrap().as_deref(),
            gone: &[],
            now_ms: self.clock.now_ms(),
        })
        .unwrap()
    }

    /// Everything that must be the same however often the program was killed.
    async fn finished(&self) -> BTreeMap<String, Vec<u8>> {
        let laptop = self.laptop().await;
        let mut found = BTreeMap::new();
        let root = self.folder.path();
        for part in ["www", "server/media", "server/uploads"] {
            files(&root.join(part), root, &mut found);
        }
        let feed = self.eyes().get(None).await.unwrap();
        let mut manifest = self.current(&laptop).await;
        assert_eq!(manifest.feed.sha256, Sha256::of(&feed));
        found.insert("feed".into(), self.without_port(&feed));
        if self.server.is_some() {
            // A server's random name of its history; and its port, which stands in the feed.
            manifest.epoch.clear();
            manifest.feed.sha256 = Sha256::of(b"");
        }
        found.insert("manifest".into(), serde_json::to_vec(&manifest).unwrap());
        for record in episode::all(&laptop.library, &self.target.show).await.unwrap() {
            let text = serde_json::to_vec(&(&record.body, &record.released)).unwrap();
            found.insert(format!("episode {}", record.id), text);
        }
        let versions = history::of_target(&laptop.library, &self.target.id).await.unwrap();
        let told: Vec<_> = versions.iter().map(|v| (v.manifest.version, v.manifest.restores, &v.sentence)).collect();
        found.insert("history".into(), serde_json::to_vec(&told).unwrap());
        found
    }

    /// The feed without what differs from one port to another: addresses, and the show's guid made from one.
    fn without_port(&self, feed: &[u8]) -> Vec<u8> {
        let Some(server) = &self.server else { return feed.to_vec() };
        let text = String::from_utf8(feed.to_vec()).unwrap().replace(&server.base_url, "https://pod.example");
        let (before, rest) = text.split_once("<podcast:guid>").unwrap();
        let (_, after) = rest.split_once("</podcast:guid>").unwrap();
        format!("{before}{after}").into_bytes()
    }
}

fn files(folder: &Path, root: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => files(&path, root, found),
            false if !path.to_string_lossy().contains(".hearthcast") => {
                found.insert(path.strip_prefix(root).unwrap().display().to_string(), std::fs::read(path).unwrap());
            }
            false => {}
        }
    }
}

#[expect(clippy::print_stdout, reason = "the counts are told, docs/RELIABILITY.md")]
async fn sweep(kind: Kind, act: Act, at_least: usize) {
    let undisturbed = Story::new(kind).await;
    let points = undisturbed.start(act, NEVER).await.unwrap();
    assert!(points >= at_least, "{kind:?} {act:?}: {points} points");
    let wanted = undisturbed.finished().await;
    let mut reads = 0;
    for at in 0..points {
        let story = Story::new(kind).await;
        assert_eq!(story.start(act, at).await, None, "killed at point {at}");
        assert!(story.start(act, NEVER).await.is_some());
        assert_eq!(*story.wrong.lock().unwrap(), Vec::<String>::new(), "{kind:?} {act:?}, killed at point {at}");
        let finished = story.finished().await;
        for (name, bytes) in &wanted {
            assert!(finished.get(name) == Some(bytes), "{kind:?} {act:?}, killed at point {at}: {name} differs");
        }
        assert_eq!(finished.len(), wanted.len(), "{kind:?} {act:?}, killed at point {at}: something is left over");
        reads += story.reads.load(Ordering::SeqCst);
        if let Some(server) = story.server {
            server.stop().await.unwrap();
        }
    }
    println!("sweep of {act:?} on {kind:?}: {points} points, {points} kills, {reads} reads by the listener, none bad");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publication_into_a_folder_is_killed_at_every_point() {
    sweep(Kind::Folder, Act::Publish, 26).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_of_a_folder_is_killed_at_every_point() {
    sweep(Kind::Folder, Act::Rollback, 20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publication_to_a_server_is_killed_at_every_point() {
    sweep(Kind::Server, Act::Publish, 20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_on_a_server_is_killed_at_every_point() {
    sweep(Kind::Server, Act::Rollback, 8).await;
}
