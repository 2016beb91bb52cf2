//! The story that the kill sweep plays: a show with two published versions and edits, on a place of some kind, and perhaps a
//! second place that it moves to. Told once, copied for every kill.

use super::mortal_place::MortalPlace;
use super::places::{Eyes, Ground, Kind, abilities, files, place};
use super::{Laptop, NOW_MS, copy_folder};
use hearthcast_engine::apply::{begin, unfinished};
use hearthcast_engine::documents::variants_url;
use hearthcast_engine::folder::FolderDestination;
use hearthcast_engine::leaving::needed;
use hearthcast_engine::moving::{ClearInput, MoveInput, OldFeedInput, clearing, old_feed, relocate};
use hearthcast_engine::plan::feed_url;
use hearthcast_engine::published::PublishedFeed;
use hearthcast_engine::remote::RemoteDestination;
use hearthcast_engine::server::ServerDestination;
use hearthcast_engine::standing::{self, Elsewhere};
use hearthcast_engine::withdraw::{from_place, from_server};
use hearthcast_engine::{
    Destination, DeviceKey, Door, Fetching, Observed, Origin, Planned, ProgressSink, RollbackInput, Work, apply,
    rollback,
};
use hearthcast_library::{Library, episode, history, media, show, target};
use hearthcast_model::clock::FixedClock;
use hearthcast_model::id::Ids;
use hearthcast_model::manifest::{Manifest, Object};
use hearthcast_model::place::{Location, Role, Target};
use hearthcast_model::plan::Step;
use hearthcast_model::{Cancel, Clock as _, PublicationId, Result, Sha256, ShowId, Table, TargetId};
use hearthcast_server::{Running, Settings, start};
use hearthcast_storage::StorageKey;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

/// What is killed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Act {
    Publish,
    Rollback,
    /// To another place: every file, the feed, the old feed, and the old files go.
    Move,
    /// An episode is called back: out of the feed, and its files deleted.
    Withdraw,
}

/// A point that is never reached.
pub const NEVER: usize = usize::MAX;

/// Ids that count: two runs of the same story have the same ones.
#[derive(Default)]
pub struct Counted(AtomicU64);

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

/// Counts points, lets the listener look at each, and ends the program at one of them.
#[derive(Clone)]
pub struct Fate {
    at: usize,
    point: Arc<AtomicUsize>,
    dead: Arc<Notify>,
    eyes: Eyes,
    allowed: Arc<Mutex<Vec<Vec<u8>>>>,
    reads: Arc<AtomicU64>,
    wrong: Arc<Mutex<Vec<String>>>,
}

impl Fate {
    pub async fn point(&self) {
        let allowed = self.allowed.lock().unwrap().clone();
        let (reads, wrong) = self.eyes.read(&allowed).await;
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

/// Ids, clock and target of a beginning that was told.
struct Told {
    ids: u64,
    now_ms: i64,
    home: Target,
    second: Option<Target>,
}

/// A ground, and the beginning that was told on it.
pub struct Stage {
    pub ground: Ground,
    pub kind: Kind,
    pub second: Option<Kind>,
    told: Mutex<Option<Told>>,
}

impl Stage {
    pub fn new(kind: Kind, second: Option<Kind>) -> Self {
        let kinds: Vec<Kind> = [kind].into_iter().chain(second).collect();
        Self { ground: Ground::of(&kinds), kind, second, told: Mutex::default() }
    }

    fn plots(&self) -> Vec<(Kind, &'static str)> {
        [(self.kind, "home")].into_iter().chain(self.second.map(|kind| (kind, "second"))).collect()
    }

    /// Whether a running server takes part: it has another port every time.
    pub fn has_server(&self) -> bool {
        self.plots().iter().any(|(kind, _)| *kind == Kind::Server)
    }
}

/// A show with two published versions and an edit.
pub struct Story<'a> {
    stage: &'a Stage,
    clock: Arc<FixedClock>,
    ids: Arc<Counted>,
    home: Target,
    second: Option<Target>,
    servers: BTreeMap<&'static str, Running>,
    pub reads: Arc<AtomicU64>,
    pub wrong: Arc<Mutex<Vec<String>>>,
}

impl<'a> Story<'a> {
    pub async fn new(stage: &'a Stage) -> Self {
        stage.ground.sweep(&stage.plots());
        let (ids, clock) = (Arc::new(Counted::default()), Arc::new(FixedClock::at(NOW_MS)));
        let (reads, wrong) = (Arc::default(), Arc::default());
        let show = ShowId::fresh(&*ids, NOW_MS);
        let home = target(&ids, &show, stage, stage.kind, "home", Role::Primary);
        let second = stage.second.map(|kind| target(&ids, &show, stage, kind, "second", Role::Staging));
        let mut story = Self { stage, clock, ids, home, second, servers: BTreeMap::new(), reads, wrong };
        let told = stage.told.lock().unwrap().take();
        match told {
            Some(told) => story.remember(told),
            None => story.tell().await,
        }
        story
    }

