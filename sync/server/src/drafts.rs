//! Drafts that somebody may hear by a secret address: which there are, in memory, by the hash of their secret. What it is not:
//! the answers; `public::drafts` gives them, and `owner::drafts` takes what is shared.

use crate::app::Folders;
use hearthcast_model::id::Ids;
use hearthcast_model::share::{SharedCopy, SharedFile};
use hearthcast_model::{Sha256, ShareId, ShareToken, SharedDraft};
use hearthcast_store::{Result, Store, draft};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;

/// One that can be heard.
#[derive(Debug)]
pub struct Live {
    /// Which.
    pub id: ShareId,
    /// Until when, Unix milliseconds.
    pub expires_ms: i64,
    /// When it was shared.
    pub made_ms: i64,
    /// Its sound.
    pub sound: SharedFile,
    /// Its picture.
    pub picture: Option<SharedFile>,
    /// Smaller copies of it.
    pub picture_sizes: Vec<SharedCopy>,
    /// Pictures in its notes.
    pub pictures: Vec<SharedFile>,
    folder: PathBuf,
}

impl Live {
    /// Its files.
    pub fn files(&self) -> impl Iterator<Item = &SharedFile> {
        let copies = self.picture_sizes.iter().map(|copy| &copy.file);
        std::iter::once(&self.sound).chain(&self.picture).chain(copies).chain(&self.pictures)
    }

    /// Where a file of it lies.
    pub fn path(&self, file: &SharedFile) -> PathBuf {
        self.folder.join(file.sha256.as_str())
    }
}

/// What an address is.
#[derive(Debug, Clone)]
pub enum Found {
    /// It can be heard.
    Live(Arc<Live>),
    /// It could once.
    Over,
}

/// All of them. A look-up goes by the hash of the secret in a table with a random seed: its time tells nothing about secrets
/// that are nearly right, for nearly right ones hash to something else altogether.
pub struct Drafts {
    table: RwLock<HashMap<Sha256, Found>>,
    store: Store,
    folders: Folders,
    ids: Arc<dyn Ids>,
    /// One change at a time.
    pub(crate) turn: Mutex<()>,
}

impl Drafts {
    /// Reads which there are.
    pub async fn open(store: Store, folders: Folders, ids: Arc<dyn Ids>) -> Result<Self> {
        let mut reader = store.read().await?;
        let over = draft::over(&mut reader).await?.into_iter().map(|token| (token, Found::Over));
        let mut table: HashMap<Sha256, Found> = over.collect();
        for (token, shared) in draft::live(&mut reader).await? {
            table.insert(token, Found::Live(Arc::new(live(&folders, &shared))));
        }
        drop(reader);
        Ok(Self { table: RwLock::new(table), store, folders, ids, turn: Mutex::default() })
    }

    /// What a secret opens at a moment; `None` for one that never opened anything, or so long ago that it is forgotten.
    pub fn find(&self, token: &ShareToken, now_ms: i64) -> Option<Found> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        match table.get(&token.hash())? {
            // To the millisecond, whenever the clock's job comes by.
            Found::Live(live) if live.expires_ms <= now_ms => Some(Found::Over),
            found => Some(found.clone()),
        }
    }

    /// What a draft says.
    pub async fn read(&self, id: &ShareId) -> Result<Option<SharedDraft>> {
        draft::body(&mut *self.store.read().await?, id).await
    }

    /// From now on it can be heard.
    pub(crate) fn show(&self, token: Sha256, shared: &SharedDraft) {
        self.set(token, Found::Live(Arc::new(live(&self.folders, shared))));
    }

    /// From now on its address is over.
    pub(crate) fn hide(&self, token: Sha256) {
        self.set(token, Found::Over);
    }

    /// Whether some draft that can be heard has this content; then where it lies.
    pub(crate) fn with_content(&self, sha256: &Sha256) -> Option<PathBuf> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        table.values().find_map(|found| match found {
            Found::Live(live) => {
                let file = live.files().find(|file| file.sha256 == *sha256)?;
                Some(live.path(file))
            }
            Found::Over => None,
        })
    }

    /// Forgets addresses that are over for long: all that the database does not know.
    pub(crate) fn keep_only(&self, known: &[Sha256]) {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        table.retain(|token, found| matches!(found, Found::Live(_)) || known.contains(token));
    }

    /// The database, for remarks.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Makes ids.
    pub(crate) fn ids(&self) -> &dyn Ids {
        &*self.ids
    }

    fn set(&self, token: Sha256, found: Found) {
        self.table.write().unwrap_or_else(PoisonError::into_inner).insert(token, found);
    }
}

fn live(folders: &Folders, shared: &SharedDraft) -> Live {
    Live {
        id: shared.id.clone(),
        expires_ms: shared.expires_ms,
        made_ms: shared.made_ms,
        sound: shared.sound.clone(),
        picture: shared.picture.clone(),
        picture_sizes: shared.picture_sizes.clone(),
        pictures: shared.pictures.clone(),
        folder: folders.draft(&shared.id),
    }
}
