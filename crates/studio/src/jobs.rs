//! The job table as people use it: what runs, hold it, go on, stop it. Works across processes: a wish stands in the table,
//! and whoever works on the job sees it.

use crate::work::Work;
use crate::{Studio, leases};
use hearthcast_library::WriteTx;
use hearthcast_library::job::{self, Wanted};
use hearthcast_model::job::{Job, JobState};
use hearthcast_model::view::Event;
use hearthcast_model::{Code, Error, JobId, Result};

/// Ended jobs that are kept for the activity list.
pub(crate) const KEPT: u32 = 200;

impl Studio {
    /// The newest jobs, newest first.
    pub async fn jobs(&self) -> Result<Vec<Job>> {
        let mut jobs = job::newest(self.library(), 50).await?;
        let live = self.running();
        for job in &mut jobs {
            // How far it is, to the moment; the table knows it by a few seconds.
            if let Some(progress) = live.get(&job.id).and_then(|run| run.progress()) {
                job.progress = Some(progress);
            }
        }
        Ok(jobs)
    }

    /// Stops a job at its next safe point, whichever process works on it. A job that has ended stays as it is.
    pub async fn cancel_job(&self, id: &JobId) -> Result<()> {
        self.wish(id, Wanted::Cancel).await
    }

    /// Holds a job at its next safe point. A held recording begins again from its beginning, a held publication goes on.
    pub async fn pause_job(&self, id: &JobId) -> Result<()> {
        self.wish(id, Wanted::Pause).await
    }

    /// Lets a job go on that is held, or begins one again that was stopped or failed.
    pub async fn resume_job(&self, id: &JobId) -> Result<()> {
        let mut tx = self.library().transact().await?;
        let open = tx.open_job(id).await?.ok_or_else(|| unknown(id))?;
        let (mut job, begun_by) = (open.job, open.params);
        let rests = job.state == JobState::Waiting && job.not_before_ms.is_some();
        if matches!(job.state, JobState::Running | JobState::Waiting | JobState::Done) && !rests {
            tx.want(id, None).await?;
            return self.commit_own(tx).await;
        }
        if begun_by.is_none() {
            return Err(Error::new(Code::UsageInvalid, "This cannot go on from where it was.")
                .hint("Begin it again from its show or episode.")
                .about("job", id.as_str()));
        }
        (job.state, job.error, job.progress, job.attempts) = (JobState::Waiting, None, None, 0);
        job.not_before_ms = None;
        tx.want(id, None).await?;
        tx.put_job(&job).await?;
        self.commit_own(tx).await?;
        self.send(Event::Job { job: Box::new(job) });
        self.take_up(id.clone());
        Ok(())
    }

    /// Holds everything that runs or waits; returns how many.
    pub async fn pause_jobs(&self) -> Result<u32> {
        self.wish_all(Wanted::Pause, |state| state != JobState::Paused).await
    }

    /// Stops everything that runs, waits or is held; returns how many.
    pub async fn cancel_jobs(&self) -> Result<u32> {
        self.wish_all(Wanted::Cancel, |_| true).await
    }

    /// Lets everything go on that is held, and tries at once what rests until it is tried again; returns how many. What
    /// cannot go on from where it was stays held.
    pub async fn resume_jobs(&self) -> Result<u32> {
        let mut count = 0;
        for open in job::open(self.library()).await? {
            let (job, begun_by) = (open.job, open.params);
            let rests = job.state == JobState::Waiting && job.not_before_ms.is_some();
            if begun_by.is_some() && (job.state == JobState::Paused || rests) {
                self.resume_job(&job.id).await?;
                count += 1;
            }
        }
        Ok(count)
    }

    async fn wish_all(&self, wanted: Wanted, is_meant: impl Fn(JobState) -> bool) -> Result<u32> {
        let mut count = 0;
        for open in job::open(self.library()).await?.into_iter().filter(|open| is_meant(open.job.state)) {
            self.wish(&open.job.id, wanted).await?;
            count += 1;
        }
        Ok(count)
    }

    async fn wish(&self, id: &JobId, wanted: Wanted) -> Result<()> {
        let mut tx = self.library().transact().await?;
        let open = tx.open_job(id).await?.ok_or_else(|| unknown(id))?;
        let mut job = open.job;
        // Nobody begins a job while this transaction lasts.
        let lease = leases::job(self.root(), id)?;
        match (job.state, &lease) {
            (JobState::Done | JobState::Failed | JobState::Cancelled, _) => return Ok(()),
            (_, None) => {
                tx.want(id, Some(wanted)).await?;
                self.commit_own(tx).await?;
                if let Some(run) = self.running().get(id) {
                    run.cancel.cancel();
                }
            }
            (_, Some(_)) => {
                settle(&mut tx, &mut job, wanted).await?;
                self.commit_own(tx).await?;
                self.send(Event::Job { job: Box::new(job) });
            }
        }
        Ok(())
    }

    /// Stops what is still being made for an episode, because something newer takes its place.
    pub(crate) async fn supersede(&self, episode: &str) -> Result<()> {
        for open in job::open(self.library()).await? {
            if open.job.subject.id == episode && open.job.kind == hearthcast_model::job::JobKind::Process {
                self.wish(&open.job.id, Wanted::Cancel).await?;
            }
        }
        Ok(())
    }

    /// Jobs whose process is gone: those that can be begun again wait for it, the others have failed.
    pub(crate) async fn release_dead_jobs(&self) -> Result<()> {
        for open in job::open(self.library()).await? {
            let Some(lease) = leases::job(self.root(), &open.job.id)? else { continue };
            if open.job.state != JobState::Running {
                continue;
            }
            let mut tx = self.library().transact().await?;
            let Some(open) = tx.open_job(&open.job.id).await?.filter(|o| o.job.state == JobState::Running) else {
                continue;
            };
            let mut job = open.job;
            job.lease_pid = None;
            match (open.wanted, open.params.and_then(|p| serde_json::from_value::<Work>(p).ok())) {
                (Some(wanted), _) => settle(&mut tx, &mut job, wanted).await?,
                (None, Some(work)) if work.is_taken_up() => {
                    job.state = JobState::Waiting;
                    tx.put_job(&job).await?;
                }
                _ => {
                    (job.state, job.error) = (JobState::Failed, Some(interrupted()));
                    tx.put_job(&job).await?;
                }
            }
            self.commit_own(tx).await?;
            drop(lease);
        }
        Ok(())
    }
}

/// Does to a job that nobody works on what was wanted.
async fn settle(tx: &mut WriteTx, job: &mut Job, wanted: Wanted) -> Result<()> {
    job.state = match wanted {
        Wanted::Pause => JobState::Paused,
        Wanted::Cancel => JobState::Cancelled,
    };
    // Held by the author from now on, not by a line that does not answer.
    (job.not_before_ms, job.error) = (None, None);
    tx.want(&job.id, None).await?;
    Ok(tx.put_job(job).await?)
}

fn unknown(id: &JobId) -> Error {
    Error::not_found("job", id.as_str())
}

pub(crate) fn interrupted() -> Error {
    Error::new(Code::Busy, "Hearthcast ended while this was running.")
        .hint("Start it again: it goes on where it stopped.")
}
