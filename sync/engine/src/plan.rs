//! The plan of a publication: a pure function of records and of what the target has.

pub(crate) mod ahead;
mod guarding;
mod rewriting;

use crate::documents::Document;
use crate::layout::{Laid, Layout, address, collisions, feed_key};
use crate::payload::Payload;
use crate::published::PublishedFeed;
use crate::versions::files_only_in;
use crate::{diff, documents, feed_diff, sentence};
use ahead::{needs_this_computer, waits_for_its_time};
use guarding::Guarding;
use hearthcast_feed::urls::{UrlMap, server_urls_with};
use hearthcast_feed::{FeedInput, Item, RENDERER, podcast_guid, render_all};
use hearthcast_model::directories::Verifying;
use hearthcast_model::facts::MediaKind;
use hearthcast_model::manifest::{self, FeedObject, Manifest, Object};
use hearthcast_model::place::{Location, Role, Target};
use hearthcast_model::plan::{Change, Plan, Release, Scheduled, Step, Upload};
use hearthcast_model::record::{Body, to_value};
use hearthcast_model::rule::{AudioMode, FileKind, Sound};
use hearthcast_model::show::Attachment;
use hearthcast_model::visible::{due, released_by};
use hearthcast_model::{
    Code, DeviceId, Episode, EpisodeId, Error, MediaFacts, PublicationId, Record, Result, Sha256, Show,
};
use hearthcast_protocol::publish::ReleasedEpisode;
use hearthcast_storage::StorageKey;
use rewriting::Rewriting;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Everything a plan is made from.
#[derive(Debug, Clone)]
pub struct PlanInput<'a> {
    /// Fresh id of the publication.
    pub publication: PublicationId,
    /// This laptop.
    pub device: &'a DeviceId,
    /// Where to.
    pub target: &'a Target,
    /// The show's record.
    pub show: &'a Record<Show>,
    /// All records of the show's episodes, deleted ones too.
    pub episodes: &'a [Record<Episode>],
    /// Facts of all files the records name.
    pub facts: &'a HashMap<Sha256, MediaFacts>,
    /// Files that are not on this disk.
    pub absent: &'a BTreeSet<Sha256>,
    /// The version this laptop last published there.
    pub current: Option<&'a Manifest>,
    /// Highest version number ever claimed there, as far as it is known.
    pub highest_version: u64,
    /// Now, Unix milliseconds.
    pub now_ms: i64,
    /// Release only these episodes; empty means all pending changes.
    pub only: &'a [EpisodeId],
    /// Episodes that the target was given before their time, with its current version.
    pub handed: &'a [Scheduled],
    /// Every name that was ever published there, with its content. Only a target with rules has to know them.
    pub taken: &'a BTreeMap<String, Sha256>,
    /// Gives public files the names that the rules of today give, instead of those they have.
    pub lay_anew: bool,
    /// What somebody typed, who means that apps lose what they know published episodes by.
    pub confirmed: Option<&'a str>,
}

impl PlanInput<'_> {
    /// The moment the feed is made for. A clock that was set back takes nothing from listeners that they have seen.
    pub fn as_of_ms(&self) -> i64 {
        self.current.map_or(self.now_ms, |manifest| manifest.effective_at.max(self.now_ms))
    }

    /// The files that lie at the target already; their names stay.
    fn there(&self) -> impl Iterator<Item = &Object> {
        let objects = self.current.iter().flat_map(|manifest| &manifest.objects);
        objects.chain(self.handed.iter().flat_map(|handed| &handed.objects))
    }
}

/// A plan and what it sends.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// For people, and for the machine.
    pub plan: Plan,
    /// For the target.
    pub payload: Payload,
    /// The pages behind the feed, oldest first, also where the target cuts them by itself: for the comparison only.
    pub pages: Vec<Vec<u8>>,
}

/// Makes the plan. Fails only when the feed cannot be written at all; everything a person can mend is a blocker in the plan.
pub fn plan(input: &PlanInput) -> Result<Planned> {
    announcing(input, None)
}

