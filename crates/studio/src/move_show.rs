//! Moves a show from one place to another: every file to the new place, the feed there, then the old feed; the old files go
//! when their time of grace is over. Each part is a publication with plan and journal, so a killed move goes on.

use crate::Studio;
use crate::read::show_id;
use crate::work::Work;
use hearthcast_engine::apply::{self, TargetLock};
use hearthcast_engine::documents::{chapters_files, is_lasting, variants_url};
use hearthcast_engine::guard_feeds::ask;
use hearthcast_engine::leaving::needed;
use hearthcast_engine::line::Line;
use hearthcast_engine::moving::{ClearInput, MoveInput, OldFeedInput, clearing, old_feed, relay, relocate};
use hearthcast_engine::server::public_now;
use hearthcast_engine::standing::{self, Elsewhere};
use hearthcast_engine::survey::highest_version;
use hearthcast_engine::{Door, Origin, Planned, ProgressSink, feed_key};
use hearthcast_library::{episode, history, show, target, upload, withdrawal};
use hearthcast_model::manifest::SOMEBODY_ELSE;
use hearthcast_model::manifest::{Manifest, Object};
use hearthcast_model::place::{Location, MovedTo, Target};
use hearthcast_model::plan::{Move, Plan, Published, Step};
use hearthcast_model::{Cancel, Code, Error, JobId, PublicationId, Result, Sha256, Show, ShowId};
use hearthcast_storage::StorageKey;
use std::collections::{BTreeMap, BTreeSet};

/// A day, in milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// How long old files stay when nobody says otherwise, in days: apps and caches ask for a feed at least that often.
pub const GRACE_DAYS: u32 = 30;

impl Studio {
    /// What a move would do; changes nothing.
    pub async fn plan_move(&self, show: &str, from: &str, to: &str, grace_days: u32) -> Result<Plan> {
        let (from, to) = self.both(show, from, to).await?;
        if let Some(open) = apply::unfinished(self.library(), &to.id).await? {
            return Ok(open.plan);
        }
        Ok(asked_move(self.planned_move(&from, &to, grace_days).await?, &to.name, None).plan)
    }

    /// Moves a show; `confirm` is what its plan asks to be typed. Run again after any interruption, it goes on where it stopped; run once more, it writes nothing.
    pub async fn move_show(
        &self,
        show: &str,
        from: &str,
        to: &str,
        (grace_days, confirm): (u32, Option<&str>),
        cancel: &Cancel,
        progress: ProgressSink,
    ) -> Result<Published> {
        let (from, to) = self.both(show, from, to).await?;
        self.not_removed(&from.show).await?;
        let mut published = self.relocated(&from, &to, (grace_days, confirm), cancel, &progress).await?;
        let (from, to) = self.both(show, from.id.as_str(), to.id.as_str()).await?;
        // What was published at the old place while a killed move rested.
        self.follow(&to, cancel, &progress).await?;
        if let Some(old) = self.finish_and_follow(&from, cancel, &progress).await? {
            published.writes += old.writes;
        }
        Ok(published)
    }

    /// Begins [`move_show`](Self::move_show) in the background.
    pub async fn start_move(
        &self,
        show: &str,
        from: &str,
        to: &str,
        (grace_days, confirm): (u32, Option<String>),
    ) -> Result<JobId> {
        let (from, to) = self.both(show, from, to).await?;
        let (show, from, target) = (show.into(), from.id.to_string(), to.id.to_string());
        self.begin(Work::Move { show, from, target, grace_days, confirm }).await
    }

    /// What deleting the files that a move left behind would do; changes nothing.
    pub async fn plan_clear(&self, name: &str) -> Result<Plan> {
        let target = self.target(name).await?;
        if let Some(open) = apply::unfinished(self.library(), &target.id).await? {
            return Ok(open.plan);
        }
        Ok(self.planned_clear(&target).await?.plan)
    }

    /// Deletes the files that a move left behind, once their time of grace is over.
    pub async fn clear_target(&self, name: &str, cancel: &Cancel, progress: &ProgressSink) -> Result<Plan> {
        let target = self.target(name).await?;
        let _lock = TargetLock::take(self.library(), &target.id)?;
        if let Some(open) = apply::unfinished(self.library(), &target.id).await? {
            self.apply(&target, &open, cancel, progress).await?;
            if open.plan.deletes.is_some() {
                return Ok(open.plan);
            }
        }
        let planned = self.planned_clear(&target).await?;
        if let Some(blocker) = planned.plan.blockers.first() {
            return Err(blocker.clone());
        }
        if let (Location::Server { .. }, Some(moved)) = (&target.location, &target.moved) {
            self.send_on(&target, &MovedTo { cleared_ms: Some(self.now_ms()), ..moved.clone() }).await?;
        }
        self.publish_planned(&target, &planned, cancel, progress).await?;
        Ok(planned.plan)
    }

