//! Brings the files of an imported show here, a few at a time. What came is written down in small steps: killed, it goes on with
//! what is missing, and within a file where it broke off.

use super::file::Brought;
use super::three_way::fields_of;
use crate::Studio;
use crate::import_folder::folder_of;
use crate::pictures::Picture;
use crate::read::show_id;
use crate::work::Work;
use hearthcast_engine::ProgressSink;
use hearthcast_fetch::Foreign;
use hearthcast_library::import::{self, File};
use hearthcast_library::job;
use hearthcast_library::{WriteTx, undo};
use hearthcast_model::error::Retry;
use hearthcast_model::import::{ImportReport, ImportRequest, ImportState, ImportedFiles};
use hearthcast_model::job::{JobOutcome, JobState};
use hearthcast_model::record::Body;
use hearthcast_model::{Cancel, Code, Error, FileProgress, JobId, Progress, Result, ShowId};
use serde_json::Value;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OnceCell, mpsc};
use url::Url;

/// Files written down together at most.
const TOGETHER: usize = 16;

/// A server that did not answer so often is left alone for the rest of the run.
const MOST_MISSES: u32 = 3;

/// At most so often progress is told.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// The work on the files of one show.
pub(crate) struct Bringing<'a> {
    pub(crate) studio: &'a Studio,
    pub(crate) show: ShowId,
    pub(crate) foreign: Foreign<'a>,
    pub(crate) cancel: &'a Cancel,
    sink: &'a ProgressSink,
    queue: Mutex<VecDeque<File>>,
    all: u64,
    done: AtomicU64,
    told: Mutex<Option<Instant>>,
    misses: Mutex<HashMap<String, u32>>,
    pictures: Mutex<HashMap<String, Arc<OnceCell<Result<Picture>>>>>,
    /// Records that the import changed, and that can be taken back with what comes now.
    undoable: HashSet<String>,
    /// Why nothing can go on.
    stopped: Mutex<Option<Error>>,
}

impl Studio {
    /// Imports, and brings the files in the background.
    pub async fn start_import(&self, request: &ImportRequest) -> Result<ImportReport> {
        if let Some(folder) = folder_of(&request.source) {
            let planned = self.preview_folder(request, &folder, &Cancel::default()).await?;
            self.begin(Work::ImportFolder { request: Box::new(request.clone()) }).await?;
            return Ok(planned);
        }
        let report = self.import_show(request, &Cancel::default()).await?;
        if let (Some(show), 1..) = (&report.show, report.files.waiting) {
            match self.import_job(show.as_str()).await? {
                Some(id) => self.take_up(id),
                None => drop(self.begin(Work::Import { show: show.to_string() }).await?),
            }
        }
        Ok(report)
    }

    /// Brings the files of an imported show here and now, as far as they are still missing.
    pub async fn bring_imported(&self, show: &str, cancel: Cancel, sink: ProgressSink) -> Result<ImportedFiles> {
        let id = show_id(&self.show(show).await?)?;
        if self.imported_files(id.as_str()).await?.files.waiting > 0 {
            let ended = match self.import_job(id.as_str()).await? {
                Some(job) => self.do_written(&job, cancel, sink).await.and_then(|done| done.ok_or_else(busy)),
                None => self.do_now(Work::Import { show: id.to_string() }, cancel, sink).await,
            };
            // What did not work is told file by file.
            match ended {
                Err(error) if error.code != Code::TargetOffline => return Err(error),
                _ => (),
            }
        }
        self.imported_files(id.as_str()).await
    }

    /// The job that was begun for a show and has not ended, made ready to go on.
    async fn import_job(&self, show: &str) -> Result<Option<JobId>> {
        self.release_dead_jobs().await?;
        let of_show = |open: &job::Open| open.job.does == "import" && open.job.show == show;
        let Some(open) = job::open(self.library()).await?.into_iter().find(of_show) else { return Ok(None) };
        let mut job = open.job;
        if job.state != JobState::Running {
            (job.state, job.attempts, job.not_before_ms, job.error) = (JobState::Waiting, 0, None, None);
            let mut tx = self.library().transact().await?;
            tx.want(&job.id, None).await?;
            tx.put_job(&job).await?;
            self.commit_own(tx).await?;
        }
        Ok(Some(job.id))
    }

    /// The work itself.
    pub(crate) async fn bring(&self, show: &str, cancel: &Cancel, sink: &ProgressSink) -> Result<JobOutcome> {
        let id = show_id(&self.show(show).await?)?;
        let own = self.local_of(&id).await?;
        let net = self.net().await?;
        // What came may name more: a chapters file its pictures.
        let mut due: fn(&File) -> bool = is_due;
        while self.bring_due(&id, Foreign::over(&net, &own), due, cancel, sink).await? {
            due = |file| file.state == ImportState::Wanted;
        }
        let told = self.imported_files(id.as_str()).await?;
        match told.problems.iter().filter(|problem| problem.later).count() {
            0 => Ok(JobOutcome { bytes: told.files.bytes, ..JobOutcome::default() }),
            later => Err(unreached(later, id.as_str())),
        }
    }

    /// Brings what is due; says whether there was anything.
    async fn bring_due(
        &self,
        id: &ShowId,
        foreign: Foreign<'_>,
        due: fn(&File) -> bool,
        cancel: &Cancel,
        sink: &ProgressSink,
    ) -> Result<bool> {
        let mut wanted = import::files(self.library(), id).await?;
        let all = wanted.len() as u64;
        wanted.retain(due);
        if wanted.is_empty() {
            return Ok(false);
        }
        let before = all - wanted.len() as u64;
        wanted.sort_by_key(|file| file.kind);
        let bringing = Bringing {
            studio: self,
            show: id.clone(),
            foreign,
            cancel,
            sink,
            all,
            done: AtomicU64::new(before),
            queue: Mutex::new(wanted.into()),
            told: Mutex::default(),
            misses: Mutex::default(),
            pictures: Mutex::default(),
            undoable: undo::changed_by(self.library(), "import").await?,
            stopped: Mutex::default(),
        };
        bringing.all().await?;
        Ok(true)
    }