/// Like [`plan`], with a feed that says that it is here now, for a show that moves in from elsewhere.
pub fn announced(input: &PlanInput) -> Result<Planned> {
    let slug = input.show.released.as_ref().map_or(&input.show.body.slug, |released| &released.slug);
    announcing(input, Some(&feed_url(input.target, slug)))
}

/// Like [`plan`], with a feed that says where it is now, for a show that moves.
pub(crate) fn announcing(input: &PlanInput, new_feed_url: Option<&str>) -> Result<Planned> {
    let next = Next::of(input, new_feed_url)?;
    let layout = Layout::of(input.target, &next.show.slug, input.there().filter(|_| !input.lay_anew))?;
    let as_of_ms = input.as_of_ms();
    let complete = || next.episodes.iter().filter(|e| e.body.is_complete());
    let public: Vec<&ReleasedEpisode> = complete().filter(|e| released_by(&e.body, as_of_ms)).collect();
    // Files of what comes later go up now. Anybody may read the list of a static place, so it names them at their time.
    let with_later: Vec<&ReleasedEpisode> =
        complete().filter(|e| released_by(&e.body, as_of_ms) || waits_for_its_time(&e.body, as_of_ms)).collect();
    let sent = layout.files(&next.show, &with_later)?;
    let files = match input.target.location {
        Location::Server { .. } => sent.clone(),
        _ => layout.files(&next.show, &public)?,
    };
    let urls = urls(input.target, &next.show, &layout, &sent, next.episodes.iter().map(|one| (&one.id, &one.body)));
    let audio = effective_mode(input.target, sent.iter().map(|one| one.key.as_str()));
    let mut blockers = missing_files(input, &next, &sent);
    if !layout.is_usual() {
        blockers.extend(collisions(&sent, input.taken, &feed_key(input.target, &next.show.slug)));
    }
    blockers.extend(unknown_addresses(input));
    // A show may be published ahead of its first episode's time: its feed is there, and has no item until then.
    if with_later.is_empty() && input.current.is_none() {
        blockers.push(nothing_to_publish(&next.show));
    }
    blockers.extend(ticked_in_vain(input));
    let guarding = Guarding::of(input, &next, &layout)?;
    blockers.extend(guarding.refused.clone());
    let (feed, documents, pages) = match rendered(&next, input, &urls, as_of_ms) {
        Ok(written) => written,
        Err(error) => {
            blockers.push(error);
            Default::default()
        }
    };
    let facts = sent.iter().filter_map(|one| input.facts.get(&one.file.hash).cloned()).collect();
    let payload = Payload {
        feed,
        show: next.show.clone(),
        episodes: next.episodes.clone(),
        facts,
        audio,
        paths: input.target.paths.clone(),
        documents,
    };
    Draft { input, layout, next, urls, files, sent, blockers, guarding, payload, pages }.finish()
}

impl Planned {
    /// Adds what listeners will see tag by tag, compared with the feed that is public now.
    pub fn compared_with(mut self, public: Option<&PublishedFeed>) -> Self {
        // What only waits to be confirmed is shown, too.
        let confirmable = self.plan.confirm.is_some() && self.plan.blockers.len() == 1;
        if !self.plan.is_empty() || confirmable {
            self.plan.feed = public.and_then(|feed| feed_diff::compare(feed, &self.feed()));
        }
        self
    }

    /// The feed with its pages, as listeners will find it.
    pub fn feed(&self) -> PublishedFeed {
        PublishedFeed { first: self.payload.feed.clone().into_bytes(), pages: self.pages.clone() }
    }
}

/// The records as the public shall see them.
struct Next {
    show: Show,
    episodes: Vec<ReleasedEpisode>,
    releases: Vec<Release>,
    changes: Vec<Change>,
}

impl Next {
    fn of(input: &PlanInput, new_feed_url: Option<&str>) -> Result<Self> {
        let mut next =
            Self { show: released_show(input, new_feed_url), episodes: vec![], releases: vec![], changes: vec![] };
        let show = next.show.clone();
        let seen_there = input.current.and(input.show.released.as_ref());
        next.note(input.show, &show.title, seen_there, Some(&show))?;
        for record in input.episodes {
            next.episode(record, input)?;
        }
        Ok(next)
    }

