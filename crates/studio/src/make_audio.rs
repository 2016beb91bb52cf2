//! From a recording to the sound listeners get: encoded in the background with the show's preset, in all of its formats,
//! made again with another preset. (Its tags are kept right until it is published: `bring_tags`.)

use crate::Studio;
use crate::attach_alternate::described;
use crate::disk::not_written;
use crate::ingest_audio::{attached, gone};
use crate::known_sound::keep_sound;
use crate::read::episode_id;
use crate::sound_tags::hash_of;
use crate::work::Work;
use hearthcast_engine::ProgressSink;
use hearthcast_library::{edit, episode, files, made, media};
use hearthcast_media::process::{Further, MadeFurther, ProcessRequest, Processed, needs_encoding};
use hearthcast_model::edit::Edit;
use hearthcast_model::facts::Finding;
use hearthcast_model::guard::Replace;
use hearthcast_model::show::Attachment;
use hearthcast_model::view::EpisodeView;
use hearthcast_model::{
    AudioFormat, Cancel, Code, Episode, EpisodeId, Error, JobId, Preset, ProcessReport, Progress, Recipe, Record,
    Result, Sha256,
};
use std::path::PathBuf;
use std::sync::Arc;

impl Studio {
    /// Makes an episode's sound again from the recording that was kept, with another preset, in the background. Its
    /// published file stays until the next publication.
    pub async fn process_again(
        &self,
        show: &str,
        which: &str,
        preset: Preset,
        replace: Option<Replace>,
    ) -> Result<JobId> {
        let work = self.making_again(show, which, preset, replace).await?;
        self.begin(work).await
    }

    /// The same, here and now.
    pub async fn make_again(
        &self,
        show: &str,
        which: &str,
        replace: Option<Replace>,
        cancel: Cancel,
        progress: impl Fn(Progress) + Send + Sync + 'static,
    ) -> Result<EpisodeView> {
        let preset = self.preset_of(show, which).await?;
        let work = self.making_again(show, which, preset, replace).await?;
        self.do_now(work, cancel, Arc::new(progress)).await?;
        self.episode_view(show, which).await
    }

    /// The preset an episode's sound was made with, or the show's.
    async fn preset_of(&self, show: &str, which: &str) -> Result<Preset> {
        let made = self.made_here(self.episode(show, which).await?.body.audio.as_ref()).await?;
        Ok(match made {
            Some(made) => made.report.preset,
            None => self.show(show).await?.body.preset,
        })
    }

    async fn making_again(&self, show: &str, which: &str, preset: Preset, replace: Option<Replace>) -> Result<Work> {
        let record = self.episode(show, which).await?;
        let recording = self.recording_of(&record).await?;
        self.may_replace(&record, replace).await?;
        self.supersede(&record.id).await?;
        Ok(Work::Process { show: show.into(), episode: record.id, recording, preset, replace })
    }

    /// The recording an episode's sound was made of, or the newest it was given.
    pub(crate) async fn recording_of(&self, record: &Record<Episode>) -> Result<Sha256> {
        let made_of = match &record.body.audio {
            Some(audio) => made::get(self.library(), &audio.hash).await?.map(|made| made.source),
            None => None,
        };
        // An MP3 or M4A that came in finished is its own recording once something is cut out of it.
        let own = record.body.audio.as_ref().filter(|_| made_of.is_none()).map(|audio| &audio.hash);
        let cut = match own {
            Some(own) => edit::get(self.library(), &episode_id(record)?, own).await?.map(|edit| edit.recording),
            None => None,
        };
        let recording = match made_of.or(cut) {
            Some(source) => Some(source),
            None => made::recording(self.library(), &episode_id(record)?).await?,
        };
        let kept = recording.filter(|hash| files::path(self.root(), hash).exists());
        kept.ok_or_else(|| {
            Error::new(Code::MediaAbsent, "There is no recording on this disk to make it again from.")
                .hint("Add the recording (WAV, FLAC, AIFF, Ogg or Opus) once more.")
                .about("episode", record.id.clone())
        })
    }

