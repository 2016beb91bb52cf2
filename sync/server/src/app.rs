//! What all endpoints and jobs share: database, folders, clock, identity, and what the public sees.

use crate::drafts::Drafts;
use crate::owner::files::Transfers;
use crate::public::Salts;
use crate::shown::Shown;
use crate::storages::Storages;
use hearthcast_model::id::Ids;
use hearthcast_model::{Clock, Sha256, ShareId};
use hearthcast_store::Store;
use hearthcast_store::meta::Identity;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Mutex;

/// The running server's parts, shared by all requests.
pub type Shared = Arc<App>;

/// The running server's parts.
pub struct App {
    /// The database.
    pub store: Store,
    /// The folders.
    pub folders: Folders,
    /// Who this server is.
    pub identity: Identity,
    /// Address listeners use, without a trailing slash.
    pub base_url: String,
    /// Its path, without a trailing slash; empty where there is none.
    pub path: String,
    /// Free bytes that uploads must leave on the disk.
    pub reserve_bytes: u64,
    /// Largest message from a laptop, files apart.
    pub max_body_bytes: usize,
    /// Largest file a laptop may bring.
    pub max_file_bytes: u64,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub ids: Arc<dyn Ids>,
    /// Uploads in motion.
    pub transfers: Transfers,
    /// What the public sees.
    pub shown: Shown,
    /// Salts of the open days.
    pub salts: Arc<Salts>,
    /// Storages beside the server, where sound may lie.
    pub storages: Arc<Storages>,
    /// Drafts that somebody may hear by a secret address.
    pub drafts: Arc<Drafts>,
    /// One publication at a time.
    pub publishing: Arc<Mutex<()>>,
    /// Days that pseudonymous rows are kept.
    pub keep_log_days: i64,
    /// Answers that the log could not take.
    pub lost: crate::jobs::lost::Lost,
    /// Counting, one run at a time.
    pub counter: crate::jobs::rollup::Counter,
}

impl App {
    /// Now, Unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }
}

/// Places in the data folder. Names in them are made here, never taken from outside.
#[derive(Debug, Clone)]
pub struct Folders {
    /// The data folder.
    pub data: PathBuf,
}

impl Folders {
    /// Makes the folders there must be.
    pub fn make(&self) -> std::io::Result<()> {
        for folder in [self.uploads(), self.media_root(), self.log(), self.drafts_arrived()] {
            std::fs::create_dir_all(folder)?;
        }
        Ok(())
    }
    /// Unfinished uploads.
    pub fn uploads(&self) -> PathBuf {
        self.data.join("uploads")
    }
    /// The file of an unfinished upload. The id was made by this server.
    pub fn part(&self, id: &str) -> PathBuf {
        self.uploads().join(format!("{id}.part"))
    }
    /// All finished files.
    pub fn media_root(&self) -> PathBuf {
        self.data.join("media")
    }
    /// A finished file.
    pub fn media(&self, sha256: &Sha256) -> PathBuf {
        self.media_root().join(&sha256.as_str()[..2]).join(sha256.as_str())
    }
    /// Files of drafts, apart from all others: what is public is never looked for here, and these never where it is.
    pub fn drafts(&self) -> PathBuf {
        self.data.join("drafts")
    }
    /// Files that were sent for a draft which is not shared yet.
    pub fn drafts_arrived(&self) -> PathBuf {
        self.drafts().join("arrived")
    }
    /// The files of one sharing.
    pub fn draft(&self, share: &ShareId) -> PathBuf {
        self.drafts().join(share.as_str())
    }
    /// The delivery log.
    pub fn log(&self) -> PathBuf {
        self.data.join("log")
    }
}
