//! The plan of a publication: a pure function of records and of what the target has.

mod rewriting;

use crate::payload::Payload;
use crate::versions::files_only_in;
use crate::{diff, feed_diff, sentence};
use hearthcast_feed::urls::{UrlMap, server_urls};
use hearthcast_feed::{FeedInput, Item, RENDERER, podcast_guid, render};
use hearthcast_model::facts::MediaKind;
use hearthcast_model::manifest::{self, FeedObject, Manifest, Object};
use hearthcast_model::place::{Location, Role, Target};
use hearthcast_model::plan::{Change, Plan, Release, Step, Upload};
use hearthcast_model::record::{Body, to_value};
use hearthcast_model::show::Attachment;
use hearthcast_model::visible::{due, released_by};
use hearthcast_model::{
    Code, DeviceId, Episode, EpisodeId, Error, MediaFacts, PublicationId, Record, Result, Sha256, Show,
};
use hearthcast_protocol::publish::ReleasedEpisode;
use hearthcast_storage::StorageKey;
use rewriting::Rewriting;
use std::collections::{BTreeMap, BTreeSet, HashSet};

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
    pub facts: &'a BTreeMap<Sha256, MediaFacts>,
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
}

impl PlanInput<'_> {
    /// The moment the feed is made for. A clock that was set back takes nothing from listeners that they have seen.
    pub fn as_of_ms(&self) -> i64 {
        self.current.map_or(self.now_ms, |manifest| manifest.effective_at.max(self.now_ms))
    }
}

/// A plan and what it sends.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// For people, and for the machine.
    pub plan: Plan,
    /// For the target.
    pub payload: Payload,
}

/// Makes the plan. Fails only when the feed cannot be written at all; everything a person can mend is a blocker in the plan.
pub fn plan(input: &PlanInput) -> Result<Planned> {
    let next = Next::of(input)?;
    let urls = urls(input.target, &next.show);
    let public: Vec<&ReleasedEpisode> =
        next.episodes.iter().filter(|e| e.body.audio.is_some() && released_by(&e.body, input.as_of_ms())).collect();
    let files = files(&next.show, &public);
    let mut blockers = missing_files(input, &next, &files);
    if public.is_empty() && input.current.is_none() {
        blockers.push(nothing_to_publish(&next.show));
    }
    blockers.extend(ticked_in_vain(input));
    let feed = match render_feed(&next, input, &urls) {
        Ok(feed) => feed,
        Err(error) => {
            blockers.push(error);
            String::new()
        }
    };
    let facts = files.iter().filter_map(|(file, _)| input.facts.get(&file.hash).cloned()).collect();
    let payload = Payload { feed, show: next.show.clone(), episodes: next.episodes.clone(), facts };
    let draft = Draft { input, next, urls, files, blockers, payload };
    Ok(draft.finish())
}

