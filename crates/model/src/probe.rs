//! What a place can do, found by trying it: storages accept conditions and ignore them, so no answer is believed unless it
//! was tried once. What it is not: the trying; `storage` does it, and `studio` keeps the report.

use crate::TargetId;
use serde::{Deserialize, Serialize};

/// One thing that is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ProbeCheck {
    /// The place answers, and takes what it is given to prove who we are.
    Reach,
    /// A file can be written.
    Write,
    /// The same bytes come back.
    Read,
    /// Type, cache rule and hash come back as they were given.
    Headers,
    /// A part of a file can be asked for.
    Ranges,
    /// A name that must be new is refused the second time.
    CreateOnce,
    /// A file that somebody else has changed is not replaced.
    ReplaceUnchanged,
    /// A large file can be sent in parts.
    Multipart,
    /// Listeners reach the file, with its length and type.
    Public,
    /// Listeners can ask for a part of a file; podcast apps do.
    PublicRanges,
    /// Players on web pages of others may read it.
    Cors,
    /// Both clocks agree.
    Clock,
    /// What was tried is gone again.
    Delete,
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ProbeOutcome {
    /// As it must be.
    Good,
    /// Publishing works all the same; the message says with what care.
    Advisory,
    /// Publishing would not work, or not be safe.
    Bad,
    /// Not tried, because something before it did not work, or because this kind of place has no such thing.
    Untried,
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ProbeLine {
    /// What was tried.
    pub check: ProbeCheck,
    /// How it went.
    pub outcome: ProbeOutcome,
    /// What was seen, as a sentence.
    pub message: String,
    /// What to do about it, or empty.
    pub hint: String,
}

/// What the publisher relies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default)]
pub struct Abilities {
    /// A second creation of the same name is refused.
    pub create_if_absent: bool,
    /// Replacing a file that was changed meanwhile is refused.
    pub conditional_put: bool,
    /// Type and cache rule are kept.
    pub headers_kept: bool,
    /// The stored hash comes back.
    pub hash_kept: bool,
    /// Files can be sent in parts.
    pub multipart: bool,
    /// Listeners get parts of files.
    pub public_ranges: bool,
}

/// What was found out about a target, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ProbeReport {
    /// Version of this shape: 1.
    pub v: u32,
    /// The target.
    pub target: TargetId,
    /// When it was tried, Unix milliseconds.
    pub at_ms: i64,
    /// Whether shows can be published there: no line is bad.
    pub usable: bool,
    /// Whether the place itself keeps two laptops from overwriting each other; without it the guard is only advisory.
    pub guarded: bool,
    /// What was tried, in order.
    pub lines: Vec<ProbeLine>,
    /// What the publisher relies on.
    pub abilities: Abilities,
    /// How far the place's clock is ahead of this machine's, where it tells the time.
    pub clock_ahead_ms: Option<i64>,
}

impl ProbeReport {
    /// A report of these lines; whether the target is usable follows from them.
    pub fn of(target: TargetId, at_ms: i64, lines: Vec<ProbeLine>, abilities: Abilities) -> Self {
        let usable = lines.iter().all(|line| line.outcome != ProbeOutcome::Bad);
        let guarded = abilities.create_if_absent && abilities.conditional_put;
        Self { v: 1, target, at_ms, usable, guarded, lines, abilities, clock_ahead_ms: None }
    }

    /// The first thing that keeps the target from being used.
    pub fn fault(&self) -> Option<&ProbeLine> {
        self.lines.iter().find(|line| line.outcome == ProbeOutcome::Bad)
    }
}

impl ProbeLine {
    /// Something that is as it must be.
    pub fn good(check: ProbeCheck, message: impl Into<String>) -> Self {
        Self { check, outcome: ProbeOutcome::Good, message: message.into(), hint: String::new() }
    }

    /// Something that publishing can live with.
    pub fn advisory(check: ProbeCheck, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { check, outcome: ProbeOutcome::Advisory, message: message.into(), hint: hint.into() }
    }

    /// Something that publishing cannot live with.
    pub fn bad(check: ProbeCheck, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { check, outcome: ProbeOutcome::Bad, message: message.into(), hint: hint.into() }
    }

    /// Something that was not tried.
    pub fn untried(check: ProbeCheck, message: impl Into<String>) -> Self {
        Self { check, outcome: ProbeOutcome::Untried, message: message.into(), hint: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_line_makes_a_place_unusable_and_advice_does_not() {
        let target = || TargetId::parse("018f0000-0000-7000-8000-000000000001").unwrap();
        let report = |lines| ProbeReport::of(target(), 0, lines, Abilities::default());
        let good = ProbeLine::good(ProbeCheck::Write, "");
        let advice = ProbeLine::advisory(ProbeCheck::CreateOnce, "", "");
        assert!(report(vec![good.clone(), advice]).usable);
        let bad = ProbeLine::bad(ProbeCheck::Read, "other bytes", "");
        let report = report(vec![good, bad.clone()]);
        assert_eq!((report.usable, report.fault()), (false, Some(&bad)));
    }
}
