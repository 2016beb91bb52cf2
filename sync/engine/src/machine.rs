//! The state machine of a publication: pure. Given the plan, the journal and what was just observed, it names the next action.
//!
//! The rules that make a kill at any instant harmless: a journal row stands before every effect; after a `Begun` row nobody
//! trusts memory, the target is looked at; an effect counts only when it was seen; the feed is switched only from the state
//! the plan was made for.

use crate::destination::Observed;
use hearthcast_library::publication::{Journal, StepState};
use hearthcast_model::plan::{Plan, Step};

/// What to do next; numbers are indices into [`Plan::steps`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Write the row that says the step is begun.
    Begin(usize),
    /// Look at the target.
    Observe(usize),
    /// Carry the effect out.
    Do(usize),
    /// Write the row that says the step's effect was seen.
    Done(usize),
    /// A file that was in place is not any more: begin that earlier step again.
    Back(usize),
    /// Somebody else changed the target: stop before anything of theirs is overwritten.
    Conflict(usize),
    /// All steps are done.
    Finish,
}

/// Names the next action. `observed` is what was seen for the current step since its last effect, if anything.
pub fn step(plan: &Plan, journal: &Journal, observed: Option<Observed>) -> Action {
    let Some(at) = journal.iter().position(|entry| *entry != Some(StepState::Done)) else {
        return Action::Finish;
    };
    if journal[at].is_none() {
        return Action::Begin(at);
    }
    match (observed, &plan.steps[at]) {
        (None, _) => Action::Observe(at),
        (Some(Observed::AsWanted), _) => Action::Done(at),
        (Some(_), Step::Verify { upload }) => back_to_upload(plan, *upload, at),
        (Some(_), Step::VerifyFeed) => Action::Conflict(at),
        (Some(Observed::Other), Step::Claim | Step::Switch) => Action::Conflict(at),
        (Some(Observed::Before | Observed::Other), _) => Action::Do(at),
    }
}

fn back_to_upload(plan: &Plan, wanted: usize, at: usize) -> Action {
    let earlier = plan.steps[..at].iter().position(|s| matches!(s, Step::Upload { upload } if *upload == wanted));
    earlier.map_or(Action::Do(at), Action::Back)
}
