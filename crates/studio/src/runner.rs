//! Works on jobs: takes one up when it may, keeps its row alive, ends it. One runner for all kinds, in every process that
//! begins or takes up work.

use crate::Studio;
use crate::jobs::{KEPT, interrupted};
use crate::leases;
use crate::turns::Turn;
use crate::work::Work;
use futures_util::{StreamExt, stream};
use hearthcast_engine::ProgressSink;
use hearthcast_library::job::{self, Wanted};
use hearthcast_model::error::Retry;
use hearthcast_model::job::{Job, JobOutcome, JobState};
use hearthcast_model::view::Event;
use hearthcast_model::{Cancel, Code, JobId, Progress, Result};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// At most so often a running job tells its progress.
const TELL_EVERY: Duration = Duration::from_millis(60);
/// So often the table is asked what is wanted of a running job.
pub(crate) const ASK_EVERY: Duration = Duration::from_millis(400);
/// So many questions later a running job gives a sign of life.
const BEAT_AFTER: u32 = 12;
/// So often a process that takes up others' jobs looks for them.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// A job that ended its process so often is not begun again.
pub(crate) const MOST_ATTEMPTS: u32 = 5;

/// A job that this process works on, or waits for the place to do so.
#[derive(Clone, Default)]
pub(crate) struct Run {
    pub(crate) cancel: Cancel,
    progress: Arc<Mutex<Option<Progress>>>,
}

