//! The plans of a move: a show leaves one place for another one, and no app loses it on the way. Pure.
//!
//! Three publications, each with the steps and the journal of any other. [`relocate`] brings every file to the new place,
//! reads it back as listeners do, and switches the feed there. [`old_feed`] then lets the feed at the old place be the new
//! one word for word, with `itunes:new-feed-url` in it; the old files stay, because apps and caches go on asking for them.
//! [`clearing`] deletes them when the time of grace is over. Going back before that is a move, too.

use crate::documents::{self, Document};
use crate::layout::feed_key;
use crate::payload::Payload;
use crate::plan::{PlanInput, Planned, announcing, as_released, feed_url, lies_elsewhere};
use crate::sentence::amount;
use hearthcast_library::history::Snapshot;
use hearthcast_model::hash::body_hash;
use hearthcast_model::history::FileChange;
use hearthcast_model::manifest::{FeedObject, Manifest, Object};
use hearthcast_model::place::{Location, MovedTo, Role, Target};
use hearthcast_model::plan::{Change, ChangeKind, FieldChange, Move, Plan, Scheduled, Step, Upload};
use hearthcast_model::record::{Table, to_value};
use hearthcast_model::rule::AudioMode;
use hearthcast_model::{Code, DeviceId, Episode, Error, MediaFacts, PublicationId, Record, Result, Sha256, Show};
use hearthcast_protocol::publish::ReleasedEpisode;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A day, in milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Everything the plan of a move is made from.
#[derive(Debug, Clone, Copy)]
pub struct MoveInput<'a> {
    /// Fresh id of the publication.
    pub publication: &'a PublicationId,
    /// This laptop.
    pub device: &'a DeviceId,
    /// The target the show leaves.
    pub from: &'a Target,
    /// The target it goes to.
    pub to: &'a Target,
    /// The show's record.
    pub show: &'a Record<Show>,
    /// All records of the show's episodes, deleted ones too.
    pub episodes: &'a [Record<Episode>],
    /// Facts of all files the records name.
    pub facts: &'a HashMap<Sha256, MediaFacts>,
    /// Files that are not on this disk.
    pub absent: &'a BTreeSet<Sha256>,
    /// What listeners see at the old place; `None` when nothing was published there.
    pub public: Option<&'a Manifest>,
    /// What the old place was handed before its time.
    pub handed: &'a [Scheduled],
    /// What this laptop last published at the new place.
    pub current: Option<&'a Manifest>,
    /// Files that this laptop put there at some time; they are looked at all the same.
    pub there: &'a BTreeSet<String>,
    /// Every name that was ever published there, with its content.
    pub taken: &'a BTreeMap<String, Sha256>,
    /// Highest version number ever claimed there, as far as it is known.
    pub highest_version: u64,
    /// Now, Unix milliseconds.
    pub now_ms: i64,
    /// How long the old files stay, milliseconds.
    pub grace_ms: i64,
}

/// The publication at the new place: what is released, nothing pending, with every file looked at there.
pub fn relocate(input: &MoveInput) -> Result<Planned> {
    let (show, episodes) = released(input)?;
    let same_place = is_same_feed(input, &input.show.body.slug);
    let target = Target { role: input.from.role, moved: None, ..input.to.clone() };
    let slug = &show.body.slug;
    // No file counts as being there: each is looked at and read back under its new address.
    let before = if same_place { input.public } else { input.current };
    let highest_version = match input.from.location.is_same_place(&input.to.location) {
        true => input.highest_version.max(input.public.map_or(0, |manifest| manifest.version)),
        false => input.highest_version,
    };
    let before = before.map(|manifest| Manifest { objects: vec![], documents: vec![], ..manifest.clone() });
    let at_old_place = input.public.iter().flat_map(|manifest| &manifest.objects);
    let at_old_place = at_old_place.chain(input.handed.iter().flat_map(|handed| &handed.objects));
    let fetchable: BTreeSet<&Sha256> = at_old_place.map(|object| &object.sha256).collect();
    let absent = input.absent.iter().filter(|hash| !fetchable.contains(hash)).cloned().collect();
    let plan = PlanInput {
        publication: input.publication.clone(),
        device: input.device,
        target: &target,
        show: &show,
        episodes: &episodes,
        facts: input.facts,
        absent: &absent,
        current: before.as_ref(),
        highest_version,
        now_ms: input.public.map_or(input.now_ms, |manifest| manifest.effective_at.max(input.now_ms)),
        only: &[],
        handed: &[],
        taken: input.taken,
        lay_anew: true,
        confirmed: None,
    };
    let mut planned = announcing(&plan, Some(&feed_url(&target, slug)))?;
    planned.plan.blockers.splice(0..0, blockers(input, same_place));
    planned.plan.moves = Some(Move {
        from: input.from.id.clone(),
        from_name: input.from.name.clone(),
        from_feed_url: feed_url(input.from, slug),
        grace_ms: input.grace_ms,
        same_place,
    });
    Ok(told(input, planned, same_place))
}

