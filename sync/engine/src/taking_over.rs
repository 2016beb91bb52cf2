//! The plans that take a show over where somebody else's program serves it, under the same address. Pure.
//!
//! [`take_over`] notes what is there as version 1: the foreign feed byte for byte, and those of the show's files that lie
//! there already, with the names they have. Nothing that listeners get is written. [`first_of_ours`] then compares the first
//! publication with that feed and asks for a word, because apps read our feed in the place of the other one from there on.

use crate::feed_tree::FeedTree;
use crate::guard_feeds::{ask, told};
use crate::layout::{Laid, Layout, feed_key};
use crate::payload::Payload;
use crate::plan::{Planned, effective_mode, feed_url, object_of};
use crate::published::PublishedFeed;
use crate::sentence::amount;
use hearthcast_model::manifest::{self, FeedObject, Manifest, Object};
use hearthcast_model::place::{Location, Target};
use hearthcast_model::plan::{Plan, Release, Step};
use hearthcast_model::record::{Body, to_value};
use hearthcast_model::{
    Code, DeviceId, Episode, EpisodeId, Error, MediaFacts, PublicationId, Record, Result, Sha256, Show,
};
use hearthcast_protocol::publish::ReleasedEpisode;
use hearthcast_storage::StorageKey;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A file that lies at the place, and is known to hold this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its name there.
    pub key: String,
    /// What it holds.
    pub sha256: Sha256,
    /// The episode whose feed item named it; `None` for the show's own.
    pub episode: Option<EpisodeId>,
}

/// Everything the plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct TakeOverInput<'a> {
    /// Fresh id of the publication.
    pub publication: &'a PublicationId,
    /// This laptop.
    pub device: &'a DeviceId,
    /// The place, with the rule that names its feed.
    pub target: &'a Target,
    /// The show's record.
    pub show: &'a Record<Show>,
    /// All records of the show's episodes, deleted ones too.
    pub episodes: &'a [Record<Episode>],
    /// Facts of all files the records name.
    pub facts: &'a HashMap<Sha256, MediaFacts>,
    /// What lies there.
    pub found: &'a [Found],
    /// The feed that listeners get there.
    pub feed: &'a str,
    /// Highest version number ever claimed there, as far as it is known.
    pub highest_version: u64,
    /// The version this laptop knows there: the foreign feed as it was when the show was taken over before; 0 for none.
    pub parent: u64,
    /// Now, Unix milliseconds.
    pub now_ms: i64,
}

/// The plan that notes what is there.
pub fn take_over(input: &TakeOverInput) -> Result<Planned> {
    let slug = &input.show.body.slug;
    let tree = FeedTree::read(input.feed.as_bytes());
    let guids: BTreeSet<&str> = tree.iter().flat_map(|tree| &tree.items).map(|item| item.guid.as_str()).collect();
    let public = |record: &&Record<Episode>| {
        record.deleted_ms.is_none() && !record.body.draft && guids.contains(seen(record).guid.as_str())
    };
    let records: Vec<&Record<Episode>> = input.episodes.iter().filter(public).collect();
    let blocker = refused(input, tree.as_ref(), records.len());
    let released = |record: &&Record<Episode>| {
        Some(ReleasedEpisode { id: EpisodeId::parse(&record.id)?, body: seen(record).clone() })
    };
    let episodes: Vec<ReleasedEpisode> = records.iter().filter_map(released).collect();
    let objects = objects(input, &episodes)?;
    let kept: u64 = objects.iter().map(|object| object.bytes).sum();
    let mut plan = Plan {
        sentence: format!(
            "\"{}\" is taken over where it is: {} ({}) keep name and address, and nothing is sent. Listeners notice nothing before the first publication.",
            input.show.body.title,
            count(objects.len()),
            amount(kept)
        ),
        feed_url: feed_url(input.target, slug),
        ..Plan::empty(input.publication.clone(), input.target.show.clone(), input.target.id.clone())
    };
    let used: BTreeSet<&Sha256> = objects.iter().map(|object| &object.sha256).collect();
    let facts = used.into_iter().filter_map(|hash| input.facts.get(hash).cloned()).collect();
    match blocker {
        Some(blocker) => {
            plan.sentence.clone_from(&blocker.message);
            plan.blockers.push(blocker);
        }
        None => {
            // What is public elsewhere stays as it is there: taking over releases nothing that its author only prepares.
            plan.releases.extend(release(input.show)?);
            for record in &records {
                plan.releases.extend(release(record)?);
            }
            plan.manifest = Some(noted(input, objects));
            plan.steps = vec![Step::Claim, Step::FeedCopy, Step::VerifyFeed, Step::Release];
        }
    }
    let payload = Payload {
        feed: input.feed.into(),
        show: seen(input.show).clone(),
        episodes,
        facts,
        audio: effective_mode(input.target, std::iter::empty()),
        paths: vec![],
        documents: vec![],
    };
    Ok(Planned { plan, payload, pages: vec![] })
}

