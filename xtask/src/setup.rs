//! Installs what building and testing need, each thing once. Does not touch anything that is there already.

mod debian;
mod tools;

use crate::shell::{cargo, run, stage};
use anyhow::Result;

/// Everything: system packages, the locale CI runs under, test tools, the readers, the window's packages.
pub fn all() -> Result<()> {
    stage("setup: system packages", debian::packages)?;
    stage("setup: locale", debian::locale)?;
    stage("setup: crates", crates)?;
    stage("setup: cargo tools", tools::cargo_tools)?;
    stage("setup: readers (Python)", tools::python_readers)?;
    stage("setup: readers (Node)", tools::node_readers)?;
    stage("setup: storages (Node)", tools::node_storages)?;
    stage("setup: storages (Python)", tools::python_storages)?;
    stage("setup: checkers (Python)", tools::python_checkers)?;
    stage("setup: window packages", tools::window_packages)
}

/// What the programs and the window need, without the tests' tools.
pub fn programs() -> Result<()> {
    stage("setup: system packages", debian::packages)?;
    stage("setup: crates", crates)?;
    stage("setup: window packages", tools::window_packages)
}

/// The sources of all crates: the window's build reads their licences, before anything is compiled.
pub fn crates() -> Result<()> {
    run(&mut cargo(["fetch", "--locked"]))
}

/// The storage that only slow tests ask.
pub fn garage() -> Result<()> {
    tools::garage()
}

/// Packages that only one task needs.
pub fn extra_packages(names: &[&'static str]) -> Result<()> {
    debian::install(names)
}

/// Only the locale CI runs under.
pub fn locale() -> Result<()> {
    debian::locale()
}
