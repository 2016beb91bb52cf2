//! Makes again what is missing or outdated, and says why: sounds of recordings in all their formats, waveforms, copies of pictures.
//! What is published stays as it is, byte by byte, and nothing takes its place. (What is looked for: `find_derived`.)

use crate::Studio;
use crate::avif_copies::Pictured;
use crate::find_derived::{Job, Task};
use crate::known_sound::keep_sound;
use crate::leases;
use crate::sound_findings::is_not_heard;
use crate::work::Work;
use futures_util::{StreamExt, stream};
use hearthcast_engine::ProgressSink;
use hearthcast_library::{files, job, media};
use hearthcast_model::derived::{DeriveFate, DeriveStep, DeriveWhy, hash_of_edit};
use hearthcast_model::guard::Replace;
use hearthcast_model::job::JobKind;
use hearthcast_model::media_library::KeptFor;
use hearthcast_model::remade::{MadeOf, why_other};
use hearthcast_model::show::Attachment;
use hearthcast_model::view::CopiesMade;
use hearthcast_model::{Cancel, Code, Episode, JobId, Progress, Record, Result, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::RwLock;

impl Studio {
    /// What would be made again, and why. Changes nothing. An empty `show` asks about all of them.
    pub async fn plan_derived(&self, show: &str) -> Result<Vec<DeriveStep>> {
        Ok(self.tasks_of(show).await?.into_iter().map(|task| task.step).collect())
    }

    /// Makes it, several sounds at once. Each thing is kept as soon as it is done, so a stop loses nothing; one that cannot be made
    /// does not keep the others from it.
    pub async fn derive_media(&self, show: &str, cancel: &Cancel, sink: ProgressSink) -> Result<Vec<DeriveStep>> {
        let tasks = self.tasks_of(show).await?;
        let (all, done) = (tasks.len() as u64, AtomicU64::new(0));
        sink(Progress::new("derive", 0, all));
        // Sounds have nothing to do with each other; copies of pictures of one thing have.
        let alone = RwLock::new(());
        let derive = |Task { mut step, job }: Task| {
            let (alone, done, sink) = (&alone, &done, &sink);
            async move {
                let _several = if job.is_of_sound() { Some(alone.read().await) } else { None };
                let _one = if job.is_of_sound() { None } else { Some(alone.write().await) };
                self.derive_one(&mut step, job, cancel).await?;
                sink(Progress::new("derive", done.fetch_add(1, Ordering::Relaxed) + 1, all));
                Ok(step)
            }
        };
        let tasks: Vec<_> = tasks.into_iter().map(derive).collect();
        // Stopped, each ends its own work before this ends.
        let steps: Vec<_> = stream::iter(tasks).buffered(leases::places()).collect().await;
        steps.into_iter().collect()
    }

    async fn derive_one(&self, step: &mut DeriveStep, job: Job, cancel: &Cancel) -> Result<()> {
        cancel.check()?;
        if step.fate == DeriveFate::Planned {
            match self.do_task(step, job, cancel).await {
                Ok(()) if step.problem.is_empty() => step.fate = DeriveFate::Done,
                Ok(()) => step.fate = DeriveFate::Failed,
                // What is made of one episode may be stopped by what its author does; the others go on.
                Err(error) if error.code == Code::Cancelled && cancel.check().is_err() => return Err(error),
                Err(error) => (step.fate, step.problem) = (DeriveFate::Failed, error.message),
            }
        }
        Ok(())
    }

    /// Begins [`derive_media`](Self::derive_media) in the background.
    pub async fn start_derive(&self, show: &str) -> Result<JobId> {
        self.begin(Work::Derive { show: show.into() }).await
    }

    async fn do_task(&self, step: &mut DeriveStep, job: Job, cancel: &Cancel) -> Result<()> {
        match job {
            Job::Sound { record, recording, preset } => {
                let before = record.body.audio.clone();
                let work = Work::Process {
                    show: record.body.show.to_string(),
                    episode: record.id.clone(),
                    recording,
                    preset,
                    replace: as_chosen(&record),
                };
                if self.is_at_work_on(&record).await? {
                    step.problem = "The episode was changed meanwhile, or its sound is being made.".into();
                    return Ok(());
                }
                self.do_now(work, cancel.clone(), Arc::new(|_| ())).await?;
                let now = self.episode(record.body.show.as_str(), &record.id).await?;
                if let Some(why) = self.why_changed(before.as_ref(), now.body.audio.as_ref()).await? {
                    step.why = why;
                }
                Ok(())
            }
            Job::Waveform { hash } => self.listen_again(&hash, cancel).await,
            Job::Tags { show, record } => self.bring_tags_of_one(&show.body, &record).await.map(|_| ()),
            Job::OfShow { record, avif } => self.picture_task(step, (record.as_ref(), avif), cancel).await,
            Job::OfEpisode { record, avif } => self.picture_task(step, (record.as_ref(), avif), cancel).await,
            Job::Lost(lost) => {
                if !self.bring_back(lost, cancel).await? {
                    step.problem = "Today they come out otherwise: choose the picture's file again.".into();
                }
                Ok(())
            }
            Job::Nothing => Ok(()),
        }
    }

    /// Whether its author did something else with the sound since the plan was made: that goes first.
    async fn is_at_work_on(&self, planned: &Record<Episode>) -> Result<bool> {
        let now = self.episode(planned.body.show.as_str(), &planned.id).await?;
        let open = job::open(self.library()).await?;
        let busy = open.iter().any(|open| {
            open.job.subject.id == planned.id && matches!(open.job.kind, JobKind::Process | JobKind::Ingest)
        });
        Ok(busy || now.body.audio != planned.body.audio || now.released != planned.released)
    }

    async fn picture_task<T: Pictured>(
        &self,
        step: &mut DeriveStep,
        (record, avif): (&Record<T>, bool),
        cancel: &Cancel,
    ) -> Result<()> {
        if !avif {
            return self.make_copies_of(record, cancel).await;
        }
        // What was made for it just before stands in the record as it is now.
        let mut made = CopiesMade::default();
        self.make_avif_of(record, cancel, &mut made).await?;
        if made.absent > 0 {
            step.problem = "The file the picture was made from cannot be used.".into();
        }
        Ok(())
    }

    /// Why the sound that was made is another one than before, by what is written down about both; `None` where only one was made.
    async fn why_changed(
        &self,
        before: Option<&Attachment>,
        now: Option<&Attachment>,
    ) -> Result<Option<Vec<DeriveWhy>>> {
        let (Some(old), Some(new)) = (self.made_here(before).await?, self.made_here(now).await?) else {
            return Ok(None);
        };
        let edits = [&old, &new].map(|made| hash_of_edit(&made.report.recipe, &made.report.passages));
        let [old_edit, new_edit] = &edits;
        let reasons = why_other(
            &MadeOf {
                hash: &old.hash,
                source: &old.source,
                tags: &old.tags,
                recipe: old_edit.as_ref(),
                report: &old.report,
            },
            &MadeOf {
                hash: &new.hash,
                source: &new.source,
                tags: &new.tags,
                recipe: new_edit.as_ref(),
                report: &new.report,
            },
        );
        Ok((!reasons.is_empty()).then(|| reasons.iter().map(Into::into).collect()))
    }

    /// Listens to a sound and keeps what it looks like. What is published keeps the facts it was published with.
    async fn listen_again(&self, hash: &Sha256, cancel: &Cancel) -> Result<()> {
        let path = files::path(self.root(), hash);
        let stopped = cancel.clone();
        let mut probed = self.ask_worker(move |worker| worker.probe_again(&path, None, &stopped, &mut |_| ())).await?;
        let known = media::get(self.library(), hash).await?;
        let name = known.as_ref().map(|known| known.original_name.clone()).unwrap_or_default();
        let earlier = known.into_iter().flat_map(|known| known.facts.findings);
        probed.facts.findings.extend(earlier.filter(is_not_heard));
        let mut tx = self.library().transact().await?;
        if &probed.facts.sha256 != hash {
            let what = format!("The file \"{name}\" in the library is not what it was: the disk changed it.");
            return Err(hearthcast_model::Error::new(Code::MediaUnreadable, what).hint("Bring it back from a backup."));
        }
        if tx.kept().await?.why(hash).contains(&KeptFor::Version) {
            tx.put_levels(hash, &probed.facts.levels).await?;
        } else {
            tx.put_media(&probed.facts, &name).await?;
        }
        keep_sound(&mut tx, &probed).await?;
        self.commit_own(tx).await
    }
}

/// What was said of the guid and the address when a live episode got the sound that waits for its publication: that stays.
pub(crate) fn as_chosen(record: &Record<Episode>) -> Option<Replace> {
    let before = record.released.as_ref()?;
    Some(match &record.body {
        now if now.guid != before.guid => Replace::NewGuid,
        // Nothing was chosen yet.
        now if now.audio.is_none() || now.audio == before.audio => Replace::SameGuid,
        now if now.audio_edition == before.audio_edition => Replace::SameUrl,
        _ => Replace::SameGuid,
    })
}