    /// The beginning as it was told before.
    fn remember(&mut self, told: Told) {
        let ground = &self.stage.ground;
        copy_folder(&ground.template().join("story"), &ground.story());
        for (kind, name) in self.stage.plots() {
            if !matches!(kind, Kind::Folder | Kind::Server) {
                copy_folder(&ground.template().join(name), &ground.plot(kind, name));
            }
            if kind == Kind::Bucket {
                copy_folder(&ground.template().join("notes"), &ground.notes());
            }
        }
        self.ids.0.store(told.ids, Ordering::SeqCst);
        self.clock.advance(told.now_ms - NOW_MS);
        (self.home, self.second) = (told.home.clone(), told.second.clone());
        *self.stage.told.lock().unwrap() = Some(told);
    }

    /// Keeps the beginning, where nothing of it runs.
    fn keep(&self) {
        if self.stage.has_server() {
            return;
        }
        let ground = &self.stage.ground;
        copy_folder(&ground.story(), &ground.template().join("story"));
        for (kind, name) in self.stage.plots() {
            let plot = ground.plot(kind, name);
            if !matches!(kind, Kind::Folder | Kind::Server) && plot.is_dir() {
                copy_folder(&plot, &ground.template().join(name));
            }
            if kind == Kind::Bucket {
                let notes = ground.template().join("notes");
                std::fs::create_dir_all(&notes).unwrap();
                for entry in std::fs::read_dir(ground.notes()).unwrap().flatten() {
                    if entry.path().is_file() {
                        std::fs::copy(entry.path(), notes.join(entry.file_name())).unwrap();
                    }
                }
            }
        }
        for (_, name) in self.stage.plots() {
            std::fs::create_dir_all(ground.template().join(name)).unwrap();
        }
        let (home, second) = (self.home.clone(), self.second.clone());
        let told = Told { ids: self.ids.0.load(Ordering::SeqCst), now_ms: self.clock.now_ms(), home, second };
        *self.stage.told.lock().unwrap() = Some(told);
    }

    async fn tell(&mut self) {
        for (kind, name) in self.stage.plots() {
            if kind == Kind::Server {
                let settings = Settings::new(self.stage.ground.story().join(name));
                let server = start(Settings { clock: self.clock.clone(), ..settings }).await.unwrap();
                self.servers.insert(name, server);
            }
        }
        self.home = self.settled(self.home.clone()).await;
        if let Some(second) = self.second.clone() {
            self.second = Some(self.settled(second).await);
        }
        let laptop = self.laptop().await;
        laptop.put_show("Lantern Tide").await;
        let one = laptop.put_episode("One", "one", b"the sound of one").await;
        self.undisturbed().await;
        laptop.retitle(&one, "One, edited").await;
        laptop.put_episode("Two", "two", b"the sound of two").await;
        self.undisturbed().await;
        laptop.put_episode("Three", "three", b"the sound of three").await;
        laptop.retitle(&one, "One, edited again").await;
        drop(laptop);
        self.keep();
    }

    /// A target in the library, paired where it is a server.
    async fn settled(&self, target: Target) -> Target {
        let mut laptop = self.laptop().await;
        laptop.target = target;
        match self.servers.get(laptop.target.name.as_str()) {
            Some(server) => {
                laptop.target.location = Location::Server { origin: format!("http://{}", server.addr) };
                laptop.pair(server).await;
            }
            None => {
                let mut tx = laptop.library.transact().await.unwrap();
                tx.put_target(&laptop.target).await.unwrap();
                tx.commit().await.unwrap();
            }
        }
        laptop.target.clone()
    }

    async fn undisturbed(&self) {
        self.clock.advance(60_000);
        let laptop = self.laptop().await;
        let planned = laptop.plan().await;
        begin(&laptop.library, &planned).await.unwrap();
        self.carry_out(&laptop, &self.home, &planned, None).await.unwrap();
    }

