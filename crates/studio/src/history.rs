//! The versions of a published show: listed, looked at as of a version or a day, compared. Changes nothing that is public.

use crate::Studio;
use crate::read::show_id;
use hearthcast_engine::documents::Document;
use hearthcast_engine::history::{Since, as_of, look, look_at_server, pages_written, rebuild, since};
use hearthcast_engine::line::Line;
use hearthcast_engine::plan::feed_url;
use hearthcast_engine::published::PublishedFeed;
use hearthcast_engine::versions::{Sight, between};
use hearthcast_library::history::{self, Kept};
use hearthcast_library::target;
use hearthcast_model::history::{History, Known, Told, VersionDiff, VersionFeed, VersionRow};
use hearthcast_model::manifest::Manifest;
use hearthcast_model::place::{Location, Target};
use hearthcast_model::{Code, Error, Result, Sha256, Show};

impl Studio {
    /// Every published version at a target, newest first. Looks at the place for what this library does not know; where
    /// that does not work, it is said, and what is known here is listed.
    pub async fn history(&self, show: &str, target: Option<&str>) -> Result<History> {
        let record = self.show(show).await?;
        let target = self.choose_target(show, target).await?;
        let slug = record.released.as_ref().map_or(&record.body.slug, |released| &released.slug).clone();
        let unknown = self.complete_history(&target, &slug).await?;
        let versions = history::of_target(self.library(), &target.id).await?;
        let current = target::state(self.library().readers(), &target.id).await?.manifest.map(|m| m.version);
        let mut told = history::told(self.library(), &target.id).await?;
        let rows = versions.iter().map(|kept| self.row(kept, current, told.remove(&kept.manifest.fence))).collect();
        let (show, id, name) = (show_id(&record)?, target.id.clone(), target.name.clone());
        let feed_url = feed_url(&target, &slug);
        Ok(History { show, target: id, target_name: name, feed_url, versions: rows, unknown })
    }

    /// The feed of a version, or as of an instant (Unix milliseconds); its bytes are those that were published.
    pub async fn version_feed(&self, show: &str, target: Option<&str>, which: AsOf) -> Result<VersionFeed> {
        let target = self.known_history(show, target).await?;
        let versions = history::of_target(self.library(), &target.id).await?;
        let kept = match which {
            AsOf::Version(n) => find(&versions, n)?,
            AsOf::Instant(at_ms) => as_of(&versions, at_ms)?,
        };
        let since = match which {
            AsOf::Version(_) => None,
            AsOf::Instant(at_ms) => self.came_since(&target, kept, at_ms).await?,
        };
        let (bytes, released_since) = match since {
            Some(since) => (since.feed, since.titles),
            None => (self.feed_of(kept).await?.ok_or_else(|| not_kept(kept))?, vec![]),
        };
        let (version, at_ms, sha256) = (kept.manifest.version, kept.at_ms, Sha256::of(&bytes));
        let feed = String::from_utf8(bytes).map_err(|_| not_kept(kept))?;
        Ok(VersionFeed { version, at_ms, sha256, feed, released_since })
    }

    /// What a server had made of a version by itself at an instant, as far as it is known here what it was given.
    async fn came_since(&self, target: &Target, kept: &Kept, at_ms: i64) -> Result<Option<Since>> {
        // Nobody saw what is still to come.
        let at_ms = at_ms.min(self.now_ms());
        match history::snapshot(self.library(), kept).await? {
            Some(snapshot) if kept.withdrawn.is_empty() => since(target, kept, &snapshot, at_ms),
            _ => Ok(None),
        }
    }

    /// How two versions differ.
    pub async fn diff_versions(&self, show: &str, target: Option<&str>, from: u64, to: u64) -> Result<VersionDiff> {
        let target = self.known_history(show, target).await?;
        let versions = history::of_target(self.library(), &target.id).await?;
        let (from, to) = (find(&versions, from)?, find(&versions, to)?);
        let (before, after) =
            (history::snapshot(self.library(), from).await?, history::snapshot(self.library(), to).await?);
        let (was, is) =
            (self.published_feed(&target, &from.manifest).await?, self.published_feed(&target, &to.manifest).await?);
        between(
            Sight { kept: from, snapshot: before.as_ref(), feed: was.as_ref() },
            Sight { kept: to, snapshot: after.as_ref(), feed: is.as_ref() },
        )
    }

    /// The target with everything known about its versions, without a person being told what is not.
    pub(crate) async fn known_history(&self, show: &str, target: Option<&str>) -> Result<Target> {
        let record = self.show(show).await?;
        let target = self.choose_target(show, target).await?;
        let Show { slug, .. } = record.released.unwrap_or(record.body);
        let unknown = self.complete_history(&target, &slug).await?;
        unknown.iter().for_each(|sentence| tracing::info!("{sentence}"));
        Ok(target)
    }