/// What keeps the show from being taken over there.
fn refused(input: &TakeOverInput, tree: Option<&FeedTree>, shared: usize) -> Option<Error> {
    let name = &input.target.name;
    let no = |code, what: String, hint: &str| Some(Error::new(code, what).hint(hint).about("target", name.clone()));
    if matches!(input.target.location, Location::Server { .. }) {
        let what = "A Hearthcast server writes its feeds itself, under addresses of its own.".to_string();
        return no(
            Code::TargetInvalid,
            what,
            "Move the show there; older addresses are led on: hearthcast target paths",
        );
    }
    let url = feed_url(input.target, &input.show.body.slug);
    let Some(tree) = tree else {
        let what = format!("What lies at {url} is no feed.");
        return no(Code::TargetInvalid, what, "Name the address that listeners subscribe to: --feed URL");
    };
    if shared == 0 {
        let what = format!(
            "What lies at {url} is another show (\"{}\") than \"{}\": no episode is the same.",
            tree.title, input.show.body.title
        );
        return no(Code::Taken, what, "Import the show from that address first, or name another one: --feed URL");
    }
    None
}

/// The show's files that lie there, by the names they have.
fn objects(input: &TakeOverInput, episodes: &[ReleasedEpisode]) -> Result<Vec<Object>> {
    let layout = Layout::of(input.target, &input.show.body.slug, std::iter::empty())?;
    let laid = layout.files(&input.show.body, &episodes.iter().collect::<Vec<_>>())?;
    let mut by_content: HashMap<&Sha256, Vec<&Found>> = HashMap::new();
    for found in input.found {
        by_content.entry(&found.sha256).or_default().push(found);
    }
    let mut objects: BTreeMap<String, Object> = BTreeMap::new();
    for one in &laid {
        let Some(found) = by_content.get(&one.file.hash).and_then(|all| best(all, one)) else { continue };
        let Some(facts) = input.facts.get(&one.file.hash) else { continue };
        objects.entry(found.key.clone()).or_insert_with(|| object_of(found.key.clone(), facts, one.episode.as_ref()));
    }
    Ok(objects.into_values().collect())
}

/// Of several with one content that of the same episode; only one whose name ends as the file's type says can keep it.
fn best<'a>(all: &[&'a Found], one: &Laid) -> Option<&'a Found> {
    let fits = |found: &&&Found| found.key.rsplit_once('.').is_some_and(|(_, ext)| ext == one.file.ext);
    let own = all.iter().filter(fits).find(|found| found.episode == one.episode);
    own.or_else(|| all.iter().find(fits)).copied()
}

/// What listeners get of a record: what is released, or, where nothing is yet, what was imported.
fn seen<T: Body>(record: &Record<T>) -> &T {
    record.released.as_ref().unwrap_or(&record.body)
}

fn release<T: Body>(record: &Record<T>) -> Result<Option<Release>> {
    if record.released.is_some() {
        return Ok(None);
    }
    let body = Some(to_value(&record.body)?);
    Ok(Some(Release { table: T::TABLE, id: record.id.clone(), from_hash: record.hash.clone(), body }))
}

fn noted(input: &TakeOverInput, objects: Vec<Object>) -> Manifest {
    let slug = &input.show.body.slug;
    let key = feed_key(input.target, slug);
    let ruled = key != StorageKey::Feed(slug.clone());
    Manifest {
        format: manifest::FORMAT,
        show: input.target.show.clone(),
        epoch: input.publication.to_string(),
        version: input.highest_version + 1,
        parent: input.parent,
        effective_at: input.now_ms,
        device: input.device.clone(),
        fence: input.publication.to_string(),
        renderer: manifest::SOMEBODY_ELSE,
        feed: FeedObject {
            key: key.to_string(),
            sha256: Sha256::of(input.feed.as_bytes()),
            bytes: input.feed.len() as u64,
        },
        objects,
        documents: vec![],
        restores: None,
        slug: ruled.then(|| slug.clone()),
        paths: None,
        audio: None,
    }
}

/// Nothing to be done by itself where another program's feed is what listeners get.
pub fn waits(publication: &PublicationId, target: &Target, show: &Show) -> Planned {
    let plan = Plan {
        sentence: format!("The feed at \"{}\" is another program's; its first publication waits for you.", target.name),
        feed_url: feed_url(target, &show.slug),
        ..Plan::empty(publication.clone(), target.show.clone(), target.id.clone())
    };
    let payload = Payload {
        feed: String::new(),
        show: show.clone(),
        episodes: vec![],
        facts: vec![],
        audio: effective_mode(target, std::iter::empty()),
        paths: vec![],
        documents: vec![],
    };
    Planned { plan, payload, pages: vec![] }
}

/// The first publication over somebody else's feed: what apps make of the difference, and the word that has to be typed.
pub fn first_of_ours(mut planned: Planned, foreign: &[u8], slug: &str, typed: Option<&str>) -> Planned {
    if planned.plan.is_empty() && planned.plan.confirm.is_none() {
        return planned;
    }
    let ours = planned.feed();
    told(&mut planned.plan, &PublishedFeed::alone(foreign), &ours);
    let url = planned.plan.feed_url.clone();
    let why = format!(
        "Listeners get the feed at {url} as another program wrote it. From now on Hearthcast writes it, and apps notice what is different."
    );
    let how = format!("hearthcast publish {slug}");
    ask(&mut planned.plan, slug, typed, &why, &how);
    planned
}

fn count(files: usize) -> String {
    if files == 1 { "1 file".into() } else { format!("{files} files") }
}