    /// What a program that has just begun has: a library from the disk.
    async fn laptop(&self) -> Laptop {
        let root = self.stage.ground.story().join("library");
        let library = Library::open(&root, self.clock.clone(), self.ids.clone()).await.unwrap();
        let key = Arc::new(DeviceKey::load_or_make(&root, library.device()).unwrap());
        Laptop { library, target: self.home.clone(), key, clock: self.clock.clone() }
    }

    fn eyes(&self) -> Eyes {
        let folders = self.stage.plots().into_iter().filter(|(kind, _)| *kind == Kind::Folder);
        let folders =
            folders.map(|(kind, name)| (format!("https://{name}.example/"), self.stage.ground.plot(kind, name)));
        let feeds = [Some(&self.home), self.second.as_ref()].into_iter().flatten();
        let feeds = feeds.map(|target| feed_url(target, "lantern-tide")).collect();
        Eyes { folders: folders.collect(), feeds, seen: Arc::default() }
    }

    async fn origin(&self, laptop: &Laptop, planned: &Planned) -> Option<Origin> {
        let order = planned.plan.moves.as_ref()?;
        let from = target::find(&laptop.library, order.from.as_str()).await.unwrap().unwrap();
        let door = match &from.location {
            Location::Server { .. } => {
                let line = self.on(laptop, &from).line();
                Door::Server(Box::new(line), Box::new(from), None)
            }
            location => Door::Place(place(location, &self.clock)),
        };
        Some(Origin::new(door, std::iter::empty()))
    }

    /// The laptop with another target in hand.
    fn on(&self, laptop: &Laptop, target: &Target) -> Laptop {
        let (library, key) = (laptop.library.clone(), Arc::clone(&laptop.key));
        Laptop { library, target: target.clone(), key, clock: self.clock.clone() }
    }

    async fn carry_out(&self, laptop: &Laptop, target: &Target, planned: &Planned, fate: Option<Fate>) -> Result<()> {
        let silent: ProgressSink = Arc::new(|_| ());
        let (cancel, library) = (Cancel::default(), &laptop.library);
        let origin = self.origin(laptop, planned).await;
        macro_rules! run {
            ($inner:expr) => {{
                let mut inner = Fetching::new($inner, library, origin, silent.clone());
                match fate {
                    Some(fate) => {
                        fate.allowed.lock().unwrap().push(planned.payload.feed.clone().into_bytes());
                        apply(library, planned, &mut Mortal { inner, fate }, &cancel, &silent).await
                    }
                    None => apply(library, planned, &mut inner, &cancel, &silent).await,
                }
            }};
        }
        match &target.location {
            Location::Server { .. } => {
                let on = self.on(laptop, target);
                run!(ServerDestination::new(on.line(), library, target, silent.clone()))
            }
            Location::Folder { path, public_url } => {
                run!(FolderDestination::open(library, Path::new(path), public_url)?)
            }
            location => {
                let place = place(location, &self.clock);
                run!(RemoteDestination::new(
                    place,
                    library,
                    target,
                    abilities(location),
                    BTreeMap::new(),
                    silent.clone()
                ))
            }
        }
        .map(drop)
    }

    /// One start of the program; `None` when it was killed, else how many points it passed.
    pub async fn start(&self, act: Act, at: usize) -> Option<usize> {
        self.start_with(act, at, &[Part::Relocate, Part::OldFeed, Part::Clear]).await
    }

    /// A start that does the parts of a move in some order.
    pub async fn start_with(&self, act: Act, at: usize, parts: &[Part]) -> Option<usize> {
        let laptop = self.laptop().await;
        let fate = Fate {
            at,
            point: Arc::default(),
            dead: Arc::default(),
            eyes: self.eyes(),
            allowed: Arc::default(),
            reads: Arc::clone(&self.reads),
            wrong: Arc::clone(&self.wrong),
        };
        for target in [Some(&self.home), self.second.as_ref()].into_iter().flatten() {
            if let Some(manifest) = self.manifest(&laptop, target).await {
                let feed = history::feed(&laptop.library, &manifest.feed.sha256).await.unwrap().unwrap();
                fate.allowed.lock().unwrap().push(feed);
            }
        }
        tokio::select! {
            () = self.act(&laptop, act, &fate, parts) => Some(fate.point.load(Ordering::SeqCst)),
            () = fate.dead.notified() => None,
        }
    }

