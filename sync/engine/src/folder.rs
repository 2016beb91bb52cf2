//! A folder as the destination of a publication. What it is not: it decides no order and keeps no journal; `apply` does.

use crate::destination::{Destination, Observed, Work, gone_if};
use crate::documents::{self, lasting};
use crate::files::{Files, somebody_elses};
use crate::names::{self, Found, MANIFEST_LIMIT, copy_key, feed_key, key, manifest_bytes, slug};
use crate::survey::highest_in;
use crate::{ProgressSink, presence};
use hearthcast_library::{Library, files};
use hearthcast_model::error::Retry;
use hearthcast_model::manifest::{Manifest, Object};
use hearthcast_model::place::Target;
use hearthcast_model::plan::{Step, Upload};
use hearthcast_model::probe::Abilities;
use hearthcast_model::{Cancel, Code, Error, Result, Sha256};
use hearthcast_storage::folder::{Folder, FolderLock};
use hearthcast_storage::{Place, StorageError, StorageKey};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A folder, locked for this publication.
pub struct FolderDestination<'a> {
    root: PathBuf,
    media_root: PathBuf,
    public_url: String,
    verified: Vec<String>,
    open: Option<(Arc<Folder>, FolderLock)>,
    /// Files that rules put to other places, and the addresses of those.
    outside: Option<(Files<'a>, BTreeSet<String>)>,
}

impl<'a> FolderDestination<'a> {
    /// A publication into the folder at `path`. Nothing is touched before the first look at it.
    pub fn open(library: &Library, path: &Path, public_url: &str) -> Result<Self> {
        Ok(Self {
            root: path.into(),
            media_root: library.root().into(),
            public_url: public_url.into(),
            verified: vec![],
            open: None,
            outside: None,
        })
    }

    /// The same, with other places for some of the files: `place` leads to all of them, `stores` says what those behind
    /// other addresses can do.
    pub fn with_stores(
        self,
        place: Arc<dyn Place>,
        library: &'a Library,
        target: &'a Target,
        stores: BTreeMap<String, Abilities>,
        progress: ProgressSink,
    ) -> Self {
        let addresses = stores.keys().cloned().collect();
        let files = Files::new(place, library, target, Abilities::default(), stores, progress);
        Self { outside: Some((files, addresses)), ..self }
    }