    fn episode(&mut self, record: &Record<Episode>, input: &PlanInput) -> Result<()> {
        let released =
            if takes_part(record, input) { released_episode(record, input) } else { record.released.clone() };
        let title = released.as_ref().map_or(record.body.title.as_str(), |e| e.title.as_str());
        let (seen, changes) = (input.seen(record, released.as_ref()), self.changes.len());
        self.note(record, title, seen, released.as_ref())?;
        if self.changes.len() > changes
            && let Some(change) = self.changes.pop()
        {
            self.changes.push(input.later(seen, released.as_ref(), change));
        }
        if let (Some(body), Some(id)) = (released, EpisodeId::parse(&record.id)) {
            self.episodes.push(ReleasedEpisode { id, body });
        }
        Ok(())
    }

    /// Notes what becomes released, and what will be seen of it where `seen` was seen before.
    fn note<T: Body>(&mut self, record: &Record<T>, title: &str, seen: Option<&T>, released: Option<&T>) -> Result<()> {
        if released != record.released.as_ref() {
            let body = released.map(to_value).transpose()?;
            self.releases.push(Release {
                table: T::TABLE,
                id: record.id.clone(),
                from_hash: record.hash.clone(),
                body,
            });
        }
        // Where nothing was ever published, everything is new to listeners.
        self.changes.extend(diff::changed(T::TABLE, &record.id, title, seen, released)?);
        Ok(())
    }
}

/// What the public shall see of an episode that takes part; `None` withdraws it. Its address and the names of its files are
/// frozen once listeners see it, and a time that was published is not taken away. Its guid changes only when that is confirmed.
fn released_episode(record: &Record<Episode>, input: &PlanInput) -> Option<Episode> {
    // Handed over before its time and not ready any more: it is taken back.
    if record.deleted_ms.is_some() || record.body.draft || !record.body.is_complete() {
        return None;
    }
    let mut body = record.body.clone();
    if let Some(before) = record.released.as_ref().filter(|_| input.public(record)) {
        body.slug.clone_from(&before.slug);
        body.publish_at_ms = body.publish_at_ms.or(before.publish_at_ms);
        keep_names(body.files_mut(), before.files());
    }
    body.publish_at_ms.get_or_insert(input.now_ms);
    Some(body)
}

/// A published file keeps the name it has; only other content may bring another one.
fn keep_names<'a>(files: impl Iterator<Item = &'a mut Attachment>, before: impl Iterator<Item = &'a Attachment>) {
    let published: Vec<&Attachment> = before.collect();
    for file in files {
        if let Some(before) = published.iter().find(|before| before.hash == file.hash && before.ext == file.ext) {
            file.name.clone_from(&before.name);
        }
    }
}

/// Whether this publication may change what the public sees of an episode.
fn takes_part(record: &Record<Episode>, input: &PlanInput) -> bool {
    let ready = record.deleted_ms.is_some() || not_ready(record, input).is_none();
    ticked(record, input) && record.pending() && ready
}

fn ticked(record: &Record<Episode>, input: &PlanInput) -> bool {
    input.only.is_empty() || input.only.iter().any(|id| id.as_str() == record.id)
}

/// Why an episode cannot be released now. What was handed over before its time can always be taken back.
fn not_ready(record: &Record<Episode>, input: &PlanInput) -> Option<&'static str> {
    let (episode, public) = (&record.body, input.public(record));
    match episode {
        _ if waits_too_long(episode, public, input) => Some("its time has not come"),
        _ if record.released.is_some() && !public => None,
        _ if episode.draft => Some("it is a draft"),
        _ if episode.is_complete() => None,
        _ if episode.is_post() => Some("it has no title"),
        _ => Some("it has no audio"),
    }
}

/// Whether an episode's time has not come and it cannot be handed over before: listeners have it already, or they were
/// shown what comes after that time before the clock was set back.
fn waits_too_long(episode: &Episode, public: bool, input: &PlanInput) -> bool {
    let to_come = episode.publish_at_ms.is_some() && !due(episode.publish_at_ms, input.now_ms);
    to_come && !episode.draft && (public || due(episode.publish_at_ms, input.as_of_ms()))
}