    /// What the verb does: what is unfinished first.
    async fn act(&self, laptop: &Laptop, act: Act, fate: &Fate, parts: &[Part]) {
        let mut finished = false;
        for target in [self.second.as_ref(), Some(&self.home)].into_iter().flatten() {
            if let Some(open) = unfinished(&laptop.library, &target.id).await.unwrap() {
                self.carry_out(laptop, target, &open, Some(fate.clone())).await.unwrap();
                finished = true;
            }
        }
        match act {
            Act::Move => {
                for part in parts {
                    self.part(laptop, *part, fate).await;
                }
            }
            Act::Withdraw => self.withdraw(laptop, fate).await,
            Act::Publish | Act::Rollback if finished => {}
            Act::Publish => self.begun(laptop, &self.home, laptop.plan().await, fate).await,
            Act::Rollback => self.begun(laptop, &self.home, self.plan_back(laptop, 1).await, fate).await,
        }
    }

    async fn begun(&self, laptop: &Laptop, target: &Target, planned: Planned, fate: &Fate) {
        assert_eq!(planned.plan.blockers, vec![]);
        if planned.plan.is_empty() {
            return;
        }
        begin(&laptop.library, &planned).await.unwrap();
        self.carry_out(laptop, target, &planned, Some(fate.clone())).await.unwrap();
    }

    async fn part(&self, laptop: &Laptop, part: Part, fate: &Fate) {
        let library = &laptop.library;
        let find = async |target: &Target| target::find(library, target.id.as_str()).await.unwrap().unwrap();
        let (from, to) = (find(&self.home).await, find(self.second.as_ref().unwrap()).await);
        match (part, &from.moved) {
            (Part::Relocate, None) => {
                let planned = self.plan_move(laptop, &from, &to).await;
                self.begun(laptop, &to, planned, fate).await;
            }
            (Part::OldFeed, Some(_)) => {
                let planned = self.plan_old_feed(laptop, &from, &to).await;
                self.begun(laptop, &from, planned, fate).await;
            }
            (Part::Clear | Part::ClearAtOnce, Some(moved)) if moved.leaves_files() => {
                if self.stage.kind == Kind::Server {
                    self.send_on(laptop, &from, &to, fate).await;
                }
                let planned = self.plan_clear(laptop, &from, part == Part::Clear).await;
                self.begun(laptop, &from, planned, fate).await;
            }
            _ => {}
        }
    }

    async fn manifest(&self, laptop: &Laptop, target: &Target) -> Option<Manifest> {
        target::state(laptop.library.readers(), &target.id).await.unwrap().manifest
    }

    fn publication(&self) -> PublicationId {
        PublicationId::fresh(&*self.ids, self.clock.now_ms())
    }

    async fn plan_back(&self, laptop: &Laptop, version: u64) -> Planned {
        let library = &laptop.library;
        let older = history::get(library, &self.home.id, version).await.unwrap().unwrap();
        let current = self.manifest(laptop, &self.home).await.unwrap();
        rollback(&RollbackInput {
            publication: &self.publication(),
            device: library.device(),
            target: &self.home,
            show: &show::get(library, &self.home.show).await.unwrap().unwrap(),
            episodes: &episode::all(library, &self.home.show).await.unwrap(),
            current: &current,
            current_feed: history::feed(library, &current.feed.sha256)
                .await
                .unwrap()
                .map(PublishedFeed::alone)
                .as_ref(),
            highest_version: current.version,
            older: &older,
            snapshot: history::snapshot(library, &older).await.unwrap().as_ref(),
            feed: history::feed(library, &older.manifest.feed.sha256).await.unwrap().map(PublishedFeed::alone).as_ref(),
            documents: Some(&[]),
            gone: &[],
            now_ms: self.clock.now_ms(),
        })
        .unwrap()
    }