/// Whether both are the same feed in the same place, under two addresses.
fn is_same_feed(input: &MoveInput, slug: &str) -> bool {
    let key = |target: &Target| feed_key(target, slug).split().1.clone();
    input.from.location.is_same_place(&input.to.location) && key(input.from) == key(input.to)
}

/// The records with nothing pending.
fn released(input: &MoveInput) -> Result<(Record<Show>, Vec<Record<Episode>>)> {
    let mut show = input.show.clone();
    as_released(&mut show);
    // Only a working copy that is just that follows; one with pending changes keeps them.
    show.hash = body_hash(&to_value(&show.body)?);
    let mut episodes: Vec<Record<Episode>> =
        input.episodes.iter().filter(|record| record.released.is_some()).cloned().collect();
    episodes.iter_mut().for_each(as_released);
    Ok((show, episodes))
}

/// What keeps a show from moving, before any file is looked at.
fn blockers(input: &MoveInput, same_place: bool) -> Option<Error> {
    let (from, to) = (&input.from.name, &input.to.name);
    let refused = |code, what: String, hint: &str| Some(Error::new(code, what).hint(hint).about("target", to.clone()));
    if input.from.id == input.to.id {
        return refused(
            Code::UsageInvalid,
            format!("\"{from}\" is where the show is already."),
            "Name another target.",
        );
    }
    if let Some(moved) = &input.from.moved {
        let what = format!("The show left \"{from}\" already; its feed is {} now.", moved.feed_url);
        return refused(Code::TargetInvalid, what, "Move it from where it is now.");
    }
    if input.from.role != Role::Primary {
        let what = format!("Listeners do not get the show from \"{from}\", so there is nothing to move.");
        return refused(Code::TargetInvalid, what, "Move it from its primary place, or add another mirror.");
    }
    if input.public.is_none() {
        let what = format!("Nothing was published to \"{from}\" yet, so there is nothing to move.");
        return refused(Code::PublishIncomplete, what, "Publish to the new place; forget the old one.");
    }
    let one_server = same_place && matches!(input.to.location, Location::Server { .. });
    if one_server || same_place && input.from.location == input.to.location {
        let what = format!("\"{from}\" and \"{to}\" are the same place under the same address.");
        return refused(Code::TargetInvalid, what, "Add the new place, or the place under its new address, first.");
    }
    None
}

/// Adds what is special of a move: files that are brought here first, and what is said.
fn told(input: &MoveInput, mut planned: Planned, same_place: bool) -> Planned {
    let plan = &mut planned.plan;
    if !plan.blockers.is_empty() {
        plan.steps.clear();
        plan.manifest = None;
    }
    if let Some(blocker) = plan.blockers.first() {
        plan.sentence.clone_from(&blocker.message);
        return planned;
    }
    let brought = fetch_first(plan, input.absent);
    let new = plan.uploads.iter().filter(|file| !same_place && !input.there.contains(&file.key));
    plan.bytes_to_send = new.map(|file| file.bytes).sum();
    plan.sentence = sentence(input, plan, same_place, brought);
    plan.changes = vec![new_address(input, &planned.payload.show)];
    planned
}