impl Run {
    /// How far it is.
    pub(crate) fn progress(&self) -> Option<Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Studio {
    /// Takes up jobs that other processes left, now and as long as this process lives. Only programs that stay call this.
    pub fn run_jobs(&self) {
        self.stay();
        let studio = self.clone();
        tokio::spawn(async move {
            studio.tidy_leases().await;
            let mut looks = tokio::time::interval(LOOK_EVERY);
            loop {
                looks.tick().await;
                if let Err(error) = studio.take_up_all().await {
                    tracing::warn!(code = error.code.as_str(), "waiting jobs could not be looked at");
                }
            }
        });
    }

    /// Does all jobs that wait, a few at once, also those they lead to. Returns how many.
    pub async fn finish_jobs(&self, cancel: &Cancel, sink: ProgressSink) -> Result<u64> {
        self.release_dead_jobs().await?;
        let mut finished = 0;
        loop {
            let open = job::open(self.library()).await?;
            let here = open.iter().any(|o| self.running().contains_key(&o.job.id));
            let waiting = |o: &&job::Open| o.job.state == JobState::Waiting && self.is_time(&o.job);
            let mut free = open.iter().filter(waiting).filter(|o| !self.running().contains_key(&o.job.id)).peekable();
            cancel.check()?;
            let some = match free.peek() {
                // What is published waits for the sounds that were asked for before it.
                Some(first) if is_heavy(first) => {
                    // Of one thing, one after the other.
                    let mut things = HashSet::new();
                    let differ = |open: &&job::Open| is_heavy(open) && things.insert(open.job.subject.id.clone());
                    free.take_while(differ).collect()
                }
                Some(_) => free.take(1).collect(),
                None if here => {
                    tokio::time::sleep(ASK_EVERY).await;
                    continue;
                }
                None => return Ok(finished),
            };
            finished += self.run_some(some, cancel, &sink).await?;
        }
    }

    /// Does these, a few at once. Returns how many.
    async fn run_some(&self, jobs: Vec<&job::Open>, cancel: &Cancel, sink: &ProgressSink) -> Result<u64> {
        let run = |open: &job::Open| {
            let (id, cancel, sink) = (open.job.id.clone(), cancel.clone(), Arc::clone(sink));
            async move {
                // What had not begun waits on.
                if cancel.is_cancelled() { Ok(None) } else { self.run_job(&id, cancel, Some(sink)).await }
            }
        };
        let runs: Vec<_> = jobs.into_iter().map(run).collect();
        // Stopped, each ends its own work before this ends.
        let ran: Vec<_> = stream::iter(runs).buffer_unordered(leases::places()).collect().await;
        ran.into_iter().try_fold(0, |done, ran| Ok(done + u64::from(ran?.is_some())))
    }

    /// Writes work down and begins it in the background.
    pub(crate) async fn begin(&self, work: Work) -> Result<JobId> {
        let job = self.write_down(&work).await?;
        self.take_up(job.id.clone());
        Ok(job.id)
    }

    /// Writes work down and does it here and now. Killed, it is taken up by the next process that stays.
    pub(crate) async fn do_now(&self, work: Work, cancel: Cancel, sink: ProgressSink) -> Result<()> {
        let job = self.write_down(&work).await?;
        self.run_job(&job.id, cancel, Some(sink)).await?.unwrap_or_else(|| Err(interrupted()))
    }

    /// The same, and says what came of it.
    pub(crate) async fn do_now_told(&self, work: Work, cancel: Cancel, sink: ProgressSink) -> Result<JobOutcome> {
        let job = self.write_down(&work).await?;
        self.run_job(&job.id, cancel, Some(sink)).await?.unwrap_or_else(|| Err(interrupted()))?;
        let ended = job::get(self.library(), &job.id).await?;
        Ok(ended.and_then(|job| job.outcome).unwrap_or_default())
    }

    /// Does here and now what is written down already. `None` when another process does.
    pub(crate) async fn do_written(&self, id: &JobId, cancel: Cancel, sink: ProgressSink) -> Result<Option<()>> {
        self.run_job(id, cancel, Some(sink)).await?.transpose()
    }

    /// Begins a job in the background, if nobody else does.
    pub(crate) fn take_up(&self, id: JobId) {
        let studio = self.clone();
        tokio::spawn(async move {
            if let Err(error) = studio.run_job(&id, Cancel::default(), None).await {
                tracing::warn!(code = error.code.as_str(), "a job could not be begun");
            }
        });
    }

    async fn tidy_leases(&self) {
        match job::newest(self.library(), u32::MAX).await {
            Ok(jobs) => leases::tidy(self.root(), &jobs.into_iter().map(|job| job.id).collect::<Vec<_>>()),
            Err(error) => tracing::debug!(%error, "the locks of forgotten jobs stay"),
        }
    }

    async fn take_up_all(&self) -> Result<()> {
        self.release_dead_jobs().await?;
        for open in job::open(self.library()).await? {
            let ours = self.running().contains_key(&open.job.id);
            if !ours && open.job.state == JobState::Waiting && self.is_time(&open.job) {
                self.take_up(open.job.id);
            }
        }
        Ok(())
    }

    fn is_time(&self, job: &Job) -> bool {
        job.not_before_ms.is_none_or(|at| at <= self.now_ms())
    }

    async fn write_down(&self, work: &Work) -> Result<Job> {
        let now_ms = self.now_ms();
        let job = Job {
            id: JobId::fresh(self.library().ids(), now_ms),
            kind: work.kind(),
            subject: work.subject(),
            priority: 0,
            state: JobState::Waiting,
            progress: None,
            lease_pid: None,
            heartbeat_ms: None,
            attempts: 0,
            not_before_ms: None,
            error: None,
            created_ms: now_ms,
            does: work.does().into(),
            show: work.show(),
            outcome: None,
        };
        let mut tx = self.library().transact().await?;
        tx.put_job(&job).await?;
        // A path that is no text cannot be written down; such work is done by this process or not at all.
        if let Ok(params) = serde_json::to_value(work) {
            tx.put_job_params(&job.id, &params).await?;
        }
        tx.forget_jobs(KEPT).await?;
        self.commit_own(tx).await?;
        self.send(Event::Job { job: Box::new(job.clone()) });
        Ok(job)
    }

    /// Works on a job until it ends. `None` when another process does, or nothing is to be done any more.
    async fn run_job(&self, id: &JobId, cancel: Cancel, sink: Option<ProgressSink>) -> Result<Option<Result<()>>> {
        // Stopped by itself, it stops nothing that goes on beside it.
        let run = Run { cancel: cancel.of_a_part(), ..Run::default() };
        if self.running().contains_key(id) {
            return Ok(None);
        }
        self.running().insert(id.clone(), run.clone());
        let ran = self.run_as(id, &run, sink).await;
        self.running().remove(id);
        ran
    }

    async fn run_as(&self, id: &JobId, run: &Run, sink: Option<ProgressSink>) -> Result<Option<Result<()>>> {
        let Turn { job, work, held } = match self.turn(id, run).await {
            Ok(Some(turn)) => turn,
            Ok(None) => return Ok(None),
            Err(error) if error.code == Code::Cancelled => {
                self.cancel_job(id).await?;
                return Ok(Some(Err(error)));
            }
            Err(error) => return Err(error),
        };
        self.send(Event::Job { job: Box::new(job.clone()) });
        let watch = tokio::spawn(self.clone().watch(job.clone(), run.clone()));
        // Somebody who waits for the end hears of a failure; what nobody waits for is tried again.
        let again = sink.is_none() && self.stays() && work.is_tried_again();
        let outcome = self.perform(work, run.cancel.clone(), self.sink(&job, run, sink)).await;
        watch.abort();
        // What rests says how far it is.
        let mut job = job;
        job.progress = outcome.is_err().then(|| run.progress()).flatten();
        let told = match &outcome {
            Ok(_) => Ok(()),
            Err(error) => Err(error.clone()),
        };
        self.end_job(job, outcome, again).await?;
        drop(held);
        Ok(Some(told))
    }

    /// Looks what is wanted of a running job, and gives signs of life.
    async fn watch(self, mut job: Job, run: Run) {
        let mut asked = 0u32;
        loop {
            tokio::time::sleep(ASK_EVERY).await;
            match job::open(self.library()).await {
                Ok(open) => {
                    if open.iter().any(|o| o.job.id == job.id && o.wanted.is_some()) {
                        run.cancel.cancel();
                    }
                }
                Err(error) => tracing::debug!(%error, "what is wanted of a job could not be read"),
            }
            asked += 1;
            if asked.is_multiple_of(BEAT_AFTER) {
                job.progress = run.progress();
                if let Err(error) = self.beat(&job).await {
                    tracing::debug!(code = error.code.as_str(), "a sign of life could not be given");
                }
            }
        }
    }

    async fn beat(&self, job: &Job) -> Result<()> {
        let mut tx = self.library().transact().await?;
        tx.beat(job).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Progress goes to the screens and to whoever asked; the table learns it with the next sign of life.
    fn sink(&self, job: &Job, run: &Run, also: Option<ProgressSink>) -> ProgressSink {
        let (studio, job, run) = (self.clone(), job.clone(), run.clone());
        let told: Mutex<Option<(Instant, String)>> = Mutex::new(None);
        Arc::new(move |progress: Progress| {
            *run.progress.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress.clone());
            if let Some(also) = &also {
                also(progress.clone());
            }
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh = told.as_ref().is_none_or(|(at, phase)| at.elapsed() >= TELL_EVERY || *phase != progress.phase);
            if fresh || progress.done == progress.total {
                *told = Some((Instant::now(), progress.phase.clone()));
                studio.send(Event::Job { job: Box::new(Job { progress: Some(progress), ..job.clone() }) });
            }
        })
    }

    /// Notes how a job ended, or when it is tried `again`. The table may be out of reach (a full disk); then the next
    /// process finds a job of a process that is gone.
    async fn end_job(&self, mut job: Job, outcome: Result<JobOutcome>, again: bool) -> Result<()> {
        let mut tx = self.library().transact().await?;
        let wanted = tx.open_job(&job.id).await?.and_then(|open| open.wanted);
        (job.lease_pid, job.heartbeat_ms) = (None, Some(self.now_ms()));
        (job.state, job.error) = match outcome {
            Ok(outcome) => {
                job.outcome = Some(outcome);
                (JobState::Done, None)
            }
            Err(error) if error.code == Code::Cancelled && wanted == Some(Wanted::Pause) => (JobState::Paused, None),
            Err(error) if error.code == Code::Cancelled => (JobState::Cancelled, None),
            Err(error) if again && wanted.is_none() && error.retry == Retry::Later && job.attempts < MOST_ATTEMPTS => {
                job.not_before_ms = Some(self.now_ms().saturating_add(rest_ms(job.attempts)));
                (JobState::Waiting, Some(error))
            }
            Err(error) => (JobState::Failed, Some(error)),
        };
        tx.want(&job.id, None).await?;
        tx.put_job(&job).await?;
        tx.forget_jobs(KEPT).await?;
        self.commit_own(tx).await?;
        let rests = job.state == JobState::Waiting;
        let id = job.id.clone();
        self.send(Event::Job { job: Box::new(job) });
        if rests {
            self.take_up_in_time(id);
        }
        Ok(())
    }

    /// Looks at a resting job when its time has come; the rounds of [`run_jobs`](Self::run_jobs) look less often.
    fn take_up_in_time(&self, id: JobId) {
        let studio = self.clone();
        tokio::spawn(async move {
            if let Ok(Some(job)) = job::get(studio.library(), &id).await
                && let Some(at) = job.not_before_ms
            {
                let rest = u64::try_from(at.saturating_sub(studio.now_ms())).unwrap_or_default();
                tokio::time::sleep(Duration::from_millis(rest)).await;
            }
            // Made later meanwhile, or held: the rounds, or whoever lets it go on, see to it.
            if let Ok(Some(job)) = job::get(studio.library(), &id).await
                && job.state == JobState::Waiting
                && studio.is_time(&job)
            {
                studio.take_up(id);
            }
        });
    }
}

fn is_heavy(open: &job::Open) -> bool {
    let work = open.params.clone().and_then(|params| serde_json::from_value::<Work>(params).ok());
    work.is_some_and(|work| work.is_heavy())
}

/// How long a job rests that did not reach the other side for the `tried`th time: 15 seconds, a minute, four, sixteen.
fn rest_ms(tried: u32) -> i64 {
    15_000 * 4i64.saturating_pow(tried.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_grow_and_the_last_is_a_quarter_of_an_hour() {
        assert_eq!((1..MOST_ATTEMPTS).map(rest_ms).collect::<Vec<_>>(), [15_000, 60_000, 240_000, 960_000]);
    }
}
