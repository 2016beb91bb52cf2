//! The whole line in one process: a real server on a port of its own, the engine with a real library, and a wire between
//! them that can be cut or can swallow an answer. Processes and kills are the journeys' matter.

#![expect(clippy::unwrap_used, reason = "a scene that cannot be built is a failed test")]

#[path = "engine_line/ahead.rs"]
mod ahead;
#[path = "engine_line/sweep.rs"]
mod sweep;

use hearthcast_engine::apply::{begin, unfinished};
use hearthcast_engine::line::Line;
use hearthcast_engine::pair::pair;
use hearthcast_engine::plan::as_released;
use hearthcast_engine::server::ServerDestination;
use hearthcast_engine::{DeviceKey, PlanInput, Planned, ProgressSink, apply, pull, push};
use hearthcast_library::{Library, episode, files, media, show, stats, target};
use hearthcast_model::clock::FixedClock;
use hearthcast_model::facts::MediaKind;
use hearthcast_model::id::RandomIds;
use hearthcast_model::place::{Role, Target, parse_location};
use hearthcast_model::plan::{Published, Step};
use hearthcast_model::show::{Attachment, Category};
use hearthcast_model::{
    Cancel, Clock, Code, Episode, EpisodeId, MediaFacts, PublicationId, Record, Result, Sha256, Show, ShowId, TargetId,
};
use hearthcast_server::front::BasePath;
use hearthcast_server::{Running, Settings, code, start};
use hearthcast_store::{meta, pairing};
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// 2026-11-20T06:00:00Z.
const NOW_MS: i64 = 1_795_154_400_000;
const SOUND_BYTES: usize = 5 * 1024 * 1024;
const PIECE: u64 = 2 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(30);

/// What the wire does.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Wire {
    Pass,
    /// Ends everything after that many more bytes towards the server.
    CutAfter(u64),
    /// Delivers a request that begins like this, and swallows its answer.
    Swallow(&'static str),
}

struct Proxy {
    origin: String,
    wire: Arc<Mutex<Wire>>,
    sent: Arc<AtomicU64>,
}

impl Proxy {
    async fn before(server: std::net::SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (wire, sent) = (Arc::new(Mutex::new(Wire::Pass)), Arc::new(AtomicU64::new(0)));
        let proxy = Self { origin, wire: Arc::clone(&wire), sent: Arc::clone(&sent) };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(connect(client, server, Arc::clone(&wire), Arc::clone(&sent)));
            }
        });
        proxy
    }

    fn set(&self, wire: Wire) {
        *self.wire.lock().unwrap() = wire;
        self.sent.store(0, Ordering::SeqCst);
    }
}

