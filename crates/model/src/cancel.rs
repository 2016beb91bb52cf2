//! One handle for long work: it reports progress and can be stopped.

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Stops work from outside. Clones share the same switch.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<Switch>);

#[derive(Debug, Default)]
struct Switch {
    off: AtomicBool,
    /// What it is a part of.
    whole: Option<Cancel>,
}

impl Cancel {
    /// A switch for a part of the work: stopped with the whole, and by itself.
    pub fn of_a_part(&self) -> Self {
        Self(Arc::new(Switch { off: AtomicBool::new(false), whole: Some(self.clone()) }))
    }
    /// Asks the work to stop at its next safe point.
    pub fn cancel(&self) {
        self.0.off.store(true, Ordering::SeqCst);
    }
    /// Whether stopping was asked for.
    pub fn is_cancelled(&self) -> bool {
        self.0.off.load(Ordering::SeqCst) || self.0.whole.as_ref().is_some_and(Self::is_cancelled)
    }
    /// `Err` with code `job.cancelled` once stopping was asked for.
    pub fn check(&self) -> crate::Result<()> {
        if self.is_cancelled() {
            return Err(crate::Error::new(crate::Code::Cancelled, "The work was stopped.")
                .hint("Start it again: it goes on where it stopped.")
                .retry(crate::error::Retry::AfterAction));
        }
        Ok(())
    }
}

/// How far some work is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Progress {
    /// A word for the phase (`analyse`, `upload`, `verify`, `feed`); the window has its sentence.
    pub phase: String,
    /// Units done (bytes or steps).
    pub done: u64,
    /// Units in all; 0 when unknown.
    pub total: u64,
    /// Name of the place it goes to or comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub place: Option<String>,
    /// The file that is on its way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub file: Option<FileProgress>,
}

/// How far one file of several is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct FileProgress {
    /// Its name, without folders.
    pub name: String,
    /// Bytes that are over.
    pub done: u64,
    /// Bytes in all.
    pub total: u64,
    /// Which one it is, from 1.
    pub nth: u32,
    /// Of how many.
    pub of: u32,
}

impl Progress {
    /// So many units of a phase.
    pub fn new(phase: impl Into<String>, done: u64, total: u64) -> Self {
        Self { phase: phase.into(), done, total, place: None, file: None }
    }

    /// With the file that is on its way.
    pub fn with(self, file: FileProgress) -> Self {
        Self { file: Some(file), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_stops_with_the_whole_and_not_the_other_way_round() {
        let whole = Cancel::default();
        let (one, other) = (whole.of_a_part(), whole.of_a_part());
        one.clone().cancel();
        assert_eq!([&whole, &one, &other].map(Cancel::is_cancelled), [false, true, false]);
        whole.cancel();
        assert!(other.is_cancelled());
    }
}
