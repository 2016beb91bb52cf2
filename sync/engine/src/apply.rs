//! Carries a plan out: action by action, a journal row before every effect, resumable after a kill at any instant.

use crate::destination::{Destination, Observed, Work};
use crate::machine::{Action, step};
use crate::payload::Payload;
use crate::plan::Planned;
use crate::transfer::on_its_way;
use hearthcast_library::history::{Kept, Snapshot};
use hearthcast_library::publication::{self, StepState};
use hearthcast_library::{Library, LibraryError, WriteTx};
use hearthcast_model::hash::body_hash;
use hearthcast_model::history::Known;
use hearthcast_model::place::{Location, MovedTo, Relaid, Role, Target};
use hearthcast_model::plan::{Move, Plan, Published, Release, Step};
use hearthcast_model::record::{apply_fields, changed_fields};
use hearthcast_model::{Cancel, Code, Error, Progress, Result, TargetId};
use std::sync::Arc;

/// Where progress goes.
pub type ProgressSink = Arc<dyn Fn(Progress) + Send + Sync>;

/// How often one step may be tried before the target is called unreliable.
const TRIES: usize = 3;

/// Holds the right to apply to a target on this laptop; given back when dropped, also by a kill.
#[derive(Debug)]
pub struct TargetLock(#[expect(dead_code, reason = "the lock lives as long as the open file")] std::fs::File);

impl TargetLock {
    /// Takes the right, or says at once that another Hearthcast is publishing there.
    pub fn take(library: &Library, target: &TargetId) -> Result<Self> {
        let folder = library.root().join("locks");
        let failed = |e: std::io::Error| {
            Error::new(Code::LibraryFailed, format!("The folder {} cannot be used: {e}.", folder.display()))
        };
        std::fs::create_dir_all(&folder).map_err(failed)?;
        let file = std::fs::File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join(format!("target-{target}.lock")))
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(std::fs::TryLockError::WouldBlock) => {
                Err(Error::new(Code::Busy, "Another Hearthcast is publishing to this target right now.")
                    .hint("Wait until it has finished.")
                    .about("target", target.as_str()))
            }
            Err(std::fs::TryLockError::Error(e)) => Err(failed(e)),
        }
    }
}

/// Reads the unfinished publication of a target, if there is one.
pub async fn unfinished(library: &Library, target: &TargetId) -> Result<Option<Planned>> {
    let Some((plan, payload)) = publication::open(library, target).await? else {
        return Ok(None);
    };
    let payload: Payload = serde_json::from_str(&payload)
        .map_err(|e| Error::new(Code::LibraryFailed, format!("An unfinished publication is unreadable: {e}.")))?;
    Ok(Some(Planned { plan, payload, pages: vec![] }))
}

/// Notes a plan as begun, so that it can be resumed from here on.
pub async fn begin(library: &Library, planned: &Planned) -> Result<()> {
    let payload = serde_json::to_string(&planned.payload)
        .map_err(|e| Error::new(Code::Internal, format!("A publication could not be written down: {e}.")))?;
    let mut tx = library.transact().await?;
    tx.begin_publication(&planned.plan, &payload).await?;
    tx.commit().await?;
    Ok(())
}

/// Applies a begun publication to the end. After an error it can be called again; a conflict ends the publication.
pub async fn apply<D: Destination>(
    library: &Library,
    planned: &Planned,
    destination: &mut D,
    cancel: &Cancel,
    progress: &ProgressSink,
) -> Result<Published> {
    let mut run = Run { library, planned, destination, cancel, progress, tries: vec![0; planned.plan.steps.len()] };
    match run.all().await {
        Ok(()) => Ok(run.published()),
        Err(error) => {
            run.give_up_if_final(&error).await?;
            Err(error)
        }
    }
}

struct Run<'a, D> {
    library: &'a Library,
    planned: &'a Planned,
    destination: &'a mut D,
    cancel: &'a Cancel,
    progress: &'a ProgressSink,
    tries: Vec<usize>,
}