    /// Lets a server that the show left send everybody to where it is now, but who asks for a feed that its author ended. Files
    /// are deleted there as soon as they are said to be cleared. May be repeated.
    pub(crate) async fn send_on(&self, target: &Target, moved: &MovedTo) -> Result<()> {
        let to = target::find(self.library(), moved.to.as_str()).await?.ok_or_else(|| forgotten(target))?;
        let now = self.manifest(&to).await?.ok_or_else(|| forgotten(target))?;
        let here = self.manifest(target).await?.ok_or_else(|| forgotten(target))?;
        let left = self.files_ever_at(target).await?;
        let line = Line::to(target, self.device_key()?, self.net().await?)?;
        let slug = self.released_slug(&target.show).await?;
        let variants = variants_url(&to, &slug);
        let now = Elsewhere {
            to: &to,
            feed_url: &moved.feed_url,
            variants_url: &variants,
            public: &now,
            feed_ended: moved.ended_ms.is_some(),
            files_stay: moved.cleared_ms.is_none(),
        };
        standing::moved(&line, &target.show, here.version, left.values(), now).await
    }

    /// Whether files that a move left behind may go now.
    pub(crate) fn is_to_be_cleared(&self, target: &Target) -> bool {
        let due = |moved: &MovedTo| moved.leaves_files() && moved.keep_until_ms <= self.now_ms();
        let relaid = target.relaid.as_ref().is_some_and(|relaid| relaid.keep_until_ms <= self.now_ms());
        target.moved.as_ref().is_some_and(due) || target.moved.is_none() && relaid
    }

    /// Tells a server that sends askers to a place the show has left since, where it is now.
    pub(crate) async fn send_on_again(&self, target: &Target) -> Result<()> {
        let _lock = TargetLock::take(self.library(), &target.id)?;
        let Some(moved) = &target.moved else { return Ok(()) };
        self.send_on(target, moved).await?;
        let moved = MovedTo { sends_to: Some(moved.feed_url.clone()), ..moved.clone() };
        let mut tx = self.library().transact().await?;
        tx.put_target(&Target { moved: Some(moved), ..target.clone() }).await?;
        self.commit_own(tx).await
    }

    /// Refuses to publish at a place that the show is leaving right now: listeners of the new place would miss it.
    pub(crate) async fn not_leaving(&self, target: &Target) -> Result<()> {
        for other in target::of_show(self.library(), &target.show).await? {
            let open = apply::unfinished(self.library(), &other.id).await?;
            let leaves = |order: &Move| order.from == target.id && other.id != target.id;
            if open.and_then(|open| open.plan.moves).as_ref().is_some_and(leaves) {
                let what = format!("The show is moving from \"{}\" to \"{}\".", target.name, other.name);
                let hint = format!("Finish it first: hearthcast target move SHOW {} {}", target.name, other.name);
                return Err(Error::new(Code::Busy, what).hint(hint).about("target", target.name.clone()));
            }
        }
        Ok(())
    }

    /// The plan for a place that the show left: the feed of the new place, and nothing else.
    pub(crate) async fn planned_old_feed(&self, target: &Target, moved: &MovedTo) -> Result<Planned> {
        let to = target::find(self.library(), moved.to.as_str()).await?.ok_or_else(|| forgotten(target))?;
        let public = self.manifest(&to).await?.ok_or_else(|| forgotten(target))?;
        let feed = history::feed(self.library(), &public.feed.sha256).await?.ok_or_else(|| forgotten(target))?;
        let feed = String::from_utf8(feed).map_err(|_| forgotten(target))?;
        let kept = history::get(self.library(), &to.id, public.version).await?.ok_or_else(|| forgotten(target))?;
        let snapshot = history::snapshot(self.library(), &kept).await?.ok_or_else(|| forgotten(target))?;
        let current = self.manifest(target).await?.ok_or_else(|| forgotten(target))?;
        let variants = self.documents_of(&public).await?.unwrap_or_default();
        let variants: Vec<_> = variants.into_iter().filter(|one| !is_lasting(&one.key)).collect();
        Ok(old_feed(&OldFeedInput {
            publication: &self.fresh_publication(),
            device: self.library().device(),
            target,
            current: &current,
            highest_version: self.highest(target, &snapshot.show.slug).await?,
            public: &public,
            feed: &feed,
            variants: &variants,
            snapshot: &snapshot,
            now_ms: self.now_ms(),
        }))
    }

