//! Takes a show over where somebody else's program serves it: feed and files keep names and addresses, and nothing that lies
//! there is sent again. Killed, it goes on: what was read is noted, and the rest is a publication like any other.

mod look;
mod tell;

use crate::add_target::NewTarget;
use crate::read::show_id;
use crate::work::Work;
use crate::{Asked, Studio};
use hearthcast_engine::apply::{self, TargetLock};
use hearthcast_engine::plan::feed_url;
use hearthcast_engine::published::PublishedFeed;
use hearthcast_engine::taking_over::{TakeOverInput, first_of_ours, take_over};
use hearthcast_engine::{PlanInput, Planned, ProgressSink, feed_key};
use hearthcast_library::import::{self, File};
use hearthcast_library::{episode, target};
use hearthcast_model::manifest::{Manifest, SOMEBODY_ELSE};
use hearthcast_model::place::{Location, Role, Target};
use hearthcast_model::plan::Plan;
use hearthcast_model::rule::{FileKind, Rule};
use hearthcast_model::taking::TakenInPlace;
use hearthcast_model::{Cancel, Code, Episode, Error, JobId, MediaFacts, Record, Result, Sha256, Show};
use hearthcast_storage::folder::is_known;
use hearthcast_storage::{Folder, Place, StorageKey};
use look::{Looked, key_of};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

/// Most bytes read of a feed.
const FEED_LIMIT: u64 = 64 << 20;

/// Where a show is taken over.
#[derive(Debug, Clone, Default)]
pub struct TakeOver {
    /// The place that serves it; one of that name that is known already is used as it is.
    pub target: NewTarget,
    /// The address listeners subscribe to; where it is left out, the one the show was imported from.
    pub feed: Option<String>,
}

impl TakeOver {
    /// At a place that is known by its name.
    pub fn at(name: impl Into<String>, feed: Option<String>) -> Self {
        Self { target: NewTarget { name: name.into(), ..NewTarget::default() }, feed }
    }
}

/// Everything the plans are made from.
struct Taking {
    target: Target,
    show: Record<Show>,
    episodes: Vec<Record<Episode>>,
    facts: HashMap<Sha256, MediaFacts>,
    absent: BTreeSet<Sha256>,
    files: Vec<File>,
    looked: Looked,
    feed: String,
}

impl Studio {
    /// What taking a show over would keep, and what its first publication would change; changes nothing.
    pub async fn plan_take_over(&self, show: &str, wish: TakeOver, cancel: &Cancel) -> Result<TakenInPlace> {
        let target = self.place_to_take(show, wish).await?;
        let quiet: ProgressSink = Arc::new(|_| ());
        let taking = self.taking(show, target, false, cancel, &quiet).await?;
        let planned = self.planned_take_over(&taking).await?;
        let next = self.first_plan(&taking, &planned)?;
        Ok(tell::of(&taking, &planned, 0, next))
    }

    /// Takes a show over. Run again after any interruption, it goes on.
    pub async fn take_over(
        &self,
        show: &str,
        wish: TakeOver,
        cancel: &Cancel,
        progress: ProgressSink,
    ) -> Result<TakenInPlace> {
        let target = self.place_to_take(show, wish).await?;
        let _lock = TargetLock::take(self.library(), &target.id)?;
        if let Some(open) = apply::unfinished(self.library(), &target.id).await? {
            self.apply(&target, &open, cancel, &progress).await?;
        }
        let taking = self.taking(show, target, true, cancel, &progress).await?;
        let known = target::state(self.library().readers(), &taking.target.id).await?.manifest;
        if let Some(known) = known {
            let as_it_was = known.feed.sha256 == Sha256::of(taking.feed.as_bytes());
            if known.renderer != SOMEBODY_ELSE || as_it_was {
                return self.taken_already(&taking, &known).await;
            }
            // The other program wrote its feed anew since: the one of today is what our first publication is compared with.
        }
        let planned = self.planned_take_over(&taking).await?;
        if let Some(blocker) = planned.plan.blockers.first() {
            return Err(blocker.clone());
        }
        let mut tx = self.library().transact().await?;
        tx.put_target(&taking.target).await?;
        self.commit(tx, "target").await?;
        let published = self.publish_planned(&taking.target, &planned, cancel, &progress).await?;
        self.forget_looks(&taking.show.id).await?;
        let next = self.plan(show, Some(&taking.target.name), &[]).await?;
        Ok(tell::of(&taking, &planned, published.version, next))
    }

    /// Begins [`take_over`](Self::take_over) in the background, at a place that is known.
    pub async fn start_take_over(&self, show: &str, target: &str, feed: Option<String>) -> Result<JobId> {
        let target = self.choose_target(show, Some(target)).await?;
        self.begin(Work::TakeOver { show: target.show.to_string(), target: target.id.to_string(), feed }).await
    }

