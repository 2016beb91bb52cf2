//! Whose turn it is: a job waits for a place for heavy work and for its lease, and becomes this process's. The same is never done
//! twice at once to the same thing.

use crate::Studio;
use crate::jobs::interrupted;
use crate::leases::{self, Held};
use crate::runner::{ASK_EVERY, MOST_ATTEMPTS, Run};
use crate::work::Work;
use hearthcast_library::WriteTx;
use hearthcast_library::job;
use hearthcast_model::job::{Job, JobState};
use hearthcast_model::{JobId, Result};

/// A job that this process may do now.
pub(crate) struct Turn {
    pub(crate) job: Job,
    pub(crate) work: Work,
    /// The place of heavy work, and the lease.
    pub(crate) held: (Option<Held>, Held),
}

/// What became of an attempt to begin a job.
enum Claim {
    Ours(Box<Job>, Box<Work>),
    /// The same is being done to the same thing.
    Later,
    /// Nothing is to be done any more.
    Gone,
}

impl Studio {
    /// Waits until it may be done, and makes it this process's. `None` when it is not to be done here.
    pub(crate) async fn turn(&self, id: &JobId, run: &Run) -> Result<Option<Turn>> {
        loop {
            let Some(held) = self.place_and_lease(id, run).await? else { return Ok(None) };
            match self.claim(id).await? {
                Claim::Ours(job, work) => return Ok(Some(Turn { job: *job, work: *work, held })),
                Claim::Gone => return Ok(None),
                Claim::Later => drop(held),
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
    }

    /// Waits for a place for heavy work and takes the lease. `None` when the job is not to be done here.
    async fn place_and_lease(&self, id: &JobId, run: &Run) -> Result<Option<(Option<Held>, Held)>> {
        loop {
            let Some((job, work)) = self.waiting(id).await? else { return Ok(None) };
            run.cancel.check()?;
            let place = if work.is_heavy() { leases::place(self.root(), &work)? } else { None };
            if place.is_some() || !work.is_heavy() {
                match leases::job(self.root(), id)? {
                    Some(lease) => return Ok(Some((place, lease))),
                    None if job.state == JobState::Running => return Ok(None),
                    // Somebody looks at it, or has just begun it.
                    None => {}
                }
            }
            drop(place);
            tokio::time::sleep(ASK_EVERY).await;
        }
    }

    async fn waiting(&self, id: &JobId) -> Result<Option<(Job, Work)>> {
        let open = job::open(self.library()).await?.into_iter().find(|open| open.job.id == *id);
        let Some(open) = open.filter(|open| matches!(open.job.state, JobState::Waiting | JobState::Running)) else {
            return Ok(None);
        };
        let work = open.params.and_then(|params| serde_json::from_value(params).ok());
        Ok(work.map(|work| (open.job, work)))
    }

    /// Makes the job this process's. The caller holds its lease, so a row that says it runs is of a process that is gone.
    async fn claim(&self, id: &JobId) -> Result<Claim> {
        let mut tx = self.library().transact().await?;
        let Some(open) = tx.open_job(id).await? else { return Ok(Claim::Gone) };
        let work: Option<Work> = open.params.and_then(|params| serde_json::from_value(params).ok());
        let Some(work) = work.filter(|_| matches!(open.job.state, JobState::Waiting | JobState::Running)) else {
            return Ok(Claim::Gone);
        };
        if work.is_heavy() && self.another_runs(&mut tx, &open.job).await? {
            return Ok(Claim::Later);
        }
        let mut job = open.job;
        job.attempts += 1;
        (job.not_before_ms, job.error) = (None, None);
        if job.attempts > MOST_ATTEMPTS {
            (job.state, job.error) = (JobState::Failed, Some(interrupted()));
        } else {
            job.state = JobState::Running;
            (job.lease_pid, job.heartbeat_ms) = (Some(std::process::id()), Some(self.now_ms()));
        }
        tx.put_job(&job).await?;
        self.commit_own(tx).await?;
        Ok(match job.state {
            JobState::Running => Claim::Ours(Box::new(job), Box::new(work)),
            _ => Claim::Gone,
        })
    }

    /// Whether the same is being done to the same thing: what was asked for last shall be there in the end.
    async fn another_runs(&self, tx: &mut WriteTx, job: &Job) -> Result<bool> {
        for other in tx.open_jobs().await? {
            let other = other.job;
            let same = other.id != job.id && other.kind == job.kind && other.subject == job.subject;
            // Of a process that is gone, nobody holds the lease.
            if same && other.state == JobState::Running && leases::job(self.root(), &other.id)?.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