    /// The other place of a file, if it has one.
    fn outside(&mut self, key: &StorageKey) -> Option<&mut Files<'a>> {
        let (files, addresses) = self.outside.as_mut()?;
        key.split().0.is_some_and(|base| addresses.contains(base)).then_some(files)
    }

    /// Opens and locks the folder. Only a first publication may make it: where something was published before, an empty
    /// folder is a disk that is not connected.
    fn folder(&mut self, work: Work<'_>) -> Result<Arc<Folder>> {
        if let Some((folder, _)) = &self.open {
            return Ok(Arc::clone(folder));
        }
        let first = work.plan.manifest.as_ref().is_some_and(|manifest| manifest.parent == 0);
        let folder = Arc::new(if first { Folder::open(&self.root)? } else { Folder::known(&self.root)? });
        let lock = folder.lock()?;
        self.open = Some((Arc::clone(&folder), lock));
        Ok(folder)
    }

    async fn with<T: Send + 'static>(
        &mut self,
        of: Work<'_>,
        work: impl FnOnce(&Folder) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let folder = self.folder(of)?;
        tokio::task::spawn_blocking(move || work(&folder))
            .await
            .map_err(|e| Error::new(Code::Internal, format!("A task ended badly: {e}.")))?
    }

    async fn compare(&mut self, work: Work<'_>, key: StorageKey, wanted: Sha256) -> Result<Observed> {
        self.with(work, move |folder| {
            Ok(match folder.stat(&key)? {
                None => Observed::Before,
                Some(stat) if stat.sha256 == wanted => Observed::AsWanted,
                Some(_) => Observed::Other,
            })
        })
        .await
    }

    async fn feed(&mut self, work: Work<'_>) -> Result<Observed> {
        let (manifest, slug, key) = (work.manifest()?.clone(), slug(work.manifest()?)?, local_feed(work)?);
        self.with(work, move |folder| look_at_feed(folder, &manifest, &slug, &key)).await
    }

    /// Whether the version is ours, free or somebody else's. A free one is not taken where somebody else's feed is public.
    async fn claimed(&mut self, work: Work<'_>) -> Result<Observed> {
        let (manifest, slug, feed) = (work.manifest()?.clone(), slug(work.manifest()?)?, local_feed(work)?);
        let second = names::may_be_a_second_feed(work)?;
        self.with(work, move |folder| {
            if second
                && let Found::Readable(last) = read_manifest(folder, &slug, manifest.version - 1)?
                && last.feed.key != manifest.feed.key
            {
                return Ok(Observed::Other);
            }
            Ok(match read_manifest(folder, &slug, manifest.version)? {
                Found::Readable(found) if found.fence == manifest.fence => Observed::AsWanted,
                Found::Nothing if look_at_feed(folder, &manifest, &slug, &feed)? != Observed::Other => Observed::Before,
                _ => Observed::Other,
            })
        })
        .await
    }

    /// Whether listeners get our feed. One that a later version replaced was ours until then.
    async fn feed_verified(&mut self, work: Work<'_>) -> Result<Observed> {
        let seen = self.feed(work).await?;
        if seen != Observed::Other {
            return Ok(seen);
        }
        let (version, slug, key) = (work.manifest()?.version, slug(work.manifest()?)?, local_feed(work)?);
        let root = self.root.clone();
        self.with(work, move |folder| {
            let highest = highest_in(&root, &slug);
            let newer = if highest > version { read_manifest(folder, &slug, highest)? } else { Found::Nothing };
            let public = folder.stat(&key)?.map(|stat| stat.sha256);
            Ok(match newer {
                Found::Readable(newer) if Some(&newer.feed.sha256) == public.as_ref() => Observed::AsWanted,
                _ => Observed::Other,
            })
        })
        .await
    }

    /// What is there of a file, and where listeners get it.
    async fn look_at_file(&mut self, work: Work<'_>, upload: &Upload, verify: bool) -> Result<(Observed, String)> {
        let key = key(&upload.key)?;
        if let Some(outside) = self.outside(&key) {
            return match verify {
                true => outside.verify(upload).await,
                false => Ok((outside.stored(upload).await?, String::new())),
            };
        }
        let (base, own) = key.split();
        let url = format!("{}{own}", base.unwrap_or(&self.public_url));
        match self.compare(work, own.clone(), upload.sha256.clone()).await? {
            // A name that a rule gave may belong to somebody else's file, which is never written over.
            Observed::Other if !key.names_content() => Err(somebody_elses(&url)),
            seen => Ok((seen, url)),
        }
    }

    async fn upload(&mut self, work: Work<'_>, upload: &Upload) -> Result<()> {
        let (key, source) = (key(&upload.key)?, files::path(&self.media_root, &upload.sha256));
        if let Some(outside) = self.outside(&key) {
            return outside.send(work, upload).await;
        }
        let (wanted, cancel): (Sha256, Cancel) = (upload.sha256.clone(), work.cancel.clone());
        self.with(work, move |folder| Ok(folder.put_file(key.split().1, &source, &wanted, &cancel, &mut |_| ())?)).await
    }

    async fn claim(&mut self, work: Work<'_>) -> Result<()> {
        let manifest = work.manifest()?;
        let key = StorageKey::Manifest(slug(manifest)?, manifest.version);
        let text = manifest_bytes(manifest)?;
        self.with(work, move |folder| match folder.create(&key, &text) {
            // Looking again decides whether it is ours.
            Err(StorageError::Exists { .. }) => Ok(()),
            other => Ok(other?),
        })
        .await
    }

    async fn document(&mut self, work: Work<'_>, index: usize) -> Result<Observed> {
        let (key, document) = documents::wanted(work, index)?;
        let wanted = Sha256::of(document.text.as_bytes());
        self.compare(work, key, wanted).await
    }

    async fn write_document(&mut self, work: Work<'_>, index: usize) -> Result<()> {
        let (key, document) = documents::wanted(work, index)?;
        if !key.names_content() {
            self.all_there(work).await?;
        }
        let text = document.text.clone();
        self.with(work, move |folder| Ok(folder.put_bytes(&key, text.as_bytes())?)).await
    }

    async fn write_feed(&mut self, work: Work<'_>, key: StorageKey) -> Result<()> {
        let feed = work.payload.feed.clone();
        self.with(work, move |folder| Ok(folder.put_bytes(&key, feed.as_bytes())?)).await
    }

    /// The last look before listeners are sent to the files: each is there, as long as promised.
    async fn all_there(&mut self, work: Work<'_>) -> Result<()> {
        let (mut here, mut elsewhere) = (vec![], vec![]);
        for object in work.manifest()?.objects.iter().cloned().chain(lasting(work.manifest()?)) {
            let key = key(&object.key)?;
            match self.outside(&key) {
                Some(_) => elsewhere.push(object),
                None => here.push((object, key)),
            }
        }
        if let Some((outside, _)) = &self.outside
            && let Some(gone) = presence::missing(outside.place(), elsewhere).await?.first()
        {
            return Err(missing(gone, "in the storage"));
        }
        self.with(work, move |folder| {
            for (object, key) in here {
                if folder.length(key.split().1)? != Some(object.bytes) {
                    return Err(missing(&object, "in the folder"));
                }
            }
            Ok(())
        })
        .await
    }
}

