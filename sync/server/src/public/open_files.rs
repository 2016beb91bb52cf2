//! Published files stay open: they never change, and opening one costs more than sending a small range of it.

use super::catalogue::{Catalogue, MediaFile};
use hearthcast_model::Sha256;
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most files held open. Of more, the one that was not asked for the longest is closed.
const MAX_OPEN: usize = 256;

/// Open files by hash.
#[derive(Default)]
pub(super) struct OpenFiles(Mutex<Table>);

#[derive(Default)]
struct Table {
    files: HashMap<Sha256, (Arc<File>, u64)>,
    turn: u64,
}

impl OpenFiles {
    /// Returns the file, opened in the thread pool if it is not open yet.
    pub(super) async fn open(&self, wanted: &Arc<MediaFile>) -> io::Result<Arc<File>> {
        if let Some(file) = self.table().find(&wanted.sha256) {
            return Ok(file);
        }
        let media = wanted.clone();
        let file = Arc::new(tokio::task::spawn_blocking(move || open(&media)).await??);
        self.table().keep(wanted.sha256.clone(), file.clone());
        Ok(file)
    }

    /// Closes what is not public any more, so that withdrawn files free their room on the disk.
    pub(super) fn keep_only(&self, catalogue: &Catalogue) {
        self.table().files.retain(|sha256, _| catalogue.media(sha256).is_some());
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn find(&mut self, sha256: &Sha256) -> Option<Arc<File>> {
        self.turn += 1;
        let (file, last_turn) = self.files.get_mut(sha256)?;
        *last_turn = self.turn;
        Some(file.clone())
    }

    fn keep(&mut self, sha256: Sha256, file: Arc<File>) {
        if self.files.len() >= MAX_OPEN
            && let Some(oldest) = self.files.iter().min_by_key(|(_, (_, turn))| *turn).map(|(key, _)| key.clone())
        {
            self.files.remove(&oldest);
        }
        self.files.insert(sha256, (file, self.turn));
    }
}

/// Opens a file and checks that it is one, and of the right length: a cut file is not served at all.
fn open(media: &MediaFile) -> io::Result<File> {
    let file = File::open(&media.path)?;
    let found = file.metadata()?;
    if !found.is_file() || found.len() != media.len() {
        let (found, expected) = (found.len(), media.len());
        return Err(io::Error::other(format!("it has {found} bytes where {expected} were published")));
    }
    Ok(file)
}
