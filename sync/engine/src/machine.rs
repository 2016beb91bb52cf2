//! The state machine of a publication: pure. Given the plan, the journal and what was just observed, it names the next action.
//!
//! The rules that make a kill at any instant harmless: a journal row stands before every effect; after a `Begun` row nobody
//! trusts memory, the target is looked at; an effect counts only when it was seen; the feed is switched only from the state
//! the plan was made for. What it is not: it never looks at a target and writes nothing; `apply` does.

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
    /// What was in place is not any more: begin that earlier step again.
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
        (Some(_), Step::Verify { upload }) => back_to(plan, at, &Step::Upload { upload: *upload }),
        (Some(_), Step::VerifyDocument { document }) => back_to(plan, at, &Step::Document { document: *document }),
        (Some(Observed::Before), Step::VerifyFeed) => back_to(plan, at, &Step::Switch),
        (Some(Observed::Other), Step::VerifyFeed) => Action::Conflict(at),
        (Some(Observed::Other), Step::Claim | Step::Switch) => Action::Conflict(at),
        (Some(Observed::Before | Observed::Other), _) => Action::Do(at),
    }
}

fn back_to(plan: &Plan, at: usize, wanted: &Step) -> Action {
    plan.steps[..at].iter().position(|earlier| earlier == wanted).map_or(Action::Conflict(at), Action::Back)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_library::publication::StepState::{Begun, Done};
    use hearthcast_model::{PublicationId, ShowId, TargetId};
    use proptest::prelude::*;

    const ID: &str = "018f0000-0000-7000-8000-000000000001";

    fn plan(steps: Vec<Step>) -> Plan {
        let (show, target) = (ShowId::parse(ID).unwrap(), TargetId::parse(ID).unwrap());
        Plan { steps, ..Plan::empty(PublicationId::parse(ID).unwrap(), show, target) }
    }

    /// The steps of a plan with this many files, for a folder or a server.
    fn steps(files: usize, server: bool) -> Vec<Step> {
        let each = |step: fn(usize) -> Step| (0..files).map(step);
        let files = each(|upload| Step::Upload { upload }).chain(each(|upload| Step::Verify { upload }));
        let (document, verify) = (Step::Document { document: 0 }, Step::VerifyDocument { document: 0 });
        let drop = Step::Drop { key: "feeds/s/a.xml".into() };
        let (before, after) = match server {
            true => (vec![Step::Push], vec![Step::Switch, Step::VerifyFeed, Step::Release]),
            false => (
                vec![],
                [Step::Claim, Step::FeedCopy, document, verify, Step::Switch, Step::VerifyFeed, drop, Step::Release]
                    .to_vec(),
            ),
        };
        before.into_iter().chain(files).chain(after).collect()
    }

    #[test]
    fn the_table() {
        use Observed::{AsWanted, Before, Other};
        // upload 0, verify 0, claim, copy, switch, verify feed, release
        let mut steps = steps(1, false);
        steps.retain(|step| !matches!(step, Step::Document { .. } | Step::VerifyDocument { .. } | Step::Drop { .. }));
        let plan = plan(steps);
        let journal = |done: usize, begun: bool| {
            let mut journal: Journal = vec![None; plan.steps.len()];
            journal[..done].fill(Some(Done));
            if begun {
                journal[done] = Some(Begun);
            }
            journal
        };
        for (done, begun, observed, expected, why) in [
            (0, false, None, Action::Begin(0), "the row first"),
            (0, false, Some(AsWanted), Action::Begin(0), "nothing seen before the row counts"),
            (0, true, None, Action::Observe(0), "after a kill nobody trusts memory"),
            (0, true, Some(Before), Action::Do(0), "not there yet"),
            (0, true, Some(Other), Action::Do(0), "a torn file under a name that only this content has"),
            (0, true, Some(AsWanted), Action::Done(0), "seen, so done"),
            (1, true, Some(AsWanted), Action::Done(1), "read back"),
            (1, true, Some(Before), Action::Back(0), "a lost write is written again"),
            (1, true, Some(Other), Action::Back(0), "other bytes are written again"),
            (2, true, Some(Before), Action::Do(2), "the number is free"),
            (2, true, Some(Other), Action::Conflict(2), "somebody else has the number"),
            (3, true, Some(Other), Action::Do(3), "the copy belongs to the number that is ours"),
            (4, true, Some(Before), Action::Do(4), "the feed is the one the plan was made for"),
            (4, true, Some(Other), Action::Conflict(4), "somebody else's feed is never written over"),
            (5, true, Some(Before), Action::Back(4), "a lost feed is written again"),
            (5, true, Some(Other), Action::Conflict(5), "listeners get something else"),
            (6, true, Some(AsWanted), Action::Done(6), "the library notes it"),
            (7, false, None, Action::Finish, "all done"),
        ] {
            let mut journal = journal(done.min(6), begun);
            if done == 7 {
                journal[6] = Some(Done);
            }
            assert_eq!(step(&plan, &journal, observed), expected, "{why}");
        }
    }

    #[test]
    fn a_verify_without_its_upload_is_no_reason_to_loop() {
        let plan = plan(vec![Step::Verify { upload: 3 }]);
        assert_eq!(step(&plan, &vec![Some(Begun)], Some(Observed::Before)), Action::Conflict(0));
    }

    fn seen() -> impl Strategy<Value = Observed> {
        prop_oneof![Just(Observed::Before), Just(Observed::AsWanted), Just(Observed::Other)]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever the target shows, in whatever order, and killed wherever: the rules hold and it ends.
        #[test]
        fn no_sequence_breaks_the_rules(
            files in 0usize..4,
            server in any::<bool>(),
            told in proptest::collection::vec((seen(), any::<bool>()), 0..60),
        ) {
            let plan = plan(steps(files, server));
            let mut journal: Journal = vec![None; plan.steps.len()];
            let (mut observed, mut told) = (None, told.into_iter());
            // After the last line of the script the target shows what is wanted.
            for _ in 0..60 + 4 * plan.steps.len() + 60 * plan.steps.len() {
                match step(&plan, &journal, observed.take()) {
                    Action::Finish => {
                        prop_assert!(journal.iter().all(|entry| *entry == Some(Done)));
                        return Ok(());
                    }
                    Action::Begin(at) => {
                        prop_assert_eq!(journal[at], None);
                        journal[at] = Some(Begun);
                    }
                    Action::Observe(_) => {
                        let (shown, killed) = told.next().unwrap_or((Observed::AsWanted, false));
                        // A kill forgets what was seen.
                        observed = (!killed).then_some(shown);
                    }
                    Action::Do(at) => {
                        prop_assert_eq!(journal[at], Some(Begun), "no effect without its row");
                        if plan.steps[at] == Step::Switch {
                            let before = plan.steps.iter().zip(&journal).filter(|(s, _)| {
                                let documents = matches!(s, Step::Document { .. } | Step::VerifyDocument { .. });
                                documents || matches!(s, Step::Upload { .. } | Step::Verify { .. } | Step::Claim | Step::Push)
                            });
                            prop_assert!(before.into_iter().all(|(_, entry)| *entry == Some(Done)));
                        }
                    }
                    Action::Done(at) => journal[at] = Some(Done),
                    Action::Back(to) => {
                        let known = matches!(plan.steps[to], Step::Upload { .. } | Step::Document { .. } | Step::Switch);
                        prop_assert!(known);
                        journal[to] = Some(Begun);
                    }
                    Action::Conflict(at) => {
                        prop_assert!(matches!(plan.steps[at], Step::Claim | Step::Switch | Step::VerifyFeed));
                        return Ok(());
                    }
                }
            }
            prop_assert!(false, "the machine does not end");
        }
    }
}
