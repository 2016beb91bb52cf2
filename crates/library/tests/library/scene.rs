//! A library in a folder of its own, with a clock that stands still and ids that count.

use hearthcast_library::{Library, LibraryError};
use hearthcast_model::clock::FixedClock;
use hearthcast_model::id::Ids;
use hearthcast_model::{Clock, Episode, EpisodeId, Sha256, Show, ShowId};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Friday, 20 November 2026, 12:00 UTC.
pub const NOW: i64 = 1_795_176_000_000;

/// Ids that count upwards from a start.
pub struct Counting(AtomicU64);

impl Counting {
    pub fn from(start: u64) -> Arc<Self> {
        Arc::new(Self(start.into()))
    }
    fn text(&self, kind: char) -> String {
        format!("00000000-0000-{kind}000-8000-{:012x}", self.0.fetch_add(1, Ordering::SeqCst))
    }
}

impl Ids for Counting {
    fn v7(&self, _now_ms: i64) -> uuid::Uuid {
        self.text('7').parse().expect("a UUID")
    }
    fn v4(&self) -> uuid::Uuid {
        self.text('4').parse().expect("a UUID")
    }
}

pub struct Scene {
    pub folder: tempfile::TempDir,
    pub clock: Arc<FixedClock>,
    pub ids: Arc<Counting>,
}

impl Scene {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder, clock: Arc::new(FixedClock::at(NOW)), ids: Counting::from(1) }
    }
    pub fn root(&self) -> &Path {
        self.folder.path()
    }
    pub fn file(&self) -> PathBuf {
        self.root().join("library.sqlite")
    }
    pub async fn open(&self) -> Library {
        self.try_open().await.expect("the library opens")
    }
    pub async fn try_open(&self) -> Result<Library, LibraryError> {
        open(self.root(), self.clock.clone(), self.ids.clone()).await
    }
    /// Closes a library so that its file is all there is of it.
    pub async fn settle(&self, library: Library) {
        library.readers().close().await;
        drop(library);
        sqlite(&self.file(), "PRAGMA wal_checkpoint(TRUNCATE)");
    }
}

pub async fn open(root: &Path, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Result<Library, LibraryError> {
    Library::open(root, clock, ids).await
}

pub async fn add_show(library: &Library, slug: &str) -> ShowId {
    let id = ShowId::fresh(library.ids(), NOW);
    let mut tx = library.transact().await.expect("the door opens");
    tx.put(id.as_str(), &Show::new(&format!("Show {slug}"), slug, NOW)).await.expect("a show");
    tx.commit().await.expect("committed");
    id
}

pub fn episode(show: &ShowId, n: usize, notes: &str) -> Episode {
    let mut episode = Episode::new(
        show.clone(),
        &format!("guid-{n}"),
        &format!("Episode {n}"),
        &format!("episode-{n}"),
        NOW + n as i64,
    );
    episode.notes.source = notes.into();
    episode
}

/// Adds episodes in one transaction.
pub async fn add_episodes(
    library: &Library,
    show: &ShowId,
    numbers: std::ops::Range<usize>,
    notes: &str,
) -> Vec<EpisodeId> {
    let mut tx = library.transact().await.expect("the door opens");
    let mut ids = vec![];
    for n in numbers {
        let id = EpisodeId::fresh(library.ids(), NOW);
        tx.put(id.as_str(), &episode(show, n, notes)).await.expect("an episode");
        ids.push(id);
    }
    tx.commit().await.expect("committed");
    ids
}

/// What the `sqlite3` program, which is not ours, says.
pub fn sqlite(file: &Path, sql: &str) -> String {
    let output = Command::new("sqlite3")
        .args(["-cmd", ".timeout 20000"])
        .arg(file)
        .arg(sql)
        .output()
        .expect("sqlite3 is installed");
    assert!(output.status.success(), "sqlite3 {sql}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_string()
}

pub fn hash(file: &Path) -> Sha256 {
    Sha256::of(&std::fs::read(file).expect("a file"))
}

/// Every file of a folder with its hash, except those named.
pub fn all_files(root: &Path, except: &[&str]) -> std::collections::BTreeMap<String, Sha256> {
    let mut files = std::collections::BTreeMap::new();
    for entry in std::fs::read_dir(root).expect("a folder").map(|e| e.expect("an entry")) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            for (below, hash) in all_files(&entry.path(), except) {
                files.insert(format!("{name}/{below}"), hash);
            }
        } else if !except.contains(&name.as_str()) {
            files.insert(name, hash(&entry.path()));
        }
    }
    files
}

/// Numbers that look random and are the same in every run (SplitMix64).
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

/// Looks again and again until it is so.
pub async fn until(what: &str, mut so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !so() {
        assert!(Instant::now() < deadline, "not within 30 seconds: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
