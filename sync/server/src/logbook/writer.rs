//! Writing: rows at once, `fdatasync` in the background, a new segment at every start.

use super::LogError;
use super::frame::{HEADER_BYTES, amend_frame, header, row_frame, view_frame};
use super::row::{Row, View};
use super::segment::{Mark, RowId, Segment, node_folder, segments};
use hearthcast_model::Clock;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

const DAY_MS: i64 = 86_400_000;

/// How the logbook writes.
#[derive(Debug, Clone)]
pub struct LogOptions {
    /// A segment that has grown to this is followed by a new one; so is, at the first row of a UTC day, one of an
    /// earlier day, so that old rows can be removed with their segment.
    pub segment_bytes: u64,
    /// Longest time a row is on its way to the disk.
    pub sync_every: Duration,
    /// Nothing is written, and nothing counts as lost.
    pub off: bool,
    /// How long the logbook rests after a failed write before it tries again with a new segment.
    pub rest_ms: i64,
}

impl Default for LogOptions {
    fn default() -> Self {
        Self { segment_bytes: 64 * 1024 * 1024, sync_every: Duration::from_millis(100), rest_ms: 30_000, off: false }
    }
}

/// The logbook of one node. Clones write into the same segment.
#[derive(Clone)]
pub struct Logbook(Arc<Shared>);

struct Shared {
    node: Arc<str>,
    folder: PathBuf,
    clock: Arc<dyn Clock>,
    options: LogOptions,
    state: Mutex<State>,
    unsynced: Arc<(Mutex<Unsynced>, Condvar)>,
    lost: AtomicU64,
    written: AtomicU64,
}

struct State {
    open: Option<Open>,
    last_n: u64,
    rest_until_ms: i64,
}

struct Open {
    file: Arc<File>,
    segment: Segment,
    /// UTC day it was begun on, counted from 1970-01-01.
    day: i64,
    len: u64,
}

/// What the syncing thread is told.
#[derive(Default)]
struct Unsynced {
    /// Segments with new rows, and the folder when a segment was made.
    files: Vec<Arc<File>>,
    stop: bool,
}

impl Logbook {
    /// Opens the logbook of `node` under `folder` and begins a segment. Only one process may write for a node; the
    /// caller holds the data folder's lock.
    pub fn open(folder: &Path, node: &str, clock: Arc<dyn Clock>, options: LogOptions) -> Result<Self, LogError> {
        let folder = node_folder(folder, node)?;
        std::fs::create_dir_all(&folder).map_err(LogError::io(&folder))?;
        let last_n = segments(&folder)?.last().map_or(0, |segment| segment.n);
        let state = Mutex::new(State { open: None, last_n, rest_until_ms: i64::MIN });
        let unsynced = Arc::default();
        let shared = Shared {
            node: node.into(),
            folder,
            clock,
            options,
            state,
            unsynced,
            lost: AtomicU64::new(0),
            written: AtomicU64::new(0),
        };
        let shared = Arc::new(shared);
        shared.begin(&mut shared.state()).map_err(LogError::io(&shared.folder))?;
        let (unsynced, every) = (shared.unsynced.clone(), shared.options.sync_every);
        let weak = Arc::downgrade(&shared);
        std::thread::Builder::new()
            .name("logbook-sync".into())
            .spawn(move || sync_in_background(&unsynced, every, &weak))
            .map_err(LogError::io(&shared.folder))?;
        Ok(Self(shared))
    }

    /// Writes a row, in one system call, and returns its id. `None` when it could not be written: the row is lost
    /// and counted in [`Logbook::lost`], and the answer it stands for is not held up.
    pub fn append(&self, row: &Row) -> Option<RowId> {
        self.0.write(&row_frame(row))
    }

    /// Notes that a page was looked at.
    pub fn look(&self, view: &View) -> Option<RowId> {
        self.0.write(&view_frame(view))
    }

    /// Notes that of an earlier row's answer only `sent` bytes arrived.
    pub fn amend(&self, row: &RowId, sent: u64) -> Option<RowId> {
        self.0.write(&amend_frame(row, sent))
    }

    /// Rows and amendments lost since the start, because the disk was full or broken.
    pub fn lost(&self) -> u64 {
        self.0.lost.load(Ordering::Relaxed)
    }

    /// Rows and amendments written since the start.
    pub fn written(&self) -> u64 {
        self.0.written.load(Ordering::Relaxed)
    }