impl Destination for FolderDestination<'_> {
    async fn observe(&mut self, work: Work<'_>, step: &Step) -> Result<Observed> {
        match step {
            Step::Upload { upload } | Step::Verify { upload } => {
                let (upload, verify) = (work.upload(*upload)?, matches!(step, Step::Verify { .. }));
                let (seen, url) = self.look_at_file(work, upload, verify).await?;
                self.verified.extend((seen == Observed::AsWanted && verify).then_some(url));
                Ok(seen)
            }
            Step::FeedCopy => self.compare(work, copy_key(work)?, work.manifest()?.feed.sha256.clone()).await,
            Step::Claim => self.claimed(work).await,
            Step::Switch => self.feed(work).await,
            Step::VerifyFeed => {
                let seen = self.feed_verified(work).await?;
                if seen == Observed::AsWanted {
                    self.verified.push(work.plan.feed_url.clone());
                }
                Ok(seen)
            }
            Step::Delete { file } => {
                let (file, key) = (work.deleted(*file)?, key(&work.deleted(*file)?.key)?);
                if let Some(outside) = self.outside(&key) {
                    return outside.gone(file).await;
                }
                self.with(work, move |folder| Ok(gone_if(folder.length(key.split().1)?.is_none()))).await
            }
            Step::Document { document } => self.document(work, *document).await,
            Step::VerifyDocument { document } => {
                let seen = self.document(work, *document).await?;
                let url = format!("{}{}", self.public_url, documents::wanted(work, *document)?.0);
                self.verified.extend((seen == Observed::AsWanted).then_some(url));
                Ok(seen)
            }
            Step::Drop { key: text } => {
                let key = key(text)?;
                self.with(work, move |folder| Ok(gone_if(folder.length(&key)?.is_none()))).await
            }
            Step::Push | Step::Fetch { .. } | Step::Release => Ok(Observed::AsWanted),
        }
    }

    async fn perform(&mut self, work: Work<'_>, step: &Step) -> Result<()> {
        match step {
            Step::Upload { upload } => self.upload(work, work.upload(*upload)?).await,
            Step::Claim => self.claim(work).await,
            Step::FeedCopy => self.write_feed(work, copy_key(work)?).await,
            Step::Switch => {
                self.all_there(work).await?;
                self.write_feed(work, local_feed(work)?).await
            }
            Step::Delete { file } => {
                let (file, key) = (work.deleted(*file)?, key(&work.deleted(*file)?.key)?);
                if let Some(outside) = self.outside(&key) {
                    return outside.delete(file).await;
                }
                self.with(work, move |folder| Ok(folder.delete(key.split().1)?)).await
            }
            Step::Document { document } => self.write_document(work, *document).await,
            Step::Drop { key: text } => {
                let key = key(text)?;
                self.with(work, move |folder| Ok(folder.delete(&key)?)).await
            }
            Step::VerifyDocument { .. } => Ok(()),
            Step::Verify { .. } | Step::VerifyFeed | Step::Push | Step::Fetch { .. } | Step::Release => Ok(()),
        }
    }

    fn writes(&self) -> u64 {
        let outside = self.outside.as_ref().map_or(0, |(files, _)| files.place().writes());
        self.open.as_ref().map_or(0, |(folder, _)| folder.writes()) + outside
    }

    fn verified(&self) -> Vec<String> {
        self.verified.clone()
    }
}

/// The feed's name in the folder, whatever address listeners know it under.
fn local_feed(work: Work<'_>) -> Result<StorageKey> {
    Ok(feed_key(work)?.split().1.clone())
}

fn missing(object: &Object, place: &str) -> Error {
    let what = format!("{} was published before and is not {place} any more.", object.key);
    Error::new(Code::TargetMismatch, what)
        .hint("Publish again: what is missing will be written again.")
        .retry(Retry::Later)
        .about("media", object.sha256.as_str())
}

/// The feed is ours, still the one the plan was made for (or none at all), or somebody else's.
fn look_at_feed(folder: &Folder, manifest: &Manifest, slug: &str, key: &StorageKey) -> Result<Observed> {
    let Some(public) = folder.stat(key)? else { return Ok(Observed::Before) };
    if public.sha256 == manifest.feed.sha256 {
        return Ok(Observed::AsWanted);
    }
    Ok(match read_manifest(folder, slug, manifest.parent)? {
        Found::Readable(parent) if parent.feed.sha256 == public.sha256 => Observed::Before,
        _ => Observed::Other,
    })
}

fn read_manifest(folder: &Folder, slug: &str, version: u64) -> Result<Found> {
    let bytes = folder.read(&StorageKey::Manifest(slug.into(), version), MANIFEST_LIMIT)?;
    Ok(names::read_manifest(bytes.as_deref()))
}
