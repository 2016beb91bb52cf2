//! Speech of a sound written down by a program of this machine, where there is one: into a file, or as the transcript of an
//! episode.

use crate::Studio;
use crate::edit_show::checked_language;
use crate::studio::task_failed;
use crate::transcript_files::{form_to_write, put};
use crate::work::Work;
use hearthcast_engine::ProgressSink;
use hearthcast_library::files;
use hearthcast_media::speech::Speech;
use hearthcast_model::view::EpisodeView;
use hearthcast_model::{Cancel, Code, Episode, Error, JobId, Progress, Result, Sha256, Transcript, TranscriptWritten};
use hearthcast_text::transcript::{About, Care, Cue, Format, TranscriptError, handed, losses, write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

impl Studio {
    /// Writes down what is said in a sound, into a file whose name says the form. `language`: a code such as `de`; it is heard without.
    pub async fn transcribe(
        &self,
        sound: &Path,
        to: &Path,
        language: Option<String>,
        force: bool,
        cancel: Cancel,
        progress: impl Fn(Progress) + Send + 'static,
    ) -> Result<TranscriptWritten> {
        let form = form_to_write(to)?;
        if to.exists() && !force {
            let message = format!("There is a file at {} already.", to.display());
            return Err(Error::new(Code::Taken, message).hint("Choose another name, or say that it may be replaced."));
        }
        if !sound.is_file() {
            let error = Error::new(Code::MediaUnreadable, format!("{} could not be read.", sound.display()));
            return Err(error.hint("Check that it is there and that you may read it."));
        }
        let cues = self.written_down(sound, language, cancel, progress).await?;
        let losses = losses(&cues, form).iter().map(|loss| loss.code().to_owned()).collect();
        put(to, form.write(&cues, &About::default()).into_bytes(), force).await?;
        let (file, form) = (to.display().to_string(), form.ext().to_owned());
        Ok(TranscriptWritten { file, form, cues: cues.len() as u32, losses, findings: vec![] })
    }

    /// Begins to write down an episode's sound, as its transcript in this language; in the show's without. A program that is not
    /// there is told at once.
    pub async fn start_transcribe(&self, show: &str, which: &str, language: Option<String>) -> Result<JobId> {
        let work = self.transcription(show, which, language).await?;
        self.begin(work).await
    }

    /// The same, here and now.
    pub async fn transcribe_episode(
        &self,
        show: &str,
        which: &str,
        language: Option<String>,
        cancel: Cancel,
        progress: impl Fn(Progress) + Send + Sync + 'static,
    ) -> Result<EpisodeView> {
        let work = self.transcription(show, which, language).await?;
        self.do_now(work, cancel, Arc::new(progress)).await?;
        self.episode_view(show, which).await
    }

    async fn transcription(&self, show: &str, which: &str, language: Option<String>) -> Result<Work> {
        let record = self.episode(show, which).await?;
        sound_of(&record.body)?;
        let language = language.map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty());
        let language = language.map(|tag| checked_language(&tag)).transpose()?;
        has_none_yet(&record.body, language.as_deref().unwrap_or_default())?;
        self.speech().await?;
        Ok(Work::Transcribe { show: show.into(), episode: record.id, language })
    }

    /// Writes down an episode's sound. Whoever changed the sound meanwhile gets no words that stand at other instants.
    pub(crate) async fn transcribe_now(
        &self,
        (show, which): (&str, &str),
        language: Option<String>,
        cancel: &Cancel,
        sink: &ProgressSink,
    ) -> Result<()> {
        let before = self.episode(show, which).await?;
        let sound = sound_of(&before.body)?.clone();
        let spoken = match &language {
            Some(language) => language.clone(),
            None => self.show_view(show).await?.show.language,
        };
        let (path, told) = (files::path(self.root(), &sound), ProgressSink::clone(sink));
        if !path.is_file() {
            return Err(Error::new(Code::MediaAbsent, "The sound is not on this disk.")
                .hint("Write it down on the computer that has it, or give the episode its sound again."));
        }
        let cues = self.written_down(&path, Some(spoken), cancel.clone(), move |now| told(now)).await?;
        let record = self.episode(show, which).await?;
        if sound_of(&record.body)? != &sound {
            return Err(Error::new(Code::Taken, "The sound was changed while it was written down.")
                .hint("Write it down again: its words stand at other instants now.")
                .about("episode", &record.id));
        }
        let text = write(Format::Vtt, &cues).into_bytes();
        let language = language.unwrap_or_default();
        has_none_yet(&record.body, &language)?;
        self.take_transcript(&record, text, "speech.vtt", language).await.map(drop)
    }

    /// What is said in a sound, by beginning.
    async fn written_down(
        &self,
        sound: &Path,
        language: Option<String>,
        cancel: Cancel,
        progress: impl Fn(Progress) + Send + 'static,
    ) -> Result<Vec<Cue>> {
        let language = language.map(|tag| language_of(&tag)).transpose()?;
        let (speech, sound) = (self.speech().await?, sound.to_owned());
        let (worker, root) = (self.worker(), self.root().to_owned());
        let made = tokio::task::spawn_blocking(move || -> Result<_> {
            let folder = Folder::new(&root)?;
            let (language, told) = (language.as_deref(), &mut |now| progress(now));
            let bytes = speech.write_down(&worker, &sound, language, &folder.0, &cancel, told)?;
            let mut cues = handed(&bytes, None, None, Care::Taken)?.cues;
            if cues.is_empty() {
                return Err(TranscriptError::Empty.into());
            }
            cues.sort_by_key(|cue| cue.start_ms);
            Ok(cues)
        });
        made.await.map_err(|e| task_failed(&e))?
    }

    /// The program and its model.
    async fn speech(&self) -> Result<Speech> {
        let settings = self.settings().await?;
        let chosen = |path: &Option<String>| path.as_ref().map(PathBuf::from);
        let (program, model) = (chosen(&settings.speech_program), chosen(&settings.speech_model));
        Ok(Speech::find(program.as_deref(), model.as_deref(), std::env::var_os("PATH").as_deref())?)
    }
}

