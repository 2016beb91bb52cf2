//! The studio itself: an open library and what the verbs share.

use crate::audition_setting::Auditions;
use crate::check_show::Answers;
use crate::runner::Run;
use crate::silences_told::Listenings;
use hearthcast_engine::DeviceKey;
use hearthcast_fetch::Pace;
use hearthcast_library::{Library, WriteTx};
use hearthcast_media::MediaError;
use hearthcast_media::worker::Worker;
use hearthcast_model::clock::SystemClock;
use hearthcast_model::id::{Ids, RandomIds};
use hearthcast_model::view::Event;
use hearthcast_model::{Clock, Error, JobId, Result, ShowId};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;

/// Events a slow listener may lag behind before it is told to refresh everything.
const EVENTS_KEPT: usize = 256;

/// How to open a studio.
pub struct Options {
    /// The library's folder.
    pub root: PathBuf,
    /// The program whose verb `worker` looks at files; usually the running one.
    pub worker: PathBuf,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Fresh ids.
    pub ids: Arc<dyn Ids>,
}

impl Options {
    /// The machine's clock and randomness, and this very program as the worker.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let worker = std::env::current_exe().unwrap_or_else(|_| "hearthcast".into());
        Self { root: root.into(), worker, clock: Arc::new(SystemClock), ids: Arc::new(RandomIds) }
    }
}

/// An open library with all verbs. Cheap to clone.
#[derive(Clone)]
pub struct Studio(Arc<Inner>);

struct Inner {
    library: Library,
    worker: Worker,
    clock: Arc<dyn Clock>,
    events: broadcast::Sender<Event>,
    running: Mutex<BTreeMap<JobId, Run>>,
    pace: Pace,
    stays: AtomicBool,
    auditions: Mutex<Auditions>,
    silences: Listenings,
    answers: Mutex<BTreeMap<ShowId, Answers>>,
}

impl Studio {
    /// Opens the library and takes up what an ended process left running.
    pub async fn open(options: Options) -> Result<Self> {
        let library = Library::open(&options.root, Arc::clone(&options.clock), options.ids).await?;
        let (events, _) = broadcast::channel(EVENTS_KEPT);
        let studio = Self(Arc::new(Inner {
            library,
            worker: Worker::new(options.worker),
            clock: options.clock,
            events,
            running: Mutex::default(),
            pace: Pace::default(),
            stays: AtomicBool::new(false),
            auditions: Mutex::default(),
            silences: Listenings::default(),
            answers: Mutex::default(),
        }));
        studio.release_dead_jobs().await?;
        Ok(studio)
    }

    /// What happens from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.0.events.subscribe()
    }

    /// The folder of the library.
    pub fn root(&self) -> &std::path::Path {
        self.0.library.root()
    }

    pub(crate) fn library(&self) -> &Library {
        &self.0.library
    }

    /// How to start a worker process.
    pub(crate) fn worker(&self) -> Worker {
        self.0.worker.clone()
    }

    /// Asks the worker process for something, beside the runtime.
    pub(crate) async fn ask_worker<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Worker) -> std::result::Result<T, MediaError> + Send + 'static,
    ) -> Result<T> {
        let worker = self.worker();
        let answer = tokio::task::spawn_blocking(move || ask(&worker)).await;
        Ok(answer.map_err(|e| task_failed(&e))??)
    }

    /// Now, Unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.0.clock.now_ms()
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.0.clock)
    }

    /// How fast bytes may leave, all lines of this program together.
    pub(crate) fn pace(&self) -> &Pace {
        &self.0.pace
    }

    /// From now on this program takes up what rests.
    pub(crate) fn stay(&self) {
        self.0.stays.store(true, Ordering::Relaxed);
    }

    /// Whether this program takes up what rests.
    pub(crate) fn stays(&self) -> bool {
        self.0.stays.load(Ordering::Relaxed)
    }

    pub(crate) fn device_key(&self) -> Result<Arc<DeviceKey>> {
        Ok(Arc::new(DeviceKey::load_or_make(self.0.library.root(), self.0.library.device())?))
    }

    /// Commits, keeps the change for undo, and tells everybody what to refresh.
    pub(crate) async fn commit(&self, mut tx: WriteTx, reason: &str) -> Result<()> {
        tx.remember(reason).await?;
        self.commit_own(tx).await
    }

    /// Commits what the program itself changed, and nobody takes back.
    pub(crate) async fn commit_own(&self, tx: WriteTx) -> Result<()> {
        let subjects = tx.commit().await?.subjects();
        if !subjects.is_empty() {
            self.send(Event::Changed { subjects });
        }
        Ok(())
    }

    /// Tells everybody; nobody listening is no failure.
    pub(crate) fn send(&self, event: Event) {
        let _ = self.0.events.send(event);
    }

    /// Silences of recordings that were listened to.
    pub(crate) fn listenings(&self) -> &Listenings {
        &self.0.silences
    }

    pub(crate) fn auditions_lock(&self) -> &Mutex<Auditions> {
        &self.0.auditions
    }

    /// What the places of shows said when somebody last asked them.
    pub(crate) fn answers(&self) -> MutexGuard<'_, BTreeMap<ShowId, Answers>> {
        self.0.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn running(&self) -> MutexGuard<'_, BTreeMap<JobId, Run>> {
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task that ended badly is a fault of the program.
pub(crate) fn task_failed(error: &tokio::task::JoinError) -> Error {
    Error::new(hearthcast_model::Code::Internal, format!("A task ended badly: {error}."))
}