/// One connection through the wire; returning ends it on both sides.
async fn connect(client: TcpStream, server: std::net::SocketAddr, wire: Arc<Mutex<Wire>>, sent: Arc<AtomicU64>) {
    let server = TcpStream::connect(server).await.unwrap();
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let swallow = AtomicU64::new(0);
    let up = async {
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(n @ 1..) = from_client.read(&mut buffer).await {
            let now = *wire.lock().unwrap();
            if let Wire::Swallow(request) = now
                && buffer[..n].starts_with(request.as_bytes())
            {
                swallow.store(1, Ordering::SeqCst);
            }
            let before = sent.fetch_add(n as u64, Ordering::SeqCst);
            let keep = if let Wire::CutAfter(limit) = now { n.min(limit.saturating_sub(before) as usize) } else { n };
            if to_server.write_all(&buffer[..keep]).await.is_err() || keep < n {
                return;
            }
        }
    };
    let down = async {
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(n @ 1..) = from_server.read(&mut buffer).await {
            if swallow.load(Ordering::SeqCst) == 1 || to_client.write_all(&buffer[..n]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! { () = up => {} () = down => {} }
}

/// One laptop.
struct Laptop {
    library: Library,
    target: Target,
    key: Arc<DeviceKey>,
    clock: Arc<FixedClock>,
}

impl Laptop {
    async fn open(root: &Path, clock: &Arc<FixedClock>, target: Target) -> Self {
        let library = Library::open(root, clock.clone(), Arc::new(RandomIds)).await.unwrap();
        let key = Arc::new(DeviceKey::load_or_make(root, library.device()).unwrap());
        Self { library, target, key, clock: clock.clone() }
    }

    fn line(&self) -> Line {
        Line::to(&self.target, Arc::clone(&self.key), self.clock.clone()).unwrap()
    }

    async fn pair(&mut self, server: &Running) {
        let code = pairing_code(server, NOW_MS).await;
        self.target = pair(&self.line(), self.target.clone(), self.library.device(), &code).await.unwrap();
        let mut tx = self.library.transact().await.unwrap();
        tx.put_target(&self.target).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn push(&self) -> Result<u64> {
        push::hello(&self.line(), &self.library).await?;
        push::push(&self.line(), &self.library, &self.target).await
    }

    async fn put_show(&self, title: &str) {
        let cover = self.file("cover", "jpg", b"a picture").await;
        let mut body = Show::new(title, "lantern-tide", NOW_MS);
        body.author = "Mara Voss".into();
        body.cover = Some(cover);
        body.categories = vec![Category { name: "Technology".into(), sub: None }];
        let mut tx = self.library.transact().await.unwrap();
        tx.put(self.target.show.as_str(), &body).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn file(&self, name: &str, ext: &str, bytes: &[u8]) -> Attachment {
        let hash = files::take_in_from(self.library.root(), &mut &bytes[..]).unwrap();
        let mut tx = self.library.transact().await.unwrap();
        tx.put_media(&facts(ext, bytes), name).await.unwrap();
        tx.commit().await.unwrap();
        Attachment { hash, name: name.into(), ext: ext.into() }
    }

    async fn put_episode(&self, title: &str, slug: &str, sound: &[u8]) -> EpisodeId {
        let id = EpisodeId::fresh(self.library.ids(), NOW_MS);
        let mut body = Episode::new(self.target.show.clone(), id.as_str(), title, slug, NOW_MS);
        body.audio = Some(self.file(slug, "mp3", sound).await);
        let mut tx = self.library.transact().await.unwrap();
        tx.put(id.as_str(), &body).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn retitle(&self, id: &EpisodeId, title: &str) {
        let mut body = episode::get(&self.library, id).await.unwrap().unwrap().body;
        body.title = title.into();
        let mut tx = self.library.transact().await.unwrap();
        tx.put(id.as_str(), &body).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn plan(&self) -> Planned {
        let show = show::get(&self.library, &self.target.show).await.unwrap().unwrap();
        let episodes = episode::all(&self.library, &self.target.show).await.unwrap();
        self.plan_of(&show, &episodes).await
    }

    /// What is released, without a change that waits.
    async fn plan_released(&self) -> Planned {
        let mut show = show::get(&self.library, &self.target.show).await.unwrap().unwrap();
        let mut episodes = episode::all(&self.library, &self.target.show).await.unwrap();
        episodes.retain(|record| record.released.is_some());
        episodes.iter_mut().for_each(as_released);
        as_released(&mut show);
        self.plan_of(&show, &episodes).await
    }

    async fn plan_of(&self, show: &Record<Show>, episodes: &[Record<Episode>]) -> Planned {
        let attached = episodes.iter().flat_map(|e| e.body.audio.iter().chain(&e.body.image));
        let mut known = HashMap::new();
        for file in show.body.cover.iter().chain(attached) {
            known.insert(file.hash.clone(), media::get(&self.library, &file.hash).await.unwrap().unwrap().facts);
        }
        let current = target::state(self.library.readers(), &self.target.id).await.unwrap().manifest;
        hearthcast_engine::plan(&PlanInput {
            publication: PublicationId::fresh(self.library.ids(), NOW_MS),
            device: self.library.device(),
            target: &self.target,
            show,
            episodes,
            facts: &known,
            absent: &BTreeSet::new(),
            current: current.as_ref(),
            highest_version: 0,
            now_ms: self.clock.now_ms(),
            only: &[],
            handed: &target::handed(&self.library, &self.target.id).await.unwrap(),
            taken: &Default::default(),
            lay_anew: false,
            confirmed: None,
        })
        .unwrap()
    }

    /// Finishes what is unfinished, or publishes what there is.
    async fn publish(&self) -> Result<Published> {
        let planned = match unfinished(&self.library, &self.target.id).await? {
            Some(open) => open,
            None => self.begun(self.plan().await).await?,
        };
        let silent: ProgressSink = Arc::new(|_| ());
        let mut server = ServerDestination::new(self.line(), &self.library, &self.target, silent.clone());
        apply(&self.library, &planned, &mut server, &Cancel::default(), &silent).await
    }

    async fn begun(&self, planned: Planned) -> Result<Planned> {
        assert_eq!(planned.plan.blockers, vec![]);
        begin(&self.library, &planned).await?;
        Ok(planned)
    }
}

fn facts(ext: &str, bytes: &[u8]) -> MediaFacts {
    let audio = ext == "mp3";
    let (kind, mime) = if audio { (MediaKind::Audio, "audio/mpeg") } else { (MediaKind::Image, "image/jpeg") };
    let plain = MediaFacts::unmeasured(kind, ext, mime, bytes.len() as u64, Sha256::of(bytes));
    MediaFacts { duration_ms: audio.then_some(600_000), ..plain }
}

async fn pairing_code(server: &Running, now_ms: i64) -> String {
    let mut writer = server.app.store.write().await.unwrap();
    let identity = meta::identity(&mut writer).await.unwrap();
    let fresh = code::fresh(&RandomIds);
    let hash = code::hash(&identity.server_id, &fresh).unwrap();
    pairing::open(&mut writer, &hash, now_ms).await.unwrap();
    writer.commit().await.unwrap();
    fresh
}

/// A listener of the year 1999: one request, everything until the end of the connection.
async fn fetch(server: &Running, path: &str) -> (String, Vec<u8>) {
    fetch_at(server.addr, path).await
}

async fn fetch_at(addr: std::net::SocketAddr, path: &str) -> (String, Vec<u8>) {
    fetch_as(addr, "localhost", path).await
}

async fn fetch_as(addr: std::net::SocketAddr, host: &str, path: &str) -> (String, Vec<u8>) {
    let mut socket = TcpStream::connect(addr).await.unwrap();
    let head =
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: AntennaPod/3.5\r\nConnection: close\r\n\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![];
    socket.read_to_end(&mut answer).await.unwrap();
    let end = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    (String::from_utf8(answer[..end].to_vec()).unwrap(), answer[end + 4..].to_vec())
}

async fn feed(server: &Running) -> String {
    let (head, body) = fetch(server, "/podcasts/lantern-tide/rss/").await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    String::from_utf8(body).unwrap()
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let to = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy_folder(&entry.path(), &to),
            false => std::fs::copy(entry.path(), to).map(|_| ()).unwrap(),
        }
    }
}

struct World {
    folder: tempfile::TempDir,
    clock: Arc<FixedClock>,
    server: Running,
    proxy: Proxy,
    laptop: Laptop,
}

impl World {
    /// A server, and a laptop paired with it through the wire.
    async fn new() -> Self {
        Self::below("", |settings| settings).await
    }

    /// The same, with other settings, of a laptop that knows the server below a path.
    async fn below(path: &str, change: impl FnOnce(Settings) -> Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock::at(NOW_MS));
        let settings = Settings { clock: clock.clone(), ..Settings::new(folder.path().join("server")) };
        let server = start(change(settings)).await.unwrap();
        let proxy = Proxy::before(server.addr).await;
        let (id, show) = (TargetId::fresh(&RandomIds, NOW_MS), ShowId::fresh(&RandomIds, NOW_MS));
        let location = parse_location(&format!("server+{}{path}", proxy.origin), None, false).unwrap();
        let target = Target::new(id, show, "home", &format!("server+{}{path}", proxy.origin), location, Role::Primary);
        let mut laptop = Laptop::open(&folder.path().join("first"), &clock, target).await;
        laptop.pair(&server).await;
        laptop.put_show("Lantern Tide").await;
        Self { folder, clock, server, proxy, laptop }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_pairing_to_numbers_over_a_bad_wire() {
    let World { folder: _folder, clock: _, server, proxy, laptop } = World::new().await;
    assert_eq!(laptop.target.base_url.as_deref(), Some(server.base_url.as_str()));
    let sound: Vec<u8> = (0..SOUND_BYTES).map(|i| (i * 7 + i / 251 + i / 65_521) as u8).collect();
    let id = laptop.put_episode("The keeper's stair", "the-keepers-stair", &sound).await;

    // What is pushed is not public.
    assert_eq!(laptop.push().await.unwrap(), 1);
    assert_eq!(laptop.push().await.unwrap(), 0, "everything is there");
    assert!(fetch(&server, "/podcasts/lantern-tide/rss/").await.0.starts_with("HTTP/1.1 404"));

    // The wire breaks in the second piece of the sound.
    proxy.set(Wire::CutAfter(PIECE + PIECE / 2));
    assert_eq!(laptop.publish().await.unwrap_err().code, Code::TargetOffline);
    // Then it swallows the answer to the publication; the upload went on where it was, and another look finds it published.
    proxy.set(Wire::Swallow("POST /sync/v1/publish"));
    let published = laptop.publish().await.unwrap();
    let sent = proxy.sent.load(Ordering::SeqCst);
    assert!(sent < SOUND_BYTES as u64 - PIECE + 200_000, "{sent} bytes were sent the second time");
    assert_eq!(published.version, 1, "nothing was done twice");
    assert_eq!(published.verified.len(), 3, "feed, cover and sound were read as listeners read them");
    assert!(feed(&server).await.contains("The keeper's stair"), "it was published all the same");
    laptop.retitle(&id, "The keeper's stair, edited").await;
    proxy.set(Wire::Pass);
    assert!(!feed(&server).await.contains("edited"), "the edit is a pending change");

    // The sound arrives whole, under the address that the feed names.
    let address = format!("/m/{}/the-keepers-stair.mp3", Sha256::of(&sound));
    assert!(feed(&server).await.contains(&format!("{}{address}", server.base_url)));
    let (head, body) = fetch(&server, &address).await;
    assert!(head.starts_with("HTTP/1.1 200") && body == sound);

    // Numbers come back.
    let began = Instant::now();
    while laptop_downloads(&laptop, &id).await != 1 {
        assert!(began.elapsed() < PATIENCE, "the download is never counted");
        pull::pull(&laptop.line(), &laptop.library, &laptop.target).await.unwrap();
    }
    assert_eq!(laptop.publish().await.unwrap().version, 2);
    assert!(feed(&server).await.contains("edited"));
    assert!(laptop.plan().await.plan.is_empty());
    server.stop().await.unwrap();
}

async fn laptop_downloads(laptop: &Laptop, id: &EpisodeId) -> u64 {
    let rows = stats::of_show(&laptop.library, &laptop.target.show).await.unwrap();
    rows.iter().filter(|row| row.episode == *id).map(|row| row.by_hour.iter().sum::<u64>()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_lies_below_the_path_of_the_public_address_under_every_name() {
    // The address must be known before the server is there; the port is free a moment ago.
    let bind = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let base = format!("http://{bind}/pods/a");
    let world = World::below("/pods/a", |settings| Settings {
        bind,
        base_url: Some(base.clone()),
        base_path: BasePath::Kept,
        hosts: vec!["feeds.example.org".into()],
        ..settings
    });
    let World { folder: _folder, clock: _, server, proxy, laptop } = world.await;
    let sound = vec![7; 300_000];
    let id = laptop.put_episode("The keeper's stair", "the-keepers-stair", &sound).await;
    proxy.set(Wire::CutAfter(200_000));
    assert_eq!(laptop.publish().await.unwrap_err().code, Code::TargetOffline);
    proxy.set(Wire::Pass);
    let published = laptop.publish().await.unwrap();
    assert_eq!(published.verified.len(), 3, "feed, cover and sound were read below the path");

    let (feed, api) = ("/pods/a/podcasts/lantern-tide/rss/", "/pods/a/podcasts/lantern-tide/");
    let media = format!("/pods/a/m/{}/the-keepers-stair.mp3", Sha256::of(&sound));
    let text = fetch_at(server.addr, feed).await.1;
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains(&format!("\"http://{bind}{media}\"")) && text.contains(&format!("\"http://{bind}{feed}\"")));
    for path in [feed, api, "/pods/a/openapi.json", media.as_str()] {
        let usual = fetch_at(server.addr, path).await;
        assert!(usual.0.starts_with("HTTP/1.1 200"), "{path}: {}", usual.0);
        let other = fetch_as(server.addr, "feeds.example.org", path).await;
        assert!(usual.1 == other.1 && other.0.starts_with("HTTP/1.1 200"), "{path} is another by another name");
        assert!(!String::from_utf8_lossy(&other.1).contains("feeds.example.org"), "addresses come from base_url");
        let stranger = fetch_as(server.addr, "evil.example.org", path).await;
        // In the API's words or in plain ones, and nothing of what lies there.
        let said = String::from_utf8_lossy(&stranger.1);
        let tells = ["keeper", "lantern", "/pods", "feeds.example"].iter().any(|word| said.contains(word));
        assert!(stranger.0.starts_with("HTTP/1.1 421") && said.len() < 200 && !tells, "{path}: {} {said}", stranger.0);
        let (head, _) = fetch_at(server.addr, path.strip_prefix("/pods/a").unwrap()).await;
        assert!(head.starts_with("HTTP/1.1 404"), "{path} outside: {head}");
    }
    let shown: serde_json::Value = serde_json::from_slice(&fetch_at(server.addr, api).await.1).unwrap();
    assert_eq!(shown["data"]["attributes"]["rss-url"], format!("http://{bind}{feed}"));
    let (head, _) = fetch_at(server.addr, feed.trim_end_matches('/')).await;
    assert!(head.starts_with("HTTP/1.1 308") && head.to_ascii_lowercase().contains("\r\nlocation: rss/"), "{head}");

    laptop.retitle(&id, "The keeper's stair, edited").await;
    assert_eq!(laptop.push().await.unwrap(), 1);
    pull::pull(&laptop.line(), &laptop.library, &laptop.target).await.unwrap();
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_push_is_no_conflict_with_oneself() {
    let World { folder: _folder, clock: _, server, proxy, laptop } = World::new().await;
    let id = laptop.put_episode("Salt", "salt", b"the sound of salt").await;
    proxy.set(Wire::Swallow("POST /sync/v1/push"));
    assert_eq!(laptop.push().await.unwrap_err().code, Code::TargetOffline);
    proxy.set(Wire::Pass);
    laptop.retitle(&id, "Salt and rope").await;
    assert_eq!(laptop.push().await.unwrap(), 1);
    // A removal that was taken back must come back there, too: the fields are the same.
    let mut tx = laptop.library.transact().await.unwrap();
    tx.delete(hearthcast_model::Table::Episode, id.as_str()).await.unwrap();
    tx.commit().await.unwrap();
    laptop.push().await.unwrap();
    let body = episode::get(&laptop.library, &id).await.unwrap().unwrap().body;
    let mut tx = laptop.library.transact().await.unwrap();
    tx.put(id.as_str(), &body).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(laptop.push().await.unwrap(), 1);
    let mut reader = server.app.store.read().await.unwrap();
    let row = hearthcast_store::record::get(&mut reader, hearthcast_model::Table::Episode, id.as_str()).await.unwrap();
    let row = row.unwrap();
    assert_eq!((row.body["title"].as_str(), row.deleted_ms), (Some("Salt and rope"), None));
    drop(reader);
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_laptop_is_told_of_a_conflict_and_changes_nothing() {
    let World { folder, clock, server, proxy: _proxy, laptop } = World::new().await;
    let id = laptop.put_episode("Salt", "salt", b"the sound of salt").await;
    laptop.publish().await.unwrap();
    copy_folder(&folder.path().join("first"), &folder.path().join("copy"));
    laptop.retitle(&id, "Salt, by the first").await;
    assert_eq!(laptop.publish().await.unwrap().version, 2);
    let public = feed(&server).await;

    // Another computer with a key of its own and a show of the same id.
    let target = Target { server_id: None, ..laptop.target.clone() };
    let mut second = Laptop::open(&folder.path().join("second"), &clock, target).await;
    second.pair(&server).await;
    second.put_show("Lantern Tide, by the second").await;
    second.put_episode("Fog", "fog", b"the sound of fog").await;
    assert_eq!(second.push().await.unwrap_err().code, Code::TargetConflict);
    assert_eq!(second.publish().await.unwrap_err().code, Code::TargetConflict);
    // The same without the push, which would have stopped it earlier.
    let mut planned = second.plan().await;
    planned.plan.steps.retain(|step| *step != Step::Push);
    second.begun(planned).await.unwrap();
    assert_eq!(second.publish().await.unwrap_err().code, Code::TargetConflict);
    assert!(unfinished(&second.library, &second.target.id).await.unwrap().is_none());

    // A library copied by hand, or restored from a copy made before.
    let copy = Laptop::open(&folder.path().join("copy"), &clock, laptop.target.clone()).await;
    assert_eq!(copy.push().await.unwrap_err().code, Code::TargetConflict, "it has less than the server");
    copy.retitle(&id, "Salt, by the copy").await;
    copy.put_episode("Rope", "rope", b"the sound of rope").await;
    assert_eq!(copy.push().await.unwrap_err().code, Code::TargetConflict, "it uses the same numbers again");
    assert_eq!(copy.publish().await.unwrap_err().code, Code::TargetConflict);

    assert_eq!(feed(&server).await, public);
    laptop.retitle(&id, "Salt, once more").await;
    assert_eq!(laptop.publish().await.unwrap().version, 3, "the first one goes on");
    server.stop().await.unwrap();
}
