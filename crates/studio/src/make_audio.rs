//! From a recording to the sound listeners get: encoded in the background with the show's preset, made again with another,
//! and its tags kept right until it is published. From then on the file is never touched.

use crate::Studio;
use crate::disk::not_written;
use crate::ingest_audio::{attached, gone};
use crate::read::episode_id;
use crate::work::Work;
use hearthcast_engine::ProgressSink;
use hearthcast_library::{files, made, media};
use hearthcast_media::Probed;
use hearthcast_media::process::{ProcessRequest, TagsToWrite};
use hearthcast_model::guard::Replace;
use hearthcast_model::record::Table;
use hearthcast_model::show::Attachment;
use hearthcast_model::{
    Cancel, Code, Episode, EpisodeId, EpisodeNumber, Error, JobId, MediaFacts, Preset, ProcessReport, Record, Result,
    Sha256, Show,
};
use std::path::PathBuf;
use std::sync::Arc;

/// Widest picture that is put into a sound file: larger ones only make every download longer.
const WIDEST_IN_TAGS: u32 = 1400;

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
        let record = self.episode(show, which).await?;
        let recording = self.recording_of(&record).await?;
        self.may_replace(&record, replace).await?;
        self.supersede(&record.id).await?;
        self.begin(Work::Process { show: show.into(), episode: record.id, recording, preset, replace }).await
    }

    /// The recording an episode's sound was made of, or the newest it was given.
    async fn recording_of(&self, record: &Record<Episode>) -> Result<Sha256> {
        let made_of = match &record.body.audio {
            Some(audio) => made::get(self.library(), &audio.hash).await?.map(|made| made.source),
            None => None,
        };
        let recording = match made_of {
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
        let tags = self.tags_of(&self.show(show).await?.body, &record.body).await?;
        let output = self.workplace(recording)?;
        let (source, told) = (files::path(self.root(), recording), Arc::clone(sink));
        let request = ProcessRequest { source, output: output.clone(), preset, tags: tags.clone() };
        let done = self.process_media(request, cancel.clone(), move |p| told(p)).await?;
        self.keep_made(&output, &done.probed.facts.sha256).await?;
        cancel.check()?;
        self.note_made(episode, &done.probed, done.report, &hash_of(&tags)?, replace).await
    }

    async fn note_made(
        &self,
        episode: &str,
        probed: &Probed,
        report: ProcessReport,
        tags: &Sha256,
        replace: Option<Replace>,
    ) -> Result<()> {
        let mut tx = self.library().transact().await?;
        let record = tx.read::<Episode>(episode).await?.filter(|r| r.deleted_ms.is_none()).ok_or_else(gone)?;
        let original = media::get(self.library(), &report.source).await?.map(|known| known.original_name);
        tx.put_media(&probed.facts, &original.unwrap_or_default()).await?;
        if let Some(peaks) = &probed.peaks {
            tx.put_peaks(&probed.facts.sha256, peaks).await?;
        }
        let (hash, source) = (probed.facts.sha256.clone(), report.source.clone());
        tx.put_made(&made::Made { hash, source, tags: tags.clone(), report }).await?;
        let sound = attached(&probed.facts, &record.body.slug);
        let mut body = self.with_sound(&record, record.body.clone(), sound, replace)?;
        body.changed_ms = self.now_ms();
        tx.put(episode, &body).await?;
        self.commit(tx, "audio").await
    }

    /// Brings the tags of own, unpublished files up to what their episodes say now. Called before every plan, so that
    /// what is published is right; frames stay byte by byte.
    pub(crate) async fn bring_tags_up(
        &self,
        show: &Show,
        episodes: &[Record<Episode>],
        only: &[EpisodeId],
    ) -> Result<bool> {
        let mut changed = false;
        for record in episodes {
            let asked = only.is_empty() || only.iter().any(|id| id.as_str() == record.id);
            if asked && record.deleted_ms.is_none() && !record.body.draft {
                changed |= self.bring_tags_of(show, record).await?;
            }
        }
        Ok(changed)
    }

    async fn bring_tags_of(&self, show: &Show, record: &Record<Episode>) -> Result<bool> {
        let Some(audio) = &record.body.audio else { return Ok(false) };
        let published = record.released.as_ref().and_then(|released| released.audio.as_ref());
        if published.is_some_and(|published| published.hash == audio.hash) {
            return Ok(false);
        }
        let Some(known) = made::get(self.library(), &audio.hash).await? else { return Ok(false) };
        let source = files::path(self.root(), &audio.hash);
        let tags = self.tags_of(show, &record.body).await?;
        if known.tags == hash_of(&tags)? || !source.exists() {
            return Ok(false);
        }
        let output = self.workplace(&audio.hash)?;
        let probed = self.retag_media(source, output.clone(), tags.clone(), Cancel::default(), |_| ()).await?;
        self.keep_made(&output, &probed.facts.sha256).await?;
        let retagged = made::Made { hash: probed.facts.sha256.clone(), tags: hash_of(&tags)?, ..known };
        self.note_retagged(record, audio, &probed, &retagged).await?;
        Ok(true)
    }

    /// The author changed nothing here: no step to take back, and earlier steps mean the new file as they meant the old.
    async fn note_retagged(
        &self,
        record: &Record<Episode>,
        before: &Attachment,
        probed: &Probed,
        retagged: &made::Made,
    ) -> Result<()> {
        let original = media::get(self.library(), &before.hash).await?.map(|known| known.original_name);
        let mut tx = self.library().transact().await?;
        let Some(now) = tx.read::<Episode>(&record.id).await? else { return Ok(()) };
        if now.body.audio.as_ref() != Some(before) || now.deleted_ms.is_some() {
            return Ok(());
        }
        let after = Attachment { hash: probed.facts.sha256.clone(), ..before.clone() };
        tx.put_media(&probed.facts, &original.unwrap_or_default()).await?;
        if let Some(peaks) = &probed.peaks {
            tx.put_peaks(&probed.facts.sha256, peaks).await?;
        }
        tx.put_made(retagged).await?;
        let (old, new) = (json(before)?, json(&after)?);
        tx.put(&record.id, &Episode { audio: Some(after), ..now.body }).await?;
        tx.rewrite_steps(Table::Episode, &record.id, "audio", &old, &new).await?;
        self.commit_own(tx).await
    }

    /// What stands in the tags of an episode's own file.
    async fn tags_of(&self, show: &Show, episode: &Episode) -> Result<TagsToWrite> {
        let own = episode.image.as_ref().map(|image| (image, &episode.image_sizes));
        let cover = match own.or_else(|| show.cover.as_ref().map(|cover| (cover, &show.cover_sizes))) {
            Some((whole, sizes)) => {
                let fits = |size: &&hearthcast_model::Rendition| {
                    size.width_px <= WIDEST_IN_TAGS && matches!(size.file.ext.as_str(), "jpg" | "png")
                };
                let picture = sizes.iter().find(fits).map_or(whole, |size| &size.file);
                self.picture_for_tags(&picture.hash).await?
            }
            None => None,
        };
        Ok(TagsToWrite {
            title: episode.title.clone(),
            show: show.title.clone(),
            author: show.author.clone(),
            language: show.language.clone(),
            season: episode.season,
            number: episode.number.map(EpisodeNumber::floor),
            cover,
            chapters: episode.chapters.clone(),
            ..TagsToWrite::default()
        })
    }

    async fn picture_for_tags(&self, hash: &Sha256) -> Result<Option<PathBuf>> {
        let fits = |facts: &MediaFacts| {
            facts.size_bytes <= hearthcast_media::probe::MOST_COVER_BYTES as u64
                && matches!(facts.mime.as_str(), "image/jpeg" | "image/png")
        };
        let path = files::path(self.root(), hash);
        let known = media::get(self.library(), hash).await?;
        Ok(known.filter(|known| fits(&known.facts) && path.exists()).map(|_| path))
    }

    fn workplace(&self, of: &Sha256) -> Result<PathBuf> {
        let name = format!("{}-{}.mp3", &of.as_str()[..16], self.library().ids().v4());
        files::workplace(self.root(), &name).map_err(|e| not_written("the sound", &e))
    }

    async fn keep_made(&self, output: &std::path::Path, hash: &Sha256) -> Result<()> {
        let (root, output, hash) = (self.root().to_path_buf(), output.to_path_buf(), hash.clone());
        let kept = tokio::task::spawn_blocking(move || files::take_over(&root, &output, &hash)).await;
        kept.map_err(|e| crate::studio::task_failed(&e))?.map_err(|e| not_written("the sound", &e))
    }
}

/// Tags by content: pictures by their names in the media folder, which are their hashes.
fn hash_of(tags: &TagsToWrite) -> Result<Sha256> {
    let cover = tags.cover.as_ref().and_then(|path| path.file_name()).map(PathBuf::from);
    let tags = TagsToWrite { cover, ..tags.clone() };
    Ok(Sha256::of(json(&tags)?.to_string().as_bytes()))
}

fn json(value: &impl serde::Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value)
        .map_err(|e| Error::new(Code::Internal, format!("A change could not be written as JSON: {e}.")))
}
