//! A store that can be told to lie, to forget, to answer late or never, and to be the last thing a program sees before it is
//! killed. A listener looks at it after every single change.

use hearthcast_engine::{Destination, Observed, Work};
use hearthcast_model::plan::Step;
use hearthcast_model::{Code, Error, Result, Sha256};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

/// What happens to one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// The answer comes late.
    Delay,
    /// The call fails and has done nothing.
    Fails,
    /// A write is acknowledged and did not happen.
    Lost,
    /// A look shows what was there before the newest change.
    OldRead,
    /// The effect happens and the answer is an error.
    Swallowed,
    /// A file that was just seen in place turns into something else, before anything public names it.
    Rots,
    /// The program is killed before the effect.
    KillBefore,
    /// The program is killed after the effect.
    KillAfter,
}

pub const FEED: &str = "feeds/lantern-tide/feed.xml";

/// What the world can see, and what it saw.
#[derive(Default)]
pub struct Store {
    pub objects: BTreeMap<String, Vec<u8>>,
    before: BTreeMap<String, Option<Vec<u8>>>,
    /// Fences by version, as they were claimed.
    pub claims: BTreeMap<u64, Vec<String>>,
    /// Feeds that listeners may see now.
    pub allowed: BTreeSet<Vec<u8>>,
    /// Changes since the beginning.
    pub changes: u64,
    /// What a listener saw and should not have.
    pub violations: Vec<String>,
}

impl Store {
    fn write(&mut self, key: &str, bytes: Vec<u8>) {
        if self.objects.get(key) != Some(&bytes) {
            self.before.insert(key.into(), self.objects.insert(key.into(), bytes));
        }
        self.changes += 1;
        self.listen();
    }

    fn remove(&mut self, key: &str) {
        self.before.insert(key.into(), self.objects.remove(key));
        self.changes += 1;
        self.listen();
    }

    fn get(&self, key: &str, old: bool) -> Option<Vec<u8>> {
        if old && let Some(before) = self.before.get(key) {
            return before.clone();
        }
        self.objects.get(key).cloned()
    }

    /// What a podcast app does: read the feed, fetch everything it names, compare. Knows nothing of the engine: addresses are
    /// cut out of the text, and a file's content must hash to the name of its folder.
    fn listen(&mut self) {
        let Some(feed) = self.objects.get(FEED) else { return };
        let mut bad = vec![];
        if !self.allowed.contains(feed) {
            bad.push("the feed is neither the old nor the new one".to_string());
        }
        // Further feeds are read by those who know their address; pages are led to.
        let further = self.objects.keys().filter(|key| key.ends_with(".xml") && key.split('/').count() == 3);
        let (mut open, mut read): (Vec<String>, BTreeSet<String>) = (further.cloned().collect(), BTreeSet::new());
        while let Some(document) = open.pop() {
            let Some(bytes) = self.objects.get(&document).filter(|_| read.insert(document.clone())) else { continue };
            let text = String::from_utf8_lossy(bytes);
            for address in text.split('"').filter_map(|part| part.strip_prefix(super::scene::PUBLIC_URL)) {
                if address == FEED {
                    // On the first day a further feed leads there a moment before it is there; each leads to the other.
                    continue;
                }
                let hash = address.split('/').nth(1).unwrap_or_default();
                match self.objects.get(address) {
                    None => bad.push(format!("{address} is named by {document} and missing")),
                    Some(_) if address.starts_with("feeds/") => open.push(address.to_string()),
                    Some(bytes) if !Sha256::of(bytes).as_str().starts_with(hash) || hash.len() != 32 => {
                        bad.push(format!("{address} has other bytes"));
                    }
                    Some(_) => {}
                }
            }
        }
        for (version, fences) in &self.claims {
            if fences.len() > 1 {
                bad.push(format!("version {version} was claimed {} times", fences.len()));
            }
        }
        self.violations.extend(bad);
    }

    pub fn feed(&self) -> String {
        String::from_utf8(self.objects.get(FEED).cloned().unwrap_or_default()).unwrap()
    }

    pub fn highest(&self) -> u64 {
        self.claims.keys().last().copied().unwrap_or(0)
    }
}

/// The end of a program: the harness drops everything when it is told.
#[derive(Default)]
pub struct Killed(Notify);

impl Killed {
    /// Never comes back.
    async fn die(&self) -> ! {
        self.0.notify_one();
        std::future::pending::<()>().await;
        unreachable!("a killed program does nothing")
    }
    /// Comes back when the program was killed.
    pub async fn wait(&self) {
        self.0.notified().await;
    }
}

/// The store as a publication's destination. The script says what happens to each call; after its end all is well.
pub struct Simulated {
    pub store: Arc<Mutex<Store>>,
    pub script: Arc<Mutex<VecDeque<Fault>>>,
    pub killed: Arc<Killed>,
    pub media_root: PathBuf,
    pub writes: u64,
}

