//! The bundled server as the destination of a publication. What it is not: it decides no order and keeps no journal.

use crate::destination::{Destination, Observed, Work};
use crate::files::Files;
use crate::line::Line;
use crate::names::key;
use crate::plan::lies_elsewhere;
use crate::push;
use crate::remote::LOOKS;
use crate::sending::{self, Outgoing};
use crate::transfer::on_its_way;
use hearthcast_fetch::header::HeaderMap;
use hearthcast_fetch::{HttpMethod, HttpStatus};
use hearthcast_library::{Library, files};
use hearthcast_model::error::Retry;
use hearthcast_model::hash::Hasher;
use hearthcast_model::manifest::Manifest;
use hearthcast_model::place::Target;
use hearthcast_model::plan::{Step, Upload};
use hearthcast_model::probe::Abilities;
use hearthcast_model::rule::AudioMode;
use hearthcast_model::{Code, Error, Result};
use hearthcast_protocol::hello::OpenedStorage;
use hearthcast_protocol::media::MEDIA_PATH;
use hearthcast_protocol::publish::{self, CurrentVersion, PublishAnswer, PublishRequest, VERSION_PATH};
use hearthcast_storage::Place;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A server during a publication.
pub struct ServerDestination<'a> {
    line: Line,
    library: &'a Library,
    target: &'a Target,
    progress: crate::ProgressSink,
    pushed: bool,
    /// Publications in a row that were not answered.
    unanswered: u32,
    writes: u64,
    verified: Vec<String>,
    /// Sound that lies in storages beside the server, and their addresses.
    outside: Option<(Files<'a>, BTreeSet<String>)>,
    /// Storages that the server has a key to, as far as it was asked.
    keys: Option<Vec<OpenedStorage>>,
}

impl<'a> ServerDestination<'a> {
    /// A publication over `line`.
    pub fn new(line: Line, library: &'a Library, target: &'a Target, progress: crate::ProgressSink) -> Self {
        Self {
            line,
            library,
            target,
            progress,
            pushed: false,
            unanswered: 0,
            writes: 0,
            verified: vec![],
            outside: None,
            keys: None,
        }
    }

    /// The same, with storages for the sound: `place` leads to all of them, `stores` says what they can do.
    pub fn with_stores(self, place: Arc<dyn Place>, stores: BTreeMap<String, Abilities>) -> Self {
        let addresses = stores.keys().cloned().collect();
        let progress = self.progress.clone();
        let files = Files::new(place, self.library, self.target, Abilities::default(), stores, progress);
        Self { outside: Some((files, addresses)), ..self }
    }

