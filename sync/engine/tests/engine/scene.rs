//! A library in a folder of its own with one show, made by hand: small files, a clock that stands still, counted ids.

use hearthcast_engine::{PlanInput, Planned, ProgressSink};
use hearthcast_library::{Library, episode, files, media, show, target};
use hearthcast_model::clock::FixedClock;
use hearthcast_model::facts::MediaKind;
use hearthcast_model::id::Ids;
use hearthcast_model::manifest::Manifest;
use hearthcast_model::place::{Location, Role, Target};
use hearthcast_model::show::Attachment;
use hearthcast_model::{Episode, EpisodeId, MediaFacts, PublicationId, Sha256, Show, ShowId, TargetId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// 2026-11-20T06:00:00Z.
pub const NOW_MS: i64 = 1_795_154_400_000;
/// Where listeners reach the folder of a scene.
pub const PUBLIC_URL: &str = "https://pod.example/";

/// Ids that count; the same scene always has the same ones.
#[derive(Default)]
pub struct CountedIds(AtomicU64);

impl Ids for CountedIds {
    fn v7(&self, now_ms: i64) -> uuid::Uuid {
        let n = self.0.fetch_add(1, Ordering::SeqCst);
        uuid::Uuid::from_u128((now_ms as u128) << 80 | 0x7000_8000_0000_0000_0000 | u128::from(n))
    }
    fn v4(&self) -> uuid::Uuid {
        uuid::Uuid::from_u128(0x4000_8000_0000_0000_0000 | u128::from(self.0.fetch_add(1, Ordering::SeqCst)))
    }
}

pub struct Scene {
    pub folder: tempfile::TempDir,
    pub clock: Arc<FixedClock>,
    pub ids: Arc<CountedIds>,
    pub show: ShowId,
    pub target: Target,
}

impl Scene {
    /// A show with a cover and a target that is a folder; no episode yet.
    pub async fn new() -> Self {
        // In memory where there is such a place: these tests wait for disks otherwise.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        let (clock, ids) = (Arc::new(FixedClock::at(NOW_MS)), Arc::new(CountedIds::default()));
        let show_id = ShowId::fresh(&*ids, NOW_MS);
        let target = folder_target(&*ids, &show_id, &folder.path().join("www"), "web");
        let scene = Self { folder, clock, ids, show: show_id, target };
        let library = scene.library().await;
        let cover = scene.file(&library, "cover", "jpg", b"a picture").await;
        let mut body = Show::new("Lantern Tide", "lantern-tide", NOW_MS);
        body.author = "Mara Voss".into();
        body.cover = Some(cover);
        body.categories = vec![hearthcast_model::show::Category { name: "Technology".into(), sub: None }];
        let mut tx = library.transact().await.unwrap();
        tx.put(scene.show.as_str(), &body).await.unwrap();
        tx.put_target(&scene.target).await.unwrap();
        tx.commit().await.unwrap();
        scene
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join("library")
    }

    pub fn www(&self) -> PathBuf {
        self.folder.path().join("www")
    }

    /// Opens the library from disk, as a program that just began does.
    pub async fn library(&self) -> Library {
        Library::open(&self.root(), self.clock.clone(), self.ids.clone()).await.unwrap()
    }

    /// Puts a file into the media folder.
    pub async fn file(&self, library: &Library, name: &str, ext: &str, bytes: &[u8]) -> Attachment {
        let hash = files::take_in_from(library.root(), &mut &bytes[..]).unwrap();
        let mut tx = library.transact().await.unwrap();
        tx.put_media(&facts(ext, bytes), name).await.unwrap();
        tx.commit().await.unwrap();
        Attachment { hash, name: name.into(), ext: ext.into() }
    }

    /// Adds an episode with audio of its own.
    pub async fn episode(&self, library: &Library, title: &str, slug: &str) -> EpisodeId {
        self.episode_with(library, title, slug, |_| ()).await
    }

    /// Adds an episode that differs from the usual one.
    pub async fn episode_with(
        &self,
        library: &Library,
        title: &str,
        slug: &str,
        change: impl FnOnce(&mut Episode),
    ) -> EpisodeId {
        let audio = self.file(library, slug, "mp3", format!("the sound of {slug}").as_bytes()).await;
        let id = EpisodeId::fresh(&*self.ids, NOW_MS);
        let guid = self.ids.v4().to_string();
        let mut body = Episode::new(self.show.clone(), &guid, title, slug, NOW_MS);
        body.audio = Some(audio);
        change(&mut body);
        let mut tx = library.transact().await.unwrap();
        tx.put(id.as_str(), &body).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Edits an episode's working copy.
    pub async fn edit(&self, library: &Library, id: &EpisodeId, change: impl FnOnce(&mut Episode)) {
        let mut body = episode::get(library, id).await.unwrap().unwrap().body;
        change(&mut body);
        let mut tx = library.transact().await.unwrap();
        tx.put(id.as_str(), &body).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Edits the show's working copy.
    pub async fn edit_show(&self, library: &Library, change: impl FnOnce(&mut Show)) {
        let mut body = show::get(library, &self.show).await.unwrap().unwrap().body;
        change(&mut body);
        let mut tx = library.transact().await.unwrap();
        tx.put(self.show.as_str(), &body).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn delete(&self, library: &Library, id: &EpisodeId) {
        let mut tx = library.transact().await.unwrap();
        tx.delete(hearthcast_model::Table::Episode, id.as_str()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Plans for the scene's target.
    pub async fn plan(&self, library: &Library, only: &[EpisodeId]) -> Planned {
        let highest = hearthcast_engine::survey::highest_version(&self.target, "lantern-tide");
        self.plan_for(library, &self.target, highest, only).await
    }

    pub async fn plan_for(&self, library: &Library, target: &Target, highest: u64, only: &[EpisodeId]) -> Planned {
        let current = target::state(library.readers(), &target.id).await.unwrap().manifest;
        let current = current.map(|manifest| hearthcast_engine::survey::standing(target, manifest));
        self.plan_from(library, target, current.as_ref(), highest, only).await
    }

    pub async fn plan_from(
        &self,
        library: &Library,
        target: &Target,
        current: Option<&Manifest>,
        highest: u64,
        only: &[EpisodeId],
    ) -> Planned {
        self.plan_with(library, target, current, (highest, &BTreeMap::new()), only).await
    }

    /// The same with names that were ever published there.
    pub async fn plan_with(
        &self,
        library: &Library,
        target: &Target,
        current: Option<&Manifest>,
        (highest, taken): (u64, &BTreeMap<String, Sha256>),
        only: &[EpisodeId],
    ) -> Planned {
        let record = show::get(library, &self.show).await.unwrap().unwrap();
        let episodes = episode::all(library, &self.show).await.unwrap();
        let shows = std::iter::once(&record.body).chain(&record.released).flat_map(Show::files);
        let bodies = episodes.iter().flat_map(|e| std::iter::once(&e.body).chain(&e.released));
        let hashes: BTreeSet<Sha256> =
            shows.chain(bodies.flat_map(Episode::files)).map(|file| file.hash.clone()).collect();
        let (mut known, mut absent) = (HashMap::new(), BTreeSet::new());
        for hash in hashes {
            if !files::path(library.root(), &hash).exists() {
                absent.insert(hash.clone());
            }
            if let Some(media) = media::get(library, &hash).await.unwrap() {
                known.insert(hash, media.facts);
            }
        }
        hearthcast_engine::plan(&PlanInput {
            publication: PublicationId::fresh(&*self.ids, NOW_MS),
            device: library.device(),
            target,
            show: &record,
            episodes: &episodes,
            facts: &known,
            absent: &absent,
            current,
            highest_version: highest,
            now_ms: hearthcast_model::Clock::now_ms(&*self.clock),
            only,
            handed: &target::handed(library, &target.id).await.unwrap(),
            taken,
            lay_anew: false,
            confirmed: None,
        })
        .unwrap()
    }
}

/// A target that is a folder.
pub fn folder_target(ids: &dyn Ids, show: &ShowId, path: &Path, name: &str) -> Target {
    let path = path.display().to_string();
    let url = format!("file://{path}");
    let location = Location::Folder { path, public_url: PUBLIC_URL.into() };
    Target::new(TargetId::fresh(ids, NOW_MS), show.clone(), name, &url, location, Role::Primary)
}

/// Facts as an analysis would have found them.
fn facts(ext: &str, bytes: &[u8]) -> MediaFacts {
    let (kind, container, mime) = match ext {
        "mp3" => (MediaKind::Audio, "mp3", "audio/mpeg"),
        "json" => (MediaKind::Text, "json", "application/json+chapters"),
        "vtt" => (MediaKind::Text, "vtt", "text/vtt"),
        _ => (MediaKind::Image, "jpeg", "image/jpeg"),
    };
    let plain = MediaFacts::unmeasured(kind, container, mime, bytes.len() as u64, Sha256::of(bytes));
    MediaFacts { duration_ms: (kind == MediaKind::Audio).then_some(61_000), ..plain }
}

/// Progress that nobody looks at.
pub fn silent() -> ProgressSink {
    Arc::new(|_| ())
}