impl Simulated {
    fn next(&self) -> Fault {
        self.script.lock().unwrap().pop_front().unwrap_or(Fault::None)
    }

    fn look(&self, work: Work<'_>, step: &Step, old: bool) -> Result<Observed> {
        let store = self.store.lock().unwrap();
        let manifest = work.manifest()?;
        let compare = |key: &str, wanted: &Sha256| match store.get(key, old) {
            None => Observed::Before,
            Some(bytes) if Sha256::of(&bytes) == *wanted => Observed::AsWanted,
            Some(_) => Observed::Other,
        };
        Ok(match step {
            Step::Upload { upload } | Step::Verify { upload } => {
                let upload = work.upload(*upload)?;
                compare(&upload.key, &upload.sha256)
            }
            Step::Claim => match store.get(&version_key(manifest.version), old) {
                None => Observed::Before,
                Some(fence) if fence == manifest.fence.as_bytes() => Observed::AsWanted,
                Some(_) => Observed::Other,
            },
            Step::FeedCopy => compare(&copy_key(manifest.version), &manifest.feed.sha256),
            Step::Switch | Step::VerifyFeed => {
                let parent = store.get(&copy_key(manifest.parent), false);
                match store.get(FEED, old) {
                    Some(feed) if Sha256::of(&feed) == manifest.feed.sha256 => Observed::AsWanted,
                    feed if feed == parent => Observed::Before,
                    _ => Observed::Other,
                }
            }
            Step::Document { document } | Step::VerifyDocument { document } => {
                let document = &work.payload.documents[*document];
                compare(&document.key, &Sha256::of(document.text.as_bytes()))
            }
            Step::Drop { key } if store.get(key, old).is_some() => Observed::Before,
            Step::Drop { .. } => Observed::AsWanted,
            Step::Push | Step::Fetch { .. } | Step::Delete { .. } | Step::Release => Observed::AsWanted,
        })
    }

    fn write(&mut self, work: Work<'_>, step: &Step) -> Result<()> {
        self.writes += 1;
        let manifest = work.manifest()?;
        let mut store = self.store.lock().unwrap();
        match step {
            Step::Upload { upload } => {
                let upload = work.upload(*upload)?;
                let bytes = std::fs::read(hearthcast_library::files::path(&self.media_root, &upload.sha256)).unwrap();
                store.write(&upload.key, bytes);
            }
            Step::Claim if !store.objects.contains_key(&version_key(manifest.version)) => {
                store.claims.entry(manifest.version).or_default().push(manifest.fence.clone());
                store.write(&version_key(manifest.version), manifest.fence.clone().into_bytes());
            }
            Step::FeedCopy => store.write(&copy_key(manifest.version), work.payload.feed.clone().into_bytes()),
            Step::Document { document } => {
                let document = &work.payload.documents[*document];
                store.write(&document.key, document.text.clone().into_bytes());
            }
            Step::Drop { key } => store.remove(key),
            Step::Switch => store.write(FEED, work.payload.feed.clone().into_bytes()),
            _ => {}
        }
        Ok(())
    }
}

impl Destination for Simulated {
    async fn observe(&mut self, work: Work<'_>, step: &Step) -> Result<Observed> {
        let fault = self.next();
        match fault {
            Fault::KillBefore => self.killed.die().await,
            Fault::Fails => return Err(offline()),
            Fault::Delay => tokio::task::yield_now().await,
            _ => {}
        }
        let seen = self.look(work, step, fault == Fault::OldRead)?;
        if let (Fault::Rots, Step::Upload { upload }) = (fault, step) {
            let key = &work.upload(*upload)?.key;
            let mut store = self.store.lock().unwrap();
            if !store.feed().contains(key.as_str()) {
                store.write(key, b"rotten".to_vec());
                // No look can show the good bytes any more: against that no reading back would help.
                store.before.remove(key);
            }
        }
        match fault {
            Fault::KillAfter => self.killed.die().await,
            Fault::Swallowed => Err(offline()),
            _ => Ok(seen),
        }
    }

    async fn perform(&mut self, work: Work<'_>, step: &Step) -> Result<()> {
        let fault = self.next();
        match fault {
            Fault::KillBefore => self.killed.die().await,
            Fault::Fails => return Err(offline()),
            Fault::Lost => return Ok(()),
            Fault::Delay => tokio::task::yield_now().await,
            _ => {}
        }
        self.write(work, step)?;
        match fault {
            Fault::KillAfter => self.killed.die().await,
            Fault::Swallowed => Err(offline()),
            _ => Ok(()),
        }
    }

    fn writes(&self) -> u64 {
        self.writes
    }

    fn verified(&self) -> Vec<String> {
        vec![]
    }
}

fn offline() -> Error {
    Error::new(Code::TargetOffline, "The simulated store does not answer.")
}

fn version_key(version: u64) -> String {
    format!("feeds/lantern-tide/v/{version:08}.json")
}

fn copy_key(version: u64) -> String {
    format!("feeds/lantern-tide/v/{version:08}.xml")
}