impl Planned {
    /// Adds what listeners will see tag by tag, compared with the feed that is public now.
    pub fn compared_with(mut self, public: Option<&[u8]>) -> Self {
        if !self.plan.is_empty() {
            self.plan.feed = public.and_then(|feed| feed_diff::compare(feed, self.payload.feed.as_bytes()));
        }
        self
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
    fn of(input: &PlanInput) -> Result<Self> {
        let mut next = Self { show: released_show(input), episodes: vec![], releases: vec![], changes: vec![] };
        let show = next.show.clone();
        next.note(input.show, &show.title, Some(&show), input)?;
        for record in input.episodes {
            next.episode(record, input)?;
        }
        Ok(next)
    }

    fn episode(&mut self, record: &Record<Episode>, input: &PlanInput) -> Result<()> {
        let released =
            if takes_part(record, input) { released_episode(record, input.now_ms) } else { record.released.clone() };
        let title = released.as_ref().map_or(record.body.title.as_str(), |e| e.title.as_str());
        self.note(record, title, released.as_ref(), input)?;
        if let (Some(body), Some(id)) = (released, EpisodeId::parse(&record.id)) {
            self.episodes.push(ReleasedEpisode { id, body });
        }
        Ok(())
    }

    /// Notes what becomes released, and what listeners at this target will see of it.
    fn note<T: Body>(
        &mut self,
        record: &Record<T>,
        title: &str,
        released: Option<&T>,
        input: &PlanInput,
    ) -> Result<()> {
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
        let seen_there = input.current.and(record.released.as_ref());
        self.changes.extend(diff::changed(T::TABLE, &record.id, title, seen_there, released)?);
        Ok(())
    }
}

/// What the public shall see of an episode that takes part; `None` withdraws it. Its guid, its address, the names of its
/// files and the time it was published at are frozen by the first publication.
fn released_episode(record: &Record<Episode>, now_ms: i64) -> Option<Episode> {
    if record.deleted_ms.is_some() {
        return None;
    }
    let mut body = record.body.clone();
    if let Some(before) = &record.released {
        body.guid.clone_from(&before.guid);
        body.slug.clone_from(&before.slug);
        body.publish_at_ms = body.publish_at_ms.or(before.publish_at_ms);
        keep_names(files_of(&mut body), before.files());
    }
    body.publish_at_ms.get_or_insert(now_ms);
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

/// What [`Episode::files`] lists, to be changed.
fn files_of(episode: &mut Episode) -> impl Iterator<Item = &mut Attachment> {
    let pictures = episode.image.iter_mut().chain(episode.image_sizes.iter_mut().map(|size| &mut size.file));
    let transcripts = episode.transcripts.iter_mut().map(|transcript| &mut transcript.file);
    episode.audio.iter_mut().chain(pictures).chain(&mut episode.chapters_file).chain(transcripts)
}

/// Whether this publication may change what the public sees of an episode.
fn takes_part(record: &Record<Episode>, input: &PlanInput) -> bool {
    let ready = record.deleted_ms.is_some() || not_ready(&record.body, input.now_ms).is_none();
    ticked(record, input) && record.pending() && ready
}

fn ticked(record: &Record<Episode>, input: &PlanInput) -> bool {
    input.only.is_empty() || input.only.iter().any(|id| id.as_str() == record.id)
}

/// Why an episode cannot be released now.
fn not_ready(episode: &Episode, now_ms: i64) -> Option<&'static str> {
    match episode {
        _ if episode.draft => Some("it is a draft"),
        _ if episode.audio.is_none() => Some("it has no audio"),
        _ if waits(episode, now_ms) => Some("its time has not come"),
        _ => None,
    }
}

/// Whether the author chose a time that has not come.
fn waits(episode: &Episode, now_ms: i64) -> bool {
    episode.publish_at_ms.is_some() && !due(episode.publish_at_ms, now_ms)
}

fn released_show(input: &PlanInput) -> Show {
    let ticked = input.only.is_empty() || input.show.released.is_none();
    let mut show = match &input.show.released {
        Some(released) if !ticked => released.clone(),
        _ => input.show.body.clone(),
    };
    if let Some(released) = &input.show.released {
        show.slug.clone_from(&released.slug);
        show.podcast_guid = released.podcast_guid.clone().or(show.podcast_guid);
        let sizes = show.cover_sizes.iter_mut().map(|size| &mut size.file);
        keep_names(show.cover.iter_mut().chain(sizes), released.files());
    }
    if show.podcast_guid.is_none() && input.target.role == Role::Primary {
        show.podcast_guid = Some(podcast_guid(&feed_url(input.target, &show.slug)));
    }
    show
}

fn render_feed(next: &Next, input: &PlanInput, urls: &UrlMap) -> Result<String> {
    let items: Vec<Item> = next.episodes.iter().map(|e| Item { id: &e.id, episode: &e.body }).collect();
    let feed = FeedInput { show: &next.show, items: &items, facts: input.facts, urls, as_of_ms: input.as_of_ms() };
    let bytes = render(&feed)?;
    String::from_utf8(bytes)
        .map_err(|_| Error::new(Code::Internal, "The feed writer made something that is not UTF-8."))
}

/// Files that are public with the feed, each with its episode (`None` for the show's own).
pub(crate) fn files(show: &Show, public: &[&ReleasedEpisode]) -> Vec<(Attachment, Option<EpisodeId>)> {
    let of_show = show.files().map(|file| (file.clone(), None));
    let own = public.iter().flat_map(|e| e.body.files().map(|file| (file.clone(), Some(e.id.clone()))));
    let mut seen = BTreeSet::new();
    of_show.chain(own).filter(|(file, _)| seen.insert(StorageKey::of(file))).collect()
}

/// The address of a show's feed at a target.
pub fn feed_url(target: &Target, slug: &str) -> String {
    match (&target.location, target.location.public_url()) {
        (Location::Server { origin }, _) => {
            let base = target.base_url.as_deref().unwrap_or(origin).trim_end_matches('/');
            format!("{base}/podcasts/{slug}/rss/")
        }
        (_, public_url) => format!("{}{}", public_url.unwrap_or_default(), StorageKey::Feed(slug.to_string())),
    }
}

/// The address of one published file at a target.
pub fn object_url(target: &Target, object: &Object) -> String {
    match (&target.location, target.location.public_url()) {
        (Location::Server { origin }, _) => {
            let base = target.base_url.as_deref().unwrap_or(origin).trim_end_matches('/');
            let name = object.key.rsplit('/').next().unwrap_or_default();
            format!("{base}/m/{}/{name}", object.sha256)
        }
        (_, public_url) => format!("{}{}", public_url.unwrap_or_default(), object.key),
    }
}

/// The addresses of everything at a target.
pub(crate) fn urls(target: &Target, show: &Show) -> UrlMap {
    match (&target.location, target.location.public_url()) {
        (Location::Server { origin }, _) => server_urls(target.base_url.as_deref().unwrap_or(origin), show),
        (_, public_url) => {
            UrlMap::by_rule(feed_url(target, &show.slug), public_url.unwrap_or_default(), |url, file| {
                url.push_str(&StorageKey::of(file).to_string());
            })
        }
    }
}

/// What is at the target already. Looked up, not searched: a long show has a hundred thousand files.
struct There<'a>(HashSet<(&'a str, &'a Sha256)>);

impl<'a> There<'a> {
    fn of(current: Option<&'a Manifest>) -> Self {
        let objects = current.iter().flat_map(|manifest| &manifest.objects);
        Self(objects.map(|object| (object.key.as_str(), &object.sha256)).collect())
    }