impl<D: Destination> Run<'_, D> {
    fn plan(&self) -> &Plan {
        &self.planned.plan
    }

    async fn all(&mut self) -> Result<()> {
        let planned = self.planned;
        let work = Work { plan: &planned.plan, payload: &planned.payload, cancel: self.cancel };
        let mut journal = publication::journal(self.library, self.plan()).await?;
        let mut observed: Option<Observed> = None;
        loop {
            self.cancel.check()?;
            match step(&planned.plan, &journal, observed.take()) {
                Action::Finish => return Ok(()),
                Action::Begin(at) => {
                    self.report(at);
                    self.note(at, StepState::Begun).await?;
                    journal[at] = Some(StepState::Begun);
                }
                Action::Observe(at) => observed = Some(self.look(work, at).await?),
                Action::Do(at) => self.effect(work, at).await?,
                Action::Done(at) => {
                    self.finish_step(at).await?;
                    journal[at] = Some(StepState::Done);
                }
                Action::Back(to) => {
                    self.count_try(to)?;
                    self.note(to, StepState::Begun).await?;
                    journal[to] = Some(StepState::Begun);
                }
                Action::Conflict(at) => return Err(conflict(&planned.plan.steps[at])),
            }
        }
    }

    async fn look(&mut self, work: Work<'_>, at: usize) -> Result<Observed> {
        match &work.plan.steps[at] {
            // What the library holds changes in the same transaction as the journal's row.
            Step::Release => Ok(Observed::AsWanted),
            other => self.destination.observe(work, other).await,
        }
    }

    async fn effect(&mut self, work: Work<'_>, at: usize) -> Result<()> {
        self.count_try(at)?;
        tracing::debug!(step = at, "performing a step");
        self.destination.perform(work, &work.plan.steps[at]).await
    }

    fn count_try(&mut self, at: usize) -> Result<()> {
        self.tries[at] += 1;
        if self.tries[at] > TRIES {
            let what = format!(
                "What was written to the target is not there afterwards (step {} of {}).",
                at + 1,
                self.tries.len()
            );
            return Err(Error::new(Code::TargetMismatch, what)
                .hint("Something else changes the target, or its disk is failing. What listeners get was not changed by it.")
                .about("target", self.plan().target.as_str()));
        }
        Ok(())
    }

    async fn note(&self, at: usize, state: StepState) -> Result<()> {
        let mut tx = self.library.transact().await?;
        tx.journal_step(&self.plan().publication, at, state).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn finish_step(&self, at: usize) -> Result<()> {
        match self.plan().steps[at] {
            Step::Release => release(self.library, self.planned, at).await,
            _ => self.note(at, StepState::Done).await,
        }
    }

    fn report(&self, at: usize) {
        let plan = self.plan();
        let phase = match plan.steps[at] {
            Step::Fetch { upload } => return (self.progress)(on_its_way("fetch", plan, &plan.uploads[upload], 0)),
            Step::Upload { upload } => return (self.progress)(on_its_way("upload", plan, &plan.uploads[upload], 0)),
            Step::Push => "push",
            Step::Delete { .. } => "delete",
            Step::Drop { .. } => "delete",
            Step::Verify { .. } => "verify",
            Step::Document { .. } | Step::VerifyDocument { .. } => "feed",
            Step::FeedCopy | Step::Claim | Step::Switch => "feed",
            Step::VerifyFeed => "verify_feed",
            Step::Release => "finish",
        };
        (self.progress)(Progress::new(phase, at as u64, plan.steps.len() as u64));
    }

    fn published(&self) -> Published {
        let plan = self.plan();
        Published {
            version: plan.manifest.as_ref().map_or(0, |m| m.version),
            feed_url: plan.feed_url.clone(),
            verified: self.destination.verified(),
            writes: self.destination.writes(),
            bytes_sent: plan.bytes_to_send,
            scheduled: plan.scheduled.clone(),
            needs_this_computer: plan.needs_this_computer,
            prefix: None,
            hub: None,
        }
    }

    /// The feed was written and never seen: it may be public all the same, so only this publication may go on.
    fn in_doubt(&self) -> bool {
        self.plan().steps.iter().zip(&self.tries).any(|(step, tries)| *step == Step::Switch && *tries > TRIES)
    }

    /// A publication that can never finish makes room for the next one, unless the public sees it already.
    async fn give_up_if_final(&self, error: &Error) -> Result<()> {
        let journal = publication::journal(self.library, self.plan()).await?;
        let switched =
            self.plan().steps.iter().zip(&journal).any(|(s, j)| *s == Step::Switch && *j == Some(StepState::Done));
        if is_final(error.code) && !switched && !self.in_doubt() {
            let mut tx = self.library.transact().await?;
            tx.end_publication(self.plan(), false).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

/// Whether an error says for certain that this very plan cannot be applied and that nothing public came of it. Anything
/// else (no answer, no room, no right) may have had its effect or may go away: the publication stays and is resumed.
fn is_final(code: Code) -> bool {
    matches!(
        code,
        Code::TargetConflict
            | Code::TargetInvalid
            | Code::TargetMismatch
            | Code::RenderMismatch
            | Code::PublishIncomplete
            | Code::FieldInvalid
            | Code::UsageInvalid
            | Code::Taken
            | Code::MediaUnreadable
            | Code::MediaAbsent
            | Code::MediaTooLarge
    )
}

/// The last step, in one transaction: what the public sees is noted as released, and the publication ends.
async fn release(library: &Library, planned: &Planned, at: usize) -> Result<()> {
    let plan = &planned.plan;
    let mut tx = library.transact().await?;
    // Read inside the transaction: another process may be pulling counts for the same target.
    let mut state = tx.target_state(&plan.target).await?;
    for release in &plan.releases {
        tx.release(release.table, &release.id, release.body.as_ref()).await?;
        // What a rollback undoes stays in the working copy, as a pending change.
        if !plan.restores() {
            fill(&mut tx, release).await?;
        }
    }
    if plan.manifest.is_some() {
        keep(&mut tx, planned).await?;
        state.manifest = plan.manifest.clone();
        state.handed.clone_from(&plan.scheduled);
        state.published_ms = Some(tx.now_ms());
        tx.put_target_state(&plan.target, &state).await?;
    }
    match &plan.moves {
        Some(order) if order.from == plan.target => note_relaid(&mut tx, plan, order).await?,
        Some(order) => hand_over(&mut tx, plan, order).await?,
        None => {}
    }
    if plan.deletes.is_some() {
        note_cleared(&mut tx, plan).await?;
    }
    tx.journal_step(&plan.publication, at, StepState::Done).await?;
    tx.end_publication(plan, true).await?;
    tx.touch("show", plan.show.as_str());
    tx.commit().await?;
    Ok(())
}

/// The show is at the new place from here on: it leads, and the old place and all that pointed there follow it.
async fn hand_over(tx: &mut WriteTx, plan: &Plan, order: &Move) -> Result<()> {
    let now_ms = tx.now_ms();
    let moved = MovedTo {
        to: plan.target.clone(),
        feed_url: plan.feed_url.clone(),
        at_ms: now_ms,
        keep_until_ms: now_ms.saturating_add(order.grace_ms),
        same_place: order.same_place,
        cleared_ms: None,
        ended_ms: None,
        sends_to: None,
    };
    let mut role = Role::default();
    let targets = tx.targets_of_show(&plan.show).await?;
    for mut target in targets.iter().filter(|target| target.id != plan.target).cloned() {
        if target.id == order.from {
            role = target.role;
            target.role = Role::Mirror;
            target.moved = Some(moved.clone());
        } else if let Some(earlier) = target.moved.as_mut().filter(|earlier| earlier.to == order.from) {
            earlier.to = plan.target.clone();
            earlier.feed_url.clone_from(&plan.feed_url);
        } else {
            continue;
        }
        tx.put_target(&target).await?;
    }
    if let Some(to) = targets.into_iter().find(|target| target.id == plan.target) {
        tx.put_target(&Target { role, moved: None, ..to }).await?;
    }
    Ok(())
}

/// The older names stay for a while, from here on.
async fn note_relaid(tx: &mut WriteTx, plan: &Plan, order: &Move) -> Result<()> {
    let now_ms = tx.now_ms();
    let relaid = Relaid { at_ms: now_ms, keep_until_ms: now_ms.saturating_add(order.grace_ms) };
    let targets = tx.targets_of_show(&plan.show).await?;
    for target in targets.into_iter().filter(|target| target.id == plan.target) {
        tx.put_target(&Target { relaid: Some(relaid.clone()), ..target }).await?;
    }
    Ok(())
}

async fn note_cleared(tx: &mut WriteTx, plan: &Plan) -> Result<()> {
    let now_ms = tx.now_ms();
    for mut target in tx.targets_of_show(&plan.show).await? {
        if target.id == plan.target {
            target.relaid = None;
            if let Some(moved) = &mut target.moved {
                moved.cleared_ms = Some(now_ms);
                if matches!(target.location, Location::Server { .. }) {
                    moved.sends_to = Some(moved.feed_url.clone());
                }
            }
            tx.put_target(&target).await?;
        }
    }
    Ok(())
}

/// The version is kept with everything it released, so that it can be compared with and come back.
async fn keep(tx: &mut WriteTx, planned: &Planned) -> Result<()> {
    let Some(manifest) = planned.plan.manifest.clone() else { return Ok(()) };
    let payload = &planned.payload;
    let episodes = payload.episodes.iter().map(|e| (e.id.clone(), e.body.clone())).collect();
    let snapshot = Snapshot { show: payload.show.clone(), episodes, facts: payload.facts.clone() };
    let kept = Kept::new(manifest, tx.now_ms(), &planned.plan.sentence, Known::Published);
    for document in &payload.documents {
        tx.keep_feed(document.text.as_bytes()).await?;
    }
    tx.keep_version(&planned.plan.target, &kept, Some(&snapshot), Some(payload.feed.as_bytes())).await?;
    Ok(())
}

/// The plan filled in what was open (time, guid, names): the working copy gets it, too. An edit made meanwhile stays a
/// pending change.
async fn fill(tx: &mut WriteTx, release: &Release) -> Result<()> {
    let Some((working, None)) = tx.working(release.table, &release.id).await? else { return Ok(()) };
    let Some(body) = release.body.as_ref().filter(|_| body_hash(&working) == release.from_hash) else { return Ok(()) };
    let filled = apply_fields(&working, &changed_fields(Some(&working), body));
    match tx.put_value(release.table, &release.id, filled, None).await {
        // Another record's working copy took the frozen address meanwhile; the public keeps seeing the frozen one.
        Err(LibraryError::Taken { .. }) => Ok(()),
        other => Ok(other?),
    }
}

fn conflict(step: &Step) -> Error {
    match step {
        Step::VerifyFeed => Error::new(
            Code::TargetConflict,
            "The feed that listeners get is not the one that was published.",
        )
        .hint("Look at what changed it (a web server's cache, another program), then publish again."),
        _ => Error::new(
            Code::TargetConflict,
            "The target has a publication that this library does not know: another laptop's, or one made before this library was restored from a copy. Nothing of it was overwritten.",
        )
        .hint("`hearthcast plan` lays both sides side by side. Publish from the laptop or the library that made it."),
    }
}