    /// One of the sounds is at the old place only.
    async fn plan_move(&self, laptop: &Laptop, from: &Target, to: &Target) -> Planned {
        let library = &laptop.library;
        let lost = Sha256::of(b"the sound of one");
        let _ = std::fs::remove_file(hearthcast_library::files::path(library.root(), &lost));
        let public = self.manifest(laptop, from).await;
        let mut facts = HashMap::new();
        for object in public.iter().flat_map(|manifest| &manifest.objects) {
            let known = media::get(library, &object.sha256).await.unwrap().unwrap();
            facts.insert(object.sha256.clone(), known.facts);
        }
        relocate(&MoveInput {
            publication: &self.publication(),
            device: library.device(),
            from,
            to,
            show: &show::get(library, &from.show).await.unwrap().unwrap(),
            episodes: &episode::all(library, &from.show).await.unwrap(),
            facts: &facts,
            absent: &BTreeSet::from([lost]),
            public: public.as_ref(),
            handed: &[],
            current: self.manifest(laptop, to).await.as_ref(),
            there: &BTreeSet::new(),
            taken: &BTreeMap::new(),
            highest_version: 0,
            now_ms: self.clock.now_ms(),
            grace_ms: 0,
        })
        .unwrap()
    }

    async fn plan_old_feed(&self, laptop: &Laptop, from: &Target, to: &Target) -> Planned {
        let library = &laptop.library;
        let current = self.manifest(laptop, from).await.unwrap();
        if self.stage.kind == Kind::Server {
            // It writes its own feed, with what is released.
            return self.on(laptop, from).plan_released().await;
        }
        let public = self.manifest(laptop, to).await.unwrap();
        let kept = history::get(library, &to.id, public.version).await.unwrap().unwrap();
        let feed = history::feed(library, &public.feed.sha256).await.unwrap().unwrap();
        old_feed(&OldFeedInput {
            publication: &self.publication(),
            device: library.device(),
            target: from,
            current: &current,
            highest_version: 0,
            public: &public,
            feed: &String::from_utf8(feed).unwrap(),
            variants: &[],
            snapshot: &history::snapshot(library, &kept).await.unwrap().unwrap(),
            now_ms: self.clock.now_ms(),
        })
    }

    /// The server that the show left sends everybody on, and deletes what it had.
    async fn send_on(&self, laptop: &Laptop, from: &Target, to: &Target, fate: &Fate) {
        let kept = history::of_target(&laptop.library, &from.id).await.unwrap();
        let left: Vec<Object> = kept.into_iter().flat_map(|kept| kept.manifest.objects).collect();
        let (here, public) = (self.manifest(laptop, from).await.unwrap(), self.manifest(laptop, to).await.unwrap());
        let feed_url = feed_url(to, "lantern-tide");
        let line = self.on(laptop, from).line();
        fate.point().await;
        let variants_url = variants_url(to, "lantern-tide");
        let now = Elsewhere {
            to,
            feed_url: &feed_url,
            variants_url: &variants_url,
            public: &public,
            feed_ended: false,
            files_stay: false,
        };
        standing::moved(&line, &from.show, here.version, left.iter(), now).await.unwrap();
        fate.point().await;
    }

    async fn plan_clear(&self, laptop: &Laptop, from: &Target, carefully: bool) -> Planned {
        let library = &laptop.library;
        let known = self.manifest(laptop, from).await.unwrap();
        let kept = history::of_target(library, &from.id).await.unwrap();
        let files: Vec<Object> = kept.into_iter().flat_map(|kept| kept.manifest.objects).collect();
        let stay = match carefully && self.stage.kind != Kind::Server {
            true => {
                let place = place(&from.location, &self.clock);
                needed(&*place, &StorageKey::Feed("lantern-tide".into()), "lantern-tide", &known, &files).await.unwrap()
            }
            false => BTreeSet::new(),
        };
        clearing(&ClearInput {
            publication: &self.publication(),
            target: from,
            show: &show::get(library, &from.show).await.unwrap().unwrap().body,
            files: &files,
            needed: &stay,
            now_ms: self.clock.now_ms(),
        })
    }

    /// Two leaves by a publication; then its files are deleted, which may be repeated from the beginning.
    async fn withdraw(&self, laptop: &Laptop, fate: &Fate) {
        let library = &laptop.library;
        let all = episode::all(library, &self.home.show).await.unwrap();
        let two = all.iter().find(|record| record.body.slug == "two").unwrap().clone();
        if two.deleted_ms.is_none() {
            let mut tx = library.transact().await.unwrap();
            tx.delete(Table::Episode, &two.id).await.unwrap();
            tx.commit().await.unwrap();
        }
        self.begun(laptop, &self.home, laptop.plan().await, fate).await;
        let id = hearthcast_model::EpisodeId::parse(&two.id).unwrap();
        let kept = history::of_target(library, &self.home.id).await.unwrap();
        let own = kept.into_iter().flat_map(|kept| kept.manifest.objects);
        let own: Vec<Object> = own.filter(|object| object.episode.as_ref() == Some(&id)).collect();
        let public = self.manifest(laptop, &self.home).await.unwrap();
        if self.stage.kind == Kind::Server {
            let line = self.on(laptop, &self.home).line();
            fate.point().await;
            from_server(&line, None, (&self.home.show, &id), &own, &public, None).await.unwrap();
            return fate.point().await;
        }
        let place = MortalPlace { inner: place(&self.home.location, &self.clock), fate: fate.clone() };
        from_place(&place, "lantern-tide", &id, &own, &public, None).await.unwrap();
    }