fn released_show(input: &PlanInput, new_feed_url: Option<&str>) -> Show {
    let ticked = input.only.is_empty() || input.show.released.is_none();
    let mut show = match &input.show.released {
        Some(released) if !ticked => released.clone(),
        _ => input.show.body.clone(),
    };
    if let Some(released) = &input.show.released {
        show.slug.clone_from(&released.slug);
        show.podcast_guid = released.podcast_guid.clone().or(show.podcast_guid);
        // Only a move says where the feed is now.
        show.new_feed_url.clone_from(&released.new_feed_url);
        show.new_variants_url.clone_from(&released.new_variants_url);
        keep_names(show.files_mut(), released.files());
    }
    // The time is over in which a directory sends its code there.
    let over = |verifying: &Verifying| verifying.until_ms <= input.as_of_ms();
    if show.verifying.as_ref().is_some_and(over) {
        show.verifying = None;
    }
    if show.podcast_guid.is_none() && input.target.role == Role::Primary {
        show.podcast_guid = Some(podcast_guid(&feed_url(input.target, &show.slug)));
    }
    if let Some(url) = new_feed_url {
        show.new_feed_url = url.into();
        show.new_variants_url = documents::variants_url(input.target, &show.slug);
    }
    show
}

/// The record with nothing pending: what the public sees stands in the place of what the author works on.
pub fn as_released<T: Body>(record: &mut Record<T>) {
    if let Some(released) = &record.released {
        record.body = released.clone();
        record.deleted_ms = None;
    }
}

/// The feed, what is put beside it, and its pages, oldest first.
type Written = (String, Vec<Document>, Vec<Vec<u8>>);

/// The feed, and what belongs to it.
fn rendered(next: &Next, input: &PlanInput, urls: &UrlMap, as_of_ms: i64) -> Result<Written> {
    let items: Vec<Item> = next.episodes.iter().map(|e| Item { id: &e.id, episode: &e.body }).collect();
    let feed = FeedInput { show: &next.show, items: &items, facts: input.facts, urls, as_of_ms };
    let mut all = render_all(&feed)?;
    let feed = String::from_utf8(std::mem::take(&mut all.feed))
        .map_err(|_| Error::new(Code::Internal, "The feed writer made something that is not UTF-8."))?;
    let pages = all.pages.iter().map(|page| page.bytes.clone()).collect();
    Ok((feed, documents::of(input.target, &next.show.slug, all)?, pages))
}

/// The address of a show's feed at a target.
pub fn feed_url(target: &Target, slug: &str) -> String {
    match &target.location {
        Location::Server { origin } => {
            let base = target.base_url.as_deref().unwrap_or(origin).trim_end_matches('/');
            format!("{base}/podcasts/{slug}/rss/")
        }
        _ => address(target, &feed_key(target, slug)),
    }
}

/// The address of one published file at a target.
pub fn object_url(target: &Target, object: &Object) -> String {
    match (&target.location, StorageKey::parse(&object.key)) {
        (Location::Server { .. }, Some(key)) if key.split().0.is_some() => address(target, &key),
        (Location::Server { origin }, _) => {
            let base = target.base_url.as_deref().unwrap_or(origin).trim_end_matches('/');
            let name = object.key.rsplit('/').next().unwrap_or_default();
            format!("{base}/m/{}/{name}", object.sha256)
        }
        (_, Some(key)) => address(target, &key),
        (location, None) => format!("{}{}", location.public_url().unwrap_or_default(), object.key),
    }
}

/// The addresses of everything at a target; `laid` are the files that rules may have given names of their own.
pub(crate) fn urls<'a>(
    target: &Target,
    show: &Show,
    layout: &Layout,
    laid: &[Laid],
    episodes: impl Iterator<Item = (&'a EpisodeId, &'a Episode)>,
) -> UrlMap {
    let mut urls = match (&target.location, target.location.public_url()) {
        (Location::Server { origin }, _) => {
            let elsewhere = laid.iter().filter(|one| lies_elsewhere(&one.key));
            let sound = Sound {
                mode: effective_mode(target, laid.iter().map(|one| one.key.as_str())),
                elsewhere: elsewhere.map(|one| (one.file.hash.clone(), one.key.clone())).collect(),
            };
            return server_urls_with(target.base_url.as_deref().unwrap_or(origin), show, &sound, episodes);
        }
        (_, public_url) => {
            let public_url = public_url.unwrap_or_default();
            let urls = UrlMap::by_rule(feed_url(target, &show.slug), public_url, |url, file| {
                url.push_str(&StorageKey::of(file).to_string());
            });
            documents::beside(urls, public_url, &show.slug)
        }
    };
    if !layout.is_usual() {
        for one in laid {
            urls.extend_with(&one.file, || StorageKey::parse(&one.key).map(|key| address(target, &key)));
        }
    }
    urls
}

