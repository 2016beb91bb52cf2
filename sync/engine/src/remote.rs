//! A place that is not on this machine as the destination of a publication: listeners get everything from it, and no server
//! of ours is needed. It acts on what was probed. What it is not: it decides no order and keeps no journal; `apply` does.

use crate::destination::{Destination, Observed, Work, gone_if};
use crate::documents::{self, lasting};
use crate::files::Files;
use crate::lease::{self, Claimant};
use crate::names::{self, Found, MANIFEST_LIMIT, copy_key, feed_key, key, manifest_bytes, slug};
use crate::{ProgressSink, presence};
use hearthcast_fetch::HttpStatus;
use hearthcast_library::Library;
use hearthcast_model::error::Retry;
use hearthcast_model::manifest::{Manifest, Object};
use hearthcast_model::place::Target;
use hearthcast_model::plan::Step;
use hearthcast_model::probe::Abilities;
use hearthcast_model::{Code, Error, Result, Sha256};
use hearthcast_storage::place::Seen;
use hearthcast_storage::{Place, StorageError, StorageKey};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Most bytes read of a feed.
const FEED_LIMIT: usize = 64 * 1024 * 1024;

/// How often in a row a write under a condition is looked for, in all: fewer times than the machine has a step tried, for
/// a place in trouble is not one that loses what it was given.
pub(crate) const LOOKS: u32 = 3;

/// How many later versions are looked at, to tell a successor from a stranger.
const SUCCESSORS: u64 = 50;

/// A place during a publication.
pub struct RemoteDestination<'a> {
    place: Arc<dyn Place>,
    library: &'a Library,
    target: &'a Target,
    abilities: Abilities,
    files: Files<'a>,
    /// The feed as it was at the last look: only that one is replaced.
    feed_seen: Option<Seen>,
    /// The same of further feeds, by their place among the documents.
    documents_seen: BTreeMap<usize, Seen>,
    /// Whether the files of earlier versions were looked for in this run.
    looked: bool,
    /// Writes under a condition in a row whose outcome is not known.
    unanswered: u32,
    verified: Vec<String>,
}

impl<'a> RemoteDestination<'a> {
    /// A publication into a place that was probed; `stores` are those behind other addresses of its files.
    pub fn new(
        place: Arc<dyn Place>,
        library: &'a Library,
        target: &'a Target,
        abilities: Abilities,
        stores: BTreeMap<String, Abilities>,
        progress: ProgressSink,
    ) -> Self {
        let files = Files::new(Arc::clone(&place), library, target, abilities, stores, progress);
        Self {
            place,
            library,
            target,
            abilities,
            files,
            feed_seen: None,
            documents_seen: BTreeMap::new(),
            looked: false,
            unanswered: 0,
            verified: vec![],
        }
    }

    /// Whether the place keeps two laptops apart by itself.
    fn guarded(&self) -> bool {
        self.abilities.create_if_absent && self.abilities.conditional_put
    }

    async fn manifest(&self, slug: &str, version: u64) -> Result<Found> {
        let found = self.place.read(&StorageKey::Manifest(slug.into(), version), MANIFEST_LIMIT).await?;
        Ok(names::read_manifest(found.as_ref().map(|(bytes, _)| bytes.as_slice())))
    }

    /// The feed in the storage is ours, still the one the plan was made for (or none at all), or somebody else's.
    async fn feed(&mut self, work: Work<'_>) -> Result<Observed> {
        let manifest = work.manifest()?;
        let found = self.place.read(&feed_key(work)?, FEED_LIMIT as u64).await?;
        let Some((bytes, seen)) = found else {
            self.feed_seen = None;
            return Ok(Observed::Before);
        };
        self.feed_seen = Some(seen);
        let public = Sha256::of(&bytes);
        if public == manifest.feed.sha256 {
            return Ok(Observed::AsWanted);
        }
        Ok(match self.manifest(&slug(manifest)?, manifest.parent).await? {
            Found::Readable(parent) if parent.feed.sha256 == public => Observed::Before,
            _ => Observed::Other,
        })
    }