    /// Everything that must be the same however often the program was killed.
    pub async fn finished(&self) -> BTreeMap<String, Vec<u8>> {
        let laptop = self.laptop().await;
        let mut found = BTreeMap::new();
        let library = self.stage.ground.story().join("library/media");
        files(&library, "library", &mut found);
        for (kind, name) in self.stage.plots() {
            let plot = self.stage.ground.plot(kind, name);
            match kind {
                Kind::Server => {
                    for part in ["media", "uploads"] {
                        files(&plot.join(part), &format!("{name}/{part}"), &mut found);
                    }
                }
                _ => files(&plot, name, &mut found),
            }
        }
        let eyes = self.eyes();
        for (target, address) in [Some(&self.home), self.second.as_ref()].into_iter().flatten().zip(&eyes.feeds) {
            let Some(mut manifest) = self.manifest(&laptop, target).await else { continue };
            let feed = eyes.get(address).await.unwrap();
            let now = target::find(&laptop.library, target.id.as_str()).await.unwrap().unwrap();
            let sends_on = self.servers.contains_key(target.name.as_str())
                && now.moved.as_ref().is_some_and(|moved| moved.cleared_ms.is_some());
            let known = manifest.feed.sha256 == Sha256::of(&feed);
            assert!(known || sends_on, "what is public at {} is known", target.name);
            found.insert(format!("feed of {}", target.name), self.without_port(&feed));
            if self.stage.has_server() {
                // A server's random name of its history; and its port, which stands in the feed.
                manifest.epoch.clear();
                manifest.feed.sha256 = Sha256::of(b"");
                manifest.feed.bytes = 0;
            }
            found.insert(format!("manifest of {}", target.name), serde_json::to_vec(&manifest).unwrap());
            let versions = history::of_target(&laptop.library, &target.id).await.unwrap();
            let told: Vec<_> =
                versions.iter().map(|v| (v.manifest.version, v.manifest.restores, &v.sentence)).collect();
            found.insert(format!("history of {}", target.name), serde_json::to_vec(&told).unwrap());
            let moved = now.moved.map(|moved| (moved.to, moved.keep_until_ms, moved.cleared_ms.is_some()));
            found.insert(format!("target {}", target.name), serde_json::to_vec(&(now.role, moved)).unwrap());
        }
        for record in episode::all(&laptop.library, &self.home.show).await.unwrap() {
            let text = serde_json::to_vec(&(&record.body, &record.released)).unwrap();
            found.insert(format!("episode {}", record.id), text);
        }
        if self.stage.has_server() {
            // Feeds and manifests of other places name the server's port, too.
            found.retain(|name, _| !name.contains("/feeds/"));
        }
        found
    }

    /// The feed without what differs from one port to another: addresses, and the show's guid made from one.
    fn without_port(&self, feed: &[u8]) -> Vec<u8> {
        if self.servers.is_empty() {
            return feed.to_vec();
        }
        let mut text = String::from_utf8(feed.to_vec()).unwrap();
        for (name, server) in &self.servers {
            text = text.replace(&server.base_url, &format!("https://{name}.example"));
        }
        let (before, rest) = text.split_once("<podcast:guid>").unwrap();
        let (_, after) = rest.split_once("</podcast:guid>").unwrap();
        format!("{before}{after}").into_bytes()
    }

    pub async fn end(self) {
        for server in self.servers.into_values() {
            server.stop().await.unwrap();
        }
    }
}

/// A part of a move.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Part {
    Relocate,
    OldFeed,
    Clear,
    /// Without asking what is needed: the planted fault.
    ClearAtOnce,
}

fn target(ids: &Counted, show: &ShowId, stage: &Stage, kind: Kind, name: &str, role: Role) -> Target {
    Target::new(TargetId::fresh(ids, NOW_MS), show.clone(), name, "", stage.ground.location(kind, name), role)
}
