//! Findings in the making: whom they are about, and their order.

use crate::rule::Rule;
use hearthcast_model::EpisodeId;
use hearthcast_model::check::{CheckFinding, CheckFix, CheckSource};
use hearthcast_model::error::Subject;

/// Findings so far, each with the place of its subject: the show first, then episodes as they stand, then the target.
#[derive(Default)]
pub(crate) struct Found {
    findings: Vec<(usize, CheckFinding)>,
}

/// Tells what one rule found.
pub struct Told<'a> {
    found: &'a mut Found,
    rule: &'a Rule,
    place: usize,
    kind: &'static str,
    id: &'a str,
}

impl Found {
    /// Findings of a rule about something; `place` orders them.
    pub(crate) fn of<'a>(&'a mut self, rule: &'a Rule, place: usize, kind: &'static str, id: &'a str) -> Told<'a> {
        Told { found: self, rule, place, kind, id }
    }

    /// The worst first, the show before its episodes; otherwise as they were found.
    pub(crate) fn sorted(mut self) -> Vec<CheckFinding> {
        self.findings.sort_by_key(|(place, finding)| (finding.level, *place));
        self.findings.into_iter().map(|(_, finding)| finding).collect()
    }
}

impl Told<'_> {
    /// Something is not as the rule asks, in a sentence. `field` is empty when it is no field's fault.
    pub(crate) fn say(&mut self, field: &str, message: impl Into<String>) {
        let subject = Subject { kind: self.kind.into(), id: self.id.into() };
        self.note(self.place, subject, field, message.into(), true);
    }

    /// The same, where the rule's fix is of no use.
    pub(crate) fn say_unfixed(&mut self, field: &str, message: impl Into<String>) {
        let subject = Subject { kind: self.kind.into(), id: self.id.into() };
        self.note(self.place, subject, field, message.into(), false);
    }

    /// The same about the episode at an index.
    pub(crate) fn say_of(&mut self, index: usize, id: &EpisodeId, field: &str, message: impl Into<String>) {
        let subject = Subject { kind: "episode".into(), id: id.to_string() };
        self.note(index + 1, subject, field, message.into(), true);
    }

    /// The same, where the rule's fix is of no use.
    pub(crate) fn say_of_unfixed(&mut self, index: usize, id: &EpisodeId, field: &str, message: impl Into<String>) {
        let subject = Subject { kind: "episode".into(), id: id.to_string() };
        self.note(index + 1, subject, field, message.into(), false);
    }

    fn note(&mut self, place: usize, subject: Subject, field: &str, message: String, fixed: bool) {
        // A place is asked several questions at one address; one sentence about each is enough.
        if self.found.findings.iter().rev().take(8).any(|(_, last)| last.message == message && last.subject == subject)
        {
            return;
        }
        let Rule { level, source, hint, fix, .. } = *self.rule;
        let fix = fix.filter(|_| fixed).map(|fix| CheckFix { says: fix.says.into(), safe: fix.safe });
        let finding = CheckFinding {
            level,
            code: self.rule.code(),
            message,
            hint: hint.into(),
            subject,
            field: field.into(),
            source: CheckSource { name: source.name.into(), url: source.url.into() },
            fix,
        };
        self.found.findings.push((place, finding));
    }
}