    /// Whether the version is ours, free or somebody else's. A free one is not taken where somebody else's feed is public.
    async fn claimed(&mut self, work: Work<'_>) -> Result<Observed> {
        let manifest = work.manifest()?;
        if names::may_be_a_second_feed(work)?
            && let Found::Readable(last) = self.manifest(&slug(manifest)?, manifest.version - 1).await?
            && last.feed.key != manifest.feed.key
        {
            return Ok(Observed::Other);
        }
        Ok(match self.manifest(&slug(manifest)?, manifest.version).await? {
            Found::Readable(found) if found.fence == manifest.fence => Observed::AsWanted,
            Found::Nothing if self.feed(work).await? != Observed::Other => Observed::Before,
            _ => Observed::Other,
        })
    }

    async fn copied(&self, work: Work<'_>) -> Result<Observed> {
        let found = self.place.read(&copy_key(work)?, FEED_LIMIT as u64).await?;
        let wanted = &work.manifest()?.feed.sha256;
        Ok(match found {
            None => Observed::Before,
            Some((bytes, _)) if Sha256::of(&bytes) == *wanted => Observed::AsWanted,
            Some(_) => Observed::Other,
        })
    }

    /// Whether listeners get our feed. A cache may show the older one for a minute; the storage decides then.
    async fn feed_verified(&mut self, work: Work<'_>) -> Result<Observed> {
        let manifest = work.manifest()?;
        let answer = self.place.listener().get(&feed_key(work)?, FEED_LIMIT).await?;
        let shown = (answer.status == HttpStatus::OK).then(|| Sha256::of(&answer.body));
        if shown.as_ref() == Some(&manifest.feed.sha256) {
            return Ok(Observed::AsWanted);
        }
        match self.feed(work).await? {
            Observed::Before => Ok(Observed::Before),
            Observed::AsWanted => match self.manifest(&slug(manifest)?, manifest.parent).await? {
                Found::Readable(parent) if shown.as_ref() == Some(&parent.feed.sha256) => Ok(Observed::AsWanted),
                _ => Err(feed_not_reached(&work.plan.feed_url, answer.status)),
            },
            Observed::Other => self.succeeded(work).await,
        }
    }

    /// One that a later version replaced was ours until then.
    async fn succeeded(&self, work: Work<'_>) -> Result<Observed> {
        let manifest = work.manifest()?;
        let found = self.place.read(&feed_key(work)?, FEED_LIMIT as u64).await?;
        let public = found.map(|(bytes, _)| Sha256::of(&bytes));
        let slug = slug(manifest)?;
        for version in manifest.version + 1..=manifest.version + SUCCESSORS {
            match self.manifest(&slug, version).await? {
                Found::Readable(later) if Some(&later.feed.sha256) == public.as_ref() => return Ok(Observed::AsWanted),
                Found::Nothing => break,
                _ => {}
            }
        }
        Ok(Observed::Other)
    }

    async fn claim(&mut self, work: Work<'_>) -> Result<()> {
        let manifest = work.manifest()?;
        let slug = slug(manifest)?;
        if !self.guarded() {
            lease::take(&*self.place, self.claimant(&slug, manifest)).await?;
            if self.claimed(work).await? != Observed::Before {
                return Ok(());
            }
        }
        let key = StorageKey::Manifest(slug, manifest.version);
        let outcome = self.place.create(&key, &manifest_bytes(manifest)?).await;
        self.looked_at_again(outcome).await
    }

    async fn switch(&mut self, work: Work<'_>) -> Result<()> {
        self.ready(work).await?;
        let key = feed_key(work)?;
        let feed = work.payload.feed.as_bytes();
        let outcome = match &self.feed_seen {
            Some(seen) => self.place.replace(&key, feed, seen).await,
            None => self.place.create(&key, feed).await,
        };
        self.looked_at_again(outcome).await
    }

    /// Everything that listeners will be sent to is there, and nobody else publishes.
    async fn ready(&mut self, work: Work<'_>) -> Result<()> {
        if !self.looked {
            self.all_there(work).await?;
            self.looked = true;
        }
        if self.guarded() {
            return Ok(());
        }
        // The storage would let us overwrite anything, so look at the last moment.
        let manifest = work.manifest()?;
        let slug = slug(manifest)?;
        lease::take(&*self.place, self.claimant(&slug, manifest)).await?;
        match self.claimed(work).await? != Observed::AsWanted || self.feed(work).await? == Observed::Other {
            true => Err(overtaken(self.target)),
            false => Ok(()),
        }
    }