    /// The publication over somebody else's feed, where that is the one at a target now: it is compared with that feed, and asks
    /// for a word of its own, which stands for every other one.
    pub(crate) async fn over_another(&self, input: PlanInput<'_>) -> Result<Planned> {
        let Some(foreign) = self.foreign_feed(input.current).await? else { return hearthcast_engine::plan(&input) };
        let slug = input.show.released.as_ref().map_or(&input.show.body.slug, |released| &released.slug);
        let typed = input.confirmed;
        let mut planned = hearthcast_engine::plan(&PlanInput { confirmed: None, ..input.clone() })?;
        if typed.map(str::trim) == Some(slug.as_str())
            && let Some(inner) = planned.plan.confirm.clone()
        {
            planned = hearthcast_engine::plan(&PlanInput { confirmed: Some(&inner), ..input.clone() })?;
        }
        Ok(first_of_ours(planned, &foreign, slug, typed))
    }

    /// The feed of another program that a version kept; `None` where the version is ours.
    pub(crate) async fn foreign_feed(&self, current: Option<&Manifest>) -> Result<Option<Vec<u8>>> {
        let Some(current) = current.filter(|manifest| manifest.renderer == SOMEBODY_ELSE) else { return Ok(None) };
        Ok(hearthcast_library::history::feed(self.library(), &current.feed.sha256).await?)
    }

    /// The place with the rule that gives the feed the name it has; one that is known and published by us stays as it is.
    async fn place_to_take(&self, show: &str, wish: TakeOver) -> Result<Target> {
        let record = self.show(show).await?;
        let id = show_id(&record)?;
        for other in target::of_show(self.library(), &id).await? {
            let leads = other.role == Role::Primary && other.moved.is_none() && other.name != wish.target.name;
            if leads && target::version(self.library(), &other.id).await? > 0 {
                let what = format!("The show is public at \"{}\" already.", other.name);
                let hint =
                    "Take a show over before it is published elsewhere; from there it is moved: hearthcast target move";
                return Err(Error::new(Code::TargetInvalid, what).hint(hint).about("target", other.name));
            }
        }
        let target = match target::find(self.library(), &wish.target.name).await? {
            Some(known) if known.show == id => known,
            _ => self.made_target(show, NewTarget { role: Role::Primary, ..wish.target }).await?,
        };
        if let Location::Folder { path, .. } = &target.location
            && !Path::new(path).is_dir()
        {
            let what = format!("{path} is not there, so nothing is served from it.");
            return Err(Error::new(Code::TargetInvalid, what).hint("Name the folder that the web server shows."));
        }
        if target::version(self.library(), &target.id).await? > 0 {
            return Ok(target);
        }
        let key = self.feed_to_take(&record, &target, wish.feed.as_deref()).await?;
        if StorageKey::parse(&key) == Some(StorageKey::Feed(record.body.slug.clone())) {
            return Ok(target);
        }
        let rule = Rule { path: Some(key), ..Rule::of(FileKind::Feed) }.checked()?;
        let rules = target.rules.iter().filter(|rule| rule.kind != FileKind::Feed).cloned().chain([rule]).collect();
        Ok(Target { rules, ..target })
    }

    /// The name of the feed at the place: what its address has behind the place's own.
    async fn feed_to_take(&self, show: &Record<Show>, target: &Target, named: Option<&str>) -> Result<String> {
        let Some(public) = target.location.public_url() else {
            return Ok(format!("feeds/{}/feed.xml", show.body.slug));
        };
        let known: Vec<String> = match named {
            Some(named) => vec![named.to_string()],
            None => {
                let sources =
                    import::sources(self.library()).await?.into_iter().filter(|source| source.show == show.id);
                sources.flat_map(|source| std::iter::once(source.source).chain(source.from.also)).collect()
            }
        };
        if let Some(key) = known.iter().find_map(|url| key_of(public, url)) {
            return Ok(key);
        }
        let told = match known.first() {
            None => "Where the feed lies there is not known: the show was not imported from an address.".to_string(),
            Some(url) => format!("The feed {url} does not lie at {public}, or has a name that cannot be kept."),
        };
        Err(Error::new(Code::TargetInvalid, told)
            .hint("Name its address, which begins with the public address of the place: --feed https://…/feed.xml. Where they differ, move the show instead: hearthcast show move")
            .about("target", target.name.clone()))
    }