    /// Makes the sound and gives it to the episode. What was made stays when the episode is gone meanwhile.
    pub(crate) async fn make_audio(
        &self,
        show: &str,
        episode: &str,
        recording: &Sha256,
        (preset, replace): (Preset, Option<Replace>),
        cancel: &Cancel,
        sink: &ProgressSink,
    ) -> Result<()> {
        let record = self.episode(show, episode).await.map_err(|_| gone())?;
        let body = self.show(show).await?.body;
        let edit = self.edit_now(&record, recording).await?;
        let tags = self.tags_on_master(&body, &record.body, &edit).await?;
        let known = media::get(self.library(), recording).await?;
        // What came in finished and has nothing cut out of it is passed on as it is, alone: recipes and formats are for recordings.
        let finished = edit.passages.is_empty() && known.is_some_and(|known| !needs_encoding(&known.facts, preset));
        let (recipe, formats) = if finished { (Recipe::default(), vec![]) } else { (body.recipe, body.formats) };
        let place = |format| Ok(Further { format, output: self.workplace(recording, format.ext())? });
        let mut outputs = [AudioFormat::Mp3].iter().chain(&formats).map(|format| place(*format));
        let Further { format, output } = outputs.next().ok_or_else(gone)??;
        let further = outputs.collect::<Result<Vec<_>>>()?;
        let (source, told) = (files::path(self.root(), recording), Arc::clone(sink));
        let plain = ProcessRequest::mp3(source, &output, preset);
        let passages = edit.passages;
        let request = ProcessRequest {
            format,
            tags: tags.clone(),
            further: further.clone(),
            intro: self.heard_beside(recipe.intro.as_ref())?,
            outro: self.heard_beside(recipe.outro.as_ref())?,
            recipe: recipe.clone(),
            passages: passages.clone(),
            known: self.known_sound(recording).await?.map(Box::new),
            ..plain
        };
        let done = self.process_media(request, cancel.clone(), move |p| told(p)).await?;
        self.keep_made(&output, &done.probed.facts.sha256).await?;
        for (place, made) in done.further.iter().filter_map(|made| Some((further.get(made.which)?, made))) {
            self.keep_made(&place.output, &made.probed.facts.sha256).await?;
        }
        cancel.check()?;
        let timeline = done.timeline.clone().unless_all_of(done.source.duration_ms.unwrap_or(i64::MAX));
        let with = |report: ProcessReport| ProcessReport {
            remarks: report.remarks.into_iter().map(|said| by_name(said, &recipe)).collect(),
            recipe: recipe.clone(),
            passages: passages.clone(),
            timeline: timeline.clone(),
            ..report
        };
        let further = done.further.into_iter().map(|made| MadeFurther { report: with(made.report), ..made }).collect();
        let done = Processed { report: with(done.report), further, ..done };
        let tags = hash_of(&tags)?;
        while !self.note_made(episode, &done, &tags, replace).await? {
            // Somebody changed the episode meanwhile: what has times follows what it says now.
            cancel.check()?;
        }
        Ok(())
    }

    /// Gives the episode what was made; false when it was changed by somebody else at the same moment.
    async fn note_made(
        &self,
        episode: &str,
        done: &Processed,
        tags: &Sha256,
        replace: Option<Replace>,
    ) -> Result<bool> {
        let Processed { probed, report, further, .. } = done;
        let seen = self.living(episode).await?;
        let source = report.source.clone();
        let edit = self.edit_now(&seen, &source).await?;
        let (before, known) = self.known_now(&seen.body, edit.clone()).await?;
        let followed = Box::pin(self.on_timeline(&seen.body, &known, (&before, &report.timeline))).await?;
        let original = media::get(self.library(), &source).await?.map(|known| known.original_name).unwrap_or_default();
        let name = seen.body.slug.clone();
        let mut tx = self.library().transact().await?;
        let record = tx.read::<Episode>(episode).await?.filter(|r| r.deleted_ms.is_none()).ok_or_else(gone)?;
        let id = episode_id(&record)?;
        let stored = tx.edit(&id, &source).await?;
        if record.body != seen.body || stored.as_ref().unwrap_or(&Edit::of(source.clone())) != &edit {
            return Ok(false);
        }
        let body = followed.as_ref().map_or(&record.body, |followed| &followed.episode).clone();
        let mut body = self.with_sound(&record, body, attached(&probed.facts, &name), replace)?;
        self.without_made(&mut body).await?;
        body.tags.alternate_enclosures.extend(further.iter().map(|made| described(&made.probed.facts, &name)));
        hearthcast_feed::podcast::check_episode(&body)?;
        let all = further.iter().map(|made| (&made.probed, &made.report)).chain([(probed, report)]);
        for (probed, report) in all {
            tx.put_media(&probed.facts, &original).await?;
            keep_sound(&mut tx, probed).await?;
            let hash = probed.facts.sha256.clone();
            let report = report.clone();
            // What is passed on as it is was not made here.
            if hash != source {
                tx.put_made(&made::Made { hash, source: source.clone(), tags: tags.clone(), report }).await?;
            }
        }
        for (kept, original) in followed.iter().flat_map(|followed| &followed.kept) {
            tx.put_media(&kept.facts, original).await?;
        }
        let noted = followed.map_or_else(|| known.standing_on(&report.timeline, &seen.body), |followed| followed.edit);
        if stored.as_ref().is_some_and(|stored| *stored != noted) || noted != Edit::of(source) {
            tx.put_edit(&id, &noted).await?;
        }
        body.changed_ms = self.now_ms();
        tx.put(episode, &body).await?;
        self.commit(tx, "audio").await?;
        Ok(true)
    }