/// All that listeners see of it: the episodes are the same.
fn new_address(input: &MoveInput, show: &Show) -> Change {
    let before = input.show.released.as_ref().map(|released| released.new_feed_url.clone()).unwrap_or_default();
    let field = FieldChange { field: "new_feed_url".into(), before, after: show.new_feed_url.clone() };
    let (id, title) = (input.show.id.clone(), show.title.clone());
    Change {
        table: Table::Show,
        id,
        title,
        kind: ChangeKind::Changed,
        fields: vec![field],
        at_ms: None,
        zone: None,
        post: false,
    }
}

fn sentence(input: &MoveInput, plan: &Plan, same_place: bool, brought: usize) -> String {
    let (from, to) = (&input.from.name, &input.to.name);
    let files = count(plan.uploads.len(), "file");
    let brought = match brought {
        0 => String::new(),
        n => format!(", {} brought here from \"{from}\" first", count(n, "file")),
    };
    let sent = amount(plan.bytes_to_send);
    let after = match (same_place, &input.from.location) {
        (true, _) => "It is the same place, so nothing is copied and nothing is left behind.".into(),
        (_, Location::Server { .. }) => {
            format!(
                "The server \"{from}\" goes on serving its feed, which sends apps to the new one; after {} it answers only \
                 where the show is now.",
                count(days(input.grace_ms), "day")
            )
        }
        _ => format!(
            "The old feed goes on and sends apps to the new one; the old files stay for {}.",
            count(days(input.grace_ms), "day")
        ),
    };
    format!("Moves from \"{from}\" to \"{to}\": {files}, {sent} to send{brought}, every file read back there. {after}")
}

/// The publication that gives public files the names that the rules of today give. `input` has one target for both places;
/// what has its name already is not sent again.
pub fn relay(input: &MoveInput) -> Result<Planned> {
    let (show, episodes) = released(input)?;
    let public = input.public.map(|manifest| &manifest.objects).into_iter().flatten();
    let fetchable: BTreeSet<&Sha256> = public.clone().map(|object| &object.sha256).collect();
    let absent = input.absent.iter().filter(|hash| !fetchable.contains(hash)).cloned().collect();
    let mut planned = announcing(
        &PlanInput {
            publication: input.publication.clone(),
            device: input.device,
            target: input.to,
            show: &show,
            episodes: &episodes,
            facts: input.facts,
            absent: &absent,
            current: input.public,
            highest_version: input.highest_version,
            now_ms: input.now_ms,
            only: &[],
            handed: input.handed,
            taken: input.taken,
            lay_anew: true,
            confirmed: None,
        },
        None,
    )?;
    let plan = &mut planned.plan;
    if plan.is_empty() {
        return Ok(planned);
    }
    plan.moves = Some(Move {
        from: input.from.id.clone(),
        from_name: input.from.name.clone(),
        from_feed_url: plan.feed_url.clone(),
        grace_ms: input.grace_ms,
        same_place: true,
    });
    let brought = fetch_first(plan, input.absent);
    let (files, sent) = (count(plan.uploads.len(), "file"), amount(plan.bytes_to_send));
    let brought = if brought == 0 { String::new() } else { format!(", {} brought here first", count(brought, "file")) };
    plan.sentence = format!(
        "Gives {files} at \"{}\" a new name: {sent} to send{brought}, each read back there before the feed names it. The old ones stay for {}.",
        input.to.name,
        count(days(input.grace_ms), "day"),
    );
    Ok(planned)
}

/// What is not on this disk is brought from the old place first; says how many files that are.
fn fetch_first(plan: &mut Plan, absent: &BTreeSet<Sha256>) -> usize {
    let fetched =
        |(index, upload): (usize, &Upload)| absent.contains(&upload.sha256).then_some(Step::Fetch { upload: index });
    let fetches: Vec<Step> = plan.uploads.iter().enumerate().filter_map(fetched).collect();
    let brought = fetches.len();
    plan.steps.splice(0..0, fetches);
    brought
}