    /// Where files that are not here are brought from, for a plan that needs some.
    pub(crate) async fn origin(&self, plan: &Plan) -> Result<Option<Origin>> {
        let Some(order) = &plan.moves else { return Ok(None) };
        if !plan.steps.iter().any(|step| matches!(step, Step::Fetch { .. })) {
            return Ok(None);
        }
        let from = self.target(order.from.as_str()).await?;
        Ok(Some(self.origin_at(&from).await?))
    }

    /// Where files of a place are read from.
    pub(crate) async fn origin_at(&self, target: &Target) -> Result<Origin> {
        let door = match &target.location {
            Location::Server { .. } => {
                let line = Line::to(target, self.device_key()?, self.net().await?)?;
                Door::Server(Box::new(line), Box::new(target.clone()), self.stores(target).await?)
            }
            _ => Door::Place(self.place(target).await?),
        };
        // A file may have had several names; the one that is public now is there.
        let handed = target::handed(self.library(), &target.id).await?.into_iter().flat_map(|handed| handed.objects);
        let now = self.manifest(target).await?.into_iter().flat_map(|manifest| manifest.objects);
        let ever = self.files_ever_at(target).await?.into_values();
        Ok(Origin::new(door, ever.chain(handed).chain(now)))
    }

    async fn both(&self, show: &str, from: &str, to: &str) -> Result<(Target, Target)> {
        Ok((self.choose_target(show, Some(from)).await?, self.choose_target(show, Some(to)).await?))
    }

    /// The publication at the new place, unless it is done already.
    async fn relocated(
        &self,
        from: &Target,
        to: &Target,
        (grace_days, confirm): (u32, Option<&str>),
        cancel: &Cancel,
        progress: &ProgressSink,
    ) -> Result<Published> {
        let _leaving = TargetLock::take(self.library(), &from.id)?;
        let _coming = TargetLock::take(self.library(), &to.id)?;
        for target in [from, to] {
            if let Some(open) = apply::unfinished(self.library(), &target.id).await? {
                let finished = self.apply(target, &open, cancel, progress).await?;
                if open.plan.moves.is_some_and(|order| order.from == from.id) {
                    return Ok(finished);
                }
            }
        }
        let (from, to) = (self.target(from.id.as_str()).await?, self.target(to.id.as_str()).await?);
        let url = |slug: &str| hearthcast_engine::plan::feed_url(&to, slug);
        if from.moved.as_ref().is_some_and(|moved| moved.to == to.id) {
            return self.stands(&to, url(&self.released_slug(&to.show).await?)).await;
        }
        let planned = asked_move(self.planned_move(&from, &to, grace_days).await?, &to.name, confirm);
        if let Some(blocker) = planned.plan.blockers.first() {
            return Err(blocker.clone());
        }
        self.publish_planned(&to, &planned, cancel, progress).await
    }

    /// Brings the old place to what the new one says; what is unfinished there comes first.
    async fn finish_and_follow(
        &self,
        target: &Target,
        cancel: &Cancel,
        progress: &ProgressSink,
    ) -> Result<Option<Published>> {
        let finished = self.resume(target, cancel, progress).await?;
        self.follow(target, cancel, progress).await?;
        Ok(finished)
    }

    pub(crate) async fn planned_move(&self, from: &Target, to: &Target, grace_days: u32) -> Result<Planned> {
        let relays = from.id == to.id;
        let record = self.show(from.show.as_str()).await?;
        let mut episodes = episode::all(self.library(), &show_id(&record)?).await?;
        // What was called back moves nowhere, wherever it still stands.
        let withdrawn = withdrawal::of_show(self.library(), &from.show).await?;
        episodes.retain(|record| !withdrawn.iter().any(|one| one.episode.as_str() == record.id));
        let (facts, absent) = self.facts_of(&record, &episodes).await?;
        let (public, current) = (self.manifest(from).await?, self.manifest(to).await?);
        let slug = record.released.as_ref().map_or(&record.body.slug, |released| &released.slug);
        let taken = self.taken(to).await?;
        let input = MoveInput {
            publication: &self.fresh_publication(),
            device: self.library().device(),
            from,
            to,
            show: &record,
            episodes: &episodes,
            facts: &facts,
            absent: &absent,
            public: public.as_ref(),
            handed: &target::handed(self.library(), &from.id).await?,
            current: current.as_ref(),
            there: &self.left_at(to).await?,
            taken: &taken,
            highest_version: self.highest(to, slug).await?,
            now_ms: self.now_ms(),
            grace_ms: i64::from(grace_days).saturating_mul(DAY_MS),
        };
        let planned = if relays { relay(&input)? } else { relocate(&input)? };
        let feed = match &public {
            Some(manifest) => self.published_feed(from, manifest).await?,
            None => None,
        };
        let mut planned = planned.compared_with(feed.as_ref());
        if !planned.plan.is_empty() {
            planned.plan.consequences = self.guarded_places(from, to, &[]).await?.consequences;
        }
        if public.as_ref().is_some_and(|manifest| manifest.renderer == SOMEBODY_ELSE) {
            let what =
                format!("The feed at \"{}\" is another program's still, so nobody compared it with ours.", from.name);
            let hint =
                "Publish there first, and read what changes for listeners: hearthcast publish SHOW --target NAME";
            let blocker = Error::new(Code::PublishIncomplete, what).hint(hint).about("target", from.name.clone());
            planned.plan.sentence.clone_from(&blocker.message);
            planned.plan.blockers.push(blocker);
            planned.plan.steps.clear();
            planned.plan.manifest = None;
        }
        Ok(planned)
    }