    pub(crate) async fn feed_of(&self, kept: &Kept) -> Result<Option<Vec<u8>>> {
        Ok(history::feed(self.library(), &kept.manifest.feed.sha256).await?)
    }

    /// A version's feed with its pages, as far as they are known; `None` where the feed is not kept.
    pub(crate) async fn published_feed(&self, target: &Target, manifest: &Manifest) -> Result<Option<PublishedFeed>> {
        let Some(first) = history::feed(self.library(), &manifest.feed.sha256).await? else { return Ok(None) };
        let feed = PublishedFeed::alone(first);
        if !feed.turns() {
            return Ok(Some(feed));
        }
        let documents = self.documents_of(manifest).await?.unwrap_or_default();
        let feed = feed.with_documents(&documents);
        if !feed.pages.is_empty() {
            return Ok(Some(feed));
        }
        // A server cuts its pages by itself, so they are made again of what the version released.
        let snapshot = match history::get(self.library(), &target.id, manifest.version).await? {
            Some(kept) => history::snapshot(self.library(), &kept).await?,
            None => None,
        };
        let pages = snapshot.map(|snapshot| pages_written(target, manifest, &snapshot)).unwrap_or_default();
        Ok(Some(PublishedFeed { pages, ..feed }))
    }

    /// A version's chapters files for the place, pages and further feeds, byte for byte; `None` where one of them is not kept.
    pub(crate) async fn documents_of(&self, manifest: &Manifest) -> Result<Option<Vec<Document>>> {
        let mut documents = vec![];
        for named in &manifest.documents {
            let kept = history::feed(self.library(), &named.sha256).await?;
            let Some(text) = kept.and_then(|bytes| String::from_utf8(bytes).ok()) else { return Ok(None) };
            documents.push(Document { key: named.key.clone(), text });
        }
        Ok(Some(documents))
    }

    /// Brings the table up to what can be known; returns what cannot, in sentences.
    async fn complete_history(&self, target: &Target, slug: &str) -> Result<Vec<String>> {
        rebuild(self.library(), target).await?;
        let looked = match &target.location {
            Location::Server { .. } => match Line::to(target, self.device_key()?, self.net().await?) {
                Ok(line) => look_at_server(self.library(), target, &line).await,
                Err(error) => Err(error),
            },
            _ => match self.place(target).await {
                Ok(place) => look(self.library(), target, &*place, slug).await.map(|()| true),
                Err(error) => Err(error),
            },
        };
        Ok(match looked {
            Ok(true) => vec![],
            Ok(false) => vec![format!(
                "The server \"{}\" is too old to tell its versions; what this library published there is listed.",
                target.name
            )],
            Err(error) => vec![format!(
                "\"{}\" could not be looked at, so versions from other laptops may be missing: {}",
                target.name, error.message
            )],
        })
    }

    fn row(&self, kept: &Kept, current: Option<u64>, told: Option<Told>) -> VersionRow {
        let manifest = &kept.manifest;
        VersionRow {
            version: manifest.version,
            parent: manifest.parent,
            restores: manifest.restores,
            current: current == Some(manifest.version),
            at_ms: kept.at_ms,
            device: manifest.device.clone(),
            here: manifest.device == *self.library().device(),
            sentence: kept.sentence.clone(),
            told,
            feed_sha256: manifest.feed.sha256.clone(),
            feed_bytes: manifest.feed.bytes,
            files: manifest.objects.len() as u64,
            known: kept.known,
            feed_kept: kept.feed_kept,
            withdrawn: kept.withdrawn.clone(),
            unknown: unknown(kept),
        }
    }
}

/// Which feed is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// That of a version.
    Version(u64),
    /// The one that was public at an instant, Unix milliseconds.
    Instant(i64),
}

/// What is not known of a version.
fn unknown(kept: &Kept) -> Vec<String> {
    let mut sentences = vec![];
    if kept.known == Known::Found {
        sentences.push("It was found at the place: when and why it was published is taken from there.".to_string());
    }
    if !kept.has_records() && kept.withdrawn.is_empty() {
        sentences.push("What it released of each record is not known, so it cannot be brought back.".to_string());
    }
    if !kept.feed_kept && kept.withdrawn.is_empty() {
        sentences.push("Its feed is not kept here and was not found at the place.".to_string());
    }
    sentences
}

pub(crate) fn find(versions: &[Kept], n: u64) -> Result<&Kept> {
    versions.iter().find(|kept| kept.manifest.version == n).ok_or_else(|| {
        Error::not_found("version", &n.to_string()).hint("hearthcast history SHOW lists the versions there are.")
    })
}

fn not_kept(kept: &Kept) -> Error {
    let n = kept.manifest.version;
    let what = match kept.withdrawn.is_empty() {
        true => format!("The feed of version {n} is neither kept here nor at the place."),
        false => format!("The feed of version {n} named an episode that was withdrawn, so it was deleted everywhere."),
    };
    Error::new(Code::NotFound, what).about("version", n.to_string())
}
