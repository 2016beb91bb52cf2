//! What a target must be able to do for a publication. Four are known: a folder, a remote place, the bundled
//! server, and the simulated store of the tests.

use crate::payload::Payload;
use hearthcast_model::history::FileChange;
use hearthcast_model::manifest::Manifest;
use hearthcast_model::plan::{Plan, Step, Upload};
use hearthcast_model::{Cancel, Code, Error, Result};
use std::future::Future;

/// What was seen at the target for a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observed {
    /// As the plan found it: the effect has not happened.
    Before,
    /// The effect has happened.
    AsWanted,
    /// Something else.
    Other,
}

/// What a look for a file that is to go has found.
pub(crate) fn gone_if(gone: bool) -> Observed {
    if gone { Observed::AsWanted } else { Observed::Before }
}

/// A publication as the destination sees it.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// What is sent beside files.
    pub payload: &'a Payload,
    /// The switch that stops it.
    pub cancel: &'a Cancel,
}

impl<'a> Work<'a> {
    /// The version to be claimed.
    pub fn manifest(&self) -> Result<&'a Manifest> {
        self.plan.manifest.as_ref().ok_or_else(|| broken("has steps, but no manifest"))
    }

    /// A file of the plan.
    pub fn upload(&self, index: usize) -> Result<&'a Upload> {
        self.plan.uploads.get(index).ok_or_else(|| broken("has a step for a file it does not name"))
    }

    /// A file to be deleted.
    pub fn deleted(&self, index: usize) -> Result<&'a FileChange> {
        let files = self.plan.deletes.as_ref();
        files.and_then(|files| files.get(index)).ok_or_else(|| broken("has a step for a file it does not name"))
    }
}

fn broken(why: &str) -> Error {
    Error::new(Code::Internal, format!("A plan in the library cannot be carried out: it {why}."))
}

/// A target during a publication.
pub trait Destination: Send {
    /// Looks at the target; changes nothing.
    fn observe(&mut self, work: Work<'_>, step: &Step) -> impl Future<Output = Result<Observed>> + Send;
    /// Carries the effect of a step out: whole or not at all, and safe to repeat.
    fn perform(&mut self, work: Work<'_>, step: &Step) -> impl Future<Output = Result<()>> + Send;
    /// Write requests or files written so far.
    fn writes(&self) -> u64;
    /// Addresses that were verified for listeners.
    fn verified(&self) -> Vec<String>;
}