    async fn document(&mut self, work: Work<'_>, index: usize) -> Result<Observed> {
        let (key, document) = documents::wanted(work, index)?;
        let found = self.place.read(&key, FEED_LIMIT as u64).await?;
        let compared = documents::compared(found.as_ref().map(|(bytes, _)| bytes.as_slice()), document);
        match found {
            Some((_, seen)) => self.documents_seen.insert(index, seen),
            None => self.documents_seen.remove(&index),
        };
        Ok(compared)
    }

    /// Whether listeners get a document. As of the feed, a cache may show an older one for a minute; a page has no older one.
    async fn document_verified(&mut self, work: Work<'_>, index: usize) -> Result<Observed> {
        let (key, document) = documents::wanted(work, index)?;
        let answer = self.place.listener().get(&key, FEED_LIMIT).await?;
        let shown = answer.status == HttpStatus::OK && answer.body == document.text.as_bytes();
        let seen = if shown { Observed::AsWanted } else { self.document(work, index).await? };
        let older = answer.status == HttpStatus::OK && !key.names_content();
        if seen == Observed::AsWanted && !shown && !older {
            return Err(feed_not_reached(&self.place.public_url(&key), answer.status));
        }
        self.verified.extend((seen == Observed::AsWanted).then(|| self.place.public_url(&key)));
        Ok(seen)
    }

    async fn write_document(&mut self, work: Work<'_>, index: usize) -> Result<()> {
        let (key, document) = documents::wanted(work, index)?;
        let bytes = document.text.as_bytes();
        if key.names_content() {
            return Ok(self.place.put_bytes(&key, bytes).await?);
        }
        self.ready(work).await?;
        let outcome = match self.documents_seen.get(&index) {
            Some(seen) => self.place.replace(&key, bytes, seen).await,
            None => self.place.create(&key, bytes).await,
        };
        self.looked_at_again(outcome).await
    }

    /// A refused condition, or an answer that was lost, is no failure yet: the machine looks at the place again and knows
    /// then whether it was us. A place in trouble is given the time it asks for before that.
    async fn looked_at_again(&mut self, outcome: std::result::Result<(), StorageError>) -> Result<()> {
        let error = match outcome {
            Ok(()) => {
                self.unanswered = 0;
                return Ok(());
            }
            Err(StorageError::Exists { .. } | StorageError::Changed { .. }) => return Ok(()),
            Err(error) => error,
        };
        let again = match error.may_pass().filter(|_| self.unanswered + 1 < LOOKS) {
            Some(asked) => self.place.patience().again(self.unanswered + 1, asked).await,
            None => false,
        };
        if !again {
            return Err(error.into());
        }
        self.unanswered += 1;
        Ok(())
    }

    /// After the feed was seen: on a storage without conditions, whether nobody came between.
    async fn settled(&mut self, work: Work<'_>) -> Result<()> {
        if self.guarded() {
            return Ok(());
        }
        let manifest = work.manifest()?;
        let slug = slug(manifest)?;
        if self.claimed(work).await? != Observed::AsWanted {
            return Err(overtaken(self.target));
        }
        lease::give_back(&*self.place, self.claimant(&slug, manifest)).await
    }

    fn claimant<'b>(&self, slug: &'b str, manifest: &'b Manifest) -> Claimant<'b> {
        Claimant { slug, fence: &manifest.fence, device: &manifest.device, now_ms: self.library.clock().now_ms() }
    }

    /// The last look before listeners are sent to the files: each is there, as long as promised. What is missing is noted,
    /// so that the next plan sends it again.
    async fn all_there(&self, work: Work<'_>) -> Result<()> {
        let just_verified: BTreeSet<&str> = work.plan.uploads.iter().map(|file| file.key.as_str()).collect();
        let manifest = work.manifest()?;
        let older = manifest.objects.iter().cloned().chain(lasting(manifest));
        let older = older.filter(|object| !just_verified.contains(object.key.as_str()));
        let missing = presence::missing(&self.place, older.collect()).await?;
        match missing.first() {
            Some(first) => {
                self.forget(&missing).await?;
                Err(gone(first))
            }
            None => Ok(()),
        }
    }

