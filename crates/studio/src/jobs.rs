//! Runs long things: a row in the job table, progress to everybody, one handle to stop it.

use crate::Studio;
use hearthcast_engine::ProgressSink;
use hearthcast_library::job;
use hearthcast_model::error::Subject;
use hearthcast_model::job::{Job, JobKind, JobState};
use hearthcast_model::view::Event;
use hearthcast_model::{Cancel, Code, Error, JobId, Progress, Result};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// At most so often a running job tells its progress.
const TELL_EVERY: Duration = Duration::from_millis(60);

/// Ended jobs that are kept for the activity list.
const KEPT: u32 = 200;

impl Studio {
    /// The newest jobs, newest first.
    pub async fn jobs(&self) -> Result<Vec<Job>> {
        Ok(job::newest(self.library(), 50).await?)
    }

    /// Stops a job of this process at its next safe point. A job that has ended stays as it is.
    pub fn cancel_job(&self, id: &JobId) {
        if let Some(cancel) = self.running().get(id) {
            cancel.cancel();
        }
    }

    /// Begins work in the background and returns its id at once.
    pub(crate) async fn start_job<F>(
        &self,
        kind: JobKind,
        subject: Subject,
        work: impl FnOnce(Cancel, ProgressSink) -> F,
    ) -> Result<JobId>
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let (job, cancel) = (self.new_job(kind, subject), Cancel::default());
        self.write_job(&job).await?;
        self.running().insert(job.id.clone(), cancel.clone());
        let work = work(cancel, self.sink(&job));
        let (studio, id) = (self.clone(), job.id.clone());
        tokio::spawn(async move {
            let outcome = work.await;
            studio.end_job(job, outcome).await;
        });
        Ok(id)
    }

    fn new_job(&self, kind: JobKind, subject: Subject) -> Job {
        let now_ms = self.now_ms();
        Job {
            id: JobId::fresh(self.library().ids(), now_ms),
            kind,
            subject,
            priority: 0,
            state: JobState::Running,
            progress: None,
            lease_pid: Some(std::process::id()),
            heartbeat_ms: Some(now_ms),
            attempts: 1,
            not_before_ms: None,
            error: None,
            created_ms: now_ms,
        }
    }

    /// Progress goes to the screens only; the table learns beginning and end.
    fn sink(&self, job: &Job) -> ProgressSink {
        let (studio, job) = (self.clone(), job.clone());
        let told: Mutex<Option<(Instant, String)>> = Mutex::new(None);
        Arc::new(move |progress: Progress| {
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh = told.as_ref().is_none_or(|(at, phase)| at.elapsed() >= TELL_EVERY || *phase != progress.phase);
            if fresh || progress.done == progress.total {
                *told = Some((Instant::now(), progress.phase.clone()));
                studio.send(Event::Job { job: Box::new(Job { progress: Some(progress), ..job.clone() }) });
            }
        })
    }

    async fn end_job(&self, mut job: Job, outcome: Result<()>) {
        self.running().remove(&job.id);
        job.lease_pid = None;
        job.heartbeat_ms = Some(self.now_ms());
        (job.state, job.error) = match outcome {
            Ok(()) => (JobState::Done, None),
            Err(error) if error.code == Code::Cancelled => (JobState::Cancelled, None),
            Err(error) => (JobState::Failed, Some(error)),
        };
        if let Err(error) = self.write_job(&job).await {
            tracing::warn!(code = error.code.as_str(), "the end of a job could not be noted");
        }
        self.send(Event::Job { job: Box::new(job) });
    }

    async fn write_job(&self, job: &Job) -> Result<()> {
        let mut tx = self.library().transact().await?;
        tx.put_job(job).await?;
        tx.forget_jobs(KEPT).await?;
        self.commit(tx, "job").await
    }

    /// Jobs whose process is gone are marked as interrupted; what they did so far is resumed by their verbs.
    pub(crate) async fn release_dead_jobs(&self) -> Result<()> {
        for mut job in job::newest(self.library(), KEPT).await? {
            if job.state == JobState::Running && !job.lease_pid.is_some_and(is_alive) {
                job.state = JobState::Failed;
                job.lease_pid = None;
                job.error = Some(interrupted());
                self.write_job(&job).await?;
            }
        }
        Ok(())
    }
}

fn interrupted() -> Error {
    Error::new(Code::Busy, "Hearthcast ended while this was running.")
        .hint("Start it again: it goes on where it stopped.")
}

#[cfg(unix)]
fn is_alive(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
    pid.is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok())
}

#[cfg(not(unix))]
fn is_alive(pid: u32) -> bool {
    pid == std::process::id()
}
