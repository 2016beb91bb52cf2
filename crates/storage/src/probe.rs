//! Finds out what a place can do by doing it, under a random name, and removes what it wrote. Whether a place keeps to
//! conditions is seen in what lies there afterwards, never in what it answered.

mod folder;
mod listener;
mod remote;

pub use folder::probe_folder;
pub use remote::probe_place;

use crate::{StorageError, StorageKey};
use hearthcast_model::Error;
use hearthcast_model::probe::{Abilities, ProbeCheck, ProbeLine};

/// A name that only a probe uses, and may remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeKey(StorageKey);

/// What a probe found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// What was tried, in order.
    pub lines: Vec<ProbeLine>,
    /// What the publisher may rely on.
    pub abilities: Abilities,
    /// How far the place's clock is ahead, where it tells the time.
    pub clock_ahead_ms: Option<i64>,
    /// Listeners are asked for a key: the place is a private one.
    pub closed: bool,
    /// The first failure, whole: what a publication stops with.
    pub failure: Option<Error>,
}

impl ProbeKey {
    /// A name of this random number. It lies where sounds lie, so that listeners' rights are tried, too.
    pub(crate) fn new(token: u128, what: &str) -> Option<Self> {
        StorageKey::parse(&format!("media/{token:032x}/hearthcast-probe-{what}.bin")).map(Self)
    }

    /// The name.
    pub fn key(&self) -> &StorageKey {
        &self.0
    }
}

impl Findings {
    fn good(&mut self, check: ProbeCheck, message: &str) {
        self.lines.push(ProbeLine::good(check, message));
    }

    fn advisory(&mut self, check: ProbeCheck, message: &str, hint: &str) {
        self.lines.push(ProbeLine::advisory(check, message, hint));
    }

    fn bad(&mut self, check: ProbeCheck, message: &str, hint: &str) {
        self.lines.push(ProbeLine::bad(check, message, hint));
    }

    fn untried(&mut self, check: ProbeCheck, message: &str) {
        self.lines.push(ProbeLine::untried(check, message));
    }

    fn failed(&mut self, check: ProbeCheck, error: StorageError) {
        let error = Error::from(error);
        self.lines.push(ProbeLine::bad(check, error.message.clone(), error.hint.clone()));
        self.failure.get_or_insert(error);
    }
}

/// Bytes that nobody else has: the random number over and over.
fn sample(token: u128) -> Vec<u8> {
    token.to_be_bytes().iter().copied().cycle().take(4096).collect()
}