    /// Counts a row that could not even be made (no salt for its day).
    pub fn count_lost(&self) {
        if !self.0.options.off {
            self.0.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The node whose logbook this is.
    pub fn node(&self) -> &Arc<str> {
        &self.0.node
    }

    /// The folder of this node's segments.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// The end of what is written now.
    pub fn end(&self) -> Mark {
        let state = self.0.state();
        state.open.as_ref().map_or(Mark::default(), |open| Mark { segment: open.segment, offset: open.len })
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, frame: &[u8]) -> Option<RowId> {
        if self.options.off {
            return None;
        }
        match self.try_write(frame) {
            Ok(id) => {
                self.written.fetch_add(1, Ordering::Relaxed);
                Some(id)
            }
            Err(error) => {
                let lost = self.lost.fetch_add(1, Ordering::Relaxed) + 1;
                if error.kind() != io::ErrorKind::WouldBlock {
                    tracing::warn!(%error, lost, folder = %self.folder.display(), "the download log cannot be written; serving goes on, counts will be too low");
                }
                None
            }
        }
    }

    fn try_write(&self, frame: &[u8]) -> io::Result<RowId> {
        let mut state = self.state();
        let today = self.clock.now_ms().div_euclid(DAY_MS);
        let full = |open: &Open| open.len >= self.options.segment_bytes || open.day != today;
        if state.open.as_ref().is_none_or(full) {
            self.begin(&mut state)?;
        }
        let Some(open) = state.open.as_mut() else { return Err(io::ErrorKind::WouldBlock.into()) };
        let id = RowId { node: self.node.clone(), segment: open.segment, offset: open.len };
        if let Err(error) = (&*open.file).write_all(frame) {
            // What stands there now may be half a row: nothing may follow it in this segment.
            state.open = None;
            state.rest_until_ms = self.clock.now_ms().saturating_add(self.options.rest_ms);
            return Err(error);
        }
        open.len += frame.len() as u64;
        self.tell(&open.file);
        Ok(id)
    }

    /// Begins the next segment, unless the logbook rests after an error (then: `WouldBlock`).
    fn begin(&self, state: &mut State) -> io::Result<()> {
        let now_ms = self.clock.now_ms();
        if now_ms < state.rest_until_ms {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        state.rest_until_ms = now_ms.saturating_add(self.options.rest_ms);
        state.last_n += 1;
        let segment = Segment { n: state.last_n, start_ms: now_ms };
        let path = self.folder.join(segment.to_string());
        let file = File::options().append(true).create_new(true).open(&path)?;
        (&file).write_all(&header())?;
        self.tell(&Arc::new(File::open(&self.folder)?));
        state.open = Some(Open { file: Arc::new(file), segment, day: now_ms.div_euclid(DAY_MS), len: HEADER_BYTES });
        state.rest_until_ms = i64::MIN;
        Ok(())
    }

    /// Wakes the syncing thread, if it does not know already that there is something to sync in this file.
    fn tell(&self, file: &Arc<File>) {
        let (unsynced, wake) = &*self.unsynced;
        let mut unsynced = unsynced.lock().unwrap_or_else(PoisonError::into_inner);
        if !unsynced.files.iter().any(|known| Arc::ptr_eq(known, file)) {
            unsynced.files.push(file.clone());
            wake.notify_one();
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let (unsynced, wake) = &*self.unsynced;
        let mut unsynced = unsynced.lock().unwrap_or_else(PoisonError::into_inner);
        for file in unsynced.files.drain(..) {
            let _ = file.sync_data();
        }
        unsynced.stop = true;
        wake.notify_one();
    }
}

/// Sleeps until something was written, lets `every` pass for more to come, syncs it all, and begins again.
fn sync_in_background(shared: &(Mutex<Unsynced>, Condvar), every: Duration, logbook: &Weak<Shared>) {
    let (unsynced, wake) = shared;
    loop {
        let locked = unsynced.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = wake.wait_while(locked, |unsynced| unsynced.files.is_empty() && !unsynced.stop);
        if waited.unwrap_or_else(PoisonError::into_inner).stop {
            return;
        }
        std::thread::sleep(every);
        let files = std::mem::take(&mut unsynced.lock().unwrap_or_else(PoisonError::into_inner).files);
        for error in files.iter().filter_map(|file| file.sync_data().err()) {
            tracing::warn!(%error, "the download log could not be brought to the disk; a new segment is begun");
            if let Some(logbook) = logbook.upgrade() {
                logbook.state().open = None;
            }
        }
    }
}