/// Nobody's corrected words make room for those of a program.
fn has_none_yet(episode: &Episode, language: &str) -> Result<()> {
    let there = |one: &Transcript| one.language == language && one.file.ext == Format::Vtt.ext();
    match episode.transcripts.iter().any(there) {
        false => Ok(()),
        true => Err(Error::new(Code::Taken, "The episode has a transcript in this language.")
            .hint("Remove it first, if the sound is to be written down anew.")),
    }
}

/// The sound listeners hear: its instants are those of transcripts.
fn sound_of(episode: &Episode) -> Result<&Sha256> {
    episode.audio.as_ref().map(|audio| &audio.hash).ok_or_else(|| {
        Error::new(Code::MediaAbsent, "The episode has no sound here to write down.").hint("Give it its sound first.")
    })
}

/// The program knows languages by two or three letters; nothing else is passed on.
fn language_of(tag: &str) -> Result<String> {
    let code = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    if (2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase()) {
        return Ok(code);
    }
    Err(Error::new(Code::UsageInvalid, format!("\"{tag}\" is no language code.")).hint("Examples: en, de, pt-br."))
}

/// A folder of its own, gone when this is; what a killed program left of it is gone at the next start. It stands with what is made, where
/// there is room for a sound.
struct Folder(PathBuf);

impl Folder {
    fn new(root: &Path) -> Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let nth = COUNT.fetch_add(1, Ordering::Relaxed);
        let now_ns = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_nanos());
        let failed =
            |e: std::io::Error| Error::new(Code::LibraryFailed, format!("A temporary folder could not be made: {e}."));
        let path = files::own_workplace(root, &format!("speech-{nth}-{now_ns}")).map_err(failed)?;
        let mut builder = std::fs::DirBuilder::new();
        // What is said in a sound may be private until it is published.
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(failed)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
