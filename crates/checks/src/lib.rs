//! What directories and apps refuse: pure rules over a [`Facts`] value (FEED.md §3). Rules are data ([`groups`]) with the
//! function that looks beside them, one file per group of things that are looked at.
//!
//! Nothing here reads a file, a library or a network: whoever asks gathers the facts, and what a place answered is a
//! fact like any other ([`Live`]).

mod facts;
mod language;
mod live;
mod mend;
mod rule;
mod rules;
mod told;
mod values;

pub use facts::{EpisodeFacts, Facts, Found, Item, Live, OtherShow, Outcome, Question, Seen};
pub use mend::{Mended, insecure_addresses, mend};
pub use rule::{Fix, Group, Rule, Source};
pub use rules::{groups, rule};

use hearthcast_model::check::{Accepted, CheckFinding, CheckLevel, CheckReport};
use hearthcast_model::{ShowId, TargetId};
use rule::Look;

/// Everything a directory or an app would not like, the worst first, the show before its episodes.
pub fn check(facts: &Facts) -> Vec<CheckFinding> {
    let mut found = told::Found::default();
    for rule in groups().iter().flat_map(|group| group.rules) {
        match rule.look {
            Look::Show(look) => look(facts, &mut found.of(rule, 0, "show", facts.id.as_str())),
            Look::Episode(look) => {
                for (index, one) in facts.episodes.iter().enumerate() {
                    look(facts, one, &mut found.of(rule, index + 1, "episode", one.id.as_str()));
                }
            }
            Look::Live(look) => {
                if let Some(live) = facts.live {
                    look(facts, live, &mut found.of(rule, usize::MAX, "target", &live.target));
                }
            }
        }
    }
    found.sorted()
}

/// The findings with their numbers; `accepted` are those that the author takes as they are.
pub fn report(show: ShowId, target: Option<TargetId>, facts: &Facts, accepted: &[Accepted]) -> CheckReport {
    let is_accepted =
        |finding: &CheckFinding| finding.may_be_accepted() && accepted.iter().any(|accepted| accepted.is(finding));
    let (accepted, findings): (Vec<_>, Vec<_>) = check(facts).into_iter().partition(is_accepted);
    let count = |level: CheckLevel| findings.iter().filter(|finding| finding.level == level).count() as u64;
    CheckReport {
        v: 1,
        show,
        target,
        asked: facts.live.map(Live::addresses).unwrap_or_default(),
        errors: count(CheckLevel::Error),
        warnings: count(CheckLevel::Warning),
        advice: count(CheckLevel::Advice),
        checked_ms: facts.now_ms,
        accepted,
        findings,
    }
}