    fn has(&self, file: &Attachment) -> bool {
        self.0.contains(&(StorageKey::of(file).to_string().as_str(), &file.hash))
    }
}

/// The plan before its steps are laid out.
struct Draft<'a> {
    input: &'a PlanInput<'a>,
    next: Next,
    urls: UrlMap,
    files: Vec<(Attachment, Option<EpisodeId>)>,
    blockers: Vec<Error>,
    payload: Payload,
}

impl Draft<'_> {
    fn finish(self) -> Planned {
        let objects: Vec<Object> =
            self.files.iter().filter_map(|(file, episode)| self.object(file, episode.as_ref())).collect();
        let there = There::of(self.input.current);
        let uploads: Vec<Upload> = self
            .files
            .iter()
            .filter(|(file, _)| !there.has(file))
            .filter_map(|(file, episode)| self.object(file, episode.as_ref()))
            .map(|o| Upload { key: o.key, sha256: o.sha256, bytes: o.bytes, mime: o.mime, episode: o.episode })
            .collect();
        let same =
            self.input.current.is_some_and(|m| m.feed.sha256 == self.payload.feed_sha256() && m.objects == objects);
        let idle = (same && self.next.releases.is_empty()) || !self.blockers.is_empty();
        let steps = if idle { vec![] } else { steps(&self.input.target.location, uploads.len()) };
        let bytes_to_send = uploads.iter().map(|u| u.bytes).sum();
        let rewriting =
            Rewriting::of(self.input.current, &self.payload.feed_sha256()).filter(|_| self.blockers.is_empty());
        let told = sentence::Told {
            changes: &self.next.changes,
            bytes: bytes_to_send,
            nothing: idle && self.blockers.is_empty(),
            releases: !self.next.releases.is_empty(),
            rewritten_by: rewriting.as_ref().map(Rewriting::by),
            same_files: self.input.current.is_some_and(|m| m.objects == objects),
        };
        let sentence = sentence::of(told);
        let manifest = (!idle).then(|| self.manifest(objects));
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
        };
        Planned { plan, payload: self.payload }
    }

    fn object(&self, file: &Attachment, episode: Option<&EpisodeId>) -> Option<Object> {
        let facts = self.input.facts.get(&file.hash)?;
        let kind = match facts.kind {
            MediaKind::Audio => "audio",
            MediaKind::Image => "image",
            MediaKind::Text => "text",
        };
        Some(Object {
            key: StorageKey::of(file).to_string(),
            sha256: file.hash.clone(),
            bytes: facts.size_bytes,
            mime: facts.mime.clone(),
            kind: kind.into(),
            episode: episode.cloned(),
        })
    }

    /// The history the version belongs to: the server's, or the one begun by a folder's first publication.
    fn epoch(&self) -> String {
        let known = self.input.target.server_epoch.clone().or_else(|| self.input.current.map(|m| m.epoch.clone()));
        known.unwrap_or_else(|| self.input.publication.to_string())
    }

    fn manifest(&self, objects: Vec<Object>) -> Manifest {
        let parent = self.input.current.map_or(0, |m| m.version);
        let slug = self.next.show.slug.clone();
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
                key: StorageKey::Feed(slug).to_string(),
                sha256: self.payload.feed_sha256(),
                bytes: self.payload.feed.len() as u64,
            },
            objects,
            restores: None,
        }
    }
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
        .hint("Add an episode with audio that is not a draft; one with a later date waits for it.")
        .about("show", show.slug.clone())
}

/// Files that would have to be sent and are not here, or that nothing is known about.
fn missing_files(input: &PlanInput, next: &Next, files: &[(Attachment, Option<EpisodeId>)]) -> Vec<Error> {
    let there = There::of(input.current);
    let missing = files.iter().filter(|(file, _)| {
        let sendable = !input.absent.contains(&file.hash) || there.has(file);
        !(sendable && input.facts.contains_key(&file.hash))
    });
    missing.map(|(_, owner)| absent(next, owner.as_ref())).collect()
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
    let why = not_ready(&record.body, input.now_ms)?;
    let what = format!("\"{}\" cannot be published: {why}.", record.body.title);
    Some(Error::new(Code::PublishIncomplete, what).about("episode", record.id.clone()))
}