    /// Origins that the author named as local when the show was imported.
    pub(crate) async fn local_of(&self, show: &ShowId) -> Result<Vec<Url>> {
        let sources = import::sources(self.library()).await?;
        let of_show = sources.iter().filter(|source| source.show == show.as_str());
        Ok(of_show.flat_map(|source| &source.from.local).filter_map(|text| Url::parse(text).ok()).collect())
    }
}

impl Bringing<'_> {
    async fn all(&self) -> Result<()> {
        let (sender, receiver) = mpsc::channel(TOGETHER);
        let [one, two, three] = [sender.clone(), sender.clone(), sender.clone()];
        let (.., noted) =
            tokio::join!(self.lane(one), self.lane(two), self.lane(three), self.lane(sender), self.note(receiver));
        noted?;
        match self.stopped.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    async fn lane(&self, noted: mpsc::Sender<(File, Result<Brought>)>) {
        while let Some(file) = self.next() {
            let brought = self.one(&file).await;
            if let Err(error) = &brought
                && matches!(error.code, Code::Cancelled | Code::LibraryFailed)
            {
                self.stopped.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error.clone());
                return;
            }
            if noted.send((file, brought)).await.is_err() {
                return;
            }
        }
    }

    fn next(&self) -> Option<File> {
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = self.cancel.check() {
            stopped.get_or_insert(error);
        }
        if stopped.is_some() {
            return None;
        }
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// A file, unless its server is known not to answer.
    async fn one(&self, file: &File) -> Result<Brought> {
        let host = Url::parse(&file.url).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
        let missed = self.misses().get(&host).copied().unwrap_or_default();
        if missed >= MOST_MISSES {
            return Err(Error::new(Code::TargetOffline, format!("{host} does not answer.")).hint("Import again later."));
        }
        let brought = self.brought(file).await;
        match &brought {
            Err(error) if error.code == Code::TargetOffline => *self.misses().entry(host).or_default() += 1,
            _ => drop(self.misses().remove(&host)),
        }
        brought
    }

    /// Writes down what comes, several at a time.
    async fn note(&self, mut coming: mpsc::Receiver<(File, Result<Brought>)>) -> Result<()> {
        let mut batch = vec![];
        while coming.recv_many(&mut batch, TOGETHER).await > 0 {
            let mut tx = self.studio.library().transact().await?;
            let count = batch.len() as u64;
            for (mut file, brought) in batch.drain(..) {
                let wanted = match brought {
                    Ok(brought) => self.place(&mut tx, &mut file, brought).await,
                    Err(error) => Err(error),
                };
                match wanted {
                    Ok(true) => tx.put_import_file(&self.show, &file).await?,
                    Ok(false) => tx.forget_import_file(&self.show, &file).await?,
                    Err(error) if error.code == Code::LibraryFailed => return Err(error),
                    Err(error) => {
                        file.state = ImportState::Failed;
                        file.about.error = Some(error);
                        tx.put_import_file(&self.show, &file).await?;
                    }
                }
            }
            self.studio.commit_own(tx).await?;
            let done = self.done.fetch_add(count, Ordering::Relaxed) + count;
            (self.sink)(Progress::new("fetch", done, self.all));
        }
        Ok(())
    }

    /// How far a file is.
    pub(crate) fn tell(&self, url: &Url, done: u64, total: u64) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_some_and(|at| at.elapsed() < TELL_EVERY) {
            return;
        }
        *told = Some(Instant::now());
        let over = self.done.load(Ordering::Relaxed);
        let nth = u32::try_from(over + 1).unwrap_or(u32::MAX);
        let of = u32::try_from(self.all).unwrap_or(u32::MAX);
        let file = FileProgress { name: super::file::name_in(url), done, total, nth, of };
        (self.sink)(Progress::new("fetch", over, self.all).with(file));
    }

    /// Writes a record with what came for it; taking the import back takes that back, too.
    pub(crate) async fn put<T: Body>(&self, tx: &mut WriteTx, id: &str, before: &T, now: &T) -> Result<()> {
        tx.put(id, now).await?;
        if self.undoable.contains(id) {
            let [before, after] = [fields_of(before)?, fields_of(now)?].map(Value::Object);
            tx.finish_step("import", T::TABLE, id, &before, &after).await?;
        }
        Ok(())
    }

    /// Where the picture of an address and a purpose is kept once it came, or why it cannot come; who finds it on its way waits
    /// for it.
    pub(crate) fn picture_of(&self, key: String) -> Arc<OnceCell<Result<Picture>>> {
        let mut pictures = self.pictures.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(pictures.entry(key).or_default())
    }

    fn misses(&self) -> MutexGuard<'_, HashMap<String, u32>> {
        self.misses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is to be brought, and what may be there now.
fn is_due(file: &File) -> bool {
    let may_pass = || file.about.error.as_ref().is_some_and(|error| error.retry == Retry::Later);
    file.state == ImportState::Wanted || file.state == ImportState::Failed && may_pass()
}

fn unreached(files: usize, show: &str) -> Error {
    Error::new(Code::TargetOffline, format!("{files} of the show's files could not be reached now."))
        .hint("Import the show again later: it goes on with what is missing.")
        .retry(Retry::Later)
        .about("show", show)
}

fn busy() -> Error {
    Error::new(Code::Busy, "Another Hearthcast program is bringing the files of this show already.")
        .hint("Look at its progress there; nothing is lost.")
}