    /// The storage of a file that does not lie on the server.
    fn storage_of(&mut self, name: &str) -> Result<Option<&mut Files<'a>>> {
        let key = key(name)?;
        let Some(base) = key.split().0 else { return Ok(None) };
        match &mut self.outside {
            Some((files, addresses)) if addresses.contains(base) => Ok(Some(files)),
            _ => Err(Error::new(Code::TargetInvalid, format!("Nothing here says what lies behind {base}."))
                .hint("Set the rule again: hearthcast target rule")
                .about("target", self.target.name.clone())),
        }
    }

    /// Asks the server which storages it has a key to, before the first file is verified that lies in one: what it opens need
    /// not be public, and what it is to send it must be able to open.
    async fn ask_for_keys(&mut self, file: &Upload, mode: AudioMode) -> Result<()> {
        let key = key(&file.key)?;
        let Some(base) = key.split().0.filter(|_| mode != AudioMode::Direct) else { return Ok(()) };
        if self.keys.is_none() {
            self.keys = Some(push::hello(&self.line, self.library).await?.storages);
        }
        let keys = self.keys.clone().unwrap_or_default();
        if mode == AudioMode::Serve && !keys.iter().any(|known| known.address == base) {
            let what = format!("\"{}\" is to send the sound from {base}, and has no key to it.", self.target.name);
            return Err(Error::new(Code::TargetRefused, what)
                .hint("Give the server the storage ([storage.NAME] in its settings), or let listeners be led there: --mode redirect.")
                .retry(Retry::AfterAction)
                .about("target", self.target.name.clone()));
        }
        if let Some((files, _)) = &mut self.outside {
            let opened = keys.into_iter().filter(|known| known.signed || mode == AudioMode::Serve);
            files.opened_by_server(opened.map(|known| known.address));
        }
        Ok(())
    }

    async fn has(&self, upload: &Upload) -> Result<Observed> {
        let answer =
            self.line.send_again(HttpMethod::HEAD, &format!("{MEDIA_PATH}/{}", upload.sha256), &[], None).await?;
        match answer.status {
            HttpStatus::OK => {
                let length = number(&answer.headers, "content-length");
                Ok(if length == Some(upload.bytes) { Observed::AsWanted } else { Observed::Other })
            }
            HttpStatus::NOT_FOUND => Ok(Observed::Before),
            _ => Err(self.line.refusal(&answer)),
        }
    }

    async fn upload(&mut self, work: Work<'_>, upload: &Upload) -> Result<()> {
        let path = files::path(self.library.root(), &upload.sha256);
        let file = Outgoing { sha256: &upload.sha256, bytes: upload.bytes, mime: &upload.mime, path, mark: None };
        let progress = &self.progress;
        let told = |done| progress(on_its_way("upload", work.plan, upload, done));
        sending::send(&self.line, &file, work.cancel, &told, &mut self.writes).await
    }

    async fn current(&self) -> Result<CurrentVersion> {
        self.line.get(&format!("{VERSION_PATH}/{}/version", self.target.show)).await
    }

    async fn published(&self, work: Work<'_>) -> Result<Observed> {
        let current = self.current().await?;
        let wanted = work.manifest()?;
        Ok(match current.manifest {
            Some(found) if found.fence == wanted.fence => Observed::AsWanted,
            _ if current.version == wanted.parent && current.epoch == wanted.epoch => Observed::Before,
            _ => Observed::Other,
        })
    }

    async fn publish(&mut self, work: Work<'_>) -> Result<()> {
        let request = PublishRequest {
            manifest: work.manifest()?.clone(),
            show: work.payload.show.clone().without_workshop(),
            episodes: work.payload.episodes.clone(),
            facts: work.payload.facts.clone(),
            feed: work.plan.restores().then(|| work.payload.feed.clone()),
            audio: work.payload.audio,
            paths: work.payload.paths.clone(),
        };
        self.writes += 1;
        let tried = self.line.post_once(publish::PATH, &request).await?;
        if let Some(asked) = tried.may_pass
            && self.unanswered + 1 < LOOKS
            && self.line.patience().again(self.unanswered + 1, asked).await
        {
            // It may have been done; the machine looks, and knows then.
            self.unanswered += 1;
            return Ok(());
        }
        let answer = tried.outcome?;
        // A conflict is looked at again by the machine, which knows whether the other one is us.
        if answer.status == HttpStatus::CONFLICT
            && serde_json::from_slice::<publish::PublishConflict>(&answer.body).is_ok()
        {
            return Ok(());
        }
        self.line.read::<PublishAnswer>(answer).map(|_| ())
    }

    /// Reads the feed as a listener does, and asks for every new file's length.
    async fn verify_public(&mut self, work: Work<'_>) -> Result<Observed> {
        let current = self.current().await?;
        let wanted = work.manifest()?;
        if current.manifest.is_none_or(|found| found.fence != wanted.fence) {
            // A later version replaced ours, which the machine saw public; or the server lost it.
            return Ok(if current.version > wanted.version { Observed::AsWanted } else { Observed::Other });
        }
        // A server with another writer serves its own bytes for the same records, and says which.
        let served = current.feed_sha256.unwrap_or_else(|| wanted.feed.sha256.clone());
        let mut hasher = Hasher::new();
        let answer = self.line.public(HttpMethod::GET, &work.plan.feed_url, |piece| hasher.update(piece)).await?;
        if answer.status != HttpStatus::OK || hasher.finish() != served {
            return Ok(Observed::Other);
        }
        self.verified.push(work.plan.feed_url.clone());
        // What comes later is here, and no listener gets it before its time.
        let waits = |upload: &&Upload| work.plan.scheduled.iter().any(|s| Some(&s.episode) == upload.episode.as_ref());
        let own = work.plan.uploads.iter().filter(|upload| !waits(upload) && !lies_elsewhere(&upload.key));
        for upload in own {
            let url = self.public_url(upload);
            self.verify_file(upload, &url).await?;
            self.verified.push(url);
        }
        Ok(Observed::AsWanted)
    }

    async fn verify_file(&self, upload: &Upload, url: &str) -> Result<()> {
        let answer = self.line.public(HttpMethod::HEAD, url, |_| ()).await?;
        if answer.status == HttpStatus::OK && number(&answer.headers, "content-length") == Some(upload.bytes) {
            return Ok(());
        }
        Err(Error::new(
            Code::TargetMismatch,
            format!("{url} is in the feed, but does not answer with the right length."),
        )
        .hint("Look at the server, and at what stands between it and listeners; then publish again.")
        .retry(Retry::Later)
        .about("target", self.target.name.clone()))
    }

    /// The address listeners get a file from (DESIGN §6.5). A key's last part is its file name.
    fn public_url(&self, upload: &Upload) -> String {
        let base = self.target.base_url.as_deref().unwrap_or(self.line.origin()).trim_end_matches('/');
        let name = upload.key.rsplit('/').next().unwrap_or_default();
        format!("{base}/m/{}/{name}", upload.sha256)
    }
}