/// What tells one table of older paths from another.
pub(crate) fn hash_of_paths(target: &Target) -> Option<Sha256> {
    let text = serde_json::to_vec(&target.paths).ok()?;
    (!target.paths.is_empty()).then(|| Sha256::of(&text))
}

/// Whether a key names another storage than the place's own.
pub(crate) fn lies_elsewhere(key: &str) -> bool {
    key.contains("//")
}

/// How listeners get the sound, with files of these keys. Where no rule says how it is reached (any more), the server leads to
/// what lies in a storage: it may have no key to it.
pub fn effective_mode<'a>(target: &Target, mut keys: impl Iterator<Item = &'a str>) -> AudioMode {
    let said = target.rule(FileKind::Audio).and_then(|rule| rule.mode);
    match said {
        None if keys.any(lies_elsewhere) => AudioMode::Redirect,
        mode => mode.unwrap_or_default(),
    }
}

/// What is at the target already. Looked up, not searched: a long show has a hundred thousand files.
struct There<'a>(HashSet<(&'a str, &'a Sha256)>);

impl<'a> There<'a> {
    fn of(input: &'a PlanInput) -> Self {
        Self(input.there().map(|object| (object.key.as_str(), &object.sha256)).collect())
    }

    fn has(&self, one: &Laid) -> bool {
        self.holds(&one.key, &one.file.hash)
    }

    fn holds(&self, key: &str, sha256: &Sha256) -> bool {
        self.0.contains(&(key, sha256))
    }
}

/// The plan before its steps are laid out.
struct Draft<'a> {
    input: &'a PlanInput<'a>,
    layout: Layout<'a>,
    next: Next,
    urls: UrlMap,
    /// Files that the version names.
    files: Vec<Laid>,
    /// Files that have to be in place: those, and those of what comes later.
    sent: Vec<Laid>,
    blockers: Vec<Error>,
    guarding: Guarding,
    payload: Payload,
    pages: Vec<Vec<u8>>,
}

