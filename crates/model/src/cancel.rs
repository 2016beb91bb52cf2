//! One handle for long work: it reports progress and can be stopped.

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Stops work from outside. Clones share the same switch.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks the work to stop at its next safe point.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
    /// Whether stopping was asked for.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::SeqCst)
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Progress {
    /// A word for the phase (`analyse`, `upload`, `verify`, `feed`); the window has its sentence.
    pub phase: String,
    /// Units done (bytes or steps).
    pub done: u64,
    /// Units in all; 0 when unknown.
    pub total: u64,
}