/// What is public at a server now: the feed as listeners get it, and its manifest.
pub async fn public_now(line: &Line, target: &Target) -> Result<Option<(Vec<u8>, Option<Manifest>)>> {
    let current: CurrentVersion = line.get(&format!("{VERSION_PATH}/{}/version", target.show)).await?;
    if current.version == 0 {
        return Ok(None);
    }
    let mut feed = vec![];
    let answer = line.public(HttpMethod::GET, &current.feed_url, |piece| feed.extend_from_slice(piece)).await?;
    Ok((answer.status == HttpStatus::OK).then_some((feed, current.manifest)))
}

impl Destination for ServerDestination<'_> {
    async fn observe(&mut self, work: Work<'_>, step: &Step) -> Result<Observed> {
        match step {
            // What the author edits while this runs is pushed another time.
            Step::Push if self.pushed || push::nothing_to_push(self.library, self.target).await? => {
                Ok(Observed::AsWanted)
            }
            Step::Push => Ok(Observed::Before),
            Step::Upload { upload } => {
                let file = work.upload(*upload)?;
                match self.storage_of(&file.key)? {
                    Some(files) => files.stored(file).await,
                    None => self.has(file).await,
                }
            }
            Step::Verify { upload } => {
                let file = work.upload(*upload)?;
                self.ask_for_keys(file, work.payload.audio).await?;
                let Some(files) = self.storage_of(&file.key)? else { return self.has(file).await };
                let (seen, url) = files.verify(file).await?;
                if seen == Observed::AsWanted && !self.verified.contains(&url) {
                    self.verified.push(url);
                }
                Ok(seen)
            }
            Step::Switch => self.published(work).await,
            Step::VerifyFeed => self.verify_public(work).await,
            Step::Delete { file } => {
                let file = work.deleted(*file)?;
                match self.storage_of(&file.key)? {
                    Some(files) => files.gone(file).await,
                    // A server keeps its own files.
                    None => Ok(Observed::AsWanted),
                }
            }
            Step::Document { .. } | Step::VerifyDocument { .. } | Step::Drop { .. } => Ok(Observed::AsWanted),
            Step::FeedCopy | Step::Claim | Step::Fetch { .. } | Step::Release => Ok(Observed::AsWanted),
        }
    }

    async fn perform(&mut self, work: Work<'_>, step: &Step) -> Result<()> {
        match step {
            Step::Push => {
                push::hello(&self.line, self.library).await?;
                self.writes += push::push(&self.line, self.library, self.target).await?;
                self.pushed = true;
                Ok(())
            }
            Step::Upload { upload } => {
                let file = work.upload(*upload)?;
                match self.storage_of(&file.key)? {
                    Some(files) => files.send(work, file).await,
                    None => self.upload(work, file).await,
                }
            }
            Step::Switch => self.publish(work).await,
            Step::Delete { file } => {
                let file = work.deleted(*file)?;
                match self.storage_of(&file.key)? {
                    Some(files) => files.delete(file).await,
                    None => Ok(()),
                }
            }
            Step::Verify { .. }
            | Step::VerifyFeed
            | Step::Document { .. }
            | Step::VerifyDocument { .. }
            | Step::Drop { .. }
            | Step::FeedCopy
            | Step::Claim
            | Step::Fetch { .. }
            | Step::Release => Ok(()),
        }
    }

    fn writes(&self) -> u64 {
        self.writes
    }

    fn verified(&self) -> Vec<String> {
        self.verified.clone()
    }
}

pub(crate) fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name).and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok())
}