fn days(ms: i64) -> usize {
    usize::try_from(ms / DAY_MS).unwrap_or(0)
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// Everything the plan for the feed at an old place is made from.
#[derive(Debug, Clone, Copy)]
pub struct OldFeedInput<'a> {
    /// Fresh id of the publication.
    pub publication: &'a PublicationId,
    /// This laptop.
    pub device: &'a DeviceId,
    /// The target the show left: no bundled server, which writes its feed itself.
    pub target: &'a Target,
    /// The version this laptop last published there.
    pub current: &'a Manifest,
    /// Highest version number ever claimed there, as far as it is known.
    pub highest_version: u64,
    /// What is public at the new place.
    pub public: &'a Manifest,
    /// Its feed; the bytes were compared with its hash.
    pub feed: &'a str,
    /// Its further feeds; the bytes were compared with their hashes. Its pages lie where they are.
    pub variants: &'a [Document],
    /// What it released.
    pub snapshot: &'a Snapshot,
    /// Now, Unix milliseconds.
    pub now_ms: i64,
}

/// The publication at the old place: the feed of the new one, byte for byte. It names no file of the old place.
pub fn old_feed(input: &OldFeedInput) -> Planned {
    let (current, public) = (input.current, input.public);
    let same_place = input.target.moved.as_ref().is_some_and(|moved| moved.same_place);
    let documents = documents::named(input.variants);
    let as_there = current.feed.sha256 == public.feed.sha256 && current.documents == documents;
    let idle = same_place || as_there && current.objects.is_empty();
    let manifest = Manifest {
        epoch: current.epoch.clone(),
        version: current.version.max(input.highest_version) + 1,
        parent: current.version,
        effective_at: public.effective_at.max(current.effective_at).max(input.now_ms),
        device: input.device.clone(),
        fence: input.publication.to_string(),
        feed: FeedObject { key: current.feed.key.clone(), ..public.feed.clone() },
        objects: vec![],
        documents,
        restores: None,
        audio: None,
        ..public.clone()
    };
    let steps = vec![Step::Claim, Step::FeedCopy, Step::Switch, Step::VerifyFeed, Step::Release];
    let steps = documents::woven(steps, input.variants, &current.documents);
    let slug = input.snapshot.show.slug.clone();
    let plan = Plan {
        sentence: match idle {
            true => "Everything is published; nothing to do.".into(),
            false => format!("The old feed at \"{}\" says what the new one says; its files stay.", input.target.name),
        },
        unreferenced: if idle { vec![] } else { current.objects.iter().map(file).collect() },
        manifest: (!idle).then_some(manifest),
        steps: if idle { vec![] } else { steps },
        feed_url: feed_url(input.target, &slug),
        ..Plan::empty(input.publication.clone(), input.target.show.clone(), input.target.id.clone())
    };
    let episodes = input.snapshot.episodes.iter().cloned().map(|(id, body)| ReleasedEpisode { id, body }).collect();
    let (show, facts) = (input.snapshot.show.clone(), input.snapshot.facts.clone());
    Planned {
        plan,
        payload: Payload {
            feed: input.feed.into(),
            show,
            episodes,
            facts,
            audio: AudioMode::default(),
            paths: vec![],
            documents: input.variants.to_vec(),
        },
        pages: vec![],
    }
}

/// Nothing to be done at a server that sends askers on already.
pub fn sends_on(publication: &PublicationId, target: &Target, moved: &MovedTo, show: &Show) -> Planned {
    let sentence = format!("\"{}\" sends who asks there on to {}; nothing to do.", target.name, moved.feed_url);
    nothing(publication, target, show, sentence, moved.feed_url.clone())
}

/// Nothing to be done for an old feed that its author ended.
pub fn ended(publication: &PublicationId, target: &Target, show: &Show) -> Planned {
    let sentence = format!("The old feed at \"{}\" was ended; nothing to do.", target.name);
    nothing(publication, target, show, sentence, feed_url(target, &show.slug))
}

fn nothing(publication: &PublicationId, target: &Target, show: &Show, sentence: String, feed_url: String) -> Planned {
    let plan = Plan { sentence, feed_url, ..Plan::empty(publication.clone(), target.show.clone(), target.id.clone()) };
    let payload = Payload {
        feed: String::new(),
        show: show.clone(),
        episodes: vec![],
        facts: vec![],
        audio: AudioMode::default(),
        paths: vec![],
        documents: vec![],
    };
    Planned { plan, payload, pages: vec![] }
}