impl Draft<'_> {
    fn finish(self) -> Result<Planned> {
        let objects: Vec<Object> = self.files.iter().filter_map(|one| self.object(one)).collect();
        let there = There::of(self.input);
        let scheduled = self.scheduled()?;
        let named = documents::named(&self.payload.documents);
        let feed = self.payload.feed_sha256();
        let shown = self.input.current.is_some_and(|m| m.feed.sha256 == feed && m.documents == named)
            || (self.blockers.is_empty() && self.shown_by_itself()?);
        let known = hash_of_paths(self.input.target);
        let same = shown
            && self.input.current.is_some_and(|m| m.objects == objects && m.paths == known)
            && self.handed_already(&scheduled);
        let idle = (same && self.next.releases.is_empty()) || !self.blockers.is_empty();
        let another_way = !same && self.heard_another_way();
        let looked_at = |one: &&Laid| !there.has(one) || (another_way && lies_elsewhere(&one.key));
        let looked_at = self.sent.iter().filter(looked_at);
        let uploads: Vec<Upload> =
            looked_at.filter_map(|one| Some(upload(self.object(one)?, one.cache.clone()))).collect();
        let steps = if idle { vec![] } else { steps(&self.input.target.location, uploads.len()) };
        let before = self.input.current.map_or(&[][..], |manifest| &manifest.documents);
        let steps = documents::woven(steps, &self.payload.documents, before);
        let bytes_to_send = uploads.iter().filter(|u| !there.holds(&u.key, &u.sha256)).map(|u| u.bytes).sum();
        let rewriting = Rewriting::of(self.input.current, &self.payload.feed).filter(|_| self.blockers.is_empty());
        let told = sentence::Told {
            changes: &self.next.changes,
            bytes: bytes_to_send,
            nothing: idle && self.blockers.is_empty(),
            releases: !self.next.releases.is_empty(),
            rewritten_by: rewriting.as_ref().map(Rewriting::by),
            same_files: self.input.current.is_some_and(|m| m.objects == objects),
            scheduled: &scheduled,
            needs_this_computer: needs_this_computer(&self.input.target.location, &scheduled),
            late_by_ms: self.late_by_ms(),
        };
        let sentence = sentence::of(told);
        let manifest = (!idle).then(|| self.manifest(objects, named));
        let unreferenced = match (self.input.current, &manifest) {
            (Some(current), Some(next)) => files_only_in(current, next),
            _ => vec![],
        };
        let mut changes = self.next.changes;
        if let Some(rewriting) = rewriting {
            rewriting.tell(&mut changes, &self.input.show.id, &self.next.show.title);
        }
        let plan = Plan {
            v: 1,
            publication: self.input.publication.clone(),
            show: self.input.target.show.clone(),
            target: self.input.target.id.clone(),
            sentence,
            changes,
            uploads,
            bytes_to_send,
            releases: self.next.releases,
            manifest,
            steps,
            feed_url: self.urls.feed,
            blockers: self.blockers,
            feed: None,
            unreferenced,
            conflict: None,
            needs_this_computer: needs_this_computer(&self.input.target.location, &scheduled),
            scheduled,
            moves: None,
            confirm: self.guarding.refused.and_then(|refused| refused.subject).map(|word| word.id),
            consequences: self.guarding.guarded.consequences,
            deletes: None,
        };
        Ok(Planned { plan, payload: self.payload, pages: self.pages })
    }

    /// Whether sound that lies in a storage is to be heard on another way than when it was looked at: nobody knows whether
    /// listeners get it on this one.
    fn heard_another_way(&self) -> bool {
        self.way().is_some()
            && self.input.current.is_some_and(|current| {
                let elsewhere = current.objects.iter().any(|object| lies_elsewhere(&object.key));
                elsewhere && current.audio != Some(self.payload.audio)
            })
    }

    fn object(&self, one: &Laid) -> Option<Object> {
        let facts = self.input.facts.get(&one.file.hash)?;
        Some(object_of(one.key.clone(), facts, one.episode.as_ref()))
    }

    /// The history the version belongs to: the server's, or the one begun by a folder's first publication.
    fn epoch(&self) -> String {
        let known = self.input.target.server_epoch.clone().or_else(|| self.input.current.map(|m| m.epoch.clone()));
        known.unwrap_or_else(|| self.input.publication.to_string())
    }

    /// How sound is heard that lies in a storage beside a server.
    fn way(&self) -> Option<AudioMode> {
        let server = matches!(self.input.target.location, Location::Server { .. });
        let elsewhere = self.sent.iter().any(|one| lies_elsewhere(&one.key));
        (server && elsewhere).then_some(self.payload.audio)
    }

    fn manifest(&self, objects: Vec<Object>, documents: Vec<FeedObject>) -> Manifest {
        let parent = self.input.current.map_or(0, |m| m.version);
        let slug = &self.next.show.slug;
        let feed = feed_key(self.input.target, slug);
        let ruled = feed != StorageKey::Feed(slug.clone());
        Manifest {
            format: manifest::FORMAT,
            show: self.input.target.show.clone(),
            epoch: self.epoch(),
            version: parent.max(self.input.highest_version) + 1,
            parent,
            effective_at: self.input.as_of_ms(),
            device: self.input.device.clone(),
            fence: self.input.publication.to_string(),
            renderer: RENDERER,
            feed: FeedObject {
                key: feed.to_string(),
                sha256: self.payload.feed_sha256(),
                bytes: self.payload.feed.len() as u64,
            },
            objects,
            documents,
            restores: None,
            slug: ruled.then(|| slug.clone()),
            paths: hash_of_paths(self.input.target),
            audio: self.way(),
        }
    }
}

