//! Takes an audio file in: looked at in the worker process, copied bit by bit, its title and cover taken from its tags.
//! What becomes of a recording then is `make_audio`'s.

use crate::Studio;
use crate::disk::has_room;
use crate::known_sound::keep_sound;
use crate::mix_recordings::Mix;
use crate::pictures::{Picture, file_name, same_content};
use crate::read::episode_id;
use crate::work::Work;
use hearthcast_engine::ProgressSink;
use hearthcast_library::files;
use hearthcast_media::Probed;
use hearthcast_media::process::{estimate, needs_encoding};
use hearthcast_model::facts::{MediaFacts, MediaKind};
use hearthcast_model::guard::Replace;
use hearthcast_model::show::Attachment;
use hearthcast_model::view::EpisodeView;
use hearthcast_model::visible::is_public;
use hearthcast_model::{AudioFormat, Cancel, Code, Episode, Error, JobId, Progress, Record, Result, Show};
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Studio {
    /// Looks at any file in the worker process; at one the library listened to before only whether it is still that one.
    /// Changes nothing.
    pub async fn probe_media(
        &self,
        path: &Path,
        cancel: Cancel,
        progress: impl Fn(Progress) + Send + 'static,
    ) -> Result<Probed> {
        let known = self.known_file(path, &cancel).await?;
        let path = path.to_path_buf();
        self.ask_worker(move |worker| worker.probe_again(&path, known, &cancel, &mut |p| progress(p))).await
    }

    /// Gives an episode its audio, here and now: an MP3 or M4A as it is, a recording when it was made into an MP3. A file
    /// that cannot be used changes nothing. `tracks` are other microphones of the same talk, mixed with it. Of a live episode `replace` says what becomes of its address and guid.
    pub async fn attach_audio(
        &self,
        show: &str,
        which: &str,
        (path, tracks): (&Path, &[PathBuf]),
        replace: Option<Replace>,
        cancel: Cancel,
        progress: impl Fn(Progress) + Send + Sync + 'static,
    ) -> Result<EpisodeView> {
        let record = self.episode(show, which).await?;
        let sink: ProgressSink = Arc::new(progress);
        if let Some(recording) = self.take_audio_in(show, &record.id, (path, tracks), replace, &cancel, &sink).await? {
            self.do_now(recording, cancel, sink).await?;
        }
        self.episode_view(show, &record.id).await
    }

    /// Begins [`attach_audio`](Self::attach_audio) in the background. A recording goes on as a job of its own.
    pub async fn start_ingest(
        &self,
        show: &str,
        which: &str,
        path: PathBuf,
        tracks: Vec<PathBuf>,
        replace: Option<Replace>,
    ) -> Result<JobId> {
        let record = self.episode(show, which).await?;
        self.may_replace(&record, replace).await?;
        self.begin(Work::Ingest { show: show.into(), episode: record.id, path, tracks, replace }).await
    }

    /// Copies a file into the library. An MP3 or M4A becomes the episode's audio; for a recording, says how it becomes it.
    pub(crate) async fn take_audio_in(
        &self,
        show: &str,
        episode: &str,
        (path, tracks): (&Path, &[PathBuf]),
        replace: Option<Replace>,
        cancel: &Cancel,
        sink: &ProgressSink,
    ) -> Result<Option<Work>> {
        let record = self.episode(show, episode).await?;
        self.may_replace(&record, replace).await?;
        if record.body.is_post() {
            return Err(Error::new(Code::FieldInvalid, "A post has no sound.")
                .hint("Make an episode for the sound: hearthcast episode add.")
                .about("field", "audio"));
        }
        let mixed = match tracks.is_empty() {
            true => None,
            false => {
                self.may_be_replaced(show, episode, replace, (path, tracks)).await?;
                Some(self.mixed(path, tracks, cancel, sink).await?)
            }
        };
        let path = mixed.as_ref().map_or(path, Mix::path);
        let told = Arc::clone(sink);
        let mut probed = self.probe_media(path, cancel.clone(), move |p| told(p)).await?;
        if let Some(mix) = &mixed {
            // The same samples may have been mixed before, out of files of which something else was said.
            probed.facts.findings.retain(|said| !said.is_of_file());
            probed.facts.findings.extend_from_slice(mix.findings());
        }
        if probed.facts.kind != MediaKind::Audio {
            return Err(Error::new(Code::MediaUnusable, format!("{} is a picture, not a recording.", path.display()))
                .hint("Choose a sound file: WAV, FLAC, AIFF, MP3, M4A, Ogg or Opus.")
                .about("file", path.display().to_string()));
        }
        let preset = self.show(show).await?.body.preset;
        let is_recording = needs_encoding(&probed.facts, preset);
        if replace == Some(Replace::SameUrl) && !is_recording {
            // Said before anything is copied.
            self.with_sound(&record, record.body.clone(), attached(&probed.facts, ""), replace)?;
        }
        cancel.check()?;
        let body = self.show(show).await?.body;
        let copied = if mixed.is_some() { 0 } else { probed.facts.size_bytes };
        self.has_room_for(&probed.facts, copied, is_recording, &body)?;
        let kept = probed.facts.sha256.clone();
        match &mixed {
            // Made here: it need not lie on the disk twice.
            Some(mixed) => self.keep_made(mixed.path(), &kept).await?,
            None => same_content(path, &self.copy_in(path, cancel, sink).await?, &kept)?,
        }
        let picture = match &probed.cover {
            Some(cover) => {
                let episode = self.episode(show, episode).await?.body;
                self.take_picture_of_sound(&cover.bytes, &body, &episode).await
            }
            None => None,
        };
        self.supersede(episode).await?;
        let replacing = if is_recording { Replacing::Later } else { Replacing::Now(replace) };
        self.note_audio(show, episode, path, &probed, picture, (replacing, false)).await?;
        let (show, episode) = (show.into(), episode.into());
        Ok(is_recording.then_some(Work::Process { show, episode, recording: kept, preset, replace }))
    }

    /// A sound that was looked at already becomes that of an episode without one; of the episode nothing else is changed. What
    /// becomes of a recording is not begun here.
    pub(crate) async fn take_missing_audio(
        &self,
        record: &Record<Episode>,
        path: &Path,
        probed: &Probed,
    ) -> Result<()> {
        let show = record.body.show.as_str();
        let body = self.show(show).await?.body;
        let is_recording = needs_encoding(&probed.facts, body.preset);
        self.has_room_for(&probed.facts, probed.facts.size_bytes, is_recording, &body)?;
        same_content(path, &self.take_file_in(path).await?, &probed.facts.sha256)?;
        let replacing = if is_recording { Replacing::Later } else { Replacing::Now(None) };
        self.note_audio(show, &record.id, path, probed, None, (replacing, true)).await
    }

    async fn is_missing_still(&self, record: &Record<Episode>) -> Result<()> {
        match &record.body.audio {
            None => self.may_replace(record, None).await,
            Some(_) => {
                let what = format!("\"{}\" has another sound meanwhile: what is here stays.", record.body.title);
                Err(Error::new(Code::Taken, what).about("episode", record.id.clone()))
            }
        }
    }

    /// Refuses to begin what the disk has no room for: the copy, and what is made of it.
    fn has_room_for(&self, facts: &MediaFacts, copied: u64, is_recording: bool, show: &Show) -> Result<()> {
        let copy = if files::path(self.root(), &facts.sha256).exists() { 0 } else { copied };
        let formats = [AudioFormat::Mp3].into_iter().chain(show.formats.iter().copied()).filter(|_| is_recording);
        has_room(self.root(), copy.saturating_add(estimate(facts, (show.preset, &show.recipe), formats)))
    }

    async fn note_audio(
        &self,
        show: &str,
        episode: &str,
        path: &Path,
        probed: &Probed,
        picture: Option<Picture>,
        (replace, only_missing): (Replacing, bool),
    ) -> Result<()> {
        let show = self.show(show).await?;
        let mut tx = self.library().transact().await?;
        let show = tx.read::<Show>(&show.id).await?.ok_or_else(gone)?;
        let record = tx.read::<Episode>(episode).await?.filter(|r| r.deleted_ms.is_none()).ok_or_else(gone)?;
        if only_missing {
            // It may have come while this one was listened to.
            self.is_missing_still(&record).await?;
        }
        let id = episode_id(&record)?;
        let mut body = record.body.clone();
        if body.title.is_empty() {
            body.title = title_of(probed, path);
            if !is_public(&record, self.now_ms()) {
                body.slug = self.free_episode_slug(&body.show, &body.title, Some(&id)).await?;
            }
        }
        tx.put_media(&probed.facts, &file_name(path)).await?;
        keep_sound(&mut tx, probed).await?;
        match replace {
            Replacing::Later => tx.put_recording(&id, &probed.facts.sha256).await?,
            Replacing::Now(replace) => {
                let sound = attached(&probed.facts, &body.slug);
                if body.audio.as_ref().is_none_or(|before| before.hash != sound.hash) {
                    self.without_made(&mut body).await?;
                }
                body = self.with_sound(&record, body, sound, replace)?;
            }
        }
        if let Some(picture) = &picture {
            picture.note(&mut tx).await?;
            if let Some(changed) = picture.place(&mut body, &show.body, self.now_ms()) {
                tx.put(&show.id, &changed).await?;
            }
        }
        // A recording changes nothing that listeners get before it is made.
        if body != record.body {
            body.changed_ms = self.now_ms();
            tx.put(episode, &body).await?;
        }
        self.commit(tx, "audio").await
    }
}

/// Whether a file becomes the episode's sound as it is.
#[derive(Clone, Copy)]
enum Replacing {
    /// Yes, in the way that was said.
    Now(Option<Replace>),
    /// The sound is made of it first.
    Later,
}

/// A file as an episode names it.
pub(crate) fn attached(facts: &MediaFacts, name: &str) -> Attachment {
    Attachment { hash: facts.sha256.clone(), name: name.into(), ext: facts.extension().into() }
}

/// The episode went away while its sound was on the way.
pub(crate) fn gone() -> Error {
    Error::new(Code::NotFound, "The episode was removed while its recording was worked on; the recording was left out.")
}

/// The title in the tags, else the file's name without its ending.
fn title_of(probed: &Probed, path: &Path) -> String {
    let tagged = probed.facts.tags.get("title").map(|t| t.trim().to_string()).filter(|t| !t.is_empty());
    tagged.unwrap_or_else(|| path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default())
}
