//! The one closed set of errors that reaches a person: code, sentence, hint, subject, and whether a retry helps.
//!
//! Libraries have their own typed errors and turn them into this at their edge; window, terminal JSON and protocol
//! carry exactly this shape (DESIGN §6.7). Nobody matches on the sentence.

use serde::{Deserialize, Serialize};

/// Result with the [`Error`] that people see.
pub type Result<T, E = Error> = std::result::Result<T, E>;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal),* $(,)?) => {
        /// Error codes, written `area.reason`. A code exists only if somebody acts on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
        pub enum Code { $($(#[$doc])* #[serde(rename = $text)] $variant),* }
        impl Code {
            /// The code as it is written (`media.truncated`).
            pub fn as_str(self) -> &'static str { match self { $(Code::$variant => $text),* } }
            /// All codes, for documentation and tests.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];
        }
    };
}

codes! {
    /// The words of a command do not make sense together.
    UsageInvalid = "usage.invalid",
    /// A field holds something that cannot be kept.
    FieldInvalid = "field.invalid",
    /// The thing asked for does not exist.
    NotFound = "library.not_found",
    /// Something with that name exists already.
    Taken = "library.taken",
    /// The library was written by a newer Hearthcast.
    LibraryNewer = "library.newer",
    /// The library file is damaged.
    LibraryDamaged = "library.damaged",
    /// The library could not be read or written.
    LibraryFailed = "library.failed",
    /// Another program holds what is needed.
    Busy = "sync.busy",
    /// The file is not a sound Hearthcast can publish.
    MediaUnusable = "media.unusable",
    /// The file ends before its end.
    MediaTruncated = "media.truncated",
    /// The file is too big or claims too much.
    MediaTooLarge = "media.too_large",
    /// The file could not be read.
    MediaUnreadable = "media.unreadable",
    /// The media file is in the library's list, but not on this disk.
    MediaAbsent = "media.absent",
    /// Another publication happened meanwhile.
    TargetConflict = "target.conflict",
    /// The target's address is not one Hearthcast can use.
    TargetInvalid = "target.invalid",
    /// The target refused.
    TargetRefused = "target.refused",
    /// The target does not answer.
    TargetOffline = "target.offline",
    /// The target holds something else than what was written.
    TargetMismatch = "target.mismatch",
    /// The target is full.
    TargetFull = "target.full",
    /// Plain http to a host that is not this machine.
    TargetInsecure = "target.insecure",
    /// The pairing code or device key was not accepted.
    AuthRefused = "auth.refused",
    /// The other side speaks another version.
    VersionRefused = "sync.upgrade",
    /// The show lacks something that publication needs.
    PublishIncomplete = "publish.incomplete",
    /// Something changes that apps know a published episode by, and nobody typed yet that it is meant.
    GuardConfirm = "guard.confirm",
    /// The sound of a live episode is to be replaced, and nobody said in which of three ways.
    GuardReplace = "guard.replace",
    /// The same feed came out differently on the other side.
    RenderMismatch = "publish.render_mismatch",
    /// The feed is locked: only its owner may import it.
    ImportLocked = "import.locked",
    /// What was to be imported is no feed that can be read.
    ImportUnreadable = "import.unreadable",
    /// The work was stopped by the person.
    Cancelled = "job.cancelled",
    /// A mistake in Hearthcast.
    Internal = "internal.fault",
}

/// Whether trying again helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// It will fail again.
    No,
    /// Later it may work (offline, busy).
    Later,
    /// After the person did what the hint says.
    AfterAction,
}

/// What the error is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Subject {
    /// `show`, `episode`, `media`, `target`, `file`, `field`, `library`.
    pub kind: String,
    /// Id, path or name.
    pub id: String,
}

/// What happened, to what, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[cfg_attr(feature = "bindings", ts(rename = "HearthcastError"))]
#[error("{message}")]
pub struct Error {
    /// Version of this shape: 1.
    pub v: u32,
    /// The closed code.
    pub code: Code,
    /// One sentence: what happened to what.
    pub message: String,
    /// What to do next, or empty.
    pub hint: String,
    /// What it is about.
    pub subject: Option<Subject>,
    /// Whether a retry helps.
    pub retry: Retry,
}

impl Error {
    /// An error without subject or hint, with the usual retry of its code.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let retry = match code {
            Code::Busy | Code::TargetOffline => Retry::Later,
            Code::TargetConflict
            | Code::PublishIncomplete
            | Code::TargetInsecure
            | Code::AuthRefused
            | Code::GuardConfirm
            | Code::GuardReplace
            | Code::TargetFull
            | Code::ImportLocked
            | Code::MediaAbsent => Retry::AfterAction,
            _ => Retry::No,
        };
        Self { v: 1, code, message: message.into(), hint: String::new(), subject: None, retry }
    }
    /// Adds what to do next.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
    /// Names the thing the error is about.
    pub fn about(mut self, kind: &str, id: impl Into<String>) -> Self {
        self.subject = Some(Subject { kind: kind.into(), id: id.into() });
        self
    }
    /// Overrides whether a retry helps.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }
    /// "There is no <kind> called <id>."
    pub fn not_found(kind: &str, id: &str) -> Self {
        Self::new(Code::NotFound, format!("There is no {kind} called \"{id}\".")).about(kind, id)
    }
}