fn upload(object: Object, cache: Option<String>) -> Upload {
    let Object { key, sha256, bytes, mime, episode, .. } = object;
    Upload { key, sha256, bytes, mime, episode, cache }
}

/// A file as a version names it.
pub(crate) fn object_of(key: String, facts: &MediaFacts, episode: Option<&EpisodeId>) -> Object {
    let kind = match facts.kind {
        MediaKind::Audio => "audio",
        MediaKind::Image => "image",
        MediaKind::Text => "text",
        MediaKind::Font => "font",
    };
    let (sha256, mime) = (facts.sha256.clone(), facts.mime.clone());
    Object { key, sha256, bytes: facts.size_bytes, mime, kind: kind.into(), episode: episode.cloned() }
}

/// The effects in their only right order: files, each read back, then the version, and the feed last. The version is claimed
/// before its copy of the feed is written, so that another laptop's copy is never written over.
fn steps(location: &Location, uploads: usize) -> Vec<Step> {
    let files =
        (0..uploads).map(|upload| Step::Upload { upload }).chain((0..uploads).map(|upload| Step::Verify { upload }));
    match location {
        Location::Folder { .. } | Location::Bucket { .. } | Location::Remote(_) => {
            files.chain([Step::Claim, Step::FeedCopy, Step::Switch, Step::VerifyFeed, Step::Release]).collect()
        }
        Location::Server { .. } => {
            std::iter::once(Step::Push).chain(files).chain([Step::Switch, Step::VerifyFeed, Step::Release]).collect()
        }
    }
}

fn nothing_to_publish(show: &Show) -> Error {
    Error::new(Code::PublishIncomplete, format!("\"{}\" has no episode that can be published yet.", show.title))
        .hint("Add an episode with audio that is not a draft. It may have a later date: then the feed is there without it until then.")
        .about("show", show.slug.clone())
}

/// Files that would have to be sent and are not here, or that nothing is known about.
fn missing_files(input: &PlanInput, next: &Next, files: &[Laid]) -> Vec<Error> {
    let there = There::of(input);
    let missing = files.iter().filter(|one| {
        let sendable = !input.absent.contains(&one.file.hash) || there.has(one);
        !(sendable && input.facts.contains_key(&one.file.hash))
    });
    missing.map(|one| absent(next, one.episode.as_ref())).collect()
}

/// Addresses of public files that no rule here knows: another laptop's rules gave them.
fn unknown_addresses(input: &PlanInput) -> Option<Error> {
    let known: BTreeSet<String> = input.target.bases().map(|base| base.url).collect();
    let base_of = |object: &Object| StorageKey::parse(&object.key)?.split().0.map(str::to_string);
    let unknown = input.there().filter_map(base_of).find(|base| !known.contains(base))?;
    let what = format!("Files of \"{}\" lie at {unknown}, and no rule here says what is behind it.", input.target.name);
    let hint = "Another computer has that rule. Set the same one here: hearthcast target rule";
    Some(Error::new(Code::TargetInvalid, what).hint(hint).about("target", input.target.name.clone()))
}

fn absent(next: &Next, owner: Option<&EpisodeId>) -> Error {
    let episode = owner.and_then(|id| next.episodes.iter().find(|e| e.id == *id));
    let (what, kind, id) = match episode {
        Some(episode) => (format!("A file of \"{}\"", episode.body.title), "episode", episode.id.to_string()),
        None => (format!("The cover of \"{}\"", next.show.title), "show", next.show.slug.clone()),
    };
    Error::new(Code::MediaAbsent, format!("{what} is not on this disk."))
        .hint("Connect the disk with the media, or add the file again.")
        .about(kind, id)
}

/// The author ticked pending episodes, and none of them can be released.
fn ticked_in_vain(input: &PlanInput) -> Option<Error> {
    let pending = || input.episodes.iter().filter(|record| ticked(record, input) && record.pending());
    if input.only.is_empty() || pending().any(|record| takes_part(record, input)) {
        return None;
    }
    let record = pending().next()?;
    let why = not_ready(record, input)?;
    let what = format!("\"{}\" cannot be published: {why}.", record.body.title);
    Some(Error::new(Code::PublishIncomplete, what).about("episode", record.id.clone()))
}
