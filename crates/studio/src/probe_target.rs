//! Tries what a target can do and keeps the report; a publication acts on it.

use crate::Studio;
use hearthcast_engine::line::Line;
use hearthcast_engine::push;
use hearthcast_fetch::{FetchError, Owned};
use hearthcast_library::{target, upload};
use hearthcast_model::place::{Location, Role, Target};
use hearthcast_model::probe::{Abilities, ProbeCheck, ProbeLine, ProbeOutcome, ProbeReport};
use hearthcast_model::{Code, Error, Result};
use hearthcast_storage::Place;
use hearthcast_storage::probe::{Findings, probe_folder, probe_place};
use std::path::Path;
use url::Url;

/// How long a report counts: storages change what they can do.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

impl Studio {
    /// Tries a target by its name: writes, reads and removes a few small files under a random name.
    pub async fn probe_target(&self, name: &str) -> Result<ProbeReport> {
        let target = self.target(name).await?;
        let report = match &target.location {
            Location::Folder { path, public_url } => self.folder_report(&target, path, public_url).await?,
            Location::Bucket { .. } | Location::Remote(_) => {
                let place = self.place(&target).await?;
                self.report(&target, probe_place(&*place, self.token()).await)
            }
            Location::Server { .. } => self.server_report(&target).await?,
        };
        // A network that is away says nothing about what the target can do.
        if report.lines.first().is_some_and(|line| line.outcome == ProbeOutcome::Good) {
            self.keep(&report).await?;
        }
        Ok(report)
    }

    /// The last report about a target, if it was ever tried.
    pub async fn last_probe(&self, name: &str) -> Result<Option<ProbeReport>> {
        let target = self.target(name).await?;
        Ok(upload::probe(self.library(), &target.id).await?)
    }

    /// What a place can do, tried now where that is not known or was tried long ago.
    pub(crate) async fn abilities(&self, target: &Target, place: &dyn Place) -> Result<Abilities> {
        let known = upload::probe(self.library(), &target.id).await?;
        let fresh = |report: &ProbeReport| report.usable && self.now_ms() - report.at_ms < KEPT_MS;
        if let Some(report) = known.filter(fresh) {
            return Ok(report.abilities);
        }
        let mut findings = probe_place(place, self.token()).await;
        if let Some(error) = findings.failure.take() {
            return Err(error);
        }
        let report = self.report(target, findings);
        self.keep(&report).await?;
        match report.fault() {
            None => Ok(report.abilities),
            Some(line) => Err(unusable(target, line)),
        }
    }

    async fn folder_report(&self, target: &Target, path: &str, public_url: &str) -> Result<ProbeReport> {
        let public = Url::parse(public_url).map_err(|_| FetchError::ForeignOrigin(public_url.into()))?;
        // What listeners get over plain http is not secret; the author chose the address.
        let fetch = Owned::over(&self.net().await?, &[public], true, None)?;
        let known = target::state(self.library().readers(), &target.id).await?.manifest.is_some();
        Ok(self.report(target, probe_folder(Path::new(path), known, public_url, &fetch, self.token()).await))
    }

    /// A server says itself what it can do; it is ours.
    async fn server_report(&self, target: &Target) -> Result<ProbeReport> {
        let line = Line::to(target, self.device_key()?, self.net().await?)?;
        let (said, abilities) = match push::hello(&line, self.library()).await {
            Ok(_) => {
                let all = Abilities {
                    create_if_absent: true,
                    conditional_put: true,
                    headers_kept: true,
                    hash_kept: true,
                    multipart: true,
                    public_ranges: true,
                };
                (ProbeLine::good(ProbeCheck::Reach, "The server answers and knows this computer."), all)
            }
            Err(error) => (ProbeLine::bad(ProbeCheck::Reach, error.message, error.hint), Abilities::default()),
        };
        Ok(ProbeReport::of(target.id.clone(), self.now_ms(), vec![said], abilities))
    }

    fn report(&self, target: &Target, mut findings: Findings) -> ProbeReport {
        if target.role == Role::Store && findings.closed {
            only_by_a_server(&mut findings.lines);
        }
        let mut report = ProbeReport::of(target.id.clone(), self.now_ms(), findings.lines, findings.abilities);
        report.clock_ahead_ms = findings.clock_ahead_ms;
        report
    }

    fn token(&self) -> u128 {
        self.library().ids().v4().as_u128()
    }

    async fn keep(&self, report: &ProbeReport) -> Result<()> {
        let mut tx = self.library().transact().await?;
        tx.put_probe(report).await?;
        self.commit(tx, "target").await
    }
}

/// A private storage beside a Hearthcast server is as good as a public one: the server has the key.
fn only_by_a_server(lines: &mut [ProbeLine]) {
    for line in lines.iter_mut().filter(|line| line.check == ProbeCheck::Public && line.outcome == ProbeOutcome::Bad) {
        line.outcome = ProbeOutcome::Advisory;
        line.message = "Nobody reads there without a key.".into();
        line.hint = "That is right for the sound of a Hearthcast server that has the key; for anything else, let everybody read.".into();
    }
}

fn unusable(target: &Target, line: &ProbeLine) -> Error {
    Error::new(Code::TargetRefused, line.message.clone()).hint(line.hint.clone()).about("target", target.name.clone())
}
