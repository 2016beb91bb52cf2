//! What directories and apps refuse: pure rules over a [`Facts`] value (FEED.md §3). One file per thing that is looked at.
//!
//! Nothing here reads a file, a library or a network: whoever asks gathers the facts, and what a place answered is a
//! fact like any other ([`Live`]).

mod chapters;
mod cover;
mod episode;
mod facts;
mod finding;
mod language;
mod live;
mod show;
mod sound;

pub use facts::{EpisodeFacts, Facts, Live, Outcome, Question, Seen};

use finding::Found;
use hearthcast_model::check::{CheckFinding, CheckLevel, CheckReport};
use hearthcast_model::{ShowId, TargetId};

/// Everything a directory or an app would not like, the worst first, the show before its episodes.
pub fn check(facts: &Facts) -> Vec<CheckFinding> {
    let mut found = Found::default();
    show::check(facts, &mut found);
    cover::check_cover(facts, &mut found);
    episode::check_all(facts, &mut found);
    if let Some(live) = facts.live {
        live::check(live, &mut found);
    }
    found.sorted()
}

/// The findings with their numbers.
pub fn report(show: ShowId, target: Option<TargetId>, facts: &Facts) -> CheckReport {
    let findings = check(facts);
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
        findings,
    }
}