    /// Names of files that this library put to a place and did not delete there.
    async fn left_at(&self, target: &Target) -> Result<BTreeSet<String>> {
        if target.moved.as_ref().is_some_and(|moved| moved.cleared_ms.is_some()) {
            return Ok(BTreeSet::new());
        }
        Ok(self.files_ever_at(target).await?.into_keys().collect())
    }

    /// Every name that was ever published at a target with rules, with its content; nobody else has to know.
    pub(crate) async fn taken(&self, target: &Target) -> Result<BTreeMap<String, Sha256>> {
        if target.rules.is_empty() {
            return Ok(BTreeMap::new());
        }
        let ever = self.files_ever_at(target).await?.into_values();
        Ok(ever.map(|object| (object.key, object.sha256)).collect())
    }

    /// Every file that a version at a target ever named, written for the place or not, and what was sent there before its time.
    pub(crate) async fn files_ever_at(&self, target: &Target) -> Result<BTreeMap<String, Object>> {
        let sent = history::sent(self.library(), &target.id).await?.into_iter().map(|file| Object {
            key: file.key,
            sha256: file.sha256,
            bytes: file.bytes,
            mime: file.mime,
            kind: String::new(),
            episode: file.episode,
        });
        let kept = history::of_target(self.library(), &target.id).await?.into_iter().map(|kept| kept.manifest);
        let named = kept.chain(self.manifest(target).await?).flat_map(|manifest| {
            let written: Vec<Object> = chapters_files(&manifest).collect();
            manifest.objects.into_iter().chain(written)
        });
        Ok(sent.chain(named).map(|object| (object.key.clone(), object)).collect())
    }

    async fn planned_clear(&self, target: &Target) -> Result<Planned> {
        hearthcast_engine::history::rebuild(self.library(), target).await?;
        let files: Vec<Object> = self.files_ever_at(target).await?.into_values().collect();
        let record = self.show(target.show.as_str()).await?;
        let show = record.released.unwrap_or(record.body);
        let empty = BTreeSet::new();
        let plan = |files: &[Object], needed: &BTreeSet<String>| {
            let (publication, now_ms) = (self.fresh_publication(), self.now_ms());
            clearing(&ClearInput { publication: &publication, target, show: &show, files, needed, now_ms })
        };
        // Nobody is asked where nothing may be deleted yet.
        let early = plan(&files, &empty);
        if !early.plan.blockers.is_empty() {
            return Ok(early);
        }
        Ok(plan(&files, &self.needed_at(target, &show, &files).await?))
    }

    /// What must stay at a place: what other targets there have, and what is found there.
    async fn needed_at(&self, target: &Target, released: &Show, files: &[Object]) -> Result<BTreeSet<String>> {
        let known = self.manifest(target).await?.ok_or_else(|| forgotten(target))?;
        let feed = feed_key(target, &released.slug);
        let mut stay = match &target.location {
            // It looks by itself what others there need; of the storages beside it only this show's files are spoken of here.
            Location::Server { .. } => self.named_at_server(target).await?,
            _ => needed(&*self.place(target).await?, &feed, &released.slug, &known, files).await?,
        };
        if target.moved.is_none() {
            // The show is here: what its feed names now, and what comes later.
            let handed = target::handed(self.library(), &target.id).await?;
            let now = known.objects.iter().chain(handed.iter().flat_map(|handed| &handed.objects));
            stay.extend(now.map(|object| object.key.clone()));
            stay.extend(chapters_files(&known).map(|object| object.key));
        }
        stay.extend(self.shared_with_others(target, files).await?);
        Ok(stay)
    }