    /// Looks at everything. `note`: what was read is noted for the next run.
    async fn taking(
        &self,
        show: &str,
        target: Target,
        note: bool,
        cancel: &Cancel,
        progress: &ProgressSink,
    ) -> Result<Taking> {
        let record = self.show(show).await?;
        let id = show_id(&record)?;
        let mut episodes = episode::all(self.library(), &id).await?;
        self.without_withdrawn(&target.show, &mut episodes).await?;
        let (facts, absent) = self.facts_of(&record, &episodes).await?;
        let files = import::files(self.library(), &id).await?;
        let server = matches!(target.location, Location::Server { .. });
        let (feed, looked) = match server {
            true => (String::new(), Looked::default()),
            false => {
                let feed = self.feed_there(&record, &target).await?;
                (feed, self.look(&record, &target, &files, note, cancel, progress).await?)
            }
        };
        Ok(Taking { target, show: record, episodes, facts, absent, files, looked, feed })
    }

    /// The feed that lies there, as it is.
    async fn feed_there(&self, show: &Record<Show>, target: &Target) -> Result<String> {
        let (place, key) = (self.place_there(target).await?, feed_key(target, &show.body.slug));
        let found = place.read(&key, FEED_LIMIT).await?;
        let url = feed_url(target, &show.body.slug);
        let wrong = |what: String, hint: &str| {
            Error::new(Code::TargetInvalid, what).hint(hint).about("target", target.name.clone())
        };
        let (bytes, _) = found.ok_or_else(|| {
            wrong(format!("There is no feed at {url}."), "Name the address that listeners subscribe to: --feed URL")
        })?;
        String::from_utf8(bytes).map_err(|_| {
            wrong(
                format!("The feed at {url} is not written in UTF-8, so it could not be kept byte for byte."),
                "Let the program that writes it write UTF-8, or move the show to a new address.",
            )
        })
    }

    /// The place; a folder that was never published to by us is read as it is.
    async fn place_there(&self, target: &Target) -> Result<Arc<dyn Place>> {
        match &target.location {
            Location::Folder { path, public_url } if !is_known(Path::new(path)) => {
                Ok(Arc::new(Folder::reached_at(Path::new(path), public_url)?))
            }
            _ => self.place(target).await,
        }
    }

    async fn planned_take_over(&self, taking: &Taking) -> Result<Planned> {
        let slug = &taking.show.body.slug;
        let known = target::state(self.library().readers(), &taking.target.id).await?.manifest;
        let parent = known.map_or(0, |manifest| manifest.version);
        let highest_version = self.highest(&taking.target, slug).await?.max(parent);
        take_over(&TakeOverInput {
            publication: &self.fresh_publication(),
            device: self.library().device(),
            target: &taking.target,
            show: &taking.show,
            episodes: &taking.episodes,
            facts: &taking.facts,
            found: &taking.looked.found,
            feed: &taking.feed,
            highest_version,
            parent,
            now_ms: self.now_ms(),
        })
    }

    /// What the first publication after it would be, before anything is done.
    fn first_plan(&self, taking: &Taking, planned: &Planned) -> Result<Plan> {
        let Some(manifest) = &planned.plan.manifest else { return Ok(planned.plan.clone()) };
        let released: BTreeSet<&str> = planned.plan.releases.iter().map(|release| release.id.as_str()).collect();
        let mut show = taking.show.clone();
        show.released.get_or_insert_with(|| show.body.clone());
        let mut episodes = taking.episodes.clone();
        for record in episodes.iter_mut().filter(|record| released.contains(record.id.as_str())) {
            record.released = Some(record.body.clone());
        }
        let next = hearthcast_engine::plan(&PlanInput {
            publication: self.fresh_publication(),
            device: self.library().device(),
            target: &taking.target,
            show: &show,
            episodes: &episodes,
            facts: &taking.facts,
            absent: &taking.absent,
            current: Some(manifest),
            highest_version: manifest.version,
            now_ms: self.now_ms(),
            only: &[],
            handed: &[],
            taken: &BTreeMap::new(),
            lay_anew: false,
            confirmed: None,
        })?;
        let foreign = taking.feed.as_bytes();
        Ok(first_of_ours(next, foreign, &taking.show.body.slug, None)
            .compared_with(Some(&PublishedFeed::alone(foreign)))
            .plan)
    }

    /// What is to be said where it was done before.
    async fn taken_already(&self, taking: &Taking, known: &Manifest) -> Result<TakenInPlace> {
        let next = self.planned(taking.show.body.slug.as_str(), &taking.target, Asked::default().only).await?.plan;
        let kept: u64 = known.objects.iter().map(|object| object.bytes).sum();
        Ok(TakenInPlace {
            target: taking.target.name.clone(),
            feed_url: next.feed_url.clone(),
            version: known.version,
            sentence: format!("\"{}\" publishes the show already.", taking.target.name),
            kept: known.objects.len() as u64,
            kept_bytes: kept,
            read_bytes: 0,
            elsewhere: 0,
            again: vec![],
            blockers: vec![],
            next,
        })
    }
}
