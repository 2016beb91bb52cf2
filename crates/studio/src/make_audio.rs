//! From a recording to the sound listeners get: encoded in the background with the show's preset, in all of its formats,
//! made again with another preset. (Its tags are kept right until it is published: `bring_tags`.)

use crate::Studio;
use crate::attach_alternate::described;
use crate::disk::not_written;
use crate::ingest_audio::{attached, gone};
use crate::read::episode_id;
use crate::work::Work;
use hearthcast_engine::ProgressSink;
use hearthcast_library::{files, made, media};
use hearthcast_media::process::{Further, ProcessRequest, Processed, TagsToWrite};
use hearthcast_model::guard::Replace;
use hearthcast_model::show::Attachment;
use hearthcast_model::{
    AudioFormat, Cancel, Code, Episode, EpisodeNumber, Error, JobId, MediaFacts, Preset, Record, Result, Sha256, Show,
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
        let body = self.show(show).await?.body;
        let tags = self.tags_of(&body, &record.body).await?;
        let place = |format| Ok(Further { format, output: self.workplace(recording, format.ext())? });
        let mut outputs = [AudioFormat::Mp3].iter().chain(&body.formats).map(|format| place(*format));
        let Further { format, output } = outputs.next().ok_or_else(gone)??;
        let further = outputs.collect::<Result<Vec<_>>>()?;
        let (source, told) = (files::path(self.root(), recording), Arc::clone(sink));
        let plain = ProcessRequest::mp3(source, &output, preset);
        let request = ProcessRequest { format, tags: tags.clone(), further: further.clone(), ..plain };
        let done = self.process_media(request, cancel.clone(), move |p| told(p)).await?;
        self.keep_made(&output, &done.probed.facts.sha256).await?;
        for (place, made) in further.iter().zip(&done.further) {
            self.keep_made(&place.output, &made.probed.facts.sha256).await?;
        }
        cancel.check()?;
        self.note_made(episode, done, &hash_of(&tags)?, replace).await
    }

    async fn note_made(&self, episode: &str, done: Processed, tags: &Sha256, replace: Option<Replace>) -> Result<()> {
        let Processed { probed, report, further, .. } = done;
        let mut tx = self.library().transact().await?;
        let record = tx.read::<Episode>(episode).await?.filter(|r| r.deleted_ms.is_none()).ok_or_else(gone)?;
        let source = report.source.clone();
        let original = media::get(self.library(), &source).await?.map(|known| known.original_name).unwrap_or_default();
        let name = record.body.slug.clone();
        let sound = attached(&probed.facts, &name);
        let mut body = self.with_sound(&record, record.body.clone(), sound, replace)?;
        self.without_made(&mut body).await?;
        body.tags.alternate_enclosures.extend(further.iter().map(|made| described(&made.probed.facts, &name)));
        hearthcast_feed::podcast::check_episode(&body)?;
        let all = further.into_iter().map(|made| (made.probed, made.report)).chain([(probed, report)]);
        for (probed, report) in all {
            tx.put_media(&probed.facts, &original).await?;
            if let Some(peaks) = &probed.peaks {
                tx.put_peaks(&probed.facts.sha256, peaks).await?;
            }
            let hash = probed.facts.sha256;
            tx.put_made(&made::Made { hash, source: source.clone(), tags: tags.clone(), report }).await?;
        }
        body.changed_ms = self.now_ms();
        tx.put(episode, &body).await?;
        self.commit(tx, "audio").await
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

    /// What stands in the tags of an episode's own file.
    pub(crate) async fn tags_of(&self, show: &Show, episode: &Episode) -> Result<TagsToWrite> {
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

    /// A place for a file that is being made.
    pub(crate) fn workplace(&self, of: &Sha256, ext: &str) -> Result<PathBuf> {
        let name = format!("{}-{}.{ext}", &of.as_str()[..16], self.library().ids().v4());
        files::workplace(self.root(), &name).map_err(|e| not_written("the sound", &e))
    }

    /// Takes a made file into the media folder.
    pub(crate) async fn keep_made(&self, output: &std::path::Path, hash: &Sha256) -> Result<()> {
        let (root, output, hash) = (self.root().to_path_buf(), output.to_path_buf(), hash.clone());
        let kept = tokio::task::spawn_blocking(move || files::take_over(&root, &output, &hash)).await;
        kept.map_err(|e| crate::studio::task_failed(&e))?.map_err(|e| not_written("the sound", &e))
    }
}

/// Tags by content: pictures by their names in the media folder, which are their hashes.
pub(crate) fn hash_of(tags: &TagsToWrite) -> Result<Sha256> {
    let cover = tags.cover.as_ref().and_then(|path| path.file_name()).map(PathBuf::from);
    let tags = TagsToWrite { cover, ..tags.clone() };
    Ok(Sha256::of(json(&tags)?.to_string().as_bytes()))
}

pub(crate) fn json(value: &impl serde::Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value)
        .map_err(|e| Error::new(Code::Internal, format!("A change could not be written as JSON: {e}.")))
}