    /// Names of the files that a server's feed of the show names now, whichever computer published it.
    async fn named_at_server(&self, target: &Target) -> Result<BTreeSet<String>> {
        if target.moved.is_some() {
            return Ok(BTreeSet::new());
        }
        let line = Line::to(target, self.device_key()?, self.net().await?)?;
        let manifest = public_now(&line, target).await?.and_then(|(_, manifest)| manifest);
        Ok(manifest.into_iter().flat_map(|manifest| manifest.objects).map(|object| object.key).collect())
    }

    /// Those of a target's files that another target here names, too, under whatever address.
    async fn shared_with_others(&self, target: &Target, files: &[Object]) -> Result<BTreeSet<String>> {
        let own = self.places_of(target).await?;
        let mut named = BTreeSet::new();
        for row in show::list(self.library()).await? {
            for other in target::of_show(self.library(), &row.id).await? {
                let places = self.places_of(&other).await?;
                let meets = places.values().any(|place| own.values().any(|one| one == place));
                if other.id != target.id && meets {
                    named
                        .extend(self.files_ever_at(&other).await?.into_keys().filter_map(|key| file_at(&places, &key)));
                }
            }
        }
        let shared = files.iter().filter(|file| file_at(&own, &file.key).is_some_and(|file| named.contains(&file)));
        Ok(shared.map(|file| file.key.clone()).collect())
    }

    /// The places that a target's files lie at, by the address of those that are not its own.
    async fn places_of(&self, target: &Target) -> Result<Places> {
        let mut places = Places::from([(None, target.location.unaddressed())]);
        for base in target.bases() {
            let place = match &base.store {
                Some(store) => self.target(store.as_str()).await?.location.unaddressed(),
                None => target.location.unaddressed(),
            };
            places.insert(Some(base.url), place);
        }
        Ok(places)
    }

    async fn manifest(&self, target: &Target) -> Result<Option<Manifest>> {
        Ok(target::state(self.library().readers(), &target.id).await?.manifest)
    }

    pub(crate) async fn highest(&self, target: &Target, slug: &str) -> Result<u64> {
        Ok(match target.location {
            // A server counts by itself, without gaps.
            Location::Server { .. } => 0,
            Location::Folder { .. } => highest_version(target, slug),
            _ => upload::highest_given_up(self.library(), &target.id).await?,
        })
    }

    pub(crate) async fn released_slug(&self, show: &ShowId) -> Result<String> {
        let record = self.show(show.as_str()).await?;
        Ok(record.released.map_or(record.body.slug, |released| released.slug))
    }

    pub(crate) fn fresh_publication(&self) -> PublicationId {
        PublicationId::fresh(self.library().ids(), self.now_ms())
    }
}

/// Places by address; the target's own has none.
type Places = BTreeMap<Option<String>, Location>;

/// Which file a name means: the place it lies at, and its name there.
fn file_at(places: &Places, key: &str) -> Option<(String, String)> {
    let key = StorageKey::parse(key)?;
    let (base, name) = key.split();
    let place = places.get(&base.map(str::to_string))?;
    Some((format!("{place:?}"), name.to_string()))
}

/// The move waits until the name of the show was typed: apps and directories know it by the address it leaves. What it would do
/// stays in the plan, to be looked at.
fn asked_move(mut planned: Planned, to_name: &str, typed: Option<&str>) -> Planned {
    let plan = &mut planned.plan;
    let Some(order) = plan.moves.clone().filter(|_| plan.blockers.is_empty() && !plan.is_empty()) else {
        return planned;
    };
    let (steps, manifest) = (plan.steps.clone(), plan.manifest.clone());
    let (slug, to) = (planned.payload.show.slug.clone(), plan.feed_url.clone());
    let why = format!("Apps and directories know the show by {}; from now on it is at {to}.", order.from_feed_url);
    let how = format!("hearthcast target move {slug} \"{}\" \"{to_name}\"", order.from_name);
    ask(plan, &slug, typed, &why, &how);
    (plan.steps, plan.manifest) = (steps, manifest);
    planned
}

fn forgotten(target: &Target) -> Error {
    let what = format!("The show left \"{}\", and this library does not know any more where it went.", target.name);
    Error::new(Code::TargetInvalid, what)
        .hint("Publish to the place where the show is now, or forget this one: its feed stays as it is.")
        .about("target", target.name.clone())
}
