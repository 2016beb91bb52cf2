//! Takes an audio file in: looked at in the worker process, copied bit by bit, its title and cover taken from its tags.

use crate::Studio;
use crate::pictures::{file_name, same_content};
use crate::read::episode_id;
use crate::studio::task_failed;
use hearthcast_library::{files, media};
use hearthcast_media::{Cover, Probed};
use hearthcast_model::error::Subject;
use hearthcast_model::facts::{MediaFacts, MediaKind};
use hearthcast_model::job::JobKind;
use hearthcast_model::show::Attachment;
use hearthcast_model::view::EpisodeView;
use hearthcast_model::{Cancel, Code, Episode, Error, JobId, Progress, Record, Result, Show};
use std::path::{Path, PathBuf};

/// A cover found in tags, kept in the media folder.
struct KeptCover {
    facts: MediaFacts,
}

impl Studio {
    /// Looks at any file in the worker process. Changes nothing.
    pub async fn probe_media(
        &self,
        path: &Path,
        cancel: Cancel,
        progress: impl Fn(Progress) + Send + 'static,
    ) -> Result<Probed> {
        let (worker, path) = (self.worker().clone(), path.to_path_buf());
        let probed = tokio::task::spawn_blocking(move || worker.probe(&path, &cancel, &mut |p| progress(p)));
        Ok(probed.await.map_err(|e| task_failed(&e))??)
    }

    /// Gives an episode its audio. A file that cannot be used changes nothing.
    pub async fn attach_audio(
        &self,
        show: &str,
        which: &str,
        path: &Path,
        cancel: Cancel,
        progress: impl Fn(Progress) + Send + 'static,
    ) -> Result<EpisodeView> {
        let record = self.episode(show, which).await?;
        let probed = self.probe_media(path, cancel.clone(), progress).await?;
        if probed.facts.kind != MediaKind::Audio {
            return Err(Error::new(Code::MediaUnusable, format!("{} is a picture, not a recording.", path.display()))
                .hint("Choose an MP3 file.")
                .about("file", path.display().to_string()));
        }
        cancel.check()?;
        let kept = self.take_file_in(path).await?;
        same_content(path, &kept, &probed.facts.sha256)?;
        let cover = self.keep_cover(probed.cover.as_ref()).await?;
        self.note_audio(show, &record, path, &probed, cover).await?;
        self.episode_view(show, &record.id).await
    }

    /// Begins [`attach_audio`](Self::attach_audio) in the background.
    pub async fn start_ingest(&self, show: &str, which: &str, path: PathBuf) -> Result<JobId> {
        let record = self.episode(show, which).await?;
        let subject = Subject { kind: "episode".into(), id: record.id.clone() };
        let (studio, show, episode) = (self.clone(), show.to_string(), record.id);
        self.start_job(JobKind::Ingest, subject, move |cancel, sink| async move {
            studio.attach_audio(&show, &episode, &path, cancel, move |p| sink(p)).await.map(|_| ())
        })
        .await
    }

    async fn keep_cover(&self, cover: Option<&Cover>) -> Result<Option<KeptCover>> {
        let Some(cover) = cover else { return Ok(None) };
        let (root, bytes) = (self.root().to_path_buf(), cover.bytes.clone());
        let kept = tokio::task::spawn_blocking(move || files::take_in_from(&root, &mut bytes.as_slice()))
            .await
            .map_err(|e| task_failed(&e))?;
        let Ok(hash) = kept else { return Ok(None) };
        if let Some(known) = media::get(self.library(), &hash).await? {
            return Ok(Some(KeptCover { facts: known.facts }));
        }
        // Measured again from its own file, in the worker, like any other picture.
        match self.probe_media(&files::path(self.root(), &hash), Cancel::default(), |_| ()).await {
            Ok(probed) => Ok(Some(KeptCover { facts: probed.facts })),
            Err(_) => Ok(None),
        }
    }

    async fn note_audio(
        &self,
        show: &str,
        record: &Record<Episode>,
        path: &Path,
        probed: &Probed,
        cover: Option<KeptCover>,
    ) -> Result<()> {
        let show = self.show(show).await?;
        let mut episode = self.episode(&show.id, &record.id).await?.body;
        if episode.title.is_empty() {
            episode.title = title_of(probed, path);
            if record.released.is_none() {
                episode.slug =
                    self.free_episode_slug(&episode.show, &episode.title, Some(&episode_id(record)?)).await?;
            }
        }
        episode.audio = Some(Attachment {
            hash: probed.facts.sha256.clone(),
            name: episode.slug.clone(),
            ext: probed.facts.extension().into(),
        });
        episode.changed_ms = self.now_ms();
        let show_cover =
            cover.as_ref().and_then(|cover| place_cover(&mut episode, &show.body, &cover.facts, self.now_ms()));
        let mut tx = self.library().transact().await?;
        tx.put_media(&probed.facts, &file_name(path)).await?;
        if let Some(peaks) = &probed.peaks {
            tx.put_peaks(&probed.facts.sha256, peaks).await?;
        }
        if let Some(cover) = &cover {
            tx.put_media(&cover.facts, "cover from the audio file").await?;
        }
        tx.put(&record.id, &episode).await?;
        if let Some(changed) = show_cover {
            tx.put(&show.id, &changed).await?;
        }
        self.commit(tx, "audio").await
    }
}

/// A cover in the file becomes the show's when it has none, else the episode's when it differs and the episode has none.
fn place_cover(episode: &mut Episode, show: &Show, facts: &MediaFacts, now_ms: i64) -> Option<Show> {
    let file = |name: &str| Attachment { hash: facts.sha256.clone(), name: name.into(), ext: facts.extension().into() };
    match &show.cover {
        None => Some(Show { cover: Some(file("cover")), changed_ms: now_ms, ..show.clone() }),
        Some(cover) => {
            if cover.hash != facts.sha256 && episode.image.is_none() {
                episode.image = Some(file(&episode.slug));
            }
            None
        }
    }
}

/// The title in the tags, else the file's name without its ending.
fn title_of(probed: &Probed, path: &Path) -> String {
    let tagged = probed.facts.tags.get("title").map(|t| t.trim().to_string()).filter(|t| !t.is_empty());
    tagged.unwrap_or_else(|| path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default())
}
