//! Findings in the making: whom they are about, who asks for it, and their order.

use hearthcast_model::check::{CheckFinding, CheckLevel, CheckSource};
use hearthcast_model::error::Subject;

/// Who asks for something, and where that stands.
#[derive(Debug, Clone, Copy)]
pub struct Source(&'static str, &'static str);

/// What Apple asks of a feed.
pub const APPLE: Source = Source("Apple Podcasts", "https://podcasters.apple.com/support/823-podcast-requirements");
/// What Apple asks of a cover.
pub const APPLE_ARTWORK: Source =
    Source("Apple Podcasts", "https://podcasters.apple.com/support/896-artwork-requirements");
/// What Apple asks of a sound.
pub const APPLE_AUDIO: Source = Source("Apple Podcasts", "https://podcasters.apple.com/support/893-audio-requirements");
/// The Podcast Standards Project.
pub const PSP1: Source =
    Source("PSP-1", "https://github.com/Podcast-Standards-Project/PSP-1-Podcast-RSS-Specification");
/// RSS itself.
pub const RSS: Source = Source("RSS 2.0", "https://www.rssboard.org/rss-specification");
/// The podcast namespace.
pub const NAMESPACE: Source =
    Source("Podcast namespace", "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md");
/// HTTP.
pub const HTTP: Source = Source("RFC 9110", "https://www.rfc-editor.org/rfc/rfc9110");
/// What many apps and directories have in common without anybody's rule.
pub const PRACTICE: Source = Source("Common practice", "");

/// Findings so far.
#[derive(Debug, Default)]
pub struct Found {
    findings: Vec<CheckFinding>,
}

/// Notes findings about one show, episode or target.
pub struct About<'a> {
    found: &'a mut Found,
    kind: &'static str,
    id: String,
}

impl Found {
    /// Findings about something.
    pub fn about(&mut self, kind: &'static str, id: impl Into<String>) -> About<'_> {
        About { found: self, kind, id: id.into() }
    }

    /// The worst first; otherwise as they were found.
    pub fn sorted(mut self) -> Vec<CheckFinding> {
        self.findings.sort_by_key(|finding| finding.level);
        self.findings
    }
}

impl About<'_> {
    /// A directory or app refuses it.
    pub fn error(&mut self, code: &str, field: &str, source: Source, message: impl Into<String>, hint: &str) {
        self.note(CheckLevel::Error, code, field, source, message.into(), hint);
    }

    /// Listeners will notice it.
    pub fn warning(&mut self, code: &str, field: &str, source: Source, message: impl Into<String>, hint: &str) {
        self.note(CheckLevel::Warning, code, field, source, message.into(), hint);
    }

    /// It could be better.
    pub fn advice(&mut self, code: &str, field: &str, source: Source, message: impl Into<String>, hint: &str) {
        self.note(CheckLevel::Advice, code, field, source, message.into(), hint);
    }

    fn note(&mut self, level: CheckLevel, code: &str, field: &str, source: Source, message: String, hint: &str) {
        self.found.findings.push(CheckFinding {
            level,
            code: format!("check.{code}"),
            message,
            hint: hint.into(),
            subject: Subject { kind: self.kind.into(), id: self.id.clone() },
            field: field.into(),
            source: CheckSource { name: source.0.into(), url: source.1.into() },
        });
    }
}