    async fn forget(&self, missing: &[Object]) -> Result<()> {
        let mut tx = self.library.transact().await?;
        let mut state = tx.target_state(&self.target.id).await?;
        if let Some(manifest) = &mut state.manifest {
            manifest.objects.retain(|object| !missing.iter().any(|gone| gone.key == object.key));
            manifest.documents.retain(|page| !missing.iter().any(|gone| gone.key == page.key));
        }
        for handed in &mut state.handed {
            handed.objects.retain(|object| !missing.iter().any(|gone| gone.key == object.key));
        }
        tx.put_target_state(&self.target.id, &state).await?;
        tx.commit().await?;
        Ok(())
    }
}

impl Destination for RemoteDestination<'_> {
    async fn observe(&mut self, work: Work<'_>, step: &Step) -> Result<Observed> {
        match step {
            Step::Upload { upload } => self.files.stored(work.upload(*upload)?).await,
            Step::Verify { upload } => {
                let (seen, url) = self.files.verify(work.upload(*upload)?).await?;
                self.verified.extend((seen == Observed::AsWanted).then_some(url));
                Ok(seen)
            }
            Step::Claim => self.claimed(work).await,
            Step::FeedCopy => self.copied(work).await,
            Step::Switch => self.feed(work).await,
            Step::VerifyFeed => {
                let seen = self.feed_verified(work).await?;
                if seen == Observed::AsWanted {
                    self.settled(work).await?;
                    self.verified.push(work.plan.feed_url.clone());
                }
                Ok(seen)
            }
            Step::Delete { file } => self.files.gone(work.deleted(*file)?).await,
            Step::Document { document } => self.document(work, *document).await,
            Step::VerifyDocument { document } => self.document_verified(work, *document).await,
            Step::Drop { key: text } => Ok(gone_if(self.place.head(&key(text)?).await?.is_none())),
            Step::Push | Step::Fetch { .. } | Step::Release => Ok(Observed::AsWanted),
        }
    }

    async fn perform(&mut self, work: Work<'_>, step: &Step) -> Result<()> {
        match step {
            Step::Upload { upload } => self.files.send(work, work.upload(*upload)?).await,
            Step::Claim => self.claim(work).await,
            Step::FeedCopy => Ok(self.place.put_bytes(&copy_key(work)?, work.payload.feed.as_bytes()).await?),
            Step::Switch => self.switch(work).await,
            Step::Delete { file } => self.files.delete(work.deleted(*file)?).await,
            Step::Document { document } => self.write_document(work, *document).await,
            Step::Drop { key: text } => Ok(self.place.delete(&key(text)?).await?),
            Step::VerifyDocument { .. } => Ok(()),
            Step::Verify { .. } | Step::VerifyFeed | Step::Push | Step::Fetch { .. } | Step::Release => Ok(()),
        }
    }

    fn writes(&self) -> u64 {
        self.place.writes()
    }

    fn verified(&self) -> Vec<String> {
        self.verified.clone()
    }
}

fn gone(object: &Object) -> Error {
    let what = format!("{} was published before and is not in the storage any more.", object.key);
    Error::new(Code::TargetMismatch, what)
        .hint("Publish again: what is missing will be sent again.")
        .retry(Retry::Later)
        .about("media", object.sha256.as_str())
}

fn overtaken(target: &Target) -> Error {
    Error::new(
        Code::TargetConflict,
        "Another computer has published to this storage meanwhile; this one stopped before it wrote over it.",
    )
    .hint("This storage does not keep two computers apart: publish from one at a time.")
    .about("target", target.name.clone())
}

fn feed_not_reached(url: &str, status: HttpStatus) -> Error {
    let what = format!("The feed lies in the storage, but listeners do not get it at {url} (the answer is {status}).");
    Error::new(Code::TargetRefused, what)
        .hint("Check the target's public address and what stands before the storage; then publish again.")
        .retry(Retry::AfterAction)
        .about("target", url)
}