/// Everything the plan of a clearing is made from.
#[derive(Debug, Clone, Copy)]
pub struct ClearInput<'a> {
    /// Fresh id of the plan.
    pub publication: &'a PublicationId,
    /// The target the show left.
    pub target: &'a Target,
    /// The show as it is released.
    pub show: &'a Show,
    /// Every file that a version of this show at this place ever named.
    pub files: &'a [Object],
    /// Names that something else needs: another show, another target, the feed that is public there.
    pub needed: &'a BTreeSet<String>,
    /// Now, Unix milliseconds.
    pub now_ms: i64,
}

/// The deletion of what the show left behind at a place.
pub fn clearing(input: &ClearInput) -> Planned {
    // A server that goes on publishing the show keeps its own files as long as it needs them.
    let stays = matches!(input.target.location, Location::Server { .. }) && input.target.moved.is_none();
    let theirs = |object: &&Object| !stays || lies_elsewhere(&object.key);
    let unneeded = input.files.iter().filter(theirs).filter(|object| !input.needed.contains(&object.key));
    let by_key: BTreeMap<&str, &Object> = unneeded.map(|object| (object.key.as_str(), object)).collect();
    let files: Vec<FileChange> = by_key.into_values().map(file).collect();
    let blocker = not_yet(input);
    let steps = (0..files.len()).map(|file| Step::Delete { file }).chain([Step::Release]).collect();
    let bytes = files.iter().map(|file| file.bytes).sum();
    let plan = Plan {
        sentence: match &blocker {
            Some(blocker) => blocker.message.clone(),
            None if input.target.moved.is_none() => format!(
                "Deletes {} ({}) that lie under older names at \"{}\"; no feed names them any more.",
                count(files.len(), "file"),
                amount(bytes),
                input.target.name
            ),
            None => format!(
                "Deletes {} ({}) that the show left at \"{}\". {}",
                count(files.len(), "file"),
                amount(bytes),
                input.target.name,
                match input.target.location {
                    Location::Server { .. } =>
                        "Who asks for its feed or files there is sent on to the new place (301).",
                    _ => "Its old feed stays and sends apps to the new one.",
                }
            ),
        },
        steps: if blocker.is_some() { vec![] } else { steps },
        feed_url: feed_url(input.target, &input.show.slug),
        blockers: blocker.into_iter().collect(),
        deletes: Some(files),
        ..Plan::empty(input.publication.clone(), input.target.show.clone(), input.target.id.clone())
    };
    let payload = Payload {
        feed: String::new(),
        show: input.show.clone(),
        episodes: vec![],
        facts: vec![],
        audio: AudioMode::default(),
        paths: vec![],
        documents: vec![],
    };
    Planned { plan, payload, pages: vec![] }
}

/// Why nothing may be deleted now.
fn not_yet(input: &ClearInput) -> Option<Error> {
    let name = &input.target.name;
    let refused = |what: String, hint: &str| {
        Some(Error::new(Code::PublishIncomplete, what).hint(hint).about("target", name.clone()))
    };
    let kept_for = |until_ms: i64| {
        let left = (until_ms - input.now_ms + DAY_MS - 1) / DAY_MS;
        let left = count(usize::try_from(left).unwrap_or(0), "day");
        refused(
            format!("The files at \"{name}\" stay for {left} more: apps and caches may still ask for them."),
            "They are deleted by themselves then.",
        )
    };
    match (&input.target.moved, &input.target.relaid) {
        (None, Some(relaid)) if input.now_ms < relaid.keep_until_ms => kept_for(relaid.keep_until_ms),
        (None, Some(_)) => None,
        (None, None) => refused(
            format!("The show is at \"{name}\"; nothing was left behind there."),
            "Only what a move left is deleted.",
        ),
        (Some(moved), _) if !moved.leaves_files() => {
            refused(format!("Nothing is left behind at \"{name}\" any more."), "There is nothing to do.")
        }
        (Some(moved), _) if input.now_ms < moved.keep_until_ms => kept_for(moved.keep_until_ms),
        (Some(_), _) => None,
    }
}

fn file(object: &Object) -> FileChange {
    let Object { key, sha256, bytes, episode, .. } = object;
    FileChange { key: key.clone(), sha256: sha256.clone(), bytes: *bytes, episode: episode.clone() }
}