    async fn living(&self, episode: &str) -> Result<Record<Episode>> {
        let id = EpisodeId::parse(episode).ok_or_else(gone)?;
        episode::get(self.library(), &id).await?.filter(|record| record.deleted_ms.is_none()).ok_or_else(gone)
    }

    /// What is cut out of a recording of an episode, and what was laid aside.
    pub(crate) async fn edit_now(&self, record: &Record<Episode>, recording: &Sha256) -> Result<Edit> {
        let edit = edit::get(self.library(), &episode_id(record)?, recording).await?;
        Ok(edit.unwrap_or_else(|| Edit::of(recording.clone())))
    }

    /// A recording that is heard with every episode.
    fn heard_beside(&self, file: Option<&Attachment>) -> Result<Option<PathBuf>> {
        let Some(file) = file else { return Ok(None) };
        let path = files::path(self.root(), &file.hash);
        if path.exists() {
            return Ok(Some(path));
        }
        Err(Error::new(Code::MediaAbsent, format!("The recording \"{}\" of the show is not on this disk.", file.name))
            .hint("Choose the show's intro or outro once more."))
    }

    /// Leaves out further formats that the workshop made: of another recording they are no longer the same sound.
    pub(crate) async fn without_made(&self, body: &mut Episode) -> Result<()> {
        let others = std::mem::take(&mut body.tags.alternate_enclosures);
        for other in others {
            if self.made_here(other.file.as_ref()).await?.is_none() {
                body.tags.alternate_enclosures.push(other);
            }
        }
        Ok(())
    }

    /// How a file was made, if the workshop made it.
    pub(crate) async fn made_here(&self, file: Option<&Attachment>) -> Result<Option<made::Made>> {
        match file {
            Some(file) => Ok(made::get(self.library(), &file.hash).await?),
            None => Ok(None),
        }
    }

    /// A place for a file that is being made.
    pub(crate) fn workplace(&self, of: &Sha256, ext: &str) -> Result<PathBuf> {
        let name = format!("{}-{}.{ext}", &of.as_str()[..16], self.library().ids().v4());
        files::own_workplace(self.root(), &name).map_err(|e| not_written("the sound", &e))
    }

    /// Takes a made file into the media folder.
    pub(crate) async fn keep_made(&self, output: &std::path::Path, hash: &Sha256) -> Result<()> {
        let (root, output, hash) = (self.root().to_path_buf(), output.to_path_buf(), hash.clone());
        let kept = tokio::task::spawn_blocking(move || files::take_over(&root, &output, &hash)).await;
        kept.map_err(|e| crate::studio::task_failed(&e))?.map_err(|e| not_written("the sound", &e))
    }
}

/// Files of a show lie under their hashes; people know them by their names.
fn by_name(said: Finding, recipe: &Recipe) -> Finding {
    let files = recipe.intro.iter().chain(&recipe.outro);
    let message = files.fold(said.message, |message, file| {
        message.replace(file.hash.as_str(), &format!("{}.{}", file.name, file.ext))
    });
    Finding { message, ..said }
}

pub(crate) fn json(value: &impl serde::Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value)
        .map_err(|e| Error::new(Code::Internal, format!("A change could not be written as JSON: {e}.")))
}
