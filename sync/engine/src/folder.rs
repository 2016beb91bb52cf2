//! A folder as the destination of a publication.

use crate::destination::{Destination, Observed, Work};
use hearthcast_library::{Library, files};
use hearthcast_model::manifest::Manifest;
use hearthcast_model::plan::{Step, Upload};
use hearthcast_model::{Cancel, Code, Error, Result, Sha256};
use hearthcast_storage::folder::{Folder, FolderLock};
use hearthcast_storage::{StorageError, StorageKey};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Most bytes read of a manifest.
pub(crate) const MANIFEST_LIMIT: u64 = 64 * 1024 * 1024;

/// A folder, locked for this publication.
pub struct FolderDestination {
    folder: Arc<Folder>,
    media_root: PathBuf,
    public_url: String,
    verified: Vec<String>,
    _lock: FolderLock,
}

impl FolderDestination {
    /// Opens the folder at `path` and takes its lock.
    pub fn open(library: &Library, path: &Path, public_url: &str) -> Result<Self> {
        let folder = Folder::open(path)?;
        let lock = folder.lock()?;
        Ok(Self {
            folder: Arc::new(folder),
            media_root: library.root().into(),
            public_url: public_url.into(),
            verified: vec![],
            _lock: lock,
        })
    }

    async fn with<T: Send + 'static>(&self, work: impl FnOnce(&Folder) -> Result<T> + Send + 'static) -> Result<T> {
        let folder = Arc::clone(&self.folder);
        tokio::task::spawn_blocking(move || work(&folder))
            .await
            .map_err(|e| Error::new(Code::Internal, format!("A task ended badly: {e}.")))?
    }

    async fn compare(&self, key: StorageKey, wanted: Sha256) -> Result<Observed> {
        self.with(move |folder| {
            Ok(match folder.stat(&key)? {
                None => Observed::Before,
                Some(stat) if stat.sha256 == wanted => Observed::AsWanted,
                Some(_) => Observed::Other,
            })
        })
        .await
    }

    /// The feed is ours, still the one the plan was made for, or somebody else's.
    async fn feed(&self, work: Work<'_>) -> Result<Observed> {
        let manifest = manifest(work)?;
        let (key, parent) = (key(&manifest.feed.key)?, parent_key(manifest)?);
        let (ours, first) = (manifest.feed.sha256.clone(), manifest.parent == 0);
        self.with(move |folder| {
            let before = match folder.read(&parent, MANIFEST_LIMIT)? {
                Some(bytes) => serde_json::from_slice::<Manifest>(&bytes).ok().map(|m| m.feed.sha256),
                None => None,
            };
            Ok(match folder.stat(&key)? {
                Some(stat) if stat.sha256 == ours => Observed::AsWanted,
                Some(stat) if Some(&stat.sha256) == before.as_ref() => Observed::Before,
                None if first => Observed::Before,
                _ => Observed::Other,
            })
        })
        .await
    }

    async fn claimed(&self, work: Work<'_>) -> Result<Observed> {
        let manifest = manifest(work)?;
        let (key, fence) = (manifest_key(manifest)?, manifest.fence.clone());
        self.with(move |folder| {
            Ok(match folder.read(&key, MANIFEST_LIMIT)? {
                None => Observed::Before,
                Some(bytes) => match serde_json::from_slice::<Manifest>(&bytes) {
                    Ok(found) if found.fence == fence => Observed::AsWanted,
                    _ => Observed::Other,
                },
            })
        })
        .await
    }

    async fn upload(&self, work: Work<'_>, upload: &Upload) -> Result<()> {
        let (key, source) = (key(&upload.key)?, files::path(&self.media_root, &upload.sha256));
        let (wanted, cancel): (Sha256, Cancel) = (upload.sha256.clone(), work.cancel.clone());
        self.with(move |folder| Ok(folder.put_file(&key, &source, &wanted, &cancel, &mut |_| ())?)).await
    }
}

impl Destination for FolderDestination {
    async fn observe(&mut self, work: Work<'_>, step: &Step) -> Result<Observed> {
        match step {
            Step::Upload { upload } => {
                let upload = &work.plan.uploads[*upload];
                self.compare(key(&upload.key)?, upload.sha256.clone()).await
            }
            Step::Verify { upload } => {
                let upload = &work.plan.uploads[*upload];
                let seen = self.compare(key(&upload.key)?, upload.sha256.clone()).await?;
                if seen == Observed::AsWanted {
                    self.verified.push(format!("{}{}", self.public_url, upload.key));
                }
                Ok(seen)
            }
            Step::FeedCopy => {
                let manifest = manifest(work)?;
                self.compare(copy_key(manifest)?, manifest.feed.sha256.clone()).await
            }
            Step::Claim => self.claimed(work).await,
            Step::Switch => self.feed(work).await,
            Step::VerifyFeed => {
                let seen = self.feed(work).await?;
                if seen == Observed::AsWanted {
                    self.verified.push(work.plan.feed_url.clone());
                }
                Ok(seen)
            }
            Step::Push | Step::Release => Ok(Observed::AsWanted),
        }
    }

    async fn perform(&mut self, work: Work<'_>, step: &Step) -> Result<()> {
        match step {
            Step::Upload { upload } => self.upload(work, &work.plan.uploads[*upload]).await,
            Step::FeedCopy | Step::Switch => {
                let manifest = manifest(work)?;
                let key = if *step == Step::FeedCopy { copy_key(manifest)? } else { key(&manifest.feed.key)? };
                let feed = work.payload.feed.clone();
                self.with(move |folder| Ok(folder.put_bytes(&key, feed.as_bytes())?)).await
            }
            Step::Claim => {
                let manifest = manifest(work)?;
                let key = manifest_key(manifest)?;
                let text = serde_json::to_vec_pretty(manifest)
                    .map_err(|e| Error::new(Code::Internal, format!("A manifest could not be written: {e}.")))?;
                self.with(move |folder| match folder.create(&key, &text) {
                    // Looking again decides whether it is ours.
                    Err(StorageError::Exists { .. }) => Ok(()),
                    other => Ok(other?),
                })
                .await
            }
            Step::Verify { .. } | Step::VerifyFeed | Step::Push | Step::Release => Ok(()),
        }
    }

    fn writes(&self) -> u64 {
        self.folder.writes()
    }

    fn verified(&self) -> Vec<String> {
        self.verified.clone()
    }
}

fn manifest<'a>(work: Work<'a>) -> Result<&'a Manifest> {
    work.plan.manifest.as_ref().ok_or_else(|| Error::new(Code::Internal, "A plan with steps has no manifest."))
}

fn key(text: &str) -> Result<StorageKey> {
    StorageKey::parse(text)
        .ok_or_else(|| Error::new(Code::TargetInvalid, format!("\"{text}\" is not a name for a published file.")))
}

fn slug(manifest: &Manifest) -> Result<String> {
    match key(&manifest.feed.key)? {
        StorageKey::Feed(slug) => Ok(slug),
        _ => Err(Error::new(Code::TargetInvalid, "The feed's name is not one of a feed.")),
    }
}

fn copy_key(manifest: &Manifest) -> Result<StorageKey> {
    Ok(StorageKey::FeedVersion(slug(manifest)?, manifest.version))
}

fn manifest_key(manifest: &Manifest) -> Result<StorageKey> {
    Ok(StorageKey::Manifest(slug(manifest)?, manifest.version))
}

fn parent_key(manifest: &Manifest) -> Result<StorageKey> {
    Ok(StorageKey::Manifest(slug(manifest)?, manifest.parent))
}
